"""Web pages: headings, paragraphs, lists and table cells; no scripts, menus or links followed."""

from collections.abc import Iterator
from typing import Any

from lxml import etree, html

from pipeline.readers.reading import Reading, Source, Unreadable
from pipeline.readers.text import decoded_text, encoding_warnings
from pipeline.text.lines import Piece
from pipeline.text.outline import outline
from pipeline.text.repair import clean
from pipeline.text.speakers import attribute

HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
PASSED_OVER = {"script", "style", "nav", "header", "footer", "noscript", "template", "svg", "head", "form", "iframe"}
BLOCKS = {"p", "div", "section", "article", "main", "body", "blockquote", "td", "th", "pre", "dd", "dt", "html", "tr"}
MAX_DEPTH = 100  # of elements within each other


def read(source: Source) -> Reading:
    """Read an .html file.

    Raises:
        Unreadable: it is no text, or no page.
    """
    decoded = decoded_text(source)
    blocks = outline(list(page_pieces(decoded.text, source)))
    attributed = attribute(blocks, source.people)
    return Reading(attributed.blocks, tuple(encoding_warnings(decoded)), attributed.names, decoded.encoding)


def page_pieces(text: str, source: Source) -> Iterator[Piece]:
    """The pieces of a page in reading order.

    Raises:
        Unreadable: it cannot be read as a page.
    """
    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        raise Unreadable("is no page that can be read") from None
    for words, kind, level, line in _walk(root, 0):
        cleaned, repairs = clean(words, source.lexicon)
        if cleaned:
            is_heading = kind == "heading"
            marker = "•" if kind == "item" else ""
            yield Piece(cleaned, line, marker, level=level, is_heading=is_heading, gap=1, repairs=repairs)


def _walk(element: Any, depth: int, lists: int = 0) -> Iterator[tuple[str, str, int | None, int]]:  # noqa: ANN401
    """Text, kind, level and line of every block of text."""
    tag = element.tag
    if not isinstance(tag, str) or tag in PASSED_OVER:
        return
    line = element.sourceline or 0
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
