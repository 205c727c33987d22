"""What the services of a doctor's time share."""

from __future__ import annotations

import sqlalchemy as sa

from hms_desktop.db.tables.doctors import doctor
from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import NotAllowed, NotFound
from hms_desktop.services.context import Context, Service
from hms_desktop.services.schedule import Schedule


class DoctorTimeService(Service):
    """What the services of a doctor's time share: the schedule, and whose time one may edit."""

    def __init__(self, context: Context, *, schedule: Schedule) -> None:
        """Keep the schedule, which reads the rules."""
        super().__init__(context)
        self.schedule = schedule

    def _own_only(self, actor: Actor, doctor_id: int) -> None:
        """Refuse a doctor's hands on another doctor's time."""
        known = self.gate.known(actor.token)
        if known is None or (not known.may("availability.manage") and known.doctor_id != doctor_id):
            raise NotAllowed("availability.manage")

    @staticmethod
    def _hold_doctor(write: Write, doctor_id: int) -> None:
        """Let edits of one doctor's time wait for each other; raises NotFound."""
        query = sa.select(doctor.c.id).where(doctor.c.id == doctor_id)
        if write.connection.dialect.name == "postgresql":
            query = query.with_for_update()
        if write.connection.execute(query).first() is None:
            raise NotFound("This doctor is no longer there. Nothing was changed.")


def done_id(connection: sa.Connection, request_id: str, entity: str) -> int:
    """Return the row that an earlier run of a request made or changed; raises NotFound."""
    return done_ids(connection, request_id, entity)[0]


def done_ids(connection: sa.Connection, request_id: str, entity: str) -> tuple[int, ...]:
    """Return all rows that an earlier run of a request made or changed; raises NotFound."""
    query = (
        sa.select(audit_entry.c.entity_id)
        .where(audit_entry.c.request_id == request_id, audit_entry.c.entity == entity)
        .order_by(audit_entry.c.position)
    )
    found = tuple(connection.execute(query).scalars())
    if not found:
        raise NotFound("This request was used for something else before. Nothing was changed.")
    return found
