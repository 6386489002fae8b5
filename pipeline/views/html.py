"""The Dutch report: one HTML file that opens from disk, reaches no network, and shows every answer as text."""

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipeline.config import ReportSettings
from pipeline.contract import Issues
from pipeline.views.page import page

if TYPE_CHECKING:
    import pandas as pd

FOLDER = Path(__file__).parent


def render(issues: Issues, tables: "Mapping[str, pd.DataFrame]", settings: ReportSettings) -> str:
    """Make report.html.

    Args:
        issues: what issues.json holds.
        tables: all tables by name, as `pipeline.views.page.page` reads them.
        settings: what the report shows.

    Returns:
        A whole HTML document. Its content security policy allows the one style sheet and the one script that it
        holds, by their hash, and nothing else.
    """
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = ((FOLDER / name).read_text(encoding="utf-8") for name in ("report.css", "report.js"))
    return environment.get_template("report.html.j2").render(
        page=page(issues, tables, settings),
        style=Markup(style),  # noqa: S704  # our own file, not input
        script=Markup(script),  # noqa: S704
        style_hash=_csp_hash(style),
        script_hash=_csp_hash(script),
    )


def _csp_hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
