"""Dutch words by how common they are: the vocabulary of the bundled vectors, which is listed in that order."""

import json
from collections.abc import Mapping

from pipeline.errors import ModelError
from pipeline.models import BUNDLED_VECTORS


def load_word_ranks() -> Mapping[str, int]:
    """Rank of every word, most common first, from 1; lower case and without accents.

    Raises:
        ModelError: the vocabulary of the bundled vectors is missing or damaged.
    """
    path = BUNDLED_VECTORS / "tokenizer.json"
    try:
        vocabulary = json.loads(path.read_text(encoding="utf-8"))["model"]["vocab"]
        words = (piece.removeprefix("_") for piece, _ in vocabulary if piece.startswith("_"))
        return {word: rank for rank, word in enumerate(words, start=1)}
    except (OSError, ValueError, KeyError, TypeError):
        raise ModelError(
            f"The word list in {path} cannot be read.", hint="restore models/vectors from the repository."
        ) from None
