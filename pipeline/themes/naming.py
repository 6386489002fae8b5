"""Give themes a short Dutch name that a person might have given, and that tells them apart."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, pairwise

import numpy as np

from pipeline.text.noun_phrases import LIGHT_NOUNS, MAX_WORDS, noun_phrases

COMPLEMENT = 0.5  # weight of what stands after a preposition or "en", against the noun before it
ADJECTIVE = 0.5  # weight of the words before a noun, against the noun
UNSHARED = 0.7  # worth of a phrase whose complement only one question speaks of, against one that more do
LIGHT = 0.3  # weight of a noun that names no subject by itself
PAIRED = 0.55  # worth of "x en y" against a phrase that somebody used
REPEATED = 0.35  # added to the worth of a phrase whenever twice as many questions use it
N_FEW = 4  # questions up to which a theme's name may speak of what only one of them does
N_PAIRED = 6  # best short phrases that are tried in pairs
MIN_PREFIX = 0.6  # share of a word that it must have in common with its lemma
UNINFLECTED = frozenset({"eigen", "open"})  # adjectives that never take an ending
_IRREGULAR = re.compile(r"[^\w\s&'’.-]")


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one question.

    Args:
        text: the question.
        lemmas: its content words.
        chunks: its noun chunks as written.
    """

    text: str
    lemmas: Sequence[str]
    chunks: Sequence[str]


@dataclass
class _Candidate:
    """A phrase that a theme could be named by: its worth in one question, what it is about, who uses it."""

    text: str
    worth: float
    lemmas: frozenset[str]
    is_regular: bool = True
    n_uses: int = 0

    @property
    def rank(self) -> tuple[float, str]:
        return -self.worth * (1 + REPEATED * float(np.log2(max(1, self.n_uses)))), self.text


def name_themes(themes: Sequence[Sequence[Wording]], weights: Sequence[Mapping[str, float]]) -> list[str]:
    """Name themes, each by a noun phrase from its own questions, no two alike.

    Args:
        themes: per theme, its questions, the most central first. Earlier themes choose first.
        weights: per theme, how telling each lemma is for it (c-TF-IDF).

    Returns:
        Names of 2 to 6 words where the questions allow it.
    """
    names: list[str] = []
    for wordings, weight in zip(themes, weights, strict=True):
        taken = {name.lower() for name in names}
        names.append(next(name for name in _names(wordings, weight) if name.lower() not in taken))
    return names


def _names(wordings: Sequence[Wording], weight: Mapping[str, float]) -> Iterator[str]:
    """Names for a theme, the best first, without end."""
    n_holding = Counter(lemma for wording in wordings for lemma in set(wording.lemmas))
    shared = {lemma: weight.get(lemma, 0.0) * float(np.log2(1 + count)) for lemma, count in n_holding.items()}
    found = sorted(_candidates(wordings, shared, n_holding), key=lambda candidate: candidate.rank)
    short = [candidate for candidate in found if len(candidate.text.split()) <= 2][:N_PAIRED]
    long = [candidate for candidate in found if len(candidate.text.split()) >= 2]
    yield from (candidate.text for candidate in sorted([*long, *_pairs(short)], key=lambda candidate: candidate.rank))
    yield from (f"vragen over {candidate.text}" for candidate in found)
    openings = [" ".join(wording.text.split()[:MAX_WORDS]).rstrip(" ?.,:;!") for wording in wordings]
    yield from openings
    number = 2
    while True:
        yield f"{openings[0]} ({number})"
        number += 1


def _candidates(
    wordings: Sequence[Wording], weight: Mapping[str, float], n_holding: Mapping[str, int]
) -> list[_Candidate]:
    often = 2 if len(wordings) > N_FEW else 1
    found: dict[str, _Candidate] = {}
    for wording in wordings:
        used = {}
        for phrase in noun_phrases(wording.text, wording.chunks):
            lemmas = [[_lemma(word, wording.lemmas) for word in chunk.split()] for chunk in phrase.chunks]
            if not _IRREGULAR.search(phrase.text) and not any(chunk[-1] in LIGHT_NOUNS for chunk in lemmas[1:]):
                used[phrase.text.replace("’", "'").lower()] = phrase, lemmas
        for key, (phrase, lemmas) in used.items():
            is_regular = all(map(_is_modified_noun, phrase.chunks))
            is_shared = all(n_holding[chunk[-1]] >= often for chunk in lemmas[1:])
            worth = _worth(lemmas, weight) * (1 if is_shared else UNSHARED)
            new = _Candidate(phrase.text, worth, frozenset(chain(*lemmas)), is_regular)
            candidate = found.setdefault(key, new)
            candidate.worth = max(candidate.worth, new.worth)
            candidate.n_uses += 1
    return [candidate for candidate in found.values() if candidate.is_regular or candidate.n_uses > 1]


def _is_modified_noun(chunk: str) -> bool:
    """Whether a chunk is a noun after inflected adjectives, or beside a name ("partnerschap SO&P").

    Two words without an ending ("regio straks", "peer review") may be a slip of the parser or a fixed phrase.
    """
    words = chunk.split()
    return all(word.endswith("e") or word in UNINFLECTED or after[:1].isupper() for word, after in pairwise(words))


def _worth(chunks: Sequence[Sequence[str]], weight: Mapping[str, float]) -> float:
    worth, seen = 0.0, set[str]()
    for depth, chunk in enumerate(chunks):
        *before, noun = (0.0 if lemma in seen else weight.get(lemma, 0.0) for lemma in chunk)
        light = LIGHT if chunk[-1] in LIGHT_NOUNS else 1.0
        worth += COMPLEMENT**depth * light * (noun + ADJECTIVE * max(before, default=0.0))
        seen.update(chunk)
    return worth


def _pairs(candidates: Sequence[_Candidate]) -> Iterator[_Candidate]:
    for one, other in combinations(candidates, 2):
        if not any(part in whole or whole in part for part in one.lemmas for whole in other.lemmas):
            worth = PAIRED * (one.worth + COMPLEMENT * other.worth)
            yield _Candidate(f"{one.text} en {other.text}", worth, one.lemmas | other.lemmas)


def _lemma(word: str, lemmas: Sequence[str]) -> str:
    """The lemma that a word as written goes back to: the one that begins like it."""
    word = word.lower().replace("’", "'")
    best = max(lemmas, key=lambda lemma: _common(word, lemma) - len(lemma) / 100, default="")
    return best if _common(word, best) >= MIN_PREFIX * len(word) else word


def _common(one: str, other: str) -> int:
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
