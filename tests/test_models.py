import json
import shutil

import numpy as np
import pytest
import spacy

from pipeline import config, models
from pipeline.errors import ModelError


@pytest.fixture(scope="module")
def bundled():
    return models.load_vectors(config.load().vectors)


def _vectors(model):
    return config.load().vectors.model_copy(update={"model": model})


def test_bundled_vectors_have_length_one_or_zero(bundled):
    vectors = bundled.encode(["Wie betaalt de begeleiding?", "", "☃☃☃", "de " * 200_000])
    assert vectors.dtype == np.float32
    assert np.isfinite(vectors).all()
    lengths = np.linalg.norm(vectors, axis=1)
    assert np.allclose(lengths[[0, 3]], 1, atol=1e-5)
    assert lengths[1] == 0


def test_no_texts_give_no_rows(bundled):
    assert bundled.encode([]).shape == (0, bundled.encode(["a"]).shape[1])


def test_texts_about_the_same_are_closer(bundled):
    budget, money, bus = bundled.encode(
        ["Is er budget voor de begeleiding?", "Wie betaalt de coaching?", "Hoe laat gaat de laatste bus naar huis?"]
    )
    assert budget @ money > budget @ bus


@pytest.fixture
def own_models(tmp_path, monkeypatch):
    """A copy of the folder with models that a test may damage."""
    shutil.copytree(models.BUNDLED_VECTORS, tmp_path / "vectors")
    shutil.copy(models.MODELS / "checksums.json", tmp_path)
    monkeypatch.setattr(models, "MODELS", tmp_path)
    monkeypatch.setattr(models, "BUNDLED_VECTORS", tmp_path / "vectors")
    return tmp_path


def test_an_altered_file_is_named(own_models):
    (own_models / "vectors" / "config.json").write_text("{}")
    with pytest.raises(ModelError, match=r"config\.json is not as it was made"):
        models.load_vectors(_vectors("bundled"))


def test_a_missing_file_is_named(own_models):
    (own_models / "vectors" / "model.safetensors").unlink()
    with pytest.raises(ModelError, match=r"model\.safetensors is missing"):
        models.load_vectors(_vectors("bundled"))


def test_a_folder_of_vectors_can_be_chosen(bundled):
    own = models.load_vectors(_vectors(f"model2vec:{models.BUNDLED_VECTORS}"))
    assert np.allclose(own.encode(["Wie betaalt?"]), bundled.encode(["Wie betaalt?"]))
    assert own.name == "model2vec:vectors"


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("word2vec", "Unknown vectors"),
        ("model2vec:", "Unknown vectors"),
        ("model2vec:geen/model", "hub"),
    ],
)
def test_vectors_that_cannot_be_had_are_explained(setting, expected, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError, match=expected):
        models.load_vectors(_vectors(setting))


def test_a_damaged_folder_of_vectors_is_explained(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelError, match="cannot be loaded"):
        models.load_vectors(_vectors(f"model2vec:{tmp_path}"))


class FakeTransformer:
    """What TransformerVectors uses of sentence_transformers, with the texts it was handed."""

    def __init__(self, source, device):
        self.texts = []

    def encode(self, texts, batch_size, show_progress_bar):
        self.texts += texts
        return np.array([[len(text), 1.0] for text in texts])

    def get_sentence_embedding_dimension(self):
        return 2


@pytest.fixture
def transformers(monkeypatch):
    module = type(models)("sentence_transformers")
    module.SentenceTransformer = FakeTransformer
    monkeypatch.setitem(__import__("sys").modules, "sentence_transformers", module)


@pytest.mark.parametrize(
    ("name", "prefix", "expected"),
    [("e5-small-trm-nl", None, "query: Wie?"), ("MiniLM", None, "Wie?"), ("e5-small-trm-nl", "", "Wie?")],
)
def test_a_transformer_gets_the_prefix_it_asks_for(transformers, name, prefix, expected):
    settings = _vectors(f"sentence-transformers:{name}").model_copy(update={"prefix": prefix})
    encoder = models.load_vectors(settings)
    assert np.allclose(np.linalg.norm(encoder.encode(["Wie?"]), axis=1), 1)
    assert encoder._model.texts == [expected]
    assert encoder.encode([]).shape == (0, 2)


def test_a_missing_library_is_explained(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "sentence_transformers", None)
    with pytest.raises(ModelError, match=r"opdenk\[transformers\]"):
        models.load_vectors(_vectors("sentence-transformers:MiniLM"))


@pytest.mark.parametrize("name", ["nl_geen_model", "../models", ""])
def test_a_language_model_that_is_not_installed_is_named(name):
    with pytest.raises(ModelError, match="not installed"):
        models.load_language_model(name)


def _package(folder, monkeypatch, nlp, name, **meta):
    """Make an importable package of a pipeline, as spaCy does."""
    nlp.meta.update(meta)
    package = folder / name
    package.mkdir()
    nlp.to_disk(package / "data")
    written = json.loads((package / "data" / "meta.json").read_text())
    (package / "data" / "meta.json").write_text(json.dumps(written | meta))
    (package / "__init__.py").write_text(
        "from pathlib import Path\nfrom spacy.util import load_model_from_path\n"
        "def load(**overrides):\n    return load_model_from_path(Path(__file__).parent / 'data', **overrides)\n"
    )
    monkeypatch.syspath_prepend(str(folder))
    return name


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Install a small pipeline under a name, as if pip had done it."""

    def install(name, nlp, **meta):
        _package(tmp_path, monkeypatch, nlp, name, **meta)
        monkeypatch.setattr("spacy.util.is_package", lambda given: given == name)
        return name

    return install


def test_a_model_of_another_language_is_refused(installed):
    with pytest.raises(ModelError, match="not for Dutch"):
        models.load_language_model(installed("en_klein", spacy.blank("en")))


def test_a_model_without_a_parser_is_refused_with_the_reason(installed):
    with pytest.raises(ModelError, match="dependency parse"):
        models.load_language_model(installed("nl_kaal", spacy.blank("nl")))


def test_a_model_of_another_spacy_is_refused(installed):
    with pytest.raises(ModelError, match="made for spaCy"):
        models.load_language_model(installed("nl_oud", spacy.blank("nl"), spacy_version=">=2.0,<2.1"))


def test_auto_takes_the_hub_model_when_it_is_installed(monkeypatch):
    real = models.importlib.util.find_spec
    monkeypatch.setattr(
        models.importlib.util, "find_spec", lambda name: real("json" if name == "nl_core_news_sm" else name)
    )
    assert models._language_model_name("auto") == "nl_core_news_sm"


def test_auto_takes_the_bundled_model_otherwise(monkeypatch):
    real = models.importlib.util.find_spec
    monkeypatch.setattr(
        models.importlib.util, "find_spec", lambda name: None if name == "nl_core_news_sm" else real(name)
    )
    assert models.language_model_version("auto").startswith("nl_opdenk_sm ")
