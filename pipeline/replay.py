"""Replay what people corrected on what a run found."""

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from pipeline.config import OTHER
from pipeline.corrections import Review, follow
from pipeline.tables import MATCHES, QUESTION_THEMES, THEMES, rows

STRUCK = "beoordeeld als geen vraag"
REVIEWED = "beoordeeld"  # why an item has a category that people gave it
SPLIT_OFF: dict[str, object] = {
    "status": "known",
    "parents": [],
    "keywords": [],
    "jaccard": None,
    "verdict": "exploratory",
}


def correct_themes(
    themes: pd.DataFrame, question_themes: pd.DataFrame, questions: pd.DataFrame, review: Review
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Strike and move questions, and merge, split and rename themes, as was decided; what does not apply is left out.

    Moves come before merges: a question moved to a theme goes where that theme goes.

    Args:
        themes: table THEMES, as found.
        question_themes: table QUESTION_THEMES, as found.
        questions: table QUESTIONS.
        review: the corrections.

    Returns:
        Tables THEMES and QUESTION_THEMES.
    """
    if themes.empty or not (review.questions or review.themes):
        return themes, question_themes
    known = {*themes["theme_id"], *review.split_off}
    into = {key: item.merge_into for key, item in review.themes.items() if item.merge_into in known}
    found = dict(zip(question_themes["question_id"], question_themes["theme_id"], strict=True))
    moved = {key: item.target for key, item in review.questions.items() if item.target in known}
    struck = {key for key, item in review.questions.items() if item.is_struck}

    def place(row: Any) -> dict[str, object]:  # noqa: ANN401  # a row of a frame
        target = moved.get(row.question_id, row.theme_id)
        if row.question_id in struck or not isinstance(target, str):
            return {"theme_id": None, "reason": STRUCK if row.question_id in struck else row.reason}
        theme = follow(target, into)
        is_reviewed = row.question_id in moved or theme != row.theme_id
        central = 0.0 if pd.isna(row.representativeness) else row.representativeness
        return {"theme_id": theme, "reason": None, "is_reviewed": is_reviewed, "representativeness": central}

    placed = QUESTION_THEMES.frame([row._asdict() | place(row) for row in rows(question_themes)])
    names = review.split_off | {key: item.name for key, item in review.themes.items() if item.name}
    return THEMES.frame(list(_rebuilt(themes, placed, questions, names, found))), placed


def _rebuilt(
    themes: pd.DataFrame,
    question_themes: pd.DataFrame,
    questions: pd.DataFrame,
    names: dict[str, str],
    found: dict[str, str | None],
) -> Iterator[dict[str, object]]:
    """The themes that have questions, with their number, name and a question of their own.

    A theme that was split off lies on the map where most of its questions came from.
    """
    texts = dict(zip(questions["question_id"], questions["text"], strict=True))
    known: dict[str, dict[str, Any]] = {row.theme_id: row._asdict() for row in rows(themes)}
    before = question_themes.groupby(question_themes["question_id"].map(found))["question_id"].agg(set)
    order = question_themes.sort_values(["representativeness", "question_id"], ascending=[False, True])
    for theme_id, members in order.dropna(subset="theme_id").groupby("theme_id", sort=True)["question_id"]:
        theme, own = str(theme_id), list(members)
        origin = members.map(found).mode()
        near = known[min(origin, default=min(known))]
        row = known.get(theme) or near | {"theme_id": theme} | SPLIT_OFF
        if row["question_id"] not in own:
            row = row | {"question_id": own[0], "question": texts[own[0]]}
        reviewed = ["label"] if theme in names else []
        if set(own) != before.get(theme):
            reviewed.append("questions")
        yield row | {"n_questions": len(own), "label": names.get(theme, row["label"]), "reviewed": reviewed}


def correct_categories(matches: pd.DataFrame, review: Review, categories: Sequence[str]) -> pd.DataFrame:
    """Give reviewed questions and themes the category that people gave them.

    Args:
        matches: table MATCHES.
        review: the corrections.
        categories: ids of the taxonomy; a category that is no longer there is left out.
    """
    decided = {key: item.category for key, item in review.questions.items()}
    decided |= {key: item.category for key, item in review.themes.items()}
    given = {key: category for key, category in decided.items() if category in {*categories, OTHER}}
    items = sorted(given.keys() & set(matches["item_id"]))
    if not items:
        return matches
    stands = MATCHES.frame(
        [
            {"item_id": item, "category": given[item], "score": 1.0, "is_primary": True, "why": [REVIEWED]}
            for item in items
        ]
    )
    rest = matches[~matches["item_id"].isin(items)]
    return MATCHES.conform(pd.concat([rest, stands]))


def examples(review: Review) -> list[tuple[str, str]]:
    """What `match` can learn from: texts and their categories."""
    return [(item.text, item.category) for item in review.questions.values() if item.category and not item.is_struck]
