"""What goes wrong is one sentence on standard error and an exit status, never a traceback."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from hms_desktop.cli import main as cli
from hms_desktop.cli.common import opened
from hms_desktop.domain.errors import Busy
from tests.cli.conftest import ROOT, Run


def sentence(done: subprocess.CompletedProcess[str], status: int) -> str:
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    return done.stderr


@pytest.mark.feature("OPS-5")
@pytest.mark.parametrize(
    "arguments",
    [
        ["fly"],
        ["db"],
        ["db", "explode"],
        ["slots"],
        ["slots", "--doctor", "one", "--from", "2026-11-23"],
        ["slots", "--doctor", "1", "--from", "23.11.2026"],
        ["slots", "--doctor", "1", "--from", "2026-02-30"],
        ["book", "--patient", "1", "--doctor", "1", "--type", "1", "--start", "soon"],
        ["book", "--patient", "1", "--doctor", "1", "--type", "1", "--start", "2026-11-23"],
        ["demo", "--doctors", "0"],
        ["diagnostics"],
        ["import", "patients", "people.csv"],
        ["import", "nurses", "people.csv", "--mapping", "map.toml"],
        ["--theme", "pink"],
    ],
    ids=" ".join,
)
def test_wrong_arguments_are_status_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "usage: hms-desktop" in shown.err


def test_no_database_named(run: Run) -> None:
    assert "No database was named" in sentence(run("user", "list"), 2)


def test_a_missing_file_is_named_and_not_made(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "none.db"
    for command in (["db", "status"], ["db", "check"], ["user", "list"]):
        assert str(path) in sentence(run(*command, "--database", str(path)), 1)
    assert not path.exists()


def test_missing_import_files_are_named(run: Run, sqlite_url: str, tmp_path: Path) -> None:
    done = run(
        "import", "patients", str(tmp_path / "people.csv"), "--mapping",
        str(tmp_path / "map.toml"), "--database", sqlite_url,
    )  # fmt: skip
    assert str(tmp_path) in sentence(done, 1)


def test_an_unreachable_server(run: Run) -> None:
    done = run("db", "status", "--database", "postgresql://sheela:secret@127.0.0.1:1/hms")
    assert "cannot be reached" in sentence(done, 1)
    assert "secret" not in done.stderr


def test_nonsense_for_an_address(run: Run) -> None:
    assert "fly is not supported" in sentence(run("db", "status", "--database", "fly://x/y"), 1)


def test_a_file_that_is_no_database(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_text("Dear doctor, " * 500, encoding="utf-8")
    assert "damaged or is not a database" in sentence(
        run("db", "status", "--database", str(path)), 1
    )


@pytest.mark.feature("OPS-2")
def test_a_newer_structure_is_refused(run: Run, sqlite_url: str) -> None:
    path = sqlite_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    for command in (["db", "upgrade"], ["db", "check"], ["user", "list"]):
        assert "newer program" in sentence(run(*command, "--database", path), 1)
    done = run("db", "status", "--database", path)
    assert done.returncode == 1
    assert "install the newer program" in done.stdout


def test_an_older_structure_is_refused_for_work(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    assert "db upgrade" in sentence(run("user", "list", "--database", str(path)), 1)


@pytest.mark.feature("NET-3")
def test_a_network_share_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("hms_desktop.db.location.file_system_of", lambda _path: "cifs")
    assert cli.main(["db", "upgrade", "--database", str(tmp_path / "share.db")]) == 1
    assert "network share" in capsys.readouterr().err


def test_a_folder_for_an_output_file(run: Run, tmp_path: Path) -> None:
    assert "cannot be written" in sentence(run("diagnostics", "--out", str(tmp_path)), 1)


def test_a_settings_file_that_cannot_be_read(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "workstation.json").write_text("{", encoding="utf-8")
    assert "workstation.json" in sentence(run("user", "list"), 1)


def test_a_defect_is_a_sentence_and_a_log_entry(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    expect_log: object,
) -> None:
    def broken(*_arguments: object, **_named: object) -> None:
        raise ZeroDivisionError("Kumar Swamy")

    monkeypatch.setattr("hms_desktop.db.migrate.upgrade", broken)
    assert cli.main(["db", "upgrade", "--database", "x.db"]) == 1
    expect_log("met a defect", level=40)  # type: ignore[operator]
    shown = capsys.readouterr().err
    assert "ZeroDivisionError" in shown
    assert "Kumar" not in shown


def test_busy_is_a_refusal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def busy(*_arguments: object, **_named: object) -> None:
        raise Busy("The database is busy.")

    monkeypatch.setattr("hms_desktop.db.migrate.upgrade", busy)
    assert cli.main(["db", "upgrade", "--database", "x.db"]) == 1
    assert capsys.readouterr().err == "hms-desktop: The database is busy.\n"


def test_a_closed_pipe_ends_quietly(sqlite_url: str, tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "hms_desktop", "db", "status", "--database", sqlite_url],
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        check=False,
        env={**os.environ, "HMS_LOG_DIR": str(tmp_path)},
    )
    os.close(writer)
    assert done.returncode == 1
    assert done.stderr == "hms-desktop: The answer was not read to its end.\n"


def test_ctrl_c_stops_with_a_sentence_and_keeps_nothing(tmp_path: Path) -> None:
    path = tmp_path / "stopped.db"
    command = ["demo", "--database", str(path), "--appointments", "400000", "--patients", "20000"]
    with subprocess.Popen(
        [sys.executable, "-m", "hms_desktop", *command],
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "HMS_LOG_DIR": str(tmp_path)},
    ) as running:
        until = time.monotonic() + 60
        wal = path.with_name(path.name + "-wal")
        while time.monotonic() < until and not (wal.exists() and wal.stat().st_size > 2_000_000):
            time.sleep(0.1)
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=60)
    assert running.returncode == 1
    assert said.endswith("hms-desktop: Stopped. What was not finished was not kept.\n")
    assert "Traceback" not in said
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM patient").fetchone() == (0,)
        triggers = connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'")
        assert triggers.fetchone()[0] >= 9


def test_services_are_closed_after_a_refusal(sqlite_url: str) -> None:
    options = cli.parser().parse_args(["user", "list", "--database", sqlite_url])
    with pytest.raises(Busy), opened(options) as (services, _actor):
        raise Busy("The database is busy.")
    assert services.context.database.engine.pool.checkedin() == 0  # type: ignore[attr-defined]
