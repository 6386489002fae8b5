import functools

import pytest

from pipeline.text.lexicon import Lexicon
from pipeline.wordlist import load_word_ranks

load = functools.cache(load_word_ranks)


@pytest.fixture
def lexicon():
    """A lexicon of its own for every test, over the word list that the project ships."""
    return Lexicon(load)
