"""Who is reminded of what, when; against independent cases as well."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.availability import working_session
from hms_desktop.db.tables.messages import outbox
from hms_desktop.db.tables.patients import patient
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import CancelAppointment, CancelReason
from hms_desktop.domain.messages import Channel
from hms_desktop.domain.permissions import ADMINISTRATOR
from hms_desktop.jobs.clock import JobClock
from hms_desktop.jobs.reminders import REMINDERS
from hms_desktop.services.assembly import Services
from hms_desktop.services.message_content import OutdatedError, make_mail, make_text
from hms_desktop.services.sending import Sending
from tests.services.bookings import book
from tests.services.conftest import Hospital, actor
from tests.support.clock import FakeClock
from tests.support.smtp import HOST, mail_server

SHARED = Path(__file__).parents[3] / "shared" / "data" / "reminder_scenarios.json"
MORNING = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
POLICY_OTHERWISE = {"REM-03"}
"""There is no text for each type of visit: all types share one, so all are reminded of."""


@pytest.fixture
def system(services: Services) -> Actor:
    return actor(services, "jobs", ADMINISTRATOR)


@pytest.fixture
def ready(services: Services, admin: Actor, hospital: Hospital, clock: FakeClock) -> FakeClock:
    """Seven in the morning; mail and texts can go; every patient has an address and a phone."""
    clock.moment = MORNING
    services.hospital.change_settings(
        admin,
        {
            "mail_host": "mail.example.org",
            "mail_from": "desk@example.org",
            "message_booked": "never",
            "message_cancelled": "never",
            "sms_way": "folder",
            "sms_folder": "/nowhere",
        },
    )
    phones = [{"e164": "+919876543210", "shown": "98765 43210"}]
    with services.context.database.engine.begin() as connection:
        connection.execute(sa.update(patient).values(email="p@example.org", phones=phones))
        connection.execute(sa.update(working_session).values(end_minute=18 * 60))
    return clock


def plan(services: Services, system: Actor) -> dict[str, int]:
    made = services.reminders.plan(system, services.context.settings())
    return {channel: count for channel, count in made.items() if count}


def visit(
    services: Services,
    desk: Actor,
    hospital: Hospital,
    *,
    days: int,
    hour: int = 10,
    patient: int = 0,
    booked: timedelta = timedelta(days=5),
) -> int:
    """Book a visit some days from today, as it was booked some time ago."""
    starts_at = MORNING.replace(hour=hour) + timedelta(days=days)
    row = book(services, desk, hospital, patient=patient, starts_at=starts_at).appointment
    with services.context.database.engine.begin() as connection:
        connection.execute(
            sa.update(appointment)
            .where(appointment.c.id == row.id)
            .values(created_at=MORNING - booked)
        )
    return row.id


def scenarios() -> list[dict[str, Any]]:
    if not SHARED.is_file():
        return []
    return list(json.loads(SHARED.read_text(encoding="utf-8"))["scenarios"])


@pytest.mark.feature("JOB-1")
@pytest.mark.parametrize("case", scenarios(), ids=lambda case: case["id"])
def test_independent_cases(
    services: Services,
    desk: Actor,
    system: Actor,
    hospital: Hospital,
    ready: FakeClock,
    case: dict[str, Any],
) -> None:
    one = case["appointment"]
    hour, minute = (int(part) for part in one["time"].split(":"))
    starts_at = MORNING.replace(hour=hour, minute=minute) + timedelta(days=one["days_ahead"])
    made = timedelta(hours=2) if one.get("made") == "recently" else timedelta(days=5)
    ready.moment = min(MORNING, starts_at) - made
    book(services, desk, hospital, starts_at=starts_at)
    ready.moment = MORNING
    if one.get("already_sent"):
        assert plan(services, system)
    expected = {"email": "email", "phone": "sms"}
    channels = ["email", "phone"] if case["id"] in POLICY_OTHERWISE else case["channels"]
    found = plan(services, system)
    assert bool(found) is (case["expect_sent"] or case["id"] in POLICY_OTHERWISE)
    assert set(found) == {expected[channel] for channel in channels}


def test_the_independent_cases_are_there() -> None:
    if not SHARED.is_file():
        pytest.skip("the shared test data is not beside the project")
    assert len(scenarios()) == 7


@pytest.mark.feature("JOB-1")
@pytest.mark.usefixtures("ready")
def test_planning_twice_makes_no_second_message(
    services: Services, desk: Actor, system: Actor, hospital: Hospital
) -> None:
    visit(services, desk, hospital, days=1)
    assert plan(services, system) == {"email": 1, "sms": 1}
    assert plan(services, system) == {}


@pytest.mark.feature("JOB-1")
@pytest.mark.usefixtures("ready")
def test_several_visits_of_a_day_are_one_message(
    services: Services, desk: Actor, system: Actor, hospital: Hospital
) -> None:
    ids = [visit(services, desk, hospital, days=1, hour=hour) for hour in (10, 14)]
    assert plan(services, system) == {"email": 1, "sms": 1}
    with services.context.database.read() as connection:
        (data, *_rest) = connection.execute(sa.select(outbox.c.data)).scalars().all()
    assert data["visit_ids"] == ids


@pytest.mark.feature("JOB-1")
def test_each_lead_time_reminds_once(
    services: Services,
    desk: Actor,
    system: Actor,
    admin: Actor,
    hospital: Hospital,
    ready: FakeClock,
) -> None:
    services.hospital.change_settings(admin, {"reminder_days": "2, 7", "sms_way": "none"})
    visit(services, desk, hospital, days=6)
    seen = []
    for _day in range(7):
        seen.append(plan(services, system).get("email", 0))
        ready.advance(days=1)
    assert seen == [1, 0, 0, 0, 1, 0, 0]


@pytest.mark.feature("JOB-1")
@pytest.mark.usefixtures("ready")
def test_too_near_too_new_and_unwanted_are_left_out(
    services: Services, desk: Actor, system: Actor, hospital: Hospital
) -> None:
    visit(services, desk, hospital, days=0, hour=9)  # in two hours
    visit(services, desk, hospital, days=1, patient=1, booked=timedelta(hours=1))
    visit(services, desk, hospital, days=1, hour=12, patient=2)
    with services.context.database.engine.begin() as connection:
        unwanted = patient.c.id == hospital.patients[2]
        connection.execute(sa.update(patient).where(unwanted).values(no_messages=True))
    assert plan(services, system) == {}


@pytest.mark.feature("JOB-1")
@pytest.mark.usefixtures("ready")
def test_who_cannot_be_written_to_is_called(
    services: Services, desk: Actor, system: Actor, hospital: Hospital
) -> None:
    visit(services, desk, hospital, days=1)
    with services.context.database.engine.begin() as connection:
        connection.execute(sa.update(patient).values(email="", phones=[]))
    assert plan(services, system) == {"call": 1}
    (row,) = services.outbox.list(desk, channel=Channel.CALL)
    assert row.kind == "reminder"


@pytest.mark.feature("JOB-1", "JOB-7")
def test_what_was_cancelled_since_is_not_reminded_of(
    services: Services,
    desk: Actor,
    system: Actor,
    admin: Actor,
    hospital: Hospital,
    ready: FakeClock,
) -> None:
    gone, stays = (visit(services, desk, hospital, days=1, hour=hour) for hour in (10, 14))
    with mail_server() as box:
        services.hospital.change_settings(
            admin,
            {"mail_host": HOST, "mail_port": box.port, "mail_security": "none", "sms_way": "none"},
        )
        plan(services, system)
        row = services.appointments.get(desk, gone)
        # Straight in the table: as if it happened in the moment before the mail goes out.
        with services.context.database.engine.begin() as connection:
            one = appointment.c.id == row.id
            connection.execute(sa.update(appointment).where(one).values(status="cancelled"))
        sending = Sending(services.context, services.outbox)
        assert sending.step(system, services.context.settings()) == 1
    (mail,) = box.mails
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "14:00" in text
    assert "10:00" not in text
    assert ready() == MORNING
    with services.context.database.engine.begin() as connection:
        one = appointment.c.id == gone
        connection.execute(sa.update(appointment).where(one).values(status="booked"))
    assert services.appointments.get(desk, stays).status == "booked"


@pytest.mark.feature("JOB-7")
@pytest.mark.usefixtures("ready")
def test_a_cancelled_visits_reminder_is_recalled(
    services: Services, desk: Actor, system: Actor, hospital: Hospital
) -> None:
    one = visit(services, desk, hospital, days=1)
    plan(services, system)
    row = services.appointments.get(desk, one)
    services.appointments.cancel(
        desk, CancelAppointment(row.id, row.version, CancelReason.HOSPITAL)
    )
    assert {message.state for message in services.outbox.list(desk)} == {"withdrawn"}


@pytest.mark.feature("JOB-1", "JOB-7")
@pytest.mark.usefixtures("ready")
def test_one_of_two_visits_cancelled_forgets_nobody(
    services: Services, desk: Actor, system: Actor, hospital: Hospital
) -> None:
    first, _second = (visit(services, desk, hospital, days=1, hour=hour) for hour in (10, 14))
    plan(services, system)
    row = services.appointments.get(desk, first)
    cancelled = services.appointments.cancel(
        desk, CancelAppointment(row.id, row.version, CancelReason.HOSPITAL)
    )
    assert {message.state for message in services.outbox.list(desk)} == {"waiting"}
    later = services.appointments.get(desk, _second)
    services.appointments.cancel(
        desk, CancelAppointment(later.id, later.version, CancelReason.HOSPITAL)
    )
    (leased,) = services.outbox.lease(system, "here", 5, [Channel.EMAIL])
    with services.context.database.read() as connection, pytest.raises(OutdatedError):
        make_mail(connection, services.context.settings(), leased, services.context.now())
    services.outbox.outdated(system, leased)
    services.undo.undo(desk, cancelled.request_id)
    states = {row.channel: row.state for row in services.outbox.list(desk)}
    assert states == {"email": "waiting", "sms": "waiting"}


@pytest.mark.feature("JOB-1")
def test_a_reminder_says_what_stands_when_it_goes(
    services: Services, desk: Actor, system: Actor, hospital: Hospital, ready: FakeClock
) -> None:
    """Booked in between it is in the list, begun in between it is not; nothing comes twice."""
    for hour in (9, 11):
        visit(services, desk, hospital, days=1, hour=hour)
    plan(services, system)
    visit(services, desk, hospital, days=1, hour=15, booked=timedelta(minutes=1))
    ready.moment = MORNING.replace(hour=10) + timedelta(days=1)
    (leased,) = services.outbox.lease(system, "here", 5, [Channel.SMS])
    with services.context.database.read() as connection:
        text = make_text(connection, services.context.settings(), leased, ready())
    assert "11:00" in text
    assert "15:00" in text
    assert "09:00" not in text
    assert len(text) < 200


@pytest.mark.feature("JOB-1", "JOB-8")
@pytest.mark.usefixtures("ready")
def test_another_days_reminders_are_planned_by_hand(
    services: Services, desk: Actor, system: Actor, hospital: Hospital
) -> None:
    visit(services, desk, hospital, days=4)
    assert plan(services, system) == {}
    jobs = JobClock(services, [REMINDERS], environment={})
    assert jobs.run_now("reminders", "2026-11-25") == {"email": 1, "sms": 1, "call": 0}
    assert jobs.run_now("reminders", "2026-11-25") == {"email": 0, "sms": 0, "call": 0}
