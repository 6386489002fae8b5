"""Write the sample sessions in `data/raw/` and their gold labels from the readable sources in `data/samples_src/`.

A source is named after the file it becomes, with `.src` behind it; what a format needs besides text (properties,
encoding, damage) stands in YAML between two `---` lines on top. Questions and concerns are labelled where they stand:

    {d bekostiging 2: Wie vult dat gat?}

is a direct question (`d`; `i` indirect, `c` concern) of the theme `bekostiging` (`themes.yaml`) with urgency 2 (of 3).
Before the colon may follow: other categories than the theme's (`finance,other`), `<-` when it can't be read without the
label before it, `@Name` for who said it where the format doesn't say, `+` when it completes the last `{lead: ...}`.

Same sources, same bytes: run it again after a change, with the packages of the `dev` group installed.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, NamedTuple
from uuid import NAMESPACE_URL, uuid5

import docx
import yaml
from docx.document import Document
from docx.table import Table
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.writer.excel import ExcelWriter
from pydantic import BaseModel, ConfigDict
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

DATA = Path(__file__).parent
SOURCES, RAW, GOLD = DATA / "samples_src", DATA / "raw", DATA / "gold" / "samples"

LABEL = re.compile(
    r"\{(?P<form>[dic]) (?P<theme>[a-z]+) (?P<urgency>[0-3])(?: (?P<categories>[a-z][a-z,-]*))?"
    r"(?P<follows> <-)?(?: @(?P<speaker>[^:}]+))?(?P<completes> \+)?: (?P<text>[^}]+)\}"
)
LEAD = re.compile(r"\{lead: (?P<text>[^}]+)\}")
FORMS = {"d": "direct", "i": "indirect", "c": "concern"}
SPEAKER_COLUMNS = {"Naam", "Respondent", "deelnemer", "Krabbel van"}
UTTERANCE = re.compile(r"(?:(?P<time>\d\d:\d\d) )?(?P<speaker>[^:]+): (?P<text>.+)")

SOFT_HYPHEN = "\u00ad"
WORDS_A_CUE, SECONDS_A_WORD, PAUSE = 10, 0.36, timedelta(seconds=0.6)
ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file can hold


class Settings(BaseModel):
    """What a format needs besides the text: the front matter of a source."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    encoding: str = "utf-8"
    separator: str = ","
    start: str = "00:00:00"
    title: str = ""
    subject: str = ""
    author: str = ""
    last_modified_by: str = ""
    created: datetime = datetime(2024, 1, 1)
    header: str = ""
    footer: str = ""
    width: int | None = None  # characters a line; None leaves the lines as they are
    page_lines: int | None = None  # lines a page, the footer between two pages
    ligatures: Literal["kept", "lost"] = "kept"
    hyphenate: tuple[str, ...] = ()  # words with their hyphens: onder-wijs-regio


class Theme(BaseModel):
    """A theme of the gold labels; the first category is the best one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    acceptable: list[str]


class Cue(NamedTuple):
    """One subtitle; `first` when the speaker begins with it."""

    start: timedelta
    end: timedelta
    speaker: str
    text: str
    first: bool


# --- sources and labels ---------------------------------------------------------------------------------------------


def read_source(path: Path) -> tuple[Settings, str]:
    """Read a source as settings and labelled text; the front matter of Markdown belongs to its text."""
    text = path.read_text(encoding="utf-8")
    if not text.startswith("---\n") or path.name.endswith(".md.src"):
        return Settings(), text
    _, front, body = text.split("---\n", 2)
    return Settings.model_validate(yaml.safe_load(front)), body


def read_themes() -> dict[str, Theme]:
    """Read the themes that the labels name."""
    themes = yaml.safe_load((SOURCES / "themes.yaml").read_text(encoding="utf-8"))
    return {key: Theme.model_validate(theme) for key, theme in themes.items()}


def unlabelled(text: str) -> str:
    """Take the labels off and leave what they enclose."""
    plain = LABEL.sub(r"\g<text>", LEAD.sub(r"\g<text>", text))
    if faulty := re.search(r"\{.{0,40}", plain):
        raise ValueError(f"this label can't be read: {faulty[0]}")
    return plain


def speakers(lines: list[str], suffix: str) -> Iterator[str | None]:
    """Yield for every line who speaks in it according to the format, or None."""
    column: int | None = None
    for line in lines:
        if suffix in {".vtt", ".srt", ".json"}:
            found = UTTERANCE.match(line)
            yield found["speaker"] if found else None
        elif suffix in {".csv", ".tsv", ".xlsx"}:
            row = cells(line)
            if not LABEL.search(line):
                column = next((n for n, cell in enumerate(row) if cell in SPEAKER_COLUMNS), column)
            yield row[column] if column is not None and column < len(row) else None
        else:
            yield None


def labels(body: str, suffix: str) -> Iterator[tuple[re.Match[str], str, str | None]]:
    """Yield the labels in the order of the text, each with its full reading and its speaker."""
    lead = ""
    lines = body.splitlines()
    for line, speaker in zip(lines, speakers(lines, suffix), strict=True):
        if found := LEAD.search(line):
            lead = found["text"]
        for label in LABEL.finditer(line):
            text = f"{lead} {label['text']}" if label["completes"] else label["text"]
            yield label, text, label["speaker"] or speaker


def gold_questions(themes: dict[str, Theme]) -> list[dict[str, object]]:
    """List the labelled questions and concerns of all sources, in the order of sessions, files and text."""
    questions: list[dict[str, object]] = []
    for path in sorted(SOURCES.glob("*/*.src")):
        _, body = read_source(path)
        for label, text, speaker in labels(body, Path(path.stem).suffix):
            theme = themes[label["theme"]]
            acceptable = label["categories"].split(",") if label["categories"] else theme.acceptable
            questions.append(
                {
                    "id": f"Q{len(questions) + 1:03}",
                    "session": path.parent.name,
                    "document": path.stem,
                    "text": text,
                    "form": FORMS[label["form"]],
                    "category": acceptable[0],
                    "acceptable": acceptable,
                    "theme": theme.name,
                    "urgency": int(label["urgency"]),
                    "speaker": speaker,
                    "depends_on": questions[-1]["id"] if label["follows"] else None,
                }
            )
    return questions


def gold_ranking(themes: dict[str, Theme]) -> dict[str, object]:
    """Write the intended order out: the most urgent themes with the reason, the rare but severe, the emerging."""
    order = yaml.safe_load((SOURCES / "ranking.yaml").read_text(encoding="utf-8"))
    ranking = [
        {"rank": rank, "theme": themes[each["theme"]].name, "why": each["why"]}
        for rank, each in enumerate(order["most_urgent"], start=1)
    ]
    others = {key: [themes[theme].name for theme in order[key]] for key in ("rare_but_severe", "emerging")}
    return {"ranking": ranking, "strict_order": order["strict_order"], **others}


# --- text and tables ------------------------------------------------------------------------------------------------


def cells(line: str) -> list[str]:
    """Split a row of a table source at its bars."""
    return [cell.strip() for cell in re.split(r" \|(?= |$)", line)]


def fold(text: str, settings: Settings, fits: Callable[[str], bool]) -> list[str]:
    """Break a paragraph into lines that fit, with a hyphen inside the words of `settings.hyphenate`."""
    for word in settings.hyphenate:
        text = text.replace(word.replace("-", ""), word.replace("-", SOFT_HYPHEN))
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".lstrip()
        if fits(longer.replace(SOFT_HYPHEN, "")):
            line = longer
            continue
        parts = word.split(SOFT_HYPHEN)
        heads = [f"{line} {''.join(parts[:n])}-" for n in range(len(parts) - 1, 0, -1)]
        head = next((head for head in heads if fits(head.replace(SOFT_HYPHEN, ""))), None)
        lines.append(head or line)
        line = "".join(parts[len(parts) - 1 - heads.index(head) :]) if head else word
    return [each.replace(SOFT_HYPHEN, "") for each in [*lines, line]]


def write_text(body: str, settings: Settings) -> bytes:
    """Write plain text; with a width, as it comes out of a PDF: hard line ends, page footers, lost ligatures."""
    if settings.width is not None:
        width = settings.width
        lines = [part for line in body.splitlines() for part in fold(line, settings, lambda text: len(text) <= width)]
        if settings.page_lines:
            for page, at in enumerate(range(settings.page_lines, len(lines), settings.page_lines + 1), start=1):
                lines.insert(at, settings.footer.format(page=page))
        body = "\n".join(lines) + "\n"
    if settings.ligatures == "lost":
        body = re.sub("ffi|ff|fi|fl|ft", "\ufffd", body)
    return body.encode(settings.encoding)


def write_delimited(body: str, settings: Settings) -> bytes:
    """Write one table with the separator and encoding of the settings, with the line ends of Windows."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=settings.separator).writerows(cells(line) for line in body.splitlines())
    return stream.getvalue().encode(settings.encoding)


def write_chat(body: str, settings: Settings) -> bytes:
    """Write a chat as a JSON list of objects: name, time, text."""
    messages = [
        {"name": found["speaker"], "time": found["time"], "text": found["text"]}
        for line in body.splitlines()
        if (found := UTTERANCE.match(line))
    ]
    return json_bytes(messages)


def json_bytes(value: object) -> bytes:
    """Write JSON for people: two spaces, letters as they are."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


# --- subtitles ------------------------------------------------------------------------------------------------------


def cues(body: str, settings: Settings) -> Iterator[Cue]:
    """Cut a transcript (`Name: text` a line) into subtitles and give them the time that saying them takes."""
    hours, minutes, seconds = (int(part) for part in settings.start.split(":"))
    now = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    for found in filter(None, map(UTTERANCE.match, body.splitlines())):
        words = found["text"].split()
        for at in range(0, len(words), WORDS_A_CUE):
            spoken = words[at : at + WORDS_A_CUE]
            end = now + timedelta(seconds=SECONDS_A_WORD * len(spoken))
            yield Cue(now, end, found["speaker"], " ".join(spoken), first=at == 0)
            now = end
        now += PAUSE


def clock(time: timedelta, decimal_mark: str) -> str:
    """Write a time code, with the mark that the format wants before the milliseconds."""
    seconds, milliseconds = divmod(round(time.total_seconds() * 1000), 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{decimal_mark}{milliseconds:03}"


def write_vtt(body: str, settings: Settings) -> bytes:
    """Write WebVTT as Teams does: an id over every cue, the speaker in a voice span."""
    call = uuid5(NAMESPACE_URL, body)
    blocks = [
        f"{call}/{n}-0\n{clock(cue.start, '.')} --> {clock(cue.end, '.')}\n<v {cue.speaker}>{cue.text}</v>"
        for n, cue in enumerate(cues(body, settings), start=1)
    ]
    return "\n\n".join(["WEBVTT", *blocks, ""]).encode()


def write_srt(body: str, settings: Settings) -> bytes:
    """Write SubRip with the speaker before the first words of an utterance only."""
    blocks = [
        f"{n}\n{clock(cue.start, ',')} --> {clock(cue.end, ',')}\n{f'{cue.speaker}: ' * cue.first}{cue.text}\n"
        for n, cue in enumerate(cues(body, settings), start=1)
    ]
    return "\n".join(blocks).encode()


# --- office files and PDF -------------------------------------------------------------------------------------------


def repacked(archive: bytes) -> bytes:
    """Pack a zip file anew, without the time of day in it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, ZIP_TIME), old.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def cell_value(text: str) -> str | int | datetime | None:
    """Read a cell as the spreadsheet would: whole numbers, dates with a time, text."""
    if re.fullmatch(r"\d+", text):
        return int(text)
    if re.fullmatch(r"\d\d-\d\d-\d{4} \d\d:\d\d", text):
        return datetime.strptime(text, "%d-%m-%Y %H:%M")
    return text or None


def write_workbook(body: str, settings: Settings) -> bytes:
    """Write a workbook; a line `## Name` begins a sheet, its first row is the header."""
    book = Workbook()
    book.remove(book.active)
    for block in filter(None, re.split(r"^## ", body, flags=re.MULTILINE)):
        name, *rows = block.strip().splitlines()
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([cell_value(cell) for cell in cells(row)])
        for cell in sheet[1]:
            cell.font = Font(bold=True)
            sheet.column_dimensions[cell.column_letter].width = min(60, 12 + len(cell.value))
        sheet.freeze_panes = "A2"
    book.properties.creator, book.properties.title = settings.author, settings.title
    book.properties.created = book.properties.modified = settings.created
    stream = io.BytesIO()
    ExcelWriter(book, zipfile.ZipFile(stream, "w")).save()  # Workbook.save() would put today's date in it
    return repacked(stream.getvalue())


def write_word(body: str, settings: Settings) -> bytes:
    """Write a Word document from headings, nested bullets, numbers, tables and paragraphs of Markdown."""
    document = docx.Document()
    properties = document.core_properties
    properties.title, properties.subject, properties.author = settings.title, settings.subject, settings.author
    properties.last_modified_by, properties.comments = settings.last_modified_by, ""
    properties.created = properties.modified = settings.created
    table = None
    for line in filter(str.strip, body.splitlines()):
        if line.startswith("|"):
            table = add_row(document, table, [cell.strip() for cell in line.strip("| ").split(" | ")])
            continue
        table = None
        indent, mark, text = line_parts(line)
        if mark.startswith("#"):
            document.add_heading(text, level=len(mark))
        else:
            style = {"-": "List Bullet", "": "Normal"}.get(mark, "List Number")
            document.add_paragraph(text, style=f"{style} {indent // 2 + 1}" if indent else style)
    stream = io.BytesIO()
    document.save(stream)
    return repacked(stream.getvalue())


def line_parts(line: str) -> tuple[int, str, str]:
    """Split a line of Markdown into its indent, its mark (`#`, `-`, `•`, `1.` or none) and its text."""
    found = re.fullmatch(r"( *)(?:(#+|[-•]|\d+\.) )?(.*)", line)
    assert found is not None
    return len(found[1]), found[2] or "", found[3]


def add_row(document: Document, table: Table | None, row: list[str]) -> Table:
    """Add a row to a table of a Word document, which begins here if there is none yet."""
    if set("".join(row)) <= {"-"} and table is not None and len(table.rows) == 1:
        return table
    table = table or document.add_table(rows=0, cols=len(row), style="Table Grid")
    for cell, text in zip(table.add_row().cells, row, strict=True):
        cell.text = text
    return table


def write_pdf(body: str, settings: Settings) -> bytes:
    """Write a text PDF on A4 with header, footer, page numbers, hyphenation and ligatures as single characters."""
    left, right, top, bottom = 25 * mm, A4[0] - 25 * mm, A4[1] - 30 * mm, 28 * mm
    for font in ("Vera", "VeraBd"):  # they come with reportlab
        pdfmetrics.registerFont(TTFont(font, f"{font}.ttf"))
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, invariant=True, pageCompression=0)
    canvas.setTitle(settings.title)
    canvas.setAuthor(settings.author)
    y = top
    for line in body.strip().splitlines():
        _, mark, text = line_parts(line)
        font, size = {"#": ("VeraBd", 15), "##": ("VeraBd", 11.5)}.get(mark, ("Vera", 9.5))
        hanging = "" if mark.startswith("#") else mark
        x = left + (14 if hanging else 0)

        def fits(text: str, x: float = x, font: str = font, size: float = size) -> bool:
            return bool(pdfmetrics.stringWidth(text, font, size) <= right - x)

        for n, part in enumerate(fold(text, settings, fits)):
            if y < bottom:
                finish_page(canvas, settings)
                y = top
            canvas.setFont(font, size)
            canvas.drawString(left, y, hanging if n == 0 else "")
            canvas.drawString(x, y, part.replace("fi", "\ufb01").replace("fl", "\ufb02"))
            y -= 1.5 * size
    finish_page(canvas, settings)
    canvas.save()
    return stream.getvalue()


def finish_page(canvas: Canvas, settings: Settings) -> None:
    """Draw header and footer with the page number, and turn the page."""
    canvas.setFont("Vera", 8)
    canvas.drawString(25 * mm, A4[1] - 18 * mm, settings.header)
    canvas.drawRightString(A4[0] - 25 * mm, 15 * mm, settings.footer.format(page=canvas.getPageNumber()))
    canvas.showPage()


WRITERS: dict[str, Callable[[str, Settings], bytes]] = {
    ".txt": write_text,
    ".md": write_text,
    ".csv": write_delimited,
    ".tsv": write_delimited,
    ".json": write_chat,
    ".vtt": write_vtt,
    ".srt": write_srt,
    ".xlsx": write_workbook,
    ".docx": write_word,
    ".pdf": write_pdf,
}


def main() -> None:
    """Write every file of `data/raw/` that has a source, and the gold labels."""
    for source in sorted(SOURCES.glob("*/*.src")):
        settings, body = read_source(source)
        target = RAW / source.parent.name / source.stem
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(WRITERS[target.suffix](unlabelled(body), settings))
    for description in sorted(SOURCES.glob("*/session.yaml")):
        (RAW / description.parent.name / description.name).write_bytes(description.read_bytes())
    themes = read_themes()
    questions = gold_questions(themes)
    GOLD.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(question, ensure_ascii=False) + "\n" for question in questions]
    (GOLD / "gold_questions.jsonl").write_text("".join(lines), encoding="utf-8")
    (GOLD / "gold_ranking.json").write_bytes(json_bytes(gold_ranking(themes)))
    print(f"{len(questions)} questions and concerns in {len({q['document'] for q in questions})} documents")


if __name__ == "__main__":
    main()
