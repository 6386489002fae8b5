"""Dependent questions ("... hoe we dat gaan doen") and whether what they depend on leaves them open."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.text.cues import NEGATIONS, Hit
from pipeline.text.word_order import skip_fillers
from pipeline.text.words import Words

Matrix = Literal["open", "denied", "pending", "hard", "none", "settled", "known"]

STRENGTH: tuple[Matrix, ...] = ("open", "denied", "pending", "hard", "settled", "known", "none")
PENDING = frozenset("moeten nog willen eerst gaan zullen te graag verder nader pas".split())
TAKES_UP = ("dat", "daar")  # how a main clause takes up the question before it: "hoe dat gaat, dat weet niemand"
RELATIVE_WORDS = ("wie", "wat", "waar")  # how words begin that refer to a noun as often as they ask
LEFT_OPEN = ("open", "denied", "pending", "hard")
LEAVING = ("open", "known", "settle", "hard")
OPENING_TAGS = ("PRON", "DET", "NOUN", "PROPN", "ADV", "NUM", "ADJ", "ADP")
CLIPPED = ("t", "'t", "k", "'k", "ie", "d'r")  # het, ik, hij, haar as people note them down; taggers know them badly
MAX_MATRIX = 14  # words between a cue and the question that depends on it
MAX_CLAUSE = 30  # words within which a dependent clause has its verb


@dataclass(frozen=True, slots=True)
class Embedded:
    """A dependent question.

    Args:
        start: its first word: `of`, or a question word.
        matrix: how the rest of the sentence leaves it: `open` (unclear, asked), `denied` (not known), `pending` (to be
            found out), `hard` (a difficulty), `settled` (found out), `known`, or `none` (says nothing about it).
        cue: the cue that tells, as written in the configuration; empty if none does.
        is_first: whether the question comes first and what it depends on behind it.
        negated: whether what it depends on is denied in any way.
        past: whether what it depends on is told of the past.
    """

    start: int
    matrix: Matrix
    cue: str
    is_first: bool
    negated: bool
    past: bool


def find_embedded(words: Words, hits: Sequence[Hit], start: int = 0) -> list[Embedded]:
    """Find the dependent questions of a clause, from left to right.

    Args:
        words: the words of the clause.
        hits: its cues.
        start: first word that can open one; behind the verb of a clause that is a question itself.
    """
    found = []
    for place in range(start, len(words)):
        if _opens(words, hits, place):
            embedded = _read(words, hits, place)
            if not _is_cleft(words, embedded):
                found.append(embedded)
    return found


def _opens(words: Words, hits: Sequence[Hit], place: int) -> bool:
    if words.lower[place] == "of":
        return _is_whether(words, hits, place)
    if not words.asks[place]:
        return False
    if not _has_verb(words, place + 1):
        return _ends(words, place) and any(hit.role in LEAVING for hit in hits if hit.end <= place)
    return not (words.lower[place].startswith(RELATIVE_WORDS) and _has_antecedent(words, hits, place))


def _has_antecedent(words: Words, hits: Sequence[Hit], place: int) -> bool:
    """Whether a word such as `waar` refers to a noun before it, and that noun asks nothing."""
    before = place - 1
    if before >= 1 and words.tags[before] == "ADP":
        before -= 1
    if before < 0 or place == 0:
        return False
    if words.lower[before] == ",":
        return words.lower[place] != "wie" and not any(hit.role in LEAVING for hit in hits if hit.end <= place)
    if words.lower[before] in ("dat", "alles", "iets", "niets", "niks", "dit", "datgene", "degene"):
        return True
    asks = any(hit.role in LEAVING for hit in hits if hit.start <= before < hit.end)
    return words.tags[before] in ("NOUN", "PROPN") and not asks and words.lower[place] != "wat"


def _is_cleft(words: Words, embedded: Embedded) -> bool:
    """Whether the clause names a thing and asks nothing: "wat schuurt is dat ..."."""
    if not embedded.is_first or not words.lower[embedded.start].startswith(RELATIVE_WORDS):
        return False
    end = _end_of_clause(words, embedded.start)
    if end >= len(words):
        return False
    if words.lemmas[end] == "zijn" and any(word == "dat" for word in words.lower[end + 1 : end + 4]):
        return True
    return embedded.matrix in ("none", "known") and (words.finite[end] or words.lower[end] == ",")


def _ends(words: Words, place: int) -> bool:
    """Whether nothing follows a word, as in "waarom is niet duidelijk, en ook niet hoe"."""
    return all(tag in ("PUNCT", "SPACE") for tag in words.tags[place + 1 :])


def _is_whether(words: Words, hits: Sequence[Hit], place: int) -> bool:
    """Whether `of` opens a clause ("of dat lukt") and does not join two of a kind ("rood of groen")."""
    following = place + 1
    if following >= len(words) - 1 or words.finite[following]:
        return False
    asked = any(hit.role in LEAVING for hit in hits if hit.start < place <= hit.end)  # "de vraag of water ..."
    alike = place > 0 and words.tags[place - 1] == words.tags[following]
    joins = words.tags[place] == "CCONJ" and alike and not asked
    opens_phrase = words.tags[following] in OPENING_TAGS or words.lower[following] in CLIPPED
    return not joins and opens_phrase and _has_verb(words, following)


def _has_verb(words: Words, start: int) -> bool:
    for place in range(start, min(start + MAX_CLAUSE, len(words))):
        if words.finite[place] or words.tags[place] in ("VERB", "AUX"):
            return True
        if words.lower[place] in ".?!;:":
            return False
    return False


def _read(words: Words, hits: Sequence[Hit], start: int) -> Embedded:
    before = start - skip_fillers(words, 0)
    is_first = before <= 0 or (before == 1 and words.tags[start - 1] == "ADP")
    low = _end_of_clause(words, start) if is_first else max(0, start - MAX_MATRIX)
    zone = range(low, len(words) if is_first else start)
    matrix, cue = _judge(words, hits, zone)
    if not is_first and matrix not in LEFT_OPEN:
        behind = _matrix_behind(words, start)
        found = _judge(words, hits, behind)
        if STRENGTH.index(found[0]) < STRENGTH.index(matrix):
            (matrix, cue), zone, is_first = found, behind, True
    return Embedded(
        start,
        matrix,
        cue,
        is_first,
        negated=any(words.lower[place] in NEGATIONS for place in zone),
        past=any("Tense=Past" in words.features[place] for place in zone),
    )


def _matrix_behind(words: Words, start: int) -> range:
    """The words behind a dependent clause that it depends on: "... hoe laat hoor je pas in juli"."""
    end = _end_of_clause(words, start)
    for place in range(end, len(words) - 1):
        takes_up = words.lower[place] in TAKES_UP and words.finite[place + 1]
        if takes_up or (place == end and words.finite[place]):
            return range(place, len(words))
    return range(0)


def _end_of_clause(words: Words, start: int) -> int:
    """One past the verbs of a dependent clause that comes first."""
    for place in range(start + 1, len(words)):
        if words.finite[place]:
            following = place + 1
            if following < len(words) and words.tags[following] in ("VERB", "AUX") and not words.finite[following]:
                following += 1
            return following
    return len(words)


def _judge(words: Words, hits: Sequence[Hit], zone: Sequence[int]) -> tuple[Matrix, str]:
    found: tuple[Matrix, str] = ("none", "")
    for hit in hits:
        inside = hit.start in zone or hit.end - 1 in zone
        if hit.role not in LEAVING or not inside:
            continue
        status = _status(words, hit, zone)
        if STRENGTH.index(status) < STRENGTH.index(found[0]):
            found = (status, hit.cue)
    return found


def _status(words: Words, hit: Hit, zone: Sequence[int]) -> Matrix:
    if hit.role == "open":
        return "known" if hit.negated else "open"
    if hit.role == "hard":
        return "known" if hit.negated else "hard"
    if hit.role == "known":
        return "denied" if hit.negated else "known"
    is_under_way = words.lower[max(0, hit.start - 2) : hit.start] == ("aan", "het")
    pending = is_under_way or any(words.lemmas[place] in PENDING for place in zone)
    has_verb = any(words.finite[place] for place in zone)
    return "pending" if pending or hit.negated or not has_verb else "settled"
