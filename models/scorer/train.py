"""Train the scorer of `extract` on labelled sentences, and write it as readable weights.

    python models/scorer/train.py            # trains on the train and dev documents, writes scorer.json

A clause is the unit. A sentence that holds an item has to have one clause that scores high, not all of them: after a
first fit, of the clauses of one item only the best and those that score high anyway are kept (multiple-instance
learning). Probabilities are calibrated on predictions for documents that the model did not see (Platt scaling).

References:
    Andrews, Tsochantaridis & Hofmann, Support vector machines for multiple-instance learning (2003).
    Platt, Probabilistic outputs for support vector machines (1999).
"""

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from pipeline import config, models
from pipeline.readings import read_segments
from pipeline.stages.tokenise import tokenise
from pipeline.tables import SEGMENTS, content_id
from pipeline.text.features import can_be
from pipeline.text.followups import follow_up_features
from pipeline.text.scorer import FORMS, unit_vectors

HERE = Path(__file__).resolve().parent
GOLD = HERE.parent.parent / "data" / "gold" / "extraction"
OWN_SENTENCES = HERE / "sentences.tsv"
REGULARISATION = 0.5  # C of scikit-learn; smaller is stronger
FOLLOW_UP_REGULARISATION = 0.1
VECTOR_SCALE = 2.5  # length of a sentence vector beside features of 0 and 1: longer counts more
WORD_SCALE = 0.6  # value of the feature of a common word: shorter is held down more
MIN_DOCUMENTS = 5  # a word that occurs in fewer documents is no feature: it would tell the subject
PRIOR: dict[str, dict[str, float]] = {  # what grammar says; the data move a weight away from it, if they have reason to
    "direct": {"bias": -2.0, "mark": 2.0, "wh_question": 1.5, "verb_first": 1.5, "conditional": -2.0, "topic_drop&i": -1.0,
               "topic_drop&we": -1.0},
    "indirect": {"bias": -1.0, "embedded=open": 2.5, "embedded=denied": 2.5, "embedded=pending": 2.0, "embedded=hard": 2.0,
                 "embedded=known": -1.5, "embedded=settled": -1.5},
    "concern": {"bias": -1.5, "concerns>=1": 2.0, "concerns>=2": 0.5, "embedded": -1.0},
}  # fmt: skip
ROUNDS = 2  # of choosing the best clause of an item
MIN_FOLLOW_UP = 0.4  # best F1 on unseen documents
FOLDS = 8  # groups of documents that are left out in turn for the calibration
DECIMALS = 3


@dataclass(frozen=True)
class Clause:
    """One clause of a labelled sentence.

    Args:
        document: the document it stands in.
        row: the labelled sentence it stands in.
        text: its words in lower case.
        features: its features.
        candidates: per form, whether it can be of that form.
        label: the form of the item that holds most of it; empty if none does.
    """

    document: str
    row: str
    text: str
    features: list[str]
    candidates: list[bool]
    label: str


@dataclass(frozen=True)
class Passage:
    """One labelled item, for telling follow-ups."""

    document: str
    features: list[str]
    is_follow_up: bool


Record = dict[str, Any]
Encode = Callable[[Sequence[str]], Any]


def load_documents(splits: Iterable[str] = ("train", "dev", "test")) -> dict[str, list[Record]]:
    """Read the labelled documents of some splits, by name."""
    wanted = set(splits)
    names: dict[str, str] = {}
    for path in sorted(GOLD.glob("splits*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        for part in (content, *content.values()):
            if isinstance(part, dict):
                names |= {
                    name: split for split, members in part.items() if isinstance(members, list) for name in members
                }
    return {
        name: [json.loads(line) for line in (GOLD / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
        for name, split in sorted(names.items())
        if split in wanted
    }


def load_own() -> dict[str, list[Record]]:
    """Read the sentences written for the scorer alone, in the form of the labelled documents."""
    documents: dict[str, list[Record]] = defaultdict(list)
    for number, line in enumerate(OWN_SENTENCES.read_text(encoding="utf-8").splitlines()):
        if line.startswith("#"):
            continue
        document, place, label, text = line.split("\t")
        kind, _, prompt = place.partition("?")
        form = label if label in FORMS else None
        documents[f"own_{document}"].append(
            {"id": f"own-{number}", "text": text, "place": kind, "prompt": prompt or None, "item": form is not None,
             "form": form, "span": None, "kind": None if form or label == "-" else label, "depends_on": None}
        )  # fmt: skip
    return documents


def items_of(record: Record) -> list[tuple[int, int, str]]:
    """The items of a labelled sentence: first code point, one past the last, form."""
    if not record["item"]:
        return []
    items = record.get("items") or [{"span": record.get("span"), "form": record["form"]}]
    found = []
    for item in items:
        span = item["span"] or record["text"]
        start = record["text"].index(span)
        found.append((start, start + len(span), item["form"]))
    return found


def segments_of(name: str, records: Sequence[Record]) -> pd.DataFrame:
    """A document as table SEGMENTS, a segment per labelled sentence; its id is the sentence's."""
    heading: list[str] = []
    made = []
    for position, record in enumerate(records):
        made.append(
            {"segment_id": record["id"], "document_id": content_id("D", name, size=4), "session_id": name,
             "position": position, "text": record["text"], "kind": record["place"], "heading": heading,
             "prompt": record.get("prompt"), "speaker": record.get("speaker"), "is_dutch": True, "n_repairs": 0}
        )  # fmt: skip
        if record["place"] == "heading":
            heading = [record["text"]]
    return SEGMENTS.frame(made)


def read_clauses(documents: dict[str, list[Record]], nlp: Any, cues: config.Cues) -> tuple[list[Clause], list[Passage]]:
    """Read labelled documents to clauses with a label, and items with whether they are follow-ups."""
    settings = config.load().tokenise
    clauses: list[Clause] = []
    passages: list[Passage] = []
    for name, records in documents.items():
        by_id = {record["id"]: record for record in records}
        segments = segments_of(name, records)
        sentences, docs = tokenise(segments, settings, nlp=nlp)
        for sentence in read_segments(segments, sentences, docs, cues):
            record = by_id[sentence.segment.segment_id]
            items = items_of(record)
            for reading, features in zip(sentence.readings, sentence.features, strict=True):
                start, end = reading.words.starts[0], reading.words.ends[-1]
                label = _label(items, start, end)
                candidates = [can_be(form, reading) for form in FORMS]
                clauses.append(Clause(name, record["id"], " ".join(reading.words.lower), features, candidates, label))
            if items and record["item"] and not name.startswith("own_"):
                features = follow_up_features(sentence.words, items[0][2])
                passages.append(Passage(name, features, bool(record["depends_on"])))
    return clauses, passages


def _label(items: Sequence[tuple[int, int, str]], start: int, end: int) -> str:
    shared = [(min(end, high) - max(start, low), form) for low, high, form in items]
    best = max(shared, default=(0, ""))
    return best[1] if best[0] >= (end - start) / 2 else ""


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
    chosen, rows = [clauses[place] for place in places], vectors[places]
    labels = np.array([clause.label == FORMS[column] for clause in chosen])
    documents = np.array([clause.document for clause in chosen])
    groups = [clause.row for clause in chosen]
    held_out = np.zeros(len(chosen))
    kept = np.ones(len(chosen), dtype=bool)
    for fold in _folds(documents):
        out = np.isin(documents, fold)
        model = _Model(FORMS[column], chosen, rows, labels, groups, np.flatnonzero(~out))
        held_out[out] = model.log_odds([chosen[place] for place in np.flatnonzero(out)], rows[out])
        kept[out] = _best_of_item(labels[out], held_out[out], [groups[place] for place in np.flatnonzero(out)])
    scale = LogisticRegression(C=1e6, max_iter=1000).fit(held_out[kept, None], labels[kept])
    model = _Model(FORMS[column], chosen, rows, labels, groups, np.arange(len(chosen)))
    return model.to_json() | {
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


class _Model:
    """A logistic regression of one form, fitted on some of the clauses."""

    def __init__(
        self, form: str, clauses: Sequence[Clause], vectors: Any, labels: Any, groups: Sequence[str], train: Any
    ) -> None:
        self._names = _feature_names([clauses[place] for place in train])
        matrix = self._matrix([clauses[place] for place in train], vectors[train])
        wanted, own_groups = labels[train], [groups[place] for place in train]
        prior = np.zeros(matrix.shape[1])
        for name, weight in PRIOR[form].items():
            if name in self._names:
                prior[self._names[name]] = weight
        keep = np.ones(len(train), dtype=bool)
        for _ in range(ROUNDS + 1):
            self._weights = _fit_weights(matrix[keep], wanted[keep], prior)
            keep = _best_of_item(wanted, matrix @ self._weights, own_groups)

    def _matrix(self, clauses: Sequence[Clause], vectors: Any) -> Any:
        return hstack([_features(clauses, self._names), csr_matrix(vectors)]).tocsr()

    def log_odds(self, clauses: Sequence[Clause], vectors: Any) -> Any:
        return self._matrix(clauses, vectors) @ self._weights

    def to_json(self) -> Record:
        weights = {
            name: float(self._weights[place]) * (WORD_SCALE if name.startswith("lemma:") else 1.0)
            for name, place in self._names.items()
        }
        return {
            "weights": {
                name: round(value, DECIMALS) for name, value in sorted(weights.items()) if round(value, DECIMALS)
            },
            "vector": np.round(self._weights[len(self._names) :], DECIMALS).tolist(),
        }


def _fit_weights(matrix: Any, labels: Any, prior: Any) -> Any:
    """Logistic regression with a Gaussian prior around given weights."""
    signs = np.where(labels, 1.0, -1.0)

    def loss(weights: Any) -> tuple[float, Any]:
        margins = signs * (matrix @ weights)
        away = weights - prior
        value = np.logaddexp(0, -margins).sum() + away @ away / (2 * REGULARISATION)
        slope = matrix.T @ (-signs * expit(-margins)) + away / REGULARISATION
        return float(value), slope

    return minimize(loss, prior, jac=True, method="L-BFGS-B", options={"maxiter": 1000}).x


def _feature_names(clauses: Sequence[Clause]) -> dict[str, int]:
    documents: dict[str, set[str]] = defaultdict(set)
    for clause in clauses:
        for name in clause.features:
            documents[name].add(clause.document)
    kept = [
        name for name in sorted(documents) if not name.startswith("lemma:") or len(documents[name]) >= MIN_DOCUMENTS
    ]
    return {name: place for place, name in enumerate(kept)}


def _features(clauses: Sequence[Clause], names: dict[str, int]) -> Any:
    cells = [
        (row, names[name], WORD_SCALE if name.startswith("lemma:") else 1.0)
        for row, clause in enumerate(clauses)
        for name in clause.features
        if name in names
    ]
    rows, columns, values = zip(*cells, strict=True) if cells else ((), (), ())
    return csr_matrix((values, (rows, columns)), shape=(len(clauses), len(names)))


def _fit_follow_up(passages: Sequence[Passage]) -> Record:
    names = {name: place for place, name in enumerate(sorted({n for passage in passages for n in passage.features}))}
    matrix = csr_matrix(
        (
            np.ones(sum(len(passage.features) for passage in passages)),
            (
                [row for row, passage in enumerate(passages) for _ in passage.features],
                [names[name] for passage in passages for name in passage.features],
            ),
        ),
        shape=(len(passages), len(names)),
    )
    labels = [passage.is_follow_up for passage in passages]
    model = LogisticRegression(C=FOLLOW_UP_REGULARISATION, max_iter=2000).fit(matrix, labels)
    weights = {name: float(model.coef_[0][place]) for name, place in names.items()}
    weights["bias"] += float(model.intercept_[0])
    kept = {name: round(value, DECIMALS) for name, value in sorted(weights.items()) if round(value, DECIMALS)}
    return {"weights": kept, "vector": [], "slope": 1.0, "intercept": 0.0}


def write(content: Record, path: Path) -> None:
    """Write a scorer, one weight a line, vectors on one line each."""
    text = json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True)
    path.write_text(_vectors_on_one_line(text) + "\n", encoding="utf-8")


def _vectors_on_one_line(text: str) -> str:
    lines: list[str] = []
    inside = False
    for line in text.splitlines():
        if inside:
            lines[-1] += (
                line.strip() if line.strip().startswith("]") else line.strip() + " " * (line.strip()[-1] == ",")
            )
        else:
            lines.append(line)
        inside = lines[-1].rstrip(", ").endswith("[") if not inside else not line.strip().startswith("]")
    return "\n".join(line.replace(", ]", "]") for line in lines)


def main() -> int:
    """Train on the train and dev documents and on the scorer's own sentences."""
    settings = config.load()
    nlp = models.load_language_model("bundled")
    encode = models.load_vectors(settings.vectors.model_copy(update={"model": "bundled"})).encode
    cues = config.load_cues(config.CONFIGS / "cues.yaml")
    clauses, passages = read_clauses(load_documents(("train", "dev")) | load_own(), nlp, cues)
    content = fit(clauses, passages, encode)
    write(content, HERE / "scorer.json")
    print(
        f"{len(clauses)} clauses, {len(passages)} items, {sum(len(f['weights']) for f in content['forms'].values())} weights"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
