import numpy as np
import pytest

from pipeline.vector_cache import CachedEncoder


class CountingEncoder:
    name = "counting"

    def __init__(self):
        self.asked = []

    def encode(self, texts):
        self.asked += list(texts)
        return np.array([[len(text), 1.0] for text in texts], dtype=np.float32).reshape(len(texts), 2)


def test_a_text_is_asked_for_once_also_in_a_later_run(tmp_path):
    first = CountingEncoder()
    vectors = CachedEncoder(first, tmp_path).encode(["een", "twee", "een"])
    assert first.asked == ["een", "twee"]
    second = CountingEncoder()
    assert np.array_equal(CachedEncoder(second, tmp_path).encode(["een", "twee", "een"]), vectors)
    assert second.asked == []


@pytest.mark.parametrize("damage", [lambda data: data[:40], lambda data: b"", lambda data: b"x" + data])
def test_a_damaged_file_is_made_anew(tmp_path, damage):
    CachedEncoder(CountingEncoder(), tmp_path).encode(["een"])
    (path,) = tmp_path.iterdir()
    path.write_bytes(damage(path.read_bytes()))
    encoder = CountingEncoder()
    assert CachedEncoder(encoder, tmp_path).encode(["een"]).tolist() == [[3, 1]]
    assert encoder.asked == ["een"]


def test_models_do_not_share_vectors(tmp_path):
    CachedEncoder(CountingEncoder(), tmp_path).encode(["een"])
    other = CountingEncoder()
    other.name = "other"
    CachedEncoder(other, tmp_path).encode(["een"])
    assert other.asked == ["een"]


def test_no_texts_give_no_rows(tmp_path):
    assert CachedEncoder(CountingEncoder(), tmp_path).encode([]).shape == (0, 2)
