"""What a line break means, read from the shape of the whole file.

A file is taken as hard-wrapped only if its lines break where the next word would not have fitted. A file with one
paragraph a line, or with short notes a line, is not.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from pipeline.text.dutch import ABBREVIATION, STARTERS

WINDOW = 8  # lines to each side whose longest tells the width here; columns and indents change within a page
FULL_SHARE = 0.82  # of the width from which a line counts as full: letters differ in width
SURELY_FULL_SHARE = 0.9  # from which a line that ends a sentence does not end its paragraph
MIN_OPEN_BREAKS = 3  # breaks inside a sentence, from which a file can be called wrapped
MIN_FULL_BREAKS = 0.75  # share of them that fall where the next word would not have fitted
MIN_WIDTH = 30  # characters; narrower lines are short notes
SPACED_SHARE = 0.8  # share of lines followed by one blank line, from which blank lines mean nothing
MIN_SPACED_LINES = 5
MIN_FIXED_BREAKS = 5
FIXED_SHARE = 0.95  # of the breaks inside sentences that a fixed width forces
MIN_DASHES = 3  # lines that start with a dash, from which dashes are bullets
OTHER_TYPE = 0.6  # points by which the size of type differs
MAX_TITLE = 160  # characters of a heading over some lines
MAX_TITLE_LINES = 4
MAX_BRACKET = 200  # characters within which an open bracket binds lines

BULLET = r"[•●▪◦‣⁃∙·○■□▢➢➤►▶▸→❖✓✔✗\uf000-\uf0ff]|[*+\-–—](?=\s)|o(?=\s+[A-ZÀ-Ý])"
NUMBER = r"\(?(?:\d{1,3}(?:\.\d{1,2})*|[a-zA-Z]|[ivx]{2,4})[.)](?=\s)|\d{1,2}(?:\.[1-9]\d?)+(?=\s+[A-ZÀ-Ý])"
_MARKER = re.compile(rf"(?P<bullet>{BULLET})\s*|(?P<number>{NUMBER})\s+")
_URL = re.compile(r"(?:https?://|www\.)\S+$")
_SENTENCE_END = re.compile(r"[.?!…][)\]’”\"']*$")
_INNER_END = re.compile(r"[.?!][)’”\"']*\s+[A-ZÀ-Ý‘“]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file.

    Args:
        text: what it says, without white space around it.
        number: its number in the file or on its page, from 1.
        indent: white space before it, in characters or points.
        gap: blank lines before it.
        page: its page, where the file has pages.
        is_full: whether the next line's first word would not have fitted; None if only the text can tell.
        size: size of its type in points, where the file tells.
        follows_break: whether a page break lies before it.
        printed: the text as it stood in the file, whose length told where to break it; empty if that is `text`.
    """

    text: str
    number: int
    indent: float = 0
    gap: int = 0
    page: int | None = None
    is_full: bool | None = None
    size: float | None = None
    follows_break: bool = False
    printed: str = ""


def split_marker(text: str) -> tuple[str, str]:
    """Split a bullet sign or number off the start of a line."""
    match = _MARKER.match(text)
    if match is None or match.end() == len(text):
        return "", text
    marker = match["bullet"] or match["number"]
    return marker, text[match.end() :]


@dataclass(frozen=True)
class Shape:
    """What the lines of a file look like, all together.

    Args:
        lines: the lines.
        fill: per line, the width it would have had with the first word of the next, as a share of the width here.
        full: fill from which a line counts as full.
        surely_full: fill from which a line that ends a sentence does not end its paragraph.
        is_wrapped: whether line breaks fall inside sentences, where the line was full.
        is_spaced: whether a blank line stands between nearly all lines, so that it means nothing.
        rare_dashes: places of lines that start with a dash where dashes are no bullets.
    """

    lines: Sequence[Line]
    fill: Sequence[float]
    full: float
    surely_full: float
    is_wrapped: bool
    is_spaced: bool
    rare_dashes: frozenset[int]

    @classmethod
    def of(cls, lines: Sequence[Line]) -> "Shape":
        """Measure the lines of a file."""
        single = sum(line.gap == 1 for line in lines[1:])
        is_spaced = len(lines) >= MIN_SPACED_LINES and single >= SPACED_SHARE * (len(lines) - 1)
        most = 1 if is_spaced else 0
        breaks = [
            place
            for place, (line, following) in enumerate(pairwise(lines))
            if following.gap <= most and is_open(line.text) and starts_inside(following.text)
        ]
        needed = min(MIN_OPEN_BREAKS, max(1, len(lines) // 3))
        fill, full, surely_full = _fixed_fill(lines, breaks), 1.0, 1.0
        if fill is None:
            fill, full, surely_full = _local_fill(lines), FULL_SHARE, SURELY_FULL_SHARE
        n_full = sum(fill[place] >= full for place in breaks)
        is_wide = bool(breaks) and median(_width(lines[place]) for place in breaks) >= MIN_WIDTH
        is_wrapped = is_wide and len(breaks) >= needed and n_full >= MIN_FULL_BREAKS * len(breaks)
        return cls(lines, fill, full, surely_full, is_wrapped, is_spaced and is_wrapped, _rare_dashes(lines))

    def stretches(self) -> Iterator[tuple[int, int]]:
        """Start and end of every stretch of lines that belong together."""
        start = 0
        for place in range(1, len(self.lines) + 1):
            if place == len(self.lines) or not self._continues(place, start):
                yield start, place
                start = place

    def _continues(self, place: int, start: int) -> bool:
        """Whether a line goes on with the stretch that starts at `start`."""
        line, before = self.lines[place], self.lines[place - 1]
        if not self.is_wrapped or self._is_apart(place):
            return False
        if line.gap > (1 if self.is_spaced else 0) and not line.follows_break:
            return False
        so_far = " ".join(line.text for line in self.lines[max(start, place - MAX_TITLE_LINES) : place])
        if before.text[-1] in "-/,(&" or _has_open_bracket(so_far):
            return True
        is_full = self.fill[place - 1] >= self.full
        if starts_inside(line.text):
            return is_full or before.text[-1] not in ".?!" or is_open(before.text)
        if not is_open(before.text):
            return self.fill[place - 1] > self.surely_full and not self._is_title(place)
        if _first_word(line.text).lower() in STARTERS and place - start < MAX_TITLE_LINES and _could_be_title(so_far):
            return False
        return is_full

    def _is_apart(self, place: int) -> bool:
        """Whether a line starts a bullet or number, is an address, or is set in other type than the one before."""
        line, before = self.lines[place], self.lines[place - 1]
        if split_marker(line.text)[0]:
            return not (place in self.rare_dashes and is_open(before.text) and self.fill[place - 1] >= self.full)
        if _URL.fullmatch(line.text) or _URL.fullmatch(before.text):
            return True
        return line.size is not None and before.size is not None and abs(line.size - before.size) > OTHER_TYPE

    def _is_title(self, place: int) -> bool:
        """Whether a line looks like a heading: short, no full stop, and the next line starts anew."""
        line = self.lines[place]
        if place + 1 >= len(self.lines) or self.fill[place] >= self.full or line.text[-1] in ",;:.?!":
            return False
        return not starts_inside(self.lines[place + 1].text)


def _rare_dashes(lines: Sequence[Line]) -> frozenset[int]:
    places = frozenset(place for place, line in enumerate(lines) if line.text[:2] in ("- ", "– ", "— "))
    return places if len(places) < MIN_DASHES else frozenset()


def _fixed_fill(lines: Sequence[Line], breaks: Sequence[int]) -> list[float] | None:
    """How full lines are in a file that was broken at a fixed number of characters; None if it was not.

    In such a file every break inside a sentence stands where the next word would have passed the widest line.
    """
    if len(breaks) < MIN_FIXED_BREAKS or lines[0].is_full is not None:
        return None
    width = max(_width(lines[place]) for place in breaks)
    fill = [_needed(line, following) / (width + 1) for line, following in pairwise(lines)]
    n_forced = sum(fill[place] >= 1 for place in breaks)
    return [*fill, 0.0] if n_forced >= FIXED_SHARE * len(breaks) else None


def _local_fill(lines: Sequence[Line]) -> list[float]:
    """How full lines are, compared with the lines around them, or as the file itself tells."""
    fill = []
    widths = [_width(line) for line in lines]
    for place, line in enumerate(lines):
        if line.is_full is not None or place + 1 == len(lines):
            fill.append(float(bool(line.is_full)))
            continue
        near = sorted(widths[max(0, place - WINDOW) : place + WINDOW + 1])
        width = near[-2] if len(near) > 4 else near[-1]  # one line that sticks out does not count
        fill.append(_needed(line, lines[place + 1]) / width)
    return fill


def _width(line: Line) -> float:
    return line.indent + len(line.printed or line.text)


def _needed(line: Line, following: Line) -> float:
    """The width of a line with the first word of the next."""
    return _width(line) + 1 + len((following.printed or following.text).split(maxsplit=1)[0])


def _first_word(text: str) -> str:
    return text.split(maxsplit=1)[0].strip("‘“\"'(,.;:?!)’”")


def is_open(text: str) -> bool:
    """Whether a text stops before the end of a sentence."""
    return not _SENTENCE_END.search(text) or bool(ABBREVIATION.search(text))


def starts_inside(text: str) -> bool:
    """Whether a text starts as the middle of a sentence does: lower case, an acronym, or a bracket before either."""
    bare = text.lstrip("(‘“\"'[")
    if not bare or split_marker(text)[0]:
        return False
    word = _first_word(bare)
    return bare[0].islower() or (len(word) > 1 and word[:2].isupper() and word[0].isalpha())


def _has_open_bracket(text: str) -> bool:
    tail = text[-MAX_BRACKET:]
    return tail.rfind("(") > tail.rfind(")") and ":-(" not in tail


def _could_be_title(text: str) -> bool:
    return len(text) <= MAX_TITLE and not _INNER_END.search(text)
