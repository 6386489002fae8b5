"""Find the names of people in running text: a roster, lists of names, and rules for names that are words.

Organisations and places stay. Measured on tests/cases/names.jsonl (benchmarks/masking.py).
"""

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property

from pipeline.text.name_context import Cue, cues, organisations
from pipeline.text.name_lists import Grade, name_lists, plain
from pipeline.text.name_phrases import MIN_SHORT_NAME, Phrases
from pipeline.text.name_tokens import BLANK, WORD, Passage
from pipeline.text.persons import Person

MARK = "[naam]"
MARKS = re.compile(r"\[(?:naam|e-mail|telefoon|iban|postcode|bsn)\]")
MIN_LOWER_GIVEN, MIN_LOWER_SURNAME = 3, 5  # letters of a name in lower case; shorter ones are found in any text
MIN_ROSTER_NAME = 2  # letters of a name in the roster

# What may make a name of words that no list has; a text with none of it, and no listed word, is let through.
_SIGNS = re.compile(r"@|\b[A-Z]\.|\b[Vv]an (?:de[rn]?|'t) |\b(?:[Tt]er|[Tt]en|in 't) [A-Z]|\bnaam is\b")
_CLAUSE_STARTS = frozenset("dat en maar zoals want of toen als wat net omdat volgens met van aan door ook hoi".split())
_PLACE_PREPOSITIONS = frozenset("in te uit naar bij rond nabij vanuit richting".split())
_DATE_WORDS = frozenset("in eind begin half medio vanaf tot sinds rond per van t m op na januari februari".split())
_ADDRESSES = frozenset("jij je jouw jullie kun kan wil heb had mag zou u uw ga graag vertel zeg dank bedankt jou".split())
_ARTICLES = frozenset("het een geen dit dat".split())
_ITEM_GAP = re.compile(r"\)?\s*[,;/&+]\s*|\n")
_NO_PERSON_ENDINGS = ("lid", "leider", "hoofd", "raad", "docent", "adviseur", "ing", "heid", "schap", "team", "dag")


class NameFinder:
    """Finds names of people.

    Args:
        roster: people that the input itself names.
        words: keys of their names that occur as words in the input (`water`); these count with care.
    """

    def __init__(self, roster: Iterable[Person] = (), *, words: Collection[str] = ()) -> None:
        self._lists = name_lists()
        self._given, self._surname = dict(self._lists.given), dict(self._lists.surname)
        self._spellings = set(self._lists.spellings)
        for person in roster:
            self._spellings.update(person.spellings)
            for name in person.given:
                _add(self._given, name, Grade.STRONG)
            for name in person.surname:
                is_word = name in words or name in self._lists.words["common"] or name in self._lists.words["place"]
                _add(self._surname, name, Grade.CAUTIOUS if is_word else Grade.STRONG)

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
            found = _Search(passage).spans()
            if not found:
                break
            spans += found
            for start, end in found:
                text = text[:start] + BLANK * (end - start) + text[end:]
        return sorted(spans)

    def _may_hold_names(self, text: str) -> bool:
        words = WORD.findall(text)
        if not text.isascii():
            words = list(map(plain, words))
        return not self._triggers.isdisjoint(words) or _SIGNS.search(text) is not None

    @cached_property
    def _triggers(self) -> frozenset[str]:
        """Every way to write a listed name, or a word that a name may follow."""
        spelled = {plain(name) for name in self._spellings}
        possessed = {name + "s" for name in spelled}
        lower = {name for name, grade in self._given.items() if grade >= Grade.WORD}
        lower |= {name for name, grade in self._surname.items() if grade == Grade.STRONG}
        before = {word for section in ("title", "office", "greeting", "closing", "label") for word in self._lists.words[section]}
        titles = {name.capitalize() for name in (*self._given, *self._surname, *before)}
        capitals = {name.upper() for name in (*self._given, *self._surname)}
        return frozenset(spelled | possessed | lower | before | titles | capitals)


def _add(grades: dict[str, Grade], name: str, unlisted: Grade) -> None:
    if len(name) >= MIN_ROSTER_NAME:
        known = grades.get(name, Grade.NONE)
        grades[name] = max(known, Grade.CAUTIOUS) if known else unlisted


class _Search:
    """The search for names in one passage."""

    def __init__(self, passage: Passage) -> None:
        self.passage = passage
        self.cues = cues(passage)
        self.phrases = Phrases(passage, organisations(passage))

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
            rules = (self._lower_particles, self._lower)
        else:
            rules = (self._initials, self._particles, self._given, self._surname, self._unlisted)
        return next((end for rule in rules if (end := rule(place)) > place), place)

    # Names with a capital

    def _initials(self, place: int) -> int:
        """`J.P. Kuipers`, `J. de Vries`, `A.J. vindt`."""
        core = self.phrases.past_initials(place)
        n_initials = core - place
        if not n_initials:
            return self._bare_initial(place)
        end = self.phrases.past_surname(core)
        if end > core:
            listed = any(self.passage.tokens[each].grade for each in range(core, end))
            return end if listed or n_initials > 1 or not self._is_lower(place - 1) or self.cues[place] else place
        speaks = self._is_lower(core) and self.passage.is_in(core, "speech")
        return core if n_initials > 1 and speaks else place

    def _bare_initial(self, place: int) -> int:
        """`J de Vries`."""
        if len(self.passage.tokens[place].text) > 1:
            return place
        end = self.phrases.past_surname(place + 1)
        return end if end > place + 2 or (end > place + 1 and self._is_strong_surname(place + 1)) else place

    def _particles(self, place: int) -> int:
        """`Van der Meulen`, `De Wit`, `El Khattabi`."""
        core = self.phrases.past_particles(place)
        if core == place or self.passage.key(place) == "het" or not self.phrases.could_be_surname(core, place):
            return place
        token, end = self.passage.tokens[core], self.phrases.surname_end(place)
        if not token.is_capital or token.is_upper != self.passage.tokens[place].is_upper:
            return place
        if self.phrases.has_old_particle(place, core) and self.passage.key(place) in ("van", "in", "op"):
            return end
        if self.cues[place]:
            return end
        if self.passage.key(place) == "de":
            fits = token.surname >= Grade.CAUTIOUS or self.passage.is_in(core, "surname_with_de")
            return end if fits and not self._is_of_thing(place) else place
        if not self.passage.opens(place):
            return end if token.surname and not self._is_of_thing(place) else place
        return end if token.surname == Grade.STRONG or (token.surname and self._acts(end)) else place

    def _given(self, place: int) -> int:
        """`Fatima`, `Jan de Vries`, `Roos` where it is no flower."""
        token = self.passage.tokens[place]
        if not token.given:
            return place
        end = self.phrases.given_end(place + 1)
        if token.is_upper and not self._is_no_acronym(place, end):
            return place
        if token.given < Grade.STRONG and self._is_lower(end - 1):
            end = place + 1
        if self.passage.is_in(place, "greeting") and end > place + 1:
            return place
        if token.given == Grade.STRONG or (end > place + 1 and self._is_full(place, end)):
            return end
        return end if self._is_alone_a_name(place, end, token.grade) else place

    def _surname(self, place: int) -> int:
        """`Hoekstra`, `Boer` where it is no farmer, `Vries, Jan de`."""
        token = self.passage.tokens[place]
        if not token.surname or (token.is_upper and not self._is_no_acronym(place, place + 1)):
            return place
        end = self.phrases.surname_end(place)
        inverted = self.phrases.inverted_end(end)
        if inverted > end:
            return inverted
        return max(end, place + 1) if self._is_alone_a_name(place, end, token.surname) else place

    def _unlisted(self, place: int) -> int:
        """A name that no list has, where a name is due or before a surname."""
        token = self.passage.tokens[place]
        if token.grade or token.is_upper or len(token.text) == 1 or self.phrases.is_no_name(place):
            return place
        if self.passage.is_in(place, "place") and self.cues[place] < Cue.ANY:
            return place
        end = self.phrases.given_end(place + 1)
        if self.cues[place] == Cue.ANY:
            return max(end, place + 1)
        if token.key.endswith(_NO_PERSON_ENDINGS) and self.passage.opens(place):
            return place
        core = self.phrases.past_particles(place + 1)
        if end <= core or not self.phrases.is_free(core):
            return place
        old = self.phrases.has_old_particle(place + 1, core)
        sure = self._is_strong_surname(core) or (core > place + 1 and self.passage.tokens[core].surname)
        return end if old or sure else place

    # What speaks for a name

    def _is_alone_a_name(self, place: int, end: int, grade: Grade) -> bool:
        """Whether a listed word is a name by itself, by what stands around it."""
        if self.cues[place]:
            return True
        if self._is_place(place) or self._is_date(place):
            return False
        if grade == Grade.STRONG:
            return True
        if grade == Grade.CUED and not self.passage.tokens[place].given:
            return False
        if self._is_label(place, end) or self._acts(end, any_verb=grade == Grade.WORD):
            return self._is_named_subject(place)
        if grade == Grade.CUED or self.passage.is_shouted:
            return False
        if self.passage.opens(place):
            return self._is_addressed(end)
        return not self._is_of_thing(place) and not self._is_part_of_title(place, end)

    def _is_named_subject(self, place: int) -> bool:
        return self.passage.opens(place) or not self._is_of_thing(place)

    def _is_label(self, place: int, end: int) -> bool:
        """`Mark: …` at the start of a line."""
        given = self.passage.tokens[place].given
        return (
            given >= Grade.CAUTIOUS
            and self.passage.starts_line(place)
            and self.passage.after(end - 1).startswith(":")
            and not self.passage.is_in(place, "month")
        )

    def _acts(self, end: int, *, any_verb: bool = False) -> bool:
        """Whether a verb of speaking, or any finite verb, follows."""
        if end >= len(self.passage) or self.passage.tokens[end].before != " " or not self._is_lower(end):
            return False
        return self.passage.is_in(end, "speech") or (any_verb and self.passage.is_in(end, "verb"))

    def _is_addressed(self, end: int) -> bool:
        """`Merel, jouw camera staat uit`."""
        return end < len(self.passage) and self.passage.tokens[end].before == ", " and self.passage.key(end) in _ADDRESSES

    def _is_of_thing(self, place: int) -> bool:
        """`project Storm`, `het Bos`, `Groene Wolf`."""
        if place == 0 or not self.passage.is_joined(place):
            return False
        previous = self.passage.tokens[place - 1]
        if self.passage.is_in(place - 1, "thing") or previous.key in _ARTICLES:
            return True
        if previous.key == "de" and not self.passage.tokens[place].surname:
            return True
        unknown = previous.is_capital and not self.phrases.is_no_name(place - 1)
        return unknown and not self.passage.is_in(place - 1, "greeting") and not self.passage.opens(place - 1)

    def _is_part_of_title(self, place: int, end: int) -> bool:
        """A surname before another word with a capital: `Visser Bouw`."""
        goes_on = self.passage.is_joined(end) and self.passage.tokens[end].is_capital
        return goes_on and not self.passage.tokens[place].given

    def _is_place(self, place: int) -> bool:
        return self.passage.is_in(place, "place") and self.passage.key(place - 1) in _PLACE_PREPOSITIONS

    def _is_date(self, place: int) -> bool:
        if not self.passage.is_in(place, "month"):
            return False
        near = self.passage.tokens[place].before[-2:] + self.passage.after(place)[:2]
        return self.passage.key(place - 1) in _DATE_WORDS or any(character.isdigit() for character in near)

    def _is_full(self, place: int, end: int) -> bool:
        """Whether a given name that is a word has a surname; `Wil Fatima dat?` has none."""
        token, following = self.passage.tokens[place], self.passage.tokens[place + 1]
        if token.given <= Grade.CUED and self.passage.opens(place):
            return False
        has_surname = any(self.passage.tokens[each].surname for each in range(place + 1, end))
        return token.given == Grade.WORD or has_surname or following.given < Grade.STRONG

    def _is_no_acronym(self, place: int, end: int) -> bool:
        token = self.passage.tokens[place]
        if end > place + 1 and self.passage.tokens[end - 1].is_upper:
            return not self.passage.is_shouted or token.grade == Grade.STRONG
        return len(token.text) > MIN_SHORT_NAME and token.grade == Grade.STRONG

    def _is_strong_surname(self, place: int) -> bool:
        return self.phrases.is_free(place) and self.passage.tokens[place].surname == Grade.STRONG

    def _is_lower(self, place: int) -> bool:
        return 0 <= place < len(self.passage) and not self.passage.tokens[place].is_capital

    # Names in lower case

    def _lower_particles(self, place: int) -> int:
        """`de Vries`, `van der Meulen`, and `mevrouw de wit`."""
        core = self.phrases.past_particles(place)
        if core == place:
            return place
        token, end = self.passage.tokens[core], self.phrases.surname_end(place)
        if end == place:
            return place
        if self.cues[place] == Cue.ANY:
            fits = token.surname and not self.passage.is_in(core, "place")
            return end if fits or not self.passage.is_in(place - 1, "office") else place
        if not token.is_capital:
            return place
        old = self.phrases.has_old_particle(place, core)
        if old and self.passage.key(place) in ("van", "in", "op"):
            return end
        fits = token.surname >= Grade.CAUTIOUS or self.passage.is_in(core, "surname_with_de")
        return end if self.passage.key(place) == "de" and fits else place

    def _lower(self, place: int) -> int:
        token = self.passage.tokens[place]
        if token.given == Grade.STRONG and len(token.text) >= MIN_LOWER_GIVEN:
            return self._lower_given_end(place + 1)
        if token.surname == Grade.STRONG and len(token.text) >= MIN_LOWER_SURNAME:
            return place + 1
        if token.grade >= Grade.CAUTIOUS and self._is_due(place):
            return max(self._lower_given_end(place + 1), place + 1)
        if token.given == Grade.WORD and not self.passage.is_in(place, "verb"):
            end = self._lower_given_end(place + 1)
            if self.passage.key(place - 1) not in ("de", "het", "een") and (end > place + 1 or self._speaks(place)):
                return end
        return place

    def _lower_given_end(self, place: int) -> int:
        while self.phrases.is_free(place) and self.passage.is_joined(place):
            token = self.passage.tokens[place]
            if token.given < Grade.WORD:
                break
            place += 1
        if self.phrases.is_free(place) and self.passage.is_joined(place):
            token = self.passage.tokens[place]
            if token.surname >= Grade.CAUTIOUS and not self.passage.is_in(place, "part"):
                return place + 1
            return self.phrases.past_surname(place)
        return place

    def _is_due(self, place: int) -> bool:
        """Whether a word in lower case stands where only a name does: `dankje iris!`, `@wil`, `eens met storm`."""
        if self.cues[place] == Cue.ANY:
            return self.passage.tokens[place].key not in self.passage.words["verb"] or self._is_pause(place)
        agrees = self.passage.key(place - 1) == "met" and self.passage.key(place - 2) == "eens"
        return agrees and self._is_pause(place)

    def _is_pause(self, place: int) -> bool:
        return place + 1 == len(self.passage) or re.match(r"\s*[^\w\s]", self.passage.after(place)) is not None

    def _speaks(self, place: int) -> bool:
        """`jan zei dat`, `zei mark`, `mark: …`."""
        if self.passage.starts_line(place) and self.passage.after(place).startswith(":"):
            return True
        opens = self.passage.opens(place)
        if opens or self.passage.key(place - 1) in _CLAUSE_STARTS:
            return self._acts(place + 1, any_verb=opens)
        return (
            self.passage.is_in(place - 1, "speech") and self.passage.tokens[place].before == " "
        )

    # Lists

    def _add_listed_beside(self, names: dict[int, int]) -> None:
        """Add words that stand in one list with names: `Yusuf en Roos`, `Lotte, Storm en Sjaak`."""
        queue = list(names.items())
        while queue:
            first, end = queue.pop()
            for place in (self._next_item(end), self._previous_item(first)):
                if place is None or any(start <= place < stop for start, stop in names.items()):
                    continue
                names[place] = max(self.phrases.given_end(place + 1), place + 1)
                queue.append((place, names[place]))

    def _next_item(self, end: int) -> int | None:
        if end >= len(self.passage):
            return None
        place = end
        if self.passage.key(end) == "en" and self.passage.tokens[end].before == " ":
            place = end + 1
        elif not _ITEM_GAP.fullmatch(self.passage.tokens[end].before):
            return None
        return place if self._is_item(place, after_and=place > end) else None

    def _previous_item(self, first: int) -> int | None:
        if first == 0:
            return None
        if self.passage.key(first - 1) == "en" and self.passage.tokens[first].before == " ":
            return first - 2 if self._is_item(first - 2, after_and=False) else None
        if _ITEM_GAP.fullmatch(self.passage.tokens[first].before):
            return first - 1 if self._is_item(first - 1, after_and=False) else None
        return None

    def _is_item(self, place: int, *, after_and: bool) -> bool:
        if not self.phrases.is_free(place):
            return False
        token = self.passage.tokens[place]
        if not token.is_capital:
            return after_and and token.given >= Grade.CAUTIOUS and not self.passage.is_in(place, "verb")
        if token.is_upper and not self._is_no_acronym(place, place + 1):
            return False
        return bool(token.grade) and not self._is_date(place) and not self.passage.is_in(place, "place")
