"""The words of a text as plain lists: spaCy's tokens are slow to ask one by one."""

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from spacy.attrs import DEP, HEAD, IDX, LEMMA, LENGTH, LOWER, MORPH, POS

SINGULAR_FINITE = frozenset(
    "is was heeft had kan kon mag mocht wil wilde wou zal zou moet moest gaat ging wordt werd blijft komt kwam doet "
    "deed ziet weet wist staat stond ligt lag zit zat hoeft lijkt blijkt geldt krijgt kreeg bestaat valt klopt".split()
)
QUESTION_WORD = re.compile(
    r"wie|wiens|wat|welke?|waar|waar(?:aan|achter|bij|binnen|door|heen|in|langs|mee|na|naar|naast|om|onder|op|over"
    r"|tegen|toe|tussen|uit|van|vandaan|voor)|wanneer|hoe|hoeveel|hoelang|hoever|hoeverre|hoevaak|hoezo|vanwaar"
)
MAX_PAST_TENSE = 9  # letters of a past tense in -ende ("kende", "verdiende"); participles are longer ("verschillende")
ATTRIBUTES = [LOWER, LEMMA, POS, MORPH, DEP, HEAD, IDX, LENGTH]


@dataclass(frozen=True, slots=True)
class Words:
    """Words of a text or sentence; every list has one entry a word.

    Args:
        lower: the words as written, in lower case.
        lemmas: their lemmas, in lower case.
        tags: their universal part of speech, such as `NOUN`.
        features: their morphology, such as `Number=Sing|VerbForm=Fin`.
        relations: their dependency label, such as `nsubj`.
        heads: place of the word they depend on, in the whole text.
        starts: first code point in the text.
        ends: one past the last code point.
        finite: whether they are finite verbs.
        asks: whether they can open a question, main or dependent.
        first: place of the first word in the whole text.
    """

    lower: list[str]
    lemmas: list[str]
    tags: list[str]
    features: list[str]
    relations: list[str]
    heads: list[int]
    starts: list[int]
    ends: list[int]
    finite: list[bool]
    asks: list[bool]
    first: int = 0

    def __len__(self) -> int:
        return len(self.lower)

    def part(self, start: int, end: int) -> "Words":
        """The words from `start` up to `end`, counted from the first word of these."""
        return Words(
            self.lower[start:end],
            self.lemmas[start:end],
            self.tags[start:end],
            self.features[start:end],
            self.relations[start:end],
            self.heads[start:end],
            self.starts[start:end],
            self.ends[start:end],
            self.finite[start:end],
            self.asks[start:end],
            self.first + start,
        )

    def between(self, start: int, end: int) -> "Words":
        """The words whose first code point lies from `start` up to `end`."""
        return self.part(bisect_left(self.starts, start), bisect_left(self.starts, end))

    def joined(self, other: "Words") -> "Words":
        """These words with others behind them; heads of the others no longer point at them."""
        return Words(
            self.lower + other.lower,
            self.lemmas + other.lemmas,
            self.tags + other.tags,
            self.features + other.features,
            self.relations + other.relations,
            self.heads + other.heads,
            self.starts + other.starts,
            self.ends + other.ends,
            self.finite + other.finite,
            self.asks + other.asks,
            self.first,
        )


def read_words(doc: Any) -> Words:  # noqa: ANN401  # spaCy has no stubs
    """List the words of a spaCy Doc."""
    strings = doc.vocab.strings
    name = _names(strings)
    columns = doc.to_array(ATTRIBUTES).T.tolist() if len(doc) else [[] for _ in ATTRIBUTES]
    lower, lemmas, tags, features, relations, heads, starts, lengths = columns
    words = [name(value) for value in lower]
    parts_of_speech, morphology = [name(value) for value in tags], [name(value) for value in features]
    return Words(
        lower=words,
        lemmas=[name(value).lower() for value in lemmas],
        tags=parts_of_speech,
        features=morphology,
        relations=[name(value) for value in relations],
        heads=[place + _signed(offset) for place, offset in enumerate(heads)],
        starts=starts,
        ends=[start + length for start, length in zip(starts, lengths, strict=True)],
        finite=[_is_finite(*word) for word in zip(words, parts_of_speech, morphology, strict=True)],
        asks=[_asks(word) for word in words],
    )


@lru_cache(maxsize=100_000)
def _is_finite(word: str, tag: str, features: str) -> bool:
    """Whether a word is a finite verb; abbreviations and long words in -ende are none, whatever the tagger says."""
    if not word.replace("'", "").replace("’", "").isalpha() or (word.endswith("ende") and len(word) > MAX_PAST_TENSE):
        return False
    return "VerbForm=Fin" in features or (word in SINGULAR_FINITE and tag in ("VERB", "AUX"))


@lru_cache(maxsize=100_000)
def _asks(word: str) -> bool:
    return QUESTION_WORD.fullmatch(word) is not None


@lru_cache(maxsize=4)
def _names(strings: Any) -> Any:  # noqa: ANN401
    return lru_cache(maxsize=100_000)(lambda value: strings[value] if value else "")


def _signed(offset: int) -> int:
    return offset - (1 << 64) if offset >= 1 << 63 else offset
