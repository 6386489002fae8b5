"""People become codes and marks: speakers `P-01`, names in running text `[naam]`."""

import hashlib
from collections.abc import Callable, Iterable
from functools import lru_cache

import pandas as pd

from pipeline.config import MaskSettings
from pipeline.tables import DOCUMENTS, SEGMENTS, SESSIONS, SPEAKER_CODES, rows
from pipeline.text.identifiers import mask_identifiers
from pipeline.text.lexicon import UNKNOWN, Lexicon
from pipeline.text.names import NameFinder
from pipeline.text.persons import Person, parse_person
from pipeline.wordlist import load_word_ranks

Masked = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]
MASK_CACHE = 1 << 16  # texts; headings, prompts and file names come back often


def mask(
    raw_sessions: pd.DataFrame,
    raw_documents: pd.DataFrame,
    raw_segments: pd.DataFrame,
    roster: pd.DataFrame,
    speaker_codes: pd.DataFrame,
    settings: MaskSettings,
) -> Masked:
    """Pseudonymise people everywhere: in texts, speakers, headings, prompts, groups, titles and file names.

    Ids stay as they are. A person keeps the code of earlier runs; new codes are given in the order of a hash of
    the name, so that neither the order of files nor the alphabet shows.

    Args:
        raw_sessions: table RAW_SESSIONS.
        raw_documents: table RAW_DOCUMENTS.
        raw_segments: table RAW_SEGMENTS.
        roster: table ROSTER, the names that the input itself gives.
        speaker_codes: table SPEAKER_CODES, the codes of earlier runs.
        settings: whether to mask at all, and the smallest group that may be named.

    Returns:
        Tables SESSIONS, DOCUMENTS, SEGMENTS and SPEAKER_CODES.
    """
    if not settings.enabled:
        return (
            SESSIONS.conform(raw_sessions),
            DOCUMENTS.conform(raw_documents),
            SEGMENTS.conform(raw_segments),
            speaker_codes,
        )
    speakers = [str(name) for name in raw_segments["speaker"].dropna().unique()]
    people = {name: person for name in sorted({*speakers, *roster["name"]}) if (person := parse_person(name))}
    clean = _cleaner(people.values())
    codes = _codes({name: person for name, person in people.items() if name in speakers}, speaker_codes)
    segments = _mask_segments(raw_segments, clean, codes)
    segments["group"] = _known_groups(segments, settings.min_cell)
    return (
        SESSIONS.conform(_mask_columns(raw_sessions, clean, ("session_id", "title", "region"))),
        _mask_documents(raw_documents, clean),
        SEGMENTS.conform(segments),
        SPEAKER_CODES.frame(
            [{"name": name, "code": code} for name, code in sorted(_by_spelling(codes, people).items())]
        ),
    )


def _cleaner(people: Iterable[Person]) -> Callable[[str], str]:
    """A function that masks everything in a text that points at a person."""
    lexicon = Lexicon(load_word_ranks)
    finder = NameFinder(people, is_word=lambda word: lexicon.cost(word) < UNKNOWN)

    @lru_cache(maxsize=MASK_CACHE)
    def clean(text: str) -> str:
        return finder.mask(mask_identifiers(text))

    return clean


def _codes(people: dict[str, Person], earlier: pd.DataFrame) -> dict[str, str]:
    """The code of every speaker's name; a shorter form of one name only has that name's code."""
    full = {name: _full_form(person, people.values()) for name, person in people.items()}
    known = {parsed.identity: row.code for row in rows(earlier) if (parsed := parse_person(row.name))}
    new = {person.identity for person in full.values()} - set(known)
    taken = [int(code.removeprefix("P-")) for code in earlier["code"]]
    first = max(taken, default=0) + 1
    ordered = sorted(new, key=lambda identity: hashlib.blake2b(repr(identity).encode()).digest())
    known |= {identity: f"P-{number:02d}" for number, identity in enumerate(ordered, start=first)}
    return {name: known[person.identity] for name, person in full.items()} | dict(
        zip(earlier["name"], earlier["code"], strict=True)
    )


def _full_form(person: Person, people: Iterable[Person]) -> Person:
    """The one longer form of a name that it may stand for; itself if there is none, or more than one."""
    longer = {other.identity: other for other in people if person.may_be(other) and other.identity != person.identity}
    longest = [other for other in longer.values() if not any(other.may_be(o) and o != other for o in longer.values())]
    return longest[0] if len(longest) == 1 else person


def _by_spelling(codes: dict[str, str], people: dict[str, Person]) -> dict[str, str]:
    """One row a spelling, as parsed: the key table tells the same name in two spellings from two people."""
    return {people[name].spelling if name in people else name: code for name, code in codes.items()}


def _mask_segments(raw: pd.DataFrame, clean: Callable[[str], str], codes: dict[str, str]) -> pd.DataFrame:
    masked = _mask_columns(raw, clean, ("session_id", "text", "prompt", "group"))
    masked["heading"] = [[clean(part) for part in path] for path in raw["heading"]]
    masked["speaker"] = [None if pd.isna(name) else codes.get(name) or clean(name) for name in raw["speaker"]]
    return masked


def _mask_columns(raw: pd.DataFrame, clean: Callable[[str], str], columns: Iterable[str]) -> pd.DataFrame:
    masked = raw.copy()
    for column in columns:
        masked[column] = [None if pd.isna(text) else clean(text) for text in raw[column]]
    return masked


def _mask_documents(raw: pd.DataFrame, clean: Callable[[str], str]) -> pd.DataFrame:
    """Documents under safe file names; two of a session that become the same are numbered by id."""
    masked = _mask_columns(raw, clean, ("session_id", "reason"))
    masked["warnings"] = [[clean(warning) for warning in warnings] for warnings in raw["warnings"]]
    taken: set[tuple[str, str]] = set()
    names = {}
    for row in sorted(rows(raw), key=lambda row: row.document_id):
        name, number = clean(row.file), 1
        stem, dot, ending = name.rpartition(".")
        while (row.session_id, name) in taken:
            number += 1
            name = f"{stem} ({number}){dot}{ending}"
        taken.add((row.session_id, name))
        names[row.document_id] = name
    masked["file"] = masked["document_id"].map(names)
    return DOCUMENTS.conform(masked)


def _known_groups(segments: pd.DataFrame, min_cell: int) -> "pd.Series[str]":
    """Group names, withheld where fewer different speakers than `min_cell` are in the group."""
    voices = segments.groupby(["session_id", "group"])["speaker"].nunique()
    small = {key for key, number in voices.items() if 0 < number < min_cell}
    keys = zip(segments["session_id"], segments["group"], strict=True)
    hidden = pd.Series([key in small for key in keys], index=segments.index, dtype=bool)
    return segments["group"].mask(hidden)
