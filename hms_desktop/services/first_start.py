"""The first start of a hospital: settings, roles, visit types and the first administrator."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

import sqlalchemy as sa

from hms_desktop.db.tables.accounts import recovery_code, role, role_permission, user, user_role
from hms_desktop.db.tables.appointments import visit_type
from hms_desktop.db.tables.hospital import setting
from hms_desktop.db.writing import Stamp, Write
from hms_desktop.domain.accounts import DEMO_LOGINS, RECOVERY_CODES, FirstStart, FirstStarted
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.catalogue import FIRST_VISIT_TYPES
from hms_desktop.domain.errors import Conflict
from hms_desktop.domain.hospital import check_together
from hms_desktop.domain.passwords import context_words, show_code
from hms_desktop.domain.permissions import FIRST_ROLES
from hms_desktop.domain.settings import DEFAULTS
from hms_desktop.services.catalogue_rows import visit_type_columns
from hms_desktop.services.edited_rows import only_writer
from hms_desktop.services.gate import open_to_all
from hms_desktop.services.log_ins import LogInsService
from hms_desktop.services.passwords import check_new_password, code_digest, new_code

ADMIN_ROLE = "admin"


class FirstStartService(LogInsService):
    """Begins a hospital, once."""

    @open_to_all
    def first_start_needed(self) -> bool:
        """Say whether the database has no user yet."""
        with self.database.read() as connection:
            return connection.execute(sa.select(user.c.id).limit(1)).first() is None

    @open_to_all
    def first_start(self, wish: FirstStart, *, request_id: str | None = None) -> FirstStarted:
        """Begin a hospital, in one transaction; returns the codes for the recovery sheet.

        Raises Conflict (``first_start``) when any user exists, and Invalid.
        """
        wish = wish.check()
        check_together(DEFAULTS.with_values(wish.settings))
        words = context_words(wish.login, wish.display_name, wish.email, wish.hospital_name)
        stored = self._authenticator.prepare(check_new_password(wish.password, words))
        demo = [one for one in DEMO_LOGINS if wish.demo and one[0] != wish.login]
        hashes = {login: self._authenticator.prepare(password) for login, password, *_ in demo}
        actor = Actor("", None, wish.display_name, (ADMIN_ROLE,), frozenset(), wish.workstation)
        stamp = Stamp(actor, request_id or str(uuid.uuid4()), "first_start")

        def work(write: Write) -> FirstStarted:
            only_writer(write, user)
            if write.connection.execute(sa.select(user.c.id).limit(1)).first() is not None:
                raise Conflict(
                    "This hospital is set up already. Nothing was changed. Log in instead.",
                    kind="first_start",
                )
            _write_settings(write, wish)
            roles = _write_roles(write)
            _write_visit_types(write)
            admin = {"login": wish.login, "display_name": wish.display_name, "email": wish.email}
            user_id = write.insert(user, {**admin, "password_hash": stored})
            write.insert(user_role, {"user_id": user_id, "role_id": roles[ADMIN_ROLE]})
            for login, _, role_name, name in demo:
                row = {"login": login, "display_name": name, "password_hash": hashes[login]}
                demo_id = write.insert(user, row)
                write.insert(user_role, {"user_id": demo_id, "role_id": roles[role_name]})
            return FirstStarted(user_id, wish.login, write_recovery_codes(write, user_id))

        return self.database.write(stamp, work)


def write_recovery_codes(
    write: Write, user_id: int, *, purpose: str = "password", many: int = RECOVERY_CODES
) -> tuple[str, ...]:
    """Give a user new codes of one purpose; those not used yet end."""
    end_recovery_codes(write, user_id, purpose)
    codes = [new_code() for _ in range(many)]
    for code in codes:
        write.insert(
            recovery_code,
            {"user_id": user_id, "purpose": purpose, "code_hash": code_digest(code)},
        )
    return tuple(show_code(code) for code in codes)


def end_recovery_codes(write: Write, user_id: int, purpose: str) -> None:
    """End a user's codes of one purpose that were not used yet."""
    unused = write.connection.scalars(
        sa.select(recovery_code.c.id).where(
            recovery_code.c.user_id == user_id,
            recovery_code.c.purpose == purpose,
            recovery_code.c.used_at.is_(None),
        )
    ).all()
    for one in unused:
        write.update(recovery_code, one, {"used_at": write.now}, version=None)


def _write_settings(write: Write, wish: FirstStart) -> None:
    values = {
        **wish.settings,
        "hospital_name": wish.hospital_name,
        "zone": wish.zone,
        "demo": wish.demo,
    }
    for name, value in values.items():
        write.insert(setting, {"name": name, "value": value})


def _write_roles(write: Write) -> dict[str, int]:
    ids = {}
    for name, (description, permissions) in FIRST_ROLES.items():
        ids[name] = write.insert(role, {"name": name, "description": description})
        write_permissions(write, ids[name], sorted(permissions))
    return ids


def write_permissions(write: Write, role_id: int, permissions: Iterable[str]) -> None:
    """Give a role more permissions."""
    for permission in permissions:
        write.insert(role_permission, {"role_id": role_id, "permission": permission})


def _write_visit_types(write: Write) -> None:
    for one in FIRST_VISIT_TYPES:
        write.insert(visit_type, visit_type_columns(one.check()))
