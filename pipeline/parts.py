"""Tokenise and extract in parts, and keep each part's result, so that a new document costs only itself.

A part is at most `PART_SIZE` segments of one document. Its key is a hash of its texts and of all that made its
result, so that a kept result is right or is not found; a damaged one is made anew. Many parts are shared out over
processes; the result does not depend on how many there are, nor on which is done first.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline import models, store
from pipeline.errors import PipelineError
from pipeline.plan import short_hash
from pipeline.tables import QUESTIONS, SENTENCES, Table, rows
from pipeline.text.scorer import Scorer

if TYPE_CHECKING:
    from pipeline.config import Config, Cues

PART_SIZE = 2000  # segments; some ten seconds of work at most
MIN_SEGMENTS_A_PROCESS = 2000  # below it, starting a process costs more than it saves (2 s to load the model)
COLUMNS = ["segment_id", "text", "kind", "level", "is_dutch", "prompt", "speaker"]  # what results depend on
ATTRIBUTES = ("ORTH", "SPACY", "LEMMA", "POS", "TAG", "MORPH", "HEAD", "DEP", "SENT_START")  # kept of a word

Progress = Callable[[str, int, int], None]
Docs = dict[str, Any]  # per segment_id, its spaCy Doc
Work = Callable[["Part"], bool]  # tells whether a kept result was found damaged


@dataclass(frozen=True)
class Part:
    """What is to be done with some segments of one document.

    Args:
        segments: rows of SEGMENTS.
        sentences: where the sentences are kept.
        docs: where the spaCy documents are kept.
        questions: where the questions are kept.
        settings: all settings.
        cues: Dutch cue words and patterns.
    """

    segments: pd.DataFrame
    sentences: Path
    docs: Path
    questions: Path
    settings: "Config"
    cues: "Cues"


class Parts:
    """The stages that read texts, run part by part with a cache on disk.

    Args:
        segments: table SEGMENTS.
        out: the results folder; the cache lies below it.
        settings: all settings.
        cues: Dutch cue words and patterns.
        fingerprints: per stage name, a hash of all that its result depends on but the texts.
        progress: called with stage, parts done and parts in all.

    Attributes:
        n_damaged: kept results that were found damaged, and were made anew.
    """

    def __init__(
        self,
        segments: pd.DataFrame,
        out: Path,
        settings: "Config",
        *,
        cues: "Cues",
        fingerprints: dict[str, str],
        progress: Progress,
    ) -> None:
        self.n_damaged = 0
        self._are_processes_at_work = False
        self._progress = progress
        self._processes = settings.tokenise.processes
        self._parts = [
            Part(part, *_paths(part, out / store.CACHE, fingerprints), settings, cues) for part in _split(segments)
        ]

    def sentences(self) -> pd.DataFrame:
        """Table SENTENCES of all parts."""
        return self._table("tokenise", SENTENCES, [part.sentences for part in self._parts], tokenise_part)

    def questions(self) -> pd.DataFrame:
        """Table QUESTIONS of all parts."""
        return self._table("extract", QUESTIONS, [part.questions for part in self._parts], extract_part)

    def close(self) -> None:
        """End the processes; each holds a language model and what it last worked on."""
        if self._are_processes_at_work:
            from joblib.externals.loky import get_reusable_executor

            get_reusable_executor().shutdown(wait=True)

    def forget_unused(self) -> None:
        """Remove what is kept of texts that are no longer there."""
        used = {path for part in self._parts for path in (part.sentences, part.docs, part.questions)}
        for folder in {path.parent for path in used}:
            for path in set(folder.iterdir()) - used:
                path.unlink(missing_ok=True)

    def _table(self, stage: str, table: Table, paths: Sequence[Path], work: Work) -> pd.DataFrame:
        """Make what is not kept, and join it all."""
        frames = [store.read_kept(path, table) for path in paths]
        missing = [place for place, frame in enumerate(frames) if frame is None]
        self.n_damaged += sum(paths[place].exists() for place in missing)
        self._progress(stage, 0, len(missing))
        for done, was_damaged in enumerate(self._do(work, [self._parts[place] for place in missing]), start=1):
            self.n_damaged += was_damaged
            self._progress(stage, done, len(missing))
        for place in missing:
            frames[place] = store.read_kept(paths[place], table)
        made = [frame for frame in frames if frame is not None]
        return table.conform(pd.concat(made)) if made else table.frame()

    def _do(self, work: Work, parts: Sequence[Part]) -> Iterator[bool]:
        n_segments = sum(len(part.segments) for part in parts)
        processes = min(self._processes, len(parts), n_segments // MIN_SEGMENTS_A_PROCESS)
        if processes < 2:
            yield from map(work, parts)
            return
        from joblib import Parallel, delayed

        self._are_processes_at_work = True
        shared_out = Parallel(n_jobs=processes, return_as="generator_unordered", batch_size=1, pre_dispatch="2*n_jobs")
        yield from shared_out(delayed(work)(part) for part in parts)


def tokenise_part(part: Part) -> bool:
    """Make and keep the sentences and documents of a part."""
    _worker(part.settings.language_model).tokenise(part)
    return False


def extract_part(part: Part) -> bool:
    """Make and keep the questions of a part; tells whether its documents were damaged, and made anew as well."""
    return _worker(part.settings.language_model).extract(part)


class _Worker:
    """What one process loads once for all parts.

    Args:
        language_model: as the settings name it.
    """

    def __init__(self, language_model: str) -> None:
        self._language_model = language_model
        self._at_hand: dict[Path, Docs] = {}  # of the last part: need not be read back

    @cached_property
    def _nlp(self) -> Any:  # noqa: ANN401  # spaCy has no stubs
        return models.load_language_model(self._language_model)

    @cached_property
    def _vocab(self) -> Any:  # noqa: ANN401
        return models.dutch_vocab()

    @cached_property
    def _scorer(self) -> Scorer:
        return models.load_scorer()

    def tokenise(self, part: Part) -> Docs:
        from spacy.tokens import DocBin

        from pipeline.stages.tokenise import tokenise

        sentences, docs = tokenise(part.segments, part.settings.tokenise, nlp=self._nlp)
        packed = DocBin(attrs=ATTRIBUTES, store_user_data=False, docs=[docs[name] for name in sorted(docs)])
        store.keep(part.docs, packed.to_bytes())
        store.keep(part.sentences, store.table_bytes(sentences))
        self._at_hand = {part.docs: docs}
        return docs

    def extract(self, part: Part) -> bool:
        from pipeline.stages.extract import extract

        docs = self._at_hand.get(part.docs)
        kept = self._kept_docs(part) if docs is None else docs
        docs = self.tokenise(part) if kept is None else kept
        sentences = store.read_kept(part.sentences, SENTENCES)
        if sentences is None:
            raise PipelineError(f"{part.sentences} was removed during the run.", hint="run again.")
        settings = part.settings.extract
        questions = extract(part.segments, sentences, docs, settings, cues=part.cues, scorer=self._scorer)
        store.keep(part.questions, store.table_bytes(questions))
        return kept is None

    def _kept_docs(self, part: Part) -> Docs | None:
        from spacy.tokens import DocBin

        data = store.kept(part.docs)
        if data is None:
            return None
        docs = list(DocBin().from_bytes(data).get_docs(self._vocab))
        dutch = sorted(row.segment_id for row in rows(part.segments) if row.is_dutch)
        return dict(zip(dutch, docs, strict=True))


@cache
def _worker(language_model: str) -> _Worker:
    return _Worker(language_model)


def _split(segments: pd.DataFrame) -> Iterator[pd.DataFrame]:
    ordered = segments.sort_values(["document_id", "position"], kind="stable")
    for _, document in ordered.groupby("document_id", sort=True):
        for start in range(0, len(document), PART_SIZE):
            yield document.iloc[start : start + PART_SIZE].reset_index(drop=True)


def _paths(segments: pd.DataFrame, folder: Path, fingerprints: dict[str, str]) -> tuple[Path, Path, Path]:
    """Where sentences, documents and questions of a part are kept."""
    texts = segments[COLUMNS].to_json(orient="values", force_ascii=False)
    headings = repr(segments["heading"].map(list).tolist())
    tokenised, extracted = (short_hash(fingerprints[stage], texts, headings) for stage in ("tokenise", "extract"))
    return (
        folder / "sentences" / f"{tokenised}.parquet",
        folder / "docs" / f"{tokenised}.spacy",
        folder / "questions" / f"{extracted}.parquet",
    )
