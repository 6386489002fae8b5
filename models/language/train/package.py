"""Finish a trained pipeline and build its wheel: tokeniser, rules, meta data, a string store without training text."""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import opdenk_nl  # these two register the components
import opdenk_rules
import spacy
import srsly
from opdenk_rules import listed
from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.training.corpus import Corpus
from spacy.util import compile_prefix_regex

NAME, VERSION = "opdenk_sm", "0.4.0"
FORBIDDEN = -1e4  # bias of an output that must never win
SCORES = ("token_f", "pos_acc", "morph_acc", "lemma_acc", "sents_f", "dep_uas", "dep_las")

# spaCy's Dutch "abbreviations" that are ordinary words, names or school jargon: their full stop must split off.
NOT_ABBREVIATIONS = listed(
    "dat al kon pas best hand me bel app top vol stas ver it tom not pers or belg sir pan rk ned red no ind os pol "
    "volg bijl cert hert vd cap form gemeent fr lat kan po vo ov mon ws hr ob om oe lit mod reg res pens prot rom "
    "stat pat int gen bet co ex fa fin nl cas comm conf cons dec def disp eff eil ged get gr gew inf inst jur mand "
    "mil onz pr proc pun rec rep sec soc subs toep verg vert volt verv wet wd ww tw sw su ts th td vc vr vw mv kr kt "
    "kh"
)
ABBREVIATIONS = listed("incl excl mw tel ong afw evt vz secr penn aanw dir temp hfst bijv blz okt sept jl")
DOTTED = re.compile(r"^(?:[A-Za-z]\.){2,}[A-Za-z]?\.?$|^[A-Za-z]\.[A-Za-z]{1,2}\.[A-Za-z]?\.?$")
BULLET_PREFIXES = [r"[•·▪◦‣→►]", r"-{2,}>?", r"->"]


def patch_tokenizer(nlp: Language) -> None:
    """Keep Dutch abbreviations whole, split the full stop off ordinary words, split bullets off."""
    tokenizer = nlp.tokenizer
    dropped = {form + "." for word in NOT_ABBREVIATIONS for form in (word, word.capitalize(), word.upper())}
    rules = {
        form: pieces
        for form, pieces in tokenizer.rules.items()
        if form not in dropped and not re.fullmatch(r"[A-Z]{2,3}\.", form)
    }
    for word in ABBREVIATIONS:
        for form in (word + ".", word.capitalize() + "."):
            rules[form] = [{spacy.symbols.ORTH: form}]
    tokenizer.rules = rules
    tokenizer.token_match = DOTTED.match
    tokenizer.prefix_search = compile_prefix_regex(BULLET_PREFIXES + list(nlp.Defaults.prefixes)).search


def forbid_empty_tag(nlp: Language) -> None:
    """Keep the tagger from leaving words without a tag, as silver words without an agreed tag taught it."""
    morphologizer = nlp.get_pipe("morphologizer")
    output = morphologizer.model.get_ref("softmax")
    for number, label in enumerate(morphologizer.labels):
        if "POS=" not in label:
            output.get_param("b")[number] = FORBIDDEN


def join_splitters(nlp: Language, own: Language) -> None:
    """Let the splitter of the shared network and the one with a network of its own decide together.

    The scores of both are averaged: two networks of different windows and training err in different places.
    """
    models = [pipeline.get_pipe("senter").model for pipeline in (own, nlp)]
    views = [pipeline.config["components"]["senter"]["model"]["tok2vec"] for pipeline in (own, nlp)]
    width = nlp.get_pipe("tok2vec").model.get_dim("nO")
    both = {"@architectures": "nl_two_views.v1", "own": views[0], "shared": {**views[1], "width": width}}
    nlp.remove_pipe("senter")
    tagger = {"@architectures": "spacy.Tagger.v2", "nO": 2, "normalize": False, "tok2vec": both}
    joined = nlp.add_pipe("senter", config={"model": tagger}, after="tok2vec").model
    joined.initialize()
    joined.get_ref("tok2vec").layers[0].from_bytes(models[0].get_ref("tok2vec").to_bytes())
    outputs = [model.get_ref("softmax") for model in models]
    joined.get_ref("softmax").set_param("W", np.hstack([output.get_param("W") for output in outputs]) / 2)
    joined.get_ref("softmax").set_param("b", sum(output.get_param("b") for output in outputs) / 2)


def assemble(trained: Path, splitter: Path) -> Language:
    """The trained pipeline with the hand-written components and the splitter in their places."""
    nlp = spacy.load(trained)
    patch_tokenizer(nlp)
    forbid_empty_tag(nlp)
    join_splitters(nlp, spacy.load(splitter))
    nlp.add_pipe("nl_bounds", before="tok2vec")
    nlp.add_pipe("nl_rules", before="nl_lemmas")
    nlp.config["paths"] = {name: None for name in nlp.config["paths"]}
    nlp.meta.update(json.loads((Path(__file__).parent / "meta.json").read_text(encoding="utf-8")))
    nlp.meta.update(name=NAME, version=VERSION)
    return nlp


def package_strings(nlp: Language, folder: Path) -> list[str]:
    """The strings that the package needs: those of a blank vocabulary, its labels and the letters of its edit trees."""
    keep = set(spacy.blank("nl").vocab.strings)
    for _, component in nlp.pipeline:
        for label in getattr(component, "labels", ()):
            keep |= {str(label), *re.split(r"[|=]", str(label))}
    trees = srsly.read_msgpack(folder / "nl_lemmas" / "trees")["trees"]
    todo = list(nlp.get_pipe("nl_lemmas").cfg["labels"])
    while todo:
        tree = trees[todo.pop()]
        if "orig" in tree:
            keep |= {nlp.vocab.strings[tree["orig"]], nlp.vocab.strings[tree["subst"]]}
        else:
            todo += [tree[side] for side in ("prefix_tree", "suffix_tree") if tree[side] < len(trees)]
    return sorted(keep)


def annotation(doc: Doc) -> list[tuple[Any, ...]]:
    """All that the pipeline says of a document, token by token."""
    return [(t.text, t.pos_, str(t.morph), t.lemma_, t.dep_, t.head.i, t.is_sent_start) for t in doc]


def write(nlp: Language, folder: Path, check: Path) -> None:
    """Write the pipeline with a fresh string store, its licence and its scores on the texts of `check`.

    Raises:
        ValueError: the written pipeline does not say the same as the one in memory.
    """
    nlp.to_disk(folder)
    strings = package_strings(nlp, folder)
    (folder / "vocab" / "strings.json").write_text(json.dumps(strings, ensure_ascii=False, indent=0), encoding="utf-8")
    licence = f"nl_{NAME} {VERSION}, {nlp.meta['author']}. Licence: {nlp.meta['license']}, {nlp.meta['license_url']}\n"
    (folder / "LICENSE").write_text(licence, encoding="utf-8")
    sources = ["\n".join(str(value) for value in source.values()) for source in nlp.meta["sources"]]
    (folder / "LICENSES_SOURCES").write_text("\n\n".join([nlp.meta["notes"], *sources]) + "\n", encoding="utf-8")
    written = spacy.load(folder)
    for doc in DocBin().from_disk(check).get_docs(written.vocab):
        if annotation(nlp(doc.text)) != annotation(written(doc.text)):
            raise ValueError(f"The written pipeline differs from the trained one on a text of {check}.")
    scores = written.evaluate(list(Corpus(check)(written)))
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    meta["performance"] = {name: round(scores[name], 4) for name in SCORES}
    (folder / "meta.json").write_text(json.dumps(meta, indent=2, ensure_ascii=False), encoding="utf-8")


def main() -> None:
    """Read the command line, write the pipeline, build the wheel."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trained", type=Path, help="folder that `spacy train` wrote")
    parser.add_argument("splitter", type=Path, help="folder of the sentence splitter, likewise")
    parser.add_argument("folder", type=Path, help="folder for the finished pipeline")
    parser.add_argument("wheels", type=Path, help="folder for the package and its wheel")
    parser.add_argument("--check", type=Path, required=True, help="DocBin to compare and score on (dev)")
    arguments = parser.parse_args()
    write(assemble(arguments.trained, arguments.splitter), arguments.folder, arguments.check)
    arguments.wheels.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "spacy", "package", str(arguments.folder), str(arguments.wheels), "--force"]
    options = [
        "--name",
        NAME,
        "--version",
        VERSION,
        "--build",
        "wheel",
        "--code",
        f"{opdenk_nl.__file__},{opdenk_rules.__file__}",
    ]
    subprocess.run([*command, *options], check=True)


if __name__ == "__main__":
    main()
