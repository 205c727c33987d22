"""The way back, on both engines: proved, kept, all or nothing."""

from __future__ import annotations

import errno
import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from hms_desktop import opening
from hms_desktop.db import migrate
from hms_desktop.db.backup import facts, making, proving, restoring, tools
from hms_desktop.db.engine import Database
from hms_desktop.db.tables.accounts import session
from hms_desktop.db.writing import Write
from hms_desktop.domain.backup_flaws import Flaw, Unfit
from hms_desktop.domain.backups import BackupKind, Proof, RestoreWish
from hms_desktop.domain.errors import Conflict, DamagedDatabase, Unusable
from hms_desktop.paths import backups_dir
from tests.db.backup_drill import KEY, NOW, contents, make, opener, order
from tests.support import databases
from tests.support.postgres import PostgresServer
from tests.support.seed import Clinic, new_user, stamp

pytestmark = [pytest.mark.feature("JOB-9"), pytest.mark.feature("OPS-2")]


@pytest.fixture(autouse=True)
def _data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HMS_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture
def filled(database_url: str) -> Iterator[str]:
    database = Database(database_url, clock=lambda: NOW)
    Clinic(database).book()
    database.close()
    yield database_url
    assert not list(Path(database_url.removeprefix("sqlite:///")).parent.glob(".*.restoring*"))


def change(url: str) -> None:
    """Do what must be gone after the restore."""
    database = Database(url, clock=lambda: NOW)
    Clinic(database).book()
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE patient SET display_name = 'Changed'")
    database.close()


def restore(url: str, path: Path) -> restoring.Outcome:
    return restoring.restore(url, path, opener, now=lambda: NOW)


def test_a_drill_brings_every_row_back_and_the_state_before_is_kept(
    filled: str, tmp_path: Path
) -> None:
    before = contents(filled)
    made = make(filled, tmp_path / "backups")
    database = Database(filled)
    path = Path(made.file.path)
    assert proving.prove(path, opener, tmp_path, database) is Proof.RESTORED
    database.close()
    head = made.file.head
    assert {name: head.tables[name] for name in before.counts} == before.counts
    change(filled)
    changed = contents(filled)
    assert changed.sums["patient"] != before.sums["patient"]
    outcome = restore(filled, path)
    assert contents(filled) == before
    kept = Path(outcome.kept)
    assert kept.parent == backups_dir()
    # Back and forth: what was kept is as good a backup.
    again = restore(filled, kept)
    assert contents(filled) == changed
    assert again.head.kind == BackupKind.BEFORE_RESTORE.value
    assert opening.newest_backup(filled) is not None


@pytest.fixture
def empty(filled: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A place of the same engine without anything in it."""
    if filled.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'new place' / 'empty.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = databases.new_name()
    yield server.create_database(name)
    server.drop_database(name)


def test_an_empty_place_takes_a_backup_in(filled: str, empty: str, tmp_path: Path) -> None:
    before = contents(filled)
    outcome = restore(empty, Path(make(filled, tmp_path / "backups").file.path))
    assert outcome.kept == ""
    assert contents(empty) == before


def test_one_engine_does_not_take_the_other_in(
    sqlite_url: str, postgres_url: str, tmp_path: Path
) -> None:
    path = Path(make(sqlite_url, tmp_path / "backups").file.path)
    with pytest.raises(Unusable, match="one cannot be restored into the other"):
        restore(postgres_url, path)


def test_nothing_is_touched_while_another_program_is_connected(
    filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restoring, "PATIENCE_SECONDS", 0.0)
    path = Path(make(filled, tmp_path / "backups").file.path)
    change(filled)
    other = Database(filled)
    with other.read() as connection:
        connection.execute(sa.text("SELECT 1"))
        with pytest.raises(Conflict, match="Nothing was changed"):
            restore(filled, path)
    other.close()
    assert not list((tmp_path / "data").rglob("*before-restore*"))
    restore(filled, path)


def test_who_is_connected_is_named(
    filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restoring, "PATIENCE_SECONDS", 0.0)
    path = Path(make(filled, tmp_path / "backups").file.path)
    other = Database(filled)

    def log_in(write: Write, workstation: str, ago: timedelta) -> None:
        values = {
            "user_id": new_user(write),
            "token_hash": workstation,
            "workstation": workstation,
            "started_at": NOW,
            "seen_at": write.now - ago,
        }
        write.insert(session, values)

    for workstation, ago in (("ward-7", timedelta()), ("dead-1", timedelta(minutes=6))):
        other.write(stamp(), lambda write, at=workstation, ago=ago: log_in(write, at, ago))
    with other.read() as connection:
        connection.execute(sa.text("SELECT 1"))
        with pytest.raises(Conflict, match=r"Logged in are: ward-7 \(User \d+\)\.") as refused:
            restore(filled, path)
        if not other.is_sqlite:
            assert "(hms-desktop)" in refused.value.values["places"]
    other.close()
    restore(filled, path)


@pytest.mark.parametrize("how", ["flip", "cut", "key", "foreign"])
def test_a_bad_file_is_refused_before_anything_is_changed(
    filled: str, tmp_path: Path, how: str
) -> None:
    path = Path(make(filled, tmp_path / "backups").file.path)
    change(filled)
    before = contents(filled)
    data = bytearray(path.read_bytes())
    data[-100] ^= 4
    wrong = {"flip": bytes(data), "cut": bytes(data[:-50]), "foreign": b"not ours" * 99}
    if how in wrong:
        path.write_bytes(wrong[how])
        making.manifest_of(path).unlink()
    flaws = {"flip": Flaw.DAMAGED, "cut": Flaw.TRUNCATED, "key": Flaw.NO_KEY,
             "foreign": Flaw.FOREIGN}  # fmt: skip
    with pytest.raises(Unfit) as refused:
        restoring.restore(
            filled, path, opener if how in wrong else lambda _number: None, now=lambda: NOW
        )
    assert refused.value.flaw is flaws[how]
    assert contents(filled) == before


def test_a_newer_backup_is_refused_and_an_older_one_brought_forward(
    filled: str, empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(filled)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    with pytest.raises(Unfit) as refused:
        restore(empty, Path(make(filled, tmp_path / "backups").file.path))
    assert refused.value.flaw is Flaw.NEWER
    upgrade = command.upgrade
    with monkeypatch.context() as older:
        older.setattr(command, "upgrade", lambda config, _head: upgrade(config, "0002"))
        migrate.upgrade(empty)
    made = make(empty, tmp_path / "older")
    assert made.file.head.structure == "0002"
    migrate.upgrade(empty)
    assert migrate.state(empty).current != "0002"
    restore(empty, Path(made.file.path))
    found = migrate.state(empty)
    assert found.current == found.head


def test_the_programs_of_postgres_are_asked_for_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(tools.FOLDER_VARIABLE, str(tmp_path))
    with pytest.raises(Unusable, match=r"pg_dump is not installed.*postgresql-client"):
        tools.find("pg_dump", 15)
    program = tmp_path / "pg_dump"
    program.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 12.4'\n")
    program.chmod(0o755)
    with pytest.raises(Unusable, match="is of version 12, and the server is PostgreSQL 15"):
        tools.find("pg_dump", 15)
    assert tools.find("pg_dump", 12) == str(program)


def test_a_server_that_allows_no_scratch_database_has_its_dumps_read_to_the_end(
    postgres_url: str, postgres_server: object, tmp_path: Path
) -> None:
    name = f"desk_{os.getpid()}"
    server = Database(postgres_url)
    with server.engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {name} LOGIN")
        connection.exec_driver_sql(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}")
        connection.exec_driver_sql(f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}")
    url = server.url.set(username=name).render_as_string(hide_password=False)
    path = Path(make(url, tmp_path / "backups").file.path)
    desk = Database(url)
    assert proving.prove(path, opener, tmp_path, desk) is Proof.READ
    data = path.read_bytes()
    making.manifest_of(path).unlink()
    path.write_bytes(data[: len(data) * 2 // 3])
    with pytest.raises(Unfit) as refused:
        proving.prove(path, opener, tmp_path, desk)
    assert refused.value.flaw is Flaw.TRUNCATED
    desk.close()
    # The rights come back with the contents, where the role is known.
    path.write_bytes(data)
    server.close()
    outcome = restoring.restore(postgres_url, path, opener, now=lambda: NOW, keep=False)
    assert outcome.notes == ()
    desk = Database(url)
    with desk.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM patient").scalar() == 0
    desk.close()
    server = Database(postgres_url)
    with server.engine.begin() as connection:
        connection.exec_driver_sql(f"DROP OWNED BY {name}")
        connection.exec_driver_sql(f"DROP ROLE {name}")
    server.close()
    assert restoring.restore(postgres_url, path, opener, now=lambda: NOW, keep=False).notes


# ---------------------------------------------------------------------------------- bad days
def test_a_full_disk_while_restoring_leaves_the_hospital_as_it_was(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(make(sqlite_url, tmp_path / "backups").file.path)
    change(sqlite_url)
    before = contents(sqlite_url)

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as faulty:
        faulty.setattr(os, "fsync", full)
        with pytest.raises(Unusable, match="There is no room in"):
            restore(sqlite_url, path)
    assert contents(sqlite_url) == before
    assert not list(tmp_path.glob(".*.restoring*"))
    restore(sqlite_url, path)


def spoil(url: str) -> Path:
    """Damage a page in the middle, as a dying disk would, and leave an unclean stop behind."""
    path = Path(url.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 4096 * 4] = bytes(4096 * 4)
    path.write_bytes(data)
    path.with_name(f"{path.name}-wal").write_bytes(b"\0" * 32)
    return path


def test_a_damaged_file_is_found_at_start_and_the_newest_backup_is_the_way_out(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(sqlite_url, clock=lambda: NOW)
    Clinic(database).book()
    with database.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO setting (name, value, updated_at) VALUES "
            f"('backups_key', '\"{KEY.locking}\"', '2026-01-01 00:00:00.000000')"
        )
    assert facts.facts_of(database).locking == KEY.locking
    database.close()
    before = contents(sqlite_url)
    make(sqlite_url, backups_dir())
    path = spoil(sqlite_url)
    with pytest.raises(DamagedDatabase, match="Restore the newest good backup"):
        opening.open_house(sqlite_url)
    offer = opening.newest_backup(sqlite_url)
    assert offer is not None
    assert (offer.hospital, offer.made_at, offer.key_here) == ("City Care", NOW, False)
    with pytest.raises(Unfit, match="does not have its key"):
        opening.restore_house(sqlite_url, RestoreWish(offer.path), lambda _d, _t: None)
    wish = RestoreWish(offer.path, KEY.text, "start")
    done = opening.restore_house(sqlite_url, wish, lambda _d, _t: None)
    # The damaged file is put aside, not thrown away.
    aside = Path(done.kept)
    assert "damaged" in aside.name
    assert aside.exists()
    after = contents(sqlite_url)
    differ = {name for name in before.sums if before.sums[name] != after.sums[name]}
    assert differ == {"backup_run", "audit_entry", "audit_link"}
    opened = opening.open_house(sqlite_url)
    opened.services.close()
    assert path.exists()


def test_only_an_unclean_stop_is_looked_into(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    looked: list[Path] = []
    monkeypatch.setattr("hms_desktop.db.backup.sqlite.quick_check",
                        lambda path: looked.append(path) or "")  # fmt: skip
    opening.open_house(sqlite_url).services.close()
    assert looked == []
    running = Database(sqlite_url)
    with running.engine.begin() as connection, caplog.at_level(logging.INFO):
        connection.exec_driver_sql("INSERT INTO counter VALUES ('one', 1)")
        opening.open_house(sqlite_url).services.close()
        assert looked == [], "another program has it open: its log is no sign of anything"
    running.close()
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(path)) as left:
        left.execute("PRAGMA journal_mode = WAL")
        left.execute("INSERT INTO counter VALUES ('two', 2)")
        left.commit()
        opening.open_house(sqlite_url).services.close()
    assert looked == [path]


def test_the_copy_before_an_upgrade_goes_where_backups_go(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    with database.engine.begin() as connection:
        for name, value in (("backups_folder", str(tmp_path / "usb")), ("hospital_name", "Lake")):
            connection.execute(
                sa.text("INSERT INTO setting (name, value, updated_at) "
                        "VALUES (:name, :value, '2026-01-01 00:00:00.000000')"),
                {"name": name, "value": f'"{value}"'},
            )  # fmt: skip
    target = migrate.save_before(database, None, NOW)
    database.close()
    assert target.parent == tmp_path / "usb"
    assert target.name.startswith("lake_20261123-120000_before-upgrade_")


def test_the_presence_of_a_program_ends_with_it(sqlite_url: str) -> None:
    assert order().hospital == "City Care"
    database = Database(sqlite_url)
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    with (
        restoring.alone(path),
        pytest.raises(Unusable, match="being restored"),
        database.read(),
    ):
        pass
    with database.read(), pytest.raises(Conflict, match="Other programs"), restoring.alone(path):
        pass
    database.close()
    with restoring.alone(path):
        pass
