"""What a message says: its template, as the hospital edited it, filled with what is true now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.messages import message_template
from hms_desktop.domain import zones
from hms_desktop.domain.consultations import Encounter
from hms_desktop.domain.lifecycle import HOLDING, Status
from hms_desktop.domain.messages import Channel, Leased, MessageKind
from hms_desktop.domain.settings import HospitalSettings
from hms_desktop.outgoing.calendar_entry import Entry, ics
from hms_desktop.outgoing.message import Attachment, Mail
from hms_desktop.outgoing.templates import Template, long_date, render, shipped, values_of
from hms_desktop.services import appointment_rows, consultation_rows
from hms_desktop.services.kept_files import read_kept

_FITS = {
    MessageKind.BOOKED: HOLDING,
    MessageKind.MOVED: HOLDING,
    MessageKind.CANCELLED: frozenset({Status.CANCELLED, Status.ENTERED_IN_ERROR}),
    MessageKind.SUMMARY: frozenset({Status.COMPLETED}),
}
"""How a visit must stand for a message about it to be true."""


class OutdatedError(Exception):
    """What a message is about does not stand any more: nothing is to be sent."""


def find_template(
    connection: sa.Connection, kind: MessageKind, channel: Channel, language: str
) -> Template:
    """Return the hospital's own text, else the one that comes with the program."""
    columns = message_template.c
    query = sa.select(columns.subject, columns.text, columns.html).where(
        columns.kind == kind.value,
        columns.channel == channel.value,
        columns.language == language,
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return shipped(kind, language, channel)
    return Template(kind, language, *row)


def make_mail(
    connection: sa.Connection, settings: HospitalSettings, leased: Leased, now: datetime
) -> Mail:
    """Return a leased message as a mail; raises UnfitTemplateError, Unusable or OutdatedError."""
    language = leased.language or settings.message_language
    template = find_template(connection, leased.kind, leased.channel, language)
    content = render(template, _values(connection, settings, leased, language, now))
    attachment = leased.attachment or {}
    method = str(attachment.get("calendar", ""))
    return Mail(
        sender=settings.mail_from,
        sender_name=settings.hospital_name,
        recipient=leased.recipient,
        message_id=leased.message_id,
        written_at=now,
        content=content,
        reply_to=settings.mail_reply_to,
        calendar=_calendar(settings, leased, method, now) if method else b"",
        calendar_method=method or "REQUEST",
        attachments=_files(attachment),
    )


def make_text(
    connection: sa.Connection, settings: HospitalSettings, leased: Leased, now: datetime
) -> str:
    """Return a leased message as a short text; raises as ``make_mail`` does."""
    language = leased.language or settings.message_language
    template = find_template(connection, leased.kind, leased.channel, language)
    return render(template, _values(connection, settings, leased, language, now)).text.strip()


def _values(
    connection: sa.Connection,
    settings: HospitalSettings,
    leased: Leased,
    language: str,
    now: datetime,
) -> dict[str, Any]:
    data = dict(leased.data)
    _check_true(connection, leased)
    if leased.kind is MessageKind.SUMMARY:
        # Read when it is sent: clinical text lies in the record alone.
        found = consultation_rows.read_encounter(connection, int(data["encounter_id"]))
        data |= _summary(found, language)
    if leased.kind is MessageKind.REMINDER:
        data["visit_list"] = _standing(connection, settings, leased, now)
    return values_of(data, settings, language)


def _check_true(connection: sa.Connection, leased: Leased) -> None:
    """Raise OutdatedError for what is not true any more.

    Recalling is done with the change itself; this is for a message that somebody was about to
    send in that moment, and then did not.
    """
    fits = _FITS.get(leased.kind)
    if fits is None or leased.appointment_id is None:
        return
    query = sa.select(appointment.c.status).where(appointment.c.id == leased.appointment_id)
    if Status(connection.execute(query).scalar_one()) not in fits:
        raise OutdatedError


def _standing(
    connection: sa.Connection, settings: HospitalSettings, leased: Leased, now: datetime
) -> list[dict[str, Any]]:
    """Return the patient's visits of the reminder's day as they stand now, with later bookings.

    Raises OutdatedError when nothing is left of them.
    """
    zone = settings.zone_info
    on = datetime.fromisoformat(leased.data["starts_at"]).astimezone(zone).date()
    begins, ends = zones.day_bounds(zone, on)
    # By the patient of the first visit now: charts may have been merged meanwhile.
    whose = sa.select(appointment.c.patient_id).where(appointment.c.id == leased.appointment_id)
    query = (
        sa.select(appointment.c.id)
        .where(
            appointment.c.patient_id == whose.scalar_subquery(),
            appointment.c.starts_at >= max(begins, now),
            appointment.c.starts_at < ends,
            appointment.c.status.in_((Status.BOOKED.value, Status.CONFIRMED.value)),
        )
        .order_by(appointment.c.starts_at, appointment.c.id)
    )
    rows = appointment_rows.read_rows(connection, connection.execute(query).scalars())
    if not rows:
        raise OutdatedError
    return [
        {
            "starts_at": row.starts_at.isoformat(),
            "doctor_name": row.doctor_name,
            "department": row.department_name,
            "visit_type": row.visit_type_name,
            "room": row.room_name,
        }
        for row in rows
    ]


def _summary(one: Encounter, language: str) -> dict[str, Any]:
    record = one.newest.record
    due = record.follow_up_on
    follow_up = "" if due is None else long_date(due, language)
    items = (
        ", ".join(filter(None, (item.drug, item.dose, item.frequency, item.duration)))
        for item in record.prescription
    )
    return {
        "patient_name": one.patient_name,
        "mrn": one.mrn,
        "doctor_name": one.doctor_name,
        "department": one.department_name,
        "visit_type": one.visit_type_name,
        "room": "",
        "starts_at": one.starts_at.isoformat(),
        "ends_at": one.starts_at.isoformat(),
        "diagnoses": "\n".join(diagnosis.text for diagnosis in record.diagnoses),
        "treatment": record.treatment,
        "prescription": "\n".join(items),
        "follow_up": follow_up,
    }


def _calendar(settings: HospitalSettings, leased: Leased, method: str, now: datetime) -> bytes:
    data, attachment = leased.data, leased.attachment or {}
    host = settings.mail_from.rpartition("@")[2]
    return ics(
        Entry(
            uid=f"visit-{attachment['uid']}@{host}",
            sequence=int(attachment["sequence"]),
            method=method,
            starts_at=datetime.fromisoformat(data["starts_at"]),
            ends_at=datetime.fromisoformat(data["ends_at"]),
            written_at=now,
            summary=f"{settings.hospital_name}: {data['doctor_name']}",
            location=", ".join(filter(None, (data.get("room"), settings.address))),
            organizer=settings.mail_from,
            attendee=leased.recipient,
        )
    )


def _files(attachment: dict[str, Any]) -> tuple[Attachment, ...]:
    kept = attachment.get("file")
    if not kept:
        return ()
    return (Attachment(str(kept["name"]), read_kept(str(kept["folder"]), str(kept["name"]))),)
