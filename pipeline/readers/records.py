"""JSON: a list of objects with a text field, such as an export of a chat or of a form."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pipeline.readers.columns import Roles, find_roles, given_roles
from pipeline.readers.reading import Reading, Source, Unreadable
from pipeline.readers.table import answers_of
from pipeline.readers.text import decoded_text, encoding_warnings
from pipeline.text.speakers import ORIGIN_SPEAKER, seconds

MAX_DEPTH = 4  # of objects within a record, whose fields are named with dots
TIME = r"time|tijd(?:stip)?|timestamp|created(?:datetime|_at)?|datum|date(?:time)?|ts"


def read(source: Source) -> Reading:
    """Read a JSON file; records keep their order, and are a chat if they have a time.

    Raises:
        Unreadable: it is no JSON, holds no list of objects, or more cells than the limit.
    """
    decoded = decoded_text(source)
    records = [dict(_flat(record, MAX_DEPTH)) for record in _find_records(_parsed(decoded.text), MAX_DEPTH)]
    fields = list(dict.fromkeys(name for record in records for name in record))
    if not fields:
        raise Unreadable("holds no list of objects with a text field")
    if len(records) * len(fields) > source.limits.max_cells:
        raise Unreadable("has more cells than ingest.max_cells allows")
    rows = [[record.get(name, "") for name in fields] for record in records]
    warnings = encoding_warnings(decoded)
    if source.columns is None:
        roles = find_roles(fields, rows)
    else:
        roles, missing = given_roles(fields, source.columns)
        warnings += [f"session.yaml names field '{name}', which is not there" for name in missing]
    if not roles.answers:
        raise Unreadable("holds no field with text; name it in session.yaml under columns")
    clock = next((place for place, name in enumerate(fields) if re.fullmatch(TIME, name.lower())), None)
    blocks = []
    for number, row in enumerate(rows, start=1):
        for block in answers_of(row, number, roles):
            is_chat = clock is not None and block.kind == "answer"
            time_s = seconds(row[clock]) if clock is not None else None
            blocks.append(replace(block, kind="chat" if is_chat else block.kind, time_s=time_s))
    names = {block.speaker for block in blocks if block.speaker}
    return Reading(
        blocks,
        (*warnings, _without_clock(roles, fields, clock).said(fields)),
        tuple((name, ORIGIN_SPEAKER) for name in sorted(names)),
        decoded.encoding,
    )


def _without_clock(roles: Roles, fields: Sequence[str], clock: int | None) -> Roles:
    return roles if clock is None else replace(roles, unused=tuple(n for n in roles.unused if n != fields[clock]))


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise Unreadable(f"is no JSON: {error.msg.lower()} at line {error.lineno}") from None
    except (ValueError, RecursionError):
        raise Unreadable("is no JSON that can be read: nested too deep, or a number too long") from None


def _find_records(value: object, depth: int) -> Sequence[Mapping[str, object]]:
    """The longest list of objects, at the top or within objects."""
    if isinstance(value, list):
        return [entry for entry in value if isinstance(entry, dict)]
    if not isinstance(value, dict) or not depth:
        return []
    return max((_find_records(inner, depth - 1) for inner in value.values()), key=len, default=[])


def _flat(record: Mapping[str, object], depth: int, prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in record.items():
        if isinstance(value, dict):
            if depth:
                yield from _flat(value, depth - 1, f"{prefix}{name}.")
        elif isinstance(value, str | int | float) and not isinstance(value, bool):
            yield f"{prefix}{name}", re.sub(r"\s+", " ", str(value)).strip()
