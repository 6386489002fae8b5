"""From scored clauses to the passages that are questions and concerns: how many, from where to where, found by what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.text.clauses import COORDINATORS
from pipeline.text.reading import Reading
from pipeline.text.scorer import FORMS
from pipeline.text.word_order import BREAKS

MIN_BESIDE = 0.6  # score from which a passage of another form stands as an item of its own beside a stronger one
MAX_LABEL = 4  # words of a label that is left out of the passage: "Team Noord, knelpunt:"
MAX_GREETING = 3  # words of a stretch without a verb that is left out in front
OPENING_ROLES = ("open", "known", "settle", "hard")  # of cues that make a label part of the question behind it

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Item:
    """A question or concern in a sentence.

    Args:
        start: place of its first word in the sentence.
        end: one past its last word.
        form: `direct`, `indirect` or `concern`.
        cue: name of the construction or cue that found it.
        score: how likely a reader would call it a question or concern.
        clause: the clause that scores highest in it.
    """

    start: int
    end: int
    form: str
    cue: str
    score: float
    clause: int


@dataclass(frozen=True, slots=True)
class _Run:
    """Clauses that belong to one item."""

    first: int
    last: int
    best: int
    form: str
    score: float


def find_items(readings: Sequence[Reading], scores: FloatArray, min_score: float) -> list[Item]:
    """Find the questions and concerns of a sentence, from left to right.

    Args:
        readings: its clauses.
        scores: float64 array of shape (n_clauses, n_forms).
        min_score: score from which a clause counts.
    """
    runs = _absorb(list(_runs(readings, scores, min_score)))
    items = []
    for run in runs:
        first, last = _reach(readings, scores, run) if len(runs) == 1 else (run.first, run.last)
        start, end = _trim(readings, first, last)
        cue = name_cue(readings[run.best], run.form)
        items.append(Item(start, end, run.form, cue, run.score, run.best))
    return items


def _runs(readings: Sequence[Reading], scores: FloatArray, min_score: float) -> Iterator[_Run]:
    run: _Run | None = None
    for number, row in enumerate(scores):
        form, score = _form(row, readings[number], min_score)
        if score < min_score:
            continue
        goes_on = run is not None and run.form == form and _goes_on(readings, run, number)
        if run is not None and goes_on:
            best = number if score > run.score else run.best
            run = _Run(run.first, number, best, form, max(score, run.score))
            continue
        if run is not None:
            yield run
        run = _Run(number, number, number, form, score)
    if run is not None:
        yield run


def _form(row: FloatArray, reading: Reading, min_score: float) -> tuple[str, float]:
    """The form of a clause; a question that is left open carries the clause, unless the clause itself asks."""
    direct, indirect = FORMS.index("direct"), FORMS.index("indirect")
    asks = reading.has_mark and row[direct] > row[indirect]
    is_open = reading.left_open is not None and row[indirect] >= min_score and not asks
    column = indirect if is_open else int(row.argmax())
    return FORMS[column], float(row[column])


def _goes_on(readings: Sequence[Reading], run: _Run, number: int) -> bool:
    """Whether a clause belongs to the item before it: several clauses of a question up to its mark are one."""
    is_apart = any("?" in reading.words.lower for reading in readings[run.last : number])
    return not is_apart and (run.last == number - 1 or run.form == "direct")


def _absorb(runs: list[_Run]) -> list[_Run]:
    """Let a run take up a weak neighbour of another form: "Wanneer komen de cijfers, we wachten al weken"."""
    kept: list[_Run] = []
    for run in runs:
        before = kept[-1] if kept else None
        touches = before is not None and before.last == run.first - 1 and before.form != run.form
        if before is None or not touches or min(before.score, run.score) >= MIN_BESIDE:
            kept.append(run)
            continue
        strong = before if before.score >= run.score else run
        kept[-1] = _Run(before.first, run.last, strong.best, strong.form, strong.score)
    return kept


def _reach(readings: Sequence[Reading], scores: FloatArray, run: _Run) -> tuple[int, int]:
    """How far the only item of a sentence reaches: over all of it, but for what stands apart in front or behind."""
    first, last = 0, len(readings) - 1
    for number in range(run.first):
        follower = readings[number + 1].words.lower[0]
        greets = readings[number].clause.kind == "fragment" and len(readings[number].words) <= MAX_GREETING
        if (
            follower in ("maar", "terwijl", "alleen", "dus")
            or greets
            or readings[number].has("satisfied", "small_talk")
        ):
            first = number + 1
    for number in range(run.last, len(readings) - 1):
        if "?" in readings[number].words.lower:
            return first, number
    return first, last


def _trim(readings: Sequence[Reading], first: int, last: int) -> tuple[int, int]:
    start, end = readings[first].clause.start, readings[last].clause.end
    words = [word for reading in readings for word in reading.words.lower]
    if start > 0:
        while start < end - 1 and (words[start] in COORDINATORS or words[start] in BREAKS):
            start += 1
    if _has_row_label(readings[first]):
        start = readings[first].clause.opening
    while end > start + 1 and words[end - 1] in ",;:–—-":
        end -= 1
    return start, end


def _has_row_label(reading: Reading) -> bool:
    before = range(reading.opening)
    colon = next((place for place in before if reading.words.lower[place] == ":"), None)
    if colon is None or colon > MAX_LABEL or any(reading.words.tags[place] == "PROPN" for place in range(colon)):
        return False
    return not any(hit.role in OPENING_ROLES for hit in reading.hits if hit.start < colon)


def name_cue(reading: Reading, form: str) -> str:
    """Name what found a clause, such as `wh_question`, `embedded:onduidelijk` or `concern:lack`."""
    if form == "direct":
        return (
            reading.clause.kind if reading.clause.is_question else "question_mark" if reading.has_mark else "cut_short"
        )
    if form == "indirect":
        embedded = reading.left_open or reading.embedded[0]
        return f"embedded:{embedded.cue}" if embedded.cue else "embedded"
    hits = [hit for hit in reading.hits if hit.role == "concern" and not hit.negated]
    return f"concern:{hits[0].group}" if hits else "concern"
