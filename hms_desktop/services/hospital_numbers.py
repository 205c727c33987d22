"""The hospital's dashboard: figures of any time beside the time before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from hms_desktop.db.tables.doctors import department, doctor
from hms_desktop.db.tables.patients import patient
from hms_desktop.db.writing import Write
from hms_desktop.domain import hospital_period
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.availability_rules import DoctorState
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.hospital_month import Share, ranked
from hms_desktop.domain.hospital_period import HospitalPeriod, Period, Totals
from hms_desktop.domain.offered_time import Offered, offered_time
from hms_desktop.domain.visit_days import DayTally, DoctorDay
from hms_desktop.interchange.table_out import write_file
from hms_desktop.services import doctors_there, visit_days
from hms_desktop.services.context import Context, Service
from hms_desktop.services.doctors_there import Who
from hms_desktop.services.gate import permitted
from hms_desktop.services.schedule import RULES, Schedule

VISITS = ("appointment", "queue_token", "patient")
"""Tables that the counts of visits are read from."""


class _Visits(NamedTuple):
    """What was counted; ``doctors`` is empty where nobody asks for them."""

    days: tuple[DayTally, ...]
    doctors: dict[int, DoctorDay]


class _Both(NamedTuple):
    """What was offered in a period and in the one before."""

    now: Offered
    before: Offered


class HospitalNumbersService(Service):
    """Numbers of all doctors together; kept in the cache until a table behind them changes."""

    def __init__(self, context: Context, *, schedule: Schedule) -> None:
        """Keep the schedule, which knows what was offered."""
        super().__init__(context)
        self._schedule = schedule

    @permitted("statistics.read")
    def period(self, actor: Actor, first: date, last: date) -> HospitalPeriod:
        """Return every number of some local dates, and the figures of the period before.

        A visit of a merged, moved or corrected chart counts as it stands now. Raises Invalid for
        a period that ends before it begins or is longer than ten years.
        """
        wanted = Period(first, last).check()
        zone, now = self.context.zone(), self.context.now()
        before, week_start = wanted.before, self.context.settings().week_start
        visits = self._visits(wanted, doctors=True)
        earlier = self._visits(before, doctors=False)
        everyone = self._everyone()
        offered = self._offered(wanted, everyone)
        return HospitalPeriod(
            zone=zone.key,
            made_at=now,
            figures=hospital_period.figures_of(wanted, visits.days, offered.now),
            before=hospital_period.figures_of(before, earlier.days, offered.before),
            course=hospital_period.course_of(wanted, visits.days, offered.now, week_start),
            heat=hospital_period.heat_of(wanted, visits.days),
            people=hospital_period.people_of(wanted, visits.days),
            doctors=self._shares(wanted, everyone, visits.doctors, offered.now),
            totals=self._totals(),
            over=now >= wanted.bounds(zone)[1],
        )

    @permitted("statistics.read", "jobs.manage")
    def keep(
        self, actor: Actor, heard: Callable[[int, int], None] = lambda _done, _total: None
    ) -> int:
        """Keep what can be counted once, so that the next dashboard is quick; how many dates.

        The numbers are the same without it. ``heard`` is told how many dates of how many are
        done, and may raise to end the run; what was kept by then stays kept.
        """
        zone, kept, done = self.context.zone(), 0, 0
        with self.database.read() as connection:
            runs = visit_days.stale_runs(connection, zone)
        total = sum((last - first).days + 1 for first, last in runs)
        for first, last in runs:
            with self.database.read() as connection:
                found = visit_days.recount(connection, zone, first, last)
            if found:
                kept += self.database.write(
                    self.stamp(actor, "count", None), partial(_keep, zone, found)
                )
            done += (last - first).days + 1
            heard(done, total)
        return kept

    @permitted("statistics.read")
    def save_table(
        self,
        actor: Actor,
        path: Path,
        head: Sequence[str],
        rows: Sequence[Sequence[str | float | None]],
    ) -> int:
        """Write the values of a chart to a CSV file; returns how many rows. Audited.

        Raises Invalid when the file cannot be written.
        """
        self.database.write(
            self.stamp(actor, "export", None),
            lambda write: write.record(
                "hospital_numbers", 0, after={"file": path.name, "rows": len(rows)}
            ),
        )
        try:
            return write_file(path, head, rows)
        except OSError as error:
            raise Invalid(
                "path",
                "The file could not be written ({why}). Nothing was saved. Choose another folder "
                "or close the file in other programs.",
                why=error.strerror or type(error).__name__,
            ) from error

    # -- inside -----------------------------------------------------------------------------
    def _visits(self, period: Period, *, doctors: bool) -> _Visits:
        zone, first, last = self.context.zone(), period.first, period.last

        def load() -> _Visits:
            with self.database.read() as connection:
                found = visit_days.counted(connection, zone, first, last)
                own = visit_days.by_doctor(connection, first, last, found) if doctors else {}
                return _Visits(found.days, own)

        # The zone is in the key: a change of the setting alone touches none of the tables.
        return self.context.cache.get("visit_days", (period, zone.key, doctors), load, VISITS)

    def _everyone(self) -> dict[int, Who]:
        def load() -> dict[int, Who]:
            with self.database.read() as connection:
                return doctors_there.doctors(connection)

        return self.context.cache.get("everyone", (), load, ("doctor", "department"))

    def _offered(self, period: Period, everyone: dict[int, Who]) -> _Both:
        zone, before = self.context.zone(), period.before
        there = {
            one: frozenset(who.id for who in everyone.values() if who.was_there(*one.bounds(zone)))
            for one in (period, before)
        }

        def load() -> _Both:
            rules = self._schedule.rules(
                frozenset().union(*there.values()), before.first, period.last
            )
            policy, holidays = self._schedule.policy(), self._schedule.holidays()
            return _Both(
                *(
                    offered_time(
                        [rules[whose] for whose in sorted(ids) if whose in rules],
                        policy,
                        holidays,
                        one.first,
                        one.last,
                    )
                    for one, ids in there.items()
                )
            )

        return self.context.cache.get("offered", (period, *there.values()), load, RULES)

    def _shares(
        self,
        period: Period,
        everyone: dict[int, Who],
        visits: dict[int, DoctorDay],
        offered: Offered,
    ) -> tuple[Share, ...]:
        """Return what each doctor did who had visits or was there to have some."""
        return ranked(
            Share(
                who.name,
                who.department,
                *visits.get(who.id, DoctorDay()),
                offered.by_doctor.get(who.id, 0),
                who.id,
                who.department_id,
            )
            for who in everyone.values()
            if who.id in visits or who.id in offered.by_doctor
        )

    def _totals(self) -> Totals:
        charts = _number_of(patient)
        admitted = (
            doctor.c.approval == DoctorState.APPROVED.value,
            doctor.c.retired_at.is_(None),
        )
        used = department.c.retired_at.is_(None)

        def load() -> Totals:
            with self.database.read() as connection:
                # All less the few retired ones: both are counted in an index alone.
                retired = connection.scalar(charts.where(patient.c.retired_at.is_not(None))) or 0
                return Totals(
                    doctors=connection.scalar(_number_of(doctor).where(*admitted)) or 0,
                    departments=connection.scalar(_number_of(department).where(used)) or 0,
                    patients=(connection.scalar(charts) or 0) - retired,
                )

        return self.context.cache.get("totals", (), load, ("doctor", "department", "patient"))


def _number_of(table: sa.Table) -> sa.Select[int]:
    return sa.select(sa.func.count()).select_from(table)


def _keep(zone: ZoneInfo, found: tuple[visit_days.Found, ...], write: Write) -> int:
    # Not audited: it follows from what is, and nobody's data changes.
    return visit_days.keep(write.connection, zone, found)
