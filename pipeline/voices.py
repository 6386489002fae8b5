"""Whose voice a segment is: what counts in a ranking are people, not mentions.

In this order: the speaker; for an answer on a form, the form; the group; and where nobody is named, the part of the
document that it stands in: the stretch below one heading or, in a document without headings, an outermost point of
its list. A sentence that stands in a session more than once without a name is one voice, wherever it stands.
"""

import pandas as pd

MIN_WORDS = 5  # of a text that two people hardly write alike
LISTED = ("bullet", "cell", "answer")


def voices(segments: pd.DataFrame) -> "pd.Series[str]":
    """Name the voice of every segment.

    Args:
        segments: table SEGMENTS.

    Returns:
        Per segment_id a name that is the same for all segments of one voice; a speaker keeps it over sessions.
    """
    segments = segments.sort_values("segment_id", ignore_index=True)
    speaker = "speaker " + segments["speaker"]
    is_form = segments["kind"].eq("answer") & segments["row"].notna()
    form = segments["document_id"] + " row " + segments["row"].astype("str")
    group = segments["session_id"] + " group " + segments["group"]
    voice = speaker.fillna(form.where(is_form)).fillna(group).fillna(_part_of_document(segments))
    is_nameless = segments["speaker"].isna() & (segments["group"].isna() | is_form)
    merged = _merge_pasted(voice, segments, is_nameless)
    return pd.Series(merged.to_numpy(), index=segments["segment_id"], name="voice")


def _part_of_document(segments: pd.DataFrame) -> "pd.Series[str]":
    heading = segments["heading"].map("\x1f".join).astype("str")
    has_headings = heading.groupby(segments["document_id"]).transform("nunique") > 1
    is_point = segments["kind"].isin(LISTED) & ~has_headings
    return segments["document_id"] + (" heading " + heading).where(~is_point, _point(segments))


def _point(segments: pd.DataFrame) -> "pd.Series[str]":
    """The record of a sheet, or the number of the outermost point that a segment is or stands below."""
    ordered = segments.sort_values(["document_id", "position"])
    document, level = ordered["document_id"], ordered["level"].fillna(1)
    is_outermost = level.eq(level.groupby(document).transform("min"))
    number = is_outermost.astype("int64").groupby(document).cumsum()
    record = " row " + ordered["row"].astype("str")
    return record.where(ordered["row"].notna(), " point " + number.astype("str")).reindex(segments.index)


def _merge_pasted(voice: "pd.Series[str]", segments: pd.DataFrame, is_nameless: "pd.Series[bool]") -> "pd.Series[str]":
    plain = segments["text"].str.lower().str.replace(r"\W+", " ", regex=True).str.strip()
    is_long = plain.str.count(" ") >= MIN_WORDS - 1
    chosen = is_nameless & is_long
    first = voice[chosen].groupby([segments["session_id"][chosen], plain[chosen]]).transform("min")
    return voice.where(~chosen, first.reindex(voice.index))
