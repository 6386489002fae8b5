"""Draw weights for voices again and again, and read intervals of scores and ranks from what follows.

References:
    Rubin (1981), The Bayesian bootstrap. Annals of Statistics 9, 130-134.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

Array = npt.NDArray[np.float64]

BATCH_NUMBERS = 20_000_000  # numbers drawn at a time; bounds memory at some 200 MB
DECIMALS = 12  # scores that differ less are equal: sums of floats in another order may


def draw_weights(n_voices: int, n_replicates: int, generator: np.random.Generator) -> Iterator[Array]:
    """Draw weights for voices, a batch of replicates at a time.

    Yields:
        Arrays of shape (n_replicates_in_batch, n_voices); each row sums to n_voices (flat Dirichlet).
    """
    batch = max(1, BATCH_NUMBERS // max(n_voices, 1))
    for begin in range(0, n_replicates, batch):
        weights = generator.standard_exponential((min(batch, n_replicates - begin), n_voices))
        yield weights * (n_voices / weights.sum(axis=1, keepdims=True))


def ranks(scores: Array) -> npt.NDArray[np.int64]:
    """Rank scores along the last axis: 1 is highest, equal scores share the best of their ranks."""
    return np.asarray(rankdata(-np.round(scores, DECIMALS), method="min", axis=-1), dtype=np.int64)


def interval(replicates: Array, share: float) -> tuple[Array, Array]:
    """The middle share of the replicates, per column.

    Args:
        replicates: shape (n_replicates, n_columns).
        share: how much of them the interval holds, such as 0.9.

    Returns:
        Lower and upper ends, values that occur among the replicates, shape (n_columns,).
    """
    tail = (1 - share) / 2
    return (
        np.quantile(replicates, tail, axis=0, method="lower"),
        np.quantile(replicates, 1 - tail, axis=0, method="higher"),
    )
