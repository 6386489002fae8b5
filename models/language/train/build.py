"""Two steps of the recipe: `teacher` trains the larger parser, `corpus` writes what the small one learns from."""

import argparse
from pathlib import Path

import corpus
import lexicon
import silver
import spacy
import teacher
from treebank import TEST_FILES, Sentence, current, read_conllu


def train_teacher(data: Path, work: Path) -> None:
    """Treebanks -> teacher.pt."""
    train, dev = corpus.read_gold(data / "treebanks")
    teacher.train(train, dev, data / "vectors" / "word2vec.npz", work / "teacher.pt")


def write_corpus(data: Path, work: Path) -> None:
    """Treebanks, silver text and teacher.pt -> train.spacy, splitting.spacy, dev.spacy, the test sets and lexicon/."""
    train, dev = corpus.read_gold(data / "treebanks")
    tests = {name: list(map(current, read_conllu(data / "treebanks" / f"{name}.conllu"))) for name in TEST_FILES}
    lines = silver_lines(data, [*dev, *(sentence for part in tests.values() for sentence in part)])
    sentences = silver.annotate(lines, data / "language" / "silver.spacy", work / "teacher.pt")
    plain = silver.for_splitter(lines)
    vocab = spacy.blank("nl").vocab
    corpus.write_splitting(train, plain, vocab, work / "splitting.spacy")
    corpus.write_training(train, sentences, vocab, work / "train.spacy")
    for name, part in {"dev": dev, **tests}.items():
        corpus.write_plain(part, vocab, work / f"{name}.spacy")
    lexicon.write([*train, *sentences], work / "lexicon")


def silver_lines(data: Path, apart: list[Sentence]) -> list[tuple[str, str]]:
    """Source and text of the sentences to annotate, without those of dev and test."""
    forbidden = {sentence.text_key() for sentence in apart}
    lines = [line for line in silver.read_lines(data / "language" / "silver_raw.txt.gz")]
    lines = [(source, text) for source, text in lines if "".join(text.split()).lower() not in forbidden]
    known = forbidden | {"".join(text.split()).lower() for _, text in lines}
    return lines + list(silver.more_lines(data / "vectors" / "pairs.tsv.gz", known))


def main() -> None:
    """Read the command line, run one step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("step", choices=("teacher", "corpus"))
    parser.add_argument("data", type=Path)
    parser.add_argument("work", type=Path)
    arguments = parser.parse_args()
    step = {"teacher": train_teacher, "corpus": write_corpus}[arguments.step]
    step(arguments.data, arguments.work / "language")


if __name__ == "__main__":
    main()
