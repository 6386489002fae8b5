"""Measure a run against questions that people labelled.

Gold questions are lines of JSON with at least `text` and `form`, and as far as they are known `category`,
`acceptable`, `theme`, `urgency`, `session` and `document`. Beside them may lie `gold_segments.jsonl`,
`gold_duplicates.jsonl`, `gold_ranking.json` and `near_misses.jsonl`.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.errors import InputError
from pipeline.tables import FORMS, rows

MIN_OVERLAP = 0.6  # word F1 from which a found question counts as the labelled one
MARK = "[naam]"  # what stands for a name in masked text
TOP = 10  # issues that nDCG looks at
QUESTIONS_FILE = "gold_questions.jsonl"

Record = dict[str, Any]
Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Gold:
    """What people labelled; parts that were not labelled are empty."""

    questions: list[Record]
    segments: list[Record] = field(default_factory=list)
    duplicates: list[Record] = field(default_factory=list)
    near_misses: list[Record] = field(default_factory=list)
    ranking: list[Record] = field(default_factory=list)


@dataclass(frozen=True)
class Score:
    """Precision, recall and their harmonic mean, each in [0, 1]."""

    precision: float
    recall: float
    n_gold: int
    n_found: int

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def load_gold(path: Path) -> Gold:
    """Read gold labels from a file of questions, or from a folder that holds one.

    Raises:
        InputError: there are none, or a line is no JSON or lacks a text or form.
    """
    folder = path if path.is_dir() else path.parent
    questions = _lines(path / QUESTIONS_FILE if path.is_dir() else path)
    for number, question in enumerate(questions, 1):
        if not question.get("text") or question.get("form") not in FORMS:
            message = f"{path}, line {number}: a gold question needs `text` and a `form` of {', '.join(FORMS)}."
            raise InputError(message, hint="see pipeline/evaluate.py for the form of gold labels.")
    if not path.is_dir():
        return Gold(questions)
    ranking = folder / "gold_ranking.json"
    return Gold(
        questions,
        segments=_lines_if_there(folder / "gold_segments.jsonl"),
        duplicates=_lines_if_there(folder / "gold_duplicates.jsonl"),
        near_misses=_lines_if_there(folder / "near_misses.jsonl"),
        ranking=json.loads(ranking.read_text(encoding="utf-8"))["ranking"] if ranking.exists() else [],
    )


def _lines_if_there(path: Path) -> list[Record]:
    return _lines(path) if path.exists() else []


def _lines(path: Path) -> list[Record]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise InputError(f"{path} cannot be read as gold labels.", hint="give a .jsonl file or a folder.") from None
    found = []
    for number, line in enumerate(lines, 1):
        try:
            record = json.loads(line) if line.strip() else None
        except json.JSONDecodeError as error:
            raise InputError(f"{path}, line {number}: no JSON ({error.msg}).", hint="one object a line.") from None
        if record is not None:
            found.append(record)
    return found


def evaluate(tables: Tables, gold: Gold) -> dict[str, Any]:
    """Measure every stage that the gold labels speak of.

    Args:
        tables: the tables of a run, by name.
        gold: what people labelled.

    Returns:
        Per subject (`segments`, `questions`, `categories`, `themes`, `ranking`) its figures by name. Categories
        and themes are measured over the gold questions that were found; `coverage` says how many that is.
    """
    pairs = pair(tables, gold)
    figures: dict[str, Any] = {}
    if gold.segments:
        figures["segments"] = _segments(tables["segments"], gold)
    figures["questions"] = _questions(tables, gold, pairs)
    if any("category" in question for question in gold.questions):
        figures["categories"] = _categories(tables["matches"], gold, pairs)
    if any("theme" in question for question in gold.questions):
        figures["themes"] = _themes(tables, gold, pairs)
    if gold.ranking or any("urgency" in question for question in gold.questions):
        figures["ranking"] = _ranking(tables, gold, pairs)
    return figures


def pair(tables: Tables, gold: Gold) -> dict[int, str]:
    """Pair gold questions with found ones, each at most once, so that the summed word overlap is largest.

    Where people wrote a question out with the lead-in that completes it, a found one is read behind its `context`.

    Returns:
        Place in `gold.questions` -> question_id, for pairs whose word F1 is at least `MIN_OVERLAP`.
    """
    from scipy.optimize import linear_sum_assignment

    found = list(rows(tables["questions"]))
    files = tables["documents"].set_index("document_id")["file"].to_dict()
    overlap = np.zeros((len(gold.questions), len(found)))
    bags = [(_bag(row.text), _bag(f"{row.context or ''} {row.text}")) for row in found]
    for place, question in enumerate(gold.questions):
        wanted = _bag(question["text"])
        for column, row in enumerate(found):
            if _same_document(question, row.session_id, files.get(row.document_id, "")):
                readings = bags[column][: 1 + (row.text in question["text"])]
                overlap[place, column] = max(_word_f1(wanted, reading) for reading in readings)
    overlap[overlap < MIN_OVERLAP] = 0
    lefts, rights = linear_sum_assignment(overlap, maximize=True)
    chosen = zip(lefts.tolist(), rights.tolist(), strict=True)
    return {left: found[right].question_id for left, right in chosen if overlap[left, right] > 0}


def _same_document(question: Record, session_id: str, file: str) -> bool:
    session, document = question.get("session"), question.get("document")
    return (session is None or session == session_id) and (document is None or document == file)


def _bag(text: str) -> dict[str, int]:
    words = re.findall(r"\w+", text.lower())
    return {word: words.count(word) for word in words}


def _word_f1(left: dict[str, int], right: dict[str, int]) -> float:
    shared = sum(min(number, right.get(word, 0)) for word, number in left.items())
    total = sum(left.values()) + sum(right.values())
    return 2 * shared / total if total else 0.0


def _segments(segments: pd.DataFrame, gold: Gold) -> dict[str, float]:
    ours: dict[str, list[str]] = {}
    for row in rows(segments):
        ours.setdefault(_plain(row.text), []).append(" / ".join(map(_plain, row.heading)))
    masked = [text for text in ours if MARK in text]
    right, placed = [], []
    for segment in gold.segments:
        text, heading = _plain(segment["text"]), _heading(segment)
        same = [text] if text in ours else [other for other in masked if _is_masked(other, text)]
        paths = [path for other in same for path in ours[other]]
        right.append(bool(same))
        placed.append(any(not heading or heading in path or _is_masked(path, heading) for path in paths))
    return {"n": len(right), "text_right": float(np.mean(right)), "text_and_heading_right": float(np.mean(placed))}


def _is_masked(masked: str, text: str) -> bool:
    """Whether this is a text with marks for the names in it."""
    return re.fullmatch(re.escape(masked).replace(re.escape(MARK), ".+"), text) is not None


def _heading(segment: Record) -> str:
    """The innermost heading that a gold segment stands under; empty for headings themselves and before any."""
    if segment.get("kind") == "heading" or "zonder kop" in str((segment.get("section") or {}).get("title")):
        return ""
    return _plain(segment.get("subheading") or (segment.get("section") or {}).get("title") or "")


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\xa0", " ")).strip()


def _questions(tables: Tables, gold: Gold, pairs: dict[int, str]) -> dict[str, Score]:
    excused = [_bag(record["text"]) for record in gold.near_misses]
    matched = set(pairs.values())
    counted = [
        row
        for row in rows(tables["questions"])
        if row.question_id in matched or not any(_word_f1(_bag(row.text), bag) >= MIN_OVERLAP for bag in excused)
    ]
    scores = {}
    for form in ("all", *FORMS):
        wanted = [place for place, q in enumerate(gold.questions) if form in ("all", q["form"])]
        found = [row for row in counted if form in ("all", row.form)]
        scores[form] = Score(
            precision=_share(row.question_id in matched for row in found),
            recall=_share(place in pairs for place in wanted),
            n_gold=len(wanted),
            n_found=len(found),
        )
    return scores


def _categories(matches: pd.DataFrame, gold: Gold, pairs: dict[int, str]) -> dict[str, Any]:
    from sklearn.metrics import confusion_matrix, f1_score

    primary = matches[matches["is_primary"]].set_index("item_id")["category"].to_dict()
    labelled = [
        (q, primary[pairs[place]]) for place, q in enumerate(gold.questions) if place in pairs and "category" in q
    ]
    true = [question["category"] for question, _ in labelled]
    ours = [category for _, category in labelled]
    lenient = [
        question["category"] if category in question.get("acceptable", ()) else category
        for question, category in labelled
    ]
    names = sorted(set(true) | set(ours))
    return {
        "coverage": len(labelled) / max(len(gold.questions), 1),
        "accuracy": _share(a == b for a, b in zip(true, ours, strict=True)),
        "macro_f1": float(f1_score(true, ours, labels=sorted(set(true)), average="macro", zero_division=0)),
        "accuracy_lenient": _share(a == b for a, b in zip(true, lenient, strict=True)),
        "macro_f1_lenient": float(f1_score(true, lenient, labels=sorted(set(true)), average="macro", zero_division=0)),
        "confusion": pd.DataFrame(confusion_matrix(true, ours, labels=names), index=names, columns=names),
    }


def _themes(tables: Tables, gold: Gold, pairs: dict[int, str]) -> dict[str, float]:
    from sklearn.metrics import adjusted_rand_score, v_measure_score

    themes = _theme_of(tables)
    labelled = [
        (q["theme"], themes[pairs[place]]) for place, q in enumerate(gold.questions) if place in pairs and "theme" in q
    ]
    true, ours = [theme for theme, _ in labelled], [theme for _, theme in labelled]
    places = {question.get("id"): place for place, question in enumerate(gold.questions)}
    same = [
        themes[pairs[places[pair["a"]]]] == themes[pairs[places[pair["b"]]]]
        for pair in gold.duplicates
        if pair.get("grade") == "dup" and places.get(pair["a"]) in pairs and places.get(pair["b"]) in pairs
    ]
    figures = {
        "coverage": len(labelled) / max(len(gold.questions), 1),
        "n_gold": len(set(true)),
        "n_found": len(set(ours)),
        "v_measure": float(v_measure_score(true, ours)),
        "ari": float(adjusted_rand_score(true, ours)),
    }
    return figures | ({"duplicates_together": sum(same), "duplicates": len(same)} if gold.duplicates else {})


def _theme_of(tables: Tables) -> dict[str, str]:
    """Theme per question; a question without one is a theme of its own."""
    return {
        row.question_id: row.question_id if pd.isna(row.theme_id) else row.theme_id
        for row in rows(tables["question_themes"])
    }


def _ranking(tables: Tables, gold: Gold, pairs: dict[int, str]) -> dict[str, Any]:
    issues = tables["issues"].sort_values(["rank", "theme_id"])
    rank = dict(zip(issues["theme_id"], issues["rank"].tolist(), strict=True))
    themes = _theme_of(tables)
    urgencies: dict[str, list[float]] = {}
    for place, question in enumerate(gold.questions):
        if place in pairs and "urgency" in question:
            urgencies.setdefault(themes[pairs[place]], []).append(float(question["urgency"]))
    figures: dict[str, Any] = {}
    if urgencies:
        gains = [max(urgencies.get(theme, [0.0])) for theme in issues["theme_id"]]
        figures[f"ndcg_at_{TOP}"] = _ndcg(gains, TOP)
    places = {question.get("id"): place for place, question in enumerate(gold.questions)}
    for entry in gold.ranking:
        theme = _theme_named(entry, gold, pairs, themes, places)
        name = entry.get("exact") or entry.get("theme") or str(entry.get("rank"))
        figures[f"rank of gold {entry['rank']}: {name}"] = rank.get(theme) if theme is not None else None
    return figures


def _theme_named(
    entry: Record, gold: Gold, pairs: dict[int, str], themes: dict[str, str], places: dict[Any, int]
) -> str | None:
    """The theme that holds the gold question which names the issue, else most questions of its gold theme."""
    place = places.get(entry.get("question_id"))
    if place is not None and place in pairs:
        return themes[pairs[place]]
    names = entry.get("themes") or [entry.get("theme")]
    held = [
        themes[pairs[p]] for p, question in enumerate(gold.questions) if p in pairs and question.get("theme") in names
    ]
    return max(sorted(set(held)), key=held.count) if held else None


def _ndcg(gains: Sequence[float], top: int) -> float:
    """Normalised discounted cumulative gain (Järvelin & Kekäläinen 2002), gains as they are."""
    discounts = 1 / np.log2(np.arange(2, top + 2))
    best = np.sort(gains)[::-1][:top]
    ideal = float(best @ discounts[: len(best)])
    return float(np.asarray(gains[:top]) @ discounts[: len(gains[:top])]) / ideal if ideal else 0.0


def _share(values: Any) -> float:  # noqa: ANN401  # any iterable of truths
    values = list(values)
    return sum(values) / len(values) if values else 0.0
