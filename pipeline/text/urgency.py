"""Find words of urgency, doubt, time pressure and gravity in sentences, unless they are denied or weakened.

Works on the text as written, so that it needs no parse and also runs over segments in which nothing is asked.

References:
    Scope of negation by a window of words within the clause: Chapman et al. (2001), NegEx; for Dutch: Afzal et
    al. (2014), ContextD.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from pipeline.config import UrgencyCues, UrgencyGroup

MAX_GAP = 3  # words between two that may stand apart
WORDS_BEFORE = 6  # of a negation before its cue, in one clause
WORDS_AFTER = 6  # of a negation behind it
WORD = re.compile(r"\w+")
NO_GAP = r"(?:geen|niet|niemand|nooit|nauwelijks|weinig)\b"  # what a cue does not reach across
GAP = rf"(?:\s+(?!{NO_GAP})[^\s.;:!?,]+){{0,{MAX_GAP}}}?\s+"
CLAUSE_START = re.compile(r"[,;:.()!?–—…]|\b(?:en|maar|want|dus|omdat|terwijl|hoewel)\b", re.IGNORECASE)
CLAUSE_END = re.compile(
    r"[,;:.()!?–—…]|\b(?:en|maar|want|dus|omdat|terwijl|of|als|om)\b|(?<!\bis )(?<!\bzijn )\bdat\b", re.IGNORECASE
)

Span = tuple[int, int]


class Hit(NamedTuple):
    """A cue in a text.

    Args:
        group: the group it belongs to.
        cue: the cue as the configuration writes it.
        start: first code point.
        end: one past the last code point.
    """

    group: UrgencyGroup
    cue: str
    start: int
    end: int


class _Cue(NamedTuple):
    group: UrgencyGroup
    text: str
    pattern: re.Pattern[str]


class UrgencyFinder:
    """Finds the cues of urgency in texts; a text without any costs one look-up a word.

    Args:
        cues: section `urgency` of the cues.
    """

    def __init__(self, cues: UrgencyCues) -> None:
        self._exact: dict[str, list[_Cue]] = {}
        self._prefix: dict[str, list[_Cue]] = {}
        for group in cues.groups:
            for text in group.cues:
                self._add(_Cue(group, text, phrase_pattern([text])))
        self._lengths = sorted({len(prefix) for prefix in self._prefix})
        self._look_up = lru_cache(maxsize=200_000)(self._cues_of_word)
        self._negation = phrase_pattern([*cues.negations, *cues.hedges])
        self._later_negation = phrase_pattern(cues.later_negations)
        self._no_negation = phrase_pattern(cues.not_negations)

    def find(self, text: str, sentences: Sequence[Span]) -> list[list[Hit]]:
        """Find the cues that count, per sentence, from left to right; of cues that overlap the longest."""
        if not any(self._look_up(word) for word in WORD.findall(text.lower())):
            return [[] for _ in sentences]
        return [self._find_in_sentence(text[start:end], start) for start, end in sentences]

    def may_name_most(self, text: str) -> bool:
        """Whether a text holds a word of a cue that names the most urgent issues; cheap, and true too often."""
        return any(cue.group.names_most for word in WORD.findall(text.lower()) for cue in self._look_up(word))

    def _add(self, cue: _Cue) -> None:
        for option in _anchor(cue.text):
            table = self._prefix if option.endswith("*") else self._exact
            table.setdefault(WORD.findall(option.lower())[-1], []).append(cue)

    def _cues_of_word(self, word: str) -> tuple[_Cue, ...]:
        found = list(self._exact.get(word, ()))
        for length in self._lengths:
            found += self._prefix.get(word[:length], ()) if len(word) >= length else ()
        return tuple(found)

    def _find_in_sentence(self, sentence: str, offset: int) -> list[Hit]:
        candidates = {cue.text: cue for word in WORD.findall(sentence.lower()) for cue in self._look_up(word)}
        is_question = sentence.rstrip(" \"'”’)").endswith("?")
        found = [
            Hit(cue.group, cue.text, match.start(), match.end())
            for cue in candidates.values()
            for match in cue.pattern.finditer(sentence)
        ]
        return [
            hit._replace(start=hit.start + offset, end=hit.end + offset)
            for hit in _longest(found)
            if (hit.group.in_questions or not is_question) and not self._is_denied(sentence, hit)
        ]

    def _is_denied(self, sentence: str, hit: Hit) -> bool:
        before = _last_words(sentence[: hit.start])
        if self._negation.search(self._no_negation.sub(" ", before)):
            return True
        if hit.group.component != "stated":  # "the deadline we won't make" is no denial
            return False
        after = " ".join(CLAUSE_END.split(sentence[hit.end :], maxsplit=1)[0].split()[:WORDS_AFTER])
        return self._later_negation.search(self._no_negation.sub(" ", after)) is not None


def phrase_pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    """Compile phrases, written as configs/cues.yaml explains, to one pattern; no phrases match nothing."""
    options = "|".join(_phrase(phrase) for phrase in phrases)
    return re.compile(rf"(?<!\w)(?:{options})(?!\w)" if options else r"(?!)", re.IGNORECASE)


def _phrase(phrase: str) -> str:
    parts = phrase.split(" ")
    return GAP.join(r"\s+".join(_options(word) for word in part.split("_")) for part in parts)


def _options(word: str) -> str:
    return "(?:" + "|".join(re.escape(option).replace(r"\*", r"\w*") for option in word.split("|")) + ")"


def _anchor(phrase: str) -> list[str]:
    """The options of the word whose presence is checked first: the one with the longest shortest option."""
    words = re.split("[ _]", phrase)
    return max((word.split("|") for word in words), key=lambda options: min(map(len, options)))


def _longest(hits: list[Hit]) -> list[Hit]:
    """Of hits of one component that overlap, the longest; from left to right."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start - hit.end, -hit.group.strength, hit.start, hit.cue)):
        if not any(
            hit.group.component == other.group.component and hit.start < other.end and other.start < hit.end
            for other in kept
        ):
            kept.append(hit)
    return sorted(kept, key=lambda hit: (hit.start, hit.end, hit.group.name))


def _last_words(before: str) -> str:
    clause = CLAUSE_START.split(before)[-1]
    return " ".join(clause.split()[-WORDS_BEFORE:])
