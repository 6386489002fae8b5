"""The contract between stages: every table, what a row stands for, and what each column means.

Tables are pandas DataFrames in memory and Parquet files on disk. `check` is called by the runner on every
table when it is made and when it is read back. Spans are half-open `[start, end)` in code points of
`segments.text`; absent values are null, never -1 or "".
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pipeline.errors import ContractError

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["text", "integer", "number", "flag", "texts", "numbers"]

_DTYPES: dict[Kind, Any] = {
    "text": "str",
    "integer": "Int64",
    "number": "float64",
    "flag": "bool",
    "texts": "object",
    "numbers": "object",
}

FORMS = ("direct", "indirect", "concern")
SEGMENT_KINDS = ("heading", "paragraph", "bullet", "utterance", "answer", "chat", "cell", "poll")
RUNNING_KINDS = ("paragraph", "bullet", "utterance")  # what follows each other on purpose
DOCUMENT_STATUSES = ("read", "warnings", "refused", "ignored")
STATUSES = ("new", "known", "grown", "merged", "split")
ROWS_AT_A_TIME = 10_000
COMPONENTS = ("reach", "persistence", "stated", "votes", "uncertainty", "time_pressure")


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Args:
        name: its name; endings tell the unit (see docs/architecture.md).
        kind: `text`, `integer`, `number`, `flag`, or a list of texts or numbers.
        meaning: what a value says, for whoever reads the table.
        nullable: whether a value may be absent.
        low: smallest value allowed, if there is one.
        high: largest value allowed, if there is one.
        one_of: the values allowed, if they are few.
    """

    name: str
    kind: Kind
    meaning: str
    nullable: bool = False
    low: float | None = None
    high: float | None = None
    one_of: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Table:
    """A table that one stage makes and others read.

    Args:
        name: a plural noun; the file is `<name>.parquet`.
        row: what one row stands for.
        key: the columns that tell rows apart; rows are sorted by them.
        columns: all columns, in order.
        private: holds names of people: lives in memory only and is never written.
    """

    name: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    private: bool = False

    @property
    def title(self) -> str:
        """The name as it is said to people."""
        return self.name.removeprefix("raw_").replace("_", " ")

    @property
    def column_names(self) -> list[str]:
        """The names of all columns, in order."""
        return [column.name for column in self.columns]

    def frame(self, rows: Sequence[dict[str, object]] = ()) -> "pd.DataFrame":
        """Make a frame of this table: columns in order, types right, sorted by key; no rows is legal."""
        import pandas as pd  # here, so that `opdenk status` starts at once

        frame = pd.DataFrame(list(rows), columns=pd.Index(self.column_names))
        return self.conform(frame)

    def conform(self, frame: "pd.DataFrame") -> "pd.DataFrame":
        """Return a copy with this table's columns, types and row order."""
        frame = frame[self.column_names].astype({column.name: _DTYPES[column.kind] for column in self.columns})
        return frame.sort_values(list(self.key), kind="stable", ignore_index=True)


def rows(frame: "pd.DataFrame") -> Iterator[Any]:
    """The rows of a frame, with a field per column; their types are known from the table alone.

    They are made some thousand at a time: a row takes many times the memory that it takes in the frame.
    """
    for start in range(0, len(frame), ROWS_AT_A_TIME):
        yield from frame.iloc[start : start + ROWS_AT_A_TIME].itertuples(index=False)


def content_id(prefix: str, *fields: str, size: int = 8) -> str:
    """Make an id from what a thing is, not from where it stands: same fields, same id, any day.

    Args:
        prefix: one letter, such as `S`.
        fields: what tells the thing apart.
        size: bytes of the hash; 8 keeps a million ids apart (probability of a clash below 1e-7).
    """
    digest = hashlib.blake2b("\x1f".join(fields).encode("utf-8", "surrogatepass"), digest_size=size)
    return f"{prefix}-{digest.hexdigest()}"


def check(frame: "pd.DataFrame", table: Table, *, made_by: str) -> "pd.DataFrame":
    """Check a frame against its table and return it.

    Raises:
        ContractError: with every fault at once: missing or unknown columns, nulls, values out of range,
            doubled keys. Faults name rows by number, never by text, which may be personal.
    """
    faults = _column_faults(frame, table)
    if not faults:
        faults = [fault for column in table.columns for fault in _value_faults(frame, column)]
        doubled = frame.duplicated(list(table.key))
        if doubled.any():
            faults.append(f"key {', '.join(table.key)}: {_where(doubled)} doubled")
    if faults:
        lines = "\n".join(f"  {fault}" for fault in faults)
        raise ContractError(
            f"Table '{table.name}', made by '{made_by}', does not meet its contract:\n{lines}",
            hint="the contract is in pipeline/tables.py; if a file was edited by hand, run `opdenk run --force`.",
        )
    return frame


def _column_faults(frame: "pd.DataFrame", table: Table) -> list[str]:
    found, expected = list(frame.columns), table.column_names
    faults = [f"column '{name}' is missing" for name in expected if name not in found]
    return faults + [f"column '{name}' is unknown" for name in found if name not in expected]


def _value_faults(frame: "pd.DataFrame", column: Column) -> list[str]:
    values = frame[column.name]
    if values.dtype != _DTYPES[column.kind]:
        return [f"column '{column.name}' has type {values.dtype}, expected {_DTYPES[column.kind]}"]
    tests = []
    if not column.nullable:
        tests.append((values.isna(), "empty"))
    present = values.dropna()
    if column.low is not None:
        tests.append((present < column.low, f"below {column.low:g}"))
    if column.high is not None:
        tests.append((present > column.high, f"above {column.high:g}"))
    if column.one_of is not None:
        tests.append((~present.isin(column.one_of), f"not one of {', '.join(column.one_of)}"))
    return [f"column '{column.name}': {_where(test)} {what}" for test, what in tests if test.any()]


def _where(test: "pd.Series[bool]") -> str:
    first = int(test.to_numpy().argmax())
    return f"{int(test.sum())} of {len(test)} rows (first: row {first})"


_SEGMENT_COLUMNS = (
    Column("segment_id", "text", "S- and a hash of session, file, speaker and text, with a counter for repeats"),
    Column("document_id", "text", "the document it stands in"),
    Column("session_id", "text", "the session it stands in"),
    Column("position", "integer", "place in the document, from 0", low=0),
    Column("text", "text", "the repaired text that all spans point into"),
    Column("kind", "text", "what sort of piece it is", one_of=SEGMENT_KINDS),
    Column("level", "integer", "depth of a heading or bullet, from 1", nullable=True, low=1),
    Column("heading", "texts", "headings above it, outermost first"),
    Column("prompt", "text", "the question it answers, or the lead-in it completes", nullable=True),
    Column("speaker", "text", "who said it: a name before masking, a code such as P-03 after", nullable=True),
    Column("group", "text", "table, group or region it was said in", nullable=True),
    Column("votes", "integer", "votes that a poll row got", nullable=True, low=0),
    Column("page", "integer", "page in the file, from 1", nullable=True, low=1),
    Column(
        "line",
        "integer",
        "first line in the file, from 1; of a .docx the paragraph, of a .pdf the line on the page",
        nullable=True,
        low=1,
    ),
    Column("row", "integer", "record number: the sheet's own ID where it has one, else the row from 1", nullable=True),
    Column("time_s", "number", "start of the utterance in seconds", nullable=True, low=0),
    Column("is_dutch", "flag", "whether it reads as Dutch; what does not is left out of question finding"),
    Column("n_repairs", "integer", "text repairs made in it", low=0),
)

SESSIONS = Table(
    "sessions",
    "one session: a folder below the raw data",
    ("session_id",),
    (
        Column("session_id", "text", "name of the folder, made safe"),
        Column("title", "text", "title from session.yaml, or from the folder's name"),
        Column("held_on", "text", "ISO date, if known", nullable=True),
        Column("region", "text", "region, if session.yaml gives one", nullable=True),
    ),
)

DOCUMENTS = Table(
    "documents",
    "one input file",
    ("document_id",),
    (
        Column("document_id", "text", "D- and a hash of session and file name"),
        Column("session_id", "text", "the session it belongs to"),
        Column("file", "text", "path within the session folder, with names of people masked"),
        Column("format", "text", "file name ending, without the dot"),
        Column("sha256", "text", "hash of the file; of a sheet: of its sorted records", nullable=True),
        Column("n_bytes", "integer", "size of the file", low=0),
        Column("encoding", "text", "text encoding, for text files", nullable=True),
        Column("status", "text", "how reading went", one_of=DOCUMENT_STATUSES),
        Column("reason", "text", "why it was refused or ignored", nullable=True),
        Column("warnings", "texts", "what was repaired, skipped or guessed while reading"),
        Column("n_segments", "integer", "segments found in it", low=0),
        Column("n_repairs", "integer", "text repairs made in it", low=0),
    ),
)

RAW_DOCUMENTS = Table("raw_documents", DOCUMENTS.row, DOCUMENTS.key, DOCUMENTS.columns, private=True)
RAW_SESSIONS = Table("raw_sessions", SESSIONS.row, SESSIONS.key, SESSIONS.columns, private=True)
RAW_SEGMENTS = Table(
    "raw_segments", "one piece of a document, with names of people", ("segment_id",), _SEGMENT_COLUMNS, private=True
)
ROSTER = Table(
    "roster",
    "one name of a person that the input itself gives",
    ("name", "origin"),
    (
        Column("name", "text", "the name as it stands there"),
        Column("origin", "text", "speaker, file property, participant list, file name or session.yaml"),
    ),
    private=True,
)

SPEAKER_CODES = Table(
    "speaker_codes",
    "the code of one person; kept in a file of its own that only its owner can read, or not at all",
    ("name",),
    (
        Column("name", "text", "the name, in the spelling that others are folded into"),
        Column("code", "text", "P- and a number of two digits or more, never used for another"),
    ),
    private=True,
)

SEGMENTS = Table(
    "segments", "the smallest piece of a document with a place of its own", ("segment_id",), _SEGMENT_COLUMNS
)

SENTENCES = Table(
    "sentences",
    "one sentence of a segment",
    ("segment_id", "start"),
    (
        Column("segment_id", "text", "the segment it stands in"),
        Column("start", "integer", "first code point in segments.text", low=0),
        Column("end", "integer", "one past its last code point", low=1),
        Column("n_tokens", "integer", "tokens that are no white space", low=0),
    ),
)

QUESTIONS = Table(
    "questions",
    "one question or concern",
    ("question_id",),
    (
        Column("question_id", "text", "Q- and a hash of its segment's origin and its text, with a counter for repeats"),
        Column("segment_id", "text", "the segment it stands in"),
        Column("document_id", "text", "the document it stands in"),
        Column("session_id", "text", "the session it stands in"),
        Column("start", "integer", "first code point in segments.text", low=0),
        Column("end", "integer", "one past its last code point", low=1),
        Column("text", "text", "segments.text[start:end]"),
        Column("form", "text", "asked, embedded, or a need, worry, lack or obstacle put as a statement", one_of=FORMS),
        Column("cue", "text", "name of the construction or cue that found it"),
        Column("score", "number", "probability that a reader would call it a question or concern", low=0, high=1),
        Column("depends_on", "text", "the question without which it cannot be read", nullable=True),
        Column("context", "text", "lead-in, question put or heading that makes it readable by itself", nullable=True),
        Column("lemmas", "texts", "lemmas of its content words, in order, lower case"),
        Column("chunks", "texts", "its noun chunks as written, without determiners and pronouns"),
    ),
)

THEMES = Table(
    "themes",
    "one cluster of questions that are about the same thing",
    ("theme_id",),
    (
        Column("theme_id", "text", "T- and 8 hex digits, kept from run to run"),
        Column("label", "text", "short Dutch name"),
        Column("question_id", "text", "the canonical question: most central, readable by itself"),
        Column("question", "text", "its text, as it reads by itself"),
        Column("keywords", "texts", "terms that set it apart (c-TF-IDF), most telling first"),
        Column("n_questions", "integer", "questions in it", low=1),
        Column("coherence", "number", "mean cosine similarity of its questions to their mean", low=-1, high=1),
        Column("jaccard", "number", "stability: mean bootstrap Jaccard", nullable=True, low=0, high=1),
        Column("verdict", "text", "stability in a word", one_of=("robust", "moderate", "fragile", "exploratory")),
        Column("status", "text", "what became of it since the previous run", one_of=STATUSES),
        Column("parents", "texts", "ids of the previous run's themes it was merged or split from"),
        Column("reviewed", "texts", "what of it people decided: label, questions"),
        Column("centroid", "numbers", "mean vector of its questions, length 1"),
        Column("x", "number", "place on the map, left to right", low=-1, high=1),
        Column("y", "number", "place on the map, bottom to top", low=-1, high=1),
    ),
)

QUESTION_THEMES = Table(
    "question_themes",
    "the theme of one question",
    ("question_id",),
    (
        Column("question_id", "text", "the question"),
        Column("theme_id", "text", "its theme; null if it stands alone", nullable=True),
        Column("representativeness", "number", "cosine similarity to the theme's mean", nullable=True, low=-1, high=1),
        Column("duplicate_of", "text", "an earlier question that says the same", nullable=True),
        Column("reason", "text", "why it has no theme", nullable=True),
        Column("is_reviewed", "flag", "whether people put it there"),
    ),
)

GONE_THEMES = Table(
    "gone_themes",
    "one theme of the previous run that has no successor",
    ("theme_id",),
    (
        Column("theme_id", "text", "its id, never used again"),
        Column("label", "text", "its last name"),
        Column("n_questions", "integer", "questions it had", low=0),
    ),
)

_LINEAGE_COLUMNS = (
    Column("theme_id", "text", "its id"),
    Column("label", "text", "its name"),
    Column("question_ids", "texts", "its questions"),
    Column("centroid", "numbers", "mean vector of its questions, length 1"),
    Column("is_gone", "flag", "left without successor, now or in an earlier run: its id stays taken"),
)

FOUND_THEMES = Table(
    "found_themes", "one theme as it was found, before people corrected anything", ("theme_id",), _LINEAGE_COLUMNS
)

PREVIOUS_THEMES = Table(
    "previous_themes", "one theme as the last run on other input found it", ("theme_id",), _LINEAGE_COLUMNS
)

MATCHES = Table(
    "matches",
    "a category that fits one question or theme",
    ("item_id", "category"),
    (
        Column("item_id", "text", "question_id or theme_id"),
        Column("category", "text", "id of a taxonomy category, or other"),
        Column("score", "number", "calibrated probability that the category fits", low=0, high=1),
        Column("is_primary", "flag", "whether it is the item's one main category"),
        Column("why", "texts", "cue terms, examples or rules that spoke for it, strongest first"),
    ),
)

EMERGING = Table(
    "emerging",
    "themes that fit no category but belong together",
    ("label",),
    (
        Column("label", "text", "short Dutch name"),
        Column("theme_ids", "texts", "the themes"),
        Column("why", "text", "why they are listed"),
    ),
)

ISSUES = Table(
    "issues",
    "one theme with its urgency and rank",
    ("rank", "theme_id"),
    (
        Column("theme_id", "text", "the theme"),
        Column("rank", "integer", "1 is most urgent; equal scores share a rank", low=1),
        Column("score", "number", "urgency: weighted sum of the components", low=0, high=1),
        Column("score_low", "number", "lower end of the bootstrap interval", low=0, high=1),
        Column("score_high", "number", "upper end of the bootstrap interval", low=0, high=1),
        Column("rank_low", "integer", "best rank within the interval", low=1),
        Column("rank_high", "integer", "worst rank within the interval", low=1),
        Column("probability_top5", "number", "share of bootstrap rankings that put it in the top five", low=0, high=1),
        *(Column(name, "number", f"component {name}", low=0, high=1) for name in COMPONENTS),
        Column("severity", "number", "strongest wording in it, voices apart", low=0, high=1),
        Column("is_rare_but_severe", "flag", "one or two voices, strong and dated wording"),
        Column("is_shared", "flag", "raised in more than one session or region"),
        Column("n_questions", "integer", "questions in it", low=1),
        Column("n_voices", "integer", "different voices: speakers, else groups, else documents", low=1),
        Column("n_documents", "integer", "documents it occurs in", low=1),
        Column("n_sessions", "integer", "sessions it occurs in", low=1),
    ),
)

SIGNALS = Table(
    "signals",
    "one passage that speaks for the urgency of a theme",
    ("theme_id", "component", "segment_id", "start"),
    (
        Column("theme_id", "text", "the theme it speaks for"),
        Column("component", "text", "the component it counts for", one_of=(*COMPONENTS, "severity")),
        Column("segment_id", "text", "the segment it stands in"),
        Column("start", "integer", "first code point in segments.text", low=0),
        Column("end", "integer", "one past its last code point", low=1),
        Column("strength", "number", "how strongly it speaks", low=0, high=1),
        Column("cue", "text", "the cue that was found, or the votes"),
    ),
)

SENSITIVITY = Table(
    "sensitivity",
    "the ranking with one weight changed",
    ("component", "factor"),
    (
        Column("component", "text", "the component whose weight was changed", one_of=COMPONENTS),
        Column("factor", "number", "what its weight was multiplied by", low=0),
        Column("kendall_tau", "number", "agreement with the ranking as it is", low=-1, high=1),
        Column("top5", "texts", "theme ids of the five most urgent then"),
        Column("n_top5_kept", "integer", "how many of the five are the same", low=0, high=5),
    ),
)
