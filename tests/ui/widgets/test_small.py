"""Chips, avatars, tiles, segments, search and status bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QListWidget, QPushButton, QWidget

from hms_desktop.ui.buttons import button, icon_button, native_keys
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.avatar import Avatar, initials
from hms_desktop.ui.widgets.busy import BusyVeil
from hms_desktop.ui.widgets.chip import Badge, Chip, StatusChip
from hms_desktop.ui.widgets.empty import EmptyState
from hms_desktop.ui.widgets.search_box import SearchBox
from hms_desktop.ui.widgets.segmented import Segmented
from hms_desktop.ui.widgets.status_bar import StatusBar
from hms_desktop.ui.widgets.tile import Tile

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Kumar Swamy", "KS"),
        ("Anna", "A"),
        ("Dr Meera Rao", "MR"),
        ("Dr. S. Iyer", "SI"),
        ("Dr", "D"),
        ("  ", "?"),
        ("", "?"),
        ("O'Brien-Smith Jo", "OJ"),
        ("शीला देवी", "शद"),
        ("!!! ???", "?"),
        ("<b>", "?"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_photo_is_shown_and_rubbish_is_not(qtbot: QtBot) -> None:
    avatar = Avatar("Kumar Swamy", size=40)
    qtbot.addWidget(avatar)
    avatar.resize(avatar.sizeHint())
    letters = avatar.grab().toImage()
    photo = QPixmap(20, 30)
    photo.fill(Qt.GlobalColor.red)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    photo.save(buffer, "PNG")
    assert avatar.set_photo_bytes(buffer.data().data()) is True
    picture = avatar.grab().toImage()
    assert picture.pixelColor(picture.width() // 2, picture.height() // 2).red() == 255
    assert avatar.set_photo_bytes(b"no picture") is False
    assert avatar.grab().toImage() == letters
    assert avatar.accessibleName() == "Kumar Swamy"


def test_a_chip_can_be_removed_and_follows_the_theme(qtbot: QtBot) -> None:
    chip = Chip("I10 <b>x</b>", "accent", removable=True)
    qtbot.addWidget(chip)
    chip.show()
    with qtbot.waitSignal(chip.removed):
        chip._cross.click()  # type: ignore[union-attr]
    current_theme().apply("light")
    light = chip.grab().toImage()
    current_theme().apply("dark")
    assert chip.grab().toImage() != light
    current_theme().apply("light")
    assert chip.text == "I10 <b>x</b>"


def test_status_chips_say_their_word_even_when_small(qtbot: QtBot) -> None:
    chip = StatusChip("arrived", "Arrived", compact=True)
    qtbot.addWidget(chip)
    assert chip.accessibleName() == chip.toolTip() == "Arrived"
    chip.set_status("no_show", "No-show")
    assert chip.accessibleName() == "No-show"
    badge = Badge(0)
    qtbot.addWidget(badge)
    assert badge.isHidden()
    badge.set_count(3)
    assert badge.text() == "3"


def test_a_tile_opens_what_it_counts(qtbot: QtBot) -> None:
    tile = Tile("booked today")
    qtbot.addWidget(tile)
    tile.show()
    assert tile.value == "–"
    tile.set_value("86", tone="warn")
    assert tile.accessibleName() == "86 booked today"
    with qtbot.waitSignal(tile.clicked):
        qtbot.mouseClick(tile, Qt.MouseButton.LeftButton)
    quiet = Tile("free", active=False)
    qtbot.addWidget(quiet)
    assert quiet.focusPolicy() == Qt.FocusPolicy.NoFocus


def test_segments_are_walked_with_arrows(qtbot: QtBot) -> None:
    one = Segmented([("day", "&Day"), ("week", "Week")], name="View", value="week")
    qtbot.addWidget(one)
    one.show()
    told: list[str] = []
    one.changed.connect(told.append)
    assert one.value() == "week"
    qtbot.keyClick(one.focusProxy(), Qt.Key.Key_Right)
    assert one.value() == "day"
    one.set_value("week")
    assert told == ["day"]
    with pytest.raises(ValueError, match="month"):
        one.set_value("month")
    day, week = one.findChildren(QPushButton)
    day.setFocus()
    one.set_value("day")
    assert one.focusWidget() is day
    one.set_value("week")
    assert one.focusWidget() is week, "the ring goes with the choice"
    tabbed = [bool(button.focusPolicy() & Qt.FocusPolicy.TabFocus) for button in (day, week)]
    assert tabbed == [False, True], "Tab comes to the chosen one"


def test_a_query_comes_once_typing_pauses_and_before_enter(qtbot: QtBot) -> None:
    box = SearchBox("Find", shortcut="Ctrl+F")
    qtbot.addWidget(box)
    box.show()
    told: list[tuple[str, str]] = []
    box.query_changed.connect(lambda text: told.append(("query", text)))
    box.submitted.connect(lambda text: told.append(("enter", text)))
    qtbot.keyClicks(box.edit, "kum")
    assert told == []
    qtbot.waitUntil(lambda: told == [("query", "kum")])
    qtbot.keyClicks(box.edit, "ar")
    qtbot.keyClick(box.edit, Qt.Key.Key_Return)
    assert told[1:] == [("query", "kumar"), ("enter", "kumar")]
    box.clear()
    assert told[-1] == ("query", "")


def test_arrows_go_to_the_list_and_typing_stays(qtbot: QtBot) -> None:
    box, items = SearchBox("Find"), QListWidget()
    qtbot.addWidget(box)
    qtbot.addWidget(items)
    items.addItems(["a", "b", "c"])
    items.setCurrentRow(0)
    items.show()
    box.show()
    box.forward_keys_to(items)
    box.edit.setFocus()
    qtbot.keyClick(box.edit, Qt.Key.Key_Down)
    qtbot.keyClick(box.edit, Qt.Key.Key_Down)
    assert items.currentRow() == 2
    qtbot.keyClicks(box.edit, "x")
    assert box.text() == "x"
    box.set_text("", tell=False)


def test_status_parts_show_hide_and_double_ampersands(qtbot: QtBot) -> None:
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.show()
    bar.add_part("freshness")
    messages = bar.add_part("messages", active=True, right=True)
    bar.set_live("Live")
    assert bar.parts["freshness"].isVisible()
    bar.set_stale("Offline since 10:58 & counting", "The list may be older.")
    assert bar.parts["freshness"].text() == "Offline since 10:58 && counting"
    assert bar.parts["freshness"].accessibleName() == "Offline since 10:58 & counting"
    assert not messages.isVisible()
    bar.set_part("messages", "2 unsent", "warn")
    with qtbot.waitSignal(messages.clicked):
        qtbot.mouseClick(messages, Qt.MouseButton.LeftButton)


def test_a_quick_answer_never_flickers(qtbot: QtBot) -> None:
    target = QWidget()
    qtbot.addWidget(target)
    target.show()
    veil = BusyVeil(target, delay_ms=50)
    veil.set_busy(True)
    veil.set_busy(False)
    qtbot.wait(80)
    assert veil.isHidden()
    veil.set_busy(True)
    qtbot.waitUntil(lambda: not veil.isHidden())
    target.resize(333, 222)
    assert veil.size() == target.size()
    veil.set_busy(False)
    assert not veil.busy


def test_an_empty_state_offers_its_action(qtbot: QtBot) -> None:
    ran: list[int] = []
    state = EmptyState("Nobody waits.", action="Check in", run=lambda: ran.append(1))
    qtbot.addWidget(state)
    assert state.action_button is not None
    state.action_button.click()
    assert ran == [1]


def test_buttons_have_names_and_keys_are_spelt_for_people(qtbot: QtBot) -> None:
    one = button("", icon="search", tip="Find")
    other = icon_button("lock", "Lock", shortcut="Ctrl+L")
    for widget in (one, other):
        qtbot.addWidget(widget)
    assert one.accessibleName() == "Find"
    assert other.accessibleName() == "Lock"
    assert "Ctrl+L" in other.toolTip()
    assert native_keys("Ctrl+Return") == "Ctrl+Enter"
    assert native_keys("") == ""
