"""The rules of the Dutch pipeline: tags and sentence ends that are beyond doubt. This file travels inside the wheel."""

import re
from functools import lru_cache

from spacy.language import Language
from spacy.tokens import Doc, Token
from spacy.util import registry
from thinc.api import Model, concatenate
from thinc.types import Floats2d


def listed(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


PREPOSITIONS = listed(
    "n.a.v. m.b.t. i.v.m. i.s.m. i.p.v. i.c.m. t.a.v. t.o.v. m.u.v. o.b.v. o.l.v. t.b.v. d.m.v. a.d.h.v. i.r.t. v.w.b. "
    "t.g.v. m.i.v. t/m nav mbt ivm ism ipv icm tav tov obv tbv dmv adhv irt vwb tgv"
)
ADVERBS = listed(
    "o.a. bijv. bv. m.n. d.w.z. m.i. z.s.m. n.v.t. e.d. etc. enz. resp. evt. ca. i.h.k.v. n.t.b. m.a.w. i.t.t. vnl. oa "
    "bijv bv mn dwz zsm nvt ed etc evt ca enz e.e.a. eea a.u.b. s.v.p. aub svp jl. a.s. incl. excl. v.a. e.v. m.m.v. "
    "t.z.t. tzt i.o.m. iom"
)
FILLERS = listed("eh ehm uh uhm uhmm hm hmm mmm ehh uhh hè nou tja oké ok okay ja nee joh ach oh o-kee jeetje haha")
# Words, in lower case, whose tag the context does not change: -> part of speech, morphology. They are their own lemmas.
TAGS: dict[str, tuple[str, str | None]] = {
    **dict.fromkeys(PREPOSITIONS, ("ADP", "")),
    **dict.fromkeys(ADVERBS, ("ADV", "")),
    **dict.fromkeys(FILLERS, ("INTJ", "")),
    **dict.fromkeys(("c.q.", "en/of", "zowel"), ("CCONJ", "")),
    **dict.fromkeys(("wvttk", "w.v.t.t.k."), ("NOUN", "")),
    **dict.fromkeys(listed("dhr. mevr. mw. dhr mevr mw"), ("NOUN", "Gender=Com|Number=Sing")),
    **dict.fromkeys(listed("mezelf jezelf onszelf zichzelf"), ("PRON", "PronType=Prs|Reflex=Yes")),
    "jij": ("PRON", "Case=Nom|Person=2|PronType=Prs"),
    "jullie": ("PRON", "Person=2|PronType=Prs"),
    "geboren": ("VERB", "VerbForm=Part"),
}
MODALS = listed(
    "moet moeten moest moesten kan kun kunt kunnen kon konden zal zul zult zullen zou zouden mag mogen mocht mochten"
)
LIGHT_VERBS = listed(
    "ben bent is zijn was waren geweest wees zij ware zijnde wordt word worden werd werden geworden heb hebt heeft "
    "hebben had hadden gehad hebbende"
)
AUXILIARIES = LIGHT_VERBS | listed(
    "zijt gemoeten gekund zoudt gemogen krijg krijgt krijgen kreeg kregen gekregen kunnende"
)
BULLETS = listed("- – — * • · ▪ -> --> → >")
NUMBER = re.compile(r"\d[\d.,:/-]*")
NUMBER_LIKE = frozenset(("SYM", "PROPN", "X", "NOUN", "ADJ"))
NAME_OPENERS = listed("De Van")
# Word, in lower case, and tag -> labels of the tree, tag and morphology that it has with these.
TAGS_BY_LABEL = {
    ("-", "PUNCT"): (listed("flat fixed"), "SYM", ""),
    ("of", "CCONJ"): (listed("flat"), "PROPN", ""),
    ("dat", "PRON"): (listed("mark"), "SCONJ", ""),
    ("beide", "DET"): (listed("nsubj nsubj:pass obj iobj obl nmod conj"), "PRON", "PronType=Ind"),
    ("minder", "PRON"): (listed("advmod"), "ADV", ""),
    ("minder", "DET"): (listed("advmod"), "ADV", ""),
}


Tagged = tuple[str, str | None]  # part of speech; morphology, None to leave it as it is


@Language.component("nl_rules")
def apply_rules(doc: Doc) -> Doc:
    """Set the tags that a list or the tree settles: abbreviations, fillers, auxiliaries, numbers, bullets, links."""
    parsed = doc.has_annotation("DEP")
    for token in doc:
        low = token.lower_
        if low in TAGS:
            token.lemma_ = low
        found = TAGS.get(low) or _by_form(token, low) or (_by_tree(token, low) if parsed else None)
        if found:
            token.pos_, morph = found
            if morph is not None:
                token.set_morph(morph)
    return doc


def _by_form(token: Token, low: str) -> Tagged | None:
    """Modals, numbers, bullets, white space, links."""
    tag = token.pos_
    if low in MODALS and tag in ("VERB", "NOUN", "SCONJ", "PROPN"):
        return "AUX", None
    if tag in NUMBER_LIKE and NUMBER.fullmatch(token.text):
        return "NUM", ""
    if token.is_sent_start and low in BULLETS:
        return "PUNCT", ""
    if token.is_space:
        return "SPACE", ""
    return ("SYM", "") if token.like_url or token.like_email else None


def _by_tree(token: Token, low: str) -> Tagged | None:
    """Auxiliaries, function words whose tag follows from their place in the tree, capitals within a name."""
    tag = token.pos_
    if tag in ("AUX", "VERB") and low not in MODALS:
        return _verb_tag(token, tag), None
    if (low, tag) in TAGS_BY_LABEL:
        labels, by_label, morph = TAGS_BY_LABEL[low, tag]
        return (by_label, morph) if token.dep_ in labels else None
    return ("PROPN", "") if tag in ("DET", "ADP") and token.text in NAME_OPENERS and _opens_name(token) else None


def _opens_name(token: Token) -> bool:
    """Whether a capitalised article or preposition inside a sentence opens the name that follows ("Augustus De Morgan")."""
    if token.is_sent_start or token.i + 1 == len(token.doc):
        return False
    return token.nbor().pos_ == "PROPN" and token.nbor(-1).pos_ not in ("PUNCT", "SPACE")


def _verb_tag(token: Token, tag: str) -> str:
    """AUX or VERB: zijn, hebben and worden are auxiliaries where the tree says so, and no full verb is one."""
    if token.lower_ in LIGHT_VERBS:
        return "AUX" if token.dep_ in ("aux", "aux:pass", "cop") else "VERB"
    return tag if token.lower_ in AUXILIARIES else "VERB"


NO_END = listed(
    "n.a.v. m.b.t. i.v.m. i.s.m. i.p.v. i.c.m. t.a.v. t.o.v. m.u.v. o.b.v. o.l.v. t.b.v. d.m.v. a.d.h.v. i.r.t. "
    "v.w.b. t.g.v. m.i.v. c.q. o.a. bijv. bv. m.n. d.w.z. m.i. resp. evt. ca. i.h.k.v. m.a.w. i.t.t. vnl. incl. "
    "excl. v.a. m.m.v. i.o.m. dhr. mevr. mw. dr. drs. prof. mr. ir. ing. ds. nr. blz. art. vgl. zgn. zg. max. min. "
    "gem. mej. vs. t.n.v. t.h.v. o.v.v. afd. hfst. tel."
)
ENDERS = listed(". ! ? … ... : ; .. !! ?? ?! \" '' ” ’ ' ) ] »")
CLOSERS = listed(", ; : ) ] } . ! ? % » ”")
ENUMERATOR = re.compile(r"\d{1,2}[.)]?|[a-z][.)]|[.)]|[^\w\s]")


@Language.component("nl_bounds")
def set_bounds(doc: Doc) -> Doc:
    """Settle the sentence ends beyond doubt; what is left open is up to the splitter.

    A new line starts a sentence. None starts after an abbreviation, after the number or bullet that opens a line,
    at closing punctuation, or at a lower-case word that does not follow an end mark.
    """
    previous, opening, new_line = "", True, False
    for token in doc:
        text = token.text
        if token.is_space:
            new_line = "\n" in text
            opening = opening or new_line
            continue
        if previous and new_line:
            token.is_sent_start = True
        elif previous and (opening or _goes_on(previous, text)):
            token.is_sent_start = False
        opening = opening and ENUMERATOR.fullmatch(text) is not None
        previous, new_line = text, False
    return doc


@lru_cache(maxsize=200_000)
def _goes_on(previous: str, text: str) -> bool:
    """Whether no sentence can start at a word, seen the word before it."""
    if text in CLOSERS or previous.lower() in NO_END:
        return True
    return text[:1].islower() and previous not in ENDERS and previous[-1:] != "."


@registry.architectures("nl_two_views.v1")
def two_views(
    own: Model[list[Doc], list[Floats2d]], shared: Model[list[Doc], list[Floats2d]]
) -> Model[list[Doc], list[Floats2d]]:
    """What the splitter reads: the vectors of its own network beside those that tagger and parser read."""
    both: Model[list[Doc], list[Floats2d]] = concatenate(own, shared)
    both.set_dim("nO", own.get_dim("nO") + shared.get_dim("nO"))
    return both
