"""From paragraphs and bullets to an outline: headings with their depth, nested bullets, and what introduces what."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.text.blocks import Block
from pipeline.text.dutch import ABBREVIATION, FINITE, OPEN_ENDS
from pipeline.text.lines import Piece
from pipeline.text.shape import is_open

MAX_TITLE_WORDS = 16
MAX_TITLE_CHARACTERS = 130
MAX_LABEL_WORDS = 6  # words of a heading that ends in a colon

_NAMED = r"[A-Z][\w'’-]+(?:(?:\s+(?:en|aan|de|van))*\s+[A-Z][\w'’-]+)*"
GROUP = re.compile(
    rf"(?i:(?:sub|deel|werk)?groep|tafel|team|regio|breakout(?:room)?|hoek|flap)\s+(?:\d+|[A-Z]\b|{_NAMED})"
    r"|[A-Z][a-z]+e (?:tafel|groep)$"
)
_NEXT_SENTENCE = re.compile(r"[.?!…][)’”\"']*\s+(?=[A-ZÀ-Ý‘“])")
MAX_SENTENCE = 1000  # characters from the end of a text in which its last sentence is looked for
_STOP = re.compile(r"[.?!:](?:\s|$)")
_UNDERLINE = re.compile(r"[=\-_~*#]{3,}$")
_NO_TITLE = re.compile(r"https?://|www\.|@\w|\d{2}[ -]?\d{6}|^[\W\d]+$|^\d{1,2} [a-z]+ \d{4}\b")


@dataclass(slots=True)
class _Item:
    piece: Piece
    kind: str
    level: int | None = None
    children: bool = False
    ready: Block | None = None

    @property
    def text(self) -> str:
        return self.piece.text

    @property
    def is_plain(self) -> bool:
        return self.kind == "paragraph" and not self.piece.marker


def outline(pieces: Sequence[Piece | Block]) -> list[Block]:
    """Tell headings from paragraphs, nest bullets, and note above every piece what it stands under.

    Args:
        pieces: all pieces of a document in reading order; blocks among them, such as the cells of a table, are
            complete but for what they stand under.
    """
    items = [_item(piece) for piece in pieces if not _UNDERLINE.fullmatch(piece.text)]
    _nest_bullets(items)
    _find_numbered(items)
    _find_plain_headings(items)
    _find_bullet_headings(items)
    return list(_blocks(items))


def is_title(text: str, *, max_words: int = MAX_TITLE_WORDS) -> bool:
    """Whether a text reads as a heading: short, no full stop, no finite verb."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    if not words or len(text) > MAX_TITLE_CHARACTERS or len(words) > max_words or _NO_TITLE.search(text):
        return False
    if text[-1] in ".?!;,…" or ABBREVIATION.search(text) or text[0].islower() or words[-1] in OPEN_ENDS:
        return False
    if text[-1] == ":" and len(words) > MAX_LABEL_WORDS:
        return False
    return FINITE.isdisjoint(words)


def group_of(headings: Sequence[str]) -> str | None:
    """The table or group that a heading names, the innermost first."""
    for heading in reversed(headings):
        match = GROUP.match(heading)
        if match:
            name = match[0]
            return name.capitalize() if name.isupper() else name
    return None


def group_of_file(file: str) -> str | None:
    """The table or group that a file name starts with, such as `tafel-2.vtt`."""
    stem = re.sub(r"[-_]+", " ", file.rsplit("/", 1)[-1])
    match = re.match(r"(?:tafel|groep|subgroep|team) ?\d+\b", stem, re.IGNORECASE)
    return group_of([match[0].capitalize()]) if match else None


def last_sentence(text: str) -> str:
    """The last sentence of a text."""
    tail = text[-MAX_SENTENCE:]
    ends = [match.end() for match in _NEXT_SENTENCE.finditer(tail)]
    return tail[ends[-1] :] if ends else tail


def _item(piece: Piece | Block) -> _Item:
    if isinstance(piece, Block):
        return _Item(Piece(piece.text, piece.line or 0), "ready", ready=piece)
    if piece.is_heading:
        return _Item(piece, "heading", 1 if piece.level is None else piece.level)
    if piece.level is not None or piece.marker:
        return _Item(piece, "bullet", piece.level or 1)
    return _Item(piece, "paragraph")


def _nest_bullets(items: Sequence[_Item]) -> None:
    """Give bullets their depth, by indent, else by a change of sign."""
    stack: list[tuple[float, str]] = []
    inside = 0  # one more level below a lead-in whose bullets were indented like itself
    before: _Item | None = None
    for item in items:
        if item.kind != "bullet":
            stack, inside = [], 0
        elif item.piece.level is None:
            depth = _push(stack, item.piece)
            inside = _goes_inside(item, before, inside, same=before is not None and before.level == depth + inside)
            item.level = depth + inside
        before = item if item.kind == "bullet" else None
    for item, following in pairwise(items):
        item.children = (
            following.kind == "bullet" and item.kind == "bullet" and (following.level or 1) > (item.level or 1)
        )


def _push(stack: list[tuple[float, str]], piece: Piece) -> int:
    sign = "1" if piece.is_numbered else piece.marker
    while stack and piece.indent < stack[-1][0]:
        stack.pop()
    if stack and piece.indent == stack[-1][0]:
        level = next(
            (n for n, (indent, known) in enumerate(stack, 1) if known == sign and indent == piece.indent), None
        )
        if level is not None:
            del stack[level:]
            return level
    stack.append((piece.indent, sign))
    return len(stack)


def _goes_inside(item: _Item, before: _Item | None, inside: int, *, same: bool) -> int:
    if not item.text[:1].islower():
        return 0
    if inside:
        return inside
    return int(same and before is not None and is_lead_in(before.text) and not before.text[:1].islower())


def is_lead_in(text: str) -> bool:
    """Whether a text needs what follows it: it ends in a colon, an abbreviation or a word that can't end a sentence."""
    if text.endswith(":") or ABBREVIATION.search(text):
        return True
    return is_open(text) and text.split()[-1].lower() in OPEN_ENDS


def _find_numbered(items: Sequence[_Item]) -> None:
    """A numbered line that stands alone is a heading; with its neighbours in number it is a list."""
    for place, item in enumerate(items):
        if not item.piece.is_numbered or item.kind != "bullet" or item.piece.is_heading is False:
            continue
        around = [other for other in (items[place - 1] if place else None, _at(items, place + 1)) if other]
        in_list = any(other.piece.is_numbered and other.level == item.level for other in around)
        following = _at(items, place + 1)
        if not in_list and following and is_title(item.text) and item.piece.indent == 0:
            item.kind, item.level = "heading", len(re.findall(r"\d+", item.piece.marker)) or 1
            item.children = False


def _find_plain_headings(items: Sequence[_Item]) -> None:
    for place, item in enumerate(items):
        following = _at(items, place + 1)
        if not item.is_plain or item.piece.is_heading is False or following is None or not is_title(item.text):
            continue
        before = items[place - 1] if place else None
        loud = item.text.isupper() or (item.text[-1] == ":" and following.kind == "bullet")
        apart = loud or before is None or item.piece.gap > 0
        if apart and _opens_section(items, place):
            item.kind, item.level = "heading", 1


def _opens_section(items: Sequence[_Item], place: int) -> bool:
    """Whether what follows a short line is a body of text, at once or after one more heading."""
    for following in items[place + 1 : place + 3]:
        if following.kind != "paragraph":
            return True
        if following.piece.gap == 0 and not following.piece.repairs["line break"]:
            return items[place].text.isupper() or items[place].text.endswith(":")
        if not is_title(following.text):
            return len(following.text.split()) > MAX_TITLE_WORDS or bool(_STOP.search(following.text))
    return False


def _find_bullet_headings(items: Sequence[_Item]) -> None:
    for item in items:
        if item.kind == "bullet" and item.children and is_title(item.text.removesuffix(".")):
            item.kind = "heading"


def _at(items: Sequence[_Item], place: int) -> _Item | None:
    return items[place] if place < len(items) else None


def _blocks(items: Sequence[_Item]) -> Iterator[Block]:
    path: list[tuple[int, str]] = []
    parents: list[tuple[int, str]] = []
    announced = False
    introduction: str | None = None
    for place, item in enumerate(items):
        if item.kind == "heading":
            announced = _is_announced(items, place, announced)
            level = _heading_level(item, path, announced=announced)
            path = [(depth, text) for depth, text in path if depth < level]
            yield _block(item, path, level=len(path) + 1)
            path.append((level, item.text.rstrip(".: ") or item.text))
            parents, introduction = [], None
            continue
        if item.ready is not None:
            path = [(depth, text) for depth, text in path if depth < _BULLET_HEADING]
            yield _placed(item.ready, path, introduction)
            continue
        prompt = None
        if item.kind == "bullet":
            level = item.level or 1
            path = [(depth, text) for depth, text in path if depth < _BULLET_HEADING + level]
            parents = [(depth, text) for depth, text in parents if depth < level]
            prompt = parents[-1][1] if parents else introduction
            parents.append((level, item.text))
        else:
            path = [(depth, text) for depth, text in path if depth < _BULLET_HEADING]
            parents, introduction = [], _introduction(item.text)
        yield _block(item, path, level=item.level, prompt=prompt)


_BULLET_HEADING = 100  # depth of headings that are bullets: below all others


def _heading_level(item: _Item, path: Sequence[tuple[int, str]], *, announced: bool) -> int:
    level = 1 if item.level is None else item.level
    if item.piece.is_heading:
        return level
    if item.piece.marker and not item.piece.is_numbered:
        return _BULLET_HEADING + level
    return level + 1 if announced else level


def _is_announced(items: Sequence[_Item], place: int, announced: bool) -> bool:
    """Whether a heading stands below the one before it: a colon led up to it, or to its like before it."""
    item = items[place]
    if item.piece.is_heading or item.piece.marker:
        return announced and bool(item.piece.marker) and not item.piece.is_numbered
    body = []
    for other in items[place + 1 :]:
        if other.kind == "heading":
            break
        body.append(other)
    if any(other.kind == "bullet" for other in body):
        return False
    before = items[place - 1] if place else None
    return announced or (before is not None and before.kind == "paragraph" and before.text.endswith(":"))


def _introduction(text: str) -> str | None:
    sentence = last_sentence(text)
    return sentence if sentence.endswith("?") or is_lead_in(text) else None


def _placed(block: Block, path: Sequence[tuple[int, str]], introduction: str | None) -> Block:
    heading = (*(text for _, text in path), *block.heading)
    return replace(block, heading=heading, prompt=block.prompt or introduction, group=block.group or group_of(heading))


def _block(item: _Item, path: Sequence[tuple[int, str]], *, level: int | None, prompt: str | None = None) -> Block:
    piece = item.piece
    heading = tuple(text for _, text in path)
    shown = f"{piece.marker} {piece.text}" if item.kind == "heading" and piece.is_numbered else piece.text
    named = (*heading, piece.text) if item.kind == "heading" else heading
    return Block(
        shown,
        kind=item.kind,
        level=level,
        heading=heading,
        prompt=prompt,
        group=group_of(named),
        page=piece.page,
        line=piece.number,
        repairs=piece.repairs,
    )
