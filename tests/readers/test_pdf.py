import io
import zlib

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from pipeline.readers.pdf import unpacked_bytes
from pipeline.readers.reading import Unreadable


def pdf(pages, size=11):
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    for lines in pages:
        for place, line in enumerate(lines):
            canvas.setFont("Helvetica", size)
            canvas.drawString(70, 750 - 14 * place, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def test_two_columns_are_read_one_after_the_other(read):
    reading = read("twee-kolommen.pdf")
    texts = [block.text for block in reading.blocks]
    assert texts[0] == "De ochtend en de middag"
    assert texts[1].startswith("In de ochtend spraken de deelnemers over de begeleiding van nieuwe leraren.")
    assert texts[3] == "Hoe vinden we genoeg mensen die dit willen en kunnen doen?"
    assert texts[4].startswith("In de middag ging het over geld.")
    assert [block.page for block in reading.blocks] == [1] * 6 + [2] * 5


def test_headers_and_page_numbers_are_left_out_and_counted(read):
    reading = read("twee-kolommen.pdf")
    assert "4 page headers and footers left out" in reading.warnings
    assert not any("Pagina" in block.text or "11 juni" in block.text for block in reading.blocks)


def test_larger_type_is_a_heading(read):
    reading = read("twee-kolommen.pdf")
    assert [block.text for block in reading.blocks if block.kind == "heading"] == [
        "De ochtend en de middag",
        "Wat er nog meer werd gezegd",
    ]
    assert reading.blocks[1].heading == ("De ochtend en de middag",)
    assert ("Jorien Haverkamp", "file property") in reading.names


def test_a_paragraph_over_two_pages_is_one(read):
    first = [
        "De scholen in deze regio willen met elkaar afspreken wie er volgend jaar",
        "de uren van alle begeleiders regelt, en ook wie er dan in de komende jaren",
    ]
    second = ["de begeleiding van de studenten betaalt en wie daar dan over gaat beslissen."]
    (block,) = read("a.pdf", pdf([first, second])).blocks
    assert block.repairs["page break"] == 1
    assert block.text.endswith(
        "komende jaren de begeleiding van de studenten betaalt en wie daar dan over gaat beslissen."
    )


@pytest.mark.parametrize(
    ("file", "reason"), [("scan.pdf", "scan"), ("vergrendeld.pdf", "password"), ("kapot.pdf", "damaged")]
)
def test_what_cannot_be_read_is_refused_with_the_reason(read, file, reason):
    data = b"%PDF-1.7\nkapot" if file == "kapot.pdf" else None
    with pytest.raises(Unreadable, match=reason):
        read(file, data)


def test_more_pages_than_the_limit_are_refused(read):
    with pytest.raises(Unreadable, match="max_pages"):
        read("a.pdf", pdf([["Een bladzijde met wat tekst"]] * 3), max_pages=2)


def test_a_stream_that_unpacks_to_more_than_the_limit_is_refused(read):
    bomb = b"%PDF-1.7\n1 0 obj<<>>stream\n" + zlib.compress(bytes(3_000_000)) + b"\nendstream"
    assert unpacked_bytes(bomb, 1_000_000) > 1_000_000
    with pytest.raises(Unreadable, match="max_unpacked_mb"):
        read("a.pdf", bomb, max_unpacked_mb=1)
