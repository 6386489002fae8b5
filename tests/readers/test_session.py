import pytest

from pipeline import config
from pipeline.readers.reading import Columns, Source, Unreadable
from pipeline.readers.session import iso_date, read_participants, read_settings
from pipeline.text.lexicon import Lexicon


def source(text, file="session.yaml"):
    return Source(file, text.encode(), config.load().ingest, Lexicon(dict))


def test_settings_are_read():
    facts = read_settings(
        source(
            "title: Een middag\ndate: 2024-06-11\nregion: Noord\nparticipants: [Jorien]\n"
            "columns:\n  a.csv: {answer: Antwoord, votes: Stemmen}\n"
        )
    )
    assert (facts.title, facts.held_on, facts.region, facts.participants) == (
        "Een middag",
        "2024-06-11",
        "Noord",
        ("Jorien",),
    )
    assert facts.columns == {"a.csv": Columns(answer=("Antwoord",), votes="Stemmen")}
    assert facts.warnings == ()


def test_unknown_keys_and_odd_values_are_said():
    facts = read_settings(source("titel: x\ndate: morgen\ncolumns: [a]\n"))
    assert facts.warnings == (
        "unknown key 'titel'; known are title, date, region, participants, columns",
        "date is no date such as 2024-05-23",
        "columns is no mapping of file names to columns",
    )


@pytest.mark.parametrize("text", ["a: [", "- een\n- lijst", "x" * 300_000, "[" * 5000])
def test_what_is_no_mapping_is_refused(text):
    with pytest.raises(Unreadable):
        read_settings(source(text))


def test_aliases_that_multiply_cost_nothing():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    facts = read_settings(
        source("\n".join([*lines, "title: *a8", "participants: *a8", "columns: {b.csv: {answer: *a8}}"]))
    )
    assert (facts.title, facts.participants, facts.columns["b.csv"].answer) == (None, (), ())


@pytest.mark.parametrize(
    "text",
    [
        "voornaam;tussenvoegsel;achternaam\nHidde;van der;Zwaag\nImane;;Bouchta\n",
        "Naam,Organisatie\nHidde van der Zwaag,School A\nImane Bouchta,School B\n",
        "Hidde van der Zwaag\nImane Bouchta\n",
    ],
)
def test_lists_of_participants_are_read_in_every_form(text):
    assert read_participants(source(text, "deelnemers.csv")) == ["Hidde van der Zwaag", "Imane Bouchta"]


@pytest.mark.parametrize(
    ("value", "date"), [("23-05-2024", "2024-05-23"), ("20240523", "2024-05-23"), ("mei", None), (None, None)]
)
def test_dates_in_dutch_notation(value, date):
    assert iso_date(value) == date
