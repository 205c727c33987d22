"""``jobs`` on the command line: list, run by hand, history, and a program that only runs them."""

from __future__ import annotations

import ctypes
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hms_desktop.cli.main import main
from hms_desktop.domain.messages import Channel, Draft, MessageKind, OutboxState
from hms_desktop.domain.permissions import ADMINISTRATOR
from hms_desktop.services import outbox_rows
from hms_desktop.services.assembly import open_services
from tests.services.conftest import actor
from tests.support import seed

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
def test_only_jobs_about_a_date_take_one(
    database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    at = ["--database", database_url, "--for", "2026-10-31", "--json"]
    assert main(["jobs", "run", "no_show", *at]) == 2
    assert "Leave --for away" in capsys.readouterr().err
    assert main(["jobs", "run", "monthly_reports", *at]) == 0
    assert json.loads(capsys.readouterr().out)["period"] == "2026-10"


@contextmanager
def silent_server() -> Iterator[int]:
    """A mail server that takes calls and never says a word; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def wait_for(what: Callable[[], object]) -> None:
    limit = time.monotonic() + 60
    while not what():
        assert time.monotonic() < limit, "it never came to that"
        time.sleep(0.05)


@contextmanager
def serving(database_url: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program that only runs jobs; killed at the end should it still be there."""
    command = [sys.executable, "-m", "hms_desktop", "jobs", "serve", "--database", database_url]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as program:
        try:
            yield program
        finally:
            if program.poll() is None:
                program.kill()


def signal_a_side_thread(program: subprocess.Popen[bytes], number: int) -> None:
    """Send the signal to a thread that is not the main one, as the system may do at any time."""
    sides = [int(one.name) for one in Path(f"/proc/{program.pid}/task").iterdir()]
    sides.remove(program.pid)
    assert sides
    assert ctypes.CDLL(None).tgkill(program.pid, sides[0], number) == 0


@pytest.mark.feature("JOB-8")
def test_a_headless_program_ends_whichever_thread_is_told(sqlite_url: str) -> None:
    services = open_services(sqlite_url)
    admin = actor(services, "Asha", ADMINISTRATOR)
    services.hospital.change_settings(admin, {"no_show_on": True})
    with serving(sqlite_url) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"Jobs run. Stop with Ctrl+C.\n"
        wait_for(lambda: services.job_runs.history(admin, "no_show"))
        signal_a_side_thread(program, signal.SIGTERM)
        assert program.wait(60) == 0
    services.close()


@pytest.mark.feature("JOB-7", "JOB-8")
def test_a_headless_program_runs_jobs_and_hands_back_what_a_silent_server_holds(
    sqlite_url: str,
) -> None:
    services = open_services(sqlite_url)
    admin = actor(services, "Asha", ADMINISTRATOR)
    draft = Draft("k", MessageKind.TEST, Channel.EMAIL, "a@example.org", {"workstation": "x"})
    services.context.database.write(
        seed.stamp(), lambda write: outbox_rows.write_message(write, draft)
    )
    with silent_server() as port:
        mail = {"mail_host": "127.0.0.1", "mail_port": port, "mail_from": "desk@example.org"}
        services.hospital.change_settings(admin, {**mail, "no_show_on": True})
        with serving(sqlite_url) as program:
            wait_for(lambda: services.job_runs.history(admin, "no_show"))
            wait_for(lambda: services.outbox.list(admin, [OutboxState.SENDING]))
            begun = time.monotonic()
            program.send_signal(signal.SIGTERM)
            assert program.wait(60) == 0
            seconds = time.monotonic() - begun
    (row,) = services.outbox.list(admin)
    services.close()
    assert (row.state, row.attempts) == ("waiting", 0)
    # Two or three where nothing else runs; waiting for the server would take twenty.
    assert seconds < 15
