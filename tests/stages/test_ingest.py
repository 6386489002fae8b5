import functools
import random
from pathlib import Path

import pytest

from pipeline import config, readers
from pipeline.stages.ingest import RawFile, ingest
from pipeline.tables import RAW_DOCUMENTS, RAW_SEGMENTS, RAW_SESSIONS, ROSTER, check
from pipeline.wordlist import load_word_ranks

RAW = Path(__file__).parent.parent / "data" / "raw"
SETTINGS = config.load().ingest
NOTES = "- Hoe gaat het verder?\n- Wie betaalt dat?\n"
load = functools.cache(load_word_ranks)


def run(*files, **limits):
    found = [file if isinstance(file, RawFile) else RawFile("2024-03-01-een-sessie", *file) for file in files]
    return ingest(found, SETTINGS.model_copy(update=limits), word_ranks=load)


def files_on_disk():
    return [
        RawFile(path.parent.name, path.name, path.read_bytes()) for path in sorted(RAW.rglob("*")) if path.is_file()
    ]


@pytest.fixture(scope="module")
def mixed():
    return ingest(files_on_disk(), SETTINGS, word_ranks=load)


def test_every_table_meets_its_contract(mixed):
    for frame, table in zip(mixed, (RAW_SESSIONS, RAW_DOCUMENTS, RAW_SEGMENTS, ROSTER), strict=True):
        assert len(check(frame, table, made_by="ingest"))


def test_every_file_ends_as_read_or_with_a_reason(mixed):
    _, documents, segments, _ = mixed
    assert len(documents) == len(files_on_disk())
    counts = segments.groupby("document_id").size()
    for document in documents.itertuples():
        assert (document.status in ("refused", "ignored")) == isinstance(document.reason, str)
        assert document.n_segments == counts.get(document.document_id, 0)
        assert (document.n_segments > 0) == (document.status in ("read", "warnings"))
    assert dict(documents["status"].value_counts()) == {"read": 10, "warnings": 10, "refused": 12, "ignored": 3}


def test_what_was_repaired_is_named_and_counted(mixed):
    _, documents, segments, _ = mixed
    (wrapped,) = documents[documents["file"] == "hard-afgebroken.txt"].itertuples()
    assert wrapped.warnings == ["repaired: 1 hyphenated word, 5 line breaks, 3 lost letters, 1 page break"]
    assert wrapped.n_repairs == segments[segments["document_id"] == wrapped.document_id]["n_repairs"].sum() == 10


def test_the_session_is_told_by_its_settings(mixed):
    (session,) = mixed[0].itertuples()
    assert (session.title, session.held_on, session.region) == (
        "Een middag met gemengde bestanden",
        "2024-06-11",
        "Rivierenland",
    )


def test_the_order_of_files_changes_nothing(mixed):
    shuffled = ingest(random.Random(3).sample(files_on_disk(), len(files_on_disk())), SETTINGS, word_ranks=load)
    for one, other in zip(mixed, shuffled, strict=True):
        assert one.to_json() == other.to_json()


def test_ids_hang_on_content_and_not_on_place():
    _, _, first, _ = run(("a.txt", NOTES.encode()))
    _, _, second, _ = run(("a.txt", b"- Iets nieuws vooraf.\n" + NOTES.encode()))
    assert set(first["segment_id"]) < set(second["segment_id"])


def test_repeats_of_a_text_get_ids_of_their_own():
    _, _, segments, _ = run(("a.txt", NOTES.encode() * 3))
    assert segments["segment_id"].is_unique
    assert len(segments) == 6


def test_names_of_people_are_gathered(mixed):
    roster = set(mixed[3].itertuples(index=False, name=None))
    assert {
        ("Tjeerd Wiarda", "session.yaml"),
        ("Imane Bouchta", "participant list"),
        ("Imane Bouchta", "file property"),
        ("Mieke op de Hoek", "speaker"),
    } <= roster
    assert not any("Microsoft" in name or "openpyxl" in name for name, _ in roster)


def test_those_that_session_settings_name_are_known_as_speakers():
    settings = ("session.yaml", b"participants: [Jorien Haverkamp]\n")
    _, _, segments, _ = run(settings, ("a.txt", b"Jorien: de uren zijn op\nTafels: vier\n"))
    assert dict(zip(segments["text"], segments["speaker"], strict=True)).get("de uren zijn op") == "Jorien Haverkamp"


@pytest.mark.parametrize(
    ("file", "status"),
    [
        (".verborgen.txt", "ignored"),
        ("~$a.docx", "ignored"),
        ("Thumbs.db", "ignored"),
        ("a.exe", "refused"),
        ("a", "refused"),
    ],
)
def test_files_that_are_no_documents_are_named(file, status):
    _, documents, _, _ = run((file, b"iets"))
    assert list(documents["status"]) == [status]


def test_a_file_that_was_not_opened_keeps_its_reason():
    _, documents, _, _ = run(("a.txt", b"", "larger than ingest.max_file_mb allows (300 MB)"))
    assert list(documents["reason"]) == ["larger than ingest.max_file_mb allows (300 MB)"]
    assert documents["sha256"].isna().all()


def test_settings_that_cannot_be_read_do_not_stop_the_rest():
    sessions, documents, segments, _ = run(("session.yaml", b"title: [\n"), ("a.txt", NOTES.encode()))
    assert list(documents.sort_values("file")["status"]) == ["read", "refused"]
    assert (sessions["title"][0], sessions["held_on"][0], len(segments)) == ("Een sessie", "2024-03-01", 2)


def test_folders_that_become_the_same_id_stay_apart():
    sessions, _, segments, _ = run(RawFile("a b", "a.txt", NOTES.encode()), RawFile("a:b", "a.txt", NOTES.encode()))
    assert len(sessions) == 2
    assert segments["segment_id"].is_unique


def test_long_segments_are_cut_at_the_end_of_a_sentence_and_counted():
    sentence = "Dit is een zin van enige lengte. "
    _, documents, segments, _ = run(("a.txt", (sentence * 20).encode()), max_segment_characters=100)
    assert segments["text"].str.len().max() <= 100
    assert all(segments["text"].str.endswith("."))
    assert " ".join(segments.sort_values("position")["text"]) == (sentence * 20).strip()
    assert list(documents["warnings"][0]) == ["6 cuts made in segments longer than ingest.max_segment_characters"]


def test_what_is_not_dutch_is_flagged_and_said():
    text = "Who is going to pay for all of this in the end?\nWie gaat dit uiteindelijk allemaal betalen?\n"
    _, documents, segments, _ = run(("a.txt", text.encode()))
    assert list(segments.sort_values("position")["is_dutch"]) == [False, True]
    assert list(documents["warnings"][0]) == ["1 of 2 segments are not Dutch"]


def test_half_characters_are_counted_as_lost_and_can_be_written(tmp_path):
    answers = rb'[{"antwoord": "Wie betaalt dat \ud800 straks?", "naam": "\udc00 Anouk"}]'
    mail = b"From: Anouk \xe9\xff <a@voorbeeld.example>\nSubject: geld \xff\xfe\n\nWie betaalt dat?\n"
    for files in ([("a.json", answers)], [("b.eml", mail)], [("session.yaml", rb'title: "Half \ud800"')]):
        tables = run(*files)
        for number, frame in enumerate(tables):
            frame.to_parquet(tmp_path / f"{number}.parquet")
    _, documents, segments, _ = run(("a.json", answers))
    assert list(segments["text"]) == ["Wie betaalt dat \ufffd straks?"]
    assert "1 lost characters could not be restored" in documents["warnings"][0]


def test_the_table_in_the_name_of_a_file_is_the_group():
    _, _, segments, _ = run(("tafel-2.txt", NOTES.encode()))
    assert set(segments["group"]) == {"Tafel 2"}


def test_no_files_make_empty_tables():
    assert [len(frame) for frame in ingest([], SETTINGS, word_ranks=load)] == [0, 0, 0, 0]


def test_a_fault_of_ours_with_one_file_does_not_cost_the_others(monkeypatch):
    def fail(source):
        if source.file == "b.txt":
            raise ZeroDivisionError
        return readers.READ(source)

    monkeypatch.setattr(readers, "READ", readers.read, raising=False)
    monkeypatch.setattr(readers, "read", fail)
    _, documents, segments, _ = run(("a.txt", NOTES.encode()), ("b.txt", NOTES.encode()))
    assert list(documents.sort_values("file")["status"]) == ["read", "refused"]
    assert "ZeroDivisionError" in documents.sort_values("file")["reason"].iloc[1]
    assert len(segments) == 2
