"""Everything the other stages made -> the contract with the outside."""

from collections.abc import Mapping
from typing import Any, Literal

import pandas as pd

from pipeline import ledger
from pipeline.config import ReportSettings, Taxonomy
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

OTHER = "other"
READ = ("read", "warnings")  # status of documents that were read
DIGITS = 4  # decimals of every score in the document
LABEL_OF_OTHER = "Overig"
DEFINITION_OF_OTHER = "Wat in geen van de categorieën past."

Tables = Mapping[str, pd.DataFrame]


def report(tables: Tables, settings: ReportSettings, *, taxonomy: Taxonomy, run: Mapping[str, Any]) -> Issues:
    """Put all tables together into the document that issues.json holds.

    Args:
        tables: all tables by name; each quote is checked against its segment on the way.
        settings: what the report shows.
        taxonomy: the codebook, for labels and definitions.
        run: what made the document: the fields of `contract.Run`.

    Raises:
        ContractError: a quote is not what its segment says.
    """
    ledger.check_quotes(tables["segments"], tables["questions"], what="quotes")
    build = _Builder(tables, taxonomy)
    issues = tuple(build.issue(row) for row in rows(tables["issues"]))
    return Issues(
        schema_version=SCHEMA_VERSION,
        run=Run(**run),
        sessions=tuple(build.session(row) for row in rows(tables["sessions"])),
        taxonomy=build.category_counts(issues),
        issues=issues,
        unplaced=build.unplaced(),
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

    def __init__(self, tables: Tables, taxonomy: Taxonomy) -> None:
        self.tables = tables
        self.categories = {category.id: category for category in taxonomy.categories}
        self.documents = {row.document_id: row for row in rows(tables["documents"])}
        self.segments = {row.segment_id: row for row in rows(tables["segments"])}
        self.themes = {row.theme_id: row for row in rows(tables["themes"])}
        self.members = tables["question_themes"].merge(tables["questions"], on="question_id")
        self.by_theme = dict(list(self.members.groupby("theme_id")))
        self.signals = dict(list(tables["signals"].groupby("theme_id")))
        self.sentences = dict(list(tables["sentences"].groupby("segment_id")))
        matches = tables["matches"]
        self.primary = matches[matches["is_primary"]].set_index("item_id")["category"].to_dict()
        self.by_item = dict(list(matches.groupby("item_id")))
        self.judged = set(matches.loc[matches["why"].map(lambda why: REVIEWED in why), "item_id"])
        self.n_questions = tables["questions"].groupby("session_id").size().to_dict()

    def issue(self, row: Any) -> Issue:  # noqa: ANN401  # a row of a frame
        theme, members = self.themes[row.theme_id], self.by_theme[row.theme_id]
        category, also = self._categories(row.theme_id)
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
            trend=self._trend(members),
            keywords=tuple(theme.keywords),
            evidence=self._evidence(members),
            signals=self._signals(row.theme_id),
        )

    def session(self, row: Any) -> Session:  # noqa: ANN401
        segments = self.tables["segments"]
        own = segments[segments["session_id"] == row.session_id]
        documents = self.tables["documents"]
        return Session(
            id=row.session_id,
            title=row.title,
            date=_optional(row.held_on),
            region=_optional(row.region),
            documents=int(((documents["session_id"] == row.session_id) & documents["status"].isin(READ)).sum()),
            segments=len(own),
            questions=self.n_questions.get(row.session_id, 0),
            speakers=int(own["speaker"].nunique()),
        )

    def category_counts(self, issues: tuple[Issue, ...]) -> tuple[CategoryCount, ...]:
        asked = [self.primary.get(identifier, OTHER) for identifier in self.tables["questions"]["question_id"]]
        raised = [issue.category.id for issue in issues]
        listed = [(c.id, c.label, c.definition.strip()) for c in self.categories.values()]
        return tuple(
            CategoryCount(
                id=identifier,
                label=label,
                definition=definition,
                questions=asked.count(identifier),
                issues=raised.count(identifier),
            )
            for identifier, label, definition in [*listed, (OTHER, LABEL_OF_OTHER, DEFINITION_OF_OTHER)]
        )

    def unplaced(self) -> tuple[Unplaced, ...]:
        return tuple(
            Unplaced(
                question_id=row.question_id,
                text=row.text,
                form=row.form,
                category=self.primary.get(row.question_id, OTHER),
                source=self._source(row.segment_id, row.start, row.end),
                reason=row.reason,
            )
            for row in rows(self.members[self.members["theme_id"].isna()])
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
        return self.categories[category].label if category in self.categories else LABEL_OF_OTHER

    def _trend(self, members: pd.DataFrame) -> tuple[Trend, ...]:
        counts = members.groupby("session_id").size().to_dict()
        return tuple(
            Trend(
                session=session,
                questions=counts.get(session, 0),
                share=_round(counts.get(session, 0) / max(self.n_questions.get(session, 0), 1)),
            )
            for session in self.tables["sessions"]["session_id"]
        )

    def _evidence(self, members: pd.DataFrame) -> tuple[Evidence, ...]:
        ordered = members.sort_values(["representativeness", "question_id"], ascending=[False, True])
        return tuple(
            Evidence(
                question_id=row.question_id,
                text=row.text,
                context=_optional(row.context),
                form=row.form,
                category=self.primary.get(row.question_id, OTHER),
                representativeness=_round(row.representativeness),
                duplicate_of=_optional(row.duplicate_of),
                reviewed=(*self._category_reviewed(row.question_id), *(["theme"] if row.is_reviewed else [])),
                source=self._source(row.segment_id, row.start, row.end),
            )
            for row in rows(ordered)
        )

    def _signals(self, theme_id: str) -> tuple[Signal, ...]:
        own = self.signals.get(theme_id, self.tables["signals"].iloc[:0])
        return tuple(
            Signal(
                component=row.component,
                cue=row.cue,
                strength=_round(row.strength),
                text=self.segments[row.segment_id].text[row.start : row.end],
                sentence=self._sentence(row.segment_id, row.start, row.end),
                source=self._source(row.segment_id, row.start, row.end),
            )
            for row in rows(own)
        )

    def _sentence(self, segment_id: str, start: int, end: int) -> Sentence:
        """The sentence that a passage stands in; all sentences, if it reaches over more than one."""
        own = self.sentences.get(segment_id, self.tables["sentences"].iloc[:0])
        touched = own[(own["start"] < end) & (own["end"] > start)]
        first, last = min([start, *touched["start"]]), max([end, *touched["end"]])
        return Sentence(text=self.segments[segment_id].text[first:last], start=first, end=last)

    def _source(self, segment_id: str, start: int, end: int) -> Source:
        segment = self.segments[segment_id]
        document = self.documents[segment.document_id]
        return Source(
            session=segment.session_id,
            document=document.file,
            sha256=document.sha256,
            segment=segment_id,
            start=start,
            end=end,
            page=_whole(segment.page),
            line=_whole(segment.line),
            row=_whole(segment.row),
            time=None if pd.isna(segment.time_s) else time_code(segment.time_s),
            heading=tuple(segment.heading),
            speaker=_optional(segment.speaker) or _optional(segment.group),
        )


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
