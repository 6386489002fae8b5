"""Choose the vocabulary, whole words and word pieces, from word counts alone.

Writes vocabulary.json: `words`, the most useful first; `pieces`, "##" marks a continuation; `paired`, the times each
word occurs in the pairs. A word of the laws that no pair has gets in from about 50 occurrences on.
"""

import argparse
import json
import math
import string
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from text import read_pairs, to_words, words
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

WORDS, PIECES = 56_000, 9_000
PAIR_WEIGHT, LAW_WEIGHT = 3.0, 0.8  # of the logarithm of a word's count
MIN_LAW_COUNT = 8  # for a word that no pair has
LETTERS = string.ascii_lowercase + "0"


def choose_words(paired: Counter[str], law: dict[str, int]) -> list[str]:
    """The most useful words, and every single letter."""
    score = {word: PAIR_WEIGHT * math.log1p(count) for word, count in paired.items()}
    for word, count in law.items():
        if count >= MIN_LAW_COUNT or word in score:
            score[word] = score.get(word, 0) + LAW_WEIGHT * math.log1p(count)
    chosen = sorted(score, key=lambda word: (-score[word], word))[:WORDS]
    return chosen + [letter for letter in LETTERS if letter not in set(chosen)]


def choose_pieces(chosen: list[str], paired: Counter[str], law: dict[str, int]) -> list[str]:
    """Word pieces of words by frequency; the trainer breaks ties at random, so that a few differ each time."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=60))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()

    def types() -> Iterator[str]:
        for word in chosen:
            yield " ".join([word] * max(1, int(math.log1p(paired[word] + law.get(word, 0) / 4))))
        yield from set(law).difference(chosen)

    trainer = trainers.WordPieceTrainer(
        vocab_size=PIECES, special_tokens=["[UNK]"], show_progress=False, min_frequency=5
    )
    tokenizer.train_from_iterator(types(), trainer)
    pieces = sorted(set(tokenizer.get_vocab()) - {"[UNK]"})
    return pieces + [piece for c in LETTERS for piece in (c, "##" + c) if piece not in set(pieces)]


def main() -> None:
    """Read the command line, write the vocabulary."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder of pairs.tsv.gz and word2vec.npz")
    parser.add_argument("work", type=Path, help="folder for vocabulary.json")
    arguments = parser.parse_args()
    paired = Counter(word for _, dutch, _ in read_pairs(arguments.data / "pairs.tsv.gz") for word in words(dutch))
    stored = np.load(arguments.data / "word2vec.npz")
    law = dict(zip(to_words(stored["law_words"]), stored["law_counts"].tolist(), strict=True))
    chosen = choose_words(paired, law)
    vocabulary = {"words": chosen, "pieces": choose_pieces(chosen, paired, law), "paired": [paired[w] for w in chosen]}
    (arguments.work / "vocabulary.json").write_text(json.dumps(vocabulary), encoding="utf-8")


if __name__ == "__main__":
    main()
