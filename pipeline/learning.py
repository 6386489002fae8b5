"""Learn to tell categories apart from labelled texts: logistic regression, and what it learnt earlier."""

import hashlib
from collections.abc import Callable
from importlib.metadata import version

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.special import log_softmax
from sklearn.linear_model import LogisticRegression

Scores = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]
Remember = Callable[[str, str, Callable[[], Scores]], Scores]  # what, hash of all it depends on, how to make it


def make_anew(name: str, key: str, make: Callable[[], Scores]) -> Scores:
    """Remember nothing."""
    return make()


class Linear:
    """The outcome of logistic regression over all categories, for any number of texts.

    Args:
        coefficients: of shape (n_categories, n_features + 1), intercepts last.

    Attributes:
        weights: of shape (n_categories, n_features).
    """

    def __init__(self, coefficients: Scores) -> None:
        self.weights, self._bias = coefficients[:, :-1], coefficients[:, -1]

    def log_probability(self, features: csr_matrix) -> Scores:
        """Log-probability of each category, of shape (n_texts, n_categories)."""
        return np.asarray(log_softmax(features @ self.weights.T + self._bias, axis=1))


def learn(
    name: str, features: csr_matrix, categories: Rows, weights: Scores, strength: float, remember: Remember
) -> Linear:
    """Fit a classifier, unless the very same fit is remembered.

    Args:
        name: of the classifier.
        features: of shape (n_texts, n_features).
        categories: column of each text's category.
        weights: how much each text counts.
        strength: inverse of the regularisation.
        remember: gives what was fitted earlier, or makes it.
    """
    key = _key(features, categories, weights, np.array(strength))
    return Linear(remember(name, key, lambda: _fit(features, categories, weights, strength)))


def _fit(features: csr_matrix, categories: Rows, weights: Scores, strength: float) -> Scores:
    model = LogisticRegression(C=strength, class_weight="balanced", max_iter=2000)
    model.fit(features, categories, sample_weight=weights)
    fitted = np.column_stack([model.coef_, model.intercept_])
    return np.concatenate([-fitted, fitted]) / 2 if len(fitted) == 1 else fitted  # a single row for two categories


def _key(features: csr_matrix, *others: npt.NDArray[np.generic]) -> str:
    """Hash of all that a fit depends on."""
    digest = hashlib.blake2b(repr((features.shape, version("scikit-learn"))).encode(), digest_size=16)
    for part in (features.data, features.indices, features.indptr, *others):
        digest.update(part.tobytes())
    return digest.hexdigest()
