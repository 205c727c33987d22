"""Ticks that were changed and not saved: kept apart from the roles, so that both may change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from hms_desktop.domain.accounts import RoleRow, SaveRole


class RoleDraft:
    """Which role should get or lose which permission, over whatever the roles are now."""

    def __init__(self) -> None:
        """Begin without changes."""
        self._wanted: dict[tuple[int, str], bool] = {}

    def holds(self, role: RoleRow, permission: str) -> bool:
        """Say whether a role has a permission once this is saved."""
        return self._wanted.get((role.id, permission), permission in role.permissions)

    def is_changed(self, role: RoleRow, permission: str) -> bool:
        """Say whether a tick differs from what is saved."""
        return self.holds(role, permission) != (permission in role.permissions)

    def toggle(self, role: RoleRow, permission: str) -> None:
        """Change a tick."""
        wanted = not self.holds(role, permission)
        if wanted == (permission in role.permissions):
            self._wanted.pop((role.id, permission), None)
        else:
            self._wanted[role.id, permission] = wanted

    def settle(self, roles: Iterable[RoleRow]) -> None:
        """Forget what is so by now, and what belongs to a role that is gone."""
        known = {one.id: one for one in roles}
        self._wanted = {
            (role_id, permission): wanted
            for (role_id, permission), wanted in self._wanted.items()
            if role_id in known and wanted != (permission in known[role_id].permissions)
        }

    def clear(self) -> None:
        """Forget everything."""
        self._wanted.clear()

    @property
    def count(self) -> int:
        """How many ticks differ."""
        return len(self._wanted)

    def wishes(self, roles: Iterable[RoleRow]) -> tuple[SaveRole, ...]:
        """Return what is to be saved, one wish a changed role."""
        changed = {role_id for role_id, _ in self._wanted}
        return tuple(
            replace(
                as_wish(role),
                permissions=frozenset(
                    permission
                    for permission in {*role.permissions, *self._names(role.id)}
                    if self.holds(role, permission)
                ),
            )
            for role in roles
            if role.id in changed
        )

    def _names(self, role_id: int) -> tuple[str, ...]:
        return tuple(permission for one, permission in self._wanted if one == role_id)

    def stored(self) -> dict[str, bool]:
        """Return the changes as a draft on the disk holds them."""
        return {f"{role_id} {name}": wanted for (role_id, name), wanted in self._wanted.items()}

    def load(self, stored: Mapping[str, object]) -> None:
        """Take the changes of a draft; what does not fit is left out."""
        for key, wanted in stored.items():
            role_id, _, permission = key.partition(" ")
            if role_id.isascii() and role_id.isdigit() and isinstance(wanted, bool):
                self._wanted[int(role_id), permission] = wanted


def as_wish(role: RoleRow) -> SaveRole:
    """Return the wish that leaves a role as it is."""
    return SaveRole(
        role.name,
        role.description,
        role.permissions,
        role.id,
        role.version,
        role.needs_second_factor,
    )
