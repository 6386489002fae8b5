"""From a table of cells to answers and poll rows, the same whatever the order of its rows."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.readers.columns import Roles, find_roles, given_roles, hash_records, looks_like_header
from pipeline.readers.reading import Columns, Reading, Source, Unreadable
from pipeline.text.blocks import Block
from pipeline.text.speakers import ORIGIN_SPEAKER

_TOTAL = re.compile(r"(?i)(?:sub|eind)?tota+l|som|gemiddelde?|total|average")  # what a row of a poll may start with
HEADER_ROWS = 10  # first rows among which the header is looked for


@dataclass(frozen=True)
class Table:
    """One sheet.

    Args:
        name: its name; empty if it has none.
        rows: cells as text, per row number in the file; rows without any text are left out.
    """

    name: str
    rows: Sequence[tuple[int, Sequence[str]]]


def read_tables(tables: Sequence[Table], source: Source, *, warnings: Sequence[str] = ()) -> Reading:
    """Read sheets as records.

    Args:
        tables: the sheets, in the order of the file.
        source: the file, with what session.yaml says of its columns.
        warnings: what went wrong before.

    Raises:
        Unreadable: a table is so wide and long that it has more cells than the limit, empty ones counted.
    """
    filled = [table for table in tables if table.rows]
    if sum(len(table.rows) * max(len(row) for _, row in table.rows) for table in filled) > source.limits.max_cells:
        raise Unreadable("has more cells than ingest.max_cells allows")
    blocks: list[Block] = []
    said = list(warnings)
    hashed = []
    for table in filled:
        header, rows, title = _split_header(table)
        hashed.append((table.name, header, [row for _, row in rows]))
        heading = tuple(part for part in (table.name if len(filled) > 1 else "", title) if part)
        found, remarks = _read_table(header, rows, source.columns, heading)
        prefix = f"sheet '{table.name}': " if len(filled) > 1 else ""
        said += [prefix + remark for remark in remarks]
        blocks += found
    names = {block.speaker for block in blocks if block.speaker}
    return Reading(
        blocks, tuple(said), tuple((name, ORIGIN_SPEAKER) for name in sorted(names)), sha256=hash_records(hashed)
    )


def _split_header(table: Table) -> tuple[list[str], list[tuple[int, list[str]]], str]:
    """The header, the rows below it, and a title above it; a header of empty names if there is none."""
    width = max(len(row) for _, row in table.rows)
    rows = [(number, [*row, *[""] * (width - len(row))]) for number, row in table.rows]
    most = max(sum(map(bool, row)) for _, row in rows)
    for place, (_, row) in enumerate(rows[:HEADER_ROWS]):
        n_filled = sum(map(bool, row))
        below = [other for _, other in rows[place + 1 :]]
        if below and n_filled >= max(1, 0.6 * most) and looks_like_header(row, below):
            title = " ".join(cell for _, above in rows[:place] for cell in above if cell)
            return row, rows[place + 1 :], title
    return [""] * width, rows, ""


def _read_table(
    header: Sequence[str], rows: Sequence[tuple[int, list[str]]], columns: Columns | None, heading: tuple[str, ...]
) -> tuple[list[Block], list[str]]:
    if not any(header):
        return list(_cells(rows, heading)), ["no header row found: every cell with text was read by itself"]
    warnings = []
    if columns is None:
        roles = find_roles(header, [row for _, row in rows])
    else:
        roles, missing = given_roles(header, columns)
        warnings = [f"session.yaml names column '{name}', which is not there" for name in missing]
    if not roles.answers:
        return [], [*warnings, "no column with text found; name it in session.yaml under columns"]
    n_rows = len(rows)
    if roles.votes is not None:
        rows = [(number, row) for number, row in rows if not _TOTAL.fullmatch(row[roles.answers[0]])]
    if len(rows) < n_rows:
        warnings.append(f"{n_rows - len(rows)} rows with totals left out")
    blocks = [block for number, row in rows for block in answers_of(row, number, roles, heading)]
    order = _by_record if roles.identifier is not None else _canonical
    return sorted(blocks, key=order), [*warnings, roles.said(header)]


def answers_of(row: Sequence[str], number: int, roles: Roles, heading: tuple[str, ...] = ()) -> Iterator[Block]:
    """What one record says: a block for every answer column with text in it."""
    votes = _votes(row[roles.votes]) if roles.votes is not None else None
    identifier = row[roles.identifier] if roles.identifier is not None else ""
    for place in roles.answers:
        if not any(character.isalnum() for character in row[place]):
            continue
        put = row[roles.prompt] if roles.prompt is not None else ""
        yield Block(
            row[place],
            kind="answer" if votes is None else "poll",
            heading=heading,
            prompt=roles.prompts.get(place) or put or None,
            speaker=_cell(row, roles.speaker),
            group=_group(row, roles) or roles.groups.get(place),
            votes=votes,
            row=int(identifier) if identifier.isdigit() else number,
        )


def _cells(rows: Sequence[tuple[int, list[str]]], heading: tuple[str, ...]) -> Iterator[Block]:
    for number, row in rows:
        for cell in row:
            if any(character.isalpha() for character in cell):
                yield Block(cell, kind="cell", heading=heading, row=number)


def _group(row: Sequence[str], roles: Roles) -> str | None:
    cell = _cell(row, roles.group)
    if cell and roles.group_label and re.fullmatch(r"\d{1,3}|[A-Za-z]", cell):
        return f"{roles.group_label} {cell}"
    return cell


def _cell(row: Sequence[str], place: int | None) -> str | None:
    return (row[place] or None) if place is not None else None


def _votes(cell: str) -> int | None:
    match = re.match(r"\d{1,3}(?:[. ]\d{3}){1,2}(?!\d)|\d{1,9}", cell)  # 1.200 is more than a thousand
    return int(re.sub(r"\D", "", match[0])) if match else None


def _by_record(block: Block) -> tuple[object, ...]:
    return (block.row or 0, block.prompt or "", block.text)


def _canonical(block: Block) -> tuple[object, ...]:
    return (
        block.text,
        block.prompt or "",
        block.speaker or "",
        block.group or "",
        -1 if block.votes is None else block.votes,
        block.row or 0,
    )
