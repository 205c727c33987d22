"""Logging in and out: wrong passwords cost time, the same for everybody, known or not."""

from __future__ import annotations

import hmac
from typing import Any

import sqlalchemy as sa

from hms_desktop.db.engine import Database
from hms_desktop.db.tables.accounts import recovery_code, user
from hms_desktop.db.writing import Stamp, Write
from hms_desktop.domain.accounts import DEMO_LOGINS, WORKSTATION_LIMIT
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.passwords import check_shape, context_words, normal, refuse_waiting
from hms_desktop.domain.text import clean
from hms_desktop.services.gate import open_to_all, permitted
from hms_desktop.services.passwords import check_new_password, code_digest, new_token
from hms_desktop.services.proving import WRONG_LOG_IN, ProvingService, locked_row, write_state
from hms_desktop.services.second_step import WrongSecondCode, prove_second_factor
from hms_desktop.services.sessions import read_actor
from hms_desktop.services.user_rows import needs_second_factor

WRONG_CODE = (
    "The log-in name or the code is wrong, or the code has run out. Nothing was changed. "
    "Ask an administrator for a new one."
)


class LogInsService(ProvingService):
    """The way in and out: log-in names, passwords, one-time codes, the lock."""

    @open_to_all
    def log_in(self, login: str, password: str, workstation: str, code: str = "") -> Actor:
        """Open a log-in at a workstation; ``code`` is of the second factor, where there is one.

        Raises Invalid (field ``password``) in the same words for a wrong name and a wrong
        password, and while the log-in has to wait; ``login`` for one that is switched off.
        Raises CodeWanted when the password is right and the code is missing, Invalid (field
        ``second_code``) in the same words for any wrong code, which counts as a wrong try.
        """
        workstation = clean(workstation, "workstation", limit=WORKSTATION_LIMIT)
        person = self._prove(login, password, workstation)
        with self.database.read() as connection:
            actor = read_actor(connection, person.id, new_token(), workstation)
            needs = needs_second_factor(connection, person.id)
        renewed = self._renewed(person, password, needs=needs)
        settings = self.context.settings()

        def work(write: Write) -> int:
            fresh = locked_row(write, person.id)
            refuse_waiting(fresh["locked_until"], write.now, policy=settings.password_policy)
            if fresh["password_hash"] != person.password_hash:
                raise Invalid("password", WRONG_LOG_IN)
            _refuse_inactive(fresh)
            second = prove_second_factor(write, fresh, code)
            changes = {"failures": 0, "locked_until": None, "last_login_at": write.now}
            write_state(write, fresh, changes | renewed | second, "log_in")
            enrol = needs and fresh["totp_secret"] is None
            most = settings.max_sessions_per_user
            return self._sessions.begin(write, actor, most, enrol_first=enrol)

        try:
            session_id = self.database.write(self.stamp(actor, "log_in", None), work)
        except WrongSecondCode:
            self._note_failure(login, person, workstation)
            raise
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

    @permitted("system.maintain")
    def show_life(self, actor: Actor) -> None:
        """Note that this program's log-ins are still at work, every ``SIGN_SECONDS``."""
        ids = self._sessions.own_ids()
        if ids:
            self.database.write(
                self.stamp(actor, "alive", None), lambda write: self._sessions.show_life(write, ids)
            )

    @permitted("system.maintain")
    def end_given_up(self, actor: Actor) -> int:
        """End log-ins of programs that showed no life for long, as of their last; how many."""
        return self.database.write(self.stamp(actor, "log_out", None), self._sessions.end_given_up)

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
            self._check_new(person, new, "new"),
            keep=actor.token,
        )
        return self.gate.settle(actor.token) or actor

    @open_to_all
    def redeem_code(self, login: str, code: str, new_password: str) -> None:
        """Set a password with a one-time code (from an administrator or the recovery sheet).

        Log-ins of this user end. Raises Invalid with the field ``code`` or ``new_password``; a
        password that is refused does not use the code up.
        """
        policy = self._policy()
        # The lower of both lengths, so that it does not tell who has a second factor.
        check_shape(new_password, "new_password", least=policy.least_with_second)
        person = self._find(login)
        now = self.context.now()
        self._refuse_waiting(login, person, "code")
        recovery_id = self._code_of(person, code_digest(code), now)
        if person is None or recovery_id is None:
            self._note_failure(login, person, "")
            raise Invalid("code", WRONG_CODE)
        self._check_new(person, new_password, "new_password")
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
    def _renewed(self, person: sa.Row[Any], password: str, *, needs: bool) -> dict[str, Any]:
        """Return what a right password itself makes due: a stronger hash, a longer password.

        A password that was long enough only beside a second factor does not stand alone. Where a
        role asks for the factor, nothing but setting it up is possible anyway.
        """
        changes: dict[str, Any] = {}
        if self._authenticator.is_outdated(person.password_hash):
            changes["password_hash"] = self._authenticator.prepare(password)
        alone = person.totp_secret is None and not needs
        if alone and len(normal(password)) < self._policy().least:
            changes["must_change"] = True
        return changes

    def _check_new(self, person: sa.Row[Any], password: str, field: str) -> str:
        least = self._policy().shortest(second_factor=person.totp_secret is not None)
        return check_new_password(password, self._words(person), field, least=least)

    def _words(self, person: sa.Row[Any]) -> tuple[str, ...]:
        return context_words(
            person.login, person.display_name, person.email, self.context.settings().hospital_name
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
            fresh = locked_row(write, person.id)
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


def _refuse_inactive(row: sa.RowMapping) -> None:
    if not row["active"] or row["retired_at"] is not None:
        raise Invalid("login", "This log-in is switched off. Ask an administrator to switch it on.")


def _use_up(write: Write, recovery_id: int) -> None:
    used = write.connection.scalar(
        sa.select(recovery_code.c.used_at).where(recovery_code.c.id == recovery_id)
    )
    if used is not None:
        raise Invalid("code", WRONG_CODE)
    write.update(recovery_code, recovery_id, {"used_at": write.now}, version=None)
