"""Match questions and themes to the categories of the codebook."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.cluster.hierarchy import fcluster, linkage

from pipeline.categories import Codebook, Evidence, Example, Scores, combine
from pipeline.config import OTHER, EmergingSettings, MatchSettings, MatchWeights, Taxonomy
from pipeline.corrections import Review
from pipeline.learning import Remember, make_anew
from pipeline.models import Encoder
from pipeline.replay import correct_categories, examples
from pipeline.tables import EMERGING, MATCHES, RUNNING_KINDS

MAX_TERMS = 5  # cue terms that a reason lists
MIN_WEIGHT = 0.05  # of a question that hardly resembles its theme
LABEL_WEIGHT = 1.0  # of a theme's label, beside its questions

Rows = npt.NDArray[np.int64]
Why = Callable[[int, int], list[str]]  # row and category -> what speaks for it


@dataclass(frozen=True)
class Gathered:
    """What speaks for the categories of questions.

    Args:
        evidence: in their own words.
        lines: different headings and questions put that point to a category; the first is empty.
        line: per question, the place of the nearest of them.
        hint: log-probabilities of that line, of shape (n_questions, n_categories); zeros where there is none.
        parent: per question, the row of the question that it goes on from, or -1.
        neighbours: rows of the questions before and after it; -1 for none.
    """

    evidence: Evidence
    lines: Sequence[str]
    line: Rows
    hint: Scores
    parent: Rows
    neighbours: Rows

    def combine(self, weights: MatchWeights) -> Scores:
        """Log-probability that each category is the main one, of shape (n_questions, n_categories)."""
        return combine(self.evidence, weights, hint=self.hint, parent=self.parent, neighbours=self.neighbours)


@dataclass(frozen=True)
class Scored:
    """Questions or themes with the probability of each category.

    Args:
        ids: of the items.
        scores: probabilities, of shape (n_items, n_categories); rows sum to one.
        main: column of each item's main category.
        why: gives the reasons for a row and a column.
    """

    ids: Sequence[str]
    scores: Scores
    main: Rows
    why: Why


def match(
    segments: pd.DataFrame,
    questions: pd.DataFrame,
    themes: pd.DataFrame,
    question_themes: pd.DataFrame,
    settings: MatchSettings,
    *,
    taxonomy: Taxonomy,
    encoder: Encoder,
    review: Review | None = None,
    remember: Remember = make_anew,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Score every question and theme against the codebook, and list what falls outside it.

    A question is scored by its own words, by the nearest heading or question put that points to a category, by the
    question it depends on or goes on from in the same bullet, and by the questions beside it. A theme has the mean of
    its questions, weighted by how well they represent it, with its label as one more.

    Args:
        segments: table SEGMENTS, for the headings.
        questions: table QUESTIONS.
        themes: table THEMES.
        question_themes: table QUESTION_THEMES.
        settings: thresholds and weights; see configs/pipeline.yaml.
        taxonomy: the codebook.
        encoder: vectors of words.
        review: what people corrected: it stands, and is learnt from.
        remember: gives what was learnt earlier from the same labelled questions, if that was kept.

    Returns:
        Table MATCHES: a main category for every question and theme, `other` where none reaches `min_score`, and
        other categories from `also_min_score` on. Table EMERGING: themes outside the codebook, alike ones together.
    """
    if questions.empty:
        return MATCHES.frame(), EMERGING.frame()
    review = review or Review()
    learnt = [Example(*example) for example in examples(review)]
    codebook = Codebook(taxonomy, encoder, learnt, remember=remember)
    questions = questions.sort_values("question_id", ignore_index=True)
    of_questions = _score_questions(segments, questions, codebook, settings)
    of_themes = _score_themes(themes, question_themes, of_questions, codebook, settings)
    matches = pd.concat([_table(scored, codebook, settings) for scored in (of_questions, of_themes)])
    placed = correct_categories(MATCHES.conform(matches), review, taxonomy.ids)
    return placed, _emerging(themes, of_themes, codebook, settings.emerging)


def gather(segments: pd.DataFrame, questions: pd.DataFrame, codebook: Codebook, weights: MatchWeights) -> Gathered:
    """Gather all that speaks for the categories of questions, in the order of the frame."""
    evidence = codebook.evidence(list(questions["text"]), list(questions["lemmas"]))
    columns = ["segment_id", "position", "kind", "heading"]
    placed = questions.merge(segments[columns], on="segment_id", how="left", validate="many_to_one")
    parent = _parents(placed)
    lines, line, line_scores = _hints(_lines_above(placed, parent), codebook, weights)
    return Gathered(evidence, lines, line, line_scores[line], parent, _neighbours(placed))


def _score_questions(
    segments: pd.DataFrame, questions: pd.DataFrame, codebook: Codebook, settings: MatchSettings
) -> Scored:
    found = gather(segments, questions, codebook, settings.weights)
    scores = np.exp(found.combine(settings.weights))
    main = _main(scores, codebook, settings)

    def why(row: int, category: int) -> list[str]:
        reasons = _rules_and_terms(found.evidence, row, category, codebook)
        if found.line[row] and found.hint[row, category] > -np.log(len(codebook.ids)):
            reasons.append(f"kop: {found.lines[found.line[row]]}")
        if found.parent[row] >= 0 and main[found.parent[row]] == category:
            reasons.append("vervolg op een vraag hierover")
        return reasons or ["bewoording"]

    return Scored(list(questions["question_id"]), scores, main, why)


def _parents(questions: pd.DataFrame) -> Rows:
    """What each question goes on from: the one it depends on, or the one before it in a bullet, which is one note."""
    row_of = {identifier: row for row, identifier in enumerate(questions["question_id"])}
    parent = np.array([row_of.get(other, -1) for other in questions["depends_on"]], dtype=np.int64)
    ordered = questions[questions["kind"] == "bullet"].sort_values(["segment_id", "start"])
    same = ordered["segment_id"].to_numpy()[1:] == ordered["segment_id"].to_numpy()[:-1]
    before, after = ordered.index.to_numpy()[:-1][same], ordered.index.to_numpy()[1:][same]
    parent[after] = np.where(parent[after] < 0, before, parent[after])
    return parent


def _lines_above(questions: pd.DataFrame, parent: Rows) -> list[list[str]]:
    """What stands above each question, nearest first: the question put, if it has no parent, and the headings."""
    return [
        [*([context] if above < 0 and isinstance(context, str) else []), *reversed(heading)]
        for context, heading, above in zip(questions["context"], questions["heading"], parent.tolist(), strict=True)
    ]


def _neighbours(questions: pd.DataFrame) -> Rows:
    """Rows of the questions before and after each, in running text of the same document and below the same heading.

    Answers, chat and poll rows stand side by side by chance; what people say or note in turn is on one subject.
    """
    ordered = questions[questions["kind"].isin(RUNNING_KINDS)].sort_values(["document_id", "position", "start"])
    sections = zip(ordered["document_id"], ordered["heading"].map(tuple), strict=True)
    together = np.array([one == other for one, other in pairwise(sections)], dtype=bool)
    places = ordered.index.to_numpy()
    before, after = places[:-1][together], places[1:][together]
    neighbours = np.full((len(questions), 2), -1, dtype=np.int64)
    neighbours[after, 0], neighbours[before, 1] = before, after
    return neighbours


def _hints(above: Sequence[Sequence[str]], codebook: Codebook, weights: MatchWeights) -> tuple[list[str], Rows, Scores]:
    """Score the headings and questions put that hold a cue term; others ("Tafel 3") say nothing about a category.

    Returns:
        The different lines, the first of them without text; per question, the place of its nearest line that says
        something, 0 if there is none; and the log-probabilities of each line, zeros for the first.
    """
    lines = sorted({line for own in above for line in own})
    evidence = codebook.evidence(lines)
    telling = np.flatnonzero(np.diff(evidence.found.indptr))
    place = {lines[row]: number for number, row in enumerate(telling, 1)}
    nearest = [next((place[line] for line in own if line in place), 0) for own in above]
    scores = combine(evidence, weights)[telling]
    return ["", *place], np.array(nearest, dtype=np.int64), np.concatenate([np.zeros((1, len(codebook.ids))), scores])


def _rules_and_terms(evidence: Evidence, row: int, category: int, codebook: Codebook) -> list[str]:
    """Rules that apply and cue terms that speak for a category, strongest first."""
    held = evidence.found.indices[evidence.found.indptr[row] : evidence.found.indptr[row + 1]]
    weights = codebook.term_weights[held, category]
    order = np.lexsort((held, -weights))
    terms = [codebook.terms[held[place]] for place in order if weights[place] > 0]
    first = ["voorrang"] if evidence.precedence[row, category] else []
    return [*codebook.rules_for(evidence.fired[row], category), *first, *terms[:MAX_TERMS]]


def _score_themes(
    themes: pd.DataFrame, question_themes: pd.DataFrame, questions: Scored, codebook: Codebook, settings: MatchSettings
) -> Scored:
    row_of = {identifier: row for row, identifier in enumerate(questions.ids)}
    ids = list(themes["theme_id"])
    theme_of = {identifier: row for row, identifier in enumerate(ids)}
    placed = question_themes[question_themes["theme_id"].isin(theme_of)]
    theme = placed["theme_id"].map(theme_of).to_numpy(dtype=np.int64)
    question = placed["question_id"].map(row_of).to_numpy(dtype=np.int64)
    weight = placed["representativeness"].fillna(0).clip(lower=MIN_WEIGHT).to_numpy()
    scores = LABEL_WEIGHT * np.exp(combine(codebook.evidence(list(themes["label"])), settings.weights))
    np.add.at(scores, theme, weight[:, None] * questions.scores[question])
    scores /= scores.sum(axis=1, keepdims=True)
    main = _main(scores, codebook, settings)
    members = pd.Series(question).groupby(theme).apply(list).to_dict()

    def why(row: int, category: int) -> list[str]:
        own = [place for place in members.get(row, []) if questions.main[place] == category]
        counts = Counter(reason for place in own for reason in questions.why(place, category))
        common = sorted(counts, key=lambda reason: (-counts[reason], reason))
        return [f"{len(own)} van {len(members.get(row, []))} vragen", *common[:MAX_TERMS]]

    return Scored(ids, scores, main, why)


def _main(scores: Scores, codebook: Codebook, settings: MatchSettings) -> Rows:
    """The column of the most probable category, or of `other` where it is not probable enough."""
    best = scores.argmax(axis=1)
    enough = scores[np.arange(len(scores)), best] >= settings.min_score
    return np.where(enough, best, codebook.ids.index(OTHER))


def _table(scored: Scored, codebook: Codebook, settings: MatchSettings) -> pd.DataFrame:
    """One row an item and category: the main one, and the others that are probable enough to be named."""
    named = scored.scores >= settings.also_min_score
    named[:, codebook.ids.index(OTHER)] = False
    named[np.arange(len(named)), scored.main] = True
    item, category = np.nonzero(named)
    ids, names = np.array(scored.ids, dtype=object), np.array(codebook.ids, dtype=object)
    return pd.DataFrame(
        {
            "item_id": ids[item],
            "category": names[category],
            "score": scored.scores[item, category],
            "is_primary": category == scored.main[item],
            "why": [scored.why(*pair) for pair in zip(item.tolist(), category.tolist(), strict=True)],
        }
    )


def _emerging(themes: pd.DataFrame, scored: Scored, codebook: Codebook, settings: EmergingSettings) -> pd.DataFrame:
    """List the themes in `other`, alike ones together, where enough questions speak of them."""
    outside = np.flatnonzero(scored.main == codebook.ids.index(OTHER))
    if not len(outside):
        return EMERGING.frame()
    group = _alike(np.array(themes["centroid"].iloc[outside].tolist()), settings.min_similarity)
    n_questions = themes["n_questions"].to_numpy(dtype=np.int64)
    listed = []
    for number in range(group.max() + 1):
        members = sorted(outside[group == number], key=lambda row: (-n_questions[row], scored.ids[row]))
        if n_questions[members].sum() >= settings.min_questions:
            listed.append(_entry(members, themes, scored, codebook))
    return EMERGING.frame(listed)


def _alike(centroids: Scores, min_similarity: float) -> Rows:
    """Per theme, the number of its group, from 0; within a group each is like each."""
    if len(centroids) == 1:
        return np.zeros(1, dtype=np.int64)
    tree = linkage(centroids, method="complete", metric="cosine")
    return np.asarray(fcluster(tree, t=1 - min_similarity, criterion="distance"), dtype=np.int64) - 1


def _entry(members: Sequence[int], themes: pd.DataFrame, scored: Scored, codebook: Codebook) -> dict[str, object]:
    n_questions = int(themes["n_questions"].iloc[list(members)].sum())
    mean = scored.scores[list(members)].mean(axis=0)
    nearest = max((c for c, name in enumerate(codebook.ids) if name != OTHER), key=lambda c: mean[c])
    in_themes = "" if len(members) == 1 else f" in {len(members)} thema's"
    score = f"{mean[nearest]:.2f}".replace(".", ",")
    why = (
        f"{n_questions} vragen{in_themes} horen bij elkaar en passen in geen categorie; "
        f"het dichtst bij is {codebook.labels[nearest]} (kans {score})."
    )
    label = themes["label"].iloc[members[0]]
    return {"label": label, "theme_ids": [scored.ids[row] for row in members], "why": why}
