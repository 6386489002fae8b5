"""Content lemmas and noun chunks of a passage, read from the parse."""

from pipeline.text.words import Words

CONTENT_TAGS = frozenset({"NOUN", "PROPN", "VERB", "ADJ"})
CHUNK_HEADS = frozenset({"NOUN", "PROPN"})
INSIDE = frozenset({"ADJ", "NOUN", "PROPN", "NUM", "X", "SYM"})
PREPOSITIONS = frozenset({"van", "voor", "op", "in", "aan", "met", "tussen", "over"})
MIN_LETTERS = 2
LIGHT_VERBS = frozenset(
    "zijn hebben worden kunnen moeten willen zullen mogen gaan komen doen maken zitten laten".split()
)


def content_lemmas(words: Words) -> list[str]:
    """Lemmas of nouns, names, verbs and adjectives in order, lower case; a separated verb is joined to one."""
    particles: dict[int, str] = {}
    for place, relation in enumerate(words.relations):
        head = words.heads[place] - words.first
        if relation == "compound:prt" and 0 <= head < len(words):
            particles[head] = words.lower[place]
    lemmas = []
    for place, lemma in enumerate(words.lemmas):
        joined = particles.get(place, "") + lemma
        is_light = joined in LIGHT_VERBS or words.tags[place] == "AUX"
        is_word = sum(map(str.isalpha, lemma)) >= MIN_LETTERS and not _is_mark(words, place)
        if words.tags[place] in CONTENT_TAGS and not is_light and is_word:
            lemmas.append(joined)
    return lemmas


def noun_chunks(words: Words, text: str) -> list[str]:
    """Noun chunks as written, without articles and pronouns before them: nouns with the adjectives in front.

    Args:
        words: the words of a passage.
        text: the text that their places point into.
    """
    chunks = []
    start: int | None = None
    for place in range(len(words) + 1):
        if place < len(words) and words.tags[place] in INSIDE and not _is_mark(words, place):
            start = place if start is None else start
            continue
        if start is not None:
            chunks += _chunk(words, text, start, place)
            start = None
    return chunks


def _is_mark(words: Words, place: int) -> bool:
    """Whether a word stands in square brackets, as what replaces a name does ("[naam]"): it tells no subject."""
    return words.lower[place - 1 : place] == ("[",) and words.lower[place + 1 : place + 2] == ("]",)


def _chunk(words: Words, text: str, start: int, end: int) -> list[str]:
    while end > start and words.tags[end - 1] not in CHUNK_HEADS:
        end -= 1
    while end > start and words.tags[start] in ("NUM", "SYM"):
        start += 1
    if end == start:
        return []
    chunk = " ".join(text[words.starts[start] : words.ends[end - 1]].split())
    return [chunk] if sum(map(str.isalpha, chunk)) >= MIN_LETTERS else []
