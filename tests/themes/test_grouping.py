import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from pipeline.themes.grouping import group, neighbour_graph, numbers_to_try, overlap
from pipeline.vectors import unit


def clouds(n_clouds, each, *, spread, seed=0):
    random = np.random.default_rng(seed)
    middles = random.standard_normal((n_clouds, 32))
    points = np.repeat(middles, each, axis=0) + spread * random.standard_normal((n_clouds * each, 32))
    return unit(points), np.repeat(np.arange(n_clouds), each)


@pytest.mark.parametrize("n_clouds", [3, 8, 15])
def test_as_many_groups_as_there_are_clouds(n_clouds):
    vectors, clouds_of = clouds(n_clouds, 12, spread=0.5)
    grouping = group(vectors, n_bootstrap=20, seed=1)
    assert adjusted_rand_score(clouds_of, grouping.labels) > 0.95


def test_groups_of_clear_clouds_come_back_and_groups_in_a_haze_do_not():
    clear = group(clouds(6, 15, spread=0.4)[0], n_bootstrap=30, seed=1)
    haze = group(clouds(1, 90, spread=9.0)[0], n_bootstrap=30, seed=1)
    assert clear.jaccard.min() > 0.75
    assert haze.jaccard.mean() < 0.6


def test_no_bootstrap_gives_no_stability():
    assert np.isnan(group(clouds(3, 8, spread=0.4)[0], n_bootstrap=0, seed=1).jaccard).all()


def test_equal_items_are_never_parted():
    vectors, _ = clouds(4, 6, spread=0.6)
    vectors = np.vstack([vectors, vectors])
    labels = group(vectors, n_bootstrap=10, seed=1).labels
    assert (labels[:24] == labels[24:]).all()


def test_numbers_to_try_grow_and_end_well_before_everybody_is_alone():
    numbers = numbers_to_try(1000)
    assert numbers == sorted(set(numbers))
    assert numbers[0] == 2
    assert numbers[-1] <= 190


def test_overlap_is_the_jaccard_similarity_of_groups():
    similarity = overlap(np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1]), 3)
    assert similarity[:2].tolist() == [[pytest.approx(2 / 3), 0.25], [0, 0.5]]
    assert np.isnan(similarity[2]).all()


def test_the_neighbour_graph_is_symmetric_and_knows_no_loops():
    graph = neighbour_graph(clouds(3, 8, spread=0.4)[0], 5).toarray()
    assert (graph == graph.T).all()
    assert (graph.diagonal() == 0).all()
