"""Read every file of every session, repair its text, and cut it into segments."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

import pandas as pd

from pipeline import readers
from pipeline.config import IngestSettings
from pipeline.errors import PipelineError
from pipeline.readers.reading import Reading, Source, Unreadable
from pipeline.readers.session import (
    ORIGIN,
    PARTICIPANTS,
    SETTINGS,
    SessionFacts,
    iso_date,
    read_participants,
    read_settings,
)
from pipeline.tables import RAW_DOCUMENTS, RAW_SEGMENTS, RAW_SESSIONS, ROSTER, content_id
from pipeline.text.blocks import NO_REPAIRS, Block, cut
from pipeline.text.language import is_dutch
from pipeline.text.lexicon import Lexicon
from pipeline.text.outline import group_of_file
from pipeline.text.repair import clean, encodable
from pipeline.text.speakers import ORIGIN_FILE, ORIGIN_LIST, names_in_file_name
from pipeline.wordlist import load_word_ranks

_DATED = re.compile(r"(\d{4}-\d{2}-\d{2})[-_ ]*(.*)")
_LOST = re.compile("[\ufffd\ue000-\uf8ff]")


@dataclass(frozen=True)
class RawFile:
    """One file of a session as it was received.

    Args:
        session: name of the session folder.
        file: path within it, with forward slashes.
        data: its bytes; empty if there is a fault, or if they have not been read yet.
        fault: why it was not opened, if so.
    """

    session: str
    file: str
    data: bytes = b""
    fault: str | None = None


def ingest(
    files: Sequence[RawFile],
    settings: IngestSettings,
    *,
    word_ranks: Callable[[], Mapping[str, int]] = load_word_ranks,
    read: Callable[[RawFile], RawFile] = lambda file: file,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Read the files of all sessions.

    Every file becomes a document: read, read with warnings, refused with a reason, or ignored with a reason (files
    that are no documents, such as session.yaml). Reading goes on after a file that cannot be read.

    Args:
        files: all files, in any order.
        settings: limits on what is read.
        word_ranks: loads Dutch words with their rank; called only if a letter was lost or a word broken.
        read: adds its bytes to a file when its turn comes, so that one at a time is in memory.

    Returns:
        Tables RAW_SESSIONS, RAW_DOCUMENTS, RAW_SEGMENTS and ROSTER. They hold names of people.
    """
    load = lru_cache(maxsize=1)(word_ranks)
    identifiers = _session_ids({file.session for file in files})
    results = [
        _Session(folder, identifiers[folder], settings, load, read).read(
            sorted((file for file in files if file.session == folder), key=lambda file: file.file)
        )
        for folder in sorted(identifiers)
    ]
    names = {name for result in results for name in result.names}
    return (
        RAW_SESSIONS.frame([result.session for result in results]),
        RAW_DOCUMENTS.frame([row for result in results for row in result.documents]),
        RAW_SEGMENTS.frame([row for result in results for row in result.segments]),
        ROSTER.frame([{"name": name, "origin": origin} for name, origin in sorted(names)]),
    )


def _session_ids(folders: set[str]) -> dict[str, str]:
    """Names of folders made safe for ids and paths; two that come out the same are told apart by a hash."""
    safe = {folder: re.sub(r"[^\w.-]+", "-", folder).strip("-.") or "session" for folder in folders}
    counts = Counter(safe.values())
    return {
        folder: name if counts[name] == 1 else f"{name}-{content_id('', folder, size=2).lstrip('-')}"
        for folder, name in safe.items()
    }


@dataclass
class _Result:
    session: dict[str, object]
    documents: list[dict[str, object]]
    segments: list[dict[str, object]]
    names: set[tuple[str, str]]


class _Session:
    """Reads the files of one session.

    Args:
        folder: name of its folder.
        identifier: its id.
        settings: limits.
        load: loads Dutch words.
        read: adds the bytes to a file.
    """

    def __init__(
        self,
        folder: str,
        identifier: str,
        settings: IngestSettings,
        load: Callable[[], Mapping[str, int]],
        read: Callable[[RawFile], RawFile],
    ) -> None:
        self._folder = folder
        self._id = identifier
        self._settings = settings
        self._load = load
        self._open = read
        self._facts = SessionFacts()
        self._said: dict[str, str] = {}
        self._people: set[str] = set()
        self._result = _Result({}, [], [], set())

    def read(self, files: Sequence[RawFile]) -> _Result:
        """Read all files; first session.yaml and the list of participants, which tell about the others."""
        for unread in sorted(files, key=_tells_about_others, reverse=True):
            file = self._open(unread)
            lexicon = Lexicon(self._load)
            columns = self._columns(file.file)
            source = Source(file.file, file.data, self._settings, lexicon, columns, tuple(sorted(self._people)))
            try:
                self._read_one(file, source)
            except Unreadable as reason:
                self._note(file, status="refused", reason=str(reason))
            except PipelineError:
                raise
            except Exception as error:  # a fault of ours with one file must not cost all others
                what = f"cannot be read by a fault of opdenk itself ({type(error).__name__}); please report it"
                self._note(file, status="refused", reason=what)
        self._result.session = self._session_row()
        return self._result

    def _columns(self, file: str) -> readers.reading.Columns | None:
        return self._facts.columns.get(file) or self._facts.columns.get(PurePosixPath(file).name)

    def _read_one(self, file: RawFile, source: Source) -> None:
        if file.fault is not None:
            raise Unreadable(file.fault)
        name = PurePosixPath(file.file).name
        hidden = _why_ignored(name)
        if hidden is not None:
            self._note(file, status="ignored", reason=hidden)
        elif file.file == SETTINGS:
            self._facts = read_settings(source)
            self._people |= set(self._facts.participants)
            self._result.names |= {(person, ORIGIN) for person in self._facts.participants}
            self._note(file, status="ignored", reason="settings of the session", warnings=self._facts.warnings)
        elif PARTICIPANTS.fullmatch(name):
            people = read_participants(source)
            self._people |= set(people)
            self._result.names |= {(person, ORIGIN_LIST) for person in people}
            self._note(file, status="ignored", reason="list of names, used for masking only")
        else:
            self._keep(file, readers.read(source), source.lexicon)

    def _keep(self, file: RawFile, reading: Reading, lexicon: Lexicon) -> None:
        group = group_of_file(file.file)
        parts = [list(self._finished(block, group, lexicon)) for block in reading.blocks]
        blocks = [block for found in parts for block in found]
        if not blocks:
            raise Unreadable("; ".join(["holds no text", *reading.warnings]))
        names = (*reading.names, *((name, ORIGIN_FILE) for name in names_in_file_name(file.file)))
        self._result.names |= {(known, origin) for name, origin in names if (known := clean(name, lexicon)[0])}
        self._said = {**{key: encodable(said) for key, said in reading.session.items()}, **self._said}
        rows = list(_rows(blocks, self._id, file.file))
        self._result.segments += rows
        repairs = sum((block.repairs for block in blocks), Counter[str]())
        n_cut = sum(len(found) - 1 for found in parts if found)
        warnings = [*reading.warnings, *_said_of(rows, repairs, n_cut)]
        self._note(
            file,
            status="warnings" if warnings else "read",
            warnings=warnings,
            encoding=reading.encoding,
            sha256=reading.sha256,
            n_segments=len(rows),
            n_repairs=repairs.total(),
        )

    def _finished(self, block: Block, group: str | None, lexicon: Lexicon) -> Iterator[Block]:
        """Repair what a reader left as it was, and cut what is too long."""
        text, repairs = clean(block.text, lexicon)
        if not text:
            return
        whole = replace(
            block,
            text=text,
            repairs=block.repairs + repairs if repairs else block.repairs,
            heading=tuple(clean(heading, lexicon)[0] for heading in block.heading),
            prompt=_cleaned(block.prompt, lexicon),
            speaker=_cleaned(block.speaker, lexicon),
            group=_cleaned(block.group, lexicon) or group,
        )
        if len(text) <= self._settings.max_segment_characters:
            yield whole
            return
        for place, part in enumerate(cut(text, self._settings.max_segment_characters)):
            yield replace(whole, text=part, repairs=NO_REPAIRS if place else whole.repairs)

    def _note(self, file: RawFile, *, status: str, reason: str | None = None, **more: object) -> None:
        whole = hashlib.sha256(file.data).hexdigest() if file.data else None
        self._result.documents.append(
            {
                "document_id": content_id("D", self._id, file.file, size=4),
                "session_id": self._id,
                "file": file.file,
                "format": readers.ending(file.file),
                "sha256": more.get("sha256") or whole,
                "n_bytes": len(file.data),
                "encoding": more.get("encoding"),
                "status": status,
                "reason": encodable(reason) if reason else None,
                "warnings": [encodable(warning) for warning in more.get("warnings") or ()],  # type: ignore[attr-defined]
                "n_segments": more.get("n_segments", 0),
                "n_repairs": more.get("n_repairs", 0),
            }
        )

    def _session_row(self) -> dict[str, object]:
        match = _DATED.fullmatch(self._folder)
        name = (match[2] if match and match[2] else self._folder).replace("-", " ").replace("_", " ").strip()
        n_documents = sum(document["status"] in ("read", "warnings") for document in self._result.documents)
        said_title = self._said.get("title") if n_documents == 1 else None
        return {
            "session_id": self._id,
            "title": self._facts.title or said_title or name[:1].upper() + name[1:] or self._folder,
            "held_on": self._facts.held_on or iso_date(match[1] if match else None) or iso_date(self._said.get("date")),
            "region": self._facts.region or self._said.get("region"),
        }


def _tells_about_others(file: RawFile) -> int:
    return 2 * (file.file == SETTINGS) + (PARTICIPANTS.fullmatch(PurePosixPath(file.file).name) is not None)


def _why_ignored(name: str) -> str | None:
    if name.startswith(("~$", ".~lock")):
        return "lock file of a program that has a document open"
    if name.startswith(".") or name.lower() in ("thumbs.db", "desktop.ini"):
        return "hidden file"
    return None


def _cleaned(text: str | None, lexicon: Lexicon) -> str | None:
    return (clean(text, lexicon)[0] or None) if text else None


def _said_of(rows: Sequence[Mapping[str, Any]], repairs: Counter[str], n_cut: int) -> Iterator[str]:
    """What there is to say about the text of a document."""
    if repairs:
        counts = (f"{number} {name}{'s' * (number > 1)}" for name, number in sorted(repairs.items()))
        yield "repaired: " + ", ".join(counts)
    n_lost = sum(len(_LOST.findall(row["text"])) for row in rows)
    if n_lost:
        yield f"{n_lost} lost characters could not be restored"
    n_foreign = sum(not row["is_dutch"] for row in rows)
    if n_foreign:
        yield f"{n_foreign} of {len(rows)} segments are not Dutch"
    if n_cut > 0:
        yield f"{n_cut} cuts made in segments longer than ingest.max_segment_characters"


def _rows(blocks: Sequence[Block], session: str, file: str) -> Iterator[dict[str, object]]:
    """One row of RAW_SEGMENTS a block; repeats of a text by one speaker are told apart by a counter."""
    repeats: Counter[tuple[str, str]] = Counter()
    document = content_id("D", session, file, size=4)
    for position, block in enumerate(blocks):
        key = (block.speaker or "", block.text)
        identifier = content_id("S", session, file, *key, str(repeats[key]))
        repeats[key] += 1
        yield {
            "segment_id": identifier,
            "document_id": document,
            "session_id": session,
            "position": position,
            "text": block.text,
            "kind": block.kind,
            "level": block.level,
            "heading": list(block.heading),
            "prompt": block.prompt,
            "speaker": block.speaker,
            "group": block.group,
            "votes": block.votes,
            "page": block.page,
            "line": block.line,
            "row": block.row,
            "time_s": block.time_s,
            "is_dutch": is_dutch(block.text),
            "n_repairs": block.repairs.total(),
        }
