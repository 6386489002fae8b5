import csv
import io
import time
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.validation import load_issues
from pipeline.views import sheets

EXAMPLE = Path(__file__).parent.parent.parent / "schemas" / "issues.example.json"


@pytest.fixture(scope="module")
def issues():
    return load_issues(EXAMPLE)


def _with_label(issues, label):
    """The first issue alone, under another label."""
    return issues.model_copy(update={"issues": (issues.issues[0].model_copy(update={"label": label}),)})


def test_every_issue_and_question_has_a_row(issues):
    book = openpyxl.load_workbook(io.BytesIO(sheets.workbook(issues)))
    assert book.sheetnames == ["Vraagstukken", "Vragen"]
    assert book["Vraagstukken"].max_row == 1 + len(issues.issues)
    assert book["Vragen"].max_row == 1 + sum(len(issue.evidence) for issue in issues.issues)


def test_what_does_not_fit_one_sheet_goes_on_in_the_next(issues, monkeypatch):
    monkeypatch.setattr(sheets, "MAX_ROWS", 3)
    n_questions = sum(len(issue.evidence) for issue in issues.issues)
    book = openpyxl.load_workbook(io.BytesIO(sheets.workbook(issues)))
    parts = [book[name] for name in book.sheetnames if name.startswith("Vragen")]
    assert len(parts) == -(-n_questions // 3)
    assert sum(part.max_row - 1 for part in parts) == n_questions
    assert len({part["A1"].value for part in parts}) == 1


def test_the_same_issues_give_the_same_bytes_at_any_time_of_the_day(issues):
    before = sheets.workbook(issues)
    time.sleep(1.1)  # the time in a workbook counts whole seconds
    assert sheets.workbook(issues) == before


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_formula_in_an_answer_is_text(issues, text):
    risky = _with_label(issues, text)
    book = openpyxl.load_workbook(io.BytesIO(sheets.workbook(risky)))
    cell = book["Vraagstukken"]["B2"]
    assert cell.data_type == "s"
    assert cell.value.startswith("'")
    row = next(csv.DictReader(io.StringIO(sheets.table(risky).decode("utf-8-sig")), delimiter=";"))
    assert row["Vraagstuk"].startswith("'")


@given(label=st.text())
def test_any_text_can_be_written(label):
    odd = _with_label(load_issues(EXAMPLE), label)
    openpyxl.load_workbook(io.BytesIO(sheets.workbook(odd)))
    assert sheets.table(odd)


def test_a_dutch_spreadsheet_reads_the_numbers(issues):
    row = next(csv.DictReader(io.StringIO(sheets.table(issues).decode("utf-8-sig")), delimiter=";"))
    assert float(row["Urgentie"].replace(",", ".")) == issues.issues[0].urgency.score
