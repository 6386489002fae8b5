"""Cues in sentences whose words are given, so that no language model decides the outcome."""

import pytest

from pipeline.config import CueGroup
from pipeline.text.cues import CueFinder, scope_numbers
from pipeline.text.words import Words


def words_of(text):
    """Words written as word/lemma/TAG; lemma and tag may be left out."""
    parts = [[*token.split("/"), "", ""][:3] for token in text.split()]
    lower = [word.lower() for word, _, _ in parts]
    n = len(lower)
    return Words(
        lower=tuple(lower),
        lemmas=tuple(lemma or word for word, (_, lemma, _) in zip(lower, parts, strict=True)),
        tags=tuple(tag or "X" for _, _, tag in parts),
        features=("",) * n,
        relations=("",) * n,
        heads=tuple(range(n)),
        starts=tuple(range(n)),
        ends=tuple(range(1, n + 1)),
        finite=(False,) * n,
        asks=(False,) * n,
    )


def find(text, *cues, role="concern"):
    return CueFinder([CueGroup(name="group", role=role, cues=cues)]).find(words_of(text))


@pytest.mark.parametrize(
    ("cue", "text"),
    [
        ("ontbreken", "de visie ontbreekt/ontbreken/VERB"),
        ("onduidelijk", "het is onduidelijk"),
        ("tijd kosten", "het kost/kosten/VERB ons veel tijd"),
        ("tijd kosten", "dat tijd kost/kosten/VERB"),
        ("geen_budget", "er is geen/geen/DET extra/extra/ADJ budget/budget/NOUN"),
        ("geen_budget|geld", "er is geen geld"),
        ("vast+lopen", "we lopen vast"),
        ("vast+lopen", "we zijn vastgelopen/vastlopen/VERB"),
        ("-tekort", "een groot lerarentekort/lerarentekort/NOUN"),
        ("te_ADJ", "dat is te duur/duur/ADJ"),
    ],
)
def test_a_cue_is_found_as_it_may_be_written(cue, text):
    (hit,) = find(text, cue)
    assert hit.cue == cue
    assert not hit.negated


@pytest.mark.parametrize(
    ("cue", "text"),
    [
        ("geen_budget", "geen/geen/DET mens/mens/NOUN heeft/hebben/VERB budget/budget/NOUN"),
        ("-tekort", "hij schiet tekort/tekort/ADV"),
        ("vast+lopen", "we lopen hard"),
        ("uit+lopen", "we lopen uit/uit/ADP het/het/DET gebouw/gebouw/NOUN"),
        ("tijd kosten", "het is tijd/tijd/NOUN ,/,/PUNCT dat kost/kosten/VERB niets"),
        ("te_ADJ", "te laat/laten/VERB"),
    ],
)
def test_what_only_looks_like_a_cue_is_left(cue, text):
    assert find(text, cue) == []


def test_the_place_of_a_cue_is_given_as_a_half_open_span():
    (hit,) = find("er is geen/geen/DET extra/extra/ADJ budget/budget/NOUN meer", "geen_budget")
    assert (hit.start, hit.end) == (2, 5)


def test_a_cue_is_denied_within_its_own_stretch_only():
    assert find("het is niet onduidelijk", "onduidelijk")[0].negated
    assert not find("het ging niet ,/,/PUNCT de reden is onduidelijk", "onduidelijk")[0].negated


def test_a_negation_that_is_part_of_the_cue_denies_nothing():
    assert not find("het is niet duidelijk", "niet_duidelijk")[0].negated


def test_a_negation_between_the_words_of_a_cue_denies_it():
    assert find("daar kom je niet achter", "achter kom")[0].negated
    assert not find("we krijgen het niet rond", "krijgen rond niet")[0].negated


def test_of_several_cues_at_one_place_the_longest_counts():
    (hit,) = find("er is te/te/ADP weinig/weinig/ADJ tijd/tijd/NOUN", "te_weinig", "te_weinig_tijd")
    assert hit.cue == "te_weinig_tijd"


def test_nothing_is_found_in_no_words():
    assert find("", "onduidelijk") == []


def test_scopes_part_at_commas_and_conjunctions():
    assert scope_numbers(words_of("dat lukt ,/,/PUNCT maar/maar/CCONJ niet nu")) == [0, 0, 1, 2, 2, 2]
