"""Find the terms of a codebook in many texts at once."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from scipy.sparse import csr_matrix

MIN_PART_LENGTH = 5  # letters; shorter terms would match inside words that mean something else
MAX_GAP = 2  # words that may stand between two words of one term
BREAK = ""  # a word that no term matches, between two lists that do not run on

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, with straight apostrophes; numbers and marks are left out."""
    return [word.replace("’", "'") for word in _WORD.findall(text.lower())]


def matches_word(part: str, word: str) -> bool:
    """Whether a word is what a term says, or holds it as a compound or inflection does (`bekostigingsvraag`)."""
    return word == part or (len(part) >= MIN_PART_LENGTH and part in word)


def find_terms(documents: Sequence[Sequence[str]], terms: Sequence[str]) -> csr_matrix:
    """Tell which document holds which term.

    Args:
        documents: words of each document, as `words_of` gives; lists joined by `BREAK` do not run on.
        terms: one word or several; several match in their order, up to `MAX_GAP` words apart.

    Returns:
        float32 matrix of shape (n_documents, n_terms), 1 where the document holds the term.
    """
    parts = sorted({part for term in terms for part in words_of(term)})
    part_of = {part: place for place, part in enumerate(parts)}
    indptr, indices, vocabulary = _index(documents)
    word_part = _match_vocabulary(vocabulary, parts)
    held = csr_matrix((np.ones(len(indices), np.float32), indices, indptr), (len(documents), len(vocabulary)))
    document_part = ((held @ word_part) > 0).astype(np.float32).tocsc()
    columns = [
        _rows_with(document_part, [part_of[part] for part in words_of(term)], documents, words_of(term))
        for term in terms
    ]
    rows = np.concatenate([*columns, np.zeros(0, np.int64)])
    places = np.repeat(np.arange(len(terms)), [len(column) for column in columns])
    return csr_matrix((np.ones(len(rows), np.float32), (rows, places)), (len(documents), len(terms)))


def _index(documents: Sequence[Sequence[str]]) -> tuple[list[int], list[int], list[str]]:
    vocabulary: dict[str, int] = {}
    indptr, indices = [0], []
    for words in documents:
        indices.extend(vocabulary.setdefault(word, len(vocabulary)) for word in words)
        indptr.append(len(indices))
    return indptr, indices, list(vocabulary)


def _match_vocabulary(vocabulary: Sequence[str], parts: Sequence[str]) -> csr_matrix:
    pairs = [
        (row, column) for row, word in enumerate(vocabulary) for column, part in enumerate(parts) if matches_word(part, word)
    ]
    rows, columns = zip(*pairs, strict=True) if pairs else ((), ())
    return csr_matrix((np.ones(len(pairs), np.float32), (rows, columns)), (len(vocabulary), len(parts)))


def _rows_with(document_part: csr_matrix, parts: Sequence[int], documents: Sequence[Sequence[str]], words: Sequence[str]) -> np.ndarray:
    rows = document_part[:, parts[0]].indices if parts else np.zeros(0, np.int64)
    for part in parts[1:]:
        rows = np.intersect1d(rows, document_part[:, part].indices)
    if len(parts) > 1:
        rows = np.array([row for row in rows if _holds(documents[row], words)], dtype=np.int64)
    return rows.astype(np.int64)


def _holds(document: Sequence[str], parts: Sequence[str]) -> bool:
    return any(_runs_on(document, start, parts) for start in range(len(document)))


def _runs_on(document: Sequence[str], start: int, parts: Sequence[str]) -> bool:
    if not matches_word(parts[0], document[start]):
        return False
    at = start
    for part in parts[1:]:
        ahead = range(at + 1, min(at + MAX_GAP + 2, len(document)))
        at = next((place for place in ahead if matches_word(part, document[place])), -1)
        if at < 0 or BREAK in document[start:at]:
            return False
    return True
