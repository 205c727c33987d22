"""The page of backups: key, making, stopping, verifying, asking twice; and the start screen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from hms_desktop.db.tables.backups import backup_run
from hms_desktop.domain.backups import BackupKind, BackupOffer, RestoreWish
from hms_desktop.domain.errors import DamagedDatabase
from hms_desktop.domain.permissions import ADMINISTRATOR
from hms_desktop.services import backup_work
from hms_desktop.services.assembly import Services
from hms_desktop.ui.backups.damage_view import DamageView
from hms_desktop.ui.bench_outside import BACKUPS, OutsideStatus
from hms_desktop.ui.pages.backups import BackupsPage
from hms_desktop.ui.widgets.status_bar import StatusBar
from tests.services.conftest import Hospital, actor
from tests.support.clock import FakeClock
from tests.support.memory_keyring import MemoryKeyring
from tests.ui.now.conftest import OpenWindow, clock, hospital, open_window, services
from tests.ui.now.desk import Window

__all__ = ["clock", "hospital", "open_window", "services"]
pytestmark = pytest.mark.feature("JOB-9")
NAME = "Lakeside Clinic"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HMS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("HMS_BACKUPS_FOLDER", str(tmp_path / "kept"))
    return tmp_path / "kept"


@pytest.fixture
def window(open_window: OpenWindow, services: Services, hospital: Hospital) -> Iterator[Window]:
    system = services.context.gate.system("test")
    services.hospital.change_settings(system, {"hospital_name": NAME})
    one = open_window(ADMINISTRATOR)
    yield one
    assert one.errors == []


@pytest.fixture
def page(window: Window) -> BackupsPage:
    made = BackupsPage(window.desk, window)
    made.resize(1280, 760)
    window.resize(1280, 760)
    window.show()
    window.activateWindow()
    window.settle()
    return made


def make_key(window: Window, page: BackupsPage) -> str:
    page.make_button.click()
    window.settle()
    panel = page.key_panel
    assert panel.is_open, "without a key, the key comes first"
    panel.make_button.click()
    window.settle()
    text = panel.sheet.text
    assert not panel.done_button.isEnabled(), "not before it is on paper"
    panel.seen.setChecked(True)
    panel.done_button.click()
    assert panel.sheet.text == "", "it is not shown a second time"
    return next(line for line in text.splitlines() if line.count("-") > 10)


def test_the_key_a_backup_and_its_proof(
    window: Window, page: BackupsPage, folder: Path, secrets: MemoryKeyring
) -> None:
    assert page.summary.newest.value == "none"
    assert "No backups are made yet" in page.summary.warning.text()
    assert not page.verify_button.isEnabled()
    key = make_key(window, page)
    window.settle()
    assert "press Back up now" in page.summary.warning.text()
    page.make_button.click()
    assert not page.work.isHidden()
    assert not page.make_button.isEnabled()
    window.settle()
    (row,) = page.table.rows()
    assert (row.state, row.verified_how) == ("done", "restored")
    assert page.table.current_row() == row
    assert not page.summary.band.isVisible()
    assert page.summary.newest.value == "just now"
    opened: list[str] = []
    page.show_file = lambda url: bool(opened.append(url.toLocalFile())) or True
    page.folder_button.click()
    assert opened == [str(folder)]
    page.verify_button.click()
    window.settle()
    assert "is good" in window.toast()
    path = folder / row.file_name
    path.write_bytes(path.read_bytes()[:-10])
    page.verify_button.click()
    window.settle()
    assert "is cut off" in page.trouble.text()
    assert page.table.rows()[0].flaw == "truncated"
    assert page.table.model.data(page.table.model.index(0, 2)) == "cut off"
    # Without the keyring the sheet is asked for, and what is no key is said at its field.
    secrets.secrets.clear()
    page.reload()
    window.settle()
    assert page.summary.type_button.isVisible()
    page.verify_button.click()
    page.key_panel.typed.setText("not a key")
    page.key_panel.keep_button.click()
    window.settle()
    assert "not a recovery key" in page.key_panel.form.field("key").error
    page.key_panel.typed.setText(key)
    page.key_panel.keep_button.click()
    window.settle()
    assert not page.key_panel.is_open
    assert not page.summary.type_button.isVisible()


def test_cancel_stops_it_here_and_elsewhere(
    window: Window, page: BackupsPage, services: Services, folder: Path, qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    make_key(window, page)
    window.settle()
    going = backup_work._Beat._tell

    def slow(beat: backup_work._Beat, done: int) -> None:
        QApplication.instance().thread().msleep(5)  # type: ignore[union-attr]
        going(beat, done)

    monkeypatch.setattr(backup_work._Beat, "_tell", slow)
    page.make_button.click()
    page.work.cancel_button.click()
    window.settle()
    assert "Stopped" in window.toast()
    assert page.table.rows()[0].state == "cancelled"
    assert list(folder.iterdir()) == []
    other = actor(services, "Reception", ADMINISTRATOR, workstation="desk-9")
    row, _new = services.backups._work.begin(other, BackupKind.DAILY, None)
    window.settle()
    assert "desk-9" in page.work.doing.text()
    assert page._timer.isActive()
    page.work.cancel_button.click()
    window.settle()
    assert services.backups._work.row(row.id).cancel_wanted
    services.context.database.write(
        services.backups.stamp(other, "x", None),
        lambda write: write.update(backup_run, row.id, {"state": "cancelled"}, version=None),
    )
    window.settle()
    assert page.work.isHidden()
    assert not page._timer.isActive()


def test_a_restore_is_asked_for_twice_by_the_hospitals_name(
    window: Window, page: BackupsPage, qtbot: QtBot
) -> None:
    make_key(window, page)
    page.make_button.click()
    window.settle()
    wanted: list[RestoreWish] = []
    window.desk.navigate.restore.connect(wanted.append)
    panel = page.restore_panel
    page.restore_button.click()
    assert "kept first" in panel.kept.text()
    assert not panel.form.fields["key"].isVisible(), "the keyring has it"
    for typed in ("", "lakeside clinic", f"{NAME}x"):
        panel.typed.setText(typed)
        qtbot.keyClick(panel.typed, Qt.Key.Key_Return)
        assert "not the name" in panel.form.field("name").error
        assert not panel.restore_button.isVisible()
    panel.typed.setText(NAME)
    qtbot.keyClick(panel.typed, Qt.Key.Key_Return)
    assert panel.restore_button.isVisible()
    assert wanted == []
    panel.back_button.click()
    assert not panel.restore_button.isVisible()
    panel.next_button.click()
    panel.restore_button.click()
    (row,) = page.table.rows()
    assert [(one.path, one.who) for one in wanted] == [
        (str(Path(row.folder) / row.file_name), "Sheela")
    ]


def test_a_file_from_anywhere_is_asked_for_by_the_same_two_questions(
    window: Window, page: BackupsPage, folder: Path, tmp_path: Path, secrets: MemoryKeyring
) -> None:
    key = make_key(window, page)
    page.make_button.click()
    window.settle()
    (row,) = page.table.rows()
    elsewhere = tmp_path / "usb" / "from the old computer.hmsbackup"
    elsewhere.parent.mkdir()
    (folder / row.file_name).rename(elsewhere)
    secrets.secrets.clear()
    page.reload()
    window.settle()
    wanted: list[RestoreWish] = []
    window.desk.navigate.restore.connect(wanted.append)
    page.file_button.click()
    dialog = window.window().findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(elsewhere))
    dialog.reject()
    window.settle()
    panel = page.restore_panel
    assert str(elsewhere) in panel.facts.text()
    panel.key.setText(key)
    panel.typed.setText(window.desk.settings.hospital_name)
    panel.next_button.click()
    assert wanted == []
    panel.restore_button.click()
    assert [(one.path, one.key) for one in wanted] == [(str(elsewhere), key)]
    # What is no backup is said at once, and nothing is asked.
    letter = tmp_path / "letter.hmsbackup"
    letter.write_text("Dear all")
    page.restore_file(str(letter))
    window.settle()
    assert "is not a backup of this program" in page.trouble.text()
    assert not panel.is_open


def test_a_file_of_another_hospital_says_so(
    window: Window, page: BackupsPage, clock: FakeClock
) -> None:
    offer = BackupOffer("/x/y.hmsbackup", "Hill Clinic", clock(), 4_711, key_here=True)
    page.restore_panel.ask_file(offer)
    assert "It is of Hill Clinic, not of this hospital." in page.restore_panel.facts.text()
    assert not page.restore_panel.form.fields["key"].isVisibleTo(page.restore_panel)


def test_the_status_bar_tells_who_can_mend_it(
    window: Window, page: BackupsPage, clock: FakeClock
) -> None:
    bar = StatusBar(window)
    bar.add_part("freshness")
    outside = OutsideStatus(window.desk, bar)
    window.settle()
    assert bar.parts[BACKUPS].words == "Backups are not set up"
    make_key(window, page)
    page.make_button.click()
    window.settle()
    assert bar.parts[BACKUPS].words == ""
    clock.advance(days=3)
    outside.reload()
    page.reload()
    window.settle()
    assert bar.parts[BACKUPS].words == "Newest good backup: 3 days old"
    assert "older than two days" in page.summary.warning.text()
    asked: list[object] = []
    window.desk.navigate.backups.connect(asked.append)
    bar.parts[BACKUPS].click()
    assert asked == [None]


# ------------------------------------------------------------------------------ start screen
def test_a_damaged_database_is_offered_its_backup(qtbot: QtBot, clock: FakeClock) -> None:
    view = DamageView(str(DamagedDatabase(path="hospital.db", why="page 7")))
    qtbot.addWidget(view)
    view.show()
    assert not view.restore_button.isVisible()
    assert "no backup of it on this computer" in view.what.text()
    wanted: list[RestoreWish] = []
    view.wanted.connect(wanted.append)
    offer = BackupOffer("/x/y.hmsbackup", NAME, clock() - timedelta(days=1), 4_711, key_here=False)
    view.show_offer(offer, "The newest one is damaged.")
    assert view.error.isVisible()
    view.restore_button.click()
    assert "Type the recovery key" in view.key_field.error
    view.key.setText("ABCD")
    view.restore_button.click()
    assert [(one.path, one.key) for one in wanted] == [("/x/y.hmsbackup", "ABCD")]
    assert not view.restore_button.isEnabled(), "once is enough"
    view.show_offer(offer)
    assert view.restore_button.isEnabled()
