"""Compare our themes with those of other tools, on labelled questions.

    .venv/bin/python benchmarks/clustering.py --data ../shared/data     sets of that folder, and our own sample sessions
    .venv/bin/python benchmarks/clustering.py --sets samples,xsid       some sets only

Every method gets the same texts and, where it takes vectors, the same bundled vectors. BERTopic's default is UMAP
and HDBSCAN; they are no part of this project, so without them (`pip install umap-learn hdbscan` in an environment
of your own) its place is taken by PCA and scikit-learn's HDBSCAN. "given" means that a method is told how many
themes the hand labels have. Columns: number of themes, V-measure, adjusted Rand index, share of the questions left
without a theme (scored as one theme together), adjusted Rand index with itself when the rows are shuffled, seconds.

The parts of the method were chosen on faq, corona, xsid and samples. The set real was measured only.
"""

import argparse
import importlib.util
import json
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import adjusted_rand_score, v_measure_score
from sklearn.preprocessing import normalize

from pipeline import config, models
from pipeline.stages.cluster import cluster
from pipeline.tables import PREVIOUS_THEMES, QUESTIONS, SEGMENTS, content_id
from pipeline.text.phrases import content_lemmas, noun_chunks
from pipeline.text.words import read_words

ROOT = Path(__file__).resolve().parent.parent
SHEETS = (".csv", ".tsv", ".xlsx")
N_TFIDF_DIMENSIONS = 100


@dataclass
class Gold:
    """Labelled questions: their text and theme and, where the source tells, their place."""

    name: str
    texts: list[str]
    themes: list[str]
    documents: list[str]
    headings: list[list[str]]
    depends_on: list[int | None]

    @property
    def n_themes(self) -> int:
        """Number of hand themes."""
        return len(set(self.themes))


@dataclass
class Tools:
    """What the methods need and is loaded once."""

    settings: config.Config
    nlp: Any
    encoder: models.Encoder


def load_gold(data: Path) -> Iterator[Gold]:
    """The labelled sets that are there."""
    for name, file in (("faq", "faq_rijksoverheid"), ("corona", "faq_corona_app"), ("xsid", "xsid_nl")):
        path = data / "benchmarks" / f"{file}.jsonl"
        if path.exists():
            yield _without_place(name, _rows(path))
    samples = ROOT / "data" / "gold" / "samples" / "gold_questions.jsonl"
    if samples.exists():
        rows = _rows(samples)
        documents = [f"{row['session']}/{row['document']}" for row in rows]
        yield _with_place("samples", rows, documents, [[] for _ in rows])
    real = data / "opbrengsten" / "gold_questions.jsonl"
    if real.exists():
        rows = _rows(real)
        headings = [[row["section"]["title"], *filter(None, [row["subheading"]])] for row in rows]
        yield _with_place("real", rows, ["document"] * len(rows), headings)
        bare = _without_place("real, texts only", [{"text": row["text"], "label": row["theme"]} for row in rows])
        yield bare


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _without_place(name: str, rows: list[dict[str, Any]]) -> Gold:
    n = len(rows)
    texts, themes = [row["text"] for row in rows], [row["label"] for row in rows]
    return Gold(name, texts, themes, [f"{place}.csv" for place in range(n)], [[]] * n, [None] * n)


def _with_place(name: str, rows: list[dict[str, Any]], documents: list[str], headings: list[list[str]]) -> Gold:
    place = {row["id"]: number for number, row in enumerate(rows)}
    depends_on = [place.get(row["depends_on"]) for row in rows]
    return Gold(name, [row["text"] for row in rows], [row["theme"] for row in rows], documents, headings, depends_on)


def make_tables(gold: Gold, tools: Tools) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables SEGMENTS and QUESTIONS as the earlier stages would have made them of the labelled questions."""
    segments, questions = [], []
    ids = [content_id("Q", gold.name, text, str(place)) for place, text in enumerate(gold.texts)]
    for place, doc in enumerate(tools.nlp.pipe(gold.texts)):
        where = {
            "segment_id": content_id("S", ids[place]),
            "document_id": content_id("D", gold.documents[place], size=4),
            "session_id": gold.documents[place].split("/")[0],
            "text": doc.text,
        }
        kind = "answer" if gold.documents[place].endswith(SHEETS) else "bullet"
        heading = {"heading": gold.headings[place], "kind": kind, "position": place, "is_dutch": True, "n_repairs": 0}
        segments.append(where | heading)
        before, words = gold.depends_on[place], read_words(doc)
        found = {
            "question_id": ids[place],
            "start": 0,
            "end": len(doc.text),
            "form": "direct",
            "cue": "gold",
            "score": 1,
        }
        parsed = {"lemmas": content_lemmas(words), "chunks": noun_chunks(words, doc.text)}
        questions.append(where | found | parsed | {"depends_on": None if before is None else ids[before]})
    return SEGMENTS.frame(segments), QUESTIONS.frame(questions)


Method = Callable[[Gold, Tools, "np.ndarray"], Sequence[object]]


def ours(gold: Gold, tools: Tools, order: np.ndarray) -> Sequence[object]:
    """This project's stage, choosing the number of themes by itself."""
    segments, questions = make_tables(gold, tools)
    ids = [content_id("Q", gold.name, text, str(place)) for place, text in enumerate(gold.texts)]
    rows = questions.set_index("question_id").loc[[ids[place] for place in order]].reset_index()
    settings, seed = tools.settings.cluster, tools.settings.seed
    _, members, _ = cluster(
        segments, QUESTIONS.conform(rows), PREVIOUS_THEMES.frame(), settings, encoder=tools.encoder, seed=seed
    )
    placed = members.set_index("question_id")["theme_id"]
    return [placed[ids[place]] for place in order]


def bertopic_default(gold: Gold, tools: Tools, order: np.ndarray) -> Sequence[object]:
    """BERTopic as it comes: UMAP and HDBSCAN where installed."""
    from bertopic import BERTopic

    texts = [gold.texts[place] for place in order]
    vectors = tools.encoder.encode(texts)
    if importlib.util.find_spec("umap") and importlib.util.find_spec("hdbscan"):
        from umap import UMAP

        seeded = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=42)
        model = BERTopic(language="dutch", umap_model=seeded)
    else:
        model = BERTopic(language="dutch")
    return model.fit_transform(texts, vectors)[0]


def kmeans_on_vectors(gold: Gold, tools: Tools, order: np.ndarray) -> Sequence[object]:
    """k-means on the bundled vectors, centred; the number of themes given."""
    vectors = tools.encoder.encode([gold.texts[place] for place in order])
    centred = normalize(vectors - vectors.mean(axis=0))
    return KMeans(gold.n_themes, n_init=10, random_state=42).fit_predict(centred).tolist()


def kmeans_on_tfidf(gold: Gold, _: Tools, order: np.ndarray) -> Sequence[object]:
    """k-means on TF-IDF and SVD; the number of themes given."""
    return KMeans(gold.n_themes, n_init=10, random_state=42).fit_predict(_tfidf(gold, order)).tolist()


def ward_on_tfidf(gold: Gold, _: Tools, order: np.ndarray) -> Sequence[object]:
    """Agglomerative clustering (Ward) on TF-IDF and SVD; the number of themes given."""
    return AgglomerativeClustering(gold.n_themes).fit_predict(_tfidf(gold, order)).tolist()


def ward_on_vectors(gold: Gold, tools: Tools, order: np.ndarray) -> Sequence[object]:
    """Ward on the bundled vectors, centred, with character TF-IDF beside them; the number of themes given."""
    texts = [gold.texts[place] for place in order]
    vectors = tools.encoder.encode(texts)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True).fit_transform(texts)
    both = np.hstack([normalize(vectors - vectors.mean(axis=0)), letters.toarray()])
    return AgglomerativeClustering(gold.n_themes).fit_predict(both).tolist()


def _tfidf(gold: Gold, order: np.ndarray) -> np.ndarray:
    matrix = TfidfVectorizer(sublinear_tf=True).fit_transform([gold.texts[place] for place in order])
    size = min(N_TFIDF_DIMENSIONS, min(matrix.shape) - 1)
    return np.asarray(normalize(TruncatedSVD(size, random_state=42).fit_transform(matrix)))


METHODS: dict[str, Method] = {
    "ours": ours,
    "BERTopic, default": bertopic_default,
    "k-means, vectors, given": kmeans_on_vectors,
    "Ward, vectors + letters, given": ward_on_vectors,
    "k-means, TF-IDF/SVD, given": kmeans_on_tfidf,
    "Ward, TF-IDF/SVD, given": ward_on_tfidf,
}


def measure(gold: Gold, tools: Tools, method: Method) -> str:
    """One line of the table."""
    straight = np.arange(len(gold.texts))
    shuffled = np.random.default_rng(0).permutation(len(gold.texts))
    start = time.perf_counter()
    found = list(method(gold, tools, straight))
    seconds = time.perf_counter() - start
    again = dict(zip(shuffled.tolist(), method(gold, tools, shuffled), strict=True))
    names = [str(theme) for theme in found]
    stable = adjusted_rand_score(names, [str(again[place]) for place in straight])
    left_out = sum(name in ("-1", "nan", "None") for name in names) / len(names)
    themes = len(set(names) - {"-1", "nan", "None"})
    v, ari = v_measure_score(gold.themes, names), adjusted_rand_score(gold.themes, names)
    return f"{themes:6d} {v:6.3f} {ari:6.3f} {left_out:9.0%} {stable:9.2f} {seconds:8.1f}"


def main() -> None:
    """Print the table, set by set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--sets", default="")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    settings = config.load()
    tools = Tools(settings, models.load_language_model("bundled"), models.load_vectors(settings.vectors))
    has_umap = importlib.util.find_spec("umap") is not None and importlib.util.find_spec("hdbscan") is not None
    print(f"BERTopic's default here: {'UMAP and HDBSCAN' if has_umap else 'PCA and HDBSCAN of scikit-learn'}")
    wanted = set(filter(None, arguments.sets.split(",")))
    for gold in load_gold(arguments.data):
        if wanted and gold.name not in wanted:
            continue
        print(f"\n{gold.name}: {len(gold.texts)} questions in {gold.n_themes} themes")
        print(f"{'':32s}{'themes':>6s} {'V':>6s} {'ARI':>6s} {'left out':>9s} {'shuffled':>9s} {'seconds':>8s}")
        for name, method in METHODS.items():
            print(f"{name:32s}{measure(gold, tools, method)}", flush=True)


if __name__ == "__main__":
    main()
