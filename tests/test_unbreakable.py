"""What happens to a run from outside: killed, disturbed, out of disk, or with what it left behind damaged."""

import errno
import json
import os
import random
import shutil

import pytest

from benchmarks import kill, mutate
from benchmarks.kill import RAW, contents, differences, read_record
from pipeline import store, workspace
from pipeline.errors import InputError
from pipeline.plan import STAGE_NAMES
from pipeline.run import Request, run, status

pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # on fork with threads


def go(raw, out, **options):
    """Run in this process; gives the outcome and what was said."""
    said = []
    return run(Request(raw, out, **options), say=said.append, progress=lambda *_: None), said


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """The results of an undisturbed run, not to be changed."""
    out = tmp_path_factory.mktemp("finished") / "out"
    go(RAW, out)
    return out


@pytest.fixture
def out(finished, tmp_path):
    """A copy of those results."""
    return shutil.copytree(finished, tmp_path / "out")


@pytest.fixture
def raw(tmp_path):
    """A copy of the raw data, to be changed."""
    return shutil.copytree(RAW, tmp_path / "raw")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_killed_run_leaves_whole_files_and_the_next_puts_all_right(tmp_path):
    scene = kill.prepare(RAW, tmp_path)
    chance = random.Random(8)
    for number in range(6):
        moment = scene.seconds * chance.uniform(number, number + 1) / 6
        assert kill.try_once(scene, moment, tmp_path)[1] == []


@pytest.mark.parametrize("number", range(24))
def test_a_damaged_file_costs_neither_the_run_nor_other_files(number, tmp_path):
    assert mutate.try_one(number, 1, tmp_path)[1] == ""


@pytest.mark.parametrize("n_written", [0, 1, 5, 12, 20])
def test_a_full_disk_is_said_and_earlier_results_stay(finished, out, monkeypatch, n_written):
    left = [n_written]
    sync = os.fsync

    def full(handle):
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="cannot be written: No space left on device"):
        go(RAW, out, force=True)
    monkeypatch.undo()
    assert contents(out) == contents(finished)
    go(RAW, out)
    assert differences(finished, out) == []


def test_a_file_in_the_way_of_the_cache_is_named(out):
    shutil.rmtree(out / store.CACHE)
    (out / store.CACHE).write_text("in de weg")
    with pytest.raises(InputError, match="cannot be written"):
        go(RAW, out, force=True)
    assert (out / store.CACHE).read_text() == "in de weg"


@pytest.mark.parametrize(
    ("disturb", "reason"),
    [
        (lambda path: path.write_text("Wie beslist hierover?"), "changed while the run was reading it"),
        (lambda path: path.unlink(), "cannot be read"),
    ],
)
def test_a_file_that_goes_or_changes_during_a_run_is_named_and_read_by_the_next(
    raw, tmp_path, monkeypatch, disturb, reason
):
    listing = store.list_raw
    victim = next(path for path in sorted(raw.rglob("*.txt")))
    before = victim.read_bytes()

    def list_and_disturb(folder):
        entries = listing(folder)
        disturb(victim)
        return entries

    monkeypatch.setattr(store, "list_raw", list_and_disturb)
    outcome, _ = go(raw, tmp_path / "out")
    assert [reason in why for why in outcome.refused.values()] == [True]
    monkeypatch.undo()
    victim.write_bytes(before)
    outcome, _ = go(raw, tmp_path / "out")
    assert not outcome.refused
    go(raw, tmp_path / "new")
    wanted, made = (json.loads((tmp_path / name / "issues.json").read_text()) for name in ("new", "out"))
    assert {issue["label"] for issue in made["issues"]} == {issue["label"] for issue in wanted["issues"]}


def test_a_clock_that_is_set_back_changes_nothing(out, raw, monkeypatch):
    monkeypatch.setattr(workspace, "now", lambda: "1999-12-31T23:59:59+00:00")
    for path in raw.rglob("*"):
        os.utime(path, (0, 0))
    outcome, _ = go(RAW, out)
    assert outcome.skipped == list(STAGE_NAMES)


def test_a_second_run_on_one_folder_is_refused_while_the_first_is_at_work(out):
    with store.locked(out), pytest.raises(InputError, match="Another run is at work"):
        go(RAW, out)
    assert go(RAW, out)[0].skipped == list(STAGE_NAMES)


@pytest.mark.parametrize(
    "record",
    ["", "{", "[]", '{"record_version": 0}', '{"record_version": 99}', '{"record_version": 1, "stages": {"mask": {}}}'],
)
def test_a_record_that_is_damaged_or_of_another_version_means_running_anew(finished, out, record):
    (out / store.RUN_FILE).write_text(record)
    outcome, said = go(RAW, out)
    assert list(outcome.ran) == list(STAGE_NAMES)
    assert "damaged or of another version" in said[0]
    assert (out / "segments.parquet").read_bytes() == (finished / "segments.parquet").read_bytes()
    assert read_record(out)["record_version"] == workspace.RECORD_VERSION


@pytest.mark.parametrize("damage", [lambda data: data[:-100], lambda data: data[:90] + b"?" + data[91:], lambda _: b""])
def test_a_damaged_cache_is_said_and_made_anew(finished, out, damage):
    kept = [path for path in (out / store.CACHE).rglob("*") if path.is_file()]
    for path in kept:
        path.write_bytes(damage(path.read_bytes()))
    _, said = go(RAW, out, force=True)
    assert any("were damaged and were made anew" in line for line in said)
    assert differences(finished, out) == []


def test_an_altered_result_is_made_anew(finished, out):
    path = out / "themes.parquet"
    path.write_bytes(path.read_bytes()[:-8])
    assert status(Request(RAW, out))["cluster"] == "themes.parquet is missing or was altered"
    go(RAW, out)
    assert (out / "issues.json").read_bytes() == (finished / "issues.json").read_bytes()
