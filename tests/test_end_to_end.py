"""The real command, in a subprocess, on files as people bring them."""

import csv
import io
import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from pipeline import store
from pipeline.contract import load_issues
from tests.golden import EXAMPLE, RAW, issues_of
from tests.refi import assert_read_by_another_program

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "data" / "raw"
STAGES = ("ingest", "mask", "tokenise", "extract", "cluster", "match", "rank", "report")


def opdenk(*arguments):
    command = [sys.executable, "-m", "pipeline", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)


def run_on(raw, out, *options):
    return opdenk("run", "--raw", raw, "--out", out, *options)


@pytest.fixture(scope="session")
def sample(tmp_path_factory):
    """The results of one run on the sample sessions."""
    out = tmp_path_factory.mktemp("sample") / "out"
    result = run_on(SAMPLES, out)
    assert result.returncode == 0, result.stderr
    return out, result


def test_a_run_prints_the_most_urgent_issues_and_where_the_results_are(sample):
    out, result = sample
    issues = json.loads((out / "issues.json").read_text())["issues"]
    assert issues[0]["id"] in result.stdout
    assert issues[0]["label"] in result.stdout
    assert str(out) in result.stdout
    assert "\r" not in result.stderr  # no progress line where there is no terminal


def test_the_samples_show_the_tool_at_its_best(sample):
    out, _ = sample
    document = json.loads((out / "issues.json").read_text())
    evidence = [item for issue in document["issues"] for item in issue["evidence"]]
    assert len(evidence) >= 200
    assert {item["form"] for item in evidence} == {"direct", "indirect", "concern"}
    assert sum(session["speakers"] for session in document["sessions"]) >= 40
    endings = {Path(item["source"]["document"]).suffix for item in evidence}
    assert endings >= {".txt", ".md", ".csv", ".xlsx", ".docx", ".vtt", ".srt", ".pdf", ".json", ".tsv"}
    assert {issue["category"]["id"] for issue in document["issues"]} >= {
        "positioning",
        "governance",
        "finance",
        "quality",
        "multi-region",
    }


def test_every_quote_is_what_its_segment_says(sample):
    out, _ = sample
    document = json.loads((out / "issues.json").read_text())
    texts = pd.read_parquet(out / "segments.parquet").set_index("segment_id")["text"]
    quotes = [item for issue in document["issues"] for part in ("evidence", "signals") for item in issue[part]]
    assert quotes
    for item in [*quotes, *document["unplaced"]]:
        source = item["source"]
        assert texts[source["segment"]][source["start"] : source["end"]] == item["text"]


def test_another_program_reads_every_coding_of_the_exchange_file(sample, tmp_path):
    out, _ = sample
    documents = pd.read_parquet(out / "documents.parquet")
    assert_read_by_another_program(out / "issues.qdpx", load_issues(out / "issues.json"), documents, tmp_path)


def test_the_ledger_accounts_for_everything(sample):
    out, _ = sample
    ledger = json.loads((out / "run.json").read_text())["ledger"]
    assert set(ledger) == {"documents", "segments", "sentences", "questions"}
    for account in ledger.values():
        assert account["found"] == sum(number for way, number in account.items() if way != "found")


def test_the_document_validates(sample):
    out, _ = sample
    assert opdenk("validate", out / "issues.json").returncode == 0


def test_a_second_run_skips_every_stage_and_says_so(sample):
    out, _ = sample
    before = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file() and path.name != "run.json"}
    result = run_on(SAMPLES, out)
    assert result.returncode == 0
    assert [line.split(":")[0] for line in result.stderr.splitlines() if "up to date" in line] == list(STAGES)
    after = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file() and path.name != "run.json"}
    assert after == before


def test_a_forced_run_writes_the_same_bytes(sample, tmp_path):
    out, _ = sample
    again = tmp_path / "again"
    shutil.copytree(out, again)
    assert run_on(SAMPLES, again, "--force").returncode == 0
    assert (again / "issues.json").read_bytes() == (out / "issues.json").read_bytes()


def _shuffled_copy(source, target):
    """The same sessions, files made in another order, rows of sheets that have an ID column in another order."""
    rng = random.Random(7)
    paths = [path for path in source.rglob("*") if path.is_file()]
    rng.shuffle(paths)
    for path in paths:
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
        if path.suffix == ".csv":
            _shuffle_rows(copy, rng)


def _shuffle_rows(path, rng):
    data = path.read_bytes()
    encoding = "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "cp1252"
    with path.open(encoding=encoding, newline="") as stream:
        dialect = csv.Sniffer().sniff(stream.readline(), delimiters=",;")
        stream.seek(0)
        head, *rows = csv.reader(stream, dialect)
    if not head[0].strip().lower().startswith(("id", "nr", "nummer")):
        return
    rng.shuffle(rows)
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, dialect).writerows([head, *rows])


def test_shuffled_files_and_rows_give_the_same_bytes(sample, tmp_path):
    out, _ = sample
    _shuffled_copy(SAMPLES, tmp_path / "raw")
    assert run_on(tmp_path / "raw", tmp_path / "out").returncode == 0
    assert (tmp_path / "out" / "issues.json").read_bytes() == (out / "issues.json").read_bytes()


def test_no_output_gives_a_name_away(sample):
    out, result = sample
    questions = (ROOT / "data/gold/samples/gold_questions.jsonl").read_text(encoding="utf-8").splitlines()
    speakers = {name for line in questions if (name := json.loads(line)["speaker"])}
    full = [name for name in speakers if " " in name]
    assert len(full) >= 40
    outputs = [path for path in out.rglob("*") if path.is_file() and path.name != "speaker_codes.csv"]
    shown = result.stdout + result.stderr
    for path in outputs:
        if path.suffix == ".parquet":
            data = store.kept(path) if "cache" in path.parts else path.read_bytes()
            shown += pd.read_parquet(io.BytesIO(data)).to_csv()
        elif path.suffix in (".json", ".html", ".csv"):
            shown += path.read_text(encoding="utf-8")
    assert [name for name in full if name in shown] == []


def test_status_and_explain(sample):
    out, _ = sample
    assert opdenk("status", "--raw", SAMPLES, "--out", out).stdout.count("up to date") == len(STAGES)
    issue = json.loads((out / "issues.json").read_text())["issues"][0]
    shown = opdenk("explain", issue["id"], "--out", out).stdout
    assert issue["label"] in shown
    assert all(name in shown for name in issue["urgency"]["components"])
    missing = opdenk("explain", "T-00000000", "--out", out)
    assert missing.returncode == 1
    assert "did you mean" in missing.stderr


def test_evaluate_prints_the_figures(sample):
    out, _ = sample
    result = opdenk("evaluate", "--gold", ROOT / "data/gold/samples", "--out", out)
    assert result.returncode == 0, result.stderr
    for word in ("direct", "indirect", "concern", "macro_f1", "v_measure", "ari", "ndcg"):
        assert word in result.stdout


def test_two_small_sessions_give_the_golden_document(tmp_path):
    assert issues_of(RAW, tmp_path / "out") == EXAMPLE.read_text(encoding="utf-8")


def _session(tmp_path, **files):
    folder = tmp_path / "raw" / "2024-03-01-sessie"
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        path = folder / name.replace("__", ".")
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return tmp_path / "raw"


NOTES = """Verslag

- Wie betaalt de begeleiding na 2026?
- Het is onduidelijk wie daarover beslist.
- Er is te weinig tijd voor overleg.
"""


def test_each_stage_runs_alone_after_the_one_before_it(tmp_path):
    raw, out = _session(tmp_path, notities__txt=NOTES), tmp_path / "out"
    missing = opdenk("cluster", "--raw", raw, "--out", out)
    assert missing.returncode == 1
    assert "segments.parquet is missing" in missing.stderr
    for stage in STAGES:
        result = opdenk(stage, "--raw", raw, "--out", out)
        assert result.returncode == 0, result.stderr
    assert (out / "issues.json").exists()


def test_a_changed_setting_runs_only_what_depends_on_it(tmp_path):
    raw, out = _session(tmp_path, notities__txt=NOTES), tmp_path / "out"
    run_on(raw, out)
    settings = tmp_path / "mine.yaml"
    settings.write_text("rank:\n  n_bootstrap: 20\n")
    result = run_on(raw, out, "--config", settings)
    assert result.returncode == 0
    skipped = [line.split(":")[0] for line in result.stderr.splitlines() if "up to date" in line]
    assert skipped == list(STAGES[:-2])
    assert "settings changed: rank" in result.stderr


def test_what_cannot_be_read_is_named_and_the_rest_goes_on(tmp_path):
    raw = _session(tmp_path, notities__txt=NOTES, verslag__docx=b"geen docx", plaatje__png=b"\x89PNG\r\n\x1a\n")
    result = run_on(raw, tmp_path / "out")
    assert result.returncode == 3
    assert "verslag.docx" in result.stderr
    assert "plaatje.png" in result.stderr
    assert "Traceback" not in result.stderr
    assert json.loads((tmp_path / "out" / "issues.json").read_text())["sessions"][0]["questions"] > 0


@pytest.mark.parametrize("text", ["", "   \n\n", "Geen enkele vraag hier, alles is geregeld.\n"])
def test_input_without_questions_gives_an_empty_document(tmp_path, text):
    out = tmp_path / "out"
    result = run_on(_session(tmp_path, notities__txt=text), out)
    assert result.returncode in (0, 3), result.stderr
    assert json.loads((out / "issues.json").read_text())["issues"] == []


def test_another_language_is_left_out_and_said(tmp_path):
    text = "How can we make sure that every student finds a good place? Who pays for the extra hours next year?\n" * 3
    out = tmp_path / "out"
    result = run_on(_session(tmp_path, minutes__txt=text), out)
    assert result.returncode == 0, result.stderr
    assert json.loads((out / "run.json").read_text())["ledger"]["segments"]["not Dutch"] > 0


@pytest.mark.parametrize(
    ("options", "code", "expected"),
    [
        (["--raw", "bestaat-niet"], 1, "bestaat-niet"),
        (["--from", "klaster"], 2, "klaster"),
        (["--from", "rank", "--until", "ingest"], 2, "comes after"),
        (["--config", "bestaat-niet.yaml"], 1, "bestaat-niet.yaml"),
    ],
)
def test_wrong_use_has_a_message_and_a_code(tmp_path, options, code, expected):
    base = [] if "--raw" in options else ["--raw", _session(tmp_path, notities__txt=NOTES)]
    result = opdenk("run", *base, "--out", tmp_path / "out", *options)
    assert result.returncode == code
    assert expected in result.stderr
    assert "Traceback" not in result.stderr


def test_a_faulty_setting_leaves_earlier_output_untouched(tmp_path):
    raw, out = _session(tmp_path, notities__txt=NOTES), tmp_path / "out"
    run_on(raw, out)
    before = (out / "issues.json").read_bytes()
    settings = tmp_path / "mine.yaml"
    settings.write_text("cluster:\n  min_question: 3\n")
    result = run_on(raw, out, "--config", settings)
    assert result.returncode == 1
    assert "did you mean 'min_questions'" in result.stderr
    assert (out / "issues.json").read_bytes() == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    raw, out = _session(tmp_path, notities__txt=NOTES), tmp_path / "out"
    out.mkdir(mode=0o500)
    result = run_on(raw, out)
    assert result.returncode == 1
    assert "cannot be written" in result.stderr


def test_a_file_in_the_way_of_the_results_is_named(tmp_path):
    raw, out = _session(tmp_path, notities__txt=NOTES), tmp_path / "out"
    out.write_text("in de weg")
    result = run_on(raw, out)
    assert result.returncode == 1
    assert "cannot be written" in result.stderr
    assert out.read_text() == "in de weg"


def test_no_mask_is_loud_and_marks_its_output(tmp_path):
    raw, out = _session(tmp_path, chat__txt="Fatima El Amrani: Wie betaalt de begeleiding na 2026?\n"), tmp_path / "out"
    result = run_on(raw, out, "--no-mask")
    assert result.returncode == 0
    assert "NOT MASKED" in result.stderr
    assert json.loads((out / "issues.json").read_text())["run"]["masked"] is False


def test_a_run_never_changes_its_input(sample, tmp_path):
    copy = tmp_path / "raw"
    shutil.copytree(SAMPLES, copy)
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in copy.rglob("*") if path.is_file()}
    run_on(copy, tmp_path / "out", "--until", "mask")
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in copy.rglob("*") if path.is_file()} == before


def test_extract_explains_a_file_sentence_by_sentence_without_names(tmp_path):
    notes = tmp_path / "notities.txt"
    notes.write_text("Willemijn van der Steen vraagt zich af wie dat betaalt.\n\nHet was een mooie dag.\n", "utf-8")
    result = opdenk("extract", "--explain", notes)
    assert result.returncode == 0, result.stderr
    assert "Willemijn" not in result.stdout
    assert "vraagt zich af wie dat betaalt." in result.stdout
    assert result.stdout.splitlines()[-1] == "2 sentences: 1 found, 1 no"
    assert list(tmp_path.iterdir()) == [notes]


def test_extract_says_which_file_it_cannot_explain(tmp_path):
    result = opdenk("extract", "--explain", tmp_path / "weg.txt")
    assert result.returncode == 1
    assert "weg.txt" in result.stderr
    assert "Traceback" not in result.stderr
