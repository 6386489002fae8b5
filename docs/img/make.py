"""Take the pictures that stand in the docs: the report wide, on a phone and on paper, and the review workbook.

    opdenk run && opdenk review export
    python docs/img/make.py data/processed

Needs Chromium, Playwright from the development dependencies, and for the workbook LibreOffice Calc.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl
import pdfplumber
from playwright.sync_api import Page, sync_playwright

BROWSER = "/usr/bin/chromium"
HERE = Path(__file__).parent
QUIET = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync")
OFFICE = "/usr/bin/soffice"
N_ROWS = 13  # of the workbook that the picture shows
UNFOLD_FIRST = "document.querySelector('.issue details').open = true"


def main(results: Path) -> None:
    """Write the pictures beside this file.

    Args:
        results: folder with report.html and review.xlsx of a run on the sample sessions.
    """
    _workbook(results / "review.xlsx")
    report = results / "report.html"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=QUIET)
        wide = browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
        wide.goto(report.resolve().as_uri())
        wide.screenshot(path=HERE / "report-wide.png")
        _section(wide, "#kaart", "report-map.png")
        _on_paper(wide)
        wide.evaluate(UNFOLD_FIRST)
        _section(wide, ".issue", "report-issue.png", max_height=900)
        narrow = browser.new_page(
            viewport={"width": 375, "height": 800}, reduced_motion="reduce", device_scale_factor=2
        )
        narrow.goto(report.resolve().as_uri())
        narrow.evaluate("document.querySelector('#rangorde').scrollIntoView()")
        narrow.screenshot(path=HERE / "report-narrow.png")
        browser.close()


def _section(page: Page, selector: str, name: str, *, max_height: int | None = None) -> None:
    page.evaluate("document.querySelector('.filters').style.position = 'static'")
    box = page.locator(selector).first.bounding_box()
    if box is None:
        sys.exit(f"The report shows no {selector}.")
    height = min(box["height"], max_height or box["height"])
    y = box["y"] + float(page.evaluate("scrollY"))
    clip = {"x": box["x"] - 24, "y": y, "width": box["width"] + 48, "height": height}
    page.screenshot(path=HERE / name, full_page=True, clip=clip)  # type: ignore[arg-type]  # a dict of that form


def _on_paper(page: Page) -> None:
    file = HERE / "report.pdf"
    page.pdf(path=file, prefer_css_page_size=True, print_background=True)
    with pdfplumber.open(file) as document:
        page_image = document.pages[0].to_image(resolution=96, antialias=True)
        page_image.save(HERE / "report-print.png", colors=128)
    file.unlink()


def _workbook(path: Path) -> None:
    """The first rows of the first sheet, as LibreOffice prints them."""
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets[1:]:
        sheet.sheet_state = "hidden"
    sheet = book.worksheets[0]
    sheet.print_area = f"A1:{openpyxl.utils.get_column_letter(sheet.max_column)}{N_ROWS}"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = openpyxl.worksheet.properties.PageSetupProperties(fitToPage=True)
    sheet.print_options.gridLines, sheet.print_options.headings = True, True
    sheet.oddFooter.center.text = sheet.oddHeader.center.text = ""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "review.xlsx"
        book.save(copy)
        command = [OFFICE, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf"]
        subprocess.run([*command, "--outdir", folder, copy], check=True, capture_output=True)  # noqa: S603
        with pdfplumber.open(copy.with_suffix(".pdf")) as document:
            page = document.pages[0]
            shapes = [*page.chars, *page.rects, *page.lines]
            box = [f(shape[side] for shape in shapes) for f, side in ((min, "x0"), (min, "top"))]
            box += [f(shape[side] for shape in shapes) for f, side in ((max, "x1"), (max, "bottom"))]
            picture = page.crop((*box,), strict=False).to_image(resolution=200, antialias=True)
            picture.save(HERE / "review-questions.png", colors=48)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
