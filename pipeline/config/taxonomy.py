"""The codebook that questions and themes are matched to, configs/taxonomy.yaml, which explains every key."""

from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from pipeline.config.files import Lines, Place, Settings, config_error, read_yaml
from pipeline.errors import ConfigError

OTHER = "other"  # what a question gets that fits no category
MAX_FAULTS = 10  # that one message lists


class Description(Settings):
    """What a category is about, written for the person who codes and read by the matcher."""

    label: str
    definition: str
    includes: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    cue_terms: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


class Category(Description):
    """One entry of the taxonomy."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]


class Rule(Settings):
    """A rule of precedence: words that speak for one category and against another."""

    name: str
    any_of: Annotated[tuple[str, ...], Field(min_length=1)]
    none_of: tuple[str, ...] = ()
    speaks_for: str
    speaks_against: str | None = None


class LabelledText(Settings):
    """A question that a person placed in a category.

    Args:
        text: the question.
        category: id of the category, or `other`.
        also: other categories that it touches.
        acceptable: categories that a second person may choose with good reason.
        follows: id of the question without which it cannot be read.
    """

    id: str
    text: str
    category: str
    also: tuple[str, ...] = ()
    acceptable: tuple[str, ...] = ()
    heading: str | None = None
    follows: str | None = None
    style: str | None = None
    theme: str | None = None
    document: str | None = None


class Taxonomy(Settings):
    """The codebook that questions and themes are matched to."""

    version: str
    language: Literal["nl"]
    categories: Annotated[tuple[Category, ...], Field(min_length=1)]
    other: Description = Description(label="Overig", definition="Wat in geen van de categorieën past.")
    precedence: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    labelled: tuple[LabelledText, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the categories, in order, without `other`."""
        return tuple(category.id for category in self.categories)


def load_taxonomy(path: Path) -> Taxonomy:
    """Read a taxonomy, with the labelled questions of the files that it names.

    Raises:
        ConfigError: a file is missing, malformed, or does not have the form of a taxonomy or of labelled questions;
            an id is doubled, or a category is named that there is not. All faults of a file at once.
    """
    values, lines = read_yaml(path)
    labelled = [path.parent / str(name) for name in values.pop("labelled", None) or ()]
    try:
        taxonomy = Taxonomy.model_validate(values)
    except ValidationError as error:
        raise config_error(error, dict.fromkeys(lines, path), lines, Taxonomy, default=path) from None
    _check_taxonomy(taxonomy, path, lines)
    ids = {*taxonomy.ids, OTHER}
    questions = tuple(question for file in labelled for question in _load_labelled(file, ids))
    return taxonomy.model_copy(update={"labelled": questions})


def _check_taxonomy(taxonomy: Taxonomy, path: Path, lines: Lines) -> None:
    """Check what only the whole can tell: ids that are doubled, taken, or there not."""
    named = [(("categories", place, "id"), name) for place, name in enumerate(taxonomy.ids)]
    faults = [
        f"{path}, line {lines.get(at, 0)}: category id '{name}' is "
        + ("taken: it means that no category fits." if name == OTHER else "doubled.")
        for place, (at, name) in enumerate(named)
        if name == OTHER or name in taxonomy.ids[:place]
    ]
    used: list[tuple[Place, str]] = [(("precedence",), name) for name in taxonomy.precedence]
    for place, rule in enumerate(taxonomy.rules):
        used.append((("rules", place, "speaks_for"), rule.speaks_for))
        used += [(("rules", place, "speaks_against"), rule.speaks_against)] if rule.speaks_against else []
    faults += [
        f"{path}, line {lines.get(at, 0)}: '{at[-1]}' names '{name}', which is no category id."
        for at, name in used
        if name not in (*taxonomy.ids, OTHER)
    ]
    if faults:
        raise ConfigError("\n".join(faults), hint=f"the ids are {', '.join(taxonomy.ids)} and {OTHER}.")


def _load_labelled(path: Path, ids: Collection[str]) -> list[LabelledText]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}.", hint="check the path under `labelled`.") from None
    questions, faults = [], []
    for number, line in enumerate(lines, 1):
        try:
            question = LabelledText.model_validate_json(line)
        except ValidationError as error:
            faults += [f"{path}, line {number}: {_said(fault)}" for fault in error.errors(include_url=False)]
            continue
        unknown = sorted({question.category, *question.also, *question.acceptable} - set(ids))
        faults += [f"{path}, line {number}: there is no category '{name}'." for name in unknown]
        questions.append(question)
    if faults:
        shown = faults[:MAX_FAULTS] + [f"and {len(faults) - MAX_FAULTS} more."] * (len(faults) > MAX_FAULTS)
        raise ConfigError("\n".join(shown), hint="mend these lines, or take the file out of `labelled`.")
    return questions


def _said(fault: Any) -> str:  # noqa: ANN401  # pydantic's error details
    at = ".".join(str(part) for part in fault["loc"])
    return f"{at + ': ' if at else ''}{fault['msg'].lower()}."
