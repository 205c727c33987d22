"""Backups as an administrator has them: made, proved, listed, stopped, kept, brought back."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from hms_desktop.db.backup import keys
from hms_desktop.db.engine import Database
from hms_desktop.db.tables.accounts import session
from hms_desktop.db.tables.backups import backup_run
from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.db.tables.messages import job_run, outbox
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.backup_flaws import Flaw, Unfit
from hms_desktop.domain.backups import LEASE, BackupKind, RestoreWish
from hms_desktop.domain.errors import Conflict, Invalid, NotAllowed, NotFound, Unusable
from hms_desktop.domain.jobs import Daily, RunState
from hms_desktop.domain.permissions import ADMINISTRATOR, RECEPTIONIST
from hms_desktop.jobs.backup import BACKUP
from hms_desktop.jobs.clock import JobClock
from hms_desktop.jobs.registry import JOBS
from hms_desktop.services import backup_work, restoring
from hms_desktop.services.assembly import Services, open_services
from tests.services.conftest import actor
from tests.support import seed
from tests.support.clock import FakeClock
from tests.support.memory_keyring import MemoryKeyring
from tests.support.programs import cheap
from tests.support.seed import Clinic

pytestmark = pytest.mark.feature("JOB-9")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HMS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("HMS_BACKUPS_FOLDER", str(tmp_path / "kept"))
    return tmp_path / "kept"


@pytest.fixture
def ready(services: Services, admin: Actor) -> Services:
    """A hospital with a few rows and a key."""
    Clinic(services.context.database).book()
    services.backups.new_key(admin)
    return services


def test_without_a_key_nothing_is_made_and_nobody_is_left_in_doubt(
    services: Services, admin: Actor, desk: Actor, secrets: MemoryKeyring
) -> None:
    view = services.backups.overview(admin)
    assert (view.key_id, view.key_here, view.rows, view.trouble) == ("", False, (), "")
    assert view.health.overdue
    assert not view.health.ready
    assert view.database_bytes > 0
    assert BACKUP.schedule(services.context.settings()) is None
    with pytest.raises(Conflict, match="no key for backups yet"):
        services.backups.create(admin)
    with pytest.raises(NotAllowed):
        services.backups.create(desk)
    with pytest.raises(Invalid, match="made on the page of backups"):
        services.hospital.change_settings(admin, {"backups_key": "x"})
    made = services.backups.new_key(admin, request_id="key-1")
    assert made.kept
    assert keys.kept(made.key_id) == keys.OpeningKey.typed(made.text)
    with pytest.raises(Conflict, match="shown only once"):
        services.backups.new_key(admin, request_id="key-1")
    with pytest.raises(Conflict, match="There is a key already"):
        services.backups.new_key(admin)
    assert services.backups.new_key(admin, replace=True).key_id != made.key_id
    # The half that opens is nowhere but in the keyring and on paper.
    with services.context.database.read() as connection:
        told = str(connection.execute(sa.select(audit_entry)).all())
    assert made.text not in told
    assert keys.OpeningKey.typed(made.text).secret.hex() not in told


def test_a_backup_is_made_proved_listed_and_audited(
    ready: Services, admin: Actor, folder: Path, clock: FakeClock
) -> None:
    heard: list[tuple[int, int]] = []
    row = ready.backups.create(
        admin, progress=lambda done, total: heard.append((done, total)), request_id="b-1"
    )
    assert (row.state, row.verified_how, row.flaw, row.here) == ("done", "restored", "", True)
    assert row.rows > 10
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)
    assert heard[-1][0] > backup_work.WHOLE // 2
    path = folder / row.file_name
    assert path.stat().st_size == row.bytes
    # The same wish a second time is the first.
    assert ready.backups.create(admin, request_id="b-1").id == row.id
    assert [one.backup_id for one in ready.backups.list(admin)] == [row.backup_id]
    health = ready.backups.health(admin)
    assert (health.newest_good, health.overdue) == (row.made_at, False)
    clock.advance(days=3)
    assert ready.backups.health(admin).overdue
    with ready.context.database.read() as connection:
        query = sa.select(audit_entry.c.action).where(audit_entry.c.entity == backup_run.name)
        assert connection.execute(query).scalars().all() == ["backup", "backup"]


def test_a_damaged_or_missing_file_is_noted_and_no_longer_counted_on(
    ready: Services, admin: Actor, folder: Path
) -> None:
    row = ready.backups.create(admin)
    path = folder / row.file_name
    whole = bytearray(path.read_bytes())
    assert ready.backups.verify(admin, row.backup_id[:6]).verified_how == "restored"
    whole[len(whole) // 2] ^= 1
    path.write_bytes(whole)
    with pytest.raises(Unfit, match="is damaged"):
        ready.backups.verify(admin, "newest")
    (noted,) = ready.backups.list(admin)
    assert (noted.flaw, noted.verified_how) == (Flaw.DAMAGED.value, "")
    assert ready.backups.health(admin).newest_good is None
    with pytest.raises(NotFound):
        ready.backups.find(admin, "newest")
    path.unlink()
    with pytest.raises(Unusable, match="is not in"):
        ready.backups.verify(admin, row.file_name)
    for name in ("", "zzzz", "../../etc/passwd"):
        with pytest.raises(NotFound):
            ready.backups.find(admin, name)


def test_the_key_of_another_computer_is_typed(
    ready: Services, admin: Actor, secrets: MemoryKeyring
) -> None:
    (text,) = [value for (_, name), value in secrets.secrets.items() if "backup-key" in name]
    row = ready.backups.create(admin)
    secrets.secrets.clear()
    assert not ready.backups.overview(admin).key_here
    with pytest.raises(Unfit, match="does not have its key"):
        ready.backups.verify(admin, row.backup_id)
    with pytest.raises(Unfit, match="does not open"):
        ready.backups.verify(admin, row.backup_id, keys.OpeningKey.new().text)
    with pytest.raises(Invalid, match="not a recovery key"):
        ready.backups.verify(admin, row.backup_id, "hello")
    # What was wrong with the key says nothing of the file.
    assert ready.backups.list(admin)[0].flaw == ""
    assert ready.backups.verify(admin, row.backup_id, text.lower()).verified_how == "restored"
    assert ready.backups.keep_key(admin, text) == row.key_id
    assert ready.backups.overview(admin).key_here
    # Backups themselves need no secret at all.
    secrets.secrets.clear()
    assert ready.backups.create(admin).state == "done"


def test_one_at_a_time_stopped_from_anywhere_and_never_left_half(
    ready: Services, admin: Actor, folder: Path, clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(backup_work, "BEAT_SECONDS", 0.0)

    def other_desk(_done: int, _total: int) -> None:
        (row,) = [one for one in ready.backups.list(admin) if one.is_under_way]
        with pytest.raises(Conflict, match="being made already"):
            ready.backups.create(admin)
        if not row.cancel_wanted:
            ready.backups.cancel(admin, row.id)

    row = ready.backups.create(admin, progress=other_desk)
    assert row.state == "cancelled"
    assert list(folder.iterdir()) == []
    with pytest.raises(Conflict, match="over already"):
        ready.backups.cancel(admin, row.id)

    def closing(_done: int, _total: int) -> None:
        raise RuntimeError("the window closes")

    with pytest.raises(RuntimeError):
        ready.backups.create(admin, progress=closing)
    assert [one.state for one in ready.backups.list(admin)] == ["cancelled", "cancelled"]
    # One whose program was killed counts as gone when its lease is over.
    ready.context.database.write(
        ready.backups.stamp(admin, "x", None),
        lambda write: write.update(
            backup_run, row.id, {"state": "running", "lease_until": clock() + LEASE}, version=None
        ),
    )
    with pytest.raises(Conflict):
        ready.backups.create(admin)
    clock.advance(minutes=16)
    assert ready.backups.create(admin).state == "done"
    assert {one.state for one in ready.backups.list(admin)} == {"cancelled", "failed", "done"}


def test_a_folder_that_takes_nothing_fails_in_a_sentence_that_stays(
    ready: Services, admin: Actor, folder: Path
) -> None:
    folder.write_text("in the way")
    with pytest.raises(Unusable, match="could not be written"):
        ready.backups.create(admin)
    (row,) = ready.backups.list(admin)
    assert row.state == "failed"
    assert "choose another folder" in row.error


def test_old_ones_go_and_what_is_not_ours_stays(
    ready: Services, admin: Actor, folder: Path, clock: FakeClock
) -> None:
    ready.hospital.change_settings(
        admin, {"backups_daily": 1, "backups_weekly": 0, "backups_monthly": 0}
    )
    made = []
    for _ in range(2):
        made.append(ready.backups.create(admin, BackupKind.DAILY))
        clock.advance(days=3)
    strange = folder / "other.hmsbackup"
    strange.write_bytes(b"somebody else's")
    ready.backups.prune(admin)
    left = {row.backup_id for row in ready.backups.list(admin) if row.state == "done"}
    assert left == {one.backup_id for one in made[1:]}
    assert len(list(folder.glob("*.hmsbackup.json"))) == 1
    assert strange.exists()
    removed = [row for row in ready.backups.list(admin) if row.state == "removed"]
    assert {row.backup_id for row in removed} == {one.backup_id for one in made[:1]}


# -------------------------------------------------------------------------------------- job
def test_the_daily_job_runs_once_for_the_hospital_and_is_caught_up(
    ready: Services, database_url: str, clock: FakeClock, folder: Path
) -> None:
    assert BACKUP in JOBS
    assert BACKUP.schedule(ready.context.settings()) == Daily(120)
    second = open_services(database_url, clock=clock, authenticator=cheap())
    here, there = (JobClock(one, [BACKUP], workstation=name)
                   for one, name in ((ready, "desk-1"), (second, "desk-2")))  # fmt: skip
    for clock_of_jobs in (here, there, here):
        clock_of_jobs.look()
        for thread, _progress in list(clock_of_jobs._runs.values()):
            thread.join(60)
    assert len(list(folder.glob("*_daily_*.hmsbackup"))) == 1
    clock.advance(days=1)
    there.look()
    for thread, _progress in list(there._runs.values()):
        thread.join(60)
    rows = ready.backups.list(here.actor)
    assert [(row.kind, row.state, row.verified_how) for row in rows] == [
        ("daily", "done", "restored")
    ] * 2
    assert rows[0].workstation == "desk-2"
    result = ready.job_runs.history(here.actor, "backup")[0].result
    assert result is not None
    assert (result["rows"], result["restored"], result["cancelled"]) == (rows[0].rows, 1, 0)
    for clock_of_jobs in (here, there):
        clock_of_jobs.stop()
    second.close()


# ------------------------------------------------------------------------------------ restore
@pytest.fixture
def closed(database_url: str, clock: FakeClock) -> tuple[str, Path, str]:
    """A closed hospital, its newest backup and its key; messages waited when it was saved."""
    services = open_services(database_url, clock=clock, authenticator=cheap())
    admin = actor(services, "Asha", ADMINISTRATOR)
    Clinic(services.context.database).book()
    key = services.backups.new_key(admin)

    def wait(write: Write) -> None:
        for number, state in enumerate(("waiting", "sending", "sent", "held")):
            moment = clock()
            values = {"dedupe_key": f"m-{number}", "kind": "booked", "channel": "email",
                      "state": state, "data": {}, "message_id": f"<{number}@x>",
                      "due_at": moment, "next_try_at": moment}  # fmt: skip
            write.insert(outbox, values)
        at_work = {"user_id": seed.new_user(write), "token_hash": "x", "workstation": "ward-7",
                   "started_at": clock(), "seen_at": clock()}  # fmt: skip
        write.insert(session, at_work)

    services.context.database.write(services.backups.stamp(admin, "x", None), wait)
    row = services.backups.create(admin)
    system = services.context.gate.system("jobs")
    clock.advance(minutes=5)
    claim = services.job_runs.claim(system, "reminders", "2026-11-23", "me")
    assert claim is not None
    services.job_runs.finish(system, claim, RunState.DONE)
    services.close()
    return database_url, Path(row.folder) / row.file_name, key.text


def test_after_a_restore_nobody_is_told_twice_and_all_of_it_is_known(
    closed: tuple[str, Path, str], clock: FakeClock, secrets: MemoryKeyring
) -> None:
    url, path, key = closed
    secrets.secrets.clear()
    with pytest.raises(Unfit, match="does not have its key"):
        restoring.restore_hospital(url, RestoreWish(str(path)))
    done = restoring.restore_hospital(url, RestoreWish(str(path), key, "Asha Rao"))
    assert done.held_messages == 2
    assert Path(done.kept).is_file()
    database = Database(url)
    with database.read() as connection:
        states = connection.execute(
            sa.select(outbox.c.dedupe_key, outbox.c.state).order_by(outbox.c.id)
        ).all()  # fmt: skip
        assert [row.state for row in states] == ["attention", "attention", "sent", "held"]
        runs = connection.execute(sa.select(job_run.c.job, job_run.c.period, job_run.c.state))
        assert [tuple(row) for row in runs] == [("reminders", "2026-11-23", "done")]
        query = sa.select(audit_entry).where(audit_entry.c.action == "restore")
        (told,) = connection.execute(query).all()
        log_in = connection.execute(sa.select(session)).one()
    assert (told.user_name, told.after["kept"]) == ("Asha Rao", done.kept)
    assert (log_in.ended_at, log_in.end_reason) == (log_in.seen_at, "restore")
    database.close()
    services = open_services(url, clock=clock, authenticator=cheap())
    admin = actor(services, "Asha", ADMINISTRATOR)
    rows = services.backups.list(admin)
    assert {(row.kind, row.state, row.here) for row in rows} == {
        ("manual", "done", True), ("before_restore", "done", True)}  # fmt: skip
    # What was made after the state that is back is still found, by the folder alone.
    database = services.context.database
    database.write(
        services.backups.stamp(admin, "x", None),
        lambda write: [write.delete(backup_run, row.id) for row in rows],
    )
    found = services.backups.list(admin)
    assert {row.id for row in found} == {0}
    services.backups.keep_key(admin, key)
    assert services.backups.verify(admin, found[0].backup_id).id > 0
    services.close()


def test_the_receptionist_sees_nothing_of_backups(services: Services) -> None:
    desk = actor(services, "Sheela", RECEPTIONIST)
    for call in (services.backups.list, services.backups.overview, services.backups.health,
                 services.backups.prune, services.backups.new_key):  # fmt: skip
        with pytest.raises(NotAllowed):
            call(desk)
