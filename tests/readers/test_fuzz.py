"""Damaged files of every format: read, read with warnings, or refused with a reason; never anything else."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import readers
from pipeline.readers.reading import Unreadable
from tests.readers.conftest import FILES

SEEDS = sorted(path for path in FILES.iterdir() if readers.ending(path.name) in readers.READERS and path.stat().st_size)
SNIPPETS = [
    b"\0",
    b'"',
    b";",
    b"<",
    b"&#0;",
    b"\xff\xfe",
    b" --> ",
    b"\xef\xbf\xbd",
    b"(",
    b"- ",
    b"9" * 40,
    b"\n\n",
    b"[{",
]
PATCHES = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 40), st.sampled_from(SNIPPETS) | st.binary(max_size=8)),
    min_size=1,
    max_size=6,
)


def mutated(data, patches):
    for place, length, snippet in patches:
        start = int(place * len(data))
        data = data[:start] + snippet + data[start + length :]
    return data


def mutated_part(data, number, patches):
    """An archive with one of its parts damaged inside, so that it is still an archive."""
    source, buffer = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    names = source.namelist()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in names:
            part = source.read(name)
            target.writestr(name, mutated(part, patches) if name == names[number % len(names)] else part)
    return buffer.getvalue()


def check(read, file, data):
    try:
        reading = read(file, data, max_unpacked_mb=20)
    except Unreadable as reason:
        assert str(reason)
        return
    assert all(isinstance(block.text, str) for block in reading.blocks)


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.name.encode("ascii", "ignore").decode())
def test_a_damaged_file_is_read_or_refused(path, read):
    @settings(max_examples=25)
    @given(PATCHES)
    def damaged(patches):
        check(read, path.name, mutated(path.read_bytes(), patches))

    damaged()


@pytest.mark.parametrize("file", ["verslag.docx", "transcript.docx", "formulier.xlsx", "muur.xlsx"])
def test_a_damaged_part_of_an_archive_is_read_or_refused(file, read):
    data = (FILES / file).read_bytes()

    @settings(max_examples=40)
    @given(st.integers(0, 30), PATCHES)
    def damaged(number, patches):
        check(read, file, mutated_part(data, number, patches))

    damaged()


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("reference", [b"&b;", b"&c;"])
@pytest.mark.parametrize(
    ("file", "part"), [("verslag.docx", "word/document.xml"), ("muur.xlsx", "xl/worksheets/sheet1.xml")]
)
def test_entities_are_not_followed(file, part, reference, read):
    source, buffer = zipfile.ZipFile(FILES / file), io.BytesIO()
    with source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == part:
                data = ENTITIES + data[data.index(b"?>") + 2 if data.startswith(b"<?xml") else 0 :]
                data = data.replace(b"Begeleiding", reference).replace(b"beslist", reference)
            target.writestr(name, data)
    try:
        texts = " ".join(block.text for block in read(file, buffer.getvalue()).blocks)
    except Unreadable:
        return
    assert "haha" not in texts
    assert "root:" not in texts
