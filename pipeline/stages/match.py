"""Match questions and themes to the categories of the codebook."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.categories import OTHER, Codebook, Scores, probabilities
from pipeline.config import LabelledText, MatchSettings, Taxonomy
from pipeline.models import Encoder
from pipeline.tables import EMERGING, MATCHES


def match(
    segments: pd.DataFrame,
    questions: pd.DataFrame,
    themes: pd.DataFrame,
    question_themes: pd.DataFrame,
    settings: MatchSettings,
    *,
    taxonomy: Taxonomy,
    encoder: Encoder,
    corrections: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Score every question and theme against the taxonomy (first working version)."""
    if questions.empty:
        return MATCHES.frame(), EMERGING.frame()
    codebook = Codebook(taxonomy, taxonomy.labelled, encoder)
    headings = segments.set_index("segment_id")["heading"].reindex(questions["segment_id"])
    heading_texts = [" / ".join(h) if isinstance(h, (list, tuple, np.ndarray)) else "" for h in headings]
    evidence = codebook.evidence(list(questions["text"]), [list(x) for x in questions["lemmas"]])
    distinct = sorted(set(heading_texts))
    of_heading = codebook.evidence(distinct).learnt * np.array([[bool(t)] for t in distinct])
    place = {t: i for i, t in enumerate(distinct)}
    heading = of_heading[[place[t] for t in heading_texts]]
    row_of = {q: i for i, q in enumerate(questions["question_id"])}
    parent = np.zeros_like(heading)
    for i, q in enumerate(questions["depends_on"]):
        if isinstance(q, str) and q in row_of:
            parent[i] = evidence.learnt[row_of[q]]
    scores = probabilities(evidence, settings.weights, heading, parent)
    why = [[codebook.terms[t] for t in evidence.term_matrix[i].indices] for i in range(len(questions))]
    result = _rows(list(questions["question_id"]), scores, why, codebook.ids, taxonomy.precedence, settings)
    placed = question_themes.dropna(subset=["theme_id"])
    for theme, part in placed.groupby("theme_id"):
        r = [row_of[q] for q in part["question_id"]]
        w = np.clip(part["representativeness"].fillna(0.5).to_numpy(float), 0.05, None)
        mean = (scores[r] * w[:, None]).sum(axis=0, keepdims=True) / w.sum()
        terms = sorted({t for i in r for t in why[i]})[:5]
        result += _rows([theme], mean, [terms], codebook.ids, (), settings)
    return MATCHES.frame(result), EMERGING.frame()


def _rows(
    items: Sequence[str], scores: Scores, why: Sequence[Sequence[str]], ids: Sequence[str], precedence: Sequence[str], settings: MatchSettings
) -> list[dict[str, object]]:
    out: list[dict[str, object]] = []
    for item, row, terms in zip(items, scores, why, strict=True):
        main = int(np.argmax(row))
        if row[main] < settings.min_score:
            main = len(ids) - 1
        for c in precedence:
            if row[ids.index(c)] >= settings.min_score:
                main = ids.index(c)
                break
        for c, score in enumerate(row):
            if c == main or (score >= settings.also_min_score and ids[c] != OTHER):
                out.append({"item_id": item, "category": ids[c], "score": float(score), "is_primary": c == main, "why": list(terms)})
    return out
