"""The second factor: set up by its owner, taken away by its owner or another administrator."""

from __future__ import annotations

import threading

import pyotp
from cachetools import LRUCache

from hms_desktop.db import faults
from hms_desktop.db.tables.accounts import user
from hms_desktop.db.writing import Write
from hms_desktop.domain.accounts import UserRow
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Conflict, Invalid
from hms_desktop.domain.second_factor import (
    FIELD,
    SPARE_CODES,
    SecondFactorOffer,
    show_key,
    step_of,
)
from hms_desktop.services.context import Context
from hms_desktop.services.first_start import end_recovery_codes, write_recovery_codes
from hms_desktop.services.gate import permitted
from hms_desktop.services.passwords import Authenticator
from hms_desktop.services.proving import locked_row, write_state
from hms_desktop.services.roles import RolesService
from hms_desktop.services.second_step import (
    PURPOSE,
    WrongSecondCode,
    matching_step,
    prove_second_factor,
)
from hms_desktop.services.user_rows import needs_second_factor, read_user

_OFFERS = 200
NONE = {"totp_secret": None, "totp_step": None, "totp_since": None}


class SecondFactorsService(RolesService):
    """Codes of an authenticator besides the password."""

    def __init__(self, context: Context, *, authenticator: Authenticator | None = None) -> None:
        """Begin without open offers."""
        super().__init__(context, authenticator=authenticator)
        # Keys that were shown and not confirmed yet, by log-in: they leave this program only once
        # a code proves that an authenticator has them.
        self._offers: LRUCache[str, str] = LRUCache(_OFFERS)
        self._offers_turn = threading.Lock()

    @permitted("session.own")
    def offer_second_factor(self, actor: Actor, password: str = "") -> SecondFactorOffer:
        """Return a new key to be scanned or typed; nothing is saved before a code confirms it.

        The password is asked for, except right after a log-in that must begin with this. Raises
        Invalid (``password``).
        """
        known = self.gate.settle(actor.token)
        if known is None or known.owes != "second_factor":
            self._prove(self._own_login(actor), password, actor.workstation)
        secret = pyotp.random_base32()
        with self._offers_turn:
            self._offers[actor.token] = secret
        name = self.context.settings().hospital_name
        uri = pyotp.TOTP(secret).provisioning_uri(name=self._own_login(actor), issuer_name=name)
        return SecondFactorOffer(uri, show_key(secret))

    @permitted("session.own")
    def confirm_second_factor(
        self, actor: Actor, code: str, *, request_id: str | None = None
    ) -> tuple[str, ...]:
        """Put the offered key into use once a code of it is right; returns the spare codes.

        A key of before and its spare codes end. Raises Invalid (``second_code``), and Conflict
        for a request sent twice: its spare codes were never kept.
        """
        with self._offers_turn:
            secret = self._offers.get(actor.token)
        if secret is None:
            raise Invalid(FIELD, "There is no key to confirm. Nothing was saved. Begin anew.")
        stamp = self.stamp(actor, "second_factor_on", request_id)

        def work(write: Write) -> tuple[str, ...]:
            step = matching_step(secret, code, step_of(write.now))
            if step is None:
                raise Invalid(
                    FIELD,
                    "This code does not fit the key. Nothing was saved. Type the code that the "
                    "authenticator shows now; its clock must be right to half a minute.",
                )
            fresh = locked_row(write, actor.user_id or 0)
            changes = {"totp_secret": secret, "totp_step": step, "totp_since": write.now}
            write_state(write, fresh, changes)
            return write_recovery_codes(write, fresh["id"], purpose=PURPOSE, many=SPARE_CODES)

        try:
            codes = self.database.write(stamp, work)
        except faults.Duplicate:
            raise _shown_once() from None
        with self._offers_turn:
            self._offers.pop(actor.token, None)
        return codes

    @permitted("session.own")
    def new_spare_codes(
        self, actor: Actor, password: str, *, request_id: str | None = None
    ) -> tuple[str, ...]:
        """Return new spare codes; the old ones end. Raises Invalid (``password``), Conflict."""
        person = self._prove(self._own_login(actor), password, actor.workstation)
        if person.totp_secret is None:
            raise Invalid("password", "There is no second factor. Set one up first.")
        stamp = self.stamp(actor, "spare_codes", request_id)
        try:
            return self.database.write(
                stamp,
                lambda write: write_recovery_codes(
                    write, person.id, purpose=PURPOSE, many=SPARE_CODES
                ),
            )
        except faults.Duplicate:
            raise _shown_once() from None

    @permitted("session.own")
    def remove_second_factor(
        self, actor: Actor, password: str, code: str, *, request_id: str | None = None
    ) -> None:
        """Take one's own second factor away, proved by password and code.

        Refused (Conflict ``role``) while a role asks for it. Raises Invalid (``password``,
        ``second_code``); wrong codes count as wrong tries.
        """
        login = self._own_login(actor)
        person = self._prove(login, password, actor.workstation)
        stamp = self.stamp(actor, "second_factor_off", request_id)

        def work(write: Write) -> None:
            fresh = locked_row(write, person.id)
            if needs_second_factor(write.connection, person.id):
                raise Conflict(
                    "Your role asks for a second factor. Nothing was changed. To move it to "
                    "another phone, set it up anew.",
                    kind="role",
                )
            prove_second_factor(write, fresh, code)
            write_state(write, fresh, NONE)
            end_recovery_codes(write, person.id, PURPOSE)

        try:
            self.database.write(stamp, work, lambda _connection: None)
        except WrongSecondCode:
            self._note_failure(login, person, actor.workstation)
            raise

    @permitted("users.manage")
    def reset_second_factor(
        self, actor: Actor, user_id: int, *, request_id: str | None = None
    ) -> UserRow:
        """Take somebody else's lost second factor away; their log-ins end everywhere.

        Never one's own: whoever sits at an unlocked workstation could. Raises Invalid, NotAllowed.
        """
        if user_id == actor.user_id:
            raise Invalid(
                "user_id",
                "Your own second factor is not reset here. Ask another administrator, or use a "
                "spare code.",
            )

        def work(write: Write) -> UserRow:
            self._refuse_mightier(actor, write.connection, user_id)
            write.update(user, user_id, NONE, version=None)
            end_recovery_codes(write, user_id, PURPOSE)
            self._sessions.end_all(write, user_id, "second_factor")
            return read_user(write.connection, user_id, write.now)

        return self._write_user(self.stamp(actor, "reset_second_factor", request_id), work)


def _shown_once() -> Conflict:
    return Conflict(
        "These spare codes were made already and cannot be shown twice. Make new ones in "
        "your profile.",
        kind="request",
    )
