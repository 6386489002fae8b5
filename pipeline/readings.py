"""Read segments sentence by sentence: clauses, cues and features of each, and why some are passed over."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from typing import Any

import pandas as pd

from pipeline.config import Cues
from pipeline.tables import rows
from pipeline.text.cues import CueFinder
from pipeline.text.features import ABOUT_MEETING, Context, End, features_of
from pipeline.text.prompts import PromptReader
from pipeline.text.reading import Reading, read_sentence
from pipeline.text.statements import read_items
from pipeline.text.urgency import UrgencyFinder, phrase_pattern
from pipeline.text.words import Words, read_words

STANDALONE = ("answer", "cell", "poll")  # kinds of segment that do not go on from the one before
N_AT_END = 5  # sentences that open a document, and that close it: welcome, agenda, date of the next meeting
MIN_WITH_ENDS = 20  # sentences of a document, or of a part that it is read in, from which its ends are told apart
ENDS = (".", "?", "!", "…")  # words of their own; the full stop of an abbreviation is none
MIN_NAMED = 2  # things named as most urgent from which each is an item of its own; one is the sentence's concern

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, read.

    Args:
        segment: row of SEGMENTS that it stands in.
        words: its words.
        n_before: words of a lead-in, from another segment, that the clauses count before its own.
        readings: its clauses, the lead-in included; none if it is passed over.
        context: where it stands.
        features: features of each clause.
        named: things that it names as most urgent, as code points of the segment; none unless there are several.
        reason: why it is passed over; empty if it is not.
    """

    segment: Any
    words: Words
    n_before: int
    readings: list[Reading]
    context: Context
    features: list[tuple[str, ...]]
    named: list[Span]
    reason: str

    @property
    def start(self) -> int:
        """Its first code point in the segment."""
        return self.words.starts[0]

    @property
    def end(self) -> int:
        """One past its last code point."""
        return self.words.ends[-1]

    @property
    def text(self) -> str:
        """How it stands in the segment."""
        return str(self.segment.text[self.start : self.end])

    def goes_with(self, other: "Sentence") -> bool:
        """Whether it is of one run of text with another, which answers of several people are not."""
        if self.segment.segment_id == other.segment.segment_id:
            return True
        is_same = self.segment.document_id == other.segment.document_id
        return is_same and other.segment.kind not in STANDALONE


def read_segments(
    segments: pd.DataFrame, sentences: pd.DataFrame, docs: Mapping[str, Any], cues: Cues
) -> list[Sentence]:
    """Read the sentences of segments, in reading order.

    Args:
        segments: table SEGMENTS.
        sentences: table SENTENCES, in any order.
        docs: per segment_id, its spaCy Doc; a segment without one is left out.
        cues: Dutch cue words and constructions.
    """
    ordered = list(rows(segments.sort_values(["document_id", "position"], kind="stable")))
    reader = SegmentReader(ordered, docs, cues)
    spans: dict[str, list[Span]] = {}
    for row in rows(sentences.sort_values(["segment_id", "start"], kind="stable")):
        spans.setdefault(row.segment_id, []).append((int(row.start), int(row.end)))
    read = [
        sentence
        for segment in ordered
        if segment.segment_id in docs
        for sentence in reader.read(segment, spans.get(segment.segment_id, []))
    ]
    ends = [
        end
        for _, document in groupby(read, key=lambda sentence: sentence.segment.document_id)
        for end in _ends([*document])
    ]
    befores, afters = [None, *read], [*read[1:], None]
    return [_with_features(*row) for row in zip(read, befores, afters, ends, strict=False)]


def _ends(document: Sequence[Sentence]) -> list[End]:
    """Which sentences of a document open and close it; none of a short one, or of a list of answers."""
    if len(document) < MIN_WITH_ENDS:
        return [""] * len(document)
    last = len(document) - N_AT_END
    places: list[End] = ["opening" if k < N_AT_END else "closing" if k >= last else "" for k in range(len(document))]
    return ["" if one.segment.kind in STANDALONE else end for one, end in zip(document, places, strict=True)]


def _with_features(sentence: Sentence, before: Sentence | None, after: Sentence | None, end: End) -> Sentence:
    context = replace(sentence.context, before=_asides(before, sentence), after=_asides(after, sentence), end=end)
    readings = sentence.readings
    return replace(
        sentence, context=context, features=[features_of(readings, number, context) for number in range(len(readings))]
    )


def _asides(neighbour: Sentence | None, sentence: Sentence) -> frozenset[str]:
    """What the sentence next to one says of the meeting itself; nothing where people did not hear each other."""
    if neighbour is None or not neighbour.goes_with(sentence):
        return frozenset()
    return frozenset(group for reading in neighbour.readings for group in reading.held if group in ABOUT_MEETING)


class SegmentReader:
    """Reads segments, with what other segments of the same document say about them.

    Args:
        segments: rows of SEGMENTS.
        docs: per segment_id, its spaCy Doc.
        cues: Dutch cue words and constructions.
    """

    def __init__(self, segments: Sequence[Any], docs: Mapping[str, Any], cues: Cues) -> None:
        self._docs = docs
        self._finder, self._prompts, self._urgency = _finders(cues)
        self._next_in_order = phrase_pattern(cues.urgency.next_in_order)
        self._put = {(row.document_id, row.prompt) for row in segments if isinstance(row.prompt, str)}
        self._titles = {(row.document_id, _title(row.text)) for row in segments if row.kind == "heading"}
        self._lead_ins = {
            (row.document_id, row.text): row.segment_id
            for row in segments
            if row.kind == "bullet" and (row.document_id, row.text) in self._put and not self._is_closed(row)
        }

    def _is_closed(self, segment: Any) -> bool:  # noqa: ANN401
        """Whether a text ends in a mark of its own, not in that of an abbreviation ("goed informeren over o.a.")."""
        doc = self._docs.get(segment.segment_id, ())
        last = next((token.text for token in reversed(doc) if not token.is_space), segment.text[-1:])
        return last in ENDS

    def read(self, segment: Any, spans: Sequence[Span]) -> Iterator[Sentence]:  # noqa: ANN401  # a row of a frame
        """Read the sentences of one segment, given as half-open spans of its text."""
        words = read_words(self._docs[segment.segment_id])
        before = self._lead_in(segment)
        n_before = len(before) if before is not None else 0
        context = self._context(segment)
        named = self._named(segment.text, spans)
        for place, (start, end) in enumerate(spans):
            own = words.between(start, end)
            reason = self._reason(segment, segment.text[start:end], is_last=place == len(spans) - 1)
            whole = before.joined(own) if before is not None else own
            readings = [] if reason else read_sentence(whole, self._finder)
            yield Sentence(segment, own, n_before, readings, context, [], named[place], reason)

    def _context(self, segment: Any) -> Context:  # noqa: ANN401
        if isinstance(segment.prompt, str):
            return Context(segment.kind, self._prompts.asks_for(segment.prompt), "")
        heading = segment.heading[-1] if len(segment.heading) else ""
        return Context(segment.kind, "", self._prompts.asks_for(heading) if heading else "")

    def _lead_in(self, segment: Any) -> Words | None:  # noqa: ANN401
        """The last clause of the bullet above, where it breaks off and the points below complete it."""
        parent = self._lead_ins.get((segment.document_id, segment.prompt))
        if segment.kind != "bullet" or parent is None or parent not in self._docs:
            return None
        words = read_words(self._docs[parent])
        last = read_sentence(words, self._finder)[-1] if len(words) else None
        breaks_off = last is not None and (words.lower[-1] == ":" or last.clause.is_question)
        return last.words if last is not None and breaks_off else None

    def _reason(self, segment: Any, text: str, *, is_last: bool) -> str:  # noqa: ANN401
        if segment.kind == "heading":
            return "heading"
        if (segment.document_id, _title(segment.text)) in self._titles:
            return "title in a table of contents"
        if (segment.document_id, segment.text) in self._lead_ins:
            return "lead-in of the points below it"
        if segment.kind != "bullet" and (segment.document_id, text) in self._put:
            return "question put to people"
        return "lead-in" if is_last and text.endswith(":") else ""

    def _named(self, text: str, spans: Sequence[Span]) -> list[list[Span]]:
        if not self._urgency.may_name_most(text):
            return [[] for _ in spans]
        named = []
        for (start, end), hits in zip(spans, self._urgency.find(text, spans), strict=True):
            items = [
                (start + item.start, start + item.end)
                for hit in hits
                if hit.group.names_most
                for item in read_items(text[start:end], hit.start - start, hit.end - start, self._next_in_order)
            ]
            named.append(items if len(items) >= MIN_NAMED else [])
        return named


@lru_cache(maxsize=2)
def _finders(cues: Cues) -> tuple[CueFinder, PromptReader, UrgencyFinder]:
    """Compile the cues; kept from part to part with what the finders learnt about words."""
    return CueFinder(cues.extract.groups), PromptReader(cues.extract.prompts), UrgencyFinder(cues.urgency)


def _title(text: str) -> str:
    """A heading without number and full stop, as it stands in a table of contents."""
    return text.lstrip("0123456789.) ").rstrip(". ").lower()
