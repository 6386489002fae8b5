import pytest

from pipeline.text.mail import find_mail, people

LINES = [
    "Van: Jorien Haverkamp <j@a.example>",
    "Aan: Bas de Wit; Mieke <m@a.example>",
    "Onderwerp: Nog iets",
    "Beste Bas,",
    "Wie betaalt?",
    "--",
    "Jorien",
]


def test_a_mail_saved_as_text_is_known_by_its_first_lines():
    mail = find_mail(LINES)
    assert (mail.sender, mail.subject, mail.first, mail.end) == ("Jorien Haverkamp", "Nog iets", 3, 5)
    assert mail.names == ("Jorien Haverkamp", "Bas de Wit", "Mieke")


def test_notes_that_mention_a_date_are_no_mail():
    assert find_mail(["Datum: 3 juni", "Van: alles wat", "en nog wat"]) is None
    assert find_mail(["Wie betaalt?"]) is None
    assert find_mail([]) is None


def test_what_was_answered_to_is_left_out():
    lines = [*LINES[:5], "Op ma 3 juni 2024 om 10:12 schreef Bas de Wit:", "> Nee."]
    assert find_mail(lines).end == 5


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ('"Wit, Bas de" <b@a.example>, x@a.example', ["Wit, Bas de"]),
        ("Wit, Bas de <b@a.example>", ["Wit, Bas de"]),
        ("van der Wit, Bas (b@a.example)", ["van der Wit, Bas"]),
        ("Wit, Bas de <b@a.example>; Mol, Mieke <m@a.example>", ["Wit, Bas de", "Mol, Mieke"]),
        ("Bas de Wit, Mieke Mol <m@a.example>", ["Bas de Wit", "Mieke Mol"]),
        ("b@a.example", []),
    ],
)
def test_names_of_an_address_line_stay_whole_and_addresses_are_none(line, names):
    assert people(line) == names
