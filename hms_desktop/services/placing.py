"""Where a visit may be put: hours, holds, lanes, and why not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from hms_desktop.db import faults
from hms_desktop.db.prepared import Prepared
from hms_desktop.db.tables.appointments import appointment, slot_hold
from hms_desktop.db.tables.doctors import doctor
from hms_desktop.db.tables.patients import patient
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import OVERBOOK_LANE, WALK_IN_LANE, AppointmentRow
from hms_desktop.domain.errors import Conflict, HmsError, Invalid, NotFound
from hms_desktop.domain.lifecycle import HOLDING
from hms_desktop.services.appointment_rows import read_overlapping
from hms_desktop.services.context import Context
from hms_desktop.services.hold_rows import hold_row
from hms_desktop.services.schedule import Schedule

LONGEST_REACH = timedelta(hours=28)
"""No visit with its buffer begins earlier than this before the end of its time."""
HOLDS = tuple(sorted(status.value for status in HOLDING))


@dataclass(frozen=True, slots=True)
class Place:
    """A doctor's time for one visit (UTC), buffers included, and how it may be taken."""

    doctor_id: int
    visit_type_id: int
    room_id: int | None
    starts_at: datetime
    ends_at: datetime
    blocks_from: datetime
    blocks_to: datetime
    capacity: int
    overbook_reason: str = ""
    outside_hours_reason: str = ""

    def columns(self, lane: int) -> dict[str, Any]:
        """Return the columns of an appointment in this place."""
        return {
            "doctor_id": self.doctor_id,
            "visit_type_id": self.visit_type_id,
            "room_id": self.room_id,
            "starts_at": self.starts_at,
            "ends_at": self.ends_at,
            "blocks_from": self.blocks_from,
            "blocks_to": self.blocks_to,
            "lane": lane,
            "overbook_reason": self.overbook_reason,
            "outside_hours_reason": self.outside_hours_reason,
        }


class Placing:
    """Finds and guards places; used by the calls that book and move."""

    def __init__(self, context: Context, schedule: Schedule) -> None:
        """Keep the schedule, which knows hours, visit types and doctors."""
        self._context = context
        self._schedule = schedule

    def find(
        self,
        actor: Actor,
        *,
        doctor_id: int,
        visit_type_id: int,
        starts_at: datetime,
        minutes: int | None,
        room_id: int | None,
        overbook_reason: str | None = None,
        outside_hours_reason: str | None = None,
        check_hours: bool = True,
    ) -> Place:
        """Return the place, or raise why the doctor's hours refuse it.

        Raises Conflict (kind ``closed``, with the Reason as ``existing``), and NotAllowed when a
        reason was given but the actor may not set it aside.
        """
        need = self._schedule.need(visit_type_id, by="desk")
        length = minutes or need.minutes or self._schedule.policy().step_minutes
        ends_at = starts_at + timedelta(minutes=length)
        now = self._context.now()
        if check_hours:
            reason = self._schedule.hours_reason(doctor_id, starts_at, ends_at, need, now)
            if reason is not None:
                allowed = outside_hours_reason is not None and reason.override is not None
                if not allowed or reason.override is None:
                    raise Conflict(
                        "{why} Nothing was booked. Choose another time.",
                        kind="closed",
                        existing=reason,
                        why=reason.sentence(self._context.settings().clock),
                    )
                self._context.gate.check(actor, reason.override)
        if overbook_reason is not None:
            self._context.gate.check(actor, "appointments.overbook")
        return Place(
            doctor_id=doctor_id,
            visit_type_id=visit_type_id,
            room_id=room_id if room_id is not None else self._schedule.room_of(doctor_id),
            starts_at=starts_at,
            ends_at=ends_at,
            blocks_from=starts_at - timedelta(minutes=need.buffer_before),
            blocks_to=ends_at + timedelta(minutes=need.buffer_after),
            capacity=self._schedule.capacity_at(doctor_id, starts_at, ends_at),
            overbook_reason=overbook_reason or "",
            outside_hours_reason=outside_hours_reason or "",
        )

    def check_patient_and_holds(
        self, write: Write, patient_id: int, place: Place, *, hold_token: str | None = None
    ) -> None:
        """Raise NotFound or Invalid for the patient, Conflict for another desk's hold."""
        actor = write.stamp.actor
        found = _PATIENT_AND_HOLD.rows(
            write.connection,
            {
                "patient": patient_id,
                "doctor": place.doctor_id,
                "begins": place.starts_at,
                "ends": place.ends_at,
                "now": write.now,
                "token": hold_token or "",
                "workstation": actor.workstation,
                "user": actor.user_id,
            },
        )
        row = next(iter(found), None)
        if row is None:
            raise NotFound("This patient is no longer there. Nothing was booked.")
        retired_at, held = row
        if retired_at is not None:
            raise Invalid(
                "patient_id", "This patient's chart is retired. Bring it back before booking."
            )
        if held is not None and not place.overbook_reason:
            hold = hold_row(write.connection, held)
            raise Conflict(
                "{who} at {workstation} is booking this slot right now. Nothing was booked. "
                "Choose another time or ask there.",
                kind="hold",
                existing=hold,
                who=hold.user_name,
                workstation=hold.workstation,
            )

    def lane(self, write: Write, place: Place, old: AppointmentRow | None = None) -> int:
        """Return the lane to use; overbooked visits are numbered from OVERBOOK_LANE.

        ``old`` is the visit itself when only its length changes: it keeps its lane where it can.
        Lane 0 is taken without a look: the database itself refuses a second visit in it.
        """
        if place.overbook_reason:
            limit = write.connection.execute(
                sa.select(doctor.c.overbook_limit).where(doctor.c.id == place.doctor_id)
            ).scalar_one()
            lane = self._free_lane(write, place, OVERBOOK_LANE, OVERBOOK_LANE + limit, old)
            if lane is None:
                raise Conflict(
                    "The doctor already has {limit} overbooked visits at this time, which is "
                    "the limit. Nothing was booked. Choose another time.",
                    kind="overbook",
                    limit=limit,
                )
            return lane
        if old is not None and (place.capacity <= 1 or old.lane >= place.capacity):
            return old.lane
        if place.capacity <= 1:
            return 0
        lane = self._free_lane(write, place, 0, place.capacity, old)
        # All lanes taken: the last one lets the database say so and the conflict be named.
        return place.capacity - 1 if lane is None else lane

    @staticmethod
    def _free_lane(
        write: Write, place: Place, low: int, high: int, old: AppointmentRow | None
    ) -> int | None:
        if write.connection.dialect.name == "postgresql":
            write.connection.execute(
                sa.select(sa.func.pg_advisory_xact_lock(1, sa.cast(place.doctor_id, sa.Integer)))
            )
        taken = set(
            write.connection.execute(
                sa.select(appointment.c.lane).where(
                    appointment.c.doctor_id == place.doctor_id,
                    appointment.c.starts_at > place.blocks_from - LONGEST_REACH,
                    appointment.c.starts_at < place.blocks_to + LONGEST_REACH,
                    appointment.c.blocks_from < place.blocks_to,
                    appointment.c.blocks_to > place.blocks_from,
                    appointment.c.lane >= low,
                    appointment.c.lane < min(high, WALK_IN_LANE),
                    appointment.c.status.in_(HOLDS),
                    appointment.c.id != (0 if old is None else old.id),
                )
            ).scalars()
        )
        lanes = [lane for lane in range(low, high) if lane not in taken]
        if old is not None and old.lane in lanes:
            return old.lane
        return lanes[0] if lanes else None

    @staticmethod
    def drop_hold(write: Write, token: str | None) -> None:
        """Let go of the desk's own hold once its visit is booked."""
        if token is None:
            return
        query = sa.select(slot_hold.c.id).where(slot_hold.c.token == token)
        found = write.connection.execute(query).scalar()
        if found is not None:
            write.delete(slot_hold, found)

    @contextmanager
    def explaining(self, place: Place, patient_id: int) -> Iterator[None]:
        """Turn the database's refusal into a Conflict that names the visit in the way."""
        try:
            yield
        except faults.Overlap as error:
            raise self._conflict(error.kind, place, patient_id) from error
        except faults.StepRefused as error:
            raise Invalid(
                "status", "This step is not possible any more. Look at the visit as it is now."
            ) from error

    def _conflict(self, kind: str, place: Place, patient_id: int) -> HmsError:
        whose = {"doctor": place.doctor_id, "patient": patient_id, "room": place.room_id}[kind]
        begins, ends = (
            (place.starts_at, place.ends_at)
            if kind == "patient"
            else (place.blocks_from, place.blocks_to)
        )
        with self._context.database.read() as connection:
            existing = read_overlapping(connection, kind, whose, begins, ends)
        if existing is None:
            return Conflict(
                "This time was taken a moment ago and is free again. Nothing was booked. "
                "Try once more.",
                kind=kind,
            )
        return Conflict(_SENTENCES[kind], kind=kind, existing=existing, **self._named(existing))

    def _named(self, row: AppointmentRow) -> dict[str, str]:
        clock = self._context.settings().clock
        return {
            "patient": row.patient_name,
            "mrn": row.mrn,
            "doctor": row.doctor_name,
            "room": row.room_name,
            "start": clock(row.starts_at),
            "end": clock(row.ends_at),
        }


# Built once: each booking runs it. A desk's own holds do not count, whatever panel took them.
_HOLD = (
    sa.select(slot_hold.c.id)
    .where(
        slot_hold.c.doctor_id == sa.bindparam("doctor"),
        slot_hold.c.starts_at < sa.bindparam("ends"),
        slot_hold.c.ends_at > sa.bindparam("begins"),
        slot_hold.c.expires_at > sa.bindparam("now"),
        slot_hold.c.token != sa.bindparam("token"),
        ~sa.and_(
            slot_hold.c.workstation == sa.bindparam("workstation"),
            slot_hold.c.user_id.is_not_distinct_from(sa.bindparam("user", type_=sa.BigInteger)),
        ),
    )
    .limit(1)
    .scalar_subquery()
)
_PATIENT_AND_HOLD = Prepared(
    sa.select(patient.c.retired_at, _HOLD.label("hold")).where(
        patient.c.id == sa.bindparam("patient")
    )
)

_SENTENCES = {
    "doctor": "{doctor} already has {patient} ({mrn}) from {start} to {end}. Nothing was booked. "
    "Choose another time.",
    "patient": "{patient} ({mrn}) already has a visit with {doctor} from {start} to {end}. "
    "Nothing was booked. Choose another time.",
    "room": "{room} is used by {doctor} from {start} to {end}. Nothing was booked. Choose another "
    "time or room.",
}
