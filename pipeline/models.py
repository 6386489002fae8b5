"""Load what was trained elsewhere: the Dutch language model and the sentence vectors.

What is bundled in models/ is checked against its checksums. Models from a hub are for those who have a network; the
message says so when one cannot be reached.
"""

import hashlib
import importlib.metadata
import importlib.util
import json
import warnings
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from pipeline.config import VectorSettings
from pipeline.errors import ModelError
from pipeline.text.scorer import Scorer

MODELS = Path(__file__).resolve().parent.parent / "models"
BUNDLED_VECTORS = MODELS / "vectors"
BUNDLED_LANGUAGE_MODEL = "nl_opdenk_sm"
HUB_LANGUAGE_MODEL = "nl_core_news_sm"
NEEDED_ANNOTATIONS = {
    "POS": "parts of speech",
    "LEMMA": "lemmas",
    "MORPH": "morphology",
    "DEP": "a dependency parse",
    "SENT_START": "sentence boundaries",
}
PROBE = "Wie betaalt de begeleiding?"
PREFIXES = {"e5": "query: "}  # what a family of models wants before every text, by a part of its name

FloatArray = npt.NDArray[np.float32]


class Encoder(Protocol):
    """Turns texts into vectors."""

    name: str

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Encode texts as a float32 array of shape (n_texts, n_dimensions).

        Rows have length 1; a text in which the model knows nothing has a row of zeros, never NaN.
        """
        ...


def language_model_version(setting: str) -> str:
    """Name and version of the language model that a setting stands for, such as `nl_opdenk_sm 0.2.0`.

    Args:
        setting: `auto` (nl_core_news_sm if it is installed, else the bundled model), `bundled`, or the name of
            an installed spaCy model.

    Raises:
        ModelError: it is not installed.
    """
    name = _language_model_name(setting)
    return f"{name} {importlib.metadata.version(name)}"


def load_language_model(setting: str) -> Any:  # noqa: ANN401  # spaCy has no stubs
    """Load the spaCy pipeline that a setting stands for; `language_model_version` says what settings there are.

    Raises:
        ModelError: it is not installed, was made for another version of spaCy, is not Dutch, or does not give
            what the stages need.
    """
    import spacy
    from spacy.about import __version__ as spacy_version
    from spacy.util import is_compatible_version

    name = _language_model_name(setting)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # on the version of spaCy: checked below
            nlp = spacy.load(name)
    except (OSError, ValueError, ImportError, KeyError) as error:
        hint = "install it anew, or set language_model: bundled."
        raise ModelError(f"The language model '{name}' cannot be loaded: {error}", hint=hint) from None
    wanted = nlp.meta.get("spacy_version", "")
    if wanted and not is_compatible_version(spacy_version, wanted):
        message = f"The language model '{name}' was made for spaCy {wanted}; spaCy is {spacy_version}."
        raise ModelError(message, hint=f"run `python -m spacy download {name}`, or set language_model: bundled.")
    if nlp.lang != "nl":
        message = f"The language model '{name}' is for the language '{nlp.lang}', not for Dutch."
        raise ModelError(message, hint="choose a model whose name starts with nl_.")
    probe = nlp(PROBE)
    missing = [what for annotation, what in NEEDED_ANNOTATIONS.items() if not probe.has_annotation(annotation)]
    if missing:
        message = f"The language model '{name}' gives no {', no '.join(missing)}, which finding questions needs."
        raise ModelError(message, hint="set language_model: bundled, or nl_core_news_sm, _md or _lg.")
    return nlp


def dutch_vocab() -> Any:  # noqa: ANN401  # spaCy has no stubs
    """A spaCy Vocab for Dutch, to read kept documents into; a tenth of the time that a blank pipeline takes."""
    from spacy.lang.nl import Dutch
    from spacy.vocab import create_vocab

    return create_vocab(Dutch.lang, Dutch.Defaults)


def _language_model_name(setting: str) -> str:
    if setting == "auto":
        installed = importlib.util.find_spec(HUB_LANGUAGE_MODEL) is not None
        name = HUB_LANGUAGE_MODEL if installed else BUNDLED_LANGUAGE_MODEL
    else:
        name = BUNDLED_LANGUAGE_MODEL if setting == "bundled" else setting
    if not name.isidentifier() or importlib.util.find_spec(name) is None:
        hint = f"run `python -m spacy download {name}` (needs a network), or set language_model: bundled."
        raise ModelError(f"The language model '{name}' is not installed.", hint=hint)
    return name


def vectors_version(settings: VectorSettings) -> str:
    """Name and version of the vectors that a setting stands for, without loading them.

    Raises:
        ModelError: the setting names no known kind of vectors, or the bundled ones are missing.
    """
    kind, name = _kind_and_name(settings.model)
    if kind != "bundled":
        return f"{kind}:{Path(name).name}{'' if settings.prefix is None else f' prefix={settings.prefix!r}'}"
    return _bundled_vectors_version()


def _bundled_vectors_version() -> str:
    digest = hashlib.sha256("".join(_checksums("vectors").values()).encode()).hexdigest()
    return f"opdenk-vectors-nl {digest[:8]}"


def load_vectors(settings: VectorSettings) -> Encoder:
    """Load the vectors that a setting stands for.

    Raises:
        ModelError: a file is missing or not as it was made, a library is not installed, or a hub cannot be
            reached.
    """
    kind, name = _kind_and_name(settings.model)
    if kind == "bundled":
        return _bundled_vectors()
    if kind == "model2vec":
        return StaticVectors(name, name=vectors_version(settings))
    return TransformerVectors(name, settings)


def load_scorer() -> Scorer:
    """Load the weights by which clauses are judged to be questions or concerns, and the vectors they read.

    Raises:
        ModelError: a file is missing or not as it was made.
    """
    _check_bundled("scorer")
    values = json.loads((MODELS / "scorer" / "scorer.json").read_text(encoding="utf-8"))
    return Scorer.from_json(values, encode=_bundled_vectors().encode)


def _bundled_vectors() -> "StaticVectors":
    _check_bundled("vectors")
    return _static_vectors(BUNDLED_VECTORS, _bundled_vectors_version())


@cache
def _static_vectors(folder: Path, name: str) -> "StaticVectors":
    return StaticVectors(folder, name=name)


def scorer_version() -> str:
    """Hash of the weights, without loading them."""
    return _checksums("scorer")["scorer/scorer.json"][:8]


def _kind_and_name(setting: str) -> tuple[str, str]:
    kind, _, name = setting.partition(":")
    if setting == "bundled" or (kind in ("model2vec", "sentence-transformers") and name):
        return kind, name
    hint = "use bundled, model2vec:<folder or name>, or sentence-transformers:<folder or name>."
    raise ModelError(f"Unknown vectors '{setting}'.", hint=hint)


def _checksums(folder: str) -> dict[str, str]:
    try:
        sums = json.loads((MODELS / "checksums.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        hint = "restore the folder models/ from the repository."
        raise ModelError(f"{MODELS / 'checksums.json'} is missing or damaged.", hint=hint) from None
    return {name: sha for name, sha in sums.items() if name.startswith(f"{folder}/")}


def _check_bundled(folder: str) -> None:
    for name, sha in _checksums(folder).items():
        path = MODELS / name
        if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != sha:
            what = "is not as it was made" if path.exists() else "is missing"
            raise ModelError(f"{path} {what}.", hint="restore the folder models/ from the repository.")


class StaticVectors:
    """Sentence vectors by adding up word vectors (model2vec): fast and small, blind to word order.

    Args:
        source: a folder, or a name on the Hugging Face hub.
        name: what the results call it.

    Raises:
        ModelError: it cannot be loaded.
    """

    def __init__(self, source: str | Path, *, name: str) -> None:
        from model2vec import StaticModel

        self.name = name
        try:
            self._model = StaticModel.from_pretrained(source)
        except Exception as error:
            raise _not_loaded(str(source), error) from None

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Encode texts as a float32 array of shape (n_texts, n_dimensions), rows of length 1 or 0."""
        if not len(texts):
            return np.zeros((0, self._model.dim), dtype=np.float32)
        return _unit(np.asarray(self._model.encode(list(texts)), dtype=np.float32))


class TransformerVectors:
    """Sentence vectors by a transformer (sentence-transformers): slower, sees word order; needs PyTorch.

    Args:
        source: a folder, or a name on the Hugging Face hub.
        settings: prefix (None: what the family of the model is known to want), batch size and device.

    Raises:
        ModelError: the library is not installed, or the model cannot be loaded.
    """

    def __init__(self, source: str, settings: VectorSettings) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError:
            hint = 'run `pip install "opdenk[transformers]"`.'
            raise ModelError("sentence-transformers is not installed.", hint=hint) from None
        self.name = vectors_version(settings)
        self._batch_size = settings.batch_size
        family = next((prefix for part, prefix in PREFIXES.items() if part in Path(source).name.lower()), "")
        self._prefix = family if settings.prefix is None else settings.prefix
        try:
            self._model = SentenceTransformer(source, device=settings.device)
        except Exception as error:
            raise _not_loaded(source, error) from None

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Encode texts as a float32 array of shape (n_texts, n_dimensions), rows of length 1 or 0."""
        prefixed = [self._prefix + text for text in texts]
        vectors = self._model.encode(prefixed, batch_size=self._batch_size, show_progress_bar=False)
        dimensions = self._model.get_sentence_embedding_dimension()
        return _unit(np.asarray(vectors, dtype=np.float32).reshape(len(prefixed), dimensions))


def _not_loaded(source: str, error: Exception) -> ModelError:
    """Libraries raise what they like when a model cannot be had; the user needs to know which of two it is."""
    if Path(source).exists():
        message = f"The vectors in {source} cannot be loaded: {error or type(error).__name__}."
        return ModelError(message, hint="is it a complete model folder of that kind?")
    message = f"There is no folder {source}, and the hub that may have vectors of that name cannot be reached."
    return ModelError(message, hint="check the name and the network, or set vectors.model: bundled.")


def _unit(vectors: FloatArray) -> FloatArray:
    vectors = np.nan_to_num(vectors)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: FloatArray = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return unit
