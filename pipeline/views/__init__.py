"""What people and other tools read: one module an output."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pipeline.config import ReportSettings
from pipeline.contract import Issues

if TYPE_CHECKING:
    import pandas as pd


def render(issues: Issues, tables: "Mapping[str, pd.DataFrame]", settings: ReportSettings) -> dict[str, bytes]:
    """Make every output file, name -> bytes."""
    return {"issues.json": issues.to_json().encode()}
