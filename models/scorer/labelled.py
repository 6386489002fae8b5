"""The labelled sentences that the scorer of `extract` is trained and measured on."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline import config
from pipeline.readings import read_segments
from pipeline.stages.tokenise import tokenise
from pipeline.tables import SEGMENTS, content_id
from pipeline.text.features import can_be
from pipeline.text.followups import follow_up_features
from pipeline.text.scorer import FORMS

HERE = Path(__file__).resolve().parent
GOLD = HERE.parent.parent / "data" / "gold" / "extraction"
OWN_SENTENCES = HERE / "sentences.tsv"

ASIDES = ("procedure", "small_talk")  # kinds of sentence that must hardly ever be taken for a question

Record = dict[str, Any]


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
        is_aside: whether its sentence is talk about the meeting itself, or small talk.
    """

    document: str
    row: str
    text: str
    features: Sequence[str]
    candidates: list[bool]
    label: str
    is_aside: bool


@dataclass(frozen=True)
class Passage:
    """One labelled item, for telling follow-ups."""

    document: str
    features: Sequence[str]
    is_follow_up: bool


def load_documents(splits: Iterable[str] = ("train", "dev", "test")) -> dict[str, list[Record]]:
    """Read the labelled documents of some splits, by name."""
    members: dict[str, list[str]] = json.loads((GOLD / "splits.json").read_text(encoding="utf-8"))
    names = sorted(name for split in splits for name in members[split])
    return {
        name: [json.loads(line) for line in (GOLD / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
        for name in names
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
                text = " ".join(reading.words.lower)
                is_aside = record["kind"] in ASIDES
                clauses.append(Clause(name, record["id"], text, features, candidates, label, is_aside))
            if items and record["item"] and not name.startswith("own_"):
                features = follow_up_features(sentence.words, items[0][2])
                passages.append(Passage(name, features, bool(record["depends_on"])))
    return clauses, passages


def _label(items: Sequence[tuple[int, int, str]], start: int, end: int) -> str:
    shared = [(min(end, high) - max(start, low), form) for low, high, form in items]
    best = max(shared, default=(0, ""))
    return best[1] if best[0] >= (end - start) / 2 else ""
