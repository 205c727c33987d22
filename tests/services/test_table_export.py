from __future__ import annotations

import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import AppointmentFilter, CancelReason, Done
from hms_desktop.domain.errors import Invalid, NotAllowed, Stale
from hms_desktop.domain.lifecycle import Status
from hms_desktop.interchange.table_out import read_rows
from hms_desktop.services import table_export
from hms_desktop.services.assembly import Services
from tests.services.bookings import ONE_PM, wish
from tests.services.conftest import Hospital
from tests.support.trail import after, entries

DAY = datetime(2026, 11, 23, tzinfo=UTC)
TODAY = AppointmentFilter(begins=DAY, ends=DAY + timedelta(days=1))


@pytest.mark.feature("APT-9")
def test_an_export_holds_what_the_filter_lets_through_and_is_audited(
    services: Services, desk: Actor, hospital: Hospital, booked: Done, tmp_path: Path
) -> None:
    told: list[tuple[int, int]] = []
    path = tmp_path / "list.csv"
    count = services.exports.appointments(
        desk,
        TODAY,
        path,
        titles={"mrn": "Number"},
        report=lambda done, total: told.append((done, total)),
    )
    with path.open(encoding="utf-8", newline="") as stream:
        head, row = read_rows(stream)
    assert count == 1
    assert head[4] == "Number"
    assert row[1] == "13:00"
    assert row[4] == booked.appointment.mrn
    assert row[9] == "booked"
    assert told == [(1, 1)]
    with services.context.database.read() as connection:
        noted = connection.execute(
            sa.select(audit_entry).where(audit_entry.c.action == "export")
        ).one()
    assert noted.after["rows"] == 1
    assert noted.user_name == "Sheela"


def test_a_list_is_of_one_state_also_when_it_changes_meanwhile(
    services: Services, desk: Actor, hospital: Hospital, booked: Done, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    later = wish(hospital, patient_id=hospital.patients[1], starts_at=ONE_PM + timedelta(hours=2))
    other = services.appointments.book(desk, later).appointment
    monkeypatch.setattr(table_export, "PAGE", 1)
    told: list[int] = []

    def meanwhile(done: int, _total: int) -> None:
        told.append(done)
        if done == 1:
            services.appointments.cancel_many(desk, [(other.id, other.version)])

    path = tmp_path / "list.csv"
    assert services.exports.appointments(desk, TODAY, path, report=meanwhile) == 2
    with path.open(encoding="utf-8", newline="") as stream:
        assert [row[9] for row in read_rows(stream)] == ["status", "booked", "booked"]
    assert told == [1, 2]
    assert services.appointments.get(desk, other.id).status is Status.CANCELLED


def test_an_export_needs_its_permission(
    services: Services, doctor_actor: Actor, tmp_path: Path
) -> None:
    with pytest.raises(NotAllowed):
        services.exports.appointments(doctor_actor, TODAY, tmp_path / "no.csv")
    assert not (tmp_path / "no.csv").exists()


def test_a_folder_that_is_not_there_gives_a_sentence(
    services: Services, desk: Actor, booked: Done, tmp_path: Path
) -> None:
    with pytest.raises(Invalid, match="could not be written"):
        services.exports.appointments(desk, TODAY, tmp_path / "gone" / "list.csv")


@pytest.mark.feature("APT-7")
def test_many_visits_are_cancelled_together_or_not_at_all(
    services: Services, desk: Actor, hospital: Hospital, booked: Done
) -> None:
    later = wish(hospital, patient_id=hospital.patients[1], starts_at=ONE_PM + timedelta(hours=2))
    other = services.appointments.book(desk, later)
    rows = [booked.appointment, other.appointment]
    with pytest.raises(Stale):
        services.appointments.cancel_many(desk, [(rows[0].id, rows[0].version), (rows[1].id, 99)])
    assert services.appointments.get(desk, rows[0].id).status is Status.BOOKED
    done = services.appointments.cancel_many(
        desk, [(row.id, row.version) for row in rows], CancelReason.DOCTOR_AWAY, "ill"
    )
    assert {row.status for row in done.appointments} == {Status.CANCELLED}
    services.undo.undo(desk, done.request_id)
    assert {services.appointments.get(desk, row.id).status for row in rows} == {Status.BOOKED}


@pytest.mark.feature("JOB-4")
def test_a_list_of_a_screen_is_written_guarded_and_audited(
    services: Services, admin: Actor, doctor_actor: Actor, tmp_path: Path
) -> None:
    rows = (("=HYPERLINK(1)", "Kumar"), ("é\n2", "a,b"))
    path = tmp_path / "list.csv"
    count = services.exports.screen_list(admin, "Jobs", ("A", "B"), rows, path, request_id="one")
    assert count == 2
    assert b"'=HYPERLINK" in path.read_bytes()
    with path.open(encoding="utf-8", newline="") as stream:
        assert [tuple(one) for one in read_rows(stream)][1:] == list(rows)
    services.exports.screen_list(admin, "Jobs", ("A", "B"), rows, tmp_path / "list.xlsx")
    first, second = entries(services.context, admin, entity="screen_list")
    assert (after(second)["list"], after(second)["rows"]) == ("Jobs", 2)
    assert after(first)["file"] == "list.xlsx"
    assert "Kumar" not in repr((first, second))
    with pytest.raises(NotAllowed):
        services.exports.screen_list(doctor_actor, "Jobs", ("A", "B"), rows, path)


@pytest.mark.feature("JOB-4")
def test_appointments_are_written_as_a_workbook_too(
    services: Services, desk: Actor, booked: Done, tmp_path: Path
) -> None:
    path = tmp_path / "visits.xlsx"
    assert services.exports.appointments(desk, TODAY, path) == 1
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert booked.appointment.mrn in sheet
