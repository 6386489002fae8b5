"""Run the stages: read, call, check, write, skip what is unchanged, keep the ledger."""

import importlib
import importlib.metadata
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import config, corrections, models, store
from pipeline.plan import (
    STAGE_NAMES,
    STAGES,
    Stage,
    fingerprint,
    hash_code,
    hash_entries,
    reason_to_run,
    resource_versions,
    short_hash,
)
from pipeline.tables import DOCUMENTS, FOUND_THEMES, QUESTIONS, SEGMENTS, SPEAKER_CODES
from pipeline.workspace import Workspace, now

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.config import Config
    from pipeline.parts import Parts

    Frames = tuple[pd.DataFrame, ...]

Say = Callable[[str], None]
Progress = Callable[[str, int, int], None]

# what run.json says of each input file
RECORDED = ("session_id", "file", "format", "sha256", "n_bytes", "status", "reason", "warnings", "n_segments")


@dataclass(frozen=True)
class Request:
    """What to run.

    Args:
        raw: folder with a folder a session, or one file.
        out: results folder.
        config_file: settings laid over the defaults.
        force: run stages that are up to date too.
        first: stage to start from; what earlier stages made is taken as it is.
        last: stage to end with.
        masked: whether names of people are masked; None leaves it to the settings.
    """

    raw: Path
    out: Path
    config_file: Path | None = None
    force: bool = False
    first: str = STAGE_NAMES[0]
    last: str = STAGE_NAMES[-1]
    masked: bool | None = None


@dataclass
class Outcome:
    """What a run did.

    Args:
        ran: per stage that ran, why.
        skipped: stages that were up to date.
        refused: input files that could not be read, with the reason.
    """

    ran: dict[str, str] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def run(request: Request, *, say: Say, progress: Progress) -> Outcome:
    """Bring the results up to date.

    Args:
        request: what to run.
        say: takes one line a stage.
        progress: takes stage, steps done and steps in all.

    Raises:
        PipelineError: the input, a setting, a model or a contract is at fault; results of earlier runs, and of
            the stages that had ended, are whole.
    """
    runner = _Runner(request, say=say, progress=progress)
    with store.locked(request.out):
        store.clear_temporary(request.out)
        return runner.run()


def status(request: Request) -> dict[str, str | None]:
    """Per stage, why it would run; None if it is up to date. Nothing is written.

    Raises:
        PipelineError: the raw data, a setting or a model is at fault.
    """
    return _Runner(request, say=lambda _: None, progress=lambda *_: None).reasons()


def load_settings(request: Request) -> "Config":
    """The settings of a run, with masking as the command line wants it."""
    settings = config.load(request.config_file)
    if request.masked is None:
        return settings
    return settings.model_copy(update={"mask": settings.mask.model_copy(update={"enabled": request.masked})})


class _Runner:
    """One run over one results folder."""

    def __init__(self, request: Request, *, say: Say, progress: Progress) -> None:
        self.request, self.say, self.progress = request, say, progress
        self.settings = load_settings(request)
        self.versions = resource_versions(self.settings, self.taxonomy, self.cues, self._kept_review)
        self.work = Workspace(request.out)
        self.outcome = Outcome()

    @cached_property
    def entries(self) -> list[store.RawEntry]:
        return store.list_raw(self.request.raw)

    def run(self) -> Outcome:
        if self.work.is_foreign:
            self.say(f"{store.RUN_FILE} is damaged or of another version: every stage runs anew")
        self.work.record["started_at"] = now()
        stages = STAGES[STAGE_NAMES.index(self.request.first) : STAGE_NAMES.index(self.request.last) + 1]
        for place, stage in enumerate(stages, start=1):
            reason = "forced" if self.request.force else self._reason(stage)
            if reason is None:
                self.outcome.skipped.append(stage.name)
                self.say(f"{stage.name}: up to date, skipped")
            else:
                self._run(stage, reason)
            self.work.hold_only({table for later in stages[place:] for table in later.reads})
        self.outcome.refused = {
            f"{document['session']}/{document['file']}": document["reason"]
            for document in self.work.record.get("documents", [])
            if document["status"] == "refused"
        }
        return self.outcome

    def reasons(self) -> dict[str, str | None]:
        reasons: dict[str, str | None] = {}
        for stage in STAGES:
            waits_for = next((name for name, why in reasons.items() if why is not None), None)
            reasons[stage.name] = f"{waits_for} runs first" if waits_for else self._reason(stage)
        return reasons

    def _reason(self, stage: Stage) -> str | None:
        """Why a stage runs. What ingest makes holds names and is never kept, so it runs whenever mask does."""
        reason = reason_to_run(stage, self._fingerprint(stage), self.work.record, self.work.out)
        if reason is None and stage.name == "ingest":
            reason = self._reason(STAGES[1])
        return reason

    def _fingerprint(self, stage: Stage) -> dict[str, dict[str, str]]:
        parts = fingerprint(stage, artefacts=self.work.artefacts, settings=self.settings, versions=self.versions)
        if stage.name == "ingest":
            parts["inputs"]["raw"] = hash_entries(self.entries)
        elif stage.name == "mask":
            parts["inputs"]["ingest"] = short_hash(json.dumps(self._fingerprint(STAGES[0]), sort_keys=True))
        return parts

    def _run(self, stage: Stage, reason: str) -> None:
        began = time.perf_counter()
        if stage.name == "report":
            outputs = self._report(stage)
            made = ", ".join(outputs)
        else:
            special = {
                "ingest": self._ingest,
                "tokenise": self._tokenise,
                "extract": self._extract,
                "cluster": self._cluster,
                "match": self._match,
            }
            results = special.get(stage.name, self._call)(stage)
            outputs = self._keep(stage, results)
            shown = [table for table in stage.writes if table not in (SPEAKER_CODES, FOUND_THEMES)]
            made = ", ".join(f"{self.work.n_rows(table)} {table.title}" for table in shown)
        seconds = time.perf_counter() - began
        entry = {"fingerprint": self._fingerprint(stage), "outputs": outputs, "duration_s": round(seconds, 3)}
        self.work.note(stage.name, entry)
        self.outcome.ran[stage.name] = reason
        self.say(f"{stage.name}: {made}; {seconds:.1f} s ({reason})")

    def _keep(self, stage: Stage, results: "Frames") -> dict[str, str]:
        outputs: dict[str, str] = {}
        for table, frame in zip(stage.writes, results, strict=True):
            outputs |= self.work.keep(table, frame, made_by=stage.name)
        if SPEAKER_CODES in stage.writes and self.settings.mask.enabled and self.settings.mask.keep_key:
            store.write_speaker_codes(self.work.out, self.work.table(SPEAKER_CODES))
        if DOCUMENTS in stage.writes:
            documents = self.work.table(DOCUMENTS)[[*RECORDED]].rename(columns={"session_id": "session"})
            self.work.record["documents"] = json.loads(documents.to_json(orient="records"))
        return outputs

    def _call(self, stage: Stage, **more: object) -> "Frames":
        """Call a stage's function with its tables, its settings, and what else it needs by keyword."""
        self.progress(stage.name, 0, 1)
        function = getattr(importlib.import_module(f"pipeline.stages.{stage.name}"), stage.name)
        tables = [self.work.table(table) for table in stage.reads]
        results = function(*tables, getattr(self.settings, stage.name), **self._keywords(stage), **more)
        return results if isinstance(results, tuple) else (results,)

    def _cluster(self, stage: Stage) -> "Frames":
        """Cluster, and name the corrections that no longer apply."""
        results = self._call(stage)
        found = results[stage.writes.index(FOUND_THEMES)]
        themes = found.loc[~found["is_gone"], "theme_id"]
        unused = self.review.unused({*self.work.table(QUESTIONS)["question_id"]}, {*themes}, self.taxonomy.ids)
        self.work.record["corrections_unused"] = unused
        for what in unused:
            self.say(f"correction no longer applies: {what} is not there any more")
        return results

    def _match(self, stage: Stage) -> "Frames":
        from pipeline.fits import KeptFits

        return self._call(stage, remember=KeptFits(self.work.out / store.CACHE / "fits", hash_code(stage)))

    def _keywords(self, stage: Stage) -> dict[str, Any]:
        keywords: dict[str, Any] = {"seed": self.settings.seed} if "seed" in stage.settings else {}
        available = {"taxonomy": "taxonomy", "cues": "cues", "vectors": "encoder", "review": "review"}
        return keywords | {available[name]: getattr(self, available[name]) for name in stage.resources}

    @cached_property
    def taxonomy(self) -> config.Taxonomy:
        return config.load_taxonomy(config.resource_path(self.settings.taxonomy, self.request.config_file))

    @cached_property
    def cues(self) -> config.Cues:
        return config.load_cues(config.resource_path(self.settings.cues, self.request.config_file))

    @cached_property
    def _kept_review(self) -> corrections.Review:
        return corrections.load_review(config.resource_path(self.settings.review, self.request.config_file))

    @cached_property
    def review(self) -> corrections.Review:
        """The corrections, by the ids that the questions have now."""
        questions = self.work.table(QUESTIONS)
        return self._kept_review.bound_to(dict(zip(questions["question_id"], questions["text"], strict=True)))

    @cached_property
    def encoder(self) -> models.Encoder:
        encoder = models.load_vectors(self.settings.vectors)
        if isinstance(encoder, models.TransformerVectors):
            from pipeline.vector_cache import CachedEncoder

            return CachedEncoder(encoder, self.work.out / store.CACHE / "vectors")
        return encoder

    def _ingest(self, stage: Stage) -> "Frames":
        from pipeline.stages.ingest import RawFile, ingest

        limit = self.settings.ingest.max_file_mb * 1_000_000
        places = {(entry.session, entry.file): place for place, entry in enumerate(self.entries)}

        def read(file: RawFile) -> RawFile:
            place = places[file.session, file.file]
            self.progress(stage.name, place, len(places))
            entry = self.entries[place]
            data, fault = store.read_raw(entry, max_bytes=limit)
            if fault is not None and entry.n_bytes <= limit:  # may be gone by the next run, which must look again
                self.entries[place] = replace(entry, fault=fault)
            return replace(file, data=data, fault=fault)

        files = [RawFile(entry.session, entry.file) for entry in self.entries]
        return ingest(files, self.settings.ingest, read=read)

    def _tokenise(self, stage: Stage) -> "Frames":
        return (self._parts.sentences(),)

    def _extract(self, stage: Stage) -> "Frames":
        questions = self._parts.questions()
        self._parts.forget_unused()
        if self._parts.n_damaged:
            self.say(f"{self._parts.n_damaged} results kept in {store.CACHE}/ were damaged and were made anew")
        self._parts.close()
        del self._parts  # they hold the segments once more
        return (questions,)

    @cached_property
    def _parts(self) -> "Parts":
        from pipeline.parts import Parts

        keys = {
            stage.name: short_hash(json.dumps({**self._fingerprint(stage), "inputs": {}}, sort_keys=True))
            for stage in STAGES
            if stage.name in ("tokenise", "extract")
        }
        return Parts(
            self.work.table(SEGMENTS),
            self.work.out,
            self.settings,
            cues=self.cues,
            fingerprints=keys,
            progress=self.progress,
        )

    def _report(self, stage: Stage) -> dict[str, str]:
        """Make issues.json and what people read, all of it before any of it is put in place."""
        from pipeline import ledger
        from pipeline.stages.report import report
        from pipeline.views import render

        self.progress(stage.name, 0, 1)
        tables = {table.name: self.work.table(table) for table in stage.reads}
        self.work.record["ledger"] = ledger.balance(
            *(tables[name] for name in ("documents", "segments", "sentences", "questions", "question_themes"))
        )
        issues = report(tables, self.settings.report, taxonomy=self.taxonomy, run=self._run_part(tables["segments"]))
        files = render(issues, tables, self.settings.report)
        return {name: store.write(self.work.out / name, data) for name, data in files.items()}

    def _run_part(self, segments: "pd.DataFrame") -> dict[str, Any]:
        """What made the document: the same for the same content, wherever and in whatever order it lies."""
        parameters = self.settings.model_dump(mode="json")
        parameters |= {name: Path(parameters[name]).name for name in ("taxonomy", "cues", "review")}
        texts = segments.sort_values("segment_id")[["segment_id", "text"]].to_json(orient="values")
        parts = json.dumps([parameters, self.versions, importlib.metadata.version("opdenk")], sort_keys=True)
        return {
            "fingerprint": short_hash(texts, parts),
            "pipeline_version": importlib.metadata.version("opdenk"),
            "language_model": self.versions["language_model"],
            "embedding_model": self.versions["vectors"],
            "masked": self.settings.mask.enabled,
            "parameters": parameters,
        }
