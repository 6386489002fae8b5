"""Write `nl.txt.gz`: Dutch words, most common first, from the bundled language model and vectors.

Words with their accents come from the lemma tables of the language model (spacy-lookups-data, MIT, and the UD
treebanks); their order from the vocabulary of the vectors, which is listed by frequency but without accents. Words that
the vectors don't know follow in alphabetical order. Same models, same bytes.
"""

import gzip
import json
import unicodedata
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

HERE = Path(__file__).parent
PACKAGE = files("nl_opdenk_sm")
TABLES = next(folder for folder in PACKAGE.iterdir() if folder.name.startswith("nl_opdenk_sm-")) / "nl_lexicon"
VOCABULARY = HERE.parent / "vectors" / "tokenizer.json"


def table(name: str) -> dict[str, object]:
    """One of the lemma tables of the language model."""
    return dict(json.loads(gzip.decompress((TABLES / f"{name}.json.gz").read_bytes())))


def listed() -> Iterator[str]:
    """All words of the lemma tables: word forms and lemmas."""
    for form, lemma in table("lookup").items():
        yield from (form, str(lemma))
    for form, lemma in table("lexicon").items():
        yield from (form.split("|")[0], str(lemma))
    for words in table("index").values():
        yield from words  # type: ignore[misc]


def is_word(word: str) -> bool:
    """Whether it is one lower-case word; names and codes are left out."""
    return word.replace("'", "").isalpha() and word == word.lower() and word[-1] != "'" and len(word) < 40


def fold(word: str) -> str:
    """The form that the vectors know it by."""
    plain = unicodedata.normalize("NFKD", word.lower())
    return "".join(c for c in plain if not unicodedata.combining(c) and c not in "'’")


def main() -> None:
    """Write the list."""
    vocabulary = [piece[1:] for piece, _ in json.loads(VOCABULARY.read_text())["model"]["vocab"] if piece[0] == "_"]
    rank = {word: place for place, word in enumerate(vocabulary)}
    words = {word.replace("’", "'") for word in listed() if is_word(word)}
    known = {fold(word) for word in words}
    words |= {word for word in vocabulary if word.isalpha() and len(word) > 1 and word not in known}
    ordered = sorted(words, key=lambda word: (rank.get(fold(word), len(rank)), word))
    n_ranked = sum(fold(word) in rank for word in words)
    text = "\n".join([str(n_ranked), *ordered]) + "\n"  # the first line tells where the ranks end
    (HERE / "nl.txt.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    print(f"{len(ordered)} words, {n_ranked} of them ranked")


if __name__ == "__main__":
    main()
