"""When doctors can be booked: plans of a day, free slots, the next free one, why not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from hms_desktop.domain import availability
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.availability_rules import (
    DayPlan,
    Reason,
    Slot,
    VisitNeed,
)
from hms_desktop.domain.errors import Invalid, NotFound
from hms_desktop.domain.hours import DoctorFace, FreeSlot, NextFreeWish, check_range
from hms_desktop.services.availability_hours import HoursService
from hms_desktop.services.availability_leave import LeaveService
from hms_desktop.services.engine_input import Given, engine_given
from hms_desktop.services.gate import permitted
from hms_desktop.services.holidays import HolidaysService

FIRST_STRETCH, LONGEST_STRETCH = 1, 16
"""How many days the search for the next free slot reads at once; it doubles each time."""
MOST_DOCTORS = 500


class AvailabilityService(HoursService, LeaveService, HolidaysService):
    """Everything about a doctor's time: what is free, and the hours, leave and holidays."""

    @permitted("availability.read")
    def day_plans(
        self,
        actor: Actor,
        on: date,
        doctor_ids: Sequence[int],
        visit_type_id: int | None = None,
    ) -> dict[int, DayPlan]:
        """Return the local date of some doctors: open and closed time with reasons, free slots.

        Without a visit type the slots are the sessions' own. Unknown doctors are left out.
        """
        need = self.schedule.need(visit_type_id, by=self._booker(actor))
        return {
            one: availability.day_plan(*given, on, self.context.now(), need)
            for one, given in self._given(doctor_ids, on, on)
        }

    @permitted("doctors.read")
    def free_slots(
        self,
        actor: Actor,
        doctor_id: int,
        first: date,
        last: date,
        visit_type_id: int | None = None,
    ) -> tuple[Slot, ...]:
        """Return a doctor's free slots on local dates (both included, at most a year)."""
        check_range(first, last)
        need = self.schedule.need(visit_type_id, by=self._booker(actor))
        for _one, given in self._given([doctor_id], first, last):
            return tuple(availability.free_slots(*given, first, last, self.context.now(), need))
        raise NotFound("This doctor is no longer there. Choose another one.")

    @permitted("availability.read")
    def why_closed(
        self,
        actor: Actor,
        doctor_id: int,
        starts_at: datetime,
        visit_type_id: int | None = None,
    ) -> Reason | None:
        """Return the rule that keeps a visit from starting at a moment (UTC); None: it can."""
        need = self.schedule.need(visit_type_id, by=self._booker(actor))
        if starts_at.tzinfo is None:
            raise Invalid("starts_at", "The start must be given in UTC.")
        on = starts_at.astimezone(self.context.zone()).date()
        for _one, given in self._given([doctor_id], on, on):
            return availability.why_closed(*given, starts_at, self.context.now(), need)
        raise NotFound("This doctor is no longer there. Choose another one.")

    @permitted("doctors.read")
    def next_free(self, actor: Actor, wish: NextFreeWish) -> tuple[FreeSlot, ...]:
        """Return the next free slots of all doctors who match, the earliest first.

        Days are read as they are needed, until enough slots are found or the horizon is reached.
        """
        wish = wish.check()
        need = self.schedule.need(wish.visit_type_id, by=self._booker(actor))
        doctors = self._candidates(wish)
        if not doctors:
            return ()
        found: list[FreeSlot] = []
        for first, last in _stretches(self._search_dates(wish, need)):
            found += self._free_in(wish, need, doctors, first, last)
            if len(found) >= wish.limit:
                break
        return tuple(found[: wish.limit])

    # -- inside -----------------------------------------------------------------------------
    def _booker(self, actor: Actor) -> str:
        """Return who books, in the words of a visit type's ``bookable_by``."""
        # Doctors book through the same calls as the desk.
        return "desk" if self.may(actor, "appointments.book") else "kiosk"

    def _given(
        self, doctor_ids: Iterable[int], first: date, last: date
    ) -> Iterator[tuple[int, Given]]:
        """Yield what the engine is given for each doctor who exists, in the order asked."""
        wanted = list(dict.fromkeys(doctor_ids))[:MOST_DOCTORS]
        return engine_given(self.schedule, self.database, wanted, first, last)

    def _candidates(self, wish: NextFreeWish) -> list[DoctorFace]:
        return [
            face
            for face in self.schedule.doctors().values()
            if face.open
            and (not wish.doctor_ids or face.id in wish.doctor_ids)
            and (not wish.department_ids or face.department_id in wish.department_ids)
        ][:MOST_DOCTORS]

    def _search_dates(self, wish: NextFreeWish, need: VisitNeed) -> tuple[date, date]:
        today = self.context.now().astimezone(self.context.zone()).date()
        first = max(today, wish.first or today)
        last = first + timedelta(days=wish.days - 1)
        if need.horizon_days is not None:
            last = min(last, today + timedelta(days=need.horizon_days))
        return first, last

    def _free_in(
        self,
        wish: NextFreeWish,
        need: VisitNeed,
        doctors: Sequence[DoctorFace],
        first: date,
        last: date,
    ) -> list[FreeSlot]:
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        days = [on for on in days if on.weekday() in wish.weekdays]
        if not days:
            return []
        zone, now = self.context.zone(), self.context.now()
        faces = {face.id: face for face in doctors}
        found: list[FreeSlot] = []
        for one, given in self._given(faces, first, last):
            face = faces[one]
            for slot in availability.free_slots(*given, days[0], days[-1], now, need):
                local = slot.starts_at.astimezone(zone)
                minute = local.hour * 60 + local.minute
                if wish.from_minute <= minute < wish.to_minute and local.weekday() in wish.weekdays:
                    found.append(
                        FreeSlot(
                            one,
                            face.name,
                            face.department_name,
                            slot.starts_at,
                            slot.ends_at,
                            face.room,
                        )
                    )
        return sorted(found, key=lambda slot: slot.starts_at)


def _stretches(dates: tuple[date, date]) -> Iterator[tuple[date, date]]:
    """Cut a range of dates into stretches that grow, so that the usual search reads one day."""
    first, last = dates
    length = FIRST_STRETCH
    while first <= last:
        until = min(last, first + timedelta(days=length - 1))
        yield first, until
        first = until + timedelta(days=1)
        length = min(LONGEST_STRETCH, length * 2)
