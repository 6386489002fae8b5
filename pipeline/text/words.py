"""The words of a text as plain lists: spaCy's tokens are slow to ask one by one."""

from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from spacy.attrs import DEP, HEAD, IDX, LEMMA, LENGTH, LOWER, MORPH, POS

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
            self.first,
        )


def read_words(doc: Any) -> Words:  # noqa: ANN401  # spaCy has no stubs
    """List the words of a spaCy Doc."""
    strings = doc.vocab.strings
    name = _names(strings)
    columns = doc.to_array(ATTRIBUTES).T.tolist() if len(doc) else [[] for _ in ATTRIBUTES]
    lower, lemmas, tags, features, relations, heads, starts, lengths = columns
    return Words(
        lower=[name(value) for value in lower],
        lemmas=[name(value).lower() for value in lemmas],
        tags=[name(value) for value in tags],
        features=[name(value) for value in features],
        relations=[name(value) for value in relations],
        heads=[place + _signed(offset) for place, offset in enumerate(heads)],
        starts=starts,
        ends=[start + length for start, length in zip(starts, lengths, strict=True)],
    )


@lru_cache(maxsize=4)
def _names(strings: Any) -> Any:  # noqa: ANN401
    return lru_cache(maxsize=100_000)(lambda value: strings[value] if value else "")


def _signed(offset: int) -> int:
    return offset - (1 << 64) if offset >= 1 << 63 else offset
