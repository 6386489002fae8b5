"""What a reader is given, and what it gives back."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.config import IngestSettings
from pipeline.text.blocks import Block
from pipeline.text.lexicon import Lexicon


class Unreadable(Exception):  # said of the file, not of the program
    """A file cannot be read; the message says why, and what to do about it."""


@dataclass(frozen=True)
class Columns:
    """Which columns of a sheet hold what, by the text of their header.

    Args:
        answer: columns with what people said; each becomes a segment a row.
        prompt: column with the question that was put.
        speaker: column with who answered.
        group: column with the table, group or region.
        votes: column with a number of votes.
    """

    answer: tuple[str, ...] = ()
    prompt: str | None = None
    speaker: str | None = None
    group: str | None = None
    votes: str | None = None


@dataclass(frozen=True)
class Source:
    """One file to read.

    Args:
        file: path within the session folder.
        data: its bytes.
        limits: bounds that are kept before memory is taken.
        lexicon: Dutch words, for what was lost or broken.
        columns: what session.yaml says of its columns, if it is a sheet.
        people: names of those present, as far as the session says.
    """

    file: str
    data: bytes
    limits: IngestSettings
    lexicon: Lexicon
    columns: Columns | None = None
    people: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What a file holds.

    Args:
        blocks: its pieces in reading order.
        warnings: what was skipped or guessed.
        names: names of people that it gives, each with its origin.
        encoding: its text encoding, for text files.
        sha256: hash of its content where that says more than a hash of its bytes.
        session: what it says of its session: title, date, region.
    """

    blocks: Sequence[Block]
    warnings: tuple[str, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    encoding: str | None = None
    sha256: str | None = None
    session: Mapping[str, str] = field(default_factory=dict)


ORIGIN_PROPERTY = "file property"
_PROGRAM = re.compile(
    r"\b(?:microsoft|office|python|openpyxl|reportlab|libreoffice|gebruiker|user|admin|unknown|"
    r"anonymous|anoniem|onbekend|author|auteur|scanner|copier|canon|ricoh|xerox|adobe|acrobat|pdf)",
    re.IGNORECASE,
)


def real_names(values: Iterable[str | None]) -> set[tuple[str, str]]:
    """Names in file properties, with their origin; programs sign files too and are left out."""
    return {
        (value.strip(), ORIGIN_PROPERTY) for value in values if value and value.strip() and not _PROGRAM.search(value)
    }
