"""Find the names of people in running text: a roster, lists of names, and rules for names that are words.

Organisations and places stay. Measured on tests/cases/names.jsonl by benchmarks/masking.py.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from pipeline.text.identifiers import MARKS
from pipeline.text.name_context import Cue
from pipeline.text.name_evidence import Evidence
from pipeline.text.name_lists import Grade, key, name_lists, plain
from pipeline.text.name_tokens import BLANK, WORD, Passage
from pipeline.text.persons import Person

MARK = "[naam]"
MIN_LOWER_GIVEN, MIN_LOWER_SURNAME = 3, 5  # letters of a name in lower case; shorter ones are found in any text
MIN_ROSTER_NAME = 2  # letters of a name in the roster

# What may make a name of words that no list has, or of a word that opens a sentence.
_SIGNS = ("@", "an der ", "an den ", "an 't ", "naam is ", "eens met ", " c.s.")
_CAPITAL = "[A-ZÀ-ÞĀ-Ž]"
_OPEN_LIST = (
    r"(?:[Aa]anwezig|[Aa]fwezig|AANWEZIG|[Aa]fgemeld|[Gg]ast|[Nn]otulist|[Cc]ontactpersoon|^Van|^Aan)[^:\n]{0,20}:"
)
_ADDRESSED = re.compile(r"\W*\w+[,:]")  # `Storm, jij …`
_ANIMATE = "ik|hij|zij|ze|zijn|haar|mijn|onze|hun"
_CLAUSE_STARTS = frozenset("dat en maar zoals want of toen als wat net omdat volgens met van aan door ook hoi".split())
_DETERMINERS = frozenset(("de", "het", "een"))
_ITEM_GAP = re.compile(r"\)?\s*[,;/&+]\s*|\n")


class NameFinder:
    """Finds names of people.

    Args:
        roster: people that the input itself names.
        is_word: whether a word that is no listed name is Dutch; asked of few words. Such names of the roster
            (`Water`) count with care.
    """

    def __init__(self, roster: Iterable[Person] = (), *, is_word: Callable[[str], bool] = lambda _: False) -> None:
        self._lists = name_lists()
        self._is_word = is_word
        self._given, self._surname = dict(self._lists.given), dict(self._lists.surname)
        self._spellings = set(self._lists.spellings)
        self._roster: set[str] = set()
        self.glued_names: set[str] = set()
        for person in roster:
            self._roster.update(person.given, person.surname)
            if person.is_whole:
                self.glued_names.add("".join(WORD.findall(person.spelling)).lower())
            self._spellings.update(person.parts)
            for name in {*person.given, person.called}:
                self._add(self._given, name)
            for name in person.surname:
                self._add(self._surname, name)

    def mask(self, text: str) -> str:
        """Put `[naam]` for every name; masked text is left as it is."""
        for start, end in reversed(self.find(text)):
            text = text[:start] + MARK + text[end:]
        return text

    def find(self, text: str) -> list[tuple[int, int]]:
        """Find the names in a text as half-open spans, in order.

        The search goes on, with what was found taken out, until nothing is found: so masked text holds no more.
        """
        spans: list[tuple[int, int]] = []
        text = MARKS.sub(lambda mark: BLANK * len(mark[0]), text) if "[" in text else text
        while self._may_hold_names(text):
            passage = Passage(text, self._lists, given=self._given, surname=self._surname)
            found = _Search(Evidence(passage, self._is_word)).spans()
            if not found:
                break
            spans += found
            for start, end in found:
                text = text[:start] + BLANK * (end - start) + text[end:]
        return sorted(spans)

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
        if words and words[0] in self._words and _ADDRESSED.match(text):
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
            rf"\b(?:{before}) {_CAPITAL}|{_OPEN_LIST}"
        )


class _Search:
    """The search for names in one passage."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.passage = evidence.passage
        self.phrases = evidence.phrases

    def spans(self) -> list[tuple[int, int]]:
        names = dict(self._names())
        self._add_listed_beside(names)
        tokens = self.passage.tokens
        return [
            (tokens[first].start, tokens[end - 1].end + self.passage.is_initial(end - 1))
            for first, end in sorted(names.items())
        ]

    def _names(self) -> Iterator[tuple[int, int]]:
        place = 0
        while place < len(self.passage):
            end = self._name_end(place) if self.phrases.is_free(place) else place
            if end > place:
                yield place, end
            place = max(end, place + 1)

    def _name_end(self, place: int) -> int:
        """The place after the name that starts here; `place` if none does."""
        if not self.passage.tokens[place].is_capital:
            return self._lower_particles(place) if self.passage.is_in(place, "part") else self._lower(place)
        rules = (self._initials, self._particles, self._given, self._surname, self._unlisted)
        return next((end for rule in rules if (end := rule(place)) > place), place)

    # Names with a capital

    def _initials(self, place: int) -> int:
        """`J.P. Kuipers`, `J. de Vries`, `A.J. vindt`, `J de Vries`."""
        core = self.phrases.past_initials(place)
        n_initials = core - place
        if not n_initials:
            return self._bare_initial(place)
        end = self.phrases.past_surname(core)
        if end > core:
            last = self.passage.tokens[end - 1]
            sure = end > core + 1 or n_initials > 1 or self.evidence.cue(place)
            return end if last.grade or sure or not self.evidence.is_word(last.text) else place
        alone = self.evidence.cue(place) == Cue.ANY or (n_initials > 1 and self.evidence.acts(core))
        return core if alone else place

    def _bare_initial(self, place: int) -> int:
        if len(self.passage.tokens[place].text) > 1:
            return place
        end = self.phrases.past_surname(place + 1)
        with_particle, strong = end > place + 2, self.evidence.is_strong_surname(place + 1)
        return end if with_particle or (end > place + 1 and strong) else place

    def _particles(self, place: int) -> int:
        """`Van der Meulen`, `De Wit`, `El Khattabi`."""
        core, end = self.phrases.past_particles(place), self.phrases.surname_end(place)
        if core == place or end == place or self.passage.key(place) == "het":
            return place
        token = self.passage.tokens[core]
        if not token.is_capital or token.is_upper != self.passage.tokens[place].is_upper:
            return place
        if self.passage.is_shouted and not self.evidence.is_strong_surname(core):
            return place
        if self.evidence.cue(place):
            return end
        if self.passage.is_in(core, "place") and self.passage.key(place) != "van":
            return place
        if self.phrases.has_old_particle(place, core):
            return end
        if self.passage.key(place) == "de":
            fits = self.evidence.follows_de(core)
        else:
            sure = token.surname == Grade.STRONG or not self.passage.opens(place) or self.evidence.acts(end)
            fits = bool(token.surname) and sure
        return end if fits and not self.evidence.is_of_thing(place) else place

    def _given(self, place: int) -> int:
        """`Fatima`, `Jan de Vries`, `Roos` where it is no flower."""
        token = self.passage.tokens[place]
        if not token.given:
            return place
        end = self.phrases.given_end(place + 1)
        if self.evidence.is_acronym(place, end) or self.evidence.is_namesake(place, end):
            return place
        if token.given < Grade.STRONG and self.evidence.is_lower(end - 1):
            end = place + 1
        if self.passage.is_in(place, "greeting") and end > place + 1:
            return place
        sure = token.given == Grade.STRONG or self.evidence.has_surname(place, end)
        return end if sure or self.evidence.is_alone_a_name(place, end, token.grade) else place

    def _surname(self, place: int) -> int:
        """`Hoekstra`, `Boer` where it is no farmer, `Vries, Jan de`, `Nguyen Thi Hoa`."""
        token = self.passage.tokens[place]
        if not token.surname or self.evidence.is_acronym(place, place + 1):
            return place
        end = max(self.phrases.surname_end(place), place + 1)
        inverted = self.phrases.inverted_end(end)
        if inverted > end:
            return inverted
        return self.phrases.given_end(end) if self.evidence.is_alone_a_name(place, end, token.surname) else place

    def _unlisted(self, place: int) -> int:
        """A name that no list has: where a name is due, before a surname, or as one who speaks."""
        token = self.passage.tokens[place]
        if token.grade or token.is_upper or len(token.text) == 1 or self.phrases.is_no_name(place):
            return place
        end = max(self.phrases.given_end(place + 1), place + 1)
        if self.evidence.cue(place) == Cue.ANY or (self.evidence.cue(place) and not self.evidence.is_word(token.text)):
            return end
        if self.passage.is_in(place, "place") or not (end > place + 1 or self.evidence.acts(end)):
            return place
        if self.evidence.is_of_thing(place) or self.evidence.is_word(token.text):
            return place
        core = self.phrases.past_particles(place + 1)
        if core >= end:
            return end
        following = self.passage.tokens[core]
        return end if following.grade or not self.evidence.is_word(following.text) else place

    # Names in lower case

    def _lower_particles(self, place: int) -> int:
        """`de Vries`, `van der Meulen`, and `mevrouw de wit`."""
        core, end = self.phrases.past_particles(place), self.phrases.surname_end(place)
        if core == place or end == place or (core > place + 1 and self.passage.tokens[place + 1].is_capital):
            return place
        token = self.passage.tokens[core]
        if self.evidence.cue(place) == Cue.ANY and not self.passage.is_in(place - 1, "office"):
            return end
        is_place = self.passage.is_in(core, "place") and self.passage.key(place) != "van"
        if is_place or self.phrases.starts_with_preposition(place):
            return place
        old = self.passage.key(place) == "van" and self.phrases.has_old_particle(place, core)
        if old and (token.is_capital or token.surname):
            return end
        if not token.is_capital:
            return place
        if self.phrases.has_old_particle(place, core):
            return end
        return end if self.passage.key(place) == "de" and self.evidence.follows_de(core) else place

    def _lower(self, place: int) -> int:
        """`fatima`, `hoekstra`, `jan zei`, `dankje iris!`, `mark de jong`."""
        token = self.passage.tokens[place]
        if self.passage.after(place) == "-" and not self.passage.tokens[place + 1].given:
            return place  # jip-en-janneketaal
        if token.given == Grade.STRONG and len(token.text) >= MIN_LOWER_GIVEN:
            return self._lower_given_end(place + 1)
        if token.surname == Grade.STRONG and len(token.text) >= MIN_LOWER_SURNAME:
            return place + 1
        if token.grade >= Grade.CAUTIOUS and self.evidence.is_due(place):
            return max(self._lower_given_end(place + 1), place + 1)
        if token.given < Grade.WORD or self.passage.is_in(place, "function"):
            return place
        end = self._lower_given_end(place + 1)
        if self.passage.key(place - 1) in _DETERMINERS or not (end > place + 1 or self._speaks(place)):
            return place
        return end

    def _lower_given_end(self, place: int) -> int:
        while self.phrases.is_free(place) and self.passage.is_joined(place):
            if self.passage.tokens[place].given < Grade.WORD or self.passage.is_in(place, "function"):
                break
            place += 1
        if self.phrases.is_free(place) and self.passage.is_joined(place):
            if self.passage.tokens[place].surname >= Grade.CAUTIOUS and not self.passage.is_in(place, "part"):
                return place + 1
            return self.phrases.past_surname(place)
        return place

    def _speaks(self, place: int) -> bool:
        """`jan zei dat`, `zei mark`, `mark: …`, `bas kun jij`."""
        opens = self.passage.opens(place)
        if opens and (self.evidence.is_addressed(place + 1) or self.evidence.is_label(place, place + 1)):
            return True
        if opens or self.passage.key(place - 1) in _CLAUSE_STARTS:
            return self.evidence.acts(place + 1, any_verb=opens)
        return self.passage.is_in(place - 1, "speech") and self.passage.tokens[place].before == " "

    # Lists

    def _add_listed_beside(self, names: dict[int, int]) -> None:
        """Add words that stand in one list with names: `Yusuf en Roos`, `Lotte, Storm en Sjaak`."""
        queue = list(names.items())
        taken = {place for first, end in queue for place in range(first, end)}
        while queue:
            first, end = queue.pop()
            for place in (self._next_item(end), self._previous_item(first)):
                if place is None or place in taken:
                    continue
                names[place] = max(self.phrases.given_end(place + 1), place + 1)
                taken.update(range(place, names[place]))
                queue.append((place, names[place]))

    def _next_item(self, end: int) -> int | None:
        if end >= len(self.passage):
            return None
        after_and = self.passage.key(end) == "en" and self.passage.tokens[end].before == " "
        if not after_and and not _ITEM_GAP.fullmatch(self.passage.tokens[end].before):
            return None
        return end + after_and if self._is_item(end + after_and, after_and=after_and) else None

    def _previous_item(self, first: int) -> int | None:
        if first == 0:
            return None
        after_and = self.passage.key(first - 1) == "en" and self.passage.tokens[first].before == " "
        if not after_and and not _ITEM_GAP.fullmatch(self.passage.tokens[first].before):
            return None
        place = first - 1 - after_and
        sure = after_and or (place >= 0 and self.passage.tokens[place].grade > Grade.CUED)
        return place if sure and self._is_item(place, after_and=False) else None

    def _is_item(self, place: int, *, after_and: bool) -> bool:
        if not self.phrases.is_free(place):
            return False
        token = self.passage.tokens[place]
        if not token.is_capital:
            return after_and and token.given >= Grade.CAUTIOUS and not self.passage.is_in(place, "function")
        if self.evidence.is_acronym(place, place + 1) or self.evidence.is_date(place):
            return False
        return bool(token.grade) and not self.passage.is_in(place, "place")
