"""Remembers windows, splitters and columns per person and workstation."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QSplitter, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable


class Memory(Protocol):
    """Where small values are kept; the composition root binds it to a person and a desk.

    Values are what JSON can hold. Both calls are quick and never raise.
    """

    def get(self, key: str, default: Any) -> Any:  # noqa: ANN401 - any JSON value
        """Return what was put, or the default."""

    def put(self, key: str, value: Any) -> None:  # noqa: ANN401
        """Keep a value."""


class DictMemory:
    """A memory for as long as the program runs (before log-in, in tests)."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.values: dict[str, Any] = {}

    def get(self, key: str, default: Any) -> Any:  # noqa: ANN401
        """Return what was put, or the default."""
        return self.values.get(key, default)

    def put(self, key: str, value: Any) -> None:  # noqa: ANN401
        """Keep a value."""
        self.values[key] = value


def _pack(state: QByteArray) -> str:
    return base64.b64encode(state.data()).decode("ascii")


def _unpack(value: object) -> QByteArray | None:
    if not isinstance(value, str) or not value:
        return None
    try:
        return QByteArray(base64.b64decode(value, validate=True))
    except (binascii.Error, ValueError):
        return None  # written by something else: the usual layout


class LayoutMemory(QObject):
    """Restores a widget's state at once and keeps every later change."""

    def __init__(self, memory: Memory, parent: QObject | None = None) -> None:
        """Keep states in ``memory``; those of one widget are written a moment after the last."""
        super().__init__(parent)
        self.memory = memory
        self._save: dict[int, Callable[[], None]] = {}
        self._due: set[int] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(400)
        self._timer.timeout.connect(self.flush)

    def window(self, window: QWidget, key: str) -> bool:
        """Restore a window's place and size and follow it; False when nothing was kept."""
        state = _unpack(self.memory.get(f"window/{key}", None))
        restored = state is not None and window.restoreGeometry(state)
        self._save[id(window)] = lambda: self.memory.put(
            f"window/{key}", _pack(window.saveGeometry())
        )
        window.installEventFilter(self)
        number = id(window)
        window.destroyed.connect(lambda _=None: self._forget(number))
        return restored

    def splitter(self, splitter: QSplitter, key: str) -> bool:
        """Restore a splitter's sizes and follow it; False when nothing was kept."""
        state = _unpack(self.memory.get(f"splitter/{key}", None))
        restored = state is not None and splitter.restoreState(state)
        self._save[id(splitter)] = lambda: self.memory.put(
            f"splitter/{key}", _pack(splitter.saveState())
        )
        number = id(splitter)
        splitter.splitterMoved.connect(lambda *_: self._changed(number))
        splitter.destroyed.connect(lambda _=None: self._forget(number))
        return restored

    def flush(self) -> None:
        """Keep what changed, now (before the program ends)."""
        self._timer.stop()
        due, self._due = self._due, set()
        for number in due:
            save = self._save.get(number)
            if save is not None:
                save()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice a window being moved or resized."""
        if event.type() in (
            QEvent.Type.Resize,
            QEvent.Type.Move,
            QEvent.Type.WindowStateChange,
        ):
            minimised = isinstance(watched, QWidget) and bool(
                watched.windowState() & Qt.WindowState.WindowMinimized
            )
            if not minimised:
                self._changed(id(watched))
        return False

    def _changed(self, number: int) -> None:
        if number in self._save:
            self._due.add(number)
            self._timer.start()

    def _forget(self, number: int) -> None:
        self._save.pop(number, None)
        self._due.discard(number)
