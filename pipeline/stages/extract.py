"""Find the questions people ask and the concerns they raise, also where nobody puts a question mark."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from pipeline.config import Cues, ExtractSettings
from pipeline.tables import QUESTIONS, content_id
from pipeline.text.cues import CueFinder
from pipeline.text.phrases import content_lemmas, noun_chunks
from pipeline.text.reading import Reading, read_sentence
from pipeline.text.words import Words, read_words


def extract(
    segments: pd.DataFrame,
    sentences: pd.DataFrame,
    docs: Mapping[str, Any],
    settings: ExtractSettings,
    *,
    cues: Cues,
) -> pd.DataFrame:
    """Find questions and concerns.

    Args:
        segments: table SEGMENTS; their text is where the spans point.
        sentences: table SENTENCES, in any order.
        docs: per segment_id, the spaCy Doc that `tokenise` made of its text.
        settings: `min_score` in [0, 1]; what scores lower is left out.
        cues: Dutch cue words and constructions.

    Returns:
        Table QUESTIONS, one row a question or concern. Empty if nobody raises anything.
    """
    finder = CueFinder(cues.extract.groups)
    spans = {name: group[["start", "end"]].to_numpy().tolist() for name, group in sentences.groupby("segment_id")}
    rows: list[dict[str, object]] = []
    ordered = segments.sort_values(["document_id", "position"], kind="stable")
    for segment in ordered.to_dict("records"):
        segment_id = segment["segment_id"]
        if segment["kind"] == "heading" or segment_id not in docs or segment_id not in spans:
            continue
        words = read_words(docs[segment_id])
        for start, end in spans[segment_id]:
            part = _between(words, start, end)
            rows += _found(segment, part, read_sentence(part, finder), settings)
    return QUESTIONS.frame(list(_numbered(rows)))


def _between(words: Words, start: int, end: int) -> Words:
    inside = [place for place in range(len(words)) if start <= words.starts[place] < end]
    return words.part(inside[0], inside[-1] + 1)


def _found(
    segment: Mapping[str, Any], words: Words, readings: list[Reading], settings: ExtractSettings
) -> Iterator[dict[str, object]]:
    form, cue, score = max((_judge(reading) for reading in readings), key=lambda found: found[2])
    if form is None or score < settings.min_score:
        return
    start, end = words.starts[0], words.ends[-1]
    yield {
        "segment_id": segment["segment_id"],
        "document_id": segment["document_id"],
        "session_id": segment["session_id"],
        "start": start,
        "end": end,
        "text": segment["text"][start:end],
        "form": form,
        "cue": cue,
        "score": score,
        "depends_on": None,
        "context": segment["prompt"],
        "lemmas": content_lemmas(words),
        "chunks": noun_chunks(words, segment["text"]),
    }


def _judge(reading: Reading) -> tuple[str | None, str, float]:
    if reading.has("meeting_thing", "meeting_act", "small_talk") and len(reading.words) < 12:
        return None, "", 0.0
    if reading.has_mark:
        return "direct", "question_mark", 0.95
    if reading.clause.is_question:
        return "direct", reading.clause.kind, 0.8
    for embedded in reading.embedded:
        if embedded.matrix in ("open", "denied", "pending", "hard"):
            return "indirect", f"embedded:{embedded.cue}", 0.8
    concerns = [hit for hit in reading.hits if hit.role == "concern" and not hit.negated]
    if concerns and not reading.has("satisfied", "resolved", "decision"):
        return "concern", f"concern:{concerns[0].group}", 0.6
    return None, "", 0.0


def _numbered(rows: list[dict[str, object]]) -> Iterator[dict[str, object]]:
    seen: dict[tuple[object, object], int] = {}
    for row in rows:
        key = (row["segment_id"], row["text"])
        seen[key] = seen.get(key, 0) + 1
        yield row | {"question_id": content_id("Q", str(key[0]), str(key[1]), str(seen[key]))}
