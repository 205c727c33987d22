"""Soft holds: a slot that one desk is booking shows as taken on the others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from hms_desktop.db import faults
from hms_desktop.db.tables.appointments import slot_hold
from hms_desktop.db.writing import Write
from hms_desktop.domain import zones
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import TOKEN_LIMIT, HoldRow
from hms_desktop.domain.errors import Conflict, Invalid
from hms_desktop.domain.text import clean
from hms_desktop.services.context import Service
from hms_desktop.services.gate import permitted
from hms_desktop.services.hold_rows import hold_row, hold_rows


class HoldsService(Service):
    """Takes, keeps and lets go of holds; each expires by itself (setting ``hold_seconds``)."""

    @permitted("appointments.book", "appointments.move")
    def take(
        self,
        actor: Actor,
        doctor_id: int,
        starts_at: datetime,
        ends_at: datetime,
        token: str,
        *,
        request_id: str | None = None,
    ) -> HoldRow:
        """Hold a stretch of a doctor's time (UTC) under a token of the desk's own choice.

        The same token again moves or renews the hold. Raises Conflict when another desk holds it.
        """
        if not token or token != clean(token, "token", limit=TOKEN_LIMIT) or starts_at >= ends_at:
            raise Invalid("token", "A hold needs a token and a stretch of time.")
        stamp = self.stamp(actor, "hold", request_id)

        def work(write: Write) -> HoldRow:
            if write.connection.dialect.name == "postgresql":
                lock = sa.func.pg_advisory_xact_lock(1, sa.cast(doctor_id, sa.Integer))
                write.connection.execute(sa.select(lock))
            self._clear_expired(write, doctor_id)
            other = write.connection.execute(
                sa.select(slot_hold.c.id).where(
                    slot_hold.c.doctor_id == doctor_id,
                    slot_hold.c.starts_at < ends_at,
                    slot_hold.c.ends_at > starts_at,
                    slot_hold.c.expires_at > write.now,
                    slot_hold.c.token != token,
                )
            ).scalar()
            if other is not None:
                held = hold_row(write.connection, other)
                raise Conflict(
                    "{who} at {workstation} is booking this slot right now. Choose another time "
                    "or ask there.",
                    kind="hold",
                    existing=held,
                    who=held.user_name,
                    workstation=held.workstation,
                )
            values = {
                "doctor_id": doctor_id,
                "starts_at": starts_at,
                "ends_at": ends_at,
                "user_id": actor.user_id,
                "user_name": actor.name,
                "workstation": actor.workstation,
                "expires_at": write.now + timedelta(seconds=self.context.settings().hold_seconds),
            }
            mine = sa.select(slot_hold.c.id).where(slot_hold.c.token == token)
            hold_id = write.connection.execute(mine).scalar()
            if hold_id is None:
                hold_id = write.insert(slot_hold, {**values, "token": token})
            else:
                write.update(slot_hold, hold_id, values, version=None)
            return hold_row(write.connection, hold_id)

        def again(connection: sa.Connection) -> HoldRow:
            mine = sa.select(slot_hold.c.id).where(slot_hold.c.token == token)
            return hold_row(connection, connection.execute(mine).scalar_one())

        try:
            return self.database.write(stamp, work, again)
        except faults.Duplicate as error:
            raise faults.busy() from error

    @permitted("appointments.book", "appointments.move")
    def release(self, actor: Actor, token: str, *, request_id: str | None = None) -> None:
        """Let go of a hold; one that is gone already is no error."""
        stamp = self.stamp(actor, "release_hold", request_id)

        def work(write: Write) -> None:
            query = sa.select(slot_hold.c.id).where(slot_hold.c.token == token)
            hold_id = write.connection.execute(query).scalar()
            if hold_id is not None:
                write.delete(slot_hold, hold_id)

        self.database.write(stamp, work, lambda _connection: None)

    @permitted("appointments.read", "appointments.read_own")
    def on_days(
        self, actor: Actor, first: date, days: int, doctor_ids: Sequence[int]
    ) -> tuple[HoldRow, ...]:
        """Return the holds of some doctors on a few local days that count now."""
        zone = self.context.zone()
        begins = zones.day_bounds(zone, first)[0]
        ends = zones.day_bounds(zone, first + timedelta(days=max(1, min(days, 31)) - 1))[1]
        every = self.may(actor, "appointments.read")
        allowed = [one for one in doctor_ids if every or one == actor.doctor_id]
        with self.database.read() as connection:
            return hold_rows(connection, allowed, begins, ends, self.context.now())

    @staticmethod
    def _clear_expired(write: Write, doctor_id: int) -> None:
        gone = write.connection.execute(
            sa.select(slot_hold.c.id).where(
                slot_hold.c.doctor_id == doctor_id, slot_hold.c.expires_at <= write.now
            )
        ).scalars()
        for hold_id in list(gone):
            write.delete(slot_hold, hold_id)
