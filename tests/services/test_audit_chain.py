"""The audit's chain: written by the database, and whatever is done to it is found."""

from __future__ import annotations

import random
import sqlite3
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hms_desktop.db import chain
from hms_desktop.db.tables.hospital import audit_head
from hms_desktop.db.tables.messages import outbox
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.audit import Anchor, Trouble, find_anchors
from hms_desktop.domain.errors import Conflict, Invalid, NotAllowed
from hms_desktop.services.assembly import Services
from hms_desktop.services.audit_verifying import Verifier
from tests.services.conftest import Hospital
from tests.services.tampering import Tamperer
from tests.support.memory_keyring import MemoryKeyring
from tests.support.seed import NOON, Clinic, stamp

pytestmark = pytest.mark.feature("SEC-1")
TAMPERINGS = 200


@pytest.fixture
def clinic(services: Services) -> Clinic:
    made = Clinic(services.context.database)
    for number in range(14):
        made.book(number % 3, number % 2, starts_at=NOON + timedelta(hours=number))
    return made


def test_whatever_is_done_to_the_trail_is_found(
    services: Services, admin: Actor, clinic: Clinic
) -> None:
    services.audit_chain.take_head(admin)
    key = bytes.fromhex(services.audit_chain.show_key(services.context.gate.system("test")))
    database, rng = services.context.database, random.Random(20261123)
    missed = []
    with database.engine.connect() as connection:
        newest = chain.head(connection)
        connection.rollback()
        anchor = Anchor(newest.seq, newest.hash.hex())
        for number in range(TAMPERINGS):
            connection.exec_driver_sql("BEGIN" if database.is_sqlite else "SELECT 1")
            tamperer = Tamperer(connection, rng)
            what = tamperer.ways[number % len(tamperer.ways)]()
            verdict = Verifier(connection, key).run([anchor], lambda _done, _total: None)
            if verdict.sound:
                missed.append(what)
            connection.exec_driver_sql("ROLLBACK")
            connection.rollback()
        assert missed == []
        untouched = Verifier(connection, key).run([anchor], lambda _done, _total: None)
        connection.rollback()
    assert untouched.sound
    assert (untouched.seals, untouched.unproved) == (1, 0)


def test_raw_sql_is_chained_or_refused(services: Services, admin: Actor, clinic: Clinic) -> None:
    database = services.context.database
    names = ", ".join(name for name in chain.CHAINED if name not in {"id", "request_id"})
    statement = (
        f"INSERT INTO audit_entry (request_id, {names}) SELECT 'raw', {names} FROM audit_entry "
        "WHERE id = 1"
    )
    if database.is_sqlite:
        with (
            sqlite3.connect(str(database.url.database)) as raw,
            pytest.raises(sqlite3.OperationalError, match="hms_audit_link"),
        ):
            raw.execute(statement)
        raw.close()
    with database.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    with database.read() as connection:
        assert chain.head(connection).seq == chain.count_entries(connection)
    assert services.audit_chain.verify(admin).sound


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_link SET seq = 99",
        "DELETE FROM audit_link",
        "UPDATE audit_head SET hash = ''",
        "DELETE FROM audit_head",
    ],
)
def test_chain_and_heads_cannot_be_changed(
    services: Services, admin: Actor, clinic: Clinic, statement: str
) -> None:
    services.audit_chain.take_head(admin)
    with pytest.raises(sa.exc.DBAPIError), services.context.database.engine.begin() as connection:
        connection.exec_driver_sql(statement)


def test_the_chain_follows_the_commits(postgres_url: str) -> None:
    clinic = Clinic(database := _opened(postgres_url))
    statement = sa.text(
        "INSERT INTO audit_entry (at, request_id, position, user_name, role, workstation, program, "
        "action, entity, entity_id) VALUES (now(), :request, 0, '', '', '', '', 'x', 'x', 0) "
        "RETURNING id"
    )
    assert clinic.patients
    with database.engine.connect() as slow, database.engine.connect() as quick:
        first = slow.execute(statement, {"request": "began first"}).scalar_one()
        second = quick.execute(statement, {"request": "committed first"}).scalar_one()
        quick.commit()
        slow.commit()
    with database.read() as connection:
        order = [one.entry_id for batch in chain.batches(connection, 10**9) for one in batch]
        assert order[-2:] == [second, first]
        assert Verifier(connection, b"").run([], lambda _done, _total: None).sound
    database.close()


def _opened(url: str) -> object:
    from hms_desktop.db.engine import Database

    return Database(url)


def test_a_cut_tail_is_found_only_with_a_head_kept_elsewhere(
    services: Services, admin: Actor, clinic: Clinic, secrets: MemoryKeyring
) -> None:
    head = services.audit_chain.take_head(admin)
    secrets.secrets.clear()
    assert services.audit_chain.verify(admin, [head.anchor]).sound
    beyond = Anchor(head.seq + 50, "ab" * 32)
    found = services.audit_chain.verify(admin, [beyond])
    assert [one.trouble for one in found.findings] == [Trouble.CUT]
    anywhere = services.audit_chain.verify(admin, [Anchor(None, head.hash)])
    assert anywhere.sound
    nowhere = services.audit_chain.verify(admin, [Anchor(None, "ab" * 32)])
    assert [one.trouble for one in nowhere.findings] == [Trouble.REWRITTEN]


def test_a_check_tells_how_far_it_is_and_can_be_stopped(
    services: Services, admin: Actor, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("BATCH", "SERVER_BATCH"):
        monkeypatch.setattr(chain, name, 5)
    heard: list[tuple[int, int]] = []
    verdict = services.audit_chain.verify(
        admin, report=lambda done, total: heard.append((done, total))
    )
    assert len(heard) > 4
    assert heard[-1] == (verdict.entries, verdict.entries)

    class EnoughError(Exception):
        """Raised to stop."""

    def stop(_done: int, _total: int) -> None:
        raise EnoughError

    with pytest.raises(EnoughError):
        services.audit_chain.verify(admin, report=stop)


def test_the_head_is_sealed_with_the_key_of_this_computer(
    services: Services, admin: Actor, clinic: Clinic, secrets: MemoryKeyring
) -> None:
    one = services.audit_chain.take_head(admin, request_id="head-1")
    assert services.audit_chain.take_head(admin, request_id="head-1") == one
    assert len(one.seal) == 64
    assert services.audit_chain.has_key(admin)
    secrets.secrets.clear()
    # Another computer, which was not given the key: it neither makes another nor seals.
    other = services.audit_chain.take_head(admin)
    assert (other.seal, other.key_id) == ("", "")
    verdict = services.audit_chain.verify(admin)
    assert (verdict.sound, verdict.seals, verdict.unproved) == (True, 0, 2)


def test_the_key_moves_to_another_computer_and_no_other_key_does(
    services: Services, admin: Actor, clinic: Clinic, secrets: MemoryKeyring
) -> None:
    system = services.context.gate.system("test")
    services.audit_chain.take_head(admin)
    key = services.audit_chain.show_key(system)
    secrets.secrets.clear()
    for wrong in ("ab" * 32, "no key", ""):
        with pytest.raises(Invalid):
            services.audit_chain.enter_key(system, wrong)
    assert not services.audit_chain.has_key(admin)
    services.audit_chain.enter_key(system, f" {key.upper()}\n")
    assert services.audit_chain.verify(admin).seals == 1
    with services.context.database.read() as connection:
        told = repr(connection.exec_driver_sql("SELECT * FROM audit_entry").all())
    assert key not in told


def test_a_trail_without_the_sealed_head_takes_no_new_one(
    services: Services, admin: Actor, clinic: Clinic, secrets: MemoryKeyring
) -> None:
    services.audit_chain.take_head(admin)
    (name,) = [one for one in secrets.secrets if "audit head" in str(one)]
    secrets.secrets[name] = "12:" + "ab" * 32
    with pytest.raises(Conflict, match="was restored"):
        services.audit_chain.take_head(admin)
    assert [one.trouble for one in services.audit_chain.verify(admin).findings] == [
        Trouble.REWRITTEN
    ]
    services.audit_chain.take_head(admin, anew=True)
    assert services.audit_chain.verify(admin).sound


def test_the_head_is_mailed_once_to_the_address_in_the_settings(
    services: Services, admin: Actor, clinic: Clinic
) -> None:
    services.hospital.change_settings(
        admin,
        {"audit_head_to": "notary@example.org", "mail_host": "mail", "mail_from": "a@example.org"},
    )
    head = services.audit_chain.take_head(admin, mail=True, request_id="daily")
    services.audit_chain.take_head(admin, mail=True, request_id="daily")
    with services.context.database.read() as connection:
        (row,) = connection.execute(sa.select(outbox)).all()
    assert (row.recipient, row.kind) == ("notary@example.org", "audit_head")
    assert find_anchors(row.data["anchor"]) == (head.anchor,)


def test_only_who_may_read_the_trail_checks_it(
    services: Services, desk: Actor, hospital: Hospital
) -> None:
    for call in (
        services.audit_chain.verify,
        services.audit_chain.take_head,
        services.audit_chain.heads,
    ):
        with pytest.raises(NotAllowed):
            call(desk)


def test_a_head_is_read_from_whatever_it_was_kept_in() -> None:
    digits = "0f1e2d3c" * 8
    grouped = " ".join(digits[place : place + 8] for place in range(0, 64, 8))
    for text in (
        f"12345:{digits}",
        f"The head:\n\n12345: {grouped.upper()}\n\nSeal: {'ab' * 32}",
        f"x 12345 :\n{grouped}",
    ):
        assert find_anchors(text) == (Anchor(12345, digits),)
    assert find_anchors(digits) == (Anchor(None, digits),)
    for text in ("", "12345", digits[:-1], digits + "0"):
        with pytest.raises(Invalid):
            find_anchors(text)


def test_heads_stay_when_a_request_is_repeated(
    services: Services, admin: Actor, clinic: Clinic
) -> None:
    services.context.database.write(stamp("x"), lambda write: write.record("x", 1))
    heads = [services.audit_chain.take_head(admin) for _ in range(3)]
    assert list(services.audit_chain.heads(admin)) == heads[::-1]
    with services.context.database.read() as connection:
        count = connection.scalar(sa.select(sa.func.count()).select_from(audit_head))
    assert count == 3
