"""The labelled sentences that the scorer is trained and measured on."""

import json
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "data" / "gold" / "extraction"
SPLITS = json.loads((FOLDER / "splits.json").read_text("utf-8"))
DOCUMENTS = {
    path.stem: [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for path in sorted(FOLDER.glob("*.jsonl"))
}
FORMS = {"direct", "indirect", "concern"}
KINDS = {
    "rhetorical", "procedure", "small_talk", "advice", "imperative", "conditional", "topic_drop", "agenda", "heading",
    "quoted_prompt", "fact", "decision", "action", "resolved", "reported_past", None,
}  # fmt: skip
PLACES = {"bullet", "paragraph", "heading", "cell", "utterance", "chat", "answer"}
EVERY = pytest.mark.parametrize("name", DOCUMENTS)


def items(record):
    return record.get("items") or [{"form": record["form"], "span": record["span"]}]


def test_every_document_stands_in_one_split():
    names = [name for members in SPLITS.values() for name in members]
    assert set(SPLITS) == {"train", "dev", "test"}
    assert sorted(names) == sorted(DOCUMENTS)


def test_every_half_has_documents_to_measure_on():
    for split in ("train", "dev", "test"):
        assert {name[0] for name in SPLITS[split]} >= {"a", "b", "c"}


@EVERY
def test_sentences_are_numbered_in_reading_order(name):
    number = name.split("_")[1]
    identifiers = [record["id"] for record in DOCUMENTS[name]]
    assert identifiers == [f"{name[0]}_{number}-{place:03d}" for place in range(1, len(identifiers) + 1)]


@EVERY
def test_an_item_has_a_form_and_a_negative_has_none(name):
    for record in DOCUMENTS[name]:
        assert record["place"] in PLACES
        assert record["kind"] in KINDS
        if record["item"]:
            assert {item["form"] for item in items(record)} <= FORMS
            assert record["kind"] is None
        else:
            assert (record.get("form"), record.get("span"), record.get("items")) == (None, None, None)
            assert record["depends_on"] is None


@EVERY
def test_spans_stand_in_their_sentence_once_and_do_not_overlap(name):
    for record in DOCUMENTS[name]:
        if not record["item"]:
            continue
        spans = [item["span"] or record["text"] for item in items(record)]
        assert all(record["text"].count(span) == 1 and span.strip() == span for span in spans), record["id"]
        starts = [record["text"].index(span) for span in spans]
        ends = [start + len(span) for start, span in zip(starts, spans, strict=True)]
        assert all(end <= start for end, start in zip(ends, starts[1:], strict=False)), record["id"]


@EVERY
def test_a_follow_up_leans_on_an_earlier_sentence(name):
    seen = set()
    for record in DOCUMENTS[name]:
        assert record["depends_on"] is None or record["depends_on"] in seen
        seen.add(record["id"])
