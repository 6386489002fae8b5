"""Sentences -> training documents: running text in its own order, and copies in the style of notes."""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from modernise import modernise
from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab
from treebank import OLD_FILES, ROOT, TEST_FILES, TRAINING_FILES, Sentence, Word, current, listed, read_conllu

NOTE_SHARE = {"gold": 0.6, "silver": 0.2, "splitting": 0.3}  # of the groups of sentences that become notes
BULLETS = ("", "", "-", "-", "*", "•", "o", "-")
SUBJECTS = listed("ik we wij hij zij ze er")
ARTICLES = frozenset(("de", "het", "een"))


def read_gold(folder: Path) -> tuple[list[Sentence], list[Sentence]]:
    """Training and dev sentences of the treebanks, without any sentence of the test sets and without doubles."""
    tests = [sentence for name in TEST_FILES for sentence in read_conllu(folder / f"{name}.conllu")]
    taken = {sentence.text_key() for sentence in tests}
    places = {sentence.place for sentence in tests} - {None}
    train: list[Sentence] = []
    dev: list[Sentence] = []
    for name, share in TRAINING_FILES.items():
        sentences = _new(map(current, read_conllu(folder / f"{name}.conllu")), taken, places)
        cut = int(len(sentences) * (1 - share))
        train, dev = train + sentences[:cut], dev + sentences[cut:]
    recent = train + dev
    paths = [folder / f"{name}.conllu" for name in OLD_FILES]
    old = [sentence for path in paths if path.exists() for sentence in read_conllu(path)]
    capitalised = {(w.tag, w.lemma) for s in recent for w in s.words if w.lemma[:1].isupper() and w.tag != "PROPN"}
    capitalised |= {
        (w.tag, w.lemma) for s in old for w in s.words[2:] if w.lemma[:1].isupper() and w.tag in ("ADJ", "NOUN")
    }
    train += _new((modernise(sentence, capitalised) for sentence in old), taken, places)
    return train, dev


def _new(sentences: Iterator[Sentence], taken: set[str], places: set[object]) -> list[Sentence]:
    """Well-formed sentences that are not taken yet; they are taken then."""
    fresh = []
    for sentence in sentences:
        well_formed = sum(word.head == ROOT for word in sentence.words) == 1
        if well_formed and sentence.text_key() not in taken and sentence.place not in places:
            taken.add(sentence.text_key())
            fresh.append(sentence)
    places |= {sentence.place for sentence in fresh} - {None}
    return fresh


def in_order(sentences: list[Sentence]) -> list[list[Sentence]]:
    """The sentences by document, in the order of the document; those without a place come last, as they stand."""
    documents: defaultdict[str, list[Sentence]] = defaultdict(list)
    for sentence in sentences:
        documents[sentence.place[0] if sentence.place else ""].append(sentence)
    loose = documents.pop("", [])
    return [sorted(documents[name], key=lambda s: s.place or ("", 0, 0)) for name in sorted(documents)] + [loose]


def groups(sentences: list[Sentence], rng: random.Random, low: int, high: int) -> Iterator[list[Sentence]]:
    """Cut a list into runs of `low` to `high` sentences."""
    start = 0
    while start < len(sentences):
        size = rng.randint(low, high)
        yield sentences[start : start + size]
        start += size


def without(sentence: Sentence, dropped: set[int]) -> Sentence:
    """A sentence without some words (numbers from 1), none of which governs another."""
    kept = [number for number in range(1, len(sentence.words) + 1) if number not in dropped]
    renumbered = {ROOT: ROOT, **{number: new for new, number in enumerate(kept, 1)}}
    words = [replace(sentence.words[number - 1]) for number in kept]
    for word in words:
        word.head = renumbered[word.head] if sentence.has_tree else ROOT
    return replace(sentence, words=words)


def drop_full_stop(sentence: Sentence) -> Sentence:
    """A sentence without its full stop, if it is more than three words long."""
    number = len(sentence.words)
    droppable = number > 3 and sentence.words[-1].form == "." and not sentence.children(number)
    return without(sentence, {number}) if droppable else sentence


def telegraph(sentence: Sentence, rng: random.Random) -> Sentence:
    """Note style: no opening article or pronoun, and at random no auxiliaries and fewer articles.

    "De agenda is vastgesteld." -> "Agenda vastgesteld."
    """
    if not sentence.has_tree or len(sentence.words) < 5:
        return sentence
    governors = {word.head for word in sentence.words}
    dropped = {
        number
        for number, word in enumerate(sentence.words, 1)
        if number not in governors and _droppable(word, sentence, rng, opening=number == 1)
    }
    shorter = without(sentence, dropped) if dropped else sentence
    if 1 in dropped and shorter.words[0].tag != "PROPN":
        shorter.words[0].form = shorter.words[0].form[:1].upper() + shorter.words[0].form[1:]
    return shorter


def _droppable(word: Word, sentence: Sentence, rng: random.Random, *, opening: bool) -> bool:
    article = word.label == "det" and word.lemma in ARTICLES
    if opening:
        return article or (word.form.lower() in SUBJECTS and word.label in ("nsubj", "nsubj:pass", "expl"))
    if word.label in ("aux", "aux:pass", "cop") and word.lemma in ("zijn", "worden"):
        return sentence.words[word.head - 1].tag in ("ADJ", "VERB") and rng.random() < 0.6
    return article and rng.random() < 0.3


def make_doc(vocab: Vocab, sentences: list[Sentence], *, separator: str = " ", bullet: str = "") -> Doc:
    """One document of several sentences; all of them have trees, or none is given."""
    words: list[Word] = []
    starts: list[bool] = []
    for sentence in sentences:
        base, last = len(words), sentence is sentences[-1]
        if bullet:
            root = next((n for n, word in enumerate(sentence.words, 1) if word.head == ROOT), 1)
            words.append(Word(bullet, bullet, "PUNCT", "", base + 1 + root, "punct"))
        offset = len(words)
        for word in sentence.words:
            words.append(replace(word, head=word.head + offset if word.head else ROOT))
        starts += [number == base for number in range(base, len(words))]
        words[-1].space = separator == " " and not last
        if separator != " " and not last:
            words.append(Word(separator, separator, "SPACE", "", len(words), "dep", space=False))
            starts.append(False)
    shape = {"words": [w.form for w in words], "spaces": [w.space for w in words]}
    marks = {"pos": [w.tag for w in words], "morphs": [w.morph for w in words], "lemmas": [w.lemma for w in words]}
    if all(sentence.has_tree for sentence in sentences):
        heads = [number if word.head == ROOT else word.head - 1 for number, word in enumerate(words)]
        labels = ["ROOT" if word.head == ROOT else word.label for word in words]
        doc = Doc(vocab, **shape, **marks, heads=heads, deps=labels)
    else:
        doc = Doc(vocab, **shape, **marks, sent_starts=starts)
    for token in doc:
        if not token.pos_:
            token.set_morph(None)  # unknown, not "without features"
    return doc


def make_notes(vocab: Vocab, sentences: list[Sentence], rng: random.Random) -> Doc:
    """Sentences one a line, some with bullets, without full stops, in telegraph style."""
    bullet, stops, terse = rng.choice(BULLETS), rng.choice((0, 0.5, 1, 1)), rng.choice((0, 0.5, 1))
    lines = [telegraph(sentence, rng) if rng.random() < terse else sentence for sentence in sentences]
    lines = [drop_full_stop(sentence) if rng.random() < stops else sentence for sentence in lines]
    return make_doc(vocab, lines, separator=rng.choice(("\n", "\n", "\n\n")), bullet=bullet)


def write_training(gold: list[Sentence], silver: list[Sentence], vocab: Vocab, path: Path, *, seed: int = 0) -> None:
    """Write the training documents: gold as running text and as notes, silver as one or the other."""
    rng = random.Random(seed)
    documents = DocBin(store_user_data=False)
    for document in in_order(gold):
        for group in groups(document, rng, 1, 12):
            documents.add(make_doc(vocab, group))
        for group in groups(document, rng, 3, 10):
            if rng.random() < NOTE_SHARE["gold"]:
                documents.add(make_notes(vocab, group, rng))
    for has_tree in (True, False):
        part = [sentence for sentence in silver if sentence.has_tree is has_tree]
        rng.shuffle(part)
        for group in groups(part, rng, 1, 8):
            as_notes = rng.random() < NOTE_SHARE["silver"]
            documents.add(make_notes(vocab, group, rng) if as_notes else make_doc(vocab, group))
    documents.to_disk(path)


def write_splitting(gold: list[Sentence], silver: list[Sentence], vocab: Vocab, path: Path, *, seed: int = 5) -> None:
    """Write what the splitter learns from: documents in their own order, cut at two sets of places, and notes."""
    rng = random.Random(seed)
    documents = DocBin(store_user_data=False)
    for document in in_order(gold) * 2:
        for group in groups(document, rng, 2, 14):
            documents.add(make_doc(vocab, group))
    for document in in_order(gold):
        for group in groups(document, rng, 3, 10):
            if rng.random() < NOTE_SHARE["splitting"]:
                documents.add(make_notes(vocab, group, rng))
    shuffled = rng.sample(silver, len(silver))
    for group in groups(shuffled, rng, 2, 8):
        documents.add(make_doc(vocab, group))
    documents.to_disk(path)


def write_plain(sentences: list[Sentence], vocab: Vocab, path: Path) -> None:
    """Write sentences as running text, ten a document: the form of the dev and test sets."""
    documents = DocBin(store_user_data=False)
    for start in range(0, len(sentences), 10):
        documents.add(make_doc(vocab, sentences[start : start + 10]))
    documents.to_disk(path)
