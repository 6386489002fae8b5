"""Make sessions of any size that vary as real notes do, for measuring speed.

    python -m benchmarks.corpus 10000 OUT      ten thousand answers, below OUT

A sentence is one of our labelled sentences in which nouns were exchanged for nouns of the same number, drawn by Zipf's
law from those that the sentences hold. So word order, forms and lengths are those of notes, hardly a sentence comes
twice, and common words are common. Nothing of this is meant to make sense.
"""

import argparse
import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
LABELLED = ROOT / "data" / "gold" / "extraction"
SEED = 20231128
N_SESSIONS = 20
N_VOICES = 5  # answers by one respondent, in the mean
KEPT = 0.4  # share of the nouns that stay as they are
SENTENCES_AN_ANSWER = (1, 1, 1, 2, 3)  # drawn from evenly


@dataclass(frozen=True)
class Frame:
    """A sentence with holes: text before each noun and after the last, and the nouns with their number."""

    between: tuple[str, ...]
    nouns: tuple[tuple[str, str], ...]


def read_frames(nlp: Any) -> list[Frame]:  # noqa: ANN401  # spaCy has no stubs
    """The labelled sentences of the repository as frames."""
    texts = [
        json.loads(line)["text"]
        for path in sorted(LABELLED.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return [_frame(doc) for doc in nlp.pipe(texts) if len(doc) > 2]


def _frame(doc: Any) -> Frame:  # noqa: ANN401
    between, nouns, end = [], [], 0
    for word in doc:
        if word.pos_ == "NOUN" and word.is_alpha and word.is_lower:
            between.append(doc.text[end : word.idx])
            nouns.append((word.text, str(word.morph.get("Number"))))
            end = word.idx + len(word)
    return Frame((*between, doc.text[end:]), tuple(nouns))


def answers(frames: list[Frame], n: int, seed: int = SEED) -> Iterator[str]:
    """Draw answers."""
    random = np.random.default_rng(seed)
    pools: dict[str, list[str]] = {}
    for frame in frames:
        for noun, number in frame.nouns:
            pools.setdefault(number, []).append(noun)
    ranked = {number: [str(noun) for noun in _by_count(nouns)] for number, nouns in pools.items()}
    chances = {number: _zipf(len(nouns)) for number, nouns in ranked.items()}
    drawn = {number: iter(()) for number in ranked}

    def noun(number: str) -> str:
        found = next(drawn[number], None)
        if found is None:
            drawn[number] = iter(random.choice(ranked[number], 50_000, p=chances[number]).tolist())
            return noun(number)
        return str(found)

    for _ in range(n):
        picked = random.integers(len(frames), size=random.choice(SENTENCES_AN_ANSWER))
        sentences = []
        for place in picked.tolist():
            frame = frames[place]
            words = [own if random.random() < KEPT else noun(number) for own, number in frame.nouns]
            sentences.append("".join(part + word for part, word in zip(frame.between, [*words, ""], strict=True)))
        yield " ".join(sentences)


def _by_count(nouns: list[str]) -> list[str]:
    names, counts = np.unique(nouns, return_counts=True)
    return [str(name) for name in names[np.lexsort((names, -counts))]]


def _zipf(n: int) -> Any:  # noqa: ANN401
    weights = 1 / np.arange(1, n + 1)
    return weights / weights.sum()


def write_sessions(folder: Path, n: int, nlp: Any, n_sessions: int = N_SESSIONS) -> None:  # noqa: ANN401
    """Write sessions with `n` answers in all, one sheet a session."""
    drawn = answers(read_frames(nlp), n)
    n_respondents = max(1, n // N_VOICES)
    random = np.random.default_rng(SEED)
    for session in range(n_sessions):
        path = folder / f"2024-{session % 12 + 1:02d}-{session // 12 + 1:02d}-sessie-{session:02d}" / "antwoorden.csv"
        path.parent.mkdir(parents=True)
        size = n // n_sessions + (session < n % n_sessions)
        with path.open("w", encoding="utf-8", newline="") as file:
            sheet = csv.writer(file, delimiter=";")
            sheet.writerow(["respondent", "antwoord"])
            for _ in range(size):
                sheet.writerow([f"R{random.integers(n_respondents)}", next(drawn)])


def main() -> None:
    """Write what was asked for."""
    from pipeline import models

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("answers", type=int)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    write_sessions(options.out, options.answers, models.load_language_model("bundled"))


if __name__ == "__main__":
    main()
