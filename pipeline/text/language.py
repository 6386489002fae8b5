"""Whether a text reads as Dutch."""

import re
from functools import cache
from typing import Any

from pipeline.text.dutch import DUTCH, FOREIGN

MIN_WORDS = 8  # of a text without function words; a shorter one says too little and counts as Dutch
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
    n_dutch = sum(word in DUTCH for word in words)
    n_foreign = sum(word in FOREIGN for word in words)
    if n_dutch > n_foreign and n_dutch >= SURE_SHARE * len(words):
        return True
    letters = "".join(words)
    if sum(letter > "\u024f" for letter in letters) > max(MIN_CHARACTERS_OTHER_SCRIPT, 0.5 * len(letters)):
        return False
    if n_dutch or n_foreign or len(words) < MIN_WORDS:
        return n_foreign < 2 or n_dutch >= n_foreign
    return str(_identifier().classify(text)[0]) == "nl"


@cache
def _identifier() -> Any:  # noqa: ANN401  # no stubs
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(LANGUAGES)
    return identifier
