from __future__ import annotations

from datetime import timedelta

import pytest

from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.permissions import ADMINISTRATOR, RECEPTIONIST
from hms_desktop.jobs.clock import JobClock
from hms_desktop.jobs.no_show import NO_SHOW
from hms_desktop.services.assembly import Services
from tests.services.bookings import ONE_PM, arrive, book
from tests.services.conftest import actor, make_hospital
from tests.support import invariants
from tests.support.clock import FakeClock


@pytest.mark.feature("QUE-5")
def test_who_never_came_is_marked_when_the_time_is_over(
    services: Services, clock: FakeClock
) -> None:
    hospital = make_hospital(services.context.database)
    desk = actor(services, "Sheela", RECEPTIONIST)
    admin = actor(services, "Asha", ADMINISTRATOR)
    services.hospital.change_settings(admin, {"no_show_on": True, "no_show_after_minutes": 60})
    missed = book(services, desk, hospital).appointment
    came = arrive(services, desk, book(services, desk, hospital, patient=1, doctor=1)).appointment
    later = book(services, desk, hospital, patient=2, starts_at=ONE_PM + timedelta(hours=1))
    jobs = JobClock(services, [NO_SHOW])
    clock.moment = missed.ends_at + timedelta(minutes=59)
    assert jobs.run_now("no_show", "first") == {"marked": 0, "left": 0}
    clock.advance(minutes=1)
    assert jobs.run_now("no_show", "second") == {"marked": 1, "left": 0}

    def status(one: int) -> Status:
        return services.appointments.get(desk, one).status

    assert status(missed.id) is Status.NO_SHOW
    assert status(came.id) is Status.ARRIVED
    assert status(later.appointment.id) is Status.BOOKED
    invariants.check(services.context.database)


@pytest.mark.feature("QUE-5")
def test_it_is_off_until_the_hospital_wants_it(services: Services) -> None:
    assert NO_SHOW.schedule(services.context.settings()) is None
