"""The four sentences that the report opens with."""

from collections.abc import Mapping

import pandas as pd

from pipeline.contract import Issues
from pipeline.views import dutch


def intro(issues: Issues, tables: Mapping[str, pd.DataFrame]) -> tuple[str, ...]:
    """From which sessions, how much, what comes first and how sure, and how to check it.

    Args:
        issues: what issues.json holds.
        tables: documents, segments and questions.
    """
    return (_which(issues), _counts(issues, tables), _first(issues), _trust(issues))


def _which(issues: Issues) -> str:
    days = sorted(session.date for session in issues.sessions if session.date)
    span = ""
    if days:
        span = (
            dutch.date(days[0]) if days[0] == days[-1] else f"{dutch.date(days[0])} tot en met {dutch.date(days[-1])}"
        )
        span = f" ({span})"
    sessions = dutch.counted(len(issues.sessions), "sessie", "sessies")
    return f"Dit rapport laat zien welke vragen en zorgen leven in {sessions}{span}, en welke het meest urgent zijn."


def _counts(issues: Issues, tables: Mapping[str, pd.DataFrame]) -> str:
    total = sum(session.questions for session in issues.sessions)
    return (
        f"In {dutch.counted(len(read_documents(tables['documents'])), 'document', 'documenten')} zijn "
        f"{dutch.counted(total, 'vraag of zorg', 'vragen en zorgen')} gevonden{_by_whom(tables)}"
        f"{_in_issues(total, len(issues.unplaced) + issues.unplaced_left_out, len(issues.issues))}."
    )


def _in_issues(n_questions: int, n_alone: int, n_issues: int) -> str:
    formed = dutch.counted(n_issues, "vraagstuk", "vraagstukken")
    if not n_issues:
        return ""
    if not n_alone:
        return f"; samen vormen die {formed}"
    alone = f"{dutch.whole(n_alone)} {'staat' if n_alone == 1 else 'staan'} op zichzelf"
    return f"; {dutch.whole(n_questions - n_alone)} daarvan vormen samen {formed}, {alone}"


def _by_whom(tables: Mapping[str, pd.DataFrame]) -> str:
    segments = tables["segments"]
    speaker = segments.loc[segments["segment_id"].isin(tables["questions"]["segment_id"]), "speaker"]
    who = [dutch.counted(speaker.nunique(), "spreker", "sprekers")] if speaker.notna().any() else []
    who += ["van tafels en groepen zonder naam"] if speaker.isna().any() else []
    return f", van {dutch.listing(who).removeprefix('van ')}" if who else ""


def _first(issues: Issues) -> str:
    if not issues.issues:
        return "Er zijn te weinig vragen en zorgen gevonden om er vraagstukken van te maken."
    first = issues.issues[0]
    low, high = (dutch.number(value) for value in first.urgency.interval)
    followers = [f"‘{issue.label}’" for issue in issues.issues[1:3]]
    then = f", gevolgd door {dutch.listing(followers)}" if followers else ""
    worst = first.urgency.rank_interval[1]
    sure = "die eerste plaats is stevig" if worst == 1 else f"de plaats kan ook {worst} zijn"
    return (
        f"Bovenaan staat ‘{first.label}’ (urgentie {dutch.number(first.urgency.score)}, met een "
        f"onzekerheid van {low} tot {high}; {sure}){then}."
    )


def _trust(issues: Issues) -> str:
    people = (
        "namen van personen zijn vervangen door codes"
        if issues.run.masked
        else "namen van personen zijn in dit rapport niet vervangen"
    )
    return f"Elk cijfer is terug te voeren op citaten met hun vindplaats; {people}."


def read_documents(documents: pd.DataFrame) -> pd.DataFrame:
    """The files that were read; the others were refused or ignored."""
    return documents[documents["status"].isin(["read", "warnings"])]
