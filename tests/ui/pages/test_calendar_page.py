"""A doctor's calendar: what a day, a week and a month show, and where the keys lead."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.writing import Write
from hms_desktop.domain.availability_rules import ExceptionKind
from hms_desktop.domain.errors import Unreachable
from hms_desktop.domain.hours import AddException, FreeSlot, SaveLeave
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.permissions import ADMINISTRATOR, DOCTOR, RECEPTIONIST
from hms_desktop.services.assembly import Services
from hms_desktop.ui.calendar.loading import MarkKind, Mode, Shown
from hms_desktop.ui.front_desk.loading import Shown as GridShown
from hms_desktop.ui.pages.calendar import CalendarPage
from tests.services.conftest import Hospital, actor
from tests.support import seed
from tests.ui.now.conftest import NOON, OpenWindow
from tests.ui.now.desk import Window

TODAY = date(2026, 11, 23)


def show(window: Window, mode: Mode = Mode.WEEK) -> CalendarPage:
    window.desk.memory.put("calendar/mode", mode.value)
    page = CalendarPage(window.desk, window)
    page.resize(1280, 760)
    window.resize(1280, 760)
    window.show()
    window.activateWindow()
    window.settle()
    return page


def press(page: CalendarPage, window: Window, qtbot: QtBot, key: Qt.Key) -> None:
    qtbot.keyClick(page.month if page.month.isVisible() else page.grid, key)
    window.settle()


def change_visit(services: Services, visit_id: int, **values: object) -> None:
    def work(write: Write) -> None:
        row = write.connection.execute(
            appointment.select().where(appointment.c.id == visit_id)
        ).one()
        write.update(appointment, visit_id, dict(values), version=row.version)

    services.context.database.write(seed.stamp(), work)


@pytest.mark.feature("AVL-6")
def test_a_doctor_sees_the_own_week_and_nobody_elses(
    open_window: OpenWindow, hospital: Hospital, visits: tuple[int, ...]
) -> None:
    window = open_window(DOCTOR, hospital.doctors[0])
    page = show(window)
    day = page.grid.day
    assert day is not None
    assert [column.on_date for column in day.columns] == [
        TODAY + timedelta(days=number) for number in range(7)
    ]
    assert {visit.id for visit in day.visits} == {visits[0], visits[2]}
    assert not page.bar.doctor.isVisible()
    page.open_calendar(hospital.doctors[1])
    window.settle()
    assert page.state is not None
    assert page.state.shown.doctor_id == hospital.doctors[0]
    assert window.errors == []


@pytest.mark.feature("AVL-6")
@pytest.mark.parametrize("permissions", [RECEPTIONIST, ADMINISTRATOR])
def test_desk_and_admins_open_any_doctors_calendar(
    open_window: OpenWindow,
    hospital: Hospital,
    visits: tuple[int, ...],
    permissions: frozenset[str],
) -> None:
    window = open_window(permissions)
    page = show(window, Mode.DAY)
    box = page.bar.doctor
    assert box.isVisible()
    box.setCurrentIndex(box.findData(hospital.doctors[1]))
    box.activated.emit(box.currentIndex())
    window.settle()
    assert page.grid.day is not None
    assert [visit.id for visit in page.grid.day.visits] == [visits[1]]
    assert window.desk.memory.get("calendar/doctor", None) == hospital.doctors[1]


@pytest.mark.feature("AVL-6")
def test_every_view_is_reached_by_one_key(
    open_window: OpenWindow, hospital: Hospital, visits: tuple[int, ...], qtbot: QtBot
) -> None:
    window = open_window(DOCTOR, hospital.doctors[0])
    page = show(window)
    page.grid.setFocus()
    press(page, window, qtbot, Qt.Key.Key_M)
    assert page.month.isVisible()
    assert page.month.hasFocus()
    assert page.bar.title.text() == "November 2026"
    press(page, window, qtbot, Qt.Key.Key_PageDown)
    assert page.bar.title.text() == "December 2026"
    press(page, window, qtbot, Qt.Key.Key_T)
    assert page.month.on == TODAY
    press(page, window, qtbot, Qt.Key.Key_Right)
    press(page, window, qtbot, Qt.Key.Key_Down)
    assert page.month.on == TODAY + timedelta(days=8)
    assert page.bar.title.text() == "December 2026", "the cursor takes the month along"
    press(page, window, qtbot, Qt.Key.Key_PageUp)
    assert page.month.on == date(2026, 11, 1)
    press(page, window, qtbot, Qt.Key.Key_End)
    assert page.month.on == date(2026, 11, 30)
    press(page, window, qtbot, Qt.Key.Key_Return)
    assert page.shown == Shown(date(2026, 11, 30), Mode.DAY, hospital.doctors[0])
    assert page.grid.hasFocus()
    press(page, window, qtbot, Qt.Key.Key_W)
    assert page.shown.mode is Mode.WEEK
    press(page, window, qtbot, Qt.Key.Key_PageUp)
    assert page.shown.on == TODAY
    press(page, window, qtbot, Qt.Key.Key_D)
    assert page.shown.mode is Mode.DAY
    assert window.errors == []


@pytest.mark.feature("AVL-6")
def test_the_month_counts_by_status_and_marks_what_differs(
    open_window: OpenWindow, hospital: Hospital, visits: tuple[int, ...], services: Services
) -> None:
    boss = actor(services, "Asha", ADMINISTRATOR)
    doctor = hospital.doctors[0]
    change_visit(services, visits[2], status=Status.NO_SHOW.value)
    change_visit(services, visits[1], status=Status.CANCELLED.value, doctor_id=doctor)
    availability = services.availability
    day_after = NOON + timedelta(days=1)
    availability.add_leave(
        boss, SaveLeave(doctor, day_after, day_after + timedelta(hours=2), "Bank")
    )
    availability.add_holiday(boss, TODAY + timedelta(days=2), "Diwali <b>&</b>")
    availability.add_exception(
        boss,
        AddException(doctor, TODAY + timedelta(days=3), ExceptionKind.CLOSES, reason="Inventory"),
    )
    window = open_window(DOCTOR, doctor)
    page = show(window, Mode.MONTH)
    assert page.state is not None
    days = page.state.days
    assert len(days) == 42
    assert days[TODAY].counts == {"booked": 1, "cancelled": 1, "no_show": 1}
    assert [line.key for line in page.agenda.list.model.lines] == [visits[0], visits[2], visits[1]]
    kinds = {on: [mark.kind for mark in day.marks] for on, day in days.items() if day.marks}
    assert kinds == {
        TODAY + timedelta(days=1): [MarkKind.LEAVE],
        TODAY + timedelta(days=2): [MarkKind.HOLIDAY],
        TODAY + timedelta(days=3): [MarkKind.CLOSED],
    }
    assert "1 booked, 1 cancelled, 1 no-show" in page.month.accessibleDescription()
    page.month.set_cursor(TODAY + timedelta(days=1))
    assert page.agenda.marks.text().splitlines() == ["Leave 12:00–14:00 · Bank", "0 visits"]
    page.month.set_cursor(TODAY + timedelta(days=2))
    assert "Diwali <b>&</b>" in page.agenda.marks.text()
    page.set_mode(Mode.WEEK)
    window.settle()
    assert "Leave 12:00–14:00 · Bank" in page.marks.text()
    assert "Closed · Inventory" in page.marks.text()


@pytest.mark.feature("AVL-6")
def test_any_visit_opens_from_every_view(
    open_window: OpenWindow, hospital: Hospital, visits: tuple[int, ...], qtbot: QtBot
) -> None:
    window = open_window(DOCTOR, hospital.doctors[0])
    page = show(window, Mode.MONTH)
    page.agenda.list.focus_list()
    with qtbot.waitSignal(window.desk.navigate.appointment) as told:
        qtbot.keyClick(page.agenda.list.view, Qt.Key.Key_Return)
    assert told.args == [visits[0]]
    page.set_mode(Mode.WEEK)
    window.settle()
    page.grid.setFocus()
    assert page.grid.focus_visit(visits[2])
    with qtbot.waitSignal(window.desk.navigate.appointment) as told:
        qtbot.keyClick(page.grid, Qt.Key.Key_Return)
    assert told.args == [visits[2]]


def test_nothing_is_moved_or_changed_by_accident(
    open_window: OpenWindow,
    hospital: Hospital,
    visits: tuple[int, ...],
    services: Services,
    qtbot: QtBot,
) -> None:
    window = open_window(DOCTOR, hospital.doctors[0])
    page = show(window, Mode.DAY)
    before = services.appointments.get(window.desk.actor, visits[0])
    page.grid.setFocus()
    page.grid.focus_visit(visits[0])
    for key in (Qt.Key.Key_X, Qt.Key.Key_C, Qt.Key.Key_N, Qt.Key.Key_P):
        press(page, window, qtbot, key)
    box = page.grid.model.by_id[visits[0]].rect
    spot = box.center() - page.grid.offset()
    port = page.grid.viewport()
    qtbot.mousePress(port, Qt.MouseButton.LeftButton, pos=spot)
    qtbot.mouseMove(port, spot + QPoint(0, 90))
    qtbot.mouseRelease(port, Qt.MouseButton.LeftButton, pos=spot + QPoint(0, 90))
    window.settle()
    assert services.appointments.get(window.desk.actor, visits[0]) == before
    assert page.grid.scene.carry is None


def test_a_free_slot_is_booked_on_the_front_desk(
    open_window: OpenWindow, hospital: Hospital, visits: tuple[int, ...], qtbot: QtBot
) -> None:
    window = open_window(DOCTOR, hospital.doctors[0])
    page = show(window, Mode.DAY)
    page.grid.setFocus()
    start = NOON + timedelta(hours=2)
    assert page.grid.focus_time(hospital.doctors[0], start)
    with qtbot.waitSignal(window.desk.navigate.book_slot) as told:
        qtbot.keyClick(page.grid, Qt.Key.Key_Return)
    slot = told.args[0]
    assert isinstance(slot, FreeSlot)
    assert (slot.doctor_id, slot.starts_at) == (hospital.doctors[0], start)


@pytest.mark.feature("AVL-6")
def test_another_desks_booking_appears(
    open_window: OpenWindow, hospital: Hospital, visits: tuple[int, ...], services: Services
) -> None:
    window = open_window(DOCTOR, hospital.doctors[0])
    page = show(window, Mode.MONTH)

    def work(write: Write) -> None:
        seed.visit(
            write,
            patient_id=hospital.patients[1],
            doctor_id=hospital.doctors[0],
            visit_type_id=hospital.visit_type,
            starts_at=NOON + timedelta(days=4),
        )

    services.context.database.write(seed.stamp(), work)
    window.settle()
    assert page.state is not None
    assert len(page.state.days[TODAY + timedelta(days=4)].visits) == 1


def test_weeks_begin_as_the_hospital_says() -> None:
    sunday = Shown(TODAY, Mode.WEEK, 1, week_start=6)
    assert (sunday.first, sunday.last) == (date(2026, 11, 22), date(2026, 11, 28))
    looked = GridShown(sunday.first, week_of=1, week_start=6)
    assert (looked.first, looked.days) == (sunday.first, 7)
    month = Shown(date(2026, 2, 10), Mode.MONTH, 1)
    assert (month.first, month.days) == (date(2026, 1, 26), 42)
    assert month.stepped(-2).on == date(2025, 12, 10)
    assert Shown(date(2026, 1, 31), Mode.MONTH, 1).stepped(1).on == date(2026, 2, 28)


def test_what_cannot_be_read_is_told_and_the_old_stays(
    open_window: OpenWindow,
    hospital: Hospital,
    visits: tuple[int, ...],
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window = open_window(DOCTOR, hospital.doctors[0])
    page = show(window, Mode.WEEK)

    def away(*_args: object, **_more: object) -> None:
        raise Unreachable("The database is away.")

    monkeypatch.setattr(type(services.appointments), "grid", away)
    page.step(1)
    window.settle()
    assert page.line.text() == "The database is away."
    assert page.grid.isVisible()
    assert not page.veil.busy
