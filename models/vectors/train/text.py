"""What counts as a word, and the reading of the data files."""

import gzip
import re
import unicodedata
from pathlib import Path

import numpy as np
import numpy.typing as npt


def listed(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


TOKEN = re.compile(r"[a-z]+|[0-9]+")
FUNCTION_WORDS = {
    "nl": "de het een en van in op te dat die is zijn wordt worden voor met aan door niet of als bij deze dit er ook "
    "tot uit over naar om maar heeft kan hun geen welke tussen ieder elke andere indien zal zullen",
    "en": "the of and to in is that for with by be or as on this are from at which not have shall it an any such "
    "other may been has if will each between their",
    "fr": "le la les des du et est que dans pour par sur une qui aux au ne pas ou ce cette sont à être il leur",
    "de": "der die das und den des dem ist zu mit von für auf ein eine im nicht werden sich oder als bei nach wird "
    "zur zum",
}
LANGUAGE_WORDS = {language: listed(words) for language, words in FUNCTION_WORDS.items()}


def fold(text: str) -> str:
    """Lower case without accents and apostrophes: financiën -> financien, regio's -> regios."""
    plain = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return plain.replace("’", "").replace("‘", "").replace("ß", "ss").replace("'", "")


def words(text: str) -> list[str]:
    """The folded words of a text; every number becomes "0"."""
    return [word if word.isalpha() else "0" for word in TOKEN.findall(fold(text))]


def language(text: str) -> str | None:
    """Language of a text by its function words: nl, en, fr or de."""
    found = re.findall(r"[a-zà-ÿ]+", text.lower())
    counts = {name: sum(word in listed for word in found) for name, listed in LANGUAGE_WORDS.items()}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else None


def read_pairs(path: Path) -> list[tuple[str, str, str]]:
    """Source, Dutch and English of every sentence pair."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    return [(source, dutch, english) for source, dutch, english in rows[1:]]


def to_bytes(names: list[str]) -> npt.NDArray[np.uint8]:
    """Words as an array that a .npz file can hold."""
    return np.frombuffer("\n".join(names).encode(), np.uint8)


def to_words(data: npt.NDArray[np.uint8]) -> list[str]:
    """What `to_bytes` was given."""
    return data.tobytes().decode().split("\n")
