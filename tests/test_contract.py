import json
from pathlib import Path

import pytest

from pipeline import contract
from pipeline.errors import ContractError

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "schemas" / "issues.example.json"


def test_the_committed_schema_is_that_of_the_code():
    assert (ROOT / "schemas" / "issues.schema.json").read_text(encoding="utf-8") == contract.schema()


def test_the_committed_example_is_read_back_as_it_was_written():
    issues = contract.load_issues(EXAMPLE)
    assert issues.to_json() == EXAMPLE.read_text(encoding="utf-8")
    assert list(issues.to_frame()["id"]) == [issue.id for issue in issues.issues]


def _changed(tmp_path, change):
    document = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    change(document)
    path = tmp_path / "issues.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda d: d["issues"][0].pop("label"), r"issues\.0\.label"),
        (lambda d: d["issues"][0]["urgency"].update(score=2), r"issues\.0\.urgency\.score"),
        (lambda d: d.update(extra=1), "extra"),
        (lambda d: d.update(schema_version="2.0.0"), "2.0.0"),
        (lambda d: d["issues"].append(d["issues"][0]), "doubled"),
        (lambda d: d["issues"][0]["evidence"][0]["source"].update(end=10**6), "span and quote"),
        (lambda d: d["rare_but_severe"].append("T-00000000"), "T-00000000 is no issue"),
        (lambda d: d["issues"].pop(), "unplaced hold"),
    ],
)
def test_every_fault_of_a_document_is_given_with_its_place(tmp_path, change, expected):
    with pytest.raises(ContractError, match=expected):
        contract.load_issues(_changed(tmp_path, change))


@pytest.mark.parametrize(("data", "expected"), [("{", "line 1"), ("[]", "contract"), ("", "line 1")])
def test_what_is_no_document_is_refused(tmp_path, data, expected):
    path = tmp_path / "issues.json"
    path.write_text(data)
    with pytest.raises(ContractError, match=expected):
        contract.load_issues(path)
