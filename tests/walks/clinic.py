"""A hospital with a doctor who logs in, and patients who wait for her; by the services alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hms_desktop.domain.accounts import CreateUser, FirstStart
from hms_desktop.domain.appointments import BookAppointment
from hms_desktop.domain.catalogue import SaveVisitType
from hms_desktop.domain.doctors import AddDoctor
from hms_desktop.domain.hours import SessionHours
from hms_desktop.domain.names import Name
from hms_desktop.domain.patients import RegisterPatient
from hms_desktop.services.assembly import Services, open_services
from tests.support.clock import FakeClock
from tests.support.programs import cheap

PASSWORD = "lantern-cobalt-meadow-47"
OTHER = "granite-violet-teapot-93"
LOGIN = "rao"
FIRST_VISIT = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
MINUTES = 10
GIVEN = ("Anita", "Bashir", "Chitra", "Dev", "Elina", "Farah", "Gopal", "Hanna", "Irfan", "Jaya")
FAMILY = ("Kulkarni", "Menon")


@dataclass(frozen=True)
class Waiting:
    """A patient who has a visit today and has arrived."""

    name: str
    patient_id: int
    appointment_id: int


def open_clinic(url: str, clock: FakeClock | None = None) -> Services:
    """Open the services as the walks' programs do: their day is always the same one."""
    return open_services(url, clock=clock or FakeClock(), authenticator=cheap())


def set_up(url: str, count: int) -> tuple[Waiting, ...]:
    """Make the hospital; ``count`` patients (at most 20) are booked and checked in by the desk."""
    services = open_clinic(url)
    accounts = services.accounts
    accounts.first_start(FirstStart("City Care", "UTC", "asha", "Asha Menon", PASSWORD))
    admin = accounts.log_in("asha", PASSWORD, "office")

    def person(login: str, name: str, role: str) -> int:
        made = accounts.create_user(admin, CreateUser(login, name, (role,)))
        accounts.redeem_code(login, accounts.start_reset(admin, made.id).code, OTHER)
        return made.id

    user = person(LOGIN, "Dr Meera Rao", "doctor")
    person("sheela", "Sheela Joseph", "receptionist")
    doctor = services.doctors.add_doctor(admin, AddDoctor("Dr Meera Rao", "R-1", user_id=user))
    services.doctors.approve(admin, doctor.id, doctor.version)
    week = [SessionHours(day, 9 * 60, 20 * 60) for day in range(7)]
    services.availability.set_week(admin, doctor.id, week)
    kind = services.catalogue.create_visit_type(admin, SaveVisitType("Clinic visit", MINUTES))
    desk = accounts.log_in("sheela", OTHER, "desk-1")
    waiting = []
    for number in range(count):
        name = Name(GIVEN[number % len(GIVEN)], FAMILY[number // len(GIVEN)])
        patient = services.patients.register(desk, RegisterPatient(name))
        at = FIRST_VISIT + number * timedelta(minutes=MINUTES)
        wish = BookAppointment(patient.id, doctor.id, kind.id, at)
        row = services.appointments.book(desk, wish).appointment
        services.queue.check_in(desk, row.id, row.version)
        waiting.append(Waiting(patient.display_name, patient.id, row.id))
    # The list of codes is read into its table once in the life of a hospital.
    who = accounts.log_in(LOGIN, OTHER, "clinic-1")
    services.codes.search(who, "I10")
    services.close()
    return tuple(waiting)
