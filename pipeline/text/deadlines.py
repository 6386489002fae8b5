"""Find dates and terms that lie ahead, and say how much they press: the nearer, the more.

A date in the past presses nobody. Months and seasons without a year are taken as the next ones after the day on
which the words were said; without that day, only wording that looks ahead ("per 1 mei", "vóór de zomer") counts.
"""

import datetime
import re
from collections.abc import Iterator
from typing import NamedTuple

HALF_LIFE_MONTHS = 6.0  # strength halves with every half year that a date lies further ahead
UNDATED = 0.5  # strength where the day of speaking is not known
MIN_STRENGTH = 0.1  # what lies further ahead presses nobody yet
DAYS_PER_MONTH = 30.44

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari jan", "februari feb", "maart mrt", "april apr", "mei", "juni jun", "juli jul",
            "augustus aug", "september sept sep", "oktober okt", "november nov", "december dec",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
SEASONS = {  # month and day on which it begins
    "zomervakantie": (7, 10), "zomer": (7, 1), "kerstvakantie": (12, 20), "kerst": (12, 25), "herfstvakantie": (10, 15),
    "voorjaarsvakantie": (2, 15), "meivakantie": (4, 27), "voorjaar": (3, 1), "najaar": (9, 1), "herfst": (9, 21),
    "winter": (12, 21), "lente": (3, 21), "jaarwisseling": (12, 31), "pasen": (4, 5), "nieuwe schooljaar": (8, 15),
    "nieuwe studiejaar": (9, 1), "nieuwe jaar": (1, 1), "einde van het jaar": (12, 31), "eind van het jaar": (12, 31),
    "einde van het schooljaar": (7, 10), "eind van het schooljaar": (7, 10),
}  # fmt: skip
UNITS = {  # days
    "dag": 1, "dagen": 1, "week": 7, "weken": 7, "maand": 30, "maanden": 30, "kwartaal": 91, "kwartalen": 91,
    "semester": 150, "halfjaar": 182, "half jaar": 182, "jaar": 365, "schooljaar": 300, "studiejaar": 300,
}  # fmt: skip
NUMBERS = {"een": 1, "één": 1, "twee": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6, "acht": 8, "tien": 10}
AHEAD = r"met ingang van|ingaande|v[oó][oó]r|per|vanaf|uiterlijk|tot en met|tot|t/m|richting|tegen|eind(?:e)?|na"
PAST = r"(?!\s+(?:van\s+)?(?:vorige?|afgelopen|jl|j\.l)\b)"  # "in september vorig jaar"
PLAIN = r"op|in|rond|begin|half|medio|over|binnen|sinds|door"
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_SEASON = "|".join(sorted(SEASONS, key=len, reverse=True))
_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
_NUMBER = "|".join(NUMBERS)

DATED = re.compile(
    rf"\b(?:(?P<ahead>{AHEAD})|(?P<plain>{PLAIN}))\s+(?:de\s+|het\s+|uiterlijk\s+)?(?:(?:begin|half|medio|eind)\s+)?"
    rf"(?:(?P<day>[0-3]?\d)\s+)?(?:(?P<month>{_MONTH})\b\.?(?:\s+(?P<year>(?:19|20)\d\d)\b)?"
    rf"|(?P<iso>[0-3]?\d[-/.][01]?\d[-/.](?:20)?\d\d)\b|(?P<only_year>(?:19|20)\d\d)\b(?!\s*(?:euro|leden|studenten|mensen))"
    rf"|(?:deze\s+|komende\s+|volgende\s+|aankomende\s+)?(?P<season>{_SEASON})\b){PAST}",
    re.IGNORECASE,
)
TERM = re.compile(
    rf"\b(?:(?P<next>(?:nog\s+(?:deze|dit)|komende?|volgende?|aankomende?)\s+(?P<unit>{_UNIT}))"
    rf"|(?:binnen|over|nog maar|nog)\s+(?:(?P<number>\d{{1,2}}|{_NUMBER}|enkele|een paar)\s+)(?P<units>{_UNIT}))\b"
    rf"|\b(?P<comes>(?:deze|komende|volgende|aankomende|dit|komend|volgend)\s+(?P<season>{_SEASON}))\b",
    re.IGNORECASE,
)
HINT = re.compile(  # one of these is in every date or term; looked for first, as most sentences have none
    rf"(?:19|20)\d\d|\d[-/.]\d|\b(?:{_MONTH}|{_SEASON}|{_UNIT})\b", re.IGNORECASE
)
VAGUE_NUMBER = 3  # "a few weeks"


class Deadline(NamedTuple):
    """A date or term ahead.

    Args:
        start: first code point in the text.
        end: one past the last.
        strength: how much it presses, in (0, 1].
    """

    start: int
    end: int
    strength: float


def find_deadlines(text: str, said_on: datetime.date | None) -> list[Deadline]:
    """Find the dates and terms in a text that lie after the day on which it was said, from left to right."""
    if not HINT.search(text):
        return []
    found = [*_dates(text, said_on), *_terms(text, said_on)]
    return sorted(deadline for deadline in found if deadline.strength >= MIN_STRENGTH)


def _dates(text: str, said_on: datetime.date | None) -> Iterator[Deadline]:
    for match in DATED.finditer(text):
        if said_on is None:
            is_ahead = match["ahead"] is not None and match["ahead"].lower() != "na"
            yield Deadline(match.start(), match.end(), UNDATED if is_ahead else 0.0)
            continue
        due = _resolve(match, said_on)
        if due is not None and due > said_on:
            yield Deadline(match.start(), match.end(), _strength((due - said_on).days))


def _resolve(match: "re.Match[str]", said_on: datetime.date) -> datetime.date | None:
    if match["iso"]:
        day, month, year = (int(part) for part in re.split(r"[-/.]", match["iso"]))
        return _date(year + 2000 if year < 100 else year, month, day)
    if match["only_year"]:
        return _year_boundary(match, int(match["only_year"]))
    if match["season"]:
        month, day = SEASONS[match["season"].lower()]
        return _next(said_on, month, day) if match["ahead"] else _nearest(said_on, month, day)
    month, day = MONTHS[match["month"].lower()], int(match["day"] or 1)
    if match["year"]:
        return _date(int(match["year"]), month, day)
    return _next(said_on, month, day) if match["ahead"] else _nearest(said_on, month, day)


def _year_boundary(match: "re.Match[str]", year: int) -> datetime.date:
    """The end of a year for "until", "end of" and "after" it; its beginning for all else."""
    ends = re.match(r"(?:eind|tot|na\b|t/m)", match.group(), re.IGNORECASE) or " eind" in match.group().lower()
    return datetime.date(year, 12, 31) if ends else datetime.date(year, 1, 1)


def _terms(text: str, said_on: datetime.date | None) -> Iterator[Deadline]:
    for match in TERM.finditer(text):
        if match["comes"]:
            days = (_next(said_on, *SEASONS[match["season"].lower()]) - said_on).days if said_on else 0
            yield Deadline(match.start(), match.end(), _strength(days) if said_on else UNDATED)
        elif match["next"]:
            yield Deadline(match.start(), match.end(), _strength(UNITS[match["unit"].lower()]))
        else:
            word = match["number"].lower()
            number = int(word) if word.isdigit() else NUMBERS.get(word, VAGUE_NUMBER)
            yield Deadline(match.start(), match.end(), _strength(number * UNITS[match["units"].lower()]))


def _next(said_on: datetime.date, month: int, day: int) -> datetime.date:
    this_year = _date(said_on.year, month, day) or said_on
    return this_year if this_year > said_on else _date(said_on.year + 1, month, day) or said_on


def _nearest(said_on: datetime.date, month: int, day: int) -> datetime.date:
    """The date nearest to the day of speaking: "op 12 juni getekend", said in October, is past."""
    options = [_date(said_on.year + step, month, day) or said_on for step in (-1, 0, 1)]
    return min(options, key=lambda option: abs((option - said_on).days))


def _date(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _strength(days: int) -> float:
    return float(2 ** (-max(days, 0) / DAYS_PER_MONTH / HALF_LIFE_MONTHS))
