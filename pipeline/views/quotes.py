"""What people said, with where they said it: quotes, and the passages that counted for urgency."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from pipeline.contract import Evidence, Sentence, Signal, Source
from pipeline.views import phrases

OTHER = "other"
FORMS = {"direct": "vraag", "indirect": "indirecte vraag", "concern": "zorg"}
COMPONENTS = {
    "reach": "Bereik",
    "persistence": "Bestendigheid",
    "stated": "Uitgesproken",
    "votes": "Peiling",
    "uncertainty": "Onduidelijkheid",
    "time_pressure": "Tijdsdruk",
    "severity": "Ernst",
}


@dataclass(frozen=True)
class CategoryName:
    """A category as it is shown: its label, and which mark and colour it has."""

    id: str
    label: str
    mark: str


@dataclass(frozen=True)
class SessionName:
    """A session as it is shown in lists, column heads and sources."""

    key: str
    title: str
    short: str
    lines: tuple[str, str]


@dataclass(frozen=True)
class Names:
    """What every part of the report calls categories and sessions, by id and in order."""

    categories: Mapping[str, CategoryName]
    sessions: Mapping[str, SessionName]


@dataclass(frozen=True)
class Place:
    """Where a quote stands, in words."""

    where: str
    heading: str | None
    speaker: str | None
    session: str
    session_key: str


@dataclass(frozen=True)
class Quote:
    """What somebody said, with every place where it was said."""

    id: str
    text: str
    context: str | None
    form: str
    form_key: str
    category: CategoryName | None
    place: Place
    repeats: tuple[Place, ...]
    session_keys: str


@dataclass(frozen=True)
class Passage:
    """A sentence that counted for the urgency: its text in pieces, each marked or not, and what it counted for."""

    pieces: tuple[tuple[str, bool], ...]
    reasons: tuple[str, ...]
    place: Place


def fold(evidence: Sequence[Evidence], names: Names, *, own: str) -> tuple[Quote, ...]:
    """Quotes in the order given; one that repeats another word for word is a further place of that one.

    Args:
        evidence: the quotes of an issue.
        names: of categories and sessions.
        own: the issue's category; a quote that fits another one says so.
    """
    groups: dict[str, list[Evidence]] = {}
    for item in evidence:
        groups.setdefault(" ".join(item.text.casefold().split()), []).append(item)
    return tuple(_quote(group, names, own) for group in groups.values())


def _quote(group: Sequence[Evidence], names: Names, own: str) -> Quote:
    first, places = group[0], [place(item.source, names) for item in group]
    return Quote(
        id=first.question_id,
        text=first.text,
        context=first.context,
        form=FORMS[first.form],
        form_key=first.form,
        category=None if first.category in (own, OTHER) else names.categories[first.category],
        place=places[0],
        repeats=tuple(places[1:]),
        session_keys=" ".join(sorted({found.session_key for found in places})),
    )


def passages(signals: Iterable[Signal], names: Names) -> tuple[Passage, ...]:
    """Passages in the order given; a sentence that counts more than once is one passage."""
    groups: dict[tuple[str, int, int], list[Signal]] = {}
    for signal in signals:
        sentence = _sentence(signal)
        groups.setdefault((signal.source.segment, sentence.start, sentence.end), []).append(signal)
    return tuple(_passage(group, names) for group in groups.values())


def _passage(group: Sequence[Signal], names: Names) -> Passage:
    sentence = _sentence(group[0])
    marked = {place - sentence.start for signal in group for place in range(signal.source.start, signal.source.end)}
    pieces = [
        ("".join(letter for _, letter in letters), is_marked)
        for is_marked, letters in groupby(enumerate(sentence.text), key=lambda numbered: numbered[0] in marked)
    ]
    return Passage(
        pieces=tuple(pieces),
        reasons=tuple(dict.fromkeys(map(_reason, group))),
        place=place(group[0].source, names),
    )


def _sentence(signal: Signal) -> Sentence:
    return signal.sentence or Sentence(text=signal.text, start=signal.source.start, end=signal.source.end)


def _reason(signal: Signal) -> str:
    """The component that a signal counts for, with the votes, or with the words that say so if they stand elsewhere."""
    component = COMPONENTS[signal.component]
    if signal.component == "votes":
        return f"{component}, {phrases.phrase(signal.cue).text}"
    is_within = signal.cue in " ".join(signal.text.casefold().split())
    return component if is_within else f"{component} (‘{signal.cue}’)"


def place(source: Source, names: Names) -> Place:
    """A source in words: file and where in it, heading, speaker, session.

    A record number or time code says where better than the line that it stands on, and takes its place.
    """
    is_line_needed = source.line is not None and source.row is None and source.time is None
    parts = [
        source.document,
        f"blz. {source.page}" if source.page is not None else "",
        f"regel {source.line}" if is_line_needed else "",
        f"rij {source.row}" if source.row is not None else "",
        source.time or "",
    ]
    session = names.sessions[source.session]
    return Place(
        where=", ".join(part for part in parts if part),
        heading=source.heading[-1] if source.heading else None,
        speaker=source.speaker,
        session=session.short,
        session_key=session.key,
    )
