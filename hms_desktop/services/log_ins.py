"""Logging in and out: wrong passwords cost time, the same for everybody, known or not."""

from __future__ import annotations

import hmac
import threading
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from cachetools import LRUCache

from hms_desktop.db.engine import Database
from hms_desktop.db.tables.accounts import recovery_code, user
from hms_desktop.db.writing import Stamp, Write, shown
from hms_desktop.domain.accounts import (
    DEMO_LOGINS,
    WORKSTATION_LIMIT,
    check_login,
    login_key,
)
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.passwords import check_shape, context_words, refuse_waiting, wait_after
from hms_desktop.domain.text import clean
from hms_desktop.services.context import Context, Service
from hms_desktop.services.gate import open_to_all, permitted
from hms_desktop.services.passwords import (
    Argon2Authenticator,
    Authenticator,
    check_new_password,
    code_digest,
    new_token,
)
from hms_desktop.services.sessions import Sessions, read_actor
from hms_desktop.services.user_rows import administrators

WRONG_LOG_IN = (
    "The log-in name or the password is wrong. Try again; after several wrong tries you have to "
    "wait."
)
WRONG_CODE = (
    "The log-in name or the code is wrong, or the code has run out. Nothing was changed. "
    "Ask an administrator for a new one."
)
FORGET_AFTER = timedelta(days=1)
"""Wrong passwords older than this no longer count."""
_STRANGERS = 1_000


class LogInsService(Service):
    """The way in and out: log-in names, passwords, one-time codes, the lock."""

    def __init__(self, context: Context, *, authenticator: Authenticator | None = None) -> None:
        """Keep how passwords are judged and the log-ins of this program."""
        super().__init__(context)
        self._authenticator = authenticator or Argon2Authenticator()
        self._sessions = Sessions(context)
        # Names that nobody has wait as well, or waiting would tell which names exist.
        self._strangers: LRUCache[str, tuple[int, datetime, datetime]] = LRUCache(_STRANGERS)
        self._strangers_turn = threading.Lock()

    @open_to_all
    def log_in(self, login: str, password: str, workstation: str) -> Actor:
        """Open a log-in at a workstation.

        Raises Invalid (field ``password``) in the same words for a wrong name and a wrong
        password, and while the log-in has to wait; ``login`` for one that is switched off.
        """
        workstation = clean(workstation, "workstation", limit=WORKSTATION_LIMIT)
        person = self._prove(login, password, workstation)
        with self.database.read() as connection:
            actor = read_actor(connection, person.id, new_token(), workstation)
        rehashed = self._rehashed(person.password_hash, password)
        most = self.context.settings().max_sessions_per_user

        def work(write: Write) -> int:
            fresh = _locked_row(write, person.id)
            refuse_waiting(fresh["locked_until"], write.now)
            if fresh["password_hash"] != person.password_hash:
                raise Invalid("password", WRONG_LOG_IN)
            _refuse_inactive(fresh)
            changes = {"failures": 0, "locked_until": None, "last_login_at": write.now}
            write_state(write, fresh, changes | rehashed, "log_in")
            return self._sessions.begin(write, actor, most)

        session_id = self.database.write(self.stamp(actor, "log_in", None), work)
        return self._sessions.admit(actor, session_id)

    @open_to_all
    def log_out(self, actor: Actor) -> None:
        """End a log-in; afterwards its actor can do nothing. Ending it twice is fine."""
        # First here, so that it counts even when the database is away.
        self._sessions.dismiss(actor.token)
        self.database.write(
            self.stamp(actor, "log_out", None),
            lambda write: self._sessions.end(write, actor.token, "log_out"),
        )

    @permitted("session.own")
    def unlock(self, actor: Actor, password: str) -> Actor:
        """Take the automatic lock off a workstation; raises Invalid (``password``)."""
        person = self._prove(self._own_login(actor), password, actor.workstation)
        self._clear_failures(actor, person)
        return self.gate.settle(actor.token) or actor

    @permitted("session.own")
    def current(self, actor: Actor) -> Actor:
        """Return the log-in with the rights it has now."""
        return self.gate.settle(actor.token) or actor

    @permitted("session.own")
    def change_password(
        self, actor: Actor, old: str, new: str, *, request_id: str | None = None
    ) -> Actor:
        """Set a new password of one's own; log-ins elsewhere end.

        Raises Invalid with the field ``old`` or ``new``.
        """
        if request_id is not None and _was_done(self.database, request_id):
            return self.gate.settle(actor.token) or actor
        person = self._prove(self._own_login(actor), old, actor.workstation, "old")
        if hmac.compare_digest(old.encode("utf-8", "replace"), new.encode("utf-8", "replace")):
            raise Invalid("new", "This is the old password. Nothing was saved. Take another one.")
        self._set_password(
            self.stamp(actor, "change_password", request_id),
            person,
            check_new_password(new, self._words(person), "new"),
            keep=actor.token,
        )
        return self.gate.settle(actor.token) or actor

    @open_to_all
    def redeem_code(self, login: str, code: str, new_password: str) -> None:
        """Set a password with a one-time code (from an administrator or the recovery sheet).

        Log-ins of this user end. Raises Invalid with the field ``code`` or ``new_password``; a
        password that is refused does not use the code up.
        """
        check_shape(new_password, "new_password")
        person = self._find(login)
        now = self.context.now()
        refuse_waiting(self._wait_of(login, person), now, "code")
        recovery_id = self._code_of(person, code_digest(code), now)
        if person is None or recovery_id is None:
            self._note_failure(login, person, "")
            raise Invalid("code", WRONG_CODE)
        check_new_password(new_password, self._words(person), "new_password")
        actor = Actor("", person.id, person.display_name, (), frozenset(), "")
        self._set_password(
            self.stamp(actor, "redeem_code", None), person, new_password, recovery_id=recovery_id
        )

    @open_to_all
    def demo_logins(self) -> tuple[tuple[str, str, str], ...]:
        """Return log-in name, password and role of a demo hospital; nothing in a real one."""
        if not self.context.settings().demo:
            return ()
        with self.database.read() as connection:
            there = set(connection.scalars(sa.select(user.c.login).where(user.c.active).limit(500)))
        return tuple(demo[:3] for demo in DEMO_LOGINS if demo[0] in there)

    # ------------------------------------------------------------------------------ underneath

    def _find(self, login: str) -> sa.Row[Any] | None:
        try:
            name = check_login(login)
        except Invalid:
            return None  # no log-in can be called that, so nobody is
        query = sa.select(user).where(user.c.login == name, user.c.retired_at.is_(None))
        with self.database.read() as connection:
            return connection.execute(query).one_or_none()

    def _own_login(self, actor: Actor) -> str:
        with self.database.read() as connection:
            query = sa.select(user.c.login).where(user.c.id == actor.user_id)
            login: str | None = connection.scalar(query)
        if login is None:
            raise Invalid("password", "A task of the program itself has no password.")
        return login

    def _prove(
        self, login: str, password: str, workstation: str, field: str = "password"
    ) -> sa.Row[Any]:
        person = self._find(login)
        refuse_waiting(self._wait_of(login, person), self.context.now(), field)
        right = self._authenticator.proves(
            person.password_hash if person is not None else None, password
        )
        if person is None or not right:
            self._note_failure(login, person, workstation)
            raise Invalid(field, WRONG_LOG_IN)
        return person

    def _wait_of(self, login: str, person: sa.Row[Any] | None) -> datetime | None:
        if person is not None:
            until: datetime | None = person.locked_until
            return until
        with self._strangers_turn:
            known = self._strangers.get(login_key(login))
        return known[2] if known else None

    def _note_failure(self, login: str, person: sa.Row[Any] | None, workstation: str) -> None:
        """Count a wrong try; for a name that nobody has, in memory, but audited as well.

        The typed name is not kept: it may be a password typed into the wrong field.
        """
        stamp = Stamp(
            Actor("", None, "log-in window", (), frozenset(), workstation),
            new_token(),
            "log_in_failed",
        )

        def work(write: Write) -> None:
            if person is None:
                key = login_key(login)
                with self._strangers_turn:
                    failures, last, _ = self._strangers.get(key, (0, write.now, write.now))
                    failures = _counted(failures, last, write.now)
                    until = write.now + wait_after(failures)
                    self._strangers[key] = (failures, write.now, until)
                write.record(user.name, 0, after={"failures": failures})
                return
            fresh = _locked_row(write, person.id)
            failures = _counted(fresh["failures"], fresh["last_failure_at"], write.now)
            others = administrators(write.connection, free_at=write.now) - {person.id}
            is_last = not others and person.id in administrators(write.connection)
            until = write.now + wait_after(failures, lock=not is_last)
            changes = {"failures": failures, "last_failure_at": write.now, "locked_until": until}
            write_state(write, fresh, changes, "log_in_failed")

        self.database.write(stamp, work)

    def _clear_failures(self, actor: Actor, person: sa.Row[Any]) -> None:
        if not person.failures:
            return
        self.database.write(
            self.stamp(actor, "unlock", None),
            lambda write: write_state(
                write, _locked_row(write, person.id), {"failures": 0, "locked_until": None}
            ),
        )

    def _rehashed(self, stored: str, password: str) -> dict[str, Any]:
        if not self._authenticator.is_outdated(stored):
            return {}
        return {"password_hash": self._authenticator.prepare(password)}

    def _words(self, person: sa.Row[Any]) -> tuple[str, ...]:
        return context_words(
            person.login, person.display_name, person.email, self.context.settings().hospital_name
        )

    def _code_of(self, person: sa.Row[Any] | None, typed: str, now: datetime) -> int | None:
        """Return 0 for a right reset code, the id of a right recovery code, else None."""
        if person is None:
            return None
        if person.reset_code_hash and person.reset_expires_at > now:  # noqa: SIM102 - two reasons
            if hmac.compare_digest(person.reset_code_hash, typed):
                return 0
        with self.database.read() as connection:
            return connection.scalar(
                sa.select(recovery_code.c.id).where(
                    recovery_code.c.user_id == person.id,
                    recovery_code.c.code_hash == typed,
                    recovery_code.c.used_at.is_(None),
                )
            )

    def _set_password(
        self,
        stamp: Stamp,
        person: sa.Row[Any],
        password: str,
        *,
        keep: str = "",
        recovery_id: int | None = None,
    ) -> None:
        stored = self._authenticator.prepare(password)

        def work(write: Write) -> None:
            fresh = _locked_row(write, person.id)
            _refuse_inactive(fresh)
            if recovery_id == 0 and fresh["reset_code_hash"] != person.reset_code_hash:
                raise Invalid("code", WRONG_CODE)
            if recovery_id:
                _use_up(write, recovery_id)
            changes = {
                "password_hash": stored,
                "must_change": False,
                "failures": 0,
                "locked_until": None,
                "reset_code_hash": None,
                "reset_expires_at": None,
            }
            write_state(write, fresh, changes)
            self._sessions.end_all(write, person.id, "password", but=keep)

        self.database.write(stamp, work, lambda _connection: None)


def _was_done(database: Database, request_id: str) -> bool:
    with database.read() as connection:
        return database.was_done(connection, request_id)


def write_state(
    write: Write, row: sa.RowMapping, changes: dict[str, Any], action: str | None = None
) -> None:
    """Write what a log-in goes through by itself, audited but without a new version.

    An administrator who has the user's form open is not told of an edit that nobody made.
    """
    write.connection.execute(sa.update(user).where(user.c.id == row["id"]).values(changes))
    before = {name: row[name] for name in changes}
    write.record(user.name, row["id"], before=shown(before), after=shown(changes), action=action)


def _locked_row(write: Write, user_id: int) -> sa.RowMapping:
    query = sa.select(user).where(user.c.id == user_id)
    if write.connection.dialect.name == "postgresql":
        query = query.with_for_update()
    return write.connection.execute(query).mappings().one()


def _refuse_inactive(row: sa.RowMapping) -> None:
    if not row["active"] or row["retired_at"] is not None:
        raise Invalid("login", "This log-in is switched off. Ask an administrator to switch it on.")


def _counted(failures: int, last: datetime | None, now: datetime) -> int:
    return 1 if last is not None and now - last > FORGET_AFTER else failures + 1


def _use_up(write: Write, recovery_id: int) -> None:
    used = write.connection.scalar(
        sa.select(recovery_code.c.used_at).where(recovery_code.c.id == recovery_id)
    )
    if used is not None:
        raise Invalid("code", WRONG_CODE)
    write.update(recovery_code, recovery_id, {"used_at": write.now}, version=None)
