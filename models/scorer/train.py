"""Train the scorer of `extract` on labelled sentences, and write it as readable weights.

    python models/scorer/train.py            # trains on the train and dev documents, writes scorer.json

A clause is the unit. A sentence that holds an item has to have one clause that scores high, not all of them: after a
first fit, of the clauses of one item only the best and those that score high anyway are kept (multiple-instance
learning). Probabilities are calibrated on predictions for documents that the model did not see (Platt scaling).

References:
    Andrews, Tsochantaridis & Hofmann, Support vector machines for multiple-instance learning (2003).
    Platt, Probabilistic outputs for support vector machines (1999).
"""

import hashlib
import json
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from labelled import Clause, Passage, Record, load_documents, load_own, read_clauses
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from pipeline import config, models
from pipeline.text.scorer import FORMS, unit_vectors

HERE = Path(__file__).resolve().parent
CHECKSUMS = HERE.parent / "checksums.json"
REGULARISATION = 0.5  # C of scikit-learn; smaller is stronger
FOLLOW_UP_REGULARISATION = 0.1
VECTOR_SCALE = 1.5  # length of a sentence vector beside features of 0 and 1: longer counts more
WORDS = ("lemma:", "word:", "words:")  # features that are words
WORD_REGULARISATION = 0.3  # C of these: they are many and tell the subject, so they are held down more
MIN_DOCUMENTS = 5  # a word that occurs in fewer documents is no feature: it would tell the subject
PRIOR: dict[str, dict[str, float]] = {  # what grammar says; the data move a weight away from it, if they have reason to
    "direct": {"bias": -2.0, "mark": 2.0, "wh_question": 1.5, "verb_first": 1.5, "conditional": -2.0, "topic_drop&i": -1.0,
               "topic_drop&we": -1.0}
    | {f"{kind}&{group}": -1.5 for kind in ("wh_question", "verb_first")
       for group in ("meeting_thing", "meeting_act", "small_talk", "rhetorical", "prompt")}
    | {f"{kind}&meeting_ask": -2.5 for kind in ("wh_question", "verb_first")},
    "indirect": {"bias": -1.0, "embedded=open": 2.5, "embedded=denied": 2.5, "embedded=pending": 2.0, "embedded=hard": 2.0,
                 "embedded=known": -1.5, "embedded=settled": -1.5}
    | {f"embedded&{group}": -1.5 for group in ("meeting_ask", "meeting_thing", "meeting_act")},
    "concern": {"bias": -1.5, "concerns>=1": 1.5, "concerns>=2": 0.5, "embedded": -1.0, "plain_concern": 1.0,
                "concern_phrase": 0.5, "cue:unmistakable+": 2.5},
}  # fmt: skip
ASIDE_COUNT = 6.0  # how often talk about the meeting and small talk count: an alarm on them is worse than another
ROUNDS = 2  # of choosing the best clause of an item
MIN_FOLLOW_UP = 0.4  # best F1 on unseen documents
FOLDS = 8  # groups of documents that are left out in turn for the calibration
DECIMALS = 3

Encode = Callable[[Sequence[str]], Any]


def fit(clauses: Sequence[Clause], passages: Sequence[Passage], encode: Encode) -> Record:
    """Fit all models on all examples, calibrated on documents left out in turn.

    Returns:
        The content of scorer.json.
    """
    vectors = np.asarray(encode([clause.text for clause in clauses]), dtype=np.float64)
    mean = vectors.mean(axis=0)
    vectors = unit_vectors(vectors, mean, VECTOR_SCALE)
    forms = {form: _fit_form(column, clauses, vectors) for column, form in enumerate(FORMS)}
    return {
        "version": "1",
        "forms": forms,
        "follow_up": _fit_follow_up(passages),
        "min_follow_up": MIN_FOLLOW_UP,
        "mean": np.round(mean, 5).tolist(),
        "scale": VECTOR_SCALE,
    }


def _fit_form(column: int, clauses: Sequence[Clause], vectors: Any) -> Record:
    places = [place for place, clause in enumerate(clauses) if clause.candidates[column]]
    examples = _Examples(FORMS[column], [clauses[place] for place in places], vectors[places])
    held_out = np.zeros(len(places))
    kept = np.ones(len(places), dtype=bool)
    for fold in _folds(examples.documents):
        out = np.isin(examples.documents, fold)
        held_out[out] = examples.matrix[out] @ examples.fit(np.flatnonzero(~out))
        kept[out] = _best_of_item(examples.labels[out], held_out[out], examples.rows[out])
    scale = LogisticRegression(C=1e6, max_iter=1000).fit(held_out[kept, None], examples.labels[kept])
    return examples.to_json(examples.fit(np.arange(len(places)))) | {
        "slope": round(float(scale.coef_[0][0]), DECIMALS),
        "intercept": round(float(scale.intercept_[0]), DECIMALS),
    }


def _folds(documents: Any) -> list[list[str]]:
    names = sorted(set(documents))
    return [names[start::FOLDS] for start in range(min(FOLDS, len(names)))]


def _best_of_item(labels: Any, log_odds: Any, groups: Sequence[str]) -> Any:
    """Which clauses to keep: those of no item, and of an item the best and those that score high anyway."""
    keep = ~labels
    best: dict[str, int] = {}
    for place in np.flatnonzero(labels).tolist():
        other = best.get(groups[place])
        if other is None or log_odds[place] > log_odds[other]:
            best[groups[place]] = place
    keep[list(best.values())] = True
    return keep | (labels & (log_odds >= 0))


class _Examples:
    """The clauses that one form is learnt from, as a matrix: a column a feature, and one a dimension of the vector."""

    def __init__(self, form: str, clauses: Sequence[Clause], vectors: Any) -> None:
        self.labels = np.array([clause.label == form for clause in clauses])
        self.documents = np.array([clause.document for clause in clauses])
        self.rows = np.array([clause.row for clause in clauses])
        self._counts = np.array([ASIDE_COUNT if clause.is_aside else 1.0 for clause in clauses])
        self._names = sorted({name for clause in clauses for name in clause.features})
        numbers = {name: place for place, name in enumerate(self._names)}
        features = _matrix([clause.features for clause in clauses], numbers)
        self.matrix = hstack([features, csr_matrix(vectors)]).tocsr()
        self._is_word = np.array([name.startswith(WORDS) for name in self._names])
        _, owners = np.unique(self.documents, return_inverse=True)
        owned = csr_matrix((np.ones(len(clauses)), (owners, np.arange(len(clauses)))))
        self._owners, self._in_document = owners, (owned @ features > 0).tocsr()
        self._prior = np.zeros(self.matrix.shape[1])
        self._strengths = np.full(self.matrix.shape[1], REGULARISATION)
        self._strengths[np.flatnonzero(self._is_word)] = WORD_REGULARISATION
        for name, weight in PRIOR[form].items():
            if name in numbers:
                self._prior[numbers[name]] = weight

    def fit(self, train: Any) -> Any:
        """Weights learnt from some of the clauses; 0 for a word that too few of their documents hold."""
        counts = np.asarray(self._in_document[np.unique(self._owners[train])].sum(axis=0)).ravel()
        is_used = counts >= np.where(self._is_word, MIN_DOCUMENTS, 1)
        columns = np.flatnonzero(np.append(is_used, np.ones(self.matrix.shape[1] - len(self._names), dtype=bool)))
        matrix, labels = self.matrix[train][:, columns], self.labels[train]
        keep = np.ones(len(train), dtype=bool)
        weights = np.zeros(self.matrix.shape[1])
        for _ in range(ROUNDS + 1):
            found = _fit_weights(
                matrix[keep], labels[keep], self._counts[train][keep], self._prior[columns], self._strengths[columns]
            )
            keep = _best_of_item(labels, matrix @ found, self.rows[train])
        weights[columns] = found
        return weights

    def to_json(self, weights: Any) -> Record:
        """Weights by name, and those of the vector."""
        named = dict(zip(self._names, weights[: len(self._names)].tolist(), strict=True))
        return {"weights": _rounded(named), "vector": np.round(weights[len(self._names) :], DECIMALS).tolist()}


def _fit_weights(matrix: Any, labels: Any, counts: Any, prior: Any, strengths: Any) -> Any:
    """Logistic regression with a Gaussian prior around given weights, of given variances."""
    signs = np.where(labels, 1.0, -1.0)

    def loss(weights: Any) -> tuple[float, Any]:
        margins = signs * (matrix @ weights)
        away = weights - prior
        value = counts @ np.logaddexp(0, -margins) + away @ (away / strengths) / 2
        slope = matrix.T @ (-signs * counts * expit(-margins)) + away / strengths
        return float(value), slope

    return minimize(loss, prior, jac=True, method="L-BFGS-B", options={"maxiter": 1000}).x


def _names_in_several(examples: Sequence[tuple[str, Sequence[str]]], prefixes: tuple[str, ...]) -> dict[str, int]:
    """Number the features; those with these prefixes only if they occur in several documents."""
    documents: dict[str, set[str]] = defaultdict(set)
    for document, features in examples:
        for name in features:
            documents[name].add(document)
    kept = [
        name for name in sorted(documents) if not name.startswith(prefixes) or len(documents[name]) >= MIN_DOCUMENTS
    ]
    return {name: place for place, name in enumerate(kept)}


def _matrix(examples: Sequence[Sequence[str]], names: dict[str, int]) -> Any:
    cells = [(row, names[name], 1.0) for row, features in enumerate(examples) for name in features if name in names]
    rows, columns, values = zip(*cells, strict=True)
    return csr_matrix((values, (rows, columns)), shape=(len(examples), len(names)))


def _fit_follow_up(passages: Sequence[Passage]) -> Record:
    names = _names_in_several([(passage.document, passage.features) for passage in passages], ("word=", "opens="))
    matrix = _matrix([passage.features for passage in passages], names)
    labels = [passage.is_follow_up for passage in passages]
    model = LogisticRegression(C=FOLLOW_UP_REGULARISATION, max_iter=2000).fit(matrix, labels)
    weights = {name: float(model.coef_[0][place]) for name, place in names.items()}
    weights["bias"] += float(model.intercept_[0])
    return {"weights": _rounded(weights), "vector": [], "slope": 1.0, "intercept": 0.0}


def _rounded(weights: dict[str, float]) -> dict[str, float]:
    return {name: round(value, DECIMALS) for name, value in sorted(weights.items()) if round(value, DECIMALS)}


def write(content: Record) -> None:
    """Write scorer.json, a weight a line and a vector a line, and its checksum, which is checked when it is loaded."""
    text = json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True)
    text = re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda vector: f"[{' '.join(vector[1].split())}]", text) + "\n"
    (HERE / "scorer.json").write_text(text, encoding="utf-8")
    sums = json.loads(CHECKSUMS.read_text(encoding="utf-8"))
    sums["scorer/scorer.json"] = hashlib.sha256(text.encode()).hexdigest()
    CHECKSUMS.write_text(json.dumps(sums, indent=2) + "\n", encoding="utf-8")


def main() -> int:
    """Train on the train and dev documents and on the scorer's own sentences."""
    settings = config.load()
    nlp = models.load_language_model("bundled")
    encode = models.load_vectors(settings.vectors.model_copy(update={"model": "bundled"})).encode
    cues = config.load_cues(config.CONFIGS / "cues.yaml")
    clauses, passages = read_clauses(load_documents(("train", "dev")) | load_own(), nlp, cues)
    content = fit(clauses, passages, encode)
    write(content)
    print(
        f"{len(clauses)} clauses, {len(passages)} items, {sum(len(f['weights']) for f in content['forms'].values())} weights"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
