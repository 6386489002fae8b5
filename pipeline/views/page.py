"""All that the report shows, counted, sorted and worded, so that the template only prints."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.config import ReportSettings
from pipeline.contract import Issue, Issues
from pipeline.contract import Session as SessionPart
from pipeline.tables import rows
from pipeline.views import account, cards, charts, dutch
from pipeline.views.cards import OTHER, STATUSES, Axis, Card, CategoryName, Names, Passage, SessionName

WIDE = charts.Canvas(width=900, height=640, font_size=13.5, label_width=21, max_radius=24)
NARROW = charts.Canvas(width=360, height=600, font_size=12.5, label_width=16, max_radius=14)
N_LABELLED_NARROW = 12  # themes with a label on a phone; the others carry their rank alone
MAX_ON_MAP = 120  # themes, most urgent first; more cannot be told apart
TITLE_LENGTH = 18  # characters of a session's title where it has no date
CHANGES = {
    "new": "Dit kwam in de vorige meting niet voor.",
    "grown": "Er zijn vragen of zorgen bij gekomen.",
    "merged": "Wat eerst aparte vraagstukken waren, hoort nu bij elkaar.",
    "split": "Dit hoorde eerst bij een breder vraagstuk.",
}


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
    """Issues outside the taxonomy that belong together."""

    label: str
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
class Change:
    """What became of one issue."""

    label: str
    id: str | None
    note: str


@dataclass(frozen=True)
class ChangeGroup:
    """Issues that changed in the same way."""

    status: str
    meaning: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Changes:
    """What changed since the last run."""

    is_first: bool
    groups: tuple[ChangeGroup, ...]
    known_text: str


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
    changes: Changes
    left_out: account.LeftOut
    method: account.Method


def page(issues: Issues, tables: Mapping[str, pd.DataFrame], settings: ReportSettings) -> Page:
    """Word the whole report.

    Args:
        issues: what issues.json holds.
        tables: all tables by name; read here are documents, segments, sentences, questions, question_themes and
            themes.
        settings: title, and how many quotes are shown below an issue.
    """
    names = _names(issues)
    shown = cards.cards(issues, names, max_quotes=settings.max_quotes)
    by_id = {card.id: card for card in shown}
    return Page(
        title=settings.title,
        is_masked=issues.run.masked,
        intro=_intro(issues, tables["segments"]),
        sessions=tuple(_session(part, names) for part in _in_order(issues.sessions)),
        n_questions=dutch.whole(sum(session.questions for session in issues.sessions)),
        axis=cards.axis(issues.issues),
        cards=shown,
        categories=_category_options(issues),
        forms=tuple(Option(value, label) for value, label in FORM_OPTIONS.items()),
        severe=_severe(issues, by_id, names),
        emerging=tuple(
            Emerging(cards.capital(entry.label), tuple(by_id[i] for i in entry.issue_ids)) for entry in issues.emerging
        ),
        map_limit=MAX_ON_MAP if len(shown) > MAX_ON_MAP else None,
        wide_map=_map(shown, tables["themes"], WIDE, n_labelled=len(shown)),
        narrow_map=_map(shown, tables["themes"], NARROW, n_labelled=N_LABELLED_NARROW),
        category_rows=_category_rows(issues, names),
        changes=_changes(issues),
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


def _intro(issues: Issues, segments: pd.DataFrame) -> tuple[str, ...]:
    """Four sentences: from which sessions, how much, what comes first and how sure, and how to check it."""
    return (_intro_sessions(issues), _intro_counts(issues, segments), _intro_first(issues), _intro_trust(issues))


def _intro_sessions(issues: Issues) -> str:
    days = sorted(session.date for session in issues.sessions if session.date)
    span = ""
    if days:
        span = dutch.date(days[0]) if days[0] == days[-1] else f"{dutch.date(days[0])} tot en met {dutch.date(days[-1])}"
        span = f" ({span})"
    sessions = dutch.counted(len(issues.sessions), "sessie", "sessies")
    return f"Dit rapport laat zien welke vragen en zorgen leven in {sessions}{span}, en welke het meest urgent zijn."


def _intro_counts(issues: Issues, segments: pd.DataFrame) -> str:
    total = sum(session.questions for session in issues.sessions)
    n_documents = sum(session.documents for session in issues.sessions)
    n_speakers = int(segments["speaker"].nunique())
    alone = len(issues.unplaced)
    rest = f"; {dutch.whole(alone)} {'staat' if alone == 1 else 'staan'} op zichzelf" if alone else ""
    return (
        f"In {dutch.counted(n_documents, 'document', 'documenten')} zijn "
        f"{dutch.counted(total, 'vraag of zorg', 'vragen en zorgen')} gevonden, van "
        f"{dutch.counted(n_speakers, 'spreker', 'sprekers')} en van tafels en groepen zonder naam; "
        f"{dutch.whole(total - alone)} daarvan vormen samen "
        f"{dutch.counted(len(issues.issues), 'vraagstuk', 'vraagstukken')}{rest}."
    )


def _intro_first(issues: Issues) -> str:
    if not issues.issues:
        return "Er zijn te weinig vragen en zorgen gevonden om er vraagstukken van te maken."
    first = issues.issues[0]
    low, high = (dutch.number(value) for value in first.urgency.interval)
    share = dutch.percentage(issues.run.parameters["rank"]["interval"])
    followers = [f"‘{issue.label}’" for issue in issues.issues[1:3]]
    then = f", gevolgd door {dutch.listing(followers)}" if followers else ""
    worst = first.urgency.rank_interval[1]
    sure = "die eerste plaats is stevig" if worst == 1 else f"het kan ook op plaats {worst} horen"
    return (
        f"Bovenaan staat ‘{first.label}’ (urgentie {dutch.number(first.urgency.score)}; in {share} van de "
        f"hertrekkingen tussen {low} en {high}, {sure}){then}."
    )


def _intro_trust(issues: Issues) -> str:
    people = (
        "namen van personen zijn vervangen door codes"
        if issues.run.masked
        else "namen van personen zijn in dit rapport niet vervangen"
    )
    return f"Elk cijfer is terug te voeren op citaten met hun vindplaats; {people}."


def _session(part: SessionPart, names: Names) -> Session:
    return Session(
        name=names.sessions[part.id],
        date=dutch.date(part.date) if part.date else "onbekend",
        region=part.region,
        documents=dutch.whole(part.documents),
        questions=dutch.whole(part.questions),
        speakers=dutch.whole(part.speakers),
    )


def _category_options(issues: Issues) -> tuple[Option, ...]:
    return tuple(Option(part.id, f"{part.label} ({part.issues})") for part in issues.taxonomy if part.issues)


def _severe(issues: Issues, by_id: Mapping[str, Card], names: Names) -> tuple[Severe, ...]:
    found = {issue.id: issue for issue in issues.issues}
    return tuple(Severe(by_id[i], _gravest(found[i], names)) for i in issues.rare_but_severe)


def _gravest(issue: Issue, names: Names) -> Passage | None:
    grave = [signal for signal in issue.signals if signal.component in ("severity", "time_pressure", "stated")]
    return cards.passage(max(grave, key=lambda signal: signal.strength), names) if grave else None


def _map(shown: Sequence[Card], themes: pd.DataFrame, canvas: charts.Canvas, *, n_labelled: int) -> ThemeMap:
    place_of = {row.theme_id: (row.x, row.y) for row in rows(themes)}
    shown = shown[:MAX_ON_MAP]
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


def _map_mark(card: Card, mark: charts.Mark) -> MapMark:
    first, rest = mark.lines[:1], mark.lines[1:]
    rank = str(card.rank)
    lines = [MapLine(line.x, line.y, rank, line.text.removeprefix(rank)) for line in first]
    lines += [MapLine(line.x, line.y, "", line.text) for line in rest]
    return MapMark(card, mark, f"{rank}. {card.label}: {card.category.label}, {card.voices}", tuple(lines))


def _category_rows(issues: Issues, names: Names) -> tuple[CategoryRow, ...]:
    asked = [(item.category, item.source.session) for issue in issues.issues for item in issue.evidence]
    asked += [(item.category, item.source.session) for item in issues.unplaced]
    counts = pd.Series(asked, dtype="object").value_counts().to_dict()
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


def _changes(issues: Issues) -> Changes:
    groups = []
    known_labels = {issue.id: issue.label for issue in issues.issues} | {gone.id: gone.label for gone in issues.gone}
    for status, meaning in CHANGES.items():
        changed = [issue for issue in issues.issues if issue.status == status]
        if changed:
            changes = tuple(
                Change(cards.capital(issue.label), issue.id, _origin(issue, known_labels)) for issue in changed
            )
            groups.append(ChangeGroup(cards.capital(STATUSES[status]), meaning, changes))
    if issues.gone:
        gone = tuple(Change(cards.capital(entry.label), None, entry.id) for entry in issues.gone)
        groups.append(ChangeGroup("Verdwenen", "Dit kwam in de vorige meting voor en keert niet terug.", gone))
    return Changes(
        is_first=not issues.gone and all(issue.status == "new" for issue in issues.issues),
        groups=tuple(groups),
        known_text=_known_text(sum(issue.status == "known" for issue in issues.issues), len(issues.issues)),
    )


def _known_text(n_known: int, n_issues: int) -> str:
    of_all = f"van de {dutch.counted(n_issues, 'vraagstuk', 'vraagstukken')}"
    if n_known == 0:
        return f"Geen {of_all} bleef zoals het was."
    return f"{dutch.whole(n_known)} {of_all} {'bleef zoals het was' if n_known == 1 else 'bleven zoals ze waren'}."


def _origin(issue: Issue, known_labels: Mapping[str, str]) -> str:
    parents = [f"‘{known_labels[i]}’" if i in known_labels else i for i in issue.parents]
    return f"uit {dutch.listing(parents)}" if parents else ""
