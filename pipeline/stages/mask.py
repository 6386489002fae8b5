"""Pseudonymise: speakers become codes, names and identifiers of people in any text become marks."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import PurePosixPath

import pandas as pd

from pipeline.config import MaskSettings
from pipeline.tables import DOCUMENTS, SEGMENTS, SESSIONS, SPEAKER_CODES, rows
from pipeline.text.file_names import mask_path
from pipeline.text.identifiers import mask_identifiers
from pipeline.text.lexicon import UNKNOWN, Lexicon
from pipeline.text.names import NameFinder
from pipeline.text.people import People
from pipeline.text.persons import Person, parse_person
from pipeline.wordlist import load_word_ranks

Hide = Callable[[str], str]
_CODE = re.compile(r"P-(\d+)")
_RESPONDENT_KINDS = ("answer", "cell", "poll")  # of a sheet, where each row is somebody's


def mask(
    raw_sessions: pd.DataFrame,
    raw_documents: pd.DataFrame,
    raw_segments: pd.DataFrame,
    roster: pd.DataFrame,
    speaker_codes: pd.DataFrame,
    settings: MaskSettings,
    *,
    word_ranks: Callable[[], Mapping[str, int]] = load_word_ranks,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Replace what points at a person in every text that goes on, and say which speaker has which code.

    One person has one code in all sessions, in whatever spelling; who has a code from an earlier run keeps it. Ids
    stay as they are, save a session_id that holds a name. Masked tables come back as they are.

    Args:
        raw_sessions: table RAW_SESSIONS.
        raw_documents: table RAW_DOCUMENTS.
        raw_segments: table RAW_SEGMENTS.
        roster: table ROSTER, names that the input itself gives.
        speaker_codes: table SPEAKER_CODES of earlier runs; empty if there are none.
        settings: `enabled`, `mask_organisations`; `min_cell` in voices.
        word_ranks: loads Dutch words; called only for words that may be a name and are in no list of names.

    Returns:
        Tables SESSIONS, DOCUMENTS, SEGMENTS and SPEAKER_CODES. Not `enabled`: the tables as they were.
    """
    if not settings.enabled:
        tables = (SESSIONS, raw_sessions), (DOCUMENTS, raw_documents), (SEGMENTS, raw_segments)
        return (*(table.conform(frame) for table, frame in tables), SPEAKER_CODES.conform(speaker_codes))  # type: ignore[return-value]
    speakers = _Speakers(raw_segments, roster["name"], speaker_codes)
    finder = NameFinder(speakers.everyone, is_word=_word_test(word_ranks))
    finder = finder.learned(map(mask_identifiers, raw_segments["text"].unique()))

    @cache
    def hide(text: str) -> str:
        text = finder.mask(mask_identifiers(text))
        return finder.mask_organisations(text) if settings.mask_organisations else text

    session_ids = _safe_names(raw_sessions["session_id"], lambda name: mask_path(name, finder))
    segments = _masked_segments(raw_segments, speakers, hide)
    frames = (
        _masked(raw_sessions, hide, texts=("title", "region")),
        _masked(_with_safe_files(raw_documents, finder), hide, texts=("reason",), lists=("warnings",)),
        _without_small_cells(segments, settings.min_cell),
    )
    sessions, documents, segments = (frame.assign(session_id=frame["session_id"].map(session_ids)) for frame in frames)
    return SESSIONS.conform(sessions), DOCUMENTS.conform(documents), SEGMENTS.conform(segments), speakers.table()


def _word_test(word_ranks: Callable[[], Mapping[str, int]]) -> Callable[[str], bool]:
    lexicon = Lexicon(word_ranks)

    @cache
    def is_word(word: str) -> bool:
        return lexicon.cost(word) < UNKNOWN

    return is_word


class _Speakers:
    """Who the speakers are, and their codes.

    Args:
        segments: table RAW_SEGMENTS.
        roster: names that the input gives.
        earlier: table SPEAKER_CODES of earlier runs.
    """

    def __init__(self, segments: pd.DataFrame, roster: Iterable[str], earlier: pd.DataFrame) -> None:
        self._earlier = earlier
        spoken = segments[["session_id", "speaker"]].dropna().drop_duplicates()
        pairs = sorted(zip(spoken["session_id"], spoken["speaker"], strict=True))
        parsed = {name: parse_person(name) for name in {name for _, name in pairs} | {*roster} | {*earlier["name"]}}
        self.everyone = [person for _, person in sorted(parsed.items()) if person is not None]
        self._people = People(self.everyone)
        in_session: dict[str, list[Person]] = defaultdict(list)
        for session, name in pairs:
            if (person := parsed[name]) is not None:
                in_session[session].append(person)
        self._in_session = {session: People(filter(_is_whole, persons)) for session, persons in in_session.items()}
        self._codes = self._earlier_codes(parsed)
        self._persons = {
            (session, name): self._who(person, session)
            for session, name in pairs
            if (person := parsed[name]) is not None
        }
        reserved = {int(match[1]) for _, name in pairs if (match := _CODE.fullmatch(name))}
        self._number_new(reserved)

    def code(self, session: str, name: str) -> str | None:
        """The code of a speaker; None if the name is that of no person."""
        person = self._persons.get((session, name))
        return None if person is None else self._codes[person.identity]

    def table(self) -> pd.DataFrame:
        """Table SPEAKER_CODES: the rows of earlier runs, and one for each new person."""
        codes = dict(zip(self._earlier["name"], self._earlier["code"], strict=True))
        known = {person.identity for name in codes if (person := parse_person(name)) is not None}
        for person in self._persons.values():
            if person.identity not in known:
                codes.setdefault(self._best_spelling(person), self._codes[person.identity])
        return SPEAKER_CODES.frame([{"name": name, "code": code} for name, code in codes.items()])

    def _earlier_codes(self, parsed: Mapping[str, Person | None]) -> dict[object, str]:
        """Codes of earlier runs by identity; who was known by a shorter name then has its code now."""
        codes: dict[object, str] = {}
        heirs: dict[object, str] = {}
        for row in rows(self._earlier):
            person = parsed[row.name]
            if person is not None:
                codes[person.identity] = row.code
                heir = self._people.fullest(person).identity
                heirs[heir] = min(heirs.get(heir, row.code), row.code, key=_number)
        return heirs | codes

    def _who(self, person: Person, session: str) -> Person:
        """The person that a name stands for: someone of the session first, then of the whole project."""
        if not person.is_whole:
            in_session = self._in_session[session].fullest(person)
            if in_session is not person:
                return self._who(in_session, session)
        return person if person.identity in self._codes else self._people.fullest(person)

    def _number_new(self, reserved: set[int]) -> None:
        """Number new people in the order of a hash of their names, which says nothing about them."""
        last = max({0, *reserved, *map(_number, self._earlier["code"])})
        new = {person.identity for person in self._persons.values()} - self._codes.keys()
        for number, identity in enumerate(sorted(new, key=_hash), start=last + 1):
            self._codes[identity] = f"P-{number:02d}"

    def _best_spelling(self, person: Person) -> str:
        spellings = {other.spelling for other in self.everyone if other.identity == person.identity}
        return min(spellings, key=lambda spelling: (spelling.islower(), spelling.isascii(), spelling))


def _is_whole(person: Person) -> bool:
    return person.is_whole


def _number(code: str) -> int:
    match = _CODE.fullmatch(code)
    return int(match[1]) if match else 0


def _hash(identity: object) -> bytes:
    return hashlib.blake2b(repr(identity).encode(), digest_size=8).digest()


def _masked(
    frame: pd.DataFrame, hide: Hide, *, texts: tuple[str, ...] = (), lists: tuple[str, ...] = ()
) -> pd.DataFrame:
    columns = {name: frame[name].map(hide, na_action="ignore") for name in texts}
    columns |= {name: frame[name].map(lambda values: [hide(value) for value in values]) for name in lists}
    return frame.assign(**columns)


def _masked_segments(segments: pd.DataFrame, speakers: _Speakers, hide: Hide) -> pd.DataFrame:
    masked = _masked(segments, hide, texts=("text", "prompt", "group"), lists=("heading",))
    spoken = zip(segments["session_id"], segments["speaker"], strict=True)
    codes = [None if pd.isna(name) else speakers.code(session, name) or hide(name) for session, name in spoken]
    return masked.assign(speaker=pd.Series(codes, index=segments.index, dtype="str"))


def _with_safe_files(documents: pd.DataFrame, finder: NameFinder) -> pd.DataFrame:
    """Mask the names of files; those of one session stay different."""
    safe: dict[str, str] = {}
    for _, session in documents.sort_values("document_id").groupby("session_id", sort=True):
        names = _safe_names(session["file"], lambda name: mask_path(name, finder))
        safe |= dict(zip(session["document_id"], session["file"].map(names), strict=True))
    return documents.assign(file=documents["document_id"].map(safe).astype("str"))


def _safe_names(names: Iterable[str], hide: Hide) -> dict[str, str]:
    """Mask names and keep them apart: what would be equal gets a number, the same for any order."""
    ordered = sorted(set(names), key=lambda name: (hide(name) != name, hashlib.blake2b(name.encode()).digest()))
    safe: dict[str, str] = {}
    taken: set[str] = set()
    for name in ordered:
        path = PurePosixPath(hide(name))
        candidate, number = str(path), 1
        while candidate in taken:
            number += 1
            candidate = str(path.with_name(f"{path.stem} ({number}){path.suffix}"))
        safe[name] = candidate
        taken.add(candidate)
    return safe


def _without_small_cells(segments: pd.DataFrame, min_cell: int) -> pd.DataFrame:
    """Withhold the names of groups with few voices in a session: speakers, else rows of a sheet, else segments."""
    if min_cell <= 1 or segments.empty:
        return segments
    is_row = segments["kind"].isin(_RESPONDENT_KINDS) & segments["row"].notna()
    row = segments["document_id"] + "\x1f" + segments["row"].astype("str")
    voice = segments["speaker"].fillna(row.where(is_row, segments["segment_id"]))
    n_voices = voice.groupby([segments["session_id"], segments["group"]]).transform("nunique")
    return segments.assign(group=segments["group"].where(n_voices >= min_cell))
