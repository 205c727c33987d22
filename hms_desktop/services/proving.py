"""Whether somebody is who they say: passwords and codes judged, wrong tries counted."""

from __future__ import annotations

import hmac
import threading
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from cachetools import LRUCache

from hms_desktop.db.tables.accounts import recovery_code, user
from hms_desktop.db.writing import Stamp, Write, shown
from hms_desktop.domain.accounts import check_login, login_key
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.passwords import PasswordPolicy, refuse_waiting, wait_after
from hms_desktop.services.context import Context, Service
from hms_desktop.services.passwords import Argon2Authenticator, Authenticator, new_token
from hms_desktop.services.sessions import Sessions
from hms_desktop.services.user_rows import administrators

WRONG_LOG_IN = (
    "The log-in name or the password is wrong. Try again; after several wrong tries you have to "
    "wait."
)
FORGET_AFTER = timedelta(days=1)
"""Wrong passwords older than this no longer count."""
_STRANGERS = 1_000


class ProvingService(Service):
    """What all ways of proving who one is share; it has no public calls."""

    def __init__(self, context: Context, *, authenticator: Authenticator | None = None) -> None:
        """Keep how passwords are judged and the log-ins of this program."""
        super().__init__(context)
        self._authenticator = authenticator or Argon2Authenticator()
        self._sessions = Sessions(context)
        # Names that nobody has wait as well, or waiting would tell which names exist.
        self._strangers: LRUCache[str, tuple[int, datetime, datetime]] = LRUCache(_STRANGERS)
        self._strangers_turn = threading.Lock()

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
        self._refuse_waiting(login, person, field)
        right = self._authenticator.proves(
            person.password_hash if person is not None else None, password
        )
        if person is None or not right:
            self._note_failure(login, person, workstation)
            raise Invalid(field, WRONG_LOG_IN)
        return person

    def _refuse_waiting(self, login: str, person: sa.Row[Any] | None, field: str) -> None:
        now, policy = self.context.now(), self._policy()
        refuse_waiting(self._wait_of(login, person), now, field, policy=policy)

    def _policy(self) -> PasswordPolicy:
        return self.context.settings().password_policy

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
        policy = self._policy()

        def work(write: Write) -> None:
            if person is None:
                key = login_key(login)
                with self._strangers_turn:
                    failures, last, _ = self._strangers.get(key, (0, write.now, write.now))
                    failures = _counted(failures, last, write.now)
                    until = write.now + wait_after(failures, policy=policy)
                    self._strangers[key] = (failures, write.now, until)
                write.record(user.name, 0, after={"failures": failures})
                return
            fresh = locked_row(write, person.id)
            failures = _counted(fresh["failures"], fresh["last_failure_at"], write.now)
            others = administrators(write.connection, free_at=write.now) - {person.id}
            is_last = not others and person.id in administrators(write.connection)
            until = write.now + wait_after(failures, lock=not is_last, policy=policy)
            changes = {"failures": failures, "last_failure_at": write.now, "locked_until": until}
            write_state(write, fresh, changes, "log_in_failed")

        self.database.write(stamp, work)

    def _clear_failures(self, actor: Actor, person: sa.Row[Any]) -> None:
        if not person.failures:
            return
        self.database.write(
            self.stamp(actor, "unlock", None),
            lambda write: write_state(
                write, locked_row(write, person.id), {"failures": 0, "locked_until": None}
            ),
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
                    recovery_code.c.purpose == "password",
                    recovery_code.c.code_hash == typed,
                    recovery_code.c.used_at.is_(None),
                )
            )


def write_state(
    write: Write, row: sa.RowMapping, changes: dict[str, Any], action: str | None = None
) -> None:
    """Write what a log-in goes through by itself, audited but without a new version.

    An administrator who has the user's form open is not told of an edit that nobody made.
    """
    write.connection.execute(sa.update(user).where(user.c.id == row["id"]).values(changes))
    before = {name: row[name] for name in changes}
    write.record(user.name, row["id"], before=shown(before), after=shown(changes), action=action)


def locked_row(write: Write, user_id: int) -> sa.RowMapping:
    """Return a log-in as it is now, kept from other writers until this transaction ends."""
    query = sa.select(user).where(user.c.id == user_id)
    if write.connection.dialect.name == "postgresql":
        query = query.with_for_update()
    return write.connection.execute(query).mappings().one()


def _counted(failures: int, last: datetime | None, now: datetime) -> int:
    return 1 if last is not None and now - last > FORGET_AFTER else failures + 1
