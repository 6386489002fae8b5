"""Tokenise and extract in parts, and keep each part's result, so that a new document costs only itself.

A part is at most `PART_SIZE` segments of one document. Its key is a hash of its texts and of all that made its
result, so that a kept result is right or is not found; a damaged one is made anew.
"""

from collections.abc import Callable, Iterator
from functools import cached_property
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
Progress = Callable[[str, int, int], None]


class Parts:
    """The stages that read texts, run part by part with a cache on disk.

    Args:
        segments: table SEGMENTS.
        out: the results folder; the cache lies below it.
        settings: all settings.
        cues: Dutch cue words and patterns.
        fingerprints: per stage name, a hash of all that its result depends on but the texts.
        progress: called with stage, parts done and parts in all.
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
        self._parts = list(_split(segments))
        self._cache = out / store.CACHE
        self._settings = settings
        self._cues = cues
        self._fingerprints = fingerprints
        self._progress = progress
        self._used: set[Path] = set()
        self._at_hand: dict[Path, tuple[pd.DataFrame, dict[str, Any]]] = {}  # the last part, not read back at once

    @cached_property
    def _nlp(self) -> Any:  # noqa: ANN401  # spaCy has no stubs
        return models.load_language_model(self._settings.language_model)

    @cached_property
    def _scorer(self) -> Scorer:
        return models.load_scorer()

    @cached_property
    def _vocab(self) -> Any:  # noqa: ANN401  # spaCy has no stubs
        return models.dutch_vocab()

    def sentences(self) -> pd.DataFrame:
        """Table SENTENCES of all parts."""
        frames = []
        for number, part in enumerate(self._parts):
            self._progress("tokenise", number, len(self._parts))
            frames.append(self._tokenised(part)[0])
        return _joined(frames, SENTENCES)

    def questions(self) -> pd.DataFrame:
        """Table QUESTIONS of all parts."""
        frames = []
        for number, part in enumerate(self._parts):
            self._progress("extract", number, len(self._parts))
            path = self._path("questions", self._key(part, "extract"), "parquet")
            frame = _kept(path, QUESTIONS)
            if frame is None:
                frame = self._extracted(part)
                store.write(path, store.table_bytes(frame))
            frames.append(frame)
        return _joined(frames, QUESTIONS)

    def forget_unused(self) -> None:
        """Remove what is kept of texts that are no longer there."""
        for folder in {path.parent for path in self._used}:
            for path in set(folder.iterdir()) - self._used:
                path.unlink(missing_ok=True)

    def _extracted(self, part: pd.DataFrame) -> pd.DataFrame:
        from pipeline.stages.extract import extract

        sentences, docs = self._tokenised(part, with_docs=True)
        return extract(part, sentences, docs, self._settings.extract, cues=self._cues, scorer=self._scorer)

    def _tokenised(self, part: pd.DataFrame, *, with_docs: bool = False) -> tuple[pd.DataFrame, dict[str, Any]]:
        key = self._key(part, "tokenise")
        table_path, docs_path = self._path("sentences", key, "parquet"), self._path("docs", key, "spacy")
        if docs_path in self._at_hand:
            return self._at_hand[docs_path]
        sentences = _kept(table_path, SENTENCES)
        if sentences is not None and not with_docs and docs_path.exists():
            return sentences, {}
        docs = self._kept_docs(docs_path, part) if sentences is not None else None
        if sentences is not None and docs is not None:
            return sentences, docs
        return self._tokenise(part, table_path, docs_path)

    def _tokenise(self, part: pd.DataFrame, table_path: Path, docs_path: Path) -> tuple[pd.DataFrame, dict[str, Any]]:
        from spacy.tokens import DocBin

        from pipeline.stages.tokenise import tokenise

        sentences, docs = tokenise(part, self._settings.tokenise, nlp=self._nlp)
        packed = DocBin(attrs=_ATTRIBUTES, store_user_data=False, docs=[docs[i] for i in sorted(docs)])
        store.write(docs_path, packed.to_bytes())
        store.write(table_path, store.table_bytes(sentences))
        self._at_hand = {docs_path: (sentences, docs)}
        return sentences, docs

    def _kept_docs(self, path: Path, part: pd.DataFrame) -> dict[str, Any] | None:
        from spacy.tokens import DocBin

        try:
            docs = list(DocBin().from_bytes(path.read_bytes()).get_docs(self._vocab))
        except (OSError, ValueError, KeyError, EOFError):
            return None
        dutch: dict[str, str] = {row.segment_id: row.text for row in rows(part[part["is_dutch"]])}
        identifiers = sorted(dutch)
        fits = len(docs) == len(identifiers) and all(
            doc.text == dutch[identifier] for doc, identifier in zip(docs, identifiers, strict=True)
        )
        return dict(zip(identifiers, docs, strict=True)) if fits else None

    def _key(self, part: pd.DataFrame, stage: str) -> str:
        columns = ["segment_id", "text", "kind", "level", "is_dutch", "prompt", "speaker"]
        texts = part[columns].to_json(orient="values", force_ascii=False)
        headings = repr(part["heading"].map(list).tolist())
        return short_hash(self._fingerprints[stage], texts, headings)

    def _path(self, folder: str, key: str, ending: str) -> Path:
        path = self._cache / folder / f"{key}.{ending}"
        self._used.add(path)
        return path


_ATTRIBUTES = ("ORTH", "SPACY", "LEMMA", "POS", "TAG", "MORPH", "HEAD", "DEP", "SENT_START")


def _split(segments: pd.DataFrame) -> Iterator[pd.DataFrame]:
    ordered = segments.sort_values(["document_id", "position"], kind="stable")
    for _, document in ordered.groupby("document_id", sort=True):
        for start in range(0, len(document), PART_SIZE):
            yield document.iloc[start : start + PART_SIZE].reset_index(drop=True)


def _kept(path: Path, table: Table) -> pd.DataFrame | None:
    try:
        return store.read_table(path, table)
    except PipelineError:
        return None


def _joined(frames: list[pd.DataFrame], table: Table) -> pd.DataFrame:
    return table.conform(pd.concat(frames)) if frames else table.frame()
