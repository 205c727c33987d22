"""From the bus to the screen: announcements arrive on the GUI thread, a burst as one."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from hms_desktop.bus import Announcement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hms_desktop.bus import Bus

#: How long further announcements are gathered after the first (milliseconds).
GATHER_MS = 40


def merge(announcements: Sequence[Announcement]) -> Announcement:
    """Return one announcement that says all of these; each change once, in order.

    ``origin`` and ``request_id`` survive only where all agree; ``local`` only if all are.
    """
    if len(announcements) == 1:
        return announcements[0]
    changes = dict.fromkeys(change for one in announcements for change in one.changes)
    origins = {one.origin for one in announcements}
    requests = {one.request_id for one in announcements}
    return Announcement(
        changes=tuple(changes),
        everything=any(one.everything for one in announcements),
        origin=origins.pop() if len(origins) == 1 else "",
        local=bool(announcements) and all(one.local for one in announcements),
        request_id=requests.pop() if len(requests) == 1 else "",
    )


class Bridge(QObject):
    """Re-emits what the bus announces, on the GUI thread, at most once in 40 ms."""

    changed = Signal(object)  # Announcement
    _arrived = Signal()

    def __init__(
        self, bus: Bus, parent: QObject | None = None, *, gather_ms: int = GATHER_MS
    ) -> None:
        """Subscribe; ``gather_ms`` is how long a burst is gathered."""
        super().__init__(parent)
        self._lock = threading.Lock()
        self._waiting: list[Announcement] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(gather_ms)
        self._timer.timeout.connect(self._emit_all)
        self._arrived.connect(self._start, Qt.ConnectionType.QueuedConnection)
        self._closed = False
        self._leave = bus.subscribe(self._hear)

    def close(self) -> None:
        """Leave the bus; what was not shown yet is dropped."""
        self._closed = True
        self._leave()
        self._timer.stop()
        with self._lock:
            self._waiting.clear()

    def _hear(self, announcement: Announcement) -> None:
        # Any thread: no widget, no timer is touched here.
        with self._lock:
            self._waiting.append(announcement)
            first = len(self._waiting) == 1
        if first and shiboken6.isValid(self):
            self._arrived.emit()

    @Slot()
    def _start(self) -> None:
        # Not restarted by later arrivals: a steady stream must not put the reload off for ever.
        if not self._closed and not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _emit_all(self) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, []
        if waiting:
            self.changed.emit(merge(waiting))
