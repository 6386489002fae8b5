"""What people said, with where they said it: quotes, and the passages that counted for urgency."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import pandas as pd

from pipeline.contract import Evidence, Signal, Source
from pipeline.tables import rows
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
    """A passage that counted for the urgency, in its sentence; `note` says how many votes it got."""

    component: str
    note: str | None
    before: str
    text: str
    after: str
    place: Place


class Sentences:
    """The sentences of some segments, to show what stands around a passage.

    Args:
        segments: table SEGMENTS.
        sentences: table SENTENCES.
        wanted: ids of the segments.
    """

    def __init__(self, segments: pd.DataFrame, sentences: pd.DataFrame, wanted: Set[str]) -> None:
        segments, sentences = (frame[frame["segment_id"].isin(wanted)] for frame in (segments, sentences))
        self._texts = dict(zip(segments["segment_id"], segments["text"], strict=True))
        self._spans: dict[str, list[tuple[int, int]]] = {}
        for row in rows(sentences):
            self._spans.setdefault(row.segment_id, []).append((row.start, row.end))

    def around(self, segment_id: str, start: int, end: int) -> tuple[str, str]:
        """The text before and after a span, as far as the sentences reach that it stands in."""
        text = self._texts[segment_id]
        touched = [span for span in self._spans.get(segment_id, []) if span[0] < end and start < span[1]]
        first = min((span[0] for span in touched), default=start)
        last = max((span[1] for span in touched), default=end)
        return text[min(first, start) : start].lstrip(), text[end : max(last, end)].rstrip()


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


def passage(signal: Signal, names: Names, sentences: Sentences) -> Passage:
    """A passage that counted, in its sentence, with the component it counted for."""
    source = signal.source
    before, after = sentences.around(source.segment, source.start, source.end)
    return Passage(
        component=COMPONENTS[signal.component],
        note=phrases.phrase(signal.cue).text if signal.component == "votes" else None,
        before=before,
        text=signal.text,
        after=after,
        place=place(source, names),
    )


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
