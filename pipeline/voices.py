"""Whose voice a segment is: what counts in a ranking are people, not mentions.

In this order: the speaker; for an answer on a form, the form; the group; and where nobody is named, the part of the
document that it stands in: the stretch below one heading, or, in a document without headings, a point of a list.
A sentence that stands more than once in one document without names is one voice, wherever it stands.
"""

import pandas as pd

MIN_WORDS = 5  # of a text that two people hardly write alike
LISTED = ("bullet", "cell", "answer", "chat", "poll")


def voices(segments: pd.DataFrame) -> "pd.Series[str]":
    """Name the voice of every segment.

    Args:
        segments: table SEGMENTS.

    Returns:
        Per segment_id a name that is the same for all segments of one voice; a speaker keeps it over sessions.
    """
    segments = segments.sort_values("segment_id", ignore_index=True)
    is_form = segments["kind"].eq("answer") & segments["row"].notna()
    form = segments["document_id"] + "/row " + segments["row"].astype("str")
    group = segments["session_id"] + "/group " + segments["group"]
    voice = ("speaker " + segments["speaker"]).fillna(form.where(is_form)).fillna(group)
    is_nameless = segments["speaker"].isna() & segments["group"].isna()
    block = voice.fillna(_block(segments))
    block = _merge_pasted(block, segments, is_nameless)
    return pd.Series(block.to_numpy(), index=segments["segment_id"], name="voice")


def _block(segments: pd.DataFrame) -> "pd.Series[str]":
    heading = segments["heading"].map("\x1f".join).astype("str")
    has_headings = heading.groupby(segments["document_id"]).transform("nunique") > 1
    below = segments["document_id"] + "/heading " + heading
    is_listed = segments["kind"].isin(LISTED) & ~has_headings
    return below.where(~is_listed, segments["document_id"] + "/point " + _point(segments))


def _point(segments: pd.DataFrame) -> "pd.Series[str]":
    """The place of the outermost point of the list that a segment belongs to; of a sheet, its record."""
    ordered = segments.sort_values(["document_id", "position"])
    is_outermost = (
        ordered["level"].fillna(1).eq(ordered["level"].fillna(1).groupby(ordered["document_id"]).transform("min"))
    )
    number = is_outermost.astype("int64").groupby(ordered["document_id"]).cumsum()
    record = ordered["row"].astype("Int64").astype("str")
    return record.where(ordered["row"].notna(), number.astype("str")).reindex(segments.index)


def _merge_pasted(voice: "pd.Series[str]", segments: pd.DataFrame, is_nameless: "pd.Series[bool]") -> "pd.Series[str]":
    plain = segments["text"].str.lower().str.replace(r"\W+", " ", regex=True).str.strip()
    is_long = plain.str.count(" ") >= MIN_WORDS - 1
    chosen = is_nameless & is_long
    first = voice[chosen].groupby([segments["document_id"][chosen], plain[chosen]]).transform("min")
    return voice.where(~chosen, first.reindex(voice.index))
