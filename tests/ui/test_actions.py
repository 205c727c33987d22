"""Commands: one list, no key twice, no key while locked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from hms_desktop.ui.actions import Command, CommandSet, DuplicateCommand, portable

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def scopes(qtbot: QtBot) -> tuple[CommandSet, CommandSet]:
    window, page = QWidget(), QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    layout.addWidget(page)
    inner = QVBoxLayout(page)
    inner.addWidget(QLineEdit())
    above = CommandSet(window, "Everywhere")
    below = CommandSet(page, "Front desk", above=above)
    return above, below


def test_a_key_is_refused_twice_in_one_scope(scopes: tuple[CommandSet, CommandSet]) -> None:
    above, _ = scopes
    above.add(Command("a", "A", lambda: None, "Ctrl+K"))
    with pytest.raises(DuplicateCommand, match="key of 'a'"):
        above.add(Command("b", "B", lambda: None, "ctrl+k"))
    with pytest.raises(DuplicateCommand, match="exists already"):
        above.add(Command("a", "Again", lambda: None))
    assert [one.id for one in above.commands()] == ["a"]


def test_a_key_is_refused_in_scopes_above_and_below(
    scopes: tuple[CommandSet, CommandSet], qtbot: QtBot
) -> None:
    above, below = scopes
    above.add(Command("search", "Search", lambda: None, "Ctrl+K"))
    below.add(Command("new", "New", lambda: None, "F2", also=("Ctrl+N",)))
    with pytest.raises(DuplicateCommand):
        below.add(Command("x", "X", lambda: None, "Ctrl+K"))
    with pytest.raises(DuplicateCommand):
        above.add(Command("y", "Y", lambda: None, "Ctrl+N"))
    other = QWidget()
    qtbot.addWidget(other)
    sibling = CommandSet(other, "Patients", above=above)
    sibling.add(Command("new", "New", lambda: None, "Ctrl+N"))
    assert sibling.taken("F2") is None


def test_a_disabled_command_does_not_run(scopes: tuple[CommandSet, CommandSet]) -> None:
    above, _ = scopes
    ran: list[str] = []
    allowed = [False]
    above.add(Command("a", "A", lambda: ran.append("a"), enabled=lambda: allowed[0]))
    assert above.run("a") is False
    allowed[0] = True
    assert above.run("a") is True
    assert ran == ["a"]


def test_keys_work_where_the_focus_is_and_not_while_locked(
    qtbot: QtBot, scopes: tuple[CommandSet, CommandSet]
) -> None:
    above, below = scopes
    ran: list[str] = []
    above.add(Command("search", "Search", lambda: ran.append("search"), "Ctrl+K"))
    below.add(Command("new", "New", lambda: ran.append("new"), "F2"))
    with qtbot.waitExposed(above.owner):
        above.owner.show()
    above.owner.activateWindow()
    edit = below.owner.findChild(QLineEdit)
    edit.setFocus()
    qtbot.waitUntil(edit.hasFocus)
    qtbot.keyClick(edit, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(edit, Qt.Key.Key_F2)
    assert ran == ["search", "new"]
    above.set_active(False)
    qtbot.keyClick(edit, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(edit, Qt.Key.Key_F2)
    assert ran == ["search", "new"]


def test_reachable_lists_the_inner_scope_first(scopes: tuple[CommandSet, CommandSet]) -> None:
    above, below = scopes
    above.add(Command("search", "Search", lambda: None))
    below.add(Command("new", "New & more", lambda: None))
    titles = [(title, [c.id for c in commands]) for title, commands in below.reachable()]
    assert titles == [("Front desk", ["new"]), ("Everywhere", ["search"])]
    assert below.action("new").text() == "New && more"
    below.remove("new")
    assert below.commands() == ()


def test_a_closed_page_frees_its_keys(qtbot: QtBot) -> None:
    window, page = QWidget(), QWidget()
    qtbot.addWidget(window)
    above = CommandSet(window, "Everywhere")
    CommandSet(page, "Page", above=above).add(Command("a", "A", lambda: None, "F5"))
    assert above.taken("F5") is not None
    page.deleteLater()
    qtbot.waitUntil(lambda: above.taken("F5") is None)
    above.add(Command("b", "B", lambda: None, "F5"))


def test_keys_are_spelt_in_one_way() -> None:
    assert portable("ctrl+shift+z") == portable("Shift+Ctrl+Z") == "Ctrl+Shift+Z"
