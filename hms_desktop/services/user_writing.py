"""Making log-ins and one-time codes inside a transaction that may do more."""

from __future__ import annotations

from collections.abc import Iterable

from hms_desktop.db.tables.accounts import user, user_role
from hms_desktop.db.writing import Write
from hms_desktop.domain.accounts import POWERS, CreateUser, ResetCode, RoleRow
from hms_desktop.domain.errors import NotAllowed
from hms_desktop.domain.passwords import CODE_LIFE, show_code
from hms_desktop.services.passwords import code_digest, new_code
from hms_desktop.services.user_rows import read_user


def insert_user(write: Write, wish: CreateUser, roles: Iterable[RoleRow]) -> int:
    """Write a checked wish for a log-in, without a password; returns its id."""
    values = {
        "login": wish.login,
        "display_name": wish.display_name,
        "email": wish.email,
        "phone": wish.phone,
        "patient_id": wish.patient_id,
    }
    new_id = write.insert(user, values)
    for one in roles:
        write.insert(user_role, {"user_id": new_id, "role_id": one.id})
    return new_id


def write_code(write: Write, user_id: int) -> ResetCode:
    """Give a log-in a new one-time code and return it: it is kept nowhere else."""
    code = new_code()
    expires = write.now + CODE_LIFE
    values = {
        "reset_code_hash": code_digest(code),
        "reset_expires_at": expires,
        "failures": 0,
        "locked_until": None,
    }
    write.update(user, user_id, values, version=None)
    return ResetCode(
        user_id, read_user(write.connection, user_id, write.now).login, show_code(code), expires
    )


def refuse_powers(roles: Iterable[RoleRow], *, may_hand_out: bool) -> None:
    """Raise NotAllowed for a role that administers, unless the person may hand such out."""
    # Whoever may only keep log-ins must not be able to make themselves administrator.
    if not may_hand_out and any(POWERS & one.permissions for one in roles):
        raise NotAllowed("roles.manage")
