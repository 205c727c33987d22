"""Toasts, side panel, Ctrl+K, F1 sheet and the lock screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QLineEdit, QPushButton, QVBoxLayout, QWidget

from hms_desktop.ui.actions import Command, CommandSet
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.lock_screen import LockScreen
from hms_desktop.ui.widgets.palette_box import Deliver, Entry, PaletteBox, command_provider
from hms_desktop.ui.widgets.shortcut_sheet import ShortcutSheet
from hms_desktop.ui.widgets.side_panel import SidePanel
from hms_desktop.ui.widgets.toast import ToastStack

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


class Window(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.content = QWidget(self)
        self.edit = QLineEdit(self.content)
        inner = QVBoxLayout(self.content)
        inner.addWidget(self.edit)
        inner.addWidget(plain_label("Anna Schmidt, penicillin"))
        layout = QVBoxLayout(self)
        layout.addWidget(self.content)
        self.resize(900, 600)


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    one = Window()
    qtbot.addWidget(one)
    with qtbot.waitExposed(one):
        one.show()
    one.activateWindow()
    one.edit.setFocus()
    qtbot.waitUntil(one.edit.hasFocus)
    return one


# ------------------------------------------------------------------------------------ toasts
def test_undo_is_called_once_and_the_note_goes(qtbot: QtBot, window: Window) -> None:
    stack = ToastStack(window)
    undone: list[int] = []
    toast = stack.show_toast("Moved <b>Anna</b>", undo=lambda: undone.append(1))
    assert toast.isVisible()
    assert toast.undo_button is not None
    assert "Ctrl+Z" in toast.undo_button.text()
    qtbot.mouseClick(toast.undo_button, Qt.MouseButton.LeftButton)
    assert undone == [1]
    assert stack.toasts == ()
    assert window.edit.hasFocus()


def test_a_note_goes_by_itself_but_not_under_the_pointer(qtbot: QtBot, window: Window) -> None:
    from PySide6.QtCore import QEvent, QPointF
    from PySide6.QtGui import QEnterEvent
    from PySide6.QtWidgets import QApplication

    stack = ToastStack(window)
    toast = stack.show_toast("Saved", seconds=0.05)
    point = QPointF(1, 1)
    QApplication.sendEvent(toast, QEnterEvent(point, point, point))
    qtbot.wait(120)
    assert stack.toasts == (toast,)
    QApplication.sendEvent(toast, QEvent(QEvent.Type.Leave))
    qtbot.waitUntil(lambda: stack.toasts == ())


def test_at_most_three_notes_and_only_the_newest_offers_undo(qtbot: QtBot, window: Window) -> None:
    stack = ToastStack(window)
    for number in range(5):
        stack.show_toast(f"Note {number}", undo=lambda: None)
    assert [one.text for one in stack.toasts] == ["Note 2", "Note 3", "Note 4"]
    offers = [one.undo_button.isVisible() for one in stack.toasts if one.undo_button]
    assert offers == [False, False, True]
    tops = [one.y() for one in stack.toasts]
    assert tops == sorted(tops)
    stack.clear()
    assert stack.toasts == ()


# -------------------------------------------------------------------------------- side panel
def test_the_panel_takes_the_cursor_and_gives_it_back(qtbot: QtBot, window: Window) -> None:
    panel = SidePanel(window, title="New patient")
    name = QLineEdit()
    panel.set_body(name)
    panel.set_footer([QPushButton("Save")])
    panel.open_panel()
    qtbot.waitUntil(name.hasFocus)
    name.setText("kumar")
    qtbot.keyClick(name, Qt.Key.Key_Escape)
    assert not panel.is_open
    assert window.edit.hasFocus()
    assert name.text() == "kumar"
    panel.open_panel()
    assert panel.isVisible()
    assert window.edit.isEnabled()


def test_the_panel_follows_the_window_and_is_never_wider(qtbot: QtBot, window: Window) -> None:
    panel = SidePanel(window, width=420)
    panel.open_panel()
    qtbot.waitUntil(lambda: panel.geometry().right() == window.rect().right())
    window.resize(300, 500)
    assert panel.width() == 300
    assert panel.height() == 500


# ------------------------------------------------------------------------------------ Ctrl+K
def test_late_answers_to_older_text_are_dropped(qtbot: QtBot, window: Window) -> None:
    box = PaletteBox(window)
    waiting: dict[str, Deliver] = {}
    box.add_provider(waiting.__setitem__)
    box.open_box()
    qtbot.keyClicks(box.box.edit, "ku")
    qtbot.waitUntil(lambda: "ku" in waiting)
    waiting[""]([Entry("old", lambda: None)])
    assert box.entries() == ()
    waiting["ku"]([Entry("Kumar", lambda: None)])
    assert [one.text for one in box.entries()] == ["Kumar"]


def test_arrows_choose_and_enter_runs(qtbot: QtBot, window: Window) -> None:
    ran: list[str] = []
    box = PaletteBox(window)
    box.add_provider(
        lambda _text, deliver: deliver(
            [
                Entry("A", lambda: ran.append("A"), group="Patients"),
                Entry("B", lambda: ran.append("B"), group="Commands"),
            ]
        )
    )
    box.open_box()
    qtbot.keyClick(box.box.edit, Qt.Key.Key_Down)
    qtbot.keyClick(box.box.edit, Qt.Key.Key_Return)
    assert ran == ["B"]
    assert not box.is_open
    assert window.edit.hasFocus()


def test_commands_are_found_by_their_words(qtbot: QtBot, window: Window) -> None:
    ran: list[str] = []
    commands = CommandSet(window, "Everywhere")
    commands.add_all(
        [
            Command("new", "New patient", lambda: ran.append("new"), "Ctrl+N"),
            Command("off", "New visit", lambda: None, enabled=lambda: False),
            Command("lock", "Lock", lambda: None),
        ]
    )
    box = PaletteBox(window)
    box.add_provider(command_provider(lambda: commands, "Commands"))
    box.open_box("new")
    assert [one.text for one in box.entries()] == ["New patient"]
    qtbot.keyClick(box.box.edit, Qt.Key.Key_Return)
    assert ran == ["new"]


def test_escape_closes_the_box(qtbot: QtBot, window: Window) -> None:
    box = PaletteBox(window)
    box.open_box()
    qtbot.keyClick(box.box.edit, Qt.Key.Key_Escape)
    assert not box.is_open
    assert window.edit.hasFocus()


# ---------------------------------------------------------------------------------------- F1
def test_the_sheet_lists_what_has_keys(qtbot: QtBot, window: Window) -> None:
    commands = CommandSet(window, "Everywhere")
    commands.add(Command("new", "New patient", lambda: None, "Ctrl+N", group="Patients"))
    commands.add(Command("none", "No key", lambda: None))
    commands.add(Command("grid", "Walk", lambda: None, "Left", own_keys=True))
    sheet = ShortcutSheet(window)
    sheet.open_sheet(commands.reachable())
    assert sheet.shown == ("New patient", "Walk")
    qtbot.keyClick(sheet._close, Qt.Key.Key_Escape)
    assert not sheet.is_open


# -------------------------------------------------------------------------------------- lock
@pytest.mark.feature("ACC-9")
def test_the_lock_hides_everything_and_keeps_the_work(qtbot: QtBot, window: Window) -> None:
    window.edit.setText("half a word")
    dialog = QDialog(window)
    dialog.open()
    lock = LockScreen(window)
    asked: list[str] = []
    lock.unlock_requested.connect(asked.append)
    lock.lock("Sheela J.", [window.content])
    assert lock.is_locked
    assert not window.content.isVisible()
    assert not dialog.isVisible()
    qtbot.waitUntil(lock.password.hasFocus)
    qtbot.keyClicks(lock.password, "secret")
    qtbot.keyClick(lock.password, Qt.Key.Key_Return)
    assert asked == ["secret"]
    lock.refuse("That is not your password.")
    assert lock.is_locked
    assert lock.password.text() == ""
    lock.unlock()
    assert window.content.isVisible()
    assert window.edit.text() == "half a word"
    assert dialog.isVisible()
    dialog.close()


@pytest.mark.feature("ACC-9")
def test_the_picture_of_a_locked_window_shows_nothing_of_the_work(
    qtbot: QtBot, window: Window
) -> None:
    lock = LockScreen(window)
    lock.lock("Sheela J.", [window.content])
    with_text = window.grab().toImage()
    window.edit.setText("Anna Schmidt")
    for label in window.content.findChildren(QWidget):
        label.setStyleSheet("background: red")
    assert window.grab().toImage() == with_text
    lock.unlock()


@pytest.mark.feature("ACC-9")
def test_no_key_reaches_what_lies_behind_the_lock(qtbot: QtBot, window: Window) -> None:
    ran: list[int] = []
    action = QAction("New", window)
    action.setShortcut(QKeySequence("Ctrl+N"))
    action.triggered.connect(lambda: ran.append(1))
    window.addAction(action)
    qtbot.keyClick(window.edit, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert ran == [1]
    lock = LockScreen(window)
    lock.lock("Sheela J.", [window.content])
    qtbot.waitUntil(lock.password.hasFocus)
    qtbot.keyClick(lock.password, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(window.edit, "typed behind")
    assert ran == [1]
    assert window.edit.text() == ""
    switched: list[int] = []
    lock.switch_requested.connect(lambda: switched.append(1))
    qtbot.keyClick(lock.password, Qt.Key.Key_S, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: switched == [1])
    lock.unlock()
    qtbot.keyClick(window.edit, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert ran == [1, 1]


def test_an_empty_password_is_not_sent(qtbot: QtBot, window: Window) -> None:
    lock = LockScreen(window)
    asked: list[str] = []
    lock.unlock_requested.connect(asked.append)
    lock.lock("Sheela J.", [window.content])
    qtbot.mouseClick(lock.unlock_button, Qt.MouseButton.LeftButton)
    assert asked == []
    assert lock.password.property("invalid") is True
    lock.unlock()
