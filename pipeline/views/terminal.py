"""Text for the terminal: the table of the most urgent issues, the sum behind one, and sentences explained."""

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.contract import Issue, Issues
from pipeline.errors import InputError


def table(issues: Issues, *, n_rows: int) -> str:
    """The most urgent issues, a line each, with what stands behind them."""
    total = sum(session.questions for session in issues.sessions)
    sessions, found = _counted(len(issues.sessions), "session"), _counted(len(issues.issues), "issue")
    head = f"{total} questions and concerns from {sessions}, {found}; most urgent:"
    lines = [head, "", f"{'rank':>4}  {'urgency':<18}{'voices':>6}  {'category':<14}  {'id':<10}  issue"]
    for issue in issues.issues[:n_rows]:
        low, high = issue.urgency.interval
        urgency = f"{issue.urgency.score:.2f} ({low:.2f}-{high:.2f})"
        voices, category = issue.counts.speakers, issue.category.id
        lines.append(f"{issue.rank:>4}  {urgency:<18}{voices:>6}  {category:<14}  {issue.id}  {issue.label}")
    if issues.rare_but_severe:
        lines.append(f"rare but severe: {', '.join(issues.rare_but_severe)}")
    if issues.emerging:
        lines.append(f"outside the taxonomy: {', '.join(entry.label for entry in issues.emerging)}")
    return "\n".join(lines) + "\n"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def explanation(issues: Issues, issue_id: str) -> str:
    """The sum behind an issue's urgency, the passages that count for it, and its most telling quotes.

    Raises:
        InputError: there is no such issue.
    """
    issue = next((issue for issue in issues.issues if issue.id == issue_id), None)
    if issue is None:
        ids = [known.id for known in issues.issues]
        near = difflib.get_close_matches(issue_id, ids, n=1) or ids[:1]
        hint = f"did you mean {near[0]}?" if near else "there are no issues."
        raise InputError(f"There is no issue {issue_id}.", hint=hint)
    return "\n".join([*_head(issue), *_sum(issue, issues), *_passages(issue), *_quotes(issue)]) + "\n"


def _head(issue: Issue) -> list[str]:
    urgency, counts = issue.urgency, issue.counts
    best, worst = urgency.rank_interval
    return [
        f"{issue.id}  {issue.label}",
        f"{issue.question}",
        f"rank {issue.rank} ({best}-{worst}), in the top five in {urgency.probability_top5:.0%} of resamplings; "
        f"{issue.status}, {issue.stability.verdict}",
        f"{counts.questions} questions, {counts.speakers} voices, {counts.documents} documents, "
        f"{counts.sessions} sessions",
        "",
    ]


def _sum(issue: Issue, issues: Issues) -> list[str]:
    weights = issues.run.parameters["rank"]["weights"]
    total = sum(weights.values())
    values = issue.urgency.components.model_dump()
    rows = [
        f"  {name:<14}{weights[name] / total:>7.2f} x {value:.2f} = {weights[name] / total * value:.3f}"
        for name, value in values.items()
    ]
    low, high = issue.urgency.interval
    return [
        f"  {'component':<14}{'weight':>7}",
        *rows,
        f"  {'urgency':<14}{issue.urgency.score:>21.3f}   interval {low:.2f}-{high:.2f}",
        "",
    ]


def _passages(issue: Issue) -> list[str]:
    if not issue.signals:
        return []
    rows = [
        f"  {signal.component} ({signal.cue}, {signal.strength:.2f}): "
        f"{(signal.sentence or signal).text.strip()} [{signal.source.document}]"
        for signal in issue.signals
    ]
    return ["passages that count for it:", *rows, ""]


def _quotes(issue: Issue) -> list[str]:
    rows = [
        f"  {item.text} [{item.source.document}, {item.source.speaker or 'unnamed'}]" for item in issue.evidence[:10]
    ]
    return [f"most telling of {issue.counts.questions} quotes:", *rows]


def figures(subjects: Mapping[str, Mapping[str, Any]]) -> str:
    """The figures of an evaluation, a block a subject."""
    lines = []
    for subject, values in subjects.items():
        lines.append(subject)
        if subject == "questions":
            lines.append(f"  {'form':<10}{'P':>7}{'R':>7}{'F1':>7}{'gold':>7}{'found':>7}")
        lines += [line for name, value in values.items() for line in _figure(name, value)]
    return "\n".join(lines) + "\n"


def _figure(name: str, value: Any) -> list[str]:  # noqa: ANN401  # a number, a score or a table
    if hasattr(value, "precision"):
        shares = f"{value.precision:>7.3f}{value.recall:>7.3f}{value.f1:>7.3f}"
        return [f"  {name:<10}{shares}{value.n_gold:>7}{value.n_found:>7}"]
    if hasattr(value, "to_string"):
        return [f"  {name} (rows: gold)", *(f"    {line}" for line in value.to_string().splitlines())]
    return [f"  {name}: {value:.3f}" if isinstance(value, float) else f"  {name}: {value}"]


def sentence_listing(sentences: Iterable[Any]) -> str:
    """What was found in each sentence and why, two lines a sentence, with the totals at the end.

    Args:
        sentences: rows as `stages.extract.explain` makes them.
    """
    lines, verdicts = [], Counter[str]()
    for sentence in sentences:
        verdicts[sentence.verdict] += 1
        lines.append(f"{sentence.verdict:<8}{sentence.score:>5.2f}  {' '.join(sentence.text.split())}")
        found = f"{sentence.form} by {sentence.cue}; " if sentence.form else ""
        lines.append(f"{'':<15}{found}{sentence.why}")
    counts = ", ".join(f"{verdicts[name]} {name}" for name in ("found", "nearly", "no", "skipped") if verdicts[name])
    return "\n".join([*lines, "", f"{sum(verdicts.values())} sentences: {counts}" if counts else "No Dutch sentences."])
