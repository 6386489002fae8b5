"""Rewrite the golden files: `make golden`."""

import tempfile
from pathlib import Path

from pipeline.contract import schema
from pipeline.run import Request, run

ROOT = Path(__file__).parent.parent
RAW = ROOT / "tests" / "data" / "golden"
EXAMPLE = ROOT / "schemas" / "issues.example.json"
SCHEMA = ROOT / "schemas" / "issues.schema.json"


def issues_of(raw, out):
    """The issues.json of a fresh run."""
    run(Request(raw, out), say=lambda _: None, progress=lambda *_: None)
    return (out / "issues.json").read_text(encoding="utf-8")


if __name__ == "__main__":
    SCHEMA.write_text(schema(), encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        EXAMPLE.write_text(issues_of(RAW, Path(folder) / "out"), encoding="utf-8")
