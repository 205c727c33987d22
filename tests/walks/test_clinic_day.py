"""One whole clinic day of a doctor by keyboard alone, compared with what was typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from hms_desktop import opening
from hms_desktop.app import Program
from hms_desktop.domain.consultations import Diagnosis, PrescriptionItem, Record
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.vitals import Vitals
from hms_desktop.settings import WindowOptions, load_settings
from hms_desktop.ui.pages.today import TodayPage
from tests.support import invariants
from tests.support.clock import FakeClock
from tests.walks.clinic import LOGIN, OTHER, Waiting, open_clinic, set_up
from tests.walks.keyboard import CONTROL, Keyboard

CONTROL_SHIFT = CONTROL | Qt.KeyboardModifier.ShiftModifier
PATIENTS = 20
LATE, SWITCHED, LOCKED, PASTED = 4, 8, 12, 15
"""Numbers of the patients with whom something comes in between."""
LETTER = "Sent by Dr Núñez:\nरोगी को दो सप्ताह से खाँसी है।\n„Bitte prüfen“ — 𝒜 ≥ 3×/d 🩺"
CODES = ("I10", "E11", "J45", "K21")


@dataclass(frozen=True)
class Typed:
    """What the doctor types for one patient, key by key, and the record it must become."""

    complaint: str
    signs: tuple[str, ...]
    vitals: Vitals
    diagnosis: str
    coded: bool
    notes: str
    drug: tuple[str, ...]

    @classmethod
    def of(cls, number: int, name: str) -> Typed:
        """Return something different for each patient, quotes and markup too."""
        upper, lower, pulse = 110 + number, 70 + number, 60 + number
        return cls(
            complaint=f"{name}: cough & fever since {number + 2} days; <b>no</b> 100% relief",
            signs=(f"{upper}/{lower}", str(pulse), "37.4", "97", "15", f"{60 + number}.5", "165"),
            vitals=Vitals(upper, lower, pulse, 374, 97, 15, (60 + number) * 1000 + 500, 1650),
            diagnosis=CODES[number % 4] if number % 2 else f"worried, {number} nights of bad sleep",
            coded=bool(number % 2),
            notes=f'Note {number}: chest clear, "S1 S2" heard; x < y; plan = rest\\fluids',
            drug=(f"Zzsyrup {number} mg", "5 ml", "oral", "1-0-1", f"{number + 3} days", "warm"),
        )


class Doctor(Keyboard):
    """A doctor at the real window."""

    @property
    def page(self) -> TodayPage:
        assert self.sessions.bench is not None
        page = self.sessions.bench.scope
        assert isinstance(page, TodayPage)
        return page

    @property
    def shown(self) -> int:
        opened = self.page.part.opened
        return 0 if opened is None else opened.visit.id

    def status(self, appointment_id: int) -> Status:
        visit = self.page.list.visit(appointment_id)
        assert visit is not None
        return visit.status

    def to_line(self, appointment_id: int) -> None:
        """Walk the list to a visit with the arrows."""
        self.press(Qt.Key.Key_L, CONTROL_SHIFT)
        lines = self.page.list.list
        self.press(Qt.Key.Key_Home)
        for _ in range(PATIENTS):
            if lines.current_key() == appointment_id:
                return
            self.press(Qt.Key.Key_Down)
        pytest.fail("the arrows do not reach the visit")

    def begin(self, appointment_id: int) -> None:
        self.until(lambda: self.shown == appointment_id)
        self.press(Qt.Key.Key_F9)
        self.until(lambda: self.status(appointment_id) is Status.IN_CONSULTATION)
        assert self.page.part.form.isAncestorOf(self.focused())

    def fill_rest(self, typed: Typed) -> None:
        """Type everything after the complaint."""
        form = self.page.part.form
        self.press(Qt.Key.Key_2, CONTROL)
        for sign in typed.signs:
            self.type(sign)
            self.press(Qt.Key.Key_Tab)
        self.press(Qt.Key.Key_3, CONTROL)
        self.type(typed.diagnosis)
        self.until(lambda: form.diagnoses.completion.is_open)
        if not typed.coded:
            self.press(Qt.Key.Key_Up)  # the words as typed stand last
        self.press(Qt.Key.Key_Return)
        self.press(Qt.Key.Key_5, CONTROL)
        self.type(typed.notes)
        self.press(Qt.Key.Key_6, CONTROL)
        for cell in typed.drug:
            self.type(cell)
            self.press(Qt.Key.Key_Tab)

    def complete(self, appointment_id: int) -> None:
        self.press(Qt.Key.Key_Return, CONTROL)
        self.until(lambda: self.status(appointment_id) is Status.COMPLETED)


@pytest.fixture
def waiting(sqlite_url: str) -> tuple[Waiting, ...]:
    return set_up(sqlite_url, PATIENTS)


@pytest.fixture
def doctor(
    sqlite_url: str,
    waiting: tuple[Waiting, ...],
    qtbot: QtBot,
    qapp: QApplication,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Doctor]:
    assert len(waiting) == PATIENTS
    clock = FakeClock()
    monkeypatch.setattr(opening, "open_services", lambda url: open_clinic(url, clock))
    program = Program(qapp, WindowOptions(database=sqlite_url, demo=False), load_settings())
    program.start()
    program.window.activateWindow()
    one = Doctor(program, qtbot)
    one.until(lambda: program.sessions is not None)
    yield one
    one.until(lambda: True)
    program.window.close()
    program.close()
    program.window.deleteLater()
    program.deleteLater()
    QApplication.processEvents()


def skip(keys: Doctor, visit: int) -> None:
    """The patient who was called does not come: K on the line, then the next one."""
    keys.to_line(visit)
    keys.press(Qt.Key.Key_K)
    keys.until(lambda: "skipped" in keys.page.list.list.model.lines[LATE].detail)
    keys.press(Qt.Key.Key_F8)


def bring_back(keys: Doctor, visit: int) -> None:
    """The late patient is there after all."""
    keys.to_line(visit)
    keys.press(Qt.Key.Key_R)
    keys.until(lambda: "waiting" in keys.page.list.list.model.lines[LATE].detail)
    keys.press(Qt.Key.Key_F6)


def look_elsewhere(keys: Doctor, visit: int, other: int, typed: str) -> None:
    """Open another patient in the middle of a word, then come back and go on."""
    edit = keys.page.part.form.complaint.edit
    keys.to_line(other)
    keys.press(Qt.Key.Key_Return)
    keys.until(lambda: keys.shown == other)
    assert edit.text() == ""
    keys.to_line(visit)
    keys.press(Qt.Key.Key_Return)
    keys.until(lambda: keys.shown == visit)
    assert edit.text() == typed
    keys.press(Qt.Key.Key_F6)
    keys.press(Qt.Key.Key_End, CONTROL)


def lock_and_unlock(keys: Doctor) -> None:
    """Go for a coffee in the middle of a word."""
    before: QWidget = keys.focused()
    lock = keys.sessions.lock_screen
    keys.press(Qt.Key.Key_L, CONTROL)
    keys.until(lambda: lock.is_locked)
    keys.type(OTHER)
    keys.press(Qt.Key.Key_Return)
    keys.until(lambda: not lock.is_locked)
    assert keys.focused() is before, "the cursor is where it was"


def paste(keys: Doctor, text: str) -> None:
    QApplication.clipboard().setText(text)
    keys.press(Qt.Key.Key_Return)
    keys.press(Qt.Key.Key_V, CONTROL)


@pytest.mark.feature("CLN-1")
@pytest.mark.feature("CLN-2")
@pytest.mark.feature("QUE-2")
@pytest.mark.slow
def test_a_clinic_day_of_20_patients_by_keyboard(
    doctor: Doctor, waiting: tuple[Waiting, ...]
) -> None:
    keys = doctor
    keys.log_in(LOGIN, OTHER)
    keys.until(lambda: len(keys.page.list.visits) == PATIENTS)
    numbers = {one.appointment_id: number for number, one in enumerate(waiting)}
    records: dict[int, Typed] = {}
    late, seen = waiting[LATE].appointment_id, list[int]()
    keys.press(Qt.Key.Key_F8)
    while len(seen) < PATIENTS:
        keys.until(lambda: keys.shown not in {0, *seen})
        visit = keys.shown
        number = numbers[visit]
        if visit == late and len(seen) == LATE:
            skip(keys, visit)
            keys.until(lambda: keys.shown != late)
            continue
        typed = records[visit] = Typed.of(number, waiting[number].name)
        keys.begin(visit)
        half = len(typed.complaint) // 2
        keys.type(typed.complaint[:half])
        if number == SWITCHED:
            other = waiting[SWITCHED + 5].appointment_id
            look_elsewhere(keys, visit, other, typed.complaint[:half])
        if number == LOCKED:
            lock_and_unlock(keys)
        keys.type(typed.complaint[half:])
        if number == PASTED:
            paste(keys, LETTER)
        keys.fill_rest(typed)
        if number == LATE + 2:
            bring_back(keys, late)
        keys.complete(visit)
        seen.append(visit)

    order = [numbers[visit] for visit in seen]
    assert order.index(LATE) > order.index(LATE + 2)
    assert sorted(order) == list(range(PATIENTS))
    assert keys.page.part.opened is None, "nobody is left"
    compare(keys, waiting, records)


def compare(keys: Doctor, waiting: tuple[Waiting, ...], records: dict[int, Typed]) -> None:
    """Every record is what was typed, character by character, at the right patient."""
    desk = keys.page.desk
    titles = {
        code: next(
            hit.title for hit in desk.services.codes.search(desk.actor, code) if hit.code == code
        )
        for code in CODES
    }
    for number, one in enumerate(waiting):
        typed = records[one.appointment_id]
        found = desk.services.consultations.encounter(desk.actor, one.appointment_id)
        assert found is not None
        assert (found.patient_id, found.status) == (one.patient_id, Status.COMPLETED)
        assert found.newest.number == 1
        assert found.newest.record == Record(
            complaint=typed.complaint + (f"\n{LETTER}" if number == PASTED else ""),
            vitals=typed.vitals,
            diagnoses=(
                Diagnosis(titles[typed.diagnosis], typed.diagnosis)
                if typed.coded
                else Diagnosis(typed.diagnosis),
            ),
            notes=typed.notes,
            prescription=(PrescriptionItem(*typed.drug),),
        )
    assert desk.drafts.keys() == ()
    invariants.check(desk.services.context.database)
