"""Two programs over one database: each follows the other, whatever happens to the server."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import psycopg
import pytest
import sqlalchemy as sa

from hms_desktop.bus import Announcement, Bus
from hms_desktop.db import migrate
from hms_desktop.db.feed import Feed
from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.domain.accounts import CreateUser
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import Done
from hms_desktop.domain.errors import NotAllowed, Unreachable
from hms_desktop.domain.permissions import ADMINISTRATOR, RECEPTIONIST
from hms_desktop.services.assembly import Services, open_services
from tests.services.bookings import DAY, HALF, MINUTE, ONE_PM, wish
from tests.services.conftest import Hospital, actor, make_hospital
from tests.support import invariants
from tests.support.clock import FakeClock
from tests.support.postgres import PostgresServer
from tests.support.programs import FIRST, OTHER, cheap

pytestmark = pytest.mark.feature("NET-1")

A_SECOND = 1.0
PATIENCE = 20.0


@dataclass
class Desk:
    """One program with its feed, and what it heard of the other."""

    services: Services
    feed: Feed
    who: Actor
    heard: list[Announcement] = field(default_factory=list)

    def listen(self) -> None:
        self.services.context.bus.subscribe(self.heard.append)
        self.feed.start()
        assert self.feed.wait_ready()

    def close(self) -> None:
        self.feed.close()
        self.services.close()


@dataclass(frozen=True)
class Pair:
    one: Desk
    other: Desk
    hospital: Hospital


def open_pair(url: str) -> Iterator[Pair]:
    clock = FakeClock()
    desks = []
    for name in ("Sheela", "Maria"):
        bus = Bus()
        services = open_services(url, bus=bus, clock=clock, authenticator=cheap())
        who = actor(services, name, ADMINISTRATOR | RECEPTIONIST, workstation=f"desk of {name}")
        desks.append(Desk(services, Feed(services.context.database), who))
    hospital = make_hospital(desks[0].services.context.database)
    for desk in desks:
        desk.listen()
    yield Pair(*desks, hospital)
    for desk in desks:
        desk.feed.close()
    invariants.check(desks[0].services.context.database)
    for desk in desks:
        desk.close()


@pytest.fixture
def pair(database_url: str) -> Iterator[Pair]:
    yield from open_pair(database_url)


@pytest.fixture
def away(own_postgres_server: PostgresServer, expect_log: Callable[[str], None]) -> Iterator[Pair]:
    """Two programs on a server that this test may stop; it keeps what it acknowledged."""
    expect_log("the change feed lost the database")
    url = own_postgres_server.create_database("away")
    own_postgres_server.execute("ALTER DATABASE away SET synchronous_commit = on")
    migrate.upgrade(url)
    yield from open_pair(url)


def until(true: Callable[[], bool], seconds: float = PATIENCE) -> float:
    """Wait until something is true; return how long that took."""
    begun = time.monotonic()
    while not true():
        assert time.monotonic() - begun < seconds, "it never came true"
        time.sleep(0.005)
    return time.monotonic() - begun


def follows(pair: Pair, before: Callable[[], object], change: Callable[[], object]) -> object:
    """Make a change in one program; return what the other reads once that differs, in time."""
    was = before()
    assert before() == was
    pair.other.heard.clear()
    change()
    took = until(lambda: any(not one.local for one in pair.other.heard))
    assert took < A_SECOND
    now = before()
    assert now != was, "the other program still reads what it knew"
    return now


# ------------------------------------------------------------------------------ within a second
def test_a_booking_and_its_check_in_are_followed(pair: Pair) -> None:
    one, other = pair.one, pair.other
    doctors = pair.hospital.doctors

    def grid() -> object:
        return other.services.appointments.grid(other.who, DAY, 1, doctors)

    booked = []
    follows(
        pair,
        grid,
        lambda: booked.append(one.services.appointments.book(one.who, wish(pair.hospital))),
    )
    row = booked[0].appointment
    follows(
        pair,
        lambda: other.services.queue.board(other.who, DAY),
        lambda: one.services.queue.check_in(one.who, row.id, row.version),
    )
    (box,) = other.services.appointments.grid(other.who, DAY, 1, doctors)
    assert (box.id, box.status, box.token) == (row.id, "arrived", 1)


@pytest.mark.feature("APT-13")
def test_a_hold_is_followed_until_it_is_let_go(pair: Pair) -> None:
    one, other, doctor = pair.one, pair.other, pair.hospital.doctors[0]

    def holds() -> object:
        return other.services.holds.on_days(other.who, DAY, 1, [doctor])

    held = follows(
        pair,
        holds,
        lambda: one.services.holds.take(one.who, doctor, ONE_PM, ONE_PM + HALF, "token"),
    )
    assert [hold.user_name for hold in held] == ["Sheela"]  # type: ignore[attr-defined]
    assert follows(pair, holds, lambda: one.services.holds.release(one.who, "token")) == ()


@pytest.mark.feature("OPS-1")
def test_a_setting_and_what_hangs_on_it_are_followed(pair: Pair) -> None:
    one, other = pair.one, pair.other
    kept = other.services.context.cache
    follows(
        pair,
        lambda: other.services.hospital.settings(other.who).hold_seconds,
        lambda: one.services.hospital.change_settings(one.who, {"hold_seconds": 77}),
    )
    misses = kept.misses
    assert other.services.hospital.settings(other.who).hold_seconds == 77
    assert kept.misses == misses, "read once, it is kept again"


def test_closed_hours_are_followed(pair: Pair) -> None:
    one, other, hospital = pair.one, pair.other, pair.hospital

    def slots() -> object:
        return other.services.availability.free_slots(
            other.who, hospital.doctors[0], DAY, DAY, hospital.visit_type
        )

    toggle = one.services.availability.toggle_slot
    follows(pair, slots, lambda: toggle(one.who, hospital.doctors[0], ONE_PM, 30))


@pytest.mark.feature("ACC-6")
def test_a_user_who_is_switched_off_is_out_everywhere(pair: Pair) -> None:
    one, other = pair.one.services, pair.other.services
    one.accounts.first_start(FIRST)
    admin = one.accounts.log_in(FIRST.login, FIRST.password, "office")
    row = one.accounts.create_user(admin, CreateUser("meera", "Meera", ("receptionist",)))
    other.accounts.redeem_code("meera", one.accounts.start_reset(admin, row.id).code, OTHER)
    desk = other.accounts.log_in("meera", OTHER, "desk-2")
    assert other.appointments.grid(desk, DAY, 1, pair.hospital.doctors) == ()
    # The feed tells the first program of the log-in at the second as well.
    version = one.accounts.user(admin, row.id).version
    one.accounts.deactivate(admin, row.id, version)

    def is_out() -> bool:
        try:
            other.appointments.grid(desk, DAY, 1, pair.hospital.doctors)
        except NotAllowed:
            return True
        return False

    assert until(is_out) < A_SECOND


# ---------------------------------------------------------------------------- the server is away
@pytest.mark.feature("NET-3")
@pytest.mark.timeout(120)
def test_after_the_server_was_away_everything_is_read_anew(
    away: Pair, own_postgres_server: PostgresServer
) -> None:
    one, other = away.one, away.other
    known = other.services.hospital.settings(other.who)
    other.services.catalogue.rooms(other.who)
    row = one.services.appointments.book(one.who, wish(away.hospital), request_id="kept")
    # A change that nobody announces: only a cache that was emptied can show it.
    rename = "UPDATE room SET name = 'Theatre' WHERE id = (SELECT min(id) FROM room)"
    own_postgres_server.execute(rename, database="away")
    assert "Theatre" not in {one.name for one in other.services.catalogue.rooms(other.who)}
    one.heard.clear()
    other.heard.clear()
    own_postgres_server.stop()
    with pytest.raises(Unreachable):
        other.services.appointments.get(other.who, row.appointment.id)
    own_postgres_server.start()
    for desk in (one, other):
        until(lambda desk=desk: any(each.everything for each in desk.heard))
    assert "Theatre" in {one.name for one in other.services.catalogue.rooms(other.who)}
    assert other.services.hospital.settings(other.who) == known
    found = other.services.appointments.get(other.who, row.appointment.id)
    assert replace(found, room_name=row.appointment.room_name) == row.appointment
    # And both hear of each other as before.
    other.heard.clear()
    wanted = wish(away.hospital, patient_id=away.hospital.patients[1], starts_at=ONE_PM + HALF)
    one.services.appointments.book(one.who, wanted)
    assert until(lambda: any(not each.local for each in other.heard)) < A_SECOND


@pytest.mark.feature("NET-3")
@pytest.mark.timeout(120)
@pytest.mark.parametrize("committed", [False, True], ids=["before its end", "before its answer"])
def test_a_write_that_lost_its_answer_happens_once(
    away: Pair,
    own_postgres_server: PostgresServer,
    committed: bool,
) -> None:
    desk = away.one
    engine = desk.services.context.database.engine
    broken = []

    def break_off(connection: sa.Connection) -> None:
        if broken:
            return
        broken.append(True)
        if committed:
            connection.connection.dbapi_connection.commit()  # type: ignore[union-attr]
        own_postgres_server.stop()
        raise sa.exc.OperationalError("COMMIT", {}, psycopg.OperationalError("no answer"))

    sa.event.listen(engine, "commit", break_off)
    with pytest.raises(Unreachable):
        desk.services.appointments.book(desk.who, wish(away.hospital), request_id="once")
    assert broken
    own_postgres_server.start()
    done = again(
        lambda: desk.services.appointments.book(desk.who, wish(away.hospital), request_id="once")
    )
    third = desk.services.appointments.book(desk.who, wish(away.hospital), request_id="once")
    assert third.appointment.id == done.appointment.id
    assert count_visits(desk.services) == 1
    sa.event.remove(engine, "commit", break_off)


@pytest.mark.feature("NET-3")
@pytest.mark.timeout(120)
def test_nothing_acknowledged_is_lost_while_the_server_comes_and_goes(
    away: Pair, own_postgres_server: PostgresServer
) -> None:
    acknowledged: dict[str, int] = {}
    wrong: list[Exception] = []
    stop = threading.Event()

    def work(desk: Desk, doctor: int) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            request = f"{doctor}-{number}"
            wanted = wish(
                away.hospital,
                patient_id=away.hospital.patients[doctor],
                doctor_id=away.hospital.doctors[doctor],
                starts_at=ONE_PM + timedelta(days=number // 16) + (number % 16) * 15 * MINUTE,
                minutes=15,
            )
            try:
                done = again(
                    lambda wanted=wanted, request=request: desk.services.appointments.book(
                        desk.who, wanted, request_id=request
                    )
                )
            except Exception as error:  # noqa: BLE001 - shown by the test itself
                wrong.append(error)
                return
            acknowledged[request] = done.appointment.id

    desks = (away.one, away.other)
    threads = [threading.Thread(target=work, args=one) for one in zip(desks, (0, 1), strict=True)]
    for one in threads:
        one.start()
    for _ in range(3):
        before = len(acknowledged)
        until(lambda before=before: bool(wrong) or len(acknowledged) > before + 10)
        own_postgres_server.stop()
        own_postgres_server.start()
    stop.set()
    for one in threads:
        one.join(PATIENCE)
    assert wrong == []
    with away.one.services.context.database.read() as connection:
        there = set(connection.scalars(sa.select(appointment.c.id)))
        asked = set(connection.scalars(sa.select(audit_entry.c.request_id)))
    assert set(acknowledged.values()) == there, "lost, or done twice"
    assert set(acknowledged) <= asked
    assert len(there) == len(acknowledged) > 30


def again(call: Callable[[], Done]) -> Done:
    """Repeat a call until the server answers, as the program does for the person at the desk."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return call()
        except Unreachable:
            assert time.monotonic() < end, "the server never came back"
            time.sleep(0.05)


def count_visits(services: Services) -> int:
    with services.context.database.read() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(appointment)) or 0
