"""Notices when nobody has touched the program for some minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from hms_desktop.settings import WorkstationSettings

if TYPE_CHECKING:
    # With every service behind it; the watch begins before they are needed.
    from hms_desktop.ui.pages.base import Desk

_TOUCHES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)
MINUTE_MS = 60_000


class IdleWatch(QObject):
    """``idle`` comes once, when the minutes have passed without a key, a move or a touch."""

    idle = Signal()

    def __init__(self, app: QApplication, minutes: int, parent: QObject | None = None) -> None:
        """Watch the whole program; 0 minutes never lock."""
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.idle)
        self._minutes = 0
        app.installEventFilter(self)
        self.set_minutes(minutes)

    def set_minutes(self, minutes: int) -> None:
        """Change the patience; counts anew."""
        self._minutes = minutes
        self._timer.stop()
        if minutes:
            self._timer.start(minutes * MINUTE_MS)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002 - Qt's signature
        """Begin to count again at each touch."""
        if self._minutes and event.type() in _TOUCHES:
            self._timer.start(self._minutes * MINUTE_MS)
        return False


def lock_minutes(workstation: WorkstationSettings, desk: Desk) -> int:
    """Return after how many idle minutes a workstation locks; 0 never.

    Its own setting counts, else the hospital's: doctors may have one of their own.
    """
    if workstation.auto_lock_minutes is not None:
        return workstation.auto_lock_minutes
    settings = desk.settings
    doctor = desk.actor.doctor_id is not None
    return settings.auto_lock_doctor_minutes if doctor else settings.auto_lock_minutes
