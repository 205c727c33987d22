"""The outbox's rows: written in the transaction that causes a message, recalled by another."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from hms_desktop.db.tables.messages import outbox
from hms_desktop.db.tables.patients import patient
from hms_desktop.db.writing import Write
from hms_desktop.domain.messages import Channel, Draft, MessageKind, OutboxRow, OutboxState
from hms_desktop.domain.names import fold
from hms_desktop.domain.text import searchable
from hms_desktop.services.patient_rows import phones_of

UNSENT = (OutboxState.HELD.value, OutboxState.WAITING.value, OutboxState.ATTENTION.value)
LONGEST_LIST = 500
_HOST = "hms-desktop.invalid"

_ROWS = sa.select(
    outbox.c.id,
    outbox.c.version,
    outbox.c.kind,
    outbox.c.channel,
    outbox.c.state,
    outbox.c.appointment_id,
    outbox.c.patient_id,
    sa.func.coalesce(patient.c.display_name, ""),
    outbox.c.recipient,
    patient.c.phones,
    outbox.c.due_at,
    outbox.c.attempts,
    outbox.c.next_try_at,
    outbox.c.last_error,
    outbox.c.sent_at,
    outbox.c.created_at,
).select_from(outbox.outerjoin(patient, patient.c.id == outbox.c.patient_id))


def write_message(write: Write, draft: Draft) -> int | None:
    """Put a message into the outbox; None when one with this key is there already."""
    query = sa.select(outbox.c.id).where(outbox.c.dedupe_key == draft.key)
    if write.connection.execute(query).scalar() is not None:
        return None
    due = draft.due_at or write.now
    return write.insert(
        outbox,
        {
            "dedupe_key": draft.key,
            "kind": draft.kind.value,
            "channel": draft.channel.value,
            "state": (OutboxState.HELD if draft.held else OutboxState.WAITING).value,
            "appointment_id": draft.appointment_id,
            "patient_id": draft.patient_id,
            "doctor_id": draft.doctor_id,
            "user_id": draft.user_id,
            "recipient": draft.recipient,
            "language": draft.language,
            "data": draft.data,
            "attachment": draft.attachment,
            # Made once and kept: a mail that is sent again after a crash carries the same one.
            "message_id": f"<{uuid.uuid4().hex}@{draft.recipient.rpartition('@')[2] or _HOST}>",
            "due_at": due,
            "expires_at": draft.expires_at,
            "next_try_at": due,
        },
        action="message",
    )


def withdraw(write: Write, appointment_ids: Iterable[int]) -> int:
    """Recall what was not sent about these visits; returns how many messages that were."""
    query = sa.select(outbox.c.id).where(
        outbox.c.appointment_id.in_(list(appointment_ids)), outbox.c.state.in_(UNSENT)
    )
    ids = write.connection.execute(query).scalars().all()
    for one in ids:
        changes = {"state": OutboxState.WITHDRAWN.value, "lease_owner": "", "lease_until": None}
        write.update(outbox, one, changes, version=None, action="withdraw")
    return len(ids)


def read_rows(
    connection: sa.Connection,
    states: Sequence[OutboxState] = (),
    *,
    channel: Channel | None = None,
    kind: MessageKind | None = None,
    text: str = "",
    appointment_id: int | None = None,
) -> tuple[OutboxRow, ...]:
    """Return messages, newest first, at most 500.

    ``text``: every word is in the patient's name or number, or in the address.
    """
    query = _ROWS.order_by(outbox.c.id.desc()).limit(LONGEST_LIST)
    for word in searchable(text).lower().split():
        name = fold(word)
        query = query.where(
            sa.or_(
                patient.c.sort_name.contains(name, autoescape=True) if name else sa.false(),
                sa.func.lower(patient.c.mrn).contains(word, autoescape=True),
                sa.func.lower(outbox.c.recipient).contains(word, autoescape=True),
            )
        )
    if kind is not None:
        query = query.where(outbox.c.kind == kind.value)
    if states:
        query = query.where(outbox.c.state.in_([one.value for one in states]))
    if channel is not None:
        query = query.where(outbox.c.channel == channel.value)
    if appointment_id is not None:
        query = query.where(outbox.c.appointment_id == appointment_id)
    return tuple(
        OutboxRow._make((*row[:9], tuple(one.shown for one in phones_of(row[9] or ())), *row[10:]))
        for row in connection.execute(query)
    )


def told(connection: sa.Connection, appointment_ids: Sequence[int]) -> bool:
    """Say whether a message about one of these visits went out, or is going out just now."""
    query = sa.select(outbox.c.id).where(
        outbox.c.appointment_id.in_(appointment_ids),
        outbox.c.state.in_((OutboxState.SENT.value, OutboxState.SENDING.value)),
    )
    return connection.execute(query.limit(1)).scalar() is not None


def count_about(connection: sa.Connection, appointment_ids: Sequence[int]) -> int:
    """Return how many messages were ever written about these visits."""
    query = (
        sa.select(sa.func.count())
        .select_from(outbox)
        .where(outbox.c.appointment_id.in_(appointment_ids))
    )
    return int(connection.execute(query).scalar_one())


def too_late(connection: sa.Connection, now: datetime) -> list[int]:
    """Return messages that are of no use any more."""
    query = sa.select(outbox.c.id).where(
        outbox.c.state.in_(UNSENT), outbox.c.expires_at.is_not(None), outbox.c.expires_at <= now
    )
    return list(connection.execute(query.limit(LONGEST_LIST)).scalars())
