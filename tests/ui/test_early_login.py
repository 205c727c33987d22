"""Typing into the log-in while the database behind it is still being opened."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hms_desktop import opening
from hms_desktop.app import Program
from hms_desktop.domain.accounts import FirstStart
from hms_desktop.domain.errors import Unreachable
from hms_desktop.services.assembly import Services, open_services
from hms_desktop.settings import WindowOptions, load_settings
from hms_desktop.ui import sessions
from hms_desktop.ui.early_login import holds_something
from hms_desktop.ui.login import LoginView
from tests.support.programs import cheap

PASSWORD = "lantern-cobalt-meadow-47"


@pytest.fixture
def hospital(sqlite_url: str) -> str:
    services = open_services(sqlite_url, authenticator=cheap())
    services.accounts.first_start(
        FirstStart("City Care", "Asia/Kolkata", "asha", "Asha Menon", PASSWORD)
    )
    services.close()
    return sqlite_url


class Slow:
    """A program whose database opens when the test says so."""

    def __init__(
        self, app: QApplication, url: str, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.gate = threading.Event()
        self.fault: Exception | None = None
        monkeypatch.setattr(opening, "open_services", self._open)
        monkeypatch.setattr(sessions, "LOAD_AFTER_MS", 0)
        self.program = Program(app, WindowOptions(database=url, demo=False), load_settings())
        self.qtbot = qtbot
        self.program.start()

    def _open(self, url: str) -> Services:
        assert self.gate.wait(20)
        if self.fault is not None:
            raise self.fault
        return open_services(url, authenticator=cheap())

    def until(self, ready: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(ready, timeout=20_000)

    @property
    def login(self) -> LoginView | None:
        front = self.program.window.stack.currentWidget()
        return front if isinstance(front, LoginView) else None

    def early(self) -> LoginView:
        self.until(lambda: self.login is not None)
        assert self.login is not None
        return self.login

    def close(self) -> None:
        self.gate.set()
        QApplication.processEvents()
        self.program.window.close()
        self.program.close()
        self.program.window.deleteLater()
        self.program.deleteLater()
        QApplication.processEvents()


@pytest.fixture
def slow(
    hospital: str, qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Slow]:
    one = Slow(qapp, hospital, qtbot, monkeypatch)
    yield one
    one.close()


def test_what_was_typed_early_stays_when_the_hospital_is_there(slow: Slow) -> None:
    view = slow.early()
    slow.qtbot.keyClicks(view.login, "ash")
    slow.gate.set()
    slow.until(lambda: slow.program.sessions is not None)
    assert slow.login is view
    assert view.login.text() == "ash"
    assert view._heading.text() == "City Care"
    assert "City Care" in slow.program.window.windowTitle()


def test_what_was_sent_early_logs_in_once_the_database_is_open(slow: Slow) -> None:
    view = slow.early()
    slow.qtbot.keyClicks(view.login, "asha")
    slow.qtbot.keyClicks(view.password, PASSWORD)
    slow.qtbot.keyClick(view.password, Qt.Key.Key_Return)
    assert view.login.isReadOnly()
    assert slow.program.sessions is None
    slow.gate.set()
    slow.until(lambda: slow.program.sessions is not None)
    made = slow.program.sessions
    assert made is not None
    slow.until(lambda: made.bench is not None)
    assert made.bench is not None
    assert made.bench.desk.actor.name == "Asha Menon"
    slow.until(lambda: not slow.program.runner.count)


def test_a_database_that_does_not_open_takes_the_typed_password_away(slow: Slow) -> None:
    view = slow.early()
    slow.qtbot.keyClicks(view.login, "asha")
    slow.qtbot.keyClicks(view.password, PASSWORD)
    slow.qtbot.keyClick(view.password, Qt.Key.Key_Return)
    slow.fault = Unreachable("The server does not answer.")
    slow.gate.set()
    slow.until(lambda: bool(slow.program.refused))
    assert slow.login is None
    slow.fault = None
    slow.program.open_database()
    fresh = slow.early()
    assert fresh is not view
    slow.until(lambda: slow.program.sessions is not None)
    assert (fresh.login.text(), fresh.password.text()) == ("", "")
    slow.until(lambda: not slow.program.runner.count)
    assert slow.program.sessions is not None
    assert slow.program.sessions.bench is None, "nobody is logged in by an old try"


def test_closed_while_opening_leaves_nothing_open(slow: Slow) -> None:
    slow.early()
    slow.until(lambda: slow.program.runner.count > 0)
    slow.program.window.close()
    threading.Timer(0.05, slow.gate.set).start()
    slow.program.close()
    assert slow.program.sessions is None


def test_only_what_may_hold_a_hospital_shows_a_log_in_early(tmp_path: Path) -> None:
    there = tmp_path / "there.db"
    there.touch()
    assert holds_something(str(there))
    assert holds_something(f"sqlite:///{there}")
    assert holds_something("postgresql://desk@server/hms")
    assert not holds_something(str(tmp_path / "new.db"))
    assert not holds_something(f"sqlite:///{tmp_path / 'new.db'}")
