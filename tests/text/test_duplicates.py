import pytest

from pipeline.text.duplicates import find_duplicates


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wie betaalt de reiskosten?", "wie betaalt de reiskosten"),
        ("Hoelang duurt de regeling?", "Hoe lang duurt de regeling?"),
        ("Wie betaalt de “reiskosten”?", "Wie betaalt de 'reiskosten' ?"),
        ("Wat is de rol van de school hierin?", "Wat is de rol van de scholen hierin?"),
        ("Wie begeleidt de startende leraar?", "Wie begelijdt de startende leraar?"),
        ("Wat gebeurt er met de studenten", "Wat gebeurt er met de student?"),
    ],
)
def test_the_same_in_other_typing_is_found(one, other):
    assert find_duplicates(["Iets heel anders hier?", one, other]) == [0, 1, 1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("De regels zijn hierover duidelijk.", "De regels zijn hierover onduidelijk."),
        ("Wat betekent dit voor het po in de regio?", "Wat betekent dit voor het vo in de regio?"),
        ("Komt er in 2025 nog subsidie?", "Komt er in 2026 nog subsidie?"),
        ("Is er wel geld voor begeleiding?", "Is er geen geld voor begeleiding?"),
        ("Wie betaalt de uren van de opleiders?", "Wie bepaalt de uren van de begeleiders?"),
        ("tijd en geld", "tijd en gelden"),
        ("???", "!!!"),
    ],
)
def test_what_differs_in_meaning_is_not(one, other):
    assert find_duplicates([one, other]) == [0, 1]


def test_the_first_is_kept_through_a_chain_of_slips():
    texts = [
        "Wie begeleidt de startende leraren?",
        "Wie begelijdt de startende leraren?",
        "Wie begelijdt de startende leraar?",
    ]
    assert find_duplicates(texts) == [0, 0, 0]


def test_no_texts():
    assert find_duplicates([]) == []
