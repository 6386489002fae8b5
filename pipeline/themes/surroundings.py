"""Let questions lean on what stands around them, in so far as that says what they are about."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from pipeline.models import FloatArray
from pipeline.vectors import unit

MAX_LEAN = 0.4  # weight of the mean of those at the same place, against one's own vector
NEIGHBOUR_LEAN = 0.15  # weight of what was said just before and after
FULL_AT = 0.5  # share of the likeness of nearest neighbours at which a place gets its full weight
N_NEAREST = 5
SAMPLE = 2000  # items that the likeness of nearest neighbours is measured on


def lean_on_surroundings(
    vectors: FloatArray, places: Sequence[Sequence[str | None]], neighbours: npt.NDArray[np.intp]
) -> FloatArray:
    """Draw vectors towards those that stand at the same place or next to them.

    A heading such as "Financiën" tells what the questions below it are about, "Tafel 3" does not. No list
    decides which is which: a place weighs as much as the items there are alike without its help.

    Args:
        vectors: float32 array of shape (n_items, n_dimensions), rows of length 1 or 0.
        places: ways of placing items, each with one name or None per item.
        neighbours: pairs of items said one after the other, of shape (n_pairs, 2).
    """
    leaned = vectors.copy()
    if len(vectors) > 1:
        likeness = _likeness_of_nearest(vectors)
        for names in places:
            leaned += _pull_of_places(vectors, names, likeness)
        leaned += NEIGHBOUR_LEAN * _pull_of_neighbours(vectors, neighbours)
    return unit(leaned)


def _pull_of_places(vectors: FloatArray, names: Sequence[str | None], likeness: float) -> FloatArray:
    known = np.array([row for row, name in enumerate(names) if name], dtype=np.intp)
    pull = np.zeros_like(vectors)
    if not len(known):
        return pull
    _, place, size = np.unique([str(names[row]) for row in known], return_inverse=True, return_counts=True)
    total = csr_matrix((np.ones(len(known), np.float32), (place, np.arange(len(known))))) @ vectors[known]
    own = np.bincount(place, weights=(vectors[known] ** 2).sum(axis=1))
    alike = ((total**2).sum(axis=1) - own) / np.maximum(size * (size - 1), 1)  # mean cosine of two items there
    weight = MAX_LEAN * np.clip(alike / (FULL_AT * likeness or 1.0), 0, 1)
    pull[known] = (weight[:, None] * unit(total))[place]
    return pull


def _pull_of_neighbours(vectors: FloatArray, neighbours: npt.NDArray[np.intp]) -> FloatArray:
    pull = np.zeros_like(vectors)
    for one, other in (neighbours.T, neighbours.T[::-1]):
        np.add.at(pull, one, vectors[other])
    return unit(pull)


def _likeness_of_nearest(vectors: FloatArray) -> float:
    sample = vectors[:: -(-len(vectors) // SAMPLE)]
    similarity = sample @ sample.T
    np.fill_diagonal(similarity, -1)
    n_nearest = min(N_NEAREST, len(sample) - 1)
    return float(np.sort(similarity, axis=1)[:, -n_nearest:].mean())
