"""Word vectors and word counts of the Dutch laws: the only step that needs a checkout of the public law repository.

Writes word2vec.npz: `vectors` float16 (66,000, 200), `words` (their words), `law_words` and `law_counts` (every word
seen three times or more in the laws). About ten minutes on two cores; two workers make it differ a little each time.
"""

import argparse
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from text import language, listed, read_pairs, to_bytes, words

FOLDERS = sorted(
    listed(
        "wet AMvB ministeriele-regeling beleidsregel circulaire KB zbo rijkswet rijksKB reglement pbo "
        "ministeriele-regeling-archiefselectielijst verdrag"
    )
)
ROWS = 66_000
GENERAL = ("tatoeba", "ntrex")  # sources of general language, read twice
SETTINGS = {
    "vector_size": 200,
    "window": 6,
    "min_count": 5,
    "negative": 8,
    "sample": 5e-5,
    "epochs": 4,
    "workers": 2,
    "seed": 1,
}


def law_lines(laws: Path) -> Iterator[str]:
    """Dutch lines of the laws, lower case, without links, each once."""
    seen: set[str] = set()
    for folder in FOLDERS:
        for path in sorted((laws / folder).rglob("README.md")):
            for line in path.read_text(encoding="utf-8", errors="ignore").split("\n"):
                line = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", line)
                found = re.findall(r"[a-zà-ÿ]+(?:['’-][a-zà-ÿ]+)*", line.lower())
                text = " ".join(found)
                if len(found) >= 4 and text not in seen and language(text) == "nl":
                    seen.add(text)
                    yield text


def train(laws: Path, pairs: Path, path: Path) -> None:
    """Laws and the Dutch side of the pairs -> word2vec.npz."""
    from gensim.models import Word2Vec

    law: Counter[str] = Counter()
    paired: Counter[str] = Counter()
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as text:
        for line in law_lines(laws):
            found = words(line)
            law.update(found)
            text.write(" ".join(found) + "\n")
        for source, dutch, _ in read_pairs(pairs):
            found = words(dutch)
            paired.update(found)
            if len(found) >= 3:
                text.write((" ".join(found) + "\n") * (2 if source in GENERAL else 1))
        text.flush()
        model = Word2Vec(corpus_file=text.name, **SETTINGS)
    names = model.wv.index_to_key
    usefulness = {w: 3 * np.log1p(paired[w]) + 0.8 * np.log1p(law[w]) for w in names}
    kept = sorted(range(len(names)), key=lambda row: (-usefulness[names[row]], names[row]))[:ROWS]
    counted = sorted(((w, n) for w, n in law.items() if n >= 3), key=lambda item: (-item[1], item[0]))
    np.savez_compressed(
        path,
        vectors=model.wv.vectors[kept].astype(np.float16),
        words=to_bytes([names[row] for row in kept]),
        law_words=to_bytes([word for word, _ in counted]),
        law_counts=np.array([count for _, count in counted], np.int32),
    )


def main() -> None:
    """Read the command line, train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("laws", type=Path, help="checkout of statengeneraal/laws-markdown")
    parser.add_argument("pairs", type=Path, help="pairs.tsv.gz")
    parser.add_argument("result", type=Path, help="word2vec.npz")
    arguments = parser.parse_args()
    train(arguments.laws, arguments.pairs, arguments.result)


if __name__ == "__main__":
    main()
