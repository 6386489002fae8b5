"""Cut a sentence into clauses: main clauses, or what stands in the place of one, with all that depends on them."""

from dataclasses import dataclass

from pipeline.text.word_order import (
    BREAKS,
    CLEAR_SUBJECTS,
    Kind,
    follows,
    has_main_order,
    has_mark,
    is_finite_at,
    question_phrase,
    skip_fillers,
    verb_after_question,
    word_order,
)
from pipeline.text.words import SINGULAR_FINITE, Words

COORDINATORS = frozenset({"en", "maar", "want", "dus", "of", "terwijl"})
CONDITIONS = frozenset("als toen wanneer zolang indien zodra omdat hoewel nu voordat nadat zonder".split())
QUOTATIVES = frozenset("zo zoiets iets ook dan dus gevoel idee zeg zegt zei zeggen denk denkt dacht denken".split())
MAX_LABEL = 6  # words before a colon that name what follows: "Team Noord, knelpunt:"
SENTENCE_ENDS = ".?!;"


@dataclass(frozen=True, slots=True)
class Clause:
    """A main clause, or what stands in the place of one, with all that depends on it.

    Args:
        kind: its word order: `wh_question`, `verb_first`, `imperative`, `subject_drop` (finite verb first, nobody
            does it), `dependent` (opens with a question word, verb at the end), `statement` or `fragment` (no
            finite verb).
        start: its first word, a coordinating word, label or condition in front included.
        opening: its first telling word: behind fillers, a label ("Knelpunt: ...") or a condition ("Als ...").
        verb: the finite verb that tells its kind; -1 if none does.
        end: one past its last word.
    """

    kind: Kind
    start: int
    opening: int
    verb: int
    end: int

    @property
    def is_question(self) -> bool:
        """Whether its word order is that of a question."""
        return self.kind in ("wh_question", "verb_first")


def find_clauses(words: Words) -> list[Clause]:
    """Cut a sentence where a main clause follows another; the clauses cover it from left to right."""
    starts = [0]
    openings: dict[int, int] = {}
    for place in range(1, len(words) - 1):
        opening = _opening_at(words, place, openings.get(starts[-1], starts[-1]))
        if opening is None or skip_fillers(words, starts[-1]) >= place:
            continue
        if starts[-1] not in openings and _leads_in(words, starts[-1], place):
            openings[starts[-1]] = opening
        elif not _asks_on(words, openings.get(starts[-1], starts[-1]), place):
            starts.append(place)
    ends = [*starts[1:], len(words)]
    return [
        _read_clause(words, start, openings.get(start, skip_fillers(words, start)), end)
        for start, end in zip(starts, ends, strict=True)
    ]


def _leads_in(words: Words, start: int, place: int) -> bool:
    """Whether what stands before a main clause belongs to it: a label, a condition, or a question it speaks of."""
    if words.lower[place - 1] == ":":
        return place - start <= MAX_LABEL + 1
    opening = skip_fillers(words, start)
    if _is_condition(words, opening):
        return True
    is_dependent = opening < place and word_order(words, opening)[0] == "dependent"
    return (
        is_dependent
        and words.lower[place - 1] == ","
        and word_order(words, skip_fillers(words, place))[0] != "wh_question"
    )


def _asks_on(words: Words, start: int, place: int) -> bool:
    """Whether a question goes on: with another one ("Komt er geld, en zo ja, wie krijgt dat?"), or up to its mark."""
    kind, verb = word_order(words, skip_fillers(words, start))
    asks = kind in ("wh_question", "verb_first") and not (
        words.lemmas[verb] == "mogen" and follows(words, verb, ("ik",))
    )
    if not asks or any(word in SENTENCE_ENDS + ":" for word in words.lower[start:place]):
        return False
    if word_order(words, skip_fillers(words, place))[0] in ("wh_question", "verb_first"):
        return True
    is_joined = words.lower[place] in ("en", "of") and words.lower[place - 1] not in BREAKS
    return is_joined and has_mark(words) and "?" not in words.lower[place:-3]


def _opening_at(words: Words, place: int, start: int) -> int | None:
    """Place of the first telling word of a main clause that opens at `place`; None if none does.

    Args:
        words: the words of the sentence.
        place: where it may open.
        start: first word of the clause before it.
    """
    before = words.lower[place - 1]
    is_apart = before in BREAKS and before not in "'-/\"" and words.lower[place] not in BREAKS
    if not is_apart and not _coordinates(words, place):
        return place if _asks_outright(words, place) or _is_quoted(words, place) else None
    opening = skip_fillers(words, place)
    if opening >= len(words) or (opening == len(words) - 1 and before != ":"):
        return None
    if before == ":" or _opens(words, place, start, opening):
        return opening
    return None


def _opens(words: Words, place: int, start: int, opening: int) -> bool:
    before = words.lower[place - 1]
    waits = before not in SENTENCE_ENDS and _lacks_verb(words, start, place)
    kind, verb = word_order(words, opening)
    if kind == "wh_question":
        is_clear = verb + 1 < len(words) and words.lower[verb + 1] in CLEAR_SUBJECTS
        is_relative = before == "," and words.lower[opening].startswith(("wat", "waar")) and not is_clear
        return not is_relative or has_mark(words)
    if kind == "verb_first":
        return not (waits and before != ",") and _can_stand_before_question(words, start, place)
    if kind == "statement" and words.lower[place] != "of" and has_main_order(words, opening):
        return before in SENTENCE_ENDS or (_has_finite(words, start, place) and not waits)
    return before in SENTENCE_ENDS and words.lower[place] != "of"


def _lacks_verb(words: Words, start: int, place: int) -> bool:
    """Whether a dependent clause before a place still waits for its verb: "hoe het vorm en inhoud krijgt"."""
    for other in range(place - 1, start, -1):
        if words.finite[other]:
            return False
        if words.tags[other] == "SCONJ" or words.lower[other] == "of" or words.asks[other]:
            return True
    return False


def _coordinates(words: Words, place: int) -> bool:
    word, tag = words.lower[place], words.tags[place]
    if word == "maar":
        return tag == "CCONJ" or words.lower[place - 1] == ","
    return word in COORDINATORS and tag in ("CCONJ", "ADV", "SCONJ")


def _asks_outright(words: Words, place: int) -> bool:
    """Whether a question opens here without any break, as in speech: "vader van Pim tot hoe laat zitten ze"."""
    if not any(words.asks[place : place + 3]):
        return False
    question = question_phrase(words, place)
    if question is None or place == 0 or words.tags[place - 1] in ("ADP", "DET"):
        return False
    verb = verb_after_question(words, question)
    if verb is None or verb + 1 >= len(words):
        return False
    subject = words.lower[verb + 1]
    return subject in CLEAR_SUBJECTS or (
        subject in ("die", "dat", "dit", "de") and words.lower[verb] in SINGULAR_FINITE
    )


def _is_quoted(words: Words, place: int) -> bool:
    """Whether a question opens behind "van" that announces what is said: "ze zeggen van is dat nog nodig".

    References:
        Foolen et al. 2006, Het quotatieve van: vorm, functie en sociolinguïstische variatie.
    """
    if place < 2 or words.lower[place - 1] != "van" or place + 1 >= len(words):
        return False
    kind, verb = word_order(words, place)
    if kind == "verb_first":
        return words.tags[verb + 1] in ("PRON", "DET") or words.lower[verb + 1] in ("dat", "die", "dit")
    return kind == "wh_question" and words.lower[place - 2] in QUOTATIVES


def _is_condition(words: Words, opening: int) -> bool:
    """Whether a condition or time opens here ("Als ...", "Toen ..."), which a main clause has to follow."""
    return (
        opening < len(words)
        and words.lower[opening] in CONDITIONS
        and words.tags[opening] in ("SCONJ", "ADV")
        and not is_finite_at(words, opening + 1)
    )


def _can_stand_before_question(words: Words, start: int, place: int) -> bool:
    """Whether a verb in first place behind this stretch opens a clause, and is no inversion behind its first phrase."""
    opening = skip_fillers(words, start)
    if opening >= place - 1 or words.lower[place - 1] in SENTENCE_ENDS + ":":
        return True
    if words.lower[place] in COORDINATORS:
        return True
    if has_main_order(words, opening) or words.finite[opening]:
        return True
    if _has_finite(words, opening, place):
        return False
    return words.tags[opening] not in ("ADP", "ADV", "SCONJ")


def _has_finite(words: Words, start: int, end: int) -> bool:
    return any(words.finite[start:end])


def _read_clause(words: Words, start: int, opening: int, end: int) -> Clause:
    if opening >= end:
        return Clause("fragment", start, start, -1, end)
    kind, verb = word_order(words, opening)
    if verb >= end:
        kind, verb = "statement", -1
    if kind == "statement" and not _has_finite(words, start, end):
        kind = "fragment"
    return Clause(kind, start, opening, verb, end)
