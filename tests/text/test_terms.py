"""Terms of the codebook in words of any form: inflected, in a compound, or with a word between."""

import pytest

from pipeline.text.terms import find_terms, matches, words_of


@pytest.mark.parametrize(
    ("term", "word", "found"),
    [
        ("opleiding", "opleidingsscholen", True),
        ("scholen", "opleidingsscholen", True),
        ("*school", "opleidingsschool", True),
        ("school", "schoolopleider", True),
        ("bekostiging", "bekostigingsvraag", True),
        ("begeleid", "begeleidingsuren", True),
        ("werkdruk", "werkdrukgevoel", True),
        ("school", "scholing", False),
        ("geld", "vergelden", False),
        ("regio", "religie", False),
        ("tijd", "altijd", False),
    ],
)
def test_a_term_is_found_in_compounds_but_not_by_chance(term, word, found):
    assert matches(term, word) == found


def test_terms_of_several_words_are_found_in_their_order():
    texts = ["Wie heeft de regie over de regio?", "De regio heeft de regie.", "Wie betaalt?", ""]
    found = find_terms([words_of(text) for text in texts], ["regie regio", "regie over", "betaal"])
    assert found.toarray().tolist() == [[0, 1, 0], [0, 0, 0], [0, 0, 1], [0, 0, 0]]
