import pytest

from pipeline.readers.reading import Unreadable, real_names


def test_json_records_become_a_chat_in_their_order(read):
    reading = read("chat.json")
    assert [(block.kind, block.speaker, block.time_s, block.text) for block in reading.blocks] == [
        ("chat", "Jorien Haverkamp", 50520.0, "Welkom!"),
        ("chat", "Bas Uitdewilligen", 50640.0, "Wie notuleert?"),
    ]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ('[{"tekst": "Hoe dan?"},\n', "line 2"),
        ("[1, 2]", "no list of objects"),
        ('[{"n": 1}]', "no field with text"),
        ("[" * 100_000, "nested too deep"),
        ('[{"tekst": ' + "9" * 10_000 + "}]", "number too long"),
    ],
)
def test_json_without_records_is_refused_with_the_reason(read, data, reason):
    with pytest.raises(Unreadable, match=reason):
        read("a.json", data)


def test_markdown_gives_its_headings_lists_tables_and_front_matter(read):
    reading = read("tafel-3.md")
    assert reading.session == {"title": "Verslag tafel 3", "date": "2024-06-11", "region": "Rivierenland"}
    found = {block.text: block for block in reading.blocks}
    assert found["Kort verslag van het gesprek."].line == 10
    assert found["Wie begeleidt de begeleiders?"].heading == ("Tafel 3: begeleiding", "Wat speelt er", "Begeleiding")
    assert found["er is geen scholing voor nieuwe mentoren"].speaker == "Sander van 't Zand"
    assert found["Mag een school ook nee zeggen?"].speaker == "Jorien Haverkamp"
    assert {block.group for block in reading.blocks} == {"Tafel 3"}


def test_front_matter_that_is_no_yaml_is_said(read):
    reading = read("a.md", "---\na: [\n---\n\nWie betaalt dat?\n")
    assert "its front matter is no YAML and was read as text" in reading.warnings
    assert reading.blocks[-1].text == "Wie betaalt dat?"


def test_a_mail_is_said_by_its_sender_and_attachments_are_not_opened(read):
    reading = read("bericht.eml")
    assert [(block.speaker, block.heading) for block in reading.blocks] == [
        ("Mieke op de Hoek", ("Nog een vraag",))
    ] * 2
    assert "1 attachments were not opened" in reading.warnings
    assert ("Jorien Haverkamp", "speaker") in reading.names


def test_a_mail_that_is_a_page_keeps_every_cell_of_a_table(read):
    mail = (
        b"From: Jorien Haverkamp <j@example.org>\nSubject: Reacties\nContent-Type: text/html; charset=utf-8\n\n"
        b"<p>Dit kwam binnen.</p><table><tr><th>vraag</th><th>antwoord</th></tr>"
        b"<tr><td>Wat houdt u bezig?</td><td>Te weinig uren.</td></tr></table>"
    )
    said = " ".join(block.text for block in read("reacties.eml", mail).blocks)
    assert all(text in said for text in ("Dit kwam binnen.", "Wat houdt u bezig?", "Te weinig uren."))


def test_a_page_gives_its_text_without_menu_and_script(read):
    assert [(block.kind, block.level, block.text) for block in read("pagina.html").blocks] == [
        ("heading", 1, "Opbrengst van de middag"),
        ("paragraph", None, "Er is veel besproken, ook over geld."),
        ("bullet", 1, "Wie betaalt de reiskosten?"),
        ("bullet", 2, "en het parkeren?"),
    ]


def test_a_table_of_a_page_is_read_by_its_columns_and_one_that_lays_it_out_is_not(read):
    page = b"""<table><tr><td><h1>Reacties</h1></td></tr><tr><td><table><caption>Eerste ronde</caption>
    <tr><th>deelnemer</th><th>vraag</th><th>antwoord</th></tr>
    <tr><td>1</td><td>Wat houdt u bezig?</td><td><p>Te weinig uren.</p><p>Wie   betaalt?</p></td></tr>
    <tr><td>2</td><td>Wat houdt u bezig?</td><td>De planning.</td></tr></table></td></tr></table>"""
    blocks = read("reacties.html", page).blocks
    assert [(block.kind, block.prompt, block.text) for block in blocks] == [
        ("heading", None, "Reacties"),
        ("paragraph", None, "Eerste ronde"),
        ("cell", "Wat houdt u bezig?", "Te weinig uren."),
        ("cell", "Wat houdt u bezig?", "Wie betaalt?"),
        ("cell", "Wat houdt u bezig?", "De planning."),
    ]


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("leeg.txt", "is empty"),
        ("binair.txt", "binary"),
        ("presentatie.pptx", "save it as PDF"),
        ("bom.xlsx", "max_unpacked_mb"),
        ("zonder-einde", "no ending"),
    ],
)
def test_other_files_are_refused_with_the_reason(read, file, reason):
    with pytest.raises(Unreadable, match=reason):
        read(file, b"tekst" if file == "zonder-einde" else None)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ('["Wie betaalt dat?", "Hoe dan?"]', [("Wie betaalt dat?", None, None), ("Hoe dan?", None, None)]),
        ('{"tekst": "Wie betaalt dat?"}', [("Wie betaalt dat?", None, None)]),
        (
            '{"Tafel 1": ["Wie betaalt dat?"], "Tafel 2": ["Hoe dan?"]}',
            [("Wie betaalt dat?", None, "Tafel 1"), ("Hoe dan?", None, "Tafel 2")],
        ),
        (
            '[{"tekst": "Wie betaalt dat?", "auteur": {"naam": "Bas Mol"}, "replies": [{"tekst": "Geen idee."}]}]',
            [("Wie betaalt dat?", "Bas Mol", None), ("Geen idee.", None, None)],
        ),
        (
            '{"tekst": "<p>Wie betaalt <b>dat</b> &amp; dit?</p>"}\n{"tekst": "Is 3 < 4?"}\n',
            [("Wie betaalt dat & dit?", None, None), ("Is 3 < 4?", None, None)],
        ),
    ],
)
def test_json_in_other_shapes_loses_no_text(read, data, expected):
    blocks = read("a.json", data).blocks
    assert [(block.text, block.speaker, block.group) for block in blocks] == expected


def test_a_list_of_answers_to_a_question_keeps_the_question(read):
    data = '[{"vraag": "Wat kan beter?", "antwoorden": ["Meer tijd", "Meer geld"]}]'
    assert [(block.text, block.prompt) for block in read("a.json", data).blocks] == [
        ("Meer tijd", "Wat kan beter?"),
        ("Meer geld", "Wat kan beter?"),
    ]


def test_turns_of_a_conversation_stay_apart_in_markdown(read):
    turns = "Ilse: Wie betaalt dat?\nTom, HR: ik niet\ndat weet je\nIlse: Wie dan?"
    text = f"# Chat\n\n{turns}\n\nEen zin die\nover twee regels loopt.\n"
    said = [(block.kind, block.speaker, block.text) for block in read("chat.md", text).blocks]
    assert said == [
        ("heading", None, "Chat"),
        ("utterance", "Ilse", "Wie betaalt dat?"),
        ("utterance", "Tom", "ik niet dat weet je"),
        ("utterance", "Ilse", "Wie dan?"),
        ("paragraph", None, "Een zin die over twee regels loopt."),
    ]


def test_signs_of_markdown_are_no_text(read):
    text = "- [ ] Wie betaalt dat?\n- [x] klaar\n\n~~weg~~ blijft[^1] ![plaatje](x.png)\n\n[^1]: Voor één jaar.\n"
    assert [block.text for block in read("a.md", text).blocks] == [
        "Wie betaalt dat?",
        "klaar",
        "blijft",
        "Voor één jaar.",
    ]


def test_programs_that_sign_a_file_are_no_people():
    signed = real_names(["anonymous", "Microsoft Office User", "Adobe PDF", "Mieke Heuser", " ", None])
    assert {name for name, _ in signed} == {"Mieke Heuser"}
