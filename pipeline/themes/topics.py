"""Topics by BERTopic, with our own vectors and clusterer and without its heavy parts."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from pipeline.models import FloatArray
from pipeline.themes.grouping import Labels

SEPARATOR = "\x1f"


class Clusterer(Protocol):
    """What BERTopic asks of a clusterer."""

    labels_: Labels

    def fit(self, vectors: FloatArray) -> "Clusterer":
        """Group the vectors and keep the group of each in `labels_`."""
        ...


@dataclass(frozen=True)
class Topics:
    """Topics of a corpus.

    Args:
        labels: topic of each document, from 0.
        weights: per topic, its terms with their c-TF-IDF, most telling first.
    """

    labels: Labels
    weights: Sequence[Mapping[str, float]]


def fit_topics(terms: Sequence[Sequence[str]], vectors: FloatArray, clusterer: Clusterer) -> Topics:
    """Group documents and find the terms that set each group apart.

    Args:
        terms: per document, at least one term: words and phrases.
        vectors: float32 array of shape (n_documents, n_dimensions).
        clusterer: groups the vectors; every document gets a topic.
    """
    documents = [SEPARATOR.join(["", *words, ""]) for words in terms]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = _model(clusterer).fit(documents, embeddings=vectors)
    vocabulary = model.vectorizer_model.get_feature_names_out()
    weights = []
    for row in model.c_tf_idf_:
        order = np.lexsort((vocabulary[row.indices], -row.data))
        weights.append({str(vocabulary[row.indices[place]]): float(row.data[place]) for place in order})
    return Topics(np.array(model.topics_, dtype=np.intp), weights)


def _model(clusterer: Clusterer) -> Any:  # noqa: ANN401  # BERTopic has no stubs
    from bertopic import BERTopic
    from bertopic.dimensionality import BaseDimensionalityReduction
    from bertopic.vectorizers import ClassTfidfTransformer
    from sklearn.feature_extraction.text import CountVectorizer

    return BERTopic(
        language="multilingual",
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=clusterer,
        vectorizer_model=CountVectorizer(analyzer=_split),
        ctfidf_model=ClassTfidfTransformer(),
    )


def _split(document: str) -> list[str]:
    return [term for term in document.split(SEPARATOR) if term.strip()]
