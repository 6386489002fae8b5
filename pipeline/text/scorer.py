"""The learnt scorer: from the features of a sentence to how likely it is a question or concern, and of which form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

FORMS = ("direct", "indirect", "concern")
CLASSES = ("none", *FORMS)

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Scorer:
    """A multinomial logistic regression over named features, with calibrated probabilities.

    Args:
        version: of the weights.
        places: per feature, its row in `weights`; a feature without one does not count.
        weights: float64 array of shape (n_features, n_classes), classes in the order of `CLASSES`.
        slope: by which the log-odds of being an item are multiplied (Platt scaling).
        intercept: what is added to them.
    """

    version: str
    places: Mapping[str, int]
    weights: FloatArray
    slope: float
    intercept: float

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Scorer":
        """Make a scorer from the content of models/scorer/scorer.json."""
        weights = values["weights"]
        return cls(
            version=values["version"],
            places={name: place for place, name in enumerate(weights)},
            weights=np.array([weights[name] for name in weights], dtype=np.float64).reshape(-1, len(CLASSES)),
            slope=float(values["slope"]),
            intercept=float(values["intercept"]),
        )

    def score(self, rows: Sequence[Mapping[str, float]]) -> FloatArray:
        """Score sentences.

        Args:
            rows: the features of each sentence.

        Returns:
            Float64 array of shape (n_sentences, n_classes); rows sum to 1.

        References:
            Platt, Probabilistic outputs for support vector machines (1999).
        """
        logits = np.zeros((len(rows), len(CLASSES)))
        for number, row in enumerate(rows):
            places = [self.places[name] for name in row if name in self.places]
            values = [value for name, value in row.items() if name in self.places]
            logits[number] = np.asarray(values) @ self.weights[places] if places else 0.0
        return _calibrated(logits, self.slope, self.intercept)


def _calibrated(logits: FloatArray, slope: float, intercept: float) -> FloatArray:
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True)) if len(logits) else logits
    items = shifted[:, 1:].sum(axis=1, keepdims=True)
    log_odds = np.log(np.maximum(items, 1e-12)) - np.log(np.maximum(shifted[:, :1], 1e-12))
    probability = 1 / (1 + np.exp(-(slope * log_odds + intercept)))
    return np.hstack([1 - probability, probability * shifted[:, 1:] / np.maximum(items, 1e-12)])
