"""First start: four steps by keyboard alone, with real databases behind them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from hms_desktop import opening
from hms_desktop.db import migrate
from hms_desktop.domain.accounts import FirstStart
from hms_desktop.services.assembly import Services, open_services
from hms_desktop.ui.first_start import ADMIN, DATABASE, HOSPITAL, SHEET, FirstStartView
from hms_desktop.ui.first_start_steps import SERVER
from hms_desktop.ui.runner import Runner
from tests.support.programs import cheap

PASSWORD = "lantern-cobalt-meadow-47"
WEAK = "passwordpassword"


class Stage:
    """The wizard in a window, and hands that only know the keyboard."""

    def __init__(self, qtbot: QtBot, runner: Runner, default: Path) -> None:
        self.qtbot, self.runner, self.default = qtbot, runner, default
        self.finished: list[tuple[str, str]] = []

    def open(self, fixed: str | None = None) -> FirstStartView:
        view = FirstStartView(
            self.runner,
            default_database=str(self.default),
            fixed_database=fixed,
            try_database=opening.try_database,
            set_up=opening.set_up_hospital,
        )
        self.qtbot.addWidget(view)
        view.resize(1280, 800)
        view.finished.connect(self.finished.append)
        view.show()
        view.activateWindow()
        self.qtbot.waitUntil(view.hospital.name.hasFocus)
        self.view = view
        return view

    @staticmethod
    def focused() -> QWidget:
        widget = QApplication.focusWidget()
        assert widget is not None
        return widget

    def type(self, text: str) -> None:
        self.qtbot.keyClicks(self.focused(), text)

    def press(self, *keys: Qt.Key) -> None:
        for key in keys:
            self.qtbot.keyClick(self.focused(), key)

    def tab_to(self, target: QWidget) -> None:
        for _ in range(40):
            if target.hasFocus():
                return
            self.press(Qt.Key.Key_Tab)
        pytest.fail(f"Tab does not reach {target.accessibleName()!r}")

    def until(self, ready: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(ready, timeout=20_000)
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.runner.count == 0, timeout=20_000)
        QApplication.processEvents()

    def to_admin(self) -> None:
        self.type("Lakeside Clinic")
        self.press(Qt.Key.Key_Return)
        assert self.view.step == DATABASE
        self.press(Qt.Key.Key_Return)
        self.until(lambda: self.view.step == ADMIN)

    def fill_admin(self, password: str) -> None:
        self.type("Asha Rao")
        self.press(Qt.Key.Key_Tab)
        self.type("Asha.Rao")
        self.tab_to(self.view.admin.password)
        self.type(password)
        self.tab_to(self.view.admin.again)
        self.type(password)


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    def cheaply(url: str) -> Services:
        return open_services(url, authenticator=cheap())

    monkeypatch.setattr(opening, "open_services", cheaply)
    runner = Runner()
    yield Stage(qtbot, runner, tmp_path / "hospital.db")
    runner.close(20)


@pytest.mark.feature("ACC-7")
def test_the_keyboard_alone_makes_a_hospital_that_can_be_logged_in_to(stage: Stage) -> None:
    view = stage.open()
    stage.to_admin()
    assert not stage.default.exists() or migrate.state(str(stage.default)).current is None
    stage.fill_admin(PASSWORD)
    stage.press(Qt.Key.Key_Return)
    stage.until(lambda: view.step == SHEET)
    assert not view.next_button.isEnabled()
    stage.tab_to(view.sheet.sheet.copy_button)
    stage.press(Qt.Key.Key_Space)
    assert view.sheet.seen.hasFocus()
    assert not view.next_button.isEnabled()
    stage.press(Qt.Key.Key_Space)
    assert view.next_button.isEnabled()
    stage.tab_to(view.next_button)
    stage.press(Qt.Key.Key_Space)
    assert stage.finished == [(str(stage.default), "asha.rao")]
    sheet = QGuiApplication.clipboard().text()
    codes = [one.split()[-1] for one in sheet.splitlines() if "[ ]" in one]
    assert len(set(codes)) == 8
    services = open_services(str(stage.default), authenticator=cheap())
    try:
        assert services.hospital.public_face().hospital_name == "Lakeside Clinic"
        assert "users.manage" in services.accounts.log_in("asha.rao", PASSWORD, "desk").permissions
        services.accounts.redeem_code("asha.rao", codes[0], "granite-violet-teapot-93")
    finally:
        services.close()


@pytest.mark.feature("ACC-7")
def test_no_secret_stays_in_the_fields_once_the_hospital_is_made(stage: Stage) -> None:
    view = stage.open()
    stage.to_admin()
    stage.fill_admin(PASSWORD)
    stage.press(Qt.Key.Key_Return)
    stage.until(lambda: view.step == SHEET)
    assert not view.admin.password.text()
    assert not view.admin.again.text()
    assert not view.back_button.isVisible()
    view.back()
    assert view.step == SHEET


@pytest.mark.feature("ACC-7")
def test_a_wrong_database_is_said_and_nothing_typed_is_lost(stage: Stage) -> None:
    stage.default.write_bytes(b"a letter, not a database" * 400)
    view = stage.open()
    stage.type("Lakeside Clinic")
    stage.press(Qt.Key.Key_Return)
    assert view.step == DATABASE
    stage.press(Qt.Key.Key_Return)
    stage.until(lambda: bool(view._message.text()) and view.next_button.isEnabled())
    assert view.step == DATABASE
    assert view._message.property("role") == "error"
    assert "reference" not in view._message.text()
    assert view.database.path.text() == str(stage.default)
    assert stage.default.read_bytes().startswith(b"a letter")
    good = stage.default.with_name("other.db")
    view.database.path.selectAll()
    view.database.path.setFocus()
    stage.type(str(good))
    stage.press(Qt.Key.Key_Return)
    stage.until(lambda: view.step == ADMIN)
    view.back()
    view.back()
    assert view.step == HOSPITAL
    assert view.hospital.name.text() == "Lakeside Clinic"


@pytest.mark.feature("ACC-7")
def test_a_server_that_is_not_there_is_said(stage: Stage) -> None:
    view = stage.open()
    stage.type("Lakeside Clinic")
    stage.press(Qt.Key.Key_Return)
    stage.press(Qt.Key.Key_Backtab)
    stage.press(Qt.Key.Key_Right)
    assert view.database.kind.value() == SERVER
    assert view.database.server.isVisible()
    assert not view.database.path.isVisible()
    view.database.server.setText("127.0.0.1")
    view.database.port.setValue(1)
    view.database.user.setText("hms")
    view.database.secret.setText("not:this@one")
    view.test()
    stage.until(lambda: view.next_button.isEnabled() and bool(view._message.text()))
    assert view._message.property("role") == "error"
    assert "reference" not in view._message.text()
    assert "not:this@one" not in view._message.text()
    assert view.database.secret.text() == "not:this@one"
    assert view.step == DATABASE


@pytest.mark.feature("ACC-7")
@pytest.mark.parametrize("typed", [WEAK, "Lakeside Clinic asha"])
def test_a_password_that_is_easy_to_guess_comes_back_to_its_field(stage: Stage, typed: str) -> None:
    view = stage.open()
    stage.to_admin()
    stage.fill_admin(typed)
    stage.press(Qt.Key.Key_Return)
    stage.until(lambda: bool(view.admin.form.field("password").error))
    assert view.step == ADMIN
    assert view.admin.password.hasFocus()
    assert view.admin.name.text() == "Asha Rao"
    services = open_services(str(stage.default), authenticator=cheap())
    try:
        assert services.accounts.first_start_needed()
    finally:
        services.close()
    view.admin.password.setText(PASSWORD)
    view.admin.again.setText(PASSWORD)
    stage.press(Qt.Key.Key_Return)
    stage.until(lambda: view.step == SHEET)


@pytest.mark.feature("ACC-7")
def test_a_short_password_and_a_slip_in_the_second_are_said_at_their_fields(stage: Stage) -> None:
    view = stage.open()
    stage.to_admin()
    stage.fill_admin("short")
    stage.press(Qt.Key.Key_Return)
    assert view.admin.form.field("password").error
    view.admin.password.setText(PASSWORD)
    stage.press(Qt.Key.Key_Return)
    assert view.admin.form.field("again").error
    assert view.admin.again.hasFocus()
    assert stage.runner.count == 0


@pytest.mark.feature("ACC-7")
def test_what_the_service_refuses_leads_to_the_step_it_belongs_to(stage: Stage) -> None:
    view = stage.open()
    stage.to_admin()
    view.hospital.name.setText("x" * 5000)
    stage.fill_admin(PASSWORD)
    stage.press(Qt.Key.Key_Return)
    stage.until(lambda: view.step == HOSPITAL)
    assert view.hospital.form.field("hospital_name").error
    assert view.hospital.name.hasFocus()


@pytest.mark.feature("ACC-7")
def test_an_empty_name_and_an_unknown_zone_stay_at_the_first_step(stage: Stage) -> None:
    view = stage.open()
    stage.press(Qt.Key.Key_Return)
    assert view.step == HOSPITAL
    assert view.hospital.form.field("hospital_name").error
    stage.type("Lakeside Clinic")
    assert not view.hospital.form.field("hospital_name").error
    view.hospital.zone.setEditText("Middle/Earth")
    view.go_on()
    assert view.step == HOSPITAL
    assert view.hospital.form.field("zone").error


@pytest.mark.feature("ACC-7")
def test_a_database_with_a_hospital_is_not_begun_again(stage: Stage) -> None:
    opening.set_up_hospital(
        str(stage.default), FirstStart("Old House", "UTC", "asha", "Asha Rao", PASSWORD)
    )
    view = stage.open()
    stage.type("Lakeside Clinic")
    stage.press(Qt.Key.Key_Return)
    stage.press(Qt.Key.Key_Return)
    stage.until(lambda: "Old House" in view._message.text())
    assert view.step == DATABASE


@pytest.mark.feature("ACC-7")
def test_nothing_is_started_twice_while_it_is_under_way(stage: Stage) -> None:
    calls: list[str] = []

    def slow(address: str) -> str:
        calls.append(address)
        time.sleep(0.3)
        return "There"

    view = stage.open()
    view._try = slow
    stage.type("Lakeside Clinic")
    stage.press(Qt.Key.Key_Return)
    for _ in range(3):
        view.test()
        view.go_on()
        view.back()
    assert view.step == DATABASE
    assert not view.next_button.isEnabled()
    stage.until(view.next_button.isEnabled)
    assert calls == [str(stage.default)]
    assert view._message.text() == "There can be used. The hospital will be set up there."


@pytest.mark.feature("ACC-7")
def test_escape_goes_back_and_every_answer_is_still_there(stage: Stage) -> None:
    view = stage.open()
    stage.to_admin()
    stage.fill_admin(PASSWORD)
    stage.press(Qt.Key.Key_Escape)
    assert view.step == DATABASE
    assert view.database.path.hasFocus()
    stage.press(Qt.Key.Key_Escape)
    assert view.step == HOSPITAL
    assert view.hospital.name.hasFocus()
    stage.press(Qt.Key.Key_Escape)
    assert view.step == HOSPITAL
    stage.press(Qt.Key.Key_Return, Qt.Key.Key_Return)
    stage.until(lambda: view.step == ADMIN)
    assert view.admin.login.text() == "Asha.Rao"
    assert view.admin.password.text() == PASSWORD


@pytest.mark.feature("ACC-7")
def test_the_answer_of_the_test_leaves_the_cursor_where_it_was(stage: Stage) -> None:
    view = stage.open()
    stage.type("Lakeside Clinic")
    stage.press(Qt.Key.Key_Return)
    stage.tab_to(view.database.test_button)
    stage.press(Qt.Key.Key_Space)
    stage.until(lambda: "can be used" in view._message.text())
    assert view._message.property("role") == "ok"
    assert view.step == DATABASE
    assert view.database.test_button.hasFocus()
    assert not stage.default.exists() or migrate.state(str(stage.default)).current is None


@pytest.mark.feature("ACC-7")
def test_a_database_named_at_the_start_is_not_asked_for(stage: Stage) -> None:
    url = f"sqlite:///{stage.default.with_name('named.db')}"
    view = stage.open(fixed=url)
    stage.type("Lakeside Clinic")
    stage.press(Qt.Key.Key_Return)
    assert view.step == ADMIN
    stage.press(Qt.Key.Key_Escape)
    assert view.step == HOSPITAL
    stage.press(Qt.Key.Key_Return)
    stage.fill_admin(PASSWORD)
    stage.press(Qt.Key.Key_Return)
    stage.until(lambda: view.step == SHEET)
    assert migrate.state(url).current is not None
    assert not stage.default.exists()


@pytest.mark.feature("ACC-7")
def test_passwords_are_shown_on_wish(stage: Stage) -> None:
    view = stage.open()
    stage.to_admin()
    assert view.admin.password.echoMode() is QLineEdit.EchoMode.Password
    stage.tab_to(view.admin.show_box)
    stage.press(Qt.Key.Key_Space)
    assert view.admin.again.echoMode() is QLineEdit.EchoMode.Normal
    stage.press(Qt.Key.Key_Space)
    assert view.admin.password.echoMode() is QLineEdit.EchoMode.Password


@pytest.mark.feature("ACC-7")
def test_choosing_a_zone_from_the_found_ones_stays_at_the_step(stage: Stage) -> None:
    view = stage.open()
    stage.type("Lakeside Clinic")
    stage.tab_to(view.hospital.zone)
    view.hospital.zone.lineEdit().selectAll()
    stage.type("kolk")
    popup = view.hospital.zone.completer().popup()
    stage.until(popup.isVisible)
    stage.qtbot.keyClick(popup, Qt.Key.Key_Down)
    stage.qtbot.keyClick(popup, Qt.Key.Key_Return)
    stage.until(lambda: not popup.isVisible())
    assert view.hospital.zone.value() == "Asia/Kolkata"
    assert view.step == HOSPITAL
    assert not view.hospital.form.field("zone").error
    stage.qtbot.keyClick(view.hospital.zone.lineEdit(), Qt.Key.Key_Return)
    assert view.step == DATABASE
