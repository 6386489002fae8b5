"""Features of a question that cannot be read alone, because it leans on what was said before it."""

import re
from collections.abc import Iterator

from pipeline.text.words import Words

DEMONSTRATIVES = frozenset("dat dit die deze zulke zoiets dezelfde zo'n".split())
PERSONAL = frozenset("hij zij ze hem hen ie".split())
PLACE_ADVERB = re.compile(
    r"(?:daar|hier)(?:aan|bij|door|in|mee|na|naar|om|onder|op|over|tegen|toe|tussen|uit|van|voor)?"
)
CLOSED_TAGS = frozenset({"PRON", "DET", "ADV", "SCONJ", "CCONJ", "INTJ", "ADP", "AUX"})
LENGTHS = (4, 7, 10, 14, 20)  # words from which a question gets one more feature
MAX_NOUNS = 3  # nouns from which more make no difference


def follow_up_features(words: Words, form: str) -> list[str]:
    """Name the features by which a follow-up is told ("En wie betaalt dat?").

    Args:
        words: the words of a question or concern.
        form: its form.
    """
    content = [place for place in range(len(words)) if words.tags[place] not in ("PUNCT", "SPACE")]
    names = {"bias", f"form={form}"}
    if content:
        names.add(f"opens={words.lower[content[0]]}")
    names.update(f"words>={low}" for low in LENGTHS if len(content) >= low)
    n_nouns = sum(words.tags[place] in ("NOUN", "PROPN") for place in content)
    names.update(f"nouns>={low}" for low in range(1, min(n_nouns, MAX_NOUNS) + 1))
    if not any(words.finite[place] for place in content):
        names.add("no_finite_verb")
    names.update(f"word={words.lower[place]}" for place in content if words.tags[place] in CLOSED_TAGS)
    names.update(_pointers(words, content))
    return sorted(names)


def _pointers(words: Words, content: list[int]) -> Iterator[str]:
    has_noun = False
    for place in content:
        if _points_back(words, place):
            yield "points_back"
            yield "points_back&after_noun" if has_noun else "points_back&before_noun"
            yield f"points_back={words.tags[place]}"
        has_noun = has_noun or words.tags[place] in ("NOUN", "PROPN")


def _points_back(words: Words, place: int) -> bool:
    word, tag = words.lower[place], words.tags[place]
    if word in DEMONSTRATIVES and tag in ("PRON", "DET"):
        return words.relations[place] != "mark" and not _refers_within(words, place)
    if PLACE_ADVERB.fullmatch(word) and word != "hier":
        return not _refers_within(words, place)
    if word in PERSONAL and tag == "PRON":
        return not any(words.tags[other] in ("NOUN", "PROPN") for other in range(place))
    return word == "dan" and place > 1 and "Degree=Cmp" not in words.features[place - 1]


def _refers_within(words: Words, place: int) -> bool:
    """Whether a word takes up what stands just before it: "de regel die ...", "die regel, dat ..."."""
    if place == 0:
        return False
    if words.lower[place - 1] == ",":
        return place > 1 and words.tags[place - 2] in ("NOUN", "PROPN", "PRON", "VERB", "AUX")
    return words.tags[place - 1] in ("NOUN", "PROPN")
