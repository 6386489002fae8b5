"""review.xlsx: what a run found, and beside it open columns in which people correct it. In Dutch."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from pipeline.config import OTHER, Taxonomy
from pipeline.corrections import NEW, QuestionCorrection, Review, ThemeCorrection
from pipeline.tables import rows
from pipeline.views.sheets import FORMS, defuse, packed

QUESTIONS_SHEET, THEMES_SHEET = "Vragen", "Thema's"
ISSUES_SHEET, CODEBOOK_SHEET, LEGEND_SHEET, CHOICES_SHEET = "Vraagstukken", "Codeboek", "Legenda", "Keuzes"
YES, UNDO = "ja", "wissen"
STRUCK = "geen vraag"
CODE, TEXT, NAME, CATEGORY, DECIDED = "Code", "Vraag of zorg", "Naam", "Categorie", "Eerder beslist"
NEW_CATEGORY, NEW_THEME, STRIKE, REMARK = "> Categorie", "> Thema", "> Geen vraag", "> Opmerking"
NEW_NAME, MERGE = "> Naam", "> Samenvoegen met"
QUESTION_COLUMNS = {
    CODE: 22, TEXT: 70, "Vorm": 17, "Sessie": 24, "Thema": 14, "Naam van het thema": 30, CATEGORY: 18, DECIDED: 30,
    NEW_CATEGORY: 18, NEW_THEME: 30, STRIKE: 12, REMARK: 40,
}  # fmt: skip
THEME_COLUMNS = {
    CODE: 14, NAME: 34, "Kernvraag": 60, "Vragen": 8, CATEGORY: 18, DECIDED: 30,
    NEW_NAME: 34, NEW_CATEGORY: 18, MERGE: 30, REMARK: 40,
}  # fmt: skip
ISSUE_COLUMNS = {
    "Rang": 6, "Thema": 14, NAME: 34, "Kernvraag": 60, CATEGORY: 18, "Urgentie": 10, "Urgentie van": 10,
    "Urgentie tot": 10, "Rang van": 8, "Rang tot": 8, "Vragen": 8, "Stemmen": 9, "Sessies": 8,
}  # fmt: skip
CODEBOOK_COLUMNS = {CATEGORY: 18, "Definitie": 60, "Wel": 60, "Niet": 60, "Voorbeelden": 60}
LEGEND = (
    ("Hoe dit werkt", "Vul alleen de gekleurde kolommen in, die met > beginnen. Wat u leeg laat, blijft zoals het is."),
    (NEW_CATEGORY, "kies uit de lijst; wat de categorieën betekenen, staat op het blad Codeboek"),
    (NEW_THEME, f"kies een ander thema uit de lijst, of typ '{NEW} naam' om vragen samen af te splitsen"),
    (STRIKE, f"'{YES}' als dit geen vraag of zorg is"),
    (NEW_NAME, "een betere naam voor het thema; het vraagstuk heet dan ook zo"),
    (MERGE, "het thema waar dit thema bij hoort; kies uit de lijst"),
    (REMARK, "wat u kwijt wilt; het wordt bewaard"),
    (DECIDED, f"wat al eerder is verbeterd; '{UNDO}' in de kolom met > maakt het ongedaan"),
    ("Vergelijken", "Wilt u nagaan of twee mensen gelijk oordelen? Vul dan > Categorie ook in waar u het eens bent."),
    ("Daarna", "bewaar het bestand en typ: opdenk review apply review.xlsx"),
)
LINE_HEIGHT = 15  # points
MAX_LINES = 27  # Excel allows 409 points
_OPEN = PatternFill("solid", start_color="FFF6DC")
_HEAD = PatternFill("solid", start_color="E8E4DA")

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class _Labels:
    """What people call things, by id."""

    categories: Mapping[str, str]
    themes: Mapping[str, str]
    sessions: Mapping[str, str]
    main: Mapping[str, str]  # category of each question and theme

    def category(self, item: str) -> str | None:
        return self.categories.get(self.main.get(item, ""))

    def theme(self, identifier: str) -> str:
        name = self.themes.get(identifier)
        return f"{identifier} {name}" if name else identifier


def category_labels(taxonomy: Taxonomy) -> dict[str, str]:
    """Per id of a category, `other` too, what people call it."""
    return {category.id: category.label for category in taxonomy.categories} | {OTHER: taxonomy.other.label}


def review_workbook(tables: Tables, taxonomy: Taxonomy, review: Review) -> bytes:
    """Make review.xlsx; same tables and corrections, same bytes.

    Args:
        tables: QUESTIONS, THEMES, QUESTION_THEMES, MATCHES, ISSUES and SESSIONS, by name.
        taxonomy: the categories to choose from.
        review: what was corrected before.
    """
    labels = _labels(tables, taxonomy)
    themes = tables["themes"].sort_values("label")
    choices = {
        NEW_CATEGORY: [UNDO, *labels.categories.values()],
        NEW_THEME: [UNDO, *(labels.theme(theme) for theme in themes["theme_id"])],
        STRIKE: [YES, UNDO],
    }
    choices[MERGE] = choices[NEW_THEME]
    book = Workbook()
    book.remove(book.worksheets[0])
    _fill(book, QUESTIONS_SHEET, QUESTION_COLUMNS, _question_rows(tables, labels, review), choices)
    _fill(book, THEMES_SHEET, THEME_COLUMNS, _theme_rows(themes, labels, review), choices)
    _fill(book, ISSUES_SHEET, ISSUE_COLUMNS, _issue_rows(tables, labels))
    _fill(book, CODEBOOK_SHEET, CODEBOOK_COLUMNS, _codebook_rows(taxonomy))
    _fill(book, LEGEND_SHEET, {"Kolom": 24, "Uitleg": 100}, LEGEND)
    _fill(book, CHOICES_SHEET, dict.fromkeys(choices, 30), zip(*_padded(choices.values()), strict=True))
    book[CHOICES_SHEET].sheet_state = "hidden"
    return packed(book)


def _labels(tables: Tables, taxonomy: Taxonomy) -> _Labels:
    def pairs(name: str, key: str, value: str) -> dict[str, str]:
        return dict(zip(tables[name][key], tables[name][value], strict=True))

    primary = tables["matches"][tables["matches"]["is_primary"]]
    main = dict(zip(primary["item_id"], primary["category"], strict=True))
    sessions = pairs("sessions", "session_id", "title")
    return _Labels(category_labels(taxonomy), pairs("themes", "theme_id", "label"), sessions, main)


def _question_rows(tables: Tables, labels: _Labels, review: Review) -> Iterator[Sequence[Any]]:
    theme = dict(zip(tables["question_themes"]["question_id"], tables["question_themes"]["theme_id"], strict=True))
    ordered = sorted(
        rows(tables["questions"]), key=lambda row: (str(labels.themes.get(theme[row.question_id])), row.text)
    )
    for row in ordered:
        code = theme[row.question_id] if isinstance(theme[row.question_id], str) else None
        session = labels.sessions.get(row.session_id) or row.session_id
        decided = _decided(review.questions.get(row.question_id), labels)
        yield [row.question_id, row.text, FORMS[row.form], session, code, labels.themes.get(code or ""),
               labels.category(row.question_id), decided]  # fmt: skip


def _theme_rows(themes: pd.DataFrame, labels: _Labels, review: Review) -> Iterator[Sequence[Any]]:
    for row in rows(themes):
        decided = _decided(review.themes.get(row.theme_id), labels)
        yield [row.theme_id, row.label, row.question, row.n_questions, labels.category(row.theme_id), decided]


def _decided(item: QuestionCorrection | ThemeCorrection | None, labels: _Labels) -> str | None:
    """An earlier correction in words."""
    if item is None:
        return None
    said = [STRUCK] if isinstance(item, QuestionCorrection) and item.is_struck else []
    parts = {
        "categorie": labels.categories.get(item.category or "", item.category),
        "thema": labels.theme(item.theme) if isinstance(item, QuestionCorrection) and item.theme else None,
        "naam": item.name if isinstance(item, ThemeCorrection) else None,
        "hoort bij": labels.theme(item.merge_into) if isinstance(item, ThemeCorrection) and item.merge_into else None,
        "opmerking": item.remark,
    }
    return "\n".join([*said, *(f"{name}: {value}" for name, value in parts.items() if value)])


def _issue_rows(tables: Tables, labels: _Labels) -> Iterator[Sequence[Any]]:
    questions = dict(zip(tables["themes"]["theme_id"], tables["themes"]["question"], strict=True))
    for row in rows(tables["issues"].sort_values(["rank", "theme_id"])):
        yield [row.rank, row.theme_id, labels.themes[row.theme_id], questions[row.theme_id],
               labels.category(row.theme_id), round(row.score, 2), round(row.score_low, 2), round(row.score_high, 2),
               row.rank_low, row.rank_high, row.n_questions, row.n_voices, row.n_sessions]  # fmt: skip


def _codebook_rows(taxonomy: Taxonomy) -> Iterator[Sequence[Any]]:
    for category in (*taxonomy.categories, taxonomy.other):
        lists = (category.includes, category.excludes, category.examples)
        yield [category.label, category.definition.strip(), *("\n".join(lines) for lines in lists)]


def _padded(columns: Iterable[Sequence[str]]) -> list[list[str | None]]:
    """Columns made equally long."""
    listed = [list(column) for column in columns]
    longest = max(map(len, listed))
    return [[*column, *[None] * (longest - len(column))] for column in listed]


def _fill(
    book: Workbook,
    title: str,
    columns: Mapping[str, int],
    lines: Iterable[Sequence[Any]],
    choices: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Add a sheet; with choices it is one to fill in, in the columns that start with `>`."""
    sheet = book.create_sheet(title)
    sheet.append(list(columns))
    for number, line in enumerate(lines, start=2):
        sheet.append([defuse(cell) for cell in line])
        sheet.row_dimensions[number].height = LINE_HEIGHT * _n_lines(line, columns.values())
    for number, (name, width) in enumerate(columns.items(), start=1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = width
        if choices and name in choices and sheet.max_row > 1:
            _offer(sheet, letter, list(choices).index(name) + 1, len(choices[name]), is_strict=name != NEW_THEME)
        for (cell,) in sheet[f"{letter}1:{letter}{sheet.max_row}"]:
            is_open = choices is not None and name.startswith(">")
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.protection = Protection(locked=cell.row == 1 or not is_open)
            if cell.row == 1:
                cell.font, cell.fill = Font(bold=True), _HEAD
            elif is_open:
                cell.fill = _OPEN
    sheet.freeze_panes = "C2" if choices else "A2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.protection.sheet = True
    sheet.protection.autoFilter = sheet.protection.sort = sheet.protection.formatColumns = False


def _n_lines(cells: Sequence[Any], widths: Iterable[int]) -> int:
    """Lines that the fullest cell of a row takes; not every program works them out by itself."""
    texts = [(str(cell), width) for cell, width in zip(cells, widths, strict=False) if cell is not None]
    needed = (sum(max(1, math.ceil(len(part) / width)) for part in text.split("\n")) for text, width in texts)
    return min(max(needed, default=1), MAX_LINES)


def _offer(sheet: Any, letter: str, column: int, n_choices: int, *, is_strict: bool) -> None:  # noqa: ANN401
    """A drop-down in a column of a sheet, whose list is a column of the sheet of choices."""
    place = get_column_letter(column)
    formula = f"{CHOICES_SHEET}!${place}$2:${place}${n_choices + 1}"
    rule = DataValidation(type="list", formula1=formula, allow_blank=True)
    rule.showErrorMessage = is_strict  # else what is not in the list may be typed
    sheet.add_data_validation(rule)
    rule.add(f"{letter}2:{letter}{sheet.max_row}")
