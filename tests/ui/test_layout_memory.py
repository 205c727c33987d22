"""Windows and splitters come back as they were left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSplitter, QWidget

from hms_desktop.ui.layout_memory import DictMemory, LayoutMemory

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def _splitter(qtbot: QtBot) -> QSplitter:
    one = QSplitter(Qt.Orientation.Horizontal)
    qtbot.addWidget(one)
    for name in ("a", "b", "c"):
        one.addWidget(QLabel(name))
    one.resize(900, 100)
    one.show()
    return one


def test_a_splitter_is_restored(qtbot: QtBot) -> None:
    memory = DictMemory()
    layout = LayoutMemory(memory)
    first = _splitter(qtbot)
    assert layout.splitter(first, "desk") is False
    first.setSizes([200, 500, 184])
    first.splitterMoved.emit(200, 1)
    layout.flush()
    assert list(memory.values) == ["splitter/desk"]
    second = _splitter(qtbot)
    assert layout.splitter(second, "desk") is True
    assert second.sizes() == first.sizes()
    layout.flush()


def test_a_window_is_restored(qtbot: QtBot) -> None:
    memory = DictMemory()
    layout = LayoutMemory(memory)
    first = QWidget()
    qtbot.addWidget(first)
    layout.window(first, "main")
    first.resize(640, 400)
    first.show()
    qtbot.waitUntil(lambda: "window/main" in memory.values)
    second = QWidget()
    qtbot.addWidget(second)
    assert layout.window(second, "main") is True
    assert second.size() == first.size()


def test_a_spoilt_memory_gives_the_usual_layout(qtbot: QtBot) -> None:
    memory = DictMemory()
    for value in ("%%%", 12, None, "AAAA"):
        memory.put("splitter/desk", value)
        layout = LayoutMemory(memory)
        assert layout.splitter(_splitter(qtbot), "desk") is False
