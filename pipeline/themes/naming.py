"""Give themes a short Dutch name that a person might have given, and that tells them apart."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, combinations, pairwise

import numpy as np

from pipeline.text.noun_phrases import LIGHT_NOUNS, MAX_WORDS, noun_phrases

COMPLEMENT = 0.5  # weight of what stands after a preposition or "en", against the noun before it
ADJECTIVE = 0.5  # weight of the words before a noun, against the noun
UNSHARED = 0.7  # worth of a phrase for each noun after the first, or adjective, that only one question holds
LIGHT = 0.3  # weight of a noun that names no subject by itself
PAIRED = 0.52  # worth of "x en y" against a phrase that somebody used
REPEATED = 0.35  # added to the worth of a phrase whenever twice as many questions use it
N_FEW = 4  # questions up to which a theme's name may speak of what only one of them does
N_PAIRED = 6  # best short phrases that are tried in pairs
CHANCE = 0.8  # of a question, taken off those that hold a lemma: what one says by chance tells little
MIN_SURPRISE, SURPRISE = 0.1, 1.2  # least log ratio, and its power: what all themes hold must not name any
MIN_PREFIX = 0.6  # share of a word that it must have in common with its lemma
# words that tell one from others, and not what it is
LIGHT_WORDS = frozenset(
    "ander andere bepaald bepaalde betreffende bijbehorende desbetreffende dergelijke diverse eerste een elk elke enig "
    "enige enkele genoemde hele huidige ieder iedere laatste meeste overige respectieve sommige tweede vele verdere "
    "verschillende volgende vorige zulke derde vierde vijfde nieuwe".split()
)
UNINFLECTED = frozenset({"eigen", "open"})  # adjectives that never take an ending
_ENDING = re.compile(r"(?:en|e|'?s)$")
_DOUBLE = re.compile(r"([a-z])\1")
_QUOTES = r"(?<!\w)['’](?![st]\b)|['’](?!\w)"  # not those of 's and regio's
_IRREGULAR = re.compile(rf"[^\w\s,&'’.-]|{_QUOTES}")


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
        weights: per theme, how telling each lemma is for it, as `contrast` gives.

    Returns:
        Names of 2 to 6 words where the questions allow it.
    """
    names: dict[frozenset[str], str] = {}
    for wordings, weight in zip(themes, weights, strict=True):
        name = next(name for name in _names(wordings, weight) if _subject(name) not in names)
        names[_subject(name)] = name
    return list(names.values())


def _subject(name: str) -> frozenset[str]:
    """What two names have in common that a reader would not tell apart ("regio's", "andere regio's")."""
    words = name.lower().replace("’", "'").split()
    return frozenset(_stem(word) for word in words if word not in LIGHT_WORDS) or frozenset(words)


def contrast(themes: Sequence[Sequence[Wording]]) -> list[dict[str, float]]:
    """Tell how telling each lemma is for each theme: held by many of its questions, and by few of the others.

    Returns:
        Per theme, by lemma, its part in the Kullback-Leibler divergence of the theme from the others.
    """
    counts = [_n_holding(wordings) for wordings in themes]
    everywhere, n_questions = Counter[str](), sum(map(len, themes))
    for held in counts:
        everywhere.update(held)
    return [
        {
            lemma: _divergence(count, len(wordings), everywhere[lemma] - count, n_questions - len(wordings))
            for lemma, count in held.items()
        }
        for held, wordings in zip(counts, themes, strict=True)
    ]


def _n_holding(wordings: Sequence[Wording]) -> Counter[str]:
    return Counter(lemma for wording in wordings for lemma in set(wording.lemmas))


def _divergence(count: int, n_questions: int, count_outside: int, n_outside: int) -> float:
    """Share of the questions that hold a lemma, times the log of how many times the share outside that is.

    What is taken off inside and added outside keeps what one question says by chance from telling much.
    """
    share = (count - CHANCE) / n_questions
    surprise = np.log(share * (n_outside + 2) / (count_outside + 1))
    return float(share * max(surprise, MIN_SURPRISE) ** SURPRISE)


def _names(wordings: Sequence[Wording], weight: Mapping[str, float]) -> Iterator[str]:
    """Names for a theme, the best first, without end."""
    found = sorted(_candidates(wordings, weight), key=lambda candidate: candidate.rank)
    short = _in_plural(candidate for candidate in found if len(candidate.text.split()) <= 2)[:N_PAIRED]
    long = [candidate for candidate in found if len(candidate.text.split()) >= 2]
    pairs = _pairs(short, _n_holding(wordings))
    yield from (candidate.text for candidate in sorted([*long, *pairs], key=lambda candidate: candidate.rank))
    yield from (f"vragen over {candidate.text}" for candidate in found)
    openings = [" ".join(wording.text.split()[:MAX_WORDS]).rstrip(" ?.,:;!") for wording in wordings]
    yield from openings
    number = 2
    while True:
        yield f"{openings[0]} ({number})"
        number += 1


def _candidates(wordings: Sequence[Wording], weight: Mapping[str, float]) -> list[_Candidate]:
    often, n_holding = 2 if len(wordings) > N_FEW else 1, _n_holding(wordings)
    found: dict[str, _Candidate] = {}
    for wording in wordings:
        used = {}
        for phrase in noun_phrases(wording.text, wording.chunks):
            lemmas = [[_lemma(word, wording.lemmas) for word in chunk.split()] for chunk in phrase.chunks]
            is_telling = not all(map(_is_light, " ".join(phrase.chunks).split(), chain(*lemmas)))
            is_whole = not _IRREGULAR.search(phrase.text) and not any(chunk[-1] in LIGHT_NOUNS for chunk in lemmas[1:])
            if is_telling and is_whole:
                used[phrase.text.replace("’", "'").lower()] = phrase, lemmas
        for key, (phrase, lemmas) in used.items():
            is_regular = all(map(_is_modified_noun, phrase.chunks))
            others = [*lemmas[0][:-1], *chain(*lemmas[1:])]
            n_unshared = sum(n_holding[lemma] < often for lemma in others)
            n_unshared += sum(word in LIGHT_WORDS for word in phrase.text.split())
            worth = _worth(lemmas, weight) * UNSHARED**n_unshared
            new = _Candidate(phrase.text, worth, frozenset(chain(*lemmas)), is_regular)
            candidate = found.setdefault(key, new)
            candidate.worth = max(candidate.worth, new.worth)
            candidate.n_uses += 1
    return [candidate for candidate in found.values() if candidate.is_regular or candidate.n_uses > 1]


def _is_light(word: str, lemma: str) -> bool:
    """Whether a word names no subject: "vorige", "week"."""
    return word in LIGHT_WORDS or lemma in LIGHT_NOUNS


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


def _in_plural(candidates: Iterable[_Candidate]) -> list[_Candidate]:
    """One candidate for all that are about the same: the longest, which is the plural and needs no article."""
    longest: dict[frozenset[str], _Candidate] = {}
    for candidate in candidates:
        known = longest.setdefault(candidate.lemmas, replace(candidate, n_uses=0))
        text = max(known.text, candidate.text, key=len)
        n_uses = known.n_uses + candidate.n_uses
        longest[candidate.lemmas] = replace(known, text=text, worth=max(known.worth, candidate.worth), n_uses=n_uses)
    return sorted(longest.values(), key=lambda candidate: candidate.rank)


def _pairs(candidates: Sequence[_Candidate], n_holding: Mapping[str, int]) -> Iterator[_Candidate]:
    """Two that nobody used together, joined: worth less for each that a single question speaks of."""
    named = [candidate for candidate in candidates if not candidate.lemmas & LIGHT_NOUNS]
    for one, other in combinations(named, 2):
        if not any(part in whole or whole in part for part in one.lemmas for whole in other.lemmas):
            n_unshared = sum(max(n_holding[lemma] for lemma in part.lemmas) < 2 for part in (one, other))
            worth = PAIRED * (one.worth + COMPLEMENT * other.worth) * UNSHARED**n_unshared
            yield _Candidate(f"{one.text} en {other.text}", worth, one.lemmas | other.lemmas)


def _lemma(word: str, lemmas: Sequence[str]) -> str:
    """The lemma that a word as written goes back to: the one with a stem that begins like its own."""
    word = word.lower().replace("’", "'")
    stem = _stem(word)
    best = max(lemmas, key=lambda lemma: _common(stem, _stem(lemma)) - len(lemma) / 100, default="")
    return best if _common(stem, _stem(best)) >= MIN_PREFIX * len(stem) else word


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    """A word without its ending, spelt as it is within longer words: "scholen" and "school", "brieven" and "brief"."""
    short = _ENDING.sub("", word) or word
    return _DOUBLE.sub(r"\1", short).replace("v", "f").replace("z", "s")


def _common(one: str, other: str) -> int:
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
