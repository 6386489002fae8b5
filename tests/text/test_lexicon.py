from pipeline.text.lexicon import COMPOUND, INFLECTED, UNKNOWN, Lexicon


def test_listed_words_cost_less_than_inflected_ones_and_those_less_than_compounds():
    lexicon = Lexicon(lambda: {"school": 1, "bestuur": 2, "schuiven": 3})
    assert lexicon.cost("School") == 1
    assert INFLECTED <= lexicon.cost("schuift") < COMPOUND <= lexicon.cost("schoolbestuur") < UNKNOWN
    assert lexicon.cost("xqzzz") == UNKNOWN


def test_the_search_for_odd_words_ends(monkeypatch):
    monkeypatch.setattr("pipeline.text.lexicon.MAX_SEARCHES", 3)
    lexicon = Lexicon(lambda: {"schuiven": 3})
    assert lexicon.cost("schuift") < UNKNOWN
    for word in ("aaaa", "bbbb", "cccc"):
        lexicon.cost(word)
    assert lexicon.cost("schuift") == UNKNOWN


def test_the_shipped_list_knows_common_words_with_their_accents(lexicon):
    for word in ("financiën", "coördinatie", "schuift", "één", "regio’s", "conflicterende"):
        assert lexicon.cost(word) < UNKNOWN, word
