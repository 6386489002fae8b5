"""Find the passages that speak for the urgency of a theme, in questions and outside of them."""

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import pandas as pd

from pipeline.config import UrgencyCues
from pipeline.models import Encoder
from pipeline.relevance import themes_by_meaning
from pipeline.tables import rows
from pipeline.text.deadlines import find_deadlines
from pipeline.text.statements import NEXT_IN_LIST, read_items
from pipeline.text.urgency import Hit, UrgencyFinder, phrase_pattern

NEARBY = 2  # sentences, or segments, within which a passage is taken to be about the question beside it
NEARBY_FACTOR = 0.5  # what that leaves of its strength
MAX_LIST = 10  # points below "most urgent issues"; a longer list leaves nothing out and so says nothing
LISTED = ("bullet", "cell", "answer", "chat")
TERM = "datum of termijn"
COLUMNS = ["theme_id", "component", "segment_id", "start", "end", "strength", "cue"]

Span = tuple[int, int]


class Question(NamedTuple):
    """A question in a segment: its span, and its theme if it has one."""

    start: int
    end: int
    theme: str | None


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


def find_signals(
    sessions: pd.DataFrame,
    segments: pd.DataFrame,
    sentences: pd.DataFrame,
    members: pd.DataFrame,
    themes: pd.DataFrame,
    *,
    cues: UrgencyCues,
    encoder: Encoder,
) -> pd.DataFrame:
    """Find what is said about the urgency of themes.

    A passage is about the theme of the question that it stands in, or whose sentence it shares. A statement of
    urgency elsewhere is about the theme that it is closest to in meaning; failing that, and for all else, about that
    of the question beside it, at half its strength.

    Args:
        sessions: table SESSIONS, for the day on which things were said.
        segments: table SEGMENTS.
        sentences: table SENTENCES.
        members: table QUESTIONS with theme_id (null for those that stand alone) and representativeness.
        themes: table THEMES.
        cues: words of urgency.
        encoder: turns texts into vectors.

    Returns:
        Columns theme_id, component, segment_id, start, end, strength and cue, in the order of the documents; one
        voice may say the same more than once.
    """
    reader = _Reader(sessions, sentences, members, cues)
    spoken = segments[segments["is_dutch"] & segments["kind"].ne("heading")]
    places = _places_in_lists(spoken)
    passages = [
        passage
        for segment in rows(spoken.sort_values(["document_id", "position"]))
        for passage in reader.read(segment, places.get(segment.segment_id))
    ]
    topics = [passage.topic for passage in passages if passage.topic and not passage.themes]
    about = themes_by_meaning(topics, members, themes, encoder)
    return pd.DataFrame(_attribute(passages, about), columns=pd.Index(COLUMNS))


def _attribute(passages: Iterable[Passage], about: Mapping[str, str]) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for passage in passages:
        chosen, strength = passage.themes, passage.strength
        if not chosen and passage.topic in about:
            chosen = (about[passage.topic],)
        elif not chosen:
            chosen, strength = passage.nearby, strength * NEARBY_FACTOR
        found += [
            (theme, passage.component, passage.segment_id, *passage.span, strength, passage.cue) for theme in chosen
        ]
    return found


def _places_in_lists(segments: pd.DataFrame) -> dict[str, int]:
    """Place, from 0, of each point below one heading or lead-in, if there are not too many; 0 for an answer."""
    listed = segments[segments["kind"].isin(LISTED)].sort_values(["document_id", "position"])
    lead = listed["prompt"].fillna(listed["heading"].map("\x1f".join).astype("str"))
    groups = listed.groupby([listed["document_id"], lead], sort=False)
    place = groups.cumcount().where(listed["kind"].eq("bullet"), 0)
    counts = (groups["segment_id"].transform("size") <= MAX_LIST) | listed["kind"].eq("answer")
    return dict(zip(listed["segment_id"][counts], place[counts].tolist(), strict=True))


class _Reader:
    """Reads segments in the order of their documents."""

    def __init__(
        self, sessions: pd.DataFrame, sentences: pd.DataFrame, members: pd.DataFrame, cues: UrgencyCues
    ) -> None:
        self._finder = UrgencyFinder(cues)
        self._next_in_order = phrase_pattern(cues.next_in_order)
        self._spans = _spans(sentences)
        self._questions = _questions(members)
        self._said_on = {row.session_id: _day(row.held_on) for row in rows(sessions)}
        self._announcement = lru_cache(maxsize=10_000)(self._find_announcement)
        self._last_asked: tuple[str, int, tuple[str, ...]] = ("", 0, ())

    def read(self, segment: Any, place: int | None) -> list[Passage]:  # noqa: ANN401  # a row of a frame
        """Find the passages of one segment; `place` is where it stands in a list that may be announced as urgent."""
        spans = self._spans.get(segment.segment_id) or [(0, len(segment.text))]
        asked = self._questions.get(segment.segment_id, [])
        hits_of = self._finder.find(segment.text, spans)
        found: list[Passage] = []
        for number, (span, hits) in enumerate(zip(spans, hits_of, strict=True)):
            nearby = _nearby(asked, spans, number)
            for hit in hits:
                read = self._read_list if hit.group.names_most else self._read_hit
                found += read(segment, span, hit, asked, nearby)
            found += self._read_terms(segment, span, asked, nearby)
        if place is not None and not any(hit.group.names_most for hits in hits_of for hit in hits):
            found += self._read_announced(segment, place, asked)
        if asked:
            self._last_asked = (segment.document_id, segment.position, _known(asked[-1:]))
        return found

    def _read_hit(
        self,
        segment: Any,
        span: Span,
        hit: Hit,
        asked: Sequence[Question],
        nearby: tuple[str, ...],  # noqa: ANN401
    ) -> Iterator[Passage]:
        here = _asked_about(asked, span, (hit.start, hit.end))
        is_elsewhere = not here and hit.group.component == "stated"
        topic = f"{segment.text[span[0] : hit.start]} {segment.text[hit.end : span[1]]}".strip()
        yield Passage(
            segment.segment_id,
            (hit.start, hit.end),
            hit.group.component,
            _words(segment.text, hit),
            hit.group.strength,
            themes=_known(here),
            topic=topic if is_elsewhere else "",
            nearby=() if here else nearby or (self._asked_before(segment) if is_elsewhere else ()),
        )

    def _read_list(
        self,
        segment: Any,
        span: Span,
        hit: Hit,
        asked: Sequence[Question],
        nearby: tuple[str, ...],  # noqa: ANN401
    ) -> Iterator[Passage]:
        """The things that a statement names as most urgent, each about a theme of its own."""
        sentence = segment.text[span[0] : span[1]]
        for item in read_items(sentence, hit.start - span[0], hit.end - span[0], self._next_in_order):
            place = (item.start + span[0], item.end + span[0])
            yield Passage(
                segment.segment_id,
                place,
                "stated",
                _words(segment.text, hit),
                hit.group.strength * item.factor,
                themes=_known(question for question in asked if _lies_within(question, place)),
                topic=segment.text[slice(*place)],
                nearby=nearby or self._asked_before(segment),
            )

    def _read_terms(
        self,
        segment: Any,
        span: Span,
        asked: Sequence[Question],
        nearby: tuple[str, ...],  # noqa: ANN401
    ) -> Iterator[Passage]:
        for term in find_deadlines(segment.text[slice(*span)], self._said_on.get(segment.session_id)):
            place = (term.start + span[0], term.end + span[0])
            here = _asked_about(asked, span, place)
            yield Passage(
                segment.segment_id,
                place,
                "time_pressure",
                TERM,
                term.strength,
                themes=_known(here),
                nearby=() if here else nearby,
            )

    def _read_announced(self, segment: Any, place: int, asked: Sequence[Question]) -> Iterator[Passage]:  # noqa: ANN401
        """A point or answer below a heading, lead-in or question that asks for what is most urgent."""
        lead = segment.prompt if isinstance(segment.prompt, str) else next(iter(segment.heading[-1:]), "")
        announcement = self._announcement(lead)
        if announcement is not None:
            cue, strength = announcement
            whole = (0, len(segment.text))
            strength *= NEXT_IN_LIST**place
            yield Passage(
                segment.segment_id, whole, "stated", cue, strength, themes=_known(asked), topic=segment.text
            )  # fmt: skip

    def _find_announcement(self, lead: str) -> tuple[str, float] | None:
        text = lead.rstrip("?: ")
        hits = [hit for hit in self._finder.find(text, [(0, len(text))])[0] if hit.group.names_most]
        return (_words(text, hits[0]), hits[0].group.strength) if hits else None

    def _asked_before(self, segment: Any) -> tuple[str, ...]:  # noqa: ANN401
        """Themes of the question put just before, for "ja, dat kan echt niet wachten"."""
        document, position, themes = self._last_asked
        return themes if document == segment.document_id and segment.position - position <= NEARBY else ()


def _asked_about(asked: Sequence[Question], sentence: Span, passage: Span) -> list[Question]:
    """The questions that hold a passage, else those that share its sentence."""
    holding = [question for question in asked if question.start <= passage[0] and passage[1] <= question.end]
    return holding or [question for question in asked if question.start < sentence[1] and sentence[0] < question.end]


def _nearby(asked: Sequence[Question], sentences: Sequence[Span], number: int) -> tuple[str, ...]:
    """Theme of the question nearest to a sentence, within two sentences; the earlier one if two are as near."""
    gaps: list[tuple[int, int, Question]] = []
    for question in asked:
        places = [place for place, span in enumerate(sentences) if question.start < span[1] and span[0] < question.end]
        if places:
            gaps.append((min(abs(number - place) for place in places), places[0], question))
    near = [entry for entry in gaps if entry[0] <= NEARBY]
    return _known([min(near, key=lambda entry: entry[:2])[2]]) if near else ()


def _lies_within(question: Question, item: Span) -> bool:
    """Whether most of a question lies within an item that a statement names."""
    overlap = min(question.end, item[1]) - max(question.start, item[0])
    return overlap > (question.end - question.start) / 2


def _known(questions: Iterable[Question]) -> tuple[str, ...]:
    return tuple(sorted({question.theme for question in questions if question.theme is not None}))


def _words(text: str, hit: Hit) -> str:
    return " ".join(text[hit.start : hit.end].lower().split())


def _spans(sentences: pd.DataFrame) -> Mapping[str, list[Span]]:
    ordered = sentences.sort_values(["segment_id", "start"])
    columns = (ordered[name].tolist() for name in ("segment_id", "start", "end"))
    spans: dict[str, list[Span]] = defaultdict(list)
    for segment, start, end in zip(*columns, strict=True):
        spans[segment].append((start, end))
    return spans


def _questions(members: pd.DataFrame) -> Mapping[str, list[Question]]:
    ordered = members.sort_values(["segment_id", "start", "question_id"])
    columns = (ordered[name].tolist() for name in ("segment_id", "start", "end", "theme_id"))
    asked: dict[str, list[Question]] = defaultdict(list)
    for segment, start, end, theme in zip(*columns, strict=True):
        asked[segment].append(Question(start, end, theme if isinstance(theme, str) else None))
    return asked


def _day(held_on: object) -> datetime.date | None:
    is_day = isinstance(held_on, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", held_on)
    return datetime.date.fromisoformat(str(held_on)) if is_day else None
