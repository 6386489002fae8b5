"""Find the cues of configs/cues.yaml in a sentence."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from pipeline.config import CueGroup
from pipeline.text.words import Words

MAX_DISTANCE = 10  # words between the parts of a cue that may stand apart
MAX_MODIFIERS = 2  # words between two that are bound
MODIFIERS = frozenset({"ADJ", "ADV", "DET", "NUM"})
STRETCH_ENDS = frozenset(",;:.?!…()")
SCOPE_OPENERS = frozenset(
    "dat of om als omdat doordat zodat terwijl hoewel en maar want dus die toen voordat nadat totdat tenzij".split()
)
NEGATIONS = frozenset(
    "niet geen nooit niemand niets niks nergens nauwelijks amper zelden evenmin geeneen geenszins nie noch".split()
)
RELIEF = frozenset({"satisfied", "resolved"})  # groups of cues that say that there is no worry


class Hit(NamedTuple):
    """A cue that was found.

    Args:
        group: name of its group.
        role: role of its group.
        cue: the cue as it is written in the configuration.
        start: place of its first word in the sentence.
        end: one past its last word.
        negated: whether a negation outside the cue stands in its scope.
    """

    group: str
    role: str
    cue: str
    start: int
    end: int
    negated: bool


class _Cue(NamedTuple):
    number: int  # in the order of the configuration
    group: str
    role: str
    text: str
    phrases: tuple[tuple[str, ...], ...]
    tests: frozenset[str]
    denies: bool  # whether it is written with a negation
    particle: int  # place in `phrases` of the particle of a separable verb that stands apart; -1 if there is none


class CueFinder:
    """Finds cues; what a word can be part of is looked up once per word and kept.

    Args:
        groups: the groups of cues, in the order in which hits at one place are given.
    """

    def __init__(self, groups: Sequence[CueGroup]) -> None:
        self._by_test: dict[str, list[_Cue]] = {}
        tests: set[str] = set()
        written = ((group, text) for group in groups for text in group.cues)
        for number, (group, text) in enumerate(written):
            for phrases, particle in _variants(text):
                tests_of_cue = frozenset(chain(*phrases))
                denies = any(not NEGATIONS.isdisjoint(test.split("|")) for test in tests_of_cue)
                cue = _Cue(number, group.name, group.role, text, phrases, tests_of_cue, denies, particle)
                self._by_test.setdefault(_rarest(cue.tests), []).append(cue)
                tests |= cue.tests
        self._exact: dict[str, set[str]] = {}
        for test in tests:
            for word in test.split("|"):
                self._exact.setdefault(word, set()).add(test)
        self._endings = tuple(word[1:] for word in self._exact if word.startswith("-") and len(word) > 1)
        self._known = lru_cache(maxsize=200_000)(self._look_up)

    def _look_up(self, lower: str, lemma: str, tag: str) -> tuple[tuple[str, ...], tuple[_Cue, ...]]:
        """The tests that a word meets, and the cues that are looked for where it stands."""
        keys = [lower, lemma, tag, f"{lower}/{tag}", f"{lemma}/{tag}"]
        if tag in ("NOUN", "PROPN", "ADJ"):
            keys += [f"-{ending}" for ending in self._endings if lemma.endswith(ending)]
        tests = tuple(sorted({test for key in keys for test in self._exact.get(key, ())}))
        return tests, tuple(cue for test in tests for cue in self._by_test.get(test, ()))

    def find(self, words: Words) -> list[Hit]:
        """Find the cues in a sentence, by place; of several cues of one group at one place, the longest."""
        places: dict[str, list[int]] = {}
        near: list[_Cue] = []
        for place, (tests, cues) in enumerate(map(self._known, words.lower, words.lemmas, words.tags)):
            near += cues
            for test in tests:
                if test in places:
                    places[test].append(place)
                else:
                    places[test] = [place]
        candidates = [cue for cue in near if cue.tests <= places.keys()]
        if not candidates:
            return []
        candidates.sort(key=lambda cue: cue.number)
        scopes = scope_numbers(words)
        negations = [place for place, word in enumerate(words.lower) if word in NEGATIONS]
        hits: dict[tuple[str, int], Hit] = {}
        for cue in candidates:
            for start, end in _spans(cue, places, words, scopes):
                key = (cue.group, start)
                if key not in hits or hits[key].end < end:
                    hits[key] = Hit(
                        cue.group, cue.role, cue.text, start, end, _is_negated(cue, negations, scopes, start, end)
                    )
        found = sorted(hits.values(), key=lambda hit: (hit.start, hit.end, hit.group))
        return [hit for hit in found if not any(_takes_over(other, hit) for other in found)]


def _takes_over(hit: Hit, earlier: Hit) -> bool:
    """Whether a cue that is no worry goes on from the end of one that is: "heeft geen" in "heeft geen haast"."""
    shares_end = hit.start < earlier.end < hit.end and earlier.start < hit.start
    return shares_end and earlier.role == "concern" and hit.group in RELIEF


def _variants(text: str) -> Iterator[tuple[tuple[tuple[str, ...], ...], int]]:
    """The phrases of a cue; a separable verb gives two variants, joined and apart."""
    parts = [tuple(part.replace("+", "").split("_")) for part in text.split(" ")]
    yield tuple(parts), -1
    if "+" in text:
        loose = text.replace("_", " ").split(" ")
        place = next(place for place, part in enumerate(loose) if "+" in part)
        yield tuple((half,) for part in loose for half in part.split("+")), place


def _rarest(tests: Iterable[str]) -> str:
    """The test of a cue that is likely to meet the fewest words: a long word rather than `niet` or `ADJ`."""
    return max(tests, key=lambda test: (not test.isupper(), min(map(len, test.split("|"))), test))


def _spans(cue: _Cue, places: dict[str, list[int]], words: Words, scopes: list[int]) -> Iterator[tuple[int, int]]:
    options = [list(_phrase_spans(phrase, places, words)) for phrase in cue.phrases]
    if cue.particle >= 0:
        options[cue.particle] = [span for span in options[cue.particle] if _is_particle(words, span[0])]
    if not all(options):
        return
    for start, end in options[0]:
        lows, highs = [start], [end]
        for others in options[1:]:
            near = [
                (abs(low - start), low, high)
                for low, high in others
                if scopes[low] == scopes[start] and abs(low - start) <= MAX_DISTANCE and low != start
            ]
            if not near:
                break
            _, low, high = min(near)
            lows.append(low)
            highs.append(high)
        else:
            yield min(lows), max(highs)


def _is_particle(words: Words, place: int) -> bool:
    """Whether a word can be the loose half of a verb: no preposition with its noun behind it."""
    if words.tags[place] != "ADP" or words.relations[place] == "compound:prt":
        return True
    return place + 1 >= len(words) or words.tags[place + 1] not in ("DET", "NOUN", "PROPN", "PRON", "ADJ", "NUM")


def _phrase_spans(phrase: tuple[str, ...], places: dict[str, list[int]], words: Words) -> Iterator[tuple[int, int]]:
    for start in places.get(phrase[0], ()):
        end: int | None = start
        for test in phrase[1:]:
            end = _next_place(places.get(test, ()), words, end)
            if end is None:
                break
        if end is not None:
            yield start, end + 1


def _next_place(options: Sequence[int], words: Words, place: int | None) -> int | None:
    if place is None:
        return None
    for following in range(place + 1, min(place + 2 + MAX_MODIFIERS, len(words))):
        if following in options:
            return following
        if words.tags[following] not in MODIFIERS:
            return None
    return None


def scope_numbers(words: Words) -> list[int]:
    """Number the clause-like stretches within which a negation works, one number a word."""
    numbers, number = [], 0
    for word, tag, asks in zip(words.lower, words.tags, words.asks, strict=True):
        opens = word in SCOPE_OPENERS and tag in ("SCONJ", "CCONJ", "ADP", "ADV")
        number += word in STRETCH_ENDS or opens or asks
        numbers.append(number)
    return numbers


def _is_negated(cue: _Cue, negations: Sequence[int], scopes: list[int], start: int, end: int) -> bool:
    """Whether a negation stands in the stretch that a cue opens in.

    One between its words ("kom er niet achter") is part of the cue only if the cue is written with one; one in a
    clause that the cue leads to ("de vraag of niemand ...") denies that clause, not the cue.
    """
    outside = [place for place in negations if not (cue.denies and start <= place < end)]
    return any(scopes[place] == scopes[start] for place in outside)
