from tests.readers.conftest import FILES


def test_notes_keep_their_places_and_tables(read):
    blocks = read("notities.txt").blocks
    assert [(block.kind, block.level, block.group) for block in blocks[:4]] == [
        ("heading", 1, "Tafel 1"),
        ("bullet", 1, "Tafel 1"),
        ("bullet", 2, "Tafel 1"),
        ("bullet", 1, "Tafel 1"),
    ]
    assert [block.line for block in blocks] == [1, 3, 4, 5, 6, 8, 10, 11]
    assert sum(block.repairs.total() for block in blocks) == 0


def test_hard_wrapped_text_is_put_together_and_its_letters_found_again(read):
    blocks = read("hard-afgebroken.txt").blocks
    assert [block.kind for block in blocks] == [
        "heading",
        "paragraph",
        "heading",
        "bullet",
        "bullet",
        "bullet",
        "paragraph",
    ]
    assert "De opbrengst heeft een vaste vorm." in blocks[1].text
    assert "begeleiding van studenten, en dat blijft zo zolang de financiële afspraken ontbreken." in blocks[3].text
    assert blocks[4].level == 1
    assert blocks[4].repairs["page break"] == 1


def test_encodings_are_told(read):
    for file, encoding in (("windows.txt", "cp1252"), ("utf16.txt", "utf-16"), ("notities.txt", "utf-8")):
        assert read(file).encoding == encoding
    assert read("dubbel-gecodeerd.txt").blocks[0].text == "Hoe houden we onze financiën en regio’s op orde?"


def test_page_footers_are_left_out_and_what_they_cut_is_joined(read):
    line = "De begeleiding van studenten op de scholen in deze regio kost de\n"
    page = "begeleiders veel meer tijd dan zij er in hun rooster voor hebben.\n"
    footer = "Verslag | pagina {}\n"
    reading = read("a.txt", f"{line}{page}{line}{footer.format(1)}{page}{line}{page}{footer.format(2)}")
    assert reading.warnings == ("2 page headers and footers left out",)
    assert [block.text for block in reading.blocks] == [" ".join([line.strip(), page.strip()] * 3)]
    assert reading.blocks[0].repairs["page break"] == 1


def test_a_chat_log_gives_speakers_and_times(read):
    reading = read("chatlog.txt")
    assert [(block.kind, block.speaker) for block in reading.blocks][:2] == [
        ("chat", "Jorien Haverkamp"),
        ("chat", "Bas Uitdewilligen"),
    ]
    assert reading.blocks[0].time_s == 14 * 3600 + 2 * 60
    assert ("Mieke op de Hoek", "speaker") in reading.names


def test_a_mail_saved_as_text_is_said_by_its_sender(read):
    text = "Van: Jorien <j@a.example>\nAan: Bas\nOnderwerp: Vervoer\n\nWie rijdt er?\n\n-- \nJorien\nTel. 06\n"
    reading = read("a.txt", text)
    assert [(block.speaker, block.heading, block.text) for block in reading.blocks] == [
        ("Jorien", ("Vervoer",), "Wie rijdt er?")
    ]
    assert reading.warnings == (
        "mail: 3 header lines read as data",
        "mail: 3 lines of signature or earlier messages left out",
    )


def test_the_files_are_those_that_the_script_makes():
    from tests.data.make_files import files

    assert {path.name for path in FILES.iterdir()} == set(files())
