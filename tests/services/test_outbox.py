"""Leases, fences and retries: nothing is lost, nothing is in two hands at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Invalid, NotAllowed, Stale
from hms_desktop.domain.messages import (
    LEASE,
    Channel,
    Draft,
    Leased,
    MessageKind,
    OutboxState,
    retry_delay,
)
from hms_desktop.domain.permissions import ADMINISTRATOR
from hms_desktop.services import outbox_rows
from hms_desktop.services.assembly import Services
from tests.services.conftest import actor
from tests.support import seed
from tests.support.clock import FakeClock


@pytest.fixture
def system(services: Services) -> Actor:
    return actor(services, "jobs", ADMINISTRATOR)


def put(services: Services, *keys: str, **changes: object) -> list[int | None]:
    def work(write: Write) -> list[int | None]:
        return [
            outbox_rows.write_message(
                write,
                Draft(key, MessageKind.TEST, Channel.EMAIL, "a@example.org", {}, **changes),  # type: ignore[arg-type]
            )
            for key in keys
        ]

    return services.context.database.write(seed.stamp(), work)


def lease(services: Services, system: Actor, limit: int = 10, owner: str = "me") -> list[Leased]:
    return list(services.outbox.lease(system, owner, limit, [Channel.EMAIL]))


@pytest.mark.feature("JOB-7")
def test_one_key_makes_one_message(services: Services) -> None:
    first, second = put(services, "same", "same")
    assert first is not None
    assert second is None
    assert put(services, "same") == [None]


@pytest.mark.feature("JOB-7")
def test_a_leased_message_is_nobody_elses(services: Services, system: Actor) -> None:
    put(services, "a", "b", "c")
    mine, theirs = lease(services, system, 2), lease(services, system, 5, "they")
    assert len(mine) == 2
    assert len(theirs) == 1
    assert {one.id for one in mine}.isdisjoint(one.id for one in theirs)
    assert lease(services, system) == []


@pytest.mark.feature("JOB-7")
def test_a_dead_senders_message_comes_back_and_the_dead_cannot_speak_for_it(
    services: Services, system: Actor, clock: FakeClock
) -> None:
    put(services, "a")
    (dead,) = lease(services, system)
    clock.moment += LEASE + timedelta(seconds=1)
    (alive,) = lease(services, system, owner="another")
    assert alive.message_id == dead.message_id
    assert alive.fence > dead.fence
    assert not services.outbox.sent(system, dead)
    assert not services.outbox.failed(system, dead, "came too late")
    assert services.outbox.sent(system, alive)
    assert not services.outbox.sent(system, alive)


@pytest.mark.feature("JOB-7")
def test_failures_are_tried_later_and_later_then_need_attention(
    services: Services, system: Actor, admin: Actor, desk: Actor, clock: FakeClock
) -> None:
    services.hospital.change_settings(admin, {"outbox_tries": 3})
    put(services, "a")
    for attempt in (1, 2, 3):
        (leased,) = lease(services, system)
        assert leased.attempts == attempt
        services.outbox.failed(system, leased, "The mail server is away.")
        clock.moment += retry_delay(attempt) - timedelta(seconds=1)
        assert lease(services, system) == []
        clock.moment += timedelta(seconds=2)
    (row,) = services.outbox.list(desk, [OutboxState.ATTENTION])
    assert row.last_error == "The mail server is away."
    assert services.outbox.counts(desk).attention == 1
    services.outbox.send(desk, [(row.id, row.version)])
    (leased,) = lease(services, system)
    assert leased.attempts == 1


def test_the_delays_grow_and_end() -> None:
    minutes = [retry_delay(attempt).total_seconds() / 60 for attempt in range(1, 8)]
    assert minutes == [1, 4, 16, 64, 256, 360, 360]


@pytest.mark.feature("JOB-7")
def test_a_permanent_refusal_needs_attention_at_once(
    services: Services, system: Actor, desk: Actor
) -> None:
    put(services, "a")
    (leased,) = lease(services, system)
    services.outbox.failed(system, leased, "There is no such mailbox.", permanent=True)
    (row,) = services.outbox.list(desk, [OutboxState.ATTENTION])
    with pytest.raises(Invalid) as caught:
        services.outbox.correct(desk, row.id, row.version, "a@x.org, b@y.org")
    assert caught.value.field == "address"
    services.outbox.correct(desk, row.id, row.version, "b@example.org")
    assert lease(services, system)[0].recipient == "b@example.org"


@pytest.mark.feature("JOB-7")
def test_handed_back_it_costs_no_try(services: Services, system: Actor) -> None:
    put(services, "a")
    (leased,) = lease(services, system)
    services.outbox.give_back(system, leased)
    (again,) = lease(services, system)
    assert again.attempts == 1


@pytest.mark.feature("JOB-7")
def test_what_comes_too_late_is_never_sent(
    services: Services, system: Actor, desk: Actor, clock: FakeClock
) -> None:
    put(services, "a", expires_at=clock() + timedelta(hours=1))
    clock.advance(hours=2)
    assert lease(services, system) == []
    (row,) = services.outbox.list(desk, [OutboxState.SKIPPED])
    assert row.last_error == "too late"


@pytest.mark.feature("JOB-7")
def test_a_skipped_message_stays_unsent(services: Services, system: Actor, desk: Actor) -> None:
    put(services, "a")
    (row,) = services.outbox.list(desk, [OutboxState.WAITING])
    services.outbox.skip(desk, [(row.id, row.version)])
    assert lease(services, system) == []
    with pytest.raises(Stale):
        services.outbox.send(desk, [(row.id, row.version)])


def test_only_the_permitted_see_messages(services: Services, doctor_actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        services.outbox.list(doctor_actor)
    with pytest.raises(NotAllowed):
        lease(services, doctor_actor)


@pytest.mark.feature("JOB-7")
def test_messages_are_found_by_state_kind_and_words(services: Services, system: Actor) -> None:
    put(services, "a")
    put(services, "b", held=True)

    def found(**wish: object) -> list[str]:
        return [row.state for row in services.outbox.list(system, **wish)]  # type: ignore[arg-type]

    assert found() == ["held", "waiting"]
    assert found(kind=MessageKind.TEST, text="A@EXAMPLE.org") == ["held", "waiting"]
    assert found(kind=MessageKind.BOOKED) == []
    assert found(text="a@example_org") == [], "signs of LIKE are letters"
    assert found(states=(OutboxState.HELD,), channel=Channel.EMAIL) == ["held"]
