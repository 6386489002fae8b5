"""Find the questions people ask and the concerns they raise, also where nobody puts a question mark."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.config import Cues, ExtractSettings
from pipeline.readings import STANDALONE, Sentence, read_segments
from pipeline.tables import QUESTIONS, content_id
from pipeline.text.features import can_be
from pipeline.text.followups import follow_up_features
from pipeline.text.items import Item, find_items
from pipeline.text.phrases import content_lemmas, noun_chunks
from pipeline.text.scorer import FORMS, Scorer
from pipeline.text.words import Words

NEARLY = 0.5  # share of `min_score` from which what was not found is shown as a near miss
MOST_URGENT_SCORE = 0.9  # of a thing that a statement names as most urgent: seldom wrong, too rare to be learnt
ASKED_SCORE = 0.6  # at least, of a clause with the order of a question and a mark, which is about some matter
SAID_SCORE = 0.6  # at least, of a statement with plain words of worry
PLAINLY_SAID = frozenset({"plain_concern", "cue:unmistakable+", "no_mark"})
ANSWERED = frozenset({"subordinate&prompt=concern", "words:< dat"})  # "Dat het te laat komt", asked for a worry
OTHERWISE_SAID = frozenset({"past", "embedded"})
NO_MATTER = (  # cues of questions about the meeting itself, or that nobody has to answer
    "meeting_ask",
    "meeting_thing",
    "meeting_act",
    "room",
    "by_the_way",
    "small_talk",
    "schedule",
    "rhetorical",
    "prompt",
)
HERE_AND_NOW = ("here_now", "request")  # cues of what is asked of those present, now
QUOTES = ('"', "“", "”", "„", "«", "»")
MAX_SENTENCES_BACK = 4  # within which the question stands that a follow-up leans on
SHORT = 4  # words up to which a question gets the heading above it as context
EXPLAINED = ["segment_id", "start", "end", "text", "verdict", "form", "cue", "score", "why"]

FloatArray = npt.NDArray[np.float64]
Row = dict[str, Any]


def extract(
    segments: pd.DataFrame,
    sentences: pd.DataFrame,
    docs: Mapping[str, Any],
    settings: ExtractSettings,
    *,
    cues: Cues,
    scorer: Scorer,
) -> pd.DataFrame:
    """Find questions and concerns, such as "When?", "I wonder when" and "Nobody has told us a date".

    Args:
        segments: table SEGMENTS; their text is where the spans point.
        sentences: table SENTENCES, in any order.
        docs: per segment_id of a Dutch segment, the spaCy Doc that `tokenise` made.
        settings: `min_score` in [0, 1]; what scores lower is left out.
        cues: Dutch cue words and constructions.
        scorer: weighs what was found in a clause.

    Returns:
        Table QUESTIONS, one row a question or concern. Empty if nobody raises anything. Headings, lead-ins and the
        questions put to people are no questions of theirs.
    """
    read = read_segments(segments, sentences, docs, cues)
    return QUESTIONS.frame(list(_questions(read, score_sentences(read, scorer), settings, scorer)))


def explain(
    segments: pd.DataFrame,
    sentences: pd.DataFrame,
    docs: Mapping[str, Any],
    settings: ExtractSettings,
    *,
    cues: Cues,
    scorer: Scorer,
) -> pd.DataFrame:
    """Say sentence by sentence what was found and why, and what nearly was.

    Args:
        segments: table SEGMENTS.
        sentences: table SENTENCES.
        docs: per segment_id, its spaCy Doc.
        settings: `min_score` in [0, 1].
        cues: Dutch cue words and constructions.
        scorer: weighs what was found in a clause.

    Returns:
        A row per sentence, in reading order: `segment_id`, `start`, `end`, `text`, `verdict` (`found`, `nearly`, `no`
        or `skipped`), `form` and `cue` (empty if nothing comes near), `score`, and `why`: what weighed most in its
        best clause, or why it was skipped.
    """
    read = read_segments(segments, sentences, docs, cues)
    scored = zip(read, score_sentences(read, scorer), strict=True)
    return pd.DataFrame(
        [_explain(sentence, scores, settings, scorer) for sentence, scores in scored], columns=EXPLAINED
    )


def score_sentences(read: Sequence[Sentence], scorer: Scorer) -> list[FloatArray]:
    """Score the clauses of sentences, all in one go.

    Returns:
        Per sentence a float64 array of shape (n_clauses, n_forms), forms in the order of `FORMS`.
    """
    clauses = [reading for sentence in read for reading in sentence.readings]
    scores = scorer.score(
        [" ".join(clause.words.lower) for clause in clauses],
        [features for sentence in read for features in sentence.features],
        [[can_be(form, clause) for form in FORMS] for clause in clauses],
    )
    if clauses:
        scores = np.maximum(scores, [floor for sentence in read for floor in _floors(sentence)])
    ends = np.cumsum([len(sentence.readings) for sentence in read])
    return np.split(scores, ends[:-1]) if len(read) else []


def _floors(sentence: Sentence) -> Iterator[tuple[float, float, float]]:
    """The least score of each clause by form, where grammar and plain words leave no doubt."""
    context = sentence.context
    is_among_asides = bool(context.end and (context.before or context.after))
    matters = not is_among_asides and not any(reading.has(*NO_MATTER) for reading in sentence.readings)
    for reading, features in zip(sentence.readings, sentence.features, strict=True):
        kind = reading.clause.kind
        is_about = "verb_first&matters=0" not in features and not reading.has(*HERE_AND_NOW)
        has_order = kind == "wh_question" or (kind == "verb_first" and is_about)
        is_asked = matters and reading.has_mark and has_order
        is_plain = kind in ("statement", "fragment") and PLAINLY_SAID.issubset(features)
        is_said = (is_plain and not OTHERWISE_SAID.intersection(features)) or ANSWERED.issubset(features)
        yield ASKED_SCORE if is_asked else 0.0, 0.0, SAID_SCORE if is_said else 0.0


def _questions(
    read: Sequence[Sentence], scores: Sequence[FloatArray], settings: ExtractSettings, scorer: Scorer
) -> Iterator[Row]:
    seen: dict[tuple[str, str], int] = {}
    earlier: tuple[int, Row] | None = None
    for number, sentence in enumerate(read):
        for item, words in _items(sentence, scores[number], settings.min_score):
            row = _row(sentence, item, words, seen)
            if scorer.is_follow_up(follow_up_features(words, item.form)):
                before = read[number - 1] if number else None
                row |= _earlier(row, sentence, before, earlier, number)
            earlier = number, row
            yield row


def _items(sentence: Sentence, scores: FloatArray, min_score: float) -> Iterator[tuple[Item, Words]]:
    """The items of a sentence with their words; what it names as most urgent takes the place of its concerns."""
    for start, end in sentence.named:
        words = sentence.words.between(start, end)
        yield Item(0, len(words), "concern", "concern:most_urgent", MOST_URGENT_SCORE, 0), words
    for item in find_items(sentence.readings, scores, min_score):
        start, end = max(0, item.start - sentence.n_before), item.end - sentence.n_before
        if end > start and not (sentence.named and item.form == "concern"):
            yield item, sentence.words.part(start, end)


def _row(sentence: Sentence, item: Item, words: Words, seen: dict[tuple[str, str], int]) -> Row:
    segment, start = sentence.segment, words.starts[0]
    end = _past_closing_quote(segment.text, start, words.ends[-1])
    text = segment.text[start:end]
    seen[segment.segment_id, text] = count = seen.get((segment.segment_id, text), 0) + 1
    context = segment.prompt if isinstance(segment.prompt, str) else None
    if context is None and len(words) <= SHORT and len(segment.heading):
        context = segment.heading[-1]
    return {
        "question_id": content_id("Q", segment.segment_id, text, str(count)),
        "segment_id": segment.segment_id,
        "document_id": segment.document_id,
        "session_id": segment.session_id,
        "start": start,
        "end": end,
        "text": text,
        "form": item.form,
        "cue": item.cue,
        "score": item.score,
        "depends_on": None,
        "context": context,
        "lemmas": content_lemmas(words),
        "chunks": noun_chunks(words, segment.text),
    }


def _past_closing_quote(text: str, start: int, end: int) -> int:
    """Take in the quotation mark behind a span in which another one is left open."""
    is_open = sum(map(text[start:end].count, QUOTES)) % 2 == 1
    return end + (is_open and text[end : end + 1] in QUOTES)


def _earlier(
    row: Row, sentence: Sentence, before: Sentence | None, earlier: tuple[int, Row] | None, number: int
) -> Row:
    """What a follow-up leans on: the question before it, or else the sentence before it, where that is near."""
    stands_alone = sentence.segment.kind in STANDALONE
    found: Row = {}
    if earlier is not None and number - earlier[0] <= MAX_SENTENCES_BACK:
        _, question = earlier
        same_place = question["segment_id"] == row["segment_id"] or not stands_alone
        if same_place and question["document_id"] == row["document_id"]:
            found = {"depends_on": question["question_id"]}
    if before is not None and row["context"] is None and not before.reason and before.goes_with(sentence):
        found["context"] = before.text
    return found


def _explain(sentence: Sentence, scores: FloatArray, settings: ExtractSettings, scorer: Scorer) -> Row:
    row: Row = {
        "segment_id": sentence.segment.segment_id, "start": sentence.start, "end": sentence.end, "text": sentence.text,
        "form": "", "cue": "", "score": 0.0,
    }  # fmt: skip
    if sentence.reason:
        return row | {"verdict": "skipped", "why": sentence.reason}
    items = [item for item, _ in _items(sentence, scores, settings.min_score)]
    nearly = find_items(sentence.readings, scores, settings.min_score * NEARLY)
    best = max(items or nearly, key=lambda item: item.score, default=None)
    clause, column = divmod(int(scores.argmax()), len(FORMS))
    score = best.score if best is not None else float(scores.max())
    weights = scorer.forms[FORMS[column]].why(sentence.features[clause])
    return row | {
        "verdict": "found" if items else "nearly" if nearly else "no",
        "form": "+".join(item.form for item in items) if items else best.form if best else "",
        "cue": "+".join(item.cue for item in items) if items else best.cue if best else "",
        "score": score,
        "why": ", ".join(f"{name} {weight:+.1f}" for name, weight in weights),
    }
