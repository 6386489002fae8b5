"""Bytes to text, for files that do not say how they are encoded."""

import codecs
from dataclasses import dataclass

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SINGLE_BYTE = ("cp1252", "mac_roman", "cp850")  # Windows first: it wins a tie
DUTCH_LETTERS = frozenset("áàäéèêëíïóôöúûüçÉËÓÖÜ")
TYPOGRAPHIC = frozenset("‘’“”–—…•€")
MAX_CONTROLS = 8  # control characters that a short text may have
MAX_CONTROL_SHARE = 0.01  # of the characters of a text; a binary file has far more
MAX_BROKEN_SHARE = 0.2  # of the multi-byte characters of a damaged UTF-8 file


@dataclass(frozen=True)
class Decoded:
    """A decoded text.

    Args:
        text: the text, lines ended by a line feed alone, without NUL characters.
        encoding: name of its encoding.
        n_lost: bytes or characters that could not be read; they stand as U+FFFD or are gone.
    """

    text: str
    encoding: str
    n_lost: int = 0


def decode(data: bytes) -> Decoded | None:
    """Decode the bytes of a text file; None if they are no text.

    UTF-8 and UTF-16 are tried first, then the single-byte encoding that makes the most Dutch letters.
    """
    text, encoding = _decoded(data)
    controls = sum(text.count(chr(code)) for code in (*range(9), *range(14, 32)))
    if controls > max(MAX_CONTROLS, MAX_CONTROL_SHARE * len(text)):
        return None
    n_lost = text.count("\ufffd") if encoding.endswith("damaged") else 0
    n_lost += text.count("\0")
    text = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    return Decoded(text, encoding, n_lost)


def _decoded(data: bytes) -> tuple[str, str]:
    for mark, name in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data.decode(name, errors="replace"), name
    wide = _utf16_without_mark(data)
    if wide is not None:
        return data.decode(wide, errors="replace"), wide
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    damaged = data.decode("utf-8", errors="replace")
    n_broken = damaged.count("\ufffd")
    n_whole = sum(character > "\x7f" for character in damaged) - n_broken
    if n_broken <= MAX_BROKEN_SHARE * n_whole:
        return damaged, "utf-8, damaged"
    candidates = [(data.decode(name, errors="replace"), name) for name in SINGLE_BYTE]
    return max(candidates, key=lambda candidate: _dutchness(candidate[0]))


def _utf16_without_mark(data: bytes) -> str | None:
    """Which half of every pair of bytes is zero, if it is UTF-16: Dutch text is nearly all below U+0100."""
    head = data[:4096]
    half = len(head) // 2
    if half < 2:
        return None
    for name, zeros, letters in (("utf-16-le", head[1::2], head[::2]), ("utf-16-be", head[::2], head[1::2])):
        if zeros.count(0) > 0.7 * half and letters.count(0) < 0.1 * half:
            return name
    return None


def _dutchness(text: str) -> int:
    """Count letters and typographic marks that Dutch uses, less other signs inside words."""
    score = 0
    for before, character, after in zip(" " + text, text, text[1:] + " ", strict=False):
        if character <= "\x7f":
            continue
        if character in DUTCH_LETTERS:
            score += before.isalpha() + after.isalpha() or -1
        else:
            score += 1 if character in TYPOGRAPHIC else -1
    return score
