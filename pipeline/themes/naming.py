"""Give themes a short Dutch name that a person might have given, and that tells them apart."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from pipeline.text.noun_phrases import MAX_WORDS, NounPhrase, noun_phrases

COMPLEMENT = 0.5  # weight of what stands after a preposition, against the noun before it
ADJECTIVE = 0.5  # weight of the words before a noun, against the noun
PAIRED = 0.8  # worth of "x en y" against a phrase that people used
N_PAIRED = 4  # best short phrases that are tried in pairs
MIN_PREFIX = 0.6  # share of a word that it must have in common with its lemma


@dataclass(frozen=True)
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
        candidates = (name for name in _candidates(wordings, weight) if name.lower() not in taken)
        names.append(next(candidates))
    return names


def _candidates(wordings: Sequence[Wording], weight: Mapping[str, float]) -> Iterator[str]:
    scored: dict[str, float] = {}
    for wording in wordings:
        for phrase in noun_phrases(wording.text, wording.chunks):
            worth = _worth(phrase, wording.lemmas, weight)
            scored[phrase.text] = max(worth, scored.get(phrase.text, 0.0))
    best = sorted(scored, key=lambda text: (-scored[text], text))
    pairs = _pairs([text for text in best if len(text.split()) <= 2][:N_PAIRED], scored)
    longer = {text: worth for text, worth in scored.items() if len(text.split()) >= 2} | pairs
    yield from sorted(longer, key=lambda text: (-longer[text], text))
    yield from (f"vragen over {text}" for text in best)
    for wording in wordings:
        opening = " ".join(wording.text.split()[:MAX_WORDS]).rstrip(" ?.,:;!")
        yield opening
    yield from (f"{opening} ({number})" for number in range(2, 1 << 30))


def _worth(phrase: NounPhrase, lemmas: Sequence[str], weight: Mapping[str, float]) -> float:
    worth = 0.0
    for depth, chunk in enumerate(phrase.chunks):
        *before, noun = (weight.get(_lemma(word, lemmas), 0.0) for word in chunk.split())
        worth += COMPLEMENT**depth * (noun + ADJECTIVE * max(before, default=0.0))
    return worth


def _pairs(texts: Sequence[str], scored: Mapping[str, float]) -> dict[str, float]:
    return {
        f"{one} en {other}": PAIRED * (scored[one] + COMPLEMENT * scored[other])
        for one, other in combinations(texts, 2)
        if not set(one.lower().split()) & set(other.lower().split())
    }


def _lemma(word: str, lemmas: Sequence[str]) -> str:
    """The lemma that a word as written goes back to: the one that begins like it."""
    word = word.lower()
    best = max(lemmas, key=lambda lemma: _common(word, lemma), default="")
    return best if _common(word, best) >= MIN_PREFIX * len(word) else word


def _common(one: str, other: str) -> int:
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
