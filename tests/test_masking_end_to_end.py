"""Names planted in every place that a name can come from are in no output, log or cache."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import docx
import pandas as pd
import pytest
from openpyxl import Workbook

from pipeline import store

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("Xandrel", "Qoetzip", "Dijkstra", "Annemiek", "Tjalling", "Zwierenga")
RECORDS = "speaker_codes.csv"  # the one file that says who has which code


def plant(folder):
    session = folder / "2024-03-01-gesprek-annemiek-dijkstra"
    session.mkdir(parents=True)
    (session / "session.yaml").write_text("title: Gesprek met Annemiek Dijkstra\ndate: 2024-03-01\n", encoding="utf-8")
    (session / "verslag Xandrel Qoetzip.txt").write_text(
        "Annemiek Dijkstra vraagt wie de begeleiding betaalt.\n\nEn waarom weet Xandrel Qoetzip dat niet?\n",
        encoding="utf-8",
    )
    (session / "tafel.vtt").write_text(
        "WEBVTT\n\n00:01.000 --> 00:04.000\n<v Tjalling Zwierenga>Hoe houden we dat vol?\n\n"
        "00:05.000 --> 00:09.000\n<v Annemiek Dijkstra>Tjalling Zwierenga heeft gelijk, er is geen geld.\n",
        encoding="utf-8",
    )
    book = Workbook()
    book.active.append(["Naam", "Antwoord"])
    book.active.append(["Xandrel Qoetzip", "Er is te weinig tijd voor begeleiding, zegt Annemiek Dijkstra."])
    book.save(session / "reacties.xlsx")
    note = docx.Document()
    note.core_properties.author = "Tjalling Zwierenga"
    paragraph = note.add_paragraph("Wie beslist er over de middelen, vraagt mevrouw Dijkstra?")
    note.add_comment(
        paragraph.runs, text="Nog navragen bij Xandrel Qoetzip.", author="Tjalling Zwierenga", initials="TZ"
    )
    note.save(session / "notitie.docx")
    (session / "kapot Zwierenga.pdf").write_bytes(b"%PDF-1.4 Tjalling Zwierenga")


def run(raw, out, *options):
    command = [sys.executable, "-m", "pipeline", "run", "--raw", str(raw), "--out", str(out), *options]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)


def contents(path, data):
    """Every text in a file, packed or not."""
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from (text for name in archive.namelist() for text in (name, *contents(name, archive.read(name))))
    elif data[:4] == b"PAR1":
        yield pd.read_parquet(io.BytesIO(data)).to_csv()
    else:
        yield data.decode("utf-8", "replace")
    yield str(path)


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("planted")
    plant(folder / "raw")
    return folder, run(folder / "raw", folder / "out")


def test_no_planted_name_is_in_any_output_or_message(planted):
    folder, result = planted
    assert result.returncode == 3  # the broken file
    leaks = []
    for path in (folder / "out").rglob("*"):
        if path.is_file() and path.name != RECORDS:
            data = store.kept(path) if "cache" in path.parts else path.read_bytes()
            shown = "\n".join(contents(path.name, data or b"")).lower()
            leaks += [f"{name} in {path.name}" for name in NAMES if name.lower() in shown]
    leaks += [f"{name} in messages" for name in NAMES if name.lower() in (result.stdout + result.stderr).lower()]
    assert leaks == []


def test_what_says_who_has_which_code_is_for_its_owner_alone(planted):
    folder, _ = planted
    path = folder / "out" / RECORDS
    assert "Zwierenga" in path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o077 == 0


def test_without_masking_it_is_said_loudly_and_marked(planted, tmp_path):
    folder, _ = planted
    result = run(folder / "raw", tmp_path / "out", "--no-mask")
    assert "NAMES OF PEOPLE ARE NOT MASKED" in result.stderr
    assert "Dijkstra" in (tmp_path / "out" / "issues.json").read_text(encoding="utf-8")
    assert "in dit rapport niet vervangen" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8").lower()
