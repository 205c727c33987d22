from __future__ import annotations

import os
import threading
import time
from datetime import date
from pathlib import Path

import pytest

from hms_desktop.domain.exports import ExportKind, ExportWish
from hms_desktop.domain.permissions import RECEPTIONIST
from hms_desktop.jobs.clock import JobClock
from hms_desktop.jobs.exports import CLEAN_EXPORTS, ExportRunner
from hms_desktop.jobs.registry import JOBS
from hms_desktop.jobs.sender import start_clock
from hms_desktop.services.assembly import Services
from tests.services.bookings import book
from tests.services.conftest import make_hospital
from tests.services.exporters import log_in
from tests.support.clock import FakeClock

TODAY = date(2026, 11, 23)
WISH = ExportWish(ExportKind.APPOINTMENTS_LIST, first=TODAY, last=TODAY)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HMS_EXPORTS_FOLDER", str(tmp_path / "kept"))
    return tmp_path / "kept"


@pytest.mark.feature("JOB-3")
def test_a_running_program_makes_what_waits(services: Services, folder: Path) -> None:
    hospital = make_hospital(services.context.database)
    sheela = log_in(services, RECEPTIONIST)
    book(services, sheela, hospital)
    row = services.export_runs.start(sheela, WISH)
    assert [one.id for one in services.export_runs.under_way(sheela)] == [row.id]
    clock = start_clock(services, "desk-2")
    try:
        until = time.monotonic() + 20
        while services.export_runs.status(sheela, row.id).is_under_way:
            assert time.monotonic() < until
            time.sleep(0.05)
    finally:
        clock.stop()
    assert [one.suffix for one in folder.iterdir()] == [".csv"]
    assert services.export_runs.under_way(sheela) == ()


def test_what_does_not_end_with_the_program_is_handed_back(
    services: Services, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hospital = make_hospital(services.context.database)
    sheela = log_in(services, RECEPTIONIST)
    book(services, sheela, hospital)
    row = services.export_runs.start(sheela, WISH)
    reached, go_on, makers = threading.Event(), threading.Event(), list[threading.Thread]()

    def slow_disk(_handle: int) -> None:
        own = threading.current_thread()
        if own.name.startswith("clock-"):  # jobs that are due have files of their own
            makers.append(own)
            reached.set()
            go_on.wait(60)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", slow_disk)
        clock = start_clock(services, "desk-2")
        try:
            assert reached.wait(20)
            clock.stop(0.2)
            assert services.export_runs.status(sheela, row.id).state == "waiting"
        finally:
            go_on.set()
            makers[0].join(20)
    assert services.export_runs.status(sheela, row.id).state == "waiting"
    assert list(folder.iterdir()) == []
    assert services.export_runs.run_next(services.context.gate.system("jobs", "desk-1"))
    assert [one.suffix for one in folder.iterdir()] == [".csv"]


@pytest.mark.feature("JOB-10")
def test_old_files_are_removed_once_a_day(
    services: Services, clock: FakeClock, folder: Path
) -> None:
    assert CLEAN_EXPORTS in JOBS
    make_hospital(services.context.database)
    sheela = log_in(services, RECEPTIONIST)
    jobs = JobClock(services, [CLEAN_EXPORTS], workstation="desk-1")
    runner = ExportRunner(services, jobs)
    row = services.export_runs.start(sheela, WISH)
    runner.step()
    assert services.export_runs.status(sheela, row.id).state == "done"
    clock.advance(days=31)
    assert jobs.run_now("clean_exports", "by hand") == {"removed": 1, "runs": 0, "log_ins": 0}
    assert list(folder.iterdir()) == []
    again = services.export_runs.start(sheela, WISH)
    runner.step()
    clock.advance(days=31)
    runner.step()
    assert services.export_runs.status(sheela, again.id).state == "removed"


def test_a_database_that_is_away_is_waited_for(
    services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    jobs = JobClock(services, [CLEAN_EXPORTS])
    runner = ExportRunner(services, jobs)
    services.context.gate.dismiss(jobs.actor.token)
    with caplog.at_level("INFO"):
        runner.step()
    assert "exports wait" in caplog.text
