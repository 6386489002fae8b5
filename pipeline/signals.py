"""Find the passages that speak for the urgency of a theme."""

import datetime
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from pipeline.config import UrgencyCues
from pipeline.models import Encoder
from pipeline.relevance import relevance, theme_texts
from pipeline.tables import rows
from pipeline.text.deadlines import find_deadlines
from pipeline.text.statements import read_items
from pipeline.text.urgency import Hit, UrgencyFinder, phrase_pattern

MIN_RELEVANCE = 0.2  # from which a passage is taken to be about a theme; see docs/urgency.md
NEARBY = 2  # sentences, or segments, within which a passage is about the question beside it
NEARBY_FACTOR = 0.5  # what that leaves of its strength
MAX_LIST = 10  # points below "most urgent issues"; a longer list leaves nothing out and says nothing
IN_LIST = ("bullet", "cell", "answer", "chat")
DATE = "date or term ahead"

Span = tuple[int, int]
Question = tuple[int, int, str | None]


class Passage(NamedTuple):
    """A passage that speaks for urgency.

    Args:
        segment_id: the segment it stands in.
        start: first code point.
        end: one past the last.
        component: what it counts for.
        cue: what was found.
        strength: how strongly it speaks, in (0, 1].
        themes: the themes it is about, if the text tells.
        topic: what to find the theme by, if meaning has to tell.
        nearby: themes of the question beside it, if meaning does not tell.
    """

    segment_id: str
    start: int
    end: int
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
    """Find what is said about the urgency of themes, also outside of questions.

    Args:
        sessions: table SESSIONS, for the day on which things were said.
        segments: table SEGMENTS.
        sentences: table SENTENCES.
        members: table QUESTIONS with column theme_id (null for those that stand alone) and representativeness.
        themes: table THEMES.
        cues: words of urgency.
        encoder: turns texts into vectors.

    Returns:
        Columns theme_id, component, segment_id, start, end, strength and cue; a passage may stand in it more than
        once.
    """
    reader = _Reader(sessions, sentences, members, cues)
    spoken = segments[segments["is_dutch"] & segments["kind"].ne("heading")]
    places = _places_in_lists(spoken)
    passages = [
        passage
        for segment in rows(spoken.sort_values(["document_id", "position"]))
        for passage in reader.read(segment, places.get(segment.segment_id, -1))
    ]
    found = list(_attribute(passages, members, themes, encoder))
    columns = ["theme_id", "component", "segment_id", "start", "end", "strength", "cue"]
    return pd.DataFrame(found, columns=pd.Index(columns))


def themes_by_meaning(
    topics: Sequence[str], members: pd.DataFrame, themes: pd.DataFrame, encoder: Encoder
) -> dict[str, str]:
    """Find the theme that each topic is about; topics that are about none are left out."""
    themes = themes.sort_values("theme_id", ignore_index=True)
    distinct = sorted(set(topics))
    texts, theme_of_text = theme_texts(members.dropna(subset="theme_id"), themes)
    scores = relevance(distinct, texts, theme_of_text, len(themes), encoder)
    if not scores.size:
        return {}
    best = scores.argmax(axis=1)
    good = scores[np.arange(len(distinct)), best] >= MIN_RELEVANCE
    return {
        topic: str(themes["theme_id"].iloc[place])
        for topic, place, is_good in zip(distinct, best.tolist(), good.tolist(), strict=True)
        if is_good
    }


def _attribute(
    passages: Sequence[Passage], members: pd.DataFrame, themes: pd.DataFrame, encoder: Encoder
) -> Iterator[tuple[object, ...]]:
    about = themes_by_meaning([p.topic for p in passages if p.topic], members, themes, encoder)
    for passage in passages:
        chosen, strength = passage.themes, passage.strength
        if not chosen and passage.topic in about:
            chosen = (about[passage.topic],)
        elif not chosen:
            chosen, strength = passage.nearby, strength * NEARBY_FACTOR
        for theme in chosen:
            yield theme, passage.component, passage.segment_id, passage.start, passage.end, strength, passage.cue


def _places_in_lists(segments: pd.DataFrame) -> dict[str, int]:
    """Place, from 0, of points and answers that stand below one heading or lead-in, if these are not too many."""
    listed = segments[segments["kind"].isin(IN_LIST)].sort_values(["document_id", "position"])
    lead = listed["prompt"].fillna(listed["heading"].map("\x1f".join).astype("str"))
    groups = listed.groupby([listed["document_id"], lead], sort=False)
    place, size = groups.cumcount(), groups["segment_id"].transform("size")
    place = place.where(listed["kind"].eq("bullet"), 0)
    few = (size <= MAX_LIST) | listed["kind"].eq("answer")
    return dict(zip(listed["segment_id"][few], place[few].tolist(), strict=True))


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
        self._announces = lru_cache(maxsize=10_000)(self._announced)
        self._last: tuple[str, int, tuple[str, ...]] = ("", 0, ())

    def read(self, segment: Any, place: int) -> list[Passage]:  # noqa: ANN401  # a row of a frame
        """Read one segment; `place` is where it stands in a list, -1 if in none."""
        spans = self._spans.get(segment.segment_id) or [(0, len(segment.text))]
        asked = self._questions.get(segment.segment_id, [])
        found: list[Passage] = []
        for number, (span, hits) in enumerate(zip(spans, self._finder.find(segment.text, spans), strict=True)):
            for hit in hits:
                nearby = _nearby(asked, spans, number) or self._before(segment)
                found += self._passages(segment, span, hit, asked, nearby)
            found += self._deadlines(segment, span, asked, _nearby(asked, spans, number))
        if place >= 0 and not found_most(found):
            found += self._announced_item(segment, place, asked)
        if asked:
            self._last = (segment.document_id, segment.position, _known(theme for _, _, theme in asked[-1:]))
        return found

    def _passages(
        self, segment: Any, span: Span, hit: Hit, asked: list[Question], nearby: tuple[str, ...]  # noqa: ANN401
    ) -> Iterator[Passage]:
        group, base = hit.group, (segment.segment_id, hit.start, hit.end, hit.group.component, hit.cue)
        if group.names_most:
            yield from self._named(segment, span, hit, asked, nearby)
            return
        about, is_asked = _asked_about(asked, span, (hit.start, hit.end))
        if is_asked:
            yield Passage(*base, group.strength, themes=about)
        elif group.component == "stated":
            topic = segment.text[span[0] : hit.start] + segment.text[hit.end : span[1]]
            yield Passage(*base, group.strength, topic=topic.strip(), nearby=nearby)
        else:
            yield Passage(*base, group.strength, nearby=nearby)

    def _named(
        self, segment: Any, span: Span, hit: Hit, asked: list[Question], nearby: tuple[str, ...]  # noqa: ANN401
    ) -> Iterator[Passage]:
        sentence = segment.text[span[0] : span[1]]
        items = read_items(sentence, hit.start - span[0], hit.end - span[0], self._next_in_order)
        for item in items:
            first, last = item.start + span[0], item.end + span[0]
            about = _known(theme for start, end, theme in asked if _is_same((start, end), (first, last)))
            strength = hit.group.strength * item.factor
            yield Passage(
                segment.segment_id, first, last, "stated", hit.cue, strength,
                themes=about, topic=segment.text[first:last], nearby=nearby or _known(t for _, _, t in asked),
            )  # fmt: skip

    def _deadlines(
        self, segment: Any, span: Span, asked: list[Question], nearby: tuple[str, ...]  # noqa: ANN401
    ) -> Iterator[Passage]:
        for deadline in find_deadlines(segment.text[span[0] : span[1]], self._said_on.get(segment.session_id)):
            start, end = deadline.start + span[0], deadline.end + span[0]
            about, is_asked = _asked_about(asked, span, (start, end))
            yield Passage(
                segment.segment_id, start, end, "time_pressure", DATE, deadline.strength,
                themes=about, nearby=() if is_asked else nearby,
            )  # fmt: skip

    def _announced_item(self, segment: Any, place: int, asked: list[Question]) -> Iterator[Passage]:  # noqa: ANN401
        """What stands as a point or answer below "the most urgent issues"."""
        leads = [segment.prompt] if isinstance(segment.prompt, str) else list(segment.heading[-1:])
        for lead in leads:
            announced = self._announces(lead)
            if announced is not None:
                cue, strength = announced
                themes = _known(theme for _, _, theme in asked)
                yield Passage(
                    segment.segment_id, 0, len(segment.text), "stated", cue, strength * 0.95**place,
                    themes=themes, topic=segment.text,
                )  # fmt: skip

    def _announced(self, lead: str) -> tuple[str, float] | None:
        text = lead.rstrip("?: ")
        hits = [hit for hit in self._finder.find(text, [(0, len(text))])[0] if hit.group.names_most]
        return (hits[0].cue, hits[0].group.strength) if hits else None

    def _before(self, segment: Any) -> tuple[str, ...]:  # noqa: ANN401
        """Themes of the question asked just before: "Ja, dat kan echt niet wachten"."""
        document, position, themes = self._last
        is_near = document == segment.document_id and segment.position - position <= NEARBY
        return themes if is_near else ()


def found_most(passages: Sequence[Passage]) -> bool:
    """Whether passages name something as the most urgent."""
    return any(passage.component == "stated" and passage.topic and passage.strength > 0.7 for passage in passages)


def _asked_about(asked: Sequence[Question], sentence: Span, passage: Span) -> tuple[tuple[str, ...], bool]:
    """Themes of the questions that hold a passage, else of those in its sentence; and whether there are any."""
    holding = [question for question in asked if question[0] <= passage[0] and passage[1] <= question[1]]
    here = holding or [question for question in asked if question[0] < sentence[1] and sentence[0] < question[1]]
    return _known(theme for _, _, theme in here), bool(here)


def _nearby(asked: Sequence[Question], sentences: Sequence[Span], number: int) -> tuple[str, ...]:
    """Theme of the question nearest to a sentence, within two sentences; the one before it if two are as near."""
    near: list[tuple[int, str | None]] = []
    for start, end, theme in asked:
        places = [place for place, span in enumerate(sentences) if start < span[1] and span[0] < end]
        if places:
            gap = min(abs(number - place) for place in places)
            near.append((2 * gap - (places[0] < number), theme))
    best = min((entry for entry in near if entry[0] <= 2 * NEARBY), default=None, key=lambda entry: entry[0])
    return _known([best[1]]) if best else ()


def _is_same(question: Span, item: Span) -> bool:
    """Whether a question lies for the most part within an item that a statement names."""
    overlap = min(question[1], item[1]) - max(question[0], item[0])
    return overlap > (question[1] - question[0]) / 2


def _known(themes: Any) -> tuple[str, ...]:  # noqa: ANN401  # any iterable of themes
    return tuple(sorted({theme for theme in themes if isinstance(theme, str)}))


def _spans(sentences: pd.DataFrame) -> Mapping[str, list[Span]]:
    ordered = sentences.sort_values(["segment_id", "start"])
    spans: dict[str, list[Span]] = defaultdict(list)
    for segment, start, end in zip(
        ordered["segment_id"], ordered["start"].tolist(), ordered["end"].tolist(), strict=True
    ):
        spans[segment].append((start, end))
    return spans


def _questions(members: pd.DataFrame) -> Mapping[str, list[Question]]:
    ordered = members.sort_values(["segment_id", "start", "question_id"])
    asked: dict[str, list[Question]] = defaultdict(list)
    for segment, start, end, theme in zip(
        ordered["segment_id"], ordered["start"].tolist(), ordered["end"].tolist(), ordered["theme_id"], strict=True
    ):
        asked[segment].append((start, end, theme if isinstance(theme, str) else None))
    return asked


def _day(held_on: object) -> datetime.date | None:
    is_day = isinstance(held_on, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", held_on)
    return datetime.date.fromisoformat(str(held_on)) if is_day else None
