"""Group questions into themes."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import silhouette_score

from pipeline.config import ClusterSettings
from pipeline.models import Encoder, FloatArray
from pipeline.tables import GONE_THEMES, QUESTION_THEMES, THEMES, content_id
from pipeline.vectors import document_vectors


def cluster(
    questions: pd.DataFrame, previous_themes: pd.DataFrame, settings: ClusterSettings, *, encoder: Encoder, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Group questions into themes, name them, and keep the ids of the previous run (first working version)."""
    questions = questions.sort_values("question_id", ignore_index=True)
    if questions.empty:
        alive = previous_themes[~previous_themes["is_gone"]]
        return THEMES.frame(), QUESTION_THEMES.frame(), GONE_THEMES.frame(_gone(alive))
    texts = [_reads(text, context) for text, context in zip(questions["text"], questions["context"], strict=True)]
    first = {}
    duplicate_of: list[str | None] = []
    for identifier, text in zip(questions["question_id"], texts, strict=True):
        key = " ".join("".join(c if c.isalnum() else " " for c in text.lower()).split())
        duplicate_of.append(first.get(key))
        first.setdefault(key, identifier)
    vectors = document_vectors(texts, [list(lemmas) for lemmas in questions["lemmas"]], encoder, seed=seed)
    distinct = [place for place, other in enumerate(duplicate_of) if other is None]
    labels = _labels(vectors[distinct], settings)
    by_id = dict(zip(questions["question_id"].iloc[distinct], labels, strict=True))
    group = np.array([by_id[o or i] for i, o in zip(questions["question_id"], duplicate_of, strict=True)])
    return _tables(questions, texts, vectors, group, duplicate_of, previous_themes, settings)


def _reads(text: str, context: str | None) -> str:
    return text if not isinstance(context, str) or not context else f"{context.rstrip(': ')}: {text}"


def _labels(vectors: FloatArray, settings: ClusterSettings) -> list[int]:
    n = len(vectors)
    if n < settings.min_questions:
        return list(range(n))
    tree = linkage(vectors, "ward")
    best, found = -1.0, 2
    for k in range(2, max(3, int(n / 3))):
        labels = fcluster(tree, k, "maxclust")
        if 1 < len(set(labels)) < n:
            score = silhouette_score(vectors, labels)
            if score > best:
                best, found = score, k
    return [int(label) for label in fcluster(tree, found, "maxclust")]


def _tables(
    questions: pd.DataFrame,
    texts: Sequence[str],
    vectors: FloatArray,
    group: np.ndarray,
    duplicate_of: Sequence[str | None],
    previous: pd.DataFrame,
    settings: ClusterSettings,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    ids = questions["question_id"].to_numpy()
    names, counts = _chunk_counts(questions, group)
    members = {g: np.flatnonzero(group == g) for g in sorted(set(group.tolist()))}
    old = previous[~previous["is_gone"]].reset_index(drop=True)
    theme_ids, used = _match_ids({g: set(ids[m]) for g, m in members.items()}, old, set(previous["theme_id"]))
    themes, rows = [], []
    flat = np.array([vectors[m].mean(axis=0) for m in members.values()])
    xy = flat[:, :2] / (np.abs(flat[:, :2]).max() or 1)
    for place, (g, m) in enumerate(members.items()):
        centre = vectors[m].mean(axis=0)
        centre = centre / (np.linalg.norm(centre) or 1)
        similarity = np.clip(vectors[m] @ centre, -1, 1)
        free = [i for i in m if not isinstance(questions["depends_on"].iloc[i], str)] or list(m)
        best = max(free, key=lambda i: (float(vectors[i] @ centre), ids[i]))
        scores = {t: c / counts[t] * np.sqrt(c) for t, c in names[g].items()}
        terms = sorted(scores, key=lambda t: (-scores[t], t))[:8]
        was = old[old["theme_id"] == theme_ids[g]]
        status = "new" if was.empty else ("known" if set(ids[m]) <= set(was.iloc[0]["question_ids"]) else "grown")
        themes.append(
            {
                "theme_id": theme_ids[g], "label": terms[0] if terms else texts[best][:60],
                "question_id": ids[best], "question": texts[best], "keywords": terms, "n_questions": len(m),
                "coherence": float(similarity.mean()), "jaccard": None,
                "verdict": "exploratory" if len(ids) < settings.exploratory_below else "moderate",
                "status": status, "parents": [], "centroid": [float(v) for v in centre],
                "x": float(xy[place, 0]), "y": float(xy[place, 1]),
            }
        )  # fmt: skip
        rows += [
            {"question_id": ids[i], "theme_id": theme_ids[g], "representativeness": float(s),
             "duplicate_of": duplicate_of[i], "reason": None}
            for i, s in zip(m, similarity, strict=True)
        ]  # fmt: skip
    gone = old[~old["theme_id"].isin(used)]
    return THEMES.frame(themes), QUESTION_THEMES.frame(rows), GONE_THEMES.frame(_gone(gone))


def _gone(themes: pd.DataFrame) -> list[dict[str, object]]:
    return [
        {"theme_id": row.theme_id, "label": row.label, "n_questions": len(row.question_ids)}
        for row in themes.itertuples()
    ]


def _chunk_counts(questions: pd.DataFrame, group: np.ndarray) -> tuple[dict[int, dict[str, int]], dict[str, int]]:
    names: dict[int, dict[str, int]] = {}
    total: dict[str, int] = {}
    for g, chunks in zip(group.tolist(), questions["chunks"], strict=True):
        here = names.setdefault(g, {})
        for chunk in chunks:
            here[chunk.lower()] = here.get(chunk.lower(), 0) + 1
            total[chunk.lower()] = total.get(chunk.lower(), 0) + 1
    return names, total


def _match_ids(groups: dict[int, set[str]], old: pd.DataFrame, taken: set[str]) -> tuple[dict[int, str], set[str]]:
    keys = sorted(groups)
    shared = np.array([[len(groups[g] & set(q)) for q in old["question_ids"]] for g in keys]).reshape(len(keys), -1)
    ids, used = {}, set()
    if shared.size:
        for row, column in zip(*linear_sum_assignment(-shared), strict=True):
            if shared[row, column]:
                ids[keys[row]] = old["theme_id"].iloc[column]
                used.add(old["theme_id"].iloc[column])
    for g in keys:
        if g not in ids:
            new, turn = content_id("T", *sorted(groups[g]), size=4), 0
            while new in taken:
                turn += 1
                new = content_id("T", *sorted(groups[g]), str(turn), size=4)
            ids[g] = new
            taken.add(new)
    return ids, used
