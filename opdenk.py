"""For notebooks and scripts: `opdenk.load_issues("data/processed/issues.json")`."""

from pipeline.contract import Issues
from pipeline.validation import load_issues

__all__ = ["Issues", "load_issues"]
