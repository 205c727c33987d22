"""A doctor's weekly hours, the dates that differ, and slots closed by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from hms_desktop.db import faults
from hms_desktop.db.tables.accounts import user
from hms_desktop.db.tables.availability import date_exception, slot_block, working_session
from hms_desktop.db.writing import Stamp, Write
from hms_desktop.domain import zones
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import check_start
from hms_desktop.domain.availability_rules import ExceptionKind
from hms_desktop.domain.errors import Conflict, Invalid, NotFound, Stale
from hms_desktop.domain.hours import (
    AddException,
    ExceptionRow,
    SessionHours,
    SessionRow,
    SlotToggled,
    ToggleRange,
    Week,
    check_range,
    check_week,
    span_text,
)
from hms_desktop.services.availability_base import DoctorTimeService, done_ids
from hms_desktop.services.gate import permitted

REACH = timedelta(days=1)
"""No slot that was closed by hand is longer than this."""
MOST_EXCEPTIONS = 1_000
"""So many dates are made to differ in one step."""
_HOURS = (
    "weekday",
    "start_minute",
    "end_minute",
    "valid_from",
    "valid_to",
    "slot_minutes",
    "capacity",
)
_EXCEPTION = (
    "doctor_id",
    "on_date",
    "kind",
    "start_minute",
    "end_minute",
    "slot_minutes",
    "capacity",
    "reason",
)


class HoursService(DoctorTimeService):
    """Weekly hours, exceptions and single slots; doctors by their own permission only."""

    @permitted("availability.read")
    def week(self, actor: Actor, doctor_id: int) -> Week:
        """Return a doctor's weekly hours, by day and time; no sessions: the default hours."""
        with self.database.read() as connection:
            return _week(connection, doctor_id)

    @permitted("availability.manage", "availability.manage_own")
    def set_week(
        self,
        actor: Actor,
        doctor_id: int,
        sessions: Iterable[SessionHours],
        *,
        mark: str | None = None,
        request_id: str | None = None,
    ) -> Week:
        """Replace a doctor's whole week; sessions that stay the same keep their row.

        ``mark`` is that of the week as it was read. Raises Stale when it changed since, Invalid
        for sessions that cannot be or overlap.
        """
        stamp = self.stamp(actor, "set_week", request_id)
        return self._save_week(stamp, doctor_id, None, sessions, mark)

    @permitted("availability.manage", "availability.manage_own")
    def set_day(
        self,
        actor: Actor,
        doctor_id: int,
        weekday: int,
        sessions: Iterable[SessionHours],
        *,
        mark: str | None = None,
        request_id: str | None = None,
    ) -> Week:
        """Replace the sessions of one weekday (0 = Monday); raises like ``set_week``."""
        wanted = tuple(sessions)
        if any(one.weekday != weekday for one in wanted):
            raise Invalid("weekday", "These hours belong to another day of the week.")
        stamp = self.stamp(actor, "set_day", request_id)
        return self._save_week(stamp, doctor_id, weekday, wanted, mark)

    @permitted("availability.manage", "availability.manage_own")
    def clear_week(
        self,
        actor: Actor,
        doctor_id: int,
        *,
        mark: str | None = None,
        request_id: str | None = None,
    ) -> Week:
        """Remove all weekly hours; the hospital's default hours apply then, if it has any."""
        stamp = self.stamp(actor, "clear_week", request_id)
        return self._save_week(stamp, doctor_id, None, (), mark)

    @permitted("availability.read")
    def exceptions(
        self,
        actor: Actor,
        doctor_id: int,
        first: date,
        last: date,
    ) -> tuple[ExceptionRow, ...]:
        """Return the dates that differ, from one local date to another (at most a year)."""
        check_range(first, last)
        query = _exception_rows(doctor_id).where(date_exception.c.on_date.between(first, last))
        with self.database.read() as connection:
            return tuple(map(_exception_row, connection.execute(query)))

    @permitted("availability.manage", "availability.manage_own")
    def add_exception(
        self, actor: Actor, wish: AddException, *, request_id: str | None = None
    ) -> ExceptionRow:
        """Make one date differ; raises Conflict when the date differs at this time already."""
        return self.add_exceptions(actor, [wish], request_id=request_id)[0]

    @permitted("availability.manage", "availability.manage_own")
    def add_exceptions(
        self, actor: Actor, wishes: Iterable[AddException], *, request_id: str | None = None
    ) -> tuple[ExceptionRow, ...]:
        """Make dates differ, all of them or none; raises like ``add_exception``."""
        checked = []
        for wish in wishes:
            self._own_only(actor, wish.doctor_id)
            checked.append(wish.check())
        if not 1 <= len(checked) <= MOST_EXCEPTIONS:
            raise Invalid("on_date", "Choose 1 to {most} dates.", most=MOST_EXCEPTIONS)
        stamp = self.stamp(actor, "add_exception", request_id, checked[0].reason)

        def work(write: Write) -> tuple[ExceptionRow, ...]:
            for doctor_id in sorted({wish.doctor_id for wish in checked}):
                self._hold_doctor(write, doctor_id)
            return tuple(self._add_exception(write, wish) for wish in checked)

        def again(connection: sa.Connection) -> tuple[ExceptionRow, ...]:
            ids = done_ids(connection, stamp.request_id, date_exception.name)
            return tuple(self._exception(connection, one) for one in ids)

        return self.database.write(stamp, work, again)

    @permitted("availability.manage", "availability.manage_own")
    def delete_exception(
        self, actor: Actor, exception_id: int, version: int, *, request_id: str | None = None
    ) -> None:
        """Let a date be like its week again; raises Stale or NotFound."""
        self.delete_exceptions(actor, [(exception_id, version)], request_id=request_id)

    @permitted("availability.manage", "availability.manage_own")
    def delete_exceptions(
        self, actor: Actor, chosen: Iterable[tuple[int, int]], *, request_id: str | None = None
    ) -> None:
        """Let dates be like their weeks again, given as (id, version): all of them or none."""
        wanted = sorted(chosen)
        stamp = self.stamp(actor, "delete_exception", request_id)

        def work(write: Write) -> None:
            for one, version in wanted:
                row = self._exception(write.connection, one)
                self._own_only(actor, row.doctor_id)
                if row.version != version:
                    raise Stale(current=row)
                write.delete(date_exception, one)

        self.database.write(stamp, work, lambda _: None)

    @permitted("availability.manage", "availability.manage_own")
    def toggle_slot(
        self,
        actor: Actor,
        doctor_id: int,
        starts_at: datetime,
        minutes: int,
        *,
        request_id: str | None = None,
    ) -> SlotToggled:
        """Close a slot by hand (UTC start), or open it again if any of it is closed so."""
        self._own_only(actor, doctor_id)
        check_start(starts_at)
        if not 1 <= minutes <= zones.MINUTES_A_DAY:
            raise Invalid("minutes", "A slot lasts from 1 minute to 24 hours.")
        ends_at = starts_at + timedelta(minutes=minutes)
        stamp = self.stamp(actor, "toggle_slot", request_id)

        def work(write: Write) -> SlotToggled:
            self._hold_doctor(write, doctor_id)
            opened = _open(write, doctor_id, starts_at, ends_at)
            if not opened:
                _close(write, doctor_id, starts_at, ends_at)
            return SlotToggled(doctor_id, starts_at, ends_at, closed=not opened)

        def again(connection: sa.Connection) -> SlotToggled:
            closed = bool(_blocks(connection, doctor_id, starts_at, ends_at))
            return SlotToggled(doctor_id, starts_at, ends_at, closed=closed)

        try:
            return self.database.write(stamp, work, again)
        except faults.Duplicate as error:
            raise Conflict(
                "Somebody closed this slot a moment ago. Nothing was changed.", kind="slot_block"
            ) from error

    @permitted("availability.manage", "availability.manage_own")
    def toggle_range(
        self, actor: Actor, wish: ToggleRange, *, request_id: str | None = None
    ) -> tuple[SlotToggled, ...]:
        """Close or open the same minutes on many local dates, all in one step."""
        self._own_only(actor, wish.doctor_id)
        wish = wish.check()
        zone = self.context.zone()
        spans = [
            (
                zones.to_utc(zone, on, wish.start_minute),
                zones.to_utc(zone, on, wish.end_minute),
            )
            for on in wish.dates()
        ]
        spans = [(start, end) for start, end in spans if start < end]
        stamp = self.stamp(actor, "toggle_range", request_id)
        done = tuple(
            SlotToggled(wish.doctor_id, start, end, closed=wish.closed) for start, end in spans
        )

        def work(write: Write) -> tuple[SlotToggled, ...]:
            self._hold_doctor(write, wish.doctor_id)
            for start, end in spans:
                _open(write, wish.doctor_id, start, end)
                if wish.closed:
                    _close(write, wish.doctor_id, start, end)
            return done

        return self.database.write(stamp, work, lambda _: done)

    # -- inside -----------------------------------------------------------------------------
    def _save_week(
        self,
        stamp: Stamp,
        doctor_id: int,
        weekday: int | None,
        sessions: Iterable[SessionHours],
        mark: str | None,
    ) -> Week:
        self._own_only(stamp.actor, doctor_id)
        wanted = check_week(sessions)

        def work(write: Write) -> Week:
            self._hold_doctor(write, doctor_id)
            old = _week(write.connection, doctor_id)
            if mark is not None and mark != old.mark:
                raise Stale(current=old, who=_last_editor(write.connection, doctor_id))
            left = list(wanted)
            for row in old.sessions:
                if weekday is not None and row.hours.weekday != weekday:
                    continue
                if row.hours in left:
                    left.remove(row.hours)
                else:
                    write.delete(working_session, row.id)
            for hours in left:
                values = {name: getattr(hours, name) for name in _HOURS}
                write.insert(working_session, {"doctor_id": doctor_id, **values})
            return _week(write.connection, doctor_id)

        return self.database.write(stamp, work, lambda connection: _week(connection, doctor_id))

    def _add_exception(self, write: Write, wish: AddException) -> ExceptionRow:
        query = _exception_rows(wish.doctor_id).where(date_exception.c.on_date == wish.on_date)
        for row in map(_exception_row, write.connection.execute(query)):
            _refuse_overlap(row, wish)
        values = {name: getattr(wish, name) for name in _EXCEPTION}
        new_id = write.insert(date_exception, {**values, "kind": wish.kind.value})
        return self._exception(write.connection, new_id)

    @staticmethod
    def _exception(connection: sa.Connection, exception_id: int) -> ExceptionRow:
        query = _exception_rows(None).where(date_exception.c.id == exception_id)
        found = connection.execute(query).one_or_none()
        if found is None:
            raise NotFound("This exception is no longer there. Nothing was changed.")
        return _exception_row(found)


def _week(connection: sa.Connection, doctor_id: int) -> Week:
    table = working_session.c
    rows = connection.execute(
        sa.select(table.id, table.version, *(table[name] for name in _HOURS))
        .where(table.doctor_id == doctor_id)
        .order_by(table.weekday, table.start_minute, table.valid_from, table.id)
    )
    sessions = tuple(SessionRow(row[0], row[1], doctor_id, SessionHours(*row[2:])) for row in rows)
    seen = ",".join(f"{one.id}.{one.version}" for one in sessions)
    return Week(doctor_id, sessions, hashlib.sha256(seen.encode()).hexdigest()[:16])


def _last_editor(connection: sa.Connection, doctor_id: int) -> str:
    query = (
        sa.select(user.c.display_name)
        .join(working_session, working_session.c.updated_by == user.c.id)
        .where(working_session.c.doctor_id == doctor_id)
        .order_by(working_session.c.updated_at.desc())
        .limit(1)
    )
    return connection.execute(query).scalar() or "Someone"


def _exception_rows(doctor_id: int | None) -> sa.Select[tuple[object, ...]]:
    table = date_exception.c
    query = sa.select(table.id, table.version, *(table[name] for name in _EXCEPTION))
    if doctor_id is not None:
        query = query.where(table.doctor_id == doctor_id)
    return query.order_by(table.on_date, table.start_minute, table.id)


def _exception_row(row: Sequence[object]) -> ExceptionRow:
    one, version, doctor_id, on, kind, *rest = row
    return ExceptionRow(one, version, doctor_id, on, ExceptionKind(kind), *rest)  # type: ignore[arg-type]


def _refuse_overlap(row: ExceptionRow, wish: AddException) -> None:
    """Raise Conflict when the date already differs at this time."""
    start = 0 if wish.start_minute is None else wish.start_minute
    end = zones.MINUTES_A_DAY if wish.end_minute is None else wish.end_minute
    row_start = 0 if row.start_minute is None else row.start_minute
    row_end = zones.MINUTES_A_DAY if row.end_minute is None else row.end_minute
    closes = (row.kind is ExceptionKind.CLOSES, wish.kind is ExceptionKind.CLOSES)
    if closes[0] == closes[1] and row_start < end and start < row_end:
        raise Conflict(
            "{date} already differs from {hours}. Nothing was saved. Remove that first.",
            kind="date_exception",
            existing=row,
            date=row.on_date.isoformat(),
            hours=span_text(row_start, row_end),
        )


def _blocks(
    connection: sa.Connection, doctor_id: int, starts_at: datetime, ends_at: datetime
) -> Sequence[tuple[int, datetime, datetime]]:
    rows = connection.execute(
        sa.select(slot_block.c.id, slot_block.c.starts_at, slot_block.c.ends_at).where(
            slot_block.c.doctor_id == doctor_id,
            slot_block.c.starts_at > starts_at - REACH,
            slot_block.c.starts_at < ends_at,
            slot_block.c.ends_at > starts_at,
        )
    )
    return [(row.id, row.starts_at, row.ends_at) for row in rows]


def _open(write: Write, doctor_id: int, starts_at: datetime, ends_at: datetime) -> bool:
    """Open what was closed by hand; what sticks out of the stretch stays closed."""
    found = _blocks(write.connection, doctor_id, starts_at, ends_at)
    for one, start, end in found:
        write.delete(slot_block, one)
        if start < starts_at:
            _close(write, doctor_id, start, starts_at)
        if end > ends_at:
            _close(write, doctor_id, ends_at, end)
    return bool(found)


def _close(write: Write, doctor_id: int, starts_at: datetime, ends_at: datetime) -> None:
    write.insert(slot_block, {"doctor_id": doctor_id, "starts_at": starts_at, "ends_at": ends_at})
