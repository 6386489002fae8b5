import numpy as np
import pytest

from pipeline.themes.layout import lay_out


def test_themes_that_are_alike_lie_close():
    places = lay_out(np.array([[1, 0, 0], [0.9, 0.1, 0], [0, 1, 0], [0, 0, 1]], dtype=np.float32))
    distance = np.linalg.norm(places[:, None] - places, axis=2)
    assert distance[0, 1] < min(distance[0, 2], distance[0, 3])
    assert np.abs(places).max() == pytest.approx(1)


@pytest.mark.parametrize("n_themes", [0, 1, 2])
def test_hardly_any_themes(n_themes):
    assert lay_out(np.eye(3, dtype=np.float32)[:n_themes]).shape == (n_themes, 2)
