"""Put the lines of a file together into paragraphs, bullets and headings."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pipeline.text.joins import Joiner
from pipeline.text.lexicon import Lexicon
from pipeline.text.repair import clean
from pipeline.text.shape import Line, Shape, split_marker

_WIDE_BULLET = re.compile(r"^[o§Øü](?:\s{2,}|\t)")  # Word's signs, in a font that was lost
_STRAY_BULLET = re.compile(r"[o•▪◦]\s+(?=[A-ZÀ-Ý(‘“'\"])")


@dataclass(frozen=True, slots=True)
class Piece:
    """One or more lines that belong together: a paragraph, a bullet or a heading.

    Args:
        text: what it says, without its marker.
        marker: the bullet sign or number before it; empty if there is none.
        level: depth of a heading or bullet if the file itself says so, else None.
        is_heading: whether the file itself says that it is a heading; None if it does not say.
    """

    text: str
    number: int
    marker: str = ""
    indent: float = 0
    gap: int = 0
    page: int | None = None
    size: float | None = None
    level: int | None = None
    is_heading: bool | None = None
    repairs: Counter[str] = field(default_factory=Counter)

    @property
    def is_numbered(self) -> bool:
        """Whether its marker is a number or letter."""
        return any(character.isalnum() for character in self.marker) and self.marker != "o"


def pieces(lines: Sequence[Line], lexicon: Lexicon) -> list[Piece]:
    """Put lines together into paragraphs, bullets and headings.

    Args:
        lines: all lines of a document that are not blank.
        lexicon: Dutch words, for words broken at the end of a line.

    Returns:
        Pieces in reading order, their text repaired and their repairs counted. If the lines of the file are
        not hard-wrapped, every line is a piece.
    """
    cleaned, repairs = [], []
    for line in lines:
        text, counts = clean(_WIDE_BULLET.sub("◦ ", line.text), lexicon)
        if text:
            cleaned.append(replace(line, text=text, printed=line.text) if text != line.text else line)
            repairs.append(counts)
    shape = Shape.of(cleaned)
    if shape.is_spaced:
        for place, line in enumerate(cleaned):
            cleaned[place] = _mend_page_break(line, repairs[place]) if place else line
    joiner = Joiner(lexicon, [line.text for line in cleaned])
    return [
        _piece(cleaned[start:end], repairs[start:end], joiner, is_spaced=shape.is_spaced)
        for start, end in shape.stretches()
    ]


def _mend_page_break(line: Line, repairs: Counter[str]) -> Line:
    """In a file with a blank line between all lines, a line without one that starts with a space is a page break."""
    if line.gap == 0 and line.indent >= 1:
        repairs["page break"] += 1
        return replace(line, indent=line.indent - 1)
    return line


def _piece(lines: Sequence[Line], repairs: Sequence[Counter[str]], joiner: Joiner, *, is_spaced: bool) -> Piece:
    first = lines[0]
    text, total = joiner.join([line.text for line in lines])
    for counts in repairs:
        total.update(counts)
    if n_breaks := sum(line.follows_break for line in lines[1:]):
        total["page break"] += n_breaks
    marker, text = split_marker(text)
    if marker and not marker[0].isalnum() and (stray := _STRAY_BULLET.match(text)):
        text = text[stray.end() :]
        total["stray bullet"] += 1
    gap = max(first.gap, 1) if is_spaced else first.gap
    return Piece(text, first.number, marker, first.indent, gap, first.page, first.size, repairs=total)
