"""Departments and specializations."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from hms_desktop.db.tables.doctors import (
    department,
    doctor,
    doctor_specialization,
    specialization,
)
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.doctors import (
    DepartmentRow,
    SaveDepartment,
    SaveSpecialization,
    SpecializationRow,
)
from hms_desktop.domain.names import fold
from hms_desktop.services.catalogue import listed
from hms_desktop.services.context import Context, Service
from hms_desktop.services.doctor_rows import (
    read_department,
    read_departments,
    read_specialization,
    read_specializations,
)
from hms_desktop.services.edited_rows import EditedRows
from hms_desktop.services.gate import permitted


class DepartmentsService(Service):
    """Departments and specializations, read by everybody."""

    def __init__(self, context: Context) -> None:
        """Keep how both tables are edited."""
        super().__init__(context)
        self._departments = EditedRows(
            self.database,
            department,
            "department",
            read=read_department,
            hangs=_doctors_of(doctor.c.department_id),
        )
        self._specializations = EditedRows(
            self.database,
            specialization,
            "specialization",
            read=read_specialization,
            hangs=_doctors_of(doctor_specialization.c.specialization_id),
        )

    @permitted("doctors.read")
    def departments(
        self, actor: Actor, *, include_retired: bool = False
    ) -> tuple[DepartmentRow, ...]:
        """Return the departments by name with their numbers of doctors."""

        def load() -> tuple[DepartmentRow, ...]:
            with self.database.read() as connection:
                return read_departments(connection)

        tables = (department.name, doctor.name)
        rows = self.context.cache.get("departments", (), load, tables)
        return tuple(row for row in rows if include_retired or not row.retired)

    @permitted("doctors.read")
    def department(self, actor: Actor, department_id: int) -> DepartmentRow:
        """Return one department; raises NotFound."""
        with self.database.read() as connection:
            return read_department(connection, department_id)

    @permitted("doctors.manage")
    def create_department(
        self, actor: Actor, wish: SaveDepartment, *, request_id: str | None = None
    ) -> DepartmentRow:
        """Make a department; raises Invalid or Conflict (``name``)."""
        return self._save_department(actor, "create", wish, None, request_id)

    @permitted("doctors.manage")
    def update_department(
        self, actor: Actor, wish: SaveDepartment, *, request_id: str | None = None
    ) -> DepartmentRow:
        """Change a department; raises Stale, Invalid or Conflict (``name``)."""
        return self._save_department(actor, "update", wish, wish.department_id or 0, request_id)

    def _save_department(
        self,
        actor: Actor,
        action: str,
        wish: SaveDepartment,
        row_id: int | None,
        request_id: str | None,
    ) -> DepartmentRow:
        wish = wish.check()
        values = {
            "name": wish.name,
            "short_name": wish.short_name,
            "description": wish.description,
        }
        stamp = self.stamp(actor, action, request_id)
        return self._departments.save(stamp, values, row_id=row_id, version=wish.version)

    @permitted("doctors.manage")
    def retire_department(
        self, actor: Actor, department_id: int, version: int, *, request_id: str | None = None
    ) -> DepartmentRow:
        """Take a department out of use; raises Conflict while doctors are in it."""
        stamp = self.stamp(actor, "retire", request_id)
        return self._departments.retire(stamp, department_id, version)

    @permitted("doctors.manage")
    def restore_department(
        self, actor: Actor, department_id: int, version: int, *, request_id: str | None = None
    ) -> DepartmentRow:
        """Bring a department back into use."""
        stamp = self.stamp(actor, "restore", request_id)
        return self._departments.restore(stamp, department_id, version)

    @permitted("doctors.read")
    def specializations(
        self, actor: Actor, text: str = "", *, include_retired: bool = False
    ) -> tuple[SpecializationRow, ...]:
        """Return the specializations by name; ``text`` is words of the name."""

        def load() -> tuple[SpecializationRow, ...]:
            with self.database.read() as connection:
                return read_specializations(connection)

        tables = (specialization.name, doctor.name, doctor_specialization.name)
        rows = self.context.cache.get("specializations", (), load, tables)
        words = fold(text).split()
        return tuple(
            row
            for row in rows
            if (include_retired or not row.retired)
            and all(word in fold(row.name) for word in words)
        )

    @permitted("doctors.manage")
    def create_specialization(
        self, actor: Actor, wish: SaveSpecialization, *, request_id: str | None = None
    ) -> SpecializationRow:
        """Make a specialization; raises Invalid or Conflict (``name``)."""
        wish = wish.check()
        values = {"name": wish.name, "description": wish.description}
        stamp = self.stamp(actor, "create", request_id)
        return self._specializations.save(stamp, values, row_id=None, version=None)

    @permitted("doctors.manage")
    def update_specialization(
        self, actor: Actor, wish: SaveSpecialization, *, request_id: str | None = None
    ) -> SpecializationRow:
        """Change a specialization; raises Stale, Invalid or Conflict (``name``)."""
        wish = wish.check()
        values = {"name": wish.name, "description": wish.description}
        stamp = self.stamp(actor, "update", request_id)
        row_id = wish.specialization_id or 0
        return self._specializations.save(stamp, values, row_id=row_id, version=wish.version)

    @permitted("doctors.manage")
    def retire_specialization(
        self, actor: Actor, specialization_id: int, version: int, *, request_id: str | None = None
    ) -> SpecializationRow:
        """Take a specialization out of use; raises Conflict while doctors have it."""
        stamp = self.stamp(actor, "retire", request_id)
        return self._specializations.retire(stamp, specialization_id, version)

    @permitted("doctors.manage")
    def restore_specialization(
        self, actor: Actor, specialization_id: int, version: int, *, request_id: str | None = None
    ) -> SpecializationRow:
        """Bring a specialization back into use."""
        stamp = self.stamp(actor, "restore", request_id)
        return self._specializations.restore(stamp, specialization_id, version)


def _doctors_of(column: sa.Column[int]) -> Callable[[Write, int], str]:
    """Return what tells the doctors who keep a department or specialization in use."""

    def hangs(write: Write, row_id: int) -> str:
        query = sa.select(doctor.c.display_name).where(
            column == row_id, doctor.c.retired_at.is_(None)
        )
        if column.table is not doctor:
            query = query.join(column.table, column.table.c.doctor_id == doctor.c.id)
        names = list(write.connection.scalars(query.order_by(doctor.c.display_name)))
        if not names:
            return ""
        return f"{listed(names)} would be left without it. Change that first."

    return hangs
