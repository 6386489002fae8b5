"""Markdown: headings, lists and tables as they are marked, and front matter as data of the session."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from pipeline.readers.reading import Reading, Source
from pipeline.readers.text import decoded_text, encoding_warnings
from pipeline.text.lines import Piece
from pipeline.text.outline import outline
from pipeline.text.repair import clean
from pipeline.text.speakers import ORIGIN_LIST, attribute

PEOPLE = r"aanwezig(?:en)?|afwezig|deelnemers?|participants?|voorzitter|notulist|gespreksleider|auteur|author|verslag(?:legger)?"
SESSION_KEYS = {"title": "title", "titel": "title", "date": "date", "datum": "date", "region": "region", "regio": "region"}

_FRONT_MATTER = re.compile(r"\s*---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)


def read(source: Source) -> Reading:
    """Read a Markdown file.

    Raises:
        Unreadable: it is no text.
    """
    decoded = decoded_text(source)
    front, body, first_line = _front_matter(decoded.text)
    warnings = encoding_warnings(decoded)
    if front is None:
        warnings.append("its front matter is no YAML and was read as text")
    tokens = MarkdownIt("commonmark").enable("table").parse(body)
    pieces = [_cleaned(piece, source) for piece in _pieces(tokens, first_line)]
    attributed = attribute(outline([piece for piece in pieces if piece.text]))
    names = {*attributed.names, *((name, ORIGIN_LIST) for name in _people(front or {}))}
    session = {SESSION_KEYS[key]: str(value) for key, value in (front or {}).items() if key in SESSION_KEYS}
    return Reading(attributed.blocks, tuple(warnings), tuple(sorted(names)), decoded.encoding, session=session)


def _front_matter(text: str) -> tuple[Mapping[str, Any] | None, str, int]:
    """Front matter, the text below it and the line that starts on; None and the whole text if it is no mapping."""
    match = _FRONT_MATTER.match(text)
    if match is None:
        return {}, text, 1
    try:
        front = yaml.safe_load(match[1])
    except (yaml.YAMLError, RecursionError, ValueError):
        return None, text, 1
    if not isinstance(front, dict):
        return None, text, 1
    return {str(key).lower(): value for key, value in front.items()}, text[match.end() :], match[0].count("\n") + 1


def _people(front: Mapping[str, Any]) -> Iterator[str]:
    for key, value in front.items():
        if re.fullmatch(PEOPLE, key):
            yield from (str(name) for name in (value if isinstance(value, list) else str(value).split(",")))


def _cleaned(piece: Piece, source: Source) -> Piece:
    text, repairs = clean(piece.text, source.lexicon)
    return Piece(
        text, piece.number, piece.marker, level=piece.level, is_heading=piece.is_heading, gap=1, repairs=repairs
    )


def _pieces(tokens: Sequence[Token], first_line: int) -> Iterator[Piece]:
    depth, marker = 0, ""
    for place, token in enumerate(tokens):
        line = first_line + (token.map[0] if token.map else 0)
        if token.type in ("bullet_list_open", "ordered_list_open"):
            depth += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            depth -= 1
        elif token.type == "list_item_open":
            marker = f"{token.info}{token.markup}"
        elif token.type in ("fence", "code_block", "html_block"):
            yield Piece(re.sub(r"<[^>]*>", " ", token.content), line, is_heading=False)
        elif token.type == "inline":
            opened = tokens[place - 1]
            if opened.type == "heading_open":
                yield Piece(_plain(token), line, level=int(opened.tag[1:]), is_heading=True)
            elif depth and opened.type == "paragraph_open" and marker:
                yield Piece(_plain(token), line, marker, level=depth, is_heading=False)
                marker = ""
            else:
                yield Piece(_plain(token), line, is_heading=False)


def _plain(token: Token) -> str:
    parts = []
    for child in token.children or []:
        if child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif child.type in ("text", "code_inline", "image"):
            parts.append(child.content)
    return "".join(parts)
