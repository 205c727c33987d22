"""An administrator's morning: a new colleague with a second factor, a lock, a role that shrinks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pyotp
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from hms_desktop import opening
from hms_desktop.app import Program
from hms_desktop.domain.errors import Invalid
from hms_desktop.services.assembly import Services, open_services
from hms_desktop.settings import WindowOptions, load_settings
from hms_desktop.ui.pages.roles import RolesPage
from hms_desktop.ui.pages.users import UsersPage
from hms_desktop.ui.roles.draft import as_wish
from hms_desktop.ui.sessions import Sessions
from hms_desktop.ui.users.panel import ACCESS
from hms_desktop.ui.workbench import Workbench
from tests.support import invariants
from tests.support.programs import cheap
from tests.support.rest import come_to_rest
from tests.ui.shell_desk import OTHER, PASSWORD, begin

CONTROL = Qt.KeyboardModifier.ControlModifier
NEW = "velvet-anchor-biscuit-52"


class Desk:
    """The program's window and a hand on its keyboard."""

    def __init__(self, program: Program, qtbot: QtBot) -> None:
        self.program, self.qtbot = program, qtbot

    @property
    def sessions(self) -> Sessions:
        assert self.program.sessions is not None
        return self.program.sessions

    @property
    def bench(self) -> Workbench:
        assert self.sessions.bench is not None
        return self.sessions.bench

    def until(self, ready: Callable[[], object]) -> None:
        come_to_rest(lambda: self.program.runner.count, ready)

    def enter(self, field: QLineEdit, text: str) -> None:
        field.clear()
        self.qtbot.keyClicks(field, text)

    def submit(self, login: str, password: str) -> None:
        view = self.sessions.login
        self.enter(view.login, login)
        self.enter(view.password, password)
        self.qtbot.keyClick(view.password, Qt.Key.Key_Return)

    def log_in(self, login: str, password: str) -> None:
        self.submit(login, password)
        self.until(lambda: self.sessions.bench is not None)

    def second_step(self, code: str) -> None:
        view = self.sessions.login
        self.until(view.second.isVisible)
        self.enter(view.second, code)
        self.qtbot.keyClick(view.second, Qt.Key.Key_Return)

    def log_out(self) -> None:
        self.sessions.log_out()
        self.until(lambda: self.sessions.bench is None)

    def page(self, title: str) -> object:
        titles = [one.title for one in self.bench.known]
        self.bench._go(titles.index(title))
        self.until(lambda: True)
        return self.bench.scope


@pytest.fixture
def desk(
    sqlite_url: str, qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    begin(sqlite_url).close()

    def cheaply(url: str) -> Services:
        return open_services(url, authenticator=cheap())

    monkeypatch.setattr(opening, "open_services", cheaply)
    program = Program(qapp, WindowOptions(database=sqlite_url, demo=False), load_settings())
    program.start()
    program.window.activateWindow()
    one = Desk(program, qtbot)
    one.until(lambda: program.sessions is not None)
    yield one
    one.until(lambda: True)
    program.window.close()
    program.close()
    program.window.deleteLater()
    program.deleteLater()
    QApplication.processEvents()


@pytest.fixture
def elsewhere(sqlite_url: str, desk: Desk) -> Iterator[Services]:
    """Another workstation on the same database."""
    services = open_services(sqlite_url, authenticator=cheap())
    yield services
    invariants.check(services.context.database)
    services.close()


def code_of(key: str, ahead: int = 0) -> str:
    return pyotp.TOTP(key.replace(" ", "")).generate_otp(int(time.time()) // 30 + ahead)


def make_colleague(desk: Desk) -> str:
    """Have the receptionists asked for a second factor, and make one more; returns the code."""
    roles = desk.page("Roles")
    assert isinstance(roles, RolesPage)
    receptionist = next(one for one in roles.matrix.matrix.roles if one.name == "receptionist")
    roles.open_role(receptionist.id)
    roles.panel.second.setChecked(True)
    roles.panel.save()
    desk.until(lambda: not roles.panel.is_open)
    users = desk.page("Log-ins")
    assert isinstance(users, UsersPage)
    users.new_user()
    form = users.panel.person.form
    desk.enter(form.edits["display_name"], "Nila Patel")
    desk.enter(form.edits["login"], "nila")
    form.roles.boxes["receptionist"].setChecked(True)
    users.panel.save()
    desk.until(users.panel.access.code.isVisible)
    return users.panel.access.code.code.text()


@pytest.mark.feature("ACC-5")
@pytest.mark.feature("ACC-10")
def test_a_colleague_with_a_second_factor_from_the_first_code_on(desk: Desk) -> None:
    sessions = desk.sessions
    desk.log_in("asha", PASSWORD)
    code = make_colleague(desk)
    desk.log_out()

    view = sessions.login
    view._other.click()
    desk.enter(view.login, "nila")
    desk.enter(view.code, code)
    desk.enter(view.fresh, NEW)
    desk.qtbot.keyClick(view.fresh, Qt.Key.Key_Return)
    desk.until(lambda: sessions.first_time.view is not None)
    first = sessions.first_time.view
    assert first is not None
    desk.until(first.steps.code.isVisible)
    assert sessions.bench is None, "nothing else is open before"
    # Nobody there any more: the half of a log-in does not stay open.
    sessions.idle.idle.emit()
    desk.until(lambda: sessions.first_time.view is None)
    desk.submit("nila", NEW)
    desk.until(lambda: sessions.first_time.view is not None)
    first = sessions.first_time.view
    assert first is not None
    desk.until(first.steps.code.isVisible)
    key = first.steps.key.text()
    desk.enter(first.steps.code, code_of(key))
    desk.qtbot.keyClick(first.steps.code, Qt.Key.Key_Return)
    desk.until(first.steps.sheet.isVisible)
    first.steps.sheet.copy_button.click()
    sheet = QGuiApplication.clipboard().text()
    spare = [line.split("]")[1].strip() for line in sheet.splitlines() if "[ ]" in line]
    first.steps.done_button.click()
    desk.until(lambda: sessions.bench is not None)
    assert desk.bench.known[0].title == "Front desk"

    # The lock asks for the password alone: the phone was shown at the log-in.
    desk.qtbot.keyClick(desk.program.window, Qt.Key.Key_L, CONTROL)
    desk.until(lambda: sessions.lock_screen.is_locked)
    desk.enter(sessions.lock_screen.password, NEW)
    desk.qtbot.keyClick(sessions.lock_screen.password, Qt.Key.Key_Return)
    desk.until(lambda: not sessions.lock_screen.is_locked)
    kept = desk.bench

    # Coming back after somebody else is a log-in, with the second step.
    sessions.switch()
    desk.submit("nila", NEW)
    desk.second_step(code_of(key, ahead=1))
    desk.until(lambda: sessions.bench is not None)
    assert desk.bench is kept

    desk.log_out()
    desk.submit("nila", NEW)
    desk.second_step(code_of(key, ahead=1))  # the same once more
    desk.until(lambda: view.form.field("second_code").error)
    desk.second_step(spare[0])
    desk.until(lambda: sessions.bench is not None)
    assert desk.bench.desk.actor.name == "Nila Patel"


@pytest.mark.feature("ACC-6")
@pytest.mark.feature("ACC-8")
@pytest.mark.feature("NET-4")
def test_a_lock_is_lifted_and_a_role_shrinks_while_somebody_works(
    desk: Desk, elsewhere: Services
) -> None:
    for _ in range(3):
        with pytest.raises(Invalid):
            elsewhere.accounts.log_in("sheela", "wrong", "desk-9")
    view = desk.sessions.login
    desk.submit("sheela", OTHER)
    desk.until(lambda: "Wait 0:0" in view._message.text())
    desk.log_in("asha", PASSWORD)
    users = desk.page("Log-ins")
    assert isinstance(users, UsersPage)
    sheela = next(row for row in users.table.rows() if row.login == "sheela")
    users.panel.open_row(sheela, ACCESS)
    desk.until(users.panel.access.unlock_button.isVisible)
    users.panel.access.unlock_button.click()
    desk.until(lambda: not users.panel.access.unlock_button.isVisible())
    desk.log_out()
    desk.log_in("sheela", OTHER)
    assert "Messages" in [one.title for one in desk.bench.known]

    admin = elsewhere.accounts.log_in("asha", PASSWORD, "office")
    role = next(one for one in elsewhere.accounts.roles(admin) if one.name == "receptionist")
    less = replace(as_wish(role), permissions=role.permissions - {"messages.manage"})
    saved = elsewhere.accounts.save_role(admin, less)
    desk.until(lambda: "Messages" not in [one.title for one in desk.bench.known])
    assert any("An administrator" in one.text for one in desk.bench.desk.toasts.toasts)
    # More is offered, not forced upon somebody who types.
    before = desk.bench
    elsewhere.accounts.save_role(admin, replace(as_wish(saved), permissions=role.permissions))
    desk.until(lambda: any(one.undo_button for one in desk.bench.desk.toasts.toasts))
    assert desk.bench is before
    offer = next(one for one in desk.bench.desk.toasts.toasts if one.undo_button)
    assert offer.undo_button is not None
    offer.undo_button.click()
    desk.until(lambda: "Messages" in [one.title for one in desk.bench.known])

    elsewhere.accounts.end_sessions(admin, sheela.id)
    desk.until(lambda: desk.sessions.bench is None)
