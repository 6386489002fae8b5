"""Find the passages and votes that speak for the urgency of a theme, in questions and outside of them."""

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pandas as pd

from pipeline.config import UrgencyCues
from pipeline.models import Encoder
from pipeline.passages import Passage, Question, Reader, Segment, Span
from pipeline.relevance import MIN_RELEVANCE, themes_by_meaning
from pipeline.tables import rows
from pipeline.text.urgency import phrase_pattern

CERTAIN = 0.3  # relevance from which a thing named as urgent counts for that theme beside the one it is a question of
NEARBY_FACTOR = 0.5  # what is left of a passage's strength if it counts for the question beside it
MAX_LIST = 10  # points below "most urgent issues"; a longer list leaves nothing out and so says nothing
LISTED = ("bullet", "cell", "answer", "chat")
COLUMNS = ["theme_id", "component", "segment_id", "start", "end", "strength", "cue"]


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
    of the question beside it, at half its strength. A thing named as most urgent counts both ways.

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
    reader = Reader(
        cues,
        spans=_spans(sentences),
        questions=_questions(members),
        said_on={row.session_id: _day(row.held_on) for row in rows(sessions)},
    )
    spoken = segments[segments["is_dutch"] & segments["kind"].ne("heading")]
    passages = [passage for segment in _in_order(spoken) for passage in reader.read(segment)]
    topics = [passage.topic for passage in passages if passage.topic]
    about = themes_by_meaning(topics, members[~members["question_id"].isin(reader.lists)], themes, encoder)
    return pd.DataFrame(_attribute(passages, about), columns=pd.Index(COLUMNS))


def find_votes(
    segments: pd.DataFrame, members: pd.DataFrame, themes: pd.DataFrame, *, cues: UrgencyCues, encoder: Encoder
) -> pd.DataFrame:
    """Find the votes for each theme: that of the question in the row, else the closest in meaning.

    Args:
        segments: table SEGMENTS.
        members: table QUESTIONS with theme_id (null for those that stand alone) and representativeness.
        themes: table THEMES.
        cues: words of urgency, for rows that name no issue.
        encoder: turns texts into vectors.

    Returns:
        One row a row of a poll that got votes: poll, votes, theme_id (null if it is about none), and segment_id,
        component, start, end, strength (its share of the poll) and cue. Rows of one document that answer one prompt
        are one poll; so are all those of a document whose prompts are each their own.
    """
    polled = segments[segments["kind"].eq("poll") & segments["votes"].fillna(0).gt(0)].copy()
    prompt = polled["prompt"].fillna("").astype("str")
    is_shared = prompt.groupby([polled["document_id"], prompt]).transform("size") > 1
    polled["poll"] = polled["document_id"] + "\x1f" + prompt.where(is_shared, "")
    polled["votes"] = polled["votes"].astype("float64")
    asked = members.dropna(subset="theme_id").sort_values(["segment_id", "start"]).drop_duplicates("segment_id")
    asked_there = polled["segment_id"].map(asked.set_index("segment_id")["theme_id"]).astype("object")
    is_issue = ~polled["text"].str.contains(phrase_pattern(cues.no_issue))
    others = polled["text"][asked_there.isna() & is_issue]
    about = themes_by_meaning(list(others), members, themes, encoder)
    by_meaning = others.map({topic: theme for topic, (theme, _) in about.items()}).astype("object")
    return polled.assign(
        theme_id=asked_there.fillna(by_meaning),
        component="votes",
        start=0,
        end=polled["text"].str.len(),
        strength=polled["votes"] / polled.groupby("poll")["votes"].transform("sum"),
        cue=polled["votes"].map("{:.0f} stemmen".format),
    )


def _attribute(passages: Iterable[Passage], about: Mapping[str, tuple[str, float]]) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for passage in passages:
        chosen, strength = set(passage.themes), passage.strength
        theme, relevance = about.get(passage.topic, ("", 0.0))
        if relevance >= (CERTAIN if chosen else MIN_RELEVANCE):
            chosen.add(theme)
        elif not chosen:
            chosen, strength = set(passage.nearby), strength * NEARBY_FACTOR
        place = (passage.segment_id, *passage.span)
        found += [(theme, passage.component, *place, strength, passage.cue) for theme in sorted(chosen)]
    return found


def _in_order(segments: pd.DataFrame) -> Iterator[Segment]:
    """Segments in the order of their documents, with the lead-in or heading above each.

    Points of a list have a place, from 0, if the list is not too long; an answer has place 0.
    """
    segments = segments.sort_values(["document_id", "position"], ignore_index=True)
    lead = segments["prompt"].fillna(segments["heading"].map(lambda path: path[-1] if len(path) else ""))
    listed = segments["kind"].isin(LISTED)
    groups = segments[listed].groupby(["document_id", lead[listed]], sort=False)
    is_point = segments["kind"].eq("bullet")
    is_short = (groups["segment_id"].transform("size") <= MAX_LIST) | segments["kind"].eq("answer")[listed]
    place = groups.cumcount().where(is_point[listed], 0).where(is_short).reindex(segments.index)
    columns = segments[["segment_id", "document_id", "session_id", "position", "text"]]
    for *values, number in rows(columns.assign(lead=lead, place=place)):
        yield Segment._make([*values, None if np.isnan(number) else int(number)])


def _spans(sentences: pd.DataFrame) -> Mapping[str, list[Span]]:
    ordered = sentences.sort_values(["segment_id", "start"])
    columns = (ordered[name].tolist() for name in ("segment_id", "start", "end"))
    spans: dict[str, list[Span]] = defaultdict(list)
    for segment, start, end in zip(*columns, strict=True):
        spans[segment].append((start, end))
    return spans


def _questions(members: pd.DataFrame) -> Mapping[str, list[Question]]:
    ordered = members.sort_values(["segment_id", "start", "question_id"])
    columns = (ordered[name].tolist() for name in ("segment_id", "question_id", "start", "end", "theme_id"))
    asked: dict[str, list[Question]] = defaultdict(list)
    for segment, question, start, end, theme in zip(*columns, strict=True):
        asked[segment].append(Question(question, start, end, theme if isinstance(theme, str) else None))
    return asked


def _day(held_on: object) -> datetime.date | None:
    is_day = isinstance(held_on, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", held_on)
    return datetime.date.fromisoformat(str(held_on)) if is_day else None
