"""The log-ins that are open in this program, kept true to the database."""

from __future__ import annotations

import threading
from datetime import datetime

import sqlalchemy as sa

from hms_desktop.bus import Announcement
from hms_desktop.db.tables.accounts import SEEN, role, role_permission, session, user, user_role
from hms_desktop.db.tables.doctors import doctor
from hms_desktop.db.writing import Write
from hms_desktop.domain.accounts import GIVEN_UP, SILENT, union
from hms_desktop.domain.actor import Actor
from hms_desktop.services.context import Context
from hms_desktop.services.passwords import digest

_RIGHTS = frozenset({role.name, role_permission.name, user_role.name, doctor.name})


class Sessions:
    """Admits log-ins to the gate and has them looked up again when their rights may have changed.

    A log-in ended, a user switched off or a role changed, here or at another workstation, counts
    from the next call on.
    """

    def __init__(self, context: Context) -> None:
        """Listen for what concerns log-ins."""
        self._database = context.database
        self._gate = context.gate
        self._lock = threading.Lock()
        # token → (session id, user id), of this program's own log-ins
        self._own: dict[str, tuple[int, int]] = {}
        context.gate.trust(self._look_up)
        context.bus.subscribe(self._hear)

    def begin(self, write: Write, actor: Actor, most: int, *, enrol_first: bool) -> int:
        """Write down a new log-in, ending the user's oldest ones beyond ``most``; its id.

        What is silent of the same user at the same workstation was left by a program that died.
        ``enrol_first``: it may do nothing before a second factor is set up.
        """
        self._end_silent(
            write,
            write.now - SILENT,
            session.c.user_id == actor.user_id,
            session.c.workstation == actor.workstation,
        )
        open_ones = write.connection.scalars(
            sa.select(session.c.id)
            .where(session.c.user_id == actor.user_id, session.c.ended_at.is_(None))
            .order_by(session.c.id.desc())
            .offset(max(0, most - 1))
        ).all()
        self._end(write, list(open_ones), "too_many")
        return write.insert(
            session,
            {
                "user_id": actor.user_id,
                "token_hash": digest(actor.token),
                "workstation": actor.workstation,
                "started_at": write.now,
                "seen_at": write.now,
                "enrol_first": enrol_first,
            },
        )

    def admit(self, actor: Actor, session_id: int) -> Actor:
        """Open the gate for a log-in that is written down."""
        with self._lock:
            self._own[actor.token] = (session_id, actor.user_id or 0)
        self._gate.admit(actor)
        # Rights may have changed while the password was looked at, and what comes first is
        # written down with the log-in.
        self._gate.doubt([actor.token])
        return self._gate.settle(actor.token) or actor

    def end(self, write: Write, token: str, why: str) -> None:
        """Write down that a log-in has ended."""
        ids = write.connection.scalars(
            sa.select(session.c.id).where(
                session.c.token_hash == digest(token), session.c.ended_at.is_(None)
            )
        )
        self._end(write, list(ids), why)

    def end_all(self, write: Write, user_id: int, why: str, *, but: str = "") -> None:
        """Write down that all log-ins of a user have ended, ``but`` the one with this token."""
        ids = write.connection.scalars(
            sa.select(session.c.id).where(
                session.c.user_id == user_id,
                session.c.ended_at.is_(None),
                session.c.token_hash != digest(but),
            )
        )
        self._end(write, list(ids), why)

    def end_one(self, write: Write, user_id: int, session_id: int, why: str) -> None:
        """Write down that one log-in of a user has ended; fine if it had already."""
        ids = write.connection.scalars(
            sa.select(session.c.id).where(
                session.c.id == session_id,
                session.c.user_id == user_id,
                session.c.ended_at.is_(None),
            )
        )
        self._end(write, list(ids), why)

    def own_ids(self) -> list[int]:
        """Return the log-ins that are open in this program."""
        with self._lock:
            return [session_id for session_id, _ in self._own.values()]

    @staticmethod
    def show_life(write: Write, ids: list[int]) -> None:
        """Note that log-ins are still at work."""
        # No change that anybody needs to hear of: neither audited nor announced.
        write.connection.execute(
            sa.update(session)
            .where(session.c.id.in_(ids), session.c.ended_at.is_(None))
            .values(seen_at=write.server_time())
        )

    def end_given_up(self, write: Write) -> int:
        """Write down that log-ins of programs that died have ended; how many."""
        return self._end_silent(write, write.server_time() - GIVEN_UP)

    def dismiss(self, token: str) -> None:
        """Close the gate for a log-in."""
        with self._lock:
            self._own.pop(token, None)
        self._gate.dismiss(token)

    @staticmethod
    def _end(write: Write, ids: list[int], why: str) -> None:
        for one in ids:
            changes = {"ended_at": write.now, "end_reason": why}
            write.update(session, one, changes, version=None, action="log_out")

    @staticmethod
    def _end_silent(write: Write, before: datetime, *which: sa.ColumnElement[bool]) -> int:
        query = sa.select(session.c.id, SEEN).where(
            session.c.ended_at.is_(None), before > SEEN, *which
        )
        rows = write.connection.execute(query).all()
        for one, seen in rows:
            # They ended when they were last seen, not when somebody found out.
            changes = {"ended_at": seen, "end_reason": "silent"}
            write.update(session, one, changes, version=None, action="log_out")
        return len(rows)

    def _hear(self, announcement: Announcement) -> None:
        with self._lock:
            own = dict(self._own)
        if not own:
            return
        if announcement.touches(*_RIGHTS):
            self._gate.doubt(own)
            return
        sessions = {one.entity_id for one in announcement.changes if one.entity == session.name}
        users = {one.entity_id for one in announcement.changes if one.entity == user.name}
        self._gate.doubt(
            token
            for token, (session_id, user_id) in own.items()
            if session_id in sessions or user_id in users
        )

    def _look_up(self, token: str) -> Actor | None:
        with self._lock:
            mine = token in self._own
        if not mine:
            # A task of the program itself has no log-in in the database.
            return self._gate.known(token)
        with self._database.read() as connection:
            found = connection.execute(
                sa.select(session.c.user_id, session.c.workstation, session.c.enrol_first)
                .join(user, user.c.id == session.c.user_id)
                .where(
                    session.c.token_hash == digest(token),
                    session.c.ended_at.is_(None),
                    user.c.active,
                    user.c.retired_at.is_(None),
                )
            ).one_or_none()
            if found is not None:
                return read_actor(
                    connection,
                    found.user_id,
                    token,
                    found.workstation,
                    enrol_first=found.enrol_first,
                )
        self.dismiss(token)
        return None


def read_actor(
    connection: sa.Connection,
    user_id: int,
    token: str,
    workstation: str,
    *,
    enrol_first: bool = False,
) -> Actor:
    """Return what a user may do now: the union of all roles.

    Whoever must first set up a second factor (``enrol_first``, until there is one) or change the
    password may do nothing but that.
    """
    person = connection.execute(
        sa.select(
            user.c.display_name,
            user.c.must_change,
            user.c.totp_since,
            user.c.patient_id,
            doctor.c.id,
        )
        .select_from(user)
        .outerjoin(doctor, (doctor.c.user_id == user.c.id) & doctor.c.retired_at.is_(None))
        .where(user.c.id == user_id)
    ).one()
    rows = connection.execute(
        sa.select(role.c.name, role_permission.c.permission)
        .select_from(user_role)
        .join(role, role.c.id == user_role.c.role_id)
        .outerjoin(role_permission, role_permission.c.role_id == role.c.id)
        .where(user_role.c.user_id == user_id)
    ).all()
    # Everybody may see the own profile and log out, whatever the roles say.
    allowed = union([{row.permission for row in rows}, {"session.own"}])
    owes = "password" if person.must_change else ""
    if enrol_first and person.totp_since is None:
        owes = "second_factor"
    return Actor(
        token=token,
        user_id=user_id,
        name=person.display_name,
        roles=tuple(sorted({row.name for row in rows})),
        permissions=frozenset({"session.own"}) if owes else allowed,
        workstation=workstation,
        doctor_id=person.id,
        patient_id=person.patient_id,
        owes=owes,
    )
