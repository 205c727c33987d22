"""What is run past SQLAlchemy gives what SQLAlchemy gives, errors included."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import sqlalchemy.exc

from hms_desktop.db.engine import Database
from hms_desktop.db.prepared import Prepared
from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.patients import patient
from hms_desktop.domain.errors import Unreachable
from tests.support.seed import NOON, Clinic

VISITS = (
    sa.select(
        appointment.c.id,
        appointment.c.starts_at,
        appointment.c.arrived_at,
        patient.c.birth_date,
        patient.c.has_photo,
        patient.c.phones,
        (appointment.c.note != "").label("has_note"),
    )
    .join_from(appointment, patient)
    .where(
        appointment.c.id.in_(sa.bindparam("ids", expanding=True)),
        appointment.c.starts_at.in_(sa.bindparam("starts", expanding=True)),
        appointment.c.starts_at >= sa.bindparam("since"),
        appointment.c.created_at <= NOON,
        appointment.c.updated_at.in_((NOON, NOON - timedelta(days=1))),
        appointment.c.status.not_in(("cancelled", "no_show")),
    )
    .order_by(appointment.c.id)
)


def asked(ids: tuple[int, ...]) -> dict[str, Any]:
    starts = (NOON, NOON + timedelta(hours=1))
    return {"ids": ids, "starts": starts, "since": NOON - timedelta(days=1)}


def test_it_gives_what_sqlalchemy_gives_for_lists_of_any_length(clinic: Clinic) -> None:
    ids = (clinic.book(), clinic.book(starts_at=NOON + timedelta(hours=1)))
    quick = Prepared(VISITS)
    with clinic.database.read() as connection:
        for some in (ids, ids[:1], (), ids[1:], ids):
            plain = connection.execute(VISITS, asked(some)).all()
            found = list(quick.rows(connection, asked(some)))
            assert found == [tuple(row) for row in plain]
            assert [list(map(type, row)) for row in found] == [list(map(type, r)) for r in plain]
            assert [row[0] for row in found] == list(some)


def test_a_refused_statement_is_the_error_that_sqlalchemy_raises(database: Database) -> None:
    missing = sa.table("no_such_table", sa.column("one"))
    query = sa.select(missing.c.one)
    with database.engine.connect() as connection:
        with pytest.raises(sqlalchemy.exc.DBAPIError) as plain:
            connection.execute(query)
        connection.rollback()
        with pytest.raises(sqlalchemy.exc.DBAPIError) as quick:
            Prepared(query).rows(connection, {})
        connection.rollback()
    assert type(quick.value) is type(plain.value)
    assert type(quick.value.orig) is type(plain.value.orig)


def test_a_lost_server_is_noticed_and_the_next_try_gets_a_fresh_connection(
    postgres_url: str,
) -> None:
    database = Database(postgres_url)
    quick = Prepared(sa.select(sa.func.count()).select_from(patient))
    try:
        with database.read() as one, database.read() as two:
            list(quick.rows(one, {}))
            list(quick.rows(two, {}))
        with database.engine.connect() as killer:
            killer.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        with pytest.raises(Unreachable), database.read() as connection:
            quick.rows(connection, {})
        for _ in range(3):
            with database.read() as connection:
                assert list(quick.rows(connection, {})) == [(0,)]
    finally:
        database.close()
