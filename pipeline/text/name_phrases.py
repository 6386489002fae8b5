"""How far a name goes: given names, initials, particles and surnames in the ways Dutch text writes them."""

from pipeline.text.name_lists import Grade
from pipeline.text.name_tokens import Passage

MIN_SHORT_NAME = 4  # letters of a word in capitals; shorter ones are acronyms (`HAN`, `BAS`) unless a surname follows

_OLD_PARTICLES = frozenset(("der", "den", "t", "ter", "ten", "du", "von", "dos", "da", "di", "del", "della"))
_PREPOSITIONS = frozenset(("op", "in", "aan", "uit", "bij", "onder", "over", "voor", "tot"))  # in `op de Hoek`
_ARTICLES = frozenset(("de", "den", "der", "het", "t"))
_NO_NAMES = frozenset(
    "common english not_a_name role title office label thing org_before org_after organisation".split()
)


class Phrases:
    """Reads names off a passage.

    Args:
        passage: the words.
        taken: places of words that belong to the name of an organisation or a street.
    """

    def __init__(self, passage: Passage, taken: frozenset[int]) -> None:
        self.passage = passage
        self.taken = taken

    def is_free(self, place: int) -> bool:
        """Whether there is a word at a place that no organisation has."""
        return 0 <= place < len(self.passage) and place not in self.taken

    def past_particles(self, place: int) -> int:
        """The place after the particles from here on."""
        while self.is_free(place) and self._is_particle(place):
            if self.passage.tokens[place].is_upper and not self.passage.tokens[place + 1].is_upper:
                break
            place += 1
        return place

    def _is_particle(self, place: int) -> bool:
        word = self.passage.key(place)
        if self.passage.is_initial(place) or (word in _PREPOSITIONS and not self._is_prepositional(place)):
            return False
        return self.passage.is_in(place, "part") and self.passage.is_joined(place + 1)

    def _is_prepositional(self, place: int) -> bool:
        """`Op de Hoek`, `in 't Veld`, but not `Voor De Wit is dat anders`, where the preposition opens the sentence."""
        following = place + 1
        if self.passage.key(following) not in _ARTICLES:
            return False
        both = self.passage.tokens[place].is_capital and self.passage.tokens[following].is_capital
        return not both or self.passage.is_shouted or not self.passage.opens(place)

    def past_initials(self, place: int) -> int:
        """The place after the initials from here on."""
        first = place
        while (
            self.is_free(place) and self.passage.is_initial(place) and (place == first or self.passage.is_joined(place))
        ):
            place += 1
        return place

    def past_surname(self, place: int) -> int:
        """The place after the particles and surname that go on from the word before; `place` if there are none."""
        if not self.passage.is_joined(place):
            return place
        return self.surname_end(place)

    def surname_end(self, place: int) -> int:
        """The place after the particles and surname that start here; `place` if none does."""
        core = self.past_particles(place)
        if not self.is_free(core):
            return place
        if core > place and self.passage.is_initial(core):
            return core + 1  # `de V.`
        return self._past_second_surname(core + 1) if self.could_be_surname(core, place) else place

    def could_be_surname(self, core: int, first: int) -> bool:
        """Whether a word can be a surname, given the particles before it.

        Args:
            core: place of the word.
            first: place of the first particle, or of the word itself.
        """
        token, particles = self.passage.tokens[core], [self.passage.key(place) for place in range(first, core)]
        if self.passage.is_initial(core):
            return False
        if not token.is_capital:
            if not particles:
                return token.surname == Grade.STRONG
            least = Grade.CAUTIOUS if particles[-1] in ("de", "het") and len(particles) > 1 else Grade.CUED
            return _PREPOSITIONS.isdisjoint(particles) and token.surname >= least
        if particles == ["van"] and (token.given > token.surname or self._is_firm(core)):
            return False
        if token.is_upper and not self.passage.is_shouted and not self._is_upper(core - 1):
            return False
        return bool(token.surname) or self._is_unlisted_surname(core, particles)

    def _is_unlisted_surname(self, core: int, particles: list[str]) -> bool:
        token = self.passage.tokens[core]
        if self.passage.is_in(core, "place"):
            return particles[:1] == ["van"] and "het" not in particles
        if token.is_upper or "het" in particles or len(token.text) == 1:
            return False
        return not self.is_no_name(core)

    def _is_firm(self, core: int) -> bool:
        """`Erik van Visser Installaties` works there."""
        following = core + 1
        if not self.passage.is_joined(following) or self.passage.tokens[following].before != " ":
            return False
        token = self.passage.tokens[following]
        return token.is_capital and not token.grade and not self._is_particle(following)

    def is_no_name(self, place: int) -> bool:
        """Whether an unlisted word is one that does not stand in names."""
        return self.passage.is_in_any(place, _NO_NAMES)

    def _is_upper(self, place: int) -> bool:
        return self.passage.tokens[place].is_upper

    def _past_second_surname(self, end: int) -> int:
        """Go on over `Jansen-de Wit`, `Jansen – de Wit`, `van Rossum du Chattel`, `Bakker Hoekstra`."""
        while self.is_free(end):
            core = self.past_particles(end)
            if not self.is_free(core) or not self.passage.tokens[core].is_capital:
                break
            hyphen = self.passage.tokens[end].before in ("-", "–") or (
                core > end and self.passage.tokens[end].before in (" - ", " – ")
            )
            if not hyphen and not self.passage.is_joined(end):
                break
            old = any(self.passage.key(place) in _OLD_PARTICLES for place in range(end, core))
            listed = self.passage.tokens[core].surname and not self.passage.is_in(core, "place")
            if not ((hyphen or listed or old) and self.could_be_surname(core, end)):
                break
            end = core + 1
        return end

    def given_end(self, place: int) -> int:
        """The place after all that goes on from a given name: more given names, initials, a surname."""
        while self.passage.is_joined(place) and self.is_free(place):
            if not (self.passage.is_initial(place) or self._goes_on_as_given(place)):
                break
            place += 1
        return self.past_surname(place) if self.is_free(place) else place

    def _goes_on_as_given(self, place: int) -> bool:
        token = self.passage.tokens[place]
        acronym = token.is_upper and not self._is_upper(place - 1)
        return token.is_capital and token.given > Grade.CUED and not acronym and not self._is_particle(place)

    def inverted_end(self, end: int) -> int:
        """The place after `, Jan de` or `, P.J.` behind a surname; `end` if there is no such thing."""
        if not self.is_free(end) or self.passage.tokens[end].before != ", ":
            return end
        initials = self.past_initials(end)
        core = initials if initials > end else end + 1 if self.passage.tokens[end].given else end
        if core == end:
            return end
        last = core
        while self.is_free(last) and self._trails(last):
            last += 1
        if self.is_free(last) and last > core and self.passage.is_joined(last) and self.passage.tokens[last].is_capital:
            return end
        return last if last > core or initials > end else end

    def _trails(self, place: int) -> bool:
        """Whether a word is a particle behind an inverted name: `Vries, Jan de`."""
        word = self.passage.key(place)
        particle = self.passage.is_in(place, "part") and word not in _PREPOSITIONS
        return particle and self.passage.is_joined(place) and not self.passage.tokens[place].is_capital

    def starts_with_preposition(self, place: int) -> bool:
        """`in 't Veld`, which without a name or title before it may be a place."""
        return self.passage.key(place) in _PREPOSITIONS

    def has_old_particle(self, first: int, core: int) -> bool:
        """Whether the particles in between stand in names alone: `van der`, `van 't`."""
        return any(self.passage.key(place) in _OLD_PARTICLES for place in range(first, core))
