import multiprocessing
import os
import stat

import pytest

from pipeline import store
from pipeline.errors import InputError
from pipeline.tables import RAW_SEGMENTS, SEGMENTS, SPEAKER_CODES
from tests.make import make_segments


def test_files_of_sessions_are_listed_in_one_order(tmp_path):
    for name in ("b/2.txt", "a/z.txt", "a/sub/1.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    assert [(e.session, e.file) for e in store.list_raw(tmp_path)] == [
        ("a", "sub/1.txt"),
        ("a", "z.txt"),
        ("b", "2.txt"),
    ]


def test_names_that_are_no_text_are_listed_and_stay_different(tmp_path):
    folder = tmp_path / "s"
    folder.mkdir()
    names = [b"a\xff.txt", b"a\xfe.txt"]
    for name in names:
        (folder / os.fsdecode(name)).write_text("x")
    entries = store.list_raw(tmp_path)
    assert [entry.file for entry in entries] == [r"a\xfe.txt", r"a\xff.txt"]
    assert [store.read_raw(entry, max_bytes=10) for entry in entries] == [(b"x", None)] * 2


def test_one_file_is_a_session_of_its_own(tmp_path):
    path = tmp_path / "verslag.txt"
    path.write_text("Wie betaalt dat?")
    (entry,) = store.list_raw(path)
    assert (entry.session, entry.file) == ("verslag", "verslag.txt")


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.mkdir()])
def test_a_missing_or_empty_folder_is_named(tmp_path, make):
    make(tmp_path / "raw")
    with pytest.raises(InputError, match="raw"):
        store.list_raw(tmp_path / "raw")


def test_a_link_out_of_the_session_is_not_followed(tmp_path):
    secret = tmp_path / "geheim.txt"
    secret.write_text("geheim")
    session = tmp_path / "raw" / "2024-01-01-sessie"
    session.mkdir(parents=True)
    (session / "notitie.txt").symlink_to(secret)
    (session / "map").symlink_to(tmp_path)
    entries = store.list_raw(tmp_path / "raw")
    assert [entry.file for entry in entries] == ["map", "notitie.txt"]
    assert all("link" in store.read_raw(entry, max_bytes=100)[1] for entry in entries)


def test_a_file_that_changes_during_the_run_is_refused(tmp_path):
    path = tmp_path / "s" / "a.txt"
    path.parent.mkdir()
    path.write_text("eerst")
    (entry,) = store.list_raw(tmp_path)
    path.write_text("later")
    data, fault = store.read_raw(entry, max_bytes=100)
    assert data == b""
    assert "changed" in fault


def test_a_file_over_the_limit_is_not_read(tmp_path):
    (tmp_path / "groot.txt").write_bytes(b"x" * 2000)
    (entry,) = store.list_raw(tmp_path)
    data, fault = store.read_raw(entry, max_bytes=1000)
    assert data == b""
    assert "max_file_mb" in fault


def test_a_failed_write_leaves_what_was_there(tmp_path, monkeypatch):
    path = tmp_path / "issues.json"
    store.write(path, b"goed")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="No space left"):
        store.write(path, b"nieuw")
    assert path.read_bytes() == b"goed"
    assert [p.name for p in tmp_path.iterdir()] == ["issues.json"]


def test_what_holds_names_is_never_written(tmp_path):
    with pytest.raises(ValueError, match="private"):
        store.write_table(tmp_path, RAW_SEGMENTS, RAW_SEGMENTS.frame())


def test_only_the_owner_can_read_the_codes_of_speakers(tmp_path):
    codes = SPEAKER_CODES.frame([{"name": 'Zoë, "van" Dijk', "code": "P-01"}])
    store.write_speaker_codes(tmp_path, codes)
    assert stat.S_IMODE((tmp_path / store.KEY_FILE).stat().st_mode) == 0o600
    assert store.read_speaker_codes(tmp_path).to_dict() == codes.to_dict()


def test_a_damaged_table_of_codes_is_not_overlooked(tmp_path):
    (tmp_path / store.KEY_FILE).write_text("naam;code\nx;y\n")
    with pytest.raises(InputError, match="speaker_codes"):
        store.read_speaker_codes(tmp_path)


@pytest.mark.parametrize("damage", [lambda data: data[: len(data) // 2], lambda data: b"", lambda data: b"PAR1" + data])
def test_a_damaged_table_is_named(tmp_path, damage):
    store.write_table(tmp_path, SEGMENTS, make_segments("Wie betaalt dat?"))
    path = tmp_path / "segments.parquet"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(InputError, match=r"segments\.parquet"):
        store.read_table(path, SEGMENTS)


def _hold(folder, ready, done):
    with store.locked(folder):
        ready.set()
        done.wait(30)


def test_two_runs_on_one_folder_are_refused(tmp_path):
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(tmp_path, ready, done))
    other.start()
    assert ready.wait(30)
    with pytest.raises(InputError, match="Another run"), store.locked(tmp_path):
        pass
    done.set()
    other.join()
    with store.locked(tmp_path):
        pass
