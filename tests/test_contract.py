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


def _shift(sentence):
    """Let a sentence begin and end somewhere else."""
    sentence.update(start=sentence["start"] + 1, end=sentence["end"] + 1)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda d: d["issues"][0].pop("label"), r"issues\.0\.label: is missing"),
        (lambda d: d["issues"][0]["urgency"].update(score=2), r"issues\.0\.urgency\.score"),
        (lambda d: d["issues"][0]["urgency"].update(score="0.5"), r"issues\.0\.urgency\.score: should be a number"),
        (lambda d: d.update(extra=1), "extra: is not known"),
        (lambda d: d.pop("schema_version"), "schema_version: is missing"),
        (lambda d: d.update(schema_version="2.0.0"), "2.0.0"),
        (lambda d: d["issues"].append(d["issues"][0]), "doubled"),
        (lambda d: d["issues"][0]["evidence"][0]["source"].update(end=10**6), r"0\.evidence\.0: span and quote"),
        (lambda d: d["issues"][0]["signals"][0].update(text="x"), r"issues\.0\.signals\.0: span and quote"),
        (lambda d: d["issues"][0]["signals"][0]["sentence"].update(start=0, end=1), r"signals\.0\.sentence: span"),
        (lambda d: _shift(d["issues"][0]["signals"][0]["sentence"]), r"signals\.0\.sentence: does not hold"),
        (lambda d: d["issues"][0]["evidence"][1].update(duplicate_of="Q-0"), r"evidence\.1: duplicate_of Q-0 is no"),
        (lambda d: d["issues"][1]["category"].update(id="money"), r"issues\.1: category money is not in"),
        (lambda d: d["issues"][1]["trend"][0].update(session="x"), r"issues\.1\.trend: there is no session x"),
        (lambda d: d["issues"][0]["urgency"].update(rank_interval=[3, 1]), r"rank_interval: its low end 3 lies above"),
        (lambda d: d["issues"][0].update(rank=3), r"issues\.1: rank 2 after rank 3"),
        (lambda d: d["rare_but_severe"].append("T-00000000"), "T-00000000 is no issue"),
        (lambda d: d["sessions"][0].update(questions=0), r"sessions\.0: 0 questions counted"),
        (lambda d: d["issues"].pop(), "unplaced hold"),
    ],
)
def test_every_fault_of_a_document_is_given_with_its_place(tmp_path, change, expected):
    with pytest.raises(ContractError, match=expected):
        contract.load_issues(_changed(tmp_path, change))


def test_all_faults_are_given_at_once(tmp_path):
    def damage(document):
        document["run"].pop("masked")
        document["issues"][0]["urgency"]["score"] = "high"
        document["issues"][1]["evidence"][0]["form"] = "order"
        document["gone"] = {}

    with pytest.raises(ContractError) as refused:
        contract.load_issues(_changed(tmp_path, damage))
    assert str(refused.value).splitlines()[1:-1] == [
        "  run.masked: is missing",
        "  issues.0.urgency.score: should be a number",
        "  issues.1.evidence.0.form: should be 'direct', 'indirect' or 'concern'",
        "  gone: should be a list",
    ]

    def contradict(document):
        document["issues"][0]["signals"][0]["text"] += "!"
        document["emerging"] = [{"label": "x", "issue_ids": ["T-0", "T-1"], "why": "y"}]

    with pytest.raises(ContractError) as refused:
        contract.load_issues(_changed(tmp_path, contradict))
    assert len(str(refused.value).splitlines()) == 2 + 4


def test_a_fault_does_not_repeat_what_somebody_said(tmp_path):
    def damage(document):
        document["issues"][0]["evidence"][0]["form"] = "Piet Jansen zei dit"

    with pytest.raises(ContractError) as refused:
        contract.load_issues(_changed(tmp_path, damage))
    assert "Jansen" not in str(refused.value)


@pytest.mark.parametrize(("data", "expected"), [("{", "line 1"), ("[]", "contract"), ("", "line 1")])
def test_what_is_no_document_is_refused(tmp_path, data, expected):
    path = tmp_path / "issues.json"
    path.write_text(data)
    with pytest.raises(ContractError, match=expected):
        contract.load_issues(path)
