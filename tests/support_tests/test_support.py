"""The ground itself is tried: a watcher that never barks is worse than none."""

import logging
import re
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import sqlalchemy
from sqlalchemy.engine import make_url

from tests.support.postgres import PostgresServer, wait_until_answers


def test_each_test_gets_a_migrated_database_of_its_own(database_url: str) -> None:
    engine = sqlalchemy.create_engine(database_url)
    tables = sqlalchemy.inspect(engine).get_table_names()
    engine.dispose()
    assert {"alembic_version", "appointment", "patient"} <= set(tables)


def test_a_template_copy_is_quick(postgres_server: PostgresServer, postgres_url: str) -> None:
    name = make_url(postgres_url).database
    start = time.perf_counter()
    postgres_server.create_database(f"{name}_copy", template=name)
    took = time.perf_counter() - start
    postgres_server.drop_database(f"{name}_copy")
    assert took < 2


def test_a_server_can_crash_come_back_and_freeze(own_postgres_server: PostgresServer) -> None:
    server = own_postgres_server
    server.create_database("kept")
    server.stop()
    with pytest.raises(psycopg.OperationalError):
        server.execute("SELECT 1")
    server.start()
    wait_until_answers(server)
    assert server.execute("SELECT count(*) FROM pg_database WHERE datname = 'kept'") == [(1,)]
    server.freeze()
    with pytest.raises(psycopg.errors.ConnectionTimeout):
        psycopg.connect(
            host="127.0.0.1", port=server.port, user="postgres", connect_timeout=2
        ).close()
    server.resume()
    wait_until_answers(server)


def test_the_server_dies_with_its_owner() -> None:
    owner = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    server = PostgresServer.create(owner.pid)
    owner.kill()
    owner.wait()
    end = time.monotonic() + 20
    while server.folder.exists() and time.monotonic() < end:
        time.sleep(0.1)
    assert not server.folder.exists()


def test_secrets_stay_in_the_test(secrets: object) -> None:
    import keyring

    assert keyring.get_password("hms", "anyone") is None
    keyring.set_password("hms", "anyone", "word")
    assert keyring.get_password("hms", "anyone") == "word"


def test_an_expected_warning_is_no_failure(expect_log: object) -> None:
    expect_log(r"^disk .* is full$")
    logging.getLogger("hms_desktop.anything").warning("disk %s is full", "a")


@pytest.mark.x11
def test_an_x11_test_sees_a_real_screen(qapp: object) -> None:
    from PySide6.QtGui import QGuiApplication

    assert QGuiApplication.platformName() == "xcb"


BAD_TESTS = """
import logging, threading, time
import pytest

def test_thread():
    threading.Thread(target=time.sleep, args=(4,), name="forgotten", daemon=True).start()

def test_log():
    logging.getLogger("hms_desktop.x").warning("nobody expects this")

def test_missing_log(expect_log):
    expect_log("never comes")

def test_timer(qapp):
    from PySide6.QtCore import QTimer
    timer = QTimer(qapp)
    timer.start(50)

def test_qthread(qapp):
    from PySide6.QtCore import QThread
    global qthread
    qthread = QThread()
    qthread.setObjectName("endless")
    qthread.start()

def test_end_qthread(qapp):
    qthread.quit()
    qthread.wait()

def test_window(qapp):
    from PySide6.QtWidgets import QWidget
    global window
    window = QWidget()
    window.show()

def test_qt_warning(qapp):
    from PySide6.QtCore import qWarning
    qWarning("something is off")
"""


COMPLAINTS = {
    "test_thread": "thread 'forgotten' still runs",
    "test_log": "nobody expects this",
    "test_missing_log": "and none came",
    "test_timer": "timer of 50 ms still runs",
    "test_qthread": "QThread 'endless' still runs",
    "test_window": "window still shown: QWidget",
    "test_qt_warning": "Qt messages with level WARNING or above emitted",
}


def test_the_watchers_bark(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    root = Path(request.config.rootpath)
    bad = tmp_path / "test_bad.py"
    bad.write_text(BAD_TESTS, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:xdist", "-p", "no:cacheprovider",
         "-p", "no:randomly", "-p", "tests.conftest", "--rootdir", str(root),
         "-c", str(root / "pyproject.toml"), str(bad)],
        cwd=root, check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout + done.stderr
    for name, complaint in COMPLAINTS.items():
        assert re.search(rf"^(FAILED|ERROR) \S*::{name}( |$)", done.stdout, re.MULTILINE), name
        assert complaint in done.stdout
