"""Score the urgency of themes, rank them, and say how sure the rank is."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.stats import kendalltau

from pipeline import urgency
from pipeline.config import Cues, RankSettings
from pipeline.models import Encoder
from pipeline.signals import find_signals, find_votes
from pipeline.tables import COMPONENTS, ISSUES, SENSITIVITY, SIGNALS
from pipeline.urgency import Array, Evidence, interval, ranks
from pipeline.voices import voices

Places = npt.NDArray[np.int64]

TOP = 5
FACTORS = (0.75, 1.25)  # what each weight is multiplied by to see whether the ranking stands
TAILS = 0.5  # of score intervals; chosen with benchmarks/ranking.py so that 90 % intervals hold near 90 %
FEW_VOICES = 2
SEVERE = 0.9  # strength of wording from which a rare theme has a lane of its own
DATED = 0.3  # strength of time pressure from which severe wording is dated: less than a year ahead


def rank(
    sessions: pd.DataFrame,
    segments: pd.DataFrame,
    sentences: pd.DataFrame,
    questions: pd.DataFrame,
    themes: pd.DataFrame,
    question_themes: pd.DataFrame,
    settings: RankSettings,
    *,
    cues: Cues,
    encoder: Encoder,
    seed: int,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Rank themes by urgency: a weighted sum of components in [0, 1] that count voices, never mentions.

    Args:
        sessions: table SESSIONS.
        segments: table SEGMENTS; statements of urgency count wherever they stand.
        sentences: table SENTENCES.
        questions: table QUESTIONS.
        themes: table THEMES.
        question_themes: table QUESTION_THEMES.
        settings: weights, resamplings and width of the intervals.
        cues: words of urgency, uncertainty, time pressure and severity.
        encoder: finds the theme that something is said about.
        seed: of the resamplings.

    Returns:
        Tables ISSUES (one a theme), SIGNALS (what counted) and SENSITIVITY; all empty without themes.

    References:
        Formulae, sources and limits: docs/urgency.md.
    """
    if themes.empty:
        return ISSUES.frame(), SIGNALS.frame(), SENSITIVITY.frame()
    themes = themes.sort_values("theme_id", ignore_index=True)
    voice = voices(segments)
    members = questions.merge(question_themes[["question_id", "theme_id", "representativeness"]], on="question_id")
    members["voice"] = members["segment_id"].map(voice)
    found = find_signals(sessions, segments, sentences, members, themes, cues=cues.urgency, encoder=encoder)
    signals = _strongest(found.assign(voice=found["segment_id"].map(voice)))
    votes = find_votes(segments, members, themes, cues=cues.urgency, encoder=encoder)
    placed = members.dropna(subset="theme_id")
    evidence = _evidence(placed, signals, votes, themes["theme_id"])
    parts = urgency.measure(evidence)
    issues = _issues(evidence, parts, settings, seed).assign(theme_id=themes["theme_id"])
    facts = _facts(placed, signals, sessions, segments)
    counted = pd.concat([signals[SIGNALS.column_names], votes.dropna(subset="theme_id")[SIGNALS.column_names]])
    return (
        ISSUES.conform(issues.join(facts, on="theme_id")),
        SIGNALS.conform(_one_a_key(counted)),
        _sensitivity(themes["theme_id"], parts, settings),
    )


def _strongest(found: pd.DataFrame) -> pd.DataFrame:
    """Of all that one voice says of a theme, what counts: its strongest words, once a component."""
    ordered = found.sort_values(
        ["strength", "segment_id", "start", "cue"], ascending=[False, True, True, True], kind="stable"
    )
    return ordered.drop_duplicates(["theme_id", "component", "voice"])


def _evidence(
    placed: pd.DataFrame, signals: pd.DataFrame, votes: pd.DataFrame, theme_ids: "pd.Series[str]"
) -> Evidence:
    themes, sessions = pd.Index(theme_ids), pd.Index(sorted(placed["session_id"].unique()))
    names = pd.Index(sorted({*placed["voice"], *signals["voice"]}))
    polls = pd.Index(sorted(votes["poll"].unique()))
    raised = placed.drop_duplicates(["voice", "theme_id"])
    present = placed.drop_duplicates(["voice", "theme_id", "session_id"])
    pairs = _places(present["theme_id"], themes) * len(sessions) + _places(present["session_id"], sessions)
    voted = votes.dropna(subset="theme_id")
    n_voices, n_themes = len(names), len(themes)

    def matrix(entries: pd.DataFrame, columns: Places, values: object, n_columns: int) -> sparse.csr_matrix:
        places = (_places(entries["voice"], names), columns)
        return sparse.csr_matrix((np.asarray(values, dtype=np.float64), places), shape=(n_voices, n_columns))

    by_component = {name: signals[signals["component"] == name] for name in urgency.SAID}
    counted = (voted["votes"], (_places(voted["poll"], polls), _places(voted["theme_id"], themes)))
    return Evidence(
        raised=matrix(raised, _places(raised["theme_id"], themes), np.ones(len(raised)), n_themes),
        present=matrix(present, pairs, np.ones(len(present)), n_themes * len(sessions)),
        n_sessions=len(sessions),
        said={
            name: matrix(part, _places(part["theme_id"], themes), part["strength"], n_themes)
            for name, part in by_component.items()
        },
        votes=sparse.coo_matrix(counted, shape=(len(polls), n_themes)).toarray(),
        poll_totals=votes.groupby("poll")["votes"].sum().reindex(polls).to_numpy(dtype=np.float64),
    )


def _places(values: "pd.Series[str]", names: "pd.Index[str]") -> Places:
    """Where each value stands among the names."""
    return names.get_indexer(pd.Index(values)).astype(np.int64)


def _issues(evidence: Evidence, parts: dict[str, Array], settings: RankSettings, seed: int) -> pd.DataFrame:
    weights = settings.weights.model_dump()
    score = urgency.score(parts, weights)
    drawn = urgency.simulate(evidence, weights, n_replicates=settings.n_bootstrap, seed=seed)
    replicates = np.vstack([drawn, score])  # the score itself too: an interval holds it, and exists without any draws
    places = ranks(replicates)
    low, high = interval(replicates, settings.interval, tails=TAILS)
    best, worst = interval(places, settings.interval)
    return pd.DataFrame(
        {
            "rank": places[-1],
            "score": score,
            "score_low": np.minimum(low, score),
            "score_high": np.maximum(high, score),
            "rank_low": np.minimum(best, places[-1]),
            "rank_high": np.maximum(worst, places[-1]),
            "probability_top5": (places <= TOP).mean(axis=0),
            **parts,
        }
    )


def _facts(placed: pd.DataFrame, signals: pd.DataFrame, sessions: pd.DataFrame, segments: pd.DataFrame) -> pd.DataFrame:
    """Per theme, what is counted and said of it beside the score."""
    by_theme = placed.groupby("theme_id")
    facts = pd.DataFrame(
        {
            "n_questions": by_theme.size(),
            "n_voices": by_theme["voice"].nunique(),
            "n_documents": by_theme["document_id"].nunique(),
            "n_sessions": by_theme["session_id"].nunique(),
        }
    )
    strongest = signals.groupby(["component", "theme_id"])["strength"].max()
    severity = facts.index.map(strongest.get("severity", pd.Series(dtype="float64")))
    dated = facts.index.map(strongest.get("time_pressure", pd.Series(dtype="float64")))
    facts["severity"] = np.nan_to_num(np.asarray(severity, dtype=np.float64))
    is_dated = np.nan_to_num(np.asarray(dated, dtype=np.float64)) >= DATED
    facts["is_rare_but_severe"] = (facts["n_voices"] <= FEW_VOICES) & (facts["severity"] >= SEVERE) & is_dated
    n_regions = _regions(placed, sessions, segments).groupby(placed["theme_id"]).nunique()
    facts["is_shared"] = (facts["n_sessions"] > 1) | (n_regions.reindex(facts.index).fillna(0) > 1)
    return facts


def _regions(placed: pd.DataFrame, sessions: pd.DataFrame, segments: pd.DataFrame) -> "pd.Series[str]":
    """The region of each question: its group, if that is the name of a known region, else that of its session."""
    of_session = sessions.set_index("session_id")["region"]
    group = placed["segment_id"].map(segments.set_index("segment_id")["group"])
    known = set(of_session.dropna())
    return group.where(group.isin(known)).fillna(placed["session_id"].map(of_session))


def _one_a_key(signals: pd.DataFrame) -> pd.DataFrame:
    ordered = signals.sort_values([*SIGNALS.key, "strength", "cue"], ascending=[True] * 4 + [False, True])
    return ordered.drop_duplicates(list(SIGNALS.key))


def _sensitivity(theme_ids: "pd.Series[str]", parts: dict[str, Array], settings: RankSettings) -> pd.DataFrame:
    weights = settings.weights.model_dump()
    before = urgency.score(parts, weights)
    rows = []
    for component in COMPONENTS:
        for factor in FACTORS:
            after = urgency.score(parts, weights | {component: factor * weights[component]})
            top = _top(theme_ids, after)
            rows.append(
                {
                    "component": component,
                    "factor": factor,
                    "kendall_tau": _agreement(ranks(before), ranks(after)),
                    "top5": top,
                    "n_top5_kept": len(set(top) & set(_top(theme_ids, before))),
                }
            )
    return SENSITIVITY.frame(rows)


def _top(theme_ids: "pd.Series[str]", score: Array) -> list[str]:
    ordered = sorted(zip(ranks(score).tolist(), theme_ids, strict=True))
    return [theme for _, theme in ordered[:TOP]]


def _agreement(left: Places, right: Places) -> float:
    """Kendall's tau-b; 1 for equal rankings, 0 where one of them tells no themes apart."""
    if np.array_equal(left, right):
        return 1.0
    tau = float(kendalltau(left, right).statistic)
    return 0.0 if np.isnan(tau) else min(max(tau, -1.0), 1.0)
