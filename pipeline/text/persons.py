"""Take the name of a person apart, in all the ways that people and programs write it."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.text.name_lists import Grade, key, name_lists, plain
from pipeline.text.name_tokens import WORD

_ASIDE = re.compile(r"[(\[{]([^)\]}]*)[)\]}]?")
_SUFFIX = re.compile(r"\s+[-–—|/]\s+.*|\s*[|].*|\s*:\s*$")
_MAIL = re.compile(r"([^\s@<>\"]+)@[^\s@]+\.[^\s@]+")
_INITIALS = re.compile(r"(?:[^\W\d_]\.[-\s]?)+[^\W\d_]?|[^\W\d_]|[A-Z]{2,3}|(?:Th|Chr|Ph|IJ|Joh|Jac|Wm)\.")
_HANDLE = re.compile(r"([^\W\d_]{3,})[\d_]+")
_NO_PERSON_SECTIONS = ("not_a_name", "role", "label", "thing", "common", "org_before", "org_after", "place")
_ORGANISATION_SECTIONS = ("thing", "org_before", "org_after", "organisation")


@dataclass(frozen=True)
class Person:
    """The name of one person.

    Args:
        given: keys of the given names, in order; none if only initials are known.
        initials: first letters of the given names, in lower case.
        surname: keys of the surname without particles.
        spelling: the name in natural order, `Jan de Vries` for `Vries, Jan de (HAN)`.
        parts: its given names and surnames as written, and the name that someone goes by.
        called: key of the name that someone goes by, `hans` of `Johannes (Hans) Kwakkelstein`; mostly empty.
    """

    given: tuple[str, ...]
    initials: str
    surname: tuple[str, ...]
    spelling: str
    parts: tuple[str, ...] = ()
    called: str = ""

    @property
    def identity(self) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
        """What makes it one name, whatever its spelling."""
        return self.given, self.initials, self.surname

    @property
    def is_whole(self) -> bool:
        """Whether both given name and surname are known."""
        return bool(self.given and self.surname)

    def may_be(self, other: "Person") -> bool:
        """Whether this is the same name or a shorter form of another: `Jan` or `J. de Vries` of `Jan de Vries`."""
        if self.surname and other.surname[: len(self.surname)] != self.surname:
            return False
        if self.given:
            return other.given[: len(self.given)] == self.given or self.given == (other.called,)
        return other.initials.startswith(self.initials) if self.surname else False


def parse_person(text: str) -> Person | None:
    """Read the name of a person; None if it is none (`Tafel 3`, `Voorzitter`, `PO-Raad`).

    An unknown word by itself counts as a name, so that no one is shown by mistake.
    """
    name = unicodedata.normalize("NFC", text).replace("’", "'")
    asides = [aside.strip() for aside in _ASIDE.findall(name)]
    bare = _without_titles(_ASIDE.sub(" ", name))
    person = _parse(bare)
    if person is None and not re.search(r"\d", bare):
        return next((inner for aside in asides if (inner := _parse(aside)) and _is_sure(inner)), None)
    called = next((aside for aside in asides if name_lists().given.get(key(aside), 0) >= Grade.WORD), None)
    if person is None or called is None:
        return person
    return replace(person, parts=(*person.parts, called), called=key(called))


def _is_sure(person: Person) -> bool:
    lists = name_lists()
    return any(lists.given.get(name, 0) >= Grade.WORD for name in person.given) or any(
        lists.surname.get(name, 0) >= Grade.CAUTIOUS for name in person.surname
    )


def _without_titles(name: str) -> str:
    words = name.split()
    section = name_lists().words
    while words and (key(words[0].strip(".,:@")) in section["title"] | section["role"]) and len(words) > 1:
        words.pop(0)
    return " ".join(words).lstrip("@")


def _parse(name: str) -> Person | None:
    mail = _MAIL.search(name)
    if mail:
        name = " ".join(part.capitalize() for part in re.split(r"[._\-+\d]+", mail[1]) if part)
    name = _SUFFIX.sub("", name).strip(" .,;:-\t\n")
    handle = _HANDLE.fullmatch(name)
    if handle and name_lists().given.get(key(handle[1]), 0) == Grade.STRONG:
        name = handle[1]
    name = _without_school(_natural_order(name))
    return None if _is_no_person(name) else _take_apart(name.split())


def _without_school(name: str) -> str:
    """`Bas OBS De Vlinder` becomes `Bas`: a given name, and behind it an organisation that begins with letters."""
    words, lists = name.split(), name_lists()
    if lists.given.get(key(words[0]) if words else "", Grade.NONE) < Grade.WORD:
        return name
    known = lists.words["org_before"] | lists.words["organisation"]
    place = next(
        (n for n, word in enumerate(words) if n and len(word) > 1 and word.isupper() and key(word) in known), None
    )
    return name if place is None else " ".join(words[:place])


def _natural_order(name: str) -> str:
    """`Vries, Jan de` becomes `Jan de Vries`; what follows a name after a comma goes: `Jan de Vries, HAN`."""
    left, comma, right = (part.strip() for part in name.partition(","))
    if not comma or not right:
        return left
    section = name_lists().words
    words = right.partition(",")[0].split()
    is_affiliation = (
        key(words[0]) in section["role"] | section["title"] | section["organisation"] | section["org_before"]
        or (words[0].isupper() and len(words[0]) > 1 and " " in left)
        or (words[0][0].islower() and key(words[0].strip(".'")) not in section["part"])
    )
    return left if is_affiliation else f"{' '.join(words)} {left}"


def _is_no_person(name: str) -> bool:
    section = name_lists().words
    keys = [key(word) for word in WORD.findall(name)]
    if not keys or re.search(r"[\d&+]|\b[A-Z]{2,}-", name) or (len(keys) == 1 and len(keys[0]) == 1):
        return True
    if any(word in section[part] for word in keys for part in _ORGANISATION_SECTIONS):
        return True
    lists = name_lists()
    return all(
        any(word in section[part] for part in _NO_PERSON_SECTIONS)
        and lists.given.get(word, 0) < Grade.STRONG
        and lists.surname.get(word, 0) < Grade.STRONG
        for word in keys
    )


def _take_apart(words: list[str]) -> Person:
    particles = name_lists().words["part"]
    n_given = next(
        (n for n, word in enumerate(words) if n and key(word.strip("'")) in particles and n < len(words) - 1),
        _n_given(words),
    )
    if key(words[0].strip("'")) in particles and len(words) > 1:
        n_given = 0
    initials = [word for word in words[:n_given] if _INITIALS.fullmatch(word)]
    given = [] if initials else [part for word in words[:n_given] for part in WORD.findall(word)]
    surname = [part for word in words[n_given:] for part in WORD.findall(word)]
    return Person(
        given=tuple(map(key, given)),
        initials="".join(_initials_of(words[:n_given])),
        surname=tuple(key(part) for part in surname if key(part) not in particles) or tuple(map(key, surname)),
        spelling=" ".join(words),
        parts=tuple(part for part in (*given, *surname) if key(part) not in particles),
    )


def _initials_of(words: Sequence[str]) -> list[str]:
    letters = []
    for word in words:
        parts = WORD.findall(word)
        spelled_out = not _INITIALS.fullmatch(word)
        letters += [plain(part)[0].lower() for part in parts] if spelled_out or "." in word else list(word.lower())
    return letters


def _n_given(words: Sequence[str]) -> int:
    """How many words of a name without particles are given names or initials."""
    lists = name_lists()
    last = key(words[-1].strip("."))
    is_given = lists.given.get(last, Grade.NONE) >= lists.surname.get(last, Grade.NONE)
    if len(words) == 1:
        return 1 if is_given else 0
    listed_given = is_given and lists.given.get(last, Grade.NONE) == Grade.STRONG and last not in lists.surname
    if listed_given and all(lists.given.get(key(word), 0) >= Grade.WORD for word in words):
        return len(words)
    return len(words) - 1
