"""Split vectors into groups: which, how many, and how sure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.cluster.hierarchy import linkage
from scipy.sparse import csr_matrix, diags, identity
from scipy.spatial.distance import squareform
from sklearn.cluster import KMeans

from pipeline.models import FloatArray
from pipeline.vectors import centre

Labels = npt.NDArray[np.intp]
Numbers = npt.NDArray[np.float64]

N_NEIGHBOURS = 8  # whose vectors are mixed into one's own
N_ROUNDS = 2  # of mixing
OWN_WEIGHT = 0.5  # of one's own vector against a median item's neighbours together
N_NEAREST = 5  # neighbours that should fall into one's own group
RESAMPLED_SHARE = 0.63  # different items in a bootstrap sample
MAX_RESAMPLED = 1000  # items; more would make the bootstrap slow, and no surer
STEP = 1.12  # from one number of groups that is tried to the next
MAX_SHARE, MAX_USUAL = 0.6, 3  # most groups that are tried: of the items, and of the usual number
MIN_PAIR = 0.4  # cosine from which items that are each other's closest belong together
INDIFFERENT = 0.02  # log score that says nothing; then the most groups, for a reader can merge but not split
PULL_UP, PULL_DOWN = 0.04, 0.8  # towards twice the root of the number of items: more themes nobody reads


@dataclass(frozen=True)
class Grouping:
    """Groups of items.

    Args:
        labels: group of each item, from 0.
        jaccard: per group, mean over bootstrap samples of its best Jaccard similarity with a group found there.
    """

    labels: Labels
    jaccard: Numbers


def group(vectors: FloatArray, *, n_bootstrap: int, seed: int) -> Grouping:
    """Group items, into as many groups as the items themselves ask for.

    Vectors are mixed with those of their nearest neighbours, so that items which share no word but share
    neighbours come together; Ward's method builds the tree, and k-means mends what its greedy merges got
    wrong. The number of groups is the one that scores highest on stability times separation.

    Args:
        vectors: float32 array of shape (n_items, n_dimensions), rows of length 1.
        n_bootstrap: samples drawn for stability.
        seed: of the samples.

    References:
        Mixing: Zhang et al. 2019, Attributed graph clustering via adaptive graph convolution. Stability:
        Hennig 2007, Cluster-wise assessment of cluster stability. Separation: Newman 2006, Modularity.
    """
    numbers = numbers_to_try(len(vectors))
    samples = list(_resample(vectors, numbers, n_bootstrap, seed))
    mixed = mix_neighbours(vectors)
    cuts = _cut(_tree(mixed), numbers)
    stability = [
        np.mean([_agreement(cut[items], again[place]) for items, again in samples] or [1.0])
        for place, cut in enumerate(cuts)
    ]
    graph = neighbour_graph(vectors, N_NEAREST)
    separation = [_modularity(graph, cut) for cut in cuts]
    place = _best(numbers, np.array(stability), np.array(separation), len(vectors))
    labels = _mend(mixed, cuts[place])
    return Grouping(labels, _jaccard(labels, [(items, again[place]) for items, again in samples]))


def keep_pairs(labels: Labels, vectors: FloatArray) -> Labels:
    """Put items that are each other's closest into one group, if they were parted: the group that suits both best.

    Args:
        labels: group of each item.
        vectors: float32 array of shape (n_items, n_dimensions), rows of length 1.
    """
    similarity = vectors @ vectors.T
    np.fill_diagonal(similarity, -1)
    closest, kept = similarity.argmax(axis=1), labels.copy()
    for one in np.flatnonzero(closest[closest] == np.arange(len(labels))):
        pair = [one, closest[one]]
        if one < closest[one] and similarity[pair[0], pair[1]] >= MIN_PAIR and kept[one] != kept[closest[one]]:
            kept[pair] = max(kept[pair], key=lambda label: _fit(similarity[pair], kept == label, pair))
    return kept


def _fit(similarity: FloatArray, is_member: npt.NDArray[np.bool_], pair: Sequence[int]) -> float:
    """Mean similarity of a pair of items to the other members of a group."""
    others = is_member.copy()
    others[list(pair)] = False
    return float(similarity[:, others].mean()) if others.any() else 0.0


def numbers_to_try(n_items: int) -> list[int]:
    """Numbers of groups worth trying, closer together where they are small."""
    numbers, number = [], 2.0
    while number <= max(2.0, min(MAX_SHARE * n_items, MAX_USUAL * _usual(n_items))):
        numbers.append(round(number))
        number *= STEP
    return sorted(set(numbers))


def _usual(n_items: int) -> float:
    """About how many themes people make of so many questions: twice the square root, in the sets we know."""
    return 2 * float(np.sqrt(n_items))


def _best(numbers: Sequence[int], stability: Numbers, separation: Numbers, n_items: int) -> int:
    distance = np.log(np.array(numbers) / _usual(n_items))
    pull = np.where(distance > 0, PULL_DOWN, PULL_UP) * distance**2
    score = np.log(stability) + np.log(np.clip(separation, 1e-3, None)) - pull
    return int(np.flatnonzero(score >= score.max() - INDIFFERENT)[-1])


def mix_neighbours(vectors: FloatArray) -> FloatArray:
    """Mix vectors with those of their nearest neighbours; rows of length 1."""
    graph = neighbour_graph(vectors, N_NEIGHBOURS)
    degree = np.asarray(graph.sum(axis=1)).ravel()
    own = OWN_WEIGHT * float(np.median(degree)) or 1.0
    graph = graph + own * identity(len(vectors), format="csr")
    scale = diags(1 / np.sqrt(degree + own))
    walk = scale @ graph @ scale
    mixed = vectors
    for _ in range(N_ROUNDS):
        mixed = walk @ mixed
    return centre(mixed)


def neighbour_graph(vectors: FloatArray, n_neighbours: int) -> csr_matrix:
    """Symmetric graph of nearest neighbours with cosine similarities as weights, of shape (n_items, n_items)."""
    n_items = len(vectors)
    n_neighbours = min(n_neighbours, n_items - 1)
    similarity = vectors @ vectors.T
    np.fill_diagonal(similarity, -np.inf)
    nearest = np.argpartition(-similarity, n_neighbours - 1, axis=1)[:, :n_neighbours].ravel()
    rows = np.repeat(np.arange(n_items), n_neighbours)
    weights = np.clip(similarity[rows, nearest], 0, None)
    graph = csr_matrix((weights, (rows, nearest)), similarity.shape)
    return (graph + graph.T) / 2


def _tree(vectors: FloatArray) -> Numbers:
    """Ward's tree of vectors of length 1; distances by one matrix product, ten times faster than one by one."""
    squared = np.clip(2 - 2 * (vectors @ vectors.T), 0, None)
    np.fill_diagonal(squared, 0)
    tree: Numbers = linkage(np.sqrt(squareform(squared, checks=False)), "ward")
    return tree


def _cut(tree: Numbers, numbers: Sequence[int]) -> list[Labels]:
    """Groups of a tree for several numbers of groups, in one walk from the leaves up."""
    n_items = len(tree) + 1
    wanted = {min(number, n_items) for number in numbers}
    branch, cuts = np.arange(n_items), {}
    for step, (one, other) in enumerate(tree[:, :2]):
        if n_items - step in wanted:
            cuts[n_items - step] = np.unique(branch, return_inverse=True)[1].astype(np.intp)
        branch[(branch == one) | (branch == other)] = n_items + step
    return [cuts[min(number, n_items)] for number in numbers]


def _resample(
    vectors: FloatArray, numbers: Sequence[int], n_samples: int, seed: int
) -> Iterator[tuple[Labels, list[Labels]]]:
    random = np.random.default_rng(seed)
    size = min(int(RESAMPLED_SHARE * len(vectors)), MAX_RESAMPLED)
    for _ in range(n_samples):
        items = np.sort(random.choice(len(vectors), size, replace=False))
        yield items, _cut(_tree(mix_neighbours(vectors[items])), numbers)


def _mend(vectors: FloatArray, labels: Labels) -> Labels:
    centres = np.stack([vectors[labels == label].mean(axis=0) for label in range(labels.max() + 1)])
    mended = KMeans(len(centres), init=centres, n_init=1).fit(vectors).labels_
    return np.unique(mended, return_inverse=True)[1].astype(np.intp)


def _modularity(graph: csr_matrix, labels: Labels) -> float:
    """Share of the neighbours that fall into one's own group, above what chance would give."""
    total = float(graph.sum())
    if not total:
        return 0.0
    member = csr_matrix((np.ones(len(labels)), (np.arange(len(labels)), labels)))
    between = (member.T @ graph @ member).toarray() / total
    return float(np.trace(between) - (between.sum(axis=1) ** 2).sum())


def overlap(labels: Labels, again: Labels, n_groups: int) -> Numbers:
    """Jaccard similarities of two groupings, of shape (n_groups, n_groups_again); nan for a group without items."""
    n_again = int(again.max()) + 1
    both = np.bincount(labels * n_again + again, minlength=n_groups * n_again).reshape(n_groups, n_again)
    sizes = both.sum(axis=1, keepdims=True)
    return np.where(sizes > 0, both / np.maximum(sizes + both.sum(axis=0) - both, 1), np.nan)


def _jaccard(labels: Labels, samples: Sequence[tuple[Labels, Labels]]) -> Numbers:
    """Per group, mean best Jaccard similarity over the samples that hold any of it; nan if none does."""
    n_groups = int(labels.max()) + 1
    found = np.array([overlap(labels[items], again, n_groups).max(axis=1) for items, again in samples])
    found = found.reshape(-1, n_groups)
    n_found = np.isfinite(found).sum(axis=0)
    return np.where(n_found > 0, np.nansum(found, axis=0) / np.maximum(n_found, 1), np.nan)


def _agreement(labels: Labels, again: Labels) -> float:
    """Mean best Jaccard similarity of the groups, each as heavy as its items."""
    sizes = np.bincount(labels)
    best = np.nan_to_num(overlap(labels, again, len(sizes)).max(axis=1))
    return float(best @ sizes / sizes.sum())
