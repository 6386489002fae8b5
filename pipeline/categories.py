"""Score texts against the categories of a codebook."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from pipeline.config import Description, LabelledText, MatchWeights, Taxonomy
from pipeline.models import Encoder
from pipeline.text.terms import find_terms, words_of

OTHER = "other"
Scores = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Evidence:
    """What speaks for each category; every array has shape (n_texts, n_categories), `other` last."""

    learnt: Scores
    cues: Scores
    examples: Scores
    rules: Scores
    term_matrix: csr_matrix
    similarity: Scores


class Codebook:
    """A taxonomy made ready to score with."""

    def __init__(self, taxonomy: Taxonomy, labelled: Sequence[LabelledText], encoder: Encoder) -> None:
        self.taxonomy, self.encoder = taxonomy, encoder
        self.ids = [*(category.id for category in taxonomy.categories), OTHER]
        self.descriptions: list[Description] = [*taxonomy.categories, taxonomy.other]
        self.terms = [term for entry in self.descriptions for term in entry.cue_terms]
        self.term_category = np.repeat(np.arange(len(self.ids)), [len(d.cue_terms) for d in self.descriptions])
        self.passages = [(text, i) for i, d in enumerate(self.descriptions) for text in (d.definition, *d.includes, *d.examples)]
        self.passage_category = np.array([i for _, i in self.passages])
        self.passage_vectors = encoder.encode([text for text, _ in self.passages])
        texts = [t for t, _ in self.passages] + [x.text for x in labelled]
        fits = np.zeros((len(texts), len(self.ids)), bool)
        for row, (_, c) in enumerate(self.passages):
            fits[row, c] = True
        for row, x in enumerate(labelled, len(self.passages)):
            for c in (x.category, *x.also):
                fits[row, self.ids.index(c)] = True
        self.letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=1)
        self.letters.fit(texts)
        X = self.features(texts)
        self.classifiers = [LogisticRegression(C=10, class_weight="balanced").fit(X, fits[:, c]) for c in range(len(self.ids))]

    def features(self, texts: Sequence[str]) -> csr_matrix:
        return hstack([self.letters.transform(texts), csr_matrix(self.encoder.encode(texts))]).tocsr()

    def evidence(self, texts: Sequence[str], lemmas: Sequence[Sequence[str]] | None = None) -> Evidence:
        words = [words_of(t) for t in texts]
        if lemmas is not None:
            words = [[*w, "", *l] for w, l in zip(words, lemmas, strict=True)]
        found = find_terms(words, self.terms)
        hits = np.zeros((len(texts), len(self.ids)))
        for c in range(len(self.ids)):
            hits[:, c] = np.log1p(np.asarray(found[:, np.flatnonzero(self.term_category == c)].sum(axis=1)).ravel())
        sim = self.encoder.encode(texts) @ self.passage_vectors.T
        best = np.stack([sim[:, self.passage_category == c].max(axis=1) for c in range(len(self.ids))], axis=1)
        X = self.features(texts)
        learnt = np.stack([clf.decision_function(X) for clf in self.classifiers], axis=1)
        return Evidence(learnt, over_others(hits), over_others(best), self.rules(words), found, sim)

    def rules(self, words: Sequence[Sequence[str]]) -> Scores:
        out = np.zeros((len(words), len(self.ids)))
        for rule in self.taxonomy.rules:
            any_of = np.asarray(find_terms(words, rule.any_of).sum(axis=1)).ravel() > 0
            none_of = np.asarray(find_terms(words, rule.none_of).sum(axis=1)).ravel() > 0 if rule.none_of else False
            fires = any_of & ~none_of
            out[fires, self.ids.index(rule.speaks_for)] += 1
            if rule.speaks_against:
                out[fires, self.ids.index(rule.speaks_against)] -= 1
        return out


def over_others(values: Any) -> Scores:
    order = np.sort(values, axis=1)
    top, second = order[:, -1:], order[:, -2:-1]
    return np.asarray(values - np.where(values == top, second, top))


def probabilities(evidence: Evidence, weights: MatchWeights, heading: Scores | float = 0.0, parent: Scores | float = 0.0) -> Scores:
    logits = (weights.learnt * evidence.learnt + weights.cues * evidence.cues + weights.examples * evidence.examples
              + weights.rules * evidence.rules + weights.heading * heading + weights.parent * parent + weights.intercept)
    return np.asarray(1 / (1 + np.exp(-logits)))
