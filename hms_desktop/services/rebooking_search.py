"""Which free slots are open to visits that have to move."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from hms_desktop.domain import availability
from hms_desktop.domain.appointments import AppointmentRow
from hms_desktop.domain.availability_rules import VisitNeed
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.lifecycle import OPEN
from hms_desktop.domain.rebooking import (
    LONGEST_LOOK,
    Busy,
    ProposalWish,
    Seeker,
    Whose,
    WhyNot,
    candidate,
    open_to,
)
from hms_desktop.services import rebooking_rows
from hms_desktop.services.context import Context
from hms_desktop.services.engine_input import engine_given
from hms_desktop.services.schedule import Schedule


class SlotSearch:
    """Reads free slots for visits that look for a new time; used inside services."""

    def __init__(self, context: Context, schedule: Schedule) -> None:
        """Keep the schedule, which knows hours, visit types and doctors."""
        self._context = context
        self._schedule = schedule

    def need(self, visit: AppointmentRow) -> VisitNeed | None:
        """Return what a visit needs in its new place; None: its kind is not offered any more."""
        try:
            need = self._schedule.need(visit.visit_type_id, by="desk")
        except Invalid:
            return None
        return replace(need, minutes=visit.minutes)

    def seekers(
        self, visits: Sequence[AppointmentRow], wish: ProposalWish
    ) -> tuple[list[Seeker], dict[int, WhyNot]]:
        """Return the visits that can move with the slots open to them, and why others cannot."""
        refused: dict[int, WhyNot] = {}
        by_need: dict[tuple[VisitNeed, int, int | None], list[AppointmentRow]] = defaultdict(list)
        for visit in visits:
            need = self.need(visit)
            if visit.status not in OPEN:
                refused[visit.id] = WhyNot.BEGUN
            elif need is None:
                refused[visit.id] = WhyNot.TYPE_GONE
            else:
                room = visit.room_id
                by_need[need, visit.doctor_id, room].append(visit)
        first, last = self._dates(visits, wish)
        zone, now = self._context.zone(), self._context.now()
        faces = self._schedule.doctors()
        seekers: list[Seeker] = []
        for (need, doctor_id, room_id), group in by_need.items():
            slots = []
            whom = self._doctors(doctor_id, wish.whose)
            for one, given in engine_given(
                self._schedule, self._context.database, whom, first, last
            ):
                room = room_id if one == doctor_id and room_id is not None else faces[one].room_id
                slots += [
                    candidate(slot, one, room, zone)
                    for slot in availability.free_slots(*given, first, last, now, need)
                ]
            seekers += [
                Seeker(visit, need, open_to(visit, slots, zone, wish.avoid)) for visit in group
            ]
        return seekers, refused

    def _dates(self, visits: Sequence[AppointmentRow], wish: ProposalWish) -> tuple[date, date]:
        """Return the local dates to search: up to ``days`` after the time that is to be left."""
        zone = self._context.zone()
        today = self._context.now().astimezone(zone).date()
        begins = [visit.starts_at.astimezone(zone).date() for visit in visits]
        first = max(today, wish.first or min(begins))
        left = max(begins)
        if wish.avoid is not None:
            left = max(left, wish.avoid[1].astimezone(zone).date())
        last = max(first, left) + timedelta(days=wish.days)
        return first, min(last, first + timedelta(days=LONGEST_LOOK + 366))

    def _doctors(self, doctor_id: int, whose: Whose) -> list[int]:
        """Return who may see a doctor's patients instead; nobody who cannot be booked."""
        faces = self._schedule.doctors()
        own = faces.get(doctor_id)
        found = [doctor_id] if own is not None and own.open else []
        if whose is Whose.DEPARTMENT and own is not None and own.department_id is not None:
            found += [
                face.id
                for face in faces.values()
                if face.open and face.department_id == own.department_id and face.id != doctor_id
            ]
        return found

    def busy(self, seekers: Sequence[Seeker]) -> Busy:
        """Return when patients and rooms are taken by visits that stay."""
        slots = [slot for seeker in seekers for slot in seeker.candidates]
        if not slots:
            return Busy({}, {})
        begins = min(slot.starts_at for slot in slots)
        ends = max(slot.ends_at for slot in slots)
        leaving = {seeker.visit.id for seeker in seekers}
        patients = {seeker.visit.patient_id for seeker in seekers}
        rooms = {slot.room_id for slot in slots if slot.room_id is not None}
        with self._context.database.read() as connection:
            return rebooking_rows.busy(connection, patients, rooms, leaving, begins, ends)
