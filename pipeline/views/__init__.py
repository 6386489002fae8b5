"""What people and other tools read: one module an output."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pipeline.config import ReportSettings
from pipeline.contract import Issues

if TYPE_CHECKING:
    import pandas as pd


def render(issues: Issues, tables: "Mapping[str, pd.DataFrame]", settings: ReportSettings) -> dict[str, bytes]:
    """Make every output file.

    Args:
        issues: the document that issues.json holds.
        tables: all tables by name, for what the document leaves out.
        settings: what the report shows.

    Returns:
        Name -> bytes; the same input gives the same bytes.
    """
    from pipeline.views import html, refi_qda, sheets

    return {
        "issues.json": issues.to_json().encode(),
        "report.html": html.render(issues, tables, settings).encode(),
        "issues.xlsx": sheets.workbook(issues),
        "issues.csv": sheets.table(issues),
        "issues.qdpx": refi_qda.project(issues, tables),
        "codebook.qdc": refi_qda.codebook(issues),
    }
