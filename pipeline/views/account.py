"""What the report says about itself: what was left out and why, and how it was made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline import ledger
from pipeline.contract import Issues, Unplaced
from pipeline.tables import rows
from pipeline.views import dutch
from pipeline.views.phrases import Phrase, phrase
from pipeline.views.quotes import COMPONENTS, FORMS, Names, Place, place

LEDGER_TABLES = ("documents", "segments", "sentences", "questions", "question_themes")
LEDGER = {
    "documents": "Documenten",
    "segments": "Tekststukken",
    "sentences": "Zinnen",
    "questions": "Vragen en zorgen",
}
WAYS = {
    "read": "gelezen",
    "warnings": "gelezen, met een opmerking",
    "refused": "geweigerd",
    "ignored": "overgeslagen",
    "holds a question or concern": "met een vraag of zorg",
    "heading": "koppen",
    "not Dutch": "niet in het Nederlands",
    "no question or concern": "zonder vraag of zorg",
    "in an issue": "in een vraagstuk",
}
UNPLACED = "unplaced: "


@dataclass(frozen=True)
class Way:
    """How many of something went one way, and what part that is of the whole bar."""

    phrase: Phrase
    number: str
    share: str


@dataclass(frozen=True)
class Account:
    """What became of everything of one sort; the ways sum to the number found."""

    label: str
    found: str
    ways: tuple[Way, ...]


@dataclass(frozen=True)
class Document:
    """A file and how reading it went."""

    session: str
    file: str
    size: str
    status: str
    is_left_out: bool
    n_segments: str
    notes: tuple[Phrase, ...]


@dataclass(frozen=True)
class Alone:
    """A question that stands in no issue."""

    id: str
    text: str
    form: str
    place: Place


@dataclass(frozen=True)
class AloneGroup:
    """Questions that stand in no issue for the same reason."""

    reason: str
    head: str
    questions: tuple[Alone, ...]
    n_more: int


@dataclass(frozen=True)
class LeftOut:
    """Everything that does not come back in an issue, and why."""

    accounts: tuple[Account, ...]
    documents: tuple[Document, ...]
    has_refused: bool
    alone: tuple[AloneGroup, ...]
    n_alone: int
    n_alone_left_out: int


@dataclass(frozen=True)
class SensitivityRow:
    """How the ranking holds when the weight of one component changes."""

    component: str
    weight: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Method:
    """How the report was made."""

    language_model: str
    embedding_model: str
    version: str
    fingerprint: str
    share: str
    n_bootstrap: str
    factors: tuple[str, ...]
    sensitivity: tuple[SensitivityRow, ...]
    settings: tuple[tuple[str, str], ...]


def left_out(issues: Issues, tables: Mapping[str, pd.DataFrame], names: Names, *, max_quotes: int) -> LeftOut:
    """Account for everything that was read; the sums are those of the ledger in run.json."""
    balance = ledger.balance(*(tables[name] for name in LEDGER_TABLES))
    documents = tuple(_document(row, names) for row in rows(tables["documents"].sort_values(["session_id", "file"])))
    return LeftOut(
        accounts=tuple(_account(LEDGER[name], account) for name, account in balance.items()),
        documents=documents,
        has_refused=bool((tables["documents"]["status"] == "refused").any()),
        alone=_alone(issues.unplaced, names, max_quotes),
        n_alone=len(issues.unplaced) + issues.unplaced_left_out,
        n_alone_left_out=issues.unplaced_left_out,
    )


def _account(label: str, account: Mapping[str, int]) -> Account:
    found = account[ledger.FOUND]
    ways = sorted(((way, n) for way, n in account.items() if way != ledger.FOUND), key=lambda pair: -pair[1])
    return Account(
        label=label,
        found=dutch.whole(found),
        ways=tuple(Way(_way(way), dutch.whole(n), dutch.percentage(n / max(found, 1))) for way, n in ways),
    )


def _way(way: str) -> Phrase:
    if way.startswith(UNPLACED):
        return Phrase(f"in geen vraagstuk: {way.removeprefix(UNPLACED)}", None)
    return Phrase(WAYS[way], None) if way in WAYS else Phrase(way, "en")


def _document(row: Any, names: Names) -> Document:  # noqa: ANN401  # a row of a frame
    reasons = [row.reason] if pd.notna(row.reason) else []
    return Document(
        session=names.sessions[row.session_id].short,
        file=row.file,
        size=dutch.size(row.n_bytes),
        status=WAYS[row.status],
        is_left_out=row.status in ("refused", "ignored"),
        n_segments=dutch.whole(row.n_segments),
        notes=tuple(phrase(text) for text in [*reasons, *row.warnings]),
    )


def _alone(unplaced: Sequence[Unplaced], names: Names, max_quotes: int) -> tuple[AloneGroup, ...]:
    groups: dict[str, list[Unplaced]] = {}
    for item in unplaced:
        groups.setdefault(item.reason, []).append(item)
    return tuple(
        AloneGroup(
            reason=reason,
            head=dutch.counted(len(items), "vraag of zorg", "vragen en zorgen"),
            questions=tuple(
                Alone(item.question_id, item.text, FORMS[item.form], place(item.source, names))
                for item in items[:max_quotes]
            ),
            n_more=max(len(items) - max_quotes, 0),
        )
        for reason, items in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    )


def method(issues: Issues) -> Method:
    """Models, settings and the ranking with other weights."""
    rank = issues.run.parameters["rank"]
    factors = sorted({row.factor for row in issues.sensitivity})
    return Method(
        language_model=issues.run.language_model,
        embedding_model=issues.run.embedding_model,
        version=issues.run.pipeline_version,
        fingerprint=issues.run.fingerprint,
        share=dutch.percentage(rank["interval"]),
        n_bootstrap=dutch.whole(rank["n_bootstrap"]),
        factors=tuple(_change(factor) for factor in factors),
        sensitivity=_sensitivity(issues, factors, rank["weights"]),
        settings=tuple(_flat(issues.run.parameters)),
    )


def _change(factor: float) -> str:
    sign = "+" if factor >= 1 else dutch.MINUS
    return f"{sign}{dutch.percentage(abs(factor - 1))}"


def _sensitivity(issues: Issues, factors: Sequence[float], weights: Mapping[str, float]) -> tuple[SensitivityRow, ...]:
    found = {(row.component, row.factor): row for row in issues.sensitivity}
    n_top = min(5, len(issues.issues))
    total = sum(weights.values()) or 1
    return tuple(
        SensitivityRow(
            component=COMPONENTS[name],
            weight=dutch.percentage(weights[name] / total),
            cells=tuple(
                f"{found[name, factor].top5_kept} van {n_top} (τ {dutch.number(found[name, factor].kendall_tau)})"
                if (name, factor) in found
                else "–"
                for factor in factors
            ),
        )
        for name in COMPONENTS
        if any((name, factor) in found for factor in factors)
    )


def _flat(values: Mapping[str, Any], above: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in values.items():
        if isinstance(value, Mapping):
            found += _flat(value, f"{above}{key}.")
        else:
            found.append((f"{above}{key}", _setting(value)))
    return found


def _setting(value: object) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",")
    return "geen" if value is None else str(value)
