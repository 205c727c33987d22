"""Icons exist, follow the theme, and statuses differ without colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QPushButton

from hms_desktop.ui.icons import NAMES, bind_icon, icon, status_pixmap
from hms_desktop.ui.palette import LIGHT
from hms_desktop.ui.theme import current_theme

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_every_name_is_a_picture(qtbot: QtBot) -> None:
    current_theme().apply("light")
    for name in NAMES:
        picture = icon(name).pixmap(QSize(16, 16)).toImage()
        inked = any(
            picture.pixelColor(x, y).alpha() > 0
            for x in range(picture.width())
            for y in range(picture.height())
        )
        assert inked, name
    with pytest.raises(KeyError, match="no-such-icon"):
        icon("no-such-icon")


def test_icons_are_made_once(qtbot: QtBot) -> None:
    assert icon("search") is icon("search")


def test_a_bound_icon_follows_the_theme_and_lets_go(qtbot: QtBot) -> None:
    theme = current_theme()
    theme.apply("light")
    button = QPushButton()
    bind_icon(button, "search")
    before = button.icon().pixmap(QSize(32, 32)).toImage()
    theme.apply("dark")
    assert button.icon().pixmap(QSize(32, 32)).toImage() != before
    button.deleteLater()
    qtbot.wait(1)
    theme.apply("light")


def test_statuses_differ_without_colour(qtbot: QtBot) -> None:
    black = QColor("black")
    marks = [
        status_pixmap(name, black, 24).toImage()
        for name in LIGHT.status
        if name != "entered_in_error"
    ]
    assert all(one != other for n, one in enumerate(marks) for other in marks[n + 1 :])
