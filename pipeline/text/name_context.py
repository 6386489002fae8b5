"""Where a name is due, and which names belong to organisations, streets and places."""

import re
from enum import IntEnum

from pipeline.text.name_lists import Grade
from pipeline.text.name_tokens import Passage

MAX_ORGANISATION = 5  # words of its own name
MAX_LABEL = 4  # words between a label and its colon: `Afwezig met kennisgeving:`
MAX_ADDRESSED = 4  # words of a name in a greeting or below a letter

_TITLES = frozenset(("title", "office"))
_PERSONS = _TITLES | {"role"}
_BEFORE_LISTED = frozenset(("role", "source"))
_NAMING = frozenset(("heet", "heette", "heten", "genaamd", "roepnaam", "bijgenaamd"))
_OPEN_LISTS = frozenset(
    "aanwezig aanwezigen afwezig afwezigen afgemeld kennisgeving absent gast gasten notulist contactpersoon".split()
) | {"van", "aan"}
_PREPOSITIONS = frozenset(("van", "aan", "door", "wie"))  # labels at the start of a line only
_INTERJECTIONS = frozenset(("ja", "nee", "ha", "he", "oke", "ok", "okay", "nou", "precies", "dag", "dank", "welkom"))
_GENERAL = _INTERJECTIONS | {"hallo", "goedemorgen", "goedemiddag", "goedenavond"}  # said to a whole town
_PAUSE = re.compile(r"\s*[,!?.;:\n)]")
_LINE_END = re.compile(r"[\s.!,]*\n")
_SEPARATOR = re.compile(r"[,;/&\n+]")


class Cue(IntEnum):
    """How much the words around it speak for a name."""

    NONE = 0
    LISTED = 1  # any word that is listed as a name is one here
    ANY = 2  # so is any other word with a capital


def organisations(passage: Passage) -> frozenset[int]:
    """Find the words that belong to the name of an organisation, a street or a place, by their place in the text."""
    taken: set[int] = set()
    for place in range(len(passage)):
        if _is_body(passage, place):
            taken.add(place)
        elif _starts_organisation(passage, place) and _is_named(passage, place + 1):
            taken |= _to_the_right(passage, place)
        elif _ends_organisation(passage, place):
            taken |= _to_the_left(passage, place)
    return frozenset(taken)


def _is_body(passage: Passage, place: int) -> bool:
    """`Raad van Toezicht`, `Inspectie van het Onderwijs`: words that a name may be as well."""
    return passage.is_in(place, "body") and passage.tokens[place].is_capital and passage.key(place + 1) == "van"


def _starts_organisation(passage: Passage, place: int) -> bool:
    if passage.is_in(place, "org_before"):
        return True
    token = passage.tokens[place]
    return not token.grade and token.key.endswith(passage.before_endings)


def _is_named(passage: Passage, place: int) -> bool:
    if place >= len(passage) or not passage.tokens[place].is_capital:
        return False
    abbreviated = passage.tokens[place].before == ". " and passage.key(place - 1) in ("mgr", "st")
    return abbreviated or passage.is_joined(place)


def _ends_organisation(passage: Passage, place: int) -> bool:
    token = passage.tokens[place]
    hyphenated = token.before == "-" and place > 0 and passage.tokens[place - 1].is_capital
    if not (token.is_capital or hyphenated):
        return False
    if passage.is_in(place, "org_after"):
        return place > 0
    if token.grade or not token.key.endswith(passage.after_endings):
        return False
    return hyphenated or token.key not in passage.after_endings


def _to_the_right(passage: Passage, place: int) -> set[int]:
    end = place + 2
    while end < min(len(passage), place + 1 + MAX_ORGANISATION) and (
        passage.is_joined(end) or passage.tokens[end].before == " & "
    ):
        token = passage.tokens[end]
        if not token.is_capital and not (passage.is_in(end, "part") and _is_named_later(passage, end)):
            break
        end += 1
        if passage.is_in(end - 1, "place"):
            break
    return set(range(place, end))


def _is_named_later(passage: Passage, place: int) -> bool:
    while passage.is_in(place, "part"):
        place += 1
    return _is_named(passage, place)


def _to_the_left(passage: Passage, place: int) -> set[int]:
    start = place
    while start > 0 and place - start < MAX_ORGANISATION and passage.is_joined(start):
        previous = start - 1
        if passage.is_in_any(previous, _PERSONS):
            break
        if passage.tokens[previous].is_capital:
            if passage.is_in(previous, "common") and not passage.tokens[previous].grade and passage.opens(previous):
                break
        elif not passage.is_in(previous, "part"):
            break
        start = previous
    while start < place and not passage.tokens[start].is_capital:
        start += 1
    return set(range(start, place + 1))


def cue(passage: Passage, place: int) -> Cue:
    """How much the words beside a word speak for a name."""
    before = passage.tokens[place].before
    if before.endswith("@"):
        return Cue.ANY
    if before.endswith("(") and passage.after(place).startswith(")"):
        return Cue.LISTED if passage.tokens[place].grade else Cue.NONE  # not `(Padlet)`
    if place == 0 or not before:
        return Cue.NONE
    if before == "-" and not passage.tokens[place - 1].is_capital:
        return Cue.LISTED  # motie-Kwint
    if before in (" ", ". ", ".", " '"):
        found = _cue_of_previous(passage, place)
        if found:
            return found
    return _letter_cue(passage, place, before)


def _cue_of_previous(passage: Passage, place: int) -> Cue:
    if passage.is_in_any(place - 1, _TITLES) and passage.tokens[place - 1].before == "-":
        return Cue.LISTED  # `directeur-generaal Onderwijs`
    if passage.is_in_any(place - 1, _TITLES) or passage.key(place - 1) in _NAMING:
        return Cue.ANY
    if passage.tokens[place].before == " " and passage.is_in_any(place - 1, _BEFORE_LISTED):
        return Cue.NONE if passage.is_in(place, "subject") else Cue.LISTED
    return Cue.ANY if passage.key(place - 1) == "is" and passage.key(place - 2) == "naam" else Cue.NONE


def _letter_cue(passage: Passage, place: int, before: str) -> Cue:
    """Cues of greetings (`Beste Roos,`) and of the end of a letter (`Groet, Roos`)."""
    if passage.key(place - 1) in _GENERAL and passage.is_in(place, "place") and not passage.tokens[place].grade:
        return Cue.NONE  # `Hallo Rotterdam!`
    if passage.is_in(place - 1, "greeting") and before in (" ", ", ") and _ends_soon(passage, place, _PAUSE):
        if passage.key(place - 1) not in _INTERJECTIONS:
            return Cue.ANY
        return Cue.LISTED if passage.tokens[place].grade > Grade.CUED else Cue.NONE
    if passage.is_in(place - 1, "closing") and not before.strip(" ,.!\r\n-") and _ends_soon(passage, place, _LINE_END):
        return Cue.ANY
    return Cue.NONE


def _ends_soon(passage: Passage, place: int, end: re.Pattern[str]) -> bool:
    for last in range(place, min(place + MAX_ADDRESSED, len(passage))):
        after = passage.after(last)
        if (
            last + 1 == len(passage)
            or end.match(after)
            or (passage.key(last + 1) == "en" and passage.tokens[last].is_capital)
        ):
            return True
        if not passage.is_joined(last + 1):
            return False
    return False


def listed_people(passage: Passage) -> dict[int, Cue]:
    """Cues of the items of a list behind a label, by their place: `Aanwezig: Roos, Wil en Storm`."""
    found: dict[int, Cue] = {}
    label = Cue.NONE
    for place in range(1, len(passage)):
        token = passage.tokens[place]
        if ":" in token.before:
            label = _label_cue(passage, place)
            is_item = True
        else:
            is_item = bool(_SEPARATOR.search(token.before)) or passage.key(place - 1) == "en"
            if not is_item and passage.opens(place) and "(" not in token.before:
                label = Cue.NONE
        if label and is_item and not passage.after(place).startswith(":"):
            found[place] = label
    return found


def _label_cue(passage: Passage, place: int) -> Cue:
    for label in range(place - 1, max(place - 1 - MAX_LABEL, -1), -1):
        preposition = passage.key(label) in _PREPOSITIONS
        if passage.is_in(label, "label") and (not preposition or (label == place - 1 and passage.starts_line(label))):
            return Cue.ANY if passage.key(label) in _OPEN_LISTS else Cue.LISTED
        if passage.opens(label):
            break
    return Cue.NONE
