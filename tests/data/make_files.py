"""Write `tests/data/raw/`: one session with a small genuine file of every format, and a dozen that cannot be read.

Everything in them is invented. Same code, same bytes: run it again after a change.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from openpyxl import Workbook
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

SESSION = Path(__file__).parent / "raw" / "2024-06-11-gemengde-bestanden"
MADE_ON = datetime(2024, 6, 12, 9, 0)
ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file can hold

NOTES = """Tafel 1

- Hoe krijgen we een vaste plek aan tafel?
  - En wie betaalt dat?
- geen tijd voor overleg
- wie beslist er over de uren

Tafel 2

* Onduidelijk wie de begroting maakt
* Wat doen we na 2025?
"""

WRAPPED = """Verslag van de middag

In de middag werd aan vier tafels gesproken over de vraag

hoe scholen en opleidingen beter kunnen samenwerken en wat

daarvoor nodig is. De opbrengst hee\ufffd een vaste vorm.

Knelpunten

•  Er is op de meeste scholen te weinig tijd voor begelei-

ding van studenten, en dat blij\ufffd zo zolang de �nanciële

afspraken ontbreken.
 •  Wie vult het gat als de bijdrage van het ministerie na

dit jaar vervalt en de scholen het zelf moeten betalen?

•  De afstemming met andere scholen kost nu al te veel

tijd volgens de meeste deelnemers.

Dit verslag is op de dag zelf gemaakt door twee studenten.
""".replace("�", "\ufffd")

CHAT = """14:02 Jorien Haverkamp: Welkom allemaal!
14:03 Bas Uitdewilligen: Is de presentatie straks te downloaden?
14:05 Jorien Haverkamp: ja, die komt op de site
14:09 Mieke op de Hoek: Wat betekent dit voor kleine scholen?
"""

MARKDOWN = """---
title: Verslag tafel 3
date: 2024-06-11
region: Rivierenland
aanwezig: [Jorien Haverkamp, Sander van 't Zand]
---

# Tafel 3: begeleiding

Kort verslag van
het gesprek.

## Wat speelt er

- Begeleiding
  - Wie *begeleidt* de begeleiders?
  - Sander: er is **geen** scholing voor nieuwe mentoren
- Te weinig uren per student.

| Vraag | Door |
| --- | --- |
| Mag een school ook nee zeggen? | Jorien Haverkamp |
"""

VTT = """WEBVTT

00:00:01.000 --> 00:00:03.000
<v Jorien Haverkamp>Goedemiddag, we gaan het hebben over</v>

00:00:03.000 --> 00:00:05.000
<v Jorien Haverkamp>de begroting &amp; de uren.</v>

00:00:05.500 --> 00:00:07.000
<v Bas Uitdewilligen>wie betaalt dat eigenlijk</v>

00:00:99 --> nergens
deze cue deugt niet

00:00:08.000 --> 00:00:09.000
<v Jorien Haverkamp>Goede vraag.</v>
"""

SRT = """1
00:00:01,000 --> 00:00:03,000
Mieke op de Hoek: Ik maak me zorgen over

2
00:00:03,000 --> 00:00:04,500
de kleine scholen.

3
00:00:05,000 --> 00:00:06,000
Mieke op de Hoek: Hoe gaat dat straks.

4
00:00:07,000 --> 00:00:08,000
Bas Uitdewilligen: Dat weet niemand.
"""

HTML = """<!doctype html><html lang="nl"><head><title>Opbrengst</title><script>var a = "nee";</script></head>
<body><nav>menu</nav><h1>Opbrengst van de middag</h1><p>Er is veel besproken,<br>ook over geld.</p>
<ul><li>Wie betaalt de reiskosten?<ul><li>en het parkeren?</li></ul></li></ul></body></html>
"""

SURVEY = [
    ["Respondent", "Tafel", "Wat is voor jou de belangrijkste vraag?", "Toelichting", "Cijfer"],
    ["Jorien Haverkamp", "1", "Hoe houden we dit betaalbaar?", "De kosten stijgen; de bijdrage niet.", "7,5"],
    ["Bas Uitdewilligen", "2", "Wie beslist er over de “regie”?", "-", "8"],
    ["Mieke op de Hoek", "2", "geen idee", "Eerst maar eens\nzien wat er komt.", "6"],
    ["Sander van 't Zand", "1", "Hoe houden we dit betaalbaar?", "", ""],
]

POLL = [["Stelling", "Stemmen"], ["Hoe vinden we genoeg begeleiders?", 31], ["Wat doen we met de reiskosten?", 12]]

RECORDS = {
    "vergadering": "opdenksessie",
    "berichten": [
        {"from": {"user": {"displayName": "Jorien Haverkamp"}}, "tijd": "14:02", "body": {"content": "Welkom!"}},
        {
            "from": {"user": {"displayName": "Bas Uitdewilligen"}},
            "tijd": "14:04",
            "body": {"content": "Wie notuleert?"},
        },
    ],
}

SETTINGS = """title: Een middag met gemengde bestanden
date: 2024-06-11
region: Rivierenland
participants: [Tjeerd Wiarda]
columns:
  muur.xlsx:
    answer: [Briefje]
    votes: Plakkers
"""


def same_bytes(data: bytes) -> bytes:
    """An Office file with fixed times, so that it is the same every time."""
    source = zipfile.ZipFile(io.BytesIO(data))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2024-06-12T09:00:00Z", part)
            target.writestr(zipfile.ZipInfo(name, ZIP_TIME), part, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def word_report() -> bytes:
    """A report with all that Word can hold: lists, table, text box, comment, footnote, tracked change, header."""
    document = docx.Document()
    properties = document.core_properties
    properties.author, properties.last_modified_by, properties.created = "Jorien Haverkamp", "Tjeerd Wiarda", MADE_ON
    document.sections[0].header.paragraphs[0].text = "Koptekst die niemand hoeft te lezen"
    document.add_heading("Verslag van de middag", 1)
    document.add_paragraph("Aanwezig: Jorien Haverkamp, Bas Uitdewilligen en Mieke op de Hoek.")
    document.add_heading("Begeleiding", 2)
    document.add_paragraph("Aan de tafels kwam dit naar voren:")
    document.add_paragraph("Hoe lossen we het tekort aan begeleiders op?", style="List Bullet")
    document.add_paragraph("En wie leidt ze op?", style="List Bullet 2")
    paragraph = document.add_paragraph("Bas: de uren zijn op", style="List Bullet")
    comment = document.add_comment(paragraph.runs, text="Klopt dit wel?", author="Mieke op de Hoek", initials="M")
    comment._comment_elm.set(qn("w:date"), "2024-06-12T09:00:00Z")
    changed = document.add_paragraph("De bijdrage is ")
    changed._p.append(_change("del", "delText", "hoog"))
    changed._p.append(_change("ins", "t", "laag"))
    table = document.add_table(rows=1, cols=2)
    for cell, text in zip(table.rows[0].cells, ("Vraag", "Ingebracht door"), strict=True):
        cell.text = text
    for row in (("Mag een school ook nee zeggen?", "Bas Uitdewilligen"), ("Wie rekent het na?", "Mieke op de Hoek")):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.add_paragraph()._p.append(_text_box("Let op de kleine scholen in de regio."))
    buffer = io.BytesIO()
    document.save(buffer)
    return same_bytes(_with_footnote(buffer.getvalue(), "Cijfers van vorig jaar."))


def _change(kind: str, tag: str, text: str) -> object:
    head = f'<w:{kind} {nsdecls("w")} w:id="1" w:author="Tjeerd Wiarda" w:date="2024-06-12T09:00:00Z">'
    return parse_xml(f"{head}<w:r><w:{tag}>{text}</w:{tag}></w:r></w:{kind}>")


def _text_box(text: str) -> object:
    box = f"<w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent>"
    shape = f'<v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox>{box}</v:textbox></v:shape>'
    return parse_xml(f"<w:r {nsdecls('w')}><w:pict>{shape}</w:pict></w:r>")


def _with_footnote(data: bytes, text: str) -> bytes:
    source = zipfile.ZipFile(io.BytesIO(data))
    buffer = io.BytesIO()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    mime = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    with zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "[Content_Types].xml":
                override = f'<Override PartName="/word/footnotes.xml" ContentType="{mime}"/></Types>'
                part = part.replace(b"</Types>", override.encode())
            if name == "word/_rels/document.xml.rels":
                relation = f'<Relationship Id="rIdNotes" Type="{kind}" Target="footnotes.xml"/></Relationships>'
                part = part.replace(b"</Relationships>", relation.encode())
            target.writestr(name, part)
        note = f'<w:footnote w:id="2"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:footnote>'
        target.writestr("word/footnotes.xml", f"<w:footnotes {nsdecls('w')}>{note}</w:footnotes>")
    return buffer.getvalue()


def word_transcript() -> bytes:
    """A transcript as Teams saves it: name and time above what was said."""
    document = docx.Document()
    document.core_properties.author = ""
    document.add_paragraph("Transcript")
    for name, time, text in (
        ("Jorien Haverkamp", "0:03", "Fijn dat jullie er zijn."),
        ("Bas Uitdewilligen", "0:09", "wie maakt de begroting eigenlijk"),
        ("Jorien Haverkamp", "1:15", "Dat zoeken we uit."),
    ):
        document.add_paragraph(f"{name}   {time}\n{text}")
    buffer = io.BytesIO()
    document.save(buffer)
    return same_bytes(buffer.getvalue())


def workbook(sheets: dict[str, list[list[object]]], *, hidden: str | None = None, author: str = "") -> bytes:
    """A workbook with these sheets."""
    book = Workbook()
    book.remove(book.active)
    book.properties.creator, book.properties.created = author, MADE_ON
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if name == hidden:
            sheet.sheet_state = "hidden"
    buffer = io.BytesIO()
    book.save(buffer)
    return same_bytes(buffer.getvalue())


def two_columns() -> bytes:
    """A PDF of two pages in two columns, with a title over both, a header, page numbers and broken words."""
    left = (
        "In de ochtend spraken de deelnemers over de begelei-",
        "ding van nieuwe leraren. De meeste scholen vinden dat",
        "daar te weinig tijd voor is en zoeken een oplossing.",
        "• Wie betaalt de uren van de mentor als de regio het",
        "niet langer doet?",
        "• Hoe vinden we genoeg mensen die dit willen en kunnen",
    )
    right = (
        "doen?",
        "In de middag ging het over geld. De vertegenwoordigers",
        "van de kleine scholen wezen op de stijgende kosten en",
        "vroegen om een andere verdeling van de middelen.",
        "• Waarom krijgt een kleine school evenveel als een",
        "grote, terwijl de kosten per student hoger zijn?",
    )
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    canvas.setAuthor("Jorien Haverkamp")
    for page, columns in ((1, (left, right)), (2, ((right[1], *right[2:]), (left[0], *left[1:5])))):
        canvas.setFont("Helvetica", 8)
        canvas.drawString(60, 800, "Verslag opdenksessie 11 juni 2024")
        canvas.drawCentredString(300, 30, f"Pagina {page} van 2")
        canvas.setFont("Helvetica-Bold", 16)
        canvas.drawString(60, 760, "De ochtend en de middag" if page == 1 else "Wat er nog meer werd gezegd")
        canvas.setFont("Helvetica", 9.5)
        for x, lines in zip((60, 315), columns, strict=True):
            for place, line in enumerate(lines):
                canvas.drawString(x, 730 - 12 * place, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def picture_only() -> bytes:
    """A PDF as a scanner makes it: a picture and no text."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    canvas.rect(60, 60, 400, 600, fill=1)
    canvas.save()
    return buffer.getvalue()


def locked() -> bytes:
    """A PDF that opens with a password only."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1, encrypt=StandardEncryption("geheim", "geheimer"))
    canvas.drawString(60, 700, "Dit kan niemand lezen.")
    canvas.save()
    return buffer.getvalue()


def bomb() -> bytes:
    """A workbook of a kilobyte that unpacks to more than a gigabyte."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr(zipfile.ZipInfo("xl/workbook.xml", ZIP_TIME), "<workbook/>")
        part = zipfile.ZipInfo("xl/worksheets/sheet1.xml", ZIP_TIME)
        part.compress_type = zipfile.ZIP_BZIP2
        with archive.open(part, "w", force_zip64=True) as stream:
            block = bytes(1 << 20)
            for _ in range(1100):
                stream.write(block)
    return buffer.getvalue()


def mail() -> bytes:
    """A mail with a signature and an attachment."""
    message = EmailMessage()
    message["From"] = "Mieke op de Hoek <m.opdehoek@school.example>"
    message["To"] = "Jorien Haverkamp <j.haverkamp@bureau.example>"
    message["Subject"] = "Nog een vraag"
    message.set_content(
        "Beste Jorien,\n\nWie regelt het vervoer naar de kleine scholen?\n\n--\nMieke\n", charset="utf-8"
    )
    message.add_attachment(b"niets", maintype="application", subtype="octet-stream", filename="bijlage.bin")
    message.set_boundary("grens")
    return message.as_bytes()


def delimited(rows: list[list[object]], delimiter: str) -> str:
    """Rows as text with a delimiter."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue()


def files() -> dict[str, bytes | Callable[[], bytes]]:
    """All files by name; what takes long to make is made when it is asked for."""
    report = word_report()
    wall = [["Briefje", "Plakkers"], ["Meer tijd voor begeleiding!", 9], ["Wie beslist er?", 4]]
    form = [["Uitkomst van het formulier"], [], ["ID", "Naam", *SURVEY[0][2:4]]]
    form += [[number, row[0], *row[2:4]] for number, row in enumerate(SURVEY[1:], start=1)]
    return {
        "session.yaml": SETTINGS.encode(),
        "deelnemers.csv": b"voornaam;tussenvoegsel;achternaam\r\nHidde;van der;Zwaag\r\nImane;;Bouchta\r\n",
        "notities.txt": NOTES.encode(),
        "hard-afgebroken.txt": WRAPPED.encode(),
        "windows.txt": "Wat kost een partnerschap? Onze financiën zijn ‘krap’: € 900 per student.\r\n".encode("cp1252"),
        "utf16.txt": "Waarom zijn er zoveel overleggen?\r\nÉén per week is genoeg.\r\n".encode("utf-16"),
        "dubbel-gecodeerd.txt": "Hoe houden we onze financiën en regio’s op orde?\n".encode().decode("cp1252").encode(),
        "chatlog.txt": CHAT.encode(),
        "bericht.eml": mail(),
        "tafel-3.md": MARKDOWN.encode(),
        "enquete.csv": delimited(SURVEY, ";").encode("cp1252"),
        "poll.tsv": delimited(POLL, "\t").encode("utf-8-sig"),
        "formulier.xlsx": workbook(
            {"Formulier": form, "Poll": POLL, "Oud": [["Vraag"], ["Verborgen?"]]}, hidden="Oud", author="Imane Bouchta"
        ),
        "muur.xlsx": workbook({"Blad1": wall}),
        "verslag.docx": report,
        "transcript.docx": word_transcript(),
        "overleg.vtt": VTT.encode(),
        "overleg.srt": SRT.encode("utf-8-sig"),
        "twee-kolommen.pdf": two_columns(),
        "chat.json": json.dumps(RECORDS, indent=1).encode(),
        "pagina.html": HTML.encode(),
        "naam 'met' \"aanhalingstekens\" 🙂.txt": b"Wie heeft deze naam bedacht?\n",
        "~$verslag.docx": b"\x05Tjeerd",
        "leeg.txt": b"",
        "binair.txt": bytes(range(256)) * 8,
        "plaatje.docx": b"\x89PNG\r\n\x1a\n" + bytes(100),
        "afgekapt.docx": report[: len(report) // 2],
        "bom.xlsx": bomb,
        "scan.pdf": picture_only(),
        "vergrendeld.pdf": locked(),
        "presentatie.pptx": b"PK\x03\x04",
        "oud.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100),
        "geen-json.json": b'[{"tekst": "Hoe dan?"},\n',
        "geen-tijden.vtt": b"WEBVTT\n\nalleen tekst\n",
        "getallen.csv": b"jaar;aantal\r\n2023;4\r\n2024;5\r\n",
    }


def main() -> None:
    """Write all files; what is no longer made is removed."""
    SESSION.mkdir(parents=True, exist_ok=True)
    made = files()
    for path in SESSION.iterdir():
        if path.name not in made:
            path.unlink()
    for name, data in made.items():
        (SESSION / name).write_bytes(data() if callable(data) else data)


if __name__ == "__main__":
    main()
