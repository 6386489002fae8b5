"""The consumers that docs/json.md shows are run; links in the docs lead somewhere."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.golden import EXAMPLE

ROOT = Path(__file__).resolve().parent.parent
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
CONSUMERS = {"python": [sys.executable, "-c"], "javascript": ["node", "-e"], "sh": ["sh", "-c"]}
NEEDED = {"python": sys.executable, "javascript": "node", "sh": "jq"}


@pytest.mark.parametrize("language", CONSUMERS)
def test_a_consumer_in_the_docs_reads_the_document(language):
    if shutil.which(NEEDED[language]) is None:
        pytest.skip(f"{NEEDED[language]} is not installed")
    page = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    code = re.search(rf"```{language}\n(.*?)```", page, re.DOTALL)[1].replace(
        "data/processed/issues.json", str(EXAMPLE)
    )
    result = subprocess.run(
        [*CONSUMERS[language], code], capture_output=True, text=True, check=False, cwd=ROOT, encoding="utf-8"
    )
    assert result.returncode == 0, result.stderr
    first = json.loads(EXAMPLE.read_text(encoding="utf-8"))["issues"][0]
    assert first["label"] in result.stdout.splitlines()[0]


@pytest.mark.parametrize("page", DOCS, ids=lambda page: page.name)
def test_links_and_pictures_are_there(page):
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
    missing = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert missing == []
