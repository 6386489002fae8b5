"""Write the trained rows as a model2vec folder: 8-bit rows, token weights, a tokeniser that splits unknown compounds.

Tokens: "_word" is a whole word or the first part of an unknown one, "word" the same row as a later part of a compound,
"_piece" and "piece" are word pieces; the linking sounds s, en, e, n weigh nothing. The costs of the tokeniser (a
unigram model) keep a known word whole; an unknown one falls into the fewest known words, then pieces.
"""

import argparse
import json
import math
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file
from text import listed, to_words
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

LINKS = ("s", "en", "e", "n")
ENDINGS = listed(
    "ing ingen ten ende enden ren den ter ters ster sten ers heid heden lijk lijke baar bare isch ische eren erend "
    "tie ties iteit ling lingen tje tjes aren elen"
)  # never the later part of a compound
TAILS, COMMON = 24_000, 12_000  # words that may be later parts; the most frequent ones may always
TAIL_WEIGHT = 1.2  # of the later parts of a compound against the first
CONFIG = {
    "model_type": "model2vec",
    "architectures": ["StaticModel"],
    "tokenizer_name": "static-nl",
    "normalize": True,
    "embedding_dtype": "int8",
    "seq_length": 1_000_000,
    "max_length": None,
    "apply_pca": None,
    "apply_zipf": None,
}


@dataclass
class Tokens:
    """Tokens in order: name -> (log probability, row, weight)."""

    entries: dict[str, tuple[float, int, float]] = field(default_factory=lambda: {"<unk>": (-30.0, 0, 0.0)})

    def add(self, name: str, cost: float, row: int, weight: float = 1.0) -> bool:
        """Add a token that is not there yet; tell whether it was new."""
        if name in self.entries:
            return False
        self.entries[name] = (-round(cost, 1), row, weight)
        return True


def compound_tails(words: list[str], types: set[str]) -> Counter[str]:
    """In how many words each known word is the later part of a compound of known words."""
    rank = {word: number for number, word in enumerate(words)}
    tails: Counter[str] = Counter()
    for word in types:
        found = []
        for cut in range(4, len(word) - 2):
            for link in ("", *LINKS):
                start = word[:cut].removesuffix(link) if link else word[:cut]
                split = word[cut:] in rank and start in rank and len(start) >= 4 and (not link or start != word[:cut])
                found += [(rank[start] + rank[word[cut:]], word[cut:])] if split else []
        tails.update([min(found)[1]] if found else [])
    return tails


def make_tokens(words: list[str], pieces: list[str], law_words: list[str]) -> tuple[Tokens, list[int]]:
    """The tokens, and the numbers of the pieces that got a row of their own after the words; row 0 is zero."""
    tokens, scale = Tokens(), math.log(len(words) + 1)
    rank = {word: number for number, word in enumerate(words)}

    def cost(word: str, short: int) -> float:
        return (10 if len(word) > 3 else short) + 2 * math.log(rank[word] + 1) / scale

    for word, number in rank.items():
        tokens.add("_" + word, cost(word, 13), 1 + number)
    for link in LINKS:
        tokens.add(link, 6, 0, 0.0)
    tails = compound_tails(words, set(law_words) | set(words))
    usable = [word for word in words if word.isalpha() and word not in ENDINGS and _is_tail(word, rank[word], tails)]
    for word in usable[:TAILS]:
        tokens.add(word, cost(word, 12), 1 + rank[word], TAIL_WEIGHT)
    kept: list[int] = []
    for number, piece in enumerate(pieces):
        length = len(piece.removeprefix("##"))
        name = piece[2:] if piece.startswith("##") else "_" + piece
        if tokens.add(name, 18 - 0.5 * min(length, 8) if length > 1 else 20, 1 + len(words) + len(kept)):
            kept.append(number)
    return tokens, kept


def _is_tail(word: str, rank: int, tails: Counter[str]) -> bool:
    return (len(word) > 3 and (tails[word] >= 2 or rank < COMMON)) or (len(word) == 3 and tails[word] >= 25)


def make_tokenizer(tokens: Tokens) -> Tokenizer:
    """Lower case, accents and apostrophes folded, numbers as 0, all else splits words."""
    vocabulary = [(name, score) for name, (score, _, _) in tokens.entries.items()]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=0, byte_fallback=False))
    replacements = (("ß", "ss"), (Regex("['’‘]"), ""), (Regex("[0-9]+"), " 0 "), (Regex("[^a-z0]+"), " "))
    folding = [normalizers.Lowercase(), normalizers.NFKD(), normalizers.StripAccents()]
    replacing = [normalizers.Replace(pattern, text) for pattern, text in replacements]
    tokenizer.normalizer = normalizers.Sequence([*folding, *replacing, normalizers.Strip()])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="_", prepend_scheme="always", split=True)
    return tokenizer


def write(tokens: Tokens, vectors: npt.NDArray[np.float32], folder: Path) -> None:
    """Write tokenizer.json, model.safetensors and config.json.

    Args:
        tokens: their rows point into `vectors`.
        vectors: (rows, dimensions); each row is stored in 8 bits with a scale of its own.
        folder: made if it is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    make_tokenizer(tokens).save(str(folder / "tokenizer.json"), pretty=False)
    scale = np.abs(vectors).max(1) / 127
    scale[scale == 0] = 1e-6
    rows = np.array([row for _, row, _ in tokens.entries.values()], np.int32)
    weights = np.array([weight for _, _, weight in tokens.entries.values()], np.float32)
    arrays = {
        "embeddings": np.clip(np.round(vectors / scale[:, None]), -127, 127).astype(np.int8),
        "weights": (scale[rows] * weights).astype(np.float32),
        "mapping": rows,
    }
    save_file(arrays, folder / "model.safetensors")
    config = {**CONFIG, "vocabulary_quantization": len(vectors), "hidden_dim": vectors.shape[1]}
    (folder / "config.json").write_text(json.dumps(config, indent=1), encoding="utf-8")


def main() -> None:
    """Read the command line, write the folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder of word2vec.npz, for its list of words")
    parser.add_argument(
        "work", type=Path, help="folder of vocabulary.json and words.npz; the model goes to its folder model"
    )
    arguments = parser.parse_args()
    vocabulary = json.loads((arguments.work / "vocabulary.json").read_text(encoding="utf-8"))
    trained = np.load(arguments.work / "words.npz")
    law_words = to_words(np.load(arguments.data / "word2vec.npz")["law_words"])
    tokens, kept = make_tokens(vocabulary["words"], vocabulary["pieces"], law_words)
    zero = np.zeros((1, trained["words"].shape[1]), np.float32)
    vectors = np.concatenate([zero, trained["words"], trained["pieces"][kept]]).astype(np.float32)
    write(tokens, vectors, arguments.work / "model")


if __name__ == "__main__":
    main()
