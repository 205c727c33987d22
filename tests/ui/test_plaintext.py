"""What a person typed is shown as typed: in labels, boxes, tooltips and buttons."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton, QToolTip, QWidget

from hms_desktop.ui.plaintext import install_guard, menu_text, plain_label, tooltip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

PLAIN = Qt.TextFormat.PlainText
NAUGHTY = Path(__file__).parents[3] / "shared" / "data" / "blns" / "blns.json"
MARKUP = (
    "<b>Anna</b>",
    "<img src=/etc/passwd>",
    "<table>" * 60 + "x",
    "a < b & c > d",
    "<script>alert(1)</script>",
)


@pytest.fixture(autouse=True)
def guard(qapp: QApplication) -> Iterator[None]:
    one = install_guard(qapp)
    assert install_guard(qapp) is one
    yield
    qapp.removeEventFilter(one)
    one.setParent(None)
    one.deleteLater()


def strings() -> list[str]:
    if not NAUGHTY.exists():
        return list(MARKUP)
    return [*MARKUP, *json.loads(NAUGHTY.read_text(encoding="utf-8"))]


def test_the_list_of_naughty_strings_is_used() -> None:
    if not NAUGHTY.exists():
        pytest.skip("the list of naughty strings is not on this machine (../shared/data/blns)")
    assert len(strings()) > 400


@pytest.mark.parametrize("text", MARKUP)
def test_a_label_that_left_the_choice_to_qt_becomes_plain(qtbot: QtBot, text: str) -> None:
    label = QLabel(text)
    qtbot.addWidget(label)
    label.show()
    assert label.textFormat() == PLAIN
    assert label.text() == text


def test_a_label_inside_others_becomes_plain(qtbot: QtBot) -> None:
    outer = QWidget()
    qtbot.addWidget(outer)
    label = QLabel(MARKUP[0], outer)
    outer.show()
    assert label.textFormat() == PLAIN


def test_message_boxes_are_plain_in_text_and_information(qtbot: QtBot) -> None:
    box = QMessageBox()
    qtbot.addWidget(box)
    box.setText(MARKUP[0])
    box.setInformativeText(MARKUP[1])
    box.show()
    assert box.textFormat() == PLAIN
    assert all(label.textFormat() == PLAIN for label in box.findChildren(QLabel) if label.text())


def test_tooltips_are_plain(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    for text in MARKUP:
        QToolTip.showText(QPoint(5, 5), tooltip(text), widget)
        tips = [
            one
            for one in QApplication.topLevelWidgets()
            if one.metaObject().className() == "QTipLabel" and isinstance(one, QLabel)
        ]
        assert tips
        assert all(tip.textFormat() == PLAIN for tip in tips)
        QToolTip.hideText()
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


def test_every_naughty_string_is_shown_as_it_is(qtbot: QtBot) -> None:
    label = plain_label()
    button = QPushButton()
    qtbot.addWidget(label)
    qtbot.addWidget(button)
    for naughty in strings():
        text = naughty.removeprefix("\ufeff")  # Qt takes a leading one for a byte order mark
        label.setText(text)
        assert label.text() == text
        label.sizeHint()
        button.setText(menu_text(text))
        assert button.text().replace("&&", "&") == text
        assert "".join(tooltip(text).split()) == "".join(text.split())


def test_tooltips_are_wrapped() -> None:
    assert max(len(line) for line in tooltip("word " * 100).splitlines()) <= 72


def test_rows_of_a_list_filled_before_it_is_shown_do_not_overlap(
    qtbot: QtBot, qapp: QApplication
) -> None:
    from PySide6.QtWidgets import QListWidget, QSpinBox

    from hms_desktop.ui.theme import current_theme

    current_theme().apply("light")
    items, spin = QListWidget(), QSpinBox()
    for widget in (items, spin):
        qtbot.addWidget(widget)
    items.addItems(["a", "b"])
    items.setCurrentRow(1)
    items.show()
    spin.show()
    qtbot.waitUntil(
        lambda: (
            items.visualItemRect(items.item(1)).top() > items.visualItemRect(items.item(0)).bottom()
        )
    )
    assert spin.lineEdit().textMargins().left() == 10
