"""Mail saved as text: who wrote it to whom, and what is a signature or an earlier message below it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

HEADERS = re.compile(
    r"(?P<key>van|from|aan|to|cc|bcc|datum|date|verzonden|sent|onderwerp|subject)\s*:\s*(?P<value>.*)$", re.IGNORECASE
)
FROM, TO, SUBJECT = ("van", "from"), ("aan", "to", "cc", "bcc"), ("onderwerp", "subject")
MIN_HEADERS = 2

_EARLIER = re.compile(
    r"-{2,}\s*(?:oorspronkelijk bericht|original message|doorgestuurd bericht|forwarded message)|"
    r"op .{6,80} schreef .{2,80}:$|on .{6,80} wrote:$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\s*[<(\[]?(?:mailto:)?[\w.+-]+@[\w.-]+[>)\]]?\s*")
_BY_SEMICOLON, _BY_COMMA = re.compile(r'(?:"[^"]*"|[^;"])+'), re.compile(r'(?:"[^"]*"|[^,"])+')
_INVERTED = re.compile(r"(?:[a-z']+ ){0,3}[^\s,;@\"]+, [^,;@\"]+[<(\[][^,;]+@[^,;]+$")  # Wit, Bas de <b@a.nl>


@dataclass(frozen=True)
class Mail:
    """What surrounds the text of a mail.

    Args:
        sender: who wrote it.
        names: sender and receivers.
        subject: what it is about.
        first: place of the first line of the message itself.
        end: one past the last, before a signature or an earlier message.
    """

    sender: str | None
    names: tuple[str, ...]
    subject: str | None
    first: int
    end: int


def find_mail(lines: Sequence[str]) -> Mail | None:
    """Tell whether a text is a mail, by the lines it starts with."""
    headers = []
    for line in lines:
        match = HEADERS.match(line)
        if match is None:
            break
        headers.append((match["key"].lower(), match["value"].strip()))
    keys = {key for key, _ in headers}
    if len(headers) < MIN_HEADERS or keys.isdisjoint(FROM) or keys.isdisjoint((*TO, *SUBJECT)):
        return None
    senders = [name for key, value in headers if key in FROM for name in people(value)]
    receivers = [name for key, value in headers if key in TO for name in people(value)]
    subject = next((value for key, value in headers if key in SUBJECT and value), None)
    end = message_end(lines, len(headers))
    return Mail(senders[0] if senders else None, (*senders, *receivers), subject, len(headers), end)


def message_end(lines: Sequence[str], first: int) -> int:
    """Place of the first line that is a signature or an earlier message, or the number of lines."""
    for place in range(first, len(lines)):
        line = lines[place]
        if line.rstrip() == "--" or _EARLIER.match(line) or line.startswith(">"):
            return place
    return len(lines)


def people(value: str) -> list[str]:
    """Names in an address line, without the addresses: `"Wit, Bas de" <b@a.nl>, Mieke` are two."""
    by_semicolon, inverted = ";" in value, _INVERTED.match(value) is not None
    parts = [value] if inverted else (_BY_SEMICOLON if by_semicolon else _BY_COMMA).findall(value)
    bare = (_ADDRESS.sub(" ", part).replace('"', "").strip(" ,'") for part in parts)
    return [part for part in bare if any(character.isalpha() for character in part)]
