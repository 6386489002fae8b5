"""Read an issues.json and check it: its form, and what no schema can say, with the place of every fault."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline.contract import SCHEMA_VERSION, Evidence, Issues, Signal, Unplaced
from pipeline.errors import ContractError

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
    version = document.get("schema_version") if isinstance(document, dict) else None
    is_newer = isinstance(version, str) and _is_newer(version, path)
    return _parse(text, path, hint=f"it was written by a newer opdenk ({version}); install that." if is_newer else "")


def _is_newer(version: str, path: Path) -> bool:
    """Whether a file is of a later minor version than this program writes; another major one is refused."""
    (major, *minor), (own_major, *own_minor) = version.split("."), SCHEMA_VERSION.split(".")
    if major != own_major:
        raise ContractError(
            f"{path}: schema_version is {version}, this program reads {own_major}.x.",
            hint="install the version of opdenk that wrote it, or run `opdenk report` anew.",
        )
    return [part.rjust(9) for part in minor] > [part.rjust(9) for part in own_minor]


def _parse(text: str, path: Path, *, hint: str) -> Issues:
    try:
        issues = Issues.model_validate_json(text, strict=True)  # strict: a figure between quotes is no figure
    except ValidationError as error:
        faults = [_worded(fault) for fault in error.errors(include_url=False, include_input=False)]
        raise _refusal(f"{path} does not meet the contract", faults, hint=hint or "see docs/json.md.") from None
    faults = [*_lost_references(issues), *_wrong_quotes(issues), *_wrong_figures(issues)]
    if faults:
        raise _refusal(f"{path} contradicts itself", faults, hint="run `opdenk report` anew.")
    return issues


def _worded(fault: Mapping[str, Any]) -> str:
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
