"""All that the report shows, counted, sorted and worded, so that the template only prints."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipeline.config import ReportSettings
from pipeline.contract import Issue, Issues, Signal
from pipeline.contract import Session as SessionPart
from pipeline.tables import rows
from pipeline.views import account, cards, changes, charts, dutch, intro
from pipeline.views.cards import Axis, Card
from pipeline.views.quotes import OTHER, CategoryName, Names, Passage, SessionName, passages

WIDE = charts.Canvas(width=900, height=640, font_size=13.5, label_width=21, max_radius=24)
NARROW = charts.Canvas(width=360, height=600, font_size=12.5, label_width=16, max_radius=14)
N_LABELLED_NARROW = 12  # themes with a label on a phone; the others carry their rank alone
CROWD = 36  # themes that a map of the usual height has room for
MAX_ON_MAP = 120  # themes, most urgent first; more cannot be told apart
TITLE_LENGTH = 18  # characters of a session's title where it has no date


@dataclass(frozen=True)
class Session:
    """One session with its figures."""

    name: SessionName
    date: str
    region: str | None
    documents: str
    questions: str
    speakers: str


@dataclass(frozen=True)
class Option:
    """A choice in a filter."""

    value: str
    label: str


@dataclass(frozen=True)
class Severe:
    """An issue of one or two voices in grave words, with the passage that weighed most."""

    card: Card
    passage: Passage | None


@dataclass(frozen=True)
class Emerging:
    """Issues outside the taxonomy that belong together, and why; one issue alone needs no label of its own."""

    label: str | None
    why: str
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class MapLine:
    """A line of a label on the map; the first one opens with the rank."""

    x: float
    y: float
    rank: str
    text: str


@dataclass(frozen=True)
class MapMark:
    """An issue on the map."""

    card: Card
    mark: charts.Mark
    name: str
    lines: tuple[MapLine, ...]


@dataclass(frozen=True)
class ThemeMap:
    """The map for one width of screen."""

    width: int
    height: int
    font_size: float
    marks: tuple[MapMark, ...]


@dataclass(frozen=True)
class Cell:
    """Questions of a category in a session."""

    number: str
    share: str
    bar: float


@dataclass(frozen=True)
class CategoryRow:
    """One category over all sessions."""

    category: CategoryName
    definition: str
    cells: tuple[Cell, ...]
    total: Cell
    issues: str


@dataclass(frozen=True)
class Page:
    """The whole report."""

    title: str
    is_masked: bool
    intro: tuple[str, ...]
    sessions: tuple[Session, ...]
    n_questions: str
    axis: Axis
    cards: tuple[Card, ...]
    categories: tuple[Option, ...]
    forms: tuple[Option, ...]
    severe: tuple[Severe, ...]
    emerging: tuple[Emerging, ...]
    map_limit: int | None
    wide_map: ThemeMap
    narrow_map: ThemeMap
    category_rows: tuple[CategoryRow, ...]
    changes: changes.Changes
    left_out: account.LeftOut
    method: account.Method


def page(issues: Issues, tables: Mapping[str, pd.DataFrame], settings: ReportSettings) -> Page:
    """Word the whole report.

    Args:
        issues: what issues.json holds.
        tables: all tables by name; read here are documents, segments, sentences, questions, question_themes, themes
            and matches.
        settings: title, and how many quotes are shown below an issue.
    """
    names = _names(issues)
    shown = cards.cards(issues, names, max_quotes=settings.max_quotes)
    by_id = {card.id: card for card in shown}
    return Page(
        title=settings.title,
        is_masked=issues.run.masked,
        intro=intro.intro(issues, tables),
        sessions=_sessions(issues, names, tables["documents"]),
        n_questions=dutch.whole(sum(session.questions for session in issues.sessions)),
        axis=cards.axis(issues.issues),
        cards=shown,
        categories=_category_options(issues),
        forms=tuple(Option(value, label) for value, label in FORM_OPTIONS.items()),
        severe=_severe(issues, by_id, names),
        emerging=tuple(
            Emerging(
                label=cards.capital(entry.label) if len(entry.issue_ids) > 1 else None,
                why=entry.why,
                cards=tuple(card for card in shown if card.id in entry.issue_ids),  # most urgent first
            )
            for entry in issues.emerging
        ),
        map_limit=MAX_ON_MAP if len(shown) > MAX_ON_MAP else None,
        wide_map=_map(shown, tables["themes"], WIDE, n_labelled=len(shown)),
        narrow_map=_map(shown, tables["themes"], NARROW, n_labelled=N_LABELLED_NARROW),
        category_rows=_category_rows(issues, names, tables),
        changes=changes.changes(issues),
        left_out=account.left_out(issues, tables, names, max_quotes=settings.max_quotes),
        method=account.method(issues),
    )


FORM_OPTIONS = {"direct": "Vragen", "indirect": "Indirecte vragen", "concern": "Zorgen"}


def _in_order(sessions: Sequence[SessionPart]) -> list[SessionPart]:
    return sorted(sessions, key=lambda session: (session.date is None, session.date or "", session.id))


def _names(issues: Issues) -> Names:
    categories = {
        part.id: CategoryName(part.id, part.label, OTHER if part.id == OTHER else str(place % cards.N_MARKS))
        for place, part in enumerate(issues.taxonomy)
    }
    sessions = {part.id: _session_name(place, part) for place, part in enumerate(_in_order(issues.sessions))}
    return Names(categories, sessions)


def _session_name(place: int, part: SessionPart) -> SessionName:
    short = dutch.short_date(part.date) if part.date else textwrap.shorten(part.title, TITLE_LENGTH, placeholder="…")
    day, _, year = short.rpartition(dutch.NO_BREAK_SPACE)
    return SessionName(key=f"s{place}", title=part.title, short=short, lines=(day, year) if day else (short, ""))


def _sessions(issues: Issues, names: Names, documents: pd.DataFrame) -> tuple[Session, ...]:
    n_read = intro.read_documents(documents).groupby("session_id").size().to_dict()
    return tuple(
        Session(
            name=names.sessions[part.id],
            date=dutch.date(part.date) if part.date else "onbekend",
            region=part.region,
            documents=dutch.whole(n_read.get(part.id, 0)),
            questions=dutch.whole(part.questions),
            speakers=dutch.whole(part.speakers),
        )
        for part in _in_order(issues.sessions)
    )


def _category_options(issues: Issues) -> tuple[Option, ...]:
    return tuple(Option(part.id, f"{part.label} ({part.issues})") for part in issues.taxonomy if part.issues)


def _severe(issues: Issues, by_id: Mapping[str, Card], names: Names) -> tuple[Severe, ...]:
    found = {issue.id: issue for issue in issues.issues}
    gravest = {
        i: max(_grave(found[i]), key=lambda signal: signal.strength, default=None) for i in issues.rare_but_severe
    }
    return tuple(Severe(by_id[i], passages([signal], names)[0] if signal else None) for i, signal in gravest.items())


def _grave(issue: Issue) -> list[Signal]:
    return [signal for signal in issue.signals if signal.component in ("severity", "time_pressure", "stated")]


def _map(shown: Sequence[Card], themes: pd.DataFrame, canvas: charts.Canvas, *, n_labelled: int) -> ThemeMap:
    place_of = {row.theme_id: (row.x, row.y) for row in rows(themes)}
    shown = shown[:MAX_ON_MAP]
    canvas = _roomy(canvas, len(shown))
    places = np.array([place_of[card.id] for card in shown], dtype=float).reshape(len(shown), 2)
    labels = [
        (f"{card.rank} {card.label}", str(card.rank)) if place < n_labelled else (str(card.rank),)
        for place, card in enumerate(shown)
    ]
    marks = charts.theme_map(places, [card.n_voices for card in shown], labels, canvas)
    return ThemeMap(
        width=canvas.width,
        height=canvas.height,
        font_size=canvas.font_size,
        marks=tuple(_map_mark(card, mark) for card, mark in zip(shown, marks, strict=True)),
    )


def _roomy(canvas: charts.Canvas, n_marks: int) -> charts.Canvas:
    """A higher canvas with smaller marks where there are many, so that labels find room."""
    crowd = max(n_marks / CROWD, 1.0)
    return replace(canvas, height=round(canvas.height * crowd**0.5), max_radius=canvas.max_radius / crowd**0.5)


def _map_mark(card: Card, mark: charts.Mark) -> MapMark:
    first, rest = mark.lines[:1], mark.lines[1:]
    rank = str(card.rank)
    lines = [MapLine(line.x, line.y, rank, line.text.removeprefix(rank)) for line in first]
    lines += [MapLine(line.x, line.y, "", line.text) for line in rest]
    return MapMark(card, mark, f"{rank}. {card.label}: {card.category.label}, {card.voices}", tuple(lines))


def _category_rows(issues: Issues, names: Names, tables: Mapping[str, pd.DataFrame]) -> tuple[CategoryRow, ...]:
    questions, matches = tables["questions"], tables["matches"]
    primary = matches[matches["is_primary"]].set_index("item_id")["category"]
    category = questions["question_id"].map(primary).fillna(OTHER)
    counts = questions.groupby([category, "session_id"]).size().to_dict()
    sessions = _in_order(issues.sessions)
    total = sum(session.questions for session in sessions)
    return tuple(
        CategoryRow(
            category=names.categories[part.id],
            definition=part.definition,
            cells=tuple(_cell(counts.get((part.id, session.id), 0), session.questions) for session in sessions),
            total=_cell(part.questions, total),
            issues=dutch.whole(part.issues),
        )
        for part in issues.taxonomy
    )


def _cell(n_questions: int, n_all: int) -> Cell:
    share = n_questions / n_all if n_all else 0.0
    return Cell(number=dutch.whole(n_questions), share=dutch.percentage(share), bar=round(share * 100, 1))
