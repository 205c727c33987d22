"""What patients are told of their visits, and what is recalled before it goes."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from hms_desktop.db.tables.messages import outbox
from hms_desktop.db.tables.patients import patient
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import (
    CancelAppointment,
    CancelReason,
    Done,
    MoveAppointment,
)
from hms_desktop.domain.consultations import CompleteVisit, Diagnosis, Record
from hms_desktop.domain.messages import Channel, OutboxState
from hms_desktop.domain.permissions import ADMINISTRATOR
from hms_desktop.services.assembly import Services
from hms_desktop.services.message_content import OutdatedError, make_mail
from tests.services.bookings import ONE_PM, arrive, book
from tests.services.conftest import Hospital, actor
from tests.support.clock import FakeClock

LATER = ONE_PM + timedelta(hours=2)


@pytest.fixture
def mailing(services: Services, admin: Actor, hospital: Hospital) -> None:
    """The hospital has a mail server and always writes; the first patient has an address."""
    services.hospital.change_settings(
        admin,
        {
            "mail_host": "mail.example.org",
            "mail_from": "desk@example.org",
            "message_booked": "always",
            "message_moved": "always",
            "message_cancelled": "always",
        },
    )
    with services.context.database.engine.begin() as connection:
        connection.execute(
            sa.update(patient)
            .where(patient.c.id == hospital.patients[0])
            .values(email="asha@example.org", language="hi")
        )


@pytest.fixture
def system(services: Services) -> Actor:
    return actor(services, "jobs", ADMINISTRATOR)


def messages(services: Services) -> list[tuple[str, str, str]]:
    with services.context.database.read() as connection:
        query = sa.select(outbox.c.kind, outbox.c.channel, outbox.c.state).order_by(outbox.c.id)
        return [tuple(row) for row in connection.execute(query)]


def rows(services: Services) -> list[sa.RowMapping]:
    with services.context.database.read() as connection:
        return list(connection.execute(sa.select(outbox).order_by(outbox.c.id)).mappings())


def send_all(services: Services, system: Actor) -> None:
    for leased in services.outbox.lease(system, "here", 50, [Channel.EMAIL]):
        assert services.outbox.sent(system, leased)


@pytest.mark.feature("JOB-6")
@pytest.mark.usefixtures("mailing")
def test_a_booking_is_told_in_the_same_transaction(
    services: Services, desk: Actor, hospital: Hospital
) -> None:
    done = book(services, desk, hospital)
    (row,) = rows(services)
    assert (row["kind"], row["state"], row["recipient"], row["language"]) == (
        "booked",
        "waiting",
        "asha@example.org",
        "hi",
    )
    assert row["appointment_id"] == done.appointment.id
    assert row["data"]["starts_at"] == ONE_PM.isoformat()
    assert row["attachment"] == {"calendar": "REQUEST", "uid": done.appointment.id, "sequence": 0}
    assert row["message_id"].endswith("@example.org>")


@pytest.mark.feature("JOB-6")
def test_without_a_mail_server_nothing_is_written(
    services: Services, desk: Actor, hospital: Hospital
) -> None:
    book(services, desk, hospital)
    assert messages(services) == []


@pytest.mark.feature("JOB-6")
@pytest.mark.usefixtures("mailing")
def test_asked_first_it_waits_for_the_desk(
    services: Services, desk: Actor, admin: Actor, system: Actor, hospital: Hospital
) -> None:
    services.hospital.change_settings(admin, {"message_booked": "ask"})
    book(services, desk, hospital)
    send_all(services, system)
    (held,) = services.outbox.list(desk, [OutboxState.HELD])
    assert services.outbox.counts(desk).held == 1
    services.outbox.send(desk, [(held.id, held.version)])
    send_all(services, system)
    assert messages(services) == [("booked", "email", "sent")]


@pytest.mark.feature("JOB-6", "JOB-7")
@pytest.mark.usefixtures("mailing")
def test_moved_before_it_was_told_it_is_told_once_with_the_new_time(
    services: Services, desk: Actor, hospital: Hospital
) -> None:
    old = book(services, desk, hospital).appointment
    services.appointments.move(desk, MoveAppointment(old.id, old.version, LATER))
    assert messages(services) == [
        ("booked", "email", "withdrawn"),
        ("booked", "email", "waiting"),
    ]
    assert rows(services)[1]["data"]["starts_at"] == LATER.isoformat()


@pytest.mark.feature("JOB-6")
@pytest.mark.usefixtures("mailing")
def test_a_move_changes_the_entry_in_the_patients_calendar(
    services: Services, desk: Actor, system: Actor, hospital: Hospital
) -> None:
    old = book(services, desk, hospital).appointment
    send_all(services, system)
    new = services.appointments.move(desk, MoveAppointment(old.id, old.version, LATER)).appointment
    send_all(services, system)
    services.appointments.cancel(
        desk, CancelAppointment(new.id, new.version, CancelReason.HOSPITAL, "doctor is ill")
    )
    first, second, third = rows(services)
    assert [row["kind"] for row in (first, second, third)] == ["booked", "moved", "cancelled"]
    assert second["data"]["old_starts_at"] == ONE_PM.isoformat()
    assert third["data"]["reason"] == "doctor is ill"
    assert {row["attachment"]["uid"] for row in (first, second, third)} == {old.id}
    assert [row["attachment"]["sequence"] for row in (first, second, third)] == [0, 1, 2]
    assert third["attachment"]["calendar"] == "CANCEL"


@pytest.mark.feature("JOB-7", "APT-8")
@pytest.mark.usefixtures("mailing")
def test_undo_recalls_what_was_not_sent_and_corrects_what_was(
    services: Services, desk: Actor, system: Actor, hospital: Hospital
) -> None:
    done = book(services, desk, hospital)
    undone = services.undo.undo(desk, done.request_id)
    assert messages(services) == [("booked", "email", "withdrawn")]
    services.undo.undo(desk, undone.request_id)
    done = book(services, desk, hospital, starts_at=LATER)
    send_all(services, system)
    services.undo.undo(desk, done.request_id)
    assert messages(services)[-1] == ("cancelled", "email", "waiting")


@pytest.mark.feature("JOB-1")
@pytest.mark.usefixtures("mailing")
def test_whoever_has_no_address_is_put_on_the_call_list(
    services: Services, desk: Actor, hospital: Hospital
) -> None:
    done = book(services, desk, hospital, patient=1)
    assert messages(services) == []  # told at the desk, face to face
    row = done.appointment
    services.appointments.cancel(
        desk, CancelAppointment(row.id, row.version, CancelReason.HOSPITAL)
    )
    (call,) = services.outbox.list(desk, channel=Channel.CALL)
    assert (call.kind, call.state) == ("cancelled", "waiting")
    assert services.outbox.counts(desk).calls == 1
    services.outbox.called(desk, [(call.id, call.version)])
    assert services.outbox.counts(desk).calls == 0


@pytest.mark.usefixtures("mailing")
def test_who_cancels_by_phone_is_not_called_about_it(
    services: Services, desk: Actor, hospital: Hospital
) -> None:
    row = book(services, desk, hospital, patient=1).appointment
    services.appointments.cancel(desk, CancelAppointment(row.id, row.version))
    assert messages(services) == []


@pytest.mark.usefixtures("mailing")
def test_whoever_wants_no_messages_gets_none(
    services: Services, desk: Actor, hospital: Hospital, clock: FakeClock
) -> None:
    with services.context.database.engine.begin() as connection:
        connection.execute(sa.update(patient).values(no_messages=True))
    book(services, desk, hospital)
    assert messages(services) == []


def newest(services: Services) -> tuple[str, str, int | None]:
    last = rows(services)[-1]
    return last["kind"], last["state"], last["appointment_id"]


@pytest.mark.feature("JOB-7", "APT-8")
@pytest.mark.usefixtures("mailing")
def test_redo_tells_what_undo_recalled(
    services: Services, desk: Actor, system: Actor, hospital: Hospital
) -> None:
    done = book(services, desk, hospital)
    undone = services.undo.undo(desk, done.request_id)
    redone = services.undo.undo(desk, undone.request_id)
    assert messages(services)[-1] == ("booked", "email", "waiting")
    send_all(services, system)
    services.undo.undo(desk, redone.request_id)
    assert newest(services) == ("cancelled", "waiting", done.appointment.id)


@pytest.mark.feature("JOB-7", "APT-8")
@pytest.mark.usefixtures("mailing")
def test_an_undone_move_tells_the_old_time_to_who_knows_the_new_one(
    services: Services, desk: Actor, system: Actor, hospital: Hospital
) -> None:
    old = book(services, desk, hospital).appointment
    send_all(services, system)
    move = services.appointments.move(desk, MoveAppointment(old.id, old.version, LATER))
    undone = services.undo.undo(desk, move.request_id)
    # The new time never left the house: nobody hears of it.
    assert [row["state"] for row in rows(services)] == ["sent", "withdrawn"]
    redone = services.undo.undo(desk, undone.request_id)
    assert newest(services) == ("moved", "waiting", move.appointment.id)
    send_all(services, system)
    services.undo.undo(desk, redone.request_id)
    assert newest(services) == ("moved", "waiting", old.id)
    last = rows(services)[-1]
    assert last["data"]["old_starts_at"] == LATER.isoformat()
    assert last["attachment"] == {"calendar": "REQUEST", "uid": old.id, "sequence": 3}


@pytest.mark.feature("JOB-7", "APT-8")
@pytest.mark.usefixtures("mailing")
def test_an_undone_cancelling_is_told_even_if_bookings_are_not(
    services: Services, desk: Actor, admin: Actor, system: Actor, hospital: Hospital
) -> None:
    services.hospital.change_settings(admin, {"message_booked": "never"})
    row = book(services, desk, hospital).appointment
    gone = services.appointments.cancel(
        desk, CancelAppointment(row.id, row.version, CancelReason.HOSPITAL)
    )
    send_all(services, system)
    services.undo.undo(desk, gone.request_id)
    assert messages(services) == [("cancelled", "email", "sent"), ("booked", "email", "held")]


@pytest.mark.feature("JOB-7", "APT-8")
@pytest.mark.usefixtures("mailing")
def test_an_undone_check_in_recalls_nothing(
    services: Services, desk: Actor, hospital: Hospital
) -> None:
    row = book(services, desk, hospital).appointment
    here = services.queue.check_in(desk, row.id, row.version)
    services.undo.undo(desk, here.request_id)
    assert messages(services) == [("booked", "email", "waiting")]


@pytest.mark.feature("JOB-1", "JOB-6")
@pytest.mark.usefixtures("mailing")
def test_a_move_is_told_though_the_booking_was_not(
    services: Services, desk: Actor, admin: Actor, hospital: Hospital
) -> None:
    services.hospital.change_settings(admin, {"message_booked": "never"})
    for number, channel in ((0, "email"), (1, "call")):
        old = book(services, desk, hospital, patient=number, doctor=number).appointment
        services.appointments.move(desk, MoveAppointment(old.id, old.version, LATER))
        assert messages(services)[-1] == ("moved", channel, "waiting")


@pytest.mark.feature("JOB-7")
@pytest.mark.usefixtures("mailing")
def test_what_was_about_to_go_when_it_changed_does_not_go_afterwards(
    services: Services, desk: Actor, system: Actor, hospital: Hospital
) -> None:
    row = book(services, desk, hospital).appointment
    (leased,) = services.outbox.lease(system, "here", 5, [Channel.EMAIL])
    services.appointments.cancel(
        desk, CancelAppointment(row.id, row.version, CancelReason.HOSPITAL)
    )
    settings, now = services.context.settings(), services.context.now()
    with services.context.database.read() as connection, pytest.raises(OutdatedError):
        make_mail(connection, settings, leased, now)
    assert newest(services) == ("cancelled", "waiting", row.id)


@pytest.mark.feature("JOB-6")
@pytest.mark.usefixtures("mailing")
def test_a_mistake_that_nobody_heard_of_is_told_to_nobody(
    services: Services, desk: Actor, admin: Actor, system: Actor, hospital: Hospital
) -> None:
    row = book(services, desk, hospital).appointment
    services.appointments.void(admin, row.id, row.version, "wrong patient")
    assert messages(services) == [("booked", "email", "withdrawn")]
    row = book(services, desk, hospital, starts_at=LATER).appointment
    send_all(services, system)
    services.appointments.void(admin, row.id, row.version, "wrong patient")
    assert messages(services)[-1] == ("cancelled", "email", "waiting")


@pytest.mark.feature("JOB-6", "CLN-3")
@pytest.mark.usefixtures("mailing")
def test_a_summary_goes_to_who_agreed_and_only_while_the_visit_is_completed(
    services: Services,
    desk: Actor,
    admin: Actor,
    system: Actor,
    doctor_actor: Actor,
    hospital: Hospital,
) -> None:
    services.hospital.change_settings(
        admin, {"message_booked": "never", "message_summary": "always"}
    )
    record = Record(diagnoses=(Diagnosis("Common cold"),), treatment="Rest")

    def complete(appointment_id: int, based_on: int = 0) -> Done:
        wish = CompleteVisit(appointment_id, record, based_on=based_on, reason="again")
        return services.consultations.complete(doctor_actor, wish)

    row = arrive(services, desk, book(services, desk, hospital)).appointment
    first = complete(row.id)
    assert messages(services) == []  # nobody asked for it
    with services.context.database.engine.begin() as connection:
        connection.execute(sa.update(patient).values(consent={"summaries": True}))
    done = services.consultations.reopen(doctor_actor, row.id, first.appointment.version)
    done = complete(row.id, 1)
    services.consultations.reopen(doctor_actor, row.id, done.appointment.version)
    assert messages(services) == [("summary", "email", "withdrawn")]
    done = complete(row.id, 2)
    (leased,) = services.outbox.lease(system, "here", 5, [Channel.EMAIL])
    settings, now = services.context.settings(), services.context.now()
    with services.context.database.read() as connection:
        content = make_mail(connection, settings, leased, now).content
    assert "Common cold" in content.text
    assert "Common cold" not in str([dict(one) for one in rows(services)])
    services.outbox.give_back(system, leased)
    undone = services.undo.undo(desk, done.request_id)
    assert messages(services)[-1] == ("summary", "email", "withdrawn")
    services.undo.undo(desk, undone.request_id)
    assert messages(services)[-1] == ("summary", "email", "waiting")
