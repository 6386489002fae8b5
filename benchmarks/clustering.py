"""Compare our themes with those of other tools, on labelled questions.

    .venv/bin/python benchmarks/clustering.py --data ../shared/data     sets of that folder, and our own sample sessions
    .venv/bin/python benchmarks/clustering.py --sets samples,xsid       some sets only
    .venv/bin/python benchmarks/clustering.py --seeds 6                 ours alone, mean and spread over six seeds

Every method gets the same texts and, where it takes vectors, the same bundled vectors. BERTopic's default is UMAP
and HDBSCAN; they are no part of this project, so without them (`pip install umap-learn hdbscan` in an environment
of your own) its place is taken by PCA and scikit-learn's HDBSCAN. "given" means that a method is told how many
themes the hand labels have. Columns: number of themes, V-measure, adjusted Rand index, share of the questions left
without a theme (scored as one theme together), adjusted Rand index with itself when the rows are shuffled, seconds
(parsing left out), and for the real document the pairs that its labels call duplicates and that share a theme.

The parts of the method were chosen on faq, corona, xsid and samples. The sets real (with headings and follow-ups)
and texts (its questions and nothing else) were measured only.
"""

import argparse
import importlib.util
import json
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
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
PUBLIC_SETS = {"faq": "faq_rijksoverheid", "corona": "faq_corona_app", "xsid": "xsid_nl"}
SHEETS = (".csv", ".tsv", ".xlsx")
N_TFIDF_DIMENSIONS = 100
WITHOUT_THEME = ("-1", "nan", "None")

Order = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Item:
    """One labelled question, and its place where the source tells."""

    text: str
    theme: str
    document: str = ""
    heading: tuple[str, ...] = ()
    depends_on: int | None = None


@dataclass(frozen=True)
class Gold:
    """Labelled questions, and the tables that the earlier stages would have made of them."""

    name: str
    items: Sequence[Item]
    segments: pd.DataFrame
    questions: pd.DataFrame
    ids: Sequence[str]
    pairs: Sequence[tuple[int, int]] = field(default=())

    @property
    def n_themes(self) -> int:
        """Number of hand themes."""
        return len({item.theme for item in self.items})

    def texts(self, order: Order) -> list[str]:
        """The questions in an order."""
        return [self.items[place].text for place in order]


@dataclass(frozen=True)
class Tools:
    """What the methods need, loaded once."""

    settings: config.Config
    nlp: Any
    encoder: models.Encoder


def load_gold(data: Path, wanted: set[str], nlp: Any) -> Iterator[Gold]:  # noqa: ANN401  # spaCy has no stubs
    """The labelled sets that are there and wanted (all if none is named)."""
    for name, items, pairs in _sets(data):
        if not wanted or name in wanted:
            segments, questions, ids = _tables(name, items, nlp)
            yield Gold(name, items, segments, questions, ids, pairs)


def _sets(data: Path) -> Iterator[tuple[str, list[Item], list[tuple[int, int]]]]:
    for name, file in PUBLIC_SETS.items():
        rows = _rows(data / "benchmarks" / f"{file}.jsonl")
        if rows:
            yield name, [Item(row["text"], row["label"], f"{place}.csv") for place, row in enumerate(rows)], []
    rows = _rows(ROOT / "data" / "gold" / "samples" / "gold_questions.jsonl")
    if rows:
        yield "samples", list(_placed(rows, lambda row: f"{row['session']}/{row['document']}", lambda _: ())), []
    rows = _rows(data / "opbrengsten" / "gold_questions.jsonl")
    if rows:
        place = {row["id"]: number for number, row in enumerate(rows)}
        duplicates = [row for row in _rows(data / "opbrengsten" / "gold_duplicates.jsonl") if row["grade"] == "dup"]
        pairs = [(place[row["a"]], place[row["b"]]) for row in duplicates]
        yield "real", list(_placed(rows, lambda _: "report", _heading)), pairs
        yield "texts", [Item(row["text"], row["theme"], f"{n}.csv") for n, row in enumerate(rows)], pairs


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def _heading(row: dict[str, Any]) -> tuple[str, ...]:
    return (row["section"]["title"], *filter(None, [row["subheading"]]))


def _placed(
    rows: list[dict[str, Any]], document: Callable[[Any], str], heading: Callable[[Any], tuple[str, ...]]
) -> Iterator[Item]:
    place = {row["id"]: number for number, row in enumerate(rows)}
    for row in rows:
        yield Item(row["text"], row["theme"], document(row), heading(row), place.get(row["depends_on"]))


def _tables(name: str, items: Sequence[Item], nlp: Any) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:  # noqa: ANN401
    ids = [content_id("Q", name, item.text, str(place)) for place, item in enumerate(items)]
    segments, questions = [], []
    for place, (item, doc) in enumerate(zip(items, nlp.pipe([item.text for item in items]), strict=True)):
        where = {
            "segment_id": content_id("S", ids[place]),
            "document_id": content_id("D", item.document, size=4),
            "session_id": item.document.split("/")[0],
            "text": item.text,
        }
        kind = "answer" if item.document.endswith(SHEETS) else "bullet"
        given = {"kind": kind, "position": place, "heading": list(item.heading), "is_dutch": True, "n_repairs": 0}
        segments.append(where | given)
        words = read_words(doc)
        asked = {"question_id": ids[place], "start": 0, "end": len(item.text), "form": "direct", "cue": "", "score": 1}
        parsed = {"lemmas": content_lemmas(words), "chunks": noun_chunks(words, item.text)}
        before = None if item.depends_on is None else ids[item.depends_on]
        questions.append(where | asked | parsed | {"depends_on": before})
    return SEGMENTS.frame(segments), QUESTIONS.frame(questions), ids


Method = Callable[[Gold, Tools, Order], Sequence[object]]


def ours(gold: Gold, tools: Tools, order: Order, *, seed: int | None = None) -> Sequence[object]:
    """This project's stage; it chooses the number of themes by itself."""
    rows = gold.questions.set_index("question_id").loc[[gold.ids[place] for place in order]].reset_index()
    seed = tools.settings.seed if seed is None else seed
    settings, nothing = tools.settings.cluster, PREVIOUS_THEMES.frame()
    _, members, *_ = cluster(gold.segments, rows, nothing, settings, encoder=tools.encoder, seed=seed)
    placed = members.set_index("question_id")["theme_id"]
    return [placed[gold.ids[place]] for place in order]


def bertopic_default(gold: Gold, tools: Tools, order: Order) -> Sequence[object]:
    """BERTopic as it comes, with a seed: UMAP and HDBSCAN where installed."""
    from bertopic import BERTopic

    texts, reduction = gold.texts(order), None
    if has_umap():
        from umap import UMAP

        reduction = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=42)
    model = BERTopic(language="dutch", umap_model=reduction)
    topics: list[int] = model.fit_transform(texts, tools.encoder.encode(texts))[0]
    return topics


def kmeans_on_vectors(gold: Gold, tools: Tools, order: Order) -> Sequence[object]:
    """k-means on the bundled vectors, centred."""
    vectors = tools.encoder.encode(gold.texts(order))
    centred = normalize(vectors - vectors.mean(axis=0))
    return list(KMeans(gold.n_themes, n_init=10, random_state=42).fit_predict(centred))


def ward_on_vectors(gold: Gold, tools: Tools, order: Order) -> Sequence[object]:
    """Ward on the bundled vectors, centred, with character TF-IDF beside them."""
    vectors = tools.encoder.encode(gold.texts(order))
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    both = [normalize(vectors - vectors.mean(axis=0)), letters.fit_transform(gold.texts(order)).toarray()]
    return list(AgglomerativeClustering(gold.n_themes).fit_predict(np.hstack(both)))


def kmeans_on_tfidf(gold: Gold, _: Tools, order: Order) -> Sequence[object]:
    """k-means on TF-IDF and SVD."""
    return list(KMeans(gold.n_themes, n_init=10, random_state=42).fit_predict(_tfidf(gold, order)))


def ward_on_tfidf(gold: Gold, _: Tools, order: Order) -> Sequence[object]:
    """Agglomerative clustering (Ward) on TF-IDF and SVD."""
    return list(AgglomerativeClustering(gold.n_themes).fit_predict(_tfidf(gold, order)))


def _tfidf(gold: Gold, order: Order) -> npt.NDArray[np.float64]:
    matrix = TfidfVectorizer(sublinear_tf=True).fit_transform(gold.texts(order))
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


def has_umap() -> bool:
    """Whether BERTopic's default parts are installed."""
    return all(importlib.util.find_spec(name) for name in ("umap", "hdbscan"))


def measure(gold: Gold, tools: Tools, method: Method) -> str:
    """One line of the table."""
    straight = np.arange(len(gold.items))
    shuffled = np.random.default_rng(0).permutation(straight)
    start = time.perf_counter()
    names = [str(theme) for theme in method(gold, tools, straight)]
    seconds = time.perf_counter() - start
    again = dict(zip(shuffled, map(str, method(gold, tools, shuffled)), strict=True))
    themes = [item.theme for item in gold.items]
    v, ari = v_measure_score(themes, names), adjusted_rand_score(themes, names)
    stable = adjusted_rand_score(names, [again[place] for place in straight])
    left_out = sum(name in WITHOUT_THEME for name in names) / len(names)
    n_found = len(set(names) - set(WITHOUT_THEME))
    together = sum(names[one] == names[other] for one, other in gold.pairs)
    pairs = f" {together:5d} of {len(gold.pairs)}" if gold.pairs else ""
    return f"{n_found:6d} {v:6.3f} {ari:6.3f} {left_out:9.0%} {stable:9.2f} {seconds:8.1f}{pairs}"


def spread(gold: Gold, tools: Tools, n_seeds: int) -> str:
    """Our figures over several seeds: how much of a difference is chance."""
    themes, order = [item.theme for item in gold.items], np.arange(len(gold.items))
    figures = []
    for seed in range(n_seeds):
        names = [str(theme) for theme in ours(gold, tools, order, seed=seed)]
        together = sum(names[one] == names[other] for one, other in gold.pairs)
        v, ari = v_measure_score(themes, names), adjusted_rand_score(themes, names)
        figures.append((len(set(names)), v, ari, together))
    mean, deviation = np.mean(figures, axis=0), np.std(figures, axis=0)
    pairs = f", pairs together {mean[3]:.1f} of {len(gold.pairs)}" if gold.pairs else ""
    return (
        f"{mean[0]:5.1f} themes, V {mean[1]:.3f} (sd {deviation[1]:.3f}), "
        f"ARI {mean[2]:.3f} (sd {deviation[2]:.3f}){pairs}"
    )


def main() -> None:
    """Print the table, set by set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--sets", default="", help="names, joined by commas")
    parser.add_argument("--seeds", type=int, default=0, help="measure ours alone, with so many seeds")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    settings = config.load()
    tools = Tools(settings, models.load_language_model("bundled"), models.load_vectors(settings.vectors))
    if not arguments.seeds:
        print(f"BERTopic's default here: {'UMAP and HDBSCAN' if has_umap() else 'PCA and HDBSCAN of scikit-learn'}")
    for gold in load_gold(arguments.data, set(filter(None, arguments.sets.split(","))), tools.nlp):
        print(f"\n{gold.name}: {len(gold.items)} questions in {gold.n_themes} themes")
        if arguments.seeds:
            print(f"ours: {spread(gold, tools, arguments.seeds)}", flush=True)
            continue
        columns = f"{'themes':>6s} {'V':>6s} {'ARI':>6s} {'left out':>9s} {'shuffled':>9s} {'seconds':>8s}"
        print(f"{'':32s}{columns}{'    pairs' if gold.pairs else ''}")
        for name, method in METHODS.items():
            print(f"{name:32s}{measure(gold, tools, method)}", flush=True)


if __name__ == "__main__":
    main()
