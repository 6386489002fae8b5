"""Names planted in every place that a name can come from are in no output, log or cache."""

import io
import subprocess
import sys
import zipfile
from email.message import EmailMessage
from pathlib import Path

import docx
import pandas as pd
import pytest
from openpyxl import Workbook
from reportlab.pdfgen.canvas import Canvas

from pipeline import store

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("Xandrel", "Qoetzip", "Dijkstra", "Annemiek", "Tjalling", "Zwierenga")
IN_TEXT_ONLY = ("Sjoerd", "Hiemstra", "Gülşah", "Öztürk", "Jelmer", "Froukje", "Veenstra", "Vruggink")
ELSEWHERE = (
    *("Wietske", "Oosterwaal", "Evert", "Kwikstra", "Gerrit", "Zuurveen", "Ludo", "Zandbergen"),
    *("Imane", "Bouchta", "Teunis", "Klapwijk", "Hylke", "Tolsma", "Berend", "Noordhof"),
)
IDENTIFIERS = ("s.hiemstra@", "zandbergen@", "12345678", "1234567", "417164300", "1643 00", "3511 ab", "123456782")
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


def plant_more(folder):
    """A session with names in places that few people think of, and with what points at one person without a name."""
    session = folder / "2024-04-12-tweede-sessie"
    (session / "map van Berend Noordhof").mkdir(parents=True)
    settings = "title: Tweede sessie\nparticipants: [Wietske Oosterwaal]\nWietske Oosterwaal: voorzitter\n"
    settings += "date: door Wietske Oosterwaal\ncolumns:\n  lijst van Wietske Oosterwaal.csv: ja\n"
    (session / "session.yaml").write_text(settings, encoding="utf-8")
    (session / "deelnemers.csv").write_text("Naam\nTeunis Klapwijk\n", encoding="utf-8")
    (session / "aantekeningen.md").write_text(
        "# Wat Sjoerd Hiemstra zei\n\n"
        "- Hoe houden we dit vol, vroeg Gülşah Öztürk.\n"
        "- Er is geen tijd voor begeleiding, aldus mevrouw Vruggink.\n"
        "- Waarom weet Vruggink niet wie dat betaalt?\n"
        "- jelmer vindt dat er te weinig geld is\n"
        "- @froukje.veenstra wie beslist daarover?\n"
        "- Mail s.hiemstra@school.example of bel 06-12345678 of (030) 123 45 67: wie regelt dat?\n"
        "- Moet het geld naar NL91 ABNA 0417 1643 00 of naar NL91ABNA0417164300?\n"
        "- Is er een plek op 3511 AB 12, en klopt bsn 123456782?\n",
        encoding="utf-8",
    )
    book = Workbook()
    book.active.title = "Blad van Evert Kwikstra"
    book.active.append(["Wat vindt Evert Kwikstra dat er beter kan?", "Aantal stemmen"])
    book.active.append(["De begeleiding kost te veel tijd.", 3])
    book.properties.creator, book.properties.lastModifiedBy = "Evert Kwikstra", "Gerrit Zuurveen"
    book.save(session / "poll.xlsx")
    canvas = Canvas(str(session / "verslag.pdf"), invariant=1)
    canvas.setAuthor("Gerrit Zuurveen")
    canvas.setTitle("Verslag van Gerrit Zuurveen")
    canvas.drawString(70, 750, "Hoe zorgen we dat Gerrit Zuurveen dit niet alleen hoeft te doen?")
    canvas.save()
    message = EmailMessage()
    message["From"], message["To"] = "Ludo Zandbergen <zandbergen@school.example>", "Imane Bouchta <ib@school.example>"
    message["Subject"] = "Vraag van Ludo Zandbergen"
    message.set_content("Beste Imane,\n\nWie betaalt de begeleiding?\n\nGroet,\nLudo\n", charset="utf-8")
    (session / "bericht.eml").write_bytes(message.as_bytes())
    (session / "map van Berend Noordhof" / "notities.txt").write_text(
        "Wie beslist er over het geld?\n", encoding="utf-8"
    )
    for name in ("Hylke Tolsma.xyz", "hylke_tolsma.docx", "HylkeTolsma.json", "lijst van Wietske Oosterwaal.csv"):
        (session / name).write_bytes(b"[ Hylke Tolsma")


def run(raw, out, *options):
    return opdenk("run", "--raw", raw, "--out", out, *options)


def opdenk(*arguments):
    command = [sys.executable, "-m", "pipeline", *map(str, arguments)]
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
    plant_more(folder / "raw")
    return folder, run(folder / "raw", folder / "out")


def leaks(shown, origin):
    """Names and numbers that a text shows."""
    shown = shown.lower()
    return [
        f"{each} in {origin}" for each in (*NAMES, *IN_TEXT_ONLY, *ELSEWHERE, *IDENTIFIERS) if each.lower() in shown
    ]


def test_no_planted_name_or_number_is_in_any_output_or_message(planted):
    folder, result = planted
    assert result.returncode == 3  # the broken files
    found = leaks(result.stdout + result.stderr, "messages")
    for path in (folder / "out").rglob("*"):
        if path.is_file() and path.name != RECORDS:
            data = store.kept(path) if "cache" in path.parts else path.read_bytes()
            found += leaks("\n".join(contents(path.name, data or b"")), path.name)
    assert found == []


def test_other_commands_show_none_either(planted):
    folder, _ = planted
    raw, out = folder / "raw", folder / "out"
    commands = (
        ("status", "--raw", raw, "--out", out),
        ("run", "--raw", raw, "--out", out),
        ("extract", "--explain", raw / "2024-04-12-tweede-sessie" / "aantekeningen.md"),
        ("extract", "--explain", raw / "2024-03-01-gesprek-annemiek-dijkstra" / "tafel.vtt"),
        ("review", "export", "--out", out),
    )
    for command in commands:
        result = opdenk(*command)
        assert result.returncode in (0, 3), result.stderr
        assert leaks(result.stdout + result.stderr, command[0]) == []
    book = out / "review.xlsx"
    assert leaks("\n".join(contents(book.name, book.read_bytes())), book.name) == []


def test_what_is_said_goes_on_without_the_names(planted):
    folder, _ = planted
    texts = " ".join(pd.read_parquet(folder / "out" / "segments.parquet")["text"])
    assert "Waarom weet [naam] niet wie dat betaalt?" in texts
    assert "Mail [e-mail] of bel [telefoon] of [telefoon]: wie regelt dat?" in texts
    assert "Moet het geld naar [iban] of naar [iban]?" in texts
    assert "Is er een plek op [postcode] 12, en klopt bsn [bsn]?" in texts


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
