"""Word documents: paragraphs, headings, nested lists, tables, text boxes, comments and footnotes.

Not read: headers and footers, text that tracked changes deleted, pictures, macros, links to elsewhere.
"""

import io
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import docx
from docx.document import Document
from lxml import etree

from pipeline.readers.archive import check_archive
from pipeline.readers.reading import Reading, Source, Unreadable, real_names
from pipeline.readers.word_table import WordTable
from pipeline.text.blocks import Block
from pipeline.text.lexicon import Lexicon
from pipeline.text.lines import Piece, pieces
from pipeline.text.outline import is_title, outline
from pipeline.text.repair import clean
from pipeline.text.shape import Line
from pipeline.text.speakers import ORIGIN_SPEAKER, attribute, timed_utterances

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
SKIPPED = {f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{W}txbxContent", f"{W}rPr", f"{W}pPr", FALLBACK}
WRAPPERS = {f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}smartTag", f"{W}customXml", f"{W}moveTo"}
FAKE_HEADING_LEVEL = 9  # a bold line: below every heading with a style
MAX_DEPTH = 40  # of tables and text boxes within each other

_HEADING_STYLE = re.compile(r"(?:heading|kop)\s*(\d)$", re.IGNORECASE)
_TITLE_STYLE = re.compile(r"title|titel", re.IGNORECASE)
_LIST_STYLE = re.compile(r"(?:list (?:bullet|number)|lijst(?:opsom\.?teken|nummering))\s*(\d)?$", re.IGNORECASE)


@dataclass(frozen=True)
class Paragraph:
    """A paragraph as Word has it.

    Args:
        text: its text; line breaks within it as line feeds.
        number: its number in the document, from 1.
        level: depth of a heading or list item, from 0 for a title.
        kind: `heading`, `item` of a list, or `plain`.
    """

    text: str
    number: int
    level: int = 0
    kind: str = "plain"


def read(source: Source) -> Reading:
    """Read a .docx file; a block's line is the number of its paragraph.

    Raises:
        Unreadable: it is damaged, locked, or larger than a limit.
    """
    check_archive(source, "word/document.xml").close()
    try:
        document = docx.Document(io.BytesIO(source.data))
        styles = {style.style_id: _style_role(style) for style in document.styles if style.type == 1}
        comments = [(comment.author, comment.text) for comment in document.comments]
        properties = document.core_properties
        authors = real_names((properties.author, properties.last_modified_by))
    except Exception as error:  # damaged files make the library fail in many ways
        raise Unreadable(f"is damaged and cannot be opened as a Word document ({type(error).__name__})") from None
    parts = list(_Walk(styles).body(document.element.body))
    blocks = outline(list(_pieces(parts, source.lexicon)))
    attributed = attribute(timed_utterances(blocks) or blocks, source.people)
    notes = [Block(text, speaker=author or None) for author, text in comments if text.strip()]
    notes += [Block(text) for text in _footnotes(document)]
    names = {*attributed.names, *authors, *((author, ORIGIN_SPEAKER) for author, _ in comments if author)}
    return Reading([*attributed.blocks, *notes], attributed.warnings, tuple(sorted(names)))


def _style_role(style: Any) -> tuple[str, int] | None:  # noqa: ANN401  # no stubs
    """Whether a paragraph style is a heading or a list item, and its level; asked of the styles it is based on too."""
    for _ in range(MAX_DEPTH):
        if style is None:
            return None
        name = style.name or ""
        if match := _HEADING_STYLE.match(name):
            return "heading", int(match[1])
        if _TITLE_STYLE.fullmatch(name):
            return "heading", 0
        if match := _LIST_STYLE.match(name):
            return "item", int(match[1] or 1)
        outline_level = style.element.find(f"{W}pPr/{W}outlineLvl")
        if outline_level is not None and int(outline_level.get(f"{W}val", "9")) < 9:
            return "heading", int(outline_level.get(f"{W}val")) + 1
        if (numbering := style.element.find(f"{W}pPr/{W}numPr")) is not None:
            return "item", _list_level(numbering)
        style = style.base_style
    return None


def _list_level(numbering: Any) -> int:  # noqa: ANN401
    level = numbering.find(f"{W}ilvl")
    value = level.get(f"{W}val", "0") if level is not None else "0"
    return int(value) + 1 if value.isdigit() else 1


class _Walk:
    """Goes through the body of a document in reading order."""

    def __init__(self, styles: dict[str, tuple[str, int] | None]) -> None:
        self._styles = styles
        self._number = 0

    def body(self, element: Any, depth: int = 0) -> Iterator[Paragraph | WordTable]:  # noqa: ANN401
        if depth > MAX_DEPTH:
            yield from (self._paragraph(paragraph) for paragraph in element.iter(f"{W}p"))
            return
        for child in _children(element):
            if child.tag == f"{W}p":
                yield self._paragraph(child)
                for box in _text_boxes(child):
                    yield from self.body(box, depth + 1)
            elif child.tag == f"{W}tbl":
                yield self._table(child, depth)

    def _paragraph(self, element: Any) -> Paragraph:  # noqa: ANN401
        self._number += 1
        text = "".join(_texts(element))
        properties = element.find(f"{W}pPr")
        style = properties.find(f"{W}pStyle") if properties is not None else None
        role = self._styles.get(style.get(f"{W}val")) if style is not None else None
        numbering = properties.find(f"{W}numPr") if properties is not None else None
        if numbering is not None and (role is None or role[0] == "item"):
            role = "item", _list_level(numbering)
        if role is None and _is_bold(element) and is_title(text.strip()):
            role = "heading", FAKE_HEADING_LEVEL
        return Paragraph(text, self._number, *((role[1], role[0]) if role else (0, "plain")))

    def _table(self, element: Any, depth: int) -> WordTable:  # noqa: ANN401
        rows = []
        for row in _children(element):
            if row.tag != f"{W}tr" or row.find(f"{W}trPr/{W}del") is not None:
                continue
            cells: list[list[str]] = []
            for cell in (child for child in _children(row) if child.tag == f"{W}tc"):
                inner = [part for part in self.body(cell, depth + 1)]
                cells.append([text for part in inner for text in _cell_texts(part)])
                span = cell.find(f"{W}tcPr/{W}gridSpan")
                width = span.get(f"{W}val", "1") if span is not None else "1"
                cells.extend([] for _ in range(min(int(width) - 1, MAX_DEPTH) if width.isdigit() else 0))
            rows.append(cells)
        return WordTable(rows)


def _children(element: Any) -> Iterator[Any]:  # noqa: ANN401
    """The elements below one, also those that are only wrapped in a control or a tracked insertion."""
    for child in element:
        if child.tag in WRAPPERS:
            yield from _children(child)
        else:
            yield child


def _cell_texts(part: Paragraph | WordTable) -> Iterator[str]:
    if isinstance(part, Paragraph):
        yield part.text
    else:
        yield from (text for row in part.rows for cell in row for text in cell)


def _texts(element: Any) -> Iterator[str]:  # noqa: ANN401
    for child in element:
        if child.tag in SKIPPED or not isinstance(child.tag, str):
            continue
        if child.tag == f"{W}t":
            yield child.text or ""
        elif child.tag == f"{W}tab":
            yield "\t"
        elif child.tag in (f"{W}br", f"{W}cr"):
            yield "\n"
        elif child.tag == f"{W}noBreakHyphen":
            yield "-"
        else:
            yield from _texts(child)


def _text_boxes(element: Any) -> Iterator[Any]:  # noqa: ANN401
    """Text boxes that hang on a paragraph; those within them come with their own paragraph."""
    for box in element.iter(f"{W}txbxContent"):
        between = {above.tag for above in itertools.takewhile(lambda above: above is not element, box.iterancestors())}
        if between.isdisjoint((FALLBACK, f"{W}del", f"{W}txbxContent")):
            yield box


def _is_bold(element: Any) -> bool:  # noqa: ANN401
    runs = [run for run in element.iter(f"{W}r") if "".join(_texts(run)).strip()]
    marks = [run.find(f"{W}rPr/{W}b") for run in runs]
    return bool(runs) and all(mark is not None and mark.get(f"{W}val") not in ("0", "false") for mark in marks)


def _pieces(parts: Sequence[Paragraph | WordTable], lexicon: Lexicon) -> Iterator[Piece | Block]:
    """Paragraphs as pieces and tables as blocks; what was pasted in with a paragraph a line is joined again."""
    plain: list[Line] = []
    gap = 0
    for part in parts:
        if isinstance(part, Paragraph) and part.kind == "plain":
            for text in part.text.split("\n"):
                if stripped := text.strip():
                    plain.append(Line(stripped, part.number, len(text) - len(text.lstrip()), gap))
                    gap = 0
            gap += not part.text.strip()
            continue
        yield from pieces(plain, lexicon)
        plain = []
        yield from part.blocks() if isinstance(part, WordTable) else _marked_piece(part, lexicon)
    yield from pieces(plain, lexicon)


def _marked_piece(paragraph: Paragraph, lexicon: Lexicon) -> Iterator[Piece]:
    text, repairs = clean(paragraph.text, lexicon)
    if not text:
        return
    piece = Piece(text, paragraph.number, gap=1, level=paragraph.level, repairs=repairs)
    yield replace(piece, is_heading=True) if paragraph.kind == "heading" else replace(piece, marker="•")


def _footnotes(document: Document) -> Iterator[str]:
    for relation in document.part.rels.values():
        if relation.is_external or not relation.reltype.endswith(("/footnotes", "/endnotes")):
            continue
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        try:
            root = etree.fromstring(relation.target_part.blob, parser)
        except etree.XMLSyntaxError:
            continue
        for note in root:
            if note.get(f"{W}type") is None:
                text = " ".join("".join(_texts(note)).split())
                if text:
                    yield text
