"""Document vectors for short Dutch texts: what they say, their telling words, and how those are spelt."""

from array import array
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from pipeline.models import Encoder, FloatArray

SHARES = (1 / 3, 1 / 3, 1 / 3)  # of the squared length: the whole text, its terms, their spelling
HALF_WEIGHT_SHARE = 0.1  # share of the documents that hold a term at which it weighs half
N_SPELLING_DIMENSIONS = 128
N_REDUCED_DIMENSIONS = 128
SAMPLE = 20_000  # documents, or words, that means and projections are learnt from
CHUNK = 20_000  # documents in memory at full width
MIN_TERMS = 3  # a text with fewer is read together with its context


def with_context(texts: Sequence[str], contexts: Sequence[str | None], terms: Sequence[Sequence[str]]) -> list[str]:
    """Put what a short answer answers before it; longer texts speak for themselves."""
    return [
        f"{context} {text}" if context and len(words) < MIN_TERMS else text
        for text, context, words in zip(texts, contexts, terms, strict=True)
    ]


def document_vectors(
    texts: Sequence[str], terms: Sequence[Sequence[str]], encoder: Encoder, *, seed: int
) -> FloatArray:
    """Turn documents into vectors whose cosine says how much they are about the same thing.

    Three views stand side by side: the encoder's vector of the whole text, its vectors of the terms, and the
    spelling of the terms, which brings inflections and compounds together. Terms that many documents hold
    weigh little: stock phrases are told by their commonness, not by a list. Each view is centred.

    Args:
        texts: what the encoder reads.
        terms: per document, its content words.
        encoder: sentence vectors.
        seed: of the projections.

    Returns:
        float32 array of shape (n_documents, n_dimensions), rows of length 1, or 0 where no view knows the
        text. Above `SAMPLE` documents it is projected to `N_REDUCED_DIMENSIONS`, so that memory stays small.

    References:
        Term weights: Arora et al. 2017, A simple but tough-to-beat baseline for sentence embeddings.
    """
    if not texts:
        return np.zeros((0, 1), dtype=np.float32)
    space = _Space(texts, terms, encoder, seed)
    return np.concatenate(
        [
            space.encode(texts[start : start + CHUNK], terms[start : start + CHUNK])
            for start in range(0, len(texts), CHUNK)
        ]
    )


class _Space:
    """The three views, with the weights, means and projections that were learnt from a corpus."""

    def __init__(self, texts: Sequence[str], terms: Sequence[Sequence[str]], encoder: Encoder, seed: int) -> None:
        self._encoder = encoder
        self._place = {term: place for place, term in enumerate(sorted({term for words in terms for term in words}))}
        held = self._incidence(terms)
        n_holding = np.asarray(held.sum(axis=0)).ravel()
        self._weights = HALF_WEIGHT_SHARE / (HALF_WEIGHT_SHARE + n_holding / len(texts))
        vocabulary = list(self._place)
        self._of_terms = [unit(encoder.encode(vocabulary)), _spelling_vectors(vocabulary, seed)] if vocabulary else []
        step = -(-len(texts) // SAMPLE)
        sample = self._views(texts[::step], terms[::step])
        self._common = [common(view) for view in sample]
        joined = self._join(sample)
        small = len(texts) <= SAMPLE
        self._reduction = None if small else PCA(N_REDUCED_DIMENSIONS, random_state=seed).fit(joined)

    def encode(self, texts: Sequence[str], terms: Sequence[Sequence[str]]) -> FloatArray:
        joined = self._join(self._views(texts, terms))
        return joined if self._reduction is None else unit(self._reduction.transform(joined))

    def _incidence(self, terms: Sequence[Sequence[str]]) -> csr_matrix:
        places, ends = array("q"), array("q", [0])
        for words in terms:
            places.extend(sorted({self._place[term] for term in words}))
            ends.append(len(places))
        held = np.ones(len(places), np.float32)
        return csr_matrix((held, np.array(places), np.array(ends)), (len(terms), len(self._place)))

    def _views(self, texts: Sequence[str], terms: Sequence[Sequence[str]]) -> list[FloatArray]:
        weighted = self._incidence(terms).multiply(self._weights).tocsr().astype(np.float32)
        views = [self._encoder.encode(texts), *(weighted @ vectors for vectors in self._of_terms)]
        return [unit(view) for view in views]

    def _join(self, views: Sequence[FloatArray]) -> FloatArray:
        centred = [
            np.sqrt(share) * unit(np.where(view.any(axis=1, keepdims=True), view - shared, 0))
            for share, view, shared in zip(SHARES, views, self._common, strict=False)
        ]
        return unit(np.hstack(centred))


def unit(vectors: npt.NDArray[np.floating]) -> FloatArray:
    """Scale rows to length 1; rows of length 0 stay so."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 1e-7), dtype=np.float32)


def centre(vectors: FloatArray) -> FloatArray:
    """Take away what rows have in common, and scale what is left to length 1."""
    return unit(vectors - common(vectors))


def common(vectors: FloatArray) -> FloatArray:
    """Mean of the rows and one more at the origin, so that rows that are all alike are not taken away whole."""
    return np.asarray(vectors.sum(axis=0) / (vectors.any(axis=1).sum() + 1), dtype=np.float32)


def _spelling_vectors(vocabulary: Sequence[str], seed: int) -> FloatArray:
    """Vectors of words by their letters (TF-IDF of 3 to 5 in a row), of shape (n_words, n_dimensions)."""
    step = -(-len(vocabulary) // SAMPLE)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True).fit(vocabulary[::step])
    matrix = letters.transform(vocabulary)
    if min(matrix.shape) <= N_SPELLING_DIMENSIONS:
        return unit(matrix.toarray())
    projection = TruncatedSVD(N_SPELLING_DIMENSIONS, random_state=seed).fit(matrix[::step])
    return unit(projection.transform(matrix))
