"""Doctors, on top of the departments and specializations they are browsed by."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from hms_desktop.db import faults
from hms_desktop.db.tables.accounts import user
from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.doctors import (
    department,
    doctor,
    doctor_specialization,
    room,
    specialization,
)
from hms_desktop.db.writing import Stamp, Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.doctors import (
    REASON_LIMIT,
    AddDoctor,
    Approval,
    DoctorFields,
    DoctorFilter,
    DoctorRow,
    UpdateDoctor,
    check_photo,
    check_step,
)
from hms_desktop.domain.errors import Conflict, Invalid, NotFound
from hms_desktop.domain.lifecycle import OPEN
from hms_desktop.domain.text import clean
from hms_desktop.services.catalogue import coming_visits
from hms_desktop.services.context import Context
from hms_desktop.services.departments import DepartmentsService
from hms_desktop.services.doctor_rows import (
    doctor_columns,
    read_doctor,
    read_doctors,
    refuse_retired,
    write_specializations,
)
from hms_desktop.services.edited_rows import EditedRows, made_by
from hms_desktop.services.gate import permitted


class DoctorsService(DepartmentsService):
    """Doctors, with the departments and specializations they are browsed by."""

    def __init__(self, context: Context) -> None:
        """Keep how doctors are edited; no two share a registration number."""
        super().__init__(context)
        self._doctors = EditedRows(
            self.database,
            doctor,
            "doctor with a registration number",
            read=read_doctor,
            hangs=_visits_of,
            name="registration_number",
        )

    @permitted("doctors.read")
    def doctors(self, actor: Actor, wish: DoctorFilter | None = None) -> tuple[DoctorRow, ...]:
        """Return doctors by name, at most ``limit`` of them."""
        wish = wish or DoctorFilter()

        def load() -> tuple[DoctorRow, ...]:
            with self.database.read() as connection:
                return read_doctors(connection, wish)

        tables = (
            doctor.name,
            doctor_specialization.name,
            specialization.name,
            department.name,
            room.name,
        )
        return self.context.cache.get("doctors", wish, load, tables)

    @permitted("doctors.read")
    def doctor(self, actor: Actor, doctor_id: int) -> DoctorRow:
        """Return one doctor, retired or not; raises NotFound."""
        with self.database.read() as connection:
            return read_doctor(connection, doctor_id)

    @permitted("doctors.read")
    def photo(self, actor: Actor, doctor_id: int) -> bytes | None:
        """Return a doctor's picture (PNG or JPEG), if there is one."""
        query = sa.select(doctor.c.photo).where(doctor.c.id == doctor_id)
        with self.database.read() as connection:
            found = connection.execute(query).one_or_none()
        if found is None:
            raise NotFound("This doctor is no longer there. Nothing was changed.")
        return bytes(found.photo) if found.photo is not None else None

    @permitted("doctors.manage")
    def add_doctor(
        self, actor: Actor, wish: AddDoctor, *, request_id: str | None = None
    ) -> DoctorRow:
        """Enter a doctor, who can be booked once approved; raises Invalid or Conflict."""
        wish = wish.check(self._this_year())
        values = {**doctor_columns(wish), "photo": wish.photo}
        stamp = self.stamp(actor, "add_doctor", request_id)
        return self._saved(stamp, wish, values, None, None)

    @permitted("doctors.manage")
    def update_doctor(
        self, actor: Actor, wish: UpdateDoctor, *, request_id: str | None = None
    ) -> DoctorRow:
        """Change a doctor; raises Stale, Invalid or Conflict."""
        wish = wish.check(self._this_year())
        values = doctor_columns(wish)
        if not wish.keep_photo:
            values["photo"] = wish.photo
        stamp = self.stamp(actor, "update_doctor", request_id)
        return self._saved(stamp, wish, values, wish.doctor_id, wish.version)

    @permitted("doctors.manage")
    def set_photo(
        self,
        actor: Actor,
        doctor_id: int,
        version: int,
        photo: bytes | None,
        *,
        request_id: str | None = None,
    ) -> DoctorRow:
        """Set or (None) take away a doctor's picture; raises Invalid or Stale."""
        check_photo(photo)
        stamp = self.stamp(actor, "set_photo", request_id)
        return self._doctors.change(stamp, doctor_id, version, {"photo": photo})

    @permitted("doctors.approve", "doctors.manage")
    def visits_ahead(self, actor: Actor, doctor_ids: Sequence[int]) -> int:
        """Return how many visits are booked with these doctors from now on; names nobody."""
        query = sa.select(sa.func.count()).where(
            appointment.c.doctor_id.in_(list(doctor_ids)),
            appointment.c.starts_at >= self.context.now(),
            appointment.c.status.in_([status.value for status in OPEN]),
        )
        with self.database.read() as connection:
            return int(connection.scalar(query) or 0)

    @permitted("doctors.approve")
    def approve(
        self, actor: Actor, doctor_id: int, version: int, *, request_id: str | None = None
    ) -> DoctorRow:
        """Let patients be booked with a doctor (approve or unblock); raises Invalid or Stale."""
        chosen = [(doctor_id, version)]
        return self._step(actor, chosen, Approval.APPROVED, "", request_id)[0]

    @permitted("doctors.approve")
    def block(
        self,
        actor: Actor,
        doctor_id: int,
        version: int,
        reason: str,
        *,
        request_id: str | None = None,
    ) -> DoctorRow:
        """Let nobody be booked with a doctor from now on; booked visits stay, to be moved."""
        return self.block_many(actor, [(doctor_id, version)], reason, request_id=request_id)[0]

    @permitted("doctors.approve")
    def withdraw(
        self, actor: Actor, doctor_id: int, version: int, *, request_id: str | None = None
    ) -> DoctorRow:
        """Let a doctor wait for approval again, approved or blocked until now."""
        return self._step(actor, [(doctor_id, version)], Approval.PENDING, "", request_id)[0]

    @permitted("doctors.approve")
    def approve_many(
        self, actor: Actor, chosen: Sequence[tuple[int, int]], *, request_id: str | None = None
    ) -> tuple[DoctorRow, ...]:
        """Approve doctors given as (id, version): all of them or none; raises like ``approve``."""
        return self._step(actor, chosen, Approval.APPROVED, "", request_id)

    @permitted("doctors.approve")
    def block_many(
        self,
        actor: Actor,
        chosen: Sequence[tuple[int, int]],
        reason: str,
        *,
        request_id: str | None = None,
    ) -> tuple[DoctorRow, ...]:
        """Block doctors given as (id, version): all of them or none; raises like ``block``."""
        reason = clean(reason, "reason", limit=REASON_LIMIT, required=True)
        return self._step(actor, chosen, Approval.BLOCKED, reason, request_id)

    @permitted("doctors.manage")
    def retire_doctor(
        self, actor: Actor, doctor_id: int, version: int, *, request_id: str | None = None
    ) -> DoctorRow:
        """Take a doctor out of use; raises Conflict while coming visits are booked."""
        return self._doctors.retire(self.stamp(actor, "retire", request_id), doctor_id, version)

    @permitted("doctors.manage")
    def restore_doctor(
        self, actor: Actor, doctor_id: int, version: int, *, request_id: str | None = None
    ) -> DoctorRow:
        """Bring a doctor back; approval stays as it was."""
        return self._doctors.restore(self.stamp(actor, "restore", request_id), doctor_id, version)

    def _this_year(self) -> int:
        return self.context.now().astimezone(self.context.zone()).year

    def _step(
        self,
        actor: Actor,
        chosen: Sequence[tuple[int, int]],
        after: Approval,
        reason: str,
        request_id: str | None,
    ) -> tuple[DoctorRow, ...]:
        if not chosen:
            raise Invalid("doctors", "Choose at least one doctor. Nothing was changed.")
        values = {"approval": after.value, "approval_reason": reason}
        stamp = self.stamp(actor, after.value, request_id, reason)

        def work(write: Write) -> tuple[DoctorRow, ...]:
            # Always in the order of ids, so that two batches cannot wait for each other.
            return tuple(
                self._doctors.change_in(
                    write,
                    doctor_id,
                    version,
                    values,
                    check=lambda row: check_step(row.approval, after),
                )
                for doctor_id, version in sorted(chosen)
            )

        return self.database.write(
            stamp, work, lambda c: tuple(read_doctor(c, one) for one, _ in sorted(chosen))
        )

    def _saved(
        self,
        stamp: Stamp,
        wish: DoctorFields,
        values: dict[str, object],
        doctor_id: int | None,
        version: int | None,
    ) -> DoctorRow:
        try:
            return self.database.write(
                stamp,
                lambda write: self._save_in(write, wish, values, doctor_id, version),
                lambda c: read_doctor(c, made_by(c, stamp.request_id, doctor)),
            )
        except faults.Duplicate:
            raise Conflict(
                "This log-in belongs to another doctor already. Nothing was saved.",
                kind="user_id",
            ) from None

    def _save_in(
        self,
        write: Write,
        wish: DoctorFields,
        values: dict[str, object],
        doctor_id: int | None,
        version: int | None,
    ) -> DoctorRow:
        """Write a checked wish in an open transaction."""

        def check(write: Write, row: DoctorRow | None) -> None:
            old_department = row.department_id if row else None
            refuse_retired(
                write.connection, department, wish.department_id, "department_id", old_department
            )
            old_room = row.room_id if row else None
            refuse_retired(write.connection, room, wish.room_id, "room_id", old_room)
            _refuse_user(write.connection, wish.user_id)

        return self._doctors.save_in(
            write,
            values,
            row_id=doctor_id,
            version=version,
            check=check,
            more=lambda write, row_id: write_specializations(
                write, row_id, wish.specialization_ids
            ),
        )


def _refuse_user(connection: sa.Connection, user_id: int | None) -> None:
    if user_id is None:
        return
    query = sa.select(user.c.id).where(user.c.id == user_id, user.c.retired_at.is_(None))
    if connection.execute(query).first() is None:
        raise Invalid("user_id", "This log-in is no longer there. Nothing was saved.")


def _visits_of(write: Write, doctor_id: int) -> str:
    visits = coming_visits(write.connection, appointment.c.doctor_id, doctor_id, write.now)
    return f"{visits} coming visits are booked. Move or cancel them first." if visits else ""
