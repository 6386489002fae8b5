"""Keep the vectors of texts that a slow model has seen, by model and text."""

import hashlib
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline import store
from pipeline.models import Encoder, FloatArray


class CachedEncoder:
    """An encoder that asks another one only for texts it has not seen.

    Args:
        encoder: the one that is asked.
        folder: where vectors are kept, in one file a model; a damaged one is made anew.
    """

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        self.name = encoder.name
        self._encoder = encoder
        digest = hashlib.blake2b(encoder.name.encode(), digest_size=8).hexdigest()
        self._path = folder / f"{digest}.npz"
        self._kept = self._read()

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Encode texts as a float32 array of shape (n_texts, n_dimensions), rows of length 1 or 0."""
        keys = [hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest() for text in texts]
        unseen = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._kept}
        if unseen:
            self._kept |= dict(zip(unseen, self._encoder.encode(list(unseen.values())), strict=True))
            self._write()
        if not keys:
            return self._encoder.encode([])
        return np.stack([self._kept[key] for key in keys])

    def _read(self) -> dict[bytes, FloatArray]:
        data = store.kept(self._path)
        if data is None:
            return {}
        with np.load(io.BytesIO(data), allow_pickle=False) as kept:
            keys = [key.tobytes() for key in kept["keys"]]
            return dict(zip(keys, kept["vectors"], strict=True))

    def _write(self) -> None:
        buffer = io.BytesIO()
        keys = np.array([np.frombuffer(key, dtype=np.uint8) for key in self._kept])
        np.savez(buffer, keys=keys, vectors=np.stack(list(self._kept.values())))
        store.keep(self._path, buffer.getvalue())
