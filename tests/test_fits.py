"""What classifiers learnt is kept between runs."""

import numpy as np
import pytest

from pipeline import config, models
from pipeline.categories import Codebook, Example
from pipeline.fits import KeptFits


class Fitting:
    """Counts how often something is made."""

    def __init__(self):
        self.n_made = 0

    def __call__(self):
        self.n_made += 1
        return np.array([[1.5, -0.25], [0.1, 7.0]])


def test_what_is_kept_is_the_very_same_and_is_not_made_again(tmp_path):
    fitting = Fitting()
    made = KeptFits(tmp_path, "code")("wording", "key", fitting)
    assert np.array_equal(KeptFits(tmp_path, "code")("wording", "key", fitting), made)
    assert fitting.n_made == 1


@pytest.mark.parametrize(
    ("name", "key", "code"), [("terms", "k", "c"), ("wording", "other", "c"), ("wording", "k", "d")]
)
def test_another_classifier_text_or_code_is_made_anew(tmp_path, name, key, code):
    fitting = Fitting()
    KeptFits(tmp_path, "c")("wording", "k", fitting)
    KeptFits(tmp_path, code)(name, key, fitting)
    assert fitting.n_made == 2


@pytest.mark.parametrize("damage", [lambda data: data[:40], lambda data: b"", lambda data: b"x" + data])
def test_a_damaged_file_is_made_anew(tmp_path, damage):
    fitting = Fitting()
    made = KeptFits(tmp_path, "code")("wording", "key", fitting)
    (path,) = tmp_path.iterdir()
    path.write_bytes(damage(path.read_bytes()))
    assert np.array_equal(KeptFits(tmp_path, "code")("wording", "key", fitting), made)
    assert fitting.n_made == 2


def test_a_codebook_learns_once_until_something_is_corrected(tmp_path):
    taxonomy = config.load_taxonomy(config.CONFIGS / "taxonomy.yaml")
    taxonomy = taxonomy.model_copy(update={"labelled": taxonomy.labelled[:60]})
    encoder = models.load_vectors(config.load().vectors)
    texts = ["Wie betaalt de uren?", "Wat is onze plek?"]
    anew, first = (Codebook(taxonomy, encoder, **more) for more in ({}, {"remember": KeptFits(tmp_path, "code")}))
    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    again = Codebook(taxonomy, encoder, remember=KeptFits(tmp_path, "code"))
    for other in (first, again):
        assert np.array_equal(anew.evidence(texts).wording, other.evidence(texts).wording)
        assert np.array_equal(anew.evidence(texts).terms, other.evidence(texts).terms)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == files
    corrected = Codebook(
        taxonomy, encoder, [Example("Wie betaalt de uren?", "other")], remember=KeptFits(tmp_path, "code")
    )
    assert not np.array_equal(corrected.evidence(texts).wording, again.evidence(texts).wording)
