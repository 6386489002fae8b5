"""Turn what voices say into components of urgency, a score, and how sure both are.

Every component but persistence is the square root of an amount, relative to the theme that has most of it: concave
(the tenth voice adds less than the second), in [0, 1], never lowered by one more voice, and the same for a corpus
and for that corpus twice over. Weights of voices take the place of counts, so the same formulae serve the score
(all weights 1) and its resamplings. docs/urgency.md derives them and says what they promise.

References:
    Rubin (1981), The Bayesian bootstrap. Annals of Statistics 9, 130-134.
    Lambert (1992), Zero-inflated Poisson regression. Technometrics 34, 1-14.
    Loh (1987), Calibrating confidence coefficients. JASA 82, 155-162.
"""

import math
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.special import lambertw
from scipy.stats import rankdata

from pipeline.tables import COMPONENTS

Array = npt.NDArray[np.float64]
Number = TypeVar("Number", np.float64, np.int64)

SAID = ("stated", "uncertainty", "time_pressure")
FULL = {  # amount of a full component where no theme has more: in a small corpus, little must not look like much
    "reach": 5.0,  # voices
    "stated": 1.0,  # voices, in the strongest words
    "votes": 0.25,  # share of a poll
    "uncertainty": 3.0,  # voices, in the strongest words
    "time_pressure": 3.0,  # voices, with a term that ends at once
}
POLL_PRIOR = 5.0  # votes added to every poll: one that got few weighs less
JEFFREYS = 0.5  # prior count of a rate of which nothing is known
DECIMALS = 12  # scores that differ less are equal: sums of floats in another order may
BATCH_NUMBERS = 10_000_000  # drawn at a time; bounds memory at some 300 MB


@dataclass(frozen=True)
class Evidence:
    """What was counted, per voice and theme; themes and voices in the order of their names.

    Args:
        raised: shape (n_voices, n_themes): 1 where a voice raises a theme.
        present: shape (n_voices, n_themes * n_sessions): 1 where a voice raises a theme in a session; the sessions
            of a theme side by side.
        n_sessions: sessions in which anything is raised.
        said: per component of `SAID`, shape (n_voices, n_themes): the strongest words of each voice, in [0, 1].
        votes: shape (n_polls, n_themes).
        poll_totals: shape (n_polls,): all votes of each poll, also those for what is no theme.
    """

    raised: sparse.csr_matrix
    present: sparse.csr_matrix
    n_sessions: int
    said: dict[str, sparse.csr_matrix]
    votes: Array
    poll_totals: Array

    @property
    def n_voices(self) -> int:
        """Number of voices, those included that raise no theme but say something about one."""
        return int(self.raised.shape[0])

    @property
    def n_themes(self) -> int:
        """Number of themes."""
        return int(self.raised.shape[1])


def measure(evidence: Evidence) -> dict[str, Array]:
    """The components as they were counted, each of shape (n_themes,)."""
    counted = _counted(evidence)
    largest = {name: amount.max(axis=1, keepdims=True) for name, amount in counted.items()}
    return {name: values[0] for name, values in _components(counted, largest).items()}


def score(parts: dict[str, Array], weights: dict[str, float]) -> Array:
    """Weighted mean of components; the weights need not sum to 1."""
    total = sum(weights.values()) or 1.0
    return np.asarray(sum(weights[name] / total * parts[name] for name in COMPONENTS))


def simulate(evidence: Evidence, weights: dict[str, float], *, n_replicates: int, seed: int) -> Array:
    """Scores that other people of the same kind could have led to (Bayesian bootstrap over voices and votes).

    What was not heard may still be there: a theme gets a random little more of each component, a gamma variate with
    the prior count of Jeffreys, with the chance that it could have been heard of that theme at all. Amounts stay
    relative to the theme that has most as counted: the largest of each draw would have the luck of the draw in it.

    Returns:
        Shape (n_replicates, n_themes).
    """
    generator = np.random.default_rng(seed)
    most = {name: int(amount[0].argmax()) for name, amount in _counted(evidence).items() if amount.ndim == 2}
    size = evidence.n_voices + evidence.present.shape[1] + (len(SAID) + 1) * evidence.n_themes + evidence.votes.size
    batch = max(1, BATCH_NUMBERS // size)
    scores = []
    for begin in range(0, n_replicates, batch):
        drawn = _draw(evidence, min(batch, n_replicates - begin), generator)
        largest = {name: drawn[name][:, [place]] for name, place in most.items()}
        scores.append(score(_components(drawn, largest), weights))
    return np.concatenate([np.zeros((0, evidence.n_themes)), *scores])


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


def relative(amount: Array, largest: Array, full: float) -> Array:
    """Square root of an amount relative to the largest, or to `full` if the largest is less; at most 1."""
    return np.asarray(np.sqrt(np.clip(amount / np.maximum(largest, full), 0, 1)))


def persistence(voices: Array) -> Array:
    """How firmly themes stand in sessions beyond their strongest one.

    A session counts v / (v + 1), with v the voices that raise the theme in it. The strongest session is left out:
    one session is no persistence. Where there is one session in all, every theme has 0.

    Args:
        voices: shape (..., n_themes, n_sessions).

    Returns:
        Shape (..., n_themes).
    """
    firmness = voices / (voices + 1)
    lasting = firmness.sum(axis=-1) - firmness.max(axis=-1)
    return np.asarray(lasting / max(voices.shape[-1] - 1, 1))


def _components(amounts: dict[str, Array], largest: dict[str, Array]) -> dict[str, Array]:
    return {
        name: persistence(amounts[name])
        if name == "persistence"
        else relative(amounts[name], largest[name], FULL[name])
        for name in COMPONENTS
    }


def _counted(evidence: Evidence) -> dict[str, Array]:
    ones = np.ones((1, evidence.n_voices))
    return _amounts(evidence, ones, evidence.votes[None], evidence.poll_totals[None])


def _draw(evidence: Evidence, n_replicates: int, generator: np.random.Generator) -> dict[str, Array]:
    weights = generator.standard_exponential((n_replicates, evidence.n_voices))
    weights *= evidence.n_voices / weights.sum(axis=1, keepdims=True)
    prior = min(JEFFREYS, evidence.votes.sum() / max(evidence.votes.size, 1))
    votes = generator.standard_gamma(evidence.votes + prior, (n_replicates, *evidence.votes.shape))
    others = evidence.poll_totals - evidence.votes.sum(axis=1)  # a sum of n exponential weights is gamma of shape n
    totals = votes.sum(axis=2) + generator.standard_gamma(others, (n_replicates, *others.shape))
    amounts = _amounts(evidence, weights, votes, totals)
    return {
        name: amount if name == "votes" else amount + _unheard(evidence, name, amount.shape, generator)
        for name, amount in amounts.items()
    }


def _amounts(evidence: Evidence, weights: Array, votes: Array, poll_totals: Array) -> dict[str, Array]:
    """What each theme has of each component, shape (n_replicates, n_themes); of persistence, voices per session."""
    shape = (len(weights), evidence.n_themes, evidence.n_sessions)
    return {
        "reach": weights @ evidence.raised,
        "persistence": (weights @ evidence.present).reshape(shape),
        "votes": (votes / (poll_totals + POLL_PRIOR)[:, :, None]).sum(axis=1),
        **{name: weights @ evidence.said[name] for name in SAID},
    }


def _unheard(evidence: Evidence, name: str, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
    matrix = {"reach": evidence.raised, "persistence": evidence.present, **evidence.said}[name]
    strength = float(matrix.data.mean()) if matrix.nnz else 0.0
    share, mean = zero_inflated_poisson(matrix.getnnz(axis=0))
    more = generator.standard_gamma(min(JEFFREYS, mean), shape)
    return strength * more * (generator.random(shape) < share)


def zero_inflated_poisson(counts: npt.NDArray[np.integer]) -> tuple[float, float]:
    """Part cells that could have been counted from cells that never are.

    Returns:
        Share of cells that could, and the mean count of those; by moments: the mean m of the counts that are not
        zero is mean / (1 - exp(-mean)), which Lambert's W inverts.
    """
    positive = counts[counts > 0]
    if not len(positive):
        return 0.0, 0.0
    m = float(positive.mean())
    mean = m + float(lambertw(-m * np.exp(-m)).real) if m > 1 else 0.0
    share = min(1.0, float(counts.mean()) / mean) if mean > 0 else 1.0
    return share, float(counts.mean()) / share
