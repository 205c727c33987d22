"""What patients are told when a visit takes longer or shorter than they know."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import Done, MoveAppointment
from hms_desktop.domain.messages import Channel
from hms_desktop.services.assembly import Services
from hms_desktop.services.message_content import make_mail
from tests.services.bookings import book
from tests.services.conftest import Hospital
from tests.services.test_outgoing import LATER, mailing, messages, rows, send_all, system

__all__ = ["mailing", "system"]


def ends_after(services: Services, desk: Actor, done: Done, minutes: int) -> Done:
    row = done.appointment
    end = row.starts_at + timedelta(minutes=minutes)
    return services.appointments.resize(desk, row.id, row.version, end)


@pytest.mark.feature("JOB-6", "JOB-7")
@pytest.mark.usefixtures("mailing")
def test_another_end_changes_the_entry_in_the_patients_calendar(
    services: Services, desk: Actor, system: Actor, hospital: Hospital
) -> None:
    done = book(services, desk, hospital)
    longer = ends_after(services, desk, done, 45)
    # Not sent yet: it is only put right.
    (row,) = rows(services)
    assert (row["kind"], row["state"]) == ("booked", "waiting")
    assert row["data"]["ends_at"] == longer.appointment.ends_at.isoformat()
    send_all(services, system)
    longest = ends_after(services, desk, longer, 60)
    (leased,) = services.outbox.lease(system, "here", 5, [Channel.EMAIL])
    assert leased.attachment == {"calendar": "REQUEST", "uid": row["appointment_id"], "sequence": 1}
    settings, now = services.context.settings(), services.context.now()
    with services.context.database.read() as connection:
        mail = make_mail(connection, settings, leased, now)
    assert b"DTEND:20261123T140000Z" in mail.calendar
    assert "13:00 से 14:00 तक" in mail.content.text
    assert "बदलाव" in mail.content.subject
    services.outbox.give_back(system, leased)
    # Back to what the patient knows: there is nothing to tell.
    undone = services.undo.undo(desk, longest.request_id)
    assert messages(services)[1:] == [("moved", "email", "withdrawn")]
    services.undo.undo(desk, undone.request_id)
    send_all(services, system)
    assert messages(services)[2:] == [("moved", "email", "sent")]
    assert rows(services)[2]["attachment"]["sequence"] == 2


@pytest.mark.feature("JOB-6")
@pytest.mark.usefixtures("mailing")
def test_another_end_is_told_to_nobody_who_knows_of_none(
    services: Services, desk: Actor, admin: Actor, system: Actor, hospital: Hospital
) -> None:
    # Told face to face, without an address.
    ends_after(services, desk, book(services, desk, hospital, patient=1, doctor=1), 45)
    assert messages(services) == []
    # A call about the move waits: it stays, with the new end.
    old = book(services, desk, hospital, patient=2, starts_at=LATER).appointment
    moved = services.appointments.move(
        desk, MoveAppointment(old.id, old.version, LATER + timedelta(hours=1))
    )
    longer = ends_after(services, desk, moved, 45)
    assert messages(services) == [("moved", "call", "waiting")]
    assert rows(services)[0]["data"]["ends_at"] == longer.appointment.ends_at.isoformat()
    # Whoever waits here already sees it, and where moves are not told a new end is not either.
    done = book(services, desk, hospital)
    send_all(services, system)
    services.hospital.change_settings(admin, {"message_moved": "never"})
    done = ends_after(services, desk, done, 40)
    services.hospital.change_settings(admin, {"message_moved": "always"})
    here = services.queue.check_in(desk, done.appointment.id, done.appointment.version)
    ends_after(services, desk, here, 45)
    assert messages(services)[1:] == [("booked", "email", "sent")]
