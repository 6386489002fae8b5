"""An issues.json that an earlier version wrote is read by this one, and says the same.

`tests/data/earlier/` holds what version 1.0.0 of the contract wrote on a part of the sample sessions, and its schema.
It is never made anew: a change that these tests refuse needs another major version.
"""

import copy
import json
from pathlib import Path

import pytest

import opdenk
from pipeline import contract
from pipeline.cli import validate

EARLIER = Path(__file__).parent / "data" / "earlier"
DOCUMENT = json.loads((EARLIER / "issues.json").read_text(encoding="utf-8"))
SCHEMA = json.loads((EARLIER / "issues.schema.json").read_text(encoding="utf-8"))
WORDING = {"title", "description", "default"}  # what may change in a schema without changing its meaning


def lost(earlier, later, place="$"):
    """Places whose value in an earlier document is not in a later one, or is another one or of another type."""
    if isinstance(earlier, dict) and isinstance(later, dict):
        missing = [f"{place}.{key}" for key in earlier if key not in later]
        kept = [key for key in earlier if key in later]
        return missing + [fault for key in kept for fault in lost(earlier[key], later[key], f"{place}.{key}")]
    if isinstance(earlier, list) and isinstance(later, list) and len(earlier) == len(later):
        pairs = enumerate(zip(earlier, later, strict=True))
        return [fault for n, (one, other) in pairs for fault in lost(one, other, f"{place}.{n}")]
    return [] if type(earlier) is type(later) and earlier == later else [place]


def broken(earlier, later):
    """Fields of an earlier schema that are gone or changed in a later one, by place."""
    parts = {"$": earlier, **earlier["$defs"]}
    newer = {"$": later, **later["$defs"]}
    faults = [part for part in parts if part not in newer]
    for part in (part for part in parts if part in newer):
        old, new = parts[part].get("properties", {}), newer[part].get("properties", {})
        faults += [f"{part}.{name}" for name in old if name not in new or bare(old[name]) != bare(new[name])]
    return faults


def bare(field):
    """A field's schema without its wording."""
    if isinstance(field, dict):
        return {key: bare(value) for key, value in field.items() if key not in WORDING}
    return [bare(value) for value in field] if isinstance(field, list) else field


def test_an_earlier_document_is_read_and_says_the_same():
    issues = opdenk.load_issues(EARLIER / "issues.json")
    assert lost(DOCUMENT, json.loads(issues.to_json())) == []
    assert list(issues.to_frame()["rank"]) == [issue["rank"] for issue in DOCUMENT["issues"]]


def test_an_earlier_document_is_valid(capsys):
    validate(EARLIER / "issues.json")
    assert capsys.readouterr().out.endswith(": valid, schema 1.0.0, 17 issues\n")


def test_no_field_of_the_earlier_schema_is_gone_or_of_another_form():
    assert broken(SCHEMA, json.loads(contract.schema())) == []


def remove(part, key):
    def change(schema):
        del schema["$defs"][part]["properties"][key]

    return change


def retype(part, key):
    def change(schema):
        schema["$defs"][part]["properties"][key] = {"type": "boolean"}

    return change


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (remove("Gone", "label"), ["Gone.label"]),
        (remove("Source", "row"), ["Source.row"]),
        (retype("Unplaced", "reason"), ["Unplaced.reason"]),
        (retype("Issue", "evidence"), ["Issue.evidence"]),
        (lambda schema: schema["$defs"].pop("Emerging"), ["Emerging"]),
        (lambda schema: schema["$defs"]["Signal"]["properties"].update(new={"type": "string"}), []),
    ],
)
def test_a_key_that_is_removed_or_changes_type_is_noticed(change, expected):
    later = copy.deepcopy(SCHEMA)
    change(later)
    assert broken(SCHEMA, later) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda d: d["issues"][2].pop("label"), ["$.issues.2.label"]),
        (lambda d: d["issues"][0].update(rank="1"), ["$.issues.0.rank"]),
        (lambda d: d["issues"][0].update(rank=True), ["$.issues.0.rank"]),
        (lambda d: d["issues"].pop(), ["$.issues"]),
        (lambda d: d.update(more=1), []),
    ],
)
def test_a_document_that_says_something_else_is_noticed(change, expected):
    later = copy.deepcopy(DOCUMENT)
    change(later)
    assert lost(DOCUMENT, later) == expected
