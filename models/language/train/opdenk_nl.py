"""The lexicon of the Dutch pipeline: word features and lemmas. This file travels inside the wheel.

`nl_lexicon` gives every word two features that the network reads in place of spaCy's NORM and PREFIX: a familiar
stand-in for a rare word (its lemma, the tail of a compound, or its ending), and the word classes that the lexicon
knows for it. `nl_lemmas` finds lemmas with the lexicon and, for what that does not list, with a trained network.
`token._.lemma` joins separated verbs: "neemt … toe" -> toenemen.
"""

import gzip
import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from spacy.attrs import NORM, PREFIX
from spacy.language import Language
from spacy.pipeline import EditTreeLemmatizer
from spacy.tokens import Doc, Token
from spacy.vocab import Vocab
from thinc.api import Model


def _in_order(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def listed(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


TABLES = ("known", "lexicon", "lookup", "index")
CLASSES = {"NOUN": "noun", "VERB": "verb", "AUX": "verb", "ADJ": "adj"}
MIN_HEAD, MIN_TAIL = 3, 4  # characters of the parts of a compound; shorter parts match by chance
LINKS = ("", "s", "e", "en", "n", "-", "s-")
PARTICLES = _in_order(
    "achteruit voorbij vooruit achter binnen tegen terug thuis onder rond samen door heen neer over vast voor weer aan "
    "bij los mee mis na om op toe uit af in weg langs klaar kwijt goed vol bekend plaats deel stil zoek kennis"
)
PREFIXES = ("on", "her", "ver", "be", "ont", "ge", "non", "oud", "super", "mega", "mini", "ex", "co", "pre", "her")
PLURAL_ONLY = listed("kosten bouwkosten loonkosten onkosten notulen hersenen inkomsten baten lasten")


def singulars(word: str) -> Iterator[str]:
    """What a lower-case noun could be the plural of: vragen -> vraag, huizen -> huis, klassen -> klas."""
    if word.endswith("en") and len(word) > 4:
        stem = word[:-2]
        if stem[-1] == stem[-2]:
            yield stem[:-1]
        stem = stem[:-1] + {"z": "s", "v": "f"}.get(stem[-1], stem[-1])
        if stem[-2] in "aeou" and stem[-3:-2] not in tuple("aeiou"):
            yield stem[:-1] + stem[-2:]
        yield stem
        yield word[:-1]
    elif word.endswith("'s"):
        yield word[:-2]
    elif word.endswith("s") and len(word) > 4:
        yield word[:-1]


def diminutives(word: str) -> Iterator[str]:
    """What a lower-case noun could be the diminutive of: groepjes -> groep, bloempje -> bloem, weggetje -> weg."""
    word = word.removesuffix("s")
    for ending in ("etje", "pje", "tje", "kje", "je"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > 2:
            yield stem
            yield stem[:-1] if stem[-1] == stem[-2] else stem
            yield stem + "g" if ending == "kje" else stem


def infinitives(word: str) -> Iterator[str]:
    """What a lower-case verb form without vowel change could come from: toelicht -> toelichten, loopt -> lopen."""
    for ending in ("ten", "den", "te", "de", "t", ""):
        stem = word.removesuffix(ending) if ending else word
        if len(stem) > 1 and word.endswith(ending):
            yield stem + "en"
            yield stem + stem[-1] + "en"
            soft = stem[:-1] + {"s": "z", "f": "v"}.get(stem[-1], stem[-1])
            if len(stem) > 2 and stem[-2] == stem[-3] and stem[-2] in "aeou":
                yield soft[:-2] + soft[-1] + "en"
            yield soft + "en"


def positives(word: str) -> Iterator[str]:
    """What a lower-case adjective could be inflected from: nieuwe -> nieuw, grote -> groot, slimmer -> slim."""
    for ending in ("ere", "er", "ste", "st", "e"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > 2:
            stem = stem[:-1] + {"z": "s", "v": "f"}.get(stem[-1], stem[-1])
            yield stem
            if stem[-1] == stem[-2]:
                yield stem[:-1]
            elif stem[-2] in "aeou":
                yield stem[:-1] + stem[-2:]


class Lexicon:
    """Word tables, and what they say of words they do not list.

    Attributes:
        known: lower-case words frequent enough in training to be trusted as themselves.
        lexicon: `word|POS` -> lemma as annotated in training.
        lookup: inflected form -> lemma.
        index: noun, verb, adj -> the lemmas of that class.
    """

    def __init__(self) -> None:
        """Start empty; `fill` or `read` gives the tables."""
        self.known: frozenset[str] = frozenset()
        self.lexicon: dict[str, str] = {}
        self.lookup: dict[str, str] = {}
        self.index: dict[str, frozenset[str]] = {"noun": frozenset(), "verb": frozenset(), "adj": frozenset()}

    def fill(self, tables: dict[str, Any]) -> None:
        """Take over the four tables."""
        self.known = frozenset(tables["known"])
        self.lexicon, self.lookup = tables["lexicon"], tables["lookup"]
        self.index = {name: frozenset(words) for name, words in tables["index"].items()}

    def tables(self) -> dict[str, Any]:
        """The four tables in a form that JSON can hold, in a fixed order."""
        index = {name: sorted(words) for name, words in self.index.items()}
        return {"known": sorted(self.known), "lexicon": self.lexicon, "lookup": self.lookup, "index": index}

    def classes(self, word: str) -> str:
        """Letters of the classes that list a lower-case word or its lemma: N, V, A, in this order."""
        forms = {word, self.lookup.get(word, word)}
        candidates = {"noun": singulars(word), "verb": infinitives(word), "adj": positives(word)}
        found = (name for name, more in candidates.items() if not self.index[name].isdisjoint(forms.union(more)))
        return "".join(name[0].upper() for name in found)

    def tail(self, word: str, accept: Callable[[str], bool]) -> str | None:
        """The longest accepted end of a lower-case compound whose beginning is a word too."""
        for cut in range(MIN_HEAD, len(word) - MIN_TAIL + 1):
            if accept(word[cut:]) and self._is_head(word[:cut]):
                return word[cut:]
        return None

    def _is_head(self, start: str) -> bool:
        if start in PREFIXES or start in PARTICLES:
            return True
        for link in LINKS:
            stem = start.removesuffix(link) if link else start
            if len(stem) >= MIN_HEAD and (link == "" or start.endswith(link)):
                if stem in self.known or stem in self.lookup or any(stem in words for words in self.index.values()):
                    return True
                if stem + "en" in self.index["verb"]:
                    return True
        return False

    def norm(self, form: str) -> str:
        """What the network reads for a form: the word, its lemma, the tail of the compound, or its ending."""
        low = form.lower()
        if low in self.known or not any(c.isalpha() for c in low):
            return re.sub(r"\d", "0", low)
        lemma = self.lookup.get(low)
        if lemma in self.known:
            return str(lemma)
        tail = self.tail(low, self.known.__contains__)
        if tail:
            return tail
        if form[:1].isupper() and not self.classes(low):
            return "<name>"
        return f"<{low[-4:]}>"

    def word_class(self, form: str) -> str:
        """Classes of a form, in lower case if only the tail of the compound tells them; `-` for none."""
        low = form.lower()
        found = self.classes(low)
        if found:
            return found
        tail = self.tail(low, lambda word: bool(self.classes(word)))
        return self.classes(tail).lower() if tail else "-"


class LexiconFeatures:
    """Pipeline component: keeps the lexicon and puts its features on the words of the vocabulary."""

    def __init__(self, vocab: Vocab) -> None:
        """Attach an empty lexicon to the vocabulary."""
        self.vocab = vocab
        self.lexicon = Lexicon()

    def install(self, tables: dict[str, Any]) -> "LexiconFeatures":
        """Fill the lexicon; words made from now on, and those already there, get its features."""
        self.lexicon.fill(tables)
        self.vocab.lex_attr_getters[NORM] = self.lexicon.norm
        self.vocab.lex_attr_getters[PREFIX] = self.lexicon.word_class
        for lexeme in list(self.vocab):
            lexeme.norm_, lexeme.prefix_ = self.lexicon.norm(lexeme.text), self.lexicon.word_class(lexeme.text)
        return self

    def initialize(self, get_examples: Callable[[], Iterable[Any]], nlp: Language, path: str | None = None) -> None:
        """Take the tables that the training recipe made, from a folder."""
        if path is not None:
            self.from_disk(Path(path))

    def __call__(self, doc: Doc) -> Doc:
        """Leave the document as it is: its words have their features from the vocabulary."""
        return doc

    def to_disk(self, path: Path, exclude: tuple[str, ...] = ()) -> None:
        """Write one gzipped JSON file a table, the same bytes for the same tables."""
        Path(path).mkdir(parents=True, exist_ok=True)
        for name, table in self.lexicon.tables().items():
            text = json.dumps(table, ensure_ascii=False, sort_keys=True).encode()
            (Path(path) / f"{name}.json.gz").write_bytes(gzip.compress(text, mtime=0))

    def from_disk(self, path: Path, exclude: tuple[str, ...] = ()) -> "LexiconFeatures":
        """Read what `to_disk` wrote."""
        read = {name: json.loads(gzip.decompress((Path(path) / f"{name}.json.gz").read_bytes())) for name in TABLES}
        return self.install(read)

    def to_bytes(self, exclude: tuple[str, ...] = ()) -> bytes:
        """The tables as JSON."""
        return json.dumps(self.lexicon.tables(), sort_keys=True).encode()

    def from_bytes(self, data: bytes, exclude: tuple[str, ...] = ()) -> "LexiconFeatures":
        """Read what `to_bytes` wrote."""
        return self.install(json.loads(data))


@Language.factory("nl_lexicon")
def make_lexicon(nlp: Language, name: str) -> LexiconFeatures:
    """Make the component that keeps the lexicon."""
    return LexiconFeatures(nlp.vocab)


MAX_CACHE = 200_000  # words
ORDINAL = re.compile(r"\d+(ste|de|e)")
INFLECTED = ("ige", "lijke", "ische", "ende", "bare", "zame")


def certain_lemma(lexicon: Lexicon, form: str, pos: str, *, infinitive: bool = False) -> str | None:
    """The lemma of a form that needs no guess: annotated in training, listed in the lookup table, or regular.

    >>> certain_lemma(Lexicon(), "professionaliseren", "VERB", infinitive=True)
    'professionaliseren'
    """
    low = form.lower()
    if pos == "NOUN" and low in PLURAL_ONLY:
        return low
    listed = lexicon.lexicon.get(f"{low}|{pos}")
    if listed or form[-1:] == ".":
        return listed
    if pos == "PROPN":
        return re.sub("anen$", "aan", form)
    if infinitive and pos in CLASSES and low.endswith("n"):
        return low
    if pos == "ADJ" and ORDINAL.fullmatch(low):
        return low.rstrip("dste")
    found = lexicon.lookup.get(low, "").lower() if pos in CLASSES and "-" not in form else ""
    return found if found and found in lexicon.index[CLASSES[pos]] else None


def likely_lemma(lexicon: Lexicon, form: str, pos: str, guess: str) -> str:
    """The lemma of a form that no table lists: what the tables make of its parts, or else the guess of the network."""
    if pos not in CLASSES or form[-1:] == ".":
        return guess
    low = form.lower()
    if "-" in form[1:-1]:
        head, tail = form.rsplit("-", 1)
        if len(tail) <= 2:
            return guess
        end = guess.rsplit("-", 1)[-1]
        return f"{head}-{certain_lemma(lexicon, tail, pos) or likely_lemma(lexicon, tail, pos, end)}"
    lemma = _from_tables(lexicon, low, pos, guess) or _from_compound(lexicon, low, pos) or guess
    if pos == "ADJ" and lemma == low and low.endswith(INFLECTED):
        return low[:-1]
    return lemma if form.isupper() or form[1:] != low[1:] else lemma.lower()


def _from_tables(lexicon: Lexicon, low: str, pos: str, guess: str = "") -> str | None:
    """The first lemma that the index lists: of the tables, the guess, or by regular inflection."""
    listed = lexicon.index[CLASSES[pos]]
    regular = {"NOUN": (low, *diminutives(low), *singulars(low)), "ADJ": (low, *positives(low))}
    inflected = regular.get(pos, (low, *infinitives(low)))
    candidates = (lexicon.lexicon.get(f"{low}|{pos}", ""), lexicon.lookup.get(low, ""), guess.lower(), *inflected)
    return next((lemma for lemma in candidates if lemma.lower() in listed), None)


def _from_compound(lexicon: Lexicon, low: str, pos: str) -> str | None:
    """Lemma of an unlisted form through its tail: opleidingsscholen -> opleidings + scholen -> opleidingsschool."""
    if pos in ("VERB", "AUX"):
        for particle in PARTICLES:
            tail = low.removeprefix(particle)
            lemma = _from_tables(lexicon, tail, "VERB") if tail != low and len(tail) >= MIN_HEAD else None
            if lemma:
                return particle + lemma
        return None
    for cut in range(MIN_HEAD, len(low) - MIN_TAIL + 1):
        lemma = _from_tables(lexicon, low[cut:], pos)
        if lemma:
            return low[:cut] + lemma.lower()
    return None


class Lemmatizer(EditTreeLemmatizer):
    """Edit-tree lemmatiser that asks the network only for words whose lemma the lexicon does not settle."""

    def __init__(self, nlp: Language, *arguments: Any, **options: Any) -> None:  # passed on
        """Remember the pipeline, whose `nl_lexicon` has the tables."""
        super().__init__(nlp.vocab, *arguments, **options)
        self._nlp = nlp
        self._settled: dict[tuple[int, int, bool], int] = {}  # (form, tag, infinitive) -> lemma, 0 for none
        self._guessed: dict[tuple[int, int, int], int] = {}  # (form, tag, tree) -> lemma

    def predict(self, docs: Iterable[Doc]) -> list[list[int]]:
        """Per word the number of an edit tree, -1 where the network is not asked."""
        docs = list(docs)
        trees = [[-1] * len(doc) for doc in docs]
        asked = [(n, t.i) for n, doc in enumerate(docs) for t in doc if not t.lemma and not self._settle(t)]
        if asked and self.labels:
            output = self.model.get_ref("softmax")
            vectors = self.model.ops.xp.stack([docs[number].tensor[position] for number, position in asked])
            scores = self.model.ops.gemm(vectors, output.get_param("W"), trans2=True) + output.get_param("b")
            for (number, position), label in zip(asked, scores.argmax(1), strict=True):
                trees[number][position] = self.cfg["labels"][label]
        return trees

    def _settle(self, token: Token) -> int:
        """Hash of the lemma that the lexicon settles, or 0."""
        key = (token.orth, token.pos, token.pos_ in CLASSES and "VerbForm=Inf" in str(token.morph))
        if key not in self._settled:
            if len(self._settled) > MAX_CACHE:
                self._settled.clear()
            lexicon = self._nlp.get_pipe("nl_lexicon").lexicon
            plain = token.pos_ in ("PUNCT", "SYM", "SPACE")
            lemma = token.text if plain else certain_lemma(lexicon, token.text, token.pos_, infinitive=key[2])
            self._settled[key] = self.vocab.strings.add(lemma) if lemma else 0
        return self._settled[key]

    def set_annotations(self, docs: Iterable[Doc], trees: list[list[int]]) -> None:
        """Set the lemmas that no component has set yet."""
        for doc, numbers in zip(docs, trees, strict=True):
            for token, tree in zip(doc, numbers, strict=True):
                if not token.lemma:
                    token.lemma = self._guess(token, tree) if tree >= 0 else self._settle(token) or token.orth

    def _guess(self, token: Token, tree: int) -> int:
        """Hash of the lemma by the tables, given the tree that the network proposes."""
        key = (token.orth, token.pos, tree)
        if key not in self._guessed:
            if len(self._guessed) > MAX_CACHE:
                self._guessed.clear()
            lexicon = self._nlp.get_pipe("nl_lexicon").lexicon
            guess = self.trees.apply(tree, token.text) or token.text
            self._guessed[key] = self.vocab.strings.add(likely_lemma(lexicon, token.text, token.pos_, guess))
        return self._guessed[key]


@Language.factory(
    "nl_lemmas",
    assigns=["token.lemma"],
    requires=["token.pos", "doc.tensor"],
    default_config={"min_tree_freq": 2, "scorer": {"@scorers": "spacy.lemmatizer_scorer.v1"}},
    default_score_weights={"lemma_acc": 1.0},
)
def make_lemmas(
    nlp: Language, name: str, model: Model[list[Doc], list[Any]], min_tree_freq: int, scorer: Callable[..., Any] | None
) -> Lemmatizer:
    """Make the lemmatiser; `model` must be a tagger that listens to the pipeline's tok2vec."""
    return Lemmatizer(nlp, model, name, min_tree_freq=min_tree_freq, scorer=scorer)


def joined_lemma(token: Token) -> str:
    """Lemma of a token, that of a verb joined with its separated particle: "neemt … toe" -> toenemen.

    Works on any Dutch pipeline with a parser; without one, or with two particles, it is the plain lemma.
    """
    particles = [child.lower_ for child in token.children if child.dep_ == "compound:prt"]
    if token.pos_ not in ("VERB", "AUX") or len(particles) != 1 or token.lemma_.startswith(particles[0]):
        return str(token.lemma_)
    return particles[0] + str(token.lemma_)


if not Token.has_extension("lemma"):
    Token.set_extension("lemma", getter=joined_lemma)
