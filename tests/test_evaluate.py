"""Figures against tiny labelled sets, computed by hand."""

import json

import pytest

from pipeline.errors import InputError
from pipeline.evaluate import Gold, evaluate, load_gold
from pipeline.tables import DOCUMENTS, ISSUES, MATCHES, QUESTION_THEMES
from tests.make import make_questions, make_segments

TEXTS = (
    "Wie betaalt de begeleiding van studenten?",
    "Is er volgend jaar nog geld?",
    "Wie beslist daar eigenlijk over?",
)
IDS = [f"Q-{place:016x}" for place in range(len(TEXTS))]


def tables(*, categories=("finance", "finance", "governance"), themes=("T-1", "T-1", "T-2")):
    matches = [
        {"item_id": name, "category": category, "score": 0.9, "is_primary": True, "why": ["x"]}
        for name, category in zip(IDS, categories, strict=True)
    ]
    members = [
        {
            "question_id": name,
            "theme_id": theme,
            "representativeness": 0.5,
            "duplicate_of": None,
            "reason": None,
            "is_reviewed": False,
        }
        for name, theme in zip(IDS, themes, strict=True)
    ]
    return {
        "segments": make_segments(*TEXTS),
        "questions": make_questions(*TEXTS),
        "documents": DOCUMENTS.frame(),
        "matches": MATCHES.frame(matches),
        "question_themes": QUESTION_THEMES.frame(members),
        "issues": ISSUES.frame(),
    }


def gold(*questions, **more):
    return Gold([{"form": "direct", **question} for question in questions], **more)


def test_precision_and_recall_of_questions():
    labelled = gold(
        {"text": TEXTS[0]}, {"text": "Is er volgend jaar geld?"}, {"text": "Iets heel anders dat niemand vond?"}
    )
    scores = evaluate(tables(), labelled)["questions"]
    assert scores["all"].precision == pytest.approx(2 / 3)
    assert scores["all"].recall == pytest.approx(2 / 3)
    assert scores["all"].f1 == pytest.approx(2 / 3)
    assert scores["concern"].n_gold == scores["concern"].n_found == 0


def test_what_was_left_open_by_the_labellers_counts_neither_way():
    labelled = gold({"text": TEXTS[0]}, {"text": TEXTS[1]}, near_misses=[{"text": TEXTS[2]}])
    assert evaluate(tables(), labelled)["questions"]["all"].precision == 1


def test_a_question_that_was_written_out_with_its_lead_in_is_found():
    lead_in = "Hoe houden we in de regio bij elkaar wat al jaren loopt, met het oog op"
    found = tables() | {"questions": make_questions("de begeleiding?", "het geld?", context=lead_in)}
    written_out = gold({"text": f"{lead_in} de begeleiding?"}, {"text": lead_in}, {"text": "het geld?"})
    scores = evaluate(found, written_out)["questions"]
    assert (scores["all"].precision, scores["all"].recall) == (1, pytest.approx(2 / 3))


def test_a_found_question_stands_for_one_labelled_one_only():
    scores = evaluate(tables(), gold({"text": TEXTS[0]}, {"text": TEXTS[0]}))["questions"]
    assert scores["all"].recall == 0.5


def test_categories_strict_and_lenient():
    labelled = gold(
        {"text": TEXTS[0], "category": "finance"},
        {"text": TEXTS[1], "category": "governance", "acceptable": ["governance", "finance"]},
        {"text": TEXTS[2], "category": "governance"},
    )
    found = evaluate(tables(), labelled)["categories"]
    assert found["accuracy"] == pytest.approx(2 / 3)
    assert found["macro_f1"] == pytest.approx(2 / 3)  # finance P 1/2 R 1, governance P 1 R 1/2: both F1 2/3
    assert found["accuracy_lenient"] == found["macro_f1_lenient"] == 1


@pytest.mark.parametrize(("themes", "ari"), [(("T-1", "T-1", "T-2"), 1.0), (("T-1", "T-2", "T-3"), 0.0)])
def test_themes_as_labelled_score_one_and_all_apart_nothing(themes, ari):
    labelled = gold(*({"text": text, "theme": theme} for text, theme in zip(TEXTS, ("a", "a", "b"), strict=True)))
    assert evaluate(tables(themes=themes), labelled)["themes"]["ari"] == ari


def test_a_document_that_is_named_must_be_the_one():
    assert evaluate(tables(), gold({"text": TEXTS[0], "document": "elders.txt"}))["questions"]["all"].recall == 0


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (['{"text": "Wie?", "form": "direct"}', "geen json"], "line 2: no JSON"),
        (['{"text": "Wie?", "form": "vraag"}'], "line 1: a gold question needs"),
        ([json.dumps({"form": "direct"})], "line 1: a gold question needs"),
    ],
)
def test_a_fault_in_the_labels_is_named_with_its_line(tmp_path, lines, fault):
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InputError, match=fault):
        load_gold(path)
