"""Nobody is told twice, nobody is forgotten: eight senders, a bad mail server, kills, freezes."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest
import sqlalchemy as sa

from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.db.tables.messages import outbox
from hms_desktop.db.writing import Write
from hms_desktop.domain.messages import Channel, Draft, MessageKind, OutboxState
from hms_desktop.services import outbox_rows
from hms_desktop.services.assembly import Services, open_services
from tests.race.post_office import PostOffice, Taken, post_office
from tests.race.unattended import LEASE, PROGRAMS, Crew, crew, send
from tests.support import seed
from tests.support.smtp import HOST, certificate

MESSAGES = 600
KILLS, FREEZES = 10, 5
PATIENCE = 200.0
_OPEN = (OutboxState.WAITING.value, OutboxState.SENDING.value)


@pytest.fixture
def services(quick_url: str) -> object:
    opened = open_services(quick_url)
    yield opened
    opened.close()


@pytest.mark.feature("JOB-7")
@pytest.mark.slow
@pytest.mark.timeout(420)
def test_nobody_is_told_twice_and_nobody_is_forgotten(
    services: Services, quick_url: str, processes: ForkServerContext, tmp_path: Path
) -> None:
    rng = random.Random(20261123)
    path, server_side, _client = certificate(tmp_path)
    with post_office(rng, server_side) as office:
        _fill(services, office.port)
        with crew(processes, send, quick_url, str(path)) as programs:
            _trouble(services, programs, rng)
            office.well = True
            _finish(services, programs)
        # What a killed program was about to read is on its way yet.
        time.sleep(0.2)
    _check(services, office, programs)


def _fill(services: Services, port: int) -> None:
    actor = services.context.gate.system("admin")
    mail = {
        "hospital_name": "City Care",
        "mail_host": HOST,
        "mail_port": port,
        "mail_security": "starttls",
        "mail_from": "desk@example.org",
    }
    services.hospital.change_settings(actor, mail)

    def work(write: Write) -> None:
        for number in range(MESSAGES):
            address, data = f"p{number}@example.org", {"workstation": f"desk {number}"}
            draft = Draft(f"m/{number}", MessageKind.TEST, Channel.EMAIL, address, data)
            outbox_rows.write_message(write, draft)

    services.context.database.write(seed.stamp(), work)


def _left(services: Services, states: tuple[str, ...]) -> int:
    query = sa.select(sa.func.count()).select_from(outbox).where(outbox.c.state.in_(states))
    with services.context.database.read() as connection:
        return int(connection.execute(query).scalar_one())


def _trouble(services: Services, programs: Crew, rng: random.Random) -> None:
    """Kill and freeze while there is something to send."""
    deeds = ["kill"] * KILLS + ["freeze"] * FREEZES
    rng.shuffle(deeds)
    until = time.monotonic() + PATIENCE / 2
    for number, deed in enumerate(deeds, 1):
        # Spread over the whole work, however fast this machine is.
        while _left(services, _OPEN) > MESSAGES * (1 - number / (len(deeds) + 2)):
            assert time.monotonic() < until, "nothing goes on"
            time.sleep(rng.uniform(0.005, 0.03))
            programs.thaw(LEASE.total_seconds() * 1.1)
        place = rng.randrange(len(programs.running))
        if deed == "freeze" and len(programs.asleep) < 4:
            programs.freeze(place)
        else:
            programs.kill(place)
            programs.begin(number % PROGRAMS)


def _finish(services: Services, programs: Crew) -> None:
    """Wait until all is sent; the desk sends again what was refused for good."""
    desk = services.context.gate.system("desk")
    until = time.monotonic() + PATIENCE / 2
    while _left(services, (*_OPEN, OutboxState.ATTENTION.value)):
        assert time.monotonic() < until, "some are never sent"
        programs.thaw(LEASE.total_seconds() * 1.1)
        again = services.outbox.list(desk, [OutboxState.ATTENTION])
        if again:
            services.outbox.send(desk, [(row.id, row.version) for row in again])
        time.sleep(0.05)


def _check(services: Services, office: PostOffice, programs: Crew) -> None:
    with services.context.database.read() as connection:
        rows = connection.execute(sa.select(outbox.c.id, outbox.c.message_id, outbox.c.state)).all()
        noted = defaultdict(list)
        query = sa.select(audit_entry.c.entity_id, audit_entry.c.program).where(
            audit_entry.c.entity == outbox.name, audit_entry.c.action == "sent"
        )
        for one, program in connection.execute(query):
            noted[one].append(program)
    assert {row.state for row in rows} == {"sent"}
    assert len(rows) == MESSAGES
    taken = defaultdict(list)
    for mail in office.taken:
        taken[mail.message_id].append(mail)
    assert set(taken) == {row.message_id for row in rows}, "lost, or never ours"
    repeats: list[Taken] = []
    for row in rows:
        (program,) = noted[row.id]
        mails = taken[row.message_id]
        last = max((one for one in mails if one.program == program), key=lambda one: one.at)
        repeats += [one for one in mails if one is not last]
    unexplained = [one for one in repeats if not _explained(one, programs)]
    assert unexplained == [], "told twice, and nothing had cut us off"
    assert office.refused > MESSAGES / 30, "the server was too kind to prove anything"
    assert len(programs.frozen) >= FREEZES / 2


def _explained(mail: Taken, programs: Crew) -> bool:
    """Say whether the answer to a mail, or our note of it, was cut off."""
    lease = LEASE.total_seconds()
    if not mail.heard or 0 <= programs.killed.get(mail.program, 0.0) - mail.at < lease:
        return True
    # Also another's freeze: with the lock of SQLite's file, or of a row, it keeps others waiting.
    return any(since - lease <= mail.at <= until for _program, since, until in programs.frozen)
