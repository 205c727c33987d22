"""A front desk page in a window of its own, over real services and a small hospital."""

from __future__ import annotations

import itertools
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from hms_desktop.db.tables.availability import working_session
from hms_desktop.db.tables.doctors import doctor
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import (
    AppointmentFilter,
    AppointmentRow,
    BookAppointment,
)
from hms_desktop.domain.names import Name
from hms_desktop.domain.patients import RegisterPatient
from hms_desktop.domain.permissions import RECEPTIONIST
from hms_desktop.services.assembly import Services
from hms_desktop.ui.actions import CommandSet
from hms_desktop.ui.bridge import Bridge
from hms_desktop.ui.drafts import Drafts
from hms_desktop.ui.grid.view import DayGrid
from hms_desktop.ui.layout_memory import DictMemory, LayoutMemory
from hms_desktop.ui.pages.base import Desk, Navigator, UndoHistory
from hms_desktop.ui.pages.front_desk import FrontDeskPage
from hms_desktop.ui.runner import Runner
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.toast import ToastStack
from tests.support import seed
from tests.support.rest import come_to_rest

NAMES = (("Kumar", "Swamy"), ("Anita", "Desai"), ("Ravi", "Menon"))
DOCTORS = ("Dr Meera Rao", "Dr Iqbal Khan")
_requests = itertools.count()


@dataclass(frozen=True)
class Clinic:
    """Two doctors from 09:00 to 17:00 UTC every day, one visit type of 30 minutes."""

    doctors: tuple[int, ...]
    patients: tuple[int, ...]
    visit_type: int


def at(hour: int, minute: int = 0, day: int = 23) -> datetime:
    """Return a moment of the test's days (November 2026, UTC)."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def admit(
    services: Services,
    permissions: frozenset[str] = RECEPTIONIST,
    *,
    name: str = "Sheela",
    workstation: str = "desk-1",
    doctor_id: int | None = None,
) -> Actor:
    """Let somebody in without a log-in."""
    one = Actor(secrets.token_hex(8), None, name, ("test",), permissions, workstation, doctor_id)
    return services.context.gate.admit(one)


def make_clinic(services: Services) -> Clinic:
    """Write doctors, hours, a visit type and patients into an empty database."""

    def work(write: Write) -> tuple[tuple[int, ...], int]:
        ids = []
        for name in DOCTORS:
            one = seed.new_doctor(write)
            ids.append(one)
            write.connection.execute(
                sa.update(doctor).where(doctor.c.id == one).values(display_name=name)
            )
            for weekday in range(7):
                hours = {
                    "doctor_id": one, "weekday": weekday, "start_minute": 540, "end_minute": 1020,
                }  # fmt: skip
                write.insert(working_session, hours)
        return tuple(ids), seed.new_visit_type(write)

    doctors, kind = services.context.database.write(seed.stamp(), work)
    desk = admit(services)
    patients = tuple(
        services.patients.register(desk, RegisterPatient(name=Name(given=given, family=family))).id
        for given, family in NAMES
    )
    return Clinic(doctors, patients, kind)


class Place:
    """One desk: the page, its window, and hands that wait for the answers."""

    def __init__(
        self,
        qtbot: QtBot,
        services: Services,
        clinic: Clinic,
        folder: Path,
        *,
        permissions: frozenset[str] = RECEPTIONIST,
        name: str = "Sheela",
        workstation: str = "desk-1",
        doctor_id: int | None = None,
    ) -> None:
        self.qtbot = qtbot
        self.services = services
        self.clinic = clinic
        self.errors: list[Exception] = []
        self.window = QWidget()
        self.runner = Runner(self.window, on_error=self.errors.append)
        self.bridge = Bridge(services.context.bus, self.window)
        self.actor = admit(
            services, permissions, name=name, workstation=workstation, doctor_id=doctor_id
        )
        memory = DictMemory()
        self.desk = Desk(
            services=services,
            actor=self.actor,
            settings=services.context.settings(),
            runner=self.runner,
            bridge=self.bridge,
            theme=current_theme(),
            memory=memory,
            layout=LayoutMemory(memory, self.window),
            toasts=ToastStack(self.window),
            drafts=Drafts(self.runner, folder, workstation, self.window),
            commands=CommandSet(self.window, "Window"),
            history=UndoHistory(self.window),
            navigate=Navigator(self.window),
        )
        self.page = FrontDeskPage(self.desk)
        layout = QVBoxLayout(self.window)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.page)
        self.window.resize(1500, 950)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()
        self.settle()

    # ------------------------------------------------------------------ waiting
    def settle(self) -> None:
        """Wait until nothing is underway."""
        self.qtbot.waitUntil(lambda: self.page.book.state is not None, timeout=30_000)
        for _round in range(2):
            # Longer than what the panels wait for a pause in typing.
            QTest.qWait(160)
            come_to_rest(lambda: self.runner.count)
        assert self.errors == []

    def until(self, holds: object) -> None:
        """Wait for something to become true."""
        self.qtbot.waitUntil(holds, timeout=30_000)

    def close(self) -> None:
        """Close the window as the program does."""
        self.qtbot.waitUntil(lambda: self.runner.count == 0, timeout=30_000)
        self.bridge.close()
        assert self.runner.close(20)
        self.window.close()
        self.window.deleteLater()
        QApplication.sendPostedEvents(None, 52)  # QEvent.DeferredDelete

    # ------------------------------------------------------------------ data
    @property
    def grid(self) -> DayGrid:
        return self.page.book.grid

    def make_visit(
        self, hour: int, minute: int = 0, *, patient: int = 0, doctor: int = 0, note: str = ""
    ) -> AppointmentRow:
        """Book through the services and wait until the page shows it."""
        wish = BookAppointment(
            self.clinic.patients[patient],
            self.clinic.doctors[doctor],
            self.clinic.visit_type,
            at(hour, minute),
            note=note,
        )
        row = self.services.appointments.book(self.actor, wish).appointment
        self.until(lambda: self.grid.visit(row.id) is not None)
        self.settle()
        return row

    def visits(self) -> list[AppointmentRow]:
        """Return the visits that hold their slot, by start."""
        wish = AppointmentFilter(at(0), at(0, day=30))
        rows, _count = self.services.appointments.list(self.actor, wish)
        gone = {"cancelled", "entered_in_error"}
        return sorted((one for one in rows if one.status not in gone), key=lambda r: r.starts_at)

    # ------------------------------------------------------------------ hands
    def type(self, text: str) -> None:
        """Type into whatever has the focus."""
        QTest.keyClicks(self.focus(), text)

    def press(
        self,
        key: Qt.Key,
        modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        """Press one key where the focus is."""
        QTest.keyClick(self.focus(), key, modifier)

    def focus(self) -> QWidget:
        found = QApplication.focusWidget()
        assert found is not None, "nothing has the focus"
        return found

    def undo(self) -> None:
        """Take the newest change back, as the window does."""
        taken = self.desk.history.take()
        assert taken is not None
        done = self.services.undo.undo(self.actor, taken[0])
        self.desk.history.undone(done.request_id, taken[1])
        self.settle()

    def redo(self) -> None:
        """Do again what was taken back, as the window does."""
        taken = self.desk.history.take(redo=True)
        assert taken is not None
        done = self.services.undo.undo(self.actor, taken[0])
        self.desk.history.undone(done.request_id, taken[1], redo=True)
        self.settle()
