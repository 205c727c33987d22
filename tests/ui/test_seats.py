"""Which pages a log-in gets, and that a doctor's pages lead to each other by keys."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout
from pytestqt.qtbot import QtBot

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import BookAppointment
from hms_desktop.domain.permissions import ADMINISTRATOR, DOCTOR, PATIENT, RECEPTIONIST
from hms_desktop.ui.pages.base import Page
from hms_desktop.ui.pages.calendar import CalendarPage
from hms_desktop.ui.pages.front_desk import FrontDeskPage
from hms_desktop.ui.pages.my_day import DashboardPage
from hms_desktop.ui.pages.my_patients import MyPatientsPage
from hms_desktop.ui.pages.my_reports import MyReportsPage
from hms_desktop.ui.pages.patients import PatientsPage
from hms_desktop.ui.pages.today import TodayPage
from hms_desktop.ui.seats import page_tabs
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.workbench import MOST_KEYS, Workbench
from tests.ui.patients.desk import Place, place

OWN = {MyPatientsPage, DashboardPage}


def makers(permissions: frozenset[str], doctor_id: int | None = None) -> set[object]:
    actor = Actor("t", 1, "Somebody", ("test",), permissions, "desk-1", doctor_id)
    return {tab.make for tab in page_tabs(actor)}


@pytest.mark.feature("AVL-6")
def test_pages_follow_the_permissions() -> None:
    doctor = makers(DOCTOR, 7)
    assert doctor >= OWN | {CalendarPage, MyReportsPage}
    assert not makers(DOCTOR) & (OWN | {CalendarPage, MyReportsPage}), "a log-in of no doctor"
    assert CalendarPage in makers(RECEPTIONIST)
    assert not makers(RECEPTIONIST) & (OWN | {MyReportsPage})
    assert makers(ADMINISTRATOR) >= {CalendarPage, MyReportsPage}
    assert not makers(ADMINISTRATOR) & OWN
    assert makers(PATIENT) & (OWN | {CalendarPage, MyReportsPage}) == set()


@dataclass
class Clinic:
    """A doctor at a whole workbench."""

    bench: Workbench
    here: Place

    def go(self, kind: type[Page], qtbot: QtBot) -> Page:
        """Press the key of a page's tab: the tenth has Alt+0, later ones have none."""
        number = next(n for n, one in enumerate(self.bench.known, 1) if one.make is kind)
        if number <= MOST_KEYS:
            key = Qt.Key(Qt.Key.Key_0.value + number % 10)
            qtbot.keyClick(self.here.window, key, Qt.KeyboardModifier.AltModifier)
        else:
            self.bench.tabs.setCurrentIndex(number - 1)
        self.here.settle()
        page = self.bench.scope
        assert isinstance(page, kind)
        return page


@pytest.fixture
def clinic(qapp: QApplication, sqlite_url: str, tmp_path: Path) -> Iterator[Clinic]:
    with place(sqlite_url, tmp_path / "drafts", permissions=DOCTOR) as here:
        actor = here.services.context.gate.admit(
            Actor(
                secrets.token_hex(8),
                here.actor.user_id,
                "Dr Meera Rao",
                ("doctor",),
                DOCTOR,
                "clinic-1",
                here.doctors[0],
            )
        )
        bench = Workbench(replace(here.desk, actor=actor), page_tabs(actor), {}, here.window)
        layout = QVBoxLayout(here.window)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(bench)
        here.window.resize(1280, 800)
        here.window.show()
        here.window.activateWindow()
        here.settle()
        yield Clinic(bench, here)


@pytest.mark.feature("DOC-3")
@pytest.mark.feature("DOC-4")
@pytest.mark.feature("AVL-6")
def test_a_doctor_goes_from_page_to_page_by_keys(clinic: Clinic, qtbot: QtBot) -> None:
    calendar = clinic.go(CalendarPage, qtbot)
    assert isinstance(calendar, CalendarPage)
    assert calendar.grid.day is not None
    assert len(calendar.grid.day.visits) == 1
    assert calendar.grid.hasFocus(), "the arrows work at once"
    dashboard = clinic.go(DashboardPage, qtbot)
    assert isinstance(dashboard, DashboardPage)
    assert dashboard.to_come.value == "1"
    reports = clinic.go(MyReportsPage, qtbot)
    assert isinstance(reports, MyReportsPage)
    assert reports.view.tiles["visits"] == "0"
    mine = clinic.go(MyPatientsPage, qtbot)
    assert isinstance(mine, MyPatientsPage)
    assert [row.name for row in mine.table.rows()] == ["Kumaraswamy Iyer"]
    mine.table.select_ids([mine.table.rows()[0].patient_id])
    qtbot.keyClick(mine.table.view, Qt.Key.Key_Return)
    clinic.here.settle()
    chart = clinic.bench.scope
    assert isinstance(chart, PatientsPage)
    assert chart.view is not None


@pytest.mark.parametrize(
    "kind",
    [CalendarPage, MyPatientsPage, DashboardPage, MyReportsPage],
    ids=lambda one: one.__name__,
)
def test_a_page_that_ended_does_not_follow_the_theme(
    clinic: Clinic, kind: type[CalendarPage], qtbot: QtBot
) -> None:
    page = clinic.go(kind, qtbot)
    clinic.bench.stack.removeWidget(page)
    page.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    theme = current_theme()
    before = theme.mode
    # A slot of a deleted widget would raise in the event loop, and fail this test.
    theme.apply("dark")
    theme.apply(before)
    clinic.here.settle()


def test_a_page_is_built_when_it_is_first_shown(clinic: Clinic, qtbot: QtBot) -> None:
    bench = clinic.bench
    assert [type(page) for page in bench.pages] == [TodayPage]
    clinic.go(CalendarPage, qtbot)
    assert [type(page) for page in bench.pages] == [TodayPage, CalendarPage]
    first = bench.scope
    clinic.go(TodayPage, qtbot)
    clinic.go(CalendarPage, qtbot)
    assert bench.scope is first


def test_every_page_has_the_title_of_its_tab(clinic: Clinic, qtbot: QtBot) -> None:
    tabs = clinic.bench.known
    assert len(tabs) >= MOST_KEYS
    for tab in tabs:
        assert isinstance(tab.make, type)
        assert clinic.go(tab.make, qtbot).title == tab.title
    assert clinic.bench.tabs.tabToolTip(MOST_KEYS - 1) == "Alt+0"


def test_booking_for_a_patient_goes_to_the_front_desk(clinic: Clinic, qtbot: QtBot) -> None:
    clinic.bench.desk.navigate.book_for.emit(clinic.here.patients[0].id)
    clinic.here.settle()
    desk = clinic.bench.scope
    assert isinstance(desk, FrontDeskPage)
    assert desk.book.patient is not None
    assert desk.book.patient.id == clinic.here.patients[0].id


@pytest.mark.feature("AVL-6")
def test_a_visit_of_today_is_opened_on_today_and_others_at_the_desk(clinic: Clinic) -> None:
    here, navigate = clinic.here, clinic.bench.desk.navigate
    known = here.services.context.gate.admit(
        Actor(secrets.token_hex(8), None, "Sheela", ("test",), RECEPTIONIST, "desk-1")
    )

    def visit(doctor: int, days: int) -> int:
        at = here.clock.moment + timedelta(days=days, hours=2)
        wish = BookAppointment(here.patients[days].id, here.doctors[doctor], here.visit_type, at)
        return here.services.appointments.book(known, wish).appointment.id

    today, tomorrow = visit(0, 0), visit(0, 1)
    navigate.appointment.emit(tomorrow)
    here.settle()
    front = clinic.bench.scope
    assert isinstance(front, FrontDeskPage)
    assert front.appointment.row is not None
    assert front.appointment.row.id == tomorrow
    navigate.appointment.emit(today)
    here.settle()
    own = clinic.bench.scope
    assert isinstance(own, TodayPage)
    assert own.part.appointment_id == today


def test_a_visit_that_may_not_be_seen_is_refused_with_a_sentence(clinic: Clinic) -> None:
    clinic.bench.desk.navigate.appointment.emit(999_999)
    clinic.here.settle()
    assert isinstance(clinic.bench.scope, TodayPage)
    assert clinic.bench.desk.toasts.toasts
