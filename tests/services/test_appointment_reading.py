from __future__ import annotations

from dataclasses import replace

import pytest

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import Done
from hms_desktop.domain.errors import Conflict
from hms_desktop.domain.lifecycle import Status
from hms_desktop.services.assembly import Services, open_services
from tests.services.bookings import DAY, MINUTE, ONE_PM, whole_day, wish
from tests.services.conftest import Hospital, actor
from tests.support.clock import FakeClock


@pytest.mark.feature("APT-9")
def test_lists_filter_sort_and_count(
    services: Services, desk: Actor, booked: Done, hospital: Hospital
) -> None:
    later = services.appointments.book(
        desk,
        wish(
            hospital,
            patient_id=hospital.patients[1],
            doctor_id=hospital.doctors[1],
            starts_at=ONE_PM + 60 * MINUTE,
        ),
    ).appointment
    newest = replace(whole_day(), descending=True, limit=1)
    assert services.appointments.list(desk, newest) == ((later,), 2)
    of_doctor = replace(whole_day(), doctor_ids=(hospital.doctors[1],))
    assert services.appointments.list(desk, of_doctor) == ((later,), 1)
    by_name = replace(whole_day(), text=booked.appointment.patient_name.upper())
    assert services.appointments.list(desk, by_name)[1] == 1
    assert services.appointments.list(desk, replace(whole_day(), text="%"))[1] == 0
    cancelled = replace(whole_day(), statuses=(Status.CANCELLED,))
    assert services.appointments.list(desk, cancelled)[1] == 0


ORDERS = (
    "starts_at",
    "patient_name",
    "mrn",
    "doctor_name",
    "department_name",
    "visit_type_name",
    "status",
    "updated_at",
)


@pytest.mark.feature("APT-9")
def test_ids_and_rows_say_what_the_list_says(
    services: Services, desk: Actor, booked: Done, hospital: Hospital
) -> None:
    for number, doctor in enumerate(hospital.doctors):
        services.appointments.book(
            desk,
            wish(
                hospital,
                patient_id=hospital.patients[1],
                doctor_id=doctor,
                starts_at=ONE_PM + (number + 1) * 60 * MINUTE,
            ),
        )
    name = booked.appointment.patient_name
    for more in (
        {},
        {"text": name},
        {"doctor_ids": hospital.doctors[:1]},
        {"statuses": (Status.BOOKED,)},
    ):
        for order in ORDERS:
            one = replace(whole_day(), order=order, descending=order == "mrn", **more)
            rows, total = services.appointments.list(desk, one)
            ids = services.appointments.ids(desk, one)
            assert (list(ids), len(ids)) == ([row.id for row in rows], total), (order, more)
            assert services.appointments.rows(desk, ids) == rows
    assert services.appointments.rows(desk, [booked.appointment.id, 999_999]) == (
        services.appointments.get(desk, booked.appointment.id),
    )
    doctor = actor(
        services, "Dr Rao", frozenset({"appointments.read_own"}), doctor_id=hospital.doctors[1]
    )
    own = services.appointments.ids(doctor, whole_day())
    assert len(own) == 1
    assert services.appointments.rows(doctor, [booked.appointment.id, *own]) == (
        services.appointments.get(desk, own[0]),
    )


@pytest.mark.feature("APT-1")
@pytest.mark.feature("NET-4")
def test_the_grid_is_cached_until_a_visit_changes(
    services: Services, desk: Actor, booked: Done, hospital: Hospital
) -> None:
    first = services.appointments.grid(desk, DAY, 1, hospital.doctors)
    assert [box.id for box in first] == [booked.appointment.id]
    assert services.appointments.grid(desk, DAY, 1, hospital.doctors) is first
    services.appointments.edit_note(desk, booked.appointment.id, 1, "")
    assert not services.appointments.grid(desk, DAY, 1, hospital.doctors)[0].has_note


@pytest.mark.feature("NET-3")
def test_two_programs_on_one_database_see_each_other(
    services: Services, desk: Actor, booked: Done, hospital: Hospital, database_url: str
) -> None:
    second = open_services(database_url, clock=FakeClock())
    there = actor(second, "Maria", desk.permissions, workstation="desk-2")
    assert second.appointments.get(there, booked.appointment.id) == booked.appointment
    with pytest.raises(Conflict):
        second.appointments.book(there, wish(hospital, patient_id=hospital.patients[1]))
    second.close()
