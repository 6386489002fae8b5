"""Universal Dependencies files -> sentences in one convention.

The Dutch treebanks changed their convention between 2017 (the only free version of most of the training text) and
release 2.16. `modernise` brings the old trees to the new convention as far as rules can. In both, the lemma is the
written word: UD's `basis_niveau` becomes basisniveau, a separated verb keeps its bare lemma.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

# Files of release 2.16 -> share of the sentences, from the end, that is kept apart for choices (dev).
TRAINING_FILES = {"nl_lassysmall-ud-dev": 0.1, "nl_alpino-ud-dev": 0.2}
OLD_FILES = ("nl_lassysmall-2017-train", "nl_lassysmall-2017-dev", "nl_alpino-2017-train")
TEST_FILES = ("nl_lassysmall-ud-test", "nl_alpino-ud-test")
ROOT = 0  # head of the root


def listed(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


@dataclass
class Word:
    """One word of a tree; `head` counts from 1, 0 is the root."""

    form: str
    lemma: str
    tag: str
    morph: str
    head: int
    label: str
    space: bool = True


@dataclass
class Sentence:
    """The words of a sentence; `place` is its document, paragraph and number, if the file gives them."""

    words: list[Word]
    place: tuple[str, int, int] | None = None
    has_tree: bool = True
    weight: float = field(default=1.0, compare=False)  # mean probability of its arcs, for silver trees

    def text_key(self) -> str:
        """The letters of the sentence: equal for copies that differ in tokens or case."""
        return "".join(word.form for word in self.words).lower()

    def children(self, number: int) -> list[Word]:
        """The words that hang on word `number`."""
        return [word for word in self.words if word.head == number]


def read_conllu(path: Path) -> Iterator[Sentence]:
    """Read the sentences of a file; ranges and empty nodes are left out."""
    words: list[Word] = []
    place = None
    for line in [*path.read_text(encoding="utf-8").split("\n"), ""]:
        if line.startswith("#"):
            place = _place(line) or place
        elif line:
            columns = line.split("\t")
            if columns[0].isdigit():
                form, lemma, tag, _, morph, head, label, _, misc = columns[1:]
                words.append(Word(form, lemma, tag, morph, int(head), label, "SpaceAfter=No" not in misc))
        elif words:
            yield Sentence(words, place)
            words, place = [], None


def _place(comment: str) -> tuple[str, int, int] | None:
    match = re.search(r"([^\s/\\]+)\.p\.(\d+)\.s\.(\d+)", comment)
    return (match[1], int(match[2]), int(match[3])) if match else None


def written_lemma(word: Word, particles: tuple[str, ...] = ()) -> str:
    """The lemma without UD's boundaries, inflected only at its end: staat_structuur -> staatsstructuur."""
    form, lemma = word.form, word.lemma
    if " " in lemma:
        return form if word.tag == "PROPN" else form.lower()
    if "_" not in lemma or len(lemma) < 2:
        return lemma
    parts = lemma.split("_")
    if word.tag in ("VERB", "AUX"):
        apart = len(parts) == 2 and not form.lower().startswith(parts[0].lower())
        return parts[-1] if apart else "".join(parts)
    return _compound_lemma(form, parts) or lemma.replace("_", "")


def _compound_lemma(form: str, parts: list[str]) -> str | None:
    """The written beginning of a compound with the lemma of its last part."""
    last, best = parts[-1], None
    for cut in range(1, len(form)):
        shared = _common_prefix(form[cut:].lower(), last.lower())
        if shared >= min(2, len(last)):
            score = (shared, -abs(len(form) - cut - len(last)))
            if best is None or score >= best[0]:
                best = (score, cut)
    if best is None:
        return None
    start = form[: best[1]]
    return (start[:1].lower() + start[1:] if parts[0][:1].islower() else start) + last


def _common_prefix(left: str, right: str) -> int:
    return next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))


def clean_morph(morph: str) -> str:
    """The features that both conventions have, or the empty string."""
    kept = []
    for feature in morph.split("|") if morph != "_" else ():
        name, value = feature.split("=")
        if name in ("ExtPos", "Typo", "Mood") or "," in value or feature == "PronType=Art":
            continue
        kept.append(f"{name}=Yes" if name in ("Foreign", "Abbr") else feature)
    return "|".join(kept)


def current(sentence: Sentence) -> Sentence:
    """A sentence of release 2.16 with written lemmas and clean features."""
    particles = defaultdict(tuple)
    for word in sentence.words:
        if word.label == "compound:prt":
            particles[word.head] += (word.form.lower(),)
    words = [
        replace(word, lemma=written_lemma(word, particles[number]), morph=clean_morph(word.morph))
        for number, word in enumerate(sentence.words, 1)
    ]
    return replace(sentence, words=words)
