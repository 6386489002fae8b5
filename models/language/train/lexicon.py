"""The word tables of the pipeline, from annotated sentences and the open lemma tables of spacy-lookups-data."""

import gzip
import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import opdenk_nl
import spacy
import spacy_lookups_data
from treebank import Sentence

MIN_KNOWN = 3  # times a word must be seen to be trusted as itself
MIN_SHARE = 0.8  # of its most frequent lemma
SKIPPED = frozenset(("", "PUNCT", "SYM", "SPACE", "X", "NUM"))


def annotated_lemmas(sentences: list[Sentence]) -> dict[str, str]:
    """`word|POS` -> lemma, for words whose lemma is hardly ever another; names only if it differs from the form."""
    lemmas: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for word in (word for sentence in sentences for word in sentence.words):
        if word.lemma and word.tag not in SKIPPED and not any(c.isdigit() for c in word.form):
            lemmas[word.form.lower(), word.tag][word.lemma] += 1
    table = {}
    for (form, tag), counts in lemmas.items():
        lemma, count = counts.most_common(1)[0]
        plain_name = tag == "PROPN" and (count < 2 or lemma.lower() == form)
        if count / counts.total() > MIN_SHARE and not plain_name:
            table[f"{form}|{tag}"] = lemma
    return table


def known_words(sentences: list[Sentence]) -> set[str]:
    """Frequent lower-case words that are not names."""
    forms: Counter[str] = Counter()
    names: Counter[str] = Counter()
    for word in (word for sentence in sentences for word in sentence.words if word.tag != "PUNCT"):
        forms[word.form.lower()] += 1
        names[word.form.lower()] += word.tag in ("PROPN", "X")
    return {
        form for form, count in forms.items() if count >= MIN_KNOWN and form.isalpha() and names[form] / count < 0.5
    }


def open_tables() -> dict[str, Any]:
    """Lookup table and index of lemmas, without entries whose lemma no class lists."""
    folder = Path(spacy_lookups_data.__file__).parent / "data"
    read = {
        n: json.loads(gzip.decompress((folder / f"nl_lemma_{n}.json.gz").read_bytes())) for n in ("lookup", "index")
    }
    index = {name: set(read["index"][name]) for name in ("noun", "verb", "adj")}
    all_lemmas = set().union(*index.values())
    lookup = {
        form: lemma
        for form, lemma in read["lookup"].items()
        if lemma.lower() in all_lemmas and " " not in form and form.islower()
    }
    return {"lookup": lookup, "index": index}


def write(sentences: list[Sentence], folder: Path) -> None:
    """Write the tables where the training recipe of the pipeline reads them."""
    tables = {"known": known_words(sentences), "lexicon": annotated_lemmas(sentences), **open_tables()}
    opdenk_nl.LexiconFeatures(spacy.blank("nl").vocab).install(tables).to_disk(folder)
