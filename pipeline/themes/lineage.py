"""Keep the ids of themes from run to run, and say what became of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import linear_sum_assignment

from pipeline.tables import content_id
from pipeline.vectors import centre

MIN_SHARED = 0.5  # of the smaller of two themes, for the later one to continue the earlier one
MIN_SPLIT = 0.25  # of a theme's questions, for those who took them to be split off from it
MIN_COSINE = 0.6  # between centred centroids, for themes that share no question to be the same
ID_BYTES = 4

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Descent:
    """Where a theme comes from.

    Args:
        theme_id: its id; that of the earlier theme it continues, if there is one.
        status: new, known, grown, merged or split.
        parents: ids of the earlier themes it was merged or split from.
    """

    theme_id: str
    status: str
    parents: tuple[str, ...] = ()


def trace(
    members: Sequence[frozenset[str]], centroids: npt.NDArray[np.floating], previous: pd.DataFrame
) -> tuple[list[Descent], list[str]]:
    """Match themes to those of the previous run, by shared questions and, where they share none, by centroid.

    Args:
        members: per theme, its question ids.
        centroids: per theme, its centroid; shape (n_themes, n_dimensions).
        previous: table PREVIOUS_THEMES.

    Returns:
        Per theme, its descent; and the ids of the earlier themes that nothing came of.
    """
    earlier = previous[~previous["is_gone"]]
    ids, before = list(earlier["theme_id"]), [frozenset(questions) for questions in earlier["question_ids"]]
    shared = _count_shared(members, before)
    continued = _continue(shared, _similarity(centroids, list(earlier["centroid"])))
    parents = [_parents(theme, shared, continued) for theme in range(len(members))]
    taken = set(previous["theme_id"])
    descents = []
    for theme, questions in enumerate(members):
        row = continued.get(theme)
        theme_id = _new_id(questions, taken) if row is None else ids[row]
        taken.add(theme_id)
        if parents[theme]:
            status = "merged" if len(parents[theme]) > 1 else "split"
        elif row is None:
            status = "new"
        else:
            status = "grown" if len(questions) > len(before[row]) else "known"
        descents.append(Descent(theme_id, status, tuple(sorted(ids[parent] for parent in parents[theme]))))
    followed = {*continued.values()}.union(*parents)
    return descents, [theme_id for row, theme_id in enumerate(ids) if row not in followed]


def _count_shared(members: Sequence[frozenset[str]], before: Sequence[frozenset[str]]) -> Matrix:
    """Questions shared, of shape (n_themes, n_earlier_themes)."""
    origin = {question: row for row, questions in enumerate(before) for question in questions}
    shared = np.zeros((len(members), len(before)))
    for theme, questions in enumerate(members):
        for row, count in Counter(origin[question] for question in questions if question in origin).items():
            shared[theme, row] = count
    return shared


def _similarity(centroids: npt.NDArray[np.floating], before: Sequence[Sequence[float]]) -> Matrix:
    """Cosines between centroids from which what all of a run have in common was taken away; zero if not comparable."""
    if not before or not len(centroids) or any(len(row) != centroids.shape[1] for row in before):
        return np.zeros((len(centroids), len(before)))
    now, then = centre(np.asarray(centroids)), centre(np.array(before))
    return np.asarray(now @ then.T, dtype=np.float64)


def _continue(shared: Matrix, similarity: Matrix) -> dict[int, int]:
    """Which earlier theme each theme continues, by one assignment for all."""
    old, survived = shared.sum(axis=1, keepdims=True), shared.sum(axis=0, keepdims=True)
    is_same = (shared > 0) & (shared >= MIN_SHARED * np.minimum(old, survived))
    is_alike = (old == 0) & (survived == 0) & (similarity >= MIN_COSINE)
    worth = np.where(is_same, shared, np.where(is_alike, similarity / 2, 0))
    themes, rows = linear_sum_assignment(-worth)
    return {int(theme): int(row) for theme, row in zip(themes, rows, strict=True) if worth[theme, row] > 0}


def _parents(theme: int, shared: Matrix, continued: dict[int, int]) -> set[int]:
    """Earlier themes that a theme was merged from (two or more) or split from (one)."""
    survived = shared.sum(axis=0)
    merged = {int(row) for row in np.flatnonzero(shared[theme] > survived / 2)}
    if len(merged) > 1:
        return merged
    source = int(shared[theme].argmax()) if shared[theme].any() else None
    if source is None:
        return set()
    parts = np.flatnonzero((shared[:, source] >= MIN_SPLIT * survived[source]) & (shared.argmax(axis=1) == source))
    is_split = len(parts) > 1 and theme in parts
    return {source} if is_split else set()


def _new_id(questions: frozenset[str], taken: set[str]) -> str:
    fields = sorted(questions)
    theme_id = content_id("T", *fields, size=ID_BYTES)
    while theme_id in taken:
        fields.append("again")
        theme_id = content_id("T", *fields, size=ID_BYTES)
    return theme_id
