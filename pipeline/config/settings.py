"""The settings of a run, configs/pipeline.yaml: one section a stage.

Defaults live in that file only. A file given with `--config` overrides single keys of it.
"""

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from pipeline.config.files import Settings, config_error, read_yaml

CONFIGS = Path(__file__).resolve().parent.parent.parent / "configs"

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]
Weight = Annotated[float, Field(ge=0)]


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


def _overlay(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _overlay(merged[key], value) if both else value
    return merged
