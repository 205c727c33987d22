"""The monthly activity report: any month on the screen, on paper, in a file."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from hms_desktop.domain.doctor_month import Month
from hms_desktop.domain.permissions import ADMINISTRATOR, DOCTOR
from hms_desktop.services.assembly import Services
from hms_desktop.ui.pages.my_reports import MyReportsPage
from tests.services.conftest import Hospital
from tests.support import cups
from tests.ui.now.conftest import OpenWindow
from tests.ui.now.desk import Window
from tests.ui.pages.doctor_month import make_month
from tests.ui.paper.conftest import no_printers, print_server, real_printer

__all__ = ["no_printers", "print_server", "real_printer"]


def show(window: Window) -> MyReportsPage:
    page = MyReportsPage(window.desk, window)
    page.resize(1280, 760)
    window.resize(1280, 760)
    window.show()
    window.activateWindow()
    window.settle()
    return page


@pytest.mark.feature("DOC-5")
def test_the_last_full_month_is_shown_and_any_other_by_keys(
    open_window: OpenWindow, services: Services, hospital: Hospital, qtbot: QtBot
) -> None:
    make_month(services, hospital)
    window = open_window(DOCTOR, hospital.doctors[0])
    page = show(window)
    assert page.heading.text() == "October 2026"
    tiles = page.view.tiles
    assert tiles["visits"] == "5"
    assert tiles["completed"] == "3"
    assert tiles["no-shows"] == "25 %"
    assert tiles["new patients"] == "2"
    assert [bar.total for bar in page.view.days.bars][4:6] == [2, 1]
    assert [(bar.label, bar.total) for bar in page.view.hours.bars] == [("9", 3), ("10", 2)]
    page.picker.earlier.setFocus()
    qtbot.keyClick(page.picker.earlier, Qt.Key.Key_PageUp)
    window.settle()
    assert page.heading.text() == "September 2026"
    assert page.view.tiles["visits"] == "0"
    page.picker.this_month.click()
    window.settle()
    assert page.heading.text() == "November 2026"
    assert "not over" in page.note.text()
    assert not page.picker.later.isEnabled()
    page.picker.set_month(Month(2026, 12))
    assert page.picker.value == Month(2026, 11), "no month after the present one"
    assert window.errors == []


@pytest.mark.feature("DOC-5")
def test_the_report_is_saved_as_a_sound_pdf(
    open_window: OpenWindow,
    no_printers: None,
    services: Services,
    hospital: Hospital,
    tmp_path: Path,
) -> None:
    make_month(services, hospital)
    window = open_window(DOCTOR, hospital.doctors[0])
    page = show(window)
    page.open_paper()
    window.settle()
    assert page.preview.paper is not None
    assert "October 2026" in page.preview.head.title.text()
    target = tmp_path / "october.pdf"
    page.preview.save_to(target)
    window.settle()
    if cups.program("qpdf") is None or cups.program("pdftotext") is None:
        pytest.skip("qpdf and pdftotext are not installed (packages qpdf, poppler-utils)")
    checked = subprocess.run(
        [cups.program("qpdf") or "qpdf", "--check", str(target)], capture_output=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
    assert "October 2026" in cups.text_of(target)


@pytest.mark.feature("DOC-5")
@pytest.mark.feature("PRN-1")
def test_the_report_comes_out_of_a_real_printer(
    open_window: OpenWindow,
    real_printer: cups.PrintServer,
    services: Services,
    hospital: Hospital,
) -> None:
    make_month(services, hospital)
    window = open_window(DOCTOR, hospital.doctors[0])
    page = show(window)
    page.open_paper()
    window.settle()
    bar = page.preview.bar
    bar.printer.setCurrentIndex(bar.printer.findData(real_printer.printer))
    before = len(list((real_printer.folder / "out").glob("*.pdf")))
    bar.print_button.click()
    window.settle()
    words = cups.text_of(real_printer.printed(before + 1)[-1])
    doctor = page.report.doctor_name if page.report is not None else ""
    assert doctor
    assert doctor in words
    assert "October 2026" in words


@pytest.mark.feature("DOC-5")
def test_admins_choose_the_doctor_and_doctors_do_not(
    open_window: OpenWindow, services: Services, hospital: Hospital
) -> None:
    make_month(services, hospital)
    window = open_window(ADMINISTRATOR)
    page = show(window)
    assert page.doctor.isVisible()
    page.doctor.setCurrentIndex(page.doctor.findData(hospital.doctors[0]))
    page.doctor.activated.emit(page.doctor.currentIndex())
    window.settle()
    assert page.view.tiles["visits"] == "5"
    assert window.errors == []
    own = show(open_window(DOCTOR, hospital.doctors[1]))
    assert not own.doctor.isVisible()
    assert own.view.tiles["visits"] == "0"
