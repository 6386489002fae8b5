"""Fold questions that belong together beforehand: what says the same, and follow-ups with what they follow."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_matrix
from sklearn.cluster import MiniBatchKMeans

from pipeline.models import FloatArray
from pipeline.text.duplicates import find_duplicates
from pipeline.vectors import unit

Places = npt.NDArray[np.intp]

BATCH = 4096  # rows that mini-batch k-means reads at a time
GROUPS_AT_A_TIME = 500  # that means are taken of; bounds memory, for these are summed in double precision


@dataclass(frozen=True)
class Folding:
    """Questions folded into units.

    Args:
        units: per question, its unit, numbered from 0 in the order of their first question.
        heads: per unit, the question that the others were folded into.
        originals: per question, the question that it is a duplicate of, or its own place.
    """

    units: Places
    heads: Places
    originals: Places


def fold(questions: pd.DataFrame) -> Folding:
    """Fold duplicates into the first of them, and follow-ups into the question they depend on.

    Args:
        questions: table QUESTIONS, the earliest first.
    """
    originals = np.array(find_duplicates(list(questions["text"])), dtype=np.intp)
    place = {identifier: row for row, identifier in enumerate(questions["question_id"])}
    leader = originals.copy()
    for row, before in enumerate(questions["depends_on"]):
        if isinstance(before, str) and before in place:
            leader[row] = place[before]
    roots = _follow(leader, originals)
    heads, units = np.unique(roots, return_inverse=True)
    return Folding(units.astype(np.intp), heads.astype(np.intp), originals)


def _follow(leader: Places, originals: Places) -> Places:
    """Follow chains of follow-ups and duplicates to their start; a ring, which only a fault can make, is left."""
    current = np.arange(len(leader), dtype=np.intp)
    for _ in range(len(leader)):
        following = originals[leader[current]]
        if (following == current).all():
            break
        current = following
    return current


def mean_vectors(vectors: FloatArray, groups: Places, weights: npt.NDArray[np.float64] | None = None) -> FloatArray:
    """Mean vector of each group, scaled to length 1, of shape (n_groups, n_dimensions)."""
    weights = np.ones(len(vectors)) if weights is None else weights
    n_groups = int(groups.max(initial=-1)) + 1
    ordered = np.argsort(groups, kind="stable")
    starts = range(0, n_groups, GROUPS_AT_A_TIME)
    parts = np.split(ordered, np.searchsorted(groups[ordered], starts[1:]))
    means = np.zeros((n_groups, vectors.shape[1]), dtype=np.float32)
    for start, rows in zip(starts, parts, strict=False):
        part = means[start : start + GROUPS_AT_A_TIME]
        places = (groups[rows] - start, np.arange(len(rows)))
        part[:] = unit(csr_matrix((weights[rows], places), (len(part), len(rows))) @ vectors[rows])
    return means


def condense(vectors: FloatArray, n_groups: int, seed: int) -> Places:
    """Put many vectors into a given number of small, tight groups, in memory that does not grow with them."""
    means = MiniBatchKMeans(n_groups, init="random", batch_size=BATCH, n_init=1, random_state=seed).fit(vectors)
    _, groups = np.unique(means.labels_, return_inverse=True)
    return groups.astype(np.intp)
