from hypothesis import given
from hypothesis import strategies as st

from pipeline.readers.text import to_lines
from pipeline.text.lexicon import Lexicon
from pipeline.text.lines import pieces
from pipeline.text.shape import Line, split_marker

WORDS = Lexicon(lambda: {"begeleiding": 1})
LONG = (
    "De afspraken over de begeleiding van studenten staan in een document dat ieder jaar door alle scholen opnieuw "
    "wordt getekend. Wie dat niet doet, krijgt geen bijdrage van de regio en wacht een jaar op een volgende kans."
)


def wrap(text, width):
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line]


def texts(text):
    return [piece.text for piece in pieces(to_lines(text), WORDS)]


@given(st.integers(35, 90), st.booleans())
def test_a_paragraph_is_whole_again_whatever_its_width(width, is_spaced):
    broken = ("\n\n" if is_spaced else "\n").join([*wrap(LONG, width), *wrap(LONG.lower(), width)])
    assert " ".join(texts(broken)) == f"{LONG} {LONG.lower()}"
    assert len(texts(broken)) <= 2


@given(st.lists(st.sampled_from(["geen geld", "te weinig tijd voor overleg", "wie doet wat", "hoe dan"]), max_size=30))
def test_short_notes_stay_apart(notes):
    assert texts("\n".join(notes)) == notes


def test_a_page_break_inside_a_bullet_is_mended_and_counted():
    first = "•  Hoe verdelen we de uren van de begeleiders over alle scholen in"
    lines = [first, " de regio als de bijdrage vervalt en niemand meer tekent voor de"]
    lines += ["kosten van de begeleiding die daar toch gewoon door moet gaan?", "•  Wie beslist daarover?"]
    found = pieces(to_lines(f"{lines[0]}\n{lines[1]}\n\n{lines[2]}\n\n{lines[3]}\n\n{lines[3]}\n\n{lines[3]}"), WORDS)
    assert found[0].text == f"{first[3:]}{lines[1]} {lines[2]}"
    assert found[0].repairs["page break"] == 1


def test_lines_of_other_type_are_not_joined():
    lines = [Line("Een kop over de begeleiding", 1, is_full=True, size=14), Line("van studenten", 2, size=10)]
    assert len(pieces([*lines, Line("op scholen", 3, size=10)], WORDS)) > 1


def test_markers_are_split_off():
    assert split_marker("•  Wie?") == ("•", "Wie?")
    assert split_marker("- wie") == ("-", "wie")
    assert split_marker("12. Wie?") == ("12.", "Wie?")
    assert split_marker("2.1 Positie") == ("2.1", "Positie")
    assert split_marker("\uf0b7 Wie?") == ("\uf0b7", "Wie?")
    assert split_marker("o Wie?") == ("o", "Wie?")


def test_what_only_looks_like_a_marker_stays():
    for text in ("15.30 uur begint het", "3 oktober", "-5 graden", "o ja, dat ook", "e.d. zijn er", "1"):
        assert split_marker(text) == ("", text)
