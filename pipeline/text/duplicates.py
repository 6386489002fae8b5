"""Find texts that say the same in the same words, slips of the pen apart."""

import unicodedata
from collections.abc import Sequence

WINDOW = 3  # neighbours in alphabetical order that a text is compared to
MIN_LETTERS = 15  # shorter texts must be equal
MIN_WORD = 5  # letters; in shorter words one letter makes another word
MAX_SLIP = 3  # letters that a slip or another ending may change


def find_duplicates(texts: Sequence[str]) -> list[int]:
    """Find for every text the first one that says the same.

    Texts are the same if their letters and digits are, or if they differ within one word by an ending or a
    slip. Near ones are looked for by the sorted neighbourhood method, forwards and backwards, so that the
    work grows with the number of texts and not with its square.

    Args:
        texts: the texts, the one to keep before its duplicates.

    Returns:
        Per text, the place of the first that says the same: its own if there is none before it.

    References:
        Hernández & Stolfo 1995, The merge/purge problem for large databases.
    """
    plain = [_plain(text) for text in texts]
    first: dict[str, int] = {}
    leader = [first.setdefault(row.replace(" ", "") or texts[place], place) for place, row in enumerate(plain)]
    distinct = {place: plain[place] for place in first.values()}
    for key in (lambda place: distinct[place], lambda place: distinct[place][::-1]):
        order = sorted(distinct, key=key)
        for ahead in range(1, WINDOW + 1):
            for one, other in zip(order, order[ahead:], strict=False):
                if is_slip(distinct[one], distinct[other]):
                    low, high = sorted((_root(leader, one), _root(leader, other)))
                    leader[high] = low
    return [_root(leader, place) for place in range(len(texts))]


def is_slip(one: str, other: str) -> bool:
    """Whether two texts of bare words differ within one longer word only, after its first letter, by few letters."""
    if min(len(one), len(other)) < MIN_LETTERS or abs(len(one) - len(other)) > MAX_SLIP:
        return False
    start = _shared_start(one, other)
    tail = _shared_start(one[start:][::-1], other[start:][::-1])
    changed = one[start : len(one) - tail], other[start : len(other) - tail]
    if max(map(len, changed)) > MAX_SLIP or not all(part == "" or part.isalpha() for part in changed):
        return False
    opening = one.rfind(" ", 0, start) + 1
    closing = one.find(" ", len(one) - tail)
    word = one[opening : closing if closing >= 0 else len(one)]
    return start > opening and len(word) >= MIN_WORD


def _shared_start(one: str, other: str) -> int:
    """Number of letters that two texts have in common from the first on, by halving: texts are compared in one go."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle - 1)
    return low


def _plain(text: str) -> str:
    """The words alone, in lower case, one space apart."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return " ".join("".join(letter if letter.isalnum() else " " for letter in plain).split())


def _root(leader: list[int], place: int) -> int:
    while leader[place] != place:
        place = leader[place]
    return place
