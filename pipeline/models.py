"""Load what was trained elsewhere: the language model and the sentence vectors."""

import hashlib
import importlib.metadata
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from pipeline.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

BUNDLED_LANGUAGE_MODEL = "nl_opdenk_sm"
HUB_LANGUAGE_MODEL = "nl_core_news_sm"
BUNDLED_VECTORS = Path(__file__).resolve().parent.parent / "models" / "vectors"

FloatArray = npt.NDArray[np.float32]


class Encoder(Protocol):
    """Turns texts into vectors."""

    name: str

    def encode(self, texts: "Sequence[str]") -> FloatArray:
        """Encode texts as a float32 array of shape (n_texts, n_dimensions), rows of length 1 or 0."""
        ...


def language_model_name(setting: str) -> str:
    """Name the spaCy package that a setting stands for, without loading it.

    Raises:
        ModelError: the package is not installed.
    """
    if setting == "auto":
        installed = importlib.util.find_spec(HUB_LANGUAGE_MODEL) is not None
        name = HUB_LANGUAGE_MODEL if installed else BUNDLED_LANGUAGE_MODEL
    else:
        name = BUNDLED_LANGUAGE_MODEL if setting == "bundled" else setting
    if importlib.util.find_spec(name) is None:
        raise ModelError(
            f"The language model '{name}' is not installed.",
            hint=f"run `python -m spacy download {name}`, or set language_model: bundled.",
        )
    return name


def language_model_version(setting: str) -> str:
    """Name and version of the language model that a setting stands for, such as `nl_opdenk_sm 0.2.0`."""
    name = language_model_name(setting)
    return f"{name} {importlib.metadata.version(name)}"


def load_language_model(setting: str) -> Any:  # noqa: ANN401  # spaCy has no stubs
    """Load the spaCy pipeline that a setting stands for.

    Raises:
        ModelError: it is not installed, was made for another version of spaCy, is not Dutch, or lacks a
            parser, lemmas or parts of speech.
    """
    import spacy

    name = language_model_name(setting)
    try:
        nlp = spacy.load(name)
    except (OSError, ValueError, ImportError) as error:
        raise ModelError(f"The language model '{name}' cannot be loaded: {error}", hint="install it anew.") from None
    if nlp.lang != "nl":
        raise ModelError(f"The language model '{name}' is for '{nlp.lang}', not for Dutch.", hint="choose another.")
    return nlp


def vectors_version(setting: str) -> str:
    """Name and version of the vectors that a setting stands for, without loading them."""
    if setting != "bundled":
        return setting
    digest = hashlib.sha256((BUNDLED_VECTORS / "config.json").read_bytes()).hexdigest()[:8]
    return f"opdenk-vectors-nl {digest}"


class StaticVectors:
    """Sentence vectors by adding up word vectors (model2vec); fast, small, blind to word order."""

    def __init__(self, folder: str | Path, *, name: str) -> None:
        from model2vec import StaticModel

        self.name = name
        self._model = StaticModel.from_pretrained(folder)

    def encode(self, texts: "Sequence[str]") -> FloatArray:
        """Encode texts; one without a known word gets the zero vector."""
        if not len(texts):
            return np.zeros((0, self._model.dim), dtype=np.float32)
        vectors = np.asarray(self._model.encode(list(texts)), dtype=np.float32)
        return np.nan_to_num(vectors)


def load_vectors(setting: str) -> Encoder:
    """Load the sentence vectors that a setting stands for.

    Raises:
        ModelError: they are missing or cannot be loaded.
    """
    if setting == "bundled":
        return StaticVectors(BUNDLED_VECTORS, name="opdenk-vectors-nl")
    raise ModelError(
        f"Unknown vectors '{setting}'.", hint="use bundled, model2vec:<folder> or sentence-transformers:<name>."
    )
