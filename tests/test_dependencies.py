import ast
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
MODULES = {"docx": "python-docx", "markdown_it": "markdown-it-py", "sklearn": "scikit-learn", "yaml": "pyyaml"}
OPTIONAL = {"sentence-transformers"}


def declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {re.match(r"[\w-]+", dependency)[0] for dependency in project["dependencies"]}


def imported():
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "pipeline").rglob("*.py"))
    names = set()
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return {MODULES.get(name, name.replace("_", "-")) for name in names - sys.stdlib_module_names - {"pipeline"}}


def test_every_dependency_is_listed_with_its_reason_and_licence():
    lines = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    listed = {row[0]: row for row in rows if row[0] not in ("package", "---")}
    assert set(listed) == declared()
    assert all(len(row) == 4 and all(row) for row in listed.values())


def test_what_the_package_imports_is_declared_and_what_is_declared_is_imported():
    unseen = {"pyarrow", "defusedxml"}  # by pandas for Parquet, and by openpyxl where it is installed
    assert imported() - OPTIONAL == declared() - unseen


def test_everything_in_the_lock_file_has_hashes():
    entries = re.split(r"\n(?=[\w./])", (ROOT / "requirements.lock").read_text(encoding="utf-8"))
    assert all("--hash=sha256:" in entry for entry in entries if entry.strip())
