"""The outbox's rows: written in the transaction that causes a message, recalled by another."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.messages import outbox
from hms_desktop.db.tables.patients import patient
from hms_desktop.db.writing import Write
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.messages import Channel, Draft, MessageKind, OutboxRow, OutboxState
from hms_desktop.domain.names import fold
from hms_desktop.domain.text import searchable
from hms_desktop.services.patient_rows import phones_of

_ANEW = {"attempts": 0, "last_error": ""}
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
    """Put a message into the outbox; None when one with this key is there already.

    One that was recalled comes back: what it was about stands again.
    """
    due = draft.due_at or write.now
    values = {
        "state": (OutboxState.HELD if draft.held else OutboxState.WAITING).value,
        "recipient": draft.recipient,
        "language": draft.language,
        "data": draft.data,
        "attachment": draft.attachment,
        "due_at": due,
        "expires_at": draft.expires_at,
        "next_try_at": due,
    }
    query = sa.select(outbox.c.id, outbox.c.state).where(outbox.c.dedupe_key == draft.key)
    found = write.connection.execute(query).one_or_none()
    if found is not None:
        if found.state != OutboxState.WITHDRAWN.value:
            return None
        write.update(outbox, found.id, {**values, **_ANEW}, version=None, action="message")
        return int(found.id)
    return write.insert(
        outbox,
        {
            **values,
            "dedupe_key": draft.key,
            "kind": draft.kind.value,
            "channel": draft.channel.value,
            "appointment_id": draft.appointment_id,
            "patient_id": draft.patient_id,
            "doctor_id": draft.doctor_id,
            "user_id": draft.user_id,
            # Made once and kept: a mail that is sent again after a crash carries the same one.
            "message_id": f"<{uuid.uuid4().hex}@{draft.host or _HOST}>",
        },
        action="message",
    )


def unsent_about(
    connection: sa.Connection, appointment_ids: Iterable[int], kinds: Iterable[MessageKind]
) -> list[sa.Row[Any]]:
    """Return (id, kind, appointment_id, data) of what was not sent about these visits."""
    query = sa.select(outbox.c.id, outbox.c.kind, outbox.c.appointment_id, outbox.c.data).where(
        outbox.c.appointment_id.in_(list(appointment_ids)),
        outbox.c.state.in_(UNSENT),
        outbox.c.kind.in_([one.value for one in kinds]),
    )
    return list(connection.execute(query.order_by(outbox.c.id)))


def withdraw(write: Write, message_ids: Iterable[int]) -> None:
    """Recall messages."""
    for one in message_ids:
        changes = {"state": OutboxState.WITHDRAWN.value, "lease_owner": "", "lease_until": None}
        write.update(outbox, one, changes, version=None, action="withdraw")


def withdraw_about(
    write: Write, appointment_ids: Sequence[int], kinds: Iterable[MessageKind]
) -> set[str]:
    """Recall what was not sent about these visits; returns the kinds of what was recalled.

    A reminder that holds another visit which stands is kept: when it goes out, it leaves out
    what does not stand any more.
    """
    rows = [
        row
        for row in unsent_about(write.connection, appointment_ids, kinds)
        if row.kind != MessageKind.REMINDER.value
        or not _stand(write.connection, set(row.data["visit_ids"]) - set(appointment_ids))
    ]
    withdraw(write, [row.id for row in rows])
    return {row.kind for row in rows}


def bring_back(write: Write, appointment_id: int, kinds: Iterable[MessageKind]) -> None:
    """Let recalled messages about a visit that stands again go out after all, unless too late."""
    query = sa.select(outbox.c.id).where(
        outbox.c.appointment_id == appointment_id,
        outbox.c.state == OutboxState.WITHDRAWN.value,
        outbox.c.kind.in_([one.value for one in kinds]),
        sa.or_(outbox.c.expires_at.is_(None), outbox.c.expires_at > write.now),
    )
    for one in write.connection.execute(query).scalars().all():
        changes = {"state": OutboxState.WAITING.value, "next_try_at": write.now, **_ANEW}
        write.update(outbox, one, changes, version=None, action="message")


def _stand(connection: sa.Connection, appointment_ids: Iterable[int]) -> bool:
    """Say whether one of these visits still lies ahead."""
    query = sa.select(appointment.c.id).where(
        appointment.c.id.in_(list(appointment_ids)),
        appointment.c.status.in_((Status.BOOKED.value, Status.CONFIRMED.value)),
    )
    return connection.execute(query.limit(1)).scalar() is not None


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


def count_about(
    connection: sa.Connection, appointment_ids: Sequence[int], kind: MessageKind | None = None
) -> int:
    """Return how many messages (of a kind, or all) were ever written about these visits."""
    query = (
        sa.select(sa.func.count())
        .select_from(outbox)
        .where(outbox.c.appointment_id.in_(appointment_ids))
    )
    if kind is not None:
        query = query.where(outbox.c.kind == kind.value)
    return int(connection.execute(query).scalar_one())


def too_late(connection: sa.Connection, now: datetime) -> list[int]:
    """Return messages that are of no use any more."""
    query = sa.select(outbox.c.id).where(
        outbox.c.state.in_(UNSENT), outbox.c.expires_at.is_not(None), outbox.c.expires_at <= now
    )
    return list(connection.execute(query.limit(LONGEST_LIST)).scalars())
