import functools
from pathlib import Path

import pytest

from pipeline import config, readers
from pipeline.readers.reading import Source
from pipeline.text.lexicon import Lexicon
from pipeline.wordlist import load_word_ranks

FILES = Path(__file__).parent.parent / "data" / "raw" / "2024-06-11-gemengde-bestanden"
load = functools.cache(load_word_ranks)


@pytest.fixture
def read():
    """Read a file of the test data, or given bytes under a name, with limits overridden."""

    def _read(file, data=None, *, columns=None, people=(), **limits):
        if isinstance(data, str):
            data = data.encode()
        data = (FILES / file).read_bytes() if data is None else data
        settings = config.load().ingest.model_copy(update=limits)
        return readers.read(Source(file, data, settings, Lexicon(load), columns, people))

    return _read
