"""The rules by which words of a passage are read as names, first for words with a capital, then for others."""

import re
from collections.abc import Iterator

from pipeline.text.name_context import Cue
from pipeline.text.name_evidence import Evidence
from pipeline.text.name_lists import Grade

MIN_LOWER_GIVEN, MIN_LOWER_SURNAME = 3, 5  # letters of a name in lower case; shorter ones are found in any text
_CLAUSE_STARTS = frozenset("dat en maar zoals want of toen als wat net omdat volgens met van aan door ook hoi".split())
_DETERMINERS = frozenset(("de", "het", "een"))
_ITEM_GAP = re.compile(r"\)?\s*[,;/&+]\s*|\n")


class Search:
    """The search for names in one passage.

    Args:
        evidence: the passage, with what speaks for a name in it.
    """

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.passage = evidence.passage
        self.phrases = evidence.phrases

    def spans(self) -> list[tuple[int, int]]:
        """The names as half-open spans of code points, in order."""
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
            return self.phrases.inverted_end(end)
        if self.passage.is_in(core, "place") and self.passage.key(place) != "van":
            return place
        if self.phrases.has_old_particle(place, core):
            return self.phrases.inverted_end(end)
        if self.passage.key(place) == "de":
            fits = self.evidence.follows_de(core)
        else:
            sure = token.surname == Grade.STRONG or not self.passage.opens(place) or self.evidence.acts(end)
            fits = bool(token.surname) and sure
        is_thing = self.evidence.is_of_thing(place) or self.evidence.goes_on_as_title(core, end)
        return self.phrases.inverted_end(end) if fits and not is_thing else place

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
        if not token.surname or self.evidence.is_acronym(place, place + 1) or self.evidence.is_title(place):
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
        if self.evidence.is_expected(place) or self.evidence.is_cited(place):
            return end
        if self.passage.is_in(place, "place") or not (end > place + 1 or self.evidence.acts(end)):
            return place
        if self.evidence.is_of_thing(place) or self.evidence.is_word(token.text):
            return place
        core = self.phrases.past_particles(place + 1)
        if core >= end:
            return end
        following = self.passage.tokens[core]
        is_name = bool(following.grade) or not self.evidence.is_word(following.text)
        return end if is_name and following.is_capital else place

    # Names in lower case

    def _lower_particles(self, place: int) -> int:
        """`de Vries`, `van der Meulen`, and `mevrouw de wit`."""
        core, end = self.phrases.past_particles(place), self.phrases.surname_end(place)
        if core == place or end == place or (core > place + 1 and self.passage.tokens[place + 1].is_capital):
            return place
        token = self.passage.tokens[core]
        named = self.evidence.cue(place) == Cue.ANY and not self.passage.is_in(place - 1, "office")
        if named and (token.is_capital or self.passage.key(place) != "te"):
            return end  # no `dokter te worden`
        is_place = self.passage.is_in(core, "place") and self.passage.key(place) != "van"
        if is_place or self.phrases.starts_with_preposition(place):
            return place
        old = self.passage.key(place) == "van" and self.phrases.has_old_particle(place, core)
        if old and (token.is_capital or token.surname):
            return end
        if not token.is_capital:
            return place
        if self.evidence.is_listed_thing(place):
            return place
        fits = token.surname if self.phrases.has_old_particle(place, core) else self.passage.key(place) == "de"
        is_name = fits and self.evidence.follows_de(core) and not self.evidence.goes_on_as_title(core, end)
        return end if is_name else place

    def _lower(self, place: int) -> int:
        """`fatima`, `hoekstra`, `jan zei`, `dankje iris!`, `mark de jong`."""
        token = self.passage.tokens[place]
        is_bound = self.passage.after(place) == "-" and place + 1 < self.passage.n_tokens
        if is_bound and not self.passage.tokens[place + 1].given:
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
                end = max(self.phrases.given_end(place + 1), place + 1)
                for inner in range(place + 1, end):
                    end = max(end, names.pop(inner, end))
                names[place] = end
                taken.update(range(place, end))
                queue.append((place, end))

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
