"""Sheets: Excel workbooks, and text tables whose cells are apart by a comma, semicolon or tab."""

import csv
import datetime
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipeline.readers.archive import BLOCK, check_archive
from pipeline.readers.reading import Reading, Source, Unreadable, real_names
from pipeline.readers.table import Table, read_tables
from pipeline.readers.text import decoded_text, encoding_warnings

Rows = list[tuple[int, list[str]]]
Merged = dict[tuple[int, int], int]  # per row and column of the first of merged cells, the row of the last

DELIMITERS = ";\t,|"
MAX_FORMULA = 10_000  # bytes of a cell with a formula
SAMPLE_LINES = 50  # lines that tell the delimiter

_MERGED = re.compile(rb'<mergeCell ref="([A-Z]{1,3})(\d{1,7}):\1(\d{1,7})"')  # of one column
_UNCOMPUTED = re.compile(rb"<f(?:>|\s[^>]*>)[^<]*</f>\s*(?:<v\s*/>|<v></v>)?\s*</c>")


def read_text_table(source: Source) -> Reading:
    """Read a .csv or .tsv file.

    Raises:
        Unreadable: it is no text, or has more cells than the limit.
    """
    decoded = decoded_text(source)
    text, delimiter = _delimiter(decoded.text)
    said = encoding_warnings(decoded)
    rows = _records(text, delimiter, source.limits.max_cells, strict=True)
    if rows is None:
        said.append("quotes do not pair: read in the way that gives the most even rows")
        rows = _most_even(text, delimiter, source.limits.max_cells)
    return replace(read_tables([Table("", rows)], source, warnings=said), encoding=decoded.encoding)


def _most_even(text: str, delimiter: str, max_cells: int) -> Rows:
    """Records of a table with broken quotes: with quotes as far as they pair, or as if there were none."""
    readings = [_records(text, delimiter, max_cells), _records(text, delimiter, max_cells, quoting=csv.QUOTE_NONE)]
    found = [rows for rows in readings if rows]
    if not found:
        raise Unreadable(f"has a cell of more than {csv.field_size_limit()} characters")
    return max(found, key=lambda rows: sum(len(cells) == len(rows[0][1]) for _, cells in rows))


def _records(text: str, delimiter: str, max_cells: int, **options: Any) -> Rows | None:  # noqa: ANN401
    """Row number and cells of every row that is not empty; None if the quotes do not allow it.

    Raises:
        Unreadable: there are more cells than the limit.
    """
    rows: Rows = []
    n_cells = 0
    try:
        for number, row in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, **options), start=1
        ):
            n_cells += len(row)
            if n_cells > max_cells:
                raise Unreadable("has more cells than ingest.max_cells allows")
            cells = [cell.strip() for cell in row]
            if any(cells):
                rows.append((number, cells))
    except csv.Error:
        return None
    return rows


def _delimiter(text: str) -> tuple[str, str]:
    """The text below a `sep=` line, and the delimiter: the one that most lines have as often as the first."""
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first) == 5:
        return rest, first[4]
    lines = [line for line in text.split("\n")[:SAMPLE_LINES] if line.strip()]
    best = max(DELIMITERS, key=lambda sign: (_evenness(lines, sign), -DELIMITERS.index(sign)))
    return text, best


def _evenness(lines: Sequence[str], delimiter: str) -> float:
    counts = [len(row) for row in _parsed(lines, delimiter)]
    if not counts or counts[0] == 1:
        return 0
    return counts.count(counts[0]) / len(counts)


def _parsed(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        return [line.split(delimiter) for line in lines]


def read_workbook(source: Source) -> Reading:
    """Read the visible sheets of an .xlsx workbook; formulas count with the value that was stored with them.

    Raises:
        Unreadable: it is damaged, locked with a password, or larger than a limit.
    """
    with check_archive(source, "xl/workbook.xml") as archive:
        sheets = [name for name in archive.namelist() if re.fullmatch(r"xl/worksheets/[^/]*\.xml", name)]
        scans = {name: _scan(archive, name) for name in sheets}
    n_uncomputed = sum(n for n, _ in scans.values())
    try:
        tables, n_hidden, names = _workbook(source, {name: merged for name, (_, merged) in scans.items()})
    except Unreadable:
        raise
    except Exception as error:  # damaged files make the library fail in many ways
        raise Unreadable(f"is damaged and cannot be opened as a workbook ({type(error).__name__})") from None
    said = [f"{n_uncomputed} formulas without a stored value were left out"] if n_uncomputed else []
    if n_hidden:
        said.append(f"{n_hidden} hidden sheets were left out")
    reading = read_tables(tables, source, warnings=said)
    return replace(reading, names=tuple(sorted({*reading.names, *names})))


def _scan(archive: zipfile.ZipFile, name: str) -> tuple[int, Merged]:
    """How many formulas of a sheet have no value stored with them, and its merged cells."""
    number, kept, merged = 0, b"", dict[tuple[int, int], int]()
    with archive.open(name) as stream:
        while block := stream.read(BLOCK):
            block = kept + block
            ends = [match.end() for match in _UNCOMPUTED.finditer(block)]
            number += len(ends)
            merged |= {(int(top), _column(column)): int(bottom) for column, top, bottom in _MERGED.findall(block)}
            kept = block[max(ends[-1] if ends else 0, len(block) - MAX_FORMULA) :]
    return number, merged


def _column(letters: bytes) -> int:
    """The place of a column, from 0: `A` is 0, `AA` 26."""
    place = 0
    for letter in letters:
        place = 26 * place + letter - ord("A") + 1
    return place - 1


def _workbook(source: Source, merged: Mapping[str, Merged]) -> tuple[list[Table], int, set[tuple[str, str]]]:
    """The visible sheets, the number of hidden ones, and the names of authors."""
    import openpyxl

    with warnings.catch_warnings(action="ignore"):  # of the library, about what it does not support
        book = openpyxl.load_workbook(io.BytesIO(source.data), read_only=True, data_only=True, keep_links=False)
        shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        tables = [
            Table(sheet.title, list(_filled(_sheet_rows(sheet, source.limits.max_cells), merged.get(_part(sheet), {}))))
            for sheet in shown
        ]
    names = real_names((book.properties.creator, book.properties.lastModifiedBy))
    return tables, len(book.worksheets) - len(shown), names


def _sheet_rows(sheet: Any, max_cells: int) -> Iterator[tuple[int, list[str]]]:  # noqa: ANN401  # no stubs
    sheet.reset_dimensions()  # what the file says of its size may be a lie
    n_cells = 0
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        n_cells += len(row) + 1
        if n_cells > max_cells:
            raise Unreadable("has more cells than ingest.max_cells allows")
        cells = [_as_text(value) for value in row]
        if any(cells):
            yield number, cells


def _part(sheet: Any) -> str:  # noqa: ANN401  # no stubs
    """The file in the archive that a sheet is read from."""
    return str(sheet._worksheet_path).lstrip("/")


def _filled(rows: Iterable[tuple[int, list[str]]], merged: Merged) -> Iterator[tuple[int, list[str]]]:
    """Rows in which a cell that was merged with those below it stands in each of them."""
    carried: dict[int, tuple[int, str]] = {}
    for number, cells in rows:
        carried = {place: (bottom, text) for place, (bottom, text) in carried.items() if number <= bottom}
        for place, (_, text) in carried.items():
            cells += [""] * (place + 1 - len(cells))
            cells[place] = cells[place] or text
        for place, cell in enumerate(cells):
            if cell and (number, place) in merged:
                carried[place] = merged[number, place], cell
        yield number, cells


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    text = str(value).strip()
    return (
        "" if re.fullmatch(r"#(?:N/A|N/B|REF!|VALUE!|WAARDE!|DIV/0!|DEEL/0!|NAME\?|NAAM\?|NUM!|GETAL!)", text) else text
    )
