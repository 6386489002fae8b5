"""Who speaks: `Naam:` before what is said, chat lines with a time, and lists of who was there."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.text.blocks import Block
from pipeline.text.dutch import LABELS
from pipeline.text.name_lists import Grade, key, name_lists

MIN_UTTERANCES = 3  # lines with a name before them, from which a text can be a transcript
TRANSCRIPT_SHARE = 0.5  # of the lines of a text
ORIGIN_SPEAKER, ORIGIN_LIST, ORIGIN_FILE = "speaker", "participant list", "file name"

PARTICLES = (
    r"(?:van|de|der|den|het|ten|ter|te|'t|’t|op|in|aan|bij|la|le|el|al|ben|bin|von|du|da|di|dos|Van|De|El|Al|Den|Ten|Ter|"
    r"'s|’s|d'|d’|v\.?d\.?)"
)
WORD = r"[A-ZÀ-ÝŞİĞ][\w'’.-]*"
NAME = rf"{WORD}(?:\s+(?:{PARTICLES}\s+)*{WORD}){{0,3}}"
AFFILIATION = r",\s+[^\W\d_][^:.?!,]{1,40}|\s[-–|]\s+[^:.?!]{1,40}"  # role or school behind a name
_PREFIX = re.compile(rf"(?P<name>{NAME})\s*(?:\([^)]{{1,40}}\)\s*|(?P<affiliation>{AFFILIATION}))?:\s+(?=\S)")
_CHAT = re.compile(
    rf"\[?(?:\d{{1,2}}[-/]\d{{1,2}}[-/]\d{{2,4}},?\s+)?(?P<time>\d{{1,2}}[:.]\d{{2}}(?::\d{{2}})?)\]?\s*(?:-\s*)?"
    rf"(?:From\s+|Van\s+)?(?P<name>{NAME})\s*(?:(?:to|aan)\s+\w+)?\s*:\s+(?P<text>.+)$"
)
_ROLE = re.compile(
    r"(?:^|[\s(;,])(?:aanwezig(?:en)?|afwezig(?: met (?:bericht|kennisgeving)| m\.?k\.?)?|deelnemers?|"
    r"(?:aanw|afw|afm)\.?(?=:)|afgemeld|afmeldingen|afmelding van|"
    r"(?:dag)?voorzitter|notulist|notulen|gespreksleiders?|verslag(?:legger)?|schrijft mee|genodigden|gasten)"
    r"(?:\s+(?:waren|was|door))?\s*:?\s+",
    re.IGNORECASE,
)
_NAMED_FILE = re.compile(
    r"\b(?i:interview|gesprek|notities|aantekeningen|verslag|reactie|mail|bericht|brief|inbreng|bijdrage|input)\s+"
    rf"(?:(?:met|van|door)\s+)?(?P<name>{NAME})"
)
_NAME_IN_LIST = re.compile(rf"(?P<name>{NAME})(?:\s*\((?P<note>[^)]*)\))?")


@dataclass(frozen=True)
class Attributed:
    """Blocks with their speakers, the names found with their origin, and what there is to say about it."""

    blocks: list[Block]
    names: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()


def attribute(blocks: Sequence[Block], people: Sequence[str] = ()) -> Attributed:
    """Find who said what in a text.

    A name before a colon is taken as a speaker in a transcript, where most lines have one, and elsewhere if the text
    lists it among those present. A line of a chat log has a time before the name.
    """
    listed = names_in_lists(block.text for block in blocks)
    chat = [_CHAT.match(block.text) for block in blocks]
    if sum(match is not None for match in chat) >= max(MIN_UTTERANCES, TRANSCRIPT_SHARE * len(blocks)):
        return _chat(blocks, chat, listed)
    found = [split_speaker(block.text) for block in blocks]
    is_spoken = [block.kind in ("paragraph", "bullet") for block in blocks]
    labels = Counter(name for (name, _), spoken in zip(found, is_spoken, strict=True) if name and spoken)
    is_transcript = (
        labels.total() >= max(MIN_UTTERANCES, TRANSCRIPT_SHARE * sum(is_spoken)) and max(labels.values()) > 1
    )
    known = _by_first_name(sorted({*listed, *people}))
    result: list[Block] = []
    names: set[tuple[str, str]] = {(name, ORIGIN_LIST) for name in listed}
    for block, (name, rest) in zip(blocks, found, strict=True):
        if name and block.kind != "heading" and (is_transcript or name in known):
            kind = "utterance" if is_transcript and block.kind == "paragraph" else block.kind
            result.append(replace(block, text=rest, speaker=known.get(name, name), kind=kind))
            names |= {(name, ORIGIN_SPEAKER), (known.get(name, name), ORIGIN_SPEAKER)}
        else:
            result.append(block)
    return Attributed(result, tuple(sorted(names)))


def _by_first_name(names: Sequence[str]) -> dict[str, str]:
    """Full names by themselves and by their first name, where only one person has it."""
    counts = Counter(name.split()[0] for name in names)
    return {name: name for name in names} | {name.split()[0]: name for name in names if counts[name.split()[0]] == 1}


def split_speaker(text: str) -> tuple[str | None, str]:
    """Split `Naam: tekst`; no name if what stands before the colon cannot be one."""
    match = _PREFIX.match(text)
    first = match["name"].lower().split()[0] if match else ""
    if match is None or first in LABELS:
        return None, text
    if match["affiliation"] and name_lists().given.get(key(first), Grade.NONE) < Grade.WORD:
        return None, text  # "Utrecht, binnenstad: ..." names a subject
    return match["name"], text[match.end() :]


def opens_utterance(line: str) -> bool:
    """Whether a line may be what somebody says, with the name before it."""
    return split_speaker(line)[0] is not None or _CHAT.match(line) is not None


def names_in_lists(texts: Iterable[str]) -> list[str]:
    """Names from lists such as `Aanwezig: ...` and from roles such as `voorzitter Ilse de Graaf`."""
    names: set[str] = set()
    for text in texts:
        for part in _ROLE.split(text)[1:]:
            names.update(_listed(part))
    return sorted(names)


def names_in_file_name(file: str) -> list[str]:
    """Full names that a file name gives, such as `interview-Jan-de-Vries.docx` or `reactie van Jan de Vries.txt`."""
    words = re.sub(r"[-_.]+", " ", file.rsplit("/", 1)[-1].rsplit(".", 1)[0])
    match = _NAMED_FILE.search(words)
    return [match["name"]] if match and " " in match["name"] else []


def _listed(text: str) -> Iterable[str]:
    place = 0
    while (match := _NAME_IN_LIST.match(text, place)) is not None:
        if match["name"].lower().split()[0] not in LABELS:
            yield match["name"].rstrip(".")
        separator = re.compile(r"\s*(?:[,;]|\ben\b|&)\s*(?:en\s+)?").match(text, match.end())
        if separator is None:
            return
        place = separator.end()


def _chat(blocks: Sequence[Block], matches: Sequence[re.Match[str] | None], listed: Sequence[str]) -> Attributed:
    result: list[Block] = []
    names = {(name, ORIGIN_LIST) for name in listed}
    for block, match in zip(blocks, matches, strict=True):
        if match is None:
            result.append(block)
            continue
        time_s = seconds(match["time"])
        result.append(replace(block, text=match["text"], kind="chat", speaker=match["name"], time_s=time_s, level=None))
        names.add((match["name"], ORIGIN_SPEAKER))
    return Attributed(result, tuple(sorted(names)))


def seconds(clock: str) -> float | None:
    """Seconds of a time such as 14:02 (hours and minutes) or 0:14:02; None if it is none."""
    parts = re.split(r"[:.]", clock.strip())
    if len(parts) not in (2, 3) or not all(part.isdigit() and len(part) <= 2 for part in parts):
        return None
    hours, minutes, rest = (int(part) for part in [*parts, "0"][:3])
    return float(hours * 3600 + minutes * 60 + rest)


_WHO = rf"(?P<name>{NAME}(?:\s*[|(][^:]*)?|(?:Spreker|Speaker|Deelnemer)\s+\d{{1,2}})"
_CLOCK = r"\[?(?P<time>(?:\d{1,2}:)?\d{1,2}:\d{2})\]?"
_TIMED_NAME = re.compile(rf"{_WHO}\s+{_CLOCK}\s*$")  # Teams
_NAME_AFTER_TIME = re.compile(rf"{_CLOCK}\s+{_WHO}\s*$")  # Word
_TIME_BELOW_NAME = re.compile(rf"{_WHO}\n{_CLOCK}$")
_TIMING = re.compile(r"(?:\d+:)?\d+:\d+(?:\.\d+)?\s*-->\s*(?:\d+:)?\d+:\d+(?:\.\d+)?$")


def timed_utterances(blocks: Sequence[Block]) -> list[Block]:
    """Utterances of a transcript saved as a document; empty if it is none.

    Known are a line with name and time, in either order or below each other, above what was said, and a line with
    start and end time above a line with the name.
    """
    blocks = _with_times_beside_names(blocks)
    heads = [_TIMED_NAME.match(block.text) or _NAME_AFTER_TIME.match(block.text) for block in blocks]
    timings = [_TIMING.match(block.text) for block in blocks]
    if max(sum(map(bool, heads)), sum(map(bool, timings))) < MIN_UTTERANCES:
        return []
    result: list[Block] = []
    speaker, time_s, expects_name = None, None, False
    for block, head, timing in zip(blocks, heads, timings, strict=True):
        if timing is not None:
            time_s, expects_name = _offset(block.text.split("-->")[0]), True
        elif head is not None:
            speaker, time_s, expects_name = head["name"].strip(), _offset(head["time"]), False
        elif expects_name:
            speaker, expects_name = block.text, False
        elif speaker is None:
            result.append(block)
        else:
            result.append(
                replace(block, kind="utterance", level=None, heading=(), prompt=None, speaker=speaker, time_s=time_s)
            )
    return result


def _with_times_beside_names(blocks: Sequence[Block]) -> list[Block]:
    """Put a time that stands below a name beside it."""
    result: list[Block] = []
    for block in blocks:
        if result and _TIME_BELOW_NAME.match(f"{result[-1].text}\n{block.text.strip()}"):
            result[-1] = replace(result[-1], text=f"{result[-1].text} {block.text.strip()}")
        else:
            result.append(block)
    return result


def _offset(clock: str) -> float:
    """Seconds of a time counted from the start: minutes and seconds, or hours, minutes and seconds."""
    total = 0.0
    for part in clock.strip().split(":"):
        total = total * 60 + float(part)
    return total
