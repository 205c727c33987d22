"""The availability page over a real database: a doctor's own, or an administrator's."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtWidgets import QVBoxLayout

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import AppointmentRow, BookAppointment
from hms_desktop.domain.permissions import ADMINISTRATOR
from hms_desktop.services.assembly import Services
from hms_desktop.ui.pages.availability import AvailabilityPage
from tests.ui.patients.desk import Place, place

WEDNESDAY = datetime(2026, 11, 25, 4, 30, tzinfo=UTC)
"""Wednesday 10:00 by the hospital's clock (India); the clock stands at Monday."""
HALF = timedelta(minutes=30)


@dataclass
class Room:
    """A page in its window."""

    place: Place
    page: AvailabilityPage

    @property
    def services(self) -> Services:
        return self.place.services

    @property
    def actor(self) -> Actor:
        return self.page.desk.actor

    @property
    def doctor(self) -> int:
        return self.place.doctors[0]

    def settle(self) -> None:
        self.place.settle()

    def go(self, part: str) -> None:
        self.page.parts.set_value(part)
        self.page.parts.changed.emit(part)
        self.settle()

    def book(self, patient: int, starts_at: datetime, doctor: int = 0) -> AppointmentRow:
        here = self.place
        boss = self.services.context.gate.system("boss")
        wish = BookAppointment(
            here.patients[patient].id, here.doctors[doctor], here.visit_type, starts_at
        )
        return self.services.appointments.book(boss, wish).appointment

    def toast(self) -> str:
        return self.page.desk.toasts.toasts[-1].text

    def undo(self) -> None:
        button = self.page.desk.toasts.toasts[-1].undo_button
        assert button is not None
        button.click()
        self.settle()


@contextmanager
def room(
    url: str,
    folder: Path,
    *,
    permissions: frozenset[str] = ADMINISTRATOR,
    own: bool = False,
    width: int = 1400,
    height: int = 900,
) -> Iterator[Room]:
    """Open the page for an administrator, or (``own``) for the first doctor."""
    with place(url, folder) as here, open_page(here, permissions=permissions, own=own) as made:
        here.window.resize(width, height)
        here.window.show()
        here.settle()
        yield made


@contextmanager
def open_page(here: Place, *, permissions: frozenset[str], own: bool) -> Iterator[Room]:
    """Put a page into the window of a place."""
    known = here.actor
    actor = here.services.context.gate.admit(
        replace(
            known,
            token=secrets.token_hex(8),
            permissions=permissions,
            doctor_id=here.doctors[0] if own else None,
        )
    )
    desk = replace(here.desk, actor=actor)
    page = AvailabilityPage(desk, here.window)
    layout = here.window.layout() or QVBoxLayout(here.window)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(page)
    here.settle()
    page.show_doctor(here.doctors[0])
    here.settle()
    yield Room(here, page)
