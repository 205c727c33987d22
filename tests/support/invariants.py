"""What must hold of every database, whatever was done to it."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import sqlalchemy as sa

from hms_desktop.db import chain
from hms_desktop.db.engine import Database
from hms_desktop.db.tables.appointments import appointment, appointment_status_change
from hms_desktop.db.tables.consultations import encounter
from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.db.tables.queue import queue_token
from hms_desktop.domain.lifecycle import BACKWARD, FORWARD, HOLDING, Status

AUDITED = (appointment, queue_token, encounter)


def check(database: Database) -> None:
    """Fail with the first invariant that is broken."""
    with database.read() as connection:
        _no_overlaps(connection)
        _legal_history(connection)
        _complete_audit(connection)
        _requests_once(connection)
        _one_chain(connection)
        if database.is_sqlite:
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            assert broken == [], f"broken foreign keys: {broken}"


def _no_overlaps(connection: sa.Connection) -> None:
    held = [status.value for status in HOLDING]
    rows = connection.execute(sa.select(appointment).where(appointment.c.status.in_(held))).all()
    lanes, patients, rooms = defaultdict(list), defaultdict(list), defaultdict(list)
    for row in rows:
        lanes[row.doctor_id, row.lane].append((row.blocks_from, row.blocks_to, row.id))
        patients[row.patient_id].append((row.starts_at, row.ends_at, row.id))
        if row.room_id is not None:
            rooms[row.room_id].append((row.blocks_from, row.blocks_to, row.id, row.doctor_id))
    for kind, groups in (("doctor", lanes), ("patient", patients)):
        for group in groups.values():
            group.sort()
            for one, other in pairwise(group):
                assert one[1] <= other[0], f"{kind} overlap of {one[2]} and {other[2]}"
    for group in rooms.values():
        for index, one in enumerate(group):
            for other in group[index + 1 :]:
                apart = one[3] == other[3] or one[1] <= other[0] or other[1] <= one[0]
                assert apart, f"room overlap of {one[2]} and {other[2]}"


def _legal_history(connection: sa.Connection) -> None:
    changes = defaultdict(list)
    for row in connection.execute(
        sa.select(appointment_status_change).order_by(appointment_status_change.c.id)
    ):
        changes[row.appointment_id].append(row)
    statuses = connection.execute(sa.select(appointment.c.id, appointment.c.status)).all()
    for one, status in statuses:
        history = changes[one]
        if not history:
            continue  # written straight into the table by a test
        assert history[0].before is None, f"appointment {one} has no beginning"
        for earlier, later in pairwise(history):
            step = (Status(later.before), Status(later.after))
            assert later.before == earlier.after, f"appointment {one} jumps: {step}"
            assert step in FORWARD | BACKWARD, f"appointment {one} made the step {step}"
            assert later.undo or step in FORWARD, f"appointment {one} went back: {step}"
        assert history[-1].after == status, f"appointment {one} is {status}, not as its history"


def _complete_audit(connection: sa.Connection) -> None:
    for table in AUDITED:
        written = defaultdict(list)
        for row in connection.execute(
            sa.select(audit_entry)
            .where(audit_entry.c.entity == table.name, audit_entry.c.action != "read")
            .order_by(audit_entry.c.id)
        ):
            written[row.entity_id].append(row)
        for one, version in connection.execute(sa.select(table.c.id, table.c.version)):
            entries = written[one]
            assert entries, f"{table.name} {one} was never audited"
            assert entries[0].before is None, f"{table.name} {one} has no first entry"
            assert version == len(entries), f"{table.name} {one}: {len(entries)} of {version}"


def _requests_once(connection: sa.Connection) -> None:
    repeated = connection.execute(
        sa.select(audit_entry.c.request_id)
        .group_by(audit_entry.c.request_id, audit_entry.c.position)
        .having(sa.func.count() > 1)
    ).all()
    assert repeated == [], f"requests audited twice: {repeated}"


def _one_chain(connection: sa.Connection) -> None:
    before, due = b"", 0
    for one in (one for batch in chain.batches(connection, chain.head(connection).seq)
                for one in batch):  # fmt: skip
        assert one.seq == due, f"link {due} of the audit is missing"
        if one.seq:
            assert one.content is not None, f"the entry of link {one.seq} is missing"
            assert chain.hashed(before, one.content) == one.hash, f"link {one.seq} does not fit"
        before, due = one.hash, one.seq + 1
    assert chain.unlinked(connection, 1) == []
