"""Readers of the file formats that people bring, one module a format.

A reader takes a `Source` and gives a `Reading`; a file that it cannot read it refuses with `Unreadable`. Limits of the
settings are kept before the memory is taken.
"""

import importlib
from pathlib import PurePosixPath

from pipeline.readers.reading import Reading, Source, Unreadable

READERS = {
    "txt": "text.read",
    "md": "markdown.read",
    "csv": "sheet.read_text_table",
    "tsv": "sheet.read_text_table",
    "xlsx": "sheet.read_workbook",
    "docx": "docx.read",
    "pdf": "pdf.read",
    "vtt": "subtitles.read",
    "srt": "subtitles.read",
    "json": "records.read",
    "jsonl": "records.read",
    "eml": "mail.read",
    "html": "page.read",
    "htm": "page.read",
}
ADVICE = {
    "doc": "save it as .docx",
    "odt": "save it as .docx",
    "rtf": "save it as .docx",
    "xls": "save it as .xlsx",
    "ods": "save it as .xlsx",
    "xlsm": "save it as .xlsx, without macros",
    "docm": "save it as .docx, without macros",
    "ppt": "save it as PDF",
    "pptx": "save it as PDF",
    "msg": "save it as .eml",
    "zip": "unpack it in the session folder",
    "mp3": "have it transcribed to .vtt",
    "mp4": "have it transcribed to .vtt",
    "m4a": "have it transcribed to .vtt",
}
SIGNATURES = {b"%PDF-": "pdf", b"PK\x03\x04": "zip", b"\x89PNG": "png", b"\xff\xd8\xff": "jpg", b"{\\rtf": "rtf"}
ARCHIVES = ("docx", "xlsx")


def ending(file: str) -> str:
    """The ending of a file name in lower case, without the dot; empty if it has none."""
    return PurePosixPath(file).suffix.lower().lstrip(".")


def read(source: Source) -> Reading:
    """Read a file with the reader of its format.

    Raises:
        Unreadable: its format is not known, it is not what its name says, or it cannot be read.
    """
    name = ending(source.file)
    if name not in READERS:
        advice = f"; {ADVICE[name]}" if name in ADVICE else ""
        raise Unreadable(f"files of type .{name} are not read{advice}" if name else "its name has no ending")
    if not source.data.strip():
        raise Unreadable("is empty")
    found = next((kind for sign, kind in SIGNATURES.items() if source.data.startswith(sign)), None)
    expected = "zip" if name in ARCHIVES else name if name == "pdf" else None
    if found is not None and found != expected:
        raise Unreadable(f"is not what its name says: it is a .{found} file")
    module, function = READERS[name].split(".")
    reading: Reading = getattr(importlib.import_module(f"pipeline.readers.{module}"), function)(source)
    return reading
