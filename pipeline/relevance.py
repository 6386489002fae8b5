"""Find the theme that a passage speaks of, by meaning and by spelling."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from pipeline.models import Encoder, FloatArray
from pipeline.tables import rows

MAX_TEXTS = 20_000  # theme texts compared with every passage
MIN_RELEVANCE = 0.2  # from which a passage is about a theme: three in four are then right, see docs/urgency.md
BATCH = 256  # passages at a time; bounds memory


def themes_by_meaning(
    topics: Sequence[str], members: pd.DataFrame, themes: pd.DataFrame, encoder: Encoder
) -> dict[str, tuple[str, float]]:
    """Find the theme that each topic is about.

    Args:
        topics: what is said; each text is looked up once.
        members: questions with question_id, text, theme_id (null for those that stand alone), representativeness.
        themes: table THEMES.
        encoder: turns texts into vectors.

    Returns:
        Per topic the theme and how relevant it is; topics that are about none are left out.
    """
    themes = themes.sort_values("theme_id", ignore_index=True)
    distinct = sorted(set(topics))
    if not distinct or themes.empty:
        return {}
    texts, theme_of_text = theme_texts(members.dropna(subset="theme_id"), themes)
    scores = relevance(distinct, texts, theme_of_text, encoder)
    best = scores.argmax(axis=1)
    return {
        topic: (str(themes["theme_id"].iloc[place]), score)
        for topic, place, score in zip(distinct, best.tolist(), scores.max(axis=1).tolist(), strict=True)
        if score >= MIN_RELEVANCE
    }


def relevance(
    passages: Sequence[str], texts: Sequence[str], theme_of_text: Sequence[int], encoder: Encoder
) -> FloatArray:
    """Say how much each passage is about each theme.

    The similarity of a passage to a text is a weighted mean of the cosine of their vectors, once what all texts
    have in common is taken out, and the cosine of their character n-grams, which see compounds and inflection.
    Its similarity to a theme is the mean of that to the nearest text and that to all texts.

    Args:
        passages: what is said.
        texts: texts of the themes, such as their questions.
        theme_of_text: place of the theme of each text, from 0, ascending; every theme has a text.
        encoder: turns texts into vectors.

    Returns:
        float32 array of shape (n_passages, n_themes), at most 1.
    """
    firsts = np.flatnonzero(np.diff(np.asarray(theme_of_text), prepend=-1))
    sizes = np.diff(np.append(firsts, len(texts)))
    meaning, passage_meaning = _meaning(texts, passages, encoder)
    spelling, passage_spelling = _spelling(texts, passages)
    out = np.empty((len(passages), len(firsts)), dtype=np.float32)
    for begin in range(0, len(passages), BATCH):
        part = slice(begin, begin + BATCH)
        similarity = (passage_meaning[part] @ meaning.T + 2 * (passage_spelling[part] @ spelling.T).toarray()) / 3
        nearest = np.maximum.reduceat(similarity, firsts, axis=1)
        mean = np.add.reduceat(similarity, firsts, axis=1) / sizes
        out[part] = (nearest + mean) / 2
    return out


def theme_texts(questions: pd.DataFrame, themes: pd.DataFrame) -> tuple[list[str], list[int]]:
    """Choose the texts that stand for each theme: label and keywords, and its most representative questions.

    Args:
        questions: columns theme_id, representativeness, question_id and text.
        themes: table THEMES, sorted by theme_id.

    Returns:
        The texts, and the place of the theme of each in `themes`, ascending.
    """
    place = {identifier: number for number, identifier in enumerate(themes["theme_id"])}
    most = max(1, MAX_TEXTS // max(len(themes), 1))
    ordered = questions.drop_duplicates(["theme_id", "text"]).sort_values(
        ["theme_id", "representativeness", "question_id"], ascending=[True, False, True]
    )
    chosen = ordered.groupby("theme_id", sort=False).head(most)
    named = [(place[theme], text) for theme, text in zip(chosen["theme_id"], chosen["text"], strict=True)]
    named += [(place[row.theme_id], " ".join([row.label, *row.keywords])) for row in rows(themes)]
    named.sort(key=lambda entry: entry[0])
    return [text for _, text in named], [number for number, _ in named]


def _meaning(texts: Sequence[str], passages: Sequence[str], encoder: Encoder) -> tuple[FloatArray, FloatArray]:
    vectors = encoder.encode(texts)
    centre = vectors.mean(axis=0)
    return _unit(vectors - centre), _unit(encoder.encode(passages) - centre)


def _spelling(texts: Sequence[str], passages: Sequence[str]) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    vectoriser = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, dtype=np.float32)
    vectoriser.fit([*texts, "woord"])  # a text without letters alone would leave no vocabulary
    return vectoriser.transform(texts).tocsr(), vectoriser.transform(passages).tocsr()


def _unit(vectors: FloatArray) -> FloatArray:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 1e-9, lengths, 1), dtype=np.float32)
