"""Web pages: headings, paragraphs, lists and tables; no scripts, menus or links followed."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from lxml import etree, html

from pipeline.readers.reading import Reading, Source, Unreadable
from pipeline.readers.text import decoded_text, encoding_warnings
from pipeline.readers.word_table import WordTable
from pipeline.text.blocks import Block
from pipeline.text.lexicon import Lexicon
from pipeline.text.lines import Piece
from pipeline.text.outline import outline
from pipeline.text.repair import clean
from pipeline.text.speakers import attribute

HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
PASSED_OVER = {"script", "style", "nav", "header", "footer", "noscript", "template", "svg", "head", "form", "iframe"}
BLOCKS = {"p", "div", "section", "article", "main", "body", "blockquote", "td", "th", "pre", "dd", "dt", "html", "tr"}
MAX_DEPTH = 100  # of elements within each other
MIN_ROWS = MIN_COLUMNS = 2  # of a table that holds data; smaller ones, and those around others, lay out a page

Found = tuple[str, str, int | None, int]  # text, kind, level and line of a block of text


def read(source: Source) -> Reading:
    """Read an .html file.

    Raises:
        Unreadable: it is no text, or no page.
    """
    decoded = decoded_text(source)
    blocks = outline(list(_pieces(decoded.text, source.lexicon)))
    attributed = attribute(blocks, source.people)
    return Reading(attributed.blocks, tuple(encoding_warnings(decoded)), attributed.names, decoded.encoding)


def page_text(text: str) -> str:
    """All that a page says in reading order, a blank line between blocks and cells.

    Raises:
        Unreadable: it cannot be read as a page.
    """
    texts: list[str] = []
    for found in _walk(_parsed(text), 0):
        texts += chain(*chain(*found.rows)) if isinstance(found, WordTable) else [" ".join(found[0].split())]
    return "\n\n".join(filter(None, texts))


def _parsed(text: str) -> Any:  # noqa: ANN401  # lxml's element
    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        raise Unreadable("is no page that can be read") from None


def _pieces(text: str, lexicon: Lexicon) -> Iterator[Piece | Block]:
    for found in _walk(_parsed(text), 0):
        if isinstance(found, WordTable):
            yield from found.blocks()
            continue
        words, kind, level, line = found
        cleaned, repairs = clean(words, lexicon)
        if cleaned:
            marker = "•" if kind == "item" else ""
            yield Piece(cleaned, line, marker, level=level, is_heading=kind == "heading", gap=1, repairs=repairs)


def _walk(element: Any, depth: int, lists: int = 0) -> Iterator[Found | WordTable]:  # noqa: ANN401
    """Every block of text, and every table of data."""
    tag = element.tag
    if not isinstance(tag, str) or tag in PASSED_OVER:
        return
    line = element.sourceline or 0
    if tag == "table" and (table := _data(element)) is not None:
        yield from ((caption.text_content(), "plain", None, line) for caption in element.iterchildren("caption"))
        yield table
        return
    if tag in HEADINGS or depth > MAX_DEPTH:
        yield element.text_content(), "heading" if tag in HEADINGS else "plain", HEADINGS.get(tag), line
        return
    lists += tag in ("ul", "ol")
    kind, level = ("item", lists) if tag == "li" else ("plain", None)
    words = element.text or ""
    for child in element:
        if isinstance(child.tag, str) and (
            child.tag in BLOCKS | HEADINGS.keys() | {"ul", "ol", "li", "table", "tbody"}
        ):
            yield words, kind, level, line
            yield from _walk(child, depth + 1, lists)
            words, kind, level = child.tail or "", "plain" if kind == "plain" else kind, level
        elif isinstance(child.tag, str) and child.tag not in PASSED_OVER:
            words += (" " if child.tag == "br" else child.text_content()) + (child.tail or "")
        else:
            words += child.tail or ""
    yield words, kind, level, line


def _data(table: Any) -> WordTable | None:  # noqa: ANN401
    """A table with its cells; None if it only lays out a page."""
    rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
    if (
        len(rows) < MIN_ROWS
        or max(map(len, rows)) < MIN_COLUMNS
        or next(table.iterdescendants("table"), None) is not None
    ):
        return None
    return WordTable([[_paragraphs(cell) for cell in row] for row in rows])


def _paragraphs(cell: Any) -> list[str]:  # noqa: ANN401
    found = [part for part in _walk(cell, 0) if not isinstance(part, WordTable)]
    texts = [" ".join(words.split()) for words, _, _, _ in found]
    return [text for text in texts if text]
