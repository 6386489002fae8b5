"""Measure the masking of names on tests/cases/names.jsonl, and its speed.

    .venv/bin/python benchmarks/masking.py            recall and precision by split, with and without the roster
    .venv/bin/python benchmarks/masking.py --errors   what was missed or masked wrongly, of the dev split only
    .venv/bin/python benchmarks/masking.py --speed    segments a second on generated segments

A name counts as found when all its letters are masked; a mask is right when it covers no word that is no name.
"""

import argparse
import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.text.lexicon import UNKNOWN, Lexicon
from pipeline.text.names import NameFinder
from pipeline.text.persons import parse_person
from pipeline.wordlist import load_word_ranks

CASES = Path(__file__).resolve().parent.parent / "tests" / "cases" / "names.jsonl"
N_SEGMENTS = 100_000  # for the speed test
SEED = 20231128


@dataclass
class Score:
    """Counts over a set of cases."""

    n_names: int = 0
    n_found: int = 0
    n_masks: int = 0
    n_right: int = 0

    @property
    def recall(self) -> float:
        """Share of the names that are masked whole."""
        return self.n_found / self.n_names if self.n_names else 1.0

    @property
    def precision(self) -> float:
        """Share of the masks that cover names only."""
        return self.n_right / self.n_masks if self.n_masks else 1.0


LEXICON = Lexicon(load_word_ranks)


def is_word(word: str) -> bool:
    """Whether a word is Dutch."""
    return LEXICON.cost(word) < UNKNOWN


def load_cases(split: str) -> list[dict[str, Any]]:
    """The cases of `dev` or `test`."""
    lines = CASES.read_text(encoding="utf-8").splitlines()
    return [case for case in map(json.loads, lines) if case["split"] == split]


def find_names(case: dict[str, Any], *, with_roster: bool) -> list[tuple[int, int]]:
    """Spans that are masked in the text of a case."""
    roster = [person for name in case.get("roster", []) if (person := parse_person(name))] if with_roster else []
    return NameFinder(roster, is_word=is_word).find(case["text"])


def mistakes(case: dict[str, Any], found: list[tuple[int, int]]) -> tuple[list[str], list[str]]:
    """The names missed and the masks that cover something else, as text."""
    text, names = case["text"], case["names"]
    masked, named = _places(found), _places(names)
    missed = [text[start:end] for start, end in names if not _letters(text, start, end) <= masked]
    wrong = [text[start:end] for start, end in found if not _letters(text, start, end) <= named]
    return missed, wrong


def _places(spans: list[tuple[int, int]]) -> set[int]:
    return {place for start, end in spans for place in range(start, end)}


def _letters(text: str, start: int, end: int) -> set[int]:
    return {place for place in range(start, end) if text[place].isalpha()}


def score(split: str, *, with_roster: bool) -> Score:
    """Recall and precision on one split."""
    total = Score()
    for case in load_cases(split):
        found = find_names(case, with_roster=with_roster)
        missed, wrong = mistakes(case, found)
        total.n_names += len(case["names"])
        total.n_found += len(case["names"]) - len(missed)
        total.n_masks += len(found)
        total.n_right += len(found) - len(wrong)
    return total


def generated_segments(n_segments: int) -> Iterator[str]:
    """Sentences of the cases in random pairs: about half of them hold a name."""
    texts = [case["text"] for split in ("dev", "test") for case in load_cases(split)]
    draw = random.Random(SEED)
    return (f"{draw.choice(texts)} {draw.choice(texts)}" for _ in range(n_segments))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--speed", action="store_true")
    arguments = parser.parse_args()
    if arguments.errors:
        for case in load_cases("dev"):
            missed, wrong = mistakes(case, find_names(case, with_roster=True))
            if missed or wrong:
                print(f"{case['id']} {case['text']!r}\n    missed {missed} wrong {wrong}  ({case['why']})")
        return
    if arguments.speed:
        segments, finder = list(generated_segments(N_SEGMENTS)), NameFinder()
        began = time.perf_counter()
        for segment in segments:
            finder.mask(segment)
        print(f"{N_SEGMENTS / (time.perf_counter() - began):,.0f} segments a second")
        return
    print(f"{'split':6}{'roster':8}{'names':>6}{'recall':>8}{'masks':>7}{'precision':>11}")
    for split in ("dev", "test"):
        for with_roster in (True, False):
            total = score(split, with_roster=with_roster)
            roster = "with" if with_roster else "without"
            print(f"{split:6}{roster:8}{total.n_names:6}{total.recall:8.3f}{total.n_masks:7}{total.precision:11.3f}")


if __name__ == "__main__":
    main()
