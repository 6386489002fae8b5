"""Open text -> silver sentences: trees by the teacher, tags where the teacher and Frog agree."""

import gzip
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import spacy
import teacher
from spacy.tokens import DocBin
from treebank import ROOT, Sentence, Word, listed

MIN_WEIGHT = 0.8  # mean probability of the arcs; below it a sentence keeps its tags only
MIN_TAG_CHANCE = {"alone": 0.9, "against Frog": 0.98}  # of the teacher's tag, to be believed
OWN = "own"  # source of the note-style sentences written for this; taken three times
MORE_TEXT = {"tatoeba": 10**9, "libreoffice-help": 30_000, "gnome-help": 12_000, "treaties": 15_000}  # words
FUNCTION_WORDS = listed(
    "de het een en van in is dat op te niet zijn voor met die er aan wordt om als dan ook we wij je ik kan naar door "
    "bij of maar deze dit worden hebben heeft"
)
FrogTags = dict[tuple[str, ...], list[Word]]


def read_lines(path: Path) -> Iterator[tuple[str, str]]:
    """Source and sentence of each line of the silver text."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            source, text = line.rstrip("\n").split("\t", 1)
            yield source.split(" ")[0], text


def more_lines(pairs: Path, known: set[str], *, seed: int = 3) -> Iterator[tuple[str, str]]:
    """More sentences from the Dutch side of the sentence pairs, up to a number of words a source.

    Args:
        pairs: gzipped table with the columns source, dutch, english.
        known: lower-case sentences to leave out, without white space; what is taken is added.
        seed: of the random choice.
    """
    rng = random.Random(seed)
    with gzip.open(pairs, "rt", encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t")[:2] for line in lines][1:]
    rng.shuffle(rows)
    taken = dict.fromkeys(MORE_TEXT, 0)
    for source, text in rows:
        key, length = "".join(text.split()).lower(), len(text.split())
        if source not in MORE_TEXT or taken[source] > MORE_TEXT[source] or key in known or not 4 <= length <= 35:
            continue
        if source != "tatoeba" and not _is_running_dutch(text):
            continue
        if re.search(r"\b(Tom|Mary|Toms|Maria)\b", text) and rng.random() > 0.15:  # in a third of Tatoeba
            continue
        known.add(key)
        taken[source] += length
        yield source, text


def _is_running_dutch(text: str) -> bool:
    words = re.findall(r"[a-zà-ÿ]+", text.lower())
    dutch = len(words) >= 4 and sum(word in FUNCTION_WORDS for word in words) / len(words) > 0.15
    return dutch and text[0].isupper() and not re.search(r"[<>_\\%{}=]|\. \.", text)


def tokenise(lines: list[tuple[str, str]]) -> dict[tuple[str, ...], tuple[str, Sentence]]:
    """Forms -> source and sentence without annotation; a sentence that stands twice is taken once."""
    nlp = spacy.blank("nl")
    sentences: dict[tuple[str, ...], tuple[str, Sentence]] = {}
    for source, text in lines:
        doc = nlp.make_doc(text)
        words = [Word(t.text, "", "", "", ROOT, "", bool(t.whitespace_)) for t in doc if not t.is_space]
        if words:
            words[-1].space = True
            sentences.setdefault(tuple(word.form for word in words), (source, Sentence(words, has_tree=False)))
    return sentences


def for_splitter(lines: list[tuple[str, str]]) -> list[Sentence]:
    """Some sentences without annotation, the speech- and note-like ones first of all."""
    by_source: defaultdict[str, list[Sentence]] = defaultdict(list)
    for source, sentence in tokenise(lines).values():
        by_source[source].append(sentence)
    return by_source[OWN] * 2 + by_source["tatoeba"][:3000] + by_source["tk"][:1500]


def read_frog(path: Path, known: set[tuple[str, ...]]) -> FrogTags:
    """Frog's tags, morphology and lemmas in UD terms, by sentence.

    Args:
        path: DocBin of documents that hold several of the known sentences, one after the other.
        known: the sentences, as forms.
    """
    tags: FrogTags = {}
    for doc in DocBin().from_disk(path).get_docs(spacy.blank("nl").vocab):
        words = [Word(t.text, t.lemma_, t.pos_, str(t.morph), ROOT, "", bool(t.whitespace_)) for t in doc]
        forms, start = [word.form for word in words], 0
        while start < len(words):
            ends = range(len(words), start, -1)
            end = next((end for end in ends if tuple(forms[start:end]) in known), None)
            if end is None:
                break
            tags[tuple(forms[start:end])] = words[start:end]
            start = end
    return tags


def annotate(lines: list[tuple[str, str]], frog_file: Path, teacher_file: Path) -> list[Sentence]:
    """Silver sentences for the training of the small pipeline."""
    sentences = tokenise(lines)
    frog = read_frog(frog_file, set(sentences)) if frog_file.exists() else {}
    parser, vocabulary = teacher.load(teacher_file)
    parsed, chances = teacher.annotate(parser, vocabulary, [sentence for _, sentence in sentences.values()])
    silver = []
    for (forms, (source, _)), sentence, chance in zip(sentences.items(), parsed, chances, strict=True):
        words = [
            merge(w, other, c)
            for w, other, c in zip(sentence.words, frog.get(forms, [None] * len(forms)), chance, strict=True)
        ]
        merged = replace(sentence, words=words, has_tree=sentence.weight >= MIN_WEIGHT)
        silver += [merged] * (3 if source == OWN else 1)
    return silver


def merge(word: Word, frog: Word | None, chance: float) -> Word:
    """The teacher's word with a tag that both believe in; an empty tag or lemma is not learnt from."""
    if frog is None or not frog.tag:
        kept = chance > MIN_TAG_CHANCE["alone"]
        return replace(word, tag=word.tag * kept, morph=word.morph * kept, lemma=frog.lemma if frog else "")
    noun = frog.tag == "NOUN" and (word.tag == "PROPN" or chance <= MIN_TAG_CHANCE["against Frog"])
    if frog.tag == word.tag or noun:
        return replace(word, tag=frog.tag, morph=frog.morph, lemma=frog.lemma)
    kept = chance > MIN_TAG_CHANCE["against Frog"]
    return replace(word, tag=word.tag * kept, morph=word.morph * kept, lemma="")
