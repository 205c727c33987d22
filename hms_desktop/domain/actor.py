"""Who does something: passed first to every public service call."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A logged-in person or a system task.

    The services do not trust ``permissions`` here: they look the session's token up. The copy
    is for screens, which hide what the service would refuse anyway. ``owes`` names what this
    person has to do before anything else: set up a ``second_factor``, change the ``password``.
    """

    token: str
    user_id: int | None
    name: str
    roles: tuple[str, ...]
    permissions: frozenset[str]
    workstation: str
    doctor_id: int | None = None
    patient_id: int | None = None
    owes: str = ""

    def may(self, permission: str) -> bool:
        """Say whether a screen should offer what needs this permission."""
        return permission in self.permissions
