"""Everything the other stages made -> the contract with the outside."""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline import ledger
from pipeline.config import OTHER, Description, ReportSettings, Taxonomy
from pipeline.contract import (
    SCHEMA_VERSION,
    CategoryCount,
    CategoryScore,
    Components,
    Counts,
    Emerging,
    Evidence,
    Gone,
    Issue,
    Issues,
    Run,
    Sensitivity,
    Sentence,
    Session,
    Signal,
    Source,
    Stability,
    Trend,
    Unplaced,
    Urgency,
)
from pipeline.replay import REVIEWED
from pipeline.tables import COMPONENTS, rows

READ = ("read", "warnings")  # status of documents that were read
DIGITS = 4  # decimals of every score in the document
PLACE = ["segment_id", "page", "line", "row", "time_s", "heading", "speaker", "group"]  # of a segment

Tables = Mapping[str, pd.DataFrame]


def report(tables: Tables, settings: ReportSettings, *, taxonomy: Taxonomy, run: Mapping[str, Any]) -> Issues:
    """Put all tables together into the document that issues.json holds.

    Args:
        tables: all tables by name; each quote is checked against its segment on the way.
        settings: `max_evidence` questions, and as many signals, are given with their source. Of more, each issue gives
            the most representative, and the strongest, and says how many it leaves out.
        taxonomy: the codebook, for labels and definitions.
        run: what made the document: the fields of `contract.Run`.

    Raises:
        ContractError: a quote is not what its segment says.
    """
    ledger.check_quotes(tables["segments"], tables["questions"], what="quotes")
    build = _Builder(tables, taxonomy, settings.max_evidence)
    unplaced = build.unplaced()
    issues = tuple(build.issue(row) for row in rows(tables["issues"]))
    return Issues(
        schema_version=SCHEMA_VERSION,
        run=Run(**run),
        sessions=tuple(build.session(row) for row in rows(tables["sessions"])),
        taxonomy=build.category_counts(issues),
        issues=issues,
        unplaced=unplaced,
        unplaced_left_out=int(tables["question_themes"]["theme_id"].isna().sum()) - len(unplaced),
        rare_but_severe=tuple(tables["issues"].loc[tables["issues"]["is_rare_but_severe"], "theme_id"]),
        emerging=tuple(
            Emerging(label=row.label, issue_ids=tuple(row.theme_ids), why=row.why) for row in rows(tables["emerging"])
        ),
        gone=tuple(Gone(id=row.theme_id, label=row.label) for row in rows(tables["gone_themes"])),
        sensitivity=tuple(
            Sensitivity(
                component=row.component,
                factor=row.factor,
                kendall_tau=_round(row.kendall_tau),
                top5=tuple(row.top5),
                top5_kept=row.n_top5_kept,
            )
            for row in rows(tables["sensitivity"])
        ),
    )


class _Builder:
    """The tables, indexed for building one part of the document after the other."""

    def __init__(self, tables: Tables, taxonomy: Taxonomy, most: int) -> None:
        self.tables = tables
        self.categories: dict[str, Description] = {category.id: category for category in taxonomy.categories}
        self.categories[OTHER] = taxonomy.other
        self.documents = {row.document_id: row for row in rows(tables["documents"])}
        self.themes = {row.theme_id: row for row in rows(tables["themes"])}
        matches, questions, segments = tables["matches"], tables["questions"], tables["segments"]
        self.by_item = dict(list(matches[matches["item_id"].isin(self.themes)].groupby("item_id")))
        self.judged = set(matches.loc[matches["why"].map(lambda why: REVIEWED in why), "item_id"])
        primary = matches[matches["is_primary"]].set_index("item_id")["category"]
        columns = ["question_id", "segment_id", "document_id", "session_id", "start", "end", "text", "form", "context"]
        members = tables["question_themes"].merge(questions[columns], on="question_id")
        self.members = members.assign(category=members["question_id"].map(primary).fillna(OTHER))
        self.asked = self.members.groupby(["theme_id", "session_id"]).size().to_dict()
        ordered = self.members.sort_values(["representativeness", "question_id"], ascending=[False, True])
        self.evidence = self._placed(_most_of_each(ordered, most)).groupby("theme_id")
        spoken = segments[["segment_id", "document_id", "session_id", "text"]]
        signals = tables["signals"].merge(spoken, on="segment_id")
        strongest = _most_of_each(signals.sort_values("strength", ascending=False, kind="stable"), most)
        self.signals = dict(list(self._placed(strongest.sort_index()).groupby("theme_id")))
        self.sentences: dict[str, list[tuple[int, int]]] = {}
        for row in rows(tables["sentences"][tables["sentences"]["segment_id"].isin(strongest["segment_id"])]):
            self.sentences.setdefault(row.segment_id, []).append((row.start, row.end))
        self.n_signals = signals.groupby("theme_id").size().to_dict()
        self.most = most
        self.n_questions = questions.groupby("session_id").size().to_dict()
        self.n_segments = segments.groupby("session_id").size().to_dict()
        self.n_speakers = segments.groupby("session_id")["speaker"].nunique().to_dict()

    def _placed(self, spans: pd.DataFrame) -> pd.DataFrame:
        """Spans with the place of their segments."""
        return spans.merge(self.tables["segments"][PLACE], on="segment_id", how="left", validate="many_to_one")

    def issue(self, row: Any) -> Issue:  # noqa: ANN401  # a row of a frame
        theme = self.themes[row.theme_id]
        category, also = self._categories(row.theme_id)
        evidence, signals = self._evidence(row.theme_id), self._signals(row.theme_id)
        return Issue(
            rank=row.rank,
            id=row.theme_id,
            label=theme.label,
            question=theme.question,
            category=category,
            also=also,
            urgency=Urgency(
                score=_round(row.score),
                interval=(_round(row.score_low), _round(row.score_high)),
                rank_interval=(row.rank_low, row.rank_high),
                probability_top5=_round(row.probability_top5),
                components=Components(**{name: _round(getattr(row, name)) for name in COMPONENTS}),
            ),
            status=theme.status,
            parents=tuple(theme.parents),
            reviewed=(*theme.reviewed, *self._category_reviewed(row.theme_id)),
            shared=row.is_shared,
            stability=Stability(
                jaccard=None if pd.isna(theme.jaccard) else _round(theme.jaccard), verdict=theme.verdict
            ),
            counts=Counts(
                questions=row.n_questions, speakers=row.n_voices, documents=row.n_documents, sessions=row.n_sessions
            ),
            trend=self._trend(row.theme_id),
            keywords=tuple(theme.keywords),
            evidence=evidence,
            evidence_left_out=row.n_questions - len(evidence),
            signals=signals,
            signals_left_out=self.n_signals.get(row.theme_id, 0) - len(signals),
        )

    def session(self, row: Any) -> Session:  # noqa: ANN401
        documents = self.tables["documents"]
        return Session(
            id=row.session_id,
            title=row.title,
            date=_optional(row.held_on),
            region=_optional(row.region),
            documents=int(((documents["session_id"] == row.session_id) & documents["status"].isin(READ)).sum()),
            segments=self.n_segments.get(row.session_id, 0),
            questions=self.n_questions.get(row.session_id, 0),
            speakers=self.n_speakers.get(row.session_id, 0),
        )

    def category_counts(self, issues: tuple[Issue, ...]) -> tuple[CategoryCount, ...]:
        asked = self.members["category"].value_counts().to_dict()
        raised = [issue.category.id for issue in issues]
        return tuple(
            CategoryCount(
                id=identifier,
                label=category.label,
                definition=category.definition.strip(),
                questions=asked.get(identifier, 0),
                issues=raised.count(identifier),
            )
            for identifier, category in self.categories.items()
        )

    def unplaced(self) -> tuple[Unplaced, ...]:
        return tuple(
            Unplaced(
                question_id=row.question_id,
                text=row.text,
                form=row.form,
                category=row.category,
                source=self._source(row),
                reason=row.reason,
            )
            for row in rows(self._placed(self.members[self.members["theme_id"].isna()].head(self.most)))
        )

    def _categories(self, item_id: str) -> tuple[CategoryScore, tuple[CategoryScore, ...]]:
        ordered = self.by_item[item_id].sort_values(["is_primary", "score", "category"], ascending=[False, False, True])
        scores = [
            CategoryScore(id=row.category, label=self._label(row.category), score=_round(row.score))
            for row in rows(ordered)
        ]
        return scores[0], tuple(score for score in scores[1:] if score.id != OTHER)

    def _category_reviewed(self, item_id: str) -> tuple[Literal["category"], ...]:
        return ("category",) if item_id in self.judged else ()

    def _label(self, category: str) -> str:
        return self.categories.get(category, self.categories[OTHER]).label

    def _trend(self, theme_id: str) -> tuple[Trend, ...]:
        counts = {session: self.asked.get((theme_id, session), 0) for session in self.tables["sessions"]["session_id"]}
        return tuple(
            Trend(session=session, questions=n, share=_round(n / max(self.n_questions.get(session, 0), 1)))
            for session, n in counts.items()
        )

    def _evidence(self, theme_id: str) -> tuple[Evidence, ...]:
        return tuple(
            Evidence(
                question_id=row.question_id,
                text=row.text,
                context=_optional(row.context),
                form=row.form,
                category=row.category,
                representativeness=_round(row.representativeness),
                duplicate_of=_optional(row.duplicate_of),
                reviewed=(*self._category_reviewed(row.question_id), *(["theme"] if row.is_reviewed else [])),
                source=self._source(row),
            )
            for row in rows(self.evidence.get_group(theme_id))
        )

    def _signals(self, theme_id: str) -> tuple[Signal, ...]:
        own = self.signals.get(theme_id, pd.DataFrame())
        return tuple(
            Signal(
                component=row.component,
                cue=row.cue,
                strength=_round(row.strength),
                text=row.text[row.start : row.end],
                sentence=self._sentence(row),
                source=self._source(row),
            )
            for row in rows(own)
        )

    def _sentence(self, row: Any) -> Sentence:  # noqa: ANN401  # a signal, with the text of its segment
        """The sentence that a passage stands in; all sentences, if it reaches over more than one."""
        spans = self.sentences.get(row.segment_id, ())
        touched = [span for span in spans if span[0] < row.end and row.start < span[1]]
        first = min([row.start, *(start for start, _ in touched)])
        last = max([row.end, *(end for _, end in touched)])
        return Sentence(text=row.text[first:last], start=first, end=last)

    def _source(self, row: Any) -> Source:  # noqa: ANN401  # a span of a segment, with the place of that
        document = self.documents[row.document_id]
        return Source(
            session=row.session_id,
            document=document.file,
            sha256=document.sha256,
            segment=row.segment_id,
            start=row.start,
            end=row.end,
            page=_whole(row.page),
            line=_whole(row.line),
            row=_whole(row.row),
            time=None if pd.isna(row.time_s) else time_code(row.time_s),
            heading=tuple(row.heading),
            speaker=_optional(row.speaker) or _optional(row.group),
        )


def _most_of_each(ordered: pd.DataFrame, most: int) -> pd.DataFrame:
    """The first rows of each theme: all of them, or as many of each as keep them together at `most`."""
    by_theme = ordered.groupby("theme_id")
    return ordered[by_theme.cumcount() < fair_share(by_theme.size().to_numpy(dtype=np.int64), most)]


def fair_share(sizes: "npt.NDArray[np.integer[Any]]", most: int) -> int:
    """How many of each group can be kept, at least one, so that `most` are kept in all: small groups whole."""
    ordered = np.sort(sizes)
    left = most - (np.cumsum(ordered) - ordered)  # once all smaller groups are kept whole
    shares = left // np.arange(len(ordered), 0, -1)
    short = np.flatnonzero(shares < ordered)
    return max(1, int(shares[short[0]])) if len(short) else int(sizes.max(initial=1))


def time_code(seconds: float) -> str:
    """Seconds as h:mm:ss."""
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def _round(value: float) -> float:
    return round(float(value), DIGITS) + 0.0


def _optional(value: Any) -> str | None:  # noqa: ANN401  # text or a null of pandas
    return None if pd.isna(value) else str(value)


def _whole(value: Any) -> int | None:  # noqa: ANN401
    return None if pd.isna(value) else int(value)
