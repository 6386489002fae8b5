"""What a sentence is told of its surroundings, with the language model that the project ships."""

import pytest

from pipeline import config, models
from pipeline.readings import read_segments
from pipeline.stages.tokenise import tokenise
from tests.make import make_segments

ASIDE = "Zullen we de notulen vaststellen?"
MATTER = "Wie betaalt de brug?"


@pytest.fixture(scope="module")
def read():
    nlp = models.load_language_model("bundled")
    cues = config.load_cues(config.CONFIGS / "cues.yaml")

    def read(*texts, **columns):
        segments = make_segments(*texts, **columns)
        return read_segments(segments, *tokenise(segments, config.load().tokenise, nlp=nlp), cues)

    return read


def test_a_sentence_knows_whether_the_meeting_is_spoken_of_beside_it(read):
    aside, matter, last = read(ASIDE, MATTER, MATTER)
    assert "meeting_thing" in matter.context.before
    assert (matter.context.after, aside.context.before, last.context.before) == (frozenset(),) * 3


def test_an_answer_is_not_read_by_the_answer_of_another(read):
    _, matter = read(ASIDE, MATTER, kind=["answer", "answer"])
    assert not matter.context.before


def test_a_document_is_not_read_by_the_end_of_another(read):
    _, matter = read(ASIDE, MATTER, document_id=["D-00000001", "D-00000002"])
    assert not matter.context.before


def test_the_ends_of_a_document_are_told_apart_from_its_middle(read):
    ends = [sentence.context.end for sentence in read(*[MATTER] * 21)]
    assert ends == ["opening"] * 5 + [""] * 11 + ["closing"] * 5


@pytest.mark.parametrize(("count", "kind"), [(19, "paragraph"), (21, "answer")])
def test_a_short_document_and_a_list_of_answers_have_no_ends(read, count, kind):
    assert {sentence.context.end for sentence in read(*[MATTER] * count, kind=[kind] * count)} == {""}
