import numpy as np
import pytest

from pipeline.vectors import document_vectors, unit, with_context
from tests.planted import FRAME, SUBJECTS, WordEncoder, planted


def vectors_of(texts, terms=None):
    terms = [text.lower().split() for text in texts] if terms is None else terms
    return document_vectors(texts, terms, WordEncoder(), seed=1)


def test_rows_have_length_one_or_zero_and_no_nan():
    vectors = vectors_of(["de kat slaapt", "de hond blaft", "", "?!"], [["kat", "slapen"], ["hond", "blaffen"], [], []])
    assert np.isfinite(vectors).all()
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 0, 0], abs=1e-5)


@pytest.mark.parametrize("texts", [["een vraag"], ["dezelfde vraag"] * 5])
def test_texts_that_are_all_alike_are_not_centred_away(texts):
    assert np.linalg.norm(vectors_of(texts), axis=1) == pytest.approx(1, abs=1e-5)


def test_no_texts_give_no_rows():
    assert len(vectors_of([])) == 0


def test_a_phrase_that_all_share_brings_nobody_together():
    texts = [f"{FRAME} {word}" for words in SUBJECTS.values() for word in words]
    shared = np.triu(vectors_of(texts) @ vectors_of(texts).T, 1)
    assert abs(shared.sum() / (len(texts) * (len(texts) - 1) / 2)) < 0.05


def test_questions_on_one_subject_are_closer_than_those_on_two():
    _, questions, answers = planted(SUBJECTS, 5)
    vectors = vectors_of(list(questions["text"]), list(questions["lemmas"]))
    subject = np.array([answers[question] for question in questions["question_id"]])
    cosines, same = vectors @ vectors.T, subject[:, None] == subject
    assert cosines[same].mean() > cosines[~same].mean() + 0.3


def test_spelling_brings_inflections_and_compounds_together():
    texts = ["bekostiging", "bekostigingsvraag", "huisvesting", "peer review", "stuurgroep", "toetsing", "privacy"]
    vectors = vectors_of(texts)
    assert vectors[0] @ vectors[1] == max(vectors[0] @ vector for vector in vectors[1:])


def test_many_documents_are_projected_and_keep_their_likeness(monkeypatch):
    monkeypatch.setattr("pipeline.vectors.SAMPLE", 200)
    monkeypatch.setattr("pipeline.vectors.CHUNK", 90)
    _, questions, answers = planted(SUBJECTS, 60)
    vectors = vectors_of(list(questions["text"]), list(questions["lemmas"]))
    assert vectors.shape == (480, 128)
    subject = np.array([answers[question] for question in questions["question_id"]])
    cosines, same = vectors @ vectors.T, subject[:, None] == subject
    assert cosines[same].mean() > cosines[~same].mean() + 0.3


def test_only_a_short_text_is_read_together_with_its_context():
    texts, terms = (
        ["Te weinig tijd", "Er is te weinig tijd voor begeleiding"],
        [["weinig", "tijd"], ["weinig", "tijd", "begeleiding"]],
    )
    assert with_context(texts, ["Wat houdt je tegen?", "Wat houdt je tegen?"], terms) == [
        "Wat houdt je tegen? Te weinig tijd",
        "Er is te weinig tijd voor begeleiding",
    ]
    assert with_context(texts, [None, None], terms) == texts


def test_unit_leaves_rows_of_zeros():
    assert unit(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist() == [[pytest.approx(0.6), pytest.approx(0.8)], [0, 0]]
