"""The hand-written parts of the Dutch pipeline; this file travels inside the wheel.

`nl_lexicon` gives every word two features that the network reads in place of spaCy's NORM and PREFIX: a familiar
stand-in for a rare word (its lemma, the tail of a compound, or its ending) and the word classes that the lexicon
knows for it. `nl_bounds` settles the sentence ends that are beyond doubt, `nl_rules` the tags of abbreviations,
fillers and other closed lists, `nl_lemmas` the lemmas. `token._.lemma` joins separated verbs: "neemt … toe" -> toenemen.
"""

import gzip
import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from spacy.attrs import NORM, PREFIX
from spacy.language import Language
from spacy.tokens import Doc, Token
from spacy.vocab import Vocab

TABLES = ("known", "lexicon", "lookup", "index")
CLASSES = {"NOUN": "noun", "VERB": "verb", "AUX": "verb", "ADJ": "adj"}
MIN_HEAD, MIN_TAIL = 3, 4  # characters of the parts of a compound; shorter parts match by chance
LINKS = ("", "s", "e", "en", "n", "-", "s-")
PARTICLES = (
    "achteruit voorbij vooruit achter binnen tegen terug thuis onder rond samen door heen neer over vast voor weer aan "
    "bij los mee mis na om op toe uit af in weg langs klaar kwijt goed vol bekend plaats deel stil zoek kennis"
).split()
PREFIXES = ("on", "her", "ver", "be", "ont", "ge", "non", "oud", "super", "mega", "mini", "ex", "co", "pre", "her")
CALENDAR = frozenset(
    "januari februari maart april mei juni juli augustus september oktober november december "
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag".split()
)
PLURAL_ONLY = frozenset("kosten bouwkosten loonkosten onkosten notulen hersenen inkomsten baten lasten".split())


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
