"""Who was there to have visits in some time, and where each belongs."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from hms_desktop.db.tables.doctors import department, doctor
from hms_desktop.domain.availability_rules import DoctorState


class Who(NamedTuple):
    """A doctor as numbers name one, retired ones too."""

    id: int
    name: str
    department_id: int | None
    department: str
    approval: str
    created_at: datetime
    retired_at: datetime | None

    def was_there(self, begins: datetime, ends: datetime) -> bool:
        """Say whether visits could have been booked with this doctor in some time.

        Blocked ones were there as well: a block of today must not change an earlier month.
        """
        if self.approval == DoctorState.PENDING.value or self.created_at >= ends:
            return False
        return self.retired_at is None or self.retired_at >= begins


def doctors(connection: sa.Connection) -> dict[int, Who]:
    """Return every doctor by id."""
    query = sa.select(
        doctor.c.id,
        doctor.c.display_name,
        doctor.c.department_id,
        sa.func.coalesce(department.c.name, ""),
        doctor.c.approval,
        doctor.c.created_at,
        doctor.c.retired_at,
    ).select_from(doctor.outerjoin(department, department.c.id == doctor.c.department_id))
    return {row[0]: Who._make(row) for row in connection.execute(query)}
