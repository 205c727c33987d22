"""Builds one mail: text and HTML, a calendar entry, attached files; exactly one recipient."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from hms_desktop.domain.phones import check_email
from hms_desktop.outgoing.templates import Rendered


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail."""

    file_name: str
    data: bytes
    kind: str = "application/pdf"


@dataclass(frozen=True, slots=True)
class Mail:
    """What one mail is made of; addresses were checked when they were typed."""

    sender: str
    sender_name: str
    recipient: str
    message_id: str
    written_at: datetime
    content: Rendered
    reply_to: str = ""
    calendar: bytes = b""
    calendar_method: str = "REQUEST"
    attachments: tuple[Attachment, ...] = field(default=())


def build(mail: Mail) -> EmailMessage:
    """Return the mail; raises Invalid or ValueError for an address or header that is none.

    The address is checked once more: no name or address can add a recipient or a header.
    """
    message = EmailMessage()
    message["From"] = Address(mail.sender_name.replace("\n", " "), addr_spec=mail.sender)
    message["To"] = Address(addr_spec=check_email(mail.recipient, "recipient"))
    if mail.reply_to:
        message["Reply-To"] = Address(addr_spec=mail.reply_to)
    message["Subject"] = mail.content.subject
    message["Date"] = format_datetime(mail.written_at)
    # The same in every try: a mail server or client that got it twice shows it once.
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.content.text)
    if mail.content.html:
        message.add_alternative(mail.content.html, subtype="html")
    if mail.calendar:
        message.add_alternative(
            mail.calendar.decode("utf-8"),
            subtype="calendar",
            params={"method": mail.calendar_method},
        )
        message.add_attachment(
            mail.calendar, maintype="text", subtype="calendar", filename="visit.ics"
        )
    for one in mail.attachments:
        maintype, _, subtype = one.kind.partition("/")
        message.add_attachment(one.data, maintype=maintype, subtype=subtype, filename=one.file_name)
    return message
