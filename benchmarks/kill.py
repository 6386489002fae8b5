"""Kill runs at random moments, and see whether earlier results are whole and a re-run puts everything right.

    python -m benchmarks.kill --kills 200 --seed 1

A run over one session is followed by one over two, which is killed (SIGKILL) at a random moment. Then every file of
the results must be as the run before left it or as an undisturbed run would have made it, and a second run must end
with the very bytes of the undisturbed one. Runs are forked from one process that has everything loaded, so that the
moments fall into the work and not into the start.
"""

import argparse
import collections
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from pipeline.plan import STAGE_NAMES
from pipeline.run import Request, run

RAW = Path(__file__).parent.parent / "tests" / "data" / "golden"
CHANGING = ("started_at", "finished_at", "duration_s")  # of run.json
UNCOMPARED = (".lock", "run.json")


@dataclass(frozen=True)
class Scene:
    """What runs are killed in.

    Args:
        before: results of a run over the first session.
        raw: all sessions.
        wanted: results of an undisturbed run over all sessions that followed on `before`.
        seconds: how long that took.
    """

    before: Path
    raw: Path
    wanted: Path
    seconds: float


def prepare(raw: Path, folder: Path) -> Scene:
    """Run over the first session, then over all of them, undisturbed."""
    first = min(path for path in raw.iterdir() if path.is_dir())
    shutil.copytree(first, folder / "first" / first.name)
    before, wanted = folder / "before", folder / "wanted"
    run_here(folder / "first", before)
    shutil.copytree(before, wanted)
    began = time.perf_counter()
    wait_for(fork_run(raw, wanted))
    return Scene(before, raw, wanted, time.perf_counter() - began)


def run_here(raw: Path, out: Path) -> None:
    """Run in this process, in silence."""
    run(Request(raw, out), say=lambda _: None, progress=lambda *_: None)


def fork_run(raw: Path, out: Path) -> int:
    """Start a run in a child that has all modules and models of this process; give its process id."""
    child = os.fork()
    if child:
        return child
    try:
        run_here(raw, out)
    except BaseException as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        os._exit(1)
    os._exit(0)


def wait_for(child: int) -> None:
    """Wait for a run to end well."""
    _, status = os.waitpid(child, 0)
    if status:
        raise RuntimeError(f"a run ended with status {status}")


def kill_after(seconds: float, raw: Path, out: Path) -> None:
    """Start a run and kill it."""
    child = fork_run(raw, out)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def try_once(scene: Scene, moment: float, folder: Path) -> tuple[str, list[str]]:
    """Kill a run after some seconds, look, and run again.

    Returns:
        The stage that it was killed in or before, and what is not as it should be.
    """
    out = folder / "out"
    shutil.copytree(scene.before, out)
    kill_after(moment, scene.raw, out)
    stage, faults = stage_reached(out, scene.wanted), torn_files(scene, out)
    wait_for(fork_run(scene.raw, out))
    faults += differences(scene.wanted, out)
    shutil.rmtree(out)
    return stage, faults


def torn_files(scene: Scene, out: Path) -> list[str]:
    """Files that are neither as they were before nor as they should become."""
    read_record(out)
    return [
        f"{name} is torn"
        for name, data in contents(out).items()
        if not Path(name).name.startswith(".opdenk-")
        and data not in (contents_of(scene.before, name), contents_of(scene.wanted, name))
    ]


def differences(wanted: Path, out: Path) -> list[str]:
    """Files that a re-run made otherwise than an undisturbed run."""
    right, made = contents(wanted), contents(out)
    faults = [f"{name} differs" for name in sorted(right.keys() | made.keys()) if right.get(name) != made.get(name)]
    return faults + ["run.json differs"] * (read_record(wanted) != read_record(out))


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a folder but those that hold times."""
    paths = (path for path in folder.rglob("*") if path.is_file() and path.name not in UNCOMPARED)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def contents_of(folder: Path, name: str) -> bytes | None:
    """One file of a folder, if it is there."""
    path = folder / name
    return path.read_bytes() if path.exists() else None


def read_record(out: Path) -> object:
    """What run.json holds but for the times."""
    return json.loads(
        (out / "run.json").read_text(encoding="utf-8"),
        object_hook=lambda value: {key: other for key, other in value.items() if key not in CHANGING},
    )


def stage_reached(out: Path, wanted: Path) -> str:
    """The first stage whose record is not yet that of the undisturbed run."""
    record, right = (
        json.loads((folder / "run.json").read_text(encoding="utf-8"))["stages"] for folder in (out, wanted)
    )
    reached = (name for name in STAGE_NAMES if record[name]["fingerprint"] != right[name]["fingerprint"])
    return next(reached, "done")


def main() -> None:
    """Kill runs and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--raw", type=Path, default=RAW)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    stages: collections.Counter[str] = collections.Counter()
    with tempfile.TemporaryDirectory() as name:
        scene = prepare(options.raw, Path(name))
        print(f"an undisturbed run takes {scene.seconds:.2f} s")
        n_faulty = 0
        for number in range(options.kills):
            moment = chance.uniform(0, scene.seconds)
            stage, faults = try_once(scene, moment, Path(name))
            stages[stage] += 1
            n_faulty += bool(faults)
            for fault in faults:
                print(f"kill {number} after {moment:.3f} s: {fault}")
    print(", ".join(f"{stage} {stages[stage]}" for stage in (*STAGE_NAMES, "done")))
    print(f"{options.kills} kills, {n_faulty} with a fault")
    sys.exit(bool(n_faulty))


if __name__ == "__main__":
    main()
