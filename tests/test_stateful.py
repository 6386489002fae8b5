"""Whatever people do with the raw data between runs, the sums agree, ids stay, and every quote stands where it says."""

import json
import shutil
import tempfile
from pathlib import Path

import pandas as pd
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from pipeline.corrections import QuestionCorrection, Review, ThemeCorrection, dump_review
from pipeline.run import Request, run

SENTENCES = (
    "Wie betaalt de begeleiding na 2026?",
    "Het is onduidelijk wie daarover beslist.",
    "Er is te weinig tijd voor overleg.",
    "Hoe houden we de opleiders vast?",
    "De koffie was goed.",
    "Wat gebeurt er met de subsidie?",
)
PLACES = ("2024-01-01-een/a.txt", "2024-01-01-een/b.txt", "2024-02-01-twee/a.txt")
TEXTS = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4, unique=True)


class Sessions(RuleBasedStateMachine):
    """Files come, change and go; a run follows each step."""

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.files = {}
        self.ids = {}  # per file and its text, the ids of its questions
        self.review = Review()
        (self.folder / "config.yaml").write_text("review: corrections.yaml\n", encoding="utf-8")
        self.correct(self.review)

    def teardown(self):
        shutil.rmtree(self.folder)

    @rule(place=st.sampled_from(PLACES), sentences=TEXTS)
    def put(self, place, sentences):
        path = self.folder / "raw" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        self.files[place] = "\n\n".join(sentences) + "\n"
        path.write_text(self.files[place], encoding="utf-8")
        self.look(self.run())

    @precondition(lambda self: len(self.files) > 1)
    @rule(data=st.data())
    def remove(self, data):
        place = data.draw(st.sampled_from(sorted(self.files)))
        del self.files[place]
        (self.folder / "raw" / place).unlink()
        self.look(self.run())

    @precondition(lambda self: self.files)
    @rule()
    def run_again(self):
        before = self.document()
        assert not self.run().ran
        assert self.document() == before

    @precondition(lambda self: self.files)
    @rule()
    def lose_the_cache(self):
        shutil.rmtree(self.folder / "out" / "cache")
        self.look(self.run(force=True))

    @precondition(lambda self: self.files)
    @rule(data=st.data(), decision=st.sampled_from(["strike", "recategorise", "split off", "rename", "merge"]))
    def decide(self, data, decision):
        issues = json.loads(self.document())["issues"]
        questions = {item["question_id"]: item["text"] for issue in issues for item in issue["evidence"]}
        if not questions:
            return
        question = data.draw(st.sampled_from(sorted(questions)))
        theme, other = (data.draw(st.sampled_from([issue["id"] for issue in issues])) for _ in range(2))
        said = {
            "strike": {"is_struck": True},
            "recategorise": {"category": "quality"},
            "split off": {"theme": "nieuw: x"},
            "rename": {"name": "een naam van mensen"},
            "merge": {"merge_into": other},
        }[decision]
        if decision in ("rename", "merge"):
            newer = Review(themes={theme: ThemeCorrection(label="", **said)})
        else:
            newer = Review(questions={question: QuestionCorrection(text=questions[question], **said)})
        self.correct(self.review.merged(newer))
        self.look(self.run())

    def correct(self, review):
        self.review = review
        (self.folder / "corrections.yaml").write_bytes(dump_review(review))

    def run(self, **options):
        request = Request(self.folder / "raw", self.folder / "out", self.folder / "config.yaml", **options)
        return run(request, say=lambda _: None, progress=lambda *_: None)

    def document(self):
        return (self.folder / "out" / "issues.json").read_bytes()

    def look(self, outcome):
        assert not outcome.refused
        out = self.folder / "out"
        for account in json.loads((out / "run.json").read_text())["ledger"].values():
            assert account["found"] == sum(number for way, number in account.items() if way != "found")
        segments = pd.read_parquet(out / "segments.parquet").set_index("segment_id")
        document = json.loads(self.document())
        quotes = [item for issue in document["issues"] for item in issue["evidence"]] + document["unplaced"]
        for item in quotes:
            source = item["source"]
            assert segments["text"][source["segment"]][source["start"] : source["end"]] == item["text"]
        theme_ids = [issue["id"] for issue in document["issues"]] + [theme["id"] for theme in document["gone"]]
        assert len(theme_ids) == len(set(theme_ids))
        bound = self.review.bound_to({item["question_id"]: item["text"] for item in quotes}).questions
        struck = {key for key, item in bound.items() if item.is_struck}
        assert not struck & {item["question_id"] for issue in document["issues"] for item in issue["evidence"]}
        for place, text in self.files.items():
            asked = {item["question_id"] for item in quotes if self.place_of(item) == place}
            assert self.ids.setdefault((place, text), asked) == asked

    def place_of(self, item):
        return f"{item['source']['session']}/{item['source']['document']}"


Sessions.TestCase.settings = settings(max_examples=2, stateful_step_count=6)
TestSessions = Sessions.TestCase
