"""The contract with the outside: the form of issues.json.

`schemas/issues.schema.json` is generated from these models and committed; docs/json.md explains them to
whoever reads the file. `SCHEMA_VERSION` follows semver: a new optional field raises the minor number,
anything else the major.
"""

import json
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
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

PLAIN = {  # what pydantic says in words of Python, in those of JSON
    "missing": "is missing",
    "extra_forbidden": "is not known",
    "tuple_type": "should be a list",
    "model_type": "should be an object",
    "dict_type": "should be an object",
    "string_type": "should be a text",
    "bool_type": "should be true or false",
    "int_type": "should be a whole number",
    "float_type": "should be a number",
}


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


def load_issues(path: str | Path) -> Issues:
    """Read and check an issues.json; `.to_frame()` gives a DataFrame.

    Raises:
        ContractError: the file is missing, no JSON, of another major version, or does not meet the contract;
            every fault with its place.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
        document = json.loads(text)
    except FileNotFoundError:
        raise ContractError(f"There is no file {path}.", hint="run `opdenk run` first, or check the path.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ContractError(f"{path} cannot be read: {error}.", hint="is it an issues.json?") from None
    except json.JSONDecodeError as error:
        message = f"{path}, line {error.lineno}, column {error.colno}: no JSON ({error.msg})."
        raise ContractError(
            message, hint="the file is cut short or was edited by hand; run `opdenk report` anew."
        ) from None
    _check_version(document, path)
    return _parse(text, path)


def _check_version(document: object, path: Path) -> None:
    version = document.get("schema_version") if isinstance(document, dict) else None
    if isinstance(version, str) and version.split(".")[0] != SCHEMA_VERSION.split(".")[0]:
        raise ContractError(
            f"{path}: schema_version is {version}, this program reads {SCHEMA_VERSION.split('.')[0]}.x.",
            hint="install the version of opdenk that wrote it, or run `opdenk report` anew.",
        )


def _parse(text: str, path: Path) -> Issues:
    try:
        issues = Issues.model_validate_json(text, strict=True)  # strict: a figure between quotes is no figure
    except ValidationError as error:
        faults = [_worded(fault) for fault in error.errors(include_url=False, include_input=False)]
        raise _refusal(f"{path} does not meet the contract", faults, hint="see docs/json.md.") from None
    faults = [*_lost_references(issues), *_wrong_quotes(issues), *_wrong_figures(issues)]
    if faults:
        raise _refusal(f"{path} contradicts itself", faults, hint="run `opdenk report` anew.")
    return issues


def _worded(fault: Any) -> str:  # noqa: ANN401  # pydantic's error details
    place = ".".join(map(str, fault["loc"])) or "(top)"
    return f"{place}: {PLAIN.get(fault['type'], fault['msg'].lower().removeprefix('input '))}"


def _refusal(message: str, faults: list[str], *, hint: str) -> ContractError:
    return ContractError("\n  ".join([f"{message}:", *faults]), hint=hint)


def _asked(issues: Issues) -> Iterator[tuple[str, Evidence | Unplaced]]:
    """Every question with its place in the document."""
    for place, issue in enumerate(issues.issues):
        for number, item in enumerate(issue.evidence):
            yield f"issues.{place}.evidence.{number}", item
    for number, alone in enumerate(issues.unplaced):
        yield f"unplaced.{number}", alone


def _passages(issues: Issues) -> Iterator[tuple[str, Signal]]:
    for place, issue in enumerate(issues.issues):
        for number, signal in enumerate(issue.signals):
            yield f"issues.{place}.signals.{number}", signal


def _lost_references(issues: Issues) -> Iterator[str]:
    """Ids that stand for nothing, or for two things."""
    known, asked = Counter(issue.id for issue in issues.issues), Counter(item.question_id for _, item in _asked(issues))
    yield from (f"issues: id {name} is doubled" for name, count in known.items() if count > 1)
    yield from (f"questions: id {name} is doubled" for name, count in asked.items() if count > 1)
    named = [("rare_but_severe", name) for name in issues.rare_but_severe]
    named += [(f"emerging.{place}", name) for place, entry in enumerate(issues.emerging) for name in entry.issue_ids]
    named += [(f"sensitivity.{place}", name) for place, entry in enumerate(issues.sensitivity) for name in entry.top5]
    yield from (f"{place}: {name} is no issue" for place, name in named if name not in known)
    yield from (
        f"{place}: duplicate_of {item.duplicate_of} is no question"
        for place, item in _asked(issues)
        if isinstance(item, Evidence) and item.duplicate_of is not None and item.duplicate_of not in asked
        if not _n_left_out(issues)
    )
    categories, sessions = {part.id for part in issues.taxonomy}, {part.id for part in issues.sessions}
    yield from (
        f"{place}: category {name} is not in the taxonomy"
        for place, name in _named_categories(issues)
        if name not in categories
    )
    yield from (
        f"{place}: there is no session {name}" for place, name in _named_sessions(issues) if name not in sessions
    )


def _named_categories(issues: Issues) -> Iterator[tuple[str, str]]:
    for place, issue in enumerate(issues.issues):
        yield from ((f"issues.{place}", category.id) for category in (issue.category, *issue.also))
    yield from ((place, item.category) for place, item in _asked(issues))


def _named_sessions(issues: Issues) -> Iterator[tuple[str, str]]:
    for place, issue in enumerate(issues.issues):
        yield from ((f"issues.{place}.trend", part.session) for part in issue.trend)
    yield from ((place, item.source.session) for place, item in (*_asked(issues), *_passages(issues)))


def _wrong_quotes(issues: Issues) -> Iterator[str]:
    """Quotes that cannot be what stands in their span."""
    for place, item in (*_asked(issues), *_passages(issues)):
        if item.source.end - item.source.start != len(item.text):
            yield f"{place}: span and quote differ in length"
        if isinstance(item, Signal) and item.sentence is not None:
            sentence, first = item.sentence, item.source.start - item.sentence.start
            if sentence.end - sentence.start != len(sentence.text):
                yield f"{place}.sentence: span and text differ in length"
            elif first < 0 or sentence.text[first : first + len(item.text)] != item.text:
                yield f"{place}.sentence: does not hold the passage"


def _wrong_figures(issues: Issues) -> Iterator[str]:
    """Counts that do not add up, and intervals and ranks in the wrong order."""
    for place, issue in enumerate(issues.issues):
        if issue.counts.questions != len(issue.evidence) + issue.evidence_left_out:
            left_out = f", {issue.evidence_left_out} left out" if issue.evidence_left_out else ""
            yield f"issues.{place}: {issue.counts.questions} questions counted, {len(issue.evidence)} given{left_out}"
        for name in ("interval", "rank_interval"):
            low, high = getattr(issue.urgency, name)
            if low > high:
                yield f"issues.{place}.urgency.{name}: its low end {low} lies above its high end {high}"
    ranks = [issue.rank for issue in issues.issues]
    yield from (
        f"issues.{place}: rank {rank} after rank {before}"
        for place, (before, rank) in enumerate(pairwise(ranks), start=1)
        if rank < before
    )
    given, n_left_out = Counter(item.source.session for _, item in _asked(issues)), _n_left_out(issues)
    yield from (
        f"sessions.{place}: {session.questions} questions counted, issues and unplaced hold {given[session.id]}"
        for place, session in enumerate(issues.sessions)
        if session.questions < given[session.id] or (session.questions > given[session.id] and not n_left_out)
    )
    total, held = sum(session.questions for session in issues.sessions), given.total() + n_left_out
    if n_left_out and total != held:
        yield f"sessions: {total} questions counted, issues and unplaced hold or leave out {held}"


def _n_left_out(issues: Issues) -> int:
    """Questions that are counted and not given."""
    return issues.unplaced_left_out + sum(issue.evidence_left_out for issue in issues.issues)
