"""``jobs`` on the command line: list, run by hand, history, and a program that only runs them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hms_desktop.cli.main import main
from hms_desktop.domain.permissions import ADMINISTRATOR
from hms_desktop.services.assembly import open_services
from tests.services.conftest import actor

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.feature("JOB-8")
def test_jobs_are_listed_run_and_remembered(
    database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    services = open_services(database_url)
    admin = actor(services, "Asha", ADMINISTRATOR)
    services.hospital.change_settings(admin, {"no_show_on": True})
    services.close()
    assert main(["jobs", "list", "--database", database_url, "--json"]) == 0
    jobs = {one["name"]: one for one in json.loads(capsys.readouterr().out)}
    assert jobs["no_show"]["on"]
    assert not jobs["reminders"]["on"]
    assert main(["jobs", "run", "no_show", "--database", database_url, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["marked"] == 0
    assert main(["jobs", "history", "--database", database_url, "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["job"], row["state"]) == ("no_show", "done")
    assert main(["jobs", "list", "--database", database_url]) == 0
    assert "done" in capsys.readouterr().out


def test_an_unknown_job_is_a_sentence(
    database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["jobs", "run", "dance", "--database", database_url]) == 2
    assert "There is no job called dance" in capsys.readouterr().err


@pytest.mark.feature("JOB-8")
def test_the_environment_changes_when_and_whether(
    database_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HMS_NO_SHOW_ON", "yes")
    assert main(["jobs", "list", "--database", database_url, "--json"]) == 0
    jobs = {one["name"]: one for one in json.loads(capsys.readouterr().out)}
    assert jobs["no_show"]["on"]
    monkeypatch.setenv("HMS_NO_SHOW_ON", "perhaps")
    assert main(["jobs", "list", "--database", database_url]) == 1
    assert "HMS_NO_SHOW_ON" in capsys.readouterr().err


@pytest.mark.feature("JOB-8")
def test_a_headless_program_runs_jobs_until_it_is_told_to_end(sqlite_url: str) -> None:
    environment = {**os.environ, "HMS_NO_SHOW_ON": "1"}
    command = [sys.executable, "-m", "hms_desktop", "jobs", "serve", "--database", sqlite_url]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE) as program:
        services = open_services(sqlite_url)
        admin = actor(services, "Asha", ADMINISTRATOR)
        limit = time.monotonic() + 30
        while not services.job_runs.history(admin):
            assert time.monotonic() < limit, "no job ran"
            time.sleep(0.1)
        services.close()
        begun = time.monotonic()
        program.send_signal(signal.SIGTERM)
        assert program.wait(10) == 0
        assert time.monotonic() - begun < 5
