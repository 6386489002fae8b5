"""A larger parser that is trained on the gold trees and annotates open text for the small one (knowledge distillation).

Deep biaffine attention (Dozat and Manning, 2017, arXiv:1611.01734) over a bidirectional LSTM that reads word vectors
of Dutch law text, learnt word vectors and characters; it also tags parts of speech and morphology. Needs PyTorch,
which the pipeline itself never does.
"""

import random
import re
import time
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional
from treebank import ROOT, Sentence

FloatArray = npt.NDArray[np.float32]
MAX_CHARACTERS = 18  # of longer words the first and last nine are read
BATCH_WORDS = 1000
EPOCHS = 16
LEARNING_RATE = 2e-3
WORD_DROPOUT = 0.05
HIDDEN, LAYERS, ARC_SIZE, LABEL_SIZE = 256, 3, 320, 96


def fold(form: str) -> str:
    """The form as the word vectors list it: lower case, no accents or apostrophes, numbers as "0"."""
    plain = unicodedata.normalize("NFKD", form.lower())
    plain = "".join(c for c in plain if not unicodedata.combining(c)).replace("'", "").replace("’", "")
    return "0" if re.search(r"\d", plain) else plain


@dataclass
class Vocabulary:
    """Numbers of words, characters and labels; 0 is unknown or padding, in `words` 1 is the root."""

    words: dict[str, int]
    characters: dict[str, int]
    vector_rows: dict[str, int]
    vectors: FloatArray  # (rows, 200), row 0 is zero
    tags: list[str]
    morphs: list[str]
    labels: list[str]

    @classmethod
    def of(cls, sentences: list[Sentence], vectors_file: Path) -> "Vocabulary":
        """Words seen twice and characters seen four times in the training sentences, all their labels."""
        words = [word for sentence in sentences for word in sentence.words]
        forms = Counter(word.form.lower() for word in words)
        characters = Counter(character for word in words for character in word.form)
        stored = np.load(vectors_file)
        vectors = stored["vectors"].astype(np.float32)
        vectors *= 4 / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9)
        names = stored["words"].tobytes().decode().split("\n")
        return cls(
            words={form: number for number, form in enumerate(sorted(f for f in forms if forms[f] > 1), 2)},
            characters={c: number for number, c in enumerate(sorted(c for c in characters if characters[c] > 3), 2)},
            vector_rows={name: row for row, name in enumerate(names, 1)},
            vectors=np.concatenate([np.zeros((1, vectors.shape[1]), np.float32), vectors]),
            tags=sorted({word.tag for word in words}),
            morphs=sorted({word.morph for word in words}),
            labels=sorted({word.label for word in words}),
        )

    def encode(self, batch: list[Sentence], *, dropout: random.Random | None = None) -> tuple[Tensor, ...]:
        """Word, vector and character numbers and a mask; column 0 is the root."""
        shape = (len(batch), max(len(sentence.words) for sentence in batch) + 1)
        words, rows, mask = np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(shape, bool)
        characters = np.zeros((*shape, MAX_CHARACTERS), np.int64)
        words[:, 0] = 1
        for line, sentence in enumerate(batch):
            mask[line, : len(sentence.words) + 1] = True
            for column, word in enumerate(sentence.words, 1):
                if dropout is None or dropout.random() >= WORD_DROPOUT:
                    words[line, column] = self.words.get(word.form.lower(), 0)
                rows[line, column] = self.vector_rows.get(fold(word.form), 0)
                half = MAX_CHARACTERS // 2
                form = word.form if len(word.form) <= MAX_CHARACTERS else word.form[:half] + word.form[-half:]
                characters[line, column, : len(form)] = [self.characters.get(c, 1) for c in form]
        return tuple(map(torch.from_numpy, (words, rows, characters, mask)))


class Parser(nn.Module):
    """Scores every word as head of every word, labels of arcs, tags and morphology."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Make the layers for a vocabulary."""
        super().__init__()
        self.word = nn.Embedding(len(vocabulary.words) + 2, 100)
        nn.init.normal_(self.word.weight, std=0.1)
        self.vector = nn.Embedding.from_pretrained(torch.from_numpy(vocabulary.vectors), freeze=True)
        self.project = nn.Linear(vocabulary.vectors.shape[1], 128)
        self.character = nn.Embedding(len(vocabulary.characters) + 2, 32, padding_idx=0)
        self.windows = nn.ModuleList([nn.Conv1d(32, 48, width, padding=width // 2) for width in (3, 5)])
        sizes = [100 + 128 + 96] + [2 * HIDDEN] * (LAYERS - 1)
        self.layers = nn.ModuleList([nn.LSTM(size, HIDDEN, batch_first=True, bidirectional=True) for size in sizes])
        self.roles = nn.ModuleList(
            [nn.Linear(2 * HIDDEN, size) for size in (ARC_SIZE, ARC_SIZE, LABEL_SIZE, LABEL_SIZE)]
        )
        self.arc = nn.Parameter(torch.zeros(ARC_SIZE + 1, ARC_SIZE))
        self.label = nn.Parameter(torch.zeros(len(vocabulary.labels), LABEL_SIZE + 1, LABEL_SIZE + 1))
        nn.init.xavier_uniform_(self.arc)
        nn.init.normal_(self.label, std=0.02)
        self.tag = nn.Sequential(
            nn.Linear(2 * HIDDEN, 128), nn.ReLU(), nn.Dropout(0.2), nn.Linear(128, len(vocabulary.tags))
        )
        self.morph = nn.Linear(2 * HIDDEN, len(vocabulary.morphs))

    def _drop(self, values: Tensor, share: float = 0.33) -> Tensor:
        """Dropout of the same columns in a whole sentence."""
        if not self.training:
            return values
        return values * (torch.rand(values.shape[0], 1, values.shape[2]) > share) / (1 - share)

    def _read(self, words: Tensor, rows: Tensor, characters: Tensor, mask: Tensor) -> list[Tensor]:
        """The output of every LSTM layer: (sentences, words, 2 x HIDDEN)."""
        letters = self.character(characters.flatten(0, 1)).transpose(1, 2)
        spelling = torch.cat([window(letters).max(2)[0] for window in self.windows], 1).unflatten(0, words.shape)
        word = functional.dropout(self.word(words), 0.2, self.training)
        values = self._drop(torch.cat([word, self.project(self.vector(rows)), spelling.relu()], 2), 0.25)
        outputs = []
        for layer in self.layers:
            packed = nn.utils.rnn.pack_padded_sequence(values, mask.sum(1), batch_first=True, enforce_sorted=False)
            read = nn.utils.rnn.pad_packed_sequence(layer(packed)[0], batch_first=True, total_length=words.shape[1])[0]
            values = self._drop(read)
            outputs.append(values)
        return outputs

    def forward(self, words: Tensor, rows: Tensor, characters: Tensor, mask: Tensor) -> tuple[Tensor, ...]:
        """Scores of heads (sentence, dependent, head), of tags and morphology, and the parts that label arcs."""
        outputs = self._read(words, rows, characters, mask)
        roles = [self._drop(functional.leaky_relu(role(outputs[-1]), 0.1)) for role in self.roles]
        one = torch.ones(*words.shape, 1)
        heads = torch.cat([roles[1], one], 2) @ self.arc @ roles[0].transpose(1, 2)
        heads = heads.masked_fill(~mask[:, None, :], -1e4)
        return (
            heads,
            self.tag(outputs[1]),
            self.morph(outputs[1]),
            torch.cat([roles[2], one], 2),
            torch.cat([roles[3], one], 2),
        )

    def label_scores(self, governors: Tensor, dependents: Tensor, heads: Tensor) -> Tensor:
        """Scores of the labels of the arcs to given heads: (sentence, word, label)."""
        chosen = governors.gather(1, heads[..., None].expand(-1, -1, governors.shape[2]))
        return torch.einsum("bli,rij,blj->blr", dependents, self.label, chosen)


def best_tree(scores: FloatArray) -> npt.NDArray[np.int64]:
    """Heads of the best tree with one root (Chu-Liu and Edmonds).

    Args:
        scores: (words + 1, words + 1), log probability of each head (column) for each word (row); 0 is the root.
    """
    scores = scores.astype(np.float64)
    np.fill_diagonal(scores, -1e9)
    heads = _spanning_tree(scores)
    roots = [word for word in range(1, len(heads)) if heads[word] == ROOT]
    if len(roots) <= 1:
        return heads
    trees = []
    for root in roots[:5]:
        single = scores.copy()
        single[1:, ROOT] = -1e9
        single[root, ROOT] = 0
        tree = _spanning_tree(single)
        trees.append((sum(single[word, tree[word]] for word in range(1, len(tree))), root, tree))
    return max(trees)[2]


def _spanning_tree(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    heads = scores.argmax(1)
    heads[ROOT] = ROOT
    cycle = _cycle(heads)
    if not cycle:
        return heads
    rest = [word for word in range(len(heads)) if word not in cycle]
    inside = sum(scores[word, heads[word]] for word in cycle)
    merged = len(rest)  # number of the word that stands for the cycle
    small = np.full((merged + 1, merged + 1), -1e9)
    small[:merged, :merged] = scores[np.ix_(rest, rest)]
    enters = [max(cycle, key=lambda w: scores[w, outer] - scores[w, heads[w]]) for outer in rest]
    leaves = [max(cycle, key=lambda w: scores[outer, w]) for outer in rest]
    for number, outer in enumerate(rest):
        entry = enters[number]
        small[merged, number] = inside + scores[entry, outer] - scores[entry, heads[entry]]
        if outer != ROOT:
            small[number, merged] = scores[outer, leaves[number]]
    solved = _spanning_tree(small)
    result = heads.copy()
    for number, outer in enumerate(rest):
        if outer != ROOT:
            result[outer] = leaves[number] if solved[number] == merged else rest[solved[number]]
    result[enters[solved[merged]]] = rest[solved[merged]]
    return result


def _cycle(heads: npt.NDArray[np.int64]) -> list[int]:
    """The words of a cycle, or none."""
    for start in range(1, len(heads)):
        path, word = [], start
        while word != ROOT and word not in path:
            path.append(word)
            word = int(heads[word])
        if word != ROOT:
            return path[path.index(word) :]
    return []


def annotate(
    parser: Parser, vocabulary: Vocabulary, sentences: list[Sentence]
) -> tuple[list[Sentence], list[list[float]]]:
    """Parse and tag sentences: they come back with trees and `weight`; beside them the probability of each tag."""
    parser.eval()
    order = sorted(range(len(sentences)), key=lambda number: len(sentences[number].words))
    results: dict[int, tuple[Sentence, list[float]]] = {}
    start = 0
    with torch.inference_mode():
        while start < len(order):
            size = max(1, 1500 // (len(sentences[order[start]].words) + 1))
            numbers = order[start : start + size]
            batch = [sentences[number] for number in numbers]
            results |= zip(numbers, _annotate_batch(parser, vocabulary, batch), strict=True)
            start += size
    return [results[n][0] for n in range(len(sentences))], [results[n][1] for n in range(len(sentences))]


def _annotate_batch(
    parser: Parser, vocabulary: Vocabulary, batch: list[Sentence]
) -> list[tuple[Sentence, list[float]]]:
    scores, tags, morphs, governors, dependents = parser(*vocabulary.encode(batch))
    arcs = functional.log_softmax(scores, 2).numpy()
    heads = np.zeros(scores.shape[:2], np.int64)
    for line, sentence in enumerate(batch):
        size = len(sentence.words) + 1
        heads[line, :size] = best_tree(arcs[line, :size, :size])
    labels = functional.softmax(parser.label_scores(governors, dependents, torch.from_numpy(heads)), 2)
    labels[:, :, vocabulary.labels.index("root")] = 0
    label_chance, label = labels.max(2)
    tag_chance, tag = functional.softmax(tags, 2).max(2)
    morph = morphs.argmax(2)
    results = []
    for line, sentence in enumerate(batch):
        words, chances = [], []
        for column, word in enumerate(sentence.words, 1):
            head = int(heads[line, column])
            name = vocabulary.labels[label[line, column]] if head else "root"
            chances.append(
                float(np.exp(arcs[line, column, head])) * (float(label_chance[line, column]) if head else 1.0)
            )
            tagged = vocabulary.tags[tag[line, column]], vocabulary.morphs[morph[line, column]]
            words.append(replace(word, tag=tagged[0], morph=tagged[1], head=head, label=name))
        annotated = replace(sentence, words=words, has_tree=True, weight=float(np.mean(chances)))
        results.append((annotated, tag_chance[line, 1 : len(words) + 1].tolist()))
    return results


def labelled_attachment(predicted: list[Sentence], gold: list[Sentence]) -> float:
    """Share of words with the right head and label."""
    pairs = [(a, b) for x, y in zip(predicted, gold, strict=True) for a, b in zip(x.words, y.words, strict=True)]
    return sum((a.head, a.label) == (b.head, b.label) for a, b in pairs) / len(pairs)


def _batches(sentences: list[Sentence], rng: random.Random) -> list[list[Sentence]]:
    """Batches of sentences of like length, in random order."""
    batches: list[list[Sentence]] = [[]]
    for sentence in sorted(sentences, key=lambda s: len(s.words) + 4 * rng.random()):
        if sum(len(s.words) for s in batches[-1]) >= BATCH_WORDS:
            batches.append([])
        batches[-1].append(sentence)
    rng.shuffle(batches)
    return batches


def _loss(parser: Parser, vocabulary: Vocabulary, batch: list[Sentence], rng: random.Random) -> Tensor:
    inputs = vocabulary.encode(batch, dropout=rng)
    targets = torch.zeros(4, *inputs[0].shape, dtype=torch.long)
    for line, sentence in enumerate(batch):
        for column, word in enumerate(sentence.words, 1):
            names = (
                vocabulary.labels.index(word.label),
                vocabulary.tags.index(word.tag),
                vocabulary.morphs.index(word.morph),
            )
            targets[:, line, column] = torch.tensor((word.head, *names))
    scores, tags, morphs, governors, dependents = parser(*inputs)
    labels = parser.label_scores(governors, dependents, targets[0])
    real = inputs[3].clone()
    real[:, 0] = False
    parts = [
        functional.cross_entropy(s[real], t[real]) for s, t in zip((scores, labels, tags, morphs), targets, strict=True)
    ]
    return parts[0] + parts[1] + 0.5 * parts[2] + 0.3 * parts[3]


def train(sentences: list[Sentence], dev: list[Sentence], vectors_file: Path, path: Path, *, seed: int = 0) -> None:
    """Train the parser (25 minutes on one core) and keep the epoch with the best arcs on dev."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    vocabulary = Vocabulary.of(sentences, vectors_file)
    parser = Parser(vocabulary)
    trained = [weight for weight in parser.parameters() if weight.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=LEARNING_RATE, betas=(0.9, 0.95), weight_decay=1e-2)
    total = EPOCHS * len(_batches(sentences, random.Random(seed)))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1, (step + 1) / 100) * max(0.02, 1 - step / total)
    )
    best, started = -1.0, time.monotonic()
    for epoch in range(EPOCHS):
        parser.train()
        for batch in _batches(sentences, rng):
            optimiser.zero_grad()
            _loss(parser, vocabulary, batch, rng).backward()
            nn.utils.clip_grad_norm_(trained, 5)
            optimiser.step()
            schedule.step()
        score = labelled_attachment(annotate(parser, vocabulary, dev)[0], dev)
        print(f"epoch {epoch}: dev LAS {score:.4f}, {time.monotonic() - started:.0f} s", flush=True)
        if score > best:
            best = score
            torch.save((vocabulary, parser.state_dict()), path)


def load(path: Path) -> tuple[Parser, Vocabulary]:
    """The parser that `train` wrote; `path` must be our own file, for it is unpickled."""
    vocabulary, weights = torch.load(path, weights_only=False)
    parser = Parser(vocabulary)
    parser.load_state_dict(weights)
    return parser, vocabulary
