"""What a changed role means for the people who have it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from hms_desktop.domain.accounts import RoleRow, SaveRole, union


@dataclass(frozen=True, slots=True)
class RoleEffect:
    """Permissions that a role gains and loses, and how many people notice.

    ``gaining`` and ``losing`` count people whose rights grow or shrink, whatever their other roles;
    ``enrolling`` those who must set up a second factor at their next log-in.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    gaining: int
    losing: int
    enrolling: int


def effect_of(
    wish: SaveRole,
    roles: Iterable[RoleRow],
    held: Iterable[tuple[int, int]],
    without_second: Collection[int],
) -> RoleEffect:
    """Return what saving ``wish`` changes.

    ``held`` are (user, role) of the people who can log in, ``without_second`` those of them that
    have no second factor.
    """
    known = {one.id: one for one in roles}
    old = known.get(wish.role_id or 0)
    before = old.permissions if old is not None else frozenset()
    sets: dict[int, set[int]] = defaultdict(set)
    for user_id, role_id in held:
        sets[user_id].add(role_id)
    gaining = losing = enrolling = 0
    for user_id, mine in sets.items():
        if wish.role_id not in mine:
            continue
        others = [known[one] for one in mine if one != wish.role_id]
        rest = [one.permissions for one in others]
        was, will = union([*rest, before]), union([*rest, wish.permissions])
        gaining += bool(will - was)
        losing += bool(was - will)
        new_duty = wish.needs_second_factor and old is not None and not old.needs_second_factor
        asked = any(one.needs_second_factor for one in others)
        enrolling += new_duty and not asked and user_id in without_second
    return RoleEffect(
        added=tuple(sorted(wish.permissions - before)),
        removed=tuple(sorted(before - wish.permissions)),
        gaining=gaining,
        losing=losing,
        enrolling=enrolling,
    )
