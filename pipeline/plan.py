"""The stages in order, and which of them must run: content decides, never a file's time.

A stage has a fingerprint of what it depends on: its input artefacts, the settings it reads, its code and its
models. A stage whose fingerprint stands in run.json, and whose outputs are as they were written, is skipped.
"""

import hashlib
import importlib.metadata
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import models, store
from pipeline.config import Config, Cues, Taxonomy
from pipeline.corrections import Review
from pipeline.tables import (
    DOCUMENTS,
    EMERGING,
    FOUND_THEMES,
    GONE_THEMES,
    ISSUES,
    MATCHES,
    PREVIOUS_THEMES,
    QUESTION_THEMES,
    QUESTIONS,
    RAW_DOCUMENTS,
    RAW_SEGMENTS,
    RAW_SESSIONS,
    ROSTER,
    SEGMENTS,
    SENSITIVITY,
    SENTENCES,
    SESSIONS,
    SIGNALS,
    SPEAKER_CODES,
    THEMES,
    Table,
)

PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Stage:
    """One stage: the verb that names its module, function, command, settings and test file.

    Args:
        name: the verb.
        reads: tables it is handed, in the order of its arguments.
        writes: tables it makes, in the order of its results.
        settings: keys of the configuration that it depends on.
        resources: models and files of configs/ that it is handed by keyword.
        code: files and folders of the package, beside its own module, whose change means running it anew.
    """

    name: str
    reads: tuple[Table, ...]
    writes: tuple[Table, ...]
    settings: tuple[str, ...]
    resources: tuple[str, ...] = ()
    code: tuple[str, ...] = ()


STAGES = (
    Stage(
        "ingest",
        reads=(),
        writes=(RAW_SESSIONS, RAW_DOCUMENTS, RAW_SEGMENTS, ROSTER),
        settings=("ingest",),
        code=("readers", "text", "wordlist.py"),
    ),
    Stage(
        "mask",
        reads=(RAW_SESSIONS, RAW_DOCUMENTS, RAW_SEGMENTS, ROSTER, SPEAKER_CODES),
        writes=(SESSIONS, DOCUMENTS, SEGMENTS, SPEAKER_CODES),
        settings=("mask",),
        code=("text", "wordlist.py"),
    ),
    Stage(
        "tokenise",
        reads=(SEGMENTS,),
        writes=(SENTENCES,),
        settings=(),
        resources=("language_model",),
        code=("text",),
    ),
    Stage(
        "extract",
        reads=(SEGMENTS, SENTENCES),
        writes=(QUESTIONS,),
        settings=("extract",),
        resources=("language_model", "cues", "scorer"),
        code=("text", "readings.py"),
    ),
    Stage(
        "cluster",
        reads=(SEGMENTS, QUESTIONS, PREVIOUS_THEMES),
        writes=(THEMES, QUESTION_THEMES, GONE_THEMES, FOUND_THEMES),
        settings=("cluster", "seed"),
        resources=("vectors", "review"),
        code=("text", "themes", "vectors.py", "corrections.py", "replay.py"),
    ),
    Stage(
        "match",
        reads=(SEGMENTS, QUESTIONS, THEMES, QUESTION_THEMES),
        writes=(MATCHES, EMERGING),
        settings=("match",),
        resources=("taxonomy", "vectors", "review"),
        code=("text", "categories.py", "vectors.py", "corrections.py", "replay.py"),
    ),
    Stage(
        "rank",
        reads=(SESSIONS, SEGMENTS, SENTENCES, QUESTIONS, THEMES, QUESTION_THEMES),
        writes=(ISSUES, SIGNALS, SENSITIVITY),
        settings=("rank", "seed"),
        resources=("cues", "vectors"),
        code=("text", "passages.py", "relevance.py", "signals.py", "urgency.py", "voices.py"),
    ),
    Stage(
        "report",
        reads=(
            SESSIONS,
            DOCUMENTS,
            SEGMENTS,
            SENTENCES,
            QUESTIONS,
            THEMES,
            QUESTION_THEMES,
            GONE_THEMES,
            MATCHES,
            EMERGING,
            ISSUES,
            SIGNALS,
            SENSITIVITY,
        ),
        writes=(),
        settings=("report", "mask"),
        resources=("taxonomy",),
        code=("views", "contract.py", "ledger.py"),
    ),
)
STAGE_NAMES = tuple(stage.name for stage in STAGES)
KEPT_TABLES = tuple(table for stage in STAGES for table in stage.writes if not table.private)
COMMON_CODE = ("tables.py", "models.py")


def short_hash(*parts: str) -> str:
    """Hash texts to 16 hex digits."""
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8).hexdigest()


def hash_entries(entries: list[store.RawEntry]) -> str:
    """Hash the raw data: names and contents, not times and not order."""
    return short_hash(*(f"{entry.session}/{entry.file}={entry.sha256}{entry.fault}" for entry in entries))


def hash_code(stage: Stage) -> str:
    """Hash the source of a stage and of what it uses."""
    digest = hashlib.blake2b(importlib.metadata.version("opdenk").encode(), digest_size=8)
    for name in (f"stages/{stage.name}.py", *stage.code, *COMMON_CODE):
        path = PACKAGE / name
        for file in sorted(path.rglob("*.*")) if path.is_dir() else [path]:
            if file.suffix != ".pyc" and file.is_file():
                digest.update(file.relative_to(PACKAGE).as_posix().encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


def resource_versions(settings: Config, taxonomy: Taxonomy, cues: Cues, review: Review) -> dict[str, str]:
    """Name and version, or content hash, of every model and file that stages are handed.

    Raises:
        ModelError: a model is not installed.
    """
    return {
        "language_model": models.language_model_version(settings.language_model),
        "vectors": models.vectors_version(settings.vectors),
        "scorer": models.scorer_version(),
        "taxonomy": short_hash(taxonomy.model_dump_json()),
        "cues": short_hash(cues.model_dump_json()),
        "review": short_hash(review.model_dump_json()),
    }


def fingerprint(
    stage: Stage, *, artefacts: dict[str, str], settings: Config, versions: dict[str, str]
) -> dict[str, dict[str, str]]:
    """What a stage depends on, in parts, so that the reason to run can be said.

    Args:
        stage: the stage.
        artefacts: hash per table name.
        settings: all settings.
        versions: as `resource_versions` gives.
    """
    inputs = {
        table.name: artefacts.get(table.name, "")
        for table in stage.reads
        if not table.private and table.name in artefacts
    }
    return {
        "inputs": inputs,
        "settings": {key: json.dumps(settings.model_dump(mode="json")[key], sort_keys=True) for key in stage.settings},
        "code": {stage.name: hash_code(stage)},
        "models": {name: versions[name] for name in stage.resources},
    }


def reason_to_run(stage: Stage, current: dict[str, dict[str, str]], record: dict[str, Any], out: Path) -> str | None:
    """Say why a stage must run; None when its record fits and its outputs are as they were written."""
    earlier = record.get("stages", {}).get(stage.name)
    if not isinstance(earlier, dict) or "fingerprint" not in earlier:
        return "no earlier result"
    for part, what in (
        ("inputs", "input"),
        ("settings", "settings"),
        ("code", "code"),
        ("models", "models, word lists or corrections"),
    ):
        before, now = earlier["fingerprint"].get(part, {}), current[part]
        changed = [name for name in now if before.get(name) != now[name]]
        if changed:
            return f"{what} changed: {', '.join(changed)}"
    return next(
        (
            f"{name} is missing or was altered"
            for name, sha in earlier["outputs"].items()
            if not store.is_intact(out / name, sha)
        ),
        None,
    )
