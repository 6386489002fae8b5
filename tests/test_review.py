"""The review loop: a workbook goes out, comes back, and every later run replays what people decided."""

import json
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook

from pipeline.agreement import compare, krippendorff_alpha
from pipeline.corrections import NEW, QuestionCorrection, Review, dump_review, load_review
from pipeline.errors import ConfigError, InputError
from pipeline.replay import STRUCK, correct_categories, correct_themes
from pipeline.tables import MATCHES, QUESTION_THEMES, THEMES
from tests.make import make_questions

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = make_questions("Wie betaalt dat?", "Is er geld?", "Wie beslist?", "Wie stemt?")
IDS = list(QUESTIONS["question_id"])
ONE, OTHER = "T-00000001", "T-00000002"


def make_themes():
    rows = [
        {"theme_id": theme, "label": label, "question_id": first, "question": "?", "keywords": [], "n_questions": 2,
         "coherence": 0.5, "jaccard": 0.8, "verdict": "robust", "status": "known", "parents": [], "reviewed": [],
         "centroid": [1.0], "x": 0.0, "y": 0.0}
        for theme, label, first in ((ONE, "geld", IDS[0]), (OTHER, "besluiten", IDS[2]))
    ]  # fmt: skip
    members = [
        {"question_id": question, "theme_id": theme, "representativeness": 0.9 - place / 10, "duplicate_of": None,
         "reason": None, "is_reviewed": False}
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


def test_themes_that_were_split_off_take_part_in_everything_else():
    split = f"{NEW} stemmen"
    theme = QuestionCorrection(text="", theme=split).target
    moved = {IDS[3]: {"text": "", "theme": split}, IDS[0]: {"text": "", "theme": theme}}
    for questions in (moved, dict(reversed(moved.items()))):
        _, members = corrected(questions=questions)
        assert placed(members)[IDS[0]] == placed(members)[IDS[3]] == theme
    themes, members = corrected(questions=moved, themes={theme: {"label": "", "merge_into": ONE}})
    assert set(placed(members).values()) == {ONE, OTHER}
    themes, _ = corrected(questions=moved, themes={theme: {"label": "", "name": "wie stemt"}})
    assert "wie stemt" in set(themes["label"])
    assert not Review.model_validate({"questions": moved}).unused(IDS, [ONE, OTHER], [])


def test_a_question_without_a_theme_can_be_given_one():
    themes, members = make_themes()
    members.loc[members["question_id"] == IDS[1], ["theme_id", "representativeness", "reason"]] = [None, None, "?"]
    review = Review.model_validate({"questions": {IDS[1]: {"text": "", "theme": OTHER}}})
    themes, members = correct_themes(themes, members, QUESTIONS, review)
    row = members.set_index("question_id").loc[IDS[1]]
    assert (row["theme_id"], row["representativeness"], row["is_reviewed"]) == (OTHER, 0, True)
    assert pd.isna(row["reason"])


def test_what_people_decided_is_marked():
    themes, members = corrected(
        questions={IDS[0]: {"text": "", "theme": OTHER}}, themes={ONE: {"label": "geld", "name": "wie betaalt"}}
    )
    assert themes.set_index("theme_id")["reviewed"].to_dict() == {ONE: ["label", "questions"], OTHER: ["questions"]}
    assert members.set_index("question_id")["is_reviewed"].to_dict() == {key: key == IDS[0] for key in IDS}


def test_merging_in_a_ring_merges_nothing_and_is_named():
    review = {ONE: {"label": "", "merge_into": OTHER}, OTHER: {"label": "", "merge_into": ONE}}
    themes, _ = corrected(themes=review)
    assert list(themes["n_questions"]) == [2, 2]
    assert list(Review.model_validate({"themes": review}).rings()) == [ONE, OTHER]


def test_everything_that_no_longer_applies_is_named():
    review = Review.model_validate(
        {
            "questions": {
                IDS[0]: {"text": "a", "category": "geluk", "theme": "T-weg"},
                "Q-weg": {"text": "b", "is_struck": True},
            },
            "themes": {ONE: {"label": "c", "merge_into": "T-weg"}, "T-weg": {"label": "d", "merge_into": ONE}},
        }
    )
    assert review.unused(IDS, [ONE, OTHER], ["finance"]) == [
        f"theme T-weg, to which question {IDS[0]} (a) was moved,",
        f"category geluk, which question {IDS[0]} (a) was given,",
        "question Q-weg (b)",
        f"theme T-weg, to which theme {ONE} (c) was moved,",
        "theme T-weg (d)",
    ]


def test_a_question_under_another_id_is_found_by_its_text():
    review = Review.model_validate({"questions": {"Q-oud": {"text": "Wie stemt?", "is_struck": True}}})
    assert list(review.bound_to({"Q-nieuw": "Wie stemt?"}).questions) == ["Q-nieuw"]
    twice = {"Q-1": "Wie stemt?", "Q-2": "Wie stemt?"}
    assert list(review.bound_to(twice).questions) == ["Q-oud"]


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
    newer = Review.model_validate(
        {"questions": {"Q": {"text": "a", "category": "quality"}, "R": {"text": "b", "is_struck": True}}}
    )
    path = tmp_path / "review.yaml"
    path.write_bytes(dump_review(earlier.merged(newer)))
    kept = load_review(path).questions
    assert (kept["Q"].category, kept["Q"].remark) == ("quality", "let op")
    assert sorted(kept) == ["Q", "R"]


def test_what_is_undone_leaves_no_trace():
    earlier = Review.model_validate({"questions": {"Q": {"text": "a", "is_struck": True, "category": "finance"}}})
    undone = Review(questions={"Q": QuestionCorrection(text="a", is_struck=False)})
    assert earlier.merged(undone).questions["Q"] == QuestionCorrection(text="a", category="finance")
    nothing = Review(questions={"Q": QuestionCorrection(text="a", category=None)})
    assert earlier.merged(undone).merged(nothing) == Review()


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("questions: [", "line 2, column 1"),
        ("vragen: {}", "line 1: unknown key 'vragen'"),
        ("questions:\n  Q-1:\n    text: a\n    categorie: finance\n", "line 4.*\n.*did you mean 'category'"),
        ("themes:\n  T-1:\n    name: a\n", "key 'themes.T-1.label' is missing"),
    ],
)
def test_a_faulty_file_is_named_with_its_line(tmp_path, content, what):
    path = tmp_path / "review.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_review(path)
    assert re.search(what, str(caught.value))


def test_a_file_that_was_emptied_is_no_correction(tmp_path):
    path = tmp_path / "review.yaml"
    path.write_text("# niets\n", encoding="utf-8")
    assert load_review(path) == Review()


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
    with pytest.raises(InputError, match="No question was judged in both"):
        compare({"a": ("?", "x")}, {"b": ("?", "x")}, seed=1)


class Loop:
    """A folder of sessions, results of their own with their own corrections, and the command on them."""

    def __init__(self, folder, like=None):
        self.raw, self.out, self.review = folder / "raw", folder / "out", folder / "review.yaml"
        shutil.copytree(like.raw if like else ROOT / "tests/data/golden", self.raw)
        if like:
            shutil.copytree(like.out, self.out)
        self.config = folder / "config.yaml"
        self.config.write_text(f"review: {self.review}\n", encoding="utf-8")
        self.workbook = self.out / "review.xlsx"

    def opdenk(self, *arguments):
        command = [sys.executable, "-m", "pipeline", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)

    def run(self):
        return self.opdenk("run", "--raw", self.raw, "--out", self.out, "--config", self.config)

    def export(self):
        return self.opdenk("review", "export", "--out", self.out, "--config", self.config)

    def apply(self, workbook=None):
        return self.opdenk("review", "apply", workbook or self.workbook, "--out", self.out, "--config", self.config)

    def issues(self):
        return json.loads((self.out / "issues.json").read_text(encoding="utf-8"))

    def evidence(self):
        return {item["question_id"]: item for issue in self.issues()["issues"] for item in issue["evidence"]}


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """The loop after a first run, with its workbook exported; not to be changed."""
    loop = Loop(tmp_path_factory.mktemp("first"))
    assert loop.run().returncode == 0
    assert loop.export().returncode == 0
    return loop


@pytest.fixture
def loop(first, tmp_path):
    """A copy of it."""
    return Loop(tmp_path, like=first)


@contextmanager
def filling_in(path):
    """The sheets of a workbook, saved in the end: `set(sheet, row, column, value)`."""
    book = load_workbook(path)

    def fill(title, row, column, value):
        sheet = book[title]
        sheet.cell(row, {cell.value: cell.column for cell in sheet[1]}[column]).value = value
        return sheet.cell(row, 1).value

    yield fill
    book.save(path)


def sheet_of(path, title):
    lines = list(load_workbook(path)[title].iter_rows(values_only=True))
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def test_the_loop_as_staff_go_through_it(loop):
    before = loop.issues()
    first_bytes = loop.workbook.read_bytes()
    assert loop.export().returncode == 0
    assert loop.workbook.read_bytes() == first_bytes

    with filling_in(loop.workbook) as fill:
        struck = fill("Vragen", 2, "> Geen vraag", "ja")
        moved = fill("Vragen", 3, "> Categorie", "Kwaliteit")
        renamed = fill("Thema's", 2, "> Naam", "een naam van mensen")
    refused = loop.export()
    assert refused.returncode == 1
    assert "holds corrections that were not applied" in refused.stderr

    applied = loop.apply()
    assert applied.returncode == 0, applied.stderr
    again = loop.run()
    assert "extract: up to date" in again.stderr
    assert "cluster: up to date" not in again.stderr
    after, evidence = loop.issues(), loop.evidence()
    assert struck not in evidence
    assert (evidence[moved]["category"], evidence[moved]["reviewed"]) == ("quality", ["category"])
    named = {issue["id"]: issue for issue in after["issues"]}[renamed]
    assert (named["label"], named["reviewed"][0]) == ("een naam van mensen", "label")
    assert {issue["id"] for issue in after["issues"]} <= {issue["id"] for issue in before["issues"]}
    assert json.loads((loop.out / "run.json").read_text())["ledger"]["questions"][f"unplaced: {STRUCK}"] == 1
    assert all("up to date" in line for line in loop.run().stderr.splitlines()[:8])


def test_corrections_can_be_seen_and_undone(loop):
    with filling_in(loop.workbook) as fill:
        struck = fill("Vragen", 2, "> Geen vraag", "ja")
        fill("Vragen", 3, "> Opmerking", "navragen")
    loop.apply()
    loop.run()
    assert struck not in loop.evidence()
    assert loop.export().returncode == 0, "what was applied may be written over"
    lines = {row["Code"]: (number, row) for number, row in enumerate(sheet_of(loop.workbook, "Vragen"), start=2)}
    row, line = lines[struck]
    assert line["Eerder beslist"] == "geen vraag"
    assert "opmerking: navragen" in {line["Eerder beslist"] for _, line in lines.values()}
    with filling_in(loop.workbook) as fill:
        fill("Vragen", row, "> Categorie", "Kwaliteit")
    assert f"question {struck} is no question" in loop.apply().stderr
    with filling_in(loop.workbook) as fill:
        fill("Vragen", row, "> Geen vraag", "wissen")
    assert loop.apply().returncode == 0
    loop.run()
    assert loop.evidence()[struck]["category"] == "quality"


def test_merged_themes_stay_merged_when_a_session_is_added(loop):
    sizes = {issue["id"]: issue["counts"]["questions"] for issue in loop.issues()["issues"]}
    one, other = sorted(sizes, key=sizes.get)[-2:]
    with filling_in(loop.workbook) as fill:
        codes = [row["Code"] for row in sheet_of(loop.workbook, "Thema's")]
        fill("Thema's", codes.index(other) + 2, "> Samenvoegen met", f"{one} zoals in de lijst")
    assert loop.apply().returncode == 0
    loop.run()
    merged = {issue["id"]: issue for issue in loop.issues()["issues"]}
    assert other not in merged
    assert merged[one]["counts"]["questions"] == sizes[one] + sizes[other]
    before = {item["question_id"] for item in merged[one]["evidence"]}

    session = loop.raw / "2025-01-15-nieuwe-sessie"
    session.mkdir()
    (session / "notities.txt").write_text(
        "Wie zorgt voor de koffie in het nieuwe gebouw?\n\nHoe lang duurt de verbouwing van de kantine nog?\n",
        encoding="utf-8",
    )
    said = loop.run().stderr
    assert "no longer applies" not in said
    later = {issue["id"]: issue for issue in loop.issues()["issues"]}
    assert other not in later
    kept = before & {item["question_id"] for item in later[one]["evidence"]}
    assert len(kept) > max(sizes[one], sizes[other])
    assert later[one]["reviewed"] == ["questions"]


def test_what_no_longer_applies_is_named(tmp_path):
    loop = Loop(tmp_path)
    loop.review.write_text("questions:\n  Q-0000000000000000:\n    text: Bestaat dit nog?\n    is_struck: true\n")
    result = loop.run()
    assert result.returncode == 0
    assert "no longer applies: question Q-0000000000000000 (Bestaat dit nog?)" in result.stderr


def test_faults_in_a_workbook_are_named_with_their_place(loop, tmp_path):
    with filling_in(loop.workbook) as fill:
        fill("Vragen", 4, "> Categorie", "Geluk")
        fill("Vragen", 5, "> Thema", "T-weg")
        code = fill("Thema's", 3, "> Naam", "een")
        fill("Thema's", 4, "> Naam", "twee")
        fill("Thema's", 4, "Code", code)
    result = loop.apply()
    assert result.returncode == 1
    assert "sheet Vragen, row 4, column > Categorie: 'Geluk' is not one of" in result.stderr
    assert "row 5, column > Thema: 'T-weg' is no theme" in result.stderr
    assert f"row 4: {code} is corrected twice" in result.stderr
    assert not loop.review.exists()
    broken = tmp_path / "geen.xlsx"
    broken.write_text("geen werkboek")
    assert "is no Excel workbook" in loop.apply(broken).stderr


def test_a_workbook_with_rows_that_end_early_is_read(loop):
    book = load_workbook(loop.workbook)
    for title in ("Vragen", "Thema's"):
        book[title].cell(book[title].max_row + 5, 40).value = "een aantekening ver naar rechts"
    short = Workbook()
    short.remove(short.active)
    for sheet in book.worksheets:
        copy = short.create_sheet(sheet.title)
        for line in sheet.iter_rows(values_only=True):
            kept = list(line)
            while kept and kept[-1] is None:
                kept.pop()
            copy.append(kept)
    short.save(loop.workbook)
    assert loop.apply().returncode == 0


def test_every_choice_of_a_drop_down_is_understood(loop):
    book = load_workbook(loop.workbook)
    choices = book["Keuzes"]
    assert choices.sheet_state == "hidden"
    offered = {column[0].value: [cell.value for cell in column[1:] if cell.value] for column in choices.iter_cols()}
    assert {"Financiën", "Overig", "wissen"} <= set(offered["> Categorie"])
    assert len(offered["> Thema"]) == len(loop.issues()["issues"]) + 1
    for sheet in (book["Vragen"], book["Thema's"]):
        for rule in sheet.data_validations.dataValidation:
            place = rule.formula1.removeprefix("Keuzes!").replace("$", "")
            assert all(cell.value for (cell,) in choices[place]), f"{rule.formula1} has empty choices"
    for number, theme in enumerate(offered["> Thema"][1:4], start=2):
        with filling_in(loop.workbook) as fill:
            fill("Vragen", number, "> Thema", theme)
    assert loop.apply().returncode == 0


def test_agreement_counts_what_people_filled_in(loop, tmp_path):
    one, other = loop.workbook, tmp_path / "b.xlsx"
    shutil.copy(one, other)
    with filling_in(one) as fill:
        for row in range(2, 6):
            fill("Vragen", row, "> Categorie", "Financiën")
    with filling_in(other) as fill:
        for row in range(2, 5):
            fill("Vragen", row, "> Categorie", "finance")
        fill("Vragen", 5, "> Geen vraag", "ja")
    said = loop.opdenk("review", "compare", one, other).stdout
    assert "4 questions judged by both, 75% alike" in said
    assert "Financiën / geen vraag" in said
    machine = loop.opdenk("review", "compare", one).stdout
    assert "4 questions judged by both" in machine
    loop.apply(one)
    loop.run()
    one.unlink()
    loop.export()
    with filling_in(one) as fill:
        for row in range(2, 6):
            fill("Vragen", row, "> Categorie", "Kwaliteit")
    after = loop.opdenk("review", "compare", one)
    chosen_by_people = [row["Code"] for row in sheet_of(one, "Vragen") if row["Eerder beslist"]]
    assert len(chosen_by_people) == 4
    assert "4 questions judged by both" not in after.stdout, "what people chose before is not the machine's judgement"
