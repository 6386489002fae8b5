"""The settings of a run: configs/*.yaml read into frozen models; an unknown key is an error.

Defaults live in configs/pipeline.yaml only. A file given with `--config` overrides single keys of it.
"""

import difflib
from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import ConfigError

CONFIGS = Path(__file__).resolve().parent.parent / "configs"

OTHER = "other"  # what a question gets that fits no category
MAX_FAULTS = 10  # that one message lists
_YamlLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where it was built

CUE_PATTERN = r"^[^\s_]+(?:[_ ][^\s_]+)*$"  # words, bound by _ or apart by one space

Cue = Annotated[str, Field(pattern=CUE_PATTERN)]

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]
Weight = Annotated[float, Field(ge=0)]

Lines = dict[tuple[str | int, ...], int]


class Settings(BaseModel):
    """Base of all settings: frozen, and strict about keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class VectorSettings(Settings):
    """Which sentence vectors, and how they are computed."""

    model: str
    prefix: str | None
    batch_size: Positive
    device: str


class IngestSettings(Settings):
    """Limits on untrusted input; see configs/pipeline.yaml for units."""

    max_file_mb: Positive
    max_unpacked_mb: Positive
    max_pages: Positive
    max_cells: Positive
    max_cues: Positive
    max_segment_characters: Positive


class MaskSettings(Settings):
    """Pseudonymisation of people."""

    enabled: bool
    keep_key: bool
    mask_organisations: bool
    min_cell: Positive


class TokeniseSettings(Settings):
    """How the language model is run."""

    batch_size: Positive
    processes: Positive


class ExtractSettings(Settings):
    """When a sentence counts as a question or concern."""

    min_score: Share


class ClusterSettings(Settings):
    """How questions become themes."""

    min_questions: Positive
    exploratory_below: Positive
    max_exact: Positive
    n_bootstrap: Count


class MatchWeights(Settings):
    """What speaks for a category, and how much; configs/pipeline.yaml has the unit of each."""

    wording: Weight
    terms: Weight
    precedence: Weight
    rules: Weight
    heading: Weight
    parent: Weight
    neighbours: Weight


class EmergingSettings(Settings):
    """When themes outside the taxonomy are listed."""

    min_questions: Positive
    min_similarity: Share


class MatchSettings(Settings):
    """How categories are scored."""

    min_score: Share
    also_min_score: Share
    weights: MatchWeights
    emerging: EmergingSettings


class RankWeights(Settings):
    """Weights of the urgency components; they are normalised to sum to one."""

    reach: Share
    persistence: Share
    stated: Share
    votes: Share
    uncertainty: Share
    time_pressure: Share


class RankSettings(Settings):
    """How urgency is scored and how sure it is."""

    weights: RankWeights
    n_bootstrap: Count
    interval: Share


class ReportSettings(Settings):
    """What the report shows."""

    title: str
    max_quotes: Positive
    max_evidence: Positive


class Config(Settings):
    """All settings of a run, one section a stage."""

    seed: Count
    language_model: str
    vectors: VectorSettings
    taxonomy: str
    cues: str
    review: str
    ingest: IngestSettings
    mask: MaskSettings
    tokenise: TokeniseSettings
    extract: ExtractSettings
    cluster: ClusterSettings
    match: MatchSettings
    rank: RankSettings
    report: ReportSettings


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
    """The codebook that questions and themes are matched to; configs/taxonomy.yaml explains every key."""

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


class CueGroup(Settings):
    """Cues that say the same thing about a sentence; configs/cues.yaml explains how a cue is written."""

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
    """Words that speak for one component of urgency, and how strongly; configs/cues.yaml explains the form."""

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


def load(override: Path | None = None, *, defaults: Path = CONFIGS / "pipeline.yaml") -> Config:
    """Read the default settings, with the keys of another file laid over them.

    Raises:
        ConfigError: a file is missing or no YAML, or a key or value is wrong; all faults at once, each
            with its file, line and key.
    """
    values, lines = read_yaml(defaults)
    origin = dict.fromkeys(lines, defaults)
    if override is not None:
        above, above_lines = read_yaml(override)
        values = _overlay(values, above)
        lines |= above_lines
        origin |= dict.fromkeys(above_lines, override)
    try:
        return Config.model_validate(values)
    except ValidationError as error:
        raise config_error(error, origin, lines, Config, default=override or defaults) from None


def resource_path(name: str, config_file: Path | None) -> Path:
    """Find a file that a configuration names: beside that configuration, else in configs/."""
    beside = config_file.resolve().parent / name if config_file is not None else None
    return beside if beside is not None and beside.exists() else CONFIGS / name


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
    used: list[tuple[tuple[str | int, ...], str]] = [(("precedence",), name) for name in taxonomy.precedence]
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


def _check_cues(cues: Cues, path: Path, lines: dict[tuple[str | int, ...], int]) -> None:
    names = [group.name for group in cues.extract.groups]
    faults = [
        f"{path}, line {lines.get(('extract', 'groups', place, 'name'), 0)}: group '{name}' is doubled."
        for place, name in enumerate(names)
        if name in names[:place]
    ]
    if faults:
        raise ConfigError("\n".join(faults), hint="put the cues of one name into one group.")


def read_yaml(path: Path) -> tuple[dict[str, Any], dict[tuple[str | int, ...], int]]:
    """Read a YAML mapping and the line each key stands on.

    Returns:
        The mapping, empty if the file holds nothing but comments; and per key path (such as
        `("rank", "weights", "reach")`) its line, from 1.

    Raises:
        ConfigError: the file is missing, not UTF-8, no YAML, or no mapping; a key is doubled.
    """
    try:
        text = path.read_text(encoding="utf-8")
        loader = _YamlLoader(text)
        node = loader.get_single_node()
        lines: dict[tuple[str | int, ...], int] = {}
        _note_lines(node, (), lines, path)
        values = None if node is None else loader.construct_document(node)
    except FileNotFoundError:
        raise ConfigError(f"There is no file {path}.", hint="check the path.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}.", hint="save it as UTF-8 text.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "not YAML"
        raise ConfigError(f"{path}{where}: {problem}.", hint="check indentation, quotes and colons.") from None
    if not isinstance(values or {}, dict):
        raise ConfigError(f"{path} is no mapping of keys to values.", hint="see configs/ for the form.")
    return values or {}, lines


def _note_lines(
    node: yaml.Node | None, at: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int], path: Path
) -> None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            where = (*at, key.value)
            if where in lines:
                raise ConfigError(
                    f"{path}, line {key.start_mark.line + 1}: key '{key.value}' is doubled.",
                    hint=f"it stands on line {lines[where]} too; keep one.",
                )
            lines[where] = key.start_mark.line + 1
            _note_lines(value, where, lines, path)
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            lines[(*at, place)] = value.start_mark.line + 1
            _note_lines(value, (*at, place), lines, path)


def _overlay(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _overlay(merged[key], value) if both else value
    return merged


def config_error(
    error: ValidationError,
    origin: dict[tuple[str | int, ...], Path],
    lines: dict[tuple[str | int, ...], int],
    model: type[BaseModel],
    *,
    default: Path,
) -> ConfigError:
    """Say every fault that pydantic found in terms of the file that the user wrote.

    Args:
        error: what pydantic found.
        origin: per key path, the file it was read from.
        lines: per key path, its line.
        model: the model that was validated, for its keys.
        default: the file to name when a key is missing altogether.
    """
    messages, hint = [], "see configs/pipeline.yaml for every key, its unit and its range."
    for fault in error.errors(include_url=False):
        at = tuple(fault["loc"])
        place = next((at[:n] for n in range(len(at), 0, -1) if at[:n] in lines), ())
        key = ".".join(str(part) for part in at)
        where = f"{origin.get(place, default)}" + (f", line {lines[place]}" if place else "")
        if fault["type"] == "extra_forbidden":
            messages.append(f"{where}: unknown key '{key}'.")
            keys = _keys(model, at[:-1])
            near = difflib.get_close_matches(str(at[-1]), keys, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"known here: {', '.join(keys)}."
        elif fault["type"] == "missing":
            messages.append(f"{where}: key '{key}' is missing.")
        else:
            messages.append(f"{where}: '{key}' is {fault['input']!r}: {fault['msg'].lower()}.")
    return ConfigError("\n".join(messages), hint=hint)


def _keys(model: type[BaseModel], at: tuple[str | int, ...]) -> list[str]:
    """The keys that a mapping at some place of a model may have."""
    kind: Any = model
    for part in at:
        field = kind.model_fields.get(str(part)) if _is_model(kind) else None
        is_held = (each for each in get_args(kind) if _is_model(each))  # by a list, or by a mapping of any keys
        kind = field.annotation if field is not None else next(is_held, None)
    return list(kind.model_fields) if _is_model(kind) else []


def _is_model(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
