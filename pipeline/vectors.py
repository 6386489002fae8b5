"""Document vectors for short Dutch texts: meaning and spelling side by side."""

from collections.abc import Sequence

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from pipeline.models import Encoder, FloatArray

N_SPELLING_DIMENSIONS = 200


def document_vectors(
    texts: Sequence[str], terms: Sequence[Sequence[str]], encoder: Encoder, *, seed: int
) -> FloatArray:
    """Turn documents into vectors of length 1: meaning (weighted word vectors) and spelling (character TF-IDF)."""
    meaning = _unit(_centre(_weighted_terms(texts, terms, encoder)))
    spelling = _spelling(texts, seed)
    return np.asarray(_unit(np.hstack([meaning, spelling])), dtype=np.float32)


def _weighted_terms(texts: Sequence[str], terms: Sequence[Sequence[str]], encoder: Encoder) -> FloatArray:
    vocabulary = sorted({term for document in terms for term in document})
    if not vocabulary:
        return encoder.encode(texts)
    place = {term: index for index, term in enumerate(vocabulary)}
    vectors = encoder.encode(vocabulary)
    counts = np.zeros(len(vocabulary))
    for document in terms:
        counts[[place[term] for term in set(document)]] += 1
    weights = np.log((1 + len(terms)) / (1 + counts)) + 0.1
    out = np.zeros((len(terms), vectors.shape[1]), dtype=np.float32)
    for row, document in enumerate(terms):
        index = [place[term] for term in document]
        if index:
            out[row] = weights[index] @ vectors[index]
        else:
            out[row] = encoder.encode([texts[row]])[0]
    return out


def _spelling(texts: Sequence[str], seed: int) -> FloatArray:
    try:
        matrix = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True).fit_transform(texts)
    except ValueError:
        return np.zeros((len(texts), 1), dtype=np.float32)
    size = min(N_SPELLING_DIMENSIONS, *matrix.shape)
    if size < 2:
        return np.asarray(matrix.toarray(), dtype=np.float32)
    reduced = TruncatedSVD(size, random_state=seed).fit_transform(matrix)
    return _unit(_centre(reduced))


def _centre(vectors: FloatArray) -> FloatArray:
    return vectors - vectors.mean(axis=0)


def _unit(vectors: FloatArray) -> FloatArray:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 1e-9, lengths, 1), dtype=np.float32)
