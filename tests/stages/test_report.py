import io
import json
import zipfile

import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pipeline.stages.report import fair_share
from pipeline.validation import load_issues
from pipeline.views import html, refi_qda, sheets
from tests.views.fixture import SETTINGS, TAXONOMY, make

MOST = 15


@pytest.fixture(scope="module")
def made():
    """The same document whole and cut short, and the tables behind it."""
    whole, tables = make()
    return whole, make(settings=SETTINGS.model_copy(update={"max_evidence": MOST}))[0], tables


@given(st.lists(st.integers(1, 40), max_size=12), st.integers(1, 200))
def test_as_many_as_are_allowed_are_kept_and_small_groups_whole(sizes, most):
    share = fair_share(np.array(sizes, dtype=np.int64), most)
    kept = sum(min(size, share) for size in sizes)
    assert kept <= max(most, len(sizes))
    if kept < sum(sizes):
        assert share == 1 or sum(min(size, share + 1) for size in sizes) > most


def test_more_questions_than_are_given_are_counted(made):
    whole, cut, _ = made
    assert sum(len(issue.evidence) for issue in cut.issues) <= MOST
    for full, short in zip(whole.issues, cut.issues, strict=True):
        assert short.evidence == full.evidence[: len(short.evidence)]
        assert len(short.evidence) + short.evidence_left_out == full.counts.questions == short.counts.questions
        assert len(short.signals) + short.signals_left_out == len(full.signals)
        assert not full.evidence_left_out


def test_figures_do_not_depend_on_how_much_is_given(made):
    whole, cut, tables = made
    assert (cut.sessions, cut.taxonomy) == (whole.sessions, whole.taxonomy)
    assert [issue.trend for issue in cut.issues] == [issue.trend for issue in whole.issues]
    categories = [_section(html.render(issues, tables, SETTINGS), "categorieen") for issues in (whole, cut)]
    assert categories[0] == categories[1] is not None


def test_a_document_cut_short_is_valid_and_one_that_hides_a_question_is_not(made, tmp_path):
    path = tmp_path / "issues.json"
    path.write_text(made[1].to_json(), encoding="utf-8")
    assert load_issues(path) == made[1]
    document = json.loads(made[1].to_json())
    document["issues"][0]["evidence_left_out"] -= 1
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(Exception, match="left out"):
        load_issues(path)


def test_every_output_says_what_it_leaves_out(made):
    _, cut, tables = made
    n_left_out = cut.issues[0].evidence_left_out
    assert f"Nog {n_left_out} citaten, minder kenmerkend" in html.render(cut, tables, SETTINGS)
    book = openpyxl.load_workbook(io.BytesIO(sheets.workbook(cut)))
    assert f"(nog {n_left_out} in questions.parquet)" in [row[2].value for row in book["Vragen"].iter_rows()]
    with zipfile.ZipFile(io.BytesIO(refi_qda.project(cut, tables))) as archive:
        assert "citaten, minder kenmerkend" in archive.read("project.qde").decode()


def _section(document, name):
    found = etree.HTML(document).xpath(f"//section[@id='{name}']")
    return etree.tostring(found[0]) if found else None


def test_what_falls_outside_the_codebook_is_described_as_the_codebook_does(made):
    whole, _, _ = made
    assert (whole.taxonomy[-1].id, whole.taxonomy[-1].definition) == ("other", TAXONOMY.other.definition)
