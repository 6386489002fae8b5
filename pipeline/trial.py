"""Try `extract` on one file, in memory: what it finds there and why. Nothing is written."""

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import config, models, store
from pipeline.errors import InputError
from pipeline.tables import SPEAKER_CODES

if TYPE_CHECKING:
    import pandas as pd


def try_file(path: Path, config_file: Path | None = None) -> "pd.DataFrame":
    """Read a file, mask names, and explain each sentence.

    Args:
        path: a file in any format that `ingest` reads.
        config_file: settings laid over the defaults.

    Returns:
        What `stages.extract.explain` returns: a row a sentence, in reading order.

    Raises:
        PipelineError: the file is missing or cannot be read, or a setting or model is at fault.
    """
    from pipeline.stages.extract import explain
    from pipeline.stages.tokenise import tokenise

    settings = config.load(config_file)
    segments = _segments(path, settings)
    nlp = models.load_language_model(settings.language_model)
    sentences, docs = tokenise(segments, settings.tokenise, nlp=nlp)
    cues = config.load_cues(config.resource_path(settings.cues, config_file))
    return explain(segments, sentences, docs, settings.extract, cues=cues, scorer=models.load_scorer())


def _segments(path: Path, settings: config.Config) -> "pd.DataFrame":
    """Table SEGMENTS of a file, masked."""
    from pipeline.stages.ingest import RawFile, ingest
    from pipeline.stages.mask import mask

    if not path.is_file():
        raise InputError(f"There is no file {path}.", hint="--explain takes one file.")
    (entry,) = store.list_raw(path)
    data, fault = store.read_raw(entry, max_bytes=settings.ingest.max_file_mb * 1_000_000)
    tables = ingest([RawFile(session=entry.session, file=entry.file, data=data, fault=fault)], settings.ingest)
    _, documents, segments, _ = mask(*tables, SPEAKER_CODES.frame(), settings.mask)
    if not documents["status"].isin(["read", "warnings"]).all():
        reason = documents["reason"].iloc[0]
        raise InputError(
            f"{path} is not read: {reason.rstrip('.')}.", hint="give notes, a transcript or answers, such as .docx."
        )
    return segments
