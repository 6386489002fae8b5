"""Read segments for passages that speak for urgency, and note what each is about as far as its place tells."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from pipeline.config import UrgencyCues
from pipeline.text.deadlines import Deadline, find_deadlines
from pipeline.text.statements import NEXT_IN_LIST, read_items
from pipeline.text.urgency import Hit, UrgencyFinder, phrase_pattern

NEARBY = 2  # sentences, or segments, within which a passage is taken to be about the question beside it

Span = tuple[int, int]


class Segment(NamedTuple):
    """What is read of a segment; `place` is where it stands in a list that may be announced as urgent, if in one."""

    segment_id: str
    document_id: str
    session_id: str
    position: int
    text: str
    lead: str
    place: int | None


class Question(NamedTuple):
    """A question in a segment: its id, its span, and its theme if it has one."""

    question_id: str
    start: int
    end: int
    theme: str | None


class Sentence(NamedTuple):
    """A sentence with what is asked around it.

    Args:
        segment: the segment it stands in.
        span: its code points.
        here: the questions that share it.
        nearby: the themes of the question beside it, if none share it.
    """

    segment: Segment
    span: Span
    here: tuple[Question, ...]
    nearby: tuple[str, ...]

    def about(self, passage: Span) -> tuple[str, ...]:
        """Themes of the questions that hold a passage of it, else of all that share it."""
        holding = [question for question in self.here if question.start <= passage[0] and passage[1] <= question.end]
        return _themes(holding or self.here)


class Passage(NamedTuple):
    """A passage that speaks for urgency.

    Args:
        segment_id: the segment it stands in.
        span: its code points.
        component: what it counts for.
        cue: the words that were found.
        strength: how strongly it speaks, in (0, 1].
        themes: the themes it is about, where its place tells.
        topic: the text to find its theme by, where meaning has to tell.
        nearby: the themes of the question beside it, where neither tells.
    """

    segment_id: str
    span: Span
    component: str
    cue: str
    strength: float
    themes: tuple[str, ...] = ()
    topic: str = ""
    nearby: tuple[str, ...] = ()


class Reader:
    """Reads segments in the order of their documents.

    Args:
        cues: words of urgency.
        spans: the sentences of each segment, by its id.
        questions: the questions of each segment, by its id.
        said_on: the day of each session, by its id; None if unknown.

    Attributes:
        lists: ids of questions that were seen to list more than one urgent issue.
    """

    def __init__(
        self,
        cues: UrgencyCues,
        *,
        spans: Mapping[str, Sequence[Span]],
        questions: Mapping[str, Sequence[Question]],
        said_on: Mapping[str, datetime.date | None],
    ) -> None:
        self.lists: set[str] = set()
        self._finder = UrgencyFinder(cues)
        self._next_in_order = phrase_pattern(cues.next_in_order)
        self._spans = spans
        self._questions = questions
        self._said_on = said_on
        self._announcement = lru_cache(maxsize=10_000)(self._find_announcement)
        self._last_asked: tuple[str, int, tuple[str, ...]] = ("", 0, ())

    def read(self, segment: Segment) -> list[Passage]:
        """Find the passages of one segment."""
        spans = self._spans.get(segment.segment_id) or [(0, len(segment.text))]
        asked = self._questions.get(segment.segment_id, ())
        hits_of = self._finder.find(segment.text, spans)
        found: list[Passage] = []
        for number, (span, hits) in enumerate(zip(spans, hits_of, strict=True)):
            terms = find_deadlines(segment.text[slice(*span)], self._said_on.get(segment.session_id))
            if hits or terms:
                sentence = _sentence(segment, spans, number, asked)
                found += [passage for hit in hits for passage in self._read_hit(sentence, hit)]
                found += [_read_term(sentence, term) for term in terms]
        if segment.place is not None and not any(hit.group.names_most for hits in hits_of for hit in hits):
            found += self._read_announced(segment, segment.place, asked)
        if asked:
            self._last_asked = (segment.document_id, segment.position, _themes(asked[-1:]))
        return found

    def _read_hit(self, sentence: Sentence, hit: Hit) -> Iterator[Passage]:
        if hit.group.names_most:
            yield from self._read_list(sentence, hit)
            return
        text, (start, end) = sentence.segment.text, sentence.span
        by_meaning = hit.group.component == "stated" and not sentence.here
        yield Passage(
            sentence.segment.segment_id,
            (hit.start, hit.end),
            hit.group.component,
            _words(text, (hit.start, hit.end)),
            hit.group.strength,
            themes=sentence.about((hit.start, hit.end)),
            topic=f"{text[start : hit.start]} {text[hit.end : end]}".strip() if by_meaning else "",
            nearby=sentence.nearby or (self._asked_before(sentence.segment) if by_meaning else ()),
        )

    def _read_list(self, sentence: Sentence, hit: Hit) -> Iterator[Passage]:
        """The things that a statement names as most urgent, each about a theme of its own."""
        text, (start, end) = sentence.segment.text, sentence.span
        items = read_items(text[start:end], hit.start - start, hit.end - start, self._next_in_order)
        if len(items) > 1:
            self.lists |= {question.question_id for question in sentence.here}
        for item in items:
            span = (item.start + start, item.end + start)
            within = [question for question in sentence.here if _lies_within(question, span)]
            yield Passage(
                sentence.segment.segment_id,
                span,
                "stated",
                _words(text, (hit.start, hit.end)),
                hit.group.strength * item.factor,
                themes=_themes(within) or (_themes(sentence.here) if len(items) == 1 else ()),
                topic=text[slice(*span)],
                nearby=_themes(sentence.here) or sentence.nearby or self._asked_before(sentence.segment),
            )

    def _read_announced(self, segment: Segment, place: int, asked: Sequence[Question]) -> Iterator[Passage]:
        """A point or answer below a heading, lead-in or question that asks for what is most urgent."""
        announcement = self._announcement(segment.lead)
        if announcement is not None:
            cue, strength = announcement
            span, strength = (0, len(segment.text)), strength * NEXT_IN_LIST**place
            about = _themes(asked)
            yield Passage(segment.segment_id, span, "stated", cue, strength, themes=about, topic=segment.text)

    def _find_announcement(self, lead: str) -> tuple[str, float] | None:
        text = lead.rstrip("?: ")
        hits = [hit for hit in self._finder.find(text, [(0, len(text))])[0] if hit.group.names_most]
        return (_words(text, (hits[0].start, hits[0].end)), hits[0].group.strength) if hits else None

    def _asked_before(self, segment: Segment) -> tuple[str, ...]:
        """Themes of the question put just before, for "ja, dat kan echt niet wachten"."""
        document, position, themes = self._last_asked
        return themes if document == segment.document_id and segment.position - position <= NEARBY else ()


def _read_term(sentence: Sentence, term: Deadline) -> Passage:
    span = (term.start + sentence.span[0], term.end + sentence.span[0])
    return Passage(
        sentence.segment.segment_id,
        span,
        "time_pressure",
        _words(sentence.segment.text, span),
        term.strength,
        themes=sentence.about(span),
        nearby=sentence.nearby,
    )


def _sentence(segment: Segment, spans: Sequence[Span], number: int, asked: Sequence[Question]) -> Sentence:
    here = tuple(question for question in asked if _overlap(question, spans[number]))
    return Sentence(segment, spans[number], here, () if here else _nearby(asked, spans, number))


def _nearby(asked: Sequence[Question], spans: Sequence[Span], number: int) -> tuple[str, ...]:
    """Theme of the question nearest to a sentence, within two sentences; the earlier one if two are as near."""
    gaps = [
        (abs(number - place), question)
        for question in asked
        for place, span in enumerate(spans)
        if _overlap(question, span) and abs(number - place) <= NEARBY
    ]
    return _themes([min(gaps, key=lambda entry: (entry[0], entry[1].start))[1]]) if gaps else ()


def _overlap(question: Question, span: Span) -> bool:
    return question.start < span[1] and span[0] < question.end


def _lies_within(question: Question, item: Span) -> bool:
    """Whether most of a question lies within an item that a statement names."""
    overlap = min(question.end, item[1]) - max(question.start, item[0])
    return overlap > (question.end - question.start) / 2


def _themes(questions: Iterable[Question]) -> tuple[str, ...]:
    return tuple(sorted({question.theme for question in questions if question.theme is not None}))


def _words(text: str, span: Span) -> str:
    return " ".join(text[slice(*span)].lower().split())
