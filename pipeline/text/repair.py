"""Undo what storing, copying and exporting did to the characters of a text; what its author wrote stays.

Every step is a small function from a text to a text and the number of repairs; `clean` runs them all. None
knows any document: lost letters are found again as the most common Dutch word that fits.
"""

import html
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from operator import itemgetter

import ftfy

from pipeline.text.lexicon import MAX_WORD, UNKNOWN, Lexicon

LOST = "\ufffd\ue000-\uf8ff\x01-\x08\x0b\x0e-\x1f"  # character class: what stands where a letter was lost
LIGATURES = ("fi", "fl", "ff", "ft", "ffi", "ffl", "fft", "fh", "fj", "fb", "fk", "ti", "tt", "tti", "Th")
CANDIDATES = (*LIGATURES, *"ëïöüéèêáàâóôíúûç", "’")
MAX_LOST_IN_WORD = 2  # more leave too little to go by
MIN_WORD = 3  # signs; what is shorter fits too many words
MAX_PASSES = 5  # one repair can bring to light what another mends; more than two passes are rare
ALPHABET = "abcdefghijklmnopqrstuvwxyz"

_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{1,6}|#x[0-9a-fA-F]{1,5});")
_NESTED_AMPERSAND = re.compile(r"&(?:(?:amp|#38|#x26);)+", re.IGNORECASE)
_PRESENTATION_FORM = re.compile("[\ufb00-\ufb06\u0132\u0133]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufff9-\ufffc]")
_EMOJI_JOINER = re.compile("(?<=[^\\w\\s])\u200d(?=[^\\w\\s])")
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_ODD_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"\s+")
_LETTERS = re.compile(rf"(?:[^\W\d_]|[{LOST}])+")
_LOST = re.compile(f"[{LOST}]")
_GLYPH_CODE = re.compile(r"\(cid:\d+\)")
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_SPACED_LETTERS = re.compile(r"(?<!\S)(?:[^\W\d_] {1,4}){3,}[^\W\d_](?!\S)")
_PLAIN = re.compile(r"[ -%'-~]*")  # printable ASCII without the ampersand

Step = Callable[[str, Lexicon], tuple[str, int]]


def clean(text: str, lexicon: Lexicon) -> tuple[str, Counter[str]]:
    """Repair one piece of text.

    Args:
        text: a piece of text, such as a line, a cell or a paragraph.
        lexicon: Dutch words; read only if a letter was lost or a word was letter-spaced.

    Returns:
        The text, on one line and without white space around it, and how many repairs of each kind were made.
        A text that is well formed comes back as it is; cleaning twice is the same as cleaning once.
    """
    repairs: Counter[str] = Counter()
    for _ in range(MAX_PASSES):
        before = text
        text = _clean_once(text, lexicon, repairs)
        if text == before:
            break
    return text, repairs


def _clean_once(text: str, lexicon: Lexicon, repairs: Counter[str]) -> str:
    if not _PLAIN.fullmatch(text) or "(cid:" in text:
        for name, step in _STEPS.items():
            text, number = step(text, lexicon)
            if number:
                repairs[name] += number
    if "  " in text or text != text.strip() or not text.isprintable() or _SPACED_LETTERS.search(text):
        text, number = _letter_spacing(text, lexicon)
        if number:
            repairs["letter-spaced word"] += number
        text = _SPACES.sub(" ", text).strip()
    return text


def _entities(text: str, _: Lexicon) -> tuple[str, int]:
    if "&" not in text:
        return text, 0
    text, n_nested = _NESTED_AMPERSAND.subn("&", text)
    text, number = _ENTITY.subn(lambda match: html.unescape(match[0]), text)
    return text, n_nested + number


def _mojibake(text: str, _: Lexicon) -> tuple[str, int]:
    if text.isascii():
        return text, 0
    fixed = ftfy.fix_encoding(text)
    return fixed, 0 if fixed == text else max(1, (Counter(fixed) - Counter(text)).total())


def _presentation_forms(text: str, _: Lexicon) -> tuple[str, int]:
    return _PRESENTATION_FORM.subn(lambda match: unicodedata.normalize("NFKC", match[0]), text)


def _decomposed(text: str, _: Lexicon) -> tuple[str, int]:
    composed = unicodedata.normalize("NFC", text)
    return composed, len(text) - len(composed) if len(composed) < len(text) else int(composed != text)


def _lost_letters(text: str, lexicon: Lexicon) -> tuple[str, int]:
    number = 0

    def restore(match: re.Match[str]) -> str:
        nonlocal number
        word = match[0]
        n_lost = len(_LOST.findall(word))
        restored = restore_word(word, lexicon) if n_lost else None
        number += n_lost if restored is not None else 0
        return word if restored is None else restored

    text = encodable(_GLYPH_CODE.sub("\ufffd", text))
    return (_LETTERS.sub(restore, text), number) if _LOST.search(text) else (text, 0)


def encodable(text: str) -> str:
    """A text in which U+FFFD stands for each surrogate: half a character, as damaged mail and JSON can hold.

    No encoding can write surrogates.
    """
    return _HALF_CHARACTER.sub("\ufffd", text)


def restore_word(word: str, lexicon: Lexicon) -> str | None:
    """Find the word that a damaged one was: the most common that fits; None if none does.

    Args:
        word: letters with one or two lost ones among them.
        lexicon: Dutch words.
    """
    if word not in lexicon.restored:
        lexicon.restored[word] = _search_word(word, lexicon)
    return lexicon.restored[word]


def _search_word(word: str, lexicon: Lexicon) -> str | None:
    parts = _LOST.split(word)
    n_lost = len(parts) - 1
    if not 1 <= n_lost <= MAX_LOST_IN_WORD or not MIN_WORD <= len(word) <= MAX_WORD or lexicon.is_spent:
        return None
    if n_lost == MAX_LOST_IN_WORD and not parts[0] and not parts[-1] and lexicon.rank(parts[1]) < UNKNOWN:
        return f"‘{parts[1]}’"
    cost = lexicon.cost if n_lost == 1 else lexicon.rank  # two lost letters fit too many words that are not listed
    best: tuple[float, str | None] = UNKNOWN, None
    for letters in itertools.product(CANDIDATES, repeat=n_lost):
        candidate = parts[0] + "".join(letter + part for letter, part in zip(letters, parts[1:], strict=True))
        best = min(best, (cost(candidate), candidate), key=itemgetter(0))
    return best[1]


def _invisible(text: str, _: Lexicon) -> tuple[str, int]:
    kept = _EMOJI_JOINER.sub("\uf8ff", text)
    kept, number = _INVISIBLE.subn("", kept)
    return kept.replace("\uf8ff", "\u200d"), number


def _controls(text: str, _: Lexicon) -> tuple[str, int]:
    return _CONTROL.subn("", text)


def _odd_spaces(text: str, _: Lexicon) -> tuple[str, int]:
    return _ODD_SPACE.subn(" ", text)


def _letter_spacing(text: str, lexicon: Lexicon) -> tuple[str, int]:
    number = 0

    def close(match: re.Match[str]) -> str:
        nonlocal number
        words = ["".join(part.split()) for part in re.split(r" {2,}", match[0])]
        if any(len(word) > 2 and (word.lower() in ALPHABET or lexicon.cost(word) >= UNKNOWN) for word in words):
            return match[0]  # "groep A B C D"
        number += len(words)
        return " ".join(words)

    return _SPACED_LETTERS.sub(close, text), number


_STEPS: dict[str, Step] = {
    "character code": _entities,
    "wrong encoding": _mojibake,
    "ligature sign": _presentation_forms,
    "split accent": _decomposed,
    "lost letter": _lost_letters,
    "invisible character": _invisible,
    "control character": _controls,
    "odd space": _odd_spaces,
}
