"""What changed since the last run on other input."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.contract import Issue, Issues
from pipeline.views import dutch
from pipeline.views.cards import STATUSES, capital

CHANGES = {
    "new": "Dit kwam in de vorige meting niet voor.",
    "grown": "Er zijn vragen of zorgen bij gekomen.",
    "merged": "Wat eerst aparte vraagstukken waren, hoort nu bij elkaar.",
    "split": "Dit hoorde eerst bij een breder vraagstuk.",
}


@dataclass(frozen=True)
class Change:
    """What became of one issue."""

    label: str
    id: str | None
    note: str


@dataclass(frozen=True)
class ChangeGroup:
    """Issues that changed in the same way."""

    status: str
    meaning: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Changes:
    """What changed since the last run."""

    is_first: bool
    groups: tuple[ChangeGroup, ...]
    known_text: str


def changes(issues: Issues) -> Changes:
    """Sort the issues by what became of them; those that stayed as they were are only counted."""
    groups = []
    known_labels = {issue.id: issue.label for issue in issues.issues} | {gone.id: gone.label for gone in issues.gone}
    for status, meaning in CHANGES.items():
        changed = [issue for issue in issues.issues if issue.status == status]
        if changed:
            changes = tuple(Change(capital(issue.label), issue.id, _origin(issue, known_labels)) for issue in changed)
            groups.append(ChangeGroup(capital(STATUSES[status]), meaning, changes))
    if issues.gone:
        gone = tuple(Change(capital(entry.label), None, entry.id) for entry in issues.gone)
        groups.append(ChangeGroup("Verdwenen", "Dit kwam in de vorige meting voor en keert niet terug.", gone))
    return Changes(
        is_first=not issues.gone and all(issue.status == "new" for issue in issues.issues),
        groups=tuple(groups),
        known_text=_known_text(sum(issue.status == "known" for issue in issues.issues), len(issues.issues)),
    )


def _known_text(n_known: int, n_issues: int) -> str:
    of_all = f"van de {dutch.counted(n_issues, 'vraagstuk', 'vraagstukken')}"
    if n_known == 0:
        return f"Geen {of_all} bleef zoals het was."
    return f"{dutch.whole(n_known)} {of_all} {'bleef zoals het was' if n_known == 1 else 'bleven zoals ze waren'}."


def _origin(issue: Issue, known_labels: Mapping[str, str]) -> str:
    parents = [f"‘{known_labels[i]}’" if i in known_labels else i for i in issue.parents]
    return f"uit {dutch.listing(parents)}" if parents else ""
