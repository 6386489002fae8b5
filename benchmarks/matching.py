"""Measure the matching of categories: our own labelled questions, the sample sessions, and a real document.

    .venv/bin/python benchmarks/matching.py                          our own questions, and the samples
    .venv/bin/python benchmarks/matching.py --data ../shared/data    the real document too
    .venv/bin/python benchmarks/matching.py --fit                    weights for configs/pipeline.yaml
    .venv/bin/python benchmarks/matching.py --speed 100000           seconds for that many questions

Strict scores count the one category that was given; lenient ones also those that a careful reader could defend.
"""

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import minimize
from sklearn.metrics import classification_report, confusion_matrix, f1_score
from sklearn.model_selection import GroupKFold

from pipeline import config, models, store
from pipeline.categories import Codebook
from pipeline.config import LabelledText, MatchWeights, Taxonomy
from pipeline.stages.ingest import RawFile, ingest
from pipeline.stages.match import Gathered, gather, match
from pipeline.tables import QUESTION_THEMES, QUESTIONS, SEGMENTS, THEMES, rows
from pipeline.text.phrases import content_lemmas
from pipeline.text.words import read_words

ROOT = Path(__file__).resolve().parent.parent
CATEGORIES = ROOT / "data" / "gold" / "categories"
SAMPLES = ROOT / "data" / "gold" / "samples" / "gold_questions.jsonl"
RAW = ROOT / "data" / "raw"
N_FOLDS = 5
PENALTY = 1e-3  # on squared weights, so that what hardly occurs gets little
SET_BY_HAND = ("precedence", "rules")
WORDING_KEPT = 0.7  # of its fitted weight: others word things otherwise than our labelled questions do
BINS = 5  # of the reliability table
SEED = 20231128

KINDS = {"note": "bullet", "report": "bullet", "survey": "answer", "speech": "utterance"}  # by style

READ = {"is_dutch": True, "n_repairs": 0}  # what the tables want beside that
FOUND = {"form": "direct", "cue": "labelled", "score": 1.0, "chunks": []}

Record = dict[str, Any]
Frames = tuple[pd.DataFrame, pd.DataFrame]
Columns = npt.NDArray[np.int64]
Part = tuple[Gathered, Columns]  # what speaks for the categories of questions, and the right ones

SETTINGS = config.load()
TAXONOMY = config.load_taxonomy(config.CONFIGS / "taxonomy.yaml")
ENCODER = models.load_vectors(SETTINGS.vectors)
LANGUAGE = models.load_language_model(SETTINGS.language_model)


@dataclass(frozen=True)
class Placed:
    """What was predicted for labelled questions, in their order.

    Args:
        gold: the labelled questions.
        category: the main category of each.
        score: its probability.
        named: all categories of each, the main one included.
    """

    gold: list[Record]
    category: list[str]
    score: npt.NDArray[np.float64]
    named: list[set[str]]

    def f1(self, *, lenient: bool) -> float:
        """Macro-averaged F1; a defensible category counts as the right one when lenient."""
        right = [
            found if lenient and found in question["acceptable"] else question["category"]
            for question, found in zip(self.gold, self.category, strict=True)
        ]
        return float(f1_score(right, self.category, average="macro"))


def load(path: Path) -> list[Record]:
    """Labelled questions, one a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def frames(gold: Sequence[Record], *, with_headings: bool = True) -> Frames:
    """Segments and questions as the stages before make them, from labelled questions and where they stand."""
    segments, questions = [], []
    for number, question in enumerate(gold):
        place = question["stands"] if with_headings else question["stands"] | {"heading": [], "prompt": None}
        own = {"segment_id": f"S-{number:06}", "session_id": "labelled", "text": question["text"]}
        own |= {name: place[name] for name in ("document_id", "prompt")}
        segments.append(own | {name: place[name] for name in ("position", "kind", "heading")} | READ)
        found = {"question_id": question["id"], "depends_on": question["follows"], "context": place["prompt"]}
        found |= {"start": place["start"], "end": place["start"] + len(question["text"])}
        questions.append(own | found | FOUND | {"lemmas": content_lemmas(read_words(LANGUAGE(question["text"])))})
    return SEGMENTS.frame(segments), QUESTIONS.frame(questions)


def stands(document: str, position: int, heading: Sequence[str], **more: object) -> Record:
    """Where a question stands."""
    place: Record = {"document_id": document, "position": position, "heading": list(heading)}
    return place | {"prompt": None, "kind": "bullet", "start": 0} | more


def own_questions(*splits: str) -> list[Record]:
    """Our own labelled questions, in order of their ids where they make up a document."""
    questions = [question for split in splits for question in load(CATEGORIES / f"{split}.jsonl")]
    return [question | {"stands": _stands_by_itself(question)} for question in questions]


def _stands_by_itself(question: Record) -> Record:
    document = question["document"] or f"D-{question['id']}"
    heading = [question["heading"]] if question["heading"] else []
    return stands(document, int(question["id"][1:]), heading, kind=KINDS[question["style"]])


def sample_questions() -> list[Record]:
    """The labelled questions of the sample sessions, each once, with the place where they stand."""
    files = []
    for entry in store.list_raw(RAW):
        data, fault = store.read_raw(entry, max_bytes=SETTINGS.ingest.max_file_mb * 1_000_000)
        files.append(RawFile(session=entry.session, file=entry.file, data=data, fault=fault))
    _, documents, segments, _ = ingest(files, SETTINGS.ingest)
    file_of = dict(zip(documents["document_id"], documents["file"], strict=True))
    by_file: dict[tuple[str, str], list[Any]] = {}
    for segment in rows(segments):
        by_file.setdefault((segment.session_id, file_of[segment.document_id]), []).append(segment)
    once = {question["text"]: question for question in reversed(load(SAMPLES))}
    found = []
    for question in once.values():
        held = (s for s in by_file[question["session"], question["document"]] if question["text"] in s.text)
        found.append(question | {"stands": _stands_in(next(held, None), question), "follows": question["depends_on"]})
    return found


def _stands_in(segment: Any, question: Record) -> Record:  # noqa: ANN401  # a row of a frame
    if segment is None:
        return stands(f"D-{question['id']}", 0, [])
    prompt = segment.prompt if isinstance(segment.prompt, str) else None
    start = segment.text.index(question["text"])
    return stands(segment.document_id, segment.position, segment.heading, prompt=prompt, kind=segment.kind, start=start)


def real_questions(data: Path) -> list[Record]:
    """The labelled questions of the real document, in its order, with the headings they stand under."""
    found = []
    for number, question in enumerate(load(data / "opbrengsten" / "gold_questions.jsonl")):
        above = (question["section"], question["subheading"])
        titles = [part["title"] if isinstance(part, dict) else part for part in above]
        place = stands("D", number, [title for title in titles if title])
        found.append(question | {"stands": place, "follows": question["depends_on"]})
    return found


def place(gold: list[Record], taxonomy: Taxonomy = TAXONOMY, *, with_headings: bool = True) -> Placed:
    """Match labelled questions as the pipeline does."""
    segments, questions = frames(gold, with_headings=with_headings)
    nothing = THEMES.frame(), QUESTION_THEMES.frame()
    matches, _ = match(segments, questions, *nothing, SETTINGS.match, taxonomy=taxonomy, encoder=ENCODER)
    main = matches[matches["is_primary"]].set_index("item_id").loc[[question["id"] for question in gold]]
    named = matches.groupby("item_id")["category"].agg(set).to_dict()
    sets = [named[question["id"]] for question in gold]
    return Placed(gold, main["category"].tolist(), main["score"].to_numpy(), sets)


def folds(gold: list[Record]) -> Iterator[tuple[list[Record], Taxonomy]]:
    """Each fifth of the questions, with the taxonomy that has only the others' labels; a batch is never in both."""
    fields = set(LabelledText.model_fields)
    random = GroupKFold(N_FOLDS, shuffle=True, random_state=SEED)
    for learnt, measured in random.split(gold, groups=[question["theme"] for question in gold]):
        others = [LabelledText.model_validate({k: v for k, v in gold[i].items() if k in fields}) for i in learnt]
        yield [gold[i] for i in measured], TAXONOMY.model_copy(update={"labelled": tuple(others)})


def cross_validate(gold: list[Record]) -> Placed:
    """Predictions for every question by what was learnt without its batch."""
    parts = [place(measured, taxonomy) for measured, taxonomy in folds(gold)]
    return Placed(
        [question for part in parts for question in part.gold],
        [category for part in parts for category in part.category],
        np.concatenate([part.score for part in parts]),
        [named for part in parts for named in part.named],
    )


def show(title: str, placed: Placed, *, in_full: bool = True) -> None:
    """Print the figures of one set."""
    strict, lenient = placed.f1(lenient=False), placed.f1(lenient=True)
    print(f"\n{title}: {len(placed.gold)} questions, macro-F1 strict {strict:.3f}, lenient {lenient:.3f}")
    if in_full:
        show_categories(placed)
        show_reliability(placed)
        show_also(placed)


def show_hands(gold: list[Record]) -> None:
    """Print the figures of what others wrote, hand by hand: the letter that their documents begin with."""
    for hand in sorted({question["document"][0] for question in gold}):
        own = [question for question in gold if question["document"][0] == hand]
        show(f"Hand {hand}", place(own), in_full=False)
        show(f"Hand {hand}, without headings", place(own, with_headings=False), in_full=False)


def show_categories(placed: Placed) -> None:
    """Print precision and recall by category, and what was taken for what."""
    right = [question["category"] for question in placed.gold]
    print(classification_report(right, placed.category, digits=2, zero_division=0))
    ids = [*TAXONOMY.ids, config.OTHER]
    print("  given (rows), found (columns)".ljust(16) + "".join(name[:9].rjust(10) for name in ids))
    for name, counts in zip(ids, confusion_matrix(right, placed.category, labels=ids), strict=True):
        print(f"  {name:28}" + "".join(str(count).rjust(10) for count in counts))


def show_reliability(placed: Placed) -> None:
    """Print how often the main category is right by its score, and the expected calibration error."""
    hit = np.array([q["category"] == c for q, c in zip(placed.gold, placed.category, strict=True)])
    fair = np.array([c in q["acceptable"] for q, c in zip(placed.gold, placed.category, strict=True)])
    number = np.minimum((placed.score * BINS).astype(int), BINS - 1)
    print("\n  score          n   mean  right  defensible")
    error = 0.0
    for one in sorted(set(number.tolist())):
        own = number == one
        mean, right, defensible = placed.score[own].mean(), hit[own].mean(), fair[own].mean()
        error += own.mean() * abs(mean - right)
        print(
            f"  {one / BINS:.1f} to {(one + 1) / BINS:.1f}  {own.sum():4}   {mean:.2f}   {right:.2f}   {defensible:.2f}"
        )
    print(f"  expected calibration error {error:.3f}")


def show_also(placed: Placed) -> None:
    """Print how the categories named beside the main one agree with what was labelled."""
    named = [found - {main} for found, main in zip(placed.named, placed.category, strict=True)]
    fits = [{q["category"], *q["acceptable"]} for q in placed.gold]
    right = sum(len(found & fit) for found, fit in zip(named, fits, strict=True))
    given = [{q["category"], *q.get("also", ())} for q in placed.gold]
    recall = sum(len(found & own) for found, own in zip(placed.named, given, strict=True)) / sum(map(len, given))
    n_named = sum(map(len, named))
    print(
        f"  named beside the main one: {n_named}, {right / max(n_named, 1):.0%} defensible; "
        f"of all that fit, {recall:.0%} found"
    )


def fit() -> MatchWeights:
    """Weights under which our own labelled questions are most probable, in folds that share no batch.

    Those of precedence and rules stay as they are set: what a codebook says must tell, also where it says what the
    labelled questions do not.
    """
    start = SETTINGS.match.weights
    parts = [_gathered(gold, Codebook(taxonomy, ENCODER)) for gold, taxonomy in folds(own_questions("train", "dev"))]
    names = [name for name in MatchWeights.model_fields if name not in SET_BY_HAND]

    def loss(values: npt.NDArray[np.float64]) -> float:
        weights = start.model_copy(update=dict(zip(names, values.tolist(), strict=True)))
        return _log_loss(parts, weights) + PENALTY * float((values**2).sum())

    first = np.array([getattr(start, name) for name in names])
    best = minimize(loss, first, method="L-BFGS-B", bounds=[(0, 10)] * len(names))
    print(f"mean log loss {loss(first):.4f} -> {best.fun:.4f}, penalty included")
    fitted = dict(zip(names, best.x.tolist(), strict=True))
    fitted["wording"] *= WORDING_KEPT
    return start.model_copy(update={name: round(value, 2) for name, value in fitted.items()})


def _log_loss(parts: Sequence[Part], weights: MatchWeights) -> float:
    losses = [-found.combine(weights)[np.arange(len(right)), right] for found, right in parts]
    return float(np.concatenate(losses).mean())


def _gathered(gold: list[Record], codebook: Codebook) -> Part:
    """What speaks for the categories of labelled questions, in the order of their ids, and the columns of these."""
    found = gather(*frames(gold), codebook, SETTINGS.match.weights)
    ordered = sorted(gold, key=lambda question: str(question["id"]))
    return found, np.array([codebook.ids.index(question["category"]) for question in ordered])


def speed(n_questions: int) -> None:
    """Time the stage on generated questions: labelled ones with halves exchanged, so that most differ."""
    segments, questions = frames(own_questions("train", "dev", "test"))
    random = np.random.default_rng(SEED)
    texts = questions["text"].tolist()
    halves = [text.split() for text in texts]
    first, second = random.integers(len(texts), size=(2, n_questions))
    made = [
        " ".join([*halves[a][: len(halves[a]) // 2], *halves[b][len(halves[b]) // 2 :]])
        for a, b in zip(first.tolist(), second.tolist(), strict=True)
    ]
    many = questions.iloc[first].assign(
        text=made, question_id=[f"Q-{place:08}" for place in range(n_questions)], depends_on=None
    )
    began = time.perf_counter()
    nothing = THEMES.frame(), QUESTION_THEMES.frame()
    matches, _ = match(segments, many, *nothing, SETTINGS.match, taxonomy=TAXONOMY, encoder=ENCODER)
    seconds = time.perf_counter() - began
    print(f"{n_questions} questions, {len(set(made))} different: {len(matches)} matches in {seconds:.1f} s")


def main() -> None:
    """Print what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder with opbrengsten/gold_questions.jsonl")
    parser.add_argument("--fit", action="store_true", help="fit the weights")
    parser.add_argument("--speed", type=int, help="number of questions to time")
    options = parser.parse_args()
    if options.fit:
        print(fit())
    elif options.speed:
        speed(options.speed)
    else:
        show(
            "Own train and dev, by folds that share no batch",
            cross_validate(own_questions("train", "dev")),
            in_full=False,
        )
        show("Own test", place(own_questions("test")))
        show_hands(own_questions("other_hands"))
        show("Samples", place(sample_questions()))
        if options.data:
            real = real_questions(options.data)
            show("Real document, without headings", place(real, with_headings=False), in_full=False)
            show("Real document, with headings", place(real))


if __name__ == "__main__":
    main()
