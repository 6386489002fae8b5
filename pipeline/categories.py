"""Say how well texts fit the categories of a codebook: by their wording, by cue terms, and by rules.

Two classifiers are learnt from the codebook itself and from questions that people labelled: one reads the wording
(meaning of the words and spelling of the whole), the other the cue terms alone. They see different things and err
on different texts; `combine` adds their log-probabilities with weights that were fitted on labelled questions, which
makes the outcome a calibrated probability.

References:
    Genest and Zidek 1986, Combining probability distributions (logarithmic pools). Arora et al. 2017, A simple but
    tough-to-beat baseline for sentence embeddings (word weights).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack
from scipy.special import log_softmax
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from pipeline.config import OTHER, Description, MatchWeights, Rule, Taxonomy
from pipeline.models import Encoder
from pipeline.text.terms import find_terms, words_of
from pipeline.vectors import unit

WORDING_STRENGTH = 10.0  # inverse of the regularisation
TERMS_STRENGTH = 1.0
TERM_ALONE = 1.0  # weight of a term of its own beside the count of its category, which all terms share
COMMON_SHARE = 0.03  # share of the texts that hold a word at which it weighs half
CHUNK = 20_000  # texts in memory at full width

Scores = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Example:
    """A text of which the category is known."""

    text: str
    category: str


@dataclass(frozen=True)
class Evidence:
    """What speaks for which category; arrays have shape (n_texts, n_categories), in the order of `Codebook.ids`.

    Args:
        wording: log-probability by the wording.
        terms: log-probability by the cue terms.
        precedence: 1 where a cue term of a category that comes first is found.
        rules: rules that speak for a category, less those that speak against it.
        found: cue terms found, of shape (n_texts, n_terms), in the order of `Codebook.terms`.
        fired: rules that apply, of shape (n_texts, n_rules).
    """

    wording: Scores
    terms: Scores
    precedence: Scores
    rules: Scores
    found: csr_matrix
    fired: npt.NDArray[np.bool_]


class Codebook:
    """A taxonomy that texts can be scored against.

    Args:
        taxonomy: categories, rules and labelled questions.
        encoder: vectors of words.
        corrections: what people corrected, to learn from as well.
    """

    def __init__(self, taxonomy: Taxonomy, encoder: Encoder, corrections: Sequence[Example] = ()) -> None:
        self.ids = [*taxonomy.ids, OTHER]
        self.labels = [*(category.label for category in taxonomy.categories), taxonomy.other.label]
        self.rules = taxonomy.rules
        entries: list[Description] = [*taxonomy.categories, taxonomy.other]
        self.terms = [term for entry in entries for term in entry.cue_terms]
        self.term_category = np.repeat(np.arange(len(entries)), [len(entry.cue_terms) for entry in entries])
        self._first = np.isin(self.ids, taxonomy.precedence)
        examples = [*_own_texts(self.ids, entries), *self._usable(taxonomy), *corrections]
        texts = [example.text for example in examples]
        categories = np.array([self.ids.index(example.category) for example in examples])
        self._wording = _Wording(texts, categories, encoder)
        self._of_terms = _Terms(self._find(texts), categories, self.term_category)

    def evidence(self, texts: Sequence[str], lemmas: Sequence[Sequence[str]] | None = None) -> Evidence:
        """Gather what speaks for each category.

        Args:
            texts: texts to place.
            lemmas: lemmas of each text, in which cue terms are found too.
        """
        words = [words_of(text) for text in texts]
        if lemmas is not None:
            words = [[*own, "", *more] for own, more in zip(words, lemmas, strict=True)]
        found = find_terms(words, self.terms)
        fired = np.array([_applies(rule, words) for rule in self.rules], dtype=bool).reshape(-1, len(words)).T
        counts = self._count(found)
        return Evidence(
            wording=self._wording.log_probability(texts),
            terms=self._of_terms.log_probability(found),
            precedence=(counts > 0) * self._first * 1.0,
            rules=fired @ self._directions(),
            found=found,
            fired=fired,
        )

    @property
    def term_weights(self) -> Scores:
        """How much each cue term speaks for each category: array of shape (n_terms, n_categories)."""
        return self._of_terms.weights

    def rules_for(self, fired: npt.NDArray[np.bool_], category: int) -> list[str]:
        """Names of the rules that apply to a text and speak for a category."""
        name = self.ids[category]
        return [
            rule.name for rule, applies in zip(self.rules, fired, strict=True) if applies and rule.speaks_for == name
        ]

    def _find(self, texts: Sequence[str]) -> csr_matrix:
        return find_terms([words_of(text) for text in texts], self.terms)

    def _count(self, found: csr_matrix) -> Scores:
        return np.asarray((found @ _membership(self.term_category, len(self.ids))).toarray())

    def _directions(self) -> Scores:
        """What each rule adds to each category: array of shape (n_rules, n_categories)."""
        names = np.array(self.ids)
        return np.array(
            [(names == rule.speaks_for) * 1.0 - (names == rule.speaks_against) for rule in self.rules]
        ).reshape(len(self.rules), len(names))

    def _usable(self, taxonomy: Taxonomy) -> list[Example]:
        """Labelled questions that read by themselves, less those that a category added later may claim.

        Who labelled them under `other` or a neighbour did not know that category, so that its terms tell more.
        """
        known = {question.category for question in taxonomy.labelled}
        later = [term for entry in taxonomy.categories if entry.id not in known for term in entry.cue_terms]
        questions = [question for question in taxonomy.labelled if question.follows is None]
        claimed = find_terms([words_of(question.text) for question in questions], later).sum(axis=1)
        return [
            Example(question.text, question.category)
            for question, n_terms in zip(questions, np.asarray(claimed).ravel(), strict=True)
            if not n_terms
        ]


def combine(
    evidence: Evidence,
    weights: MatchWeights,
    *,
    hint: Scores | None = None,
    parent: npt.NDArray[np.int64] | None = None,
) -> Scores:
    """Turn evidence into the log-probability that each category is the main one.

    Args:
        evidence: of n texts.
        weights: how much each kind of evidence counts.
        hint: probabilities of what stands above each text, of shape (n_texts, n_categories); a row of zeros for none.
        parent: per text, the row of the text that it depends on, or -1.
    """
    logits = weights.wording * evidence.wording + weights.terms * evidence.terms
    logits += weights.precedence * evidence.precedence + weights.rules * evidence.rules
    if hint is not None:
        logits += weights.heading * hint
    own = log_softmax(logits, axis=1)
    if parent is None or not len(own):
        return np.asarray(own)
    above = np.where((parent >= 0)[:, None], own[parent], 0)
    return np.asarray(log_softmax(own + weights.parent * above, axis=1))


class _Wording:
    """Logistic regression on the spelling and the weighted word vectors of texts."""

    def __init__(self, texts: Sequence[str], categories: npt.NDArray[np.int64], encoder: Encoder) -> None:
        self._encoder = encoder
        self._spelling = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True).fit(texts)
        counter = CountVectorizer(analyzer=words_of, binary=True)
        shares = np.asarray(counter.fit_transform(texts).mean(axis=0)).ravel()
        self._shares = {word: shares[column] for word, column in counter.vocabulary_.items()}
        self._model = LogisticRegression(C=WORDING_STRENGTH, class_weight="balanced", max_iter=2000)
        self._model.fit(self._features(texts), categories)

    def log_probability(self, texts: Sequence[str]) -> Scores:
        parts = [
            self._model.predict_log_proba(self._features(texts[start : start + CHUNK]))
            for start in range(0, len(texts), CHUNK)
        ]
        return np.concatenate([*parts, np.zeros((0, len(self._model.classes_)))])

    def _features(self, texts: Sequence[str]) -> csr_matrix:
        counter = CountVectorizer(analyzer=words_of)
        try:
            counts = counter.fit_transform(texts)
        except ValueError:  # not one word in all of them
            counts, vocabulary = csr_matrix((len(texts), 1)), [""]
        else:
            vocabulary = list(counter.get_feature_names_out())
        weights = np.array([COMMON_SHARE / (COMMON_SHARE + self._shares.get(word, 0)) for word in vocabulary])
        meaning = unit(counts.multiply(weights).tocsr() @ self._encoder.encode(vocabulary))
        return hstack([self._spelling.transform(texts), csr_matrix(meaning)]).tocsr()


class _Terms:
    """Logistic regression on cue terms: how many of each category, and each of them alone."""

    def __init__(
        self, found: csr_matrix, categories: npt.NDArray[np.int64], term_category: npt.NDArray[np.int64]
    ) -> None:
        self._members = _membership(term_category, int(categories.max()) + 1)
        self._model = LogisticRegression(C=TERMS_STRENGTH, class_weight="balanced", max_iter=2000)
        self._model.fit(self._features(found), categories)
        n_categories = self._members.shape[1]
        shared = self._members @ self._model.coef_[:, :n_categories].T
        self.weights = np.asarray(shared + TERM_ALONE * self._model.coef_[:, n_categories:].T)

    def log_probability(self, found: csr_matrix) -> Scores:
        return np.asarray(self._model.predict_log_proba(self._features(found)))

    def _features(self, found: csr_matrix) -> csr_matrix:
        counts = np.log1p((found @ self._members).toarray())
        return hstack([csr_matrix(counts), TERM_ALONE * found]).tocsr()


def _membership(term_category: npt.NDArray[np.int64], n_categories: int) -> csr_matrix:
    n_terms = len(term_category)
    return csr_matrix((np.ones(n_terms), (np.arange(n_terms), term_category)), (n_terms, n_categories))


def _own_texts(ids: Sequence[str], entries: Sequence[Description]) -> list[Example]:
    return [
        Example(text, name)
        for name, entry in zip(ids, entries, strict=True)
        for text in (entry.definition, *entry.includes, *entry.examples)
    ]


def _applies(rule: Rule, words: Sequence[Sequence[str]]) -> npt.NDArray[np.bool_]:
    held = find_terms(words, (*rule.any_of, *rule.none_of))
    n = len(rule.any_of)
    return np.asarray((held[:, :n].sum(axis=1) > 0) & (held[:, n:].sum(axis=1) == 0)).ravel()
