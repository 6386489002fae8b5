"""What speaks for it that a listed word is a name here: its place in the sentence and the words around it."""

import re
from collections.abc import Callable

from pipeline.text.name_context import Cue, cue, listed_people, organisations
from pipeline.text.name_lists import Grade
from pipeline.text.name_phrases import Phrases
from pipeline.text.name_tokens import BLANK, Passage

MIN_NAME_IN_CAPITALS = 5  # letters; shorter words in capitals are acronyms (`HAN`, `BAS`) unless a surname follows

_PLACE_PREPOSITIONS = frozenset("in te uit naar bij rond nabij vanuit richting".split())
_INSIDE = frozenset(("in", "te", "uit"))
_DATE_PREPOSITIONS = frozenset("in eind begin half medio vanaf tot sinds rond per op na".split())
_ADDRESSES = frozenset(
    "jij je jouw jullie kun kan wil heb had mag zou u uw ga graag vertel zeg dank bedankt jou".split()
)
_ASKING = frozenset("kun kan wil heb had mag zou weet ga ben moet vind zie".split())
_QUESTION_WORDS = frozenset("hoe wat waar wie wanneer welke waarom".split())
_OTHER_LABELS = frozenset(("month", "label"))  # `Mei: …`, `Door: …`
_CITATION = re.compile(  # what follows the first author: others, initials and the year
    r"(?:(?:,| &| en) (?!en )[A-ZÀ-Þ]\w+){0,4}(?P<others>,? et al\.?| e\.a\.)?"
    r"(?:, (?:[A-Z]\. ?)+)?(?:,? \(|, )(?:19|20)\d\d[a-z]?[),;:]"
)
_PERSONAL = frozenset("ik hij zij ze zijn haar mijn onze hun".split())
_YOU = frozenset(("jij", "je", "jullie", "u"))
_NEUTER = frozenset(("het", "een", "geen", "dit", "dat"))  # no surname has them, save after `van`


class Evidence:
    """Weighs what stands around the words of a passage.

    Args:
        passage: the words.
        is_word: whether a word that is no listed name is Dutch.
    """

    def __init__(self, passage: Passage, is_word: Callable[[str], bool]) -> None:
        self.passage = passage
        self._cues = dict(listed_people(passage)) if ":" in passage.text else {}
        self._weighed: set[int] = set()
        self.phrases = Phrases(passage, organisations(passage))
        self.is_word = is_word

    def cue(self, place: int) -> Cue:
        """How much the words around a word speak for a name."""
        if place not in self._weighed:
            self._weighed.add(place)
            self._cues[place] = max(self._cues.get(place, Cue.NONE), cue(self.passage, place))
        return self._cues[place]

    def is_expected(self, place: int) -> bool:
        """Whether an unlisted word stands where a name does: any word after `mevrouw`, none that is Dutch elsewhere."""
        found = self.cue(place)
        subject = self.passage.is_in(place - 1, "office")  # `commissie Zorg`
        return (found == Cue.ANY and not subject) or (bool(found) and not self.is_word(self.passage.tokens[place].text))

    def is_cited(self, place: int) -> bool:
        """Whether an unlisted word is an author: `Vermunt (2017)`, `(Vermunt & Endedijk, 2011)`."""
        token = self.passage.tokens[place]
        cited = _CITATION.match(self.passage.text, token.end)
        if cited is None or self.passage.is_in(place, "place"):
            return False
        return cited["others"] is not None or not self.is_word(token.text)

    def is_alone_a_name(self, place: int, end: int, grade: Grade) -> bool:
        """Whether a listed word is a name by itself.

        Args:
            place: place of the word, which has a capital.
            end: one past the name that it would be.
            grade: how sure it is as the kind of name that it would be.
        """
        if self.cue(place):
            return True
        if self.is_place(place) or self.is_date(place):
            return False
        if grade == Grade.STRONG:
            return True
        is_inside = self.passage.key(place - 1) in _INSIDE
        if not self.passage.tokens[place].given and (is_inside or grade == Grade.CUED):
            return False
        bare = grade == Grade.WORD or self.passage.is_in(place, "person")  # a noun has an article: `de prins heeft`
        if self.is_label(place, end) or self.acts(end, any_verb=bare):
            return self.passage.opens(place) or not self.is_of_thing(place)
        return grade > Grade.CUED and not self.passage.is_shouted and self._stands_as_name(place, end, grade)

    def _stands_as_name(self, place: int, end: int, grade: Grade) -> bool:
        if self.passage.opens(place):
            return self.is_addressed(end) or (grade == Grade.WORD and self.is_called(end))
        return not self.is_of_thing(place) and not self.goes_on_as_title(place, end)

    def is_lower(self, place: int) -> bool:
        """Whether there is a word in lower case at a place."""
        return 0 <= place < len(self.passage) and not self.passage.tokens[place].is_capital

    def is_strong_surname(self, place: int) -> bool:
        """Whether a word is a surname and nothing else."""
        return self.phrases.is_free(place) and self.passage.tokens[place].surname == Grade.STRONG

    def is_label(self, place: int, end: int) -> bool:
        """`Mark: …` at the start of a line."""
        is_other = self.passage.is_in_any(place, _OTHER_LABELS)
        named = self.passage.tokens[place].given >= Grade.CAUTIOUS and not is_other
        return named and self.passage.starts_line(place) and self.passage.after(end - 1).startswith(":")

    def acts(self, end: int, *, any_verb: bool = False) -> bool:
        """Whether a verb of speaking, any finite verb, or `c.s.` follows."""
        if not self.is_lower(end) or self.passage.tokens[end].before != " ":
            return False
        if self.passage.key(end) == "c" and self.passage.key(end + 1) == "s":
            return True
        return self.passage.is_in(end, "speech") or (any_verb and self.passage.is_in(end, "verb"))

    def is_addressed(self, end: int) -> bool:
        """`Merel, jouw camera staat uit`, `Wil, hoe zit dat?`, `Bas kun jij …`, `Beer en zijn moeder`."""
        if not self.is_lower(end):
            return False
        following, then = self.passage.key(end), self.passage.key(end + 1)
        if self.passage.tokens[end].before == ", ":
            given = self.passage.tokens[end - 1].given
            asked = given == Grade.WORD and following in _QUESTION_WORDS
            return asked or (following in _ADDRESSES and following != self.passage.key(end - 1))
        return (following in _ASKING and then in _YOU) or (following == "en" and then in _PERSONAL)

    def is_called(self, end: int) -> bool:
        """`Punt vier. Wil.`, `Margriet van de balie`: a noun does not stand so without an article."""
        if self.is_lower(end):
            following = self.passage.key(end) if self.passage.tokens[end].before == " " else ""
            return following == "van" and self.is_lower(end + 1)
        return re.match(r"[.!]\s|[.!]?$", self.passage.after(end - 1)) is not None

    def is_of_thing(self, place: int) -> bool:
        """`project Storm`, `het Bos`, `de Merel`, `Groene Wolf`."""
        if not self.passage.is_joined(place):
            return False
        previous = self.passage.tokens[place - 1]
        if self.passage.is_in(place - 1, "thing") or previous.key in _NEUTER:
            return True
        if previous.key == "de" and (not self.follows_de(place) or self.is_listed_thing(place - 1)):
            return True
        unknown = previous.is_capital and not self.phrases.is_no_name(place - 1)
        return unknown and not self.passage.is_in(place - 1, "greeting") and not self.passage.opens(place - 1)

    def follows_de(self, place: int) -> bool:
        """Whether `de` makes a surname with a word."""
        return self.passage.tokens[place].surname >= Grade.CAUTIOUS or self.passage.is_in(place, "surname_with_de")

    def is_listed_thing(self, place: int) -> bool:
        """Whether `de` goes on with a list of things: `obs De Ster, de Roos`, `de Cito en de Raven`."""
        previous = place - 1 - (self.passage.key(place - 1) == "en")
        in_list = previous < place - 1 or self.passage.tokens[place].before == ", "
        if not in_list or previous < 0 or not self.passage.tokens[previous].is_capital:
            return False
        if not self.phrases.is_free(previous):
            return True
        has_article = self.passage.key(previous - 1) in ("de", "het")
        return has_article and (not self.passage.tokens[previous].grade or self.is_listed_thing(previous - 1))

    def is_namesake(self, place: int, end: int) -> bool:
        """`het Antoni van Leeuwenhoek`, `de Jan Ligthart`: what has an article is called after someone."""
        if not self.passage.is_joined(place):
            return False
        article = self.passage.key(place - 1)
        return article == "het" or (article == "de" and end > place + 1)

    def goes_on_as_title(self, place: int, end: int) -> bool:
        """A surname before another word with a capital: `Visser Bouw`."""
        goes_on = self.passage.is_joined(end) and self.passage.tokens[end].is_capital
        return goes_on and not self.passage.tokens[place].given

    def is_title(self, place: int) -> bool:
        """`Kapitein Meijer`: a title before a name, though it is a surname as well."""
        is_before_name = self.goes_on_as_title(place, place + 1) or BLANK in self.passage.after(place)
        return self.passage.is_in(place, "title") and is_before_name

    def is_place(self, place: int) -> bool:
        """`in Bergen`, `Bonaire en Saba`."""
        if not self.passage.is_in(place, "place"):
            return False
        before, after = (
            place - 1 - (self.passage.key(place - 1) == "en"),
            place + 1 + (self.passage.key(place + 1) == "en"),
        )
        beside = (before, self.passage.tokens[place].before), (after, self.passage.after(place))
        listed = any(
            gap in (", ", " ") and self._is_only_place(other)
            for other, gap in beside
            if abs(other - place) > 1 or gap == ", "
        )
        return listed or self.passage.key(place - 1) in _PLACE_PREPOSITIONS

    def _is_only_place(self, place: int) -> bool:
        return self.passage.is_in(place, "place") and not self.passage.tokens[place].grade

    def is_date(self, place: int) -> bool:
        """`3 Mei`, `in April`."""
        if not self.passage.is_in(place, "month"):
            return False
        near = self.passage.tokens[place].before[-2:] + self.passage.after(place)[:2]
        return self.passage.key(place - 1) in _DATE_PREPOSITIONS or any(character.isdigit() for character in near)

    def has_surname(self, place: int, end: int) -> bool:
        """Whether a given name that is a word has another name after it; `Wil Fatima dat?` has none."""
        if end <= place + 1:
            return False
        token, following = self.passage.tokens[place], self.passage.tokens[place + 1]
        if token.given <= Grade.CUED and self.passage.opens(place):
            return False
        if following.before == "-" and following.given >= Grade.WORD:
            return True  # Jan-Willem
        least = Grade.CAUTIOUS if token.given < Grade.WORD and self.passage.is_heading else Grade.CUED
        listed = any(self.passage.tokens[each].surname >= least for each in range(place + 1, end))
        return listed or (following.grade == Grade.NONE and not self.is_word(following.text))

    def is_acronym(self, place: int, end: int) -> bool:
        """Whether a word in capitals is an acronym and no name."""
        token = self.passage.tokens[place]
        if not token.is_upper:
            return False
        if end > place + 1 and self.passage.tokens[end - 1].is_upper:
            return self.passage.is_shouted and token.grade < Grade.STRONG
        if token.before == ", " and token.given and self.is_strong_surname(place - 1):
            return False  # DE VRIES, JAN
        return len(token.text) < MIN_NAME_IN_CAPITALS or token.grade < Grade.STRONG

    def is_due(self, place: int) -> bool:
        """Whether a word in lower case stands where only a name does: `dankje iris!`, `@wil`, `eens met storm`."""
        if self.cue(place) == Cue.ANY and not self.passage.is_in(place, "function"):
            return True
        agrees = self.passage.key(place - 1) == "met" and self.passage.key(place - 2) == "eens"
        asked = self.passage.key(place - 1) in _YOU and self.passage.tokens[place].given == Grade.WORD
        return self.is_pause(place) and (self.cue(place) > Cue.NONE or agrees or asked)

    def is_pause(self, place: int) -> bool:
        """Whether a mark or the end of the text follows a word."""
        return place + 1 == len(self.passage) or re.match(r"\s*[^\w\s]", self.passage.after(place)) is not None
