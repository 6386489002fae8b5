"""Split vectors into groups: which, how many, and how sure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import csr_matrix, diags, identity
from sklearn.cluster import KMeans

from pipeline.models import FloatArray
from pipeline.vectors import unit

Labels = npt.NDArray[np.intp]

N_NEIGHBOURS = 8  # whose vectors are mixed into one's own
N_NEAREST = 5  # that count when groups are weighed
N_ROUNDS = 2
OWN_WEIGHT = 0.5  # of a vector against all its neighbours together
GROWTH = 1.12  # from one number of groups that is tried to the next
RESAMPLED_SHARE = 0.63  # different items in a bootstrap sample
MAX_RESAMPLED = 1500  # items; more make the bootstrap slow and no surer


@dataclass(frozen=True)
class Grouping:
    """Groups of items.

    Args:
        labels: group of each item, from 0.
        jaccard: per group, how well it comes back when items are drawn anew; empty if it was not tried.
    """

    labels: Labels
    jaccard: npt.NDArray[np.float64]


def group(vectors: FloatArray, said: FloatArray, *, n_bootstrap: int, seed: int, weights: npt.NDArray[np.float64] | None = None) -> Grouping:
    """Group items, as many groups as the data ask for."""
    smoothed = smooth(vectors)
    tree = linkage(smoothed, "ward")
    base = tree if vectors is said else linkage(smooth(said), "ward")
    tried = numbers_to_try(len(said))
    cuts = cut(base, tried)
    samples = list(resample(said, tried, n_bootstrap, seed))
    score = scores(said, cuts, samples)
    k = tried[int(np.argmax(score))]
    labels = polish(smoothed, cut(tree, [k])[0], weights)
    return Grouping(labels, np.array([]))


def scores(vectors: FloatArray, cuts: Sequence[Labels], samples: Sequence[tuple[Labels, list[Labels]]]) -> npt.NDArray[np.float64]:
    graph = neighbour_graph(vectors, N_NEAREST)
    stability = np.array([np.mean([_agreement(labels[items], again[place]) for items, again in samples]) for place, labels in enumerate(cuts)])
    separation = np.array([modularity(graph, labels) for labels in cuts])
    return stability * np.clip(separation, 0, None)


def numbers_to_try(n: int) -> list[int]:
    out, k = [], 2.0
    while k <= max(2, n * 0.6):
        if round(k) not in out:
            out.append(round(k))
        k *= GROWTH
    return out


def resample(vectors: FloatArray, tried: Sequence[int], n: int, seed: int) -> Iterator[tuple[Labels, list[Labels]]]:
    random = np.random.default_rng(seed)
    size = min(int(RESAMPLED_SHARE * len(vectors)), MAX_RESAMPLED)
    for _ in range(n):
        items = np.sort(random.choice(len(vectors), size, replace=False))
        yield items, cut(linkage(smooth(vectors[items]), "ward"), tried)


def smooth(vectors: FloatArray) -> FloatArray:
    graph = neighbour_graph(vectors, N_NEIGHBOURS)
    degree = np.asarray(graph.sum(axis=1)).ravel()
    own = OWN_WEIGHT * float(np.median(degree[degree > 0])) if degree.any() else 1.0
    graph = graph + own * identity(len(vectors), format="csr")
    scale = diags(1 / np.sqrt(np.asarray(graph.sum(axis=1)).ravel()))
    walk = scale @ graph @ scale
    mixed = vectors
    for _ in range(N_ROUNDS):
        mixed = walk @ mixed
    return unit(mixed - mixed.mean(axis=0))


def neighbour_graph(vectors: FloatArray, n_neighbours: int) -> csr_matrix:
    n = min(n_neighbours, len(vectors) - 1)
    similarity = vectors @ vectors.T
    np.fill_diagonal(similarity, -1)
    nearest = np.argpartition(-similarity, n - 1, axis=1)[:, :n] if n else np.zeros((len(vectors), 0), int)
    rows = np.repeat(np.arange(len(vectors)), n)
    weights = np.clip(similarity[rows, nearest.ravel()], 0, None)
    graph = csr_matrix((weights, (rows, nearest.ravel())), similarity.shape)
    return (graph + graph.T) / 2


def cut(tree: npt.NDArray[np.float64], numbers: Sequence[int]) -> list[Labels]:
    return [fcluster(tree, number, "maxclust") - 1 for number in numbers]


def polish(vectors: FloatArray, labels: Labels, weights: npt.NDArray[np.float64] | None = None) -> Labels:
    centres = np.stack([vectors[labels == label].mean(axis=0) for label in np.unique(labels)])
    return KMeans(len(centres), init=centres, n_init=1).fit(vectors, sample_weight=weights).labels_


def modularity(graph: csr_matrix, labels: Labels) -> float:
    total = graph.sum()
    if not total:
        return 0.0
    member = csr_matrix((np.ones(len(labels)), (np.arange(len(labels)), labels)))
    between = (member.T @ graph @ member).toarray() / total
    return float(np.trace(between) - (between.sum(axis=1) ** 2).sum())


def overlap(labels: Labels, again: Labels) -> npt.NDArray[np.float64]:
    """Jaccard similarity of groups, of shape (n_groups, n_groups_again)."""
    n, m = labels.max() + 1, again.max() + 1
    both = np.bincount(labels * m + again, minlength=n * m).reshape(n, m)
    return both / np.maximum(both.sum(axis=1, keepdims=True) + both.sum(axis=0) - both, 1)


def _agreement(labels: Labels, again: Labels) -> float:
    sizes = np.bincount(labels)
    return float((overlap(labels, again).max(axis=1) * sizes).sum() / sizes.sum())
