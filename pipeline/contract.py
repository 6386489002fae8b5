"""The contract with the outside: the form of issues.json.

`schemas/issues.schema.json` is generated from these models and committed; docs/json.md explains them to
whoever reads the file. `SCHEMA_VERSION` follows semver: a new optional field raises the minor number,
anything else the major.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import ContractError

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
    source: Source


class Signal(Model):
    """A passage that speaks for the urgency of an issue."""

    component: str
    cue: str
    strength: Share
    text: str
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

    schema_version: str = SCHEMA_VERSION
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


def load_issues(path: str | Path) -> Issues:
    """Read and check an issues.json; `.to_frame()` gives a DataFrame.

    Raises:
        ContractError: the file is missing, no JSON, of another major version, or does not meet the contract;
            every fault with its place.
    """
    path = Path(path)
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ContractError(f"There is no file {path}.", hint="run `opdenk run` first, or check the path.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ContractError(f"{path} cannot be read: {error}.", hint="is it an issues.json?") from None
    except json.JSONDecodeError as error:
        message = f"{path}, line {error.lineno}, column {error.colno}: no JSON ({error.msg})."
        raise ContractError(
            message, hint="the file is cut short or was edited by hand; run `opdenk report` anew."
        ) from None
    return _parse(document, path)


def _parse(document: object, path: Path) -> Issues:
    version = document.get("schema_version") if isinstance(document, dict) else None
    if isinstance(version, str) and version.split(".")[0] != SCHEMA_VERSION.split(".")[0]:
        raise ContractError(
            f"{path}: schema_version is {version}, this program reads {SCHEMA_VERSION.split('.')[0]}.x.",
            hint="install the version of opdenk that wrote it, or run `opdenk report` anew.",
        )
    try:
        issues = Issues.model_validate(document)
    except ValidationError as error:
        faults = "\n".join(
            f"  {'.'.join(str(part) for part in fault['loc']) or '(top)'}: {fault['msg'].lower()}"
            for fault in error.errors(include_url=False)
        )
        raise ContractError(f"{path} does not meet the contract:\n{faults}", hint="see docs/json.md.") from None
    faults_found = _cross_faults(issues)
    if faults_found:
        lines = "\n".join(f"  {fault}" for fault in faults_found)
        raise ContractError(f"{path} contradicts itself:\n{lines}", hint="run `opdenk report` anew.")
    return issues


def _cross_faults(issues: Issues) -> list[str]:
    """What no schema can say: ids that refer to each other, quotes that fit their span, counts that agree."""
    ids = [issue.id for issue in issues.issues]
    faults = [f"issues: id {identifier} is doubled" for identifier in sorted({i for i in ids if ids.count(i) > 1})]
    faults += [f"rare_but_severe: {i} is no issue" for i in issues.rare_but_severe if i not in ids]
    faults += [f"emerging: {i} is no issue" for entry in issues.emerging for i in entry.issue_ids if i not in ids]
    seen: set[str] = set()
    n_left_out = issues.unplaced_left_out + sum(issue.evidence_left_out for issue in issues.issues)
    for place, issue in enumerate(issues.issues):
        n_given = len(issue.evidence)
        if issue.counts.questions != n_given + issue.evidence_left_out:
            faults.append(
                f"issues.{place}: {issue.counts.questions} questions counted, {n_given} given, "
                f"{issue.evidence_left_out} left out"
            )
        for number, item in enumerate(issue.evidence):
            if item.question_id in seen:
                faults.append(f"issues.{place}.evidence.{number}: question {item.question_id} is doubled")
            seen.add(item.question_id)
            if item.source.end - item.source.start != len(item.text):
                faults.append(f"issues.{place}.evidence.{number}: span and quote differ in length")
    total = sum(session.questions for session in issues.sessions)
    held = len(seen) + len(issues.unplaced) + n_left_out
    if total != held:
        faults.append(f"sessions count {total} questions, issues and unplaced hold or leave out {held}")
    return faults
