"""Generate sessions with any number of answers that vary as real notes do.

    python -m benchmarks.corpus --answers 10000 --out FOLDER

Sentences are those of data/gold, whose nouns and adjectives are exchanged for others of the same form. Words are
drawn by Zipf's law from all those of data/gold, and every seventh noun is a compound made up on the spot, so that the
vocabulary keeps growing with the corpus as it does in language. The same seed gives the same answers, and a larger
corpus begins with the sessions of a smaller one that has as many answers a session.
"""

import argparse
import csv
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any

from pipeline import models

GOLD = Path(__file__).parent.parent / "data" / "gold"
SESSIONS = 100  # at most; small corpora have one a hundred answers
MIN_A_SESSION = 100
EXCHANGED = {"NOUN": 0.6, "ADJ": 0.5}  # share of the words of a class that make way for another
COMPOUNDS = 1 / 7  # share of the nouns drawn that are compounds made on the spot
ZIPF_SHIFT = 2.7  # Mandelbrot's: flattens the top of the ranking
N_SENTENCES = ((1, 2, 3), (0.6, 0.3, 0.1))  # of an answer, and how often
REGIONS = ("Noord", "Oost", "Zuid", "West", "Midden")
VOICES_A_SESSION = 0.8  # participants per answer

Form = tuple[str, str]  # part of speech and morphology
Piece = tuple[str, Form | None, str]  # word, its form if it may be exchanged, white space


class Generator:
    """Makes answers.

    Args:
        seed: of everything that is drawn.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._sentences = [self._pieces(doc) for doc in models.load_language_model("bundled").pipe(gold_texts())]

    def _pieces(self, doc: Any) -> list[Piece]:  # noqa: ANN401  # spaCy has no stubs
        return [
            (token.text, (token.pos_, str(token.morph)) if _may_be_exchanged(token) else None, token.whitespace_)
            for token in doc
        ]

    @cached_property
    def _pools(self) -> dict[Form, tuple[list[str], list[float]]]:
        """Per form, its words by how common they are, and the weights they are drawn with, summed up."""
        counts: dict[Form, Counter[str]] = defaultdict(Counter)
        for word, form, _ in (piece for sentence in self._sentences for piece in sentence):
            if form is not None:
                counts[form][word] += 1
        return {
            form: (
                [word for word, _ in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))],
                list(accumulate(1 / (rank + ZIPF_SHIFT) for rank in range(len(found)))),
            )
            for form, found in counts.items()
        }

    def session(self, number: int, n_answers: int) -> list[tuple[str, str, str, str]]:
        """The answers of one session: number, answer, participant and region."""
        chance = random.Random(f"{self._seed}/{number}")
        n_voices = max(1, int(VOICES_A_SESSION * n_answers))
        return [
            (str(row), self._answer(chance), f"R{number:03d}-{chance.randrange(n_voices):06d}", chance.choice(REGIONS))
            for row in range(1, n_answers + 1)
        ]

    def _answer(self, chance: random.Random) -> str:
        (n_sentences,) = chance.choices(*N_SENTENCES)
        return " ".join(self._sentence(chance) for _ in range(n_sentences))

    def _sentence(self, chance: random.Random) -> str:
        words = (
            (self._draw(form, chance) if form is not None and chance.random() < EXCHANGED[form[0]] else word) + space
            for word, form, space in chance.choice(self._sentences)
        )
        return "".join(words).strip()

    def _draw(self, form: Form, chance: random.Random) -> str:
        words, weights = self._pools[form]
        (word,) = chance.choices(words, cum_weights=weights)
        if form[0] == "NOUN" and chance.random() < COMPOUNDS:
            (first,) = chance.choices(words, cum_weights=weights)
            return f"{first}{word}"
        return word


def gold_texts() -> Iterator[str]:
    """All labelled sentences of data/gold."""
    for path in sorted(GOLD.rglob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            text = json.loads(line).get("text")
            if isinstance(text, str):
                yield text


def _may_be_exchanged(token: Any) -> bool:  # noqa: ANN401
    return token.pos_ in EXCHANGED and token.text.isalpha() and token.text.islower()


def write_corpus(folder: Path, n_answers: int, *, seed: int = 1, n_sessions: int | None = None) -> None:
    """Write sessions of equal size, a CSV file each.

    Args:
        folder: where the session folders go.
        n_answers: in all.
        seed: of everything that is drawn.
        n_sessions: how many sessions; None for one a hundred answers, `SESSIONS` at most.
    """
    generator = Generator(seed)
    n_sessions = n_sessions or min(SESSIONS, max(1, n_answers // MIN_A_SESSION))
    for number in range(n_sessions):
        session = folder / f"{2000 + number // 12}-{1 + number % 12:02d}-15-sessie-{number:03d}"
        session.mkdir(parents=True, exist_ok=True)
        with (session / "antwoorden.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, delimiter=";")
            writer.writerow(["id", "antwoord", "deelnemer", "regio"])
            writer.writerows(generator.session(number, n_answers // n_sessions))


def main() -> None:
    """Write a corpus to a folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--answers", type=int, required=True)
    parser.add_argument("--sessions", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    write_corpus(options.out, options.answers, seed=options.seed, n_sessions=options.sessions)


if __name__ == "__main__":
    main()
