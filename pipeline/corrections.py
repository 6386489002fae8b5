"""What people corrected in a review: kept in configs/review.yaml, and replayed by every run."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from pydantic import Field, ValidationError

from pipeline.config import OTHER, Settings
from pipeline.errors import ConfigError
from pipeline.tables import MATCHES, QUESTION_THEMES, THEMES, content_id, rows

NEW = "nieuw:"  # before the name of a theme that is split off
STRUCK = "beoordeeld als geen vraag"
REVIEWED = "beoordeeld"
SPLIT_OFF: dict[str, object] = {
    "status": "new",
    "parents": [],
    "keywords": [],
    "jaccard": None,
    "verdict": "exploratory",
}
MAX_FAULTS = 5  # that one message lists


class QuestionCorrection(Settings):
    """What was decided on one question.

    Args:
        text: the question as it read then, for those who read the file.
        is_struck: it is no question or concern.
        category: its category.
        theme: id of the theme it belongs to, or `nieuw:` and the name of one that is split off.
        remark: anything.
    """

    text: str
    is_struck: bool = False
    category: str | None = None
    theme: str | None = None
    remark: str | None = None


class ThemeCorrection(Settings):
    """What was decided on one theme.

    Args:
        label: its name then, for those who read the file.
        name: its new name.
        category: its category.
        merge_into: id of the theme that it is part of.
        remark: anything.
    """

    label: str
    name: str | None = None
    category: str | None = None
    merge_into: str | None = None
    remark: str | None = None


class Review(Settings):
    """All corrections, by id of the question or theme."""

    questions: dict[str, QuestionCorrection] = Field(default_factory=dict)
    themes: dict[str, ThemeCorrection] = Field(default_factory=dict)

    def merged(self, newer: "Review") -> "Review":
        """These corrections with newer ones over them; what a newer one leaves open stays as it was decided."""
        both = {}
        for part in ("questions", "themes"):
            earlier, later = getattr(self, part), getattr(newer, part)
            both[part] = {
                key: earlier[key].model_copy(update=later[key].model_dump(exclude_unset=True))
                if key in earlier and key in later
                else {**earlier, **later}[key]
                for key in sorted({*earlier, *later})
            }
        return Review(**both)

    def unused(self, questions: Sequence[str], themes: Sequence[str]) -> list[str]:
        """Corrections of questions and themes that are no longer there, in words."""
        known_questions, known_themes = set(questions), set(themes)
        lost = [f"question {key} ({item.text})" for key, item in self.questions.items() if key not in known_questions]
        merged = {key for key, item in self.themes.items() if item.merge_into}
        return lost + [
            f"theme {key} ({item.label})" for key, item in self.themes.items() if key not in known_themes | merged
        ]


def load_review(path: Path) -> Review:
    """Read corrections; none if there is no file.

    Raises:
        ConfigError: the file is no YAML, or has an unknown key.
    """
    if not path.exists():
        return Review()
    hint = "mend it, or make it anew with `opdenk review apply`."
    try:
        return Review.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except ValidationError as error:
        faults = "\n".join(
            f"{path}: {'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()[:MAX_FAULTS]
        )
        raise ConfigError(faults, hint=hint) from None
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ConfigError(f"{path} cannot be read: {error}", hint=hint) from None


def dump_review(review: Review) -> bytes:
    """Corrections as YAML, sorted, without what was not decided."""
    content = review.model_dump(exclude_defaults=True)
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=True, width=120)
    return b"# Corrections by people; every run replays them. Written by `opdenk review apply`.\n" + text.encode()


def correct_themes(
    themes: pd.DataFrame, question_themes: pd.DataFrame, questions: pd.DataFrame, review: Review
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Strike and move questions, and merge, split and rename themes, as was decided; what does not apply is left out.

    Args:
        themes: table THEMES.
        question_themes: table QUESTION_THEMES.
        questions: table QUESTIONS.
        review: the corrections.

    Returns:
        Tables THEMES and QUESTION_THEMES.
    """
    if not review.questions and not review.themes:
        return themes, question_themes
    known = set(themes["theme_id"])
    placed = {row.question_id: row.theme_id for row in rows(question_themes) if isinstance(row.theme_id, str)}
    into = {key: item.merge_into for key, item in review.themes.items() if item.merge_into in known}
    placed = {question: _follow(theme, into) for question, theme in placed.items()}
    reasons = {row.question_id: row.reason for row in rows(question_themes)}
    names: dict[str, str] = {}
    origin: dict[str, str] = {}
    for key, item in review.questions.items():
        if key not in placed or item.theme is None:
            continue
        target = _follow(item.theme, into)
        if item.theme.startswith(NEW):
            name = item.theme.removeprefix(NEW).strip()
            target = content_id("T", NEW, name, size=4)
            names[target] = name
            origin.setdefault(target, placed[key])
        if target in known or target in names:
            placed[key] = target
    names |= {key: item.name for key, item in review.themes.items() if item.name}
    for key, item in review.questions.items():
        if item.is_struck and key in placed:
            del placed[key]
            reasons[key] = STRUCK
    moved = QUESTION_THEMES.frame(
        [
            row._asdict() | {"theme_id": placed.get(row.question_id), "reason": reasons.get(row.question_id)}
            for row in rows(question_themes)
        ]
    )
    return _rebuilt(themes, moved, questions, names, origin), moved


def _follow(theme: str, into: dict[str, str | None]) -> str:
    seen: set[str] = set()
    while (target := into.get(theme)) is not None and theme not in seen:
        seen.add(theme)
        theme = target
    return theme


def _rebuilt(
    themes: pd.DataFrame,
    question_themes: pd.DataFrame,
    questions: pd.DataFrame,
    names: dict[str, str],
    origin: dict[str, str],
) -> pd.DataFrame:
    """The themes that have questions, with their number, name and a question of their own."""
    texts = dict(zip(questions["question_id"], questions["text"], strict=True))
    known: dict[str, dict[str, Any]] = {row.theme_id: row._asdict() for row in rows(themes)}
    order = question_themes.sort_values(["representativeness", "question_id"], ascending=[False, True])
    rebuilt: list[dict[str, object]] = []
    for theme, members in order.dropna(subset="theme_id").groupby("theme_id", sort=True)["question_id"]:
        row = known.get(str(theme)) or known[origin[str(theme)]] | {"theme_id": theme} | SPLIT_OFF
        own = list(members)
        if row["question_id"] not in own:
            row = row | {"question_id": own[0], "question": texts[own[0]]}
        rebuilt.append(row | {"n_questions": len(own), "label": names.get(str(theme), row["label"])})
    return THEMES.frame(rebuilt)


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
