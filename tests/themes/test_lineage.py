import numpy as np

from pipeline.tables import PREVIOUS_THEMES
from pipeline.themes.lineage import trace


def previous(**themes):
    """Earlier themes by id: their questions as letters; an upper-case id is gone."""
    rows = [
        {
            "theme_id": name,
            "label": name,
            "question_ids": list(questions),
            "centroid": list(np.eye(9)[place]),
            "is_gone": name.isupper(),
        }
        for place, (name, questions) in enumerate(themes.items())
    ]
    return PREVIOUS_THEMES.frame(rows)


def descent(now, before, centroids=None):
    vectors = np.eye(9)[-len(now) :] if centroids is None else np.array(centroids)
    return trace([frozenset(theme) for theme in now], vectors, before)


def test_nothing_before_makes_all_new():
    found, gone = descent(["abc", "def"], previous())
    assert [theme.status for theme in found] == ["new", "new"]
    assert gone == []


def test_the_same_questions_are_the_same_theme():
    found, gone = descent(["abc", "defg"], previous(one="abc", two="def"))
    assert [(theme.theme_id, theme.status) for theme in found] == [("one", "known"), ("two", "grown")]
    assert gone == []


def test_two_themes_in_one_are_merged_under_the_id_of_the_larger():
    found, gone = descent(["abcdefg"], previous(one="abc", two="defg"))
    assert (found[0].theme_id, found[0].status, found[0].parents) == ("two", "merged", ("one", "two"))
    assert gone == []


def test_a_theme_in_two_is_split_and_the_larger_part_keeps_the_id():
    found, _ = descent(["abcde", "fgh"], previous(one="abcdefgh"))
    assert found[0].theme_id == "one"
    assert [theme.status for theme in found] == ["split", "split"]
    assert [theme.parents for theme in found] == [("one",), ("one",)]


def test_one_question_that_moves_is_no_split():
    found, _ = descent(["abcdefg", "hxyz"], previous(one="abcdefgh", two="xyz"))
    assert [theme.status for theme in found] == ["known", "grown"]


def test_what_lost_all_its_questions_is_gone():
    _, gone = descent(["abc"], previous(one="abc", two="xyz"))
    assert gone == ["two"]


def test_corrected_texts_are_matched_by_their_centroid():
    before = previous(one="abc", two="def", three="ghi")
    found, gone = descent(["ABC", "DEF", "ghi"], before, centroids=np.eye(9)[[0, 1, 2]])
    assert [theme.theme_id for theme in found] == ["one", "two", "three"]
    assert gone == []


def test_centroids_of_another_model_match_nothing():
    found, _ = descent(["ABC", "def"], previous(one="abc", two="def"), centroids=np.eye(4)[:2])
    assert [theme.status for theme in found] == ["new", "known"]


def test_an_id_is_never_used_again():
    first, _ = descent(["abc"], previous())
    before = previous().copy()
    gone = PREVIOUS_THEMES.frame(
        [
            {"theme_id": first[0].theme_id, "label": "x", "question_ids": [], "centroid": [], "is_gone": True},
            *before.to_dict("records"),
        ]
    )
    again, _ = descent(["abc"], gone)
    assert again[0].theme_id != first[0].theme_id
    assert again[0].status == "new"
