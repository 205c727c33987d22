"""Counts seconds down for somebody who has to wait."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

TICK_MS = 500
_MINUTE = 60
_HOUR = 3_600


class Countdown(QObject):
    """``changed`` carries what is left (0:42) when it changes, ``ended`` comes at zero."""

    changed = Signal(str)
    ended = Signal()

    def __init__(self, parent: QObject, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin at rest; ``clock`` gives seconds."""
        super().__init__(parent)
        self._clock = clock
        self._until = 0.0
        self._shown = ""
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)

    @property
    def is_running(self) -> bool:
        """Whether somebody still has to wait."""
        return self._timer.isActive()

    def start(self, seconds: int) -> None:
        """Count down from here."""
        self._until = self._clock() + seconds
        self._shown = ""
        self._timer.start()
        self.tick()

    def stop(self) -> None:
        """Forget it; nothing is told."""
        self._timer.stop()

    def tick(self) -> None:
        """Tell what is left."""
        left = math.ceil(self._until - self._clock())
        if left <= 0:
            self._timer.stop()
            self.ended.emit()
            return
        words = clock_words(left)
        if words != self._shown:
            self._shown = words
            self.changed.emit(words)


def clock_words(seconds: int) -> str:
    """Return seconds as 0:42, 59:12 or 1:00:00."""
    minutes, rest = divmod(seconds, _MINUTE)
    if seconds < _HOUR:
        return f"{minutes}:{rest:02}"
    return f"{seconds // _HOUR}:{minutes % _MINUTE:02}:{rest:02}"
