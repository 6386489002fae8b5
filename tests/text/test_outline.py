import pytest

from pipeline.readers.text import to_lines
from pipeline.text.lexicon import Lexicon
from pipeline.text.lines import Piece, pieces
from pipeline.text.outline import group_of, is_title, outline


def blocks(text):
    return outline(pieces(to_lines(text), Lexicon(lambda: {})))


def shape(text):
    return [(block.kind, block.level, block.text) for block in blocks(text)]


def test_bullets_are_nested_by_indent():
    found = blocks("- een\n  - twee\n    - drie\n  - twee\n- een")
    assert [block.level for block in found] == [1, 2, 3, 2, 1]


def test_bullets_are_nested_by_sign_where_the_indent_is_lost():
    assert [block.level for block in blocks("• een\no  twee\no  twee\n• een")] == [1, 2, 2, 1]


def test_lower_case_bullets_after_an_open_lead_in_stand_below_it():
    found = blocks("- Hoe denken we over o.a.\n- de uren?\n- het geld?\n- Wie gaat er mee?")
    assert [block.level for block in found] == [1, 2, 2, 1]
    assert [block.prompt for block in found] == [None, "Hoe denken we over o.a.", "Hoe denken we over o.a.", None]


def test_a_bullet_that_names_what_stands_below_it_is_a_heading():
    found = blocks("• Begeleiding van starters\n  • Wie doet dat?\n• We hebben geen tijd\n  • en geen geld")
    assert [block.kind for block in found] == ["heading", "bullet", "bullet", "bullet"]
    assert found[1].heading == ("Begeleiding van starters",)
    assert found[3].heading == ()
    assert found[3].prompt == "We hebben geen tijd"


def test_numbered_lines_in_a_row_are_a_list_and_alone_are_headings():
    assert [kind for kind, _, _ in shape("1. Opening\n2. Geld\n3. Sluiting\n\nDe rest volgt nog.")][:3] == [
        "bullet"
    ] * 3
    found = blocks("1. Opening\n\nDe voorzitter opent.\n\n2. Geld\n\nDaar is weinig van.")
    assert [block.kind for block in found] == ["heading", "paragraph", "heading", "paragraph"]
    assert (found[2].text, found[3].heading) == ("2. Geld", ("Geld",))
    assert found[3].line == 7


def test_a_short_line_above_a_list_is_a_heading_and_the_next_of_its_kind_ends_it():
    found = blocks("Wensen\n\n- meer tijd\n\nZorgen\n\n- minder geld")
    assert [block.heading for block in found] == [(), ("Wensen",), (), ("Zorgen",)]


def test_headings_that_a_colon_announces_stand_below_the_heading_before():
    found = blocks("Uitkomst\n\nWe vatten het kort samen:\n\nPositie\n\nDie is nog onduidelijk.\n\nGeld\n\nDat is op.")
    assert found[3].heading == ("Uitkomst", "Positie")
    assert found[5].heading == ("Uitkomst", "Geld")


@pytest.mark.parametrize(
    "text", ["Wie betaalt dat?", "We hebben geen tijd.", "geen tijd", "Dat is", "https://a.nl", "12"]
)
def test_these_are_no_titles(text):
    assert not is_title(text)


def test_the_question_above_a_list_is_kept_with_its_answers():
    found = blocks("We spraken over geld. Wat gaat er goed?\n\n- de koffie\n- de sfeer")
    assert [block.prompt for block in found] == [None, "Wat gaat er goed?", "Wat gaat er goed?"]


@pytest.mark.parametrize(
    ("heading", "group"),
    [
        ("TAFEL 1 (voorzitter: Jorien)", "Tafel 1"),
        ("Groep 2: financiën", "Groep 2"),
        ("Tafel Noord en Zuid", "Tafel Noord en Zuid"),
        ("Gemengde tafel", "Gemengde tafel"),
        ("Groepen en tafels", None),
        ("Tafel van de bestuurders", None),
    ],
)
def test_groups_are_read_from_headings(heading, group):
    assert group_of([heading]) == group


def test_headings_of_the_file_itself_are_taken_as_they_are():
    found = outline(
        [Piece("Titel", 1, level=1, is_heading=True), Piece("Deel", 2, level=3, is_heading=True), Piece("a", 3)]
    )
    assert [(block.kind, block.level) for block in found] == [("heading", 1), ("heading", 2), ("paragraph", None)]
    assert found[2].heading == ("Titel", "Deel")


def test_a_line_under_a_heading_is_no_text():
    assert [text for _, _, text in shape("Verslag\n=======\n\n- een punt")] == ["Verslag", "een punt"]
