"""Read what people filled in in a review workbook."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from pipeline.config import Taxonomy
from pipeline.corrections import NEW, QuestionCorrection, Review, ThemeCorrection
from pipeline.errors import InputError
from pipeline.views.review_sheets import (
    CATEGORY,
    CODE,
    DECIDED,
    MERGE,
    NAME,
    NEW_CATEGORY,
    NEW_NAME,
    NEW_THEME,
    QUESTION_COLUMNS,
    QUESTIONS_SHEET,
    REMARK,
    STRIKE,
    STRUCK,
    TEXT,
    THEME_COLUMNS,
    THEMES_SHEET,
    UNDO,
    YES,
    category_labels,
)

MAX_FAULTS = 10  # that one message lists


@dataclass(frozen=True)
class Row:
    """A row of a workbook: its place in the file, and its cells by the name of their column."""

    place: str
    cells: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")


def read_corrections(path: Path, taxonomy: Taxonomy, *, earlier: Review, themes: Mapping[str, str]) -> Review:
    """Read what people filled in, as corrections to lay over earlier ones; what was undone is set to nothing.

    Args:
        path: the workbook.
        taxonomy: the categories.
        earlier: corrections so far.
        themes: per theme of the last run, its name.

    Raises:
        InputError: the file is no such workbook; or with every fault of a cell, up to ten: its sheet, row and column,
            and what may stand there.
    """
    rows = read_sheet(path, THEMES_SHEET, list(THEME_COLUMNS))
    known = {**{row[CODE]: _plain(row[NAME]) for row in rows}, **themes}
    cells = _Cells(category_labels(taxonomy), known)
    questions = _corrected(read_sheet(path, QUESTIONS_SHEET, list(QUESTION_COLUMNS)), cells.of_question, cells)
    newer = Review(
        questions={key: QuestionCorrection(text=_plain(row[TEXT]), **said) for key, row, said in questions},
        themes={
            key: ThemeCorrection(label=_plain(row[NAME]), **said)
            for key, row, said in _corrected(rows, cells.of_theme, cells)
        },
    )
    merged = earlier.merged(newer)
    for key, item in newer.questions.items():
        if merged.questions.get(key, item).is_struck and (item.category or item.theme):
            undo = f"; '{UNDO}' in {STRIKE} makes it a question again" if not item.is_struck else ""
            cells.faults.append(f"{path}: question {key} is no question, but is given a category or theme{undo}")
    cells.faults += [f"{path}: theme {key} would be merged in a ring" for key in merged.rings()]
    if cells.faults:
        raise InputError("\n".join(cells.faults[:MAX_FAULTS]), hint="mend these cells and apply the workbook again.")
    return newer


def is_kept(path: Path, taxonomy: Taxonomy, *, earlier: Review, themes: Mapping[str, str]) -> bool:
    """Whether everything that people filled in in a workbook is among the corrections, so that it may go."""
    try:
        newer = read_corrections(path, taxonomy, earlier=earlier, themes=themes)
    except InputError:
        return False
    return earlier.merged(newer) == earlier


def judgements(path: Path, taxonomy: Taxonomy, *, machine: bool = False) -> dict[str, tuple[str, str]]:
    """Per question of a workbook that was judged, its text and the name of its category.

    Args:
        path: the workbook.
        taxonomy: the categories.
        machine: as the run chose, for the questions that nobody had corrected before; else as filled in.

    Raises:
        InputError: the file is no such workbook, or names a category that there is not.
    """
    cells = _Cells(category_labels(taxonomy), {})
    judged = {}
    for row in read_sheet(path, QUESTIONS_SHEET, list(QUESTION_COLUMNS)):
        if machine:
            was_decided = any(line.startswith((STRUCK, "categorie:")) for line in row[DECIDED].splitlines())
            found = None if was_decided else row[CATEGORY]
        elif row[STRIKE].lower() == YES:
            found = STRUCK
        else:
            category = cells.category(row, NEW_CATEGORY) if row[NEW_CATEGORY] not in ("", UNDO) else None
            found = cells.labels[category] if category else None
        if found:
            judged[row[CODE]] = _plain(row[TEXT]), found
    if cells.faults:
        raise InputError("\n".join(cells.faults[:MAX_FAULTS]), hint="mend these cells.")
    return judged


def read_sheet(path: Path, title: str, columns: Sequence[str]) -> list[Row]:
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
    found = [
        Row(f"{path}, sheet {title}, row {number}", dict(zip(head, line, strict=False)))  # a row may end early
        for number, line in enumerate(lines[1:], start=2)
    ]
    return [row for row in found if row[CODE]]


Said = dict[str, Any]


def _corrected(rows: Sequence[Row], read: Callable[[Row], Said], cells: "_Cells") -> Iterator[tuple[str, Row, Said]]:
    """Code, row and corrections of each row where something is filled in."""
    seen: dict[str, str] = {}
    for row in rows:
        said = read(row)
        if said and row[CODE] in seen:
            cells.faults.append(f"{row.place}: {row[CODE]} is corrected twice; see {seen[row[CODE]]}")
        elif said:
            seen[row[CODE]] = row.place
            yield row[CODE], row, said


def _plain(text: str) -> str:
    """A text as it was before it was made safe for a spreadsheet."""
    return text.removeprefix("'")


class _Cells:
    """Reads cells, and notes what cannot stand there.

    Args:
        labels: per id of a category, its name.
        themes: per id of a theme, its name.
    """

    def __init__(self, labels: Mapping[str, str], themes: Mapping[str, str]) -> None:
        self.labels, self._themes = labels, themes
        self.faults: list[str] = []
        self._ids = {name.lower(): key for key, label in labels.items() for name in (key, label)}

    def of_question(self, row: Row) -> Said:
        """What was decided on a question."""
        readers = {
            "category": (NEW_CATEGORY, self.category),
            "theme": (NEW_THEME, self.theme),
            "is_struck": (STRIKE, self.yes),
            "remark": (REMARK, Row.__getitem__),
        }
        return self._read(row, readers, undone={"is_struck": False})

    def of_theme(self, row: Row) -> Said:
        """What was decided on a theme."""
        readers = {
            "name": (NEW_NAME, Row.__getitem__),
            "category": (NEW_CATEGORY, self.category),
            "merge_into": (MERGE, self.theme),
            "remark": (REMARK, Row.__getitem__),
        }
        said = self._read(row, readers, undone={})
        if said.get("merge_into") == row[CODE]:
            self.faults.append(f"{row.place}: a theme cannot be merged with itself")
        return said

    def _read(self, row: Row, readers: Mapping[str, tuple[str, Callable[[Row, str], Any]]], *, undone: Said) -> Said:
        return {
            field: undone.get(field) if row[column] == UNDO else read(row, column)
            for field, (column, read) in readers.items()
            if row[column]
        }

    def category(self, row: Row, column: str) -> str | None:
        """Id of the category that a cell names."""
        found = self._ids.get(row[column].lower())
        if found is None:
            self._refuse(row, column, f"is not one of {', '.join(self.labels.values())}")
        return found

    def theme(self, row: Row, column: str) -> str | None:
        """Id of the theme that a cell names by code or by name, or `nieuw: name`."""
        written = row[column]
        if column == NEW_THEME and written.lower().startswith(NEW) and (name := written[len(NEW) :].strip()):
            return f"{NEW} {name}"
        code = written.split()[0]
        named = [key for key, name in self._themes.items() if name.lower() == written.lower()]
        if code not in self._themes and len(named) != 1:
            self._refuse(row, column, "is no theme" + (f", nor '{NEW} name'" if column == NEW_THEME else ""))
        return code if code in self._themes else next(iter(named), None)

    def yes(self, row: Row, column: str) -> bool:
        """Whether a cell says yes."""
        if row[column].lower() != YES:
            self._refuse(row, column, f"is not '{YES}'")
        return True

    def _refuse(self, row: Row, column: str, why: str) -> None:
        self.faults.append(f"{row.place}, column {column}: '{row[column]}' {why}; empty leaves it as it is")
