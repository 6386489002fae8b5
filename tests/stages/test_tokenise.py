"""Sentences of segments, with the language model that the project ships."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import config, models
from pipeline.stages.tokenise import tokenise
from pipeline.tables import SEGMENTS, SENTENCES, check, rows
from tests.make import make_segments

SETTINGS = config.load().tokenise


@pytest.fixture(scope="module")
def nlp():
    return models.load_language_model("bundled")


def sentences_of(text, nlp):
    sentences, _ = tokenise(make_segments(text), SETTINGS, nlp=nlp)
    return [text[row.start : row.end] for row in rows(sentences.sort_values("start"))]


@pytest.mark.parametrize(
    "text",
    [
        "Dat geldt o.a. voor kleine scholen.",
        "Het gaat m.b.t. de planning goed.",
        "We besteden ca. 3,5 miljoen euro per jaar.",
        "Samen met SO&P en het po-vo-mbo maken we een plan.",
        "Zie https://www.voorbeeld.nl/pagina.html voor meer.",
    ],
)
def test_abbreviations_and_amounts_end_no_sentence(text, nlp):
    assert sentences_of(text, nlp) == [text]


def test_sentences_are_parted_at_their_marks(nlp):
    assert sentences_of("Wie betaalt dat? Dat weten we nog niet. Jammer!", nlp) == [
        "Wie betaalt dat?",
        "Dat weten we nog niet.",
        "Jammer!",
    ]


def test_segments_in_another_language_are_left_out(nlp):
    segments = make_segments("Wie betaalt dat?", "Who pays?", is_dutch=[True, False])
    sentences, docs = tokenise(segments, SETTINGS, nlp=nlp)
    assert set(sentences["segment_id"]) == set(docs) == {segments["segment_id"].iloc[0]}


def test_no_segments_give_no_sentences(nlp):
    sentences, docs = tokenise(SEGMENTS.frame(), SETTINGS, nlp=nlp)
    assert len(sentences) == 0
    assert docs == {}


@settings(max_examples=40)
@given(text=st.text(max_size=120))
def test_sentences_cover_every_word_in_order_without_overlap(nlp, text):
    sentences, docs = tokenise(make_segments(text), SETTINGS, nlp=nlp)
    check(sentences, SENTENCES, made_by="tokenise")
    assert [doc.text for doc in docs.values()] == [text]
    end, covered = 0, ""
    for row in rows(sentences.sort_values("start")):
        assert end <= row.start < row.end <= len(text)
        covered += text[row.start : row.end]
        end = row.end
    assert "".join(covered.split()) == "".join(text.split())


def test_the_order_of_segments_changes_nothing(nlp):
    segments = make_segments("Wie betaalt dat? Niemand.", "Te weinig tijd.", "Dank u wel.")
    forwards, _ = tokenise(segments, SETTINGS, nlp=nlp)
    backwards, _ = tokenise(segments.iloc[::-1], SETTINGS, nlp=nlp)
    assert SENTENCES.conform(backwards).equals(SENTENCES.conform(forwards))
