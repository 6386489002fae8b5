"""The rim: everything that is read from or written to the raw data and the results.

Results are written to a temporary file beside their place and moved into it, so that a killed run leaves
no half file and earlier results stay whole. Raw data are opened for reading only.
"""

import contextlib
import csv
import hashlib
import io
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from pipeline.errors import ContractError, InputError

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.tables import Table

RUN_FILE = "run.json"
LOCK_FILE = ".lock"
KEY_FILE = "speaker_codes.csv"
CACHE = "cache"
SEAL_BYTES = 16
_BLOCK = 1 << 20
_TEMPORARY = ".opdenk-"


@dataclass(frozen=True)
class RawEntry:
    """One file of the raw data.

    Args:
        session: name of the session folder.
        file: path within it, with forward slashes.
        path: where it lies.
        n_bytes: its size.
        sha256: hash of its bytes; empty if it cannot be read.
        fault: why it is not to be opened, if so.
    """

    session: str
    file: str
    path: Path
    n_bytes: int
    sha256: str
    fault: str | None = None


def list_raw(raw: Path) -> list[RawEntry]:
    """List the files of every session below a folder, sorted by session and name.

    Each folder below `raw` is a session; files that lie in `raw` itself form a session named after it, and a
    single file is a session of its own. Links that lead out of the session folder are listed with a fault.

    Raises:
        InputError: `raw` is missing, cannot be listed, or holds no file.
    """
    if raw.is_file():
        return [_entry(raw.stem, raw.name, raw, raw.parent)]
    if not raw.is_dir():
        raise InputError(
            f"There is no folder {raw}.", hint="make a folder a session in it, or give another with --raw."
        )
    try:
        children = sorted(raw.iterdir())
    except OSError as error:
        raise InputError(f"{raw} cannot be listed: {error.strerror}.", hint="check its permissions.") from None
    entries = [_entry(raw.resolve().name, path.name, path, raw) for path in children if not path.is_dir()]
    entries = [entry for entry in entries if not entry.file.startswith(".")]
    for session in (path for path in children if path.is_dir() and not path.name.startswith(".")):
        entries += _session_entries(session)
    if not entries:
        raise InputError(
            f"{raw} holds no session with files.",
            hint="make a folder for each session, such as 2024-05-23-opdenksessie/.",
        )
    return sorted(entries, key=lambda entry: (entry.session, entry.file))


def _session_entries(session: Path) -> list[RawEntry]:
    found = []
    for folder, names, files in os.walk(session, followlinks=False):
        names.sort()
        linked = [name for name in names if (Path(folder) / name).is_symlink()]
        for name in sorted(files + linked):
            path = Path(folder) / name
            found.append(_entry(session.name, path.relative_to(session).as_posix(), path, session))
    return found


def _entry(session: str, file: str, path: Path, root: Path) -> RawEntry:
    session, file = _legible(session), _legible(file)
    if path.is_symlink() and not path.resolve().is_relative_to(root.resolve()):
        return RawEntry(session, file, path, 0, "", "a link that leads out of the session folder")
    try:
        return RawEntry(session, file, path, path.stat().st_size, hash_file(path))
    except OSError as error:
        return RawEntry(session, file, path, 0, "", f"cannot be read: {error.strerror}")


def _legible(name: str) -> str:
    """The name of a file as text; a byte that is no text stands as its code, so that names stay different."""
    return os.fsencode(name).decode(errors="backslashreplace")


def hash_file(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def is_intact(path: Path, sha256: str) -> bool:
    """Whether a file is there and is as it was written."""
    try:
        return hash_file(path) == sha256
    except OSError:
        return False


def read_raw(entry: RawEntry, *, max_bytes: int) -> tuple[bytes, str | None]:
    """Read one raw file.

    Returns:
        Its bytes and None, or no bytes and the reason why it was not read: it is too large, unreadable, or
        was changed since it was listed.
    """
    if entry.fault is not None:
        return b"", entry.fault
    if entry.n_bytes > max_bytes:
        return b"", f"larger than ingest.max_file_mb allows ({entry.n_bytes / 1e6:.0f} MB)"
    try:
        data = entry.path.read_bytes()
    except OSError as error:
        return b"", f"cannot be read: {error.strerror}"
    if hashlib.sha256(data).hexdigest() != entry.sha256:
        return b"", "changed while the run was reading it; run again"
    return data, None


@contextlib.contextmanager
def locked(out: Path) -> Iterator[None]:
    """Hold the results folder for one run alone; make it if it is not there.

    Raises:
        InputError: another run holds it, or it cannot be made or written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = FileLock(out / LOCK_FILE, timeout=0)
        lock.acquire()
    except Timeout:
        raise InputError(
            f"Another run is at work in {out}.", hint="wait for it, or give another folder with --out."
        ) from None
    except OSError as error:
        raise InputError(
            f"{out} cannot be written: {error.strerror}.", hint="give another folder with --out."
        ) from None
    try:
        yield
    finally:
        lock.release()


def write(path: Path, data: bytes, *, private: bool = False) -> str:
    """Write a file whole or not at all, and return its SHA-256.

    Args:
        path: where it goes.
        data: what goes in.
        private: whether only its owner may read it.

    Raises:
        InputError: the disk is full or the folder cannot be written; what was there before is untouched.
    """
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=_TEMPORARY, dir=path.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o600 if private else 0o644)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise InputError(
            f"{path} cannot be written: {error.strerror}.", hint="check the disk and the permissions."
        ) from None
    return hashlib.sha256(data).hexdigest()


def clear_temporary(out: Path) -> None:
    """Remove what a killed run left half written."""
    for path in out.rglob(f"{_TEMPORARY}*"):
        path.unlink(missing_ok=True)


def write_table(out: Path, table: "Table", frame: "pd.DataFrame") -> str:
    """Write a table to `<name>.parquet` and return the file's SHA-256.

    Raises:
        ValueError: the table is private: names of people never touch the disk this way.
    """
    if table.private:
        raise ValueError(f"table {table.name} is private")
    return write(out / f"{table.name}.parquet", table_bytes(frame))


def table_bytes(frame: "pd.DataFrame") -> bytes:
    """A table as the bytes of a Parquet file: same table, same bytes."""
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False, compression="zstd")
    return buffer.getvalue()


def keep(path: Path, data: bytes) -> None:
    """Keep what can be made anew, with a hash before it that tells later whether it is as it was written.

    Raises:
        InputError: the disk is full or the folder cannot be written.
    """
    write(path, _seal(data) + data)


def kept(path: Path) -> bytes | None:
    """What was kept; None if it is not there, was cut short or was altered."""
    try:
        sealed = path.read_bytes()
    except OSError:
        return None
    seal, data = sealed[:SEAL_BYTES], sealed[SEAL_BYTES:]
    return data if seal == _seal(data) else None


def read_kept(path: Path, table: "Table") -> "pd.DataFrame | None":
    """A table that was kept; None if it is not there, was cut short or was altered."""
    data = kept(path)
    return None if data is None else _read_parquet(io.BytesIO(data), table, made_by=path.name)


def _seal(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=SEAL_BYTES).digest()


def read_table(path: Path, table: "Table") -> "pd.DataFrame":
    """Read a table back from its file.

    Raises:
        InputError: the file is missing or cannot be read.
        ContractError: it does not meet the table's contract.
    """
    try:
        return _read_parquet(path, table, made_by=path.name)
    except FileNotFoundError:
        raise InputError(f"{path} is missing.", hint="run `opdenk run`, or the stage that makes it.") from None
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {error}.", hint="run `opdenk run --force`.") from None


def _read_parquet(source: "Path | io.BytesIO", table: "Table", *, made_by: str) -> "pd.DataFrame":
    import pandas as pd

    from pipeline.tables import check

    frame = pd.read_parquet(source)
    for column in table.columns:
        if column.kind in ("texts", "numbers"):
            frame[column.name] = frame[column.name].map(list)
    return check(table.conform(frame), table, made_by=made_by)


def read_run(out: Path) -> Any:  # noqa: ANN401  # whatever stands there
    """Read the record of the last run, unchecked; None if there is none, its bytes if they are no JSON."""
    try:
        data = (out / RUN_FILE).read_bytes()
    except OSError:
        return None
    try:
        return json.loads(data)
    except ValueError:
        return data


def write_run(out: Path, record: dict[str, Any]) -> None:
    """Write the record of a run."""
    write(out / RUN_FILE, (json.dumps(record, ensure_ascii=False, indent=2) + "\n").encode())


def read_speaker_codes(out: Path) -> "pd.DataFrame":
    """Read the codes of speakers that earlier runs gave; no rows if there are none.

    Raises:
        InputError: the file is damaged; codes given before must not be given to others.
    """
    from pipeline.tables import SPEAKER_CODES, check

    path = out / KEY_FILE
    if not path.exists():
        return SPEAKER_CODES.frame()
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            frame = SPEAKER_CODES.frame([dict(row) for row in csv.DictReader(stream)])
        return check(frame, SPEAKER_CODES, made_by=KEY_FILE)
    except (OSError, ValueError, KeyError, csv.Error, ContractError):
        raise InputError(
            f"{path} cannot be read as a table of name and code.", hint="mend it, or delete it to give all codes anew."
        ) from None


def write_speaker_codes(out: Path, frame: "pd.DataFrame") -> None:
    """Keep the codes of speakers where only the owner of the folder can read them."""
    write(out / KEY_FILE, frame.to_csv(index=False, lineterminator="\n").encode(), private=True)
