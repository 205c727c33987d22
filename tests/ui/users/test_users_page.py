"""The page of log-ins: found, made, unlocked, ended, deleted; codes shown once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit

from hms_desktop.db.tables.accounts import session
from hms_desktop.db.writing import Write
from hms_desktop.domain.accounts import UpdateUser, UserRow
from hms_desktop.domain.errors import Invalid, NotAllowed
from hms_desktop.domain.user_lists import UserShow
from hms_desktop.ui.pages.users import UsersPage
from hms_desktop.ui.users.panel import ACCESS, HISTORY, PERSON
from tests.support import seed
from tests.support.strings import naughty_strings
from tests.ui.shell_desk import OTHER, Place

pytestmark = pytest.mark.feature("ACC-5")


@pytest.fixture
def page(admin: Place) -> UsersPage:
    one = UsersPage(admin.desk, admin.window)
    admin.show(one)
    return one


def row_of(page: UsersPage, login: str) -> UserRow:
    return next(one for one in page._users if one.login == login)


def logins(page: UsersPage) -> list[str]:
    return [row.login for row in page.table.rows()]


def type_into(edit: QLineEdit, text: str) -> None:
    edit.setFocus()
    edit.selectAll()
    QTest.keyClicks(edit, text)


def open_at(page: UsersPage, here: Place, login: str, part: str) -> None:
    page.panel.open_row(row_of(page, login), part)
    here.settle()


def test_log_ins_are_found_by_words_role_and_state(admin: Place, page: UsersPage) -> None:
    assert logins(page) == ["asha", "sheela"]
    page.search.set_text("joseph")
    page.search.flush()
    assert logins(page) == ["sheela"]
    QTest.keyClick(page.search.edit, Qt.Key.Key_Return)
    admin.settle()
    assert page.panel.shown_id == row_of(page, "sheela").id
    page.search.clear()
    page.role.setCurrentIndex(page.role.findData("admin"))
    assert logins(page) == ["asha"]
    page.show_choice.set_value(UserShow.NEVER.value)
    assert logins(page) == []
    assert page._empty.isVisible()
    page.show_all()
    assert logins(page) == ["asha", "sheela"]
    page.show_choice.set_value(UserShow.NEVER.value)
    assert logins(page) == ["sheela"]
    assert admin.desk.memory.get("users/show", "") == "never"


def test_a_new_log_in_gets_a_code_that_is_shown_once(admin: Place, page: UsersPage) -> None:
    QTest.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    admin.settle()
    form = page.panel.person.form
    type_into(form.edits["display_name"], "Ravi <b>Kumar</b>")
    type_into(form.edits["login"], "two words")
    form.roles.boxes["receptionist"].setChecked(True)
    assert admin.desk.drafts.get("user/new") is not None
    page.panel.save_button.click()
    admin.settle()
    assert "no blanks" in form.field("login").error
    type_into(form.edits["login"], "SHEELA")
    page.panel.save_button.click()
    admin.settle()
    assert "taken" in form.field("login").error
    type_into(form.edits["login"], "Ravi")
    QTest.keyClick(page.panel, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    admin.settle()
    box = page.panel.access.code
    assert box.isVisible()
    assert admin.desk.drafts.get("user/new") is None
    box.copy_button.click()
    code = QGuiApplication.clipboard().text()
    assert len(code.replace("-", "")) == 16
    accounts = admin.services.accounts
    accounts.redeem_code("ravi", code, "marble otter canyon pear")
    assert accounts.log_in("ravi", "marble otter canyon pear", "desk").roles == ("receptionist",)
    open_at(page, admin, "sheela", ACCESS)
    assert not box.isVisible()
    assert box.code.text() == ""


def test_an_edit_is_saved_with_its_roles_and_compared_when_somebody_was_quicker(
    admin: Place, page: UsersPage
) -> None:
    open_at(page, admin, "sheela", PERSON)
    form, sheela = page.panel.person.form, row_of(page, "sheela")
    assert not page.panel.save_button.isEnabled()
    type_into(form.edits["email"], "s@example.org")
    form.roles.boxes["doctor"].setChecked(True)
    accounts = admin.services.accounts
    theirs = UpdateUser(sheela.id, sheela.version, "sheela", "Sheela J", phone="")
    accounts.update_user(admin.desk.actor, theirs)
    admin.settle()
    assert form.edits["email"].text() == "s@example.org", "what is typed stays"
    page.panel.save()
    admin.settle()
    assert page.panel.person.conflict.isVisible()
    page.panel.person.conflict.keep_mine.click()
    admin.settle()
    saved = accounts.user(admin.desk.actor, sheela.id)
    assert (saved.email, saved.roles) == ("s@example.org", ("doctor", "receptionist"))
    assert saved.display_name == "Sheela Joseph"
    assert admin.desk.drafts.get(f"user/{sheela.id}") is None
    page.panel._show(HISTORY)
    admin.settle()
    texts = [label.text() for label in page.panel.history.findChildren(type(page.count))]
    assert any("E-mail: – → s@example.org" in text for text in texts)


@pytest.mark.feature("ACC-8")
def test_a_lock_is_seen_counted_down_and_lifted(admin: Place, page: UsersPage) -> None:
    accounts = admin.services.accounts
    for _ in range(3):
        with pytest.raises(Invalid):
            accounts.log_in("sheela", "wrong", "desk-9")
    admin.settle()
    access = page.panel.access
    open_at(page, admin, "sheela", ACCESS)
    assert access.state.text == "Locked"
    assert "3 wrong tries; may try again in 0:0" in access.state_note.text()
    access.unlock_button.click()
    admin.settle()
    assert access.state.text == "Active"
    assert not access.unlock_button.isVisible()
    assert not access.countdown.is_running
    assert accounts.log_in("sheela", OTHER, "desk-9")


@pytest.mark.feature("ACC-2")
def test_a_log_in_elsewhere_is_ended_from_here(admin: Place, page: UsersPage) -> None:
    accounts = admin.services.accounts
    there = accounts.log_in("sheela", OTHER, "ward-7")
    also = accounts.log_in("sheela", OTHER, "ward-8")
    admin.settle()
    access = page.panel.access
    open_at(page, admin, "sheela", ACCESS)
    assert len(access.sessions.buttons) == 2
    newest = max(access.sessions.buttons)
    access.sessions.buttons[newest].click()  # type: ignore[attr-defined]
    admin.settle()
    with pytest.raises(NotAllowed, match="ended"):
        accounts.profile(also)
    assert accounts.profile(there)
    access.end_all_button.click()
    admin.settle()
    with pytest.raises(NotAllowed, match="ended"):
        accounts.profile(there)
    assert not access.end_all_button.isVisible()
    # One's own log-in is shown, and cannot be ended from under oneself.
    open_at(page, admin, "asha", ACCESS)
    own = {row.id for row in accounts.sessions(admin.desk.actor, row_of(page, "asha").id)
           if row.is_own}  # fmt: skip
    assert not own & set(access.sessions.buttons)


@pytest.mark.feature("ACC-2")
def test_a_log_in_without_sign_of_life_is_told_apart(admin: Place, page: UsersPage) -> None:
    admin.services.accounts.log_in("sheela", OTHER, "ward-7")
    database = admin.services.context.database
    long_ago = database.now() - timedelta(hours=2)

    def silence(write: Write) -> None:
        write.connection.execute(
            sa.update(session).where(session.c.workstation == "ward-7").values(seen_at=long_ago)
        )

    database.write(seed.stamp(), silence)
    open_at(page, admin, "sheela", ACCESS)
    told = [one.text() for one in page.panel.access.sessions.findChildren(QLabel)]
    assert any("no sign of life since" in one for one in told)
    page.reload()
    admin.settle()
    assert row_of(page, "sheela").open_sessions == 0


def test_switching_off_deleting_and_purging_ask_first(admin: Place, page: UsersPage) -> None:
    accounts, actor = admin.services.accounts, admin.desk.actor
    open_at(page, admin, "asha", ACCESS)
    access = page.panel.access
    assert not access.off_button.isVisible()
    assert not access.delete_button.isVisible()
    open_at(page, admin, "sheela", ACCESS)
    sheela = row_of(page, "sheela").id
    access.off_button.click()
    assert "logged out everywhere" in access.confirm.words.text()
    access.confirm.no_button.click()
    assert accounts.user(actor, sheela).active
    access.off_button.click()
    access.confirm.yes_button.click()
    admin.settle()
    assert not accounts.user(actor, sheela).active
    assert logins(page) == ["asha"]
    access.delete_button.click()
    access.confirm.yes_button.click()
    admin.settle()
    assert not page.panel.is_open
    page.show_choice.set_value(UserShow.DELETED.value)
    (gone,) = page.table.rows()
    assert "Sheela" not in gone.display_name
    page.panel.open_row(gone)
    admin.settle()
    access.purge_button.click()
    access.confirm.confirm()
    assert access.confirm.field.error
    type_into(access.confirm.reason, "left us")
    access.confirm.confirm()
    admin.settle()
    # She set her password herself: the audit names her.
    assert "cannot be purged" in page.panel.trouble.text()
    assert page.panel.trouble.isVisible()


def test_hostile_strings_are_refused_at_the_field_or_kept(admin: Place, page: UsersPage) -> None:
    form, accounts = page.panel.person.form, admin.services.accounts
    for number, text in enumerate(naughty_strings()[::37]):
        page.new_user()
        form.set_values({"display_name": text, "login": f"user.{number}"})
        page.panel.save()
        admin.settle()
        if form.field("display_name").error:
            continue
        kept = [row for row in accounts.users(admin.desk.actor) if row.login == f"user.{number}"]
        assert len(kept) == 1, text
        assert page.panel._title.text() == kept[0].display_name
