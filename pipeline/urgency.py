"""Turn what voices say into components of urgency, a score, and how sure both are.

Every component but persistence is a square root of a sum, relative to the theme that has most of it: concave (the
tenth voice adds less than the second), between 0 and 1, never lowered by one more voice, and the same for a corpus
and for that corpus twice over. Weights of voices take the place of counts, so that the same formulae serve the
score (all weights 1) and its resamplings. See docs/urgency.md.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from pipeline.bootstrap import Array, draw_weights
from pipeline.tables import COMPONENTS

FULL = {  # of a component where no theme has more: a small corpus must not make little look like much
    "reach": 5.0,  # voices
    "stated": 1.0,  # voices, in the strongest words
    "votes": 0.25,  # shares of a poll
    "uncertainty": 3.0,  # voices, in the strongest words
    "time_pressure": 3.0,  # voices, with a date that is near
}
SAID = ("stated", "uncertainty", "time_pressure")
POLL_PRIOR = 5.0  # votes that are added to every poll: one that got few weighs less
POSITIVE = 1e-12


@dataclass(frozen=True)
class Evidence:
    """What was counted, per voice and theme.

    Args:
        raised: shape (n_voices, n_themes): 1 where a voice raises a theme.
        present: shape (n_voices, n_pairs): 1 where a voice raises a theme in a session, for the pairs of theme and
            session that occur, sorted by theme.
        theme_of_pair: the theme of each pair; every theme has one.
        n_sessions: sessions in which anything is raised.
        said: per component of `SAID`, shape (n_voices, n_themes): the strongest words of each voice, in [0, 1].
        votes: shape (n_polls, n_themes): votes per poll and theme.
        poll_totals: all votes of each poll, also those for what is no theme.
    """

    raised: sparse.csr_matrix
    present: sparse.csr_matrix
    theme_of_pair: npt.NDArray[np.int64]
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


def components(evidence: Evidence, weights: Array, votes: Array, poll_totals: Array) -> dict[str, Array]:
    """Components of urgency, each of shape (n_replicates, n_themes), in [0, 1].

    Args:
        evidence: what was counted.
        weights: of the voices, shape (n_replicates, n_voices); all 1 for the score itself.
        votes: shape (n_replicates, n_polls, n_themes).
        poll_totals: shape (n_replicates, n_polls).
    """
    shares = (votes / (poll_totals + POLL_PRIOR)[:, :, None]).sum(axis=1)
    return {
        "reach": relative(weights @ evidence.raised, FULL["reach"]),
        "persistence": persistence(weights @ evidence.present, evidence.theme_of_pair, evidence.n_sessions),
        "stated": relative(weights @ evidence.said["stated"], FULL["stated"]),
        "votes": relative(shares, FULL["votes"]),
        "uncertainty": relative(weights @ evidence.said["uncertainty"], FULL["uncertainty"]),
        "time_pressure": relative(weights @ evidence.said["time_pressure"], FULL["time_pressure"]),
    }


def relative(amounts: Array, full: float) -> Array:
    """Square root of amounts relative to the largest of a row, or to `full` if none is as large."""
    largest = np.maximum(amounts.max(axis=1, keepdims=True), full)
    return np.asarray(np.sqrt(np.clip(amounts / largest, 0, 1)))


def persistence(amounts: Array, theme_of_pair: npt.NDArray[np.int64], n_sessions: int) -> Array:
    """How firmly each theme stands in sessions beyond its strongest one.

    A session counts v / (v + 1), with v the voices that raise the theme in it; the strongest session is left out,
    as one session is no persistence. With one session in all, it is 0 for every theme and tells none apart.

    Args:
        amounts: voices per pair of theme and session, shape (n_replicates, n_pairs).
        theme_of_pair: the theme of each pair, ascending, every theme at least once.
        n_sessions: sessions in all.
    """
    firsts = np.flatnonzero(np.diff(theme_of_pair, prepend=-1))
    firmness = amounts / (amounts + 1)
    lasting = np.add.reduceat(firmness, firsts, axis=1) - np.maximum.reduceat(firmness, firsts, axis=1)
    return np.asarray(lasting / max(n_sessions - 1, 1))


def score(parts: dict[str, Array], weights: dict[str, float]) -> Array:
    """Weighted mean of components; the weights need not sum to 1."""
    total = sum(weights.values()) or 1.0
    return np.asarray(sum(weights[name] / total * parts[name] for name in COMPONENTS))


def measure(evidence: Evidence) -> dict[str, Array]:
    """The components as they were counted, each of shape (n_themes,)."""
    ones = np.ones((1, evidence.n_voices))
    parts = components(evidence, ones, evidence.votes[None], evidence.poll_totals[None])
    return {name: values[0] for name, values in parts.items()}


def simulate(evidence: Evidence, weights: dict[str, float], *, n_replicates: int, seed: int) -> Array:
    """Scores under other weights of the voices (Bayesian bootstrap) and of the votes.

    Returns:
        Shape (n_replicates, n_themes).
    """
    generator = np.random.default_rng(seed)
    batches = [
        score(components(evidence, drawn, *_draw_votes(evidence, len(drawn), generator)), weights)
        for drawn in draw_weights(evidence.n_voices, n_replicates, generator)
    ]
    return np.concatenate(batches) if batches else np.zeros((0, evidence.n_themes))


def _draw_votes(evidence: Evidence, n_replicates: int, generator: np.random.Generator) -> tuple[Array, Array]:
    """Weights for votes: the sum of n exponential weights is a gamma variate of shape n."""
    rest = evidence.poll_totals - evidence.votes.sum(axis=1)
    votes = generator.standard_gamma(evidence.votes, size=(n_replicates, *evidence.votes.shape))
    return votes, votes.sum(axis=2) + generator.standard_gamma(rest, size=(n_replicates, len(rest)))
