import pytest

from pipeline.text.blocks import Block
from pipeline.text.speakers import (
    attribute,
    names_in_file_name,
    names_in_lists,
    seconds,
    split_speaker,
    timed_utterances,
)


def speakers(*texts, people=()):
    return [(block.speaker, block.text) for block in attribute([Block(text) for text in texts], people).blocks]


def test_a_transcript_is_told_by_its_names():
    lines = ("Jorien: Wie begint?", "Bas van 't Hof: ik wel", "Jorien: Mooi.", "Ga je gang.")
    assert speakers(*lines) == [
        ("Jorien", "Wie begint?"),
        ("Bas van 't Hof", "ik wel"),
        ("Jorien", "Mooi."),
        (None, lines[3]),
    ]


def test_a_role_or_a_school_may_stand_behind_the_name():
    lines = ("Mirjam, werkbegeleider: Wie begint?", "Ilse - De Wissel: ik", "Ilse (HAN): ja", "Marco vd B.: goed")
    assert speakers(*lines) == [("Mirjam", "Wie begint?"), ("Ilse", "ik"), ("Ilse", "ja"), ("Marco vd B.", "goed")]


def test_a_sentence_with_a_colon_in_it_has_no_speaker():
    assert split_speaker("Wat wij missen, kort gezegd: tijd")[0] is None
    notes = ("Amsterdam, po: twee scholen", "Amsterdam - vo: een school", "Kwaliteit - toetsing: wie kijkt mee?")
    assert speakers(*notes) == [(None, text) for text in notes]


def test_labels_in_notes_are_no_speakers():
    assert speakers("Actie: Bas belt de rector", "Vraag: wie betaalt?", "Positie: onduidelijk")[0][0] is None
    assert [name for name, _ in speakers("Let op: geen parkeerplaats", "een", "twee")] == [None] * 3


def test_a_name_from_the_list_of_those_present_is_a_speaker_in_notes():
    found = speakers(
        "Aanwezig: Jorien Haverkamp, Bas de Wit en Mieke op de Hoek.", "Bas: de uren zijn op", "Koffie: lekker"
    )
    assert found[1:] == [("Bas de Wit", "de uren zijn op"), (None, "Koffie: lekker")]


def test_a_first_name_of_two_people_stays_as_it_is():
    assert speakers("Bas: ja", people=("Bas de Wit", "Bas Smit")) == [(None, "Bas: ja")]


def test_chat_lines_give_time_and_name():
    lines = [Block(f"14:0{n} Jorien Haverkamp: bericht {n}") for n in range(3)]
    (first, *_) = attribute(lines).blocks
    assert (first.kind, first.speaker, first.time_s, first.text) == ("chat", "Jorien Haverkamp", 50400, "bericht 0")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "Aanwezig: Jorien Haverkamp (voorzitter), Bas van 't Hof en Mieke.",
            ["Bas van 't Hof", "Jorien Haverkamp", "Mieke"],
        ),
        ("TAFEL 1 (voorzitter Ilse de Graaf; notulist Tom)", ["Ilse de Graaf", "Tom"]),
        ("Aanwezig: Ilse de Graaf, Fatma Yildiz Afwezig m.k.: Tom Bos", ["Fatma Yildiz", "Ilse de Graaf", "Tom Bos"]),
        ("aanw: zie lijst. afm: Bauke (griep), Kor (file)", ["Bauke", "Kor"]),
        ("Afgemeld: Fatma Yildiz", ["Fatma Yildiz"]),
        ("De voorzitter opent de vergadering.", []),
    ],
)
def test_names_are_read_from_lists_and_roles(text, names):
    assert names_in_lists([text]) == names


def test_a_time_or_an_address_before_a_colon_is_no_name():
    for text in ("14:02 begint het", "https://a.example", "Bijv: dit", "wie: ik"):
        assert split_speaker(text)[0] in (None, "Bijv")


@pytest.mark.parametrize(("clock", "time_s"), [("14:02", 50520), ("0:14:02", 842), ("14.02", 50520), ("x", None)])
def test_times_become_seconds(clock, time_s):
    assert seconds(clock) == time_s


def test_a_transcript_with_times_between_the_lines_is_read():
    texts = (
        "0:0:0.0 --> 0:0:4.5",
        "Jorien",
        "Welkom.",
        "0:1:4.5 --> 0:1:6.0",
        "Bas",
        "dank",
        "0:2:0.0 --> 0:2:1.0",
        "Jorien",
        "Zo.",
    )
    found = timed_utterances([Block(text) for text in texts])
    assert [(block.speaker, block.text, block.time_s) for block in found] == [
        ("Jorien", "Welkom.", 0.0),
        ("Bas", "dank", 64.5),
        ("Jorien", "Zo.", 120.0),
    ]


@pytest.mark.parametrize(
    "heads",
    [
        ("Jorien Haverkamp   0:03", "Bas van 't Hof   0:12", "Jorien Haverkamp   1:02:15"),
        ("00:03 Jorien Haverkamp", "00:12 Bas van 't Hof", "01:02:15 Jorien Haverkamp"),
        ("Jorien Haverkamp\n0:03", "Bas van 't Hof\n0:12", "Jorien Haverkamp\n1:02:15"),
    ],
)
def test_name_and_time_above_what_is_said_in_any_order(heads):
    lines = [line for head in heads for line in (*head.split("\n"), "Wie betaalt dat?")]
    found = timed_utterances([Block(line) for line in lines])
    assert [(block.speaker, block.time_s) for block in found] == [
        ("Jorien Haverkamp", 3.0),
        ("Bas van 't Hof", 12.0),
        ("Jorien Haverkamp", 3735.0),
    ]
    assert {block.text for block in found} == {"Wie betaalt dat?"}


@pytest.mark.parametrize(
    ("file", "names"),
    [
        ("interview-Jan-de-Vries.docx", ["Jan de Vries"]),
        ("map/Reactie van Mieke op de Hoek.txt", ["Mieke op de Hoek"]),
        ("verslag Opbrengst.pdf", []),
        ("tafel-2.vtt", []),
    ],
)
def test_names_are_read_from_file_names(file, names):
    assert names_in_file_name(file) == names
