"""From an empty database to the end of a shift, by keyboard alone; and after a kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hms_desktop import opening
from hms_desktop.app import Program
from hms_desktop.domain.accounts import CreateUser
from hms_desktop.services.assembly import Services, open_services
from hms_desktop.settings import WindowOptions, load_settings, settings_file
from hms_desktop.ui.pages.base import Desk
from tests.support import invariants
from tests.support.memory_keyring import MemoryKeyring
from tests.support.postgres import PostgresServer
from tests.support.programs import cheap
from tests.ui.shell_desk import OTHER, PASSWORD, begin
from tests.walks.keyboard import Keyboard, StrayWindows

ROOT = Path(__file__).resolve().parents[2]
CONTROL = Qt.KeyboardModifier.ControlModifier
TYPED = "Zephyrina Quillfeather"


@pytest.fixture
def keys(qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Keyboard]:
    def cheaply(url: str) -> Services:
        return open_services(url, authenticator=cheap())

    monkeypatch.setattr(opening, "open_services", cheaply)
    program = Program(qapp, WindowOptions(database=None, demo=False), load_settings())
    program.start()
    program.window.activateWindow()
    one = Keyboard(program, qtbot)
    one.until(lambda: program.first_start is not None)
    yield one
    one.until(lambda: True)
    program.window.close()
    program.close()
    program.window.deleteLater()
    program.deleteLater()
    QApplication.processEvents()


@pytest.fixture
def strays(keys: Keyboard) -> Iterator[StrayWindows]:
    watch = StrayWindows(keys)
    app = QApplication.instance()
    assert app is not None
    app.installEventFilter(watch)
    yield watch
    app.removeEventFilter(watch)


@dataclass(frozen=True)
class OnServer:
    """An empty database on a Postgres server, and the log-in that owns it."""

    port: int
    database: str
    user: str
    password: str


def choose_server(keys: Keyboard, place: OnServer) -> None:
    """Type where the server is, and try it before going on."""
    view = keys.program.first_start
    assert view is not None
    step = view.database
    keys.tab_to(step.kind.focusProxy())
    keys.press(Qt.Key.Key_Right)
    for field, text in (
        (step.server, "127.0.0.1"),
        (step.port, str(place.port)),
        (step.database, place.database),
        (step.user, place.user),
        (step.secret, place.password),
    ):
        keys.tab_to(field)
        keys.press(Qt.Key.Key_A, CONTROL)
        keys.type(text)
    keys.tab_to(step.test_button)
    keys.press(Qt.Key.Key_Space)
    keys.until(lambda: "can be used" in view._message.text())
    assert place.password not in view._message.text()
    keys.tab_to(step.secret)


def set_up(keys: Keyboard, place: OnServer | None = None) -> None:
    """Answer the first start: hospital, database, administrator, recovery sheet."""
    view = keys.program.first_start
    assert view is not None
    keys.type("City Care")
    keys.press(Qt.Key.Key_Return)
    if place is not None:
        choose_server(keys, place)
    keys.press(Qt.Key.Key_Return)
    keys.until(view.admin.isVisible)
    keys.type("Asha Menon")
    keys.press(Qt.Key.Key_Tab)
    keys.type("asha")
    for secret in (view.admin.password, view.admin.again):
        keys.tab_to(secret)
        keys.type(PASSWORD)
    keys.press(Qt.Key.Key_Return)
    keys.until(view.sheet.isVisible)
    keys.tab_to(view.sheet.seen)
    keys.press(Qt.Key.Key_Space)
    keys.tab_to(view.next_button)
    keys.press(Qt.Key.Key_Space)
    keys.until(lambda: keys.program.sessions is not None)


def lock_and_unlock(keys: Keyboard) -> None:
    """Lock the screen; only the right password opens it."""
    sessions = keys.sessions
    keys.press(Qt.Key.Key_L, CONTROL)
    keys.until(lambda: sessions.lock_screen.is_locked)
    assert not keys.program.window.stack.isVisible()
    keys.type("not this one at all")
    keys.press(Qt.Key.Key_Return)
    keys.until(sessions.lock_screen.password.isEnabled)
    assert sessions.lock_screen.is_locked
    keys.type(PASSWORD)
    keys.press(Qt.Key.Key_Return)
    keys.until(lambda: not sessions.lock_screen.is_locked)


def make_receptionist(desk: Desk) -> None:
    """Make a second log-in, as an administrator elsewhere would."""
    accounts = desk.services.accounts
    made = accounts.create_user(
        desk.actor, CreateUser("sheela", "Sheela Joseph", ("receptionist",))
    )
    accounts.redeem_code("sheela", accounts.start_reset(desk.actor, made.id).code, OTHER)


@pytest.mark.feature("ACC-1")
@pytest.mark.feature("ACC-2")
@pytest.mark.feature("ACC-7")
@pytest.mark.feature("ACC-9")
def test_first_start_log_in_lock_unlock_switch_and_log_out(
    keys: Keyboard, strays: StrayWindows
) -> None:
    set_up(keys)
    sessions = keys.sessions
    keys.log_in("asha", PASSWORD)
    first = sessions.bench
    assert first is not None
    lock_and_unlock(keys)
    assert sessions.bench is first

    # Somebody else takes over, and gives the workstation back.
    make_receptionist(first.desk)
    keys.command("switch user")
    keys.until(lambda: sessions.bench is None)
    assert not first.isVisible()
    keys.log_in("sheela", OTHER)
    second = sessions.bench
    assert second is not None
    assert second is not first
    keys.command("log out")
    keys.until(lambda: sessions.bench is None)
    gate = first.desk.services.context.gate
    keys.until(lambda: gate.known(second.desk.actor.token) is None)
    assert gate.known(first.desk.actor.token) is not None
    keys.log_in("asha", PASSWORD)
    assert sessions.bench is first
    invariants.check(first.desk.services.context.database)
    assert strays.seen == []


@pytest.mark.feature("ACC-7")
@pytest.mark.feature("SEC-2")
def test_first_start_on_a_postgres_server(
    keys: Keyboard, postgres_server: PostgresServer, secrets: MemoryKeyring
) -> None:
    place = OnServer(postgres_server.port, "wizard", "wizard_owner", "heron/amber:71@dune")
    # No superuser: the administrator of the server made an empty database and its owner.
    postgres_server.execute(f"CREATE ROLE {place.user} LOGIN PASSWORD '{place.password}'")
    postgres_server.execute(f"CREATE DATABASE {place.database} OWNER {place.user}")
    try:
        set_up(keys, place)
        keys.log_in("asha", PASSWORD)
        bench = keys.sessions.bench
        assert bench is not None
        assert not bench.desk.services.context.database.is_sqlite
        invariants.check(bench.desk.services.context.database)
        # The next start finds it; the server's password lies in the keyring alone.
        kept = load_settings().database
        assert kept is not None
        assert place.password not in settings_file().read_text(encoding="utf-8")
        assert list(secrets.secrets.values()).count(place.password) == 1
        keys.command("log out")
        keys.until(lambda: keys.sessions.bench is None)
    finally:
        keys.program.close()
        postgres_server.drop_database(place.database)
        postgres_server.execute(f"DROP ROLE {place.user}")


def start(mode: str, url: str, tmp_path: Path) -> subprocess.Popen[str]:
    folders = {
        "HMS_DATA_DIR": str(tmp_path / "data"),
        "HMS_CONFIG_DIR": str(tmp_path / "config"),
        "QT_QPA_PLATFORM": "offscreen",
    }
    arguments = (mode, url, str(tmp_path / "keyring.json"), "sheela", OTHER, TYPED)
    return subprocess.Popen(
        [sys.executable, "-m", "tests.walks.shell_program", *arguments],
        cwd=ROOT,
        env={**os.environ, **folders},
        stdout=subprocess.PIPE,
        text=True,
    )


def told(program: subprocess.Popen[str]) -> dict[str, object]:
    assert program.stdout is not None
    line = program.stdout.readline()
    assert line, "the program ended before it told anything"
    return dict(json.loads(line))


@pytest.mark.feature("ACC-9")
@pytest.mark.slow
def test_what_was_typed_before_a_kill_is_offered_again(sqlite_url: str, tmp_path: Path) -> None:
    begin(sqlite_url).close()
    program = start("type", sqlite_url, tmp_path)
    try:
        assert told(program) == {"typed": TYPED}
        drafts = tmp_path / "data" / "drafts"
        limit = time.monotonic() + 10
        while not list(drafts.rglob("*.draft")):
            assert time.monotonic() < limit, "no draft reached the disk"
            time.sleep(0.02)
        time.sleep(0.5)  # the pause after the last key, and the write
    finally:
        program.send_signal(signal.SIGKILL)
        program.wait()
        assert program.stdout is not None
        program.stdout.close()

    # Nothing that was typed can be read anywhere among the program's files.
    secret = TYPED.split(maxsplit=1)[0].encode()
    for path in (tmp_path / "data").rglob("*"):
        if path.is_file():
            assert secret not in path.read_bytes(), path

    again = start("look", sqlite_url, tmp_path)
    try:
        assert told(again) == {"offered": True}
        contents = told(again)["contents"]
        assert "Zephyrina" in repr(contents)
        assert again.wait(30) == 0
    finally:
        again.kill()
        again.wait()
        assert again.stdout is not None
        again.stdout.close()
