"""The hospital's holidays: kept by hand or taken over from a country's, and the visits on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date

import sqlalchemy as sa

from hms_desktop.db import faults
from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.availability import hospital_holiday
from hms_desktop.db.writing import Write
from hms_desktop.domain import zones
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import AppointmentRow
from hms_desktop.domain.errors import Conflict, Invalid, NotFound, Stale
from hms_desktop.domain.holidays import (
    FIRST_YEAR,
    LAST_YEAR,
    MOST_DAYS,
    Country,
    HolidayLine,
    HolidayWish,
    PreviewDay,
    PublicDay,
    check_days,
    judged,
)
from hms_desktop.domain.hours import NAME_LIMIT, HolidayRow
from hms_desktop.domain.lifecycle import OPEN
from hms_desktop.domain.text import clean
from hms_desktop.interchange import public_holidays
from hms_desktop.services import appointment_rows
from hms_desktop.services.availability_base import DoctorTimeService, done_id, done_ids
from hms_desktop.services.edited_rows import editor_name, only_writer
from hms_desktop.services.gate import permitted

MOST_HITS = 500
_OPEN = tuple(sorted(status.value for status in OPEN))
_HOLIDAY = sa.select(
    hospital_holiday.c.id,
    hospital_holiday.c.version,
    hospital_holiday.c.on_date,
    hospital_holiday.c.name,
    hospital_holiday.c.source,
)


class HolidaysService(DoctorTimeService):
    """Holidays of the whole hospital; local dates."""

    @permitted("availability.read")
    def holidays(self, actor: Actor, year: int) -> tuple[HolidayRow, ...]:
        """Return the hospital's holidays of a year, by date."""
        with self.database.read() as connection:
            return _rows_of(connection, year)

    @permitted("holidays.manage")
    def holiday_lines(self, actor: Actor, year: int) -> tuple[HolidayLine, ...]:
        """Return the holidays of a year, each with the number of visits still booked on it."""
        with self.database.read() as connection:
            rows = _rows_of(connection, year)
            visits = self._counts(connection, [row.on_date for row in rows])
        return tuple(HolidayLine(row, visits.get(row.on_date, 0)) for row in rows)

    @permitted("appointments.read")
    def holiday_hits(self, actor: Actor, dates: Sequence[date]) -> tuple[AppointmentRow, ...]:
        """Return the visits still booked on local dates, with any doctor, by start."""
        found: list[int] = []
        with self.database.read() as connection:
            for on in sorted(set(dates)):
                query = sa.select(appointment.c.id).where(*self._on(on))
                query = query.order_by(appointment.c.starts_at).limit(MOST_HITS - len(found))
                found += connection.scalars(query)
                if len(found) >= MOST_HITS:
                    break
            return appointment_rows.read_rows(connection, found)

    @permitted("holidays.manage")
    def add_holiday(
        self, actor: Actor, on: date, name: str, *, request_id: str | None = None
    ) -> HolidayRow:
        """Close the hospital on a local date; raises Conflict when it is a holiday already."""
        name = clean(name, "name", limit=NAME_LIMIT, required=True)
        stamp = self.stamp(actor, "add_holiday", request_id)

        def work(write: Write) -> HolidayRow:
            new_id = write.insert(hospital_holiday, {"on_date": on, "name": name})
            return _holiday(write.connection, new_id)

        def again(connection: sa.Connection) -> HolidayRow:
            return _holiday(connection, done_id(connection, stamp.request_id, "hospital_holiday"))

        with self._once_a_date(on, name):
            return self.database.write(stamp, work, again)

    @permitted("holidays.manage")
    def change_holiday(
        self,
        actor: Actor,
        holiday_id: int,
        version: int,
        on: date,
        name: str,
        *,
        request_id: str | None = None,
    ) -> HolidayRow:
        """Give a holiday another date or name; raises Stale, NotFound, Conflict like adding."""
        name = clean(name, "name", limit=NAME_LIMIT, required=True)
        stamp = self.stamp(actor, "change_holiday", request_id)

        def work(write: Write) -> HolidayRow:
            only_writer(write, hospital_holiday)
            _current(write, holiday_id, version)
            changes = {"on_date": on, "name": name}
            write.update(hospital_holiday, holiday_id, changes, version=version)
            return _holiday(write.connection, holiday_id)

        with self._once_a_date(on, name):
            return self.database.write(
                stamp, work, lambda connection: _holiday(connection, holiday_id)
            )

    @permitted("holidays.manage")
    def delete_holiday(
        self, actor: Actor, holiday_id: int, version: int, *, request_id: str | None = None
    ) -> None:
        """Open the hospital again on a holiday; raises Stale or NotFound."""
        self.delete_holidays(actor, [(holiday_id, version)], request_id=request_id)

    @permitted("holidays.manage")
    def delete_holidays(
        self, actor: Actor, chosen: Sequence[tuple[int, int]], *, request_id: str | None = None
    ) -> None:
        """Open the hospital again on holidays given as (id, version): all or none."""
        stamp = self.stamp(actor, "delete_holiday", request_id)

        def work(write: Write) -> None:
            only_writer(write, hospital_holiday)
            for holiday_id, version in sorted(chosen):
                _current(write, holiday_id, version)
                write.delete(hospital_holiday, holiday_id)

        self.database.write(stamp, work, lambda _: None)

    # ------------------------------------------------------------------- a country's holidays
    @permitted("holidays.manage")
    def holiday_countries(self, actor: Actor) -> tuple[str, ...]:
        """Return the two letters of every country whose public holidays are known."""
        return public_holidays.country_codes()

    @permitted("holidays.manage")
    def holiday_country(self, actor: Actor, code: str) -> Country:
        """Return a country's states and the languages of its days; raises Invalid."""
        return public_holidays.country(code)

    @permitted("holidays.manage")
    def preview_holidays(self, actor: Actor, wish: HolidayWish) -> tuple[PreviewDay, ...]:
        """Return the public days asked for: new or there already, and the visits they hit."""
        wish = wish.check()
        days = public_holidays.public_days(wish)
        with self.database.read() as connection:
            there = {
                row.on_date: row.name for year in wish.years for row in _rows_of(connection, year)
            }
            new = [one.on_date for one in days if one.on_date not in there]
            return judged(days, there, self._counts(connection, new))

    @permitted("holidays.manage")
    def import_holidays(
        self,
        actor: Actor,
        days: Sequence[PublicDay],
        source: str = "",
        *,
        request_id: str | None = None,
    ) -> tuple[HolidayRow, ...]:
        """Close the hospital on all these days in one step; those there already stay as they are.

        ``source`` is kept beside each. Returns the new ones: ``delete_holidays`` takes them back.
        """
        days = check_days(days)
        source = clean(source, "source", limit=NAME_LIMIT)
        stamp = self.stamp(actor, "import_holidays", request_id)

        def work(write: Write) -> tuple[HolidayRow, ...]:
            only_writer(write, hospital_holiday)
            there = set(write.connection.scalars(sa.select(hospital_holiday.c.on_date)))
            made = [
                write.insert(
                    hospital_holiday,
                    {"on_date": one.on_date, "name": one.name, "source": source},
                )
                for one in days
                if one.on_date not in there
            ]
            if not made:
                raise Invalid("days", "All these days are holidays already. Nothing was changed.")
            return tuple(_holiday(write.connection, one) for one in made)

        def again(connection: sa.Connection) -> tuple[HolidayRow, ...]:
            made = done_ids(connection, stamp.request_id, hospital_holiday.name)
            return tuple(_holiday(connection, one) for one in made)

        return self.database.write(stamp, work, again)

    # --------------------------------------------------------------------------------- inside
    def _on(self, on: date) -> tuple[sa.ColumnElement[bool], ...]:
        """Return what finds the open visits of a local date that are still to come."""
        begins, ends = zones.day_bounds(self.context.zone(), on)
        return (
            appointment.c.starts_at >= max(begins, self.context.now()),
            appointment.c.starts_at < ends,
            appointment.c.status.in_(_OPEN),
        )

    @contextmanager
    def _once_a_date(self, on: date, name: str) -> Iterator[None]:
        """Turn the database's refusal of a second holiday on a date into a Conflict."""
        try:
            yield
        except faults.Duplicate as error:
            query = _HOLIDAY.where(hospital_holiday.c.on_date == on)
            with self.database.read() as connection:
                found = connection.execute(query).one_or_none()
            raise Conflict(
                "{date} is a holiday already: {name}. Nothing was changed.",
                kind="holiday",
                existing=None if found is None else HolidayRow(*found),
                date=on.isoformat(),
                name=name if found is None else found.name,
            ) from error

    def _counts(self, connection: sa.Connection, dates: Iterable[date]) -> dict[date, int]:
        today = self.context.now().astimezone(self.context.zone()).date()
        return {
            on: int(connection.scalar(sa.select(sa.func.count()).where(*self._on(on))) or 0)
            for on in list(dates)[:MOST_DAYS]
            if on >= today
        }


def _rows_of(connection: sa.Connection, year: int) -> tuple[HolidayRow, ...]:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid(
            "year", "Give a year from {first} to {last}.", first=FIRST_YEAR, last=LAST_YEAR
        )
    query = _HOLIDAY.where(hospital_holiday.c.on_date.between(date(year, 1, 1), date(year, 12, 31)))
    rows = connection.execute(query.order_by(hospital_holiday.c.on_date))
    return tuple(HolidayRow(*row) for row in rows)


def _current(write: Write, holiday_id: int, version: int) -> None:
    """Raise Stale when somebody changed the holiday since, NotFound when it is gone."""
    row = _holiday(write.connection, holiday_id)
    if row.version != version:
        who = editor_name(write.connection, hospital_holiday, holiday_id)
        raise Stale(current=row, who=who)


def _holiday(connection: sa.Connection, holiday_id: int) -> HolidayRow:
    found = connection.execute(_HOLIDAY.where(hospital_holiday.c.id == holiday_id)).one_or_none()
    if found is None:
        raise NotFound("This holiday is no longer there. Nothing was changed.")
    return HolidayRow(*found)
