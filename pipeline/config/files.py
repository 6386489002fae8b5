"""Read YAML files, and say what is wrong in them in terms of the file that the user wrote."""

import difflib
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import ConfigError

_YamlLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where it was built

Place = tuple[str | int, ...]
Lines = dict[Place, int]


class Settings(BaseModel):
    """Base of all that is read from configs/: frozen, and strict about keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def read_yaml(path: Path) -> tuple[dict[str, Any], Lines]:
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
        lines: Lines = {}
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


def _note_lines(node: yaml.Node | None, at: Place, lines: Lines, path: Path) -> None:
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


def config_error(
    error: ValidationError,
    origin: dict[Place, Path],
    lines: Lines,
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


def _keys(model: type[BaseModel], at: Place) -> list[str]:
    """The keys that a mapping at some place of a model may have."""
    kind: Any = model
    for part in at:
        field = kind.model_fields.get(str(part)) if _is_model(kind) else None
        is_held = (each for each in get_args(kind) if _is_model(each))  # by a list, or by a mapping of any keys
        kind = field.annotation if field is not None else next(is_held, None)
    return list(kind.model_fields) if _is_model(kind) else []


def _is_model(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
