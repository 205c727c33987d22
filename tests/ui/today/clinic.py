"""A doctor's Today page over a small hospital."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from PySide6.QtWidgets import QVBoxLayout

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import AppointmentRow
from hms_desktop.domain.consultations import CompleteVisit, Encounter
from hms_desktop.services.assembly import Services
from hms_desktop.ui.pages.today import TodayPage
from tests.services.bookings import ONE_PM, arrive, book
from tests.services.clinic import RECORD
from tests.services.conftest import Hospital
from tests.support.clock import FakeClock
from tests.ui.now.desk import Window


@dataclass
class Clinic:
    services: Services
    hospital: Hospital
    desk: Actor
    window: Window
    clock: FakeClock
    visits: list[AppointmentRow] = field(default_factory=list)

    def book_day(self) -> None:
        """Book three patients half an hour apart; the first two have arrived."""
        for patient in range(3):
            done = book(
                self.services,
                self.desk,
                self.hospital,
                patient=patient,
                starts_at=ONE_PM + patient * timedelta(minutes=30),
            )
            if patient < 2:
                done = arrive(self.services, self.desk, done)
            self.visits.append(done.appointment)

    def open_page(self) -> TodayPage:
        self.page = TodayPage(self.window.desk)
        layout = self.window.layout() or QVBoxLayout(self.window)
        layout.addWidget(self.page)
        self.window.resize(1500, 950)
        self.window.show()
        self.window.activateWindow()
        self.settle()
        return self.page

    def settle(self) -> None:
        self.window.settle()

    def open(self, number: int) -> None:
        self.page.open_appointment(self.visits[number].id)
        self.settle()

    def type_complaint(self, text: str) -> None:
        """Type into the first field of the form as a person does."""
        edit = self.page.part.form.complaint.edit
        edit.setFocus()
        edit.insertPlainText(text)
        self.settle()

    def fill(self) -> None:
        """Put a whole record into the form, as typing it would."""
        self.page.part.form.show_record(RECORD, None)
        self.page.part.form.changed.emit()
        self.settle()

    def encounter(self, number: int) -> Encounter | None:
        who = self.window.desk.actor
        return self.services.consultations.encounter(who, self.visits[number].id)

    def complete_elsewhere(self, number: int) -> None:
        who = self.window.desk.actor
        self.services.consultations.complete(who, CompleteVisit(self.visits[number].id, RECORD))
