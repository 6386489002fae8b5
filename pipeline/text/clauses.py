"""Word order of Dutch clauses: the place of the finite verb tells a question from a statement.

A main clause has its finite verb second, after one phrase ("Wie betaalt dat"); a yes/no question has it first, with
the subject behind it ("Betaalt de regio dat"); a dependent clause has it at the end ("wie dat betaalt"). The parse of
a small model is unsure about just these clauses, so order is read from parts of speech and from closed classes
of words.

References:
    Topological fields: Haeseryn et al., Algemene Nederlandse Spraakkunst, second edition, chapter 21.
"""

import re
from typing import NamedTuple

from pipeline.text.words import Words

FILLERS = frozenset(
    "en maar want dus of nou ja nee oké ok oke eh ehm uh uhm hm hmm mja goed tja ach och hé hey hee hoi hallo sorry enne "
    "nogmaals vraag vraagje".split()
)
LOOSE_OPENERS = frozenset(  # open a clause like fillers, but only before a comma or a question word
    "dan nu toch ook wel verder bovendien alleen trouwens overigens namelijk bijvoorbeeld concreet kortom kijk zeg zo "
    "vervolgens daarnaast eigenlijk nog even ten eerste tweede derde slotte laatste".split()
)
COORDINATORS = frozenset({"en", "maar", "want", "dus", "of"})
BREAKS = frozenset(",;:.!?…()–—-/\"“”„‘’'")
QUESTION_WORD = re.compile(
    r"wie|wiens|wat|welke?|waar|waar(?:aan|achter|bij|binnen|door|heen|in|langs|mee|na|naar|naast|om|onder|op|over"
    r"|tegen|toe|tussen|uit|van|vandaan|voor)|wanneer|hoe|hoeveel|hoelang|hoever|hoeverre|hoevaak|hoezo|vanwaar"
)
DETERMINERS_OF_QUESTION = frozenset({"welk", "welke", "hoeveel", "wiens"})
SUBJECT_PRONOUNS = frozenset(
    "ik 'k jij je u ge gij hij ie ze zij we wij jullie men het 't dat dit die deze er iemand iedereen niemand alles iets "
    "niets dit daar hier zoiets sommigen velen wie".split()
)
SINGULAR_ONLY = frozenset("hij ie het 't dat dit men er iemand iedereen niemand alles iets niets zoiets".split())
PLURAL_ONLY = frozenset("we wij jullie".split())
SINGULAR_FINITE = frozenset(
    "is was heeft had kan kon mag mocht wil wilde wou zal zou moet moest gaat ging wordt werd blijft komt kwam doet deed "
    "ziet weet wist staat stond ligt lag zit zat hoeft lijkt blijkt geldt krijgt kreeg bestaat valt klopt".split()
)
MODALS = frozenset(
    "kunnen mogen willen zullen moeten hebben zijn worden gaan".split()
)
BETWEEN_QUESTION_AND_VERB = frozenset("dan nou nu eh uh toch eigenlijk precies in godsnaam hemelsnaam nog ook zoal".split())
NOUN_PHRASE = frozenset({"NOUN", "PROPN", "ADJ", "NUM", "ADP", "ADV", "SYM", "X", "PUNCT", "CCONJ", "VERB"})
MAX_QUESTION_PHRASE = 14  # words between a question word and its verb


class Clause(NamedTuple):
    """A stretch of a sentence with a word order of its own.

    Args:
        kind: `wh_question`, `verb_first`, `imperative`, `subject_drop`, `dependent` or `statement`.
        start: its first word, fillers left out.
        verb: its finite verb; -1 if it has none that tells its kind.
        is_first: whether nothing but fillers stands before it.
    """

    kind: str
    start: int
    verb: int
    is_first: bool


def is_finite(words: Words, place: int) -> bool:
    """Whether a word is a finite verb."""
    return "VerbForm=Fin" in words.features[place] or (
        words.lower[place] in SINGULAR_FINITE and words.tags[place] in ("VERB", "AUX")
    )


def is_question_word(words: Words, place: int) -> bool:
    """Whether a word can open a question, main or dependent."""
    return QUESTION_WORD.fullmatch(words.lower[place]) is not None


def find_clauses(words: Words) -> list[Clause]:
    """Find the stretches of a sentence whose word order can be told, from left to right."""
    clauses: list[Clause] = []
    seen: set[int] = set()
    for boundary in _boundaries(words):
        start = _skip_fillers(words, boundary)
        if start >= len(words) or start in seen:
            continue
        seen.add(start)
        is_first = not any(tag in ("NOUN", "VERB", "AUX", "ADJ", "PRON") for tag in words.tags[: start])
        clauses.append(_read_clause(words, start, is_first=is_first))
    return clauses


def _boundaries(words: Words) -> list[int]:
    inner = [
        place + 1
        for place, word in enumerate(words.lower)
        if word in BREAKS or (word in COORDINATORS and words.tags[place] in ("CCONJ", "ADV", "SCONJ"))
    ]
    return [0, *inner]


def _skip_fillers(words: Words, place: int) -> int:
    while place < len(words) and _is_skipped(words, place):
        place += 1
    loose = place
    while loose < len(words) - 1 and words.lower[loose] in LOOSE_OPENERS:
        loose += 1
    opens = loose > place and (words.lower[loose] == "," or is_question_word(words, loose))
    return _skip_fillers(words, loose) if opens else place


def _is_skipped(words: Words, place: int) -> bool:
    if words.lower[place] == "of" and words.tags[place] == "SCONJ":
        return False
    is_other = words.tags[place] in ("INTJ", "PUNCT", "SPACE", "SYM") and words.lower[place] not in LOOSE_OPENERS
    return words.lower[place] in FILLERS or is_other


def _read_clause(words: Words, start: int, *, is_first: bool) -> Clause:
    question = question_phrase(words, start)
    if question is not None:
        verb = verb_after_question(words, question)
        return Clause("dependent" if verb is None else "wh_question", start, -1 if verb is None else verb, is_first)
    if is_finite(words, start) or _is_plural_before_subject(words, start):
        return Clause(_verb_first_kind(words, start), start, start, is_first)
    return Clause("statement", start, -1, is_first)


def _is_plural_before_subject(words: Words, place: int) -> bool:
    """Whether a plural verb that was taken for an infinitive opens a question: "drinken jullie"."""
    is_verb = words.tags[place] in ("VERB", "AUX") and words.lemmas[place] == words.lower[place]
    return is_verb and _follows(words, place, ("we", "wij", "jullie", "ze", "zij", "er", "die"))


def question_phrase(words: Words, start: int) -> int | None:
    """Place of the question word of a phrase that opens at `start` ("op basis waarvan"), or None."""
    for place in range(start, min(start + 3, len(words))):
        if is_question_word(words, place):
            return None if words.lower[place] == "wat" and _follows(words, place, ("een", "betreft")) else place
        allowed = ("ADP",) if place == start else ("ADP", "NOUN")
        if words.tags[place] not in allowed:
            return None
    return None


def _follows(words: Words, place: int, options: tuple[str, ...]) -> bool:
    return place + 1 < len(words) and words.lower[place + 1] in options


def verb_after_question(words: Words, question: int) -> int | None:
    """Place of the finite verb that follows a question phrase directly; None where a dependent clause follows."""
    takes_noun = words.lower[question] in DETERMINERS_OF_QUESTION or (
        words.lower[question] == "wat" and _follows(words, question, ("voor",))
    )
    takes_adjective = words.lower[question] in ("hoe", "hoelang") and not takes_noun
    last = min(question + MAX_QUESTION_PHRASE, len(words))
    for place in range(question + 1, last):
        if is_finite(words, place):
            return None if _is_free_relative(words, place) else place
        if words.lower[place] in BETWEEN_QUESTION_AND_VERB:
            continue
        if takes_noun and _continues_noun_phrase(words, place):
            continue
        if takes_adjective and words.tags[place] in ("ADJ", "ADV") and place - question <= 3:
            takes_noun = True
            continue
        return None
    return None


def _continues_noun_phrase(words: Words, place: int) -> bool:
    if words.lower[place] in SUBJECT_PRONOUNS - {"er", "daar", "hier"} and words.tags[place] != "DET":
        return False
    if words.tags[place] in ("DET", "PRON"):
        return words.tags[place - 1] in ("ADP", "CCONJ", "PUNCT")
    return words.tags[place] in NOUN_PHRASE


def _is_free_relative(words: Words, verb: int) -> bool:
    """Whether another finite verb follows at once: "wat telt is", "wie betaalt bepaalt"."""
    following = verb + 1
    return following < len(words) and is_finite(words, following) and words.lower[following] not in SUBJECT_PRONOUNS


def _verb_first_kind(words: Words, verb: int) -> str:
    if words.lower[verb] in ("laten", "laat") or verb + 1 >= len(words):
        return "imperative" if words.lower[verb] in ("laten", "laat") else "subject_drop"
    place = verb + 1
    while place < len(words) - 1 and words.lower[place] in ("er", "daar", "hier", "nu", "dan", "nou", "eh", ",", "daarmee", "hiermee"):
        place += 1
    word, tag = words.lower[place], words.tags[place]
    if word in SUBJECT_PRONOUNS and tag in ("PRON", "ADV", "DET", "SCONJ"):
        return _agreement_kind(words, verb, place)
    if tag in ("DET", "NOUN", "PROPN", "NUM", "ADJ") or "Poss=Yes" in words.features[place]:
        return "verb_first" if _agrees_with_noun(words, verb, place) else "imperative"
    if tag in ("ADV", "PRON") and words.lower[verb] in SINGULAR_FINITE | {"zijn", "hebben", "kunnen", "moeten", "worden"}:
        return "verb_first" if _has_subject(words, place) else "subject_drop"
    return "subject_drop" if words.lower[verb] in SINGULAR_FINITE else "imperative"


def _agreement_kind(words: Words, verb: int, subject: int) -> str:
    form, word = words.lower[verb], words.lower[subject]
    is_plural = form.endswith("n") and words.lemmas[verb] == form or form.endswith("den") or form.endswith("ten")
    if word in ("je", "jij", "u", "ik"):
        possessive = word == "je" and _opens_noun_phrase(words, subject + 1)
        is_auxiliary = words.lemmas[verb] in MODALS
        return "imperative" if (possessive and not is_auxiliary) or is_plural else "verb_first"
    if word in PLURAL_ONLY:
        return "verb_first" if is_plural or form in ("zijn", "doen", "gaan", "zien", "staan") else "imperative"
    if words.lemmas[verb] == "zijn":
        return "verb_first"
    third = form in SINGULAR_FINITE or form.endswith(("t", "de", "te", "d"))
    if word in SINGULAR_ONLY:
        return "verb_first" if third or (word == "er" and is_plural) else "imperative"
    return "verb_first" if third or is_plural else "imperative"


def _opens_noun_phrase(words: Words, place: int) -> bool:
    tags = [*words.tags[place : place + 2], "", ""]
    return tags[0] == "NOUN" or (tags[0] == "ADJ" and tags[1] == "NOUN")


def _agrees_with_noun(words: Words, verb: int, subject: int) -> bool:
    form, lemma = words.lower[verb], words.lemmas[verb]
    if form in SINGULAR_FINITE or form in ("zijn", "doen", "gaan", "zien", "staan", "waren", "hadden"):
        return True
    if form.endswith("en"):
        return lemma == form or form.endswith(("den", "ten"))
    stem = re.sub(r"en$", "", lemma)
    return form.endswith("t") and not stem.endswith("t")


def _has_subject(words: Words, place: int) -> bool:
    return any(
        words.lower[other] in SUBJECT_PRONOUNS or words.tags[other] in ("NOUN", "PROPN", "DET")
        for other in range(place, min(place + 4, len(words)))
    )
