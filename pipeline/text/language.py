"""Whether a text reads as Dutch."""

import re
from functools import cache
from typing import Any

DUTCH_WORDS = frozenset(
    "aan al alle als bij dan dat de deze die dit door een eens en er geen goed haar heb hebben heeft het hier hij hoe "
    "hun ik ja je jij jullie kan kunnen maar mee meer met moet moeten naar nee niet nog nu of om onze ons ook op over "
    "te tot uit van veel voor waar waarom wat we wel welke wie wij wil worden wordt zal ze zich zij zijn zo zonder zou"
    .split()
)
FOREIGN_WORDS = frozenset(
    "the and of to is are was were that this these with for from have has not you we they what how can will would should "  # en
    "our your their there be it its do does which who when where why an as at by or if "
    "der die das und ist sind nicht mit für auf ein eine wir sie ich wie kann des dem den von zu auch werden haben "  # de
    "le la les des et est une un pour dans que qui nous vous avec sur pas ne il elle sont au aux du ce cette "  # fr
    "el los las y que es una por con para como más pero su se".split()  # es
) - DUTCH_WORDS
MIN_WORDS = 4  # words; a shorter text says too little and counts as Dutch
SURE_SHARE = 0.12  # of the words; as many Dutch function words and no more foreign ones: surely Dutch
LANGUAGES = ["nl", "en", "de", "fr", "es", "it", "pl", "tr", "ar", "uk", "ru"]
MIN_CHARACTERS_OTHER_SCRIPT = 10

_WORD = re.compile(r"[^\W\d_]+")


def is_dutch(text: str) -> bool:
    """Tell whether a text reads as Dutch; short texts count as Dutch unless they clearly are not.

    Function words decide where they can; a trained identifier (py3langid) is asked about the rest.
    """
    words = [word.lower() for word in _WORD.findall(text)]
    if not words:
        return True
    n_dutch = sum(word in DUTCH_WORDS for word in words)
    n_foreign = sum(word in FOREIGN_WORDS for word in words)
    if n_dutch > n_foreign and n_dutch >= SURE_SHARE * len(words):
        return True
    letters = "".join(words)
    if sum(letter > "\u024f" for letter in letters) > max(MIN_CHARACTERS_OTHER_SCRIPT, 0.5 * len(letters)):
        return False
    if n_dutch or len(words) < MIN_WORDS:
        return n_dutch >= n_foreign or len(words) < MIN_WORDS and n_foreign < 2
    return n_foreign == 0 and _identified(text) in ("nl", "") or _identified(text) == "nl"


def _identified(text: str) -> str:
    return str(_identifier().classify(text)[0])


@cache
def _identifier() -> Any:  # noqa: ANN401  # no stubs
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(LANGUAGES)
    return identifier
