"""The learnt scorer: how likely a clause is a question or concern, from named features and a sentence vector."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt

FORMS = ("direct", "indirect", "concern")

FloatArray = npt.NDArray[np.float64]
Encode = Callable[[Sequence[str]], npt.NDArray[np.float32]]


@dataclass(frozen=True)
class Linear:
    """A logistic regression over features that hold or do not, and over a sentence vector.

    Args:
        weights: what a feature adds to the log-odds; a feature that is not there adds nothing.
        vector: float64 array of shape (n_dimensions,), what each dimension adds; empty if it reads no vector.
        slope: by which the log-odds are multiplied in the end (Platt scaling).
        intercept: what is added to them then.
    """

    weights: Mapping[str, float]
    vector: FloatArray
    slope: float
    intercept: float

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Linear":
        """Make one from its part of models/scorer/scorer.json."""
        return cls(
            weights=dict(values["weights"]),
            vector=np.array(values["vector"], dtype=np.float64),
            slope=float(values["slope"]),
            intercept=float(values["intercept"]),
        )

    def log_odds(self, features: Sequence[str]) -> float:
        """What the features add up to, before scaling."""
        return sum(map(self.weights.get, features, repeat(0.0)))

    def probability(self, log_odds: FloatArray) -> FloatArray:
        """Calibrated probabilities from log-odds.

        References:
            Platt, Probabilistic outputs for support vector machines (1999).
        """
        return np.asarray(1 / (1 + np.exp(-(self.slope * log_odds + self.intercept))))

    def why(self, features: Sequence[str], *, n: int = 3) -> list[tuple[str, float]]:
        """The features that weigh most, with their weights."""
        weighed = [(name, self.weights.get(name, 0.0)) for name in features if name != "bias"]
        return sorted(weighed, key=lambda pair: (-abs(pair[1]), pair[0]))[:n]


@dataclass(frozen=True)
class Scorer:
    """Scores clauses for every form, and tells which questions lean on an earlier one.

    Args:
        version: of the weights.
        forms: a model per form.
        follow_up: the model that tells follow-ups.
        min_follow_up: probability from which a question is one.
        encode: turns texts into a float32 array of shape (n_texts, n_dimensions).
        mean: float64 array of shape (n_dimensions,), taken off every vector.
        scale: length of a vector as the models read it.
    """

    version: str
    forms: Mapping[str, Linear]
    follow_up: Linear
    min_follow_up: float
    encode: Encode
    mean: FloatArray
    scale: float

    @classmethod
    def from_json(cls, values: Mapping[str, Any], *, encode: Encode) -> "Scorer":
        """Make a scorer from the content of models/scorer/scorer.json."""
        return cls(
            version=str(values["version"]),
            forms={form: Linear.from_json(values["forms"][form]) for form in FORMS},
            follow_up=Linear.from_json(values["follow_up"]),
            min_follow_up=float(values["min_follow_up"]),
            encode=encode,
            mean=np.array(values["mean"], dtype=np.float64),
            scale=float(values["scale"]),
        )

    def score(
        self, texts: Sequence[str], features: Sequence[Sequence[str]], candidates: Sequence[Sequence[bool]]
    ) -> FloatArray:
        """Score clauses.

        Args:
            texts: the clauses in lower case.
            features: their features.
            candidates: per clause and form of `FORMS`, whether it can be of that form at all.

        Returns:
            Float64 array of shape (n_clauses, n_forms): how likely each is of each form; 0 where it cannot be.
        """
        scores = np.zeros((len(texts), len(FORMS)))
        if not texts:
            return scores
        vectors = unit_vectors(self.encode(texts), self.mean, self.scale)
        allowed = np.array(candidates, dtype=bool)
        for column, form in enumerate(FORMS):
            model = self.forms[form]
            rows = np.flatnonzero(allowed[:, column]).tolist()
            log_odds = np.array([model.log_odds(features[row]) for row in rows], dtype=np.float64)
            scores[rows, column] = model.probability(log_odds + vectors[rows] @ model.vector)
        return scores

    def is_follow_up(self, features: Sequence[str]) -> bool:
        """Whether a question with these features cannot be read alone."""
        probability = self.follow_up.probability(np.array([self.follow_up.log_odds(features)]))
        return bool(probability[0] >= self.min_follow_up)


def unit_vectors(vectors: npt.NDArray[np.float32], mean: FloatArray, scale: float) -> FloatArray:
    """Centre vectors and give them one length; a vector at the centre stays there."""
    centred = vectors.astype(np.float64) - mean
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    return np.asarray(scale * centred / np.maximum(lengths, 1e-9))
