"""Noun phrases as they stand in a text: chunks, alone or joined by prepositions."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MAX_WORDS = 6
# Those that mostly belong to the noun before them; "aan", "door", "via" and others mostly belong to a verb.
_PREPOSITIONS = "van voor over tussen in op bij binnen met na naar tot uit".split()
# Nouns that measure, date, point or link and so name no subject ("ten aanzien van", "een aantal", "in stand").
LIGHT_NOUNS = frozenset(
    "aanleiding aantal aanzien antwoord april augustus avond basis beetje begin behulp dag december deel ding "
    "dinsdag donderdag eind einde februari gang gebied geheel geval gevolg grond half helft idee iets jaar "
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
    return [phrase for first in range(len(spans)) for phrase in _from(text, spans[first:])]


def _from(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[NounPhrase]:
    reading, parts = _reading(text, spans[0]), [_reading(text, spans[0])]
    for before, after in zip(spans, [*spans[1:], None], strict=True):
        if len(reading.split()) > MAX_WORDS:
            return
        yield NounPhrase(reading, tuple(parts))
        link = _LINK.fullmatch(text[before[1] : after[0]]) if after else None
        if after is None or link is None:
            return
        article = [_ARTICLES[link[2].lower()]] if link[2] else []
        parts.append(_reading(text, after))
        reading = " ".join([reading, link[1].lower(), *article, parts[-1]])


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
