"""Exports: asked for in a panel, listed, opened, saved, stopped."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from pytestqt.qtbot import QtBot

from hms_desktop.domain.exports import ExportKind, ExportWish
from hms_desktop.domain.permissions import ADMINISTRATOR, DOCTOR, RECEPTIONIST
from hms_desktop.interchange.table_out import read_rows
from hms_desktop.services import export_lease
from hms_desktop.services.assembly import Services
from hms_desktop.ui.exports import start_panel
from hms_desktop.ui.pages.exports import ExportsPage
from tests.services.bookings import book
from tests.services.conftest import Hospital, actor
from tests.ui.now.conftest import OpenWindow
from tests.ui.now.desk import Window

DAY = date(2026, 11, 23)
VISITS = ExportWish(ExportKind.APPOINTMENTS_LIST, first=DAY, last=DAY)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HMS_EXPORTS_FOLDER", str(tmp_path / "kept"))
    return tmp_path / "kept"


def show(window: Window) -> ExportsPage:
    page = ExportsPage(window.desk, window)
    page.resize(1280, 760)
    window.resize(1280, 760)
    window.show()
    window.activateWindow()
    window.settle()
    return page


@pytest.mark.feature("JOB-4")
@pytest.mark.feature("JOB-10")
def test_a_small_list_is_asked_for_by_keys_made_at_once_opened_and_saved(
    open_window: OpenWindow, services: Services, hospital: Hospital, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = actor(services, "Sheela", RECEPTIONIST)
    visit = book(services, desk, hospital).appointment
    window = open_window()
    page = show(window)
    assert not page.open_button.isEnabled()
    qtbot.keyClick(page.table.view, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    page.panel.begin() if not page.panel.is_open else None
    window.settle()
    place = page.panel.kind.findData("appointments_list")
    page.panel.kind.setCurrentIndex(place)
    assert page.panel.first.value() == date(2026, 11, 1)
    assert not page.panel.form.fields["patient_id"].isVisible()
    page.panel.start_button.click()
    window.settle()
    assert not page.panel.is_open
    (row,) = page.table.rows()
    assert (row.state, row.total, row.title) == ("done", 1, "List of appointments")
    assert page.open_button.isEnabled()
    opened: list[QUrl] = []

    def note(url: QUrl) -> bool:
        opened.append(url)
        return True

    page.show_file = note
    page.open_button.click()
    window.settle()
    page.folder_button.click()
    window.settle()
    path = Path(opened[0].toLocalFile())
    assert Path(opened[1].toLocalFile()) == path.parent
    with path.open(encoding="utf-8", newline="") as stream:
        head, cells = read_rows(stream)
    assert cells[head.index("MRN")] == visit.mrn
    page.save_to(row.id, tmp_path / "mine.csv")
    window.settle()
    assert (tmp_path / "mine.csv").read_bytes() == path.read_bytes()
    assert window.errors == []


@pytest.mark.feature("JOB-3")
def test_a_large_one_waits_shows_its_progress_and_is_stopped(
    open_window: OpenWindow, services: Services, hospital: Hospital,
    monkeypatch: pytest.MonkeyPatch, folder: Path,
) -> None:  # fmt: skip
    desk = actor(services, "Sheela", RECEPTIONIST)
    book(services, desk, hospital)
    monkeypatch.setattr(start_panel.ExportRow, "is_small", property(lambda _row: False))
    window = open_window()
    page = show(window)
    page.panel.begin()
    window.settle()
    page.panel.kind.setCurrentIndex(page.panel.kind.findData("patients_list"))
    page.panel.start_button.click()
    window.settle()
    (row,) = page.table.rows()
    assert row.state == "waiting"
    assert page._timer.isActive()
    assert page.cancel_button.isEnabled()
    page.cancel_button.click()
    window.settle()
    assert page.table.rows()[0].state == "cancelled"
    assert not page._timer.isActive()
    assert not page.cancel_button.isEnabled()
    assert not folder.exists()


@pytest.mark.feature("JOB-10")
def test_what_another_program_makes_is_seen_and_a_failure_says_why(
    open_window: OpenWindow, services: Services, hospital: Hospital, folder: Path
) -> None:
    folder.write_text("in the way")
    window = open_window(ADMINISTRATOR)
    page = show(window)
    assert page.table.rows() == ()
    desk = actor(services, "Sheela", RECEPTIONIST)
    row = services.export_runs.start(desk, VISITS)
    services.export_runs.run(desk, row.id)
    window.settle()
    (found,) = page.table.rows()
    assert found.state == "failed"
    assert "cannot be made" in page.error.text()
    assert page.error.isVisible()
    assert not page.open_button.isEnabled()
    assert len(found.error) <= export_lease.ERROR_LIMIT


@pytest.mark.feature("JOB-3")
def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(
    open_window: OpenWindow, services: Services, hospital: Hospital
) -> None:
    window = open_window(DOCTOR, hospital.doctors[0])
    page = show(window)
    panel = page.panel
    panel.begin()
    window.settle()
    kinds = [panel.kind.itemData(place) for place in range(panel.kind.count())]
    assert "appointments_list" not in kinds
    assert "records_list" in kinds
    panel.kind.setCurrentIndex(panel.kind.findData("patient_history"))
    panel.start_button.click()
    window.settle()
    assert "Choose the patient" in panel.form.fields["patient_id"].error
    panel.kind.setCurrentIndex(panel.kind.findData("doctor_appointments"))
    assert panel.doctor.count() == 1, "only the own ones"
    panel.last.set_value(date(2026, 10, 1))
    panel.start_button.click()
    window.settle()
    assert "ends before it begins" in panel.form.fields["last"].error
    assert panel.is_open
    panel.last.set_value(date(2026, 11, 30))
    panel.start_button.click()
    window.settle()
    assert not panel.is_open
    assert page.table.rows()[0].state == "done"


def test_every_control_has_a_name(
    open_window: OpenWindow, services: Services, hospital: Hospital
) -> None:
    page = show(open_window())
    page.panel.begin()
    for one in (page.table.view, page.panel.kind, page.panel.doctor, page.panel.text,
                page.panel.format, page.panel.first.edit, page.panel.last.edit):  # fmt: skip
        assert one.accessibleName()
