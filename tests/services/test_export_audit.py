"""A list of records that leaves the house stands in the access list of each patient in it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.audit import AccessLine
from hms_desktop.domain.exports import ExportKind, ExportWish
from hms_desktop.domain.permissions import ADMINISTRATOR
from hms_desktop.services.assembly import Services
from tests.services.conftest import Hospital
from tests.services.doctor_visits import Past
from tests.services.exporters import log_in

RECORDS = ExportWish(ExportKind.RECORDS_LIST, first=date(2026, 10, 1), last=date(2026, 10, 31))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HMS_EXPORTS_FOLDER", str(tmp_path / "kept"))


@pytest.fixture
def asha(services: Services) -> Actor:
    return log_in(services, ADMINISTRATOR, workstation="office")


@pytest.fixture
def october(services: Services, hospital: Hospital) -> None:
    """Two records of the first patient in October, one of the second, and one in September."""
    past = Past(services, hospital.doctors[0], hospital.visit_type, "UTC")
    for patient, at in ((0, "10-05"), (0, "10-06"), (1, "10-07"), (2, "09-30")):
        past.record(
            past.visit(hospital.patients[patient], f"2026-{at} 09:00"), [("J06.9", "Common cold")]
        )


def exported(services: Services, asha: Actor, patient_id: int) -> list[AccessLine]:
    found = services.audit_trail.access_list(asha, patient_id, None, date(2026, 11, 30))
    return [line for line in found.lines if line.entity == "record_list"]


@pytest.mark.feature("SEC-1", "JOB-4")
@pytest.mark.usefixtures("october")
@pytest.mark.parametrize("background", [False, True])
def test_each_chart_tells_that_its_record_went_out(
    services: Services, asha: Actor, hospital: Hospital, *, background: bool
) -> None:
    run = services.export_runs.start(asha, RECORDS)
    if background:
        assert services.export_runs.run_next(services.context.gate.system("jobs", "desk-9"))
    else:
        services.export_runs.run(asha, run.id)
    for patient in hospital.patients[:2]:
        (line,) = exported(services, asha, patient)
        assert (line.user_name, line.workstation) == (asha.name, "office")
        assert line.reason == "Export: Clinical records 2026-10-01 – 2026-10-31"
    assert exported(services, asha, hospital.patients[2]) == []
    with services.context.database.read() as connection:
        query = sa.select(audit_entry).where(audit_entry.c.entity == "record_list")
        rows = connection.execute(query.order_by(audit_entry.c.position)).all()
        ends = sa.select(audit_entry.c.position).where(
            audit_entry.c.request_id == rows[0].request_id, audit_entry.c.entity == "export_run"
        )
        assert connection.scalars(ends).all() == [2]
    assert [(row.position, row.patient_id, row.entity_id) for row in rows] == [
        (0, hospital.patients[0], run.id),
        (1, hospital.patients[1], run.id),
    ]
    assert {row.action for row in rows} == {"read"}


@pytest.mark.feature("SEC-1")
@pytest.mark.usefixtures("october")
def test_a_file_that_was_not_made_left_nothing(
    services: Services, asha: Actor, hospital: Hospital
) -> None:
    class EnoughError(Exception):
        pass

    def stop(done: int, _total: int) -> None:
        if done:
            raise EnoughError

    run = services.export_runs.start(asha, RECORDS)
    with pytest.raises(EnoughError):
        services.export_runs.run(asha, run.id, stop)
    assert exported(services, asha, hospital.patients[0]) == []
