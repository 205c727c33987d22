"""The window from its first paint on: log in, lock, switch, log out, undo, find."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from hms_desktop import opening
from hms_desktop.app import GROUNDS, Program, has_screen
from hms_desktop.db import migrate
from hms_desktop.domain.accounts import CreateUser, FirstStart
from hms_desktop.services.assembly import Services, open_services
from hms_desktop.settings import WindowOptions, load_settings
from hms_desktop.ui.palette import DARK, LIGHT
from hms_desktop.ui.sessions import Sessions
from hms_desktop.ui.workbench import Workbench
from tests.support.programs import cheap
from tests.support.rest import come_to_rest

PASSWORD = "lantern-cobalt-meadow-47"
OTHER = "granite-violet-teapot-93"


@pytest.fixture
def hospital_url(sqlite_url: str) -> str:
    """A hospital with an administrator (asha) and a receptionist (sheela)."""
    services = open_services(sqlite_url, authenticator=cheap())
    services.accounts.first_start(
        FirstStart("City Care", "Asia/Kolkata", "asha", "Asha Menon", PASSWORD)
    )
    admin = services.accounts.log_in("asha", PASSWORD, "test")
    made = services.accounts.create_user(
        admin, CreateUser("sheela", "Sheela Joseph", ("receptionist",))
    )
    code = services.accounts.start_reset(admin, made.id).code
    services.accounts.redeem_code("sheela", code, OTHER)
    services.close()
    return sqlite_url


class Stage:
    def __init__(self, program: Program, qtbot: QtBot) -> None:
        self.program = program
        self.qtbot = qtbot

    @property
    def sessions(self) -> Sessions:
        assert self.program.sessions is not None
        return self.program.sessions

    @property
    def bench(self) -> Workbench:
        assert self.sessions.bench is not None
        return self.sessions.bench

    def until(self, ready: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(ready, timeout=20_000)
        self.settle()

    def settle(self) -> None:
        come_to_rest(lambda: self.program.runner.count)

    def type_into(self, field: QLineEdit, text: str) -> None:
        field.clear()
        self.qtbot.keyClicks(field, text)

    def log_in(self, login: str, password: str) -> None:
        self.type_into(self.sessions.login.login, login)
        self.type_into(self.sessions.login.password, password)
        self.qtbot.keyClick(self.sessions.login.password, Qt.Key.Key_Return)
        self.until(lambda: self.sessions.bench is not None)


@pytest.fixture
def stage(
    hospital_url: str, qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stage]:
    def cheaply(url: str) -> Services:
        return open_services(url, authenticator=cheap())

    monkeypatch.setattr(opening, "open_services", cheaply)
    program = Program(qapp, WindowOptions(database=hospital_url, demo=False), load_settings())
    program.start()
    made = Stage(program, qtbot)
    made.until(lambda: program.sessions is not None)
    yield made
    made.settle()
    program.window.close()
    program.close()
    program.window.deleteLater()
    program.deleteLater()
    QApplication.processEvents()


@pytest.mark.feature("ACC-1")
def test_the_role_decides_the_pages(stage: Stage) -> None:
    stage.log_in("sheela", OTHER)
    assert [tab.title for tab in stage.bench.known] == [
        "Front desk",
        "Appointments",
        "Patients",
        "Calendar",
        "Messages",
        "Doctors",
        "Exports",
    ]
    assert stage.bench.desk.actor.name == "Sheela Joseph"
    assert "Sheela Joseph" in stage.program.window.windowTitle()


@pytest.mark.feature("ACC-8")
def test_a_wrong_password_is_said_and_the_name_stays(stage: Stage) -> None:
    login = stage.sessions.login
    stage.type_into(login.login, "sheela")
    stage.type_into(login.password, "not this one at all")
    login.password.setFocus()
    stage.qtbot.keyClick(login.password, Qt.Key.Key_Return)
    assert login.password.hasFocus(), "the cursor waits where it was"
    assert login.login.isReadOnly()
    stage.until(lambda: not login.login.isReadOnly())
    assert login.password.hasFocus()
    assert stage.sessions.bench is None
    assert login.login.text() == "sheela"
    assert login.password.text() == ""


@pytest.mark.feature("ACC-9")
def test_the_lock_hides_everything_and_keeps_what_was_typed(stage: Stage) -> None:
    stage.log_in("sheela", OTHER)
    finder = stage.bench.pages[0].finder  # type: ignore[attr-defined]
    finder.set_text("kumar")
    stage.settle()
    stage.program.window.activateWindow()
    stage.settle()
    stage.qtbot.keyClick(stage.program.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    stage.until(lambda: stage.sessions.lock_screen.is_locked)
    assert not stage.program.window.stack.isVisible()
    lock = stage.sessions.lock_screen
    stage.type_into(lock.password, "wrong wrong wrong wrong")
    stage.qtbot.keyClick(lock.password, Qt.Key.Key_Return)
    stage.settle()
    assert lock.is_locked
    stage.type_into(lock.password, OTHER)
    stage.qtbot.keyClick(lock.password, Qt.Key.Key_Return)
    stage.until(lambda: not lock.is_locked)
    assert finder.text() == "kumar"


@pytest.mark.feature("ACC-9")
def test_idle_minutes_lock_the_window(stage: Stage) -> None:
    stage.log_in("sheela", OTHER)
    stage.sessions.idle.idle.emit()
    assert stage.sessions.lock_screen.is_locked


@pytest.mark.feature("ACC-2")
@pytest.mark.feature("ACC-9")
def test_somebody_else_takes_over_without_seeing_the_work(stage: Stage) -> None:
    stage.log_in("sheela", OTHER)
    first = stage.bench
    stage.sessions.lock()
    stage.sessions.lock_screen.switch_requested.emit()
    stage.settle()
    assert stage.sessions.bench is None
    stage.log_in("asha", PASSWORD)
    assert stage.bench is not first
    stage.sessions.switch()
    stage.log_in("sheela", OTHER)
    assert stage.bench is first


@pytest.mark.feature("ACC-2")
def test_after_logging_out_the_old_log_in_can_do_nothing(stage: Stage) -> None:
    stage.log_in("sheela", OTHER)
    services, actor = stage.bench.desk.services, stage.bench.desk.actor
    stage.sessions.log_out()
    stage.until(lambda: services.context.gate.known(actor.token) is None)
    assert stage.sessions.bench is None


@pytest.mark.feature("ACC-2")
def test_a_log_in_that_was_ended_elsewhere_goes_back_to_the_log_in(
    stage: Stage, hospital_url: str
) -> None:
    stage.log_in("sheela", OTHER)
    services = open_services(hospital_url, authenticator=cheap())
    admin = services.accounts.log_in("asha", PASSWORD, "elsewhere")
    row = next(one for one in services.accounts.users(admin) if one.login == "sheela")
    services.accounts.deactivate(admin, row.id, row.version)
    services.close()
    stage.until(lambda: stage.sessions.bench is None)


@pytest.mark.feature("OPS-1")
def test_changed_settings_are_offered_and_used(stage: Stage) -> None:
    stage.log_in("asha", PASSWORD)
    first, desk = stage.bench, stage.bench.desk
    desk.services.hospital.change_settings(desk.actor, {"hospital_name": "River Hospital"})
    stage.until(lambda: bool(desk.toasts.toasts))
    button = desk.toasts.toasts[-1].undo_button
    assert button is not None
    button.click()
    stage.until(lambda: stage.sessions.bench is not first)
    assert stage.bench.desk.settings.hospital_name == "River Hospital"


def test_ctrl_k_finds_commands(stage: Stage) -> None:
    stage.log_in("sheela", OTHER)
    stage.bench.palette_box.open_box("lock")
    stage.settle()
    assert any(entry.text == "Lock" for entry in stage.bench.palette_box.entries())


@pytest.mark.feature("OPS-2")
def test_a_newer_database_is_said_and_not_opened(
    sqlite_url: str, qtbot: QtBot, qapp: QApplication
) -> None:
    from hms_desktop.db.engine import Database

    database = Database(sqlite_url)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    program = Program(qapp, WindowOptions(database=sqlite_url, demo=False), load_settings())
    program.start()
    qtbot.waitUntil(lambda: "newer program" in program.refused, timeout=20_000)
    assert program.sessions is None
    program.window.close()
    program.close()
    program.window.deleteLater()


@pytest.mark.feature("ACC-7")
def test_an_empty_database_leads_to_the_first_start(
    tmp_path: Path, qtbot: QtBot, qapp: QApplication
) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    assert migrate.state(url).current is None
    program = Program(qapp, WindowOptions(database=url, demo=False), load_settings())
    program.start()
    qtbot.waitUntil(lambda: program.first_start is not None, timeout=20_000)
    assert program.sessions is None
    program.window.close()
    program.close()
    program.window.deleteLater()


def test_the_bare_window_has_the_colours_of_its_look() -> None:
    looks = {"light": LIGHT, "dark": DARK}
    assert {name: (one.ground, one.ink) for name, one in looks.items()} == GROUNDS


def test_without_a_screen_nothing_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    assert not has_screen()
