"""The results folder during a run: the tables at hand, their hashes, and the record as it grows."""

import datetime
import importlib.metadata
from collections.abc import Set
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ValidationError

from pipeline import store
from pipeline.errors import InputError
from pipeline.tables import FOUND_THEMES, PREVIOUS_THEMES, SPEAKER_CODES, Table, check

if TYPE_CHECKING:
    import pandas as pd

RECORD_VERSION = 1


class _StageRecord(BaseModel):
    fingerprint: dict[str, dict[str, str]]
    outputs: dict[str, str]
    duration_s: float


class _DocumentRecord(BaseModel):
    session: str
    file: str
    status: str
    reason: str | None


class _Record(BaseModel):
    """The part of run.json that the next run reads."""

    record_version: Literal[1]
    stages: dict[str, _StageRecord] = {}
    documents: list[_DocumentRecord] = []


class Workspace:
    """Tables are read once, kept in memory while they are needed, and written as soon as they are made.

    Args:
        out: the results folder.

    Attributes:
        record: what run.json will hold.
        artefacts: per table name, the hash of its file as it was last written.
        is_foreign: whether run.json was there but damaged or of another version, and so counts as absent.
    """

    def __init__(self, out: Path) -> None:
        self.out = out
        record = store.read_run(out)
        self.is_foreign = record is not None and not _is_ours(record)
        self.record: dict[str, Any] = {} if self.is_foreign else record or {}
        self.artefacts: dict[str, str] = {}
        for stage in self.record.get("stages", {}).values():
            self.artefacts |= {name.removesuffix(".parquet"): sha for name, sha in stage["outputs"].items()}
        self._frames: dict[str, pd.DataFrame] = {}

    def table(self, table: Table) -> "pd.DataFrame":
        """A table, from memory or from its file.

        Raises:
            InputError: it was never made, or its file is damaged.
        """
        if table.name not in self._frames:
            self._frames[table.name] = self._read(table)
        return self._frames[table.name]

    def _read(self, table: Table) -> "pd.DataFrame":
        if table is SPEAKER_CODES:
            return store.read_speaker_codes(self.out)
        if table is PREVIOUS_THEMES:
            return self._previous_themes()
        if table.private:
            raise InputError("What holds names of people is never kept.", hint="run `opdenk run --until mask`.")
        return store.read_table(self.out / f"{table.name}.parquet", table)

    def keep(self, table: Table, frame: "pd.DataFrame", *, made_by: str) -> dict[str, str]:
        """Check a table, hold it, and write it unless it is private.

        Returns:
            The file written and its hash; empty for a private table.

        Raises:
            ContractError: it does not meet its contract.
        """
        self._frames[table.name] = check(table.conform(frame), table, made_by=made_by)
        if table.private:
            return {}
        sha = store.write_table(self.out, table, self._frames[table.name])
        self.artefacts[table.name] = sha
        return {f"{table.name}.parquet": sha}

    def hold_only(self, tables: Set[Table]) -> None:
        """Let go of all other tables, which no stage to come reads."""
        names = {table.name for table in tables}
        self._frames = {name: frame for name, frame in self._frames.items() if name in names}

    def n_rows(self, table: Table) -> int:
        """Number of rows of a table at hand."""
        return len(self._frames[table.name])

    def note(self, stage: str, entry: dict[str, Any]) -> None:
        """Put down that a stage has ended, with its fingerprint and outputs, and write the record."""
        self.record.setdefault("stages", {})[stage] = entry
        self.write_record()

    def write_record(self) -> None:
        """Write run.json as it stands."""
        self.record["finished_at"] = now()
        head = {"record_version": RECORD_VERSION, "pipeline_version": importlib.metadata.version("opdenk")}
        self.record = {**head, **{key: value for key, value in self.record.items() if key not in head}}
        store.write_run(self.out, self.record)

    def _previous_themes(self) -> "pd.DataFrame":
        """The themes of the last run on other questions: what issues are new, known, grown or gone against."""
        path, found = (self.out / f"{table.name}.parquet" for table in (PREVIOUS_THEMES, FOUND_THEMES))
        last = self.record.get("stages", {}).get("cluster")
        has_others = last is not None and last["fingerprint"]["inputs"].get("questions") != self.artefacts["questions"]
        if has_others and store.is_intact(found, last["outputs"].get(found.name, "")):
            store.write_table(self.out, PREVIOUS_THEMES, store.read_table(found, FOUND_THEMES))
        return store.read_table(path, PREVIOUS_THEMES) if path.exists() else PREVIOUS_THEMES.frame()


def _is_ours(record: object) -> bool:
    try:
        _Record.model_validate(record)
    except ValidationError:
        return False
    return True


def now() -> str:
    """The time in UTC, for run.json alone."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
