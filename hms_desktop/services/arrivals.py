"""Arrival: check-in and walk-ins, each with the next token of doctor and day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from hms_desktop.db import faults
from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.patients import patient
from hms_desktop.db.tables.queue import queue_token
from hms_desktop.db.writing import Stamp, Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import WALK_IN_LANE, AppointmentRow, Done, Source
from hms_desktop.domain.availability_rules import VisitNeed
from hms_desktop.domain.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from hms_desktop.domain.lifecycle import HOLDING, Status
from hms_desktop.domain.queue import TokenState, WalkIn
from hms_desktop.services import appointment_rows, queue_rows
from hms_desktop.services.appointment_steps import done_again
from hms_desktop.services.context import Context, Service
from hms_desktop.services.gate import permitted
from hms_desktop.services.placing import Place, Placing
from hms_desktop.services.schedule import REACH, Schedule
from hms_desktop.services.status_steps import change_status, note_status

TRIES = 3
_MINUTE = timedelta(minutes=1)
_HOLDING = tuple(sorted(status.value for status in HOLDING))


class ArrivalsService(Service):
    """Brings patients into the queue."""

    def __init__(self, context: Context, *, schedule: Schedule) -> None:
        """Keep the schedule, which knows who is at work."""
        super().__init__(context)
        self._schedule = schedule
        self._placing = Placing(context, schedule)

    @permitted("appointments.status")
    def check_in(
        self,
        actor: Actor,
        appointment_id: int,
        version: int,
        *,
        request_id: str | None = None,
    ) -> Done:
        """Note that a patient has arrived and give out the next token of doctor and day.

        Raises Invalid for a visit of another day or one that cannot arrive, Stale when somebody
        changed it, Conflict when a no-show's time was given to somebody else.
        """
        return self._check_in(actor, [(appointment_id, version)], request_id)

    @permitted("appointments.status")
    def check_in_many(
        self,
        actor: Actor,
        chosen: Sequence[tuple[int, int]],
        *,
        request_id: str | None = None,
    ) -> Done:
        """Check in visits, given as (id, version): all of them or none.

        Tokens follow the order of the visits' starts. Raises like ``check_in``.
        """
        if not chosen:
            raise Invalid("appointments", "Choose at least one visit.")
        return self._check_in(actor, chosen, request_id)

    @permitted("queue.walk_in")
    def walk_in(self, actor: Actor, wish: WalkIn, *, request_id: str | None = None) -> Done:
        """Queue a patient who has no booking, with a doctor or whoever is free soonest.

        Raises Conflict (kind ``closed``) when the doctor is not at work, (kind ``patient``) when
        the patient has another visit at this time.
        """
        wish = wish.check()
        if request_id is not None:
            with self.database.read() as connection:
                if self.database.was_done(connection, request_id):
                    return done_again(connection, request_id)
        now = self.context.now()
        need = self._schedule.need(wish.visit_type_id, by="desk")
        starts_at = now.replace(second=0, microsecond=0)
        minutes = need.minutes or self._schedule.policy().step_minutes
        ends_at = starts_at + timedelta(minutes=minutes)
        doctor_id = self._walk_in_doctor(actor, wish, starts_at)
        self._own_only(actor, doctor_id)
        place = Place(
            doctor_id=doctor_id,
            visit_type_id=wish.visit_type_id,
            room_id=None,  # the doctor's room, which its booked visits keep for themselves
            starts_at=starts_at,
            ends_at=ends_at,
            blocks_from=starts_at,
            blocks_to=ends_at,
            capacity=1,
            outside_hours_reason=wish.outside_hours_reason or "",
        )
        stamp = self.stamp(actor, "walk_in", request_id, wish.outside_hours_reason or "")

        def work(write: Write) -> Done:
            queue_rows.take_turn(write.connection, doctor_id)
            _check_patient(write, wish.patient_id)
            values = {
                **place.columns(_walk_in_lane(write, place)),
                "patient_id": wish.patient_id,
                "status": Status.ARRIVED.value,
                "source": Source.WALK_IN.value,
                "note": wish.note,
                "arrived_at": write.now,
            }
            new_id = write.insert(appointment, values)
            note_status(write, new_id, None, Status.ARRIVED, now=write.now)
            self._give_token(write, {"id": new_id, **values}, self._today(starts_at))
            return self._done(write.connection, stamp, [new_id])

        with self._placing.explaining(place, wish.patient_id):
            return self._write(stamp, work)

    # -- inside -----------------------------------------------------------------------------
    def _check_in(
        self, actor: Actor, chosen: Sequence[tuple[int, int]], request_id: str | None
    ) -> Done:
        stamp = self.stamp(actor, "check_in", request_id)
        versions = dict(chosen)
        with self.database.read() as connection:
            rows = appointment_rows.read_rows(connection, sorted(versions))
        planned = sorted(rows, key=lambda one: (one.starts_at, one.id))
        underway = planned[0]

        def work(write: Write) -> Done:
            nonlocal underway
            # Always in the order of ids, so that two batches cannot wait for each other.
            for doctor_id in sorted({one.doctor_id for one in planned}):
                queue_rows.take_turn(write.connection, doctor_id)
            for underway in planned:
                self._arrive(write, actor, underway, versions[underway.id])
            return self._done(write.connection, stamp, sorted(versions, reverse=True))

        try:
            return self._write(stamp, work)
        except (faults.Overlap, faults.StepRefused) as error:
            with self._placing.explaining(_place_of(underway), underway.patient_id):
                raise error from None

    def _arrive(self, write: Write, actor: Actor, planned: AppointmentRow, version: int) -> None:
        row = queue_rows.locked(write.connection, appointment, planned.id)
        self._own_only(actor, row["doctor_id"])
        if row["version"] != version:
            current = appointment_rows.read_rows(write.connection, [planned.id])[0]
            raise Stale(current=current, who=current.updated_by_name or "Someone")
        today = self._today(write.now)
        on = row["starts_at"].astimezone(self.context.zone()).date()
        if on != today:
            raise Invalid(
                "starts_at",
                "{patient}'s visit is on {date}, not today. Nothing was changed. "
                "Move it to today first, or take the patient as a walk-in.",
                patient=planned.patient_name,
                date=on.isoformat(),
            )
        change_status(write, row, Status.ARRIVED, version=version, now=write.now)
        self._give_token(write, row, today)

    def _today(self, now: datetime) -> date:
        return now.astimezone(self.context.zone()).date()

    def _own_doctor(self, actor: Actor) -> int | None:
        """Return the only doctor whose patients the actor may see; None: everybody's."""
        if self.may(actor, "appointments.read"):
            return None
        known = self.gate.known(actor.token)
        return (known.doctor_id if known else None) or 0

    def _own_only(self, actor: Actor, doctor_id: int) -> None:
        if self._own_doctor(actor) not in {None, doctor_id}:
            raise NotAllowed("appointments.read")

    def _walk_in_doctor(self, actor: Actor, wish: WalkIn, now: datetime) -> int:
        """Return the doctor to queue for; raises Conflict when nobody suitable is at work."""
        if wish.doctor_id is not None:
            self._check_at_work(actor, wish.doctor_id, wish, now)
            return wish.doctor_id
        at_work = [
            face.id
            for face in self._schedule.doctors().values()
            if face.department_id == wish.department_id
            and face.open
            and self._schedule.hours_reason(face.id, now, now + _MINUTE, VisitNeed(), now) is None
        ]
        if not at_work:
            raise Conflict(
                "No doctor of this department is at work now. Nothing was saved. "
                "Choose a doctor, or book another time.",
                kind="closed",
            )
        with self.database.read() as connection:
            waiting = queue_rows.queue_lengths(connection, at_work, self._today(now))
        return min(at_work, key=lambda one: (waiting.get(one, 0), one))

    def _check_at_work(self, actor: Actor, doctor_id: int, wish: WalkIn, now: datetime) -> None:
        reason = self._schedule.hours_reason(doctor_id, now, now + _MINUTE, VisitNeed(), now)
        if reason is None:
            return
        if wish.outside_hours_reason is None or reason.override is None:
            raise Conflict(
                "{why} Nothing was saved. Choose another doctor.",
                kind="closed",
                existing=reason,
                why=reason.sentence(self.context.settings().clock),
            )
        self.gate.check(actor, reason.override)

    @staticmethod
    def _give_token(write: Write, row: Mapping[str, Any] | sa.RowMapping, on: date) -> None:
        whose = row["patient_id"]
        old = queue_rows.live_token(write.connection, row["id"])
        if old is not None:
            # Came, was marked as no-show, and came again: the number stays.
            again = {
                "state": TokenState.WAITING.value,
                "arrived_at": write.now,
                "called_at": None,
                "skipped_at": None,
                "finished_at": None,
            }
            write.update(queue_token, old["id"], again, version=old["version"], patient_id=whose)
            return
        write.insert(
            queue_token,
            {
                "appointment_id": row["id"],
                "doctor_id": row["doctor_id"],
                "on_date": on,
                "number": queue_rows.next_number(write.connection, row["doctor_id"], on),
                "state": TokenState.WAITING.value,
                "arrived_at": write.now,
            },
            patient_id=whose,
        )

    @staticmethod
    def _done(connection: sa.Connection, stamp: Stamp, ids: Sequence[int]) -> Done:
        return Done(stamp.request_id, stamp.action, appointment_rows.read_rows(connection, ids))

    def _write(self, stamp: Stamp, work: Callable[[Write], Done]) -> Done:
        """Write; a number that another program gave out at the same moment is tried anew."""
        for attempt in range(1, TRIES + 1):
            try:
                return self.database.write(
                    stamp, work, lambda connection: done_again(connection, stamp.request_id)
                )
            except faults.Duplicate:
                if attempt == TRIES:
                    raise
        raise AssertionError("unreachable")


def _check_patient(write: Write, patient_id: int) -> None:
    query = sa.select(patient.c.retired_at).where(patient.c.id == patient_id)
    found = write.connection.execute(query).one_or_none()
    if found is None:
        raise NotFound("This patient is no longer there. Nothing was saved.")
    if found.retired_at is not None:
        raise Invalid(
            "patient_id", "This patient's chart is retired. Bring it back before the visit."
        )


def _walk_in_lane(write: Write, place: Place) -> int:
    """Return the lowest walk-in lane that is free; walk-ins queue and hold no slot."""
    taken = set(
        write.connection.execute(
            sa.select(appointment.c.lane).where(
                appointment.c.doctor_id == place.doctor_id,
                appointment.c.starts_at > place.starts_at - REACH,
                appointment.c.starts_at < place.ends_at,
                appointment.c.ends_at > place.starts_at,
                appointment.c.lane >= WALK_IN_LANE,
                appointment.c.status.in_(_HOLDING),
            )
        ).scalars()
    )
    lane = WALK_IN_LANE
    while lane in taken:
        lane += 1
    return lane


def _place_of(row: AppointmentRow) -> Place:
    """Return where a visit is, to name what took its place meanwhile."""
    return Place(
        doctor_id=row.doctor_id,
        visit_type_id=row.visit_type_id,
        room_id=row.room_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        blocks_from=row.starts_at,
        blocks_to=row.ends_at,
        capacity=1,
    )
