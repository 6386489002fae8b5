"""Which Dutch words there are and how common they are; read only when a text needs it."""

from collections.abc import Callable, Mapping
from functools import cached_property

ENDINGS = ("e", "n", "s", "en", "er", "ers", "t", "d", "de", "den", "te", "ten", "ën", "je", "jes", "ste", "'s")
LINKS = ("", "s", "en", "e")  # what Dutch puts between the parts of a compound
MAX_WORD = 45  # letters; longer ones are no words
MIN_PART = 4  # letters of a part of a compound or of a stem; shorter ones are found in any string
UNKNOWN = 1e9
INFLECTED, COMPOUND = 1e6, 2e6  # added to ranks: a listed word always wins, then an inflected one
MAX_SEARCHES = 200_000  # of words that are not listed, a document: damage beyond it is not mended


class Lexicon:
    """Dutch words by how common they are.

    Args:
        load: gives per word in lower case its rank, from 1 for the most common; called once, at first need.

    Attributes:
        restored: per damaged word that was looked for, the word that it was, if one was found.
    """

    def __init__(self, load: Callable[[], Mapping[str, int]]) -> None:
        self._load = load
        self._n_searches = 0
        self.restored: dict[str, str | None] = {}

    @cached_property
    def _ranks(self) -> Mapping[str, int]:
        return self._load()

    @property
    def is_spent(self) -> bool:
        """Whether so much was looked for that no more is."""
        return self._n_searches > MAX_SEARCHES

    def rank(self, word: str) -> float:
        """The rank of a listed word, or `UNKNOWN`."""
        return self._ranks.get(_key(word), UNKNOWN)

    def cost(self, word: str) -> float:
        """How unusual a word is: its rank, more if it is an inflected form or a compound, `UNKNOWN` if neither."""
        key = _key(word)
        rank = self._ranks.get(key)
        if rank is not None:
            return rank
        self._n_searches += 1
        if self.is_spent or len(key) > MAX_WORD:
            return UNKNOWN
        stem = self._stem(key)
        if stem is not None:
            return INFLECTED + stem
        parts = self._parts(key)
        return UNKNOWN if parts is None else COMPOUND + parts

    def _stem(self, word: str) -> int | None:
        found = [
            self._ranks[stem]
            for ending in ENDINGS
            if word.endswith(ending) and len(word) - len(ending) >= MIN_PART
            for stem in _stems(word.removesuffix(ending))
            if stem in self._ranks
        ]
        return min(found, default=None)

    def _parts(self, word: str) -> int | None:
        found = []
        for cut in range(MIN_PART, len(word) - MIN_PART + 1):
            heads = [
                self._ranks[head]
                for link in LINKS
                if word[:cut].endswith(link)
                and len(head := word[:cut].removesuffix(link)) >= MIN_PART
                and head in self._ranks
            ]
            if not heads:
                continue
            tail = self._ranks.get(word[cut:], self._stem(word[cut:]))
            if tail is not None:
                found.append(tail + min(heads))
        return min(found, default=None)


def _key(word: str) -> str:
    return word.lower().replace("’", "'").replace("‘", "'")


def _stems(bare: str) -> tuple[str, ...]:
    """Words that a bare stem can come from: schuif(t) -> schuiven."""
    voiced = bare[:-1] + {"f": "v", "s": "z"}.get(bare[-1], bare[-1])
    return bare, bare + "en", voiced + "en"
