from __future__ import annotations

import os
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from hms_desktop.db.snapshot import snapshot
from hms_desktop.db.tables.accounts import user_role
from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.db.tables.messages import export_run, outbox
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from hms_desktop.domain.exports import (
    LEASE,
    ExportKind,
    ExportRow,
    ExportWish,
)
from hms_desktop.domain.permissions import ADMINISTRATOR, DOCTOR, RECEPTIONIST
from hms_desktop.interchange.table_out import read_rows
from hms_desktop.services import export_sources
from hms_desktop.services.assembly import Services, open_services
from tests.services import bookings
from tests.services.conftest import Hospital
from tests.services.doctor_visits import Past
from tests.services.exporters import log_in
from tests.services.test_consultations import completed
from tests.support import seed
from tests.support.clock import FakeClock
from tests.support.programs import cheap

TODAY = date(2026, 11, 23)
VISITS = ExportWish(ExportKind.APPOINTMENTS_LIST, first=TODAY, last=TODAY)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The exports folder of the hospital, by this program's environment."""
    found = tmp_path / "kept"
    monkeypatch.setenv("HMS_EXPORTS_FOLDER", str(found))
    return found


@pytest.fixture
def sheela(services: Services) -> Actor:
    return log_in(services, RECEPTIONIST, email="sheela@example.org")


@pytest.fixture
def rao(services: Services, hospital: Hospital) -> Actor:
    return log_in(services, DOCTOR, doctor_id=hospital.doctors[0], workstation="clinic-1")


@pytest.fixture
def jobs(services: Services) -> Actor:
    return services.context.gate.system("jobs", "desk-1")


def lines(row: ExportRow) -> list[list[str]]:
    path = Path(row.folder) / row.file_name
    with path.open(encoding="utf-8", newline="") as stream:
        return list(read_rows(stream))


def made(services: Services, who: Actor, wish: ExportWish) -> ExportRow:
    row = services.export_runs.start(who, wish)
    assert row.state == "waiting"
    return services.export_runs.run(who, row.id)


def left(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir()) if folder.is_dir() else []


@pytest.mark.feature("JOB-4")
@pytest.mark.feature("JOB-10")
def test_a_small_list_is_made_at_once_kept_and_opened(
    services: Services, sheela: Actor, desk: Actor, hospital: Hospital, folder: Path, tmp_path: Path
) -> None:
    note = '=cmd|"x"!A1,\nsecond line'
    visit = bookings.book(services, desk, hospital).appointment
    _note(services, visit.id, note)
    row = made(services, sheela, replace(VISITS, titles=(("mrn", "Nummer"), ("evil", "x"))))
    assert (row.state, row.error, row.done, row.total) == ("done", "", 1, 1)
    assert row.file_name == f"appointments-list_2026-11-23_2026-11-23_{row.id}.csv"
    assert left(folder) == [row.file_name]
    head, cells = lines(row)
    assert head[:5] == ["Date", "Begins", "Ends", "Patient", "Nummer"]
    assert cells[:3] == ["2026-11-23", "13:00", "13:30"]
    assert cells[4] == visit.mrn
    assert cells[11] == note
    raw = (folder / row.file_name).read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert b"\"'=cmd" in raw, "no spreadsheet may run it"
    assert raw.count(b"\r\n") == 2
    assert row.bytes == len(raw)
    if os.name == "posix":
        assert (folder / row.file_name).stat().st_mode & 0o077 == 0
    assert services.export_runs.file(sheela, row.id) == folder.resolve() / row.file_name
    copy = services.export_runs.save_as(sheela, row.id, tmp_path / "copy.csv")
    assert copy.read_bytes() == raw
    assert [one.id for one in services.export_runs.list(sheela)] == [row.id]
    with services.context.database.read() as connection:
        query = sa.select(audit_entry.c.action).where(audit_entry.c.entity == "export_run")
        actions = list(connection.execute(query.order_by(audit_entry.c.id)).scalars())
    assert actions == ["export", "make_export", "finish_export", "read", "read"]


def _note(services: Services, appointment_id: int, note: str) -> None:

    services.context.database.write(
        seed.stamp(),
        lambda write: write.update(appointment, appointment_id, {"note": note}, version=None),
    )


@pytest.mark.feature("JOB-3")
def test_a_history_holds_what_was_recorded(
    services: Services, desk: Actor, rao: Actor, hospital: Hospital
) -> None:
    completed(services, desk, rao, hospital)
    wish = ExportWish(ExportKind.PATIENT_HISTORY, patient_id=hospital.patients[0])
    row = made(services, rao, wish)
    assert row.state == "done", row.error
    head, cells = lines(row)
    found = dict(zip(head, cells, strict=True))
    assert found["Diagnoses"] == "I10 Essential (primary) hypertension; poor sleep"
    assert found["Tests and results"] == "Creatinine; ECG (2026-11-23): sinus rhythm"
    assert found["Prescription"].splitlines()[0].startswith("Amlodipine 5 mg tablet, 1, oral")
    assert found["Notes"].endswith("रोगी सावधान")
    assert found["Systolic (mmHg)"] == "148"
    assert found["Temperature (°C)"] == "36.8"
    assert found["Follow-up"] == "2026-12-21"
    assert found["Complaint"].count("\n") == 1
    assert "patient-history" in row.file_name
    with services.context.database.read() as connection:
        query = sa.select(audit_entry.c.patient_id).where(
            audit_entry.c.entity == "export_run", audit_entry.c.action == "export"
        )
        assert connection.execute(query).scalar_one() == hospital.patients[0]


@pytest.mark.feature("JOB-3")
def test_a_history_opens_to_the_patients_doctors_and_oversight_only(
    services: Services, desk: Actor, rao: Actor, sheela: Actor, jobs: Actor, hospital: Hospital,
    folder: Path,
) -> None:  # fmt: skip
    completed(services, desk, rao, hospital)
    wish = ExportWish(ExportKind.PATIENT_HISTORY, patient_id=hospital.patients[0])
    other = log_in(services, DOCTOR, doctor_id=hospital.doctors[1])
    for who in (sheela, other):
        with pytest.raises(NotAllowed):
            services.export_runs.start(who, wish)
    with pytest.raises(NotAllowed):
        services.export_runs.start(rao, replace(wish, patient_id=hospital.patients[2]))
    chief = log_in(services, ADMINISTRATOR)
    assert made(services, chief, wish).state == "done"
    # Asked for with the right, made after it was taken away.
    waiting = services.export_runs.start(rao, wish)
    _take_rights(services, rao)
    before = left(folder)
    assert services.export_runs.run_next(jobs)
    row = services.export_runs.status(chief, waiting.id)
    assert row.state == "failed"
    assert "clinical.read" in row.error
    assert left(folder) == before


def _take_rights(services: Services, who: Actor) -> None:

    def work(write: Write) -> None:
        query = sa.select(user_role.c.id).where(user_role.c.user_id == who.user_id)
        for one in write.connection.execute(query).scalars().all():
            write.delete(user_role, one)

    services.context.database.write(seed.stamp(), work)


@pytest.mark.feature("JOB-4")
def test_a_doctor_exports_own_appointments_and_the_desk_everybodys(
    services: Services, desk: Actor, rao: Actor, sheela: Actor, hospital: Hospital
) -> None:
    bookings.book(services, desk, hospital)
    bookings.book(services, desk, hospital, patient=1, doctor=1)
    wish = ExportWish(
        ExportKind.DOCTOR_APPOINTMENTS, doctor_id=hospital.doctors[1], first=TODAY, last=TODAY
    )
    assert len(lines(made(services, sheela, wish))) == 2
    with pytest.raises(NotAllowed):
        services.export_runs.start(rao, wish)
    own = replace(wish, doctor_id=hospital.doctors[0])
    assert len(lines(made(services, rao, own))) == 2
    with pytest.raises(NotAllowed):
        services.export_runs.start(rao, VISITS)
    assert len(lines(made(services, sheela, VISITS))) == 3


@pytest.mark.feature("JOB-4")
def test_other_lists_of_the_screen(
    services: Services, desk: Actor, rao: Actor, sheela: Actor, hospital: Hospital
) -> None:
    completed(services, desk, rao, hospital)
    patients = lines(made(services, sheela, ExportWish(ExportKind.PATIENTS_LIST)))
    assert len(patients) == 1 + len(hospital.patients)
    doctors = lines(made(services, sheela, ExportWish(ExportKind.DOCTORS_LIST)))
    assert len(doctors) == 1 + len(hospital.doctors)
    wish = ExportWish(ExportKind.RECORDS_LIST, first=TODAY, last=TODAY)
    records = lines(made(services, rao, wish))
    assert len(records) == 2
    assert "poor sleep" in records[1][7]
    with pytest.raises(NotAllowed):
        services.export_runs.start(sheela, wish)
    other = log_in(services, DOCTOR, doctor_id=hospital.doctors[1])
    assert len(lines(made(services, other, wish))) == 1, "not another doctor's records"


@pytest.mark.feature("JOB-4")
def test_pages_miss_and_repeat_nothing(services: Services, hospital: Hospital) -> None:
    past = Past(services, hospital.doctors[0], hospital.visit_type, "UTC")
    ids = [
        past.visit(patient_id, f"2026-10-0{day} 09:00", lane=lane)
        for day in range(1, 5)
        for lane, patient_id in enumerate(hospital.patients)
    ]
    wish = ExportWish(
        ExportKind.DOCTOR_APPOINTMENTS,
        doctor_id=hospital.doctors[0],
        first=date(2026, 10, 1),
        last=date(2026, 10, 31),
    )
    whole = export_sources.source_of(wish, services.context.zone(), None)
    with snapshot(services.context.database) as connection:
        all_at_once = [tuple(row) for page in whole.pages(connection) for row in page]
        for size in (1, 2, 3, 5, len(ids)):
            pages = list(replace(whole, page=size).pages(connection))
            assert [tuple(row) for page in pages for row in page] == all_at_once
            assert max(map(len, pages)) <= size
    assert len(set(all_at_once)) == len(ids)


def test_a_wish_that_cannot_be_is_refused_in_a_sentence(
    services: Services, sheela: Actor, rao: Actor, hospital: Hospital
) -> None:
    runs = services.export_runs
    with pytest.raises(NotFound):
        runs.start(sheela, ExportWish(ExportKind.DOCTOR_APPOINTMENTS, doctor_id=99_999,
                                      first=TODAY, last=TODAY))  # fmt: skip
    with pytest.raises(NotFound):
        runs.status(sheela, 99_999)
    own = ExportWish(
        ExportKind.DOCTOR_APPOINTMENTS, doctor_id=hospital.doctors[0], first=TODAY, last=TODAY
    )
    with pytest.raises(Invalid, match="no e-mail address"):
        runs.start(rao, replace(own, mail_to_me=True))
    assert runs.list(sheela) == ()


@pytest.mark.feature("JOB-10")
def test_only_the_own_runs_are_seen_without_the_right_to_all(
    services: Services, sheela: Actor, rao: Actor, booked: object
) -> None:
    row = made(services, sheela, VISITS)
    for call in (services.export_runs.status, services.export_runs.file,
                 services.export_runs.cancel, services.export_runs.run):  # fmt: skip
        with pytest.raises(NotAllowed):
            call(rao, row.id)
    assert services.export_runs.list(rao) == ()
    chief = log_in(services, ADMINISTRATOR)
    assert [one.id for one in services.export_runs.list(chief)] == [row.id]
    with pytest.raises(NotAllowed):
        services.export_runs.run(chief, row.id)


@pytest.mark.feature("JOB-3")
def test_the_background_makes_what_waits_and_tells_by_mail_once(
    services: Services, sheela: Actor, jobs: Actor, booked: object
) -> None:
    asked = services.export_runs.start(sheela, replace(VISITS, mail_to_me=True))
    steps: list[tuple[int, int]] = []
    assert services.export_runs.run_next(jobs, lambda done, total: steps.append((done, total)))
    assert not services.export_runs.run_next(jobs)
    row = services.export_runs.status(sheela, asked.id)
    assert (row.state, row.done) == ("done", 1)
    assert steps == [(0, 1), (1, 1)]
    with services.context.database.read() as connection:
        mail = connection.execute(sa.select(outbox)).one()
    assert (mail.recipient, mail.kind, mail.state) == (
        "sheela@example.org", "export_ready", "waiting",
    )  # fmt: skip
    assert mail.data["file_name"] == row.file_name
    assert mail.dedupe_key == f"export/{row.id}"
    assert services.export_runs.run(sheela, row.id) == row, "made once"


@pytest.mark.feature("JOB-3")
def test_a_run_is_cancelled_before_and_while_it_is_made(
    services: Services, sheela: Actor, jobs: Actor, booked: object, folder: Path
) -> None:
    runs = services.export_runs
    waiting = runs.start(sheela, VISITS)
    assert runs.cancel(sheela, waiting.id).state == "cancelled"
    assert not runs.run_next(jobs)
    with pytest.raises(Conflict):
        runs.cancel(sheela, waiting.id)
    with pytest.raises(Conflict):
        runs.file(sheela, waiting.id)
    running = runs.start(sheela, VISITS)

    def meanwhile(done: int, _total: int) -> None:
        if not done:
            assert runs.cancel(sheela, running.id).cancel_wanted

    assert runs.run_next(jobs, meanwhile)
    assert runs.status(sheela, running.id).state == "cancelled"
    assert left(folder) == []


def test_a_closing_program_hands_back(
    services: Services, sheela: Actor, jobs: Actor, booked: object, folder: Path
) -> None:
    class Closing(Exception):  # noqa: N818 - as the clock's own
        pass

    def close(_done: int, _total: int) -> None:
        raise Closing

    row = services.export_runs.start(sheela, VISITS)
    with pytest.raises(Closing):
        services.export_runs.run_next(jobs, close)
    assert services.export_runs.status(sheela, row.id).state == "waiting"
    assert left(folder) == []
    assert services.export_runs.run_next(jobs)
    assert services.export_runs.status(sheela, row.id).state == "done"


@pytest.mark.feature("JOB-3")
def test_a_dead_programs_run_is_taken_over_and_the_dead_one_changes_nothing(
    services: Services, sheela: Actor, jobs: Actor, booked: object, clock: FakeClock, folder: Path,
    database_url: str,
) -> None:  # fmt: skip
    row = services.export_runs.start(sheela, VISITS)
    second = open_services(database_url, clock=clock, authenticator=cheap())
    others = second.context.gate.system("jobs", "desk-2")

    def frozen(done: int, _total: int) -> None:
        if done:
            assert not second.export_runs.run_next(others), "the lease still holds"
            clock.advance(seconds=LEASE.total_seconds() + 1)
            assert second.export_runs.run_next(others)
            (folder / "marker").write_text("taken over")

    try:
        assert services.export_runs.run_next(jobs, frozen)
    finally:
        second.close()
    found = services.export_runs.status(sheela, row.id)
    assert found.state == "done"
    assert left(folder) == sorted([found.file_name, "marker"])
    with services.context.database.read() as connection:
        query = sa.select(export_run.c.fence, export_run.c.owner)
        kept = connection.execute(query).one()
    assert kept.fence == 2
    assert kept.owner == second.context.database.program


def test_several_programs_make_each_run_once(
    services: Services, sheela: Actor, database_url: str, clock: FakeClock, booked: object
) -> None:
    ids = [services.export_runs.start(sheela, VISITS).id for _ in range(6)]
    programs = [open_services(database_url, clock=clock, authenticator=cheap()) for _ in range(3)]
    counts: list[int] = []

    def work(program: Services) -> None:
        actor = program.context.gate.system("jobs", "desk-9")
        count = 0
        while program.export_runs.run_next(actor):
            count += 1
        counts.append(count)

    threads = [threading.Thread(target=work, args=(one,)) for one in programs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for one in programs:
        one.close()
    assert sum(counts) == len(ids)
    assert {row.state for row in services.export_runs.list(sheela)} == {"done"}
    with services.context.database.read() as connection:
        assert set(connection.execute(sa.select(export_run.c.fence)).scalars()) == {1}
