"""Find the themes of a corpus: group its units, and tell what each group is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.config import ClusterSettings
from pipeline.models import FloatArray
from pipeline.themes.corpus import Corpus
from pipeline.themes.folding import Places, condense, mean_vectors
from pipeline.themes.grouping import Labels, Numbers, group, keep_pairs
from pipeline.themes.naming import contrast, name_themes
from pipeline.themes.topics import fit_topics
from pipeline.vectors import unit

N_SMALL_GROUPS = 2000  # that more units than can be compared one by one are put into first
N_CENTRAL = 50  # most central questions of a theme, which its name is looked for in
MIN_ITEMS = 4  # fewer cannot be grouped in more than one way that means something


@dataclass(frozen=True)
class Theme:
    """A theme.

    Args:
        members: places of its questions in the corpus, the most central first.
        cosines: of the members to the mean of the theme.
        mean: their mean vector, of length 1.
        weights: the terms that set it apart with their c-TF-IDF, most telling first.
        jaccard: bootstrap stability in [0, 1]; nan if it was not tried.
        label: its name.
    """

    members: Places
    cosines: Numbers
    mean: FloatArray
    weights: Mapping[str, float]
    jaccard: float
    label: str = ""


class _Clusterer:
    """The clusterer that BERTopic is handed: groups vectors, or leaves each by itself if they are few."""

    labels_: Labels

    def __init__(self, said: FloatArray, settings: ClusterSettings, seed: int) -> None:
        self._said, self._settings, self._seed = said, settings, seed
        self.jaccard: Numbers = np.zeros(0)

    def fit(self, vectors: FloatArray) -> "_Clusterer":
        if len(vectors) < max(MIN_ITEMS, self._settings.min_questions):
            self.labels_, self.jaccard = np.arange(len(vectors)), np.full(len(vectors), np.nan)
        else:
            grouping = group(vectors, n_bootstrap=self._settings.n_bootstrap, seed=self._seed)
            self.labels_ = keep_pairs(grouping.labels, self._said)
            self.jaccard = grouping.jaccard[self.labels_]
        return self


def find_themes(corpus: Corpus, settings: ClusterSettings, *, seed: int) -> list[Theme]:
    """Find the themes of a corpus, largest first.

    Args:
        corpus: the questions.
        settings: limits and number of bootstrap samples.
        seed: of everything that is drawn.
    """
    known = np.flatnonzero(corpus.said.any(axis=1))
    if not len(known):
        return []
    leaning = corpus.leaning[known]
    items = np.arange(len(known))
    if len(known) > settings.max_exact:
        items = condense(leaning, min(N_SMALL_GROUPS, settings.max_exact), seed)
    item_of_unit = np.full(len(corpus.said), -1)
    item_of_unit[known] = items
    item_of_question = item_of_unit[corpus.folding.units]
    clusterer = _Clusterer(mean_vectors(corpus.said[known], items), settings, seed)
    topics = fit_topics(_terms(corpus, item_of_question), mean_vectors(leaning, items), clusterer)
    found = []
    for topic, weights in enumerate(topics.weights):
        members = np.flatnonzero(np.isin(item_of_question, np.flatnonzero(topics.labels == topic)))
        found.append(_describe(corpus, members, weights, float(clusterer.jaccard[topics.labels == topic].mean())))
    found.sort(key=lambda theme: (-len(theme.members), corpus.ids[theme.members].min()))
    return _named(corpus, found)


def _terms(corpus: Corpus, item_of_question: Places) -> list[list[str]]:
    """Per item, lemmas and noun chunks of its questions, duplicates left out; at least one term."""
    terms: list[list[str]] = [[] for _ in range(int(item_of_question.max()) + 1)]
    for question, item in enumerate(item_of_question):
        if item >= 0 and corpus.folding.originals[question] == question:
            wording = corpus.wordings[question]
            terms[item] += [
                *wording.lemmas,
                *(chunk.lower() for chunk in wording.chunks if " " in chunk),
            ] or wording.text.lower().split()
    return terms


def _describe(corpus: Corpus, members: Places, weights: Mapping[str, float], jaccard: float) -> Theme:
    originals = members[corpus.folding.originals[members] == members]
    mean = unit(corpus.vectors[originals].mean(axis=0, keepdims=True))[0]
    cosines = np.clip(corpus.vectors[members] @ mean, -1, 1).astype(np.float64)
    order = np.lexsort((corpus.ids[members], -cosines))
    return Theme(members[order], cosines[order], mean, weights, jaccard)


def _named(corpus: Corpus, themes: Sequence[Theme]) -> list[Theme]:
    originals = corpus.folding.originals
    central = [[place for place in theme.members if originals[place] == place][:N_CENTRAL] for theme in themes]
    wordings = [[corpus.wordings[place] for place in places] for places in central]
    labels = name_themes(wordings, contrast(wordings))
    return [replace(theme, label=label) for theme, label in zip(themes, labels, strict=True)]
