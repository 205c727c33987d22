"""Messages to patients and staff: kinds, channels, states, and how long until the next try.

Moments are UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple


class MessageKind(StrEnum):
    """What a message is about; the values are what the database and template files hold."""

    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    REMINDER = "reminder"
    SUMMARY = "summary"
    MONTHLY = "monthly"
    EXPORT_READY = "export_ready"
    AUDIT_HEAD = "audit_head"
    TEST = "test"


class Channel(StrEnum):
    """How a message goes: by mail, by SMS gateway, or by a person at the phone."""

    EMAIL = "email"
    SMS = "sms"
    CALL = "call"


class OutboxState(StrEnum):
    """Where a message stands.

    ``held`` waits for somebody at the desk to say *send*; ``attention`` for somebody to look at
    why it did not go; ``withdrawn`` was recalled by a cancellation or an undo.
    """

    HELD = "held"
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    ATTENTION = "attention"
    WITHDRAWN = "withdrawn"
    SKIPPED = "skipped"


LANGUAGES = ("en", "hi")
"""Languages that messages are written in."""
LONGEST_DELAY = timedelta(hours=6)
LEASE = timedelta(minutes=3)
"""How long a sender has one message for itself; longer than any SMTP conversation may take."""


def retry_delay(attempts: int) -> timedelta:
    """Return how long to wait after so many failed tries: 1, 4, 16 … minutes, at most 6 hours."""
    return min(timedelta(minutes=4.0 ** max(0, min(attempts, 10) - 1)), LONGEST_DELAY)


class OutboxRow(NamedTuple):
    """One message as the desk's list shows it."""

    id: int
    version: int
    kind: str
    channel: str
    state: str
    appointment_id: int | None
    patient_id: int | None
    patient_name: str
    recipient: str
    phones: tuple[str, ...]
    due_at: datetime
    attempts: int
    next_try_at: datetime
    last_error: str
    sent_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Leased:
    """One message in the hands of a sender; ``fence`` must be given back with the outcome."""

    id: int
    fence: int
    kind: MessageKind
    channel: Channel
    recipient: str
    language: str
    data: dict[str, Any]
    attachment: dict[str, Any] | None
    message_id: str
    attempts: int
    appointment_id: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A message about to be put into the outbox.

    ``key`` says what it is about: the same key never makes a second message. ``data`` holds
    values of placeholders (moments in ISO form, UTC) and never clinical text: what a visit
    summary says is read when it is sent. ``held`` waits for the desk's word. ``host`` is the
    domain of the hospital's own address: it ends the Message-ID.
    """

    key: str
    kind: MessageKind
    channel: Channel
    recipient: str
    data: dict[str, Any]
    language: str = ""
    attachment: dict[str, Any] | None = None
    due_at: datetime | None = None
    expires_at: datetime | None = None
    appointment_id: int | None = None
    patient_id: int | None = None
    doctor_id: int | None = None
    user_id: int | None = None
    held: bool = False
    host: str = ""


@dataclass(frozen=True, slots=True)
class OutboxCounts:
    """How many messages stand where: for the status bar and the desk."""

    waiting: int = 0
    held: int = 0
    attention: int = 0
    calls: int = 0
