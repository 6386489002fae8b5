"""What people corrected in a review, as kept in configs/review.yaml."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, ValidationError

from pipeline.config import OTHER, Settings, config_error, read_yaml
from pipeline.tables import content_id

NEW = "nieuw:"  # before the name of a theme that is split off


class QuestionCorrection(Settings):
    """What was decided on one question.

    Args:
        text: the question as it read then: for those who read the file, and to find it again under another id.
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

    @property
    def target(self) -> str | None:
        """Id of the theme it was moved to; that of a theme that is split off is made from its name."""
        if self.theme is None or not self.theme.startswith(NEW):
            return self.theme
        return content_id("T", NEW, self.theme.removeprefix(NEW).strip(), size=4)


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

    @property
    def split_off(self) -> dict[str, str]:
        """Per theme that was split off, its id and the name it was given."""
        moved = (item for item in self.questions.values() if item.theme and item.theme.startswith(NEW))
        return {str(item.target): str(item.theme).removeprefix(NEW).strip() for item in moved}

    def merged(self, newer: "Review") -> "Review":
        """These corrections with newer ones over them.

        What a newer one does not mention stays as it was decided; what it sets to nothing is undone.
        """
        questions = _over(self.questions, newer.questions, said="text")
        return Review(questions=questions, themes=_over(self.themes, newer.themes, said="label"))

    def bound_to(self, texts: Mapping[str, str]) -> "Review":
        """The corrections, with questions found again by their text where the id is no longer there.

        A renamed file gives its questions other ids. A text that several questions have finds none again.

        Args:
            texts: per question id, its text.
        """
        by_text: dict[str, list[str]] = {}
        for key, text in texts.items():
            by_text.setdefault(text, []).append(key)
        bound = {key: item for key, item in self.questions.items() if key in texts}
        for key, item in self.questions.items():
            same = by_text.get(item.text, [])
            if key in texts or len(same) != 1 or same[0] in bound:
                bound.setdefault(key, item)
            else:
                bound[same[0]] = item
        return Review(questions=dict(sorted(bound.items())), themes=self.themes)

    def unused(self, questions: Collection[str], themes: Collection[str], categories: Collection[str]) -> list[str]:
        """What corrections refer to and is not there any more, in words.

        Args:
            questions: ids of the questions.
            themes: ids of the themes as they were found, before anything was corrected.
            categories: ids of the categories.
        """
        known = {*themes, *self.split_off}
        given: list[tuple[str, str, str, Collection[str], str | None, str | None]] = [
            *(("question", key, it.text, questions, it.target, it.category) for key, it in self.questions.items()),
            *(("theme", key, it.label, known, it.merge_into, it.category) for key, it in self.themes.items()),
        ]
        lost: list[str] = []
        for kind, key, said, there, target, category in given:
            name = f"{kind} {key} ({said})"
            if key not in there:
                lost.append(name)
                continue
            if target is not None and target not in known:
                lost.append(f"theme {target}, to which {name} was moved,")
            if category is not None and category not in {*categories, OTHER}:
                lost.append(f"category {category}, which {name} was given,")
        return lost

    def rings(self) -> Iterator[str]:
        """Themes that would be merged into each other in a ring, which no run can do."""
        into = {key: item.merge_into for key, item in self.themes.items() if item.merge_into}
        return (key for key in into if follow(key, into) == key)


def follow(theme: str, into: Mapping[str, str | None]) -> str:
    """The theme that a theme ends in after all merges; in a ring, the theme itself."""
    at, seen = theme, {theme}
    while (target := into.get(at)) is not None:
        if target in seen:
            return theme
        seen.add(target)
        at = target
    return at


def _over(earlier: Mapping[str, Any], later: Mapping[str, Any], *, said: str) -> dict[str, Any]:
    both = {**earlier, **later}
    for key in earlier.keys() & later.keys():
        both[key] = earlier[key].model_copy(update=later[key].model_dump(exclude_unset=True))
    return {key: both[key] for key in sorted(both) if both[key].model_dump(exclude_defaults=True, exclude={said})}


def load_review(path: Path) -> Review:
    """Read corrections; none if there is no file.

    Raises:
        ConfigError: the file is no YAML, or has an unknown key or a value that cannot be; with its line.
    """
    if not path.exists():
        return Review()
    content, lines = read_yaml(path)
    try:
        return Review.model_validate(content)
    except ValidationError as error:
        raise config_error(error, {}, lines, Review, default=path) from None


def dump_review(review: Review) -> bytes:
    """Corrections as YAML, sorted, without what was not decided."""
    content = review.model_dump(exclude_defaults=True)
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=True, width=120)
    return b"# Corrections by people; every run replays them. Written by `opdenk review apply`.\n" + text.encode()
