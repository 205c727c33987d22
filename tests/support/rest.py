"""Waits until a window has come to rest, also on a machine that is busy with other things."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtWidgets import QApplication

IDLE_ROUNDS = 20
PATIENCE = 60.0
"""Seconds; a window that needs longer is held to be stuck."""


def come_to_rest(
    underway: Callable[[], object], ready: Callable[[], object] = lambda: True
) -> None:
    """Run the loop until it is ready and nothing was underway for some rounds.

    Rounds are counted, not seconds: on a busy machine a tenth of a second may hold a single one.
    """
    limit = time.monotonic() + PATIENCE
    idle = 0
    while idle < IDLE_ROUNDS:
        QApplication.processEvents()
        idle = 0 if not ready() or underway() else idle + 1
        assert time.monotonic() < limit, "the window did not come to rest"
        time.sleep(0.003)
