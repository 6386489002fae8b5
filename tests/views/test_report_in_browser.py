"""The Dutch report in a real browser: usable by all, on a phone, on paper, without script, and without a network."""

import io
import re
from pathlib import Path

import pdfplumber
import pytest

from pipeline.views import html
from tests.views.fixture import SETTINGS, make

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

BROWSERS = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
BROWSER = next((path for path in BROWSERS if Path(path).exists()), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed: apt-get install chromium")

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 375, "height": 800}


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def issues():
    return make()[0]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Address of the report, with names masked or not."""
    folder = tmp_path_factory.mktemp("report")
    addresses = {}
    for masked in (True, False):
        path = folder / f"{masked}.html"
        path.write_text(html.render(*make(masked=masked), SETTINGS), encoding="utf-8")
        addresses[masked] = path.as_uri()
    return addresses


@pytest.fixture
def open_report(browser, files):
    """Open the report; whatever it asks of a network, complains of, or runs beside its own script is a fault."""
    contexts, faults = [], []

    def open_(*, viewport=WIDE, masked=True, fragment="", script=True):
        context = browser.new_context(viewport=viewport, java_script_enabled=script, reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: faults.append(request.url) if request.url not in known else None)
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: faults.append(dialog.message))
        known = {files[masked], files[masked] + fragment}
        page.goto(files[masked] + fragment)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert faults == []


def shown_issues(page):
    return page.locator(".issue:visible").evaluate_all("all => all.map((issue) => issue.id)")


def shown_quotes(page):
    return page.locator("#vraagstukken .quote:visible").count()


def unfold(page):
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")


@pytest.mark.parametrize(
    ("viewport", "masked", "is_unfolded"),
    [(WIDE, True, False), (WIDE, True, True), (NARROW, False, True)],
    ids=["wide", "wide, unfolded", "narrow, unfolded, with names"],
)
def test_axe_finds_no_fault(open_report, viewport, masked, is_unfolded):
    page = open_report(viewport=viewport, masked=masked)
    if is_unfolded:
        unfold(page)
    results = axe.Axe().run(page)  # WCAG 2.1 A and AA, and axe's own best practices
    assert len(results.response["passes"]) > 30
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("width", [320, 375, 768, 1280])
def test_nothing_but_tables_needs_scrolling_sideways(open_report, width):
    page = open_report(viewport={"width": width, "height": 800})
    unfold(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_search_leaves_what_holds_the_words_and_marks_them(open_report):
    page = open_report()
    page.get_by_label("Zoek", exact=True).fill("MEEBESLIST")
    assert page.locator(".issue:visible h3").all_inner_texts() == ["Stem van de opleidingsschool in de regio"]
    assert shown_quotes(page) == 1
    assert page.locator("#gevonden").inner_text() == "1 vraagstuk, 1 citaat"
    assert page.locator(".ranking tbody tr:visible").count() == 1
    assert page.evaluate("CSS.highlights.get('found').size") == 1
    page.get_by_label("Zoek", exact=True).fill("xyzzy")
    assert page.locator("#niets").is_visible()
    page.get_by_role("button", name="Wis filters").click()
    sync_api.expect(page.locator(".issue:visible")).to_have_count(9)
    assert page.locator("#gevonden").inner_text() == "9 vraagstukken, 51 citaten"


def test_search_takes_no_notice_of_accents(open_report):
    page = open_report()
    page.get_by_label("Zoek", exact=True).fill("geinformeerd")
    assert len(shown_issues(page)) == 1
    assert page.evaluate("[...CSS.highlights.get('found')][0].toString()") == "geïnformeerd"


def test_filters_narrow_issues_and_their_quotes(open_report):
    page = open_report()
    page.get_by_label("Categorie", exact=True).select_option("finance")
    assert page.locator(".issue:visible h3").all_inner_texts() == [
        "Geld voor begeleiding na 2025",
        "Uren van werkbegeleiders",
    ]
    assert page.locator(".wide-map a:not(.dim)").count() == 2
    page.get_by_label("Sessie", exact=True).select_option("s0")
    page.get_by_label("Vorm", exact=True).select_option("concern")
    unfold(page)
    assert page.locator("#vraagstukken .quote:visible blockquote").all_inner_texts() == [
        "Begeleiders krijgen te weinig uren in hun taak."
    ]


def test_issues_can_be_put_in_another_order_and_back(open_report, issues):
    page = open_report()
    by_rank = [issue.id for issue in issues.issues]
    assert shown_issues(page) == by_rank
    page.get_by_label("Volgorde", exact=True).select_option("label")
    names = page.locator(".issue h3").all_inner_texts()
    assert names == sorted(names)
    assert page.locator(".ranking tbody th a").all_inner_texts() == names
    page.get_by_label("Volgorde", exact=True).select_option("rank")
    assert shown_issues(page) == by_rank


def test_a_link_to_an_issue_or_quote_opens_what_hides_it(open_report, issues):
    quote = issues.issues[4].evidence[-1].question_id
    page = open_report(fragment=f"#{quote}")
    assert page.locator(f"#{quote}").is_visible()
    assert page.locator(f"#{quote}").evaluate("e => e.getBoundingClientRect().top") < WIDE["height"]
    page.get_by_label("Categorie", exact=True).select_option("finance")
    page.locator(f".wide-map a[href='#{issues.issues[0].id}']").click()
    sync_api.expect(page.locator(".issue:visible")).to_have_count(9)
    assert page.url.endswith(issues.issues[0].id)


def test_a_quote_is_copied_with_its_source(open_report):
    page = open_report()
    unfold(page)
    quote = page.locator(".quote", has_text="Wie spreekt er namens ons")
    quote.get_by_role("button", name="Kopieer citaat met bron").click()
    sync_api.expect(page.locator("#melding")).to_have_text("Citaat met bron gekopieerd.")
    page.get_by_label("Zoek", exact=True).focus()
    page.keyboard.press("Control+V")
    assert page.get_by_label("Zoek", exact=True).input_value().replace("\u00a0", " ") == (
        "“Wie spreekt er namens ons in het regioberaad?” (P-03, notulen.docx, regel 12, sessie 18 jan 2024; "
        f"{quote.get_attribute('id')})"
    )


def test_the_keyboard_reaches_everything_and_shows_where_it_is(open_report):
    page = open_report()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Naar de inhoud"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "inhoud"
    reached = set()
    for _ in range(120):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate("document.activeElement.closest('.wide-map a, summary, select, input, table a')?.tagName")
        )
        if "a" in reached:
            break
    assert reached >= {"a", "SUMMARY", "SELECT", "INPUT", "A"}
    ring = page.evaluate("getComputedStyle(document.activeElement.querySelector('.halo')).stroke")
    assert ring == "rgb(11, 87, 208)"


def test_labels_on_the_map_do_not_cover_each_other(open_report):
    for viewport, name in ((WIDE, "wide-map"), (NARROW, "narrow-map")):
        page = open_report(viewport=viewport)
        boxes = page.locator(f".{name} text").evaluate_all(
            "all => all.map((text) => text.getBoundingClientRect()).map((b) => [b.left, b.top, b.right, b.bottom])"
        )
        assert len(boxes) == 9
        for place, one in enumerate(boxes):
            for other in boxes[place + 1 :]:
                assert not (one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3])


def test_without_script_everything_can_be_read(open_report):
    page = open_report(script=False)
    assert page.locator("#filters").is_hidden()
    assert page.get_by_role("button").count() == 0
    first = page.locator(".issue").first
    first.locator("summary").first.click()
    assert first.locator("blockquote").first.is_visible()
    assert page.locator(".issue").count() == 9


def test_an_answer_with_script_is_text_and_does_not_run(open_report):
    page = open_report()
    unfold(page)
    assert page.get_by_text("Het <script>alert('x')</script> formulier").is_visible()


def test_on_paper_it_is_a4_with_issues_and_without_controls(open_report):
    page = open_report()
    with pdfplumber.open(io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=True))) as document:
        assert {(round(sheet.width), round(sheet.height)) for sheet in document.pages} <= {(595, 842), (596, 842)}
        texts = [sheet.extract_text() for sheet in document.pages]
    assert "Urgente vraagstukken uit de opdenksessies" in texts[0]
    whole = " ".join(texts)
    assert "Veiligheid van studenten op stage" in whole
    assert "te lezen in het digitale rapport" in whole
    assert not re.search(r"Kopieer|Zoek|Volgorde", whole)
    assert f"1 / {len(texts)}" in texts[0]
    assert whole.count("Alle 16 23 21 60 9") == 1  # sums stand below the whole table, not at the foot of every page
