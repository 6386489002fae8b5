"""The words of a text as the search for names sees them: shape, neighbours, and whether they open a sentence."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from pipeline.text.name_lists import Grade, NameLists, key

BLANK = "\ufffc"  # stands for each character of what is masked already: no word, and nothing goes on over it
WORD = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*)*")

_OPENING = re.compile(r"[.!?…:\n\r\t“”\"«»•*|#>(\[{–—]|^\s*-\s|\s-\s")
_ABBREVIATIONS = frozenset(
    "bijv evt ca nl resp incl excl nr tel jl vgl zgn plv wnd vz pres red aug sept okt nov dec jan feb mrt apr".split()
)
_INITIALS = frozenset(("th", "chr", "ph", "ij", "joh", "jac", "fr", "wm", "gerh", "corn"))  # of more than one letter
# Endings of Dutch, Belgian, Turkish, Balkan, Polish, Ukrainian, Greek, Iranian, Armenian and Scandinavian surnames.
_SURNAME_ENDINGS = tuple(
    "stra inga enga sema tsma dsma rsma ksma nsma lsma gsma ssen mans kens ckx aert aerts oglu ovic evic ic ski ska "
    "wicz czyk opoulos idis akis enko chuk zadeh pour nejad yan dottir sson huizen kamp horst".split()
)
_NOWHERE: frozenset[str] = frozenset()
_SHORT_PARTICLES = frozenset(("v", "d", "vd"))  # `Joost v.d. Berg`, `Joost v/d Berg`
_MIXED_ACRONYM = re.compile(r"[A-Z]{1,3}v[A-Z]{1,3}")  # HvA, CvB, RvT
_MIN_SURNAME = 6  # letters; with fewer, such an ending says little
_POSSESSED = 3  # letters of a name before a possessive s; shorter ones are found in any word
MIN_CAPITALS = 3  # words with one, in a heading with capitals throughout
MIN_LOWER_LETTERS = 4  # of a word in lower case that shows a line to be no heading with capitals throughout


@dataclass(slots=True, frozen=True)
class Token:
    """One word.

    Args:
        start: first code point in the text.
        end: one past its last.
        text: the word as written.
        key: the same without case and accents.
        before: what stands between it and the word before.
        given: how sure it is as a given name.
        surname: how sure it is as a surname.
        grade: how sure it is as a name.
        sections: the sections of the list of words that it is in.
        is_capital: whether it starts with a capital.
        is_upper: whether it is written in capitals, as acronyms are.
    """

    start: int
    end: int
    text: str
    key: str
    before: str
    given: Grade
    surname: Grade
    grade: Grade
    sections: frozenset[str]
    is_capital: bool
    is_upper: bool


class Passage:
    """The words of one text.

    Args:
        text: the text.
        names: the lists to look them up in.
        given: per key, how sure a given name is; those of `names` and of the roster.
        surname: per key, how sure a surname is; likewise.
    """

    def __init__(
        self, text: str, names: NameLists, *, given: Mapping[str, Grade], surname: Mapping[str, Grade]
    ) -> None:
        self.text = text
        self.before_endings, self.after_endings = names.endings("org_before_ending"), names.endings("org_ending")
        self.tokens: list[Token] = []
        end = 0
        for match in WORD.finditer(text):
            word = match[0]
            folded = key(word)
            given_grade, surname_grade = given.get(folded, Grade.NONE), surname.get(folded, Grade.NONE)
            is_capital = word[0].isupper()
            if is_capital and not (given_grade or surname_grade):
                given_grade, surname_grade = _derived(folded, names, given, surname)
            token = Token(
                start=match.start(),
                end=match.end(),
                text=word,
                key=folded,
                before=text[end : match.start()],
                given=given_grade,
                surname=surname_grade,
                grade=given_grade if given_grade > surname_grade else surname_grade,
                sections=names.sections.get(folded, _NOWHERE),
                is_capital=is_capital,
                is_upper=is_capital and len(word) > 1 and (word.isupper() or bool(_MIXED_ACRONYM.fullmatch(word))),
            )
            self.tokens.append(token)
            end = match.end()
        self.n_tokens = len(self.tokens)

    def __len__(self) -> int:
        return self.n_tokens

    def after(self, place: int) -> str:
        """What stands between a word and the next, or up to the end of the text."""
        if place + 1 < self.n_tokens:
            return self.tokens[place + 1].before
        return self.text[self.tokens[place].end :]

    def key(self, place: int) -> str:
        """The key of a word; empty outside of the text."""
        return self.tokens[place].key if 0 <= place < self.n_tokens else ""

    def is_in(self, place: int, section: str) -> bool:
        """Whether a word stands in a section of the list."""
        return 0 <= place < self.n_tokens and section in self.tokens[place].sections

    def is_in_any(self, place: int, sections: frozenset[str]) -> bool:
        """Whether a word stands in any of some sections of the list."""
        return 0 <= place < self.n_tokens and not sections.isdisjoint(self.tokens[place].sections)

    def is_initial(self, place: int) -> bool:
        """Whether a word is an initial with its point."""
        token = self.tokens[place]
        short = len(token.text) == 1 or token.key in _INITIALS
        return short and token.is_capital and self.after(place).startswith(".")

    def is_joined(self, place: int) -> bool:
        """Whether a word can go on with the name that the word before belongs to."""
        if not 0 < place < self.n_tokens:
            return False
        token, previous = self.tokens[place], self.tokens[place - 1]
        mark = token.before.strip(" \u00a0")
        if mark in ("'", "’"):
            return len(previous.text) == 1 or (token.key == "t" and token.before[0] != mark)
        if mark in (".", "/"):
            return previous.text in _SHORT_PARTICLES or (mark == "." and self.is_initial(place - 1))
        return not mark or token.before == "-"

    def opens(self, place: int) -> bool:
        """Whether a word stands where a capital says nothing: at the start of a sentence, heading, quote or aside."""
        before = self.tokens[place].before
        if self.is_heading or (place == 0 and BLANK not in before):
            return True
        previous = self.tokens[place - 1]
        if place and before[0] == "." and (self._is_abbreviation(previous) or self.is_initial(place - 1)):
            before = before[1:]
        return _OPENING.search(before) is not None

    def starts_line(self, place: int) -> bool:
        """Whether nothing but digits and marks stands before a word on its line."""
        before = self.tokens[place].before
        return BLANK not in before and (place == 0 or "\n" in before)

    @cached_property
    def is_heading(self) -> bool:
        """Whether every longer word has a capital, as in some headings and lists."""
        n_capitals = sum(token.is_capital for token in self.tokens)
        return n_capitals >= MIN_CAPITALS and not any(
            len(token.text) >= MIN_LOWER_LETTERS and not token.is_capital for token in self.tokens
        )

    @cached_property
    def is_shouted(self) -> bool:
        """Whether all of it is in capitals, so that acronyms cannot be told."""
        return self.n_tokens > 1 and self.text.isupper()

    def _is_abbreviation(self, token: Token) -> bool:
        single = len(token.text) == 1 and not token.is_capital
        return single or token.key in _ABBREVIATIONS or "title" in token.sections


def _derived(
    word: str, names: NameLists, given: Mapping[str, Grade], surname: Mapping[str, Grade]
) -> tuple[Grade, Grade]:
    """The grades of an unlisted word: `Jansens` as `Jansen`, `Marks` as `Mark` with care, `Hoitinga` by its ending."""
    if word in names.words["common"] or word in names.words["place"]:
        return Grade.NONE, Grade.NONE
    stem = word.removesuffix("s")
    if stem != word and len(stem) >= _POSSESSED:
        given_grade, surname_grade = given.get(stem, Grade.NONE), surname.get(stem, Grade.NONE)
        given_grade = Grade.CAUTIOUS if given_grade == Grade.WORD else given_grade
        if given_grade or surname_grade == Grade.STRONG:
            return given_grade, surname_grade if surname_grade == Grade.STRONG else Grade.NONE
    typical = len(word) >= _MIN_SURNAME and word.endswith(_SURNAME_ENDINGS)
    return Grade.NONE, Grade.CAUTIOUS if typical else Grade.NONE
