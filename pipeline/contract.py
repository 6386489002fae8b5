"""The contract with the outside: the form of issues.json.

`schemas/issues.schema.json` is generated from these models and committed; docs/json.md explains them to
whoever reads the file. `SCHEMA_VERSION` follows semver: a new optional field raises the minor number,
anything else the major.
"""

import json
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    import pandas as pd

SCHEMA_VERSION = "1.1.0"

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
Rank = Annotated[int, Field(ge=1)]
Form = Literal["direct", "indirect", "concern"]


class Model(BaseModel):
    """Base of all parts of the document: frozen, and strict about fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Run(Model):
    """What made the document. No clock times and no paths: same input and settings, same bytes."""

    fingerprint: str = Field(description="hash of the inputs, settings, code and models that led to this document")
    pipeline_version: str
    language_model: str = Field(description="name and version of the spaCy pipeline that read the texts")
    embedding_model: str = Field(description="name and version of the sentence vectors")
    masked: bool = Field(description="whether names of people were masked; if not, do not pass the document on")
    parameters: dict[str, Any] = Field(description="all settings of the run")


class Session(Model):
    """One session and how much was found in it."""

    id: str
    title: str
    date: str | None = Field(description="ISO date, if known")
    region: str | None = None
    documents: Count
    segments: Count
    questions: Count
    speakers: Count = Field(description="different speakers with a code; unnamed tables and groups not counted")


class CategoryCount(Model):
    """One category of the taxonomy and how much was placed in it."""

    id: str
    label: str
    definition: str
    questions: Count
    issues: Count


class CategoryScore(Model):
    """A category and how well it fits."""

    id: str
    label: str
    score: Share


class Components(Model):
    """The parts of urgency, each in [0, 1]; docs/urgency.md has their formulae."""

    reach: Share
    persistence: Share
    stated: Share
    votes: Share
    uncertainty: Share
    time_pressure: Share


class Urgency(Model):
    """How urgent an issue is, and how sure that is."""

    score: Share
    interval: tuple[Share, Share] = Field(description="bootstrap interval of the score")
    rank_interval: tuple[Rank, Rank] = Field(description="bootstrap interval of the rank")
    probability_top5: Share
    components: Components


class Stability(Model):
    """Whether the theme comes back when the questions are drawn anew."""

    jaccard: Share | None
    verdict: Literal["robust", "moderate", "fragile", "exploratory"]


class Counts(Model):
    """How much stands behind an issue."""

    questions: Count
    speakers: Count = Field(description="different voices: speakers, else groups, else documents")
    documents: Count
    sessions: Count


class Trend(Model):
    """An issue's part in one session."""

    session: str
    questions: Count
    share: Share = Field(description="of all questions of that session")


class Source(Model):
    """Where a quote stands: `text of the segment[start:end] == quote`, in code points."""

    session: str
    document: str = Field(description="file in the session's folder, names of people masked")
    sha256: str = Field(description="of the file; of a sheet: of its sorted records, so that sorting changes nothing")
    segment: str
    start: Count
    end: Count
    page: Rank | None
    line: Rank | None
    row: int | None = Field(description="record number in a sheet")
    time: str | None = Field(description="time code in a recording, h:mm:ss")
    heading: tuple[str, ...]
    speaker: str | None = Field(description="code of the speaker, or table or group")


class Evidence(Model):
    """One question or concern, as somebody put it."""

    question_id: str
    text: str
    context: str | None = Field(description="lead-in, question put or heading that makes it readable by itself")
    form: Form
    category: str
    representativeness: Annotated[float, Field(ge=-1, le=1)]
    duplicate_of: str | None = Field(default=None, description="an earlier question that says the same")
    reviewed: tuple[Literal["category", "theme"], ...] = Field(default=(), description="what of it people decided")
    source: Source


class Sentence(Model):
    """What a passage stands in: `text of its segment[start:end] == text`, in code points."""

    text: str
    start: Count
    end: Count


class Signal(Model):
    """A passage that speaks for the urgency of an issue."""

    component: str
    cue: str = Field(description="the words that were found, in small letters; of a poll: the number of votes")
    strength: Share
    text: str = Field(description="the passage that counts: the words found, or what they say to be urgent")
    sentence: Sentence | None = Field(default=None, description="the sentence that it stands in, or sentences; 1.1")
    source: Source


class Issue(Model):
    """A theme with its category, urgency and rank."""

    rank: Rank
    id: str
    label: str
    question: str = Field(description="the canonical question")
    category: CategoryScore
    also: tuple[CategoryScore, ...]
    urgency: Urgency
    status: Literal["new", "known", "grown", "merged", "split"] = Field(
        description="since the previous run on other input"
    )
    parents: tuple[str, ...] = Field(description="earlier issues that it was merged or split from")
    reviewed: tuple[Literal["label", "questions", "category"], ...] = Field(
        default=(), description="what of it people decided in a review"
    )
    shared: bool = Field(description="raised in more than one session or region")
    stability: Stability
    counts: Counts
    trend: tuple[Trend, ...]
    keywords: tuple[str, ...]
    evidence: tuple[Evidence, ...] = Field(description="its questions, the most representative first")
    evidence_left_out: Count = Field(default=0, description="further questions of it, which stand in the tables alone")
    signals: tuple[Signal, ...]
    signals_left_out: Count = Field(default=0, description="further, weaker passages, which stand in the tables alone")


class Unplaced(Model):
    """A question that stands in no issue, and why."""

    question_id: str
    text: str
    form: Form
    category: str
    source: Source
    reason: str


class Emerging(Model):
    """Issues that fit no category but belong together: a sign that the taxonomy is out of date."""

    label: str
    issue_ids: tuple[str, ...]
    why: str


class Gone(Model):
    """An issue of the previous run that has no successor."""

    id: str
    label: str


class Sensitivity(Model):
    """The ranking with one weight changed."""

    component: str
    factor: float
    kendall_tau: Annotated[float, Field(ge=-1, le=1)]
    top5: tuple[str, ...]
    top5_kept: Annotated[int, Field(ge=0, le=5)]


class Issues(Model):
    """The whole of issues.json."""

    schema_version: str
    run: Run
    sessions: tuple[Session, ...]
    taxonomy: tuple[CategoryCount, ...]
    issues: tuple[Issue, ...]
    unplaced: tuple[Unplaced, ...]
    unplaced_left_out: Count = Field(default=0, description="further ones, which stand in the tables alone")
    rare_but_severe: tuple[str, ...]
    emerging: tuple[Emerging, ...]
    gone: tuple[Gone, ...]
    sensitivity: tuple[Sensitivity, ...]

    def to_json(self) -> str:
        """The document as it is written: UTF-8, two spaces, keys in the order of the models."""
        return self.model_dump_json(indent=2) + "\n"

    def to_frame(self) -> "pd.DataFrame":
        """One row an issue, for notebooks: rank, id, label, question, category, score, interval and counts."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "rank": issue.rank,
                    "id": issue.id,
                    "label": issue.label,
                    "question": issue.question,
                    "category": issue.category.id,
                    "score": issue.urgency.score,
                    "score_low": issue.urgency.interval[0],
                    "score_high": issue.urgency.interval[1],
                    "probability_top5": issue.urgency.probability_top5,
                    **issue.counts.model_dump(),
                }
                for issue in self.issues
            ]
        )


def schema() -> str:
    """The JSON Schema of issues.json, as committed in schemas/."""
    generated = Issues.model_json_schema(mode="serialization")
    generated["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    generated["title"] = f"opdenk issues {SCHEMA_VERSION}"
    return json.dumps(generated, ensure_ascii=False, indent=2) + "\n"
