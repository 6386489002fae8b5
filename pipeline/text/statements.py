"""Read which things a statement names as the most urgent ones, and in what order.

"The most urgent issue is A, followed by B, C and D": A comes first, B to D after it in the order of the list.

References:
    What a place leaves of the strength, 1 / log2(1 + place): Järvelin & Kekäläinen (2002), Cumulated gain-based
    evaluation of IR techniques.
"""

import math
import re
from collections.abc import Iterator
from typing import NamedTuple

NEXT_IN_LIST = 0.95  # strength of an item relative to the one before it in a plain list, whose order may mean little
MAX_SHORT_ITEM = 4  # words; in a list of short items every comma parts two
WORD = re.compile(r"[^\W\d]{3,}")
EMPTY = frozenset(  # words of three letters or more that do not tell what a thing is
    "dat deze die dit een heel het hier hun jullie mijn onze ons ook toch daar voor van bij echt nog nou wel wij zij "
    "zijn was waren wordt blijft lijkt hebben heeft vind vinden vindt vond noemen noemt noemde iedereen elke "
    "alle wat".split()
)

_VERB = r"(?:is|zijn|was|heeft|hebben|moet|moeten|kan|kunnen|gaat|wordt|komt|lijkt|blijft|mag|zal)\b"
_NOUN_PHRASE = (
    rf"(?:(?:in|aan|met|naar|over|van|voor|op|om)\s+)?(?:de|het|een|'t|’t|onze|ons|mijn|hun|hoe|wie|welke?|wanneer|te)\b"
    rf"(?!\s+{_VERB})"
)
LINK = re.compile(
    r"\b(?:is|zijn|was|waren|blijft|blijven|lijkt|lijken|vormt|vormen|wordt|worden|werd|werden|betreft|betreffen|heet"
    r"|luidt|vinden|vindt|vond|vonden|noemt|noemen|noemde|noemden|zie|ziet|zien|ligt|liggen|zit|zitten|staat|staan"
    r"|stond|stonden|komt|heeft|hebben|krijgt|krijgen)\b",
    re.IGNORECASE,
)
PLURAL_LINK = re.compile(r"\b(?:zijn|waren|blijven|lijken|vormen|worden|staan|betreffen)\b", re.IGNORECASE)
TO_BE = re.compile(r"\s*\bte (?:zijn|worden|blijven)\b", re.IGNORECASE)
CLOSING_TO_BE = re.compile(r"\s*\bte (?:zijn|worden|blijven)$", re.IGNORECASE)
FULL_LIST = re.compile(rf"(?:,\s+(?:en\s+)?|\s+(?:en|plus|alsmede|alsook)\s+)(?={_NOUN_PHRASE})", re.IGNORECASE)
SHORT_LIST = re.compile(r",\s+(?:en\s+)?|\s+en\s+", re.IGNORECASE)
ADJUNCT = re.compile(
    r"\s*(?:(?:volgens|voor|aan|bij|op|in|naar|binnen|onder)\s+(?:[^\s,]+\s+){1,4}?"
    r"(?=(?:de|het|een|dat|hoe|wie|wat|welke?|of|te|onze?)\b)"
    r"|(?:wij|we|ik|zij|ze|jullie|men|iedereen|nu|toch|echt|wel|dan|dus|momenteel|vooral|allereerst|ook)\s+)+",
    re.IGNORECASE,
)
ASIDE = re.compile(
    r",\s+(?:en\s+)?(?:dat|die|want|omdat|maar|zodat|waar\w*|aangezien|zeker|zo|aldus|terwijl|hoewel|anders|als)\b",
    re.IGNORECASE,
)
CLOSING_LINK = re.compile(
    r"(?:\s+(?:is|zijn|was|waren|blijft|blijven|wordt|lijkt|vormt))?"
    r"(?:\s+(?:toch|nu|echt|wel|(?:voor|bij) (?:ons|mij)))*"
    r"(?:\s+(?:het|de|ons|onze|mijn|een|als))?\s*$",
    re.IGNORECASE,
)
AROUND = " :,;.!-–—*\"'“”‘’\n\t"


class Item(NamedTuple):
    """A thing that a statement names.

    Args:
        start: first code point in the sentence.
        end: one past the last.
        factor: what its place in the order leaves of the statement's strength, in (0, 1].
    """

    start: int
    end: int
    factor: float


class _Stretch(NamedTuple):
    """Part of a sentence that names the things of one place."""

    start: int
    end: int
    is_many: bool


def read_items(sentence: str, start: int, end: int, next_in_order: re.Pattern[str]) -> list[Item]:
    """Read the things that a sentence names as most urgent.

    Args:
        sentence: the sentence.
        start: first code point of the words that say "most urgent".
        end: one past their last code point.
        next_in_order: what opens the next place, such as "followed by".

    Returns:
        The things in order; none if the sentence only announces them ("The most urgent ones are:").
    """
    stretches = list(_stretches(sentence, start, end, next_in_order))
    items: list[Item] = []
    for stretch in stretches:
        factor = 1 / math.log2(2 + len(items))
        items += [
            Item(first, last, factor * NEXT_IN_LIST**place)
            for place, (first, last) in enumerate(_parts(sentence, stretch))
        ]
    return items


def _stretches(sentence: str, start: int, end: int, next_in_order: re.Pattern[str]) -> Iterator[_Stretch]:
    is_closing = not _tells(sentence[end:]) or sentence[end:].lstrip()[:1] in ",.;!"
    if is_closing:
        yield _Stretch(*_subject(sentence, start), is_many=False)
        begin, close = end, len(sentence)
    else:
        thing = _object(sentence, start, end)
        if thing is None:
            return
        begin, close = thing
        aside = ASIDE.search(sentence, begin, close)
        close = aside.start() if aside else close
    marks = list(next_in_order.finditer(sentence, begin, close))
    ends = [*(mark.start() for mark in marks), close]
    if not is_closing:
        yield _Stretch(begin, ends[0], is_many=PLURAL_LINK.search(sentence, 0, begin) is not None)
    for mark, last in zip(marks, ends[1:], strict=True):
        yield _Stretch(mark.end(), last, is_many=True)


def _object(sentence: str, start: int, end: int) -> tuple[int, int] | None:
    """What follows "is" or a colon; a colon behind a thing already named opens its explanation instead.

    None where neither follows: "we bespreken de belangrijkste vragen van vandaag" names nothing.
    """
    colon = sentence.find(":", end)
    link = LINK.search(sentence, start)
    if colon >= 0 and (link is None or link.start() > colon or _is_announced(sentence[link.end() : colon])):
        return colon + 1, len(sentence)
    if link is None:
        return None
    begin = max(link.end(), end)
    adjunct = ADJUNCT.match(sentence, begin)
    begin = adjunct.end() if adjunct else begin
    return begin, colon if colon > begin else len(sentence)


def _is_announced(between: str) -> bool:
    return len(between.split()) <= 1 or TO_BE.search(between) is not None


def _subject(sentence: str, start: int) -> tuple[int, int]:
    """What stands before the words, in the clause that they close."""
    asides = list(ASIDE.finditer(sentence, 0, start))
    begin = asides[-1].start() if asides else 0
    closing = CLOSING_LINK.search(sentence, begin, start)
    return begin, closing.start() if closing else start


def _parts(sentence: str, stretch: _Stretch) -> list[tuple[int, int]]:
    parts = _split(sentence, stretch, FULL_LIST)
    if len(parts) == 1:
        short = _split(sentence, stretch, SHORT_LIST)
        if len(short) > 2 and all(len(sentence[first:last].split()) <= MAX_SHORT_ITEM for first, last in short):
            parts = short
    trimmed = [_trim(sentence, first, last) for first, last in parts]
    return [(first, last) for first, last in trimmed if _tells(sentence[first:last])]


def _split(sentence: str, stretch: _Stretch, separator: re.Pattern[str]) -> list[tuple[int, int]]:
    """Part a list; "and" alone parts only where more than one thing is announced: "boards and schools" may be one."""
    cuts = list(separator.finditer(sentence, stretch.start, stretch.end))
    if not stretch.is_many and not any("," in cut.group() for cut in cuts):
        return [(stretch.start, stretch.end)]
    starts = [stretch.start, *(cut.end() for cut in cuts)]
    ends = [*(cut.start() for cut in cuts), stretch.end]
    return list(zip(starts, ends, strict=True))


def _trim(sentence: str, start: int, end: int) -> tuple[int, int]:
    text = re.sub(r"\s+en\s*$", "", sentence[start:end]).rstrip(AROUND)
    text = CLOSING_TO_BE.sub("", text)
    return start + len(text) - len(text.lstrip(AROUND)), start + len(text)


def _tells(text: str) -> bool:
    return any(word.lower() not in EMPTY for word in WORD.findall(text))
