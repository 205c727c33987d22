from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from hms_desktop.domain.hours import SessionHours
from hms_desktop.domain.week_hours import Stretch
from hms_desktop.ui.availability.week_grid import WeekGrid
from tests.ui.availability.desk import Room

pytestmark = pytest.mark.feature("AVL-1")


def spot(grid: WeekGrid, day: int, minute: int) -> QPoint:
    return grid.cell_point(day, minute).toPoint()


def drag(grid: WeekGrid, begin: tuple[int, int], end: tuple[int, int]) -> None:
    """Press on one step of (day, minute), draw to another, let go."""
    view, left = grid.viewport(), Qt.MouseButton.LeftButton
    QTest.mousePress(view, left, pos=spot(grid, *begin))
    QTest.mouseMove(view, spot(grid, *end))
    QTest.mouseRelease(view, left, pos=spot(grid, *end))


def kept(room: Room) -> list[tuple[int, int, int]]:
    week = room.services.availability.week(room.actor, room.doctor)
    return [
        (row.hours.weekday, row.hours.start_minute, row.hours.end_minute) for row in week.sessions
    ]


def clear(room: Room) -> None:
    boss = room.services.context.gate.system("boss")
    room.services.availability.clear_week(boss, room.doctor)
    room.settle()
    room.page.reload()
    room.settle()


def test_hours_are_painted_and_erased_with_the_mouse_and_saved_at_once(admin: Room) -> None:
    clear(admin)
    week = admin.page.week
    drag(week.grid, (0, 540), (2, 690))  # Monday to Wednesday, 09:00 to 12:00
    assert week.grid.period.days[:4] == ((Stretch(540, 720),),) * 3 + ((),)
    drag(week.grid, (1, 600), (1, 630))  # begun on open time: closes it
    assert week.grid.period.days[1] == (Stretch(540, 600), Stretch(660, 720))
    assert week.texts.lines[1].text() == "09:00-10:00, 11:00-12:00"
    assert kept(admin) == [], "nothing is saved before Save"
    assert week.save_button.isEnabled()
    week.save_button.click()
    admin.settle()
    assert kept(admin) == [(0, 540, 720), (1, 540, 600), (1, 660, 720), (2, 540, 720)]
    assert admin.toast() == "Weekly hours saved."
    assert not week.dirty
    admin.undo()
    assert kept(admin) == []


def test_hours_are_painted_with_the_keys(admin: Room) -> None:
    clear(admin)
    grid = admin.page.week.grid
    grid.setFocus()
    key, shift = QTest.keyClick, Qt.KeyboardModifier.ShiftModifier
    assert grid.accessibleName()
    key(grid, Qt.Key.Key_Space)  # 09:00 on Monday, where the cursor begins
    assert grid.period.days[0] == (Stretch(540, 570),)
    key(grid, Qt.Key.Key_Down)
    for _ in range(2):
        key(grid, Qt.Key.Key_Down, shift)
    key(grid, Qt.Key.Key_Right, shift)
    key(grid, Qt.Key.Key_Space)
    assert grid.period.days[0] == (Stretch(540, 660),)
    assert grid.period.days[1] == (Stretch(570, 660),)
    assert "10:30" in grid.accessibleDescription() or "11:00" in grid.accessibleDescription()
    key(grid, Qt.Key.Key_Delete)
    assert grid.period.days[:2] == ((Stretch(540, 570),), ())


def test_escape_gives_a_stroke_up(admin: Room) -> None:
    clear(admin)
    grid = admin.page.week.grid
    grid.setFocus()
    QTest.mousePress(grid.viewport(), Qt.MouseButton.LeftButton, pos=spot(grid, 0, 540))
    QTest.mouseMove(grid.viewport(), spot(grid, 3, 700))
    QTest.keyClick(grid, Qt.Key.Key_Escape)
    QTest.mouseRelease(grid.viewport(), Qt.MouseButton.LeftButton, pos=spot(grid, 3, 700))
    assert grid.period.empty


def test_the_same_week_is_typed_and_copied(admin: Room) -> None:
    clear(admin)
    week = admin.page.week
    line = week.texts.lines[0]
    line.setFocus()
    QTest.keyClicks(line, "9-12:30, 14-17 /20 x2")
    assert week.grid.period.days[0] == (Stretch(540, 750), Stretch(840, 1020, 20, 2))
    week.texts.copies[0].menu().actions()[1].trigger()  # Monday to Friday
    assert len([day for day in week.grid.period.days if day]) == 5
    assert week.texts.lines[4].text() == "09:00-12:30, 14:00-17:00 /20 x2"
    QTest.keyClick(line, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    admin.settle()
    saved = admin.services.availability.week(admin.actor, admin.doctor).sessions
    assert len(saved) == 10
    assert SessionHours(4, 840, 1020, slot_minutes=20, capacity=2) in [one.hours for one in saved]


def test_what_is_no_hours_is_refused_at_its_line_and_nothing_is_saved(admin: Room) -> None:
    week = admin.page.week
    before = kept(admin)
    line = week.texts.lines[2]
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "9 to five")
    assert week.dirty, "what was typed counts as not saved"
    week.save_button.click()
    admin.settle()
    assert kept(admin) == before
    assert line.text() == "9 to five"
    assert "not understood" in line.accessibleDescription()
    assert line.hasFocus()


def test_periods_hold_between_dates(admin: Room) -> None:
    week = admin.page.week
    clear(admin)
    drag(week.grid, (0, 540), (0, 690))
    week.bar.last.edit.setText("30.11.2026")
    week.bar.last.commit()
    week.bar.add_button.click()
    assert week.bar.which.count() == 2
    week.bar.first.edit.setText("01.12.2026")
    week.bar.first.commit()
    week.bar.last.edit.setText("01.11.2026")
    week.bar.last.commit()
    week.bar.last.edit.setText("")
    week.bar.last.commit()
    week.clear_week()
    drag(week.grid, (4, 600), (4, 630))
    week.save()
    admin.settle()
    saved = [
        row.hours for row in admin.services.availability.week(admin.actor, admin.doctor).sessions
    ]
    assert saved == [
        SessionHours(0, 540, 720, valid_to=date(2026, 11, 30)),
        SessionHours(4, 600, 660, valid_from=date(2026, 12, 1)),
    ]


def test_overlapping_periods_are_refused_with_a_sentence(admin: Room) -> None:
    clear(admin)
    week = admin.page.week
    drag(week.grid, (0, 540), (0, 690))
    week.bar.add_button.click()
    week.save()
    admin.settle()
    assert kept(admin) == []
    assert week.dirty
    assert "overlap" in week._trouble.text()


def test_slots_and_places_of_the_brush(admin: Room) -> None:
    clear(admin)
    week = admin.page.week
    week.bar.slots.setValue(20)
    week.bar.places.setValue(3)
    drag(week.grid, (0, 540), (0, 580))
    assert week.grid.period.days[0] == (Stretch(540, 600, 20, 3),)
    week.bar.slots.setValue(0)
    week.bar.places.setValue(1)
    week.bar.apply_button.click()
    assert week.grid.period.days[0] == (Stretch(540, 600),)


def test_an_empty_week_says_what_counts_and_begins_with_it(admin: Room) -> None:
    clear(admin)
    week = admin.page.week
    assert "11:00–17:00" in week.strip.label.text()
    week.begin_button.click()
    assert week.grid.period.days == ((Stretch(660, 1020),),) * 7


def test_what_was_not_saved_comes_back_for_this_doctor_only(admin: Room) -> None:
    clear(admin)
    week, page = admin.page.week, admin.page
    drag(week.grid, (5, 540), (5, 570))
    line = week.texts.lines[6]
    line.setFocus()
    QTest.keyClicks(line, "9 to")
    page.show_doctor(admin.place.doctors[1])
    admin.settle()
    assert not week.dirty
    assert week.texts.lines[6].text() == ""
    page.show_doctor(admin.doctor)
    admin.settle()
    assert week.dirty
    assert week.grid.period.days[5] == (Stretch(540, 600),)
    assert line.text() == "9 to"
    assert "is back" in week.strip.label.text()
    week.discard_button.click()
    admin.settle()
    assert not week.dirty
    assert week.grid.period.empty
    assert line.text() == ""
    assert admin.page.desk.drafts.get(f"week/{admin.doctor}") is None


def test_somebody_elses_change_is_shown_and_one_decides(admin: Room) -> None:
    clear(admin)
    week = admin.page.week
    drag(week.grid, (0, 540), (0, 570))
    boss = admin.services.context.gate.system("Maria")
    admin.services.availability.set_week(boss, admin.doctor, [SessionHours(0, 840, 900)])
    admin.settle()
    assert week.grid.period.days[0] == (Stretch(540, 600),), "what is painted stays"
    week.save()
    admin.settle()
    assert week.conflict.isVisible()
    assert kept(admin) == [(0, 840, 900)]
    week.conflict.keep_mine.click()
    admin.settle()
    assert kept(admin) == [(0, 540, 600)]
    assert not week.conflict.isVisible()


def test_theirs_can_be_taken(admin: Room) -> None:
    clear(admin)
    week = admin.page.week
    drag(week.grid, (0, 540), (0, 570))
    boss = admin.services.context.gate.system("Maria")
    admin.services.availability.set_week(boss, admin.doctor, [SessionHours(0, 840, 900)])
    week.save()
    admin.settle()
    week.conflict.take_theirs.click()
    admin.settle()
    assert week.grid.period.days[0] == (Stretch(840, 900),)
    assert not week.dirty


def test_a_change_elsewhere_is_shown(admin: Room) -> None:
    boss = admin.services.context.gate.system("Maria")
    admin.services.availability.set_week(boss, admin.doctor, [SessionHours(3, 480, 600)])
    QTest.qWait(20)
    admin.settle()
    assert admin.page.week.grid.period.days[3] == (Stretch(480, 600),)
