"""Subtitles and transcripts with time codes: WebVTT and SubRip.

Cues are read one by one, so that a malformed one costs only itself: both formats are a line with two times and the
lines after it up to a blank one.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.readers.reading import Reading, Source, Unreadable
from pipeline.readers.text import decoded_text, encoding_warnings
from pipeline.text.blocks import Block
from pipeline.text.speakers import ORIGIN_SPEAKER, split_speaker

PAUSE_S = 10.0  # seconds of silence after which the same speaker's words are a new utterance
LONG_CHARACTERS = 1200  # from which an utterance ends at the next end of a sentence
MIN_REPEATED = 3  # words that a cue must share with the end of the one before it to say them again

_ARROW = "-->"
_CLOCK = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?"
_TIMING = re.compile(rf"\s*{_CLOCK}\s*(?:-{{1,3}}>|→)\s*{_CLOCK}")
_TURN = re.compile(r"[-–—]\s*(?=\w)")  # before what each of two speakers in one cue says
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s+([^<>]*)>")
_TAG = re.compile(r"</?[a-zA-Z0-9][^<>]*>|\{\\[^{}]*\}")
_SENTENCE_END = re.compile(r"[.?!…]['\"’”)]*$")


@dataclass(frozen=True, slots=True)
class Cue:
    """What one speaker says in one cue.

    Args:
        start: start in seconds.
        end: end in seconds.
        speaker: who says it, if the cue tells.
        text: what is said.
        line: line of the time code in the file, from 1.
        opens_turn: whether a name before it says that a turn starts here, in a file that names turns rather than cues.
    """

    start: float
    end: float
    speaker: str | None
    text: str
    line: int
    opens_turn: bool = False


def read(source: Source) -> Reading:
    """Read a subtitle file; cues of one speaker are joined into utterances.

    Raises:
        Unreadable: it is no text, has no cue, or more cues than the limit.
    """
    decoded = decoded_text(source)
    lines = decoded.text.split("\n")
    n_arrows = sum(map(_is_timing, lines))
    if n_arrows > source.limits.max_cues:
        raise Unreadable(f"has {n_arrows} cues, more than ingest.max_cues allows")
    cues = list(_cues(lines))
    if not n_arrows:
        raise Unreadable("has no time codes (00:00:00.000 --> 00:00:00.000)")
    warnings = encoding_warnings(decoded)
    n_malformed = n_arrows - len({cue.line for cue in cues}) - _n_empty(lines)
    if n_malformed:
        warnings.append(f"{n_malformed} of {n_arrows} cues are malformed and were left out")
    named = _without_repeats(_with_speakers(cues))
    blocks = list(_utterances(named))
    names = {block.speaker for block in blocks if block.speaker}
    return Reading(blocks, tuple(warnings), tuple((name, ORIGIN_SPEAKER) for name in sorted(names)), decoded.encoding)


def _cues(lines: Sequence[str]) -> Iterator[Cue]:
    for place, line in enumerate(lines):
        match = _TIMING.match(line)
        if match is None:
            continue
        body = list(_body(lines, place))
        is_dialogue = len(body) > 1 and all(map(_TURN.match, body))
        start, end = _seconds(match.groups()[:4]), _seconds(match.groups()[4:])
        for text in [_TURN.sub("", line, count=1) for line in body] if is_dialogue else [" ".join(body)]:
            for speaker, said in _voices(text):
                yield Cue(start, max(start, end), speaker, said, place + 1, opens_turn=is_dialogue)


def _is_timing(line: str) -> bool:
    return _ARROW in line or _TIMING.match(line) is not None


def _body(lines: Sequence[str], place: int) -> Iterator[str]:
    for following in range(place + 1, len(lines)):
        line = lines[following]
        if not line.strip() or _is_timing(line):
            return
        is_number = line.strip().isdigit() and following + 1 < len(lines) and _is_timing(lines[following + 1])
        if is_number:
            return
        yield line.strip()


def _n_empty(lines: Sequence[str]) -> int:
    return sum(_TIMING.match(line) is not None and not "".join(_body(lines, n)) for n, line in enumerate(lines))


def _voices(text: str) -> Iterator[tuple[str | None, str]]:
    parts = _VOICE.split(text)
    for speaker, said in [(None, parts[0]), *zip(parts[1::2], parts[2::2], strict=True)]:
        bare = html.unescape(_TAG.sub("", said)).strip()
        if bare:
            yield (html.unescape(speaker).strip() or None) if speaker else None, bare


def _seconds(clock: Sequence[str | None]) -> float:
    hours, minutes, seconds, fraction = clock
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0) + float(f"0.{fraction or 0}")


def _with_speakers(cues: Sequence[Cue]) -> list[Cue]:
    """Take `Naam:` before what is said as the speaker, unless the file marks voices itself."""
    if any(cue.speaker for cue in cues):
        return list(cues)
    labels = Counter(name for cue in cues if (name := split_speaker(cue.text)[0]))
    names_turns = labels.total() < len(cues)
    speaker, named = None, []
    for cue in cues:
        name, said = split_speaker(cue.text)
        if name and (labels[name] > 1 or " " in name):
            speaker = name
            named.append(replace(cue, speaker=speaker, text=said, opens_turn=names_turns))
        else:
            speaker = None if cue.opens_turn else speaker
            named.append(replace(cue, speaker=speaker))
    return named


def _without_repeats(cues: Sequence[Cue]) -> list[Cue]:
    """Drop what rolling subtitles say again: a cue that starts with the text of the one before it, or its end."""
    kept: list[Cue] = []
    before: Cue | None = None
    for cue in sorted(cues, key=lambda cue: (cue.start, cue.line)):
        text = cue.text if before is None else _new_text(before, cue)
        before = cue
        if text:
            kept.append(replace(cue, text=text))
    return kept


def _new_text(before: Cue, cue: Cue) -> str:
    if len(before.text) > 1 and cue.text.startswith(before.text):
        return cue.text.removeprefix(before.text).strip()
    said, words = before.text.split(), cue.text.split()
    if cue.speaker == before.speaker and cue.start <= before.end:
        for n_repeated in range(min(len(said), len(words)), MIN_REPEATED - 1, -1):
            if said[-n_repeated:] == words[:n_repeated]:
                return " ".join(words[n_repeated:])
    return cue.text


def _utterances(cues: Sequence[Cue]) -> Iterator[Block]:
    said: list[Cue] = []
    for cue in cues:
        if said and _ends_utterance(said, cue):
            yield _utterance(said)
            said = []
        said.append(cue)
    if said:
        yield _utterance(said)


def _ends_utterance(said: Sequence[Cue], cue: Cue) -> bool:
    if cue.speaker != said[-1].speaker or cue.opens_turn:
        return True
    if not _SENTENCE_END.search(said[-1].text) and cue.start - said[-1].end < 3 * PAUSE_S:
        return False
    return cue.start - said[-1].end >= PAUSE_S or sum(len(part.text) for part in said) >= LONG_CHARACTERS


def _utterance(said: Sequence[Cue]) -> Block:
    text = " ".join(cue.text for cue in said)
    return Block(text, kind="utterance", speaker=said[0].speaker, line=said[0].line, time_s=said[0].start)
