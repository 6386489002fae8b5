"""Which Dutch words there are and how common they are, read only when a text needs it."""

import unicodedata
from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache

ENDINGS = ("e", "n", "s", "en", "er", "ers", "t", "d", "de", "den", "te", "ten", "ën", "je", "jes", "st", "ste")
LINKS = ("", "s", "en", "e", "-")  # what Dutch puts between the parts of a compound
MIN_PART = 4  # letters of a part of a compound; shorter ones are found in any string
UNKNOWN = 1e9
PENALTY_ENDING, PENALTY_COMPOUND = 1e5, 1e6  # above any rank: a listed word always wins


class Lexicon:
    """Ranks of Dutch words by how common they are; accents and case do not count.

    Args:
        load: gives per word, lower case and without accents, its rank from 1; called once, at first need.
    """

    def __init__(self, load: Callable[[], Mapping[str, int]]) -> None:
        self._load = load

    @cached_property
    def _ranks(self) -> Mapping[str, int]:
        return self._load()

    def __contains__(self, word: str) -> bool:
        return fold(word) in self._ranks

    def cost(self, word: str) -> float:
        """How unusual a word is: its rank, more for an inflected or compound word, `UNKNOWN` for none at all."""
        folded = fold(word)
        rank = self._ranks.get(folded)
        if rank is not None:
            return rank
        stem = self._stem(folded)
        if stem is not None:
            return PENALTY_ENDING + stem
        parts = self._parts(folded)
        return UNKNOWN if parts is None else PENALTY_COMPOUND + parts

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
            tail = self._ranks.get(word[cut:], self._stem(word[cut:]))
            heads = [
                self._ranks[head]
                for link in LINKS
                if word[:cut].endswith(link)
                and len(head := word[:cut].removesuffix(link)) >= MIN_PART
                and head in self._ranks
            ]
            if tail is not None and heads:
                found.append(tail + min(heads))
        return min(found, default=None)


def _stems(bare: str) -> tuple[str, ...]:
    """Words that a bare stem can come from: schuif(t) -> schuiven."""
    voiced = bare[:-1] + {"f": "v", "s": "z"}.get(bare[-1], bare[-1])
    return bare, bare + "en", bare + "n", voiced + "en"


@lru_cache(maxsize=10_000)
def fold(word: str) -> str:
    """A word in lower case without accents and apostrophes."""
    plain = unicodedata.normalize("NFKD", word.lower())
    return "".join(c for c in plain if not unicodedata.combining(c) and c not in "'’‘")
