"""The monthly report from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from hms_desktop.cli import main as cli
from hms_desktop.db.engine import Database
from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.services.demo import DemoPlan
from hms_desktop.services.demo_hospital import generate
from tests.support import pdf

SMALL = DemoPlan(doctors=2, patients=60, appointments=120, seed=3)


@pytest.fixture
def filled(database_url: str) -> str:
    """A small demo hospital on each engine."""
    generate(database_url, SMALL)
    return database_url


def a_visit(url: str) -> tuple[int, str]:
    """Return a doctor and a month in which the demo hospital has visits."""
    database = Database(url)
    with database.read() as connection:
        query = sa.select(appointment.c.doctor_id, appointment.c.starts_at)
        row = connection.execute(query.order_by(appointment.c.starts_at)).first()
    database.close()
    assert row is not None
    return row.doctor_id, f"{row.starts_at:%Y-%m}"


@pytest.mark.feature("DOC-5")
def test_a_report_is_written(
    filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    doctor_id, month = a_visit(filled)
    path = tmp_path / "report.pdf"
    command = ["report", "doctor", "--doctor", str(doctor_id), "--month", month,
               "--out", str(path), "--database", filled]  # fmt: skip
    assert cli.main([*command, "--json"]) == 0, capsys.readouterr().err
    told = json.loads(capsys.readouterr().out)
    assert (told["file"], told["month"]) == (str(path), month)
    assert told["visits"] == sum(told["by_status"].values()) > 0
    assert told["visits"] == sum(told["by_day"].values()) == sum(told["by_hour"])
    pdf.check(path.read_bytes())
    assert pdf.words(path.read_bytes()).split("All visits ")[1].split()[0] == str(told["visits"])
    assert path.stat().st_mode & 0o077 == 0
    assert [one.name for one in tmp_path.glob("*.part")] == []
    database = Database(filled)
    with database.read() as connection:
        entry = connection.execute(
            sa.select(audit_entry.c.user_name, audit_entry.c.entity, audit_entry.c.entity_id)
            .where(audit_entry.c.action == "read", audit_entry.c.reason.contains("report"))
        ).one()  # fmt: skip
    database.close()
    assert tuple(entry) == ("command line", "doctor", doctor_id)
    # A report that is there is not written over by accident.
    before = path.read_bytes()
    assert cli.main(command) == 2
    assert "was kept" in capsys.readouterr().err
    assert path.read_bytes() == before
    assert cli.main([*command, "--force"]) == 0
    assert "Written to" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["--doctor", "1", "--month", "2026-13", "--out", "x.pdf"], 2, "is not a month"),
        (["--doctor", "1", "--month", "October", "--out", "x.pdf"], 2, "is not a month"),
        (["--doctor", "0", "--month", "2026-10", "--out", "x.pdf"], 2, "whole number"),
        (["--doctor", "1", "--month", "2026-10", "--out", "x.txt"], 2, "ends in .pdf"),
        (["--doctor", "1", "--month", "2026-10", "--out", "none/x.pdf"], 2, "no folder"),
        (["--doctor", "1", "--month", "0001-10", "--out", "x.pdf"], 1, "Choose a year"),
        (["--doctor", "99999", "--month", "2026-10", "--out", "x.pdf"], 1, "no doctor"),
    ],
)
def test_what_cannot_be_is_refused(
    sqlite_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    status: int,
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    try:
        found = cli.main(["report", "doctor", *arguments, "--database", sqlite_url])
    except SystemExit as ended:
        found = int(ended.code or 0)
    assert found == status
    assert sentence in capsys.readouterr().err
    assert sorted(one for one in tmp_path.iterdir() if one.suffix == ".pdf") == []
    assert before


@pytest.mark.feature("JOB-5")
def test_a_day_sheet_is_written(
    filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = Database(filled)
    with database.read() as connection:
        query = sa.select(appointment.c.doctor_id, appointment.c.starts_at).where(
            appointment.c.status == "completed"
        )
        row = connection.execute(query.order_by(appointment.c.id)).first()
    database.close()
    assert row is not None
    path = tmp_path / "day.pdf"
    command = ["report", "day", "--doctor", str(row.doctor_id), "--date",
               f"{row.starts_at:%Y-%m-%d}", "--out", str(path), "--database", filled]  # fmt: skip
    assert cli.main([*command, "--json"]) == 0, capsys.readouterr().err
    told = json.loads(capsys.readouterr().out)
    assert (told["file"], told["doctor_id"]) == (str(path), row.doctor_id)
    assert told["visits"] > 0
    pdf.check(path.read_bytes())
    assert told["doctor"] in pdf.words(path.read_bytes())
    assert cli.main(command) == 2
    assert "was kept" in capsys.readouterr().err


@pytest.mark.feature("DSH-2")
def test_the_hospitals_month_is_written(
    filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _doctor_id, month = a_visit(filled)
    path = tmp_path / "hospital.pdf"
    command = ["report", "hospital", "--month", month, "--out", str(path), "--database", filled]
    assert cli.main([*command, "--json"]) == 0, capsys.readouterr().err
    told = json.loads(capsys.readouterr().out)
    assert told["visits"] == sum(one["visits"] for one in told["doctors"]) > 0
    assert told["visits"] == sum(told["by_day"].values())
    pdf.check(path.read_bytes())
    assert pdf.words(path.read_bytes()).split("All visits ")[1].split()[0] == str(told["visits"])
    assert cli.main(command) == 2
    assert "was kept" in capsys.readouterr().err
