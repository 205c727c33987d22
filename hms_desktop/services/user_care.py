"""What happened to a log-in, where it is open, and how it ends for good."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from hms_desktop.db.metadata import metadata
from hms_desktop.db.tables.accounts import recovery_code, role, session, user, user_role
from hms_desktop.db.tables.doctors import doctor
from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.db.writing import Write
from hms_desktop.domain.accounts import SILENT
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Conflict, Invalid, NotFound
from hms_desktop.domain.user_lists import PurgeUser, SessionRow, UserEvent
from hms_desktop.services.edited_rows import made_by
from hms_desktop.services.gate import permitted
from hms_desktop.services.passwords import digest
from hms_desktop.services.proving import locked_row
from hms_desktop.services.second_factor import NONE, SecondFactorsService
from hms_desktop.services.user_rows import keeping_an_administrator

ENDED_SESSIONS = 20
MOST_EVENTS = 200
_OWN = (user_role, session, recovery_code)
_QUIET = ("log_in", "log_out")
_UNTOLD = frozenset({"version", "totp_step", "last_login_at", "last_failure_at", "retired_at"})
_POINTS = frozenset({"user_id", "created_by", "updated_by"})
"""Columns that name a user, with or without a foreign key."""


class UserCareService(SecondFactorsService):
    """Sessions, history and the end of a log-in."""

    @permitted("users.manage")
    def sessions(self, actor: Actor, user_id: int) -> tuple[SessionRow, ...]:
        """Return where somebody is logged in, then the newest of what has ended."""
        base = sa.select(session).where(session.c.user_id == user_id)
        still, newest = session.c.ended_at.is_(None), session.c.id.desc()
        with self.database.read() as connection:
            rows = [
                *connection.execute(base.where(still).order_by(newest)),
                *connection.execute(base.where(~still).order_by(newest).limit(ENDED_SESSIONS)),
            ]
        own, heard = digest(actor.token), self.context.now() - SILENT
        return tuple(
            SessionRow(
                id=row.id,
                workstation=row.workstation,
                started_at=row.started_at,
                ended_at=row.ended_at,
                end_reason=row.end_reason,
                is_own=row.token_hash == own,
                seen_at=row.seen_at or row.started_at,
                silent=row.ended_at is None and (row.seen_at or row.started_at) < heard,
            )
            for row in rows
        )

    @permitted("users.manage")
    def end_sessions(
        self,
        actor: Actor,
        user_id: int,
        session_id: int | None = None,
        *,
        request_id: str | None = None,
    ) -> None:
        """End one log-in of somebody, or all but the one that asks; counts at once everywhere.

        What was typed there stays in its drafts. Raises NotAllowed.
        """

        def work(write: Write) -> None:
            self._refuse_mightier(actor, write.connection, user_id)
            if session_id is None:
                self._sessions.end_all(write, user_id, "ended", but=actor.token)
            else:
                self._sessions.end_one(write, user_id, session_id, "ended")

        stamp = self.stamp(actor, "end_sessions", request_id)
        self.database.write(stamp, work, lambda _connection: None)

    @permitted("users.manage")
    def user_history(self, actor: Actor, user_id: int) -> tuple[UserEvent, ...]:
        """Return what was changed on a log-in, newest first; passwords and keys never show."""
        entry = audit_entry.c
        with self.database.read() as connection:
            rows = connection.execute(
                sa.select(audit_entry)
                .where(
                    entry.entity == user.name,
                    entry.entity_id == user_id,
                    entry.action.not_in(_QUIET),
                )
                .order_by(entry.id.desc())
                .limit(MOST_EVENTS)
            ).all()
            given = connection.execute(
                sa.select(entry.request_id, entry.before, entry.after).where(
                    entry.request_id.in_([row.request_id for row in rows]),
                    entry.entity == user_role.name,
                )
            ).all()
            named = connection.execute(sa.select(role.c.id, role.c.name)).all()
            names = {one.id: one.name for one in named}
        roles: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        for one in given:
            roles[one.request_id] += _role_change(one.before, one.after, user_id, names)
        return tuple(
            UserEvent(
                request_id=row.request_id,
                at=row.at,
                who=row.user_name,
                workstation=row.workstation,
                action=row.action,
                reason=row.reason,
                changes=(*_changes(row.before or {}, row.after or {}), *roles[row.request_id]),
            )
            for row in rows
        )

    @permitted("users.manage")
    def delete_user(
        self, actor: Actor, user_id: int, version: int, *, request_id: str | None = None
    ) -> None:
        """Switch a log-in off for good and make it anonymous; what refers to it stays whole.

        Name, addresses, password, second factor and roles go, log-ins end, a doctor keeps the
        entry among the doctors. The audit keeps the names it was written with. Raises Invalid
        for one's own, Conflict (``last_admin``), Stale, NotAllowed.
        """
        if user_id == actor.user_id:
            raise Invalid(
                "user_id", "You cannot delete your own log-in. Ask another administrator."
            )

        def work(write: Write) -> None:
            self._refuse_mightier(actor, write.connection, user_id)
            with keeping_an_administrator(write):
                self._change(write, user_id, version, _anonymous(user_id, write))
                for table in (user_role, recovery_code):
                    _delete_all(write, table, user_id)
            self._sessions.end_all(write, user_id, "deleted")
            for one in write.connection.scalars(
                sa.select(doctor.c.id).where(doctor.c.user_id == user_id)
            ).all():
                write.update(doctor, one, {"user_id": None}, version=None)

        stamp = self.stamp(actor, "delete_user", request_id)
        self.database.write(stamp, work, lambda c: _read_again(c, stamp.request_id))

    @permitted("users.manage")
    def purge_user(self, actor: Actor, wish: PurgeUser, *, request_id: str | None = None) -> None:
        """Take a deleted log-in away altogether, with a reason, when nothing refers to it.

        The audit keeps that it was there. Raises Conflict (``in_use``) saying what refers to it,
        NotFound for one that was not deleted before, Invalid (``reason``).
        """
        wish = wish.check()

        def work(write: Write) -> None:
            if not write.connection.scalar(
                sa.select(user.c.id).where(
                    user.c.id == wish.user_id, user.c.retired_at.is_not(None)
                )
            ):
                raise NotFound("Only a deleted log-in can be purged. Nothing was changed.")
            # Locked first: nothing may begin to refer to it between the look and the end.
            locked_row(write, wish.user_id)
            _refuse_referred(write.connection, wish.user_id)
            for table in _OWN:
                _delete_all(write, table, wish.user_id)
            write.delete(user, wish.user_id)

        stamp = self.stamp(actor, "purge_user", request_id, wish.reason)
        self.database.write(stamp, work, lambda _connection: None)


def _anonymous(user_id: int, write: Write) -> dict[str, Any]:
    return {
        # With a blank, as no log-in that somebody types can be.
        "login": f"deleted {user_id}",
        "display_name": f"Deleted user {user_id}",
        "email": "",
        "phone": "",
        "password_hash": None,
        "reset_code_hash": None,
        "reset_expires_at": None,
        "patient_id": None,
        "active": False,
        "retired_at": write.now,
        **NONE,
    }


def _delete_all(write: Write, table: sa.Table, user_id: int) -> None:
    rows = write.connection.scalars(sa.select(table.c.id).where(table.c.user_id == user_id)).all()
    for one in rows:
        write.delete(table, one)


def _read_again(connection: sa.Connection, request_id: str) -> None:
    made_by(connection, request_id, user)


def _refuse_referred(connection: sa.Connection, user_id: int) -> None:
    found = [table.name.replace("_", " ") for table in metadata.sorted_tables
             if table not in _OWN and _refers(connection, table, user_id)]  # fmt: skip
    if found:
        raise Conflict(
            "This log-in cannot be purged: it is named in {what}. Nothing was changed. It stays "
            "anonymous and switched off.",
            kind="in_use",
            what=", ".join(found),
        )


def _refers(connection: sa.Connection, table: sa.Table, user_id: int) -> bool:
    columns = [
        column
        for column in table.c
        if column.name in _POINTS or any(key.column is user.c.id for key in column.foreign_keys)
    ]
    if not columns:
        return False
    query = sa.select(sa.literal(1)).select_from(table)
    query = query.where(sa.or_(*(column == user_id for column in columns)))
    return connection.execute(query.limit(1)).first() is not None


def _changes(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[tuple[str, str, str], ...]:
    names = [name for name in {**before, **after} if name not in _UNTOLD]
    return tuple((name, _plain(before.get(name)), _plain(after.get(name))) for name in names)


def _plain(value: object) -> str:
    return "" if value is None else str(value)


def _role_change(
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    user_id: int,
    names: Mapping[int, str],
) -> list[tuple[str, str, str]]:
    row = after or before or {}
    if row.get("user_id") != user_id:
        return []
    name = names.get(row["role_id"], str(row["role_id"]))
    return [("role", "", name) if after else ("role", name, "")]
