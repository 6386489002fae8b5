"""Files that tell about a session and are no documents: session.yaml and lists of participants."""

import csv
import datetime
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import yaml

from pipeline.readers.columns import SPEAKER, looks_like_header
from pipeline.readers.reading import Columns, Source, Unreadable
from pipeline.readers.text import decoded_text
from pipeline.text.repair import encodable

SETTINGS = "session.yaml"
PARTICIPANTS = re.compile(r"(?:participants|deelnemers(?:lijst)?)\.(?:csv|tsv|txt)", re.IGNORECASE)
KEYS = ("title", "date", "region", "participants", "columns")
ORIGIN = "session.yaml"
MAX_BYTES = 200_000  # of session.yaml


@dataclass(frozen=True)
class SessionFacts:
    """What session.yaml says.

    Args:
        title: title of the session.
        held_on: ISO date.
        region: its region.
        participants: names of those present.
        columns: per sheet, which of its columns hold what.
        warnings: keys and values that were passed over.
    """

    title: str | None = None
    held_on: str | None = None
    region: str | None = None
    participants: tuple[str, ...] = ()
    columns: Mapping[str, Columns] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def read_settings(source: Source) -> SessionFacts:
    """Read session.yaml.

    Raises:
        Unreadable: it is no YAML mapping.
    """
    if len(source.data) > MAX_BYTES:
        raise Unreadable("is far larger than settings of a session are")
    try:
        values = yaml.safe_load(decoded_text(source).text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise Unreadable(
            f"is no YAML{f', line {mark.line + 1}' if mark else ''}; check indentation and quotes"
        ) from None
    except (RecursionError, ValueError):
        raise Unreadable("is no YAML that can be read") from None
    if not isinstance(values, dict):
        raise Unreadable("is no mapping of keys to values, such as `title: Opdenksessie`")
    warnings = [f"unknown key '{key}'; known are {', '.join(KEYS)}" for key in values if key not in KEYS]
    held_on = iso_date(values.get("date"))
    if values.get("date") and held_on is None:
        warnings.append("date is no date such as 2024-05-23")
    people = values.get("participants")
    return SessionFacts(
        title=_text(values.get("title")),
        held_on=held_on,
        region=_text(values.get("region")),
        participants=tuple(encodable(name) for name in people if isinstance(name, str))
        if isinstance(people, list)
        else (),
        columns=_columns(values.get("columns"), warnings),
        warnings=tuple(warnings),
    )


def _text(value: object) -> str | None:
    return (encodable(str(value)).strip() or None) if isinstance(value, str | int | float) else None


def _columns(value: object, warnings: list[str]) -> dict[str, Columns]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        warnings.append("columns is no mapping of file names to columns")
        return {}
    found = {}
    for file, given in value.items():
        if not isinstance(given, dict):
            warnings.append(f"columns of '{file}' are no mapping such as `answer: [Antwoord]`")
            continue
        unknown = [key for key in given if key not in Columns.__dataclass_fields__]
        warnings.extend(f"columns of '{file}': unknown key '{key}'" for key in unknown)
        answer = given.get("answer") or ()
        texts = {key: _text(given.get(key)) for key in ("prompt", "speaker", "group", "votes")}
        answers = tuple(name for name in (answer if isinstance(answer, list) else [answer]) if isinstance(name, str))
        found[str(file)] = Columns(answer=answers, **texts)
    return found


def iso_date(value: object) -> str | None:
    """A date as ISO text, from a date, ISO text or Dutch notation (23-05-2024); None if it is none."""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    text = str(value or "").strip()
    for pattern in ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%Y%m%d"):
        try:
            return datetime.datetime.strptime(text, pattern).date().isoformat()  # a date has no zone
        except ValueError:
            continue
    return None


def read_participants(source: Source) -> list[str]:
    """Read the names of a list of participants: a column of names, or a name a line.

    Raises:
        Unreadable: it is no text.
    """
    text = decoded_text(source).text
    delimiter = max(";,\t", key=text.count)
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
    except csv.Error:
        rows = [[line.strip()] for line in text.split("\n")]
    rows = [row for row in rows if any(row)]
    if not rows:
        return []
    header = [cell.lower() for cell in rows[0]]
    places = _name_columns(header)
    if looks_like_header(rows[0]) or places:
        rows = rows[1:]
    return [name for row in rows if (name := " ".join(row[n] for n in places or [0] if n < len(row) and row[n]))]


def _name_columns(header: Sequence[str]) -> list[int]:
    """Columns that make up a name, in order: one full name, or first name, particle and surname."""
    parts = [n for n, cell in enumerate(header) if re.fullmatch(r"voornaam|roepnaam|tussenvoegsels?|achternaam", cell)]
    whole = [n for n, cell in enumerate(header) if re.fullmatch(SPEAKER, cell)]
    return parts or whole[:1]
