"""Bounds of the settings that say how the hospital guards its log-ins."""

from __future__ import annotations

from hms_desktop.domain.passwords import SHORTEST, SHORTEST_WITH_SECOND

MOST_LOCK_MINUTES = 240

BOUNDS: dict[str, tuple[int, int]] = {
    # What NIST 800-63B-4 asks for may be raised, never lowered.
    "password_least": (SHORTEST, 64),
    "password_least_with_second": (SHORTEST_WITH_SECOND, 64),
    "wait_free_tries": (0, 5),
    "wait_longest_seconds": (16, 300),
    "lock_after_failures": (5, 100),
    "lock_out_minutes": (6, 1440),
    "max_sessions_per_user": (1, 100),
    "auto_lock_minutes": (0, MOST_LOCK_MINUTES),
    "auto_lock_doctor_minutes": (0, MOST_LOCK_MINUTES),
}
