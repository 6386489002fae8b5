import io

import docx
import pytest

from pipeline.readers.reading import Unreadable


def word(build):
    document = docx.Document()
    build(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def report(read):
    return read("verslag.docx")


def test_headings_lists_and_what_introduces_them(report):
    bullets = [block for block in report.blocks if block.kind == "bullet"]
    assert [(block.level, block.text) for block in bullets] == [
        (1, "Hoe lossen we het tekort aan begeleiders op?"),
        (2, "En wie leidt ze op?"),
        (1, "de uren zijn op"),
    ]
    assert all(block.heading == ("Verslag van de middag", "Begeleiding") for block in bullets)
    assert [block.prompt for block in bullets[:2]] == ["Aan de tafels kwam dit naar voren:", bullets[0].text]
    assert bullets[2].speaker == "Bas Uitdewilligen"


def test_tables_are_read_cell_by_cell_with_who_said_it(report):
    cells = [block for block in report.blocks if block.kind == "cell"]
    assert [(block.text, block.speaker) for block in cells] == [
        ("Mag een school ook nee zeggen?", "Bas Uitdewilligen"),
        ("Wie rekent het na?", "Mieke op de Hoek"),
    ]


def test_text_boxes_comments_and_footnotes_are_read_and_deleted_text_and_headers_are_not(report):
    texts = [block.text for block in report.blocks]
    assert "Let op de kleine scholen in de regio." in texts
    assert "Cijfers van vorig jaar." in texts
    assert [block.speaker for block in report.blocks if block.text == "Klopt dit wel?"] == ["Mieke op de Hoek"]
    assert "De bijdrage is laag" in texts
    assert not any("Koptekst" in text for text in texts)


def test_names_in_properties_are_given(report):
    assert {("Jorien Haverkamp", "file property"), ("Tjeerd Wiarda", "file property")} <= set(report.names)


def test_a_transcript_gives_utterances(read):
    blocks = read("transcript.docx").blocks
    assert [(block.speaker, block.time_s, block.text) for block in blocks[1:]] == [
        ("Jorien Haverkamp", 3.0, "Fijn dat jullie er zijn."),
        ("Bas Uitdewilligen", 9.0, "wie maakt de begroting eigenlijk"),
        ("Jorien Haverkamp", 75.0, "Dat zoeken we uit."),
    ]


def test_bold_lines_are_headings_and_typed_bullets_are_bullets(read):
    def build(document):
        document.add_paragraph().add_run("Wensen van de scholen").bold = True
        document.add_paragraph("- meer tijd")

    blocks = read("a.docx", word(build)).blocks
    assert [(block.kind, block.text) for block in blocks] == [
        ("heading", "Wensen van de scholen"),
        ("bullet", "meer tijd"),
    ]


def test_a_table_in_a_table_is_read_once(read):
    def build(document):
        table = document.add_table(1, 1)
        table.cell(0, 0).text = "buiten"
        table.cell(0, 0).add_table(1, 1).cell(0, 0).text = "binnen"

    assert [block.text for block in read("a.docx", word(build)).blocks] == ["buiten", "binnen"]


@pytest.mark.parametrize(
    ("file", "reason"), [("plaatje.docx", "png"), ("afgekapt.docx", "damaged"), ("oud.doc", "save it as .docx")]
)
def test_what_is_no_word_document_is_refused_with_the_reason(read, file, reason):
    with pytest.raises(Unreadable, match=reason):
        read(file)
