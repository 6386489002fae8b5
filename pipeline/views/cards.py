"""What the report shows of one issue: figures formatted, bars and columns measured."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.contract import Issue, Issues, Trend
from pipeline.views import charts, dutch
from pipeline.views.quotes import COMPONENTS, CategoryName, Names, Passage, Quote, fold, passages

STATUSES = {
    "new": "nieuw",
    "known": "bekend",
    "grown": "gegroeid",
    "merged": "samengevoegd",
    "split": "gesplitst",
}
VERDICTS = {
    "robust": "stabiel",
    "moderate": "redelijk stabiel",
    "fragile": "kwetsbaar",
    "exploratory": "verkennend",
}
REVIEWED = {"label": "naam", "questions": "indeling van vragen", "category": "categorie"}
N_MARKS = 7  # shapes and colours in report.css; further categories begin anew

BAR_WIDTH = 120.0  # of the longest component track
PLOT_WIDTH = 200.0  # of an interval plot
TREND_STEP = 46.0  # from one column to the next
TREND_BAR = 0.52  # width of a column, as a share of the step
TREND_HEIGHT = 44.0
MAX_LABELLED = 6  # sessions in a trend chart up to which every column has its figures


@dataclass(frozen=True)
class Component:
    """A part of urgency; the track is as long as its weight, the fill as long as what it adds to the score."""

    label: str
    weight: str
    value: str
    adds: str
    track: float
    fill: float


@dataclass(frozen=True)
class Axis:
    """The axis that all interval plots share: what its end and its middle stand for."""

    end: float
    end_label: str
    middle_label: str

    def at(self, value: float) -> float:
        """Where a value lies on it, in units of the SVG."""
        return round(value / self.end * PLOT_WIDTH, 1)


@dataclass(frozen=True)
class Interval:
    """A score with its interval on an axis."""

    score: str
    low: str
    high: str
    at: float
    at_low: float
    at_high: float


@dataclass(frozen=True)
class TrendColumn:
    """An issue's part in one session."""

    bar: charts.Bar
    at: float
    share: str
    count: str
    name: tuple[str, str]
    labelled: bool


@dataclass(frozen=True)
class Card:
    """One issue."""

    id: str
    rank: int
    ranks: str
    label: str
    question: str
    category: CategoryName
    also: str
    interval: Interval
    top5: str
    components: tuple[Component, ...]
    trend: tuple[TrendColumn, ...]
    trend_width: float
    trend_text: str
    voices: str
    n_voices: int
    n_questions: int
    n_recent: int
    facts: tuple[tuple[str, str], ...]
    status: str
    quotes_head: str
    quotes: tuple[Quote, ...]
    n_more: int
    n_left_out: int
    passages: tuple[Passage, ...]
    passages_head: str
    n_more_passages: int
    n_passages_left_out: int


def axis(issues: Iterable[Issue]) -> Axis:
    """An axis from 0 to the highest end of an interval, rounded up to a tenth."""
    highest = max((issue.urgency.interval[1] for issue in issues), default=1.0)
    tenths = min(max(int(highest * 10 + 0.9999), 1), 10)
    return Axis(end=tenths / 10, end_label=_tenth(tenths / 10), middle_label=_tenth(tenths / 20))


def _tenth(value: float) -> str:
    return dutch.number(value, digits=2).rstrip("0").rstrip(",")


def cards(issues: Issues, names: Names, *, max_quotes: int) -> tuple[Card, ...]:
    """All issues as they are shown, most urgent first."""
    weights = issues.run.parameters["rank"]["weights"]
    shared_axis = axis(issues.issues)
    return tuple(_card(issue, names, weights, shared_axis, max_quotes) for issue in issues.issues)


def _card(
    issue: Issue,
    names: Names,
    weights: Mapping[str, float],
    shared_axis: Axis,
    max_quotes: int,
) -> Card:
    quotes = fold(issue.evidence, names, own=issue.category.id)
    counted = passages(sorted(issue.signals, key=lambda signal: -signal.strength), names)
    trend = sorted(issue.trend, key=lambda part: list(names.sessions).index(part.session))
    return Card(
        id=issue.id,
        rank=issue.rank,
        ranks=_ranks(*issue.urgency.rank_interval),
        label=capital(issue.label),
        question=issue.question,
        category=names.categories[issue.category.id],
        also=dutch.listing([category.label for category in issue.also]),
        interval=interval(issue, shared_axis),
        top5=dutch.percentage(issue.urgency.probability_top5),
        components=_components(issue, weights),
        trend=_trend(trend, names),
        trend_width=round(_trend_step(len(trend)) * len(trend), 1),
        trend_text=_trend_text(trend, names),
        voices=dutch.counted(issue.counts.speakers, "stem", "stemmen"),
        n_voices=issue.counts.speakers,
        n_questions=issue.counts.questions,
        n_recent=trend[-1].questions if trend else 0,
        facts=_facts(issue),
        status=STATUSES[issue.status],
        quotes_head=dutch.counted(issue.counts.questions, "citaat", "citaten"),
        quotes=quotes[:max_quotes],
        n_more=max(len(quotes) - max_quotes, 0),
        n_left_out=issue.evidence_left_out,
        passages=counted[:max_quotes],
        passages_head=_passages_head(len(counted)),
        n_more_passages=max(len(counted) - max_quotes, 0),
        n_passages_left_out=issue.signals_left_out,
    )


def capital(text: str) -> str:
    """The text with its first letter as a capital."""
    return text[:1].upper() + text[1:]


def interval(issue: Issue, shared_axis: Axis) -> Interval:
    """An issue's score with its interval, in words and on the axis."""
    score, (low, high) = issue.urgency.score, issue.urgency.interval
    return Interval(
        score=dutch.number(score),
        low=dutch.number(low),
        high=dutch.number(high),
        at=shared_axis.at(score),
        at_low=shared_axis.at(low),
        at_high=shared_axis.at(high),
    )


def _ranks(best: int, worst: int) -> str:
    return f"plaats {best}" if best == worst else f"plaats {best} tot {worst}"


def _facts(issue: Issue) -> tuple[tuple[str, str], ...]:
    voices = dutch.counted(issue.counts.speakers, "stem", "stemmen")
    documents = dutch.counted(issue.counts.documents, "document", "documenten")
    sessions = dutch.counted(issue.counts.sessions, "sessie", "sessies")
    stability = VERDICTS[issue.stability.verdict]
    if issue.stability.jaccard is not None:
        stability += f" ({dutch.number(issue.stability.jaccard)})"
    reviewed = dutch.listing([REVIEWED[part] for part in issue.reviewed])
    facts = (
        ("Gehoord van", f"{voices} in {documents} en {sessions}"),
        ("Gedeeld", "ja, in meer sessies of regio’s" if issue.shared else "nee, in één sessie"),
        ("Sinds vorige meting", STATUSES[issue.status]),
        ("Stabiliteit", stability),
    )
    return (*facts, ("Verbeterd door mensen", reviewed)) if reviewed else facts


def _components(issue: Issue, weights: Mapping[str, float]) -> tuple[Component, ...]:
    total, heaviest = sum(weights.values()) or 1, max(weights.values()) or 1
    return tuple(
        Component(
            label=COMPONENTS[name],
            weight=dutch.percentage(weights[name] / total),
            value=dutch.number(value),
            adds=dutch.number(value * weights[name] / total),
            track=round(weights[name] / heaviest * BAR_WIDTH, 1),
            fill=round(value * weights[name] / heaviest * BAR_WIDTH, 1),
        )
        for name, value in issue.urgency.components.model_dump().items()
    )


def _trend_step(n_sessions: int) -> float:
    """Columns stand close together where there are too many for the width of the chart."""
    return TREND_STEP * min(1.0, MAX_LABELLED / max(n_sessions, 1))


def _trend(parts: Sequence[Trend], names: Names) -> tuple[TrendColumn, ...]:
    step = _trend_step(len(parts))
    bars = charts.columns([part.share for part in parts], step=step, width=step * TREND_BAR, height=TREND_HEIGHT)
    return tuple(
        TrendColumn(
            bar=bar,
            at=round(bar.x + bar.width / 2, 1),
            share=dutch.percentage(part.share),
            count=dutch.whole(part.questions),
            name=names.sessions[part.session].lines,
            labelled=len(parts) <= MAX_LABELLED or place in (0, len(parts) - 1),
        )
        for place, (part, bar) in enumerate(zip(parts, bars, strict=True))
    )


def _trend_text(parts: Sequence[Trend], names: Names) -> str:
    return "Aandeel in de citaten van elke sessie. " + "; ".join(
        f"{names.sessions[part.session].short}: {dutch.counted(part.questions, 'citaat', 'citaten')}, "
        f"{dutch.percentage(part.share)}"
        for part in parts
    )


def _passages_head(n_passages: int) -> str:
    verb = "meetelde" if n_passages == 1 else "meetelden"
    return f"{dutch.counted(n_passages, 'passage die', 'passages die')} {verb} voor de urgentie"
