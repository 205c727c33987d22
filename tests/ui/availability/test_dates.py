from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from hms_desktop.domain.availability_rules import ExceptionKind
from hms_desktop.domain.hours import ExceptionRow, SaveLeave
from hms_desktop.domain.slot_cells import CellState
from hms_desktop.ui.availability.date_marks import date_marks
from hms_desktop.ui.availability.exceptions_part import ExceptionsPart
from hms_desktop.ui.availability.month import MonthSheet
from hms_desktop.ui.availability.slot_days import SlotDays
from hms_desktop.ui.patients.formats import Formats
from tests.ui.availability.desk import WEDNESDAY, Room

pytestmark = pytest.mark.feature("AVL-2")
THURSDAY = date(2026, 11, 26)


def part(room: Room, day: date = THURSDAY) -> ExceptionsPart:
    room.go("dates")
    room.page.dates.month.choose(day)
    room.settle()
    return room.page.dates


def click(slots: SlotDays, column: int, row: int) -> None:
    QTest.mouseClick(
        slots.viewport(),
        Qt.MouseButton.LeftButton,
        pos=slots.rect_of(column, row).center().toPoint(),
    )


def states(slots: SlotDays, column: int = 0) -> list[str]:
    return [cell.state.value for cell in slots.days[column].cells]


def rows(room: Room, first: date = THURSDAY, last: date = date(2026, 12, 31)) -> list[ExceptionRow]:
    return list(room.services.availability.exceptions(room.actor, room.doctor, first, last))


def fill(dates: ExceptionsPart, what: str, hours: str = "", until: str = "") -> None:
    form = dates.form
    form.what.setCurrentIndex(form.what.findData(what))
    form.hours.setText(hours)
    form.last.edit.setText(until)
    form.last.commit()


def test_one_click_closes_a_slot_the_next_opens_it(own: Room) -> None:
    dates = part(own)
    assert states(dates.day_slots)[:3] == ["free"] * 3
    click(dates.day_slots, 0, 1)
    own.settle()
    assert states(dates.day_slots)[:3] == ["free", "closed", "free"]
    assert "09:30 closed" in own.toast()
    own.undo()
    assert states(dates.day_slots)[:3] == ["free"] * 3
    click(dates.day_slots, 0, 1)
    own.settle()
    click(dates.day_slots, 0, 1)
    own.settle()
    assert states(dates.day_slots)[:3] == ["free"] * 3
    assert "opened" in own.toast()


def test_slots_are_closed_with_the_keys_and_taken_ones_are_not(own: Room) -> None:
    own.book(0, WEDNESDAY)
    dates = part(own, date(2026, 11, 25))
    slots = dates.day_slots
    slots.setFocus()
    QTest.keyClick(slots, Qt.Key.Key_Down)
    QTest.keyClick(slots, Qt.Key.Key_Space)
    own.settle()
    assert states(slots)[:3] == ["free", "closed", "taken"]
    QTest.keyClick(slots, Qt.Key.Key_Down)
    cell = slots.current()
    assert cell is not None
    assert cell.state is CellState.TAKEN
    QTest.keyClick(slots, Qt.Key.Key_Return)
    own.settle()
    assert states(slots)[:3] == ["free", "closed", "taken"]
    assert "taken" in slots.accessibleDescription()


def test_the_next_seven_days_stand_side_by_side(own: Room) -> None:
    dates = part(own)
    dates.view.set_value("week")
    dates.view.changed.emit("week")
    own.settle()
    days = dates.week_slots.days
    assert [day.on.day for day in days] == [23, 24, 25, 26, 27, 28, 29]
    assert days[6].note == "no hours"  # Sunday
    click(dates.week_slots, 4, 0)
    own.settle()
    assert states(dates.week_slots, 4)[0] == "closed"
    assert states(dates.week_slots, 3)[0] == "free"


def test_a_day_closed_and_taken_back(own: Room) -> None:
    dates = part(own)
    fill(dates, "closed")
    dates.form.reason.setText("training")
    dates.form.save_button.click()
    own.settle()
    (row,) = rows(own)
    assert (row.kind, row.on_date, row.reason) == (ExceptionKind.CLOSES, THURSDAY, "training")
    assert dates.day_slots.days[0].cells == ()
    assert "training" in dates.day_slots.days[0].note
    own.undo()
    assert rows(own) == []
    own.undo()  # of taking it back
    assert [one.reason for one in rows(own)] == ["training"]


def test_other_hours_on_many_dates_in_one_step(own: Room) -> None:
    dates = part(own)
    fill(dates, "other", "10-12, 15-16 /20 x2", until="10.12.2026")
    for number in (0, 1, 2, 4, 5, 6):
        dates.form.days[number].setChecked(False)
    dates.form.save_button.click()
    own.settle()
    found = rows(own)
    assert {row.on_date for row in found} == {THURSDAY, date(2026, 12, 3), date(2026, 12, 10)}
    assert {(row.start_minute, row.end_minute, row.capacity) for row in found} == {
        (600, 720, 1),
        (900, 960, 2),
    }
    assert own.toast() == "3 dates differ now."
    own.undo()
    assert rows(own) == []


def test_slots_closed_by_hand_over_a_range_and_opened_again(own: Room) -> None:
    dates = part(own)
    fill(dates, "slots_closed", "9-10", until="28.11.2026")
    dates.form.save_button.click()
    own.settle()
    assert own.toast() == "Closed by hand on 3 dates."
    assert states(dates.day_slots)[:3] == ["closed", "closed", "free"]
    fill(dates, "slots_open", "9-9:30")
    dates.form.save_button.click()
    own.settle()
    assert states(dates.day_slots)[:3] == ["free", "closed", "free"]


def test_bad_input_is_refused_at_its_field_and_stays(own: Room) -> None:
    dates = part(own)
    for what, hours, until, field in (
        ("extra", "", "", "hours"),
        ("extra", "17-9", "", "hours"),
        ("closed", "", "01.11.2026", "last"),
        ("closed", "", "soonish", "last"),
    ):
        fill(dates, what, hours, until)
        dates.form.save_button.click()
        own.settle()
        assert dates.form.form.field(field).error, (what, hours, until)
        assert dates.form.hours.text() == hours
    assert rows(own) == []


def test_a_date_that_differs_already_is_named_and_nothing_is_half_done(own: Room) -> None:
    dates = part(own, date(2026, 11, 27))
    fill(dates, "extra", "18-20")
    dates.form.save_button.click()
    own.settle()
    dates.month.choose(THURSDAY)
    own.settle()
    fill(dates, "extra", "19-21", until="28.11.2026")
    dates.form.save_button.click()
    own.settle()
    assert len(rows(own)) == 1
    assert "2026-11-27 already differs from 18:00–20:00" in dates._trouble.text()


def test_the_month_marks_leave_holidays_and_exceptions(admin: Room) -> None:
    boss = admin.services.context.gate.system("boss")
    availability = admin.services.availability
    availability.add_holiday(boss, date(2026, 11, 30), "St Andrew")
    begins = datetime(2026, 11, 16, 18, 30, tzinfo=UTC)
    availability.add_leave(boss, SaveLeave(admin.doctor, begins, WEDNESDAY, "family"))
    dates = part(admin, date(2026, 11, 30))
    assert dates._read is not None
    marks = date_marks(dates._read, dates.month.dates(), Formats.of(admin.page.desk.settings))
    assert marks[date(2026, 11, 30)].kind == "holiday"
    assert {marks[date(2026, 11, day)].words for day in range(17, 26)} == {"family"}
    assert date(2026, 11, 26) not in marks
    QTest.keyClick(dates.month, Qt.Key.Key_PageDown)
    admin.settle()
    assert dates.month.day == date(2026, 12, 30)
    QTest.keyClick(dates.month, Qt.Key.Key_Up)
    assert dates.month.day == date(2026, 12, 23)


def test_the_month_begins_its_weeks_as_the_hospital_does(own: Room) -> None:
    sheet = MonthSheet(THURSDAY, 6)
    assert (sheet.dates()[0], sheet.dates()[-1]) == (date(2026, 11, 1), date(2026, 12, 12))
    assert sheet.rect_of(THURSDAY).left() == pytest.approx(sheet.width() * 4 / 7)
    assert MonthSheet(THURSDAY).dates()[0] == date(2026, 10, 26)


def test_who_may_only_look_changes_nothing(admin: Room) -> None:
    dates = part(admin)
    dates.set_read_only(True)
    click(dates.day_slots, 0, 1)
    admin.settle()
    assert states(dates.day_slots)[1] == "free"
    assert not dates.form.isVisible()
