"""The second step of a log-in: codes of an authenticator, and spare codes in its place."""

from __future__ import annotations

import hmac
from typing import Any

import pyotp
import sqlalchemy as sa

from hms_desktop.db.tables.accounts import recovery_code
from hms_desktop.db.writing import Write
from hms_desktop.domain.errors import CodeWanted, Invalid
from hms_desktop.domain.second_factor import DRIFT_STEPS, FIELD, plain_digits, step_of
from hms_desktop.services.passwords import code_digest

PURPOSE = "second_factor"
WRONG_SECOND = (
    "This code is wrong, was used before or has run out. Wait for the next code of your "
    "authenticator, or take a spare code."
)


class WrongSecondCode(Invalid):
    """A code of the second factor that opens nothing; it counts as a wrong try."""

    def __init__(self, field: str = FIELD) -> None:
        """Say the same whatever is wrong with the code."""
        super().__init__(field, WRONG_SECOND)


def matching_step(secret: str, typed: str, now_step: int) -> int | None:
    """Return the time step whose code was typed, None when it is none of those near now.

    All of them are compared whatever matches, so that the time tells nothing.
    """
    digits = plain_digits(typed)
    maker = pyotp.TOTP(secret)
    found = None
    for step in range(now_step - DRIFT_STEPS, now_step + DRIFT_STEPS + 1):
        if hmac.compare_digest(maker.generate_otp(step), digits):
            found = step
    return found


def prove_second_factor(write: Write, row: sa.RowMapping, typed: str) -> dict[str, Any]:
    """Return what a right code changes in a user's row: the step up to which codes are used.

    A spare code is used up. Nothing is asked of a user without a second factor. Raises
    CodeWanted without a code, WrongSecondCode for one that is wrong, late or used before.
    """
    secret = row["totp_secret"]
    if secret is None:
        return {}
    if not typed.strip():
        raise CodeWanted(FIELD, "Type the code that your authenticator shows now.")
    step = matching_step(secret, typed, step_of(write.now))
    # Looked for in any case: it takes the same time.
    spare = write.connection.scalar(
        sa.select(recovery_code.c.id).where(
            recovery_code.c.user_id == row["id"],
            recovery_code.c.purpose == PURPOSE,
            recovery_code.c.code_hash == code_digest(typed),
            recovery_code.c.used_at.is_(None),
        )
    )
    used_up = row["totp_step"]
    if step is not None and (used_up is None or step > used_up):
        return {"totp_step": step}
    if spare is None:
        raise WrongSecondCode
    write.update(recovery_code, spare, {"used_at": write.now}, version=None)
    return {}
