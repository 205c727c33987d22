"""Other people's log-ins: kept by administrators, who never know a password."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from hms_desktop.db import faults
from hms_desktop.db.tables.accounts import recovery_code, user
from hms_desktop.db.tables.patients import patient
from hms_desktop.db.writing import Stamp, Write
from hms_desktop.domain.accounts import (
    CreateUser,
    Profile,
    ResetCode,
    RoleRow,
    UpdateProfile,
    UpdateUser,
    UserRow,
    matches,
)
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Conflict, Invalid, Stale
from hms_desktop.domain.permissions import PERMISSIONS
from hms_desktop.services.edited_rows import editor_name, made_by, only_writer
from hms_desktop.services.first_start import (
    FirstStartService,
    write_recovery_codes,
)
from hms_desktop.services.gate import permitted
from hms_desktop.services.user_rows import (
    keeping_an_administrator,
    read_user,
    read_users,
    roles_named,
)
from hms_desktop.services.user_writing import insert_user, refuse_powers, write_code


class ProfilesService(FirstStartService):
    """One's own log-in."""

    @permitted("session.own")
    def profile(self, actor: Actor) -> Profile:
        """Return one's own log-in and what it may do; raises NotFound for a task."""
        with self.database.read() as connection:
            return self._profile(connection, actor)

    @permitted("session.own")
    def update_profile(
        self, actor: Actor, wish: UpdateProfile, *, request_id: str | None = None
    ) -> Profile:
        """Change one's own name and addresses; raises Stale or Invalid."""
        wish = wish.check()
        values = {"display_name": wish.display_name, "email": wish.email, "phone": wish.phone}
        stamp = self.stamp(actor, "update_profile", request_id)

        def work(write: Write) -> Profile:
            self._change(write, actor.user_id or 0, wish.version, values)
            return self._profile(write.connection, actor)

        return self.database.write(stamp, work, lambda c: self._profile(c, actor))

    @permitted("session.own")
    def new_recovery_codes(self, actor: Actor, password: str) -> tuple[str, ...]:
        """Return new codes for a recovery sheet; the old ones end. Raises Invalid."""
        person = self._prove(self._own_login(actor), password, actor.workstation)
        return self.database.write(
            self.stamp(actor, "recovery_codes", None),
            lambda write: write_recovery_codes(write, person.id),
        )

    def _profile(self, connection: sa.Connection, actor: Actor) -> Profile:
        own = read_user(connection, actor.user_id or 0, self.context.now())
        known = self.gate.known(actor.token) or actor
        counted = connection.execute(
            sa.select(recovery_code.c.purpose, sa.func.count().label("many"))
            .where(recovery_code.c.user_id == own.id, recovery_code.c.used_at.is_(None))
            .group_by(recovery_code.c.purpose)
        )
        left = {row.purpose: row.many for row in counted}
        plain = tuple(
            (name, text) for name, text in PERMISSIONS.items() if name in known.permissions
        )
        return Profile(own, plain, left.get("password", 0), left.get("second_factor", 0))

    def _change(self, write: Write, user_id: int, version: int, values: dict[str, Any]) -> None:
        try:
            write.update(user, user_id, values, version=version)
        except Stale:
            raise Stale(
                current=read_user(write.connection, user_id, write.now),
                who=editor_name(write.connection, user, user_id),
            ) from None


class UsersService(ProfilesService):
    """Everybody's log-ins."""

    @permitted("users.manage")
    def users(
        self,
        actor: Actor,
        text: str = "",
        *,
        include_inactive: bool = False,
        include_deleted: bool = False,
    ) -> tuple[UserRow, ...]:
        """Return log-ins by name; ``text`` is words of the name, the log-in or the address."""
        now = self.context.now()
        with self.database.read() as connection:
            rows = read_users(connection, now, inactive=include_inactive, deleted=include_deleted)
        return tuple(row for row in rows if matches(row, text)) if text.strip() else rows

    @permitted("users.manage")
    def user(self, actor: Actor, user_id: int) -> UserRow:
        """Return one log-in; raises NotFound."""
        with self.database.read() as connection:
            return read_user(connection, user_id, self.context.now())

    @permitted("users.manage")
    def create_user(
        self, actor: Actor, wish: CreateUser, *, request_id: str | None = None
    ) -> UserRow:
        """Make a log-in without a password: ``start_reset`` gives the code to set one.

        Raises Invalid, Conflict (``login``), and NotAllowed for a role that administers.
        """
        wish = wish.check()

        def work(write: Write) -> UserRow:
            # A role must not go between the look and the row that refers to it.
            only_writer(write, user)
            roles = roles_named(write.connection, wish.roles)
            self._refuse_powers(actor, roles)
            _refuse_no_patient(write.connection, wish.patient_id)
            new_id = insert_user(write, wish, roles)
            return read_user(write.connection, new_id, write.now)

        return self._write_user(self.stamp(actor, "create_user", request_id), work, wish.login)

    @permitted("users.manage")
    def update_user(
        self, actor: Actor, wish: UpdateUser, *, request_id: str | None = None
    ) -> UserRow:
        """Edit a log-in; raises Stale, Invalid, Conflict (``login``)."""
        wish = wish.check()

        def work(write: Write) -> UserRow:
            self._refuse_mightier(actor, write.connection, wish.user_id)
            values = {
                "login": wish.login,
                "display_name": wish.display_name,
                "email": wish.email,
                "phone": wish.phone,
            }
            self._change(write, wish.user_id, wish.version, values)
            return read_user(write.connection, wish.user_id, write.now)

        return self._write_user(self.stamp(actor, "update_user", request_id), work, wish.login)

    @permitted("users.manage")
    def deactivate(
        self, actor: Actor, user_id: int, version: int, *, request_id: str | None = None
    ) -> UserRow:
        """Switch a log-in off: its sessions end everywhere; raises Conflict (``last_admin``)."""
        if user_id == actor.user_id:
            raise Invalid(
                "user_id", "You cannot switch off your own log-in. Ask another administrator."
            )

        def work(write: Write) -> UserRow:
            self._refuse_mightier(actor, write.connection, user_id)
            with keeping_an_administrator(write):
                self._change(write, user_id, version, {"active": False})
            self._sessions.end_all(write, user_id, "deactivated")
            return read_user(write.connection, user_id, write.now)

        return self._write_user(self.stamp(actor, "deactivate", request_id), work)

    @permitted("users.manage")
    def activate(
        self, actor: Actor, user_id: int, version: int, *, request_id: str | None = None
    ) -> UserRow:
        """Switch a log-in on again."""

        def work(write: Write) -> UserRow:
            self._refuse_mightier(actor, write.connection, user_id)
            self._change(write, user_id, version, {"active": True})
            return read_user(write.connection, user_id, write.now)

        return self._write_user(self.stamp(actor, "activate", request_id), work)

    @permitted("users.manage")
    def unlock_user(self, actor: Actor, user_id: int, *, request_id: str | None = None) -> UserRow:
        """Let a log-in that has to wait after wrong passwords try again at once."""
        values = {"failures": 0, "locked_until": None}
        return self._state(actor, "unlock_user", user_id, values, request_id)

    @permitted("users.manage")
    def require_change(
        self, actor: Actor, user_id: int, *, request_id: str | None = None
    ) -> UserRow:
        """Have a user set a new password before doing anything else."""
        return self._state(actor, "require_change", user_id, {"must_change": True}, request_id)

    @permitted("users.manage")
    def start_reset(
        self, actor: Actor, user_id: int, *, request_id: str | None = None
    ) -> ResetCode:
        """Return a one-time code, to be given in person; good for 24 hours, an older one ends.

        The old password stays good until the code is used: a reset begun by mistake locks
        nobody out. A request sent twice is refused with Conflict: its code was never kept.
        """
        stamp = self.stamp(actor, "start_reset", request_id)

        def work(write: Write) -> ResetCode:
            self._refuse_mightier(actor, write.connection, user_id)
            return write_code(write, user_id)

        try:
            return self.database.write(stamp, work)
        except faults.Duplicate:
            raise Conflict(
                "This code was made already and cannot be shown twice. Start a new reset.",
                kind="request",
            ) from None

    def _state(
        self,
        actor: Actor,
        action: str,
        user_id: int,
        values: dict[str, Any],
        request_id: str | None,
    ) -> UserRow:
        def work(write: Write) -> UserRow:
            self._refuse_mightier(actor, write.connection, user_id)
            write.update(user, user_id, values, version=None)
            return read_user(write.connection, user_id, write.now)

        return self._write_user(self.stamp(actor, action, request_id), work)

    def _write_user(
        self, stamp: Stamp, work: Callable[[Write], UserRow], login: str = ""
    ) -> UserRow:
        def again(connection: sa.Connection) -> UserRow:
            user_id = made_by(connection, stamp.request_id, user)
            return read_user(connection, user_id, self.context.now())

        try:
            return self.database.write(stamp, work, again)
        except faults.Duplicate:
            raise Conflict(
                "The log-in name {login} is taken. Nothing was saved. Choose another one.",
                kind="login",
                login=login,
            ) from None

    def _refuse_powers(self, actor: Actor, roles: tuple[RoleRow, ...]) -> None:
        refuse_powers(roles, may_hand_out=self.may(actor, "roles.manage"))

    def _refuse_mightier(self, actor: Actor, connection: sa.Connection, user_id: int) -> None:
        names = read_user(connection, user_id, self.context.now()).roles
        self._refuse_powers(actor, roles_named(connection, names))


def _refuse_no_patient(connection: sa.Connection, patient_id: int | None) -> None:
    if patient_id is None:
        return
    if (
        connection.execute(sa.select(patient.c.id).where(patient.c.id == patient_id)).first()
        is None
    ):
        raise Invalid("patient_id", "This patient is no longer there. Nothing was saved.")
