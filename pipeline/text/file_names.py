"""Mask names of people in the names of files and folders, where words hang together in ways of their own."""

import re
from collections.abc import Iterator

from pipeline.text.names import NAME, NameFinder

_SEPARATORS = frozenset("_-.+~ ")
_GLUE = re.compile(r"[_\-.+~ ]*(?:(?:van|de|der|den|ter|ten|het|t|el|al)[_\-.+~ ]+)*")
_WORD = re.compile(r"[^\W\d_]+")


def mask_path(path: str, finder: NameFinder) -> str:
    """Put `[naam]` for the names of people in a path: `verslag_JanDeVries.docx` becomes `verslag_[naam].docx`.

    Words are told apart at separators and at a capital after a small letter. Names of the roster go wherever they
    stand, also in lower case and glued together.
    """
    spread, origins = _spread(path)
    spans = [(origins[start], origins[end - 1] + 1) for start, end in finder.find(spread)]
    spans += [(origins[start], origins[end - 1] + 1) for start, end in _roster_words(spread, finder)]
    spans += _glued(path, finder)
    for start, end in reversed(_merged(sorted(spans), path)):
        path = path[:start] + NAME + path[end:]
    return path


def _spread(path: str) -> tuple[str, list[int]]:
    """The path as running text, and per character of it the place that it comes from."""
    text: list[str] = []
    origins: list[int] = []
    for place, character in enumerate(path):
        if character.isupper() and place and path[place - 1].islower():
            text.append(" ")
            origins.append(place)
        text.append(" " if character in _SEPARATORS else character)
        origins.append(place)
    return "".join(text), origins


def _roster_words(text: str, finder: NameFinder) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _WORD.finditer(text) if finder.is_in_roster(match[0]))


def _glued(path: str, finder: NameFinder) -> Iterator[tuple[int, int]]:
    """`jandevries` of the roster, in a path without its separators."""
    places = [place for place, character in enumerate(path) if character not in _SEPARATORS]
    squeezed = "".join(path[place] for place in places).lower()
    if len(squeezed) != len(places):
        return
    for name in finder.glued_names:
        start = squeezed.find(name)
        if start >= 0:
            yield places[start], places[start + len(name) - 1] + 1


def _merged(spans: list[tuple[int, int]], path: str) -> list[tuple[int, int]]:
    """Join spans that overlap or that only separators and particles keep apart."""
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and (start <= merged[-1][1] or _GLUE.fullmatch(path[merged[-1][1] : start])):
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
