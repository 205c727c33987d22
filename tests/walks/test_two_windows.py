"""Two programs on one database: each sees what the other does; two edits never overwrite."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from hms_desktop.db.feed import Feed
from hms_desktop.domain.appointments import BookAppointment
from hms_desktop.domain.catalogue import SaveVisitType
from hms_desktop.domain.doctors import UpdateDoctor
from hms_desktop.services.assembly import Services, open_services
from tests.support import invariants
from tests.support.clock import FakeClock
from tests.ui.front_desk.desk import Place, at, make_clinic

A_SECOND = 1.0


@dataclass(frozen=True)
class Two:
    """Two desks of two programs; nothing but the database connects them."""

    one: Place
    other: Place


@pytest.fixture
def two(qtbot: QtBot, database_url: str, tmp_path: Path) -> Iterator[Two]:
    clock = FakeClock()
    programs: list[tuple[Services, Feed]] = []
    for _number in range(2):
        services = open_services(database_url, clock=clock)
        feed = Feed(services.context.database)
        programs.append((services, feed))
    clinic = make_clinic(programs[0][0])
    places = []
    for number, (services, feed) in enumerate(programs, 1):
        feed.start()
        assert feed.wait_ready()
        places.append(
            Place(
                qtbot,
                services,
                clinic,
                tmp_path / f"drafts{number}",
                name=("Sheela", "Maria")[number - 1],
                workstation=f"desk-{number}",
            )
        )
    yield Two(*places)
    for (services, feed), place in zip(programs, places, strict=True):
        place.settle()
        feed.close()
        place.close()
        services.close()
    # What both wrote together is in order.
    again = open_services(database_url, clock=clock)
    invariants.check(again.context.database)
    again.close()


@pytest.mark.feature("NET-1")
def test_a_booking_shows_on_the_other_desk_within_a_second(two: Two) -> None:
    clinic = two.one.clinic
    wish = BookAppointment(clinic.patients[0], clinic.doctors[0], clinic.visit_type, at(15))
    row = two.one.services.appointments.book(two.one.actor, wish).appointment
    began = time.monotonic()
    two.other.until(lambda: two.other.grid.visit(row.id) is not None)
    assert time.monotonic() - began < A_SECOND
    two.one.until(lambda: two.one.grid.visit(row.id) is not None)


@pytest.mark.feature("APT-13")
def test_a_slot_being_booked_shows_as_held(two: Two) -> None:
    two.one.page._open_booking(two.one.clinic.doctors[0], at(14))
    two.other.until(
        lambda: (
            two.other.grid.day is not None
            and [one.user_name for one in two.other.grid.day.holds] == ["Sheela"]
        )
    )
    two.one.page.booking.close_panel()
    two.other.until(lambda: two.other.grid.day is not None and two.other.grid.day.holds == ())


@pytest.mark.feature("NET-1")
def test_the_second_to_edit_gets_a_readable_conflict(two: Two) -> None:
    row = two.one.make_visit(14, note="as it was")
    for place in (two.one, two.other):
        place.until(lambda place=place: place.grid.visit(row.id) is not None)
        place.page.open_appointment(row.id)
        place.settle()
    first, second = two.one.page.appointment.note, two.other.page.appointment.note
    second.edit.setPlainText("from Maria")
    first.edit.setPlainText("from Sheela")
    first.save()
    two.one.settle()
    two.other.until(lambda: not second.clash.isHidden())
    assert second.edit.toPlainText() == "from Maria"
    assert (second.theirs.text(), second.yours.text()) == ("from Sheela", "from Maria")
    second.take_theirs.click()
    assert second.edit.toPlainText() == "from Sheela"


@pytest.mark.feature("APT-12")
@pytest.mark.feature("DOC-2")
def test_the_office_changes_doctors_and_kinds_of_visit_and_the_desk_follows(two: Two) -> None:
    row = two.one.make_visit(14)
    office = two.one.services
    boss = office.context.gate.system("boss")
    two.other.until(lambda: two.other.grid.visit(row.id) is not None)
    two.other.page._open_booking(two.other.clinic.doctors[1], at(15))
    (kind,) = office.catalogue.visit_types(boss)
    office.catalogue.update_visit_type(
        boss, SaveVisitType("Dressing", 20, visit_type_id=kind.id, version=kind.version)
    )
    booking = two.other.page.booking.form.type
    two.other.until(lambda: booking.currentText() == "Dressing")
    two.other.until(
        lambda: (
            two.other.grid.day is not None
            and two.other.grid.day.visit_types.get(kind.id) == "Dressing"
        )
    )
    two.other.page.booking.close_panel()
    khan = office.doctors.doctor(boss, two.one.clinic.doctors[1])
    office.doctors.block(boss, khan.id, khan.version, "Papers are missing")

    def columns() -> list[str]:
        state = two.other.page.book.state
        return [] if state is None else [one.display_name for one in state.columns]

    two.other.until(lambda: columns() == ["Dr Meera Rao"])
    rao = office.doctors.doctor(boss, two.one.clinic.doctors[0])
    office.doctors.update_doctor(
        boss,
        UpdateDoctor("Dr Rao-Iyer", rao.registration_number, doctor_id=rao.id, version=rao.version),
    )
    two.other.until(lambda: columns() == ["Dr Rao-Iyer"])
