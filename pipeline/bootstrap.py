"""Ranks with ties, and intervals of scores and ranks from resampled scores.

References:
    Calibrated percentile intervals: Loh (1987), Calibrating confidence coefficients. JASA 82, 155-162.
"""

import math
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

Array = npt.NDArray[np.float64]

Number = TypeVar("Number", np.float64, np.int64)

DECIMALS = 12  # scores that differ less are equal: sums of floats in another order may


def ranks(scores: Array) -> npt.NDArray[np.int64]:
    """Rank scores along the last axis: 1 is highest, equal scores share the best of their ranks."""
    return np.asarray(rankdata(-np.round(scores, DECIMALS), method="min", axis=-1), dtype=np.int64)


def interval(
    replicates: npt.NDArray[Number], share: float, *, tails: float = 1.0
) -> tuple[npt.NDArray[Number], npt.NDArray[Number]]:
    """The middle share of the replicates, per column.

    Args:
        replicates: shape (n_replicates, n_columns), one or more.
        share: how much the interval is to hold, such as 0.9.
        tails: what is cut off at either side, relative to (1 - share) / 2; below 1 where planted data showed that
            intervals hold less than they should.

    Returns:
        Lower and upper ends, values that occur among the replicates, each of shape (n_columns,).
    """
    last = len(replicates) - 1
    n_cut = math.floor(round(tails * (1 - share) / 2 * last, DECIMALS))
    ordered = np.sort(replicates, axis=0)
    return ordered[n_cut], ordered[last - n_cut]
