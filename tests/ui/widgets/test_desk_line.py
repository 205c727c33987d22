"""A line of typing beside the desk's work: whose key Ctrl+Z is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from hms_desktop.ui.widgets.desk_line import DeskLine

CONTROL = Qt.KeyboardModifier.ControlModifier
BOTH = CONTROL | Qt.KeyboardModifier.ShiftModifier


class Bench(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.line = DeskLine()
        QVBoxLayout(self).addWidget(self.line)
        for name, key in (("undo", "Ctrl+Z"), ("redo", "Ctrl+Shift+Z")):
            action = QAction(name, self)
            action.setShortcut(QKeySequence(key))
            action.triggered.connect(lambda _on=False, name=name: self.asked.append(name))
            self.addAction(action)


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    made = Bench()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.line.setFocus()
    return made


@pytest.mark.feature("APT-8")
def test_typing_is_taken_back_before_the_desks_work(bench: Bench) -> None:
    QTest.keyClicks(bench.line, "kumar")
    QTest.keyClick(bench.line, Qt.Key.Key_Z, CONTROL)
    assert (bench.line.text(), bench.asked) == ("", [])
    QTest.keyClick(bench.line, Qt.Key.Key_Z, CONTROL)
    assert bench.asked == ["undo"]


@pytest.mark.feature("APT-8")
def test_what_was_carried_out_is_taken_back_by_the_program(bench: Bench) -> None:
    QTest.keyClicks(bench.line, "kumar 3pm")
    bench.line.start_anew()
    QTest.keyClick(bench.line, Qt.Key.Key_Z, CONTROL)
    QTest.keyClick(bench.line, Qt.Key.Key_Z, BOTH)
    assert (bench.line.text(), bench.asked) == ("", ["undo", "redo"])
