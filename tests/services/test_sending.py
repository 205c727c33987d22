"""From the outbox to a real mail server and back: what went, what waits, what needs a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from hms_desktop.db.tables.messages import message_template
from hms_desktop.db.tables.patients import patient
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Busy
from hms_desktop.domain.messages import LEASE, Channel, Draft, MessageKind, OutboxState
from hms_desktop.domain.permissions import ADMINISTRATOR
from hms_desktop.services import outbox_rows
from hms_desktop.services.assembly import Services
from hms_desktop.services.sending import Sending
from tests.services.bookings import ONE_PM, book
from tests.services.conftest import Hospital, actor
from tests.support import seed
from tests.support.clock import FakeClock
from tests.support.smtp import HOST, Mailbox, mail_server


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


@pytest.fixture
def sending(services: Services, admin: Actor, hospital: Hospital, box: Mailbox) -> Sending:
    """A hospital whose mail server is here; every patient has an address."""
    services.hospital.change_settings(
        admin,
        {
            "hospital_name": "City Care",
            "mail_host": HOST,
            "mail_port": box.port,
            "mail_security": "none",
            "mail_from": "desk@example.org",
            "message_booked": "always",
        },
    )
    with services.context.database.engine.begin() as connection:
        for one in hospital.patients:
            address = {"email": f"p{one}@example.org"}
            connection.execute(sa.update(patient).where(patient.c.id == one).values(address))
    return Sending(services.context, services.outbox)


@pytest.fixture
def system(services: Services) -> Actor:
    return actor(services, "jobs", ADMINISTRATOR)


def step(services: Services, sending: Sending, system: Actor, *, stopping: bool = False) -> int:
    return sending.step(system, services.context.settings(), lambda: stopping)


def put(services: Services, recipient: str = "a@example.org", **changes: object) -> None:
    """Put a test message into the outbox."""
    plain = Draft(recipient, MessageKind.TEST, Channel.EMAIL, recipient, {"workstation": "desk 1"})
    draft = replace(plain, **changes)

    def work(write: Write) -> None:
        outbox_rows.write_message(write, draft)

    services.context.database.write(seed.stamp(), work)


def states(services: Services, desk: Actor) -> list[tuple[str, str, int]]:
    return [(row.recipient, row.state, row.attempts) for row in services.outbox.list(desk)]


@pytest.mark.feature("JOB-6", "JOB-7")
def test_a_booking_arrives_as_a_mail_with_its_calendar_entry(
    services: Services,
    sending: Sending,
    system: Actor,
    desk: Actor,
    hospital: Hospital,
    box: Mailbox,
) -> None:
    done = book(services, desk, hospital)
    assert step(services, sending, system) == 1
    assert step(services, sending, system) == 0
    (mail,) = box.mails
    assert box.recipients == [f"p{hospital.patients[0]}@example.org"]
    assert "City Care" in str(mail["From"])
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert done.appointment.patient_name in text
    assert "Monday, 23 November 2026, 13:00" in text
    entry = next(part for part in mail.iter_attachments() if part.get_filename() == "visit.ics")
    (event,) = Calendar.from_ical(entry.get_content()).events
    assert event.decoded("dtstart") == ONE_PM
    (row,) = services.outbox.list(desk, [OutboxState.SENT])
    assert row.sent_at is not None


@pytest.mark.feature("JOB-6")
def test_the_hospitals_own_text_is_used(
    services: Services,
    sending: Sending,
    system: Actor,
    desk: Actor,
    hospital: Hospital,
    box: Mailbox,
) -> None:
    now = services.context.now()
    with services.context.database.engine.begin() as connection:
        connection.execute(
            sa.insert(message_template).values(
                kind="booked", channel="email", language="en", subject="Come, {{ patient_name }}",
                text="At {{ time }}.", html="", created_at=now, updated_at=now,
            )
        )  # fmt: skip
    book(services, desk, hospital)
    step(services, sending, system)
    (mail,) = box.mails
    assert str(mail["Subject"]).startswith("Come, Patient")
    assert "At 13:00." in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]


@pytest.mark.feature("JOB-7")
def test_a_refused_address_needs_attention_and_keeps_nobody_else_back(
    services: Services,
    sending: Sending,
    system: Actor,
    desk: Actor,
    hospital: Hospital,
    box: Mailbox,
) -> None:
    bad = f"p{hospital.patients[0]}@example.org"
    box.answer = lambda address: "550 no such user" if address == bad else "250 taken"
    book(services, desk, hospital)
    book(services, desk, hospital, patient=1, doctor=1)
    assert step(services, sending, system) == 1
    (row,) = services.outbox.list(desk, [OutboxState.ATTENTION])
    assert row.recipient == bad
    assert "code 550" in row.last_error
    services.outbox.correct(desk, row.id, row.version, "new@example.org")
    assert step(services, sending, system) == 1
    assert box.recipients[-1] == "new@example.org"


@pytest.mark.feature("JOB-7")
def test_a_server_that_is_away_costs_one_try_and_loses_nothing(
    services: Services,
    sending: Sending,
    system: Actor,
    admin: Actor,
    desk: Actor,
    hospital: Hospital,
    box: Mailbox,
    clock: FakeClock,
) -> None:
    services.hospital.change_settings(admin, {"mail_port": 9})
    book(services, desk, hospital)
    book(services, desk, hospital, patient=1, doctor=1)
    assert step(services, sending, system) == 0
    rows = services.outbox.list(desk, [OutboxState.WAITING])
    assert sorted(row.attempts for row in rows) == [0, 1]
    services.hospital.change_settings(admin, {"mail_port": box.port})
    clock.advance(minutes=2)
    assert step(services, sending, system) == 2


@pytest.mark.feature("JOB-7")
def test_hung_up_after_the_mail_the_repeat_carries_the_same_id(
    services: Services,
    sending: Sending,
    system: Actor,
    desk: Actor,
    hospital: Hospital,
    box: Mailbox,
    clock: FakeClock,
) -> None:
    box.drop_after_data = True
    book(services, desk, hospital)
    assert step(services, sending, system) == 0
    box.drop_after_data = False
    clock.advance(minutes=2)
    assert step(services, sending, system) == 1
    first, second = box.ids()
    assert first == second


@pytest.mark.feature("JOB-7")
def test_a_closing_program_hands_back_what_it_did_not_try(
    services: Services,
    sending: Sending,
    system: Actor,
    desk: Actor,
    hospital: Hospital,
    box: Mailbox,
) -> None:
    book(services, desk, hospital)
    assert step(services, sending, system, stopping=True) == 0
    (row,) = services.outbox.list(desk, [OutboxState.WAITING])
    assert row.attempts == 0
    assert step(services, sending, system) == 1


def test_a_workstation_without_the_password_leaves_the_mail_to_others(
    services: Services,
    sending: Sending,
    system: Actor,
    admin: Actor,
    desk: Actor,
    hospital: Hospital,
) -> None:
    services.hospital.change_settings(admin, {"mail_user": "desk"})
    book(services, desk, hospital)
    assert step(services, sending, system) == 0
    (row,) = services.outbox.list(desk, [OutboxState.WAITING])
    assert row.attempts == 0


@pytest.mark.feature("JOB-1")
def test_short_texts_go_into_the_gateways_folder(
    services: Services, sending: Sending, system: Actor, tmp_path: Path
) -> None:
    put(services, channel=Channel.SMS, recipient="+9198")
    drop = tmp_path / "texts"
    drop.mkdir()
    settings = replace(services.context.settings(), sms_way="folder", sms_folder=str(drop))
    assert sending.step(system, settings) == 1
    (path,) = drop.iterdir()
    assert "desk 1" in path.read_text()


@pytest.mark.feature("JOB-7", "SEC-3")
@pytest.mark.parametrize("bad", ["a@b@c", "", "a@x.org, b@x.org", "a@x.org\nBcc: b@x.org", "ä@@"])
def test_an_address_that_is_none_needs_attention_and_stops_nobody(
    services: Services, sending: Sending, system: Actor, desk: Actor, box: Mailbox, bad: str
) -> None:
    put(services, bad, key="bad")
    put(services, "good@example.org")
    assert step(services, sending, system) == 1
    assert box.recipients == ["good@example.org"]
    assert states(services, desk) == [("good@example.org", "sent", 1), (bad, "attention", 1)]


@pytest.mark.feature("JOB-7")
def test_what_could_not_be_noted_is_noted_later_and_not_sent_again(
    services: Services,
    sending: Sending,
    system: Actor,
    desk: Actor,
    box: Mailbox,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put(services)
    put(services, "b@example.org")

    def busy(*_arguments: object) -> bool:
        raise Busy("The database is busy.")

    with monkeypatch.context() as patch:
        patch.setattr(services.outbox, "sent", busy)
        with pytest.raises(Busy):
            step(services, sending, system)
    assert states(services, desk) == [
        ("b@example.org", "waiting", 0),
        ("a@example.org", "sending", 1),
    ]
    clock.moment += LEASE * 2
    assert step(services, sending, system) == 2
    assert box.recipients == ["a@example.org", "b@example.org"]
    assert {state for _who, state, _tries in states(services, desk)} == {"sent"}


@pytest.mark.feature("JOB-7")
def test_a_mail_taken_over_while_the_server_dawdled_is_kept_back(
    services: Services, sending: Sending, system: Actor, box: Mailbox, clock: FakeClock
) -> None:
    put(services)

    def dawdle(_recipient: str) -> str:
        clock.moment += LEASE * 2
        assert len(services.outbox.lease(system, "another", 5, [Channel.EMAIL])) == 1
        return "250 taken"

    box.answer = dawdle
    assert step(services, sending, system) == 0
    assert box.mails == []


@pytest.mark.feature("JOB-2", "JOB-7")
def test_a_file_goes_from_where_it_lies(
    services: Services, system: Actor, desk: Actor, clock: FakeClock
) -> None:
    put(services, attachment={"file": {"folder": "/x", "name": "y.pdf", "workstation": "desk-9"}})
    assert services.outbox.lease(system, "here", 5, [Channel.EMAIL]) == ()
    there = actor(services, "jobs", ADMINISTRATOR, workstation="desk-9")
    (leased,) = services.outbox.lease(there, "there", 5, [Channel.EMAIL])
    services.outbox.give_back(there, leased)
    clock.advance(days=2)
    assert len(services.outbox.lease(system, "here", 5, [Channel.EMAIL])) == 1


@pytest.mark.feature("JOB-7")
def test_a_sender_that_nothing_will_take_costs_no_message_its_place(
    services: Services, sending: Sending, system: Actor, desk: Actor, box: Mailbox
) -> None:
    """A wrong address of the hospital itself is everybody's trouble, not this patient's."""
    box.sender_answer = "553 not from you"
    put(services)
    assert step(services, sending, system) == 0
    assert states(services, desk) == [("a@example.org", "waiting", 1)]
    (row,) = services.outbox.list(desk)
    assert "hospital's address (code 553)" in row.last_error
