"""What patients are told about their visits; written with the change that they are told of.

A visit is known to a patient's calendar by the first booking of its lineage, so that a move
changes the entry that is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.messages import outbox
from hms_desktop.db.tables.patients import patient
from hms_desktop.db.writing import Write
from hms_desktop.domain.appointments import AppointmentRow, CancelReason, Done
from hms_desktop.domain.lifecycle import HOLDING
from hms_desktop.domain.messages import Channel, Draft, MessageKind
from hms_desktop.domain.settings import HospitalSettings
from hms_desktop.services import outbox_rows

_CHOICE = {
    MessageKind.BOOKED: "message_booked",
    MessageKind.MOVED: "message_moved",
    MessageKind.CANCELLED: "message_cancelled",
}
_LONGEST_LINEAGE = 50


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
        case "cancel" | "void":
            for row in done.appointments:
                cancelled(write, settings, row)
        case "undo":
            undone(write, settings, done.appointments)
    return done


def booked(write: Write, settings: HospitalSettings, row: AppointmentRow) -> None:
    """Tell the patient of a new visit."""
    _tell(write, settings, MessageKind.BOOKED, row, [row.id])


def moved(
    write: Write, settings: HospitalSettings, old: AppointmentRow, new: AppointmentRow
) -> None:
    """Tell of another time: as a move if the first one was told, else as a booking."""
    line = lineage(write.connection, old.id)
    knew = outbox_rows.told(write.connection, line)
    outbox_rows.withdraw(write, line)
    kind = MessageKind.MOVED if knew else MessageKind.BOOKED
    _tell(write, settings, kind, new, [*line, new.id], old=old)


def cancelled(write: Write, settings: HospitalSettings, row: AppointmentRow) -> None:
    """Recall what was not sent, and tell of the cancelling."""
    line = lineage(write.connection, row.id)
    outbox_rows.withdraw(write, line)
    _tell(write, settings, MessageKind.CANCELLED, row, line)


def undone(write: Write, settings: HospitalSettings, rows: Sequence[AppointmentRow]) -> None:
    """Recall what was not sent of a change that is taken back; correct what was.

    A patient who was told already hears how it stands now.
    """
    for row in rows:
        line = lineage(write.connection, row.id)
        outbox_rows.withdraw(write, [row.id])
        newest = _newest_sent(write.connection, line)
        if newest is None:
            continue
        stands = row.status in HOLDING
        if stands and newest == MessageKind.CANCELLED.value:
            _tell(write, settings, MessageKind.BOOKED, row, line)
        elif not stands and newest in {MessageKind.BOOKED.value, MessageKind.MOVED.value}:
            _tell(write, settings, MessageKind.CANCELLED, row, line)


def lineage(connection: sa.Connection, appointment_id: int) -> list[int]:
    """Return a visit and those it was moved from, the newest first."""
    found = [appointment_id]
    while len(found) < _LONGEST_LINEAGE:
        query = sa.select(appointment.c.rescheduled_from).where(appointment.c.id == found[-1])
        before = connection.execute(query).scalar()
        if before is None:
            break
        found.append(int(before))
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


def _tell(
    write: Write,
    settings: HospitalSettings,
    kind: MessageKind,
    row: AppointmentRow,
    line: Sequence[int],
    *,
    old: AppointmentRow | None = None,
) -> None:
    choice = getattr(settings, _CHOICE[kind])
    if choice == "never":
        return
    query = sa.select(patient.c.email, patient.c.language, patient.c.no_messages).where(
        patient.c.id == row.patient_id
    )
    person = write.connection.execute(query).one()
    # Whoever cancels knows of it, and whoever wants no messages gets none.
    by_patient = kind is MessageKind.CANCELLED and row.cancel_reason == CancelReason.PATIENT.value
    channel = Channel.EMAIL if person.email and not person.no_messages else Channel.CALL
    if channel is Channel.CALL and (kind is MessageKind.BOOKED or by_patient):
        return
    data = placeholders(settings, row)
    if old is not None:
        data["old_starts_at"] = old.starts_at.isoformat()
    if kind is MessageKind.CANCELLED:
        data["reason"] = row.cancel_text
    count = outbox_rows.count_about(write.connection, line)
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
                "uid": min(line),
                "sequence": count,
            },
            expires_at=row.ends_at,
            appointment_id=row.id,
            patient_id=row.patient_id,
            doctor_id=row.doctor_id,
            held=choice == "ask" and channel is Channel.EMAIL,
        ),
    )


def _newest_sent(connection: sa.Connection, line: Sequence[int]) -> str | None:
    query = (
        sa.select(outbox.c.kind)
        .where(
            outbox.c.appointment_id.in_(line),
            outbox.c.state == "sent",
            outbox.c.kind.in_([one.value for one in _CHOICE]),
        )
        .order_by(outbox.c.id.desc())
        .limit(1)
    )
    found = connection.execute(query).scalar()
    return None if found is None else str(found)
