"""The ledger: every document, segment, sentence and question is kept, or left out with a reason."""

from collections.abc import Iterable

import pandas as pd

from pipeline.errors import ContractError
from pipeline.tables import rows

FOUND = "found"


def balance(
    documents: pd.DataFrame,
    segments: pd.DataFrame,
    sentences: pd.DataFrame,
    questions: pd.DataFrame,
    question_themes: pd.DataFrame,
) -> dict[str, dict[str, int]]:
    """Account for everything that was found.

    Returns:
        Per table: the number found, and how many went each way; these sum to the number found.

    Raises:
        ContractError: a sum does not agree: something was lost or counted twice.
    """
    accounts = {
        "documents": _count(len(documents), documents["status"]),
        "segments": _count(int(documents["n_segments"].sum()), _segment_ways(segments, questions)),
        "sentences": _count(len(sentences), _sentence_ways(segments, sentences, questions)),
        "questions": _count(len(questions), _question_ways(question_themes)),
    }
    faults = [
        f"{name}: {account[FOUND]} found, {total} accounted for"
        for name, account in accounts.items()
        if (total := sum(number for way, number in account.items() if way != FOUND)) != account[FOUND]
    ]
    if faults:
        raise ContractError("The ledger does not agree:\n  " + "\n  ".join(faults), hint="run `opdenk run --force`.")
    return accounts


def check_quotes(segments: pd.DataFrame, spans: pd.DataFrame, *, what: str) -> None:
    """The evidence gate: every quote is the text of its segment between its offsets.

    Args:
        segments: table SEGMENTS.
        spans: columns segment_id, start, end and text.
        what: what the quotes are, for the message.

    Raises:
        ContractError: some quote is not what stands there.
    """
    texts = segments.set_index("segment_id")["text"].to_dict()
    wrong = sum(texts.get(row.segment_id, "")[row.start : row.end] != row.text for row in rows(spans))
    if wrong:
        raise ContractError(
            f"{wrong} of {len(spans)} {what} are not what their segment says at that place.",
            hint="run `opdenk run --force`; if it stays, it is a fault of ours.",
        )


def _count(found: int, ways: Iterable[str]) -> dict[str, int]:
    counts = pd.Series(list(ways), dtype="str").value_counts()
    return {FOUND: found, **{str(way): int(counts[way]) for way in sorted(counts.index)}}


def _segment_ways(segments: pd.DataFrame, questions: pd.DataFrame) -> list[str]:
    asking = set(questions["segment_id"])
    return [
        "holds a question or concern" if row.segment_id in asking else _why_silent(row.kind, row.is_dutch)
        for row in rows(segments)
    ]


def _why_silent(kind: str, is_dutch: bool) -> str:
    if not is_dutch:
        return "not Dutch"
    return "heading" if kind == "heading" else "no question or concern"


def _sentence_ways(segments: pd.DataFrame, sentences: pd.DataFrame, questions: pd.DataFrame) -> list[str]:
    silent = {row.segment_id: _why_silent(row.kind, row.is_dutch) for row in rows(segments)}
    spans: dict[str, list[tuple[int, int]]] = {}
    for row in rows(questions):
        spans.setdefault(row.segment_id, []).append((row.start, row.end))
    return [
        "holds a question or concern"
        if any(first < row.end and row.start < last for first, last in spans.get(row.segment_id, ()))
        else silent[row.segment_id]
        for row in rows(sentences)
    ]


def _question_ways(question_themes: pd.DataFrame) -> list[str]:
    return ["in an issue" if pd.notna(row.theme_id) else f"unplaced: {row.reason}" for row in rows(question_themes)]
