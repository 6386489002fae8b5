"""The review loop: a workbook goes out, comes back, and every later run replays what people decided."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

from pipeline.agreement import compare, krippendorff_alpha
from pipeline.corrections import NEW, STRUCK, Review, correct_categories, correct_themes, dump_review, load_review
from pipeline.errors import ConfigError, InputError
from pipeline.tables import MATCHES, QUESTION_THEMES, THEMES
from tests.make import make_questions

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = make_questions("Wie betaalt dat?", "Is er geld?", "Wie beslist?", "Wie stemt?")
IDS = list(QUESTIONS["question_id"])
ONE, OTHER = "T-00000001", "T-00000002"


def make_themes():
    rows = [
        {"theme_id": theme, "label": label, "question_id": first, "question": "?", "keywords": [], "n_questions": 2,
         "coherence": 0.5, "jaccard": 0.8, "verdict": "robust", "status": "known", "parents": [], "centroid": [1.0],
         "x": 0.0, "y": 0.0}
        for theme, label, first in ((ONE, "geld", IDS[0]), (OTHER, "besluiten", IDS[2]))
    ]  # fmt: skip
    members = [
        {"question_id": question, "theme_id": theme, "representativeness": 0.9 - place / 10, "duplicate_of": None,
         "reason": None}
        for place, (question, theme) in enumerate(zip(IDS, (ONE, ONE, OTHER, OTHER), strict=True))
    ]  # fmt: skip
    return THEMES.frame(rows), QUESTION_THEMES.frame(members)


def corrected(**review):
    return correct_themes(*make_themes(), QUESTIONS, Review.model_validate(review))


def placed(members):
    return dict(zip(members["question_id"], members["theme_id"], strict=True))


def test_nothing_decided_changes_nothing():
    themes, members = make_themes()
    same = correct_themes(themes, members, QUESTIONS, Review())
    pd.testing.assert_frame_equal(same[0], themes)
    pd.testing.assert_frame_equal(same[1], members)


def test_a_struck_question_leaves_its_theme_with_a_reason_and_another_stands_for_the_theme():
    themes, members = corrected(questions={IDS[0]: {"text": "", "is_struck": True}})
    row = members.set_index("question_id").loc[IDS[0]]
    assert pd.isna(row["theme_id"])
    assert row["reason"] == STRUCK
    theme = themes.set_index("theme_id").loc[ONE]
    assert (theme["n_questions"], theme["question_id"]) == (1, IDS[1])


def test_a_theme_whose_questions_are_all_struck_is_gone():
    themes, _ = corrected(questions={name: {"text": "", "is_struck": True} for name in IDS[:2]})
    assert list(themes["theme_id"]) == [OTHER]


def test_themes_are_renamed_and_merged():
    themes, members = corrected(
        themes={ONE: {"label": "geld", "name": "wie betaalt"}, OTHER: {"label": "", "merge_into": ONE}}
    )
    assert list(themes["label"]) == ["wie betaalt"]
    assert list(themes["n_questions"]) == [4]
    assert set(placed(members).values()) == {ONE}


def test_questions_move_and_split_off_together():
    themes, members = corrected(
        questions={
            IDS[1]: {"text": "", "theme": f"{NEW} stemmen"},
            IDS[3]: {"text": "", "theme": f"{NEW} stemmen"},
            IDS[0]: {"text": "", "theme": OTHER},
        }
    )
    assert sorted(themes["label"]) == ["besluiten", "stemmen"]
    where = placed(members)
    assert where[IDS[0]] == where[IDS[2]] == OTHER
    assert where[IDS[1]] == where[IDS[3]] not in (ONE, OTHER)


def test_merging_in_a_ring_ends():
    themes, _ = corrected(themes={ONE: {"label": "", "merge_into": OTHER}, OTHER: {"label": "", "merge_into": ONE}})
    assert themes["n_questions"].sum() == 4


def test_a_category_that_people_gave_stands_and_an_unknown_one_is_left_out():
    matches = MATCHES.frame(
        [
            {"item_id": name, "category": "other", "score": 0.4, "is_primary": True, "why": ["bewoording"]}
            for name in IDS[:2]
        ]
    )
    review = Review.model_validate(
        {"questions": {IDS[0]: {"text": "", "category": "finance"}, IDS[1]: {"text": "", "category": "gone"}}}
    )
    found = correct_categories(matches, review, ["finance"]).set_index("item_id")["category"]
    assert found.to_dict() == {IDS[0]: "finance", IDS[1]: "other"}


def test_newer_corrections_go_over_earlier_ones_and_keep_the_rest(tmp_path):
    earlier = Review.model_validate({"questions": {"Q": {"text": "a", "category": "finance", "remark": "let op"}}})
    newer = Review.model_validate({"questions": {"Q": {"text": "a", "category": "quality"}, "R": {"text": "b"}}})
    path = tmp_path / "review.yaml"
    path.write_bytes(dump_review(earlier.merged(newer)))
    kept = load_review(path).questions
    assert (kept["Q"].category, kept["Q"].remark) == ("quality", "let op")
    assert sorted(kept) == ["Q", "R"]


@pytest.mark.parametrize(("content", "what"), [("questions: [", "cannot be read"), ("vragen: {}", "vragen")])
def test_a_faulty_file_is_named(tmp_path, content, what):
    path = tmp_path / "review.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=what):
        load_review(path)


def test_alpha_and_kappa_as_computed_by_hand():
    a, b = np.array([0, 0, 0, 1, 1, 1, 1, 1, 2, 2]), np.array([0, 0, 1, 1, 1, 1, 1, 0, 2, 2])
    # 8 of 10 alike; of 20 judgements 6, 10 and 4 are of a kind, so that 1 - (30 + 90 + 12) / 380 differ by chance
    assert krippendorff_alpha(a, b, 3) == pytest.approx(1 - 0.2 / (248 / 380))
    one, other = ({str(place): ("?", str(name)) for place, name in enumerate(names)} for names in (a, b))
    found = compare(one, other, seed=1)
    chance = (0.3 * 0.3) + (0.5 * 0.5) + (0.2 * 0.2)
    assert found.kappa == pytest.approx((0.8 - chance) / (1 - chance))
    assert found.low <= found.alpha <= found.high
    assert len(found.disagreements) == 2


def test_workbooks_that_share_no_question_are_refused():
    with pytest.raises(InputError, match="share no question"):
        compare({"a": ("?", "x")}, {"b": ("?", "x")}, seed=1)


class Loop:
    """A results folder with its own file of corrections, and the command on it."""

    def __init__(self, folder):
        self.folder, self.out, self.review = folder, folder / "out", folder / "review.yaml"
        self.config = folder / "config.yaml"
        self.config.write_text(f"review: {self.review}\n", encoding="utf-8")

    def opdenk(self, *arguments):
        command = [sys.executable, "-m", "pipeline", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)

    def run(self):
        return self.opdenk("run", "--raw", ROOT / "tests/data/golden", "--out", self.out, "--config", self.config)

    def apply(self, workbook):
        return self.opdenk("review", "apply", workbook, "--out", self.out, "--config", self.config)

    def issues(self):
        return json.loads((self.out / "issues.json").read_text(encoding="utf-8"))


def columns(sheet):
    return {cell.value: cell.column for cell in sheet[1]}


def test_the_loop_as_staff_go_through_it(tmp_path):
    loop = Loop(tmp_path)
    assert loop.run().returncode == 0
    before = loop.issues()
    workbook = loop.out / "review.xlsx"
    assert loop.opdenk("review", "export", "--out", loop.out).returncode == 0
    first_bytes = workbook.read_bytes()
    assert loop.opdenk("review", "export", "--out", loop.out).returncode == 0
    assert workbook.read_bytes() == first_bytes

    book = load_workbook(workbook)
    questions, themes = book["Vragen"], book["Thema's"]
    struck, moved = questions.cell(2, 1).value, questions.cell(3, 1).value
    questions.cell(2, columns(questions)["> Geen vraag"]).value = "ja"
    questions.cell(3, columns(questions)["> Categorie"]).value = "Kwaliteit"
    renamed = themes.cell(2, 1).value
    themes.cell(2, columns(themes)["> Naam"]).value = "een naam van mensen"
    book.save(workbook)
    refused = loop.opdenk("review", "export", "--out", loop.out)
    assert refused.returncode == 1
    assert "holds corrections" in refused.stderr

    applied = loop.apply(workbook)
    assert applied.returncode == 0, applied.stderr
    again = loop.run()
    assert "extract: up to date" in again.stderr
    assert "cluster: up to date" not in again.stderr
    after = loop.issues()
    evidence = {item["question_id"]: item for issue in after["issues"] for item in issue["evidence"]}
    assert struck not in evidence
    assert evidence[moved]["category"] == "quality"
    assert {issue["id"]: issue["label"] for issue in after["issues"]}[renamed] == "een naam van mensen"
    assert {issue["id"] for issue in after["issues"]} <= {issue["id"] for issue in before["issues"]}
    assert json.loads((loop.out / "run.json").read_text())["ledger"]["questions"][f"unplaced: {STRUCK}"] == 1
    assert all("up to date" in line for line in loop.run().stderr.splitlines()[:8])

    machine = loop.opdenk("review", "compare", workbook)
    assert "Cohen's kappa" in machine.stdout


def test_what_no_longer_applies_is_named(tmp_path):
    loop = Loop(tmp_path)
    loop.review.write_text("questions:\n  Q-0000000000000000:\n    text: Bestaat dit nog?\n    is_struck: true\n")
    result = loop.run()
    assert result.returncode == 0
    assert "no longer applies: question Q-0000000000000000 (Bestaat dit nog?)" in result.stderr


def test_faults_in_a_workbook_are_named_with_their_place(tmp_path):
    loop = Loop(tmp_path)
    loop.run()
    loop.opdenk("review", "export", "--out", loop.out)
    workbook = loop.out / "review.xlsx"
    book = load_workbook(workbook)
    questions = book["Vragen"]
    questions.cell(4, columns(questions)["> Categorie"]).value = "Geluk"
    questions.cell(5, columns(questions)["> Thema"]).value = "T-weg"
    book.save(workbook)
    result = loop.apply(workbook)
    assert result.returncode == 1
    assert "sheet Vragen, row 4, column > Categorie: 'Geluk' is not one of" in result.stderr
    assert "row 5, column > Thema: 'T-weg'" in result.stderr
    assert not loop.review.exists()
    broken = tmp_path / "geen.xlsx"
    broken.write_text("geen werkboek")
    assert "is no Excel workbook" in loop.apply(broken).stderr
