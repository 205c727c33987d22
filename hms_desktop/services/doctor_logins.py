"""Doctors together with their log-ins: made in one go, the code handed over once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hms_desktop.db import faults
from hms_desktop.db.tables.doctors import doctor
from hms_desktop.db.writing import Stamp, Write
from hms_desktop.domain.accounts import CreateUser
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.doctors import AddDoctor, DoctorAdded, DoctorFields, DoctorRow
from hms_desktop.domain.errors import Conflict, Stale
from hms_desktop.services.doctor_rows import doctor_columns, read_doctor
from hms_desktop.services.doctors import DoctorsService
from hms_desktop.services.edited_rows import editor_name, made_by
from hms_desktop.services.gate import permitted
from hms_desktop.services.user_rows import roles_named
from hms_desktop.services.user_writing import insert_user, refuse_powers, write_code


class DoctorLoginsService(DoctorsService):
    """Doctors with their log-ins; needs the permission to keep log-ins as well."""

    @permitted("doctors.manage")
    def add_with_login(
        self,
        actor: Actor,
        wish: AddDoctor,
        login: CreateUser,
        *,
        request_id: str | None = None,
    ) -> DoctorAdded:
        """Enter a doctor and make the log-in in one transaction; both or neither.

        The log-in takes the doctor's name, e-mail and phone. Raises Invalid, Conflict (``login``,
        ``registration_number``) and NotAllowed without ``users.manage``.
        """
        self.gate.check(actor, "users.manage")
        wish = wish.check(self._this_year())
        login = _of_doctor(wish, login)
        values = {**doctor_columns(wish), "photo": wish.photo}
        stamp = self.stamp(actor, "add_doctor", request_id)

        def work(write: Write) -> DoctorAdded:
            user_id = self._new_user(actor, write, login)
            row = self._save_in(write, wish, {**values, "user_id": user_id}, None, None)
            return DoctorAdded(row, write_code(write, user_id))

        return self._write_login(stamp, work, login.login)

    @permitted("doctors.manage")
    def give_login(
        self,
        actor: Actor,
        doctor_id: int,
        version: int,
        login: CreateUser,
        *,
        request_id: str | None = None,
    ) -> DoctorAdded:
        """Make a log-in for a doctor who has none; raises Stale, Conflict, Invalid, NotAllowed."""
        self.gate.check(actor, "users.manage")
        stamp = self.stamp(actor, "give_login", request_id)

        def work(write: Write) -> DoctorAdded:
            row = read_doctor(write.connection, doctor_id)
            if row.version != version:
                who = editor_name(write.connection, doctor, doctor_id)
                raise Stale(current=row, who=who)
            if row.user_id is not None:
                raise Conflict(
                    "{name} has a log-in already. Nothing was changed.",
                    kind="user_id",
                    existing=row,
                    name=row.display_name,
                )
            user_id = self._new_user(actor, write, _of_doctor(row, login))
            row = self._doctors.change_in(write, doctor_id, version, {"user_id": user_id})
            return DoctorAdded(row, write_code(write, user_id))

        return self._write_login(stamp, work, login.login)

    def _new_user(self, actor: Actor, write: Write, login: CreateUser) -> int:
        roles = roles_named(write.connection, login.roles)
        refuse_powers(roles, may_hand_out=self.may(actor, "roles.manage"))
        return insert_user(write, login, roles)

    def _write_login(
        self, stamp: Stamp, work: Callable[[Write], DoctorAdded], login: str
    ) -> DoctorAdded:
        try:
            return self.database.write(
                stamp,
                work,
                lambda c: DoctorAdded(read_doctor(c, made_by(c, stamp.request_id, doctor)), None),
            )
        except faults.Duplicate:
            raise Conflict(
                "The log-in name {login} is taken. Nothing was saved. Choose another one.",
                kind="login",
                login=login,
            ) from None


def _of_doctor(fields: DoctorFields | DoctorRow, login: CreateUser) -> CreateUser:
    """Return the wish for a log-in with the doctor's name and addresses."""
    return replace(
        login, display_name=fields.display_name, email=fields.email, phone=fields.phone
    ).check()
