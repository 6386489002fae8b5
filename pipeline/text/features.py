"""Name what speaks for and against a clause being a question or concern; the scorer weighs it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from pipeline.text.cues import NEGATIONS
from pipeline.text.embedded import STRENGTH
from pipeline.text.reading import CLOSERS, Reading
from pipeline.text.word_order import BREAKS
from pipeline.text.words import Words

END_TAGS = frozenset("toch hè he niet nietwaar oké ok ja nee hoor joh wel waar".split())
MODALS = {"moeten": "must", "kunnen": "can", "willen": "want", "zullen": "shall", "mogen": "may", "hoeven": "need"}
QUESTION_CLASSES = {
    "wie": "who", "wiens": "who", "wat": "what", "waar": "where", "wanneer": "when", "waarom": "why", "hoe": "how",
    "hoeveel": "how_many", "welk": "which", "welke": "which", "of": "whether",
}  # fmt: skip
PERSONS = {
    "ik": "i", "'k": "i", "mij": "i", "me": "i", "je": "you", "jij": "you", "u": "you", "we": "we", "wij": "we",
    "ons": "we", "jullie": "you_all", "iemand": "anyone", "iedereen": "anyone",
}  # fmt: skip
LENGTHS = (2, 4, 7, 11, 16, 24)  # words from which a clause gets one more feature
TELLING_TAGS = frozenset({"NOUN", "VERB", "ADJ", "ADV", "NUM", "INTJ"})
MAX_MATTERS = 3  # nouns from which more make no difference
SHORT = 5  # words up to which an answer stands on the question that it answers
ASKED_ABOUT = (
    "meeting_ask", "meeting_thing", "meeting_act", "room", "here_now", "by_the_way", "request", "schedule",
    "small_talk", "rhetorical", "advice", "prompt", "action",
)  # fmt: skip
SOFTENERS = (
    "no_longer", "satisfied", "resolved", "decision", "hope_past", "persistence", "contrast", "advice", "action",
)  # fmt: skip
ABOUT_MEETING = ("meeting_ask", "meeting_thing", "meeting_act", "room", "small_talk", "prompt")
BESIDE = ("satisfied", "resolved", "decision", "small_talk", "meeting_ask", "meeting_thing", "meeting_act", "hope_past")

End = Literal["", "opening", "closing"]


@dataclass(frozen=True, slots=True)
class Context:
    """Where a sentence stands.

    Args:
        place: kind of the segment.
        prompt: what the question that it answers asks for: `concern`, `pleased`, `advice`, `question` or `neutral`;
            empty if it answers none.
        heading: the same of the heading above it.
        before: groups of `ABOUT_MEETING` in the sentence before it.
        after: the same of the sentence behind it.
        end: whether it opens or closes its document.
    """

    place: str
    prompt: str
    heading: str
    before: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()
    end: End = ""


def features_of(readings: Sequence[Reading], number: int, context: Context) -> tuple[str, ...]:
    """Name the features of one clause of a sentence; each holds or does not.

    Args:
        readings: the clauses of the sentence.
        number: which of them.
        context: where the sentence stands.
    """
    reading = readings[number]
    names = {"bias"}
    names.update(_order(reading))
    names.update(_embedded(reading))
    names.update(_cues(reading))
    names.update(_grammar(reading.words))
    names.update(_around(readings, number))
    names.update(_label(reading))
    names.update(_context(reading, context))
    names.update(_words(reading.words))
    return tuple(sorted(names))


def can_be(form: str, reading: Reading) -> bool:
    """Whether a clause has what a form asks for at the least, so that it is worth weighing.

    Args:
        form: `direct` needs a mark, the word order of a question, or a question word; `indirect` a dependent
            question; `concern` anything that is not marked or ordered as a question with a question word.
        reading: the clause.
    """
    kind = reading.clause.kind
    if form == "direct":
        return reading.has_mark or reading.clause.is_question or (kind == "dependent" and reading.left_open is None)
    if form == "indirect":
        return bool(reading.embedded)
    return not reading.has_mark and kind != "wh_question"


def _order(reading: Reading) -> Iterator[str]:
    words, kind = reading.words, reading.clause.kind
    mark = "mark" if reading.has_mark else "no_mark"
    yield from (kind, f"{kind}&{mark}", mark)
    place = "opens_sentence" if reading.clause.start == 0 else "follows"
    yield from (place, f"{place}&{mark}", f"{place}&{kind}")
    if words.lower[-1] == "!":
        yield "ends_in_exclamation"
    inner = [word for word in words.lower if word not in CLOSERS and word not in BREAKS]
    if len(inner) > 1 and inner[-1] in END_TAGS:
        yield from (f"end_tag&{mark}", f"end_tag&{kind}")
    if reading.clause.is_question:
        yield from _question(reading)


def _question(reading: Reading) -> Iterator[str]:
    words, kind, verb = reading.words, reading.clause.kind, reading.verb
    if kind == "wh_question":
        word = next((w for w in words.lower[reading.opening : verb] if w in QUESTION_CLASSES), "")
        yield f"asks={QUESTION_CLASSES.get(word, 'other')}"
    subject = next((PERSONS[w] for w in words.lower[verb + 1 : verb + 4] if w in PERSONS), "third")
    modal = MODALS.get(words.lemmas[verb], "aux" if words.tags[verb] == "AUX" else "verb")
    yield from (f"{kind}&subject={subject}", f"{kind}&{modal}", f"{kind}&{modal}&subject={subject}")
    if "Tense=Past" in words.features[verb]:
        yield f"{kind}&past"
    yield f"{kind}&matters={_count_matters(reading)}"
    if kind == "verb_first":
        if is_conditional(words, verb):
            yield "conditional&mark" if reading.has_mark else "conditional"
        if not any(tag in ("NOUN", "PROPN", "PRON", "NUM") for tag in words.tags[verb + 2 :]):
            yield f"topic_drop&{'mark' if reading.has_mark else subject}"


def _count_matters(reading: Reading) -> int:
    """How many nouns tell of something that is not the meeting itself, up to `MAX_MATTERS`."""
    covered = {place for hit in reading.hits if hit.group in ABOUT_MEETING for place in range(hit.start, hit.end)}
    nouns = sum(tag in ("NOUN", "PROPN") and place not in covered for place, tag in enumerate(reading.words.tags))
    return min(nouns, MAX_MATTERS)


def is_conditional(words: Words, verb: int) -> bool:
    """Whether a clause with its verb first is a condition: "Komt er geen geld, dan stoppen we"."""
    for place in range(verb + 2, len(words) - 1):
        before = words.lower[place - 1]
        if words.lower[place] in ("dan", "zo") and (words.finite[place + 1] or before == ","):
            return True
        if before == "," and words.finite[place]:
            return True
    return False


def _embedded(reading: Reading) -> Iterator[str]:
    """Of several dependent questions the one that is left open most clearly speaks for the clause."""
    if not reading.embedded:
        return
    embedded = min(reading.embedded, key=lambda found: STRENGTH.index(found.matrix))
    matrix = f"embedded={embedded.matrix}"
    word = QUESTION_CLASSES.get(reading.words.lower[embedded.start], "where_by")
    yield from ("embedded", matrix, f"{matrix}&{'before' if embedded.is_first else 'after'}", f"embedded&{word}")
    if embedded.past:
        yield f"{matrix}&past"
    if embedded.negated:
        yield "embedded&negated"
    if reading.clause.is_question:
        yield f"{matrix}&in_question"
    yield from (f"embedded&{group}" for group in ABOUT_MEETING if reading.has(group))


def _cues(reading: Reading) -> Iterator[str]:
    held = reading.held
    concerns = _concerns(reading)
    for hit in reading.hits:
        name = f"{hit.group}{'-' if hit.negated else '+'}"
        if hit.role not in ("known", "settle") and hit.group != "request":
            yield f"cue:{name}"
        if hit.role in ("open", "hard") and not reading.embedded:
            yield f"bare:{name}"
    if not concerns and any(hit.role == "concern" for hit in reading.hits):
        yield "denied_concern"
    if concerns:
        yield from _concern(reading, held)
    yield from (f"concerns>={count}" for count in range(1, min(len(concerns), 4) + 1))
    if reading.has_mark or reading.clause.is_question:
        yield from (f"{reading.clause.kind}&{group}" for group in ASKED_ABOUT if group in held)
    elif concerns:
        yield from (f"concern&{group}" for group in SOFTENERS if group in held)


def _concerns(reading: Reading) -> set[str]:
    """Groups of the worries that are named; a mere "never" or "nobody" that denies one ("never a problem") is none."""
    hits = [hit for hit in reading.hits if hit.role == "concern"]
    denies = any(hit.negated for hit in hits)
    return {
        hit.group
        for hit in hits
        if not hit.negated
        and not (denies and all(word in NEGATIONS for word in reading.words.lower[hit.start : hit.end]))
    }


def _concern(reading: Reading, held: frozenset[str]) -> Iterator[str]:
    if not held.intersection(SOFTENERS):
        yield "plain_concern"
    if any(hit.role == "concern" and not hit.negated and hit.end - hit.start > 1 for hit in reading.hits):
        yield "concern_phrase"


def _grammar(words: Words) -> Iterator[str]:
    finite = [place for place in range(len(words)) if words.finite[place]]
    if not finite:
        yield "no_finite_verb"
    else:
        yield "past" if "Tense=Past" in words.features[finite[0]] else "present"
    yield from (f"modal={MODALS[words.lemmas[place]]}" for place in finite if words.lemmas[place] in MODALS)
    said = set(words.lower)
    yield from (f"person={PERSONS[word]}" for word in PERSONS.keys() & said)
    if not NEGATIONS.isdisjoint(said):
        yield "negation"
    if "NUM" in words.tags:
        yield "number"
    if any("Degree=Cmp" in features for features in words.features):
        yield "comparative"
    length = sum(tag not in ("PUNCT", "SPACE") for tag in words.tags)
    yield from (f"words>={low}" for low in LENGTHS if length >= low)
    if words.tags[0] == "VERB" and "VerbForm=Inf" in words.features[0]:
        yield "infinitive_first"


def _around(readings: Sequence[Reading], number: int) -> Iterator[str]:
    others = [reading for place, reading in enumerate(readings) if place != number]
    if not others:
        yield "only_clause"
    yield from (f"beside:{group}" for group in BESIDE if any(reading.has(group) for reading in others))
    if any(reading.clause.is_question for reading in others):
        yield "beside_question"
    if readings[number].clause.kind == "verb_first" and any(map(_draws_conclusion, readings[number + 1 : number + 2])):
        yield "conditional&mark" if readings[number].has_mark else "conditional"


def _draws_conclusion(reading: Reading) -> bool:
    """Whether a clause says what follows from the condition before it: "dan stoppen we"."""
    words, opening = reading.words, reading.opening
    return words.lower[opening : opening + 1] in (("dan",), ("zo",)) and any(words.finite[opening + 1 : opening + 2])


def _label(reading: Reading) -> Iterator[str]:
    """What a label in front says: "Knelpunt: ...", "Vraag: ...", "Jan: ..."."""
    before = range(reading.opening)
    if not any(reading.words.lower[place] == ":" for place in before):
        return
    yield "labelled"
    hits = [hit for hit in reading.hits if hit.start in before]
    yield from (f"label:{hit.group}" for hit in hits)
    if any(hit.role == "concern" for hit in hits):
        yield "label:concern"


def _context(reading: Reading, context: Context) -> Iterator[str]:
    yield f"place={context.place}"
    if reading.clause.kind == "fragment":
        yield f"fragment&place={context.place}"
    for name, asked in (("prompt", context.prompt), ("heading", context.heading)):
        if asked:
            yield f"{name}={asked}"
            yield from (f"{manner}&{name}={asked}" for manner in _manners(reading))
    yield from _asides(reading, context)


def _manners(reading: Reading) -> Iterator[str]:
    """In what way a clause may answer."""
    kind = reading.clause.kind
    if len(reading.words) <= SHORT:
        yield "short"
    if not any(hit.role == "concern" for hit in reading.hits):
        yield "plain"
    if kind in ("statement", "fragment"):
        yield kind
    if reading.words.tags[0] == "SCONJ":
        yield "subordinate"  # "Dat het te laat komt"
    if reading.has("satisfied"):
        yield "satisfied"


def _asides(reading: Reading, context: Context) -> Iterator[str]:
    """Talk about the meeting comes in stretches, at its ends above all; what is asked there is likely to be of it."""
    found: list[str] = [context.end] if context.end else []
    for name, groups in (("before", context.before), ("after", context.after)):
        found += [f"{name}:{group}" for group in (*groups, "aside")] if groups else []
    yield from found
    if reading.has_mark or reading.clause.is_question:
        yield from (f"asks&{name}" for name in found)


def _words(words: Words) -> Iterator[str]:
    """Lemmas of the telling words; words and pairs of words as they stand, the ends of the clause included."""
    for lemma, tag in zip(words.lemmas, words.tags, strict=True):
        if tag in TELLING_TAGS:
            yield f"lemma:{lemma}"
    for word in words.lower:
        yield f"word:{word}"
    for one, other in pairwise(["<", *words.lower, ">"]):
        yield f"words:{one} {other}"
