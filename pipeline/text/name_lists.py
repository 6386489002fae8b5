"""The lists behind the masking of names: which words are names, and how surely; and the words around names."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from importlib import resources

_LETTERS = str.maketrans("łŁıøØđĐ", "lLioOdD")  # letters that are no base letter with a mark


class Grade(IntEnum):
    """What it takes for a listed word to be read as a name."""

    NONE = 0  # not listed
    CUED = 1  # nearly always a word: needs another part of a name beside it, or a place where a name is due
    CAUTIOUS = 2  # a capital inside a sentence; at its start only as one who speaks (`Storm vindt`)
    WORD = 3  # the same, or any finite verb after it at the start (`Roos heeft`): a noun has an article there
    STRONG = 4  # no Dutch word


_GIVEN = {
    "given": Grade.STRONG,
    "given_word": Grade.WORD,
    "given_cautious": Grade.CAUTIOUS,
    "given_cued": Grade.CUED,
}
_SURNAME = {"surname": Grade.STRONG, "surname_cautious": Grade.CAUTIOUS, "surname_cued": Grade.CUED}


@dataclass(frozen=True)
class NameLists:
    """Names and the words around them.

    Args:
        given: per key of a given name, how sure it is.
        surname: per key of a surname without particles, how sure it is.
        words: per section of the list, the keys in it (`title`, `speech`, `org_before`, …).
        sections: the same the other way round: per key, the sections it is in.
        spellings: the names as people write them.
    """

    given: Mapping[str, Grade]
    surname: Mapping[str, Grade]
    words: Mapping[str, frozenset[str]]
    sections: Mapping[str, frozenset[str]]
    spellings: frozenset[str]

    def endings(self, section: str) -> tuple[str, ...]:
        """A section that lists endings, in the form that `str.endswith` takes."""
        return tuple(sorted(self.words[section]))


def key(word: str) -> str:
    """Fold case and accents: `José`, `Jose` and `JOSÉ` are one name."""
    return plain(word).lower()


def plain(word: str) -> str:
    """Take the accents off: `Çelik` becomes `Celik`."""
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFKD", word.translate(_LETTERS))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


@cache
def name_lists() -> NameLists:
    """Read names.txt, once."""
    sections: dict[str, list[str]] = {}
    words: list[str] = []
    for line in resources.files("pipeline.text").joinpath("names.txt").read_text(encoding="utf-8").splitlines():
        content = line.partition("#")[0].strip()
        if content.startswith("["):
            words = sections.setdefault(content.strip("[]"), [])
        else:
            words.extend(content.split())
    names = {section: sections.pop(section) for section in (*_GIVEN, *_SURNAME)}
    keys = {section: frozenset(map(key, listed)) for section, listed in sections.items()}
    return NameLists(
        given={key(name): grade for section, grade in _GIVEN.items() for name in names[section]},
        surname={key(name): grade for section, grade in _SURNAME.items() for name in names[section]},
        words=keys,
        sections=_inverted(keys),
        spellings=frozenset(name for listed in names.values() for name in listed),
    )


def _inverted(keys: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for section, words in keys.items():
        for word in words:
            found.setdefault(word, set()).add(section)
    return {word: frozenset(sections) for word, sections in found.items()}
