"""Monthly reports of doctors: made once, mailed once, the same whenever they are made."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa

from hms_desktop.db.tables.accounts import user
from hms_desktop.db.tables.doctors import doctor
from hms_desktop.db.tables.messages import export_run, job_run, outbox
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import HmsError, Invalid, NotAllowed, Unusable
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.permissions import DOCTOR
from hms_desktop.jobs.clock import JobClock
from hms_desktop.jobs.monthly_reports import MONTHLY_REPORTS
from hms_desktop.jobs.registry import JOBS
from hms_desktop.services.assembly import Services, open_services
from hms_desktop.services.sending import Sending
from tests.services.conftest import Hospital
from tests.services.doctor_visits import Past
from tests.services.exporters import log_in
from tests.support import pdf
from tests.support.clock import FakeClock
from tests.support.programs import cheap
from tests.support.smtp import HOST, mail_server

OCTOBER = "2026-10"


@pytest.fixture(autouse=True)
def folder(services: Services, admin: Actor, tmp_path: Path) -> Path:
    """The exports folder of a hospital that can send mail."""
    kept = tmp_path / "kept"
    changes = {
        "zone": "Asia/Kolkata",
        "exports_folder": str(kept),
        "mail_host": "mail.example.org",
        "mail_from": "desk@example.org",
    }
    services.hospital.change_settings(admin, changes)
    return kept


@pytest.fixture
def jobs(services: Services) -> Actor:
    return services.context.gate.system("jobs", "desk-1")


@pytest.fixture
def other(database_url: str, clock: FakeClock) -> Iterator[Services]:
    """Another program over the same database."""
    opened = open_services(database_url, clock=clock, authenticator=cheap())
    yield opened
    opened.close()


@pytest.fixture
def october(services: Services, hospital: Hospital) -> Hospital:
    """Two doctors with log-ins; three visits of the first one in October."""
    for number, doctor_id in enumerate(hospital.doctors):
        log_in(services, DOCTOR, doctor_id=doctor_id, email=f"doctor{number}@example.org")
    with services.context.database.engine.begin() as connection:
        connection.execute(sa.update(doctor).values(created_at=datetime(2026, 1, 1, tzinfo=UTC)))
    past = Past(services, hospital.doctors[0], hospital.visit_type, "Asia/Kolkata")
    first, second, third = hospital.patients
    one = past.visit(first, "2026-10-01 00:00", waited=10, talked=20)
    past.record(one, [("J11", "Influenza")])
    past.visit(second, "2026-10-31 23:30", Status.NO_SHOW)
    past.visit(third, "2026-10-12 09:00", Status.CANCELLED)
    past.visit(third, "2026-11-01 00:00")
    return hospital


def rows(services: Services, table: sa.Table) -> list[Any]:
    with services.context.database.read() as connection:
        return list(connection.execute(sa.select(table).order_by(table.c.id)))


def make(services: Services, who: Actor, period: str = OCTOBER) -> dict[str, int]:
    return services.monthly_reports.make(who, services.context.settings(), period)


@pytest.mark.feature("JOB-2")
def test_every_doctor_gets_one_report_and_one_mail_however_often_it_runs(
    services: Services, jobs: Actor, october: Hospital, folder: Path
) -> None:
    heard: list[tuple[int, int]] = []
    settings = services.context.settings()
    made = services.monthly_reports.make(
        jobs, settings, OCTOBER, lambda done, total: heard.append((done, total))
    )
    assert made == {"made": 2, "mailed": 2, "there": 0, "skipped": 0, "failed": 0}
    assert heard == [(0, 2), (1, 2), (2, 2)]
    assert make(services, jobs) == {"made": 0, "mailed": 0, "there": 2, "skipped": 0, "failed": 0}
    kept, mails = rows(services, export_run), rows(services, outbox)
    assert [(row.kind, row.period, row.doctor_id, row.state) for row in kept] == [
        ("doctor_month", OCTOBER, doctor_id, "done") for doctor_id in october.doctors
    ]
    for row in kept:
        data = (Path(row.folder) / row.file_name).read_bytes()
        assert Path(row.folder) == folder.resolve()
        assert (row.bytes, row.sha256) == (len(data), hashlib.sha256(data).hexdigest())
        pdf.check(data)
    assert sorted(one.name for one in folder.iterdir()) == sorted(row.file_name for row in kept)
    assert [(row.kind, row.recipient, row.dedupe_key, row.doctor_id) for row in mails] == [
        ("monthly", f"doctor{number}@example.org", f"monthly/{doctor_id}/{OCTOBER}", doctor_id)
        for number, doctor_id in enumerate(october.doctors)
    ]
    assert mails[0].data | {"doctor_name": ""} == {
        "doctor_name": "",
        "month": "October 2026",
        "visits": 3,
        "completed": 1,
        "no_shows": 1,
    }
    assert mails[0].attachment == {"file": {"folder": kept[0].folder, "name": kept[0].file_name}}


@pytest.mark.feature("JOB-2")
def test_the_mail_goes_out_with_the_report(
    services: Services, jobs: Actor, admin: Actor, october: Hospital, tmp_path: Path
) -> None:
    make(services, jobs)
    with mail_server() as server:
        changes = {"mail_host": HOST, "mail_port": server.port, "mail_security": "none"}
        services.hospital.change_settings(admin, changes)
        sending = Sending(services.context, services.outbox)
        assert sending.step(jobs, services.context.settings()) == 2
    kept = rows(services, export_run)[0]
    mail = next(one for one in server.mails if one["To"] == "doctor0@example.org")
    attached = [one for one in mail.iter_attachments() if one.get_filename() == kept.file_name]
    assert [one.get_content_type() for one in attached] == ["application/pdf"]
    assert attached[0].get_content() == (Path(kept.folder) / kept.file_name).read_bytes()


@pytest.mark.feature("JOB-2")
def test_a_report_made_again_later_has_the_same_numbers(
    services: Services, jobs: Actor, october: Hospital, clock: FakeClock
) -> None:
    make(services, jobs)
    kept = rows(services, export_run)[0]
    before = services.doctor_reports.month(jobs, october.doctors[0], 2026, 10)
    clock.moment = datetime(2031, 3, 1, tzinfo=UTC)
    after = services.doctor_reports.month(jobs, october.doctors[0], 2026, 10)
    assert (after.figures, after.days, after.hours, after.codes) == (
        before.figures,
        before.days,
        before.hours,
        before.codes,
    )
    again = services.doctor_reports.month_pdf(jobs, october.doctors[0], 2026, 10).pdf

    def numbers(data: bytes) -> list[str]:
        lines = pdf.text(data).splitlines()
        return [line for line in lines if "2031" not in line and "23.11.2026" not in line]

    assert numbers(again) == numbers((Path(kept.folder) / kept.file_name).read_bytes())


@pytest.mark.feature("JOB-2")
def test_two_programs_at_once_make_one_report_and_leave_one_file(
    services: Services, other: Services, jobs: Actor, october: Hospital, folder: Path
) -> None:
    barrier = Barrier(2)
    found: list[dict[str, int]] = []

    def run(program: Services) -> None:
        who = program.context.gate.system("jobs", "desk")
        barrier.wait()
        found.append(make(program, who))

    threads = [Thread(target=run, args=(one,)) for one in (services, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one["made"] for one in found) == 2
    assert sum(one["mailed"] for one in found) == 2
    assert [one["failed"] for one in found] == [0, 0]
    kept = rows(services, export_run)
    assert len(kept) == len(rows(services, outbox)) == 2
    assert sorted(one.name for one in folder.iterdir()) == sorted(row.file_name for row in kept)


@pytest.mark.feature("JOB-2")
def test_a_program_that_was_overtaken_while_it_made_the_report_makes_no_second_one(
    services: Services,
    other: Services,
    jobs: Actor,
    october: Hospital,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    month_pdf = services.doctor_reports.month_pdf
    others: list[dict[str, int]] = []

    def slow(*args: Any) -> Any:  # noqa: ANN401 - passed through
        paper = month_pdf(*args)
        if not others:  # frozen here, until another program has made everything
            others.append(make(other, other.context.gate.system("jobs", "desk-2")))
        return paper

    monkeypatch.setattr(services.doctor_reports, "month_pdf", slow)
    late = make(services, jobs)
    assert others[0]["made"] == others[0]["mailed"] == 2
    assert (late["made"], late["mailed"], late["there"]) == (0, 0, 2)
    kept = rows(services, export_run)
    assert len(kept) == len(rows(services, outbox)) == 2
    assert sorted(one.name for one in folder.iterdir()) == sorted(row.file_name for row in kept)


@pytest.mark.feature("JOB-2")
def test_one_doctors_failure_keeps_no_other_back_and_is_made_good_later(
    services: Services,
    jobs: Actor,
    october: Hospital,
    monkeypatch: pytest.MonkeyPatch,
    expect_log: Any,  # noqa: ANN401
) -> None:
    service = type(services.doctor_reports)
    month_pdf = service.month_pdf

    def broken(self: Any, actor: Actor, doctor_id: int, *month: int) -> Any:  # noqa: ANN401
        if doctor_id == october.doctors[0]:
            raise Unusable("The folder is full.")
        return month_pdf(self, actor, doctor_id, *month)

    expect_log("report of doctor .* failed: Unusable")
    with monkeypatch.context() as patch:
        patch.setattr(service, "month_pdf", broken)
        assert make(services, jobs) == {
            "made": 1,
            "mailed": 1,
            "there": 0,
            "skipped": 0,
            "failed": 1,
        }
        # As a job, such a run counts as failed: the clock tries again.
        clock = JobClock(services, [MONTHLY_REPORTS], environment={})
        with pytest.raises(HmsError, match=r"^1 monthly reports .*; 1 are kept"):
            clock.run_now("monthly_reports", OCTOBER)
        clock.stop()
        assert rows(services, job_run)[0].state == "failed"
    assert make(services, jobs) == {"made": 1, "mailed": 1, "there": 1, "skipped": 0, "failed": 0}


@pytest.mark.feature("JOB-2")
def test_who_gets_a_report_and_who_gets_a_mail(
    services: Services, admin: Actor, jobs: Actor, october: Hospital
) -> None:
    with services.context.database.engine.begin() as connection:
        first, second = october.doctors
        connection.execute(sa.update(doctor).where(doctor.c.id == first).values(approval="blocked"))
        connection.execute(sa.update(user).values(active=False))
    assert make(services, jobs, "2026-09") == {
        "made": 1,
        "mailed": 0,
        "there": 0,
        "skipped": 0,
        "failed": 0,
    }
    assert [row.doctor_id for row in rows(services, export_run)] == [second]
    with services.context.database.engine.begin() as connection:
        connection.execute(sa.update(doctor).values(approval="approved"))
        connection.execute(sa.update(user).values(active=True, email=""))
    assert make(services, jobs, "2026-08")["mailed"] == 0
    with services.context.database.engine.begin() as connection:
        connection.execute(sa.update(user).values(email="some@example.org"))
    services.hospital.change_settings(admin, {"mail_host": ""})
    assert make(services, jobs, "2026-07") == {
        "made": 2,
        "mailed": 0,
        "there": 0,
        "skipped": 0,
        "failed": 0,
    }
    assert rows(services, outbox) == []


@pytest.mark.feature("DSH-2")
def test_the_hospitals_report_is_kept_once(
    services: Services, other: Services, jobs: Actor, october: Hospital, folder: Path
) -> None:
    settings = services.context.settings()
    barrier, found = Barrier(2), []

    def run(program: Services) -> None:
        who = program.context.gate.system("jobs", "desk")
        barrier.wait()
        found.append(program.monthly_reports.make_hospital(who, settings, OCTOBER))

    threads = [Thread(target=run, args=(one,)) for one in (services, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [False, True]
    assert not services.monthly_reports.make_hospital(jobs, settings, OCTOBER)
    [row] = rows(services, export_run)
    assert (row.kind, row.period, row.doctor_id) == ("hospital_month", OCTOBER, None)
    data = (folder / row.file_name).read_bytes()
    assert hashlib.sha256(data).hexdigest() == row.sha256
    assert [one.name for one in folder.iterdir()] == [row.file_name]
    assert "Hospital performance" in pdf.words(data)
    assert rows(services, outbox) == []
    with pytest.raises(Invalid):
        services.monthly_reports.make_hospital(jobs, settings, "2026-11")


def test_a_long_name_keeps_months_and_doctors_apart(
    services: Services, jobs: Actor, october: Hospital, folder: Path
) -> None:
    with services.context.database.engine.begin() as connection:
        connection.execute(sa.update(doctor).values(display_name="Dr " + "Longname " * 20))
    make(services, jobs)
    make(services, jobs, "2026-09")
    names = [row.file_name for row in rows(services, export_run)]
    assert len(set(names)) == len(list(folder.iterdir())) == 4
    assert all(OCTOBER in name for name in names[:2])


@pytest.mark.feature("JOB-2")
def test_months_before_a_doctor_came_are_reported_only_with_visits(
    services: Services, jobs: Actor, october: Hospital
) -> None:
    with services.context.database.engine.begin() as connection:
        later = datetime(2026, 10, 31, 18, 30, tzinfo=UTC)  # November begins there
        connection.execute(sa.update(doctor).values(created_at=later))
    assert make(services, jobs) == {"made": 1, "mailed": 1, "there": 0, "skipped": 1, "failed": 0}
    assert [row.doctor_id for row in rows(services, export_run)] == [october.doctors[0]]


@pytest.mark.parametrize("period", ["2026-11", "2026-13", "october", "2026-1", "0000-10"])
def test_a_month_that_is_not_over_or_none_is_refused(
    services: Services, jobs: Actor, october: Hospital, period: str
) -> None:
    with pytest.raises(Invalid):
        make(services, jobs, period)
    assert rows(services, export_run) == []


def test_a_desk_cannot_start_it(services: Services, desk: Actor) -> None:
    with pytest.raises(NotAllowed):
        make(services, desk)


@pytest.mark.feature("JOB-2")
def test_the_job_is_due_on_the_first_by_the_hospitals_clock(
    services: Services, admin: Actor, october: Hospital, clock: FakeClock
) -> None:
    assert MONTHLY_REPORTS in JOBS
    services.hospital.change_settings(admin, {"reports_minute": 300})
    schedule = MONTHLY_REPORTS.schedule(services.context.settings())
    assert schedule is not None
    zone = services.context.zone()
    five = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)  # 05:00 on the 1st of December there
    assert schedule.due(five, zone)[-1] == "2026-11"
    assert schedule.due(five.replace(minute=29), zone)[-1] == OCTOBER
    jobs = JobClock(services, [MONTHLY_REPORTS], environment={})
    result = jobs.run_now("monthly_reports", OCTOBER)
    assert (result["made"], result["hospital"]) == (2, 1)
    jobs.stop()
    services.hospital.change_settings(admin, {"reports_on": False})
    assert MONTHLY_REPORTS.schedule(services.context.settings()) is None
