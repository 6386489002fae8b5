"""Noun phrases as they stand in a text: chunks, alone or joined by prepositions."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

MAX_WORDS = 6
# Those that mostly belong to the noun before them; "aan", "door", "uit", "via" and others mostly belong to a verb.
_PREPOSITIONS = "van voor over tussen in op bij binnen met naar".split()
# Nouns that measure, date, point or link and so name no subject ("ten aanzien van", "een aantal", "in stand").
LIGHT_NOUNS = frozenset(
    "aanleiding aantal aanzien afstand antwoord april augustus avond basis beetje begin behulp dag december deel ding "
    "dinsdag donderdag duur eind einde februari gang gebied geheel geval gevolg grond half helft hoogte idee iets jaar "
    "januari juli juni kader kant keer kwartaal licht maal maand maandag maart maat manier mate mei mens middag "
    "minuut moment najaar niveau november ochtend oktober onderdeel oog oogpunt opzicht orde peil plaats procent "
    "punt reden rest richting september soort sprake staat stand stap stuk termijn terrein verband vlak voorjaar "
    "vorm vraag vrijdag week wijze winter woensdag zaak zaterdag zin zomer zondag".split()
)
_ARTICLES = {
    **dict.fromkeys(("de", "onze", "deze", "die"), "de"),
    **dict.fromkeys(("het", "ons", "dit"), "het"),
    "een": "een",
}
_LINK = re.compile(rf"\s+({'|'.join(_PREPOSITIONS)})\s+(?:({'|'.join(_ARTICLES)})\s+)?", re.IGNORECASE)
_LISTED = re.compile(rf"(,|\s+en|\s+of)\s+(?:(?:{'|'.join(_ARTICLES)})\s+)?", re.IGNORECASE)
_GOES_ON = re.compile(r",\s+[\w'’-]+\s+(?:en|of)\s", re.IGNORECASE)  # a list, of which the parse knows the first alone
_REST_OF_WORD = re.compile(r"['’]?\w*")


@dataclass(frozen=True)
class NounPhrase:
    """A noun phrase.

    Args:
        text: how it reads, without an article before it; "ons" and "onze" are read as articles.
        chunks: the noun chunks in it; the first is what it is about.
    """

    text: str
    chunks: tuple[str, ...]


def noun_phrases(text: str, chunks: Sequence[str]) -> list[NounPhrase]:
    """Find the noun phrases of at most `MAX_WORDS` words, short and long, in the order of the text.

    Args:
        text: a question.
        chunks: its noun chunks as written, in order.
    """
    spans = list(_locate(text, chunks))
    return [phrase for first in range(len(spans)) for phrase in _from(text, spans, first)]


def _from(text: str, spans: Sequence[tuple[int, int]], first: int) -> Iterator[NounPhrase]:
    """Phrases that begin with a chunk; of one that stands after a preposition itself, only "van" is sure to go on."""
    is_inside = first > 0 and _link(text, spans[first - 1 :]) is not None
    spans = spans[first:]
    reading = _reading(text, spans[0])
    parts = [reading]
    while len(reading.split()) <= MAX_WORDS:
        if len(parts) == 1 or not _GOES_ON.match(text, spans[0][1]):
            yield NounPhrase(reading, tuple(parts))
        link = _link(text, spans)
        if link is None or (is_inside and link[1].lower() != "van"):
            return
        listed = spans[1 : 1 + _n_listed(text, spans[1:])]
        article = [_ARTICLES[link[2].lower()]] if link[2] else []
        reading = " ".join([reading, link[1].lower(), *article, _reading(text, (listed[0][0], listed[-1][1]))])
        parts += [_reading(text, span) for span in listed]
        spans = spans[len(listed) :]


def _link(text: str, spans: Sequence[tuple[int, int]]) -> re.Match[str] | None:
    """The preposition between a chunk and the next, if nothing else stands there."""
    return _LINK.fullmatch(text, spans[0][1], spans[1][0]) if len(spans) > 1 else None


def _n_listed(text: str, spans: Sequence[tuple[int, int]]) -> int:
    """Number of chunks that are listed from the first on: 3 in "po, vo en mbo", 1 where "en" or "of" ends no list."""
    for number, (before, after) in enumerate(pairwise(spans), 2):
        link = _LISTED.fullmatch(text[before[1] : after[0]])
        if link is None:
            break
        if link[1] != ",":
            return number
    return 1


def _locate(text: str, chunks: Sequence[str]) -> Iterator[tuple[int, int]]:
    at = 0
    for chunk in chunks:
        found = re.compile(r"\s+".join(map(re.escape, chunk.split()))).search(text, at)
        if found and "/" not in chunk:
            end = _REST_OF_WORD.match(text, found.end())
            at = end.end() if end else found.end()
            yield found.start(), at


def _reading(text: str, span: tuple[int, int]) -> str:
    reading = " ".join(text[span[0] : span[1]].split())
    starts_text = not text[: span[0]].strip(" \t\n\"'‘’“”(-–•*")
    is_plain = reading[:1].isupper() and reading[1:2].islower()
    return reading[0].lower() + reading[1:] if starts_text and is_plain else reading
