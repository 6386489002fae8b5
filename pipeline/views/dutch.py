"""Figures, dates and lists the way Dutch readers write them."""

import datetime
from collections.abc import Sequence

MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)
NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"


def number(value: float, *, digits: int = 2) -> str:
    """A decimal number: 0,74."""
    return f"{value:.{digits}f}".replace(".", ",").replace("-", MINUS)


def whole(value: int) -> str:
    """A whole number, its thousands set apart: 12.345."""
    return f"{value:,}".replace(",", ".")


def percentage(share: float) -> str:
    """A share in [0, 1] as a percentage without decimals; what is neither none nor all never reads as such."""
    if 0 < share < 0.005:
        return f"<{NO_BREAK_SPACE}1{NO_BREAK_SPACE}%"
    if 0.995 <= share < 1:
        return f">{NO_BREAK_SPACE}99{NO_BREAK_SPACE}%"
    return f"{share * 100:.0f}{NO_BREAK_SPACE}%"


def counted(value: int, one: str, many: str) -> str:
    """A number with its noun: 1 vraag, 12 vragen."""
    return f"{whole(value)}{NO_BREAK_SPACE}{one if value == 1 else many}"


def date(iso: str) -> str:
    """An ISO date in full: 8 februari 2024."""
    day = datetime.date.fromisoformat(iso)
    return f"{day.day}{NO_BREAK_SPACE}{MONTHS[day.month - 1]} {day.year}"


def short_date(iso: str) -> str:
    """An ISO date in a column head: 8 feb 2024."""
    day = datetime.date.fromisoformat(iso)
    name = "mrt" if day.month == 3 else MONTHS[day.month - 1][:3]
    return f"{day.day} {name} {day.year}".replace(" ", NO_BREAK_SPACE)


def listing(words: Sequence[str]) -> str:
    """Words in a row: a, b en c."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} en {words[-1]}" if words else ""


def size(n_bytes: int) -> str:
    """The size of a file: 79 kB, 3,2 MB."""
    if n_bytes < 1_000_000:
        return f"{max(round(n_bytes / 1000), 1)}{NO_BREAK_SPACE}kB"
    return f"{number(n_bytes / 1_000_000, digits=1)}{NO_BREAK_SPACE}MB"
