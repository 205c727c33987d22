"""Reports: chosen, seen as paper, kept ones opened and saved."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from hms_desktop.domain.doctor_month import Month
from hms_desktop.domain.permissions import ADMINISTRATOR
from hms_desktop.services.assembly import Services
from hms_desktop.ui.pages.reports import ReportsPage
from tests.services.conftest import Hospital
from tests.support import pdf
from tests.ui.now.conftest import OpenWindow
from tests.ui.now.desk import Window
from tests.ui.pages.doctor_month import make_month
from tests.ui.paper.conftest import no_printers

__all__ = ["no_printers"]


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HMS_REPORTS_MINUTE", "05:30")
    return tmp_path / "kept"


def show(window: Window) -> ReportsPage:
    page = ReportsPage(window.desk, window)
    page.resize(1280, 760)
    window.resize(1280, 760)
    window.show()
    window.activateWindow()
    window.settle()
    return page


def words(page: ReportsPage) -> str:
    assert page.preview.paper is not None
    pdf.check(page.preview.paper.pdf)
    return pdf.text(page.preview.paper.pdf)


@pytest.mark.feature("JOB-5")
def test_each_report_is_chosen_and_seen(
    open_window: OpenWindow,
    no_printers: None,
    services: Services,
    hospital: Hospital,
    visits: tuple[int, ...],
    qtbot: QtBot,
) -> None:
    make_month(services, hospital)
    window = open_window(ADMINISTRATOR)
    page = show(window)
    assert page.choices.hospital_month.value == Month(2026, 10)
    assert "On the 1st at 05:30" in page.schedule.text()
    assert "Tue 1 Dec 05:30" in page.schedule.text()
    page.commands.set_active(True)
    qtbot.keyClick(page, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    window.settle()
    assert "October 2026" in words(page)
    page.preview.close_overlay()
    name = page.choices.doctor.currentText()
    page.choices.of_doctor.button.click()
    window.settle()
    assert name in words(page)
    page.preview.close_overlay()
    assert page.choices.day.value() == date(2026, 11, 23)
    page.choices.day_doctor.setCurrentText(name)
    page.choices.of_day.button.click()
    window.settle()
    assert name in words(page)
    page.preview.close_overlay()
    assert window.errors == []


@pytest.mark.feature("JOB-5")
@pytest.mark.feature("JOB-10")
def test_kept_reports_are_listed_opened_saved_and_missing_mail_is_a_sentence(
    open_window: OpenWindow,
    no_printers: None,
    services: Services,
    hospital: Hospital,
    kept: Path,
    tmp_path: Path,
) -> None:
    make_month(services, hospital)
    window = open_window(ADMINISTRATOR)
    page = show(window)
    assert page.table.rows() == ()
    assert not page.open_button.isEnabled()
    system = services.context.gate.system("jobs", "office")
    services.hospital.change_settings(system, {"exports_folder": str(kept)})
    services.monthly_reports.make_hospital(system, services.context.settings(), "2026-10")
    window.settle()
    page.open_kept("2026-10")
    window.settle()
    row = page.table.current_row()
    assert row is not None
    columns = {one.key: one for one in page.table.model.columns}
    assert [columns[key].text(row) for key in ("period", "whose", "at")] == [
        "October 2026",
        "The hospital",
        "office",
    ]
    page.table.opened.emit(row)
    window.settle()
    assert "October 2026" in words(page)
    page.preview.close_overlay()
    page.save_to(row.id, tmp_path / "mine.pdf")
    window.settle()
    assert (tmp_path / "mine.pdf").stat().st_size == row.bytes
    page.mail()
    window.settle()
    assert "No mail server" in window.toast()
    asked: list[object] = []
    window.desk.navigate.job.connect(asked.append)
    page.jobs_button.click()
    assert asked == [None]
    assert window.errors == []
