"""JSON: a list of objects with a text field, or of texts, such as an export of a chat or of a form."""

import html
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
TEXT, GROUP = "tekst", "groep"  # fields of a text that is no object, and of the name of its list
TIME = r"time|tijd(?:stip)?|timestamp|created(?:datetime|_at)?|datum|date(?:time)?|ts"
_TAG = re.compile(
    r"</?(?:p|div|br|span|b|i|u|em|strong|a|at|ul|ol|li|img|attachment|blockquote)\b[^<>]*>", re.IGNORECASE
)


def read(source: Source) -> Reading:
    """Read a JSON file; records keep their order, and are a chat if they have a time.

    Raises:
        Unreadable: it is no JSON, holds no list of objects, or more cells than the limit.
    """
    decoded = decoded_text(source)
    found = _find_records(_parsed(decoded.text), MAX_DEPTH)
    records = [record for entry in found for record in _spread(entry, MAX_DEPTH)]
    fields = list(dict.fromkeys(name for record in records for name in record))
    if not fields:
        raise Unreadable("holds no list of objects with a text field, nor of texts")
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
        if error.msg == "Extra data" and error.lineno == 2:
            return [_parsed(line) for line in text.split("\n") if line.strip()]  # an object a line
        raise Unreadable(f"is no JSON: {error.msg.lower()} at line {error.lineno}") from None
    except (ValueError, RecursionError):
        raise Unreadable("is no JSON that can be read: nested too deep, or a number too long") from None


def _find_records(value: object, depth: int) -> Sequence[Mapping[str, object]]:
    """The longest list of objects or texts, at the top or within objects; lists of texts beside each other are one."""
    if isinstance(value, list):
        objects = [entry for entry in value if isinstance(entry, dict)]
        return objects or [{TEXT: entry} for entry in value if isinstance(entry, str)]
    if not isinstance(value, dict) or not depth:
        return []
    texts = [{TEXT: text, GROUP: name} for name, inner in value.items() for text in _texts(inner)]
    return max((texts, *(_find_records(inner, depth - 1) for inner in value.values())), key=len) or [value]


def _texts(value: object) -> Sequence[str]:
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []


def _spread(record: Mapping[str, object], depth: int) -> Iterator[dict[str, str]]:
    """A record, or one for each text of a list in it (`antwoorden`), and the records within it (`replies`)."""
    own = dict(_flat(record, depth))
    lists = {name: texts for name, value in record.items() if (texts := _texts(value))}
    if lists:
        yield from (own | {name: _bare(text)} for name, texts in lists.items() for text in texts)
    elif own:
        yield own
    for value in record.values():
        if isinstance(value, list) and depth:
            for entry in value:
                if isinstance(entry, dict):
                    yield from _spread(entry, depth - 1)


def _bare(text: str) -> str:
    """Text on one line, without the tags of a page."""
    if _TAG.search(text):
        text = html.unescape(_TAG.sub(" ", text))
    return re.sub(r"\s+", " ", text).strip()


def _flat(record: Mapping[str, object], depth: int, prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in record.items():
        if isinstance(value, dict):
            if depth:
                yield from _flat(value, depth - 1, f"{prefix}{name}.")
        elif isinstance(value, str | int | float) and not isinstance(value, bool):
            yield f"{prefix}{name}", _bare(str(value))
