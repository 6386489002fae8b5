"""Nobody's name goes on: speakers become codes, names and identifiers in any text become marks."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import config
from pipeline.stages.ingest import RawFile, ingest
from pipeline.stages.mask import mask
from pipeline.tables import SPEAKER_CODES

SETTINGS = config.load()
SESSION = "2024-03-01-sessie"


def read(files, session=SESSION):
    raw = [RawFile(session=session, file=name, data=text.encode(), fault=None) for name, text in files.items()]
    return ingest(raw, SETTINGS.ingest)


def masked(files, *, codes=None, session=SESSION, **changes):
    """Sessions, documents, segments and speaker codes of some files."""
    known = SPEAKER_CODES.frame() if codes is None else codes
    return mask(*read(files, session), known, SETTINGS.mask.model_copy(update=changes))


def text_of(text, **files):
    """A note as it reads after masking."""
    segments = masked({"notities.txt": text, **files})[2]
    return " ".join(segments["text"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Volgens Annemiek Dijkstra is dat te weinig.", "Volgens [naam] is dat te weinig."),
        ("Bel anders even met dhr. Van der Meulen over de uren.", "Bel anders even met dhr. [naam] over de uren."),
        ("vraag van fatima-", "vraag van [naam]-"),
        ("Mail naar a.dijkstra@school.nl voor de stukken.", "Mail naar [e-mail] voor de stukken."),
        ("Bel 06-12345678 als het niet lukt.", "Bel [telefoon] als het niet lukt."),
        ("Rekening NL91 ABNA 0417 1643 00 staat open.", "Rekening [iban] staat open."),
        ("Het adres is 3511 AB Utrecht.", "Het adres is [postcode] Utrecht."),
        ("Haar nummer is 123456782.", "Haar nummer is [bsn]."),
    ],
)
def test_who_can_be_found_by_it_is_masked(text, expected):
    assert text_of(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Ik wil weten wie dat betaalt.",
        "De boer en de bakker doen ook mee.",
        "Er staat een storm in een glas water.",
        "Dat is een mark te veel, zei de roos.",
        "Het Platform Samen Opleiden en de PO-Raad overleggen met Hogeschool Utrecht.",
        "In Amersfoort en Noord-Brabant is dat anders geregeld.",
        "In 2024 kost het 12500 euro per jaar.",
        "Ordernummer 123456789 is nog niet geleverd.",
        "Wie beslist er in de onderwijsregio?",
    ],
)
def test_words_places_organisations_and_other_numbers_stay(text):
    assert text_of(text) == text


def test_a_name_that_is_a_word_is_masked_where_it_is_a_name():
    segments = masked({"tafel.vtt": "WEBVTT\n\n00:01.000 --> 00:04.000\n<v Roos Bakker>Ik wil dat de bakker komt.\n\n"
                       "00:05.000 --> 00:08.000\n<v Wil de Boer>Dat vind ik ook, Roos.\n"})[2]  # fmt: skip
    assert list(segments["text"]) == ["Ik wil dat de bakker komt.", "Dat vind ik ook, [naam]."]


SPOKEN = "WEBVTT\n\n00:01.000 --> 00:04.000\n<v {}>Wie betaalt dat eigenlijk?\n"


def test_a_speaker_keeps_a_code_over_files_spellings_and_runs():
    first = masked({"a.vtt": SPOKEN.format("Joost van Dalen"), "b.vtt": SPOKEN.format("joost van dalen")})
    code = set(first[2]["speaker"])
    assert len(code) == 1
    assert code.pop().startswith("P-")
    later = masked(
        {"c.vtt": SPOKEN.format("Fatima El Idrissi"), "d.vtt": SPOKEN.format("Joost van Dalen")}, codes=first[3]
    )
    codes = later[2].merge(later[1], on="document_id").set_index("file")["speaker"]
    assert codes["d.vtt"] == first[2]["speaker"].iloc[0] != codes["c.vtt"]


def test_a_speaker_is_masked_in_what_others_say():
    text = SPOKEN.format("Xandrel Qoetzip") + "\n00:05.000 --> 00:07.000\n<v B>Dank, Xandrel!\n"
    segments = masked({"t.vtt": text})[2]
    assert "Xandrel" not in " ".join(segments["text"])


def test_names_of_files_sessions_and_columns_are_masked():
    sheet = "naam;antwoord\nXandrel Qoetzip;Er is te weinig tijd voor begeleiding.\n"
    files = {"verslag Annemiek Dijkstra.csv": sheet, "session.yaml": "title: Gesprek met Annemiek Dijkstra\n"}
    sessions, documents, segments, _ = masked(files, session="2024-03-01-annemiek-dijkstra")
    shown = " ".join(frame.astype(str).to_csv() for frame in (sessions, documents, segments)).lower()
    assert "xandrel" not in shown
    assert "dijkstra" not in shown
    assert segments["speaker"].iloc[0].startswith("P-")


def test_files_whose_names_become_equal_stay_apart():
    documents = masked({"Annemiek Dijkstra.txt": "Wie betaalt dat?", "Joost van Dalen.txt": "Wie beslist dat?"})[1]
    assert documents["file"].is_unique
    assert not documents["file"].str.contains("Dijkstra|Dalen").any()


def test_switched_off_it_leaves_everything():
    segments = masked({"a.txt": "Volgens Annemiek Dijkstra is dat te weinig."}, enabled=False)[2]
    assert "Annemiek Dijkstra" in segments["text"].iloc[0]


def test_the_order_of_files_does_not_matter():
    files = {"a.vtt": SPOKEN.format("Joost van Dalen"), "b.vtt": SPOKEN.format("Fatima El Idrissi")}
    one, other = masked(files), masked(dict(reversed(files.items())))
    pd.testing.assert_frame_equal(one[2], other[2])
    pd.testing.assert_frame_equal(one[3], other[3])


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=120))
def test_any_text_is_masked_once_and_for_all(text):
    raw = read({"a.txt": f"{text} Annemiek Dijkstra vraagt wie dat betaalt."})
    once = mask(*raw, SPEAKER_CODES.frame(), SETTINGS.mask)
    again = mask(once[0], once[1], once[2], raw[3], once[3], SETTINGS.mask)
    assert list(again[2]["text"]) == list(once[2]["text"])
    assert list(once[2]["segment_id"]) == sorted(raw[2]["segment_id"])
