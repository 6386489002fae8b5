"""Plain text: notes, minutes, text taken from a PDF, chat logs, a mail saved as text."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from pipeline.readers.reading import Reading, Source, Unreadable
from pipeline.text.encoding import Decoded, decode
from pipeline.text.lines import pieces
from pipeline.text.mail import Mail, find_mail
from pipeline.text.outline import outline
from pipeline.text.shape import Line
from pipeline.text.speakers import ORIGIN_SPEAKER, attribute, timed_utterances

MIN_REPEATS = 2  # of a line with a page number, from which it is a header or footer
TAB_WIDTH = 4  # columns

_PAGE_NUMBER = re.compile(r"\b(?:pagina|page|pag\.?|p\.|blz\.?)\s*\d+|\b\d+\s*(?:/|van|of)\s*\d+\b", re.IGNORECASE)


def read(source: Source) -> Reading:
    """Read a text file.

    Raises:
        Unreadable: it is no text.
    """
    decoded = decoded_text(source)
    lines, n_dropped = without_page_lines(to_lines(decoded.text))
    warnings = encoding_warnings(decoded)
    if n_dropped:
        warnings.append(f"{n_dropped} page headers and footers left out")
    mail = find_mail([line.text for line in lines])
    if mail is not None:
        return read_message(lines, mail, source, warnings, decoded.encoding)
    blocks = outline(pieces(lines, source.lexicon))
    attributed = attribute(timed_utterances(blocks) or blocks, source.people)
    return Reading(attributed.blocks, tuple(warnings), attributed.names, decoded.encoding)


def read_message(
    lines: Sequence[Line], mail: Mail, source: Source, warnings: Sequence[str], encoding: str | None
) -> Reading:
    """Read the lines of a mail: its sender says all of it, below its subject."""
    body = lines[mail.first : mail.end]
    subject = (mail.subject,) if mail.subject else ()
    blocks = [
        replace(block, speaker=mail.sender, heading=(*subject, *block.heading))
        for block in outline(pieces(body, source.lexicon))
    ]
    said = [*warnings, f"mail: {mail.first} header lines read as data"] if mail.first else list(warnings)
    if n_below := len(lines) - mail.end:
        said.append(f"mail: {n_below} lines of signature or earlier messages left out")
    names = tuple((name, ORIGIN_SPEAKER) for name in mail.names)
    return Reading(blocks, tuple(said), names, encoding)


def decoded_text(source: Source) -> Decoded:
    """The text of a text file.

    Raises:
        Unreadable: it is no text.
    """
    decoded = decode(source.data)
    if decoded is None:
        raise Unreadable("is no text file: it holds binary data")
    return decoded


def encoding_warnings(decoded: Decoded) -> list[str]:
    """What went wrong when the bytes were read as text."""
    return [f"{decoded.n_lost} bytes could not be read as {decoded.encoding}"] if decoded.n_lost else []


def to_lines(text: str) -> list[Line]:
    """Cut a text into lines with their indent and the blank lines before them; a form feed is a page break."""
    lines: list[Line] = []
    gap, breaks = 0, False
    for number, raw in enumerate(text.split("\n"), start=1):
        breaks = breaks or "\f" in raw
        text_of_line = raw.replace("\f", "").expandtabs(TAB_WIDTH)
        stripped = text_of_line.strip()
        if not stripped:
            gap += 1
            continue
        indent = len(text_of_line) - len(text_of_line.lstrip())
        lines.append(Line(stripped, number, indent, gap, follows_break=breaks))
        gap, breaks = 0, False
    return lines


def without_page_lines(lines: Sequence[Line]) -> tuple[list[Line], int]:
    """Leave out headers and footers: lines with a page number that are the same on every page but for it."""
    patterns = Counter(re.sub(r"\d+", "#", line.text) for line in lines if _PAGE_NUMBER.search(line.text))
    repeated = {pattern for pattern, number in patterns.items() if number >= MIN_REPEATS}
    kept: list[Line] = []
    gap, breaks = 0, False
    for line in lines:
        if _PAGE_NUMBER.search(line.text) and re.sub(r"\d+", "#", line.text) in repeated:
            gap, breaks = max(gap, line.gap), True
            continue
        follows_break = breaks or line.follows_break
        kept.append(Line(line.text, line.number, line.indent, max(gap, line.gap), follows_break=follows_break))
        gap, breaks = 0, False
    return kept, len(lines) - len(kept)
