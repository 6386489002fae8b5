"""Keep what classifiers learnt, so that a run that learns from the same texts need not fit them again."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline import store

Coefficients = npt.NDArray[np.float64]


class KeptFits:
    """The last coefficients of each classifier, in one file each.

    Args:
        folder: where they are kept; a damaged file is made anew.
        code: hash of the code that fits them.
    """

    def __init__(self, folder: Path, code: str) -> None:
        self._folder = folder
        self._code = code

    def __call__(self, name: str, key: str, make: Callable[[], Coefficients]) -> Coefficients:
        """Give the coefficients that are kept under a hash of all they depend on, or make and keep them."""
        path, key = self._folder / f"{name}.npz", f"{self._code} {key}"
        data = store.kept(path)
        if data is not None:
            with np.load(io.BytesIO(data), allow_pickle=False) as kept:
                if str(kept["key"]) == key:
                    return np.asarray(kept["coefficients"])
        coefficients = make()
        buffer = io.BytesIO()
        np.savez(buffer, key=np.array(key), coefficients=coefficients)
        store.keep(path, buffer.getvalue())
        return coefficients
