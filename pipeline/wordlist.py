"""Dutch words by how common they are, from the list that travels with the project (models/words)."""

import gzip
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pipeline.errors import ModelError

WORDS = Path(__file__).resolve().parent.parent / "models" / "words" / "nl.txt.gz"


@cache
def load_word_ranks() -> Mapping[str, int]:
    """Rank of every Dutch word in lower case, from 1 for the most common; words of unknown rank share the last.

    Loaded once a process, as two stages may ask for it.

    Raises:
        ModelError: the word list is missing or damaged.
    """
    try:
        count, *words = gzip.decompress(WORDS.read_bytes()).decode("utf-8").split()
        last = int(count)
    except (OSError, ValueError, EOFError):
        raise ModelError(
            f"The word list {WORDS} cannot be read.", hint="restore it, or run models/words/make.py."
        ) from None
    return {word: min(rank, last) for rank, word in enumerate(words, start=1)}
