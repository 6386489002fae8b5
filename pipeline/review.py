"""The review workbook: write it, and read what people filled in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from pipeline.config import OTHER, Taxonomy
from pipeline.corrections import NEW, QuestionCorrection, Review, ThemeCorrection
from pipeline.errors import InputError
from pipeline.tables import rows
from pipeline.views.sheets import FORMS, defuse, packed

QUESTIONS_SHEET, THEMES_SHEET, LEGEND_SHEET = "Vragen", "Thema's", "Legenda"
YES = "ja"
CODE = "Code"
QUESTION_COLUMNS = {
    CODE: 22, "Vraag of zorg": 70, "Vorm": 14, "Sessie": 24, "Thema": 14, "Naam van het thema": 30, "Categorie": 18,
    "> Categorie": 18, "> Thema": 22, "> Geen vraag": 12, "> Opmerking": 40,
}  # fmt: skip
THEME_COLUMNS = {
    CODE: 14, "Naam": 34, "Kernvraag": 60, "Vragen": 8, "Categorie": 18,
    "> Naam": 34, "> Categorie": 18, "> Samenvoegen met": 20, "> Opmerking": 40,
}  # fmt: skip
LEGEND = (
    ("Hoe dit werkt", "Vul alleen de gekleurde kolommen in, die met > beginnen. Wat u leeg laat, blijft zoals het is."),
    ("> Categorie", "kies uit de lijst"),
    ("> Thema", "de code van een ander thema (T-...), of 'nieuw: naam' om vragen samen af te splitsen"),
    ("> Geen vraag", "'ja' als dit geen vraag of zorg is"),
    ("> Naam", "een betere naam voor het thema"),
    ("> Samenvoegen met", "de code van het thema waar dit thema bij hoort"),
    ("> Opmerking", "wat u kwijt wilt; het wordt bewaard"),
    ("Daarna", "bewaar het bestand en typ: opdenk review apply review.xlsx"),
)
_OPEN = PatternFill("solid", start_color="FFF6DC")
_HEAD = PatternFill("solid", start_color="E8E4DA")
MAX_FAULTS = 10  # that one message lists

Tables = Mapping[str, pd.DataFrame]


def write_workbook(tables: Tables, taxonomy: Taxonomy) -> bytes:
    """Write review.xlsx: what the run made, and beside it open columns for corrections; same tables, same bytes.

    Args:
        tables: QUESTIONS, THEMES, QUESTION_THEMES, MATCHES and SESSIONS, by name.
        taxonomy: the categories to choose from.
    """
    book = Workbook()
    labels = _labels(taxonomy)
    themes = tables["themes"].sort_values("label")
    book.remove(book.worksheets[0])
    _fill(book.create_sheet(QUESTIONS_SHEET), QUESTION_COLUMNS, _question_rows(tables, labels), labels, len(themes))
    _fill(book.create_sheet(THEMES_SHEET), THEME_COLUMNS, _theme_rows(themes, tables, labels), labels, len(themes))
    legend = book.create_sheet(LEGEND_SHEET)
    for line in [*LEGEND, *((label, "categorie") for label in labels.values())]:
        legend.append(line)
    legend.column_dimensions["A"].width, legend.column_dimensions["B"].width = 24, 100
    return packed(book)


def _labels(taxonomy: Taxonomy) -> dict[str, str]:
    return {category.id: category.label for category in taxonomy.categories} | {OTHER: taxonomy.other.label}


def _question_rows(tables: Tables, labels: Mapping[str, str]) -> Iterator[list[Any]]:
    main = _main(tables["matches"])
    theme = dict(zip(tables["question_themes"]["question_id"], tables["question_themes"]["theme_id"], strict=True))
    names = dict(zip(tables["themes"]["theme_id"], tables["themes"]["label"], strict=True))
    titles = dict(zip(tables["sessions"]["session_id"], tables["sessions"]["title"], strict=True))
    ordered = sorted(rows(tables["questions"]), key=lambda row: (str(names.get(theme[row.question_id])), row.text))
    for row in ordered:
        code = theme[row.question_id] if isinstance(theme[row.question_id], str) else None
        category = labels.get(main.get(row.question_id, ""))
        yield [row.question_id, row.text, FORMS[row.form], titles.get(row.session_id) or row.session_id, code,
               names.get(code or ""), category]  # fmt: skip


def _theme_rows(themes: pd.DataFrame, tables: Tables, labels: Mapping[str, str]) -> Iterator[list[Any]]:
    main = _main(tables["matches"])
    for row in rows(themes):
        yield [row.theme_id, row.label, row.question, row.n_questions, labels.get(main.get(row.theme_id, ""))]


def _main(matches: pd.DataFrame) -> dict[str, str]:
    primary = matches[matches["is_primary"]]
    return dict(zip(primary["item_id"], primary["category"], strict=True))


def _fill(
    sheet: Any,  # noqa: ANN401
    columns: Mapping[str, int],
    lines: Iterator[list[Any]],
    labels: Mapping[str, str],
    n_themes: int,
) -> None:
    sheet.append(list(columns))
    for line in lines:
        sheet.append([defuse(cell) for cell in line])
    choices = {
        "> Categorie": f'"{",".join(labels.values())}"',
        "> Geen vraag": f'"{YES}"',
        "> Thema": f"'{THEMES_SHEET.replace(chr(39), chr(39) * 2)}'!$A$2:$A${n_themes + 1}",
    }
    choices["> Samenvoegen met"] = choices["> Thema"]
    for number, (name, width) in enumerate(columns.items(), start=1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = width
        is_open = name.startswith(">")
        if name in choices and sheet.max_row > 1:
            rule = DataValidation(type="list", formula1=choices[name], allow_blank=True)
            rule.showErrorMessage = name != "> Thema"  # 'nieuw: naam' is not in the list
            sheet.add_data_validation(rule)
            rule.add(f"{letter}2:{letter}{sheet.max_row}")
        for (cell,) in sheet[f"{letter}1:{letter}{sheet.max_row}"]:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.protection = Protection(locked=cell.row == 1 or not is_open)
            if cell.row == 1:
                cell.font, cell.fill = Font(bold=True), _HEAD
            elif is_open:
                cell.fill = _OPEN
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.protection.sheet = True
    sheet.protection.autoFilter = sheet.protection.sort = sheet.protection.formatColumns = False


@dataclass(frozen=True)
class Filled:
    """A row of a workbook: its place in the file, and its cells by the name of their column."""

    place: str
    cells: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")


def read_sheet(path: Path, title: str, columns: Sequence[str]) -> list[Filled]:
    """Read the rows of one sheet that have a code.

    Raises:
        InputError: the file is no workbook, or a sheet or column is missing.
    """
    hint = "make a new one with `opdenk review export`, and fill that in."
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except FileNotFoundError:
        raise InputError(f"There is no {path}.", hint=hint) from None
    except Exception as error:  # what openpyxl raises for a file that is no workbook is not documented
        raise InputError(f"{path} is no Excel workbook: {error or type(error).__name__}.", hint=hint) from None
    if title not in book.sheetnames:
        raise InputError(f"{path} has no sheet '{title}'.", hint=hint)
    lines = [
        [str(cell).strip() if cell is not None else "" for cell in line]
        for line in book[title].iter_rows(values_only=True)
    ]
    head = lines[0] if lines else []
    missing = [name for name in columns if name not in head]
    if missing:
        raise InputError(f"{path}, sheet {title}: column '{missing[0]}' is missing.", hint=hint)
    places = {name: head.index(name) for name in columns}
    return [
        Filled(f"{path}, sheet {title}, row {number}", {name: line[place] for name, place in places.items()})
        for number, line in enumerate(lines[1:], start=2)
        if line[places[CODE]]
    ]


def is_filled_in(path: Path) -> bool:
    """Whether somebody typed something in a workbook."""
    sheets = ((QUESTIONS_SHEET, QUESTION_COLUMNS), (THEMES_SHEET, THEME_COLUMNS))
    return any(
        row[name]
        for title, columns in sheets
        for row in read_sheet(path, title, list(columns))
        for name in columns
        if name.startswith(">")
    )


def read_corrections(path: Path, tables: Tables, taxonomy: Taxonomy) -> Review:
    """Read what people filled in.

    Args:
        path: the workbook.
        tables: of the run that it was made from, or of a later one.
        taxonomy: the categories.

    Raises:
        InputError: with every fault of a cell, up to ten: its sheet, row and column, and what may stand there.
    """
    faults: list[str] = []
    cells = _Cells(set(tables["themes"]["theme_id"]), _labels(taxonomy), faults)
    questions = _question_corrections(path, _texts(tables["questions"]), cells, faults)
    themes = _theme_corrections(path, cells, faults)
    if faults:
        raise InputError("\n".join(faults[:MAX_FAULTS]), hint="mend these cells and apply the workbook again.")
    return Review(questions=questions, themes=themes)


def _question_corrections(
    path: Path, texts: Mapping[str, str], cells: "_Cells", faults: list[str]
) -> dict[str, QuestionCorrection]:
    found = {}
    for row in read_sheet(path, QUESTIONS_SHEET, list(QUESTION_COLUMNS)):
        decided = {
            "category": cells.category(row),
            "theme": cells.theme(row, "> Thema", may_be_new=True),
            "is_struck": cells.yes(row),
            "remark": row["> Opmerking"],
        }
        decided = {key: value for key, value in decided.items() if value}
        if decided and row[CODE] not in texts:
            faults.append(f"{row.place}: there is no question {row[CODE]} in the last run")
        elif "is_struck" in decided and ("category" in decided or "theme" in decided):
            faults.append(f"{row.place}: is no question, but is given a category or theme as well; choose one")
        elif decided:
            found[row[CODE]] = QuestionCorrection.model_validate({"text": texts[row[CODE]], **decided})
    return found


def _theme_corrections(path: Path, cells: "_Cells", faults: list[str]) -> dict[str, ThemeCorrection]:
    found = {}
    for row in read_sheet(path, THEMES_SHEET, list(THEME_COLUMNS)):
        decided = {
            "name": row["> Naam"],
            "category": cells.category(row),
            "merge_into": cells.theme(row, "> Samenvoegen met", may_be_new=False),
            "remark": row["> Opmerking"],
        }
        decided = {key: value for key, value in decided.items() if value}
        if decided and row[CODE] not in cells.themes:
            faults.append(f"{row.place}: there is no theme {row[CODE]} in the last run")
        elif decided.get("merge_into") == row[CODE]:
            faults.append(f"{row.place}: a theme cannot be merged with itself")
        elif decided:
            found[row[CODE]] = ThemeCorrection.model_validate({"label": row["Naam"].removeprefix("'"), **decided})
    return found


def _texts(questions: pd.DataFrame) -> dict[str, str]:
    return dict(zip(questions["question_id"], questions["text"], strict=True))


class _Cells:
    """Reads cells, and notes what cannot stand there."""

    def __init__(self, themes: set[str], labels: Mapping[str, str], faults: list[str]) -> None:
        self.themes, self._labels, self._faults = themes, labels, faults
        self._ids = {name.lower(): key for key, label in labels.items() for name in (key, label)}

    def category(self, row: Filled) -> str | None:
        written = row["> Categorie"]
        if written and written.lower() not in self._ids:
            choices = ", ".join(self._labels.values())
            self._faults.append(f"{row.place}, column > Categorie: '{written}' is not one of {choices}")
        return self._ids.get(written.lower()) if written else None

    def theme(self, row: Filled, column: str, *, may_be_new: bool) -> str | None:
        written = row[column]
        name = written[len(NEW) :].strip() if written.lower().startswith(NEW) else ""
        if may_be_new and name:
            return f"{NEW} {name}"
        if written and written not in self.themes:
            new = f" or '{NEW} name'" if may_be_new else ""
            self._faults.append(f"{row.place}, column {column}: '{written}' is no code of a theme{new}")
        return written or None

    def yes(self, row: Filled) -> bool:
        written = row["> Geen vraag"].lower()
        if written and written != YES:
            self._faults.append(f"{row.place}, column > Geen vraag: '{written}' is not '{YES}' or empty")
        return written == YES


def judgements(path: Path, *, machine: bool = False) -> dict[str, tuple[str, str]]:
    """Per question of a workbook, its text and category: as filled in or, for what was left, as the run gave it.

    Args:
        path: the workbook.
        machine: as the run gave it only.
    """
    judged = {}
    for row in read_sheet(path, QUESTIONS_SHEET, list(QUESTION_COLUMNS)):
        own = "geen vraag" if row["> Geen vraag"].lower() == YES else row["> Categorie"]
        category = row["Categorie"] if machine else own or row["Categorie"]
        if category:
            judged[row[CODE]] = row["Vraag of zorg"], category
    return judged
