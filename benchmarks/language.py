"""Print the scores, sizes and speeds of the language models and sentence vectors that are installed.

    python benchmarks/language.py --treebanks DIR --pairs DIR

Language models are run on raw text: all sentences of a test treebank, ten a text, without line breaks. Vectors are
scored alone, as letters alone (character TF-IDF) and as both, half and half.
"""

import argparse
import csv
import importlib.util
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nl_opdenk_sm  # noqa: F401  # registers token._.lemma
import numpy as np
import numpy.typing as npt
import spacy
from model2vec import StaticModel
from scipy.stats import spearmanr
from sklearn.cluster import KMeans
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import adjusted_rand_score, v_measure_score
from spacy.tokens import Doc
from spacy.training import Example
from spacy.vocab import Vocab

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "models" / "language" / "train"), str(ROOT / "tests")]  # before benchmarks/corpus.py
from corpus import make_doc  # noqa: E402  # needs the path above
from test_language import measure  # noqa: E402
from treebank import TEST_FILES, current, read_conllu  # noqa: E402

LANGUAGE_MODELS = ("nl_opdenk_sm", "nl_core_news_sm", "nl_core_news_md", "nl_core_news_lg")
SCORES = {"UPOS": "pos_acc", "lemma": "lemma_acc", "sentences": "sents_f", "UAS": "dep_uas", "LAS": "dep_las"}
CLUSTER_SETS = ("xsid_nl", "faq_rijksoverheid", "faq_corona_app")
SEEDS = range(10)
REPEATS = 3  # of a timing; the best counts
FloatArray = npt.NDArray[np.float32]
Encode = Callable[[list[str]], FloatArray]


def table(columns: list[str], rows: list[list[object]]) -> str:
    """A Markdown table; numbers below 1 get three decimals."""
    cells = [
        [
            f"{x:.3f}" if isinstance(x, float) and abs(x) <= 1 else f"{x:,.0f}" if isinstance(x, float) else str(x)
            for x in r
        ]
        for r in rows
    ]
    lines = [columns, ["---"] * len(columns), *cells]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def fastest(run: Callable[[], object]) -> float:
    """Processor seconds of the best of a few runs."""
    seconds = []
    for _ in range(REPEATS):
        start = time.process_time()
        run()
        seconds.append(time.process_time() - start)
    return min(seconds)


def size_of(folder: Path) -> float:
    """Megabytes of the files of a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc") / 1e6


def test_texts(treebanks: Path, name: str, vocab: Vocab) -> list[Doc]:
    """The sentences of a test set as gold documents of ten."""
    sentences = [current(sentence) for sentence in read_conllu(treebanks / f"{name}.conllu")]
    return [make_doc(vocab, sentences[start : start + 10]) for start in range(0, len(sentences), 10)]


def language_rows(treebanks: Path | None) -> Iterator[list[object]]:
    """One row a model and text: scores on treebanks, if there are any, and on our own notes and speech."""
    for model in LANGUAGE_MODELS:
        if importlib.util.find_spec(model) is None:
            continue
        nlp = spacy.load(model)
        label = f"{model} {nlp.meta['version']}"
        for name in TEST_FILES if treebanks else ():
            docs = test_texts(treebanks, name, nlp.vocab)
            scores = nlp.evaluate([Example(nlp.make_doc(doc.text), doc) for doc in docs])
            yield [label, name, *(float(scores[key]) for key in SCORES.values())]
        for split in ("dev", "test"):
            tally = measure(nlp, split)
            yield [
                label,
                f"notes and speech, {split}",
                tally.tags / tally.words,
                tally.lemmas / tally.words,
                tally.sentence_f1(),
                "",
                "",
            ]


def speed_rows(treebanks: Path) -> Iterator[list[object]]:
    """One row a model: size, load time, words a second with all components."""
    texts = [doc.text for name in TEST_FILES for doc in test_texts(treebanks, name, spacy.blank("nl").vocab)]
    for model in LANGUAGE_MODELS:
        if importlib.util.find_spec(model) is None:
            continue
        start = time.process_time()
        nlp = spacy.load(model)
        load = time.process_time() - start
        n_words = sum(len(nlp.make_doc(text)) for text in texts)
        seconds = fastest(lambda nlp=nlp: list(nlp.pipe(texts, batch_size=128)))
        folder = Path(str(importlib.util.find_spec(model).origin)).parent
        yield [model, f"{size_of(folder):.1f}", f"{load:.1f}", f"{n_words / seconds:,.0f}"]


def unit(vectors: FloatArray) -> FloatArray:
    """Rows of length 1; zero rows stay zero."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def letters(texts: list[str]) -> TfidfVectorizer:
    """Character TF-IDF fitted on the texts."""
    return TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True).fit(sorted(set(texts)))


def read_pairs(folder: Path) -> Iterator[tuple[str, list[tuple[str, str, float]]]]:
    """Name and (text, text, similarity) of the sets of sentence pairs."""
    for split in ("dev", "test"):
        with (folder / f"stsb_nl_{split}.csv").open(encoding="utf-8", newline="") as lines:
            yield f"STS-B {split}", [(a, b, float(score)) for a, b, score in csv.reader(lines)]
    with (folder / "sick_nl.tsv").open(encoding="utf-8", newline="") as lines:
        rows = [
            row for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE) if row["SemEval_set"] == "TEST"
        ]
    yield "SICK test", [(row["sentence_A"], row["sentence_B"], float(row["relatedness_score"])) for row in rows]


def pair_scores(encode: Encode, pairs: list[tuple[str, str, float]]) -> list[float]:
    """Spearman correlation with the given similarity: letters, vectors, half and half, the same less common parts."""
    left, right = [a for a, _, _ in pairs], [b for _, b, _ in pairs]
    tfidf = letters(left + right)
    by_letter = np.asarray(tfidf.transform(left).multiply(tfidf.transform(right)).sum(1)).ravel()
    vectors = unit(encode(left + right))
    dense = (vectors[: len(left)] * vectors[len(left) :]).sum(1)
    bare = without_common(vectors)
    distinct = (bare[: len(left)] * bare[len(left) :]).sum(1)
    mixes = (by_letter, dense, (dense + by_letter) / 2, (distinct + by_letter) / 2)
    return [float(spearmanr(mix, [score for _, _, score in pairs]).statistic) for mix in mixes]


def without_common(vectors: FloatArray, n_components: int = 2) -> FloatArray:
    """Vectors without the mean and the first principal components of the texts at hand (Mu and Viswanath, 2018)."""
    centred = vectors - vectors.mean(0)
    axes = np.linalg.svd(centred.T @ centred)[0][:, :n_components]
    return unit(centred - centred @ axes @ axes.T)


def cluster_scores(encode: Encode, texts: list[str], labels: list[str]) -> list[float]:
    """V-measure of k-means with the true number of groups, and the adjusted Rand index of half and half."""
    by_letter = letters(texts).transform(texts).toarray()
    vectors = unit(encode(texts) - encode(texts).mean(0))
    both = np.hstack([vectors, by_letter]) * 0.5**0.5
    results = []
    for features in (by_letter, vectors, both):
        groups = [KMeans(len(set(labels)), n_init=3, random_state=seed).fit_predict(features) for seed in SEEDS]
        v_measure = float(np.mean([v_measure_score(labels, group) for group in groups]))
        results.append((v_measure, float(np.mean([adjusted_rand_score(labels, group) for group in groups]))))
    return [*(v_measure for v_measure, _ in results), results[-1][1]]


def vector_tables(folder: Path, pairs: Path) -> str:
    """Tables of the bundled vectors: similarity, clusters, size and speed."""
    model = StaticModel.from_pretrained(folder)

    def encode(texts: list[str]) -> FloatArray:
        return np.asarray(model.encode(texts), dtype=np.float32)

    similarity = [[name, *pair_scores(encode, rows)] for name, rows in read_pairs(pairs)]
    clusters = []
    for name in CLUSTER_SETS:
        rows: list[dict[str, Any]] = [
            json.loads(line) for line in (pairs / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        ]
        clusters.append([name, *cluster_scores(encode, [row["text"] for row in rows], [row["label"] for row in rows])])
    texts = [text for _, rows in read_pairs(pairs) for a, b, _ in rows for text in (a, b)]
    speed = len(texts) / fastest(lambda: encode(texts))
    return "\n".join(
        (
            table(["Spearman", "letters", "vectors", "half and half", "the same, common parts removed"], similarity),
            table(["clusters", "letters V", "vectors V", "half and half V", "half and half ARI"], clusters),
            table(["size, MB", "sentences/s"], [[f"{size_of(folder):.1f}", f"{speed:,.0f}"]]),
        )
    )


def main() -> None:
    """Read the command line, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--treebanks", type=Path, help="folder of the UD test sets, nl_*-ud-test.conllu")
    parser.add_argument("--pairs", type=Path, help="folder of stsb_nl_*.csv, sick_nl.tsv and the cluster sets *.jsonl")
    arguments = parser.parse_args()
    print(table(["model", "text", *SCORES], list(language_rows(arguments.treebanks))))
    if arguments.treebanks:
        print(table(["model", "size, MB", "load, s", "words/s"], list(speed_rows(arguments.treebanks))))
    if arguments.pairs:
        print(vector_tables(ROOT / "models" / "vectors", arguments.pairs))


if __name__ == "__main__":
    main()
