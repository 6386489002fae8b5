"""Find the names of people in running text: a roster, lists of names, and rules for names that are words.

Organisations and places stay. Measured on tests/cases/names.jsonl by benchmarks/masking.py.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property

from pipeline.text.identifiers import MARKS
from pipeline.text.name_context import organisations
from pipeline.text.name_evidence import Evidence
from pipeline.text.name_lists import Grade, key, name_lists, plain
from pipeline.text.name_search import Search
from pipeline.text.name_tokens import BLANK, WORD, Passage
from pipeline.text.persons import Person, parse_person

NAME, ORGANISATION = "[naam]", "[organisatie]"
MIN_ROSTER_NAME = 2  # letters of a name in the roster
MIN_LEARNED = 4  # letters of a surname that is learned; shorter ones may be acronyms or words of other languages
MAX_TITLE = 15  # characters before a name in which its title stands

# What may make a name of words that no list has, or of a word that opens a sentence.
_SIGNS = ("@", "an der ", "an den ", "an 't ", "naam is ", "eens met ", " c.s.")
_CAPITAL = "[A-ZÀ-ÞĀ-Ž]"
_OPEN_LIST = (
    r"(?:[Aa]anwezig|[Aa]fwezig|AANWEZIG|[Aa]fgemeld|[Gg]ast|[Nn]otulist|[Cc]ontactpersoon|^Van|^Aan)[^:\n]{0,20}:"
)
_CITED = r"(?:,| \() ?(?:19|20)\d\d[a-z]?[),;:]"
_ADDRESSED = re.compile(r"\W*\w+[,:]")  # `Storm, jij …`
_ANIMATE = "ik|hij|zij|ze|zijn|haar|mijn|onze|hun"


class NameFinder:
    """Finds names of people.

    Args:
        roster: people that the input itself names.
        is_word: whether a word that is no listed name is Dutch; asked of few words. Such names of the roster
            (`Water`) count with care.
        learned: keys of other words that are names wherever they stand.
        found: what is known to be in some texts, so that it is not looked for again.
    """

    def __init__(
        self,
        roster: Iterable[Person] = (),
        *,
        is_word: Callable[[str], bool] = lambda _: False,
        learned: Collection[str] = (),
        found: Mapping[str, list[tuple[int, int]]] | None = None,
    ) -> None:
        self._people, self._found = tuple(roster), found or {}
        self._lists = name_lists()
        self._is_word = is_word
        self._given, self._surname = dict(self._lists.given), dict(self._lists.surname)
        self._spellings = set(self._lists.spellings)
        self._verbs = self._lists.words["verb"]
        self._roster: set[str] = set(learned)
        self.glued_names: set[str] = set()
        for name in learned:
            self._surname[name] = Grade.STRONG
            self._spellings.add(name.capitalize())
        for person in self._people:
            self._roster.update(person.given, person.surname)
            if person.is_whole:
                self.glued_names.add("".join(WORD.findall(person.spelling)).lower())
            self._spellings.update(person.parts)
            for name in {*person.given, person.called}:
                self._add(self._given, name)
            for name in person.surname:
                self._add(self._surname, name)

    def learned(self, texts: Iterable[str]) -> "NameFinder":
        """A finder that also knows the unlisted surnames that texts give beside a given name, initials or a title.

        So who is called `Fatima Xoudirane` in one text is masked as `Xoudirane` in another.
        """
        found = {text: self.find(text) for text in texts}
        new = {name for text, spans in found.items() for span in spans for name in self._surnames_in(text, span)}
        forms = new | {name + "s" for name in new}
        unchanged = {text: spans for text, spans in found.items() if forms.isdisjoint(map(key, WORD.findall(text)))}
        return NameFinder(self._people, is_word=self._is_word, learned=new, found=unchanged)

    def _surnames_in(self, text: str, span: tuple[int, int]) -> Iterator[str]:
        person = parse_person(text[slice(*span)])
        if person is None:
            return
        before = WORD.findall(text[max(span[0] - MAX_TITLE, 0) : span[0]])
        titled = bool(before) and key(before[-1]) in self._lists.words["title"]
        sure = not person.given or self._given.get(person.given[0], Grade.NONE) >= Grade.WORD
        names = person.surname if sure or titled else ()
        for name in person.given if titled and not names else names:
            listed = name in self._given or name in self._surname
            if len(name) >= MIN_LEARNED and not listed and not self._is_no_name(name):
                yield name

    def mask(self, text: str) -> str:
        """Put `[naam]` for every name; masked text is left as it is."""
        return _replaced(text, self.find(text), NAME)

    def mask_organisations(self, text: str) -> str:
        """Put `[organisatie]` for what is named by its kind (`basisschool De Wissel`) or well known (`Fontys`)."""
        passage = self._passage(_blanked(text))
        places = organisations(passage)
        places |= {place for place in range(len(passage)) if passage.is_in(place, "organisation")}
        spans: list[tuple[int, int]] = []
        for place in sorted(places):
            token = passage.tokens[place]
            if spans and place - 1 in places and not token.before.strip(" &-."):
                spans[-1] = spans[-1][0], token.end
            else:
                spans.append((token.start, token.end))
        return _replaced(text, spans, ORGANISATION)

    def find(self, text: str) -> list[tuple[int, int]]:
        """Find the names in a text as half-open spans, in order.

        The search goes on, with what was found taken out, until nothing is found: so masked text holds no more.
        """
        if text in self._found:
            return self._found[text]
        spans: list[tuple[int, int]] = []
        text = _blanked(text)
        while self._may_hold_names(text):
            found = Search(Evidence(self._passage(text), self._is_word)).spans()
            if not found:
                break
            spans += found
            for start, end in found:
                text = text[:start] + BLANK * (end - start) + text[end:]
        return sorted(spans)

    def _passage(self, text: str) -> Passage:
        return Passage(text, self._lists, given=self._given, surname=self._surname)

    def is_in_roster(self, word: str) -> bool:
        """Whether a word is a name of the roster and no common word."""
        name = key(word)
        return len(name) > MIN_ROSTER_NAME and name in self._roster and name not in self._lists.sections

    def _add(self, grades: dict[str, Grade], name: str) -> None:
        """Add a name of the roster: one that is a word counts with care, any other always."""
        if len(name) < MIN_ROSTER_NAME:
            return
        known = max(self._given.get(name, Grade.NONE), self._surname.get(name, Grade.NONE))
        is_word = Grade.NONE < known < Grade.STRONG or (not known and self._is_no_name(name))
        grades[name] = max(grades.get(name, Grade.NONE), Grade.CAUTIOUS if is_word else Grade.STRONG)

    def _is_no_name(self, name: str) -> bool:
        return name in self._lists.sections or self._is_word(name)

    def _may_hold_names(self, text: str) -> bool:
        """Whether a text is worth reading word by word; most are not."""
        words = WORD.findall(text)
        if not text.isascii():
            words = list(map(plain, words))
        if not self._triggers.isdisjoint(words) or not self._words.isdisjoint(words[1:]):
            return True
        if words and words[0] in self._words and (_ADDRESSED.match(text) or self._verbs.intersection(words[1:2])):
            return True
        return any(sign in text for sign in _SIGNS) or self._pattern.search(text) is not None

    @cached_property
    def _triggers(self) -> frozenset[str]:
        """Every way to write a name that is no other word, and words that a name follows."""
        listed = self._lists.words
        sure = {name for name, grade in self._given.items() if grade >= Grade.WORD}
        sure |= {name for name, grade in self._surname.items() if grade == Grade.STRONG}
        spelled = {plain(name) for name in self._spellings if key(name) in sure}
        before = listed["title"] | listed["closing"] | (listed["greeting"] - listed["common"])
        capitals = {word.capitalize() for word in sure | before} | {name.upper() for name in sure}
        return frozenset(spelled | {name + "s" for name in spelled} | (sure - listed["function"]) | before | capitals)

    @cached_property
    def _words(self) -> frozenset[str]:
        """Names that are words, with their capital: they count inside a sentence."""
        names = {*self._given, *self._surname}
        return frozenset({name.capitalize() for name in names} | {plain(name) for name in self._spellings})

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Initials, two words with a capital, one who speaks, is named, called or spoken to, and lists of people."""
        verbs = "|".join(sorted(self._lists.words["speech"]))
        before = "|".join(sorted(self._lists.words["office"] | self._lists.words["role"]))
        return re.compile(
            rf"{_CAPITAL}(?:\.|\w+ (?:{_CAPITAL}\w|(?:{verbs})\b|en (?:{_ANIMATE})\b))|"
            rf"\b(?:{before}) {_CAPITAL}|{_OPEN_LIST}|{_CITED}"
        )


def _blanked(text: str) -> str:
    """The text with blanks for what is masked already."""
    return MARKS.sub(lambda mark: BLANK * len(mark[0]), text) if "[" in text else text


def _replaced(text: str, spans: list[tuple[int, int]], mark: str) -> str:
    for start, end in reversed(spans):
        text = text[:start] + mark + text[end:]
    return text
