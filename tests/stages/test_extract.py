"""Finding of questions and concerns, with the language model and scorer that the project ships."""

import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import config, models
from pipeline.stages.extract import EXPLAINED, explain, extract
from pipeline.stages.tokenise import tokenise
from pipeline.tables import QUESTIONS, SEGMENTS, SENTENCES, check, rows
from tests.make import make_segments

CASES = [
    json.loads(line)
    for line in (Path(__file__).resolve().parent.parent / "cases" / "extract.jsonl").read_text("utf-8").splitlines()
]
KNOWN_FAILURES = {"E093"}  # ids of cases that are not right yet; a healed one must be taken off
SETTINGS = config.load()
PIECES = [
    "Wie betaalt dat?", "Onduidelijk is wie dat betaalt.", "Er is geen budget voor scholing.", "En wanneer dan?",
    "Dat ging goed.", "Zullen we beginnen?", "…", "?!", "\n\n", "\t", "👩🏽‍🏫 ok", "\u200b", "hoe", "of", "wat als",
    "((", "\"", "De regio's, o.a. Noord:", "É", "1.", "nvt", "x" * 300, "ja ja ja", "Waarom?? Omdat!", "'s Avonds", "—",
]  # fmt: skip


class Tools:
    """The models, loaded once, and the stage over segments."""

    def __init__(self):
        self.nlp = models.load_language_model("bundled")
        self.keywords = {
            "cues": config.load_cues(config.CONFIGS / "cues.yaml"),
            "scorer": models.load_scorer(),
        }

    def tokenise(self, segments):
        return tokenise(segments, SETTINGS.tokenise, nlp=self.nlp)

    def extract(self, segments, *, sentences=None):
        found, docs = self.tokenise(segments)
        sentences = found if sentences is None else sentences
        return extract(segments, sentences, docs, SETTINGS.extract, **self.keywords)

    def explain(self, segments):
        return explain(segments, *self.tokenise(segments), SETTINGS.extract, **self.keywords)


@pytest.fixture(scope="module")
def tools():
    return Tools()


def found_in(questions):
    return [(row.form, row.text) for row in rows(questions.sort_values(["segment_id", "start"]))]


def test_the_cases_are_right_but_for_the_known_failures(tools):
    segments = make_segments(
        *(case["text"] for case in CASES),
        kind=[case["place"] for case in CASES],
        document_id=[f"D-{number:08x}" for number in range(len(CASES))],  # no case leans on another
    )
    questions = tools.extract(segments)
    wrong = set()
    for segment_id, case in zip(segments["segment_id"], CASES, strict=True):
        found = [(form, text.rstrip(".?")) for form, text in found_in(questions[questions["segment_id"] == segment_id])]
        if found != [(item["form"], item["text"].rstrip(".?")) for item in case["expected"]]:
            wrong.add(case["id"])
    assert wrong == KNOWN_FAILURES


@settings(max_examples=40)
@given(texts=st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map(" ".join), max_size=5))
def test_whatever_is_found_lies_where_it_says_it_does(tools, texts):
    segments = make_segments(*texts, kind="bullet")
    questions = tools.extract(segments)
    check(questions, QUESTIONS, made_by="extract")
    by_id = dict(zip(segments["segment_id"], segments["text"], strict=True))
    ends: dict[str, int] = {}
    for row in rows(questions.sort_values(["segment_id", "start"])):
        assert by_id[row.segment_id][row.start : row.end] == row.text != ""
        assert row.start >= ends.get(row.segment_id, 0)
        assert SETTINGS.extract.min_score <= row.score <= 1
        ends[row.segment_id] = row.end


@settings(max_examples=30)
@given(text=st.text(max_size=80))
def test_any_text_is_read_without_a_fault(tools, text):
    segments = make_segments(text)
    for row in rows(tools.extract(segments)):
        assert text[row.start : row.end] == row.text


def test_the_order_of_rows_changes_nothing(tools):
    segments = make_segments(
        "Wie betaalt dat?", "En wanneer dan?", "Er is geen budget. Dat moet anders.", kind="bullet"
    )
    sentences, _ = tools.tokenise(segments)
    shuffled = tools.extract(segments.iloc[::-1], sentences=sentences.iloc[::-1])
    assert shuffled.equals(tools.extract(segments))


def test_no_segments_give_no_questions(tools):
    assert len(tools.extract(SEGMENTS.frame())) == 0
    assert list(extract(SEGMENTS.frame(), SENTENCES.frame(), {}, SETTINGS.extract, **tools.keywords)) == list(
        QUESTIONS.frame()
    )


def test_text_in_another_language_is_left_out(tools):
    assert len(tools.extract(make_segments("Who pays for this?", is_dutch=False))) == 0


def test_a_follow_up_leans_on_the_question_before_it_and_shows_what_was_said(tools):
    segments = make_segments("Krijgen begeleiders een toelage?", "En wie betaalt dat dan?", kind="bullet")
    first, second = rows(tools.extract(segments).sort_values("segment_id"))
    assert pd.isna(first.depends_on)
    assert second.depends_on == first.question_id
    assert second.context == "Krijgen begeleiders een toelage?"


def test_a_question_that_reads_alone_leans_on_nothing(tools):
    segments = make_segments("Krijgen begeleiders een toelage?", "Hoeveel leraren gaan volgend jaar met pensioen?")
    assert tools.extract(segments)["depends_on"].isna().all()


def test_answers_of_a_form_do_not_lean_on_each_other(tools):
    segments = make_segments("Krijgen we een toelage?", "En wie betaalt dat dan?", kind="answer", prompt="Vragen?")
    assert tools.extract(segments)["depends_on"].isna().all()


def test_an_answer_keeps_the_question_it_replies_to_as_context(tools):
    prompt = "Wat zijn de knelpunten?"
    (question,) = rows(tools.extract(make_segments("te weinig tijd", kind="answer", prompt=prompt)))
    assert question.context == prompt


def test_a_quotation_is_closed_in_the_item_that_opens_it(tools):
    questions = tools.extract(
        make_segments(
            'Wij vinden dat zorgelijk: "Er is geen budget voor scholing."', "“Wie betaalt dat?” vroeg een bestuurder."
        )
    )
    assert all(row.text.count('"') % 2 == 0 and row.text.count("“") == row.text.count("”") for row in rows(questions))
    assert {row.form for row in rows(questions)} == {"direct", "concern"}


def test_a_short_bullet_gets_its_heading_as_context(tools):
    (question,) = rows(tools.extract(make_segments("te weinig uren", kind="bullet", heading=[["Begeleiding"]])))
    assert question.context == "Begeleiding"


def below(lead_in, *points):
    level, prompt = [1, *[2] * len(points)], [None, *[lead_in] * len(points)]
    return make_segments(lead_in, *points, kind="bullet", level=level, prompt=prompt)


def test_a_lead_in_is_completed_by_the_points_below_it(tools):
    points = ("wie de coördinator aanstuurt", "welke scholen meedoen")
    questions = tools.extract(below("We weten nog niet:", *points))
    assert found_in(questions) == [("indirect", point) for point in points]
    assert set(questions["context"]) == {"We weten nog niet:"}


def test_a_lead_in_may_end_in_an_abbreviation(tools):
    points = ("de stand van het samen opleiden?", "de voorwaarden waaronder het kan groeien?")
    questions = tools.extract(below("Hoe kunnen we de besturen goed informeren over o.a.", *points))
    assert [text for _, text in found_in(questions)] == list(points)


def test_a_heading_and_the_question_put_to_people_are_no_questions_of_theirs(tools):
    segments = make_segments(
        "Wat gaat er mis?", "te weinig tijd", kind=["heading", "answer"], prompt=[None, "Wat gaat er mis?"]
    )
    assert found_in(tools.extract(segments)) == [("concern", "te weinig tijd")]


def test_every_sentence_is_explained_and_agrees_with_what_is_found(tools):
    segments = make_segments("Vragen", "Wie betaalt dat? Het was een mooie dag.", kind=["heading", "paragraph"])
    explained = tools.explain(segments)
    assert list(explained.columns) == EXPLAINED
    assert list(explained["verdict"]) == ["skipped", "found", "no"]
    assert explained["why"].str.len().gt(0).all()
    assert list(explained.loc[explained["verdict"] == "found", "text"]) == list(tools.extract(segments)["text"])
