"""The ledger: every document, segment, sentence and question is kept, or left out with a reason."""

import numpy as np
import pandas as pd

from pipeline.errors import ContractError
from pipeline.tables import rows

FOUND = "found"
ASKING = "holds a question or concern"
SILENT = "no question or concern"


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
    whole = segments[["segment_id", "text"]].rename(columns={"text": "whole"})
    at = spans[["segment_id", "start", "end", "text"]].merge(whole, on="segment_id", how="left").fillna({"whole": ""})
    wrong = sum(row.whole[row.start : row.end] != row.text for row in rows(at))
    if wrong:
        raise ContractError(
            f"{wrong} of {len(spans)} {what} are not what their segment says at that place.",
            hint="run `opdenk run --force`; if it stays, it is a fault of ours.",
        )


def _count(found: int, ways: "pd.Series[str]") -> dict[str, int]:
    counts = ways.value_counts()
    return {FOUND: found, **{str(way): int(counts[way]) for way in sorted(counts.index)}}


def _segment_ways(segments: pd.DataFrame, questions: pd.DataFrame) -> "pd.Series[str]":
    silent = _why_silent(segments)
    return silent.mask(silent.index.isin(questions["segment_id"]), ASKING)


def _why_silent(segments: pd.DataFrame) -> "pd.Series[str]":
    """Why each segment, by its id, would hold nothing."""
    reasons = np.select([~segments["is_dutch"], segments["kind"] == "heading"], ["not Dutch", "heading"], SILENT)
    return pd.Series(reasons, index=segments["segment_id"], dtype="str")


def _sentence_ways(segments: pd.DataFrame, sentences: pd.DataFrame, questions: pd.DataFrame) -> "pd.Series[str]":
    asked = questions[["segment_id", "start", "end"]].rename(columns={"start": "first", "end": "last"})
    pairs = sentences[["segment_id", "start", "end"]].reset_index(names="sentence").merge(asked, on="segment_id")
    asking = pairs["sentence"][(pairs["first"] < pairs["end"]) & (pairs["start"] < pairs["last"])]
    return sentences["segment_id"].map(_why_silent(segments)).mask(sentences.index.isin(asking), ASKING)


def _question_ways(question_themes: pd.DataFrame) -> "pd.Series[str]":
    return ("unplaced: " + question_themes["reason"]).mask(question_themes["theme_id"].notna(), "in an issue")
