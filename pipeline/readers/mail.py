"""Mail messages (.eml): the sender says the message; attachments are not opened."""

import email
import email.policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import EmailMessage

from pipeline.readers.page import page_text
from pipeline.readers.reading import Reading, Source, Unreadable
from pipeline.readers.text import read_message, to_lines
from pipeline.text.mail import Mail, message_end, people

MAX_HEADERS = 100_000  # bytes of all header lines; the parser takes minutes over more
FAULTS = (MessageError, LookupError, ValueError, AttributeError, TypeError, RecursionError)  # of the parser


def read(source: Source) -> Reading:
    """Read an .eml file.

    Raises:
        Unreadable: it is no mail with text.
    """
    head = source.data[:MAX_HEADERS].replace(b"\r\n", b"\n")
    if len(source.data) > MAX_HEADERS and b"\n\n" not in head:
        raise Unreadable("has header lines far longer than a mail has")
    try:
        message = email.message_from_bytes(source.data, policy=email.policy.default)
        text, is_page, charset = _body(message)
        headers = {key.lower(): str(make_header(decode_header(str(raw)))) for key, raw in message.raw_items()}
        n_attached = sum(1 for _ in message.iter_attachments()) if message.is_multipart() else 0
    except FAULTS:
        raise Unreadable("is no mail that can be read") from None
    if not headers.get("from") or not text.strip():
        raise Unreadable("is no mail with a sender and a text")
    if is_page:
        text = page_text(text)
    lines = to_lines(text)
    senders = people(headers["from"])
    names = (*senders, *people(headers.get("to", "")), *people(headers.get("cc", "")))
    end = message_end([line.text for line in lines], 0)
    mail = Mail(senders[0] if senders else None, names, headers.get("subject") or None, 0, end)
    warnings = [f"{n_attached} attachments were not opened"] if n_attached else []
    return read_message(lines, mail, source, warnings, charset)


def _body(message: EmailMessage) -> tuple[str, bool, str | None]:
    """The text of a mail, whether it is a page, and its encoding."""
    part = message.get_body(("plain", "html"))
    if part is None:
        return "", False, None
    return str(part.get_content()), part.get_content_type() == "text/html", part.get_content_charset()
