"""Train word vectors so that a Dutch sentence gets the vector that the teacher gives to its English translation.

Writes words.npz: `words` float32 (words, 256) and `pieces` float32 (pieces, 256). In training, a word is the sum of its
own row and shared rows: that of its lemma, or those of the two halves of a compound, or those of its pieces. Own rows
are left out at random, so that the shared rows learn too. Halfway, rare words are mixed with what a ridge map from
word2vec gives; words that no pair has take it whole.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import simplemma
import torch
from text import fold, read_pairs, to_words, words
from torch import Tensor
from torch.nn import functional

SIZE = 256
EPOCHS, BATCH = 3, 1024  # epochs before, and again after, the mix with word2vec
LEARNING_RATES = (4e-3, 2e-3)
REPEATS = {"tatoeba": 2, "ntrex": 2, "glossary": 6}  # general language and the glossary count more
OWN_DROPOUT = 0.25
CONTRAST, RELATION, TEMPERATURE = 0.3, 20.0, 0.05  # weights of the two other parts of the loss
SAME_TEXT = 0.95  # teacher's cosine from which another sentence is no negative
MIX = 2.0  # how many occurrences the word2vec value weighs
HALF = 0.71  # weight of each half of a compound
LINKS = ("", "s", "en", "e", "n")
FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]
Parts = dict[int, float]  # row -> weight


class Rows:
    """Which rows a word is the sum of; rows of pieces follow those of the words."""

    def __init__(self, vocabulary: dict[str, list[str]], paired: list[int]) -> None:
        """Number the words and pieces of the vocabulary; `paired` counts each word in the pairs."""
        self.words = {word: row for row, word in enumerate(vocabulary["words"])}
        self.pieces = {piece: len(self.words) + row for row, piece in enumerate(vocabulary["pieces"])}
        self.paired = paired
        self._cache: dict[str, Parts] = {}

    def shared(self, word: str) -> Parts:
        """Rows that a word shares with others, and their weights."""
        if word not in self._cache:
            self._cache[word] = self._shared(word, 0)
        return self._cache[word]

    def _shared(self, word: str, depth: int) -> Parts:
        if len(word) > 3 and depth < 2:
            lemma = fold(simplemma.lemmatize(word, lang="nl"))
            if lemma != word and lemma in self.words and len(lemma) >= 3:
                parts = {self.words[lemma]: 1.0}
                for row, weight in self._shared(lemma, depth + 1).items():
                    parts[row] = parts.get(row, 0) + weight
                return parts
            halves = self._halves(word)
            if halves:
                return dict.fromkeys(halves, HALF)
        pieces = self._pieces(word)
        parts = {}
        for row in pieces:
            parts[row] = parts.get(row, 0) + len(pieces) ** -0.5
        return parts

    def _halves(self, word: str) -> tuple[int, int] | None:
        """Two words, seen three times or more, that a compound is made of; the most frequent ones."""
        found = []
        for cut in range(4, len(word) - 3):
            tail = self.words.get(word[cut:])
            for link in LINKS:
                start = word[:cut].removesuffix(link) if link else word[:cut]
                head = self.words.get(start) if len(start) >= 4 and (start != word[:cut] or not link) else None
                if tail is not None and head is not None and min(self.paired[tail], self.paired[head]) >= 3:
                    found.append((head, tail))
        return min(found, key=sum) if found else None

    def _pieces(self, word: str, most: int = 14) -> list[int]:
        """The longest pieces from the left; a long word is never one piece."""
        rows, start = [], 0
        while start < len(word):
            ends = range(min(len(word), start + 24), start, -1)
            names = ((end, word[start:end] if start == 0 else "##" + word[start:end]) for end in ends)
            allowed = (x for x in names if len(word) <= 3 or start > 0 or x[0] < len(word))
            end, row = next(
                ((end, self.pieces[name]) for end, name in allowed if name in self.pieces), (start + 1, None)
            )
            rows += [row] if row is not None else []
            start = end
        return rows[:most]


@dataclass(frozen=True)
class Examples:
    """Sentences as runs of rows: sentence k has the entries `bounds[k]` to `bounds[k + 1]`."""

    rows: IntArray
    weights: FloatArray
    own: npt.NDArray[np.bool_]  # whether an entry is a word's own row
    bounds: IntArray
    targets: FloatArray  # (sentences, SIZE), length 1

    @classmethod
    def read(cls, pairs: Path, teacher: Path, table: Rows) -> "Examples":
        """Sentence pairs with the teacher's vectors, reduced to SIZE by their principal components."""
        vectors = np.load(teacher, mmap_mode="r")
        rows: list[int] = []
        weights: list[float] = []
        own: list[bool] = []
        bounds, numbers = [0], []
        for number, (source, dutch, _) in enumerate(read_pairs(pairs)):
            entries = [entry for word in words(dutch) for entry in _entries(word, table)]
            for _ in range(REPEATS.get(source, 1) if entries else 0):
                rows += [row for row, _, _ in entries]
                weights += [weight for _, weight, _ in entries]
                own += [is_own for _, _, is_own in entries]
                bounds.append(len(rows))
                numbers.append(number)
        targets = _reduce(np.asarray(vectors, dtype=np.float32)[numbers])
        return cls(np.array(rows), np.array(weights, np.float32), np.array(own), np.array(bounds), targets)

    def batch(self, chosen: IntArray, rng: np.random.Generator) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Rows, their bounds and weights, and targets of the chosen sentences; own rows drop out at random."""
        starts, lengths = self.bounds[chosen], np.diff(self.bounds)[chosen]
        bounds = np.concatenate([[0], np.cumsum(lengths)])
        entries = np.repeat(starts - bounds[:-1], lengths) + np.arange(bounds[-1])
        dropped = self.own[entries] & (rng.random(len(entries)) < OWN_DROPOUT)
        weights = torch.from_numpy(self.weights[entries] * ~dropped)
        targets = torch.from_numpy(self.targets[chosen])
        return torch.from_numpy(self.rows[entries]), torch.from_numpy(bounds), weights, targets


def _entries(word: str, table: Rows) -> list[tuple[int, float, bool]]:
    own = [(table.words[word], 1.0, True)] if word in table.words else []
    return own + [(row, weight, False) for row, weight in table.shared(word).items()]


def _reduce(vectors: FloatArray) -> FloatArray:
    sample = vectors[np.random.default_rng(0).permutation(len(vectors))[:60_000]]
    axes = np.linalg.svd(sample.T @ sample)[0][:, :SIZE]
    reduced = vectors @ axes
    return np.asarray(reduced / (np.linalg.norm(reduced, axis=1, keepdims=True) + 1e-9), np.float32)


def loss(sentences: Tensor, targets: Tensor) -> Tensor:
    """Distance to the target, contrast with the other sentences, and their relations to each other."""
    similarity = targets @ targets.T
    others = ~torch.eye(len(targets), dtype=torch.bool)
    scores = (sentences @ targets.T / TEMPERATURE).masked_fill((similarity > SAME_TEXT) & others, -1e4)
    contrast = functional.cross_entropy(scores, torch.arange(len(targets)))
    relation = ((sentences @ sentences.T - similarity) ** 2).mean()
    return (1 - (sentences * targets).sum(1)).mean() + CONTRAST * contrast + RELATION * relation


def fit(table: torch.nn.EmbeddingBag, examples: Examples, rate: float, rng: np.random.Generator) -> None:
    """Train the rows for EPOCHS, the learning rate falling to a twentieth."""
    optimiser = torch.optim.SparseAdam(list(table.parameters()), lr=rate)
    n_batches = len(examples.targets) // BATCH
    for epoch in range(EPOCHS):
        order = rng.permutation(len(examples.targets))
        for number in range(n_batches):
            done = (epoch * n_batches + number) / (EPOCHS * n_batches)
            optimiser.param_groups[0]["lr"] = rate * (0.05 + 0.95 * (1 - done))
            rows, bounds, weights, targets = examples.batch(order[number * BATCH : (number + 1) * BATCH], rng)
            sentences = functional.normalize(table(rows, bounds, per_sample_weights=weights), dim=1)
            optimiser.zero_grad()
            loss(sentences, targets).backward()
            optimiser.step()


def collapse(weights: FloatArray, table: Rows) -> FloatArray:
    """Vectors of the words with their shared parts added in: (words, SIZE)."""
    vectors = weights[: len(table.words)].copy()
    for word, row in table.words.items():
        for part, weight in table.shared(word).items():
            vectors[row] += weight * weights[part]
    return vectors


def from_word2vec(vectors: FloatArray, counts: FloatArray, table: Rows, word2vec: Path) -> FloatArray:
    """Vectors mixed with what a ridge map from word2vec, fitted on the frequent words, gives for each word."""
    stored = np.load(word2vec)
    numbers = {word: row for row, word in enumerate(to_words(stored["words"]))}
    listed = np.array([word in numbers for word in table.words])
    inputs = np.zeros((len(table.words), stored["vectors"].shape[1] + 1), np.float32)
    inputs[listed, :-1] = stored["vectors"][[numbers[word] for word in table.words if word in numbers]]
    inputs[:, :-1] /= np.linalg.norm(inputs[:, :-1], axis=1, keepdims=True) + 1e-9
    inputs[:, -1] = 1
    lengths = np.linalg.norm(vectors, axis=1)
    known = listed & (counts >= 25)
    normal = inputs[known].T @ inputs[known] + 3 * np.eye(inputs.shape[1])
    mapped = inputs @ np.linalg.solve(
        normal, inputs[known].T @ (vectors[known] / np.maximum(lengths[known, None], 1e-9))
    )
    mapped /= np.maximum(np.linalg.norm(mapped, axis=1, keepdims=True), 1e-9)
    usual = np.median(lengths[(counts >= 5) & (counts < 60)])
    mixed = (counts[:, None] * vectors + MIX * usual * mapped) / (counts[:, None] + MIX)
    return np.where(listed[:, None], mixed, vectors).astype(np.float32)


def main() -> None:
    """Read the command line, train, write the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder of pairs.tsv.gz and word2vec.npz")
    parser.add_argument("work", type=Path, help="folder of vocabulary.json and teacher.npy, and for words.npz")
    arguments = parser.parse_args()
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    vocabulary = json.loads((arguments.work / "vocabulary.json").read_text(encoding="utf-8"))
    rows = Rows(vocabulary, vocabulary["paired"])
    examples = Examples.read(arguments.data / "pairs.tsv.gz", arguments.work / "teacher.npy", rows)
    n_rows, n_words = len(rows.words) + len(rows.pieces), len(rows.words)
    table = torch.nn.EmbeddingBag(n_rows, SIZE, mode="sum", sparse=True, include_last_offset=True)
    torch.nn.init.normal_(table.weight, std=0.01)
    fit(table, examples, LEARNING_RATES[0], rng)
    vectors = collapse(table.weight.detach().numpy(), rows)
    counts = np.bincount(examples.rows[examples.own], minlength=n_words)[:n_words].astype(np.float32)
    change = from_word2vec(vectors, counts, rows, arguments.data / "word2vec.npz") - vectors
    with torch.no_grad():
        table.weight[:n_words] += torch.from_numpy(change)
    fit(table, examples, LEARNING_RATES[1], rng)
    weights = table.weight.detach().numpy()
    np.savez(arguments.work / "words.npz", words=collapse(weights, rows), pieces=weights[n_words:])


if __name__ == "__main__":
    main()
