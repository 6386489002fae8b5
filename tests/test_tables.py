import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import store, tables
from pipeline.errors import ContractError
from pipeline.tables import QUESTIONS, SEGMENTS, Table, check, content_id
from tests.make import make_questions, make_segments

ALL_TABLES = [value for value in vars(tables).values() if isinstance(value, Table)]


@pytest.mark.parametrize("table", ALL_TABLES, ids=lambda table: table.name)
def test_a_table_without_rows_is_legal(table):
    check(table.frame(), table, made_by="test")


@pytest.mark.parametrize("table", ALL_TABLES, ids=lambda table: table.name)
def test_every_column_says_what_it_means_and_the_key_is_among_the_columns(table):
    assert set(table.key) <= set(table.column_names)
    assert all(column.meaning for column in table.columns)


def test_all_faults_of_a_table_are_named_at_once():
    frame = make_questions("Wie betaalt dat?", "Wanneer begint het?")
    frame.loc[0, "score"] = 1.5
    frame.loc[1, "form"] = "indirct"
    with pytest.raises(ContractError) as caught:
        check(frame, QUESTIONS, made_by="extract")
    assert "1 of 2 rows (first: row 0) above 1" in str(caught.value)
    assert "'form'" in str(caught.value)
    assert "extract" in str(caught.value)


def test_a_message_about_a_table_never_gives_its_text_away():
    frame = make_segments("Fatima zegt dat het niet kan.")
    frame.loc[0, "kind"] = "Fatima"
    with pytest.raises(ContractError) as caught:
        check(frame, SEGMENTS, made_by="mask")
    assert "Fatima" not in str(caught.value)


def test_missing_unknown_and_doubled_are_faults():
    frame = make_questions("Wie betaalt dat?")
    with pytest.raises(ContractError, match="column 'cue' is missing"):
        check(frame.drop(columns="cue"), QUESTIONS, made_by="extract")
    with pytest.raises(ContractError, match="column 'extra' is unknown"):
        check(frame.assign(extra=1), QUESTIONS, made_by="extract")
    with pytest.raises(ContractError, match="doubled"):
        check(pd.concat([frame, frame], ignore_index=True), QUESTIONS, made_by="extract")


@given(st.text(), st.text())
def test_an_id_depends_on_where_its_fields_part(left, right):
    assert content_id("Q", left, right) == content_id("Q", left, right)
    if left and "\x1f" not in left + right:
        assert content_id("Q", left + right) != content_id("Q", left, right)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1, max_size=5))
def test_any_text_comes_back_from_a_file_as_it_was(tmp_path_factory, texts):
    folder = tmp_path_factory.mktemp("tables")
    frame = make_segments(*texts, heading=[["Kop", text] for text in texts])
    store.write_table(folder, SEGMENTS, frame)
    pd.testing.assert_frame_equal(store.read_table(folder / "segments.parquet", SEGMENTS), frame)
