"""Errors stand at their fields, with the cursor in them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from hms_desktop.domain.errors import Invalid
from hms_desktop.ui.widgets.date_edit import DateEdit, add_months
from hms_desktop.ui.widgets.field import Field, Form

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

TODAY = date(2026, 11, 23)


def dates() -> DateEdit:
    return DateEdit(date.fromisoformat, date.isoformat, lambda: TODAY, name="Born", week_start=6)


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    one = Form()
    qtbot.addWidget(one)
    one.add_row(
        ("given", Field("Given name", QLineEdit()), 1),
        ("family", Field("&Family name", QLineEdit(), required=True), 1),
    )
    one.add("phone", Field("Phone", QLineEdit(), hint="Several may share one"))
    one.add("birth", Field("Date of birth", dates()))
    one.add("sex", Field("Sex", QComboBox()))
    one.add("note", Field("Notes", QPlainTextEdit()))
    return one


def test_the_editor_is_named_and_reached_by_its_label(form: Form) -> None:
    field = form.field("family")
    assert field.input.accessibleName() == "Family name, required"
    assert field.label.buddy() is field.editor
    assert field.label.textFormat() == Qt.TextFormat.PlainText


def test_an_error_replaces_the_hint_until_the_text_is_changed(qtbot: QtBot, form: Form) -> None:
    field = form.field("phone")
    field.set_error("Too short.")
    assert field.input.property("invalid") is True
    assert field.input.accessibleDescription() == "Too short."
    assert field._note.text() == "Too short."
    form.show()
    qtbot.keyClicks(field.input, "9")
    assert field.error == ""
    assert field.input.property("invalid") is False
    assert field._note.text() == "Several may share one"


def test_a_refusal_goes_to_its_field_and_takes_the_cursor(qtbot: QtBot, form: Form) -> None:
    with qtbot.waitExposed(form):
        form.show()
    form.activateWindow()
    assert form.show_error(Invalid("birth", "{day} is no date.", day="31.2.")) is True
    assert form.field("birth").error == "31.2. is no date."
    assert form.first_error() is form.field("birth")
    qtbot.waitUntil(form.field("birth").input.hasFocus)
    form.clear_errors()
    assert form.first_error() is None


def test_a_refusal_of_no_field_stands_over_the_form(form: Form) -> None:
    assert form.show_error(Invalid("elsewhere", "That cannot be.")) is False
    assert form._message.text() == "That cannot be."
    assert not form._message.isHidden()


def test_the_field_with_the_error_is_scrolled_into_view(qtbot: QtBot) -> None:
    holder = QWidget()
    layout = QVBoxLayout(holder)
    form = Form()
    for number in range(30):
        form.add(f"f{number}", Field(f"Field {number}", QLineEdit()))
    layout.addWidget(form)
    area = QScrollArea()
    qtbot.addWidget(area)
    area.setWidgetResizable(True)
    area.setWidget(holder)
    area.resize(300, 200)
    area.show()
    form.show_error(Invalid("f29", "No."))
    assert area.verticalScrollBar().value() > 0


def test_a_name_is_refused_twice(form: Form) -> None:
    with pytest.raises(ValueError, match="phone"):
        form.add("phone", Field("Phone", QLineEdit()))


def test_a_typed_date_is_read_and_shown(qtbot: QtBot) -> None:
    one = dates()
    qtbot.addWidget(one)
    one.show()
    told: list[object] = []
    one.value_changed.connect(told.append)
    qtbot.keyClicks(one.edit, "2026-02-28")
    qtbot.keyClick(one.edit, Qt.Key.Key_Return)
    assert one.value() == date(2026, 2, 28)
    qtbot.keyClick(one.edit, Qt.Key.Key_Up)
    qtbot.keyClick(one.edit, Qt.Key.Key_PageUp)
    qtbot.keyClick(one.edit, Qt.Key.Key_Down)
    assert one.value() == date(2026, 3, 31)
    assert told == [date(2026, 2, 28), date(2026, 3, 1), date(2026, 4, 1), date(2026, 3, 31)]


def test_a_text_that_is_no_date_is_kept_and_refused(qtbot: QtBot) -> None:
    one = dates()
    qtbot.addWidget(one)
    refused: list[str] = []
    one.refused.connect(refused.append)
    one.edit.setText("31.02.")
    assert one.commit() is False
    assert one.text() == "31.02."
    assert one.value() is None
    assert one.edit.property("invalid") is True
    assert "2026-11-23" in refused[0]


def test_stepping_from_nothing_starts_today_and_stays_in_range(qtbot: QtBot) -> None:
    one = DateEdit(date.fromisoformat, date.isoformat, lambda: TODAY, highest=TODAY)
    qtbot.addWidget(one)
    one.step(1)
    assert one.value() == TODAY
    one.step(1)
    assert one.value() == TODAY
    one.set_value(None)
    assert one.text() == ""


def test_the_calendar_chooses(qtbot: QtBot) -> None:
    one = dates()
    qtbot.addWidget(one)
    one.show()
    one.open_calendar()
    from hms_desktop.ui.widgets.month import MonthView

    (month,) = one.findChildren(MonthView)
    assert month.firstDayOfWeek() is Qt.DayOfWeek.Sunday
    month.clicked.emit(month.selectedDate().addDays(1))
    assert one.value() == date(2026, 11, 24)
    qtbot.waitUntil(lambda: not one.findChildren(MonthView))


def test_months_end_where_they_end() -> None:
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2026, 1, 15), -1) == date(2025, 12, 15)
    assert add_months(date(2026, 12, 31), 2) == date(2027, 2, 28)
