"""A hospital goes back to yesterday through the window, and comes back from a damaged file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from hms_desktop import opening
from hms_desktop.app import Program
from hms_desktop.db.engine import Database
from hms_desktop.db.tables.patients import patient
from hms_desktop.services.assembly import Services, open_services
from hms_desktop.settings import WindowOptions, load_settings
from hms_desktop.ui.backups.damage_view import DamageView
from hms_desktop.ui.pages.backups import BackupsPage
from tests.support import seed
from tests.support.programs import cheap
from tests.support.rest import come_to_rest
from tests.ui.shell_desk import PASSWORD, begin

pytestmark = pytest.mark.feature("JOB-9")


class Stage:
    """Starts the program, and reads what is in front of its window."""

    def __init__(self, qtbot: QtBot, app: QApplication, url: str) -> None:
        self.qtbot = qtbot
        self.closed = False
        self.program = Program(app, WindowOptions(database=url, demo=False), load_settings())
        self.program.start()

    def until(self, ready: Callable[[], object]) -> None:
        come_to_rest(lambda: self.program.runner.count, ready)

    def log_in(self) -> None:
        self.until(lambda: self.program.sessions is not None)
        sessions = self.program.sessions
        assert sessions is not None
        sessions.login.login.setText("asha")
        sessions.login.password.setText(PASSWORD)
        self.qtbot.keyClick(sessions.login.password, Qt.Key.Key_Return)
        self.until(lambda: sessions.bench is not None)

    def backups(self) -> BackupsPage:
        sessions = self.program.sessions
        assert sessions is not None
        assert sessions.bench is not None
        sessions.bench.desk.navigate.backups.emit(None)
        self.until(lambda: True)
        page = sessions.bench.scope
        assert isinstance(page, BackupsPage)
        return page

    def front(self) -> str:
        view = self.program.window.stack.currentWidget()
        return view.accessibleName() if view is not None else ""

    def press(self, words: str) -> None:
        view = self.program.window.stack.currentWidget()
        assert view is not None
        (one,) = [b for b in view.findChildren(QPushButton) if b.text().replace("&", "") == words]
        one.click()

    def close(self) -> None:
        if self.closed:
            return
        self.closed = True
        self.program.window.close()
        self.program.close()
        self.program.window.deleteLater()
        self.program.deleteLater()
        QApplication.processEvents()


@pytest.fixture
def url(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("HMS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("HMS_BACKUPS_ON", "no")  # the job would make one in between
    begin(sqlite_url).close()

    def cheaply(address: str) -> Services:
        return open_services(address, authenticator=cheap())

    monkeypatch.setattr(opening, "open_services", cheaply)
    return sqlite_url


@pytest.fixture
def start(qtbot: QtBot, qapp: QApplication, url: str) -> Iterator[Callable[[], Stage]]:
    made: list[Stage] = []

    def one() -> Stage:
        made.append(Stage(qtbot, qapp, url))
        return made[-1]

    yield one
    for stage in made:
        stage.close()


def patients(url: str) -> int:
    database = Database(url)
    with database.read() as connection:
        found = connection.execute(sa.select(sa.func.count()).select_from(patient)).scalar_one()
    database.close()
    return int(found)


def add_patient(url: str) -> None:
    database = Database(url)
    database.write(seed.stamp(), seed.new_patient)
    database.close()


def spoil(url: str) -> None:
    path = Path(url.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 4 * 4096] = bytes(4 * 4096)
    path.write_bytes(data)
    path.with_name(f"{path.name}-wal").write_bytes(b"\0" * 32)


def test_back_to_an_earlier_state_and_out_of_a_damaged_file(
    start: Callable[[], Stage], url: str, tmp_path: Path
) -> None:
    stage = start()
    stage.log_in()
    page = stage.backups()
    page.make_button.click()
    page.key_panel.make_button.click()
    stage.until(lambda: page.key_panel.sheet.text)
    page.key_panel.close_panel()
    page.make_button.click()
    stage.until(lambda: page.table.rows() and not page.work.is_busy)
    add_patient(url)
    assert patients(url) == 1

    page.restore_button.click()
    page.restore_panel.typed.setText("City Care")
    page.restore_panel.next_button.click()
    page.restore_panel.restore_button.click()
    stage.until(lambda: stage.front() == "City Care is back")
    assert stage.program.sessions is None
    assert patients(url) == 0
    stage.press("Log in")
    stage.log_in()
    kinds = {row.kind for row in stage.backups().table.rows()}
    assert kinds == {"manual", "before_restore"}
    # Another window on this computer keeps it from being replaced, in a sentence.
    other = Database(url)
    with other.read():
        page = stage.backups()
        page.table.select_ids([row.backup_id for row in page.table.rows() if row.kind == "manual"])
        page.restore_button.click()
        page.restore_panel.typed.setText("City Care")
        page.restore_panel.next_button.click()
        page.restore_panel.restore_button.click()
        stage.until(lambda: stage.front() == "The backup was not restored")
    other.close()
    stage.press("Open the hospital")
    stage.log_in()
    stage.close()

    spoil(url)
    again = start()
    again.until(lambda: isinstance(again.program.window.stack.currentWidget(), DamageView))
    view = again.program.window.stack.currentWidget()
    assert isinstance(view, DamageView)
    again.until(lambda: view.offer is not None)
    assert "City Care" in view.what.text()
    view.restore_button.click()
    again.until(lambda: again.front() == "City Care is back")
    again.press("Log in")
    again.log_in()
    assert patients(url) == 0
    assert list(tmp_path.glob("hospital-damaged-*.db"))
