"""Lay themes out on a map: similar ones close by."""

import numpy as np
import numpy.typing as npt

from pipeline.models import FloatArray


def lay_out(vectors: FloatArray) -> npt.NDArray[np.float64]:
    """Place vectors in the plane by their two main directions (principal components).

    Returns:
        float64 array of shape (n_vectors, 2), values in [-1, 1]. A direction points to where its longest
        arrow does, so that a map keeps its face.
    """
    places = np.zeros((len(vectors), 2))
    if len(vectors) < 2:
        return places
    centred = (vectors - vectors.mean(axis=0)).astype(np.float64)
    left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    axes = (left * sizes)[:, :2]
    axes *= np.sign(axes[np.abs(axes).argmax(axis=0), range(axes.shape[1])])
    places[:, : axes.shape[1]] = axes
    return places / (np.abs(places).max() or 1.0)
