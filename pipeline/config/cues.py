"""Dutch cue words and constructions, configs/cues.yaml, which explains how a cue is written."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from pipeline.config.files import Lines, Settings, config_error, read_yaml
from pipeline.errors import ConfigError

CUE_PATTERN = r"^[^\s_]+(?:[_ ][^\s_]+)*$"  # words, bound by _ or apart by one space

Cue = Annotated[str, Field(pattern=CUE_PATTERN)]


class CueGroup(Settings):
    """Cues that say the same thing about a sentence."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
    role: Literal["open", "known", "settle", "hard", "concern", "other"]
    cues: Annotated[tuple[Cue, ...], Field(min_length=1)]


class PromptCues(Settings):
    """Words by which a question put to people, or a heading, shows what it asks for; the first that fits counts."""

    pleased: tuple[Cue, ...]
    advice: tuple[Cue, ...]
    concern: tuple[Cue, ...]
    question: tuple[Cue, ...]


class ExtractCues(Settings):
    """Cues by which questions and concerns are found, and by which what only looks like them is left out."""

    groups: Annotated[tuple[CueGroup, ...], Field(min_length=1)]
    prompts: PromptCues


class UrgencyGroup(Settings):
    """Words that speak for one component of urgency, and how strongly."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
    component: Literal["stated", "uncertainty", "time_pressure", "severity"]
    strength: Annotated[float, Field(gt=0, le=1)]
    names_most: bool = False
    in_questions: bool = True
    cues: Annotated[tuple[Cue, ...], Field(min_length=1)]


class UrgencyCues(Settings):
    """Words by which statements of urgency, uncertainty, time pressure and severity are found."""

    groups: Annotated[tuple[UrgencyGroup, ...], Field(min_length=1)]
    negations: tuple[Cue, ...]
    not_negations: tuple[Cue, ...]
    later_negations: tuple[Cue, ...]
    hedges: tuple[Cue, ...]
    no_issue: tuple[Cue, ...]
    next_in_order: tuple[Cue, ...]


class Cues(Settings):
    """Dutch cue words and constructions, as data that a researcher can edit."""

    version: str
    language: Literal["nl"]
    extract: ExtractCues
    urgency: UrgencyCues


def load_cues(path: Path) -> Cues:
    """Read the Dutch cues.

    Raises:
        ConfigError: the file is missing, no YAML, or does not have the form of cues; the name of a group is doubled.
    """
    values, lines = read_yaml(path)
    try:
        cues = Cues.model_validate(values)
    except ValidationError as error:
        raise config_error(error, dict.fromkeys(lines, path), lines, Cues, default=path) from None
    _check_cues(cues, path, lines)
    return cues


def _check_cues(cues: Cues, path: Path, lines: Lines) -> None:
    names = [group.name for group in cues.extract.groups]
    faults = [
        f"{path}, line {lines.get(('extract', 'groups', place, 'name'), 0)}: group '{name}' is doubled."
        for place, name in enumerate(names)
        if name in names[:place]
    ]
    if faults:
        raise ConfigError("\n".join(faults), hint="put the cues of one name into one group.")
