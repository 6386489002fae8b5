"""Print every figure of docs/quality.md: `make quality`, or `python -m benchmarks.quality --data DIR`.

DIR holds the real document with its labels (`opbrengsten/`) and the public benchmark sets (`benchmarks/`); what is
missing there is left out and said. The sample sessions and the labelled sets of this repository are always measured.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Run the measurements one after the other, each under the command that gives it alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    data = parser.parse_args().data.resolve()
    real = data / "opbrengsten"
    with tempfile.TemporaryDirectory() as folder:
        _run_and_evaluate(ROOT / "data" / "raw", ROOT / "data" / "gold" / "samples", Path(folder) / "samples")
        if real.exists():
            _run_and_evaluate(real / "document.txt", real, Path(folder) / "real")
    if not real.exists():
        print(f"\nno real document in {data}: its figures are left out")
    for script in ("repair", "masking", "extraction", "clustering", "matching", "ranking"):
        takes_data = "--data" in (ROOT / "benchmarks" / f"{script}.py").read_text(encoding="utf-8")
        given = {"repair": real, "clustering": data, "matching": data, "extraction": data}.get(script)
        if takes_data and given is not None and not given.exists():
            print(f"\n{script}: no {given}, left out")
            continue
        _call([f"benchmarks/{script}.py", *(["--data", str(given)] if takes_data and given is not None else [])])


def _run_and_evaluate(raw: Path, gold: Path, out: Path) -> None:
    _call(["-m", "pipeline", "run", "--raw", str(raw), "--out", str(out)])
    _call(["-m", "pipeline", "evaluate", "--gold", str(gold), "--out", str(out)])


def _call(arguments: list[str]) -> None:
    print(f"\n$ python {' '.join(arguments)}", flush=True)
    subprocess.run([sys.executable, *arguments], check=False, cwd=ROOT)


if __name__ == "__main__":
    main()
