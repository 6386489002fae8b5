import numpy as np
import pytest

from pipeline.themes.surroundings import lean_on_surroundings
from pipeline.vectors import unit

NOBODY = np.zeros((0, 2), dtype=np.intp)


def two_kinds(each=12):
    """Vectors of two subjects, one after the other, of which each has something of its own."""
    random = np.random.default_rng(0)
    own = 0.9 * unit(random.standard_normal((2 * each, 40)))
    own[:each, 0] += 0.5
    own[each:, 1] += 0.5
    return unit(own - own.mean(axis=0))


def gain(places, neighbours=NOBODY):
    """By how much the cosine of two questions at the same place grows, on average."""
    vectors = two_kinds()
    leaned = lean_on_surroundings(vectors, [places], neighbours)
    same = (np.array(places)[:, None] == np.array(places)) & ~np.eye(len(places), dtype=bool)
    return float(((leaned @ leaned.T) - (vectors @ vectors.T))[same].mean())


def test_a_heading_that_says_what_questions_are_about_draws_them_together():
    assert gain(["financiën"] * 12 + ["kwaliteit"] * 12) > 0.1


def test_a_heading_that_says_nothing_does_not():
    assert gain([f"tafel {n % 4}" for n in range(24)]) < 0.03


def test_neighbours_draw_a_little():
    vectors = two_kinds()
    leaned = lean_on_surroundings(vectors, [], np.array([[0, 13]]))
    before, after = vectors[0] @ vectors[13], leaned[0] @ leaned[13]
    assert 0.05 < after - before < 0.35


def test_without_surroundings_nothing_moves():
    vectors = two_kinds()
    assert lean_on_surroundings(vectors, [[None] * 24], NOBODY) == pytest.approx(vectors, abs=1e-6)


@pytest.mark.parametrize("n_items", [0, 1, 2])
def test_hardly_any_items(n_items):
    vectors = two_kinds()[:n_items]
    assert lean_on_surroundings(vectors, [["x"] * n_items], NOBODY).shape == vectors.shape
