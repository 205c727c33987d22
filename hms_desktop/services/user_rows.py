"""Reading users and roles, and the rule that somebody can always administer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hms_desktop.db.tables.accounts import SEEN, role, role_permission, session, user, user_role
from hms_desktop.db.tables.doctors import doctor
from hms_desktop.db.writing import Write
from hms_desktop.domain.accounts import POWERS, SILENT, RoleRow, UserRow
from hms_desktop.domain.errors import Conflict, Invalid, NotFound
from hms_desktop.services.edited_rows import only_writer

MOST_USERS = 5_000

_USER = (
    sa.select(user, doctor.c.id.label("doctor_id"))
    .select_from(user)
    .outerjoin(doctor, (doctor.c.user_id == user.c.id) & doctor.c.retired_at.is_(None))
)


def read_user(connection: sa.Connection, user_id: int, now: datetime) -> UserRow:
    """Return one log-in that was not deleted; raises NotFound."""
    query = _USER.where(user.c.id == user_id, user.c.retired_at.is_(None))
    found = _rows(connection, query, now)
    if not found:
        raise NotFound("This log-in is no longer there. Nothing was changed.")
    return found[0]


def read_users(
    connection: sa.Connection, now: datetime, *, inactive: bool, deleted: bool = False
) -> tuple[UserRow, ...]:
    """Return the log-ins in the order of their names."""
    query = _USER.order_by(user.c.display_name, user.c.id).limit(MOST_USERS)
    if not deleted:
        query = query.where(user.c.retired_at.is_(None))
    return _rows(connection, query if inactive else query.where(user.c.active), now)


def _rows(connection: sa.Connection, query: sa.Select[Any], now: datetime) -> tuple[UserRow, ...]:
    rows = connection.execute(query).all()
    roles: dict[int, list[str]] = defaultdict(list)
    asked: set[int] = set()
    named = (
        sa.select(user_role.c.user_id, role.c.name, role.c.needs_second_factor)
        .join(role)
        .order_by(role.c.name)
    )
    at_work = (
        sa.select(session.c.user_id, sa.func.count().label("many"))
        .where(session.c.ended_at.is_(None), now - SILENT <= SEEN)
        .group_by(session.c.user_id)
    )
    if len(rows) == 1:
        named = named.where(user_role.c.user_id == rows[0].id)
        at_work = at_work.where(session.c.user_id == rows[0].id)
    for one in connection.execute(named):
        roles[one.user_id].append(one.name)
        if one.needs_second_factor:
            asked.add(one.user_id)
    sessions = {one.user_id: one.many for one in connection.execute(at_work)}
    return tuple(
        UserRow(
            id=row.id,
            version=row.version,
            login=row.login,
            display_name=row.display_name,
            email=row.email,
            phone=row.phone,
            roles=tuple(roles[row.id]),
            active=row.active,
            has_password=row.password_hash is not None,
            must_change=row.must_change,
            failures=row.failures,
            last_failure_at=row.last_failure_at,
            locked_until=_ahead(row.locked_until, now),
            reset_expires_at=_ahead(row.reset_expires_at, now),
            last_login_at=row.last_login_at,
            second_factor_since=row.totp_since,
            needs_second_factor=row.id in asked,
            open_sessions=sessions.get(row.id, 0),
            created_at=row.created_at,
            deleted_at=row.retired_at,
            patient_id=row.patient_id,
            doctor_id=row.doctor_id,
        )
        for row in rows
    )


def _ahead(moment: datetime | None, now: datetime) -> datetime | None:
    return moment if moment is not None and moment > now else None


def read_roles(
    connection: sa.Connection, ids: Collection[int] | None = None
) -> tuple[RoleRow, ...]:
    """Return roles with their permissions and numbers of active users; all without ``ids``."""
    query = sa.select(role).order_by(role.c.id)
    if ids is not None:
        query = query.where(role.c.id.in_(ids))
    rows = connection.execute(query).all()
    permissions: dict[int, set[str]] = defaultdict(set)
    for one in connection.execute(
        sa.select(role_permission.c.role_id, role_permission.c.permission)
    ):
        permissions[one.role_id].add(one.permission)
    active = sa.func.sum(sa.case((user.c.active, 1), else_=0))
    counted = connection.execute(
        sa.select(user_role.c.role_id, active.label("active"), sa.func.count().label("members"))
        .join(user, user.c.id == user_role.c.user_id)
        .group_by(user_role.c.role_id)
    )
    counts = {row.role_id: (int(row.active), row.members) for row in counted}
    return tuple(
        RoleRow(
            id=row.id,
            version=row.version,
            name=row.name,
            description=row.description,
            permissions=frozenset(permissions[row.id]),
            users=counts.get(row.id, (0, 0))[0],
            members=counts.get(row.id, (0, 0))[1],
            needs_second_factor=row.needs_second_factor,
        )
        for row in rows
    )


def read_role(connection: sa.Connection, role_id: int) -> RoleRow:
    """Return one role; raises NotFound."""
    found = read_roles(connection, [role_id])
    if not found:
        raise NotFound("This role is no longer there. Nothing was changed.")
    return found[0]


def roles_named(connection: sa.Connection, names: Iterable[str]) -> tuple[RoleRow, ...]:
    """Return the roles with these names; raises Invalid for an unknown one."""
    known = {one.name: one for one in read_roles(connection)}
    for name in names:
        if name not in known:
            raise Invalid("roles", "There is no role called {name}. Nothing was saved.", name=name)
    return tuple(known[name] for name in dict.fromkeys(names))


def needs_second_factor(connection: sa.Connection, user_id: int) -> bool:
    """Say whether one of a user's roles asks for a second factor."""
    query = (
        sa.select(role.c.id)
        .join(user_role, user_role.c.role_id == role.c.id)
        .where(user_role.c.user_id == user_id, role.c.needs_second_factor)
        .limit(1)
    )
    return connection.execute(query).first() is not None


def administrators(connection: sa.Connection, *, free_at: datetime | None = None) -> set[int]:
    """Return the users who can log in and hold every power of an administrator.

    ``free_at`` leaves out those who have to wait at that moment.
    """
    query = (
        sa.select(user.c.id, role_permission.c.permission)
        .join(user_role, user_role.c.user_id == user.c.id)
        .join(role_permission, role_permission.c.role_id == user_role.c.role_id)
        .where(
            user.c.active,
            user.c.retired_at.is_(None),
            user.c.password_hash.is_not(None),
            role_permission.c.permission.in_(POWERS),
        )
    )
    if free_at is not None:
        query = query.where(sa.or_(user.c.locked_until.is_(None), user.c.locked_until <= free_at))
    rows = connection.execute(query)
    held: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        held[row.id].add(row.permission)
    return {user_id for user_id, powers in held.items() if powers == POWERS}


@contextmanager
def keeping_an_administrator(write: Write) -> Iterator[None]:
    """Refuse what is done inside when it would leave the hospital without an administrator."""
    # Two administrators who switch each other off at the same moment must not both succeed.
    only_writer(write, user)
    before = administrators(write.connection)
    yield
    if before and not administrators(write.connection):
        raise Conflict(
            "This would leave nobody who can administer the hospital. Nothing was changed. "
            "Make somebody else administrator first.",
            kind="last_admin",
        )
