"""Mail messages (.eml): the sender says the message; attachments are not opened."""

import email
import email.policy
from email.errors import MessageError
from email.message import EmailMessage

from pipeline.readers.page import page_pieces
from pipeline.readers.reading import Reading, Source, Unreadable
from pipeline.readers.text import read_message, to_lines
from pipeline.text.mail import Mail, message_end, people


def read(source: Source) -> Reading:
    """Read an .eml file.

    Raises:
        Unreadable: it is no mail with text.
    """
    try:
        message = email.message_from_bytes(source.data, policy=email.policy.default)
        part = message.get_body(("plain", "html")) if isinstance(message, EmailMessage) else None
        text = part.get_content() if part is not None else ""
        addresses = {key: str(message.get(key) or "") for key in ("from", "to", "cc", "subject")}
        n_attached = sum(1 for _ in message.iter_attachments()) if message.is_multipart() else 0
    except (MessageError, LookupError, ValueError, AttributeError, KeyError, TypeError, RecursionError, IndexError):
        raise Unreadable("is no mail that can be read") from None
    if part is None or not addresses["from"]:
        raise Unreadable("is no mail with a sender and a text")
    if part.get_content_type() == "text/html":
        text = "\n\n".join(piece.text for piece in page_pieces(text, source))
    lines = to_lines(text)
    senders = people(addresses["from"])
    names = (*senders, *people(addresses["to"]), *people(addresses["cc"]))
    end = message_end([line.text for line in lines], 0)
    mail = Mail(senders[0] if senders else None, names, addresses["subject"] or None, 0, end)
    warnings = [f"{n_attached} attachments were not opened"] if n_attached else []
    return read_message(lines, mail, source, warnings, part.get_content_charset())
