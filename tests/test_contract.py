from pathlib import Path

from pipeline import contract
from pipeline.validation import load_issues

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "schemas" / "issues.example.json"


def test_the_committed_schema_is_that_of_the_code():
    assert (ROOT / "schemas" / "issues.schema.json").read_text(encoding="utf-8") == contract.schema()


def test_the_committed_example_is_read_back_as_it_was_written():
    issues = load_issues(EXAMPLE)
    assert issues.to_json() == EXAMPLE.read_text(encoding="utf-8")
    assert list(issues.to_frame()["id"]) == [issue.id for issue in issues.issues]
