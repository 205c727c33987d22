"""Reading appointments: one, its history, lists, and the boxes of the day grid."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from hms_desktop.domain import zones
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import (
    AppointmentFilter,
    AppointmentRow,
    GridVisit,
    HistoryStep,
)
from hms_desktop.services import appointment_rows
from hms_desktop.services.context import Service
from hms_desktop.services.gate import permitted

MOST_ROWS = 2_000
MOST_DAYS = 31
"""How many days of the grid are read at once."""


class AppointmentReading(Service):
    """What may be seen of appointments; a doctor without ``appointments.read`` sees own ones."""

    @permitted("appointments.read", "appointments.read_own")
    def get(self, actor: Actor, appointment_id: int) -> AppointmentRow:
        """Return one appointment whole; raises NotFound."""
        with self.database.read() as connection:
            row = appointment_rows.read_rows(connection, [appointment_id])[0]
        self.own_doctor_only(actor, row.doctor_id)
        return row

    @permitted("appointments.read", "appointments.read_own")
    def history(self, actor: Actor, appointment_id: int) -> tuple[HistoryStep, ...]:
        """Return who did what when to this appointment and those it was moved from."""
        with self.database.read() as connection:
            row = appointment_rows.read_rows(connection, [appointment_id])[0]
            self.own_doctor_only(actor, row.doctor_id)
            return appointment_rows.read_history(connection, appointment_id)

    @permitted("appointments.read", "appointments.read_own")
    def list(self, actor: Actor, wish: AppointmentFilter) -> tuple[tuple[AppointmentRow, ...], int]:
        """Return one page of appointments and how many there are; own ones without the right."""
        with self.database.read() as connection:
            return appointment_rows.read_list(
                connection, self._own(actor, wish), self.context.zone()
            )

    @permitted("appointments.read", "appointments.read_own")
    def ids(self, actor: Actor, wish: AppointmentFilter) -> array[int]:
        """Return the ids of a whole list in its order (bounds of a page are left out).

        For lists of any length: what is in sight is then read by ``rows``.
        """
        with self.database.read() as connection:
            return appointment_rows.read_ids(
                connection, self._own(actor, wish), self.context.zone()
            )

    @permitted("appointments.read", "appointments.read_own")
    def rows(self, actor: Actor, ids: Sequence[int]) -> tuple[AppointmentRow, ...]:
        """Return appointments by id (at most 2,000); those that are gone are left out."""
        with self.database.read() as connection:
            found = appointment_rows.read_present(connection, ids[:MOST_ROWS])
        if self.may(actor, "appointments.read"):
            return found
        return tuple(row for row in found if row.doctor_id == actor.doctor_id)

    def _own(self, actor: Actor, wish: AppointmentFilter) -> AppointmentFilter:
        if self.may(actor, "appointments.read"):
            return wish
        return replace(wish, doctor_ids=(actor.doctor_id or 0,))

    @permitted("appointments.read", "appointments.read_own")
    def grid(
        self, actor: Actor, first: date, days: int, doctor_ids: Sequence[int]
    ) -> tuple[GridVisit, ...]:
        """Return the boxes of some doctors for a few local days, from the cache if unchanged."""
        if not self.may(actor, "appointments.read"):
            doctor_ids = [one for one in doctor_ids if one == actor.doctor_id]
        zone = self.context.zone()
        begins = zones.day_bounds(zone, first)[0]
        ends = zones.day_bounds(zone, first + timedelta(days=max(1, min(days, MOST_DAYS)) - 1))[1]
        wanted = tuple(doctor_ids)

        def load() -> tuple[GridVisit, ...]:
            with self.database.read() as connection:
                return appointment_rows.read_grid(connection, wanted, begins, ends)

        return self.context.cache.get(
            "grid", (wanted, begins, ends), load, ("appointment", "queue_token", "patient")
        )
