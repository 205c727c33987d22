"""Leave of doctors, with the visits it hits."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from hms_desktop.db.tables.accounts import user
from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.availability import unavailability
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import AppointmentRow
from hms_desktop.domain.errors import Invalid, NotFound, Stale
from hms_desktop.domain.hours import LeaveRow, LeaveSaved, SaveLeave
from hms_desktop.domain.lifecycle import OPEN
from hms_desktop.services import appointment_rows
from hms_desktop.services.availability_base import DoctorTimeService, done_id
from hms_desktop.services.gate import permitted
from hms_desktop.services.schedule import REACH

MOST_HITS = 500
MOST_LEAVES = 500
_OPEN = tuple(sorted(status.value for status in OPEN))
_LEAVE = sa.select(
    unavailability.c.id,
    unavailability.c.version,
    unavailability.c.doctor_id,
    unavailability.c.starts_at,
    unavailability.c.ends_at,
    unavailability.c.reason,
)


class LeaveService(DoctorTimeService):
    """Leave; doctors see to their own by their own permission only."""

    @permitted("availability.read")
    def leaves(
        self,
        actor: Actor,
        doctor_id: int,
        *,
        since: datetime | None = None,
    ) -> tuple[LeaveRow, ...]:
        """Return a doctor's leave that has not ended before ``since`` (UTC; default: now)."""
        query = _LEAVE.where(
            unavailability.c.doctor_id == doctor_id,
            unavailability.c.ends_at > (since or self.context.now()),
        ).order_by(unavailability.c.starts_at, unavailability.c.id)
        with self.database.read() as connection:
            return tuple(LeaveRow(*row) for row in connection.execute(query.limit(MOST_LEAVES)))

    @permitted("availability.manage", "availability.manage_own")
    def add_leave(
        self, actor: Actor, wish: SaveLeave, *, request_id: str | None = None
    ) -> LeaveSaved:
        """Note a leave; the visits booked in it stay as they are and are returned."""
        self._own_only(actor, wish.doctor_id)
        wish = wish.check()
        stamp = self.stamp(actor, "add_leave", request_id, wish.reason)

        def work(write: Write) -> LeaveSaved:
            self._hold_doctor(write, wish.doctor_id)
            new_id = write.insert(unavailability, _values(wish))
            return _saved(write.connection, new_id)

        return self.database.write(
            stamp,
            work,
            lambda connection: _saved(
                connection, done_id(connection, stamp.request_id, unavailability.name)
            ),
        )

    @permitted("availability.manage", "availability.manage_own")
    def update_leave(
        self, actor: Actor, wish: SaveLeave, *, request_id: str | None = None
    ) -> LeaveSaved:
        """Change a leave (``leave_id`` and ``version`` given); raises Stale or NotFound."""
        wish = wish.check()
        if wish.leave_id is None or wish.version is None:
            raise Invalid("leave_id", "Choose the leave to change.")
        leave_id, version = wish.leave_id, wish.version
        stamp = self.stamp(actor, "update_leave", request_id, wish.reason)

        def work(write: Write) -> LeaveSaved:
            row = read_leave(write.connection, leave_id)
            self._own_only(actor, row.doctor_id)
            self._own_only(actor, wish.doctor_id)
            try:
                write.update(unavailability, leave_id, _values(wish), version=version)
            except Stale as error:
                who = _editor(write.connection, unavailability, leave_id)
                raise Stale(current=row, who=who) from error
            return _saved(write.connection, leave_id)

        return self.database.write(stamp, work, lambda connection: _saved(connection, leave_id))

    @permitted("availability.manage", "availability.manage_own")
    def delete_leave(
        self, actor: Actor, leave_id: int, version: int, *, request_id: str | None = None
    ) -> None:
        """Remove a leave; raises Stale or NotFound."""
        stamp = self.stamp(actor, "delete_leave", request_id)

        def work(write: Write) -> None:
            row = read_leave(write.connection, leave_id)
            self._own_only(actor, row.doctor_id)
            if row.version != version:
                who = _editor(write.connection, unavailability, leave_id)
                raise Stale(current=row, who=who)
            write.delete(unavailability, leave_id)

        self.database.write(stamp, work, lambda _: None)


def _values(wish: SaveLeave) -> dict[str, object]:
    return {
        "doctor_id": wish.doctor_id,
        "starts_at": wish.starts_at,
        "ends_at": wish.ends_at,
        "reason": wish.reason,
    }


def read_leave(connection: sa.Connection, leave_id: int) -> LeaveRow:
    """Return one leave; raises NotFound."""
    found = connection.execute(_LEAVE.where(unavailability.c.id == leave_id)).one_or_none()
    if found is None:
        raise NotFound("This leave is no longer there. Nothing was changed.")
    return LeaveRow(*found)


def _saved(connection: sa.Connection, leave_id: int) -> LeaveSaved:
    leave = read_leave(connection, leave_id)
    hits = visits_hit(connection, leave.doctor_id, leave.starts_at, leave.ends_at)
    return LeaveSaved(leave, hits)


def visits_hit(
    connection: sa.Connection, doctor_id: int, starts_at: datetime, ends_at: datetime
) -> tuple[AppointmentRow, ...]:
    """Return a doctor's visits that are still to come in a stretch of time (UTC), by start."""
    hits = connection.execute(
        sa.select(appointment.c.id)
        .where(
            appointment.c.doctor_id == doctor_id,
            appointment.c.starts_at > starts_at - REACH,
            appointment.c.starts_at < ends_at,
            appointment.c.ends_at > starts_at,
            appointment.c.status.in_(_OPEN),
        )
        .order_by(appointment.c.starts_at)
        .limit(MOST_HITS)
    ).scalars()
    return appointment_rows.read_rows(connection, hits)


def _editor(connection: sa.Connection, table: sa.Table, row_id: int) -> str:
    """Return who changed a row last, by name."""
    query = sa.select(user.c.display_name).join(table, table.c.updated_by == user.c.id)
    return connection.execute(query.where(table.c.id == row_id)).scalar() or "Someone"
