"""Run over files that were damaged at random: no traceback, no hang, nothing lost.

    python -m benchmarks.mutate --inputs 10000 --seed 1

Each input is a session of one damaged file beside a sound one. A run must end, or say in a `PipelineError` what is
wrong; the sound file must be read; each file must be accounted for, and so must every segment that was found. Most
runs end with `mask`, after which nothing of the file's form is left; every `WHOLE`th goes on to the report.
"""

import argparse
import collections
import contextlib
import io
import json
import random
import signal
import sys
import tempfile
import traceback
import zipfile
from pathlib import Path

import pandas as pd

from pipeline import readers
from pipeline.errors import PipelineError
from pipeline.run import Request, run

FILES = Path(__file__).parent.parent / "tests" / "data" / "raw" / "2024-06-11-gemengde-bestanden"
SOUND = "Wie betaalt de begeleiding na 2026?\n\nHet is onduidelijk wie daarover beslist.\n"
WHOLE = 50
LIMIT_S = 60.0  # of the processor, for one run
MAX_DAMAGE = 6  # places of one file
SNIPPETS = (
    b"\0", b'"', b";", b"<", b"&#0;", b"\xff\xfe", b" --> ", b"\xef\xbf\xbd", b"(", b"- ", b"9" * 400, b"\n\n", b"[{",
    b"\r", b"\x1b[31m", b"=cmd()", "é".encode("cp1252"), "\u202e\u0301".encode(), b"%PDF-1.7", b"PK\x03\x04",
)  # fmt: skip


def damaged(data: bytes, chance: random.Random) -> bytes:
    """A file with some stretches cut out, doubled, or written over."""
    for _ in range(chance.randint(1, MAX_DAMAGE)):
        start = chance.randrange(len(data) + 1)
        end = min(len(data), start + int(chance.expovariate(1 / 20)))
        stretch = chance.choice((b"", data[start:end] * 2, chance.choice(SNIPPETS), chance.randbytes(end - start)))
        data = data[:start] + stretch + data[end:]
    return data if chance.random() < 0.9 else data[: chance.randrange(len(data) + 1)]


def damaged_inside(data: bytes, chance: random.Random) -> bytes:
    """An archive with one of its parts damaged, so that it is still an archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        names = source.namelist()
        victim = chance.choice(names)
        for name in names:
            part = source.read(name)
            target.writestr(name, damaged(part, chance) if name == victim else part)
    return buffer.getvalue()


def mutate(path: Path, chance: random.Random) -> bytes:
    """A damaged copy of a file."""
    data = path.read_bytes()
    is_archive = zipfile.is_zipfile(path) and chance.random() < 0.8
    return (damaged_inside if is_archive else damaged)(data, chance)


def sources() -> list[Path]:
    """Files worth damaging, in all formats."""
    paths = (path for path in FILES.iterdir() if path.is_file() and path.stat().st_size)
    return sorted(path for path in paths if readers.ending(path.name) in readers.READERS)


def try_one(number: int, seed: int, folder: Path) -> tuple[str, str]:
    """Damage a file and run over it.

    Returns:
        What became of the file, and what is not as it should be; empty if all is well.
    """
    chance = random.Random(f"{seed}/{number}")
    source = chance.choice(sources())
    session = folder / "raw" / "2024-01-01-sessie"
    session.mkdir(parents=True)
    (session / f"a{source.suffix}").write_bytes(mutate(source, chance))
    (session / "b.txt").write_text(SOUND, encoding="utf-8")
    request = Request(folder / "raw", folder / "out", last="mask" if number % WHOLE else "report")
    try:
        run(request, say=lambda _: None, progress=lambda *_: None)
    except PipelineError as error:
        return "said", "" if error.message else "an error without a message"
    except Exception:
        return "traceback", f"{source.name}: {traceback.format_exc()}"
    return judge(folder / "out", source)


def judge(out: Path, source: Path) -> tuple[str, str]:
    """Whether the record and the tables account for both files."""
    documents = pd.read_parquet(out / "documents.parquet").set_index("file")
    n_segments = len(pd.read_parquet(out / "segments.parquet"))
    status = documents["status"]
    faults = {
        "the sound file was not read": status.get("b.txt") not in ("read", "warnings"),
        "a file is not accounted for": len(documents) != 2,
        "a refusal has no reason": bool((documents["reason"].isna() & status.eq("refused")).any()),
        "segments are not accounted for": int(documents["n_segments"].sum()) != n_segments,
    }
    what = status.drop("b.txt", errors="ignore")
    return str(what.iloc[0]) if len(what) else "lost", "; ".join(
        f"{source.name}: {fault}" for fault, holds in faults.items() if holds
    )


def _say_that_it_hangs(*_: object) -> None:
    raise TimeoutError(f"no end after {LIMIT_S:.0f} s of the processor")


def main() -> None:
    """Try many inputs and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    signal.signal(signal.SIGPROF, _say_that_it_hangs)
    counts: collections.Counter[str] = collections.Counter()
    n_faulty = 0
    with contextlib.suppress(KeyboardInterrupt):  # what was tried until then counts
        for number in range(options.inputs):
            with tempfile.TemporaryDirectory() as name:
                signal.setitimer(signal.ITIMER_PROF, LIMIT_S)
                status, fault = try_one(number, options.seed, Path(name))
                signal.setitimer(signal.ITIMER_PROF, 0)
            counts[status] += 1
            if fault:
                n_faulty += 1
                print(f"input {number}: {fault}", flush=True)
    print(json.dumps(dict(sorted(counts.items()))))
    print(f"{counts.total()} inputs, {n_faulty} with a fault")
    sys.exit(bool(n_faulty))


if __name__ == "__main__":
    main()
