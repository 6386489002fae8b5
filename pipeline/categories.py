"""Say how well texts fit the categories of a codebook: by their wording, by cue terms, and by rules.

Two classifiers are learnt from the codebook itself and from questions that people labelled: one reads the wording
(words, pairs of words, their spelling and their meaning), the other the cue terms alone. They see different things and
err on different texts; `combine` adds their log-probabilities with weights that were fitted on labelled questions. What
stands above a text counts the more the fewer cue terms the text itself holds, and what stands beside it counts as well.

References:
    Genest and Zidek 1986, Combining probability distributions (logarithmic pools). Arora et al. 2017, A simple but
    tough-to-beat baseline for sentence embeddings (word weights).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack, vstack
from scipy.special import log_softmax
from sklearn.feature_extraction.text import TfidfVectorizer

from pipeline.config import OTHER, Description, MatchWeights, Rule, Taxonomy
from pipeline.learning import Remember, learn, make_anew
from pipeline.models import Encoder
from pipeline.text.terms import BREAK, count_words, find_terms, main_part, words_of
from pipeline.vectors import unit

WORDING_STRENGTH = 8.0  # inverse of the regularisation
TERMS_STRENGTH = 1.0
TERM_ALONE = 1.0  # weight of a term of its own beside the count of its category, which all terms share
CORRECTION_WEIGHT = 10.0  # of what people corrected, against a labelled question: it is about the matter at hand
MAIN_SHARE = 0.5  # of a cue term's weight that it has for standing in the main clause
MEANING_WEIGHT = 0.5  # of the meaning of words, beside the words and their spelling
COMMON_SHARE = 0.03  # share of the texts that hold a word at which it weighs half
CHUNK = 20_000  # texts in memory at full width

Scores = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


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
        found: weight of each cue term found, of shape (n_texts, n_terms), in the order of `Codebook.terms`.
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
        remember: gives what was fitted earlier on the very same texts, if that was kept.
    """

    def __init__(
        self,
        taxonomy: Taxonomy,
        encoder: Encoder,
        corrections: Sequence[Example] = (),
        *,
        remember: Remember = make_anew,
    ) -> None:
        self.ids = [*taxonomy.ids, OTHER]
        self.labels = [*(category.label for category in taxonomy.categories), taxonomy.other.label]
        self._rules = taxonomy.rules
        self._comes_first = np.isin(self.ids, taxonomy.precedence)
        entries: list[Description] = [*taxonomy.categories, taxonomy.other]
        self.terms = [term for entry in entries for term in entry.cue_terms]
        self._members = _membership(entries)
        known = [correction for correction in corrections if correction.category in self.ids]
        examples = [*_own_texts(self.ids, entries), *_usable(taxonomy), *known]
        texts = [example.text for example in examples]
        categories = np.array([self.ids.index(example.category) for example in examples])
        weights = np.repeat([1.0, CORRECTION_WEIGHT], [len(examples) - len(known), len(known)])
        self._wording = _Wording(texts, categories, weights, encoder, remember)
        found = self._find([words_of(text) for text in texts], texts)
        self._of_terms = _Terms(found, categories, weights, self._members, remember)

    def evidence(self, texts: Sequence[str], lemmas: Sequence[Sequence[str]] | None = None) -> Evidence:
        """Gather what speaks for each category.

        Args:
            texts: texts to place.
            lemmas: lemmas of each text, in which cue terms are found too.
        """
        parts = [
            self._evidence(texts[start : start + CHUNK], None if lemmas is None else lemmas[start : start + CHUNK])
            for start in range(0, max(len(texts), 1), CHUNK)
        ]
        return Evidence(
            wording=np.concatenate([part.wording for part in parts]),
            terms=np.concatenate([part.terms for part in parts]),
            precedence=np.concatenate([part.precedence for part in parts]),
            rules=np.concatenate([part.rules for part in parts]),
            found=vstack([part.found for part in parts], format="csr"),
            fired=np.concatenate([part.fired for part in parts]),
        )

    def _evidence(self, texts: Sequence[str], lemmas: Sequence[Sequence[str]] | None) -> Evidence:
        words = [words_of(text) for text in texts]
        if lemmas is not None:
            words = [[*own, BREAK, *more] for own, more in zip(words, lemmas, strict=True)]
        found = self._find(words, texts)
        fired = np.zeros((len(words), len(self._rules)), dtype=bool)
        for place, rule in enumerate(self._rules):
            fired[:, place] = _applies(rule, words)
        return Evidence(
            wording=self._wording.log_probability(texts),
            terms=self._of_terms.log_probability(found),
            precedence=((found @ self._members).toarray() > 0) * self._comes_first * np.ones(1),
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
        return [rule.name for rule, ok in zip(self._rules, fired, strict=True) if ok and rule.speaks_for == name]

    def _find(self, words: Sequence[Sequence[str]], texts: Sequence[str]) -> csr_matrix:
        """Find cue terms; one outside the main clause counts less, for it tells the circumstances."""
        main = find_terms([words_of(main_part(text)) for text in texts], self.terms)
        return ((1 - MAIN_SHARE) * find_terms(words, self.terms) + MAIN_SHARE * main).tocsr()

    def _directions(self) -> Scores:
        """What each rule adds to each category: array of shape (n_rules, n_categories)."""
        names = np.array(self.ids)
        rows = [(names == rule.speaks_for) * 1.0 - (names == rule.speaks_against) for rule in self._rules]
        return np.array(rows).reshape(len(rows), len(names))


def combine(
    evidence: Evidence,
    weights: MatchWeights,
    *,
    hint: Scores | None = None,
    parent: Rows | None = None,
    neighbours: Rows | None = None,
) -> Scores:
    """Turn evidence into the log-probability that each category is the main one.

    Args:
        evidence: of n texts.
        weights: how much each kind of evidence counts.
        hint: log-probabilities of what stands above each text, of shape (n_texts, n_categories); zeros for none.
        parent: per text, the row of the text that it depends on, or -1.
        neighbours: rows of the texts beside each text, of shape (n_texts, n_neighbours), -1 for none.
    """
    logits = weights.wording * evidence.wording + weights.terms * evidence.terms
    logits += weights.precedence * evidence.precedence + weights.rules * evidence.rules
    if hint is not None:
        logits += weights.heading * hint / (1 + np.diff(evidence.found.indptr))[:, None]
    scores = log_softmax(logits, axis=1)
    if parent is not None:
        scores = log_softmax(scores + weights.parent * _rows_at(parent, scores), axis=1)
    if neighbours is not None:
        beside = np.sum([_rows_at(places, np.exp(scores)) for places in neighbours.T], axis=0)
        scores = log_softmax(scores + weights.neighbours * beside, axis=1)
    return np.asarray(scores)


def _rows_at(places: Rows, scores: Scores) -> Scores:
    """The rows at some places; zeros where the place is -1."""
    return np.concatenate([scores, np.zeros((1, scores.shape[1]))])[places]


class _Wording:
    """What the wording says: words and pairs of words, how they are spelt, and weighted vectors for their meaning."""

    def __init__(
        self, texts: Sequence[str], categories: Rows, weights: Scores, encoder: Encoder, remember: Remember
    ) -> None:
        self._encoder = encoder
        self._spelling = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
        self._words = TfidfVectorizer(analyzer=_words_and_pairs, sublinear_tf=True)
        counts, vocabulary = count_words([words_of(text) for text in texts])
        shares = counts.getnnz(axis=0) / len(texts)
        self._shares = dict(zip(vocabulary, shares.tolist(), strict=True))
        views = (self._spelling.fit_transform(texts), self._words.fit_transform(texts), self._meaning(texts))
        self._model = learn("wording", hstack(views).tocsr(), categories, weights, WORDING_STRENGTH, remember)

    def log_probability(self, texts: Sequence[str]) -> Scores:
        chunks = [texts[start : start + CHUNK] for start in range(0, len(texts), CHUNK)]
        parts = [self._model.log_probability(self._features(chunk)) for chunk in chunks]
        return np.concatenate([*parts, np.zeros((0, len(self._model.weights)))])

    def _features(self, texts: Sequence[str]) -> csr_matrix:
        return hstack([self._spelling.transform(texts), self._words.transform(texts), self._meaning(texts)]).tocsr()

    def _meaning(self, texts: Sequence[str]) -> csr_matrix:
        counts, vocabulary = count_words([words_of(text) for text in texts])
        weights = np.array([COMMON_SHARE / (COMMON_SHARE + self._shares.get(word, 0)) for word in vocabulary])
        return csr_matrix(MEANING_WEIGHT * unit(counts.multiply(weights).tocsr() @ self._encoder.encode(vocabulary)))


def _words_and_pairs(text: str) -> list[str]:
    words = words_of(text)
    return [*words, *map(" ".join, pairwise(words))]


class _Terms:
    """What the cue terms say: how many of each category there are, and each of them alone."""

    def __init__(
        self, found: csr_matrix, categories: Rows, weights: Scores, members: csr_matrix, remember: Remember
    ) -> None:
        self._members = members
        self._model = learn("terms", self._features(found), categories, weights, TERMS_STRENGTH, remember)
        n_categories = members.shape[1]
        shared, alone = self._model.weights[:, :n_categories], self._model.weights[:, n_categories:]
        self.weights = np.asarray(members @ shared.T + TERM_ALONE * alone.T)

    def log_probability(self, found: csr_matrix) -> Scores:
        return self._model.log_probability(self._features(found))

    def _features(self, found: csr_matrix) -> csr_matrix:
        counts = (found @ self._members).log1p()
        return hstack([counts, TERM_ALONE * found]).tocsr()


def _membership(entries: Sequence[Description]) -> csr_matrix:
    """A row a cue term, a column an entry of the codebook, 1 where the term is one of the entry's."""
    entry = np.repeat(np.arange(len(entries)), [len(one.cue_terms) for one in entries])
    return csr_matrix((np.ones(len(entry)), (np.arange(len(entry)), entry)), (len(entry), len(entries)))


def _own_texts(ids: Sequence[str], entries: Sequence[Description]) -> list[Example]:
    return [
        Example(text, name)
        for name, entry in zip(ids, entries, strict=True)
        for text in (entry.definition, *entry.includes, *entry.examples)
    ]


def _usable(taxonomy: Taxonomy) -> list[Example]:
    """Labelled questions that read by themselves, less those that a category without any of its own may claim.

    Who labelled them did not know that category yet, so that its cue terms tell more than the label.
    """
    known = {question.category for question in taxonomy.labelled}
    new_terms = [term for category in taxonomy.categories if category.id not in known for term in category.cue_terms]
    questions = [question for question in taxonomy.labelled if question.follows is None]
    claimed = np.diff(find_terms([words_of(question.text) for question in questions], new_terms).indptr)
    return [
        Example(question.text, question.category)
        for question, n_terms in zip(questions, claimed, strict=True)
        if not n_terms
    ]


def _applies(rule: Rule, words: Sequence[Sequence[str]]) -> npt.NDArray[np.bool_]:
    held = find_terms(words, (*rule.any_of, *rule.none_of))
    n = len(rule.any_of)
    return np.asarray((held[:, :n].sum(axis=1) > 0) & (held[:, n:].sum(axis=1) == 0)).ravel()
