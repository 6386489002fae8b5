import io
import random

import openpyxl
import pytest

from pipeline.readers.reading import Columns, Unreadable
from tests.data.make_files import SURVEY, delimited, workbook


def test_columns_are_told_and_said(read):
    reading = read("enquete.csv")
    assert reading.warnings == (
        "columns: answer = 'Wat is voor jou de belangrijkste vraag?', 'Toelichting'; speaker = 'Respondent'; "
        "group = 'Tafel'; not used: 'Cijfer'",
    )
    (answer,) = [block for block in reading.blocks if block.text == "Wie beslist er over de “regie”?"]
    assert (answer.kind, answer.speaker, answer.group, answer.row) == ("answer", "Bas Uitdewilligen", "Tafel 2", 3)
    assert answer.prompt == "Wat is voor jou de belangrijkste vraag?"
    assert [block.text for block in reading.blocks if "\n" in block.text] == ["Eerst maar eens\nzien wat er komt."]


def test_a_poll_gives_votes(read):
    assert [(block.kind, block.text, block.votes) for block in read("poll.tsv").blocks] == [
        ("poll", "Hoe vinden we genoeg begeleiders?", 31),
        ("poll", "Wat doen we met de reiskosten?", 12),
    ]


def test_several_sheets_are_read_and_hidden_ones_are_named(read):
    reading = read("formulier.xlsx")
    assert {block.heading[0] for block in reading.blocks} == {"Formulier", "Poll"}
    assert [block.row for block in reading.blocks if block.heading[0] == "Formulier"] == [1, 1, 2, 3, 3, 4]
    assert "1 hidden sheets were left out" in reading.warnings
    assert ("Imane Bouchta", "file property") in reading.names


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_delimiters_are_told_even_where_others_occur_in_the_text(read, delimiter):
    reading = read("a.csv", delimited(SURVEY, delimiter))
    assert {block.speaker for block in reading.blocks} == {row[0] for row in SURVEY[1:]}


def test_the_order_of_rows_changes_nothing_but_row_numbers(read):
    rows = SURVEY[1:]
    shuffled = random.Random(1).sample(rows, len(rows))
    one, other = (read("a.csv", delimited([SURVEY[0], *part], ";")) for part in (rows, shuffled))
    assert one.sha256 == other.sha256
    assert [(b.text, b.speaker, b.prompt) for b in one.blocks] == [(b.text, b.speaker, b.prompt) for b in other.blocks]


def test_session_settings_overrule_what_is_told(read):
    columns = Columns(answer=("Toelichting",), speaker="Tafel", votes="Punten")
    reading = read("enquete.csv", columns=columns)
    assert {block.text for block in reading.blocks} == {
        "De kosten stijgen; de bijdrage niet.",
        "Eerst maar eens\nzien wat er komt.",
    }
    assert {block.speaker for block in reading.blocks} == {"1", "2"}
    assert "session.yaml names column 'Punten', which is not there" in reading.warnings


def test_a_question_that_was_put_is_the_prompt_of_its_answers(read):
    rows = [["Vraag", "Antwoord"], *[["Wat gaat er goed?", f"alles wat we deden {n}"] for n in range(4)]]
    assert {block.prompt for block in read("a.csv", delimited(rows, ",")).blocks} == {"Wat gaat er goed?"}


def test_a_sheet_without_header_gives_its_cells(read):
    reading = read("a.xlsx", workbook({"Blad1": [["meer tijd", "minder werk"], ["betere koffie", 3]]}))
    assert [(block.kind, block.text) for block in reading.blocks] == [
        ("cell", "meer tijd"),
        ("cell", "minder werk"),
        ("cell", "betere koffie"),
    ]


def test_formulas_are_not_computed_and_are_counted(read):
    book = openpyxl.Workbook()
    book.active.append(["Vraag", "Antwoord"])
    book.active.append(["Wat kost dat dan allemaal?", "=1+1"])
    buffer = io.BytesIO()
    book.save(buffer)
    reading = read("a.xlsx", buffer.getvalue())
    assert "1 formulas without a stored value were left out" in reading.warnings
    assert [block.text for block in reading.blocks] == ["Wat kost dat dan allemaal?"]


def test_quotes_that_do_not_pair_do_not_swallow_the_rest(read):
    reading = read("a.csv", 'vraag;naam\n"wie betaalt dat?;Bas\n' + "hoe gaat dat dan verder?;Mieke\n" * 4000)
    assert "quotes do not pair: read in the way that gives the most even rows" in reading.warnings
    assert len(reading.blocks) == 4001


@pytest.mark.parametrize("data", ["a;b\n" * 30, ("x;" * 20 + "\n") + "a\n" * 20])
def test_more_cells_than_the_limit_are_refused(read, data):
    with pytest.raises(Unreadable, match="max_cells"):
        read("a.csv", data, max_cells=50)


def test_what_a_sheet_says_of_its_size_is_not_believed(read):
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A2"], book.active["XFD1048576"] = "Vraag", "Wie betaalt dat?", "ver weg"
    buffer = io.BytesIO()
    book.save(buffer)
    assert "Wie betaalt dat?" in [
        block.text for block in read("a.xlsx", buffer.getvalue(), max_cells=30_000_000_000).blocks
    ]


def test_numbers_alone_are_no_answers(read):
    reading = read("getallen.csv")
    assert (list(reading.blocks), reading.warnings) == (
        [],
        ("no column with text found; name it in session.yaml under columns",),
    )


def test_merged_cells_count_in_every_row_that_they_span(read):
    book = openpyxl.Workbook()
    book.active.append(["Tafel", "Antwoord"])
    for row in ([1, "Meer tijd."], [None, "Meer geld."], [None, "Meer mensen."], [None, "Iets anders."]):
        book.active.append(row)
    book.active.merge_cells("A2:A4")
    buffer = io.BytesIO()
    book.save(buffer)
    groups = {block.text: block.group for block in read("a.xlsx", buffer.getvalue()).blocks}
    assert groups == {"Meer tijd.": "Tafel 1", "Meer geld.": "Tafel 1", "Meer mensen.": "Tafel 1", "Iets anders.": None}


def test_titles_above_the_header_become_the_heading_and_totals_no_answer(read):
    rows = [["Uitslag van de poll", ""], ["", ""], ["Stelling", "Stemmen"], ["Meer tijd", "12"], ["Totaal", "12"]]
    reading = read("a.csv", delimited(rows, ";"))
    assert [(block.text, block.votes, block.heading) for block in reading.blocks] == [
        ("Meer tijd", 12, ("Uitslag van de poll",))
    ]
    assert "1 rows with totals left out" in reading.warnings


@pytest.mark.parametrize(
    ("votes", "expected"), [("12", 12), ("12,0", 12), ("1.200", 1200), ("14 stemmen", 14), ("3x", 3), ("", None)]
)
def test_votes_in_dutch_notation(read, votes, expected):
    rows = [["Stelling", "Aantal stemmen"], ["Meer tijd", votes], *([f"Meer geld {n}", "7"] for n in "abcd")]
    (block,) = [block for block in read("a.csv", delimited(rows, ";")).blocks if block.text == "Meer tijd"]
    assert block.votes == expected


def test_those_who_agree_are_the_votes_of_a_statement(read):
    text = "Stelling,Eens,Oneens\nWe beslissen samen,33,2\nWe hebben genoeg tijd,4,30\n"
    assert {block.text: block.votes for block in read("a.csv", text).blocks} == {
        "We beslissen samen": 33,
        "We hebben genoeg tijd": 4,
    }


def test_a_column_for_each_table_gives_its_answers_a_group(read):
    text = "Tafel 1;Flap tafel 2\nMeer tijd voor begeleiding van studenten;Wie betaalt dat in de jaren daarna?\n"
    groups = {block.group for block in read("a.csv", text).blocks}
    assert groups == {"Tafel 1", "Flap tafel 2"}


def test_a_question_for_the_region_is_a_group_and_no_answer(read):
    text = "Wat is je zorg?;In welke regio werk je?\nDe werkdruk is te hoog.;Utrecht\nWie betaalt dit?;Twente\n"
    assert {(block.text, block.group) for block in read("a.csv", text).blocks} == {
        ("De werkdruk is te hoog.", "Utrecht"),
        ("Wie betaalt dit?", "Twente"),
    }


def test_the_first_of_a_series_is_no_header(read):
    reading = read("a.csv", "Tafel 1;We missen een duidelijke opdracht.\nTafel 2;Wie is er verantwoordelijk?\n")
    assert "We missen een duidelijke opdracht." in {block.text for block in reading.blocks}
