"""The desk's numbers of a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from hms_desktop.db.tables.appointments import appointment
from hms_desktop.domain import availability, zones
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.availability_rules import VisitNeed
from hms_desktop.domain.lifecycle import HOLDING, Status
from hms_desktop.domain.queue import DeskTiles
from hms_desktop.services.context import Context, Service
from hms_desktop.services.gate import permitted
from hms_desktop.services.schedule import RULES, Schedule

_MINUTE = timedelta(minutes=1)
# Who did not come was booked: without them, every day would end with all that were booked here.
_BOOKED = tuple(sorted(status.value for status in {*HOLDING, Status.NO_SHOW}))
_CAME = (Status.ARRIVED.value, Status.IN_CONSULTATION.value, Status.COMPLETED.value)


@dataclass(frozen=True, slots=True)
class _Counts:
    booked: int
    waits: tuple[tuple[datetime, datetime | None], ...]
    waiting: int


class StatisticsService(Service):
    """Totals for the tiles; kept in the cache until one of the tables behind them changes."""

    def __init__(self, context: Context, *, schedule: Schedule) -> None:
        """Keep the schedule, which knows what is free."""
        super().__init__(context)
        self._schedule = schedule

    @permitted("statistics.read")
    def desk_tiles(self, actor: Actor, on: date) -> DeskTiles:
        """Return the numbers of a local date; free slots are those still to come.

        A slot that a desk holds right now counts as free: it is not booked yet.
        """
        now = self.context.now()
        counts = self.context.cache.get("desk", on, lambda: self._counts(on), ("appointment",))
        free = self.context.cache.get(
            "free_left", on, lambda: self._free(on), ("appointment", *RULES)
        )
        waits = [max(timedelta(), (until or now) - since) for since, until in counts.waits]
        average = sum(waits, timedelta()) / len(waits) if waits else None
        return DeskTiles(
            booked=counts.booked,
            arrived=len(waits),
            waiting=counts.waiting,
            average_wait_minutes=None if average is None else average // _MINUTE,
            free_slots=sum(places for start, places in free if start >= now),
        )

    def _counts(self, on: date) -> _Counts:
        begins, ends = zones.day_bounds(self.context.zone(), on)
        day = (appointment.c.starts_at >= begins, appointment.c.starts_at < ends)
        by_status = (
            sa.select(appointment.c.status, sa.func.count())
            .where(*day, appointment.c.status.in_(_BOOKED))
            .group_by(appointment.c.status)
        )
        waits = sa.select(appointment.c.arrived_at, appointment.c.started_at).where(
            *day, appointment.c.status.in_(_CAME), appointment.c.arrived_at.is_not(None)
        )
        with self.database.read() as connection:
            counted = {row[0]: row[1] for row in connection.execute(by_status)}
            came = tuple((row[0], row[1]) for row in connection.execute(waits))
        return _Counts(sum(counted.values()), came, counted.get(Status.ARRIVED.value, 0))

    def _free(self, on: date) -> Sequence[tuple[datetime, int]]:
        """Return start and places of every free slot of all doctors on a local date."""
        policy, holidays = self._schedule.policy(), self._schedule.holidays()
        ids = [face.id for face in self._schedule.doctors().values() if face.open]
        rules = self._schedule.rules(ids, on, on)
        begins, ends = zones.day_bounds(policy.zone, on)
        now, need = self.context.now(), VisitNeed()
        with self.database.read() as connection:
            booked = self._schedule.booked(connection, ids, begins, ends)
        return [
            (slot.starts_at, slot.remaining)
            for one in ids
            if one in rules
            for slot in availability.free_slots(
                rules[one], policy, holidays, booked.get(one, ()), (), on, on, now, need
            )
        ]
