"""The words of a text as plain tuples: spaCy's tokens are slow to ask one by one, and lists to keep in great number."""

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
    """Words of a text or sentence; every tuple has one entry a word.

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

    lower: tuple[str, ...]
    lemmas: tuple[str, ...]
    tags: tuple[str, ...]
    features: tuple[str, ...]
    relations: tuple[str, ...]
    heads: tuple[int, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    finite: tuple[bool, ...]
    asks: tuple[bool, ...]
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
    """Take the words from a spaCy Doc."""
    if not len(doc):
        return Words((), (), (), (), (), (), (), (), (), ())
    read = _reader(doc.vocab.strings)
    columns = doc.to_array(ATTRIBUTES).T.tolist()
    heads, starts, lengths = columns[-3:]
    lower, lemmas, tags, features, relations, finite, asks = zip(*map(read, *columns[:-3]), strict=True)
    return Words(
        lower=lower,
        lemmas=lemmas,
        tags=tags,
        features=features,
        relations=relations,
        heads=tuple(place + _signed(offset) for place, offset in enumerate(heads)),
        starts=tuple(starts),
        ends=tuple(start + length for start, length in zip(starts, lengths, strict=True)),
        finite=finite,
        asks=asks,
    )


@lru_cache(maxsize=4)
def _reader(strings: Any) -> Any:  # noqa: ANN401
    """Make what turns the numbers of a word into its entries; words come back often and are kept."""

    @lru_cache(maxsize=200_000)
    def read(*numbers: int) -> tuple[str, str, str, str, str, bool, bool]:
        lower, lemma, tag, features, relation = (strings[number] if number else "" for number in numbers)
        return lower, lemma.lower(), tag, features, relation, _is_finite(lower, tag, features), _asks(lower)

    return read


def _is_finite(word: str, tag: str, features: str) -> bool:
    """Whether a word is a finite verb; abbreviations and long words in -ende are none, whatever the tagger says."""
    if not word.replace("'", "").replace("’", "").isalpha() or (word.endswith("ende") and len(word) > MAX_PAST_TENSE):
        return False
    return "VerbForm=Fin" in features or (word in SINGULAR_FINITE and tag in ("VERB", "AUX"))


def _asks(word: str) -> bool:
    return QUESTION_WORD.fullmatch(word) is not None


def _signed(offset: int) -> int:
    return offset - (1 << 64) if offset >= 1 << 63 else offset
