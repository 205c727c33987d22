from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from hms_desktop.domain.consultations import CompleteVisit
from hms_desktop.domain.permissions import ADMINISTRATOR, DOCTOR, RECEPTIONIST
from hms_desktop.services.assembly import Services, open_services
from hms_desktop.ui.pages.patients import PatientsPage
from hms_desktop.ui.pages.records import RecordsPage
from tests.services.clinic import RECORD, arrived
from tests.services.conftest import Hospital, actor, make_hospital
from tests.services.doctor_visits import Past
from tests.support import seed
from tests.support.clock import FakeClock
from tests.ui.now.desk import Window


@pytest.fixture
def services(sqlite_url: str) -> Iterator[Services]:
    opened = open_services(sqlite_url, clock=FakeClock())
    yield opened
    opened.close()


@pytest.fixture
def hospital(services: Services) -> Hospital:
    """One patient was seen by the first doctor today."""
    hospital = make_hospital(services.context.database)
    desk = actor(services, "Sheela", RECEPTIONIST)
    rao = actor(services, "Dr Rao", DOCTOR, doctor_id=hospital.doctors[0])
    visit = arrived(services, desk, hospital).appointment
    services.consultations.complete(rao, CompleteVisit(visit.id, RECORD))
    return hospital


def window_of(
    qtbot: QtBot, services: Services, permissions: frozenset[str], doctor_id: int | None = None
) -> Window:
    window = Window(services, permissions=permissions, doctor_id=doctor_id)
    qtbot.addWidget(window)
    user_id = services.context.database.write(seed.stamp(), seed.new_user)
    known = replace(window.desk.actor, user_id=user_id)
    window.desk = replace(window.desk, actor=services.context.gate.admit(known))
    window.resize(1400, 900)
    window.show()
    return window


@pytest.mark.feature("CLN-5")
def test_oversight_lists_opens_and_narrows(
    qtbot: QtBot, services: Services, hospital: Hospital
) -> None:
    window = window_of(qtbot, services, ADMINISTRATOR)
    page = RecordsPage(window.desk, window)
    page.resize(1300, 800)
    page.show()
    window.settle()
    (row,) = page.table.rows()
    assert row.diagnoses.startswith("I10")
    page.table.opened.emit(row)
    window.settle()
    assert page.panel.is_open
    page.doctors.setCurrentIndex(page.doctors.findData(hospital.doctors[1]))
    page.doctors.activated.emit(0)
    window.settle()
    assert page.table.rows() == ()
    window.close_all()


@pytest.mark.feature("CLN-5")
def test_a_long_list_reads_what_is_in_sight(
    qtbot: QtBot, services: Services, hospital: Hospital
) -> None:
    past = Past(services, hospital.doctors[1], hospital.visit_type, "UTC")
    for number in range(300):
        at = f"2026-11-{22 - number // 60:02d} {9 + number // 10 % 6:02d}:{number % 10 * 6:02d}"
        visit = past.visit(hospital.patients[number % 2], at, minutes=6)
        past.record(visit, [("J06.9", f"cold {number}")])
    window = window_of(qtbot, services, ADMINISTRATOR)
    page = RecordsPage(window.desk, window)
    page.resize(1300, 800)
    page.show()
    window.settle()
    assert page.count.text() == "301 records"
    assert page.table.model.rowCount() == 301
    assert len(page.table.rows()) < 150
    bar = page.table.view.verticalScrollBar()
    bar.setValue(bar.maximum())
    qtbot.waitUntil(lambda: page.table.model.row_at(300) is not None)
    page.table.sort_by("starts_at")
    window.settle()
    bar.setValue(0)
    qtbot.waitUntil(lambda: page.table.model.row_at(0) is not None)
    first = page.table.model.row_at(0)
    assert first is not None
    assert first.starts_at.day == 18
    window.close_all()


@pytest.mark.feature("CLN-5")
def test_somebody_elses_chart_opens_in_need_and_administrators_see_it(
    qtbot: QtBot, services: Services, hospital: Hospital
) -> None:
    window = window_of(qtbot, services, DOCTOR, hospital.doctors[1])
    page = PatientsPage(window.desk, window)
    page.resize(1300, 800)
    page.show()
    page.open_patient(hospital.patients[0])
    window.settle()
    page.open_chart()
    window.settle()
    assert "not a patient of yours" in page.chart.note.text()
    assert not page.chart.list.isVisible()
    page.chart.break_glass()
    window.settle()
    assert not page.chart.list.isVisible()  # without a reason nothing opens
    page.chart.reason.setText("unconscious in A&E")
    page.chart.break_glass()
    window.settle()
    (line,) = page.chart.list.model.lines
    assert line.detail.startswith("I10")
    page.chart.record_wanted.emit(line.key)
    window.settle()
    assert page.record.is_open
    window.close_all()
    admin = window_of(qtbot, services, ADMINISTRATOR)
    records = RecordsPage(admin.desk, admin)
    records.show()
    records.what.set_value("accesses")
    records.what.changed.emit("accesses")
    admin.settle()
    (access,) = records.accesses.rows()
    assert access.reason == "unconscious in A&E"
    admin.close_all()


@pytest.mark.feature("CLN-5")
def test_receptionists_are_offered_no_record(
    qtbot: QtBot, services: Services, hospital: Hospital
) -> None:
    window = window_of(qtbot, services, RECEPTIONIST)
    page = PatientsPage(window.desk, window)
    page.show()
    page.open_patient(hospital.patients[0])
    window.settle()
    assert page.view is not None
    assert page.view.record_button.isHidden()
    window.close_all()
