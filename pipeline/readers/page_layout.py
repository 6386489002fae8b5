"""From the characters of PDF pages to lines of print in reading order."""

import ctypes
import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

import pypdfium2
import pypdfium2.raw as pdfium

from pipeline.text.shape import split_marker

MAX_CHARACTERS = 30_000  # of a page; a page of print has some 5,000
MIN_GUTTER = 8  # points of white between two columns
MAX_CROSSING = 0.2  # share of the stretches of text that may run across it
MAX_WIDTH = 15_000  # points; the widest page that the format allows is smaller
MIN_COLUMN_LINES = 4
MARGIN_SHARE = 0.13  # of the page height, above and below, where headers and footers stand
MIN_REPEAT_SHARE = 0.4  # of the pages on which a header or footer stands
PARAGRAPH_GAP = 1.3  # usual line spacings from which the white above a line parts paragraphs
INDENT_STEP = 3.0  # points; smaller differences of indent are chance
BOLD = 0.8  # added to the size of bold type, so that it differs from plain type of its size
MAX_ANGLE = 0.03  # radians; text that is turned more is a watermark or the label of an axis
HYPHEN = "\x02"  # what PDFium gives for a hyphen at the end of a line


@dataclass(frozen=True, slots=True)
class PageLine:
    """One line of print; lengths in points.

    Args:
        text: what it says.
        page: its page, from 1.
        left: left end.
        right: right end.
        base: height of its base line above the foot of the page.
        style: size of its type, a little more if it is bold.
        number: its number on the page in reading order, from 1.
        indent: steps of indent from the left side of its column.
        gap: 1 if white above parts it from the line before.
        is_full: whether the first word of the next line would not have fitted on it.
        follows_break: whether a page or column starts with it.
    """

    text: str
    page: int
    left: float
    right: float
    base: float
    style: float
    number: int = 0
    indent: float = 0
    gap: int = 0
    is_full: bool = False
    follows_break: bool = False


Column = list[PageLine]


def page_lines(document: pypdfium2.PdfDocument) -> tuple[list[PageLine], list[str]]:
    """The lines of all pages, and what was left out."""
    columns: list[Column] = []
    edges: list[PageLine] = []
    broken: list[str] = []
    cut: list[str] = []
    n_turned = 0
    for number in range(1, len(document) + 1):
        try:
            page = document[number - 1]
            runs, turned, is_cut = _runs(page, number)
            height = page.get_height()
        except (pypdfium2.PdfiumError, ValueError):
            broken.append(str(number))
            continue
        n_turned += turned
        cut += [str(number)] * is_cut
        found = [_merged(column) for column in _columns(runs)]
        edges += _edges([line for column in found for line in column], height)
        columns += found
    dropped = _repeated(edges)
    kept = [[line for line in column if line not in dropped] for column in columns]
    warnings = [f"damaged pages left out: {', '.join(broken)}"] if broken else []
    if cut:
        warnings.append(f"pages read in part, they hold more than {MAX_CHARACTERS} characters: {', '.join(cut)}")
    if dropped:
        warnings.append(f"{len(dropped)} page headers and footers left out")
    if n_turned:
        warnings.append(f"{n_turned} characters of turned text left out")
    return list(_measured([column for column in kept if column])), warnings


def _runs(page: pypdfium2.PdfPage, number: int) -> tuple[list[PageLine], int, bool]:
    """Stretches of characters on one base line without a wide gap, how many were turned, and whether some were left."""
    text_page = page.get_textpage()
    runs: list[PageLine] = []
    n_turned = 0
    try:
        count = text_page.count_chars()
        for text, box, base, style, is_turned in _characters(text_page.raw, count):
            if is_turned:
                n_turned += not text.isspace()
                continue
            last = runs[-1] if runs else None
            if last is not None and _goes_on(last, box, base, style):
                text = f" {text}" if box[0] - last.right > 0.25 * style and not last.text.endswith(" ") else text
                runs[-1] = replace(last, text=last.text + text, right=max(last.right, box[1]))
            elif text.strip():
                runs.append(PageLine(text, number, box[0], box[1], base, style))
    finally:
        text_page.close()
    return [run for run in runs if run.text.strip()], n_turned, count > MAX_CHARACTERS


def _goes_on(run: PageLine, box: tuple[float, float], base: float, style: float) -> bool:
    size = max(run.style, style)
    return abs(run.base - base) < 0.2 * size and -0.5 * size < box[0] - run.right < 1.2 * size and run.style == style


def _characters(raw: object, count: int) -> Iterator[tuple[str, tuple[float, float], float, float, bool]]:
    """Per character: itself, its left and right end, its base line, its style, and whether it is turned."""
    box = pdfium.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    for place in range(min(count, MAX_CHARACTERS)):
        code = pdfium.FPDFText_GetUnicode(raw, place)
        if pdfium.FPDFText_IsGenerated(raw, place) == 1 or code in (0x0A, 0x0D):
            continue
        pdfium.FPDFText_GetLooseCharBox(raw, place, box)
        pdfium.FPDFText_GetCharOrigin(raw, place, x, y)
        angle = pdfium.FPDFText_GetCharAngle(raw, place)
        is_lost = pdfium.FPDFText_HasUnicodeMapError(raw, place) == 1 or code in (0, 0xFFFE) or 0xD800 <= code < 0xE000
        text = "\ufffd" if is_lost else "-" if chr(code) == HYPHEN else chr(code)
        size = round(abs(box.top - box.bottom), 1)
        bold = BOLD if pdfium.FPDFText_GetFontWeight(raw, place) >= 600 else 0
        is_turned = min(angle, 2 * math.pi - angle) > MAX_ANGLE
        yield text, (box.left, box.right), y.value, round(size + bold, 1), is_turned


def _columns(runs: Sequence[PageLine]) -> list[list[PageLine]]:
    """Parts of a page in reading order: what runs over all columns, then the columns from left to right."""
    gutter = _gutter(runs)
    if gutter is None:
        return [list(runs)] if runs else []
    columns: list[list[PageLine]] = []
    left: list[PageLine] = []
    right: list[PageLine] = []
    for run in sorted(runs, key=lambda run: -run.base):
        if run.right <= gutter:
            left.append(run)
        elif run.left >= gutter:
            right.append(run)
        else:
            columns += [part for part in (left, right) if part]
            left, right = [], []
            columns.append([run])
    return columns + [part for part in (left, right) if part]


def _gutter(runs: Sequence[PageLine]) -> float | None:
    """The middle of the white strip between two columns; None if there is only one column.

    Few lines may cross the strip: titles over both columns.
    """
    starts, ends = sorted(run.left for run in runs), sorted(run.right for run in runs)
    if not runs or not 0 < ends[-1] - starts[0] < MAX_WIDTH:
        return None
    across: dict[int, int] = {}
    for x in range(int(starts[0] + 0.2 * (ends[-1] - starts[0])), int(starts[0] + 0.8 * (ends[-1] - starts[0]))):
        n_left, n_right = bisect_right(ends, x), len(runs) - bisect_left(starts, x)
        n_across = len(runs) - n_left - n_right
        if min(n_left, n_right) >= MIN_COLUMN_LINES and n_across <= MAX_CROSSING * len(runs):
            across[x] = n_across
    fewest = min(across.values(), default=0)
    strip = _widest([x for x, number in across.items() if number == fewest])
    if len(strip) < MIN_GUTTER:
        return None
    middle = (strip[0] + strip[-1]) / 2
    return middle if _has_prose(runs, middle) else None


def _widest(places: Sequence[int]) -> list[int]:
    """The longest stretch of successive numbers."""
    stretches: list[list[int]] = [[]]
    for place in places:
        if stretches[-1] and place != stretches[-1][-1] + 1:
            stretches.append([])
        stretches[-1].append(place)
    return max(stretches, key=len)


def _has_prose(runs: Sequence[PageLine], gutter: float) -> bool:
    """Whether both sides hold text rather than cells: most of their lines have some words."""
    for side in ([run for run in runs if run.right <= gutter], [run for run in runs if run.left >= gutter]):
        if median(len(run.text.split()) for run in side) < 3:
            return False
    return True


def _merged(runs: Sequence[PageLine]) -> Column:
    """Runs on one base line as one line, lines from top to bottom."""
    rows: list[list[PageLine]] = []
    for run in sorted(runs, key=lambda run: (-run.base, run.left)):
        if rows and abs(rows[-1][0].base - run.base) < 0.45 * max(run.style, rows[-1][0].style):
            rows[-1].append(run)
        else:
            rows.append([run])
    return [_line(sorted(row, key=lambda run: run.left)) for row in rows]


def _line(row: Sequence[PageLine]) -> PageLine:
    text = row[0].text
    for before, run in pairwise(row):
        text += (" " if run.left - before.right > 0.15 * run.style else "") + run.text
    letters: Counter[float] = Counter()
    for run in row:
        letters[run.style] += len(run.text.strip())
    style = max(letters, key=lambda size: (letters[size], size))
    return replace(row[0], text=text.strip(), right=max(run.right for run in row), style=style)


def _edges(lines: Sequence[PageLine], height: float) -> list[PageLine]:
    margin = MARGIN_SHARE * height
    return [line for line in lines if line.base < margin or line.base > height - margin]


def _repeated(edges: Sequence[PageLine]) -> set[PageLine]:
    """Headers and footers: what stands in the margin of many pages but for its number, and bare page numbers."""
    pages: dict[tuple[str, int], set[int]] = {}
    n_pages = max((line.page for line in edges), default=0)
    for line in edges:
        pages.setdefault(_key(line), set()).add(line.page)
    return {
        line
        for line in edges
        if len(pages[_key(line)]) >= max(2, MIN_REPEAT_SHARE * n_pages) or re.fullmatch(r"\W*\d{1,4}\W*", line.text)
    }


def _key(line: PageLine) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text), round(line.base / 6)


def _measured(columns: Sequence[Column]) -> Iterator[PageLine]:
    """Number the lines and say how each lies in its column."""
    spans = [(min(line.left for line in column), max(line.right for line in column)) for column in columns]
    usual = _usual_spacing(columns)
    numbers: Counter[int] = Counter()
    for place, column in enumerate(columns):
        left, right = _span(spans[place], [span for span, other in zip(spans, columns, strict=True) if len(other) > 4])
        for line, before, after in zip(column, [None, *column], [*column[1:], None], strict=False):
            following = after or (columns[place + 1][0] if place + 1 < len(columns) else None)
            numbers[line.page] += 1
            indent = round((line.left - left) / INDENT_STEP)
            yield replace(
                line,
                number=numbers[line.page],
                indent=indent,
                gap=int(before is not None and _is_apart(line, before, after, left, usual)),
                is_full=following is not None and _is_full(line, following, right),
                follows_break=before is None and place > 0,
            )


def _span(span: tuple[float, float], others: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Left and right side of a column; one with few or only nested lines takes those of its likes."""
    like = [other for other in others if abs(other[0] - span[0]) < 45]
    if not like:
        return span
    return min(span[0], median(left for left, _ in like)), max(span[1], median(right for _, right in like))


def _usual_spacing(columns: Sequence[Column]) -> float:
    spacings = [
        (before.base - line.base) / line.style
        for column in columns
        for before, line in pairwise(column)
        if before.base > line.base and before.style == line.style
    ]
    return median(spacings) if spacings else 1.2


def _is_apart(line: PageLine, before: PageLine, after: PageLine | None, left: float, usual: float) -> bool:
    if (before.base - line.base) / line.style > PARAGRAPH_GAP * usual:
        return True
    is_first = line.left - left > 2 * INDENT_STEP and before.left - left < INDENT_STEP
    goes_back = after is not None and after.left - left < INDENT_STEP
    return is_first and goes_back and not split_marker(line.text)[0] and line.text[0].isupper()


def _is_full(line: PageLine, following: PageLine, right: float) -> bool:
    width = (line.right - line.left) / max(1, len(line.text))
    word = len(following.text.split(maxsplit=1)[0])
    return line.right + (1 + word) * width > right + 0.5 * width
