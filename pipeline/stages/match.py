"""Match questions and themes to the categories of the codebook."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.categories import Codebook, Evidence, Example, Scores, combine
from pipeline.config import OTHER, EmergingSettings, MatchSettings, Taxonomy
from pipeline.models import Encoder
from pipeline.tables import EMERGING, MATCHES, rows

MAX_REASONS = 5  # cue terms and rules named per item
MIN_REPRESENTATIVENESS = 0.05  # weight of a theme's most distant question


def match(
    segments: pd.DataFrame,
    questions: pd.DataFrame,
    themes: pd.DataFrame,
    question_themes: pd.DataFrame,
    settings: MatchSettings,
    *,
    taxonomy: Taxonomy,
    encoder: Encoder,
    corrections: Sequence[Example] = (),
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Score every question and theme against the taxonomy.

    A question is judged by its wording and cue terms, by the nearest heading as a hint, and by the question it
    depends on. A theme's score is the mean of its questions', those near its middle counting more.

    Args:
        segments: table SEGMENTS, for the headings.
        questions: table QUESTIONS.
        themes: table THEMES.
        question_themes: table QUESTION_THEMES.
        settings: thresholds on probabilities, weights of the kinds of evidence, and what makes a theme emerging.
        taxonomy: the codebook.
        encoder: vectors of words.
        corrections: questions that people placed, to learn from as well.

    Returns:
        Table MATCHES: per question and theme its main category, and others that fit. Table EMERGING: themes
        that fit no category, those alike taken together.
    """
    if questions.empty:
        return MATCHES.frame(), EMERGING.frame()
    codebook = Codebook(taxonomy, encoder, corrections)
    evidence = codebook.evidence(questions["text"].tolist(), questions["lemmas"].tolist())
    place = {identifier: number for number, identifier in enumerate(questions["question_id"])}
    parent = np.array([place.get(identifier, -1) for identifier in questions["depends_on"]])
    headings = _heading_scores(_headings(segments, questions), codebook, settings)
    scores = np.exp(combine(evidence, settings.weights, heading=headings, parent=parent))
    reasons = _reasons(evidence, codebook)
    found = _matches(questions["question_id"].tolist(), scores, reasons, codebook.ids, settings)
    members = [(theme, [place[q] for q in part["question_id"]], part) for theme, part in _members(question_themes)]
    theme_scores = np.array([_weighted_mean(scores[where], part) for _, where, part in members])
    theme_reasons = [_most_common([reason for row in where for reason in reasons[row]]) for _, where, _ in members]
    names = [theme for theme, _, _ in members]
    found += _matches(names, theme_scores.reshape(len(names), -1), theme_reasons, codebook.ids, settings)
    outside = {name: row for name, row in zip(names, theme_scores, strict=True) if _main(row, settings) == len(row) - 1}
    return MATCHES.frame(found), _emerging(themes, outside, codebook, settings.emerging)


def _headings(segments: pd.DataFrame, questions: pd.DataFrame) -> list[str]:
    """The nearest heading above each question; empty if there is none."""
    paths = {row.segment_id: row.heading for row in rows(segments)}
    return [path[-1] if len(path := paths[segment]) else "" for segment in questions["segment_id"]]


def _heading_scores(headings: Sequence[str], codebook: Codebook, settings: MatchSettings) -> Scores:
    """Log-probabilities of the headings, of shape (n_questions, n_categories); zeros where one says nothing."""
    distinct = sorted(set(headings))
    evidence = codebook.evidence(distinct)
    says_something = np.asarray(evidence.found.sum(axis=1)).ravel() > 0
    scores = combine(evidence, settings.weights) * says_something[:, None]
    place = {heading: number for number, heading in enumerate(distinct)}
    return np.asarray(scores[[place[heading] for heading in headings]])


def _reasons(evidence: Evidence, codebook: Codebook) -> list[list[str]]:
    """Per text the cue terms found in it and the rules that apply, terms that say most first."""
    strength = np.abs(codebook.term_weights()).max(axis=1)
    reasons = []
    for row in range(len(evidence.wording)):
        terms = sorted(evidence.found[row].indices.tolist(), key=lambda term: (-strength[term], codebook.terms[term]))
        rules = [codebook.rules[number].name for number in np.flatnonzero(evidence.fired[row])]
        reasons.append([*(codebook.terms[term] for term in terms), *rules][:MAX_REASONS])
    return reasons


def _matches(
    items: Sequence[str], scores: Scores, reasons: Sequence[list[str]], ids: Sequence[str], settings: MatchSettings
) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for item, row, why in zip(items, scores, reasons, strict=True):
        main = _main(row, settings)
        also = [n for n in np.flatnonzero(row >= settings.also_min_score) if n != main and ids[n] != OTHER]
        found += [
            {
                "item_id": item,
                "category": ids[number],
                "score": float(np.clip(row[number], 0, 1)),
                "is_primary": number == main,
                "why": why,
            }
            for number in [main, *also]
        ]
    return found


def _main(row: npt.NDArray[np.float64], settings: MatchSettings) -> int:
    """Place of the main category: the most probable one, or `other`, the last, if none is probable enough."""
    best = int(np.argmax(row))
    return best if row[best] >= settings.min_score else len(row) - 1


def _members(question_themes: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    placed = question_themes.dropna(subset=["theme_id"])
    return [(str(theme), part) for theme, part in placed.groupby("theme_id", sort=True)]


def _weighted_mean(scores: Scores, part: pd.DataFrame) -> Scores:
    weights = part["representativeness"].clip(lower=MIN_REPRESENTATIVENESS).to_numpy(dtype=np.float64)
    return np.asarray(weights @ scores / weights.sum())


def _most_common(reasons: Sequence[str]) -> list[str]:
    return sorted(set(reasons), key=lambda reason: (-reasons.count(reason), reason))[:MAX_REASONS]


def _emerging(
    themes: pd.DataFrame, outside: dict[str, Scores], codebook: Codebook, settings: EmergingSettings
) -> pd.DataFrame:
    """Themes outside the taxonomy; those whose middles are near each other are one entry (single linkage)."""
    large = [row for row in rows(themes) if row.theme_id in outside and row.n_questions >= settings.min_questions]
    groups: list[list[int]] = []
    for number, row in enumerate(large):
        near = [
            group
            for group in groups
            if max(float(np.dot(row.centroid, large[other].centroid)) for other in group) >= settings.min_similarity
        ]
        groups = [group for group in groups if group not in near] + [[number, *(n for group in near for n in group)]]
    entries = []
    for group in groups:
        members = sorted((large[number] for number in group), key=lambda row: (-row.n_questions, row.theme_id))
        entries.append(
            {
                "label": members[0].label,
                "theme_ids": [row.theme_id for row in members],
                "why": _why(members, outside, codebook),
            }
        )
    return EMERGING.frame(_with_distinct_labels(entries))


def _why(members: Sequence[object], outside: dict[str, Scores], codebook: Codebook) -> str:
    scores = np.max([outside[row.theme_id][:-1] for row in members], axis=0)  # type: ignore[attr-defined]
    best = int(np.argmax(scores))
    n_questions = sum(row.n_questions for row in members)  # type: ignore[attr-defined]
    share = f"{scores[best]:.2f}".replace(".", ",")
    return (
        f"Deze {n_questions} vragen horen bij elkaar, maar passen in geen categorie: "
        f"‘{codebook.labels[best]}’ komt met een kans van {share} het dichtst in de buurt."
    )


def _with_distinct_labels(entries: list[dict[str, object]]) -> list[dict[str, object]]:
    seen: dict[object, int] = {}
    for entry in entries:
        seen[entry["label"]] = seen.get(entry["label"], 0) + 1
        if seen[entry["label"]] > 1:
            entry["label"] = f"{entry['label']} ({seen[entry['label']]})"
    return entries
