"""Everything about log-ins in one service, put together from its subjects."""

from __future__ import annotations

from hms_desktop.services.user_care import UserCareService


class AccountsService(UserCareService):
    """First start, logging in and out, one's own profile, users and roles.

    The parts stand in ``proving``, ``log_ins``, ``first_start``, ``users``, ``roles``,
    ``second_factor`` and ``user_care``, each on top of the one before.
    """
