"""Plans reminders: one message a patient and day, by the hospital's rules; sent by the outbox.

A visit is reminded of once for each lead time: with 7 and 2 days, one that is five days away
belongs to the seven. Planning twice makes no second message; what is cancelled or moved before a
reminder goes out is left out of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.patients import patient
from hms_desktop.db.writing import Write
from hms_desktop.domain import zones
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.job_settings import reminder_days
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.messages import Channel, Draft, MessageKind
from hms_desktop.domain.settings import HospitalSettings
from hms_desktop.services import outbox_rows
from hms_desktop.services.context import Service
from hms_desktop.services.gate import permitted
from hms_desktop.services.patient_rows import phones_of

CHUNK = 50
"""Messages that are written in one transaction: other desks get their turn in between."""


class _Visit(NamedTuple):
    id: int
    patient_id: int
    doctor_id: int
    starts_at: datetime
    patient_name: str
    mrn: str
    email: str
    language: str
    phones: Any


class RemindersService(Service):
    """Finds who is to be reminded of what."""

    @permitted("system.maintain")
    def plan(
        self,
        actor: Actor,
        settings: HospitalSettings,
        on: date | None = None,
        report: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> dict[str, int]:
        """Put the reminders of a local date into the outbox; returns how many by channel.

        Those that are due today, or ``on`` another date: what was to go out then, as far as it
        still lies ahead. What was planned before is not planned again.
        ``report`` hears how far it is and may raise to stop: what was written stays, the rest
        is found by the next planning.
        """
        now = self.context.now()
        today = on or now.astimezone(settings.zone_info).date()
        days = self._by_day(settings, today, now)
        drafts = [
            draft
            for (day, _patient), visits in sorted(days.items())
            for draft in _drafts(settings, today, day, visits)
        ]
        made = {channel.value: 0 for channel in Channel}
        for begin in range(0, len(drafts), CHUNK):
            report(begin, len(drafts))
            chunk = drafts[begin : begin + CHUNK]

            def work(write: Write, chunk: list[Draft] = chunk) -> list[Channel]:
                return [
                    one.channel
                    for one in chunk
                    if outbox_rows.write_message(write, one) is not None
                ]

            for channel in self.database.write(self.stamp(actor, "remind", None), work):
                made[channel.value] += 1
        return made

    def _by_day(
        self, settings: HospitalSettings, today: date, now: datetime
    ) -> dict[tuple[date, int], list[_Visit]]:
        """Return the visits to be reminded of, by local date and patient."""
        zone = settings.zone_info
        farthest = today + timedelta(days=reminder_days(settings.reminder_days)[0])
        query = (
            sa.select(
                appointment.c.id,
                appointment.c.patient_id,
                appointment.c.doctor_id,
                appointment.c.starts_at,
                patient.c.display_name,
                patient.c.mrn,
                patient.c.email,
                patient.c.language,
                patient.c.phones,
            )
            .join(patient, patient.c.id == appointment.c.patient_id)
            .where(
                appointment.c.starts_at
                >= now + timedelta(hours=settings.reminder_least_notice_hours),
                appointment.c.starts_at < zones.day_bounds(zone, farthest)[1],
                appointment.c.status.in_((Status.BOOKED.value, Status.CONFIRMED.value)),
                # Whoever booked just now needs no reminder yet.
                appointment.c.created_at
                <= now - timedelta(hours=settings.reminder_after_booking_hours),
                patient.c.no_messages.is_(sa.false()),
                patient.c.retired_at.is_(None),
            )
            .order_by(appointment.c.starts_at, appointment.c.id)
        )
        found: dict[tuple[date, int], list[_Visit]] = defaultdict(list)
        with self.database.read() as connection:
            for row in map(_Visit._make, connection.execute(query)):
                found[row.starts_at.astimezone(zone).date(), row.patient_id].append(row)
        return found


def _drafts(settings: HospitalSettings, today: date, on: date, visits: list[_Visit]) -> list[Draft]:
    """Return one patient's messages of a day: by every channel that reaches the patient."""
    first = visits[0]
    ahead = (on - today).days
    lead = min(days for days in reminder_days(settings.reminder_days) if days >= ahead)
    numbers = [one.e164 or one.shown for one in phones_of(first.phones or ())]
    ways: list[tuple[Channel, str]] = []
    if first.email and settings.mail_host:
        ways.append((Channel.EMAIL, first.email))
    if numbers and settings.sms_way != "none":
        ways.append((Channel.SMS, numbers[0]))
    return [
        Draft(
            key=f"reminder/{first.patient_id}/{on.isoformat()}/{lead}/{channel.value}",
            kind=MessageKind.REMINDER,
            channel=channel,
            recipient=recipient,
            data={
                "patient_name": first.patient_name,
                "mrn": first.mrn,
                "starts_at": first.starts_at.isoformat(),
                "visit_ids": [one.id for one in visits],
            },
            language=first.language or settings.message_language,
            # The last one counts: what is over by then is left out.
            expires_at=visits[-1].starts_at,
            host=settings.mail_domain,
            appointment_id=first.id,
            patient_id=first.patient_id,
            doctor_id=first.doctor_id,
        )
        for channel, recipient in ways or [(Channel.CALL, "")]
    ]
