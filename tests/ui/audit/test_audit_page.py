from __future__ import annotations

import csv
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from hms_desktop.domain.audit import AuditKind, AuditRow
from hms_desktop.domain.permissions import ADMINISTRATOR, RECEPTIONIST
from hms_desktop.services.assembly import Services
from hms_desktop.services.audit_verifying import Verifier
from hms_desktop.ui.audit import words
from hms_desktop.ui.pages.audit import AuditPage
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.seats import page_tabs
from tests.services.conftest import Hospital, actor
from tests.support import pdf, strings
from tests.ui.now.conftest import OpenWindow
from tests.ui.now.desk import Window

pytestmark = pytest.mark.feature("SEC-1")
HOSTILE = "<b>Robert</b>'); DROP TABLE <img src=/etc/passwd> &amp"


@pytest.fixture
def window(open_window: OpenWindow) -> Window:
    return open_window(ADMINISTRATOR)


@pytest.fixture
def page(
    window: Window, services: Services, hospital: Hospital, visits: tuple[int, ...]
) -> AuditPage:
    """The page of an administrator; a visit's note was changed, a chart was looked at."""
    desk = actor(services, "Maria", RECEPTIONIST, workstation="desk-2")
    services.appointments.edit_note(desk, visits[0], 1, HOSTILE)
    services.patients.open(desk, hospital.patients[1])
    made = AuditPage(window.desk, window)
    window.resize(1300, 800)
    made.resize(1300, 800)
    window.show()
    made.show()
    window.settle()
    return made


def _rows(page: AuditPage) -> tuple[AuditRow, ...]:
    ids = page.table.model.ids
    return page.desk.services.audit_trail.rows(page.desk.actor, ids)


def _shown(page: AuditPage) -> list[str]:
    return [label.text() for label in page.entry.findChildren(QLabel) if label.isVisible()]


def test_the_newest_entries_are_shown_and_narrowed(
    page: AuditPage, window: Window, hospital: Hospital, qtbot: QtBot
) -> None:
    assert [(row.user_name, row.action) for row in page.table.rows()[:2]] == [
        ("Maria", "read"), ("Maria", "edit_note"),
    ]  # fmt: skip
    everything = page.table.model.rowCount()
    page.filters.kind.set_value(AuditKind.READS)
    page.filters.changed.emit()
    window.settle()
    assert [row.action for row in _rows(page)] == ["read"]
    page.filters.reset()
    page.filters.box.set_text("drop table")
    qtbot.waitUntil(lambda: page.table.model.rowCount() == 1, timeout=10_000)
    page.filters.box.set_text("")
    page.filters.set_patient(hospital.patients[1], "Somebody")
    window.settle()
    assert {row.patient_id for row in _rows(page)} == {hospital.patients[1]}
    assert page.list_button.isEnabled()
    page.filters.any_patient.click()
    window.settle()
    assert page.table.model.rowCount() == everything
    assert not page.list_button.isEnabled()


def test_an_entry_stands_before_and_after_in_plain_words(
    page: AuditPage, window: Window, visits: tuple[int, ...], hospital: Hospital, qtbot: QtBot
) -> None:
    row = next(one for one in page.table.rows() if one.action == "edit_note")
    page.table.opened.emit(row)
    window.settle()
    shown = _shown(page)
    assert {"Note", "Before", "After", HOSTILE, "Maria", "desk-2"} & set(shown) >= {
        "Note", "Before", "After", HOSTILE, "desk-2",
    }  # fmt: skip
    assert not any(text in {"note", "edit_note", "updated_at"} for text in shown)
    with qtbot.waitSignal(page.desk.navigate.appointment) as opened:
        page.entry.visit_button.click()
    assert opened.args == [visits[0]]
    with qtbot.waitSignal(page.desk.navigate.patient) as patient:
        page.entry.patient_button.click()
    assert patient.args == [hospital.patients[0]]
    page.entry.only_button.click()
    window.settle()
    assert not page.entry.is_open
    assert {one.patient_id for one in _rows(page)} == {hospital.patients[0]}


def test_hostile_values_are_shown_as_they_are() -> None:
    formats = Formats()
    for text in strings.naughty_strings():
        assert words.value_word("note", text, formats, {}) in {
            text or "–", text.replace("_", " "),
        }  # fmt: skip
    assert words.value_word("active", True, formats, {}) == "yes"
    assert words.value_word("start_minute", 555, formats, {}) == "09:15"
    assert words.value_word("weekday", 0, formats, {}) == "Mon"
    assert words.value_word("doctor_id", 5, formats, {("doctor_id", 5): "Dr Rao"}) == "Dr Rao"
    assert words.value_word("data", {"on_date": "2026-11-23", "note": None}, formats, {}) == (
        "Date: 23.11.2026"
    )
    assert words.value_word("at", "2026-13-45T99:99:99+00:00", formats, {}).startswith("2026-13")


def test_the_check_says_sound_or_what_is_wrong(
    page: AuditPage, window: Window, services: Services
) -> None:
    page.open_check()
    window.settle()
    page.check.take_head()
    window.settle()
    paper = page.preview.paper
    assert paper is not None
    pdf.check(paper.pdf)
    page.preview.close_overlay()
    page.check.anchor.setText("nonsense")
    page.check.start()
    assert "64 hexadecimal digits" in page.check.field.error
    page.check.anchor.setText(pdf.words(paper.pdf))
    page.check.start()
    window.settle()
    assert page.check.sound.isVisible()
    assert "1 seal proved" in page.check.state.text()
    with services.context.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_entry_no_update")
        connection.execute(sa.text("UPDATE audit_entry SET user_name = 'nobody' WHERE id = 3"))
    page.check.start()
    window.settle()
    assert page.check.wrong.isVisible()
    assert not page.check.sound.isVisible()
    assert "changed. (place 3, entry 3)" in page.check.found.text()


def test_a_check_can_be_stopped(
    page: AuditPage, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, begun = threading.Event(), threading.Event()

    def slow(_self: Verifier, _anchors: object, report: Callable[[int, int], None]) -> None:
        begun.set()
        go_on.wait(10)
        report(1, 2)  # raises: nobody wants the result any more

    monkeypatch.setattr(Verifier, "run", slow)
    page.open_check()
    window.settle()
    page.check.start()
    assert begun.wait(10)
    assert page.check.stop_button.isVisible()
    page.check.stop_button.click()
    go_on.set()
    window.settle()
    assert page.check.start_button.isVisible()
    assert "Stopped" in page.check.state.text()
    assert window.errors == []


def test_the_access_list_is_shown_as_paper(
    page: AuditPage, window: Window, hospital: Hospital
) -> None:
    page.filters.set_patient(hospital.patients[1], "Somebody")
    window.settle()
    for period in ("week", "all"):
        page.filters.period.set_value(period)
        page.list_button.click()
        window.settle()
        paper = page.preview.paper
        assert paper is not None
        assert "Maria" in pdf.words(paper.pdf)
        page.preview.close_overlay()


def test_the_filtered_list_goes_into_a_file(
    page: AuditPage, window: Window, tmp_path: Path
) -> None:
    page.filters.kind.set_value(AuditKind.READS)
    target = tmp_path / "audit.csv"
    page.export_to(target)
    window.settle()
    with target.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["user_name"], row["action"]) == ("Maria", "Looked at")
    assert "1 entries exported" in window.toast()
    page.export_to(tmp_path / "missing" / "audit.csv")
    window.settle()
    assert "could not be written" in window.toast()


def test_a_patient_is_chosen_by_typing(
    page: AuditPage, window: Window, hospital: Hospital, services: Services
) -> None:
    page.filters.patient.click()
    window.settle()
    assert page.patients.is_open
    hit = services.patients.hits(page.desk.actor, [hospital.patients[2]])[0]
    page.patients.picker.set_patient(hit)
    window.settle()
    assert not page.patients.is_open
    assert hit.name in page.filters.patient.text()
    assert {row.patient_id for row in _rows(page)} == {hospital.patients[2]}


def test_only_who_may_read_the_trail_has_the_page(services: Services) -> None:
    for permissions, has in ((ADMINISTRATOR, True), (RECEPTIONIST, False)):
        tabs = page_tabs(actor(services, "Somebody", permissions))
        assert (AuditPage in {tab.make for tab in tabs}) is has
