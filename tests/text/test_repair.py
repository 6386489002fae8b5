import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.readers.text import to_lines
from pipeline.text.lexicon import Lexicon
from pipeline.text.lines import pieces
from pipeline.text.repair import clean, restore_word

CASES_FILE = Path(__file__).parent.parent / "cases" / "repair.jsonl"
CASES = [json.loads(line) for line in CASES_FILE.read_text(encoding="utf-8").strip().split("\n")]
KNOWN_FAILURES: set[str] = set()
DAMAGE = "\ufffd\u00ad\u200b\u00a0&;amp#38ﬁÃ«â€™ \n\tabe\u0308�’"
WORDS = {"heeft": 1, "blijft": 2, "blij": 3, "één": 4, "regio's": 5, "vraag": 6}


def repaired(case, lexicon):
    if isinstance(case["expected"], str):
        return clean(case["text"], lexicon)[0]
    return [piece.text for piece in pieces(to_lines(case["text"]), lexicon)]


def test_golden_cases_are_repaired_but_for_the_known_failures(lexicon):
    failures = {case["id"] for case in CASES if repaired(case, lexicon) != case["expected"]}
    assert failures == KNOWN_FAILURES


def test_every_repair_is_counted(lexicon):
    _, repairs = clean("De \ufb01nanciën van regioâ€™s blij\ufffd\u00a0gelijk.", lexicon)
    assert repairs == {"ligature sign": 1, "wrong encoding": 1, "lost letter": 1, "odd space": 1}


def test_the_word_list_is_not_read_for_sound_text():
    def load():
        raise AssertionError("read")

    assert clean("Wie betaalt dat, en wanneer?", Lexicon(load)) == ("Wie betaalt dat, en wanneer?", {})


@given(st.text(alphabet=st.sampled_from(DAMAGE) | st.characters(codec="utf-8"), max_size=60))
def test_cleaning_twice_is_cleaning_once(text):
    lexicon = Lexicon(lambda: WORDS)
    once = clean(text, lexicon)[0]
    assert clean(once, lexicon)[0] == once


@given(st.lists(st.text(alphabet="abcdefghij ABC.,?!", min_size=1, max_size=30), max_size=8))
def test_text_without_damage_keeps_its_letters(parts):
    text = " ".join(" ".join(parts).split())
    assert clean(text, Lexicon(lambda: {})) == (text, {})


@pytest.mark.parametrize("word", ["\ufffd", "a\ufffd", "\ufffd\ufffd\ufffd", "x\ufffd" * 30])
def test_a_word_with_too_little_left_is_not_guessed(word, lexicon):
    assert restore_word(word, lexicon) is None


def test_the_most_common_word_wins():
    assert restore_word("blij\ufffd", Lexicon(lambda: {"blijft": 9, "blijfi": 3})) == "blijfi"
