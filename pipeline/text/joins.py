"""Join the lines of a paragraph: with a space, without one, or without the hyphen that broke a word."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from pipeline.text.dutch import CONJUNCTIONS, STARTERS
from pipeline.text.lexicon import COMPOUND, UNKNOWN, Lexicon

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_BREAKS_WORD = re.compile(r"(?:[^\W_]|\))-$")
_LAST_PART = re.compile(r"[^\s(/‘“\"']*$")
_LETTERS = re.compile(r"[^\W\d_]*")
_BRACKETED_START = re.compile(r"(?:^|[\s/])\(([a-zà-ÿ]{2,})\)$")
_TAIL = 60  # characters that can tell how a line ends


class Joiner:
    """Joins lines; whether a hyphen at the end of one stays is asked of the document, then of the language.

    Args:
        lexicon: Dutch words.
        lines: all lines of the document, whose words are counted at first need.
    """

    def __init__(self, lexicon: Lexicon, lines: Iterable[str]) -> None:
        self._lexicon = lexicon
        self._lines = lines
        self._words: Counter[str] | None = None

    def join(self, lines: Sequence[str]) -> tuple[str, Counter[str]]:
        """The lines as one text, and the repairs that this took."""
        repairs: Counter[str] = Counter()
        parts = [lines[0]]
        for before, line in pairwise(lines):
            link, repair = self._link(before[-_TAIL:], line)
            if repair == "hyphenated word":
                parts[-1] = parts[-1][:-1]
            parts.append(link + line)
            repairs[repair] += 1
        return "".join(parts), repairs

    def _link(self, left: str, right: str) -> tuple[str, str]:
        """What stands between two lines, and the name of the repair."""
        if _BREAKS_WORD.search(left):
            return self._link_at_hyphen(left, right)
        if left.endswith(("/", "(")) or self._is_bracketed_compound(left, right):
            return "", "line break"
        return " ", "line break"

    def _link_at_hyphen(self, left: str, right: str) -> tuple[str, str]:
        first = right.split(maxsplit=1)[0]
        if first.lower() in CONJUNCTIONS:
            return " ", "line break"  # in- en uitstroom
        last = _LAST_PART.search(left)
        head = last[0][:-1] if last else ""
        tail = _LETTERS.match(first)
        is_word = head.isalpha() and first[0].islower() and not (head.isupper() and len(head) > 1)
        if is_word and tail and self._drops_hyphen(head, tail[0]):
            return "", "hyphenated word"
        return "", "line break"

    def _drops_hyphen(self, head: str, tail: str) -> bool:
        whole, kept = self._count(head + tail), self._count(f"{head}-{tail}")
        if whole != kept:
            return whole > kept
        joined = self._lexicon.cost(head + tail)
        if joined < COMPOUND:
            return True
        are_words = self._lexicon.rank(head) < UNKNOWN and self._lexicon.cost(tail) < UNKNOWN
        return not are_words or (joined < UNKNOWN and head.lower() not in STARTERS)

    def _is_bracketed_compound(self, left: str, right: str) -> bool:
        """Whether a bracketed first part and the next word are one word: (leer)netwerken."""
        head = _BRACKETED_START.search(left)
        tail = _LETTERS.match(right)
        if head is None or tail is None or not right[0].islower():
            return False
        word = head[1] + tail[0]
        return self._count(word) > 0 or self._lexicon.cost(word) < UNKNOWN

    def _count(self, word: str) -> int:
        if self._words is None:
            self._words = Counter(word.lower() for line in self._lines for word in _WORD.findall(line))
        return self._words[word.lower()]
