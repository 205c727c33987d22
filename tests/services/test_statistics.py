from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import BookAppointment, CancelAppointment
from hms_desktop.domain.errors import NotAllowed
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.queue import DeskTiles
from hms_desktop.services.assembly import Services
from tests.services.conftest import Hospital
from tests.support.clock import FakeClock

DAY = date(2026, 11, 23)
ONE_PM = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)


@pytest.mark.feature("DSH-4")
def test_the_tiles_follow_what_the_desk_does(
    services: Services, desk: Actor, hospital: Hospital, clock: FakeClock
) -> None:
    def tiles() -> DeskTiles:
        return services.statistics.desk_tiles(desk, DAY)

    # Two doctors, 12:00 to 17:00, half an hour each.
    assert tiles() == DeskTiles(0, 0, 0, None, 20)
    rows = [
        services.appointments.book(
            desk, BookAppointment(patient, hospital.doctors[0], hospital.visit_type, at)
        ).appointment
        for patient, at in zip(
            hospital.patients, (ONE_PM + timedelta(minutes=30 * n) for n in range(3)), strict=True
        )
    ]
    assert tiles() == DeskTiles(3, 0, 0, None, 17)
    services.appointments.cancel(desk, CancelAppointment(rows[2].id, rows[2].version))
    assert tiles() == DeskTiles(2, 0, 0, None, 18)
    for row in rows[:2]:
        services.queue.check_in(desk, row.id, row.version)
    clock.advance(minutes=20)
    assert tiles() == DeskTiles(2, 2, 2, 20, 16)  # the two slots of 12:00 have passed
    token = services.queue.board(desk, DAY)[0]
    services.queue.start(desk, token.token_id)
    clock.advance(minutes=20)
    assert tiles() == DeskTiles(2, 2, 1, 30, 14)
    assert services.statistics.desk_tiles(desk, DAY + timedelta(days=1)) == DeskTiles(
        0, 0, 0, None, 32
    )


@pytest.mark.feature("DSH-4")
def test_who_did_not_come_was_booked(
    services: Services, desk: Actor, hospital: Hospital, clock: FakeClock
) -> None:
    wish = BookAppointment(hospital.patients[0], hospital.doctors[0], hospital.visit_type, ONE_PM)
    one = services.appointments.book(desk, wish).appointment
    clock.advance(hours=2)
    services.appointments.set_status(desk, [(one.id, one.version)], Status.NO_SHOW)
    tiles = services.statistics.desk_tiles(desk, DAY)
    assert (tiles.booked, tiles.arrived) == (1, 0)


@pytest.mark.feature("DSH-4")
def test_a_day_counts_by_the_hospitals_clock(
    services: Services, admin: Actor, hospital: Hospital, clock: FakeClock
) -> None:
    services.hospital.change_settings(admin, {"zone": "Asia/Kolkata"})
    late = datetime(2026, 11, 23, 18, 29, tzinfo=UTC)  # 23:59 in Kolkata
    for patient, at in zip(hospital.patients, (late, late + timedelta(minutes=30)), strict=False):
        services.appointments.book(
            admin,
            BookAppointment(
                patient,
                hospital.doctors[0],
                hospital.visit_type,
                at,
                outside_hours_reason="night",
            ),
        )
    assert services.statistics.desk_tiles(admin, DAY).booked == 1
    assert services.statistics.desk_tiles(admin, DAY + timedelta(days=1)).booked == 1


def test_tiles_need_the_permission(services: Services, doctor_actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        services.statistics.desk_tiles(doctor_actor, DAY)
