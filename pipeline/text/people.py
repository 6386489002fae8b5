"""Which spellings of names are one person."""

from collections import defaultdict
from collections.abc import Iterable

from pipeline.text.persons import Person


class People:
    """People by their names, to find whom a shorter name can be.

    Args:
        persons: the names, in any order; spellings of one name count once.
    """

    def __init__(self, persons: Iterable[Person]) -> None:
        self._by_given: dict[str, dict[object, Person]] = defaultdict(dict)
        self._by_surname: dict[str, dict[object, Person]] = defaultdict(dict)
        for person in persons:
            for name in {*person.given[:1], person.called} - {""}:
                self._by_given[name][person.identity] = person
            for name in person.surname[:1]:
                self._by_surname[name][person.identity] = person

    def fullest(self, person: Person) -> Person:
        """The fullest name that a name can only be: `Jan` is Jan de Vries if there is no other Jan."""
        longer = [other for other in self._alike(person) if other.identity != person.identity and person.may_be(other)]
        if not longer:
            return person
        fullest = max(longer, key=lambda other: (len(other.surname), len(other.given), other.initials, other.identity))
        return fullest if all(other.may_be(fullest) for other in longer) else person

    def _alike(self, person: Person) -> Iterable[Person]:
        if person.surname:
            return self._by_surname[person.surname[0]].values()
        return self._by_given[person.given[0]].values() if person.given else ()
