"""The Dutch report as a file: what it holds, and what it does not do."""

import base64
import hashlib
import random
import re

import lxml.html
import pytest

from pipeline.contract import Sentence, Signal, Source
from pipeline.views import html
from pipeline.views.quotes import Names, SessionName, passages
from tests.views.fixture import SETTINGS, make


def render(settings=SETTINGS, **how):
    return html.render(*make(**how), settings)


def parse(text):
    return lxml.html.document_fromstring(text)


def words(element):
    return re.sub(r"\s+", " ", element.text_content()).strip()


def table_rows(table):
    return [[words(cell) for cell in row] for row in table.iter("tr")]


@pytest.fixture(scope="module")
def text():
    return render()


@pytest.fixture(scope="module")
def document(text):
    return parse(text)


@pytest.fixture(scope="module")
def issues():
    return make()[0]


def test_the_sections_stand_in_the_order_in_which_a_meeting_needs_them(document):
    assert [words(head) for head in document.iter("h2")] == [
        "Rangorde",
        "Vraagstukken",
        "Zeldzaam maar ernstig",
        "Opkomende thema’s",
        "Kaart van de vraagstukken",
        "Categorieën per sessie",
        "Veranderd sinds de vorige meting",
        "Buiten beeld, en waarom",
        "Verantwoording",
    ]
    targets = {link.get("href") for link in document.cssselect("nav a")}
    assert targets == {f"#{section.get('id')}" for section in document.iter("section")}


def test_four_sentences_say_what_this_is_with_the_figures(document):
    intro = words(document.cssselect(".intro")[0])
    assert len(re.findall(r"[.] ?(?=[A-Z]|$)", intro)) == 4
    for figure in (
        "3 sessies (18 januari 2024 tot en met 26 september 2024)",
        "5 documenten",
        "60 vragen en zorgen",
        "25 sprekers",
        "51 daarvan vormen samen 9 vraagstukken, 9 staan op zichzelf",
        "‘stem van de opleidingsschool in de regio’ (urgentie 0,82, met een onzekerheid van 0,70 tot 0,92; ",
    ):
        assert figure in intro


def test_every_question_can_be_read_once_with_where_it_was_said(document, issues):
    shown = document.cssselect("li.quote")
    quotes = [words(quote.cssselect("blockquote")[0]) for quote in shown]
    said = [item.text for issue in issues.issues for item in issue.evidence] + [item.text for item in issues.unplaced]
    assert sorted(quotes) == sorted(set(said))
    assert sum(len(quote.cssselect("cite")) for quote in shown) == len(said) == 60
    sources = " | ".join(words(cite) for cite in document.iter("cite"))
    for source in (
        "P-04, tafel-1.vtt, 0:03:15, sessie 18 jan 2024",
        "P-11, formulier.xlsx, rij 7, sessie 11 apr 2024",
        "Tafel 2, verslag.pdf, blz. 3, regel 15, onder ‘Wat speelt er?’, sessie 11 apr 2024",
    ):
        assert source in sources


def test_a_sentence_said_twice_is_shown_once_with_both_places(document):
    (quote,) = [q for q in document.cssselect("li.quote") if "compenseert" in q.text_content()]
    assert "ook nog 1 keer gezegd" in words(quote)
    assert len(quote.cssselect("cite")) == 2


def test_an_issue_shows_what_its_rank_rests_on(document, issues):
    first = issues.issues[0]
    card = document.get_element_by_id(first.id)
    shown = words(card)
    for part in (
        "Stem van de opleidingsschool in de regio",
        "Hoe houden wij als opleidingsschool een eigen stem in de nieuwe regio?",
        "Positionering, ook Governance",
        "0,82 0,70–0,92",
        "plaats 1 tot 3",
        "kans op de top vijf: 100 %",
        "9 stemmen in 5 documenten en 3 sessies",
        "Sinds vorige meting bekend",
        "Stabiliteit stabiel (0,86)",
        "10 citaten",
        "2 passages die meetelden",
    ):
        assert part in shown
    trend = card.cssselect(".trend svg")[0].get("aria-label").replace("\u00a0", " ")
    assert "18 jan 2024: 5 citaten, 31 %; 11 apr 2024: 3 citaten, 13 %; 26 sep 2024: 2 citaten, 10 %" in trend


def test_filled_parts_of_the_bars_add_up_to_the_score(document, issues):
    for issue in issues.issues:
        card = document.get_element_by_id(issue.id)
        filled = sum(float(bar.get("width")) for bar in card.cssselect(".components .fill"))
        tracks = sum(float(bar.get("width")) for bar in card.cssselect(".components .track"))
        assert filled / tracks == pytest.approx(issue.urgency.score, abs=0.005)  # widths have one decimal


def test_a_passage_that_counted_is_marked_within_its_sentence(document, issues):
    passages = document.get_element_by_id(issues.issues[0].id).cssselect(".passage")
    assert [[words(mark) for mark in p.cssselect("mark")] for p in passages] == [["over een maand"], ["dreigt"]]
    assert words(passages[1].cssselect("blockquote")[0]) == (
        "Het partnerschap dreigt een uitvoerder van andermans plan te worden."
    )
    assert "Tijdsdruk; Peiling, 12 stemmen" in words(passages[0])  # one sentence, which counts twice


def test_words_that_say_why_a_passage_counts_are_given_if_they_stand_outside_it():
    names = Names({}, {"s": SessionName("s0", "Sessie", "sessie", ("sessie", ""))})
    text = "Het meest dringend zijn de uren, en snel."
    source = Source(
        session="s",
        document="a.txt",
        sha256="0",
        segment="S-1",
        start=24,
        end=31,
        page=None,
        line=1,
        row=None,
        time=None,
        heading=(),
        speaker=None,
    )
    sentence = Sentence(text=text, start=0, end=len(text))
    named = Signal(
        component="stated", cue="meest dringend", strength=1, text=text[24:31], sentence=sentence, source=source
    )
    dated = named.model_copy(
        update={
            "component": "time_pressure",
            "cue": "snel",
            "text": "snel",
            "source": source.model_copy(update={"start": 36, "end": 40}),
        }
    )
    (passage,) = passages([named, dated], names)
    assert [text for text, is_marked in passage.pieces if is_marked] == ["de uren", "snel"]
    assert "".join(text for text, _ in passage.pieces) == text
    assert passage.reasons == ("Uitgesproken (‘meest dringend’)", "Tijdsdruk")


def test_what_is_rare_but_severe_stands_apart_with_its_gravest_words(document):
    section = words(document.get_element_by_id("zeldzaam"))
    assert "Veiligheid van studenten op stage" in section
    assert "Een student is drie keer bedreigd en wij hebben voor 1 oktober geen meldpunt." in section


def test_emerging_themes_name_their_issues(document):
    section = words(document.get_element_by_id("opkomend"))
    assert "Dagelijks leven van studenten Reistijd en vervoer van studenten plaats 9, 4 stemmen" in section
    assert "past in geen categorie, hoort wel bij elkaar" in section


def test_the_category_table_has_heads_and_sums(document):
    table = document.cssselect("table.crossing")[0]
    rows = table_rows(table)
    assert rows[0] == ["Categorie", "18 jan 2024", "11 apr 2024", "26 sep 2024", "Samen", "Vraagstukken"]
    counts = [[int(cell.split()[0]) for cell in row[1:]] for row in rows[1:]]
    assert [sum(column) for column in zip(*counts[:-1], strict=True)] == counts[-1] == [16, 23, 21, 60, 9]
    assert all(row[0].get("scope") == "row" for row in table.cssselect("tbody tr"))


def test_changes_are_told_by_kind_and_link_to_the_issue(document):
    section = document.get_element_by_id("veranderd")
    shown = words(section)
    for part in (
        "2 van de 9 vraagstukken bleven zoals ze waren.",
        "Nieuw 4",
        "Gegroeid 1",
        "Uren van werkbegeleiders uit ‘taakuren van begeleiders’ en T-0b0b0b0b",
        "Besluiten in het regiobestuur uit T-0c0c0c0c",
        "Verdwenen 2",
        "Naam van de nieuwe regio",
    ):
        assert part in shown
    assert all(document.get_element_by_id(link.get("href")[1:]) is not None for link in section.iter("a"))


def test_a_first_run_says_that_there_is_nothing_to_compare():
    section = words(parse(render(first_run=True)).get_element_by_id("veranderd"))
    assert "geen eerdere meting" in section
    assert "Verdwenen" not in section


def test_what_was_left_out_adds_up_and_has_its_reason(document):
    section = document.get_element_by_id("buiten")
    for account in section.cssselect(".ledger > div"):
        found, *ways = [int(figure.text) for figure in account.cssselect(".figure")]
        assert found == sum(ways)
    files = {row[0].split()[0]: row[2:] for row in table_rows(section.cssselect("table.documents")[0])}
    assert files["notulen.docx"] == ["gelezen", "9", "–"]
    assert files["foto-van-de-flap.jpg"] == ["geweigerd", "0", ".jpg-bestanden worden niet gelezen"]
    assert files["verslag.pdf"][2] == "hersteld: 12 × verloren letter, 1 × pagina-einde"
    assert files["scan.pdf"][2].startswith("bevat geen tekst: het is een scan")
    assert "1 niet in het Nederlands" in words(section)


def test_words_that_are_not_dutch_are_marked_as_such(document):
    foreign = {words(part) for part in document.cssselect('[lang="en"]')}
    assert foreign == {"spoken in haste"}


def test_how_it_was_made_names_models_settings_and_sensitivity(document):
    section = words(document.get_element_by_id("verantwoording"))
    for part in (
        "nl_opdenk_sm 0.1.0",
        "0123456789abcdef",
        "500 keer opnieuw getrokken",
        "de middelste 90 %",
        "rank.weights.reach 0,3",
    ):
        assert part in section
    table = document.cssselect("table.sensitivity")[0]
    assert ["Uitgesproken", "25 %", "4 van 5 (τ 0,94)", "4 van 5 (τ 0,94)"] in table_rows(table)


def test_an_answer_with_markup_shows_as_text(text, document):
    assert "<script>alert" not in text
    answer = "Het <script>alert('x')</script> formulier & de \"knop\" werken <b>niet</b>."
    assert answer in [quote.text_content() for quote in document.iter("blockquote")]
    assert len(list(document.iter("script"))) == 1
    assert not list(document.iter("b"))


def test_the_file_needs_nothing_from_outside(text, document):
    policy = document.cssselect('meta[http-equiv="Content-Security-Policy"]')[0].get("content")
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    for kind in ("style", "script"):
        (element,) = document.iter(kind)
        digest = base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert not document.cssselect("link, img, iframe, [src], [style], [onclick]")
    assert not re.findall(r"https?://|@import|url\(", text)
    assert all(element.get("href").startswith("#") for element in document.cssselect("[href]"))


def test_every_link_leads_somewhere_and_no_id_is_doubled(document):
    ids = [element.get("id") for element in document.cssselect("[id]")]
    assert len(ids) == len(set(ids))
    assert {element.get("href")[1:] for element in document.cssselect("[href]")} <= set(ids)


def test_a_report_with_names_warns_at_its_very_top_and_a_masked_one_does_not(document):
    assert not document.cssselect(".banner")
    unmasked = parse(render(masked=False))
    (banner,) = unmasked.cssselect(".banner")
    assert "Namen van personen zijn niet vervangen." in words(banner)
    assert "namen van personen zijn in dit rapport niet vervangen" in words(unmasked.cssselect(".intro")[0])


def test_a_report_on_silence_says_so():
    document = parse(render(silent=True))
    assert "te weinig vragen en zorgen" in words(document.cssselect(".intro")[0])
    assert "Er zijn geen vraagstukken." in words(document.get_element_by_id("rangorde"))


def test_quotes_above_the_limit_are_counted_not_lost():
    settings = SETTINGS.model_copy(update={"max_quotes": 4})
    issues, tables = make()
    card = parse(html.render(issues, tables, settings)).get_element_by_id(issues.issues[0].id)
    assert len(card.cssselect(".quote")) == 4
    assert "Nog 5 andere citaten staan in issues.xlsx en issues.json." in words(card)


def test_five_hundred_questions_stay_below_three_megabytes():
    issues, tables = make(n_extra=440)
    settings = SETTINGS.model_copy(update={"max_quotes": 500})
    text = html.render(issues, tables, settings)
    assert text.count('<li class="quote"') >= 490
    assert len(text.encode()) <= 3_000_000


def test_the_order_of_rows_changes_no_byte(text):
    issues, tables = make()
    mixer = random.Random(7)
    mixed = {
        name: frame.sample(frac=1, random_state=mixer.randrange(1000)).reset_index(drop=True)
        for name, frame in tables.items()
    }
    assert html.render(issues, mixed, SETTINGS) == text


def test_sessions_stand_in_order_of_date_and_undated_ones_last():
    issues, tables = make()
    held_on = {"2024-01-18-startsessie": None, "2024-04-11-verdieping": "2024-11-01"}
    sessions = tuple(
        part.model_copy(update={"date": held_on.get(part.id, part.date)}) for part in reversed(issues.sessions)
    )
    document = parse(html.render(issues.model_copy(update={"sessions": sessions}), tables, SETTINGS))
    shown = [words(row) for row in document.cssselect(".sessions tbody tr")]
    assert [row.split()[0] for row in shown] == ["Terugblik", "Verdieping:", "Startsessie"]
    assert "onbekend" in shown[2]
    assert "Startsessie over…" in words(document.cssselect(".crossing thead")[0])
