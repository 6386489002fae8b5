"""Find the terms of a codebook in many texts at once."""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_matrix, csr_matrix

MIN_START = 5  # letters from which a term is found at the start of a longer word: inflections, compounds
MIN_INSIDE = 7  # letters from which it is found anywhere in one; shorter ones mean other things there
ANYWHERE = "*"  # before a term: found anywhere in a word, however short
MAX_GAP = 1  # words that may stand between two words of one term
MIN_MAIN = 12  # characters; a clause that opens earlier opens the sentence, which has no main part before it
BREAK = ""  # no word: between two lists of words that do not run on

# words that open a clause of circumstance or a relative clause: what is asked about stands before them
_SUBORDINATE = re.compile(
    r"\b(?:als|wanneer|nu|omdat|zodat|terwijl|doordat|zodra|waardoor|tenzij|hoewel|die|dat|waarin|waarbij)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_EDGE = "\n"  # before and after each word; never part of one
_PART = re.compile(r"\*?[^\W\d_]+(?:['’-][^\W\d_]+)*")

Rows = npt.NDArray[np.int64]


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, with straight apostrophes; numbers and marks are left out."""
    return [word.replace("’", "'") for word in _WORD.findall(text.lower())]


def main_part(text: str) -> str:
    """The text up to its first subordinate clause; the whole if there is none."""
    found = _SUBORDINATE.search(text, MIN_MAIN)
    return text[: found.start()] if found else text


def parts_of(term: str) -> list[str]:
    """The words of a term, each with its `*` if it has one."""
    return [part.replace("’", "'") for part in _PART.findall(term.lower())]


def matches(part: str, word: str) -> bool:
    """Whether a word is what a part of a term says, or holds it (`bekostiging`: `bekostigingsvraag`)."""
    return _needle(part) in f"{_EDGE}{word}{_EDGE}"


def _needle(part: str) -> str:
    """What to look for between the edges of words."""
    if part.startswith(ANYWHERE) or len(part) >= MIN_INSIDE:
        return part.removeprefix(ANYWHERE)
    return f"{_EDGE}{part}" if len(part) >= MIN_START else f"{_EDGE}{part}{_EDGE}"


def find_terms(documents: Sequence[Sequence[str]], terms: Sequence[str]) -> csr_matrix:
    """Tell which document holds which term.

    Args:
        documents: words of each document, as `words_of` gives; lists joined by `BREAK` do not run on.
        terms: one word or several; several are found in their order, at most `MAX_GAP` words apart.

    Returns:
        float32 matrix of shape (n_documents, n_terms): 1 where the document holds the term, else 0.
    """
    split = [parts_of(term) for term in terms]
    parts = sorted({part for words in split for part in words})
    holding = _parts_held(documents, parts)
    place = {part: column for column, part in enumerate(parts)}
    found = [_rows_with(holding, [place[part] for part in words], words, documents) for words in split]
    ends = np.cumsum([0, *map(len, found)])
    rows = np.concatenate([*found, np.zeros(0, np.int64)])
    shape = (len(documents), len(terms))
    return csc_matrix((np.ones(len(rows), np.float32), rows, ends), shape).tocsr()


def count_words(documents: Sequence[Sequence[str]]) -> tuple[csr_matrix, list[str]]:
    """Count the words of documents.

    Returns:
        float32 matrix of shape (n_documents, n_words), and the words that its columns stand for.
    """
    vocabulary: dict[str, int] = {}
    columns = [vocabulary.setdefault(word, len(vocabulary)) for words in documents for word in words]
    ends = np.cumsum([0, *map(len, documents)])
    counts = csr_matrix((np.ones(len(columns), np.float32), columns, ends), (len(documents), len(vocabulary)))
    counts.sum_duplicates()
    return counts, list(vocabulary)


def _parts_held(documents: Sequence[Sequence[str]], parts: Sequence[str]) -> csc_matrix:
    """A column a part, with the documents in which any word matches it."""
    counts, vocabulary = count_words(documents)
    text = _EDGE.join(["", *vocabulary, ""])
    word_ends = np.cumsum([1 + len(word) for word in vocabulary])
    matching = [_rows_matching(_needle(part), text, word_ends) for part in parts]
    rows = np.concatenate([*matching, np.zeros(0, np.int64)])
    ends = np.cumsum([0, *map(len, matching)])
    return (counts @ csc_matrix((np.ones(len(rows), np.float32), rows, ends), (len(vocabulary), len(parts)))).tocsc()


def _rows_matching(needle: str, text: str, ends: Rows) -> Rows:
    """Places of the words that hold a needle, in a text of all words with edges; all are searched at once, in C."""
    found, at = [], text.find(needle)
    while at >= 0:
        found.append(at)
        at = text.find(needle, at + 1)
    return np.unique(np.searchsorted(ends, np.array(found, dtype=np.int64), side="right"))


def _rows_with(
    holding: csc_matrix, columns: Sequence[int], parts: Sequence[str], documents: Sequence[Sequence[str]]
) -> Rows:
    """The documents that hold all parts of a term, in order if there are several."""
    rows = np.arange(len(documents)) if not columns else np.unique(holding[:, columns[0]].nonzero()[0])
    for column in columns[1:]:
        rows = np.intersect1d(rows, holding[:, column].nonzero()[0])
    if len(parts) > 1:
        rows = np.array([row for row in rows.tolist() if _holds(documents[row], parts)])
    return rows.astype(np.int64)


def _holds(document: Sequence[str], parts: Sequence[str]) -> bool:
    return any(_runs_on(document, start, parts) for start, word in enumerate(document) if matches(parts[0], word))


def _runs_on(document: Sequence[str], at: int, parts: Sequence[str]) -> bool:
    for part in parts[1:]:
        ahead = list(document[at + 1 : at + MAX_GAP + 2])
        step = next((step for step, word in enumerate(ahead, 1) if matches(part, word)), 0)
        if not step or BREAK in ahead[:step]:
            return False
        at += step
    return True
