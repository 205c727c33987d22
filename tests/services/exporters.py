"""People who export: log-ins with rights of their own, as the database knows them."""

from __future__ import annotations

import secrets

import sqlalchemy as sa

from hms_desktop.db.tables.accounts import role, role_permission, user, user_role
from hms_desktop.db.tables.doctors import doctor
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.services.assembly import Services
from tests.support import seed


def log_in(
    services: Services,
    permissions: frozenset[str],
    *,
    doctor_id: int | None = None,
    workstation: str = "desk-1",
    email: str = "",
) -> Actor:
    """Write down a user with a role of its own, and admit it."""

    def work(write: Write) -> tuple[int, str]:
        user_id = seed.new_user(write)
        role_id = write.insert(role, {"name": f"role-{user_id}-{secrets.token_hex(3)}"})
        for one in permissions:
            write.insert(role_permission, {"role_id": role_id, "permission": one})
        write.insert(user_role, {"user_id": user_id, "role_id": role_id})
        write.update(user, user_id, {"email": email}, version=None)
        if doctor_id is not None:
            write.update(doctor, doctor_id, {"user_id": user_id}, version=None)
        query = sa.select(user.c.display_name).where(user.c.id == user_id)
        return user_id, str(write.connection.execute(query).scalar_one())

    user_id, name = services.context.database.write(seed.stamp(), work)
    return services.context.gate.admit(
        Actor(secrets.token_hex(8), user_id, name, ("test",), permissions, workstation, doctor_id)
    )
