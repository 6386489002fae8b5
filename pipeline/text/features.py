"""Name what speaks for and against a clause being a question or concern; the scorer weighs it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.text.clauses import BREAKS, is_finite
from pipeline.text.cues import NEGATIONS
from pipeline.text.reading import CLOSERS, Reading, finite_verbs
from pipeline.text.words import Words

END_TAGS = frozenset("toch hè he niet nietwaar oké ok ja nee hoor joh wel waar".split())
MODALS = {"moeten": "must", "kunnen": "can", "willen": "want", "zullen": "shall", "mogen": "may", "hoeven": "need"}
QUESTION_CLASSES = {
    "wie": "who", "wiens": "who", "wat": "what", "waar": "where", "wanneer": "when", "waarom": "why", "hoe": "how",
    "hoeveel": "how_many", "welk": "which", "welke": "which",
}  # fmt: skip
PERSONS = {
    "ik": "i", "'k": "i", "mij": "i", "me": "i", "je": "you", "jij": "you", "u": "you", "we": "we", "wij": "we",
    "ons": "we", "jullie": "you_all",
}  # fmt: skip
LENGTHS = (2, 4, 7, 11, 16, 24)  # words from which a clause gets a further feature
LEMMA_TAGS = frozenset({"NOUN", "VERB", "ADJ", "ADV", "AUX", "DET", "PRON", "SCONJ", "CCONJ", "ADP", "NUM", "INTJ"})
ASKED_GROUPS = ("meeting_thing", "meeting_act", "request", "schedule", "small_talk", "rhetorical", "advice", "prompt", "action")
SOFTENERS = ("satisfied", "resolved", "decision", "hope_past", "persistence", "contrast", "advice", "action")


@dataclass(frozen=True, slots=True)
class Context:
    """Where a sentence stands.

    Args:
        place: kind of the segment.
        prompt: what the question that it answers asks for: `concern`, `pleased`, `question`, `advice`, `neutral`; empty if none.
        heading: the same of the heading above it.
        is_whole: whether it is the whole segment.
    """

    place: str
    prompt: str
    heading: str
    is_whole: bool


def features_of(readings: Sequence[Reading], number: int, context: Context) -> dict[str, float]:
    """Name the features of one clause of a sentence.

    Args:
        readings: the clauses of the sentence.
        number: which of them.
        context: where the sentence stands.

    Returns:
        Value per feature; all are 0 or 1, so that a weight reads as what the feature adds to the log-odds.
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
    names.update(_lemmas(reading.words))
    return dict.fromkeys(sorted(names), 1.0)


def _order(reading: Reading) -> Iterator[str]:
    words, clause = reading.words, reading.clause
    kind = clause.kind
    mark = "mark" if reading.has_mark else "no_mark"
    yield f"{kind}"
    yield f"{kind}&{mark}"
    yield mark
    yield "opens_sentence" if clause.start == 0 else "follows"
    if words.lower and words.lower[-1] in ("!", ":"):
        yield "ends_in_" + ("exclamation" if words.lower[-1] == "!" else "colon")
    inner = [word for word in words.lower if word not in CLOSERS and word not in BREAKS]
    if len(inner) > 1 and inner[-1] in END_TAGS:
        yield f"end_tag&{mark}"
        yield f"end_tag&{kind}"
    if clause.is_question:
        yield from _question(reading)


def _question(reading: Reading) -> Iterator[str]:
    words, kind, verb = reading.words, reading.clause.kind, reading.verb
    if kind == "wh_question":
        word = next((w for w in words.lower[reading.opening : verb] if w in QUESTION_CLASSES), "other")
        yield f"asks={QUESTION_CLASSES.get(word, 'other')}"
    subject = next((PERSONS[w] for w in words.lower[verb + 1 : verb + 4] if w in PERSONS), "third")
    yield f"{kind}&subject={subject}"
    modal = MODALS.get(words.lemmas[verb], "aux" if words.tags[verb] == "AUX" else "verb")
    yield f"{kind}&{modal}"
    yield f"{kind}&{modal}&subject={subject}"
    if "Tense=Past" in words.features[verb]:
        yield f"{kind}&past"
    if kind == "verb_first":
        if is_conditional(words, verb):
            yield "conditional" + ("&mark" if reading.has_mark else "")
        objects = sum(tag in ("NOUN", "PROPN", "PRON", "NUM") for tag in words.tags[verb + 2 :])
        if not objects:
            yield f"topic_drop&{'mark' if reading.has_mark else subject}"


def is_conditional(words: Words, verb: int) -> bool:
    """Whether a clause with its verb first is a condition: "Komt er geen geld, dan stoppen we"."""
    for place in range(verb + 2, len(words) - 1):
        before = words.lower[place - 1]
        if words.lower[place] in ("dan", "zo") and (is_finite(words, place + 1) or before == ","):
            return True
        if before == "," and is_finite(words, place):
            return True
    return False


def _embedded(reading: Reading) -> Iterator[str]:
    for embedded in reading.embedded:
        yield "embedded"
        opening = reading.words.lower[embedded.start]
        word = QUESTION_CLASSES.get(opening, "whether" if opening == "of" else "where_by")
        side = "before" if embedded.is_first else "after"
        yield f"embedded={embedded.matrix}"
        yield f"embedded={embedded.matrix}&{side}"
        yield f"embedded={embedded.matrix}&{word}"
        if embedded.past:
            yield f"embedded={embedded.matrix}&past"
        if embedded.negated:
            yield "embedded&negated"
        if reading.clause.is_question:
            yield f"embedded={embedded.matrix}&in_question"


def _cues(reading: Reading) -> Iterator[str]:
    concerns = set()
    groups = set()
    for hit in reading.hits:
        name = f"{hit.group}{'-' if hit.negated else '+'}"
        if hit.role not in ("known", "settle"):
            yield f"cue:{name}"
        if hit.role == "concern" and not hit.negated:
            concerns.add(hit.group)
        if not hit.negated:
            groups.add(hit.group)
        if hit.role in ("open", "hard") and not reading.embedded:
            yield f"bare:{name}"
    for count in range(1, min(len(concerns), 4) + 1):
        yield f"concerns>={count}"
    if reading.has_mark or reading.clause.is_question:
        yield from (f"question&{group}" for group in ASKED_GROUPS if group in groups)
    elif concerns:
        yield from (f"concern&{group}" for group in SOFTENERS if group in groups)


def _grammar(words: Words) -> Iterator[str]:
    finite = finite_verbs(words)
    if not finite:
        yield "no_finite_verb"
    else:
        yield "past" if "Tense=Past" in words.features[finite[0]] else "present"
    for place in finite:
        if words.lemmas[place] in MODALS:
            yield f"modal={MODALS[words.lemmas[place]]}"
    if any(word in NEGATIONS for word in words.lower):
        yield "negation"
    yield from (f"person={PERSONS[word]}" for word in words.lower if word in PERSONS)
    if "NUM" in words.tags:
        yield "number"
    if any("Degree=Cmp" in features for features in words.features):
        yield "comparative"
    length = sum(tag not in ("PUNCT", "SPACE") for tag in words.tags)
    yield from (f"words>={low}" for low in LENGTHS if length >= low)
    if words.tags and words.tags[0] == "VERB" and "VerbForm=Inf" in words.features[0]:
        yield "infinitive_first"


def _around(readings: Sequence[Reading], number: int) -> Iterator[str]:
    others = [reading for place, reading in enumerate(readings) if place != number]
    if not others:
        yield "only_clause"
        return
    for group in ("satisfied", "resolved", "decision", "small_talk", "meeting_thing", "meeting_act", "hope_past"):
        if any(reading.has(group) for reading in others):
            yield f"beside:{group}"
    if any(reading.clause.is_question for reading in others):
        yield "beside_question"


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
    for name, value in (("prompt", context.prompt), ("heading", context.heading)):
        if not value:
            continue
        yield f"{name}={value}"
        if len(reading.words) <= 5:
            yield f"short&{name}={value}"
        if not any(hit.role == "concern" for hit in reading.hits):
            yield f"plain&{name}={value}"
        if reading.clause.kind in ("statement", "fragment"):
            yield f"{reading.clause.kind}&{name}={value}"
        if reading.has("satisfied"):
            yield f"satisfied&{name}={value}"
    if not context.is_whole:
        yield "among_sentences"


def _lemmas(words: Words) -> Iterator[str]:
    for lemma, tag in zip(words.lemmas, words.tags, strict=True):
        if tag in LEMMA_TAGS:
            yield f"lemma:{lemma}"
