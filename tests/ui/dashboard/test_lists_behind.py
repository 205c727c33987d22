"""From a number of the dashboard to the list that it counts, through a whole workbench."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout
from pytestqt.qtbot import QtBot

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.permissions import ADMINISTRATOR, DOCTOR, RECEPTIONIST
from hms_desktop.ui.dashboard.heat_map import Pyramid
from hms_desktop.ui.pages.appointments import AppointmentsPage
from hms_desktop.ui.pages.base import Page
from hms_desktop.ui.pages.catalogue import CataloguePage
from hms_desktop.ui.pages.dashboard import HospitalDashboardPage
from hms_desktop.ui.pages.doctors_admin import DoctorsAdminPage
from hms_desktop.ui.pages.my_day import DashboardPage
from hms_desktop.ui.pages.patients import PatientsPage
from hms_desktop.ui.pages.reports import ReportsPage
from hms_desktop.ui.seats import page_tabs
from hms_desktop.ui.workbench import Workbench
from tests.services.doctor_visits import Past
from tests.ui.patients.desk import Place, place


class Walk:
    """An administrator at the whole workbench; the dashboard is in front."""

    def __init__(self, here: Place) -> None:
        self.here = here
        tabs = page_tabs(here.actor)
        self.bench = Workbench(here.desk, tabs, {}, here.window)
        layout = QVBoxLayout(here.window)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.bench)
        here.window.resize(1280, 800)
        here.window.show()
        here.window.activateWindow()
        self._place = [tab.make for tab in tabs].index(HospitalDashboardPage)

    def dashboard(self) -> HospitalDashboardPage:
        self.bench.tabs.setCurrentIndex(self._place)
        self.here.settle()
        page = self.bench.scope
        assert isinstance(page, HospitalDashboardPage)
        return page

    def landed(self) -> Page | None:
        self.here.settle()
        return self.bench.scope


@pytest.fixture
def walk(qapp: QApplication, sqlite_url: str, tmp_path: Path) -> Iterator[Walk]:
    with place(sqlite_url, tmp_path / "drafts", permissions=ADMINISTRATOR) as here:
        past = Past(here.services, here.doctors[0], here.visit_type, "Asia/Kolkata")
        ids = [one.id for one in here.patients]
        past.visit(ids[0], "2026-10-05 10:00")
        past.visit(ids[0], "2026-11-03 10:00", waited=10)
        past.visit(ids[1], "2026-11-04 10:00", waited=20)
        past.visit(ids[2], "2026-11-04 11:00", Status.NO_SHOW)
        yield Walk(here)


@pytest.mark.feature("DSH-1")
def test_numbers_lead_to_their_lists(walk: Walk, qtbot: QtBot) -> None:
    tiles = walk.dashboard().tiles.tiles
    assert (tiles["no_shows"].value, tiles["patients"].value) == ("33 %", "2")
    qtbot.keyClick(tiles["no_shows"], Qt.Key.Key_Space)
    page = walk.landed()
    assert isinstance(page, AppointmentsPage)
    assert page.filters.days() == (date(2026, 11, 1), date(2026, 11, 30))
    assert page.filters.wish().statuses == (Status.NO_SHOW,)
    assert page.table.model.rowCount() == 1

    walk.dashboard().tiles.tiles["patients"].click()
    page = walk.landed()
    assert isinstance(page, PatientsPage)
    assert page.table.model.rowCount() == 2
    assert page.came.words.text() == "Patients who came from 01.11.2026 to 30.11.2026"

    walk.dashboard().tiles.tiles["new"].click()
    page = walk.landed()
    assert isinstance(page, PatientsPage)
    assert page.table.model.rowCount() == 1
    page.came.all_button.click()
    walk.here.settle()
    assert page.table.model.rowCount() == len(walk.here.patients)
    assert page.came.isHidden()


@pytest.mark.feature("DSH-1")
def test_bars_and_totals_lead_to_their_lists(walk: Walk, qtbot: QtBot) -> None:
    plot = walk.dashboard().board.cards["bars"].plot
    plot.setFocus()
    plot.cursor_.go(0)
    qtbot.keyClick(plot, Qt.Key.Key_Return)
    page = walk.landed()
    assert isinstance(page, AppointmentsPage)
    assert len(page.filters.wish().department_ids) == 1
    assert page.filters.wish().statuses == ()
    assert page.table.model.rowCount() == 4
    walk.dashboard().doctors_button.click()
    assert isinstance(walk.landed(), DoctorsAdminPage)
    walk.dashboard().departments_button.click()
    page = walk.landed()
    assert isinstance(page, CataloguePage)
    assert page.parts.value() == "departments"


@pytest.mark.feature("DSH-1")
def test_every_cell_of_the_maps_leads_to_the_visits_it_counts(walk: Walk, qtbot: QtBot) -> None:
    heat = walk.dashboard().board.cards["heat"].plot
    figures = heat.figures
    full = [cell for cell in range(heat.count()) if figures.total(cell)]
    assert [int(figures.total(cell)) for cell in full] == [1, 1, 1, 1]
    for cell in (full[0], full[-1], 0):
        heat = walk.dashboard().board.cards["heat"].plot
        spot = heat.box(cell).center().toPoint()  # type: ignore[union-attr]
        qtbot.mouseClick(heat, Qt.MouseButton.LeftButton, pos=spot)
        page = walk.landed()
        assert isinstance(page, AppointmentsPage)
        assert page.table.model.rowCount() == figures.total(cell)
        assert page.filters.part.words.text().startswith("Only ")
        assert not page.filters.part.isHidden()
    page.filters.part.all_button.click()
    walk.here.settle()
    assert page.table.model.rowCount() == 4
    assert page.filters.part.isHidden()


@pytest.mark.feature("DSH-1")
def test_both_sides_of_the_pyramid_lead_to_their_visits(walk: Walk, qtbot: QtBot) -> None:
    people = walk.dashboard().board.cards["people"].plot
    assert isinstance(people, Pyramid)
    counts = [
        int(people.figures.series[side % 2].values[side // 2] or 0)
        for side in range(people.count())
    ]
    assert sum(counts) == 2, "the one who did not come is not counted"
    for side, count in enumerate(counts):
        if not count and side > 1:
            continue
        people = walk.dashboard().board.cards["people"].plot
        people.setFocus()
        people.cursor_.go(0)
        for _ in range(side // 2):
            qtbot.keyClick(people, Qt.Key.Key_Down)
        if side % 2:
            qtbot.keyClick(people, Qt.Key.Key_Right)
        assert people.cursor_.place == side
        assert people.cursor_.spoken.endswith(f"{('female', 'male')[side % 2]}: {count}")
        qtbot.keyClick(people, Qt.Key.Key_Return)
        page = walk.landed()
        assert isinstance(page, AppointmentsPage)
        assert page.table.model.rowCount() == count


@pytest.mark.feature("DSH-2")
def test_the_monthly_report_opens_from_the_dashboard(walk: Walk, qtbot: QtBot) -> None:
    page = walk.dashboard()
    page.bar.step(-1)
    walk.here.settle()
    qtbot.keyClick(page, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    reports = walk.landed()
    assert isinstance(reports, ReportsPage)
    assert str(reports.choices.hospital_month.value) == "2026-10"
    qtbot.waitUntil(reports.preview.isVisible, timeout=10_000)
    walk.here.settle()


@pytest.mark.feature("DSH-1")
def test_who_has_the_page() -> None:
    def makers(permissions: frozenset[str], doctor_id: int | None = None) -> dict[object, str]:
        actor = Actor("t", 1, "Somebody", ("test",), permissions, "desk-1", doctor_id)
        return {tab.make: tab.title for tab in page_tabs(actor)}

    assert makers(ADMINISTRATOR)[HospitalDashboardPage] == "Dashboard"
    assert HospitalDashboardPage not in makers(RECEPTIONIST)
    assert HospitalDashboardPage not in makers(DOCTOR, 7)
    both = makers(ADMINISTRATOR | DOCTOR, 7)
    assert both[HospitalDashboardPage] == "Hospital dashboard"
    assert both[DashboardPage] == "Dashboard"
