"""issues.xlsx and issues.csv, in Dutch, for those who work in a spreadsheet."""

import csv
import datetime
import io
from collections.abc import Iterable, Iterator, Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.xml.functions import tostring

from pipeline.contract import Evidence, Issue, Issues
from pipeline.views.archive import repack

FORMS = {"direct": "vraag", "indirect": "indirecte vraag", "concern": "zorg of knelpunt"}
STATUSES = {
    "new": "nieuw",
    "known": "bekend",
    "grown": "gegroeid",
    "merged": "samengevoegd",
    "split": "afgesplitst",
}
COMPONENTS = {
    "reach": "bereik",
    "persistence": "duur",
    "stated": "genoemd als urgent",
    "votes": "stemmen",
    "uncertainty": "onzekerheid",
    "time_pressure": "tijdsdruk",
}
ISSUE_COLUMNS = {
    "Rang": 6,
    "Vraagstuk": 40,
    "Kernvraag": 60,
    "Categorie": 18,
    "Ook": 22,
    "Urgentie": 10,
    "Urgentie van": 12,
    "Urgentie tot": 12,
    "Kans op top 5": 13,
    **{name.capitalize(): 12 for name in COMPONENTS.values()},
    "Vragen": 8,
    "Stemmen (personen of groepen)": 16,
    "Documenten": 11,
    "Sessies": 8,
    "Sinds vorige keer": 16,
    "Trefwoorden": 40,
    "Code": 12,
}
QUESTION_COLUMNS = {
    "Rang": 6,
    "Vraagstuk": 32,
    "Vraag of zorg": 70,
    "Context": 40,
    "Vorm": 16,
    "Categorie": 16,
    "Sessie": 28,
    "Document": 28,
    "Plaats": 16,
    "Spreker of groep": 16,
    "Code": 20,
}
MAX_ROWS = 1_048_575  # of a sheet in Excel, below the head
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")

Cell = str | int | float | None


def workbook(issues: Issues) -> bytes:
    """issues.xlsx: a sheet of issues and a sheet of their questions; the same bytes for the same issues."""
    book = Workbook(write_only=True)
    _fill(book, "Vraagstukken", ISSUE_COLUMNS, (_issue_row(issue) for issue in issues.issues))
    labels = {category.id: category.label for category in issues.taxonomy}
    rows = (row for issue in issues.issues for row in _question_rows(issue, labels))
    _fill(book, "Vragen", QUESTION_COLUMNS, rows)
    return packed(book)


def packed(book: Workbook) -> bytes:
    """A workbook as a file: the same bytes for the same content, at any time of the day."""
    buffer = io.BytesIO()
    book.save(buffer)
    book.properties.creator = "opdenk"
    made_on = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC).replace(tzinfo=None)
    book.properties.created = book.properties.modified = made_on  # after saving, which puts the time of the day there
    return repack(buffer.getvalue(), changed={"docProps/core.xml": tostring(book.properties.to_tree())})


def table(issues: Issues) -> bytes:
    """issues.csv: the sheet of issues, UTF-8 with a byte order mark and semicolons, as a Dutch Excel wants it."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow(ISSUE_COLUMNS)
    for issue in issues.issues:
        writer.writerow([_comma(defuse(cell)) for cell in _issue_row(issue)])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def defuse(cell: Cell) -> Cell:
    """Make sure that a spreadsheet shows a text and never runs it as a formula.

    Source: OWASP, CSV injection.
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_RISKY) else cell


def _comma(cell: Cell) -> Cell:
    return str(cell).replace(".", ",") if isinstance(cell, float) else cell


def _fill(book: Workbook, title: str, columns: dict[str, int], rows: Iterable[Sequence[Cell]]) -> None:
    """Write rows to a sheet, and to a next one when it is full."""
    remaining = iter(rows)
    ahead = next(remaining, None)
    number = 0
    while ahead is not None or not number:
        number += 1
        sheet = _new_sheet(book, title if number == 1 else f"{title} ({number})", columns)
        styled, n_rows = WriteOnlyCell(sheet), 0
        styled.alignment = Alignment(wrap_text=True, vertical="top")
        while ahead is not None and n_rows < MAX_ROWS:
            sheet.append(_cells(styled, ahead))
            ahead, n_rows = next(remaining, None), n_rows + 1
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{n_rows + 1}"


def _new_sheet(book: Workbook, title: str, columns: dict[str, int]) -> WriteOnlyWorksheet:
    sheet: WriteOnlyWorksheet = book.create_sheet(title)
    for number, width in enumerate(columns.values(), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "C2"
    head = WriteOnlyCell(sheet)
    head.font, head.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="1F3A4D")
    head.alignment = Alignment(wrap_text=True, vertical="center")
    sheet.append(_cells(head, list(columns)))
    return sheet


def _cells(styled: WriteOnlyCell, row: Sequence[Cell]) -> Iterator[WriteOnlyCell]:
    """One cell, over and over with another value: its style is looked up once, not for each of thousands."""
    for value in row:
        styled.value = _printable(defuse(value))
        if styled.data_type == "f":
            styled.data_type = "s"
        yield styled


def _printable(cell: Cell) -> Cell:
    """Leave out control characters, which a workbook cannot hold."""
    if not isinstance(cell, str):
        return cell
    return "".join(letter for letter in cell if letter >= " " or letter in "\t\n")


def _issue_row(issue: Issue) -> list[Cell]:
    urgency, counts = issue.urgency, issue.counts
    return [
        issue.rank,
        issue.label,
        issue.question,
        issue.category.label,
        ", ".join(category.label for category in issue.also),
        urgency.score,
        *urgency.interval,
        urgency.probability_top5,
        *(getattr(urgency.components, name) for name in COMPONENTS),
        counts.questions,
        counts.speakers,
        counts.documents,
        counts.sessions,
        STATUSES[issue.status],
        ", ".join(issue.keywords),
        issue.id,
    ]


def _question_rows(issue: Issue, labels: dict[str, str]) -> Iterator[list[Cell]]:
    """A row a question; where not all are given, a last one that says how many more there are."""
    yield from (_question_row(issue, item, labels) for item in issue.evidence)
    if issue.evidence_left_out:
        yield [issue.rank, issue.label, f"(nog {issue.evidence_left_out} in questions.parquet)", *[None] * 7, issue.id]


def _question_row(issue: Issue, item: Evidence, labels: dict[str, str]) -> list[Cell]:
    source = item.source
    return [
        issue.rank,
        issue.label,
        item.text,
        item.context,
        FORMS[item.form],
        labels.get(item.category, item.category),
        source.session,
        source.document,
        place(item),
        source.speaker,
        item.question_id,
    ]


def place(item: Evidence) -> str:
    """Where a quote stands, in Dutch: page, line, row or time."""
    source = item.source
    parts = {"pagina": source.page, "regel": source.line, "rij": source.row, "tijd": source.time}
    return ", ".join(f"{name} {value}" for name, value in parts.items() if value is not None)
