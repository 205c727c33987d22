"""What Ctrl+K finds: commands, patients, doctors and today's appointments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from PySide6.QtCore import QCoreApplication

from hms_desktop.domain.appointments import AppointmentFilter, AppointmentRow
from hms_desktop.domain.doctors import DoctorFilter, DoctorRow
from hms_desktop.domain.patients import PatientHit
from hms_desktop.domain.zones import day_bounds
from hms_desktop.ui.actions import CommandSet
from hms_desktop.ui.pages.base import Desk, Page
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.widgets.palette_box import Deliver, Entry, PaletteBox, command_provider

FEWEST = 2
MOST = 6
R = TypeVar("R")


def add_providers(box: PaletteBox, desk: Desk, page: Callable[[], Page | None]) -> None:
    """Let the box find everything that this log-in may see."""

    def commands() -> CommandSet:
        front = page()
        return desk.commands if front is None else front.commands

    box.add_provider(command_provider(commands, _tr("Commands")))
    finder = Finder(box, desk)
    if desk.actor.may("patients.find"):
        box.add_provider(finder.patients)
    if desk.actor.may("doctors.read"):
        box.add_provider(finder.doctors)
    if desk.actor.may("appointments.read") or desk.actor.may("appointments.read_own"):
        box.add_provider(finder.visits)


def _tr(text: str) -> str:
    return QCoreApplication.translate("finding", text)


class Finder:
    """Asks the services on the runner; only the newest question is answered."""

    def __init__(self, box: PaletteBox, desk: Desk) -> None:
        """Keep who asks."""
        self._box = box
        self._desk = desk
        self._formats = Formats.of(desk.settings)

    def patients(self, text: str, deliver: Deliver) -> None:
        """Find patients by anything the search box takes."""
        desk = self._desk
        self._ask(
            "patients",
            text,
            lambda: desk.services.patients.search(desk.actor, text, MOST),
            self._patient,
            deliver,
        )

    def doctors(self, text: str, deliver: Deliver) -> None:
        """Find doctors by name."""
        desk = self._desk
        self._ask(
            "doctors",
            text,
            lambda: desk.services.doctors.doctors(desk.actor, DoctorFilter(text=text))[:MOST],
            self._doctor,
            deliver,
        )

    def visits(self, text: str, deliver: Deliver) -> None:
        """Find today's appointments by patient, number or doctor."""
        desk = self._desk
        begins, ends = day_bounds(desk.zone, desk.today())
        wish = AppointmentFilter(begins, ends + timedelta(days=1), text=text, limit=MOST)
        self._ask(
            "visits",
            text,
            lambda: desk.services.appointments.list(desk.actor, wish)[0],
            self._visit,
            deliver,
        )

    def _ask(
        self,
        kind: str,
        text: str,
        work: Callable[[], tuple[R, ...]],
        entry: Callable[[R], Entry],
        deliver: Deliver,
    ) -> None:
        if len(text.strip()) < FEWEST:
            deliver([])
            return
        self._desk.runner.run(
            work,
            owner=self._box,
            done=lambda rows: deliver([entry(row) for row in rows]),
            failed=lambda _error: deliver([]),
            key=f"find {kind}",
        )

    def _patient(self, hit: PatientHit) -> Entry:
        birth = self._formats.day(hit.birth_date) if hit.birth_date else ""
        return Entry(
            hit.name,
            lambda: self._desk.navigate.patient.emit(hit.id),
            " · ".join(part for part in (hit.mrn, birth, hit.phone) if part),
            _tr("Patients"),
            "user",
        )

    def _doctor(self, row: DoctorRow) -> Entry:
        return Entry(
            row.display_name,
            lambda: self._desk.navigate.doctor.emit(row.id),
            row.department_name,
            _tr("Doctors"),
            "doctor",
        )

    def _visit(self, row: AppointmentRow) -> Entry:
        when = self._formats.at(row.starts_at)
        return Entry(
            row.patient_name,
            lambda: self._desk.navigate.appointment.emit(row.id),
            f"{when} · {row.doctor_name} · {row.mrn}",
            _tr("Visits of today and tomorrow"),
            "calendar",
        )
