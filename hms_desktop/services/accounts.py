"""Everything about log-ins in one service, put together from its subjects."""

from __future__ import annotations

from hms_desktop.services.roles import RolesService


class AccountsService(RolesService):
    """First start, logging in and out, one's own profile, users and roles.

    The parts stand in ``log_ins``, ``first_start``, ``users`` and ``roles``, each on top of the one
    before.
    """
