"""PDF files with text: headings, paragraphs and bullets, in reading order, without headers and footers."""

import re
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pypdfium2

from pipeline.readers.page_layout import PageLine, page_lines
from pipeline.readers.reading import Reading, Source, Unreadable, real_names
from pipeline.text.lines import Piece, pieces
from pipeline.text.outline import outline
from pipeline.text.shape import Line
from pipeline.text.speakers import attribute

MIN_TEXT_PER_PAGE = 25  # letters; a scan has none, or the few of a stamp
MAX_HEADING = 200  # characters
MAX_HEADING_SHARE = 0.4  # of the pieces; above it the sizes of type mean something else
LARGER = 0.7  # points by which the type of a heading is larger

_STREAM = re.compile(rb"stream\r?\n")
_BLOCK = 1 << 16


def read(source: Source) -> Reading:
    """Read a PDF.

    Raises:
        Unreadable: it is damaged, locked, a scan without text, or larger than a limit.
    """
    limit = source.limits.max_unpacked_mb * 1_000_000
    if unpacked_bytes(source.data, limit) > limit:
        raise Unreadable("unpacks to more than ingest.max_unpacked_mb allows")
    try:
        document = pypdfium2.PdfDocument(source.data)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise Unreadable("is locked with a password" if locked else "is damaged and cannot be opened") from None
    try:
        if len(document) > source.limits.max_pages:
            raise Unreadable(f"has {len(document)} pages, more than ingest.max_pages allows")
        authors = real_names((document.get_metadata_value("Author"),))
        found, warnings = page_lines(document)
    finally:
        document.close()
    n_letters = sum(character.isalpha() for line in found for character in line.text)
    if n_letters < MIN_TEXT_PER_PAGE * max(1, min(len({line.page for line in found}), 3)):
        raise Unreadable("holds no text: it is a scan; have its text recognised (OCR) and hand in the result")
    lines = [_line(line) for line in found]
    blocks = outline(_with_headings(pieces(lines, source.lexicon), lines))
    attributed = attribute(blocks, source.people)
    return Reading(attributed.blocks, (*warnings, *attributed.warnings), tuple(sorted({*attributed.names, *authors})))


def _line(line: PageLine) -> Line:
    return Line(
        line.text,
        line.number,
        indent=line.indent,
        gap=line.gap,
        page=line.page,
        is_full=line.is_full,
        size=line.style,
        follows_break=line.follows_break,
    )


def _with_headings(found: Sequence[Piece], lines: Sequence[Line]) -> list[Piece]:
    """Mark pieces in larger or bold type as headings, the largest type the highest."""
    letters: Counter[float] = Counter()
    for line in lines:
        letters[line.size or 0] += len(line.text)
    body = max(letters, key=lambda size: (letters[size], -size))
    is_heading = [
        (piece.size or 0) >= body + LARGER and len(piece.text) <= MAX_HEADING and piece.text[-1] not in ".;,"
        for piece in found
    ]
    if sum(is_heading) > max(2, MAX_HEADING_SHARE * len(found)):
        return list(found)
    sizes = sorted({piece.size or 0 for piece, heading in zip(found, is_heading, strict=True) if heading}, reverse=True)
    return [
        replace(piece, is_heading=True, level=sizes.index(piece.size or 0) + 1) if heading else piece
        for piece, heading in zip(found, is_heading, strict=True)
    ]


def unpacked_bytes(data: bytes, limit: int) -> int:
    """Bytes that the compressed streams of a PDF unpack to, counted up to a limit without keeping them."""
    total = 0
    for match in _STREAM.finditer(data):
        unpacker = zlib.decompressobj()
        chunk = data[match.end() : match.end() + _BLOCK]
        place = match.end()
        try:
            while chunk and not unpacker.eof and total <= limit:
                total += len(unpacker.decompress(chunk, _BLOCK))
                if unpacker.unconsumed_tail:
                    chunk = unpacker.unconsumed_tail
                else:
                    place += _BLOCK
                    chunk = data[place : place + _BLOCK]
        except zlib.error:
            continue
        if total > limit:
            break
    return total
