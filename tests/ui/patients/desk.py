"""A desk over a real database, for the widgets about patients."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication, QWidget

from hms_desktop.db.tables.accounts import user as user_account
from hms_desktop.db.tables.availability import working_session
from hms_desktop.db.tables.doctors import department, doctor
from hms_desktop.db.tables.hospital import setting
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import BookAppointment
from hms_desktop.domain.dates import BirthDate
from hms_desktop.domain.names import Name
from hms_desktop.domain.patients import PatientRow, RegisterPatient, Sex
from hms_desktop.domain.permissions import ADMINISTRATOR, RECEPTIONIST
from hms_desktop.services.assembly import Services, open_services
from hms_desktop.ui.actions import CommandSet
from hms_desktop.ui.bridge import Bridge
from hms_desktop.ui.drafts import Drafts
from hms_desktop.ui.layout_memory import DictMemory, LayoutMemory
from hms_desktop.ui.pages.base import Desk, Navigator, UndoHistory
from hms_desktop.ui.plaintext import install_guard
from hms_desktop.ui.runner import Runner
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.toast import ToastStack
from tests.support import seed
from tests.support.clock import FakeClock
from tests.support.rest import come_to_rest

DOCTORS = ("Dr Meera Rao", "Dr Iqbal Khan")
PEOPLE = (
    ("Kumar", "Swamy", Sex.MALE, date(1980, 3, 12), "+91 98765 43210", "Penicillin"),
    ("Kumaraswamy", "Iyer", Sex.MALE, date(1965, 1, 2), "+91 98450 11223", ""),
    ("Kumari", "Sharma", Sex.FEMALE, date(1997, 9, 9), "", ""),
    ("Fatima", "Sheikh", Sex.FEMALE, date(2019, 5, 30), "+91 80 2345 6789", ""),
)


@dataclass
class Place:
    """A hospital with two doctors and four patients, and a desk in it."""

    desk: Desk
    window: QWidget
    clock: FakeClock
    patients: tuple[PatientRow, ...]
    doctors: tuple[int, ...]
    visit_type: int

    @property
    def services(self) -> Services:
        return self.desk.services

    @property
    def actor(self) -> Actor:
        return self.desk.actor

    def settle(self) -> None:
        """Let everything underway arrive."""
        come_to_rest(lambda: self.desk.runner.count)


def _fill(write: Write) -> tuple[tuple[int, ...], int, int]:
    places = write.insert(department, {"name": "General medicine", "short_name": "GM"})
    write.insert(setting, {"name": "zone", "value": "Asia/Kolkata", "updated_at": write.now})
    numbers = []
    for name in DOCTORS:
        number = seed.new_doctor(write)
        write.connection.execute(
            sa.update(doctor)
            .where(doctor.c.id == number)
            .values(display_name=name, department_id=places)
        )
        for weekday in range(6):
            write.insert(
                working_session,
                {
                    "doctor_id": number,
                    "weekday": weekday,
                    "start_minute": 9 * 60,
                    "end_minute": 18 * 60,
                },
            )
        numbers.append(number)
    user = write.insert(
        user_account,
        {"login": "sheela", "display_name": "Sheela J.", "password_hash": "x"},
    )
    return tuple(numbers), seed.new_visit_type(write), user


@contextmanager
def place(url: str, folder: Path, *, permissions: frozenset[str] = RECEPTIONIST) -> Iterator[Place]:
    """Open a hospital and a desk in it; everything is closed afterwards."""
    clock = FakeClock()
    clock.advance(hours=-6, minutes=-32)  # 10:58 in India
    services = open_services(url, clock=clock)
    doctors, kind, user = services.context.database.write(seed.stamp(), _fill)
    services.context.cache.clear()
    gate = services.context.gate
    boss = gate.admit(
        Actor(secrets.token_hex(8), user, "Asha", ("test",), ADMINISTRATOR | RECEPTIONIST, "desk-1")
    )
    actor = gate.admit(
        Actor(secrets.token_hex(8), user, "Sheela J.", ("test",), permissions, "desk-1")
    )
    patients = tuple(
        services.patients.register(
            boss,
            RegisterPatient(
                Name(given, family),
                BirthDate(born),
                sex,
                (phone,) if phone else (),
                allergies=allergies,
            ),
        )
        for given, family, sex, born, phone, allergies in PEOPLE
    )
    services.appointments.book(
        boss,
        BookAppointment(patients[1].id, doctors[0], kind, clock.moment + timedelta(minutes=32)),
    )
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    install_guard(app)
    window = QWidget()
    runner = Runner(window)
    bridge = Bridge(services.context.bus, window, gather_ms=1)
    memory = DictMemory()
    desk = Desk(
        services=services,
        actor=actor,
        settings=services.context.settings(),
        runner=runner,
        bridge=bridge,
        theme=current_theme(),
        memory=memory,
        layout=LayoutMemory(memory, window),
        toasts=ToastStack(window),
        drafts=Drafts(runner, folder, "sheela", window),
        commands=CommandSet(window, "Window"),
        history=UndoHistory(window),
        navigate=Navigator(window),
    )
    try:
        yield Place(desk, window, clock, patients, doctors, kind)
    finally:
        bridge.close()
        desk.drafts.flush()
        runner.close()
        window.close()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, 0)
        app.processEvents()
        services.close()
