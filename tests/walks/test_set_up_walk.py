"""The office sets a clinic up by keys: department, doctor with log-in, hours; the desk books."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hms_desktop import opening
from hms_desktop.app import Program
from hms_desktop.domain.names import Name
from hms_desktop.domain.patients import RegisterPatient
from hms_desktop.services.assembly import Services, open_services
from hms_desktop.settings import WindowOptions, load_settings
from hms_desktop.ui.pages.availability import AvailabilityPage
from hms_desktop.ui.pages.catalogue import CataloguePage
from hms_desktop.ui.pages.doctors_admin import DoctorsAdminPage
from hms_desktop.ui.pages.front_desk import FrontDeskPage
from tests.support import invariants
from tests.support.programs import cheap
from tests.ui.shell_desk import OTHER, PASSWORD, begin
from tests.walks.keyboard import CONTROL, Keyboard, StrayWindows

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def keys(
    qtbot: QtBot, qapp: QApplication, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Keyboard]:
    def cheaply(url: str) -> Services:
        return open_services(url, authenticator=cheap())

    begin(database_url).close()
    monkeypatch.setattr(opening, "open_services", cheaply)
    program = Program(qapp, WindowOptions(database=database_url, demo=False), load_settings())
    program.start()
    program.window.activateWindow()
    one = Keyboard(program, qtbot)
    one.until(lambda: program.sessions is not None)
    yield one
    one.until(lambda: True)
    program.window.close()
    program.close()
    program.window.deleteLater()
    program.deleteLater()
    QApplication.processEvents()


def front(keys: Keyboard, title: str) -> object:
    keys.command(f"go to {title}")
    keys.until(lambda: True)
    bench = keys.sessions.bench
    assert bench is not None
    return bench.scope


def stock(keys: Keyboard) -> None:
    """A department and a specialization."""
    page = front(keys, "Catalogue")
    assert isinstance(page, CataloguePage)
    for number, name in ((1, "Cardiology"), (2, "Heart rhythm")):
        keys.press(Qt.Key(Qt.Key.Key_0.value + number), CONTROL | SHIFT)
        keys.until(lambda: True)
        keys.press(Qt.Key.Key_N, CONTROL)
        keys.type(name)
        keys.press(Qt.Key.Key_Return, CONTROL)
        keys.until(lambda: not page.section.panel.is_open)


def hire(keys: Keyboard) -> DoctorsAdminPage:
    """A doctor of that department with a log-in, the code handed over, approved."""
    page = front(keys, "Doctors")
    assert isinstance(page, DoctorsAdminPage)
    keys.press(Qt.Key.Key_N, CONTROL)
    form = page.form
    for name, text in (
        ("display_name", "Dr Kiran Bhat"),
        ("registration_number", "KA-77123"),
        ("practising_since", "1999"),
        ("department_id", "Card"),
        ("login", "kiran"),
    ):
        keys.tab_to(form.form.field(name).input)
        keys.type(text)
    form.skills.editor.write([one.id for one in page._choices.specializations])
    form.skills.menu.changed.emit()
    keys.press(Qt.Key.Key_Return, CONTROL)
    keys.until(page.code.isVisible)
    code = page.code.code.text()
    keys.press(Qt.Key.Key_Space)  # handed over
    keys.until(lambda: not page.code.isVisible())
    page.card.table.view.setFocus()
    keys.press(Qt.Key.Key_P, CONTROL)
    keys.until(lambda: page.details.row is not None and page.details.row.bookable)
    row = page.details.row
    assert row is not None
    assert (row.department_name, row.specializations) == ("Cardiology", ("Heart rhythm",))
    page.desk.services.accounts.redeem_code("kiran", code, "heron walnut thimble")
    return page


@pytest.mark.feature("DEP-1")
@pytest.mark.feature("DEP-2")
@pytest.mark.feature("DOC-1")
@pytest.mark.feature("DOC-2")
@pytest.mark.feature("AVL-1")
def test_a_clinic_is_set_up_and_the_desk_books_in_it(keys: Keyboard) -> None:
    strays = StrayWindows(keys)
    QApplication.instance().installEventFilter(strays)  # type: ignore[union-attr]
    keys.log_in("asha", PASSWORD)
    stock(keys)
    page = hire(keys)
    keys.tab_to(page.details.hours_button)
    keys.press(Qt.Key.Key_Space)
    bench = keys.sessions.bench
    assert bench is not None
    keys.until(lambda: isinstance(bench.scope, AvailabilityPage))
    hours = bench.scope
    assert isinstance(hours, AvailabilityPage)
    keys.until(lambda: hours.doctor_id() == page.details.row.id)  # type: ignore[union-attr]
    for line in hours.week.texts.lines:
        keys.tab_to(line)
        keys.type("9-12")
    keys.press(Qt.Key.Key_S, CONTROL)
    keys.until(lambda: not hours.week.dirty)
    services, actor = page.desk.services, page.desk.actor
    patient = services.patients.register(actor, RegisterPatient(Name("Kumar", "Swamy")))
    keys.command("log out")
    keys.until(lambda: keys.sessions.bench is None)

    keys.log_in("sheela", OTHER)
    desk = front(keys, "Front desk")
    assert isinstance(desk, FrontDeskPage)
    keys.press(Qt.Key.Key_B, CONTROL)
    keys.type("kumar 10am tomorrow bhat")
    keys.until(lambda: True)
    keys.press(Qt.Key.Key_Return)
    today = desk.desk.today()
    boss = desk.desk.services.context.gate.system("boss")
    doctor = page.details.row
    assert doctor is not None

    def booked() -> bool:
        rows = desk.desk.services.appointments.grid(boss, today + timedelta(days=1), 1, [doctor.id])
        return [one.patient_id for one in rows] == [patient.id]

    keys.until(booked)
    assert strays.seen == []
    invariants.check(desk.desk.services.context.database)
