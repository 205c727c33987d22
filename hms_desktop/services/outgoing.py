"""What patients are told about their visits; written with the change that they are told of.

A visit is known to a patient's calendar by the first booking of its lineage, so that a move
changes the entry that is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.messages import outbox
from hms_desktop.db.tables.patients import patient
from hms_desktop.db.writing import Write
from hms_desktop.domain.appointments import AppointmentRow, CancelReason, Done
from hms_desktop.domain.lifecycle import HOLDING, OPEN, Status
from hms_desktop.domain.messages import Channel, Draft, MessageKind, OutboxState
from hms_desktop.domain.settings import HospitalSettings
from hms_desktop.services import appointment_rows, outbox_rows

_CHOICE = {
    MessageKind.BOOKED: "message_booked",
    MessageKind.MOVED: "message_moved",
    MessageKind.CANCELLED: "message_cancelled",
}
_OF_VISITS = (*_CHOICE, MessageKind.REMINDER)
_LONGEST_LINEAGE = 50


class _Known(NamedTuple):
    """What a patient heard last about a visit: the kind of message, and which booking."""

    kind: str
    appointment_id: int


def tell(write: Write, settings: HospitalSettings, done: Done) -> Done:
    """Write the messages that a change of visits calls for; returns ``done`` as it came.

    While the hospital has no way to send anything, nothing is written.
    """
    if not settings.mail_host:
        return done
    match done.action:
        case "book":
            booked(write, settings, done.appointment)
        case "move" | "move_many":
            rows = {row.id: row for row in done.appointments}
            for row in done.appointments:
                if row.rescheduled_from in rows:
                    moved(write, settings, rows[row.rescheduled_from], row)
        case "resize" | "change_room":
            amended(write, settings, done.appointment)
        case "cancel":
            for row in done.appointments:
                cancelled(write, settings, row)
        case "void":
            for row in done.appointments:
                # Nobody needs to hear of a mistake that never left the house.
                if outbox_rows.told(write.connection, lineage(write.connection, row.id)):
                    cancelled(write, settings, row)
                else:
                    outbox_rows.withdraw_about(write, [row.id], _OF_VISITS)
    return done


def booked(write: Write, settings: HospitalSettings, row: AppointmentRow) -> None:
    """Tell the patient of a new visit."""
    _tell(write, settings, MessageKind.BOOKED, row, [row.id])


def moved(
    write: Write, settings: HospitalSettings, old: AppointmentRow, new: AppointmentRow
) -> None:
    """Tell of another time: as a booking when the first one is only being recalled now."""
    family = lineage(write.connection, new.id)
    knew = outbox_rows.told(write.connection, family)
    recalled = outbox_rows.withdraw_about(write, family, _OF_VISITS)
    kind = MessageKind.MOVED
    if not knew and MessageKind.BOOKED.value in recalled:
        kind = MessageKind.BOOKED
    _tell(write, settings, kind, new, family, old_starts_at=old.starts_at)


def amended(write: Write, settings: HospitalSettings, row: AppointmentRow) -> None:
    """Keep true what a patient was told of end and room; whoever is here needs no mail.

    What was not sent is corrected, or recalled when it says nothing new any more.
    """
    if row.status not in OPEN:
        return
    family = lineage(write.connection, row.id)
    now = {"ends_at": row.ends_at.isoformat(), "room": row.room_name}
    heard = _heard(write.connection, family)
    knows = heard is not None and heard.appointment_id == row.id
    waiting = outbox_rows.unsent_about(
        write.connection, [row.id], (MessageKind.BOOKED, MessageKind.MOVED)
    )
    if heard is not None and knows and now.items() <= heard.data.items():
        outbox_rows.withdraw(write, [one.id for one in waiting])
        return
    for one in waiting:
        changes = {"data": {**one.data, **now}, "expires_at": row.ends_at}
        write.update(outbox, one.id, changes, version=None, action="message")
    if knows and not waiting:
        _tell(write, settings, MessageKind.MOVED, row, family)


def cancelled(write: Write, settings: HospitalSettings, row: AppointmentRow) -> None:
    """Recall what was not sent, and tell of the cancelling."""
    family = lineage(write.connection, row.id)
    outbox_rows.withdraw_about(write, family, _OF_VISITS)
    _tell(write, settings, MessageKind.CANCELLED, row, family)


def undone(
    write: Write,
    settings: HospitalSettings,
    before: Mapping[int, AppointmentRow],
    done: Done,
) -> Done:
    """Bring the messages in line with visits after an undo or redo; returns ``done`` as it came.

    ``before`` are the visits as they were. What was not sent and is not true any more is
    recalled, what became true again goes out after all, and a patient who was told otherwise
    hears how it stands now.
    """
    if not settings.mail_host:
        return done
    settled = set[int]()
    for row in done.appointments:
        was = before[row.id]
        if was.status is Status.COMPLETED and row.status is not Status.COMPLETED:
            reopened(write, row.id)
        elif row.status is Status.COMPLETED and was.status is not Status.COMPLETED:
            outbox_rows.bring_back(write, row.id, [MessageKind.SUMMARY])
        if (was.status in HOLDING) == (row.status in HOLDING) or row.id in settled:
            if (was.ends_at, was.room_id) != (row.ends_at, row.room_id):
                amended(write, settings, row)
            continue
        family = lineage(write.connection, row.id)
        settled.update(family)
        _settle(write, settings, family)
    return done


def completed(
    write: Write, settings: HospitalSettings, row: AppointmentRow, encounter_id: int, version: int
) -> None:
    """Send the patient the summary of a completed visit, if both the patient and we want that.

    ``version`` is the record's: one that is completed again with another one is told anew.
    """
    if not settings.mail_host or settings.message_summary == "never":
        return
    query = sa.select(
        patient.c.email, patient.c.language, patient.c.no_messages, patient.c.consent
    ).where(patient.c.id == row.patient_id)
    person = write.connection.execute(query).one()
    if not person.email or person.no_messages or not person.consent.get("summaries"):
        return
    outbox_rows.write_message(
        write,
        Draft(
            key=f"summary/{encounter_id}/{version}",
            kind=MessageKind.SUMMARY,
            channel=Channel.EMAIL,
            recipient=person.email,
            data={"encounter_id": encounter_id},
            language=person.language or settings.message_language,
            appointment_id=row.id,
            patient_id=row.patient_id,
            doctor_id=row.doctor_id,
            held=settings.message_summary == "ask",
            host=settings.mail_domain,
        ),
    )


def reopened(write: Write, appointment_id: int) -> None:
    """Recall the summary of a visit that is not completed any more."""
    outbox_rows.withdraw_about(write, [appointment_id], [MessageKind.SUMMARY])


def lineage(connection: sa.Connection, appointment_id: int) -> list[int]:
    """Return a visit, those it was moved from and those it was moved to; the first one first."""
    root = appointment_id
    for _ in range(_LONGEST_LINEAGE):
        query = sa.select(appointment.c.rescheduled_from).where(appointment.c.id == root)
        before = connection.execute(query).scalar()
        if before is None:
            break
        root = int(before)
    found, newest = [root], [root]
    while newest and len(found) < _LONGEST_LINEAGE:
        moved_to = sa.select(appointment.c.id).where(appointment.c.rescheduled_from.in_(newest))
        newest = list(connection.execute(moved_to.order_by(appointment.c.id)).scalars())
        found += newest
    return found


def placeholders(settings: HospitalSettings, row: AppointmentRow) -> dict[str, Any]:
    """Return what every message about a visit may say; moments in ISO form, UTC."""
    return {
        "patient_name": row.patient_name,
        "mrn": row.mrn,
        "doctor_name": row.doctor_name,
        "department": row.department_name,
        "visit_type": row.visit_type_name,
        "room": row.room_name,
        "starts_at": row.starts_at.isoformat(),
        "ends_at": row.ends_at.isoformat(),
        "hospital_name": settings.hospital_name,
        "hospital_address": settings.address,
        "hospital_phone": settings.phone,
    }


def _settle(write: Write, settings: HospitalSettings, family: list[int]) -> None:
    """Have exactly that message wait which a patient needs to hear after an undo."""
    rows = {row.id: row for row in appointment_rows.read_rows(write.connection, family)}
    stands = next((row for row in reversed(rows.values()) if row.status in HOLDING), None)
    known = _known(write.connection, family)
    kind, about = _owed(write.connection, rows, stands, known)
    waiting = outbox_rows.unsent_about(write.connection, family, _CHOICE)
    right = [row for row in waiting if about and (row.kind, row.appointment_id) == (kind, about.id)]
    outbox_rows.withdraw(write, [row.id for row in waiting if row not in right])
    gone = [row.id for row in rows.values() if stands is None or row.id != stands.id]
    outbox_rows.withdraw_about(write, gone, [MessageKind.REMINDER])
    if stands is not None:
        outbox_rows.bring_back(write, stands.id, [MessageKind.REMINDER])
    if kind is not None and about is not None and not right:
        old = rows.get(known.appointment_id) if known else None
        _tell(
            write,
            settings,
            kind,
            about,
            family,
            old_starts_at=old.starts_at if old else None,
            owed=known is not None,
        )


def _owed(
    connection: sa.Connection,
    rows: Mapping[int, AppointmentRow],
    stands: AppointmentRow | None,
    known: _Known | None,
) -> tuple[MessageKind | None, AppointmentRow | None]:
    """Return what a patient must be told, given what was heard last, and about which booking."""
    gone = known is not None and known.kind == MessageKind.CANCELLED.value
    if stands is None:
        if known is None or gone:
            return None, None
        return MessageKind.CANCELLED, rows[known.appointment_id]
    if known is None:
        # Whoever was never to be told of the booking is not told of its return either.
        was_to_be = outbox_rows.count_about(connection, list(rows), MessageKind.BOOKED)
        return (MessageKind.BOOKED, stands) if was_to_be else (None, None)
    if gone:
        return MessageKind.BOOKED, stands
    return (None, None) if known.appointment_id == stands.id else (MessageKind.MOVED, stands)


def _known(connection: sa.Connection, family: list[int]) -> _Known | None:
    """Return what was sent last about a visit; what is just going out counts as sent."""
    query = (
        sa.select(outbox.c.kind, outbox.c.appointment_id)
        .where(
            outbox.c.appointment_id.in_(family),
            outbox.c.state.in_((OutboxState.SENT.value, OutboxState.SENDING.value)),
            outbox.c.kind.in_([one.value for one in _OF_VISITS]),
        )
        .order_by(outbox.c.id.desc())
        .limit(1)
    )
    found = connection.execute(query).one_or_none()
    return None if found is None else _Known(*found)


def _heard(connection: sa.Connection, family: list[int]) -> sa.Row[*tuple[Any, ...]] | None:
    """Return the mail (appointment_id, data) by which a visit stands in a patient's calendar.

    None when there was none, or it was taken out again.
    """
    query = (
        sa.select(outbox.c.kind, outbox.c.appointment_id, outbox.c.data)
        .where(
            outbox.c.appointment_id.in_(family),
            outbox.c.channel == Channel.EMAIL.value,
            outbox.c.state.in_((OutboxState.SENT.value, OutboxState.SENDING.value)),
            outbox.c.kind.in_([one.value for one in _CHOICE]),
        )
        .order_by(outbox.c.id.desc())
        .limit(1)
    )
    found = connection.execute(query).one_or_none()
    return None if found is None or found.kind == MessageKind.CANCELLED.value else found


def _tell(
    write: Write,
    settings: HospitalSettings,
    kind: MessageKind,
    row: AppointmentRow,
    family: list[int],
    *,
    old_starts_at: datetime | None = None,
    owed: bool = False,
) -> None:
    """Write one message; ``owed``: the patient was told something else, so this is not left out."""
    choice = getattr(settings, _CHOICE[kind])
    if choice == "never" and not owed:
        return
    query = sa.select(patient.c.email, patient.c.language, patient.c.no_messages).where(
        patient.c.id == row.patient_id
    )
    person = write.connection.execute(query).one()
    # Whoever cancels knows of it, and whoever wants no messages gets none.
    by_patient = kind is MessageKind.CANCELLED and row.cancel_reason == CancelReason.PATIENT.value
    channel = Channel.EMAIL if person.email and not person.no_messages else Channel.CALL
    face_to_face = kind is MessageKind.BOOKED and not owed
    if channel is Channel.CALL and (face_to_face or by_patient):
        return
    data = placeholders(settings, row)
    if kind is MessageKind.MOVED:
        data["old_starts_at"] = (old_starts_at or row.starts_at).isoformat()
    if kind is MessageKind.CANCELLED:
        data["reason"] = row.cancel_text
    count = outbox_rows.count_about(write.connection, family)
    outbox_rows.write_message(
        write,
        Draft(
            key=f"{kind.value}/{row.id}/{count}",
            kind=kind,
            channel=channel,
            recipient=person.email if channel is Channel.EMAIL else "",
            data=data,
            language=person.language or settings.message_language,
            attachment={
                "calendar": "CANCEL" if kind is MessageKind.CANCELLED else "REQUEST",
                "uid": family[0],
                "sequence": count,
            },
            expires_at=row.ends_at,
            appointment_id=row.id,
            patient_id=row.patient_id,
            doctor_id=row.doctor_id,
            held=choice != "always" and channel is Channel.EMAIL,
            host=settings.mail_domain,
        ),
    )
