"""What an administrator automates: users, slots, bookings, checks, diagnostics."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
import sqlalchemy as sa

from hms_desktop.cli import main as cli
from hms_desktop.db.engine import Database
from hms_desktop.db.migrate import revisions
from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.db.tables.patients import patient
from hms_desktop.domain.accounts import DEMO_LOGINS
from hms_desktop.paths import migrations_dir
from hms_desktop.services.assembly import open_services
from hms_desktop.services.demo import DemoPlan
from hms_desktop.services.demo_hospital import generate
from tests.support.programs import cheap

NEWEST = max(revisions(migrations_dir() / "versions"))

SMALL = DemoPlan(doctors=2, patients=60, appointments=120, seed=3)


@pytest.fixture
def filled(database_url: str) -> str:
    """A small demo hospital on each engine."""
    generate(database_url, SMALL)
    return database_url


def ask(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> object:
    """Run a command in this process and return its JSON answer."""
    assert cli.main([*arguments, "--json"]) == status, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


@pytest.mark.feature("OPS-5")
def test_slots_are_offered_and_booked(filled: str, capsys: pytest.CaptureFixture[str]) -> None:
    first = date.today() + timedelta(days=2)  # noqa: DTZ011 - any day soon will do
    where = ["--database", filled]
    days = ["--from", first.isoformat(), "--to", (first + timedelta(days=6)).isoformat()]
    slots = ask(capsys, "slots", "--doctor", "1", *days, "--type", "2", *where)
    assert isinstance(slots, list)
    start = datetime.fromisoformat(slots[-1]["start"])
    assert start.utcoffset() == timedelta(hours=5, minutes=30)
    booking = [
        "book", "--patient", "H-000007", "--doctor", "1", "--type", "2",
        "--start", f"{start:%Y-%m-%d %H:%M}", "--note", "brings papers", *where,
    ]  # fmt: skip
    booked = ask(capsys, *booking)
    assert isinstance(booked, dict)
    assert (booked["mrn"], booked["note"], booked["doctor_id"]) == (
        "H-000007", "brings papers", 1,
    )  # fmt: skip
    again = ask(capsys, "slots", "--doctor", "1", *days, "--type", "2", *where)
    assert slots[-1] not in again  # type: ignore[operator]
    assert cli.main(booking) == 1
    assert "already has" in capsys.readouterr().err
    database = Database(filled)
    with database.read() as connection:
        row = connection.execute(
            sa.select(audit_entry.c.user_name, audit_entry.c.action).where(
                audit_entry.c.entity == "appointment", audit_entry.c.entity_id == booked["id"]
            )
        ).one()
        assert tuple(row) == ("command line", "book")
        moment = connection.scalar(
            sa.select(appointment.c.starts_at).where(appointment.c.id == booked["id"])
        )
        assert moment == start.astimezone(UTC)
    database.close()


def test_booking_somebody_unknown_is_refused(
    filled: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["book", "--doctor", "1", "--type", "1", "--start", "2031-01-06 10:00"]
    assert cli.main([*command, "--patient", "H-999999", "--database", filled]) == 1
    assert "H-999999" in capsys.readouterr().err


@pytest.mark.feature("ACC-8")
def test_users_are_made_listed_and_reset(
    filled: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    where = ["--database", filled]
    create = ["user", "create", "Nila", "--name", "Nila P", "--role", "receptionist"]
    made = ask(capsys, *create, *where)
    assert isinstance(made, dict)
    assert made["login"] == "nila"
    assert made["code"]
    rows = ask(capsys, "user", "list", "nila", *where)
    assert isinstance(rows, list)
    assert (rows[0]["roles"], rows[0]["has_password"]) == (["receptionist"], False)
    type_in(monkeypatch, "ribbon kettle lantern seven\n")
    ask(capsys, "user", "reset-password", "nila", "--password", *where)
    rows = ask(capsys, "user", "list", "nila", *where)
    assert isinstance(rows, list)
    assert rows[0]["has_password"] is True
    assert cli.main(["user", "unlock", "nila", *where]) == 0
    assert cli.main(["user", "unlock", "nobody", *where]) == 1
    assert cli.main(["user", "create", "nila", *where]) == 1
    assert "taken" in capsys.readouterr().err


@pytest.mark.feature("ACC-5")
@pytest.mark.feature("ACC-10")
def test_log_ins_are_ended_switched_off_and_freed_of_a_lost_phone(
    filled: str, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--database", filled]
    services = open_services(filled, authenticator=cheap())
    password = next(one[1] for one in DEMO_LOGINS if one[0] == "sheela")
    here = services.accounts.log_in("sheela", password, "ward-7")
    uri = services.accounts.offer_second_factor(here, password).uri
    services.accounts.confirm_second_factor(here, pyotp.parse_uri(uri).now())
    services.accounts.log_in("admin", DEMO_LOGINS[2][1], "office")
    services.close()
    rows = ask(capsys, "user", "sessions", "sheela", *where)
    assert isinstance(rows, list)
    assert [(row["workstation"], row["ended_at"]) for row in rows] == [("ward-7", None)]
    ended = ask(capsys, "user", "end-sessions", "sheela", "--id", "999", *where)
    assert ended == {"login": "sheela", "ended": []}
    ended = ask(capsys, "user", "end-sessions", "Sheela", *where)
    assert ended == {"login": "sheela", "ended": [rows[0]["id"]]}
    row = ask(capsys, "user", "reset-second-factor", "sheela", *where)
    assert isinstance(row, dict)
    assert row["second_factor_since"] is None
    assert cli.main(["user", "deactivate", "sheela", *where]) == 0
    assert cli.main(["user", "deactivate", "admin", *where]) == 1
    assert "nobody who can administer" in capsys.readouterr().err
    assert cli.main(["user", "activate", "sheela", *where]) == 0
    assert cli.main(["user", "reset-second-factor", "nobody", *where]) == 1
    assert cli.main(["user", "sessions", "sheela", *where]) == 0
    assert "ended" in capsys.readouterr().out


def test_a_weak_password_is_refused(
    filled: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    type_in(monkeypatch, "short\n")
    assert cli.main(["user", "reset-password", "sheela", "--password", "--database", filled]) == 1
    assert "short" not in capsys.readouterr().out


def test_no_password_on_standard_input_is_a_usage_error(
    filled: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    type_in(monkeypatch, "")
    assert cli.main(["user", "create", "new", "--password", "--database", filled]) == 2
    assert ask(capsys, "user", "list", "new", "--database", filled) == []


def type_in(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_a_hospital_that_is_not_set_up_takes_no_users(
    database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["user", "create", "sheela", "--database", database_url]) == 1
    assert "not set up" in capsys.readouterr().err


@pytest.mark.feature("OPS-2")
def test_upgrade_status_and_check(
    empty_database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--database", empty_database_url]
    assert cli.main(["db", "upgrade", *where]) == 0
    capsys.readouterr()
    found = ask(capsys, "db", "status", *where)
    assert isinstance(found, dict)
    assert found["current"] == found["head"]
    report = ask(capsys, "db", "check", *where)
    assert isinstance(report, dict)
    assert (report["sound"], report["faults"]) == (True, [])


def test_check_finds_a_missing_guard(database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    database = Database(database_url)
    with database.engine.begin() as connection:
        connection.exec_driver_sql(
            "DROP TRIGGER appointment_step" + ("" if database.is_sqlite else " ON appointment")
        )
    database.close()
    report = ask(capsys, "db", "check", "--database", database_url, status=1)
    assert isinstance(report, dict)
    assert report["faults"] == ["the guard appointment_step is missing"]


@pytest.mark.feature("OPS-3")
def test_the_diagnostics_bundle_holds_no_secrets_and_nobodys_data(
    filled: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HMS_LOG_DIR", str(tmp_path / "log"))
    monkeypatch.setenv("HMS_DATABASE", "postgresql://sheela:topsecret@db.example/hms")
    out = tmp_path / "support.zip"
    assert cli.main(["diagnostics", "--out", str(out), "--database", filled]) == 0
    capsys.readouterr()
    with zipfile.ZipFile(out) as archive:
        text = "\n".join(archive.read(name).decode() for name in archive.namelist())
        assert {"versions.json", "settings.json", "structure.json"} <= set(archive.namelist())
        assert json.loads(archive.read("structure.json"))["current"] == NEWEST
    assert "topsecret" not in text
    assert "sheela" not in text
    database = Database(filled)
    with database.read() as connection:
        names = list(connection.scalars(sa.select(patient.c.display_name)))
    database.close()
    assert not [name for name in names if name in text]


@pytest.mark.feature("OPS-5")
def test_the_generator_runs_from_the_command_line(
    empty_database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["demo", "--doctors", "2", "--patients", "40", "--appointments", "90", "--seed", "5"]
    done = ask(capsys, *command, "--database", empty_database_url)
    assert isinstance(done, dict)
    assert (done["doctors"], done["patients"], done["appointments"]) == (2, 40, 90)
    assert cli.main([*command, "--database", empty_database_url]) == 1
    assert "has appointments already" in capsys.readouterr().err
