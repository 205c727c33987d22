"""A doctor's dashboard: what counts, who waits, what comes; a line opens its visit."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from hms_desktop.domain.errors import Unreachable
from hms_desktop.domain.permissions import DOCTOR, RECEPTIONIST
from hms_desktop.services.assembly import Services
from hms_desktop.ui.pages.my_day import DashboardPage
from tests.services.conftest import Hospital, actor
from tests.support.clock import FakeClock
from tests.ui.now.conftest import OpenWindow
from tests.ui.now.desk import Window
from tests.ui.pages.doctor_month import make_month


def show(window: Window) -> DashboardPage:
    page = DashboardPage(window.desk, window)
    page.resize(1280, 700)
    window.resize(1280, 700)
    window.show()
    window.settle()
    return page


def check_in(services: Services, visit_id: int) -> None:
    desk = actor(services, "Sheela", RECEPTIONIST)
    row = services.appointments.get(desk, visit_id)
    services.queue.check_in(desk, visit_id, row.version)


@pytest.mark.feature("DOC-4")
def test_today_this_week_and_all_time(
    open_window: OpenWindow, services: Services, hospital: Hospital, visits: tuple[int, ...]
) -> None:
    make_month(services, hospital)
    window = open_window(DOCTOR, hospital.doctors[0])
    page = show(window)
    assert page.heading.text() == "Mon 23 November 2026"
    assert page.to_come.value == "2"
    assert page.waiting_now.value == "0"
    assert page.wait.value == "–"
    assert [bar.total for bar in page.week.bars] == [2, 0, 0, 0, 0, 0, 0]
    assert page.week.bars[0].strong
    assert page.all_patients.value == "3"
    assert page.all_visits.value == "3"
    assert [line.key for line in page.upcoming.model.lines][:2] == [visits[0], visits[2]]
    assert page.upcoming.model.lines[2].right == "Fri 4 Dec"
    assert page.waiting.empty_text == "Nobody waits for you."
    assert window.errors == []


@pytest.mark.feature("DOC-4")
def test_who_is_checked_in_appears_and_the_wait_goes_on(
    open_window: OpenWindow,
    services: Services,
    hospital: Hospital,
    visits: tuple[int, ...],
    clock: FakeClock,
) -> None:
    window = open_window(DOCTOR, hospital.doctors[0])
    page = show(window)
    badges: list[int] = []
    page.badge_changed.connect(badges.append)
    check_in(services, visits[0])
    window.settle()
    assert page.waiting_now.value == "1"
    assert badges[-1] == 1
    assert page.waiting.model.lines[0].right == "0 min"
    clock.advance(minutes=35)
    page._tick()
    assert page.waiting.model.lines[0].right == "35 min"
    assert page.waiting.model.lines[0].right_role == "alarm_text"
    clock.advance(hours=13)
    page._tick()
    window.settle()
    assert page.heading.text() == "Tue 24 November 2026", "a new day is read anew"


@pytest.mark.feature("DOC-4")
def test_a_line_opens_its_visit(
    open_window: OpenWindow, hospital: Hospital, visits: tuple[int, ...], qtbot: QtBot
) -> None:
    window = open_window(DOCTOR, hospital.doctors[0])
    page = show(window)
    page.upcoming.focus_list()
    with qtbot.waitSignal(window.desk.navigate.appointment) as told:
        qtbot.keyClick(page.upcoming.view, Qt.Key.Key_Return)
    assert told.args == [visits[0]]


def test_nothing_is_read_before_the_first_look(
    open_window: OpenWindow,
    services: Services,
    hospital: Hospital,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(*_args: object) -> None:
        raise Unreachable("The database is away.")

    monkeypatch.setattr(type(services.doctor_numbers), "overview", away)
    window = open_window(DOCTOR, hospital.doctors[0])
    page = DashboardPage(window.desk, window)
    window.settle()
    assert page.trouble.text() == ""
    window.show()
    window.settle()
    assert page.trouble.text() == "The database is away."
    assert page.state is None


def test_bars_say_their_numbers(
    open_window: OpenWindow, services: Services, hospital: Hospital, visits: tuple[int, ...]
) -> None:
    window = open_window(DOCTOR, hospital.doctors[0])
    page = show(window)
    bar = page.week.bar_at(page.week.rect().topLeft())
    assert bar is not None
    assert page.week.tip_of(bar) == "Mon 23 November 2026\nto come: 2"
    assert "Mon 23 November 2026: 2" in page.week.accessibleDescription()
