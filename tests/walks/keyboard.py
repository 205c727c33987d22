"""The whole program worked by keys alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from hms_desktop.app import Program
from hms_desktop.ui.sessions import Sessions
from tests.support.rest import come_to_rest

CONTROL = Qt.KeyboardModifier.ControlModifier
NO_KEYS = Qt.KeyboardModifier.NoModifier


class Keyboard:
    """Presses keys where the focus is; it has no mouse and calls nothing."""

    def __init__(self, program: Program, qtbot: QtBot) -> None:
        self.program, self.qtbot = program, qtbot

    @property
    def sessions(self) -> Sessions:
        assert self.program.sessions is not None
        return self.program.sessions

    def focused(self) -> QWidget:
        widget = QApplication.focusWidget()
        assert widget is not None, "nothing has the focus"
        return widget

    def type(self, text: str) -> None:
        self.qtbot.keyClicks(self.focused(), text)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NO_KEYS) -> None:
        self.qtbot.keyClick(self.focused(), key, modifier)

    def tab_to(self, target: QWidget) -> None:
        for _ in range(40):
            if target.hasFocus():
                return
            self.press(Qt.Key.Key_Tab)
        pytest.fail(f"Tab does not reach {target.accessibleName()!r}")

    def until(self, ready: Callable[[], object]) -> None:
        come_to_rest(lambda: self.program.runner.count, ready)

    def log_in(self, login: str, password: str) -> None:
        self.type(login)
        self.press(Qt.Key.Key_Tab)
        self.type(password)
        self.press(Qt.Key.Key_Return)
        self.until(lambda: self.sessions.bench is not None)

    def command(self, words: str) -> None:
        """Carry a command out by its name, as Ctrl+K does."""
        self.press(Qt.Key.Key_K, CONTROL)
        self.type(words)
        self.until(lambda: True)
        self.press(Qt.Key.Key_Return)


class StrayWindows(QObject):
    """Notes every window that is shown besides the program's own."""

    def __init__(self, keys: Keyboard) -> None:
        super().__init__()
        self.own, self.seen = keys.program.window, list[str]()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.Show
            and isinstance(watched, QWidget)
            and watched.isWindow()
            and watched is not self.own
        ):
            self.seen.append(f"{type(watched).__name__} {watched.accessibleName()}")
        return False
