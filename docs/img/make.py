"""Take the pictures of the report that stand in the docs: wide, on a phone, and on paper.

    python docs/img/make.py data/processed/report.html

Needs Chromium, and Playwright from the development dependencies.
"""

import sys
from pathlib import Path

import pdfplumber
from playwright.sync_api import Page, sync_playwright

BROWSER = "/usr/bin/chromium"
HERE = Path(__file__).parent
QUIET = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync")
UNFOLD_FIRST = "document.querySelector('.issue details').open = true"


def main(report: Path) -> None:
    """Write the pictures beside this file.

    Args:
        report: report.html of a run on the sample sessions.
    """
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
        page_image.save(HERE / "report-print.png", quantize=False)
    file.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
