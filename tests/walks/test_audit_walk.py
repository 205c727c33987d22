"""A chart is opened in need; the administrator finds it, and later a forgery."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from hms_desktop import opening
from hms_desktop.app import Program
from hms_desktop.domain.audit import AuditKind
from hms_desktop.domain.permissions import DOCTOR
from hms_desktop.services.assembly import Services, open_services
from hms_desktop.services.demo import DemoPlan
from hms_desktop.services.demo_hospital import generate
from hms_desktop.settings import WindowOptions, load_settings
from hms_desktop.ui.pages.audit import AuditPage
from tests.support import pdf
from tests.support.rest import come_to_rest

MORNING = datetime(2026, 11, 23, 5, 28, tzinfo=UTC)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small demo hospital whose clock stands still."""
    path = tmp_path / "hospital.db"
    generate(f"sqlite:///{path}", DemoPlan(3, 60, 200, seed=5), clock=lambda: MORNING)

    def opened(url: str) -> Services:
        return open_services(url, clock=lambda: MORNING)

    monkeypatch.setattr(opening, "open_services", opened)
    return path


@pytest.fixture
def program(house: Path, qtbot: QtBot, qapp: QApplication) -> Iterator[Program]:
    options = WindowOptions(database=str(house), demo=True, workstation="Office")
    one = Program(qapp, options, load_settings())
    one.window.resize(1400, 900)
    one.start()
    one.window.activateWindow()
    until(one, lambda: one.sessions is not None)
    yield one
    one.window.close()
    one.close()
    one.window.deleteLater()
    one.deleteLater()
    QApplication.processEvents()


def until(program: Program, ready: Callable[[], object]) -> None:
    come_to_rest(lambda: program.runner.count, ready)


def open_in_need(services: Services) -> tuple[int, str]:
    """Have a doctor open the chart of somebody else's patient; return the patient."""
    context = services.context
    with context.database.read() as connection:
        user_id, doctor_id = connection.exec_driver_sql(
            "SELECT user_id, id FROM doctor WHERE user_id IS NOT NULL LIMIT 1"
        ).one()
        patient_id, name = connection.exec_driver_sql(
            "SELECT id, display_name FROM patient WHERE id NOT IN (SELECT patient_id FROM "
            f"appointment WHERE doctor_id = {doctor_id}) LIMIT 1"
        ).one()
    rao = context.gate.system("rao")
    context.gate.dismiss(rao.token)
    one = replace(rao, user_id=user_id, doctor_id=doctor_id, name="Dr Rao", permissions=DOCTOR)
    services.consultations.break_glass(context.gate.admit(one), patient_id, "found unconscious")
    services.consultations.chart(one, patient_id)
    context.gate.dismiss(one.token)
    return patient_id, name


@pytest.mark.feature("SEC-1")
def test_what_was_opened_in_need_and_what_was_forged_comes_to_light(
    program: Program, house: Path
) -> None:
    sessions = program.sessions
    assert sessions is not None
    opened = program._opened
    assert opened is not None
    patient_id, name = open_in_need(opened.services)
    password = {one[0]: one[1] for one in opened.demo_logins}["admin"]
    QTest.keyClicks(sessions.login.login, "admin")
    QTest.keyClicks(sessions.login.password, password)
    QTest.keyClick(sessions.login.password, Qt.Key.Key_Return)
    until(program, lambda: sessions.bench is not None)
    bench = sessions.bench
    assert bench is not None
    titles = [tab.title for tab in bench.known]
    bench.tabs.setCurrentIndex(titles.index("Audit"))
    until(program, lambda: isinstance(bench.scope, AuditPage))
    page = bench.scope
    assert isinstance(page, AuditPage)

    # The opening in need is one click away; Enter shows it, its button leads to the entries.
    QTest.mouseClick(page.filters.kind.findChildren(QAbstractButton)[3], Qt.MouseButton.LeftButton)
    until(program, page.table.rows)
    (row,) = page.table.rows()
    assert (row.patient_name, row.reason) == (name, "found unconscious")
    page.table.view.setFocus()
    page.table.select_ids([row.id])
    QTest.keyClick(page.table.view, Qt.Key.Key_Return)
    until(program, lambda: page.entry.is_open)
    QTest.mouseClick(page.entry.only_button, Qt.MouseButton.LeftButton)
    until(program, lambda: page.filters.patient_id == patient_id)
    page.filters.kind.set_value(AuditKind.ALL)
    page.filters.changed.emit()
    until(program, lambda: len(page.table.rows()) >= 2)

    the_access_list(program, page, name)
    a_forgery(program, page, house, row.id)


def the_access_list(program: Program, page: AuditPage, name: str) -> None:
    """Look at it as paper."""
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(page, Qt.Key.Key_L, both)
    until(program, lambda: page.preview.paper is not None)
    paper = page.preview.paper
    assert paper is not None
    text = pdf.words(paper.pdf)
    for told in (name, "Dr Rao", "unconscious", "Looked at"):
        assert told in text, told
    page.preview.close_overlay()


def a_forgery(program: Program, page: AuditPage, house: Path, entry_id: int) -> None:
    """Keep a head; then somebody with the file in hand takes the opening out of the trail."""
    QTest.mouseClick(page.check_button, Qt.MouseButton.LeftButton)
    until(program, lambda: page.check.is_open)
    QTest.mouseClick(page.check.take_button, Qt.MouseButton.LeftButton)
    until(program, lambda: page.preview.paper is not None)
    page.preview.close_overlay()
    QTest.mouseClick(page.check.start_button, Qt.MouseButton.LeftButton)
    until(program, page.check.sound.isVisible)
    with closing(sqlite3.connect(house)) as file:
        file.execute("DROP TRIGGER audit_entry_no_delete")
        file.execute("DELETE FROM audit_entry WHERE id = ?", (entry_id,))
        file.commit()
    QTest.mouseClick(page.check.start_button, Qt.MouseButton.LeftButton)
    until(program, page.check.wrong.isVisible)
    assert (
        f"An entry was deleted. (place {entry_id:,}, entry {entry_id:,})" in page.check.found.text()
    )
