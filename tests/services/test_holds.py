from __future__ import annotations

from datetime import timedelta

import pytest

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Conflict, Invalid
from hms_desktop.services.assembly import Services
from tests.services.bookings import DAY, ONE_PM, wish
from tests.services.conftest import Hospital
from tests.support.clock import FakeClock

pytestmark = pytest.mark.feature("APT-13")
HALF = timedelta(minutes=30)


def test_a_held_slot_shows_and_is_refused_at_the_other_desk(
    services: Services, desk: Actor, other_desk: Actor, hospital: Hospital
) -> None:
    doctor = hospital.doctors[0]
    held = services.holds.take(desk, doctor, ONE_PM, ONE_PM + HALF, "t1")
    assert services.holds.on_days(other_desk, DAY, 1, hospital.doctors) == (held,)
    with pytest.raises(Conflict, match="Sheela at desk-1"):
        services.holds.take(other_desk, doctor, ONE_PM, ONE_PM + HALF, "t2")
    with pytest.raises(Conflict) as caught:
        services.appointments.book(other_desk, wish(hospital))
    assert caught.value.kind == "hold"


def test_booking_with_the_hold_lets_it_go(
    services: Services, desk: Actor, hospital: Hospital
) -> None:
    services.holds.take(desk, hospital.doctors[0], ONE_PM, ONE_PM + HALF, "t1")
    services.appointments.book(desk, wish(hospital, hold_token="t1"))
    assert services.holds.on_days(desk, DAY, 1, hospital.doctors) == ()


def test_a_hold_moves_with_its_token(services: Services, desk: Actor, hospital: Hospital) -> None:
    services.holds.take(desk, hospital.doctors[0], ONE_PM, ONE_PM + HALF, "t1")
    services.holds.take(desk, hospital.doctors[1], ONE_PM, ONE_PM + HALF, "t1")
    (held,) = services.holds.on_days(desk, DAY, 1, hospital.doctors)
    assert held.doctor_id == hospital.doctors[1]


def test_an_abandoned_hold_expires(
    services: Services, desk: Actor, other_desk: Actor, hospital: Hospital, clock: FakeClock
) -> None:
    services.holds.take(desk, hospital.doctors[0], ONE_PM, ONE_PM + HALF, "t1")
    clock.advance(seconds=services.context.settings().hold_seconds + 1)
    services.appointments.book(other_desk, wish(hospital))


def test_a_released_hold_is_gone_and_releasing_again_is_no_error(
    services: Services, desk: Actor, hospital: Hospital
) -> None:
    services.holds.take(desk, hospital.doctors[0], ONE_PM, ONE_PM + HALF, "t1")
    services.holds.release(desk, "t1")
    services.holds.release(desk, "t1")
    assert services.holds.on_days(desk, DAY, 1, hospital.doctors) == ()


def test_a_hold_needs_a_token_and_time(services: Services, desk: Actor, hospital: Hospital) -> None:
    with pytest.raises(Invalid):
        services.holds.take(desk, hospital.doctors[0], ONE_PM, ONE_PM, "t1")
    with pytest.raises(Invalid):
        services.holds.take(desk, hospital.doctors[0], ONE_PM, ONE_PM + HALF, "")
