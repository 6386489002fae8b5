"""Group questions into themes, name them, and keep their ids from run to run."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from pipeline.config import ClusterSettings
from pipeline.corrections import Review
from pipeline.models import Encoder, FloatArray
from pipeline.replay import correct_themes
from pipeline.tables import FOUND_THEMES, GONE_THEMES, QUESTION_THEMES, THEMES, rows
from pipeline.themes.corpus import Corpus, read_corpus
from pipeline.themes.finding import N_CENTRAL, Theme, find_themes
from pipeline.themes.layout import lay_out
from pipeline.themes.lineage import Descent, trace
from pipeline.vectors import MIN_TERMS, unit

ROBUST, FRAGILE = 0.75, 0.6  # bootstrap Jaccard above and below which a theme is called so (Hennig 2007)
N_KEYWORDS = 8
DIGITS = 6  # kept of numbers, so that the last bits of another machine's arithmetic do not show
USUAL_WORDS = range(5, 31)  # of a question that stands for a theme
HANDICAP = {"direct": 0.0, "indirect": 0.05, "concern": 0.1}  # taken off a question's centrality for its form
WITHOUT_WORDS = "bevat geen woord dat zegt waar het over gaat"


def cluster(
    segments: pd.DataFrame,
    questions: pd.DataFrame,
    previous_themes: pd.DataFrame,
    settings: ClusterSettings,
    *,
    encoder: Encoder,
    seed: int,
    review: Review | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Group questions into themes.

    Duplicates and follow-ups are folded into the question they repeat or depend on. What stands under one
    heading, or next to each other, is drawn together in so far as the questions there are alike. Up to
    `settings.max_exact` different questions, each is compared to each; above it they are put into small
    groups first, so that memory is bounded. The order of rows does not matter.

    Args:
        segments: table SEGMENTS, for the heading and the place of each question.
        questions: table QUESTIONS.
        previous_themes: table PREVIOUS_THEMES, for the ids to keep.
        settings: below `min_questions` different questions each is a theme of its own; below
            `exploratory_below` questions themes are marked exploratory.
        encoder: sentence vectors.
        seed: of everything that is drawn.
        review: what people corrected; it is applied in the end, so that it changes neither the other themes nor
            what later runs compare with.

    Returns:
        Tables THEMES, QUESTION_THEMES, GONE_THEMES and FOUND_THEMES. A question without a known word, or struck, has
        no theme.
    """
    corpus = read_corpus(segments, questions, encoder, seed=seed)
    with threadpool_limits(1):  # threads add up in any order: the last bits would differ from run to run
        themes = find_themes(corpus, settings, seed=seed)
    centroids = [_centroid(corpus, theme, encoder) for theme in themes]
    members = [frozenset(corpus.ids[theme.members]) for theme in themes]
    descents, gone = trace(members, np.array(centroids), previous_themes)
    themes_found = THEMES.frame(list(_theme_rows(corpus, themes, descents, centroids, settings)))
    placed = QUESTION_THEMES.frame(list(_question_rows(corpus, themes, descents)))
    left = GONE_THEMES.frame(list(_gone_rows(previous_themes, gone)))
    lineage = FOUND_THEMES.frame(list(_lineage_rows(themes_found, placed, previous_themes, left)))
    return (*correct_themes(themes_found, placed, questions, review or Review()), left, lineage)


def _centroid(corpus: Corpus, theme: Theme, encoder: Encoder) -> FloatArray:
    """Mean vector in the encoder's own space, which stays the same from run to run."""
    texts = [corpus.wordings[place].text for place in theme.members[:N_CENTRAL]]
    mean: FloatArray = unit(encoder.encode(texts).mean(axis=0, keepdims=True))[0]
    return mean


def _theme_rows(
    corpus: Corpus,
    themes: Sequence[Theme],
    descents: Sequence[Descent],
    centroids: Sequence[FloatArray],
    settings: ClusterSettings,
) -> Iterator[dict[str, object]]:
    is_exploratory = len(corpus.questions) < settings.exploratory_below
    places = lay_out(np.array([theme.mean for theme in themes]))
    for theme, descent, centroid, (x, y) in zip(themes, descents, centroids, places, strict=True):
        canonical = _canonical(corpus, theme)
        yield {
            "theme_id": descent.theme_id,
            "label": theme.label,
            "question_id": corpus.ids[canonical],
            "question": _reading(corpus, canonical),
            "keywords": _keywords(theme),
            "n_questions": len(theme.members),
            "coherence": round(float(theme.cosines.mean()), DIGITS),
            "jaccard": None if np.isnan(theme.jaccard) else round(theme.jaccard, DIGITS),
            "verdict": "exploratory" if is_exploratory else _verdict(theme.jaccard),
            "status": descent.status,
            "parents": list(descent.parents),
            "reviewed": [],
            "centroid": [round(float(value), DIGITS) for value in centroid],
            "x": round(float(x), DIGITS),
            "y": round(float(y), DIGITS),
        }


def _canonical(corpus: Corpus, theme: Theme) -> int:
    """The question that stands for a theme: central, readable by itself, of usual length, asked if possible."""

    def worth(rank: int) -> tuple[float, int]:
        place = int(theme.members[rank])
        question = corpus.questions.iloc[place]
        lacks = isinstance(question["depends_on"], str) + (len(corpus.wordings[place].lemmas) < MIN_TERMS)
        lacks += len(question["text"].split()) not in USUAL_WORDS
        return float(theme.cosines[rank]) - HANDICAP[question["form"]] - lacks, -rank

    return int(theme.members[max(range(min(N_CENTRAL, len(theme.members))), key=worth)])


def _reading(corpus: Corpus, place: int) -> str:
    question = corpus.questions.iloc[place]
    is_short = len(corpus.wordings[place].lemmas) < MIN_TERMS or isinstance(question["depends_on"], str)
    return (
        f"{question['context']} {question['text']}"
        if is_short and isinstance(question["context"], str)
        else question["text"]
    )


def _keywords(theme: Theme) -> list[str]:
    """The most telling terms, without those that say again part of another."""
    chosen: list[str] = []
    for term in theme.weights:
        if not any(term in other or other in term for other in chosen):
            chosen.append(term)
        if len(chosen) == N_KEYWORDS:
            break
    return chosen


def _verdict(jaccard: float) -> str:
    if np.isnan(jaccard):
        return "exploratory"
    return "robust" if jaccard > ROBUST else "fragile" if jaccard < FRAGILE else "moderate"


def _question_rows(corpus: Corpus, themes: Sequence[Theme], descents: Sequence[Descent]) -> Iterator[dict[str, object]]:
    originals = corpus.folding.originals
    placed = {
        int(place): (descent.theme_id, round(float(cosine), DIGITS))
        for theme, descent in zip(themes, descents, strict=True)
        for place, cosine in zip(theme.members, theme.cosines, strict=True)
    }
    for place, identifier in enumerate(corpus.ids):
        theme_id, cosine = placed.get(place, (None, None))
        yield {
            "question_id": identifier,
            "theme_id": theme_id,
            "representativeness": cosine,
            "duplicate_of": None if originals[place] == place else corpus.ids[originals[place]],
            "reason": WITHOUT_WORDS if theme_id is None else None,
            "is_reviewed": False,
        }


def _gone_rows(previous: pd.DataFrame, gone: Sequence[str]) -> Iterator[dict[str, object]]:
    rows = previous.set_index("theme_id").loc[list(gone)]
    for theme_id, label, questions in zip(rows.index, rows["label"], rows["question_ids"], strict=True):
        yield {"theme_id": theme_id, "label": label, "n_questions": len(questions)}


def _lineage_rows(
    themes: pd.DataFrame, question_themes: pd.DataFrame, previous: pd.DataFrame, gone: pd.DataFrame
) -> Iterator[dict[str, object]]:
    """The themes that the next run compares with, and those whose ids stay taken."""
    members = question_themes.dropna(subset=["theme_id"]).groupby("theme_id")["question_id"].agg(list)
    taken = pd.concat([previous.loc[previous["is_gone"], ["theme_id", "label"]], gone[["theme_id", "label"]]])
    for row in rows(taken):
        yield row._asdict() | {"question_ids": [], "centroid": [], "is_gone": True}
    for row in rows(themes[["theme_id", "label", "centroid"]]):
        yield row._asdict() | {"question_ids": members[row.theme_id], "is_gone": False}
