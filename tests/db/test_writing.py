from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from hms_desktop.bus import Announcement
from hms_desktop.db.engine import Database
from hms_desktop.db.tables.accounts import user
from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.db.tables.patients import patient
from hms_desktop.db.writing import READ, Write, revive
from hms_desktop.domain.errors import NotFound, Stale
from tests.support.seed import NOON, Clinic, new_patient, stamp


def _audit(database: Database) -> list[sa.Row]:
    with database.read() as connection:
        return list(connection.execute(sa.select(audit_entry).order_by(audit_entry.c.id)))


@pytest.mark.feature("SEC-1")
def test_each_changed_row_leaves_before_and_after(clinic: Clinic) -> None:
    one = clinic.book()
    clinic.database.write(
        stamp("note"), lambda write: write.update(appointment, one, {"note": "x"}, version=1)
    )
    entry = _audit(clinic.database)[-1]
    assert (entry.action, entry.entity, entry.entity_id) == ("note", "appointment", one)
    assert entry.before == {"note": "", "version": 1}
    assert entry.after == {"note": "x", "version": 2}
    assert entry.patient_id == clinic.patients[0]
    assert entry.at == NOON


def test_a_request_sent_twice_happens_once(clinic: Clinic) -> None:
    def work(write: Write) -> int:
        return new_patient(write)

    def again(connection: sa.Connection) -> int:
        query = sa.select(audit_entry.c.entity_id).where(audit_entry.c.request_id == "same")
        return int(connection.execute(query).scalar_one())

    first = clinic.database.write(stamp("register", "same"), work, again)
    assert clinic.database.write(stamp("register", "same"), work, again) == first
    with clinic.database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(patient)).scalar() == 4


def test_an_old_version_is_refused_and_nothing_is_written(clinic: Clinic) -> None:
    one = clinic.book()
    count = len(_audit(clinic.database))
    with pytest.raises(Stale):
        clinic.database.write(
            stamp(), lambda write: write.update(appointment, one, {"note": "x"}, version=7)
        )
    assert len(_audit(clinic.database)) == count


def test_an_update_that_changes_nothing_leaves_no_trace(clinic: Clinic) -> None:
    one = clinic.book()
    count = len(_audit(clinic.database))
    changed = clinic.database.write(
        stamp(), lambda write: write.update(appointment, one, {"note": ""}, version=1)
    )
    assert not changed
    assert len(_audit(clinic.database)) == count


def test_a_row_that_is_gone_is_said_to_be(database: Database) -> None:
    with pytest.raises(NotFound):
        database.write(
            stamp(), lambda write: write.update(appointment, 99, {"note": "x"}, version=1)
        )


def test_what_fails_half_way_leaves_nothing(clinic: Clinic) -> None:
    count = len(_audit(clinic.database))

    def work(write: Write) -> None:
        new_patient(write)
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError):
        clinic.database.write(stamp(), work)
    assert len(_audit(clinic.database)) == count
    with clinic.database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(patient)).scalar() == 3


def test_only_a_committed_change_is_announced(clinic: Clinic) -> None:
    heard: list[Announcement] = []
    clinic.database.bus.subscribe(heard.append)
    one = clinic.book()
    with pytest.raises(Stale):
        clinic.database.write(
            stamp(), lambda write: write.update(appointment, one, {"note": "x"}, version=7)
        )
    clinic.database.write(
        stamp(), lambda write: write.record("patient", clinic.patients[0], action=READ)
    )
    assert [[(c.entity, c.entity_id) for c in each.changes] for each in heard] == [
        [("appointment", one)]
    ]
    assert heard[0].local


def test_secrets_do_not_enter_the_audit(database: Database) -> None:
    values = {"login": "a", "display_name": "A", "password_hash": "$argon2id$secret"}
    database.write(stamp(), lambda write: write.insert(user, values))
    assert "argon2" not in str(_audit(database)[-1].after)


def test_moments_come_back_in_utc_and_naive_ones_are_refused(clinic: Clinic) -> None:
    india = timezone(timedelta(hours=5, minutes=30))
    begins = datetime(2026, 3, 1, 9, 30, tzinfo=india)
    one = clinic.book(starts_at=begins)
    with clinic.database.read() as connection:
        query = sa.select(appointment.c.starts_at).where(appointment.c.id == one)
        found = connection.execute(query).scalar_one()
    assert found == begins
    assert found.tzinfo is UTC
    with pytest.raises((ValueError, sa.exc.StatementError)):
        clinic.book(starts_at=datetime(2026, 3, 1, 9, 30))  # noqa: DTZ001 - the fault under test


def test_an_audited_row_can_be_read_back_as_it_was(clinic: Clinic) -> None:
    clinic.book()
    after = _audit(clinic.database)[-1].after
    assert revive(appointment, after)["starts_at"] == NOON


def test_a_connection_that_comes_back_after_the_end_is_closed(database_url: str) -> None:
    database = Database(database_url)
    with database.read() as connection:
        inner = connection.connection.driver_connection
        assert inner is not None
        database.close()
        connection.execute(sa.text("SELECT 1"))
    with pytest.raises(database.driver_error, match="closed"):
        inner.cursor().execute("SELECT 1")
