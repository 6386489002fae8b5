"""Word order of Dutch clauses: the place of the finite verb tells a question from a statement.

A main clause has its finite verb second, after one phrase ("Wie betaalt dat"); a yes/no question has it first, with
the subject behind it ("Betaalt de regio dat"); a dependent clause has it at the end ("wie dat betaalt"). The parse of
a small model is unsure about just these clauses, so order is read from parts of speech and from closed classes
of words.

References:
    Topological fields: Haeseryn et al., Algemene Nederlandse Spraakkunst, second edition, chapter 21.
"""

import re
from typing import Literal

from pipeline.text.words import SINGULAR_FINITE, Words

Kind = Literal["wh_question", "verb_first", "imperative", "subject_drop", "dependent", "statement", "fragment"]

FILLERS = frozenset(
    "en maar want dus of nou ja nee oké ok oke eh ehm uh uhm hm hmm mja goed tja ach och hé hey hee hoi hallo sorry "
    "enne nogmaals vraag vraagje".split()
)
LOOSE_OPENERS = frozenset(  # open a clause like fillers, but only before a comma or a question word
    "dan nu toch ook wel verder bovendien alleen trouwens overigens namelijk bijvoorbeeld concreet kortom kijk zeg zo "
    "vervolgens daarnaast eigenlijk nog even ten eerste tweede derde slotte laatste".split()
)
BREAKS = frozenset(",;:.?!…–—-+/\"“”„‘’'")
QUESTION_DETERMINERS = frozenset({"welk", "welke", "hoeveel", "wiens"})
SUBJECT_PRONOUNS = frozenset(
    "ik 'k jij je u ge gij hij ie ze zij we wij jullie men het 't dat dit die deze er iemand iedereen niemand alles "
    "iets niets daar hier zoiets sommigen velen wie".split()
)
CLEAR_SUBJECTS = frozenset("ik jij je u hij ze zij we wij jullie men er het 't iemand iedereen niemand".split())
SINGULAR_ONLY = frozenset("hij ie het 't dat dit men er iemand iedereen niemand alles iets niets zoiets".split())
PLURAL_ONLY = frozenset("we wij jullie".split())
PLURAL_FINITE = frozenset("zijn doen gaan zien staan waren hadden".split())
AUXILIARIES = frozenset("kunnen mogen willen zullen moeten hebben zijn worden gaan".split())
BETWEEN_QUESTION_AND_VERB = frozenset(
    "dan nou nu eh uh toch eigenlijk precies in godsnaam hemelsnaam nog ook zoal".split()
)
BEFORE_SUBJECT = frozenset("er daar hier nu dan nou eh , daarmee hiermee daarover hierover ook".split())
INSIDE_NOUN_PHRASE = frozenset({"NOUN", "PROPN", "ADJ", "NUM", "ADP", "ADV", "SYM", "X", "PUNCT", "CCONJ", "VERB"})
JOINED_PARTICLE = re.compile(r"(?:aan|af|mee|neer|op|samen|tegen|terug|toe|uit|vast|weg)(?=.{3})")
NOT_SEPARABLE = re.compile(r"(?:aanvaard|open|oper|uit(?:en?|te)$|toets|toon|toer|meen|meet|neem|weg(?:en|$)|afge)")
MAX_QUESTION_PHRASE = 14  # words between a question word and its verb
MAX_FIRST_PHRASE = 9  # words of the phrase before the finite verb


def word_order(words: Words, opening: int) -> tuple[Kind, int]:
    """Kind of the clause that opens at a word, and the finite verb that tells it (-1 if none)."""
    if words.lower[opening] == "of":
        return "dependent", -1
    question = question_phrase(words, opening)
    if question is not None:
        verb = verb_after_question(words, question)
        if verb is None or _comes_first(words, verb):
            return "dependent", -1
        return "wh_question", verb
    if words.finite[opening] or _is_plural_before_subject(words, opening):
        return _verb_first_kind(words, opening), opening
    return "statement", -1


def skip_fillers(words: Words, place: int) -> int:
    """Place of the first word that is no coordinating word, interjection or loose adverb."""
    while place < len(words) and _is_filler(words, place):
        place += 1
    loose = place
    while loose < len(words) - 1 and words.lower[loose] in LOOSE_OPENERS:
        loose += 1
    opens = loose > place and (words.lower[loose] == "," or words.asks[loose])
    return skip_fillers(words, loose) if opens else place


def _is_filler(words: Words, place: int) -> bool:
    if place == 0 and len(words.lower[0]) == 1 and follows(words, 0, (":",)):
        return True
    if words.lower[place] == "of":
        following = place + 1
        return following < len(words) and (words.finite[following] or words.asks[following])
    is_other = words.tags[place] in ("INTJ", "PUNCT", "SPACE", "SYM") and words.lower[place] not in LOOSE_OPENERS
    return words.lower[place] in FILLERS or is_other


def has_main_order(words: Words, opening: int) -> bool:
    """Whether a statement opens here: one phrase, then the finite verb."""
    first = words.lower[opening]
    if words.tags[opening] == "SCONJ" or (
        first in ("die", "als", "om", "dat") and not is_finite_at(words, opening + 1)
    ):
        return False
    if words.tags[opening] in ("VERB", "AUX"):
        return False
    starts_with_subject = words.tags[opening] in ("DET", "NOUN", "PROPN", "NUM", "ADJ", "PRON")
    seen_head = False
    for place in range(opening, min(opening + MAX_FIRST_PHRASE, len(words))):
        word, tag = words.lower[place], words.tags[place]
        if word in BREAKS or tag == "SCONJ" or (word in ("of", "dat", "die") and place > opening):
            return False
        if words.finite[place]:
            return place > opening and not _is_joined(words, place)
        if seen_head and (word in CLEAR_SUBJECTS or _opens_second_phrase(words, place, starts_with_subject)):
            return False
        seen_head = seen_head or tag in ("NOUN", "PROPN", "PRON")
    return False


def _opens_second_phrase(words: Words, place: int, starts_with_subject: bool) -> bool:
    tag, before = words.tags[place], words.tags[place - 1]
    if tag in ("DET", "PRON"):
        return before not in ("ADP", "CCONJ", "DET", "NUM")
    return starts_with_subject and tag in ("ADV", "ADJ") and before in ("NOUN", "PROPN", "PRON")


def question_phrase(words: Words, opening: int) -> int | None:
    """Place of the question word of a phrase that opens here ("op basis waarvan"); None if no phrase does."""
    for place in range(opening, min(opening + 3, len(words))):
        if words.asks[place]:
            return None if words.lower[place] == "wat" and follows(words, place, ("een", "betreft")) else place
        if words.tags[place] not in (("ADP",) if place == opening else ("ADP", "NOUN")):
            return None
    return None


def verb_after_question(words: Words, question: int) -> int | None:
    """Place of the finite verb that follows a question phrase directly; None where a dependent clause follows."""
    takes_noun = words.lower[question] in QUESTION_DETERMINERS or (
        words.lower[question] == "wat" and follows(words, question, ("voor",))
    )
    takes_adjective = words.lower[question] == "hoe"
    for place in range(question + 1, min(question + MAX_QUESTION_PHRASE, len(words))):
        measures = takes_adjective and place == question + 1 and is_finite_at(words, place + 1)
        if words.finite[place] and not measures:  # "hoe laat komt": an adjective, whatever the tagger says
            return None if _is_free_relative(words, place) or _is_joined(words, place) else place
        if words.lower[place] in BETWEEN_QUESTION_AND_VERB:
            continue
        if place == question + 1 and not takes_noun and _looks_like_verb(words, place):
            return place
        if takes_noun and _continues_noun_phrase(words, place):
            continue
        if takes_adjective and (measures or words.tags[place] in ("ADJ", "ADV")) and place - question <= 3:
            takes_noun = True
            continue
        return None
    return None


def _looks_like_verb(words: Words, place: int) -> bool:
    """Whether a word that was taken for a noun is a verb before its subject: "hoe bewijs je", "waarom branden die"."""
    if place + 1 >= len(words) or words.tags[place] not in ("NOUN", "PROPN", "VERB", "AUX"):
        return False
    subject = words.lower[place + 1]
    is_plural = words.lower[place].endswith("en") and subject in ("de", "die", "deze", "onze", "sommige", "alle")
    return is_plural or (subject in CLEAR_SUBJECTS and subject not in ("er", "het", "'t"))


def _continues_noun_phrase(words: Words, place: int) -> bool:
    if words.lower[place] in ("'s", "’s"):
        return True
    if words.lower[place] in SUBJECT_PRONOUNS - {"er", "daar", "hier"} and words.tags[place] != "DET":
        return False
    if words.tags[place] in ("DET", "PRON"):
        return words.tags[place - 1] in ("ADP", "CCONJ", "PUNCT")
    return words.tags[place] in INSIDE_NOUN_PHRASE


def _is_free_relative(words: Words, verb: int) -> bool:
    """Whether another finite verb follows at once: "wat telt is", "wie betaalt bepaalt"."""
    following = verb + 1
    return following < len(words) and words.finite[following] and words.lower[following] not in SUBJECT_PRONOUNS


def _is_joined(words: Words, verb: int) -> bool:
    """Whether a verb is written with its particle, which in a finite form only happens at the end of a clause."""
    word, lemma = words.lower[verb], words.lemmas[verb]
    found = JOINED_PARTICLE.match(word)
    return found is not None and lemma.startswith(found.group()) and not NOT_SEPARABLE.match(word)


def _comes_first(words: Words, verb: int) -> bool:
    """Whether a dependent clause ends behind its verbs and the main clause follows: "wie wil ruilen, kan bellen"."""
    for place in range(verb + 1, len(words) - 1):
        if words.lower[place] == ",":
            return words.finite[place + 1] and not has_mark(words)
        if words.lower[place] in BREAKS:
            return False
    return False


def _is_plural_before_subject(words: Words, place: int) -> bool:
    """Whether a plural verb that was taken for an infinitive or a possessive opens a question: "zijn jullie"."""
    is_verb = words.tags[place] in ("VERB", "AUX") and words.lemmas[place] == words.lower[place]
    plural = ("we", "wij", "jullie", "ze", "zij", "er", "die")
    if (is_verb or words.lower[place] == "zijn") and follows(words, place, plural):
        return True
    return words.lower[place] == "zijn" and has_mark(words) and _only_lacks_verb(words, place + 1)


def _only_lacks_verb(words: Words, start: int) -> bool:
    """Whether a plural noun phrase opens here, and no finite verb follows: "[zijn] de kleine besturen betrokken"."""
    for place in range(start, len(words)):
        if words.tags[place] == "NOUN":
            return "Number=Plur" in words.features[place] and not any(words.finite[place:])
        if words.tags[place] not in ("DET", "ADJ", "NUM", "ADV", "PRON"):
            return False
    return False


def _verb_first_kind(words: Words, verb: int) -> Kind:
    if words.lemmas[verb] == "laten" and not words.lower[verb].startswith("liet"):
        return "imperative"
    if follows(words, verb, ("er",)) and (_is_plural(words, verb) or _is_third(words, verb)) and verb + 2 < len(words):
        return "verb_first"
    if verb + 1 >= len(words):
        return "subject_drop"
    place = verb + 1
    while place < len(words) - 1 and words.lower[place] in BEFORE_SUBJECT:
        place += 1
    word, tag = words.lower[place], words.tags[place]
    if word in SUBJECT_PRONOUNS and tag in ("PRON", "ADV", "DET", "SCONJ"):
        return _kind_before_pronoun(words, verb, place)
    if tag in ("DET", "NOUN", "PROPN", "NUM", "ADJ") or "Poss=Yes" in words.features[place]:
        return "verb_first" if _agrees_with_noun(words, verb) else "imperative"
    is_known = words.lower[verb] in SINGULAR_FINITE or words.lemmas[verb] in AUXILIARIES
    if tag in ("ADV", "PRON", "ADP") and is_known:
        return "verb_first" if _has_subject(words, place) else "subject_drop"
    return "subject_drop" if is_known else "imperative"


def _kind_before_pronoun(words: Words, verb: int, subject: int) -> Kind:
    word, is_plural, is_third = words.lower[subject], _is_plural(words, verb), _is_third(words, verb)
    if word in ("je", "jij", "u", "ik"):
        possessive = word == "je" and _opens_noun_phrase(words, subject + 1)
        is_command = (possessive and words.lemmas[verb] not in AUXILIARIES) or is_plural
        return "imperative" if is_command else "verb_first"
    if words.lemmas[verb] == "zijn":
        return "verb_first"
    agrees = is_plural if word in PLURAL_ONLY else is_third or (is_plural and word not in SINGULAR_ONLY)
    return "verb_first" if agrees else "imperative"


def _is_plural(words: Words, verb: int) -> bool:
    form = words.lower[verb]
    return form in PLURAL_FINITE or (form.endswith("n") and words.lemmas[verb] == form) or form.endswith(("den", "ten"))


def _is_third(words: Words, verb: int) -> bool:
    form = words.lower[verb]
    return form in SINGULAR_FINITE or form.endswith(("t", "de", "te", "d"))


def _agrees_with_noun(words: Words, verb: int) -> bool:
    form, lemma = words.lower[verb], words.lemmas[verb]
    if form in SINGULAR_FINITE or form in PLURAL_FINITE:
        return True
    if form.endswith("en"):
        return lemma == form or form.endswith(("den", "ten"))
    return form.endswith("t") and not lemma.removesuffix("en").endswith("t")


def _opens_noun_phrase(words: Words, place: int) -> bool:
    tags = [*words.tags[place : place + 2], "", ""]
    return tags[0] == "NOUN" or (tags[0] == "ADJ" and tags[1] == "NOUN")


def _has_subject(words: Words, place: int) -> bool:
    return any(
        words.lower[other] in SUBJECT_PRONOUNS or words.tags[other] in ("NOUN", "PROPN", "DET")
        for other in range(place, min(place + 4, len(words)))
    )


def follows(words: Words, place: int, options: tuple[str, ...]) -> bool:
    """Whether one of some words comes next."""
    return place + 1 < len(words) and words.lower[place + 1] in options


def is_finite_at(words: Words, place: int) -> bool:
    """Whether there is a word at a place, and it is a finite verb."""
    return place < len(words) and words.finite[place]


def has_mark(words: Words) -> bool:
    """Whether a sentence ends in a question mark."""
    return "?" in words.lower[-3:]
