"""Print how well questions and concerns are found in the labelled documents, with what less would find.

    python benchmarks/extraction.py               # dev, test, and train and dev left out in six groups
    python benchmarks/extraction.py --groups 208  # the same with each document left out by itself: hours
    python benchmarks/extraction.py --speed       # time beside tokenising

`mark` takes every sentence that ends in a question mark; `syntax` also takes the word order of questions, and dependent
questions; `cues` weighs these by rules over the cue words, and adds concerns; `learnt` is what `opdenk extract` does.
Each split is measured with a scorer that saw none of its documents. A found passage counts as the labelled one from a
word F1 of 0.6, as in `opdenk evaluate`.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
sys.path += [str(ROOT / "models" / "scorer")]
import labelled  # noqa: E402  # needs the path above
import train  # noqa: E402

from pipeline import config, models  # noqa: E402
from pipeline.evaluate import Gold, evaluate  # noqa: E402
from pipeline.readings import Sentence, read_segments  # noqa: E402
from pipeline.stages.extract import extract  # noqa: E402
from pipeline.stages.tokenise import tokenise  # noqa: E402
from pipeline.tables import QUESTIONS, content_id, rows  # noqa: E402
from pipeline.text.reading import Reading  # noqa: E402
from pipeline.text.scorer import FORMS, Scorer  # noqa: E402

SETTLED = ("satisfied", "resolved", "decision", "hope_past")
ABOUT_MEETING = ("meeting_thing", "meeting_act", "small_talk", "rhetorical", "prompt")
OLDER, NEWER = "abcdef", "ghijklm"  # letters of the documents by the first hands, and by seven others
SPEED_DOCUMENTS = 20

Read = tuple[pd.DataFrame, pd.DataFrame, dict[str, Any]]
Judge = Callable[[Reading], str]


class Bench:
    """The labelled documents, read once, and the tools that read them."""

    def __init__(self) -> None:
        self.settings = config.load()
        self.cues = config.load_cues(config.CONFIGS / "cues.yaml")
        self.nlp = models.load_language_model("bundled")
        self.encode = models.load_vectors(self.settings.vectors.model_copy(update={"model": "bundled"})).encode
        self._read: dict[str, Read] = {}
        self._labelled: dict[str, tuple[list[labelled.Clause], list[labelled.Passage]]] = {}

    def read(self, name: str, records: list[labelled.Record]) -> Read:
        """Segments, sentences and parses of a document."""
        if name not in self._read:
            segments = labelled.segments_of(name, records)
            self._read[name] = segments, *tokenise(segments, self.settings.tokenise, nlp=self.nlp)
        return self._read[name]

    def scorer(self, documents: dict[str, list[labelled.Record]]) -> Scorer:
        """Train on some documents and on the scorer's own sentences."""
        clauses: list[labelled.Clause] = []
        passages: list[labelled.Passage] = []
        for name, records in (documents | labelled.load_own()).items():
            if name not in self._labelled:
                self._labelled[name] = labelled.read_clauses({name: records}, self.nlp, self.cues)
            clauses += self._labelled[name][0]
            passages += self._labelled[name][1]
        return Scorer.from_json(train.fit(clauses, passages, self.encode), encode=self.encode)

    def learnt(self, read: Read, scorer: Scorer) -> pd.DataFrame:
        """What the stage finds."""
        return extract(*read, self.settings.extract, cues=self.cues, scorer=scorer)

    def ruled(self, read: Read, judge: Judge) -> pd.DataFrame:
        """What a rule finds: each clause that it gives a form, as a passage."""
        found = [row for sentence in read_segments(*read, self.cues) for row in _passages(sentence, judge)]
        return QUESTIONS.frame(found)


def _passages(sentence: Sentence, judge: Judge) -> Iterator[dict[str, object]]:
    segment = sentence.segment
    for number, reading in enumerate(sentence.readings):
        form = judge(reading)
        if form:
            start, end = reading.words.starts[0], reading.words.ends[-1]
            question_id = content_id("Q", segment.segment_id, str(start), str(number))
            yield {
                "question_id": question_id, "segment_id": segment.segment_id,
                "document_id": segment.document_id, "session_id": segment.session_id, "start": start, "end": end,
                "text": segment.text[start:end], "form": form, "cue": form, "score": 1.0, "depends_on": None,
                "context": None, "lemmas": [], "chunks": [],
            }  # fmt: skip


def by_mark(reading: Reading) -> str:
    """Every sentence that ends in a question mark."""
    return "direct" if reading.has_mark else ""


def by_syntax(reading: Reading) -> str:
    """Word order too, and any dependent question."""
    if reading.has_mark or reading.clause.is_question:
        return "direct"
    return "indirect" if reading.embedded else ""


def by_cues(reading: Reading) -> str:
    """Rules over cue words: what leaves a question open, what names a worry, what is about the meeting itself."""
    if reading.has(*ABOUT_MEETING):
        return ""
    if reading.has_mark or reading.clause.is_question:
        return "direct"
    if reading.left_open is not None:
        return "indirect"
    names_concern = any(hit.role == "concern" and not hit.negated for hit in reading.hits)
    return "concern" if names_concern and not reading.has(*SETTLED) else ""


def measure(documents: dict[str, list[labelled.Record]], found: dict[str, pd.DataFrame]) -> list[object]:
    """Precision, recall and F1 by form, F1 by sentence, and the share of false alarms on talk about the meeting."""
    gold = [
        {"text": record["text"][start:end], "form": form, "session": name, "document": name}
        for name, records in documents.items()
        for record in records
        for start, end, form in labelled.items_of(record)
    ]
    tables = {
        "questions": pd.concat(found.values()),
        "documents": pd.DataFrame([{"document_id": content_id("D", name, size=4), "file": name} for name in documents]),
    }
    scores = evaluate(tables, Gold(gold))["questions"]
    cells = [
        f"{scores[form].precision:.2f} / {scores[form].recall:.2f} / **{scores[form].f1:.3f}**"
        for form in ("all", *FORMS)
    ]
    hit = {row.segment_id for frame in found.values() for row in rows(frame)}
    counts = Counter(
        (bool(record["item"]), record["id"] in hit) for records in documents.values() for record in records
    )
    both, only_found, only_gold = counts[True, True], counts[False, True], counts[True, False]
    alarms = [
        record["id"] in hit for records in documents.values() for record in records if record["kind"] in labelled.ASIDES
    ]
    return [*cells, f"{2 * both / (2 * both + only_found + only_gold):.3f}", f"{sum(alarms)} of {len(alarms)}"]


def leave_out(bench: Bench, documents: dict[str, list[labelled.Record]], n_groups: int) -> dict[str, pd.DataFrame]:
    """Find the questions of every document with a scorer that saw none of its group: every n-th document by name."""
    names, found = sorted(documents), {}
    for group in (names[start::n_groups] for start in range(n_groups)):
        scorer = bench.scorer({name: documents[name] for name in names if name not in group})
        found |= {name: bench.learnt(bench.read(name, documents[name]), scorer) for name in group}
    return found


def of_hand(documents: dict[str, Any], hands: str) -> dict[str, Any]:
    """The documents whose names begin with one of some letters: each stands for who wrote them."""
    return {name: content for name, content in documents.items() if name[0] in hands}


def report(
    bench: Bench, title: str, documents: dict[str, list[labelled.Record]], learnt: dict[str, pd.DataFrame]
) -> None:
    """Print the table of one split."""
    print(f"\n{title}: {len(documents)} documents, {sum(map(len, documents.values()))} sentences; P / R / F1\n")
    print("| found by | all | direct | indirect | concern | F1 of sentences | alarms on procedure, small talk |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for label, judge in (("mark", by_mark), ("+ syntax", by_syntax), ("+ cues", by_cues)):
        found = {name: bench.ruled(bench.read(name, records), judge) for name, records in documents.items()}
        print("|", " | ".join(map(str, [label, *measure(documents, found)])), "|", flush=True)
    print("|", " | ".join(map(str, ["+ learnt", *measure(documents, learnt)])), "|", flush=True)
    for hands in (OLDER, NEWER):
        part = of_hand(documents, hands)
        cells = measure(part, of_hand(learnt, hands))
        print("|", " | ".join(map(str, [f"+ learnt, {len(part)} of {hands}", *cells])), "|", flush=True)


def speed(bench: Bench) -> None:
    """Print the processor time that finding questions adds to tokenising."""
    documents = dict(list(labelled.load_documents(("train", "dev")).items())[:SPEED_DOCUMENTS])
    start = time.process_time()
    read = [bench.read(name, records) for name, records in documents.items()]
    tokenised = time.process_time() - start
    scorer = models.load_scorer()
    taken = []
    for _ in range(3):
        start = time.process_time()
        for part in read:
            bench.learnt(part, scorer)
        taken.append(time.process_time() - start)
    words = sum(int(sentences["n_tokens"].sum()) for _, sentences, _ in read)
    print(f"{words} words: tokenise {tokenised:.2f} s, extract {min(taken):.2f} s, {min(taken) / tokenised:.0%} more")


def main() -> int:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speed", action="store_true", help="measure time instead")
    parser.add_argument("--groups", type=int, default=6, help="in which the documents of train and dev are left out")
    options, bench = parser.parse_args(), Bench()
    if options.speed:
        speed(bench)
        return 0
    known = labelled.load_documents(("train",))
    for split, shown in (("dev", known), ("test", known | labelled.load_documents(("dev",)))):
        documents, scorer = labelled.load_documents((split,)), bench.scorer(shown)
        learnt = {name: bench.learnt(bench.read(name, records), scorer) for name, records in documents.items()}
        report(bench, split, documents, learnt)
    documents = known | labelled.load_documents(("dev",))
    title = f"train and dev, left out in {options.groups} groups"
    report(bench, title, documents, leave_out(bench, documents, options.groups))
    return 0


if __name__ == "__main__":
    sys.exit(main())
