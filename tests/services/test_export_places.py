"""Bad places for files, hostile names, and files that are kept long enough."""

from __future__ import annotations

import csv
import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest

from hms_desktop.db.tables.accounts import user
from hms_desktop.db.tables.doctors import doctor
from hms_desktop.db.tables.patients import patient
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Conflict, Unusable
from hms_desktop.domain.exports import (
    ExportFormat,
    ExportKind,
    ExportWish,
)
from hms_desktop.domain.permissions import ADMINISTRATOR
from hms_desktop.services.assembly import Services
from tests.services.conftest import Hospital
from tests.services.exporters import log_in
from tests.services.test_export_runs import TODAY, VISITS, folder, jobs, left, lines, made, sheela
from tests.support import seed
from tests.support.clock import FakeClock

__all__ = ["folder", "jobs", "sheela"]


# ------------------------------------------------------------------------------ bad places
@pytest.mark.feature("JOB-10")
@pytest.mark.parametrize("format_", list(ExportFormat))
def test_a_full_disk_gives_a_sentence_and_leaves_nothing(
    services: Services, sheela: Actor, booked: object, folder: Path,
    monkeypatch: pytest.MonkeyPatch, format_: ExportFormat,
) -> None:  # fmt: skip
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    row = services.export_runs.start(sheela, replace(VISITS, format=format_))
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        ended = services.export_runs.run(sheela, row.id)
    assert ended.state == "failed"
    assert "No space left" in ended.error
    assert "Nothing was kept" in ended.error
    assert left(folder) == []


@pytest.mark.feature("JOB-10")
def test_a_file_in_the_place_of_the_folder_gives_a_sentence(
    services: Services, sheela: Actor, booked: object, folder: Path
) -> None:
    folder.write_text("not a folder")
    ended = made(services, sheela, VISITS)
    assert ended.state == "failed"
    assert "cannot be made" in ended.error
    assert folder.read_text() == "not a folder"
    folder.unlink()
    again = made(services, sheela, VISITS)
    assert again.state == "done", "a missing folder is made"
    (folder / again.file_name).unlink()
    with pytest.raises(Unusable, match="is not in"):
        services.export_runs.file(sheela, again.id)


@pytest.mark.feature("JOB-10")
def test_names_of_people_lead_nowhere(
    services: Services, sheela: Actor, hospital: Hospital, folder: Path
) -> None:

    services.context.database.write(
        seed.stamp(),
        lambda write: write.update(
            doctor, hospital.doctors[0], {"display_name": "../../etc/passwd\\CON:é|*"}, version=None
        ),
    )
    wish = ExportWish(
        ExportKind.DOCTOR_APPOINTMENTS, doctor_id=hospital.doctors[0], first=TODAY, last=TODAY
    )
    row = made(services, sheela, wish)
    assert row.state == "done", row.error
    assert Path(row.folder) == folder.resolve()
    assert left(folder) == [row.file_name]
    assert row.file_name.startswith("doctor-appointments_etc-passwd-con-e")


@pytest.mark.feature("JOB-10")
def test_old_files_go_and_are_listed_as_gone(
    services: Services, sheela: Actor, jobs: Actor, booked: object, clock: FakeClock, folder: Path
) -> None:
    old = made(services, sheela, VISITS)
    clock.advance(days=20)
    young = made(services, sheela, VISITS)
    stray = folder / ".patients.csv.abc.part"
    stray.write_text("half")
    os.utime(stray, (0, 0))
    clock.advance(days=11)
    settings = services.context.settings()
    assert services.export_runs.clean(jobs, replace(settings, exports_folder=str(folder))) == 2
    assert left(folder) == [young.file_name]
    assert services.export_runs.status(sheela, old.id).state == "removed"
    assert services.export_runs.status(sheela, young.id).state == "done"
    with pytest.raises(Conflict):
        services.export_runs.file(sheela, old.id)


def test_whoever_is_gone_gets_no_file(
    services: Services, sheela: Actor, jobs: Actor, booked: object, folder: Path
) -> None:
    row = services.export_runs.start(sheela, VISITS)
    services.context.database.write(
        seed.stamp(),
        lambda write: write.update(user, sheela.user_id or 0, {"active": False}, version=None),
    )
    assert services.export_runs.run_next(jobs)
    chief = log_in(services, ADMINISTRATOR)
    ended = services.export_runs.status(chief, row.id)
    assert ended.state == "failed"
    assert "cannot log in any more" in ended.error
    assert left(folder) == []


def test_every_name_of_a_patient_is_data(
    services: Services, sheela: Actor, hospital: Hospital
) -> None:
    evil = ["=1+1", "@SUM(A1)", "\t+1", "'=x", 'a"b,c\r\nd', "－1", "-2+3"]
    for number, patient_id in enumerate(hospital.patients * 3):
        if number < len(evil):
            name = evil[number]
            services.context.database.write(
                seed.stamp(),
                lambda write, one=patient_id, text=name: write.update(
                    patient, one, {"display_name": text}, version=None
                ),
            )
            row = made(services, sheela, ExportWish(ExportKind.PATIENTS_LIST))
            assert name in [cells[1] for cells in lines(row)]
            with (Path(row.folder) / row.file_name).open(encoding="utf-8-sig", newline="") as file:
                raw = [cells[1] for cells in csv.reader(file)]
            assert all(not one.startswith(("=", "@", "+", "-", "\t", "－")) for one in raw)


def test_the_same_request_asks_once(services: Services, sheela: Actor, booked: object) -> None:
    first = services.export_runs.start(sheela, VISITS, request_id="one")
    assert services.export_runs.start(sheela, VISITS, request_id="one") == first
    assert len(services.export_runs.list(sheela)) == 1


def test_without_a_common_folder_each_workstation_makes_its_own(
    services: Services, sheela: Actor, booked: object, monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:  # fmt: skip
    monkeypatch.setenv("HMS_EXPORTS_FOLDER", "")
    monkeypatch.setenv("HMS_DATA_DIR", str(tmp_path / "data"))
    services.export_runs.start(sheela, VISITS)
    elsewhere = services.context.gate.system("jobs", "desk-7")
    assert not services.export_runs.run_next(elsewhere)
    assert services.export_runs.run_next(services.context.gate.system("jobs", "desk-1"))
