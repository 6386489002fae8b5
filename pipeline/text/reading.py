"""Read one sentence: its clauses, and in each the cues and dependent questions."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.text.clauses import Clause, find_clauses
from pipeline.text.cues import CueFinder, Hit
from pipeline.text.embedded import LEFT_OPEN, Embedded, find_embedded
from pipeline.text.words import Words

CLOSERS = frozenset("\"”’')»")


@dataclass(frozen=True, slots=True)
class Reading:
    """One clause with what was found in it; places are counted from its first word.

    Args:
        words: the words of the clause.
        clause: its word order, with places in the sentence.
        hits: its cues, by place.
        embedded: its dependent questions, by place.
        has_mark: whether a question mark belongs to it.
        held: groups of the cues that are not denied.
    """

    words: Words
    clause: Clause
    hits: tuple[Hit, ...]
    embedded: tuple[Embedded, ...]
    has_mark: bool
    held: frozenset[str]

    def has(self, *groups: str) -> bool:
        """Whether a cue of one of these groups was found, not denied."""
        return not self.held.isdisjoint(groups)

    @property
    def opening(self) -> int:
        """Place of the first telling word."""
        return self.clause.opening - self.clause.start

    @property
    def verb(self) -> int:
        """Place of the finite verb that tells the word order; -1 if none does."""
        return self.clause.verb - self.clause.start if self.clause.verb >= 0 else -1

    @property
    def left_open(self) -> Embedded | None:
        """Its first dependent question that the rest leaves open."""
        return next((embedded for embedded in self.embedded if embedded.matrix in LEFT_OPEN), None)


def read_sentence(words: Words, finder: CueFinder) -> list[Reading]:
    """Read the clauses of a sentence, from left to right."""
    clauses = find_clauses(words)
    marked = _marked(words, clauses)
    readings = []
    for number, clause in enumerate(clauses):
        part = words.part(clause.start, clause.end)
        hits = finder.find(part)
        behind = clause.verb - clause.start + 1 if clause.kind == "wh_question" else 0
        embedded = find_embedded(part, hits, behind)
        held = frozenset(hit.group for hit in hits if not hit.negated)
        readings.append(Reading(part, clause, tuple(hits), tuple(embedded), number in marked, held))
    return readings


def _marked(words: Words, clauses: Sequence[Clause]) -> set[int]:
    """Which clauses a question mark belongs to: of those before it the last one that asks, or else the last one."""
    marked = set()
    first = 0
    for number, clause in enumerate(clauses):
        if ends_in_mark(words.part(clause.start, clause.end)):
            asking = [other for other in range(first, number + 1) if clauses[other].is_question]
            marked.add(asking[-1] if asking else number)
        if words.lower[clause.end - 1] in ".?!;":
            first = number + 1
    return marked


def ends_in_mark(words: Words) -> bool:
    """Whether words end in a question mark, closing quotes and brackets apart."""
    for word in reversed(words.lower):
        if word not in CLOSERS:
            return "?" in word
    return False
