"""Roles: named sets of permissions, kept as data, and who has them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from hms_desktop.db.tables.accounts import role, role_permission, user, user_role
from hms_desktop.db.writing import Write
from hms_desktop.domain.accounts import RoleRow, SaveRole, UserRow
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Conflict, Stale
from hms_desktop.domain.names import fold
from hms_desktop.domain.role_effect import RoleEffect, effect_of
from hms_desktop.services.edited_rows import editor_name, made_by, only_writer, touch
from hms_desktop.services.first_start import write_permissions
from hms_desktop.services.gate import permitted
from hms_desktop.services.user_rows import (
    keeping_an_administrator,
    read_role,
    read_roles,
    read_user,
    roles_named,
)
from hms_desktop.services.users import UsersService


class RolesService(UsersService):
    """Roles: named sets of permissions, kept as data."""

    @permitted("users.manage", "roles.manage")
    def roles(self, actor: Actor) -> tuple[RoleRow, ...]:
        """Return every role with its permissions."""
        with self.database.read() as connection:
            return read_roles(connection)

    @permitted("roles.manage")
    def save_role(self, actor: Actor, wish: SaveRole, *, request_id: str | None = None) -> RoleRow:
        """Make a role or change its name, description and permissions.

        Raises Stale, Conflict (``name`` or ``last_admin``) or Invalid.
        """
        wish = wish.check()

        def work(write: Write) -> RoleRow:
            only_writer(write, role)
            for one in read_roles(write.connection):
                if fold(one.name) == fold(wish.name) and one.id != wish.role_id:
                    raise Conflict(
                        "There is a role called {name} already. Nothing was saved.",
                        kind="name",
                        existing=one,
                        name=one.name,
                    )
            values = {
                "name": wish.name,
                "description": wish.description,
                "needs_second_factor": wish.needs_second_factor,
            }
            if wish.role_id is None:
                role_id = write.insert(role, values)
                write_permissions(write, role_id, sorted(wish.permissions))
                return read_role(write.connection, role_id)
            with keeping_an_administrator(write):
                _change_role(write, wish.role_id, wish.version, values, wish.permissions)
            return read_role(write.connection, wish.role_id)

        stamp = self.stamp(actor, "save_role", request_id)
        return self.database.write(
            stamp, work, lambda c: read_role(c, made_by(c, stamp.request_id, role))
        )

    @permitted("roles.manage")
    def role_effect(self, actor: Actor, wish: SaveRole) -> RoleEffect:
        """Say what saving a role would change, and for how many people who can log in.

        Whoever keeps a permission by another role does not lose it. Raises NotFound, Invalid.
        """
        wish = wish.check()
        with self.database.read() as connection:
            roles = read_roles(connection)
            held = connection.execute(
                sa.select(user_role.c.user_id, user_role.c.role_id)
                .join(user, user.c.id == user_role.c.user_id)
                .where(user.c.active)
            ).all()
            bare = set(
                connection.scalars(
                    sa.select(user.c.id).where(user.c.active, user.c.totp_since.is_(None))
                )
            )
        return effect_of(wish, roles, [(one.user_id, one.role_id) for one in held], bare)

    @permitted("roles.manage")
    def delete_role(
        self, actor: Actor, role_id: int, version: int, *, request_id: str | None = None
    ) -> None:
        """Delete a role that nobody has; raises Conflict (``in_use``), Stale or NotFound."""

        def work(write: Write) -> None:
            # Both tables: nobody may be given the role while it goes.
            only_writer(write, role)
            only_writer(write, user)
            row = read_role(write.connection, role_id)
            if row.version != version:
                raise Stale(current=row, who=editor_name(write.connection, role, role_id))
            if row.members:
                raise Conflict(
                    "{many} log-ins have the role {name} (switched off ones count). Nothing was "
                    "changed. Take it from them first.",
                    kind="in_use",
                    existing=row,
                    many=row.members,
                    name=row.name,
                )
            for one in write.connection.scalars(
                sa.select(role_permission.c.id).where(role_permission.c.role_id == role_id)
            ).all():
                write.delete(role_permission, one)
            write.delete(role, role_id)

        stamp = self.stamp(actor, "delete_role", request_id)
        self.database.write(stamp, work, lambda _connection: None)

    @permitted("roles.manage")
    def set_roles(
        self,
        actor: Actor,
        user_id: int,
        roles: tuple[str, ...],
        *,
        version: int | None = None,
        request_id: str | None = None,
    ) -> UserRow:
        """Give a user exactly these roles; counts at once at every workstation.

        Raises Conflict (``last_admin``), Stale when ``version`` is given and old, or Invalid.
        """

        def work(write: Write) -> UserRow:
            wanted = {one.id for one in roles_named(write.connection, roles)}
            row = read_user(write.connection, user_id, write.now)
            if version is not None and row.version != version:
                raise Stale(current=row, who=editor_name(write.connection, user, user_id))
            with keeping_an_administrator(write):
                held = write.connection.execute(
                    sa.select(user_role.c.id, user_role.c.role_id).where(
                        user_role.c.user_id == user_id
                    )
                ).all()
                # The new version comes first, so that the request is found by its user.
                if {one.role_id for one in held} != wanted:
                    touch(write, user, user_id)
                for one in held:
                    if one.role_id not in wanted:
                        write.delete(user_role, one.id)
                for role_id in sorted(wanted - {one.role_id for one in held}):
                    write.insert(user_role, {"user_id": user_id, "role_id": role_id})
            return read_user(write.connection, user_id, write.now)

        return self._write_user(self.stamp(actor, "set_roles", request_id), work)


def _change_role(
    write: Write,
    role_id: int,
    version: int | None,
    values: dict[str, Any],
    permissions: frozenset[str],
) -> None:
    row = read_role(write.connection, role_id)
    if row.version != version:
        raise Stale(current=row, who=editor_name(write.connection, role, role_id))
    changed = write.update(role, role_id, values, version=row.version)
    if not changed and permissions != row.permissions:
        touch(write, role, role_id)
    gone = write.connection.scalars(
        sa.select(role_permission.c.id).where(
            role_permission.c.role_id == role_id,
            role_permission.c.permission.not_in(permissions),
        )
    ).all()
    for one in gone:
        write.delete(role_permission, one)
    write_permissions(write, role_id, sorted(permissions - row.permissions))
