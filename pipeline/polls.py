"""Read votes: which theme a row of a poll is about, and what share of its poll it got."""

import pandas as pd

from pipeline.config import UrgencyCues
from pipeline.models import Encoder
from pipeline.relevance import themes_by_meaning
from pipeline.text.urgency import phrase_pattern


def find_votes(
    segments: pd.DataFrame, members: pd.DataFrame, themes: pd.DataFrame, *, cues: UrgencyCues, encoder: Encoder
) -> pd.DataFrame:
    """Find the votes for each theme: that of the question in the row, else the closest in meaning.

    Args:
        segments: table SEGMENTS.
        members: table QUESTIONS with theme_id (null for those that stand alone) and representativeness.
        themes: table THEMES.
        cues: words of urgency, for rows that name no issue.
        encoder: turns texts into vectors.

    Returns:
        One row a row of a poll that got votes: poll, votes, theme_id (null if it is about none), and segment_id,
        component, start, end, strength (its share of the poll) and cue. Rows of one document that answer one prompt
        are one poll; so are all those of a document whose prompts are each their own.
    """
    polled = segments[segments["kind"].eq("poll") & segments["votes"].fillna(0).gt(0)].copy()
    prompt = polled["prompt"].fillna("").astype("str")
    is_shared = prompt.groupby([polled["document_id"], prompt]).transform("size") > 1
    polled["poll"] = polled["document_id"] + "\x1f" + prompt.where(is_shared, "")
    polled["votes"] = polled["votes"].astype("float64")
    asked = members.dropna(subset="theme_id").sort_values(["segment_id", "start"]).drop_duplicates("segment_id")
    asked_there = polled["segment_id"].map(asked.set_index("segment_id")["theme_id"]).astype("object")
    is_issue = ~polled["text"].str.contains(phrase_pattern(cues.no_issue))
    others = polled["text"][asked_there.isna() & is_issue]
    by_meaning = others.map(themes_by_meaning(list(others), members, themes, encoder)).astype("object")
    return polled.assign(
        theme_id=asked_there.fillna(by_meaning),
        component="votes",
        start=0,
        end=polled["text"].str.len(),
        strength=polled["votes"] / polled.groupby("poll")["votes"].transform("sum"),
        cue=polled["votes"].map("{:.0f} stemmen".format),
    )
