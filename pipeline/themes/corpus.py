"""The questions of a run as the clusterer sees them: in canonical order, folded, as vectors."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.models import Encoder, FloatArray
from pipeline.tables import RUNNING_KINDS
from pipeline.themes.folding import Folding, fold, mean_vectors
from pipeline.themes.naming import Wording
from pipeline.themes.surroundings import lean_on_surroundings
from pipeline.vectors import document_vectors, with_context


@dataclass(frozen=True)
class Corpus:
    """Questions of a run, those of the earliest session first.

    Args:
        questions: table QUESTIONS in that order; everything else is in its order.
        ids: their ids.
        wordings: text, lemmas and noun chunks.
        vectors: of each question as said; rows of length 1, or 0 without a known word.
        folding: which questions belong together beforehand; the units.
        said: vectors of the units.
        leaning: vectors of the units, drawn towards what stands around them.
    """

    questions: pd.DataFrame
    ids: npt.NDArray[np.object_]
    wordings: Sequence[Wording]
    vectors: FloatArray
    folding: Folding
    said: FloatArray
    leaning: FloatArray


def read_corpus(segments: pd.DataFrame, questions: pd.DataFrame, encoder: Encoder, *, seed: int) -> Corpus:
    """Fold questions and turn them into vectors.

    Args:
        segments: table SEGMENTS.
        questions: table QUESTIONS, at least one.
        encoder: sentence vectors.
        seed: of the projections.
    """
    questions = questions.sort_values(["session_id", "question_id"], ignore_index=True)
    lemmas, texts = list(questions["lemmas"]), list(questions["text"])
    wordings = [Wording(*row) for row in zip(texts, lemmas, questions["chunks"], strict=True)]
    contexts = questions["context"].astype(object).where(questions["context"].notna(), None)
    vectors = document_vectors(with_context(texts, list(contexts), lemmas), lemmas, encoder, seed=seed)
    folding = fold(questions)
    is_original = folding.originals == np.arange(len(texts))
    said = mean_vectors(vectors[is_original], folding.units[is_original])
    ids = questions["question_id"].to_numpy(dtype=object)
    return Corpus(
        questions, ids, wordings, vectors, folding, said, _lean(said, segments, questions.iloc[folding.heads])
    )


def _lean(said: FloatArray, segments: pd.DataFrame, heads: pd.DataFrame) -> FloatArray:
    columns = ["segment_id", "document_id", "position", "kind", "heading", "prompt"]
    at = heads[["segment_id", "start"]].merge(segments[columns], on="segment_id", how="left")
    headings = [
        heading[-1] if isinstance(heading, Sequence | np.ndarray) and len(heading) else None
        for heading in at["heading"]
    ]
    prompts = list(at["prompt"].astype(object).where(at["prompt"].notna(), None))
    return lean_on_surroundings(said, [headings, prompts], _neighbours(at))


def _neighbours(at: pd.DataFrame) -> npt.NDArray[np.intp]:
    """Pairs of rows that follow each other in running text."""
    running = at[at["kind"].isin(RUNNING_KINDS)].sort_values(["document_id", "position", "start"])
    rows, documents = running.index.to_numpy(), running["document_id"].to_numpy()
    follows = documents[1:] == documents[:-1]
    return np.column_stack([rows[:-1][follows], rows[1:][follows]]).astype(np.intp)
