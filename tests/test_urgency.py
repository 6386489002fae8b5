import numpy as np
import pytest
from scipy import sparse

from pipeline.urgency import (
    SAID,
    Evidence,
    interval,
    measure,
    persistence,
    ranks,
    relative,
    score,
    simulate,
    zero_inflated_poisson,
)

WEIGHTS = {"reach": 1.0, "persistence": 0.0, "stated": 1.0, "votes": 1.0, "uncertainty": 0.0, "time_pressure": 0.0}


def evidence(chance, *, n_voices, seed, votes=None):
    generator = np.random.default_rng(seed)
    raised = (generator.random((n_voices, len(chance))) < chance).astype(float)
    said = {name: raised * (generator.random(raised.shape) < chance) for name in SAID}
    counted = np.zeros((0, len(chance))) if votes is None else np.array([votes], dtype=float)
    return Evidence(
        raised=sparse.csr_matrix(raised),
        present=sparse.csr_matrix(raised),
        n_sessions=1,
        said={name: sparse.csr_matrix(matrix) for name, matrix in said.items()},
        votes=counted,
        poll_totals=counted.sum(axis=1),
    )


def test_ties_share_the_best_of_their_ranks():
    assert ranks(np.array([[0.5, 0.9, 0.5, 0.1]])).tolist() == [[2, 1, 2, 4]]
    assert ranks(np.array([0.1 + 0.2, 0.3])).tolist() == [1, 1]


def test_an_interval_is_made_of_values_that_occur_and_wider_tails_narrow_it():
    replicates = np.arange(101, dtype=np.float64)[:, None]
    assert [ends.tolist() for ends in interval(replicates, 0.9)] == [[5.0], [95.0]]
    assert [ends.tolist() for ends in interval(replicates, 0.9, tails=0.5)] == [[2.0], [98.0]]
    assert [ends.tolist() for ends in interval(replicates[:1], 0.9)] == [[0.0], [0.0]]


def test_little_does_not_look_like_much_in_a_small_corpus():
    amounts = np.array([1.0, 0.5])
    assert relative(amounts, amounts.max(), full=4.0).tolist() == pytest.approx([0.5, np.sqrt(1 / 8)])
    assert relative(amounts * 8, amounts.max() * 8, full=4.0).tolist() == pytest.approx([1.0, np.sqrt(1 / 2)])


def test_persistence_leaves_out_the_strongest_session():
    assert persistence(np.array([[9.0, 0.0, 0.0], [1.0, 1.0, 1.0]])).tolist() == [0.0, 0.5]
    assert persistence(np.array([[9.0]])).tolist() == [0.0]


def test_counts_that_could_not_be_are_told_from_counts_that_were_not():
    generator = np.random.default_rng(5)
    counts = np.where(generator.random(4000) < 0.3, generator.poisson(3.0, 4000), 0)
    share, mean = zero_inflated_poisson(counts)
    assert share == pytest.approx(0.3, abs=0.03)
    assert mean == pytest.approx(3.0, abs=0.2)
    assert zero_inflated_poisson(np.zeros(3, dtype=int)) == (0.0, 0.0)
    assert zero_inflated_poisson(np.array([0, 1, 0, 1])) == (1.0, 0.5)


def test_the_same_seed_draws_the_same_scores():
    counted = evidence(np.linspace(0.6, 0.1, 5), n_voices=30, seed=1, votes=[9, 0, 4, 2, 1])
    one, other = (simulate(counted, WEIGHTS, n_replicates=20, seed=4) for _ in range(2))
    assert np.array_equal(one, other)
    assert not np.array_equal(one, simulate(counted, WEIGHTS, n_replicates=20, seed=5))
    assert one.shape == (20, 5)
    assert ((one >= 0) & (one <= 1)).all()


@pytest.mark.parametrize("n_voices", [12, 60])
def test_nine_in_ten_intervals_hold_the_score_without_luck(n_voices):
    generator = np.random.default_rng(8)
    held = []
    for repeat in range(60):
        chance = generator.beta(1.5, 4, 12)
        counted = evidence(chance, n_voices=n_voices, seed=repeat)
        heard = np.asarray(counted.raised.sum(axis=0)).ravel() > 0
        amount = chance * n_voices
        parts = dict.fromkeys(("persistence", "votes", "uncertainty", "time_pressure"), np.zeros(12))
        parts |= {"reach": relative(amount, amount.max(), 5.0)}
        parts |= {"stated": relative(amount * chance, (amount * chance).max(), 1.0)}
        truth = score(parts, WEIGHTS)
        low, high = interval(simulate(counted, WEIGHTS, n_replicates=200, seed=repeat), 0.9, tails=0.5)
        held.append(((low <= truth) & (truth <= high))[heard])
    assert 0.82 <= np.concatenate(held).mean() <= 0.97


def test_votes_are_shared_out_and_a_small_poll_weighs_less():
    large = measure(evidence(np.zeros(2), n_voices=1, seed=1, votes=[60, 40]))["votes"]
    small = measure(evidence(np.zeros(2), n_voices=1, seed=1, votes=[3, 2]))["votes"]
    assert large[0] == 1
    assert large[0] > large[1] > 0
    few = measure(evidence(np.zeros(2), n_voices=1, seed=1, votes=[1, 0]))["votes"]
    assert few[0] < small[0] <= large[0]
