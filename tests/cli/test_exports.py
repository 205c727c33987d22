from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa

from hms_desktop.cli import main as cli
from hms_desktop.db.engine import Database
from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.consultations import encounter
from hms_desktop.db.tables.messages import export_run
from hms_desktop.interchange.table_out import read_rows
from hms_desktop.services.demo import DemoPlan
from hms_desktop.services.demo_hospital import generate

SMALL = DemoPlan(doctors=2, patients=60, appointments=120, seed=3)


@pytest.fixture
def filled(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A small demo hospital on each engine."""
    monkeypatch.setenv("HMS_EXPORTS_FOLDER", str(tmp_path / "kept"))
    generate(database_url, SMALL)
    return database_url


def counted(url: str, query: sa.Select[int]) -> int:
    database = Database(url)
    with database.read() as connection:
        found = connection.execute(query).scalar_one()
    database.close()
    return int(found)


@pytest.mark.feature("JOB-4")
def test_a_list_is_written_and_kept_among_the_exports(
    filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "visits.csv"
    command = ["export", "appointments-list", "--from", "2020-01-01", "--to", "2029-12-31",
               "--out", str(path), "--database", filled]  # fmt: skip
    assert cli.main([*command, "--json"]) == 0, capsys.readouterr().err
    told = json.loads(capsys.readouterr().out)
    assert told["file"] == str(path)
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(read_rows(stream))
    wanted = sa.select(sa.func.count()).where(appointment.c.status != "entered_in_error")
    assert len(rows) - 1 == told["rows"] == counted(filled, wanted) > 0
    assert counted(filled, sa.select(sa.func.count()).select_from(export_run)) == 1
    assert len(list((tmp_path / "kept").iterdir())) == 1
    before = path.read_bytes()
    assert cli.main(command) == 2
    assert "was kept" in capsys.readouterr().err
    assert cli.main([*command, "--force"]) == 0
    assert path.read_bytes() == before


@pytest.mark.feature("JOB-3")
def test_a_history_is_written_as_a_workbook(
    filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    patient_id = counted(filled, sa.select(encounter.c.patient_id).limit(1))
    path = tmp_path / "history.xlsx"
    found = cli.main(["export", "patient-history", "--patient", str(patient_id),
                      "--out", str(path), "--database", filled])  # fmt: skip
    assert found == 0, capsys.readouterr().err
    assert zipfile.is_zipfile(path)
    assert "Treatment history of" in capsys.readouterr().out


def test_ctrl_c_leaves_no_file_and_nothing_to_be_made(
    filled: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def pressed(_what: str, done: int, _most: int) -> None:
        if done:
            raise KeyboardInterrupt

    monkeypatch.setattr("hms_desktop.cli.exports.progress", pressed)
    path = tmp_path / "x.csv"
    assert cli.main(["export", "patients-list", "--out", str(path), "--database", filled]) == 1
    assert "Stopped" in capsys.readouterr().err
    assert not path.exists()
    assert list((tmp_path / "kept").iterdir()) == []
    assert counted(filled, sa.select(sa.func.count()).where(export_run.c.state == "cancelled")) == 1


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["nonsense", "--out", "x.csv"], 2, "invalid choice"),
        (["patients-list", "--out", "x.pdf"], 2, "ends in .csv or .xlsx"),
        (["patients-list", "--out", "none/x.csv"], 2, "no folder"),
        (["patient-history", "--out", "x.csv"], 1, "Choose the patient"),
        (["patient-history", "--patient", "99999", "--out", "x.csv"], 1, "no longer there"),
        (["doctor-appointments", "--out", "x.csv"], 1, "Choose the doctor"),
        (["appointments-list", "--from", "2026-12-01", "--to", "2026-11-01", "--out", "x.csv"],
         1, "ends before it begins"),
    ],
)  # fmt: skip
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
    try:
        found = cli.main(["export", *arguments, "--database", sqlite_url])
    except SystemExit as ended:
        found = int(ended.code or 0)
    assert found == status
    assert sentence in capsys.readouterr().err
    assert not list(tmp_path.glob("*x.*"))


def test_a_folder_that_cannot_be_made_is_said(
    filled: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("HMS_EXPORTS_FOLDER", str(tmp_path / "file" / "kept"))
    assert cli.main(["export", "doctors-list", "--out", str(tmp_path / "x.csv"),
                     "--database", filled]) == 1  # fmt: skip
    assert "cannot be made" in capsys.readouterr().err
    assert not (tmp_path / "x.csv").exists()
