"""Tables in documents: cell by cell, with the question or label that stands above or beside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.readers.columns import Roles, find_roles, looks_like_header
from pipeline.readers.table import answers_of
from pipeline.text.blocks import Block


@dataclass(frozen=True)
class WordTable:
    """A table of a document.

    Args:
        rows: per row and cell, its paragraphs.
    """

    rows: Sequence[Sequence[Sequence[str]]]

    def blocks(self) -> Iterator[Block]:
        """Every paragraph of every cell that says something, with what the table tells about it."""
        width = max((len(row) for row in self.rows), default=0)
        flat = [[" ".join(cell).strip() for cell in row] + [""] * (width - len(row)) for row in self.rows]
        if len(flat) > 1 and width > 1 and looks_like_header(flat[0], flat[1:]):
            roles = find_roles(flat[0], flat[1:])
            if roles.answers:
                yield from self._records(flat, roles)
                return
        for number, row in enumerate(self.rows, start=1):
            asked = flat[number - 1][0] if width > 1 and flat[number - 1][0].endswith("?") else None
            for place, cell in enumerate(row):
                prompt = asked if place else None
                yield from (Block(text, kind="cell", prompt=prompt, row=number) for text in cell if text.strip())

    def _records(self, flat: Sequence[Sequence[str]], roles: Roles) -> Iterator[Block]:
        for number, row in enumerate(self.rows[1:], start=2):
            for found in answers_of(flat[number - 1], number, roles):
                place = next(n for n in roles.answers if flat[number - 1][n] == found.text)
                for text in row[place]:
                    if text.strip():
                        yield replace(found, text=text, kind="poll" if found.votes is not None else "cell")
