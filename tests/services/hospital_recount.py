"""The hospital's numbers counted the slow way: from every row, with nothing kept or shared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from hms_desktop.db.engine import Database
from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.patients import patient
from hms_desktop.db.tables.queue import queue_token
from hms_desktop.domain.hospital_period import HospitalPeriod, PeriodFigures

CAME = {"arrived", "in_consultation", "completed"}
KEPT_TIME = {"requested", "booked", "confirmed", "no_show", *CAME}
ORDER = (
    "requested",
    "booked",
    "confirmed",
    "arrived",
    "in_consultation",
    "completed",
    "cancelled",
    "no_show",
)


@dataclass
class Recount:
    """Reads everything there is, once."""

    database: Database
    zone: ZoneInfo

    def __post_init__(self) -> None:
        with self.database.read() as connection:
            self.visits: list[Any] = [
                one
                for one in connection.execute(sa.select(appointment))
                if one.status != "entered_in_error"
            ]
            self.people = {one.id: one for one in connection.execute(sa.select(patient))}
            self.called = {
                one.appointment_id: one.called_at
                for one in connection.execute(sa.select(queue_token))
                if one.state != "withdrawn"
            }

    def check(self, found: HospitalPeriod) -> None:
        """Fail at the first number that differs."""
        for own in (found.figures, found.before, *found.course):
            self._figures(own)
        inside = self._inside(found.period.first, found.period.last)
        heat = [[0] * 24 for _ in range(7)]
        people: dict[tuple[str, int], int] = {}
        for one in inside:
            at = one.starts_at.astimezone(self.zone)
            if one.status in KEPT_TIME:
                heat[at.weekday()][at.hour] += 1
            if one.status in CAME:
                who = self.people[one.patient_id]
                key = (who.sex, self._band(who.birth_date, at.date()))
                people[key] = people.get(key, 0) + 1
        assert found.heat == tuple(map(tuple, heat))
        assert {one[:2]: one.visits for one in found.people} == people
        by_doctor = {share.doctor_id: share[2:7] for share in found.doctors if any(share[2:7])}
        assert by_doctor == {
            whose: self._share([one for one in inside if one.doctor_id == whose])
            for whose in {one.doctor_id for one in inside}
        }

    def _figures(self, found: PeriodFigures) -> None:
        first, last = found.period.first, found.period.last
        inside = self._inside(first, last)
        came = [one for one in inside if one.status in CAME]
        seen = {one.patient_id for one in came}
        before = {
            one.patient_id
            for one in self.visits
            if one.status in CAME and self._on(one) < first and one.patient_id in seen
        }
        waits = sorted(
            max(0, int((until - one.arrived_at).total_seconds() // 60))
            for one in came
            if (until := self.called.get(one.id) or one.started_at) and one.arrived_at
        )
        where = f"{first} to {last}"
        assert found.statuses == tuple(
            sum(one.status == status for one in inside) for status in ORDER
        ), where
        assert found.came == len(came), where
        assert (found.new_patients, found.returning_patients) == (
            len(seen - before),
            len(seen & before),
        ), where
        assert found.booked_minutes == self._share(inside)[4], where
        assert found.wait_p50 == (waits[(len(waits) + 1) // 2 - 1] if waits else None), where
        assert found.wait_p90 == (waits[-(-9 * len(waits) // 10) - 1] if waits else None), where

    def _on(self, visit: sa.Row) -> date:
        local: datetime = visit.starts_at.astimezone(self.zone)
        return local.date()

    def _inside(self, first: date, last: date) -> list[Any]:
        return [one for one in self.visits if first <= self._on(one) <= last]

    @staticmethod
    def _share(visits: list[Any]) -> tuple[int, ...]:
        kept = [one for one in visits if one.status in KEPT_TIME]
        return (
            len(visits),
            sum(one.status in CAME for one in visits),
            sum(one.status == "no_show" for one in visits),
            sum(one.status == "cancelled" for one in visits),
            int(sum((one.ends_at - one.starts_at for one in kept), timedelta()).total_seconds())
            // 60,
        )

    @staticmethod
    def _band(born: date | None, on: date) -> int:
        if born is None:
            return -1
        years = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
        return min(8, max(0, years // 10))
