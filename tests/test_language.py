"""The bundled language model, measured on sentences of notes, minutes and speech that were labelled by hand.

One line of cases/language.jsonl is a text: its sentences, and of each the content words as [form, lemma, tag], in the
order of the text. A separated verb carries its joined lemma ("neemt … toe": toenemen). Choices are made on the
texts marked dev; the floors lie a little below what the model reaches.
"""

import hashlib
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import spacy

CASES = Path(__file__).parent / "cases" / "language.jsonl"
MODELS = Path(__file__).parents[1] / "models"
TEXTS = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]


@dataclass
class Tally:
    """What one half of the texts gave."""

    words: int = 0
    lemmas: int = 0
    tags: int = 0
    starts: set[tuple[str, int]] = field(default_factory=set)
    found: set[tuple[str, int]] = field(default_factory=set)

    def sentence_f1(self):
        return 2 * len(self.starts & self.found) / (len(self.starts) + len(self.found))


@pytest.fixture(scope="module")
def nlp():
    return spacy.load("nl_opdenk_sm")


def measure(nlp, split):
    tally = Tally()
    for case in (case for case in TEXTS if case["split"] == split):
        doc, position = nlp(case["text"]), 0
        for sentence, words in zip(case["sentences"], case["words"], strict=True):
            position = case["text"].index(sentence, position)
            tally.starts.add((case["id"], position))
            for form, lemma, tag in words:
                position = re.compile(rf"(?<!\w){re.escape(form)}(?!\w)").search(case["text"], position).start()
                span = doc.char_span(position, position + len(form))
                tally.words += 1
                if span is not None and len(span) == 1:
                    tally.lemmas += span[0]._.lemma == lemma
                    tally.tags += span[0].pos_ == tag
                position += len(form)
        spans = [sentence for sentence in doc.sents if sentence.text.strip()]
        tally.found |= {(case["id"], next(t.idx for t in span if not t.is_space)) for span in spans}
    return tally


@pytest.mark.parametrize(
    ("split", "sentences", "lemmas", "tags"), [("dev", 0.99, 0.95, 0.965), ("test", 0.99, 0.945, 0.94)]
)
def test_model_reaches_its_floors_on_notes_and_speech(nlp, split, sentences, lemmas, tags):
    tally = measure(nlp, split)
    assert tally.sentence_f1() >= sentences
    assert tally.lemmas / tally.words >= lemmas
    assert tally.tags / tally.words >= tags


def test_gold_texts_are_their_sentences():
    assert sum(len(case["sentences"]) for case in TEXTS) == 200
    for case in TEXTS:
        assert "".join(case["text"].split()) == "".join("".join(case["sentences"]).split()), case["id"]


@pytest.mark.parametrize(
    ("text", "form", "lemma"),
    [
        ("Het aantal aanmeldingen neemt elk jaar toe.", "neemt", "toenemen"),
        ("Hoe pakken we dit op?", "pakken", "oppakken"),
        ("Het professionaliseren van docenten kost tijd.", "professionaliseren", "professionaliseren"),
        ("Drie opleidingsscholen doen mee.", "opleidingsscholen", "opleidingsschool"),
    ],
)
def test_lemma_of_separated_verbs_infinitives_and_compounds(nlp, text, form, lemma):
    token = next(token for token in nlp(text) if token.text == form)
    assert token._.lemma == lemma


def test_new_line_ends_a_sentence_and_an_abbreviation_does_not(nlp):
    doc = nlp("Punt 3 vervalt\nN.a.v. punt 4 belt dhr. Smit i.v.m. de huur met de gemeente")
    assert [sentence.text.strip() for sentence in doc.sents] == [
        "Punt 3 vervalt",
        "N.a.v. punt 4 belt dhr. Smit i.v.m. de huur met de gemeente",
    ]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "?!", "xqzv wvrt", "🙂", "\u00a0"])
def test_odd_texts_come_back_whole(nlp, text):
    assert nlp(text).text == text


def test_files_match_their_checksums():
    checksums = json.loads((MODELS / "checksums.json").read_text(encoding="utf-8"))
    assert {Path(name).parts[0] for name in checksums} == {"language", "scorer", "vectors", "words"}
    for name, expected in checksums.items():
        assert hashlib.sha256((MODELS / name).read_bytes()).hexdigest() == expected, name
