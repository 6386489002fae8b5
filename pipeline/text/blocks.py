"""A piece of a document as a reader found it, before it becomes a row of a table."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

NO_REPAIRS: Counter[str] = Counter()  # shared by all that is as it was written; never changed in place


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of text with its place; the columns of table RAW_SEGMENTS say what each field means.

    Args:
        text: what it says.
        repairs: per kind of repair, how many were made in it.
    """

    text: str
    kind: str = "paragraph"
    level: int | None = None
    heading: tuple[str, ...] = ()
    prompt: str | None = None
    speaker: str | None = None
    group: str | None = None
    votes: int | None = None
    page: int | None = None
    line: int | None = None
    row: int | None = None
    time_s: float | None = None
    repairs: Counter[str] = field(default_factory=lambda: NO_REPAIRS)


def cut(text: str, limit: int) -> Iterator[str]:
    """Cut a text at the ends of sentences, else of words, so that no part is longer than the limit."""
    start = 0
    while len(text) - start > limit:
        head = text[start : start + limit]
        ends = [match.end() for match in re.finditer(r"[.?!]\s", head)]
        end = ends[-1] if ends else head.rfind(" ") + 1 or limit
        yield head[:end].strip()
        start += end
    yield text[start:].strip()
