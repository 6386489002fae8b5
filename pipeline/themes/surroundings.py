"""Let questions lean on what stands around them, in so far as that says what they are about."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from pipeline.models import FloatArray
from pipeline.vectors import unit

MAX_LEAN = 0.5  # weight of the mean of those at the same place, against one's own vector
NEIGHBOUR_LEAN = 0.15  # weight of what was said just before and after
FULL_AT = 0.5  # share of the likeness of nearest neighbours at which a place gets its full weight
ALONE, IN_COMPANY = 0.4, 0.7  # cosine to the closest other: below leans fully on its place, above not at all
N_NEAREST = 5
SAMPLE = 2500  # items that nearest neighbours are looked for among
CHUNK = 10_000  # items compared at a time


def lean_on_surroundings(
    vectors: FloatArray, places: Sequence[Sequence[str | None]], neighbours: npt.NDArray[np.intp]
) -> FloatArray:
    """Draw vectors towards those that stand at the same place or next to them.

    A heading such as "Financiën" tells what the questions below it are about, "Tafel 3" does not. No list
    decides which is which: a place weighs as much as the items there are alike without its help. And a
    question that somebody else asked as well needs its place less than one that stands by itself.

    Args:
        vectors: float32 array of shape (n_items, n_dimensions), rows of length 1 or 0.
        places: ways of placing items, each with one name or None per item.
        neighbours: pairs of items said one after the other, of shape (n_pairs, 2).
    """
    leaned = vectors.copy()
    if len(neighbours):
        leaned += NEIGHBOUR_LEAN * _pull_of_neighbours(vectors, neighbours)
    if len(vectors) > 1 and any(any(names) for names in places):
        nearest = _nearest_cosines(vectors)
        need = np.clip((IN_COMPANY - nearest[:, -1:]) / (IN_COMPANY - ALONE), 0, 1)
        for names in places:
            known = np.array([row for row, name in enumerate(names) if name], dtype=np.intp)
            if len(known):
                pull = _pull_of_places(vectors[known], [str(names[row]) for row in known], float(nearest.mean()))
                leaned[known] += need[known] * pull
    return unit(leaned)


def _pull_of_places(vectors: FloatArray, names: Sequence[str], likeness: float) -> FloatArray:
    _, place, size = np.unique(names, return_inverse=True, return_counts=True)
    total = csr_matrix((np.ones(len(names), np.float32), (place, np.arange(len(names))))) @ vectors
    own = np.bincount(place, weights=(vectors**2).sum(axis=1))
    alike = ((total**2).sum(axis=1) - own) / np.maximum(size * (size - 1), 1)  # mean cosine of two items there
    weight = MAX_LEAN * np.clip(alike / (FULL_AT * likeness or 1.0), 0, 1)
    return np.asarray((weight[:, None] * unit(total))[place], dtype=np.float32)


def _pull_of_neighbours(vectors: FloatArray, neighbours: npt.NDArray[np.intp]) -> FloatArray:
    pull = np.zeros_like(vectors)
    for one, other in (neighbours.T, neighbours.T[::-1]):
        np.add.at(pull, one, vectors[other])
    return unit(pull)


def _nearest_cosines(vectors: FloatArray) -> FloatArray:
    """Cosines to the nearest others, of shape (n_items, n_nearest), the nearest last."""
    step = -(-len(vectors) // SAMPLE)
    sample = np.arange(0, len(vectors), step)
    n_nearest = min(N_NEAREST, len(sample) - 1)
    rows = []
    for start in range(0, len(vectors), CHUNK):
        cosines = vectors[start : start + CHUNK] @ vectors[sample].T
        inside = (sample >= start) & (sample < start + CHUNK)
        cosines[sample[inside] - start, np.flatnonzero(inside)] = -1  # nobody is his own neighbour
        rows.append(np.sort(np.partition(cosines, -n_nearest, axis=1)[:, -n_nearest:], axis=1))
    return np.concatenate(rows)
