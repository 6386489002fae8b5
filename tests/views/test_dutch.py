"""Figures, dates and words as the report writes them."""

from pathlib import Path

import pytest

from pipeline import config
from pipeline.stages.ingest import RawFile, ingest
from pipeline.views import dutch
from pipeline.views.phrases import phrase

SAMPLES = Path(__file__).parents[2] / "data" / "raw"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (dutch.number(0.7449), "0,74"),
        (dutch.number(-0.5), "−0,50"),
        (dutch.number(3.14159, digits=1), "3,1"),
        (dutch.whole(0), "0"),
        (dutch.whole(1234567), "1.234.567"),
        (dutch.percentage(0), "0 %"),
        (dutch.percentage(0.001), "< 1 %"),
        (dutch.percentage(0.12), "12 %"),
        (dutch.percentage(0.999), "> 99 %"),
        (dutch.percentage(1), "100 %"),
        (dutch.counted(1, "vraag", "vragen"), "1 vraag"),
        (dutch.counted(0, "vraag", "vragen"), "0 vragen"),
        (dutch.date("2024-02-08"), "8 februari 2024"),
        (dutch.short_date("2024-03-21"), "21 mrt 2024"),
        (dutch.short_date("2024-12-01"), "1 dec 2024"),
        (dutch.listing([]), ""),
        (dutch.listing(["a"]), "a"),
        (dutch.listing(["a", "b", "c"]), "a, b en c"),
        (dutch.size(12), "1 kB"),
        (dutch.size(79_519), "80 kB"),
        (dutch.size(3_200_000), "3,2 MB"),
    ],
)
def test_figures_are_written_the_dutch_way(written, expected):
    assert written.replace(dutch.NO_BREAK_SPACE, " ") == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            "files of type .mp4 are not read; have it transcribed to .vtt",
            ".mp4-bestanden worden niet gelezen; laat het uitschrijven als .vtt",
        ),
        ("repaired: 1 page break, 3 lost letters", "hersteld: 1 × pagina-einde, 3 × verloren letter"),
        (
            "sheet 'Blad 1': columns: answer = 'Wat, en hoe?'; votes = 'Stemmen'; not used: 'E-mail'",
            "blad ‘Blad 1’: kolommen: antwoord = 'Wat, en hoe?'; stemmen = 'Stemmen'; niet gebruikt: 'E-mail'",
        ),
        ("1 votes", "1 stem"),
        ("31 votes", "31 stemmen"),
    ],
)
def test_what_stages_say_is_put_into_dutch(said, expected):
    assert phrase(said).text == expected
    assert phrase(said).lang is None


def test_what_is_not_known_stays_as_it_is_and_is_marked_as_english():
    assert phrase("something new happened").text == "something new happened"
    assert phrase("something new happened").lang == "en"


def test_all_that_is_said_of_the_sample_files_is_known():
    files = [
        RawFile(path.parent.name, path.name, path.read_bytes())
        for path in sorted(SAMPLES.glob("*/*"))
        if path.suffix != ".pdf"  # says nothing that others do not, and is slow to read
    ]
    documents = ingest(files, config.load().ingest)[1]
    said = {text for warnings in documents["warnings"] for text in warnings} | set(documents["reason"].dropna())
    assert said
    assert [text for text in sorted(said) if phrase(text).lang] == []
