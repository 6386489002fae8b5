"""Markdown: headings, lists and tables as they are marked, and front matter as data of the session."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from pipeline.readers.reading import Reading, Source
from pipeline.readers.text import decoded_text, encoding_warnings
from pipeline.readers.text import read as read_text
from pipeline.readers.word_table import WordTable
from pipeline.text.blocks import Block
from pipeline.text.lines import Piece
from pipeline.text.outline import outline
from pipeline.text.repair import clean
from pipeline.text.speakers import ORIGIN_LIST, TRANSCRIPT_SHARE, attribute, opens_utterance

PEOPLE = (
    r"aanwezig(?:en)?|afwezig|deelnemers?|participants?|voorzitter|notulist|gespreksleider|auteur|author|"
    r"verslag(?:legger)?"
)
MAX_CHARACTERS = 5_000_000  # above it, parsing takes minutes
MAX_FRONT_MATTER = 100_000  # characters
MIN_TURNS = 2  # lines of one paragraph with a name before them, from which people speak in turn there
SESSION_KEYS = {
    "title": "title",
    "titel": "title",
    "date": "date",
    "datum": "date",
    "region": "region",
    "regio": "region",
}

_FRONT_MATTER = re.compile(r"\s*---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,20}\]:?[ \t]?")  # its sign; what the note says stays
_BOX = re.compile(r"\[[ xX]\]\s+")  # of a task list


def read(source: Source) -> Reading:
    """Read a Markdown file.

    Raises:
        Unreadable: it is no text.
    """
    decoded = decoded_text(source)
    if len(decoded.text) > MAX_CHARACTERS:
        reading = read_text(source)
        return replace(reading, warnings=("too long for Markdown: read as plain text", *reading.warnings))
    front, body, first_line = _front_matter(decoded.text)
    warnings = encoding_warnings(decoded)
    if front is None:
        warnings.append("its front matter is no YAML and was read as text")
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(_FOOTNOTE.sub("", body))
    pieces = [_cleaned(piece, source) for piece in _pieces(tokens, first_line)]
    people = list(_people(front or {}))
    attributed = attribute(outline([piece for piece in pieces if piece.text]), (*people, *source.people))
    names = {*attributed.names, *((name, ORIGIN_LIST) for name in people)}
    known = {SESSION_KEYS[key]: value for key, value in (front or {}).items() if key in SESSION_KEYS}
    session = {key: str(value) for key, value in known.items() if isinstance(value, str | int | float | date)}
    return Reading(attributed.blocks, tuple(warnings), tuple(sorted(names)), decoded.encoding, session=session)


def _front_matter(text: str) -> tuple[Mapping[str, Any] | None, str, int]:
    """Front matter, the text below it and the line that starts on; None and the whole text if it is no mapping."""
    match = _FRONT_MATTER.match(text, 0, MAX_FRONT_MATTER)
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
            names = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
            yield from (name.strip() for name in names if isinstance(name, str))


def _cleaned(piece: Piece | Block, source: Source) -> Piece | Block:
    if isinstance(piece, Block):
        return piece
    text, repairs = clean(piece.text, source.lexicon)
    return Piece(
        text, piece.number, piece.marker, level=piece.level, is_heading=piece.is_heading, gap=1, repairs=repairs
    )


def _pieces(tokens: Sequence[Token], first_line: int) -> Iterator[Piece | Block]:
    depth, marker = 0, ""
    for place, token in enumerate(tokens):
        line = first_line + (token.map[0] if token.map else 0)
        if token.type.endswith(("_list_open", "_list_close")):
            depth += token.nesting
        elif token.type == "list_item_open":
            marker = f"{token.info}{token.markup}"
        elif token.type == "table_open":
            yield from _table(tokens[place:]).blocks()
        elif token.type in ("fence", "code_block", "html_block"):
            yield Piece(re.sub(r"<[^<>]*>", " ", token.content), line, is_heading=False)
        elif token.type == "inline" and tokens[place - 1].tag not in ("td", "th"):
            yield from _pieces_of(token, tokens[place - 1], line, depth, marker)
            marker = ""


def _table(tokens: Sequence[Token]) -> WordTable:
    rows: list[list[list[str]]] = []
    for before, token in pairwise(tokens):
        if token.type == "table_close":
            break
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and before.tag in ("td", "th"):
            rows[-1].append([_plain(token)])
    return WordTable(rows)


def _pieces_of(token: Token, opened: Token, line: int, depth: int, marker: str) -> Iterator[Piece]:
    """Pieces from a token with text; only the first paragraph of a list item is a bullet.

    Lines of one paragraph are one piece, unless people speak in turn there, a name before each.
    """
    lines = _lines(token)
    if opened.type == "heading_open":
        yield Piece(" ".join(lines), line, level=int(opened.tag[1:]), is_heading=True)
    elif depth and marker and opened.type == "paragraph_open":
        yield Piece(" ".join(lines), line, marker, level=depth, is_heading=False)
    else:
        for start, end in pairwise(_turns(lines)):
            yield Piece(" ".join(lines[start:end]), line + start, is_heading=False)


def _turns(lines: Sequence[str]) -> list[int]:
    """Where the turns of a paragraph start, and one past its last line."""
    turns = [place for place, line in enumerate(lines) if opens_utterance(line)]
    is_dialogue = len(turns) >= max(MIN_TURNS, TRANSCRIPT_SHARE * len(lines))
    return [*dict.fromkeys((0, *turns)), len(lines)] if is_dialogue else [0, len(lines)]


def _plain(token: Token) -> str:
    return " ".join(_lines(token))


def _lines(token: Token) -> list[str]:
    """The text of a token line by line, without pictures and what is struck out."""
    lines, struck = [""], 0
    for child in token.children or []:
        struck += child.nesting if child.type in ("s_open", "s_close") else 0
        if child.type in ("softbreak", "hardbreak"):
            lines.append("")
        elif child.type in ("text", "code_inline") and not struck:
            lines[-1] += child.content
    lines[0] = _BOX.sub("", lines[0], count=1) if token.content.startswith("[") else lines[0]
    return lines
