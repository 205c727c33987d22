"""My profile: own data, password, recovery sheet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from hms_desktop.domain.accounts import UpdateProfile
from hms_desktop.domain.errors import Invalid
from hms_desktop.services.assembly import Services
from hms_desktop.ui.pages.profile import DRAFT, ProfilePage
from tests.support import invariants
from tests.ui.shell_desk import OTHER, Place, begin, place

NEW = "walnut-ferry-cactus-62"


@pytest.fixture
def services(sqlite_url: str) -> Iterator[Services]:
    one = begin(sqlite_url)
    yield one
    invariants.check(one.context.database)
    one.close()


@pytest.fixture
def here(qapp: QApplication, services: Services, tmp_path: Path) -> Iterator[Place]:
    with place(services, tmp_path / "drafts", "sheela", OTHER) as one:
        yield one


def open_page(here: Place) -> ProfilePage:
    page = ProfilePage(here.desk, here.window)
    here.show(page)
    return page


def type_into(edit: QLineEdit, text: str) -> None:
    edit.setFocus()
    edit.selectAll()
    QTest.keyClicks(edit, text)


@pytest.mark.feature("ACC-3")
def test_name_and_addresses_are_saved(here: Place) -> None:
    page = open_page(here)
    assert page.fields["display_name"].text() == "Sheela Joseph"
    assert "Receptionist" in page.roles.text()
    assert not page.save_button.isEnabled()
    type_into(page.fields["display_name"], "Sheela <i>J.</i> & Co")
    type_into(page.fields["email"], "sheela@example.org")
    assert here.desk.drafts.get(DRAFT) is not None
    QTest.keyClick(page.fields["email"], Qt.Key.Key_Return)
    here.settle()
    row = here.services.accounts.profile(here.desk.actor).user
    assert (row.display_name, row.email) == ("Sheela <i>J.</i> & Co", "sheela@example.org")
    assert page.heading.text() == "Sheela <i>J.</i> & Co"
    assert page.heading.textFormat() == Qt.TextFormat.PlainText
    assert here.desk.drafts.get(DRAFT) is None


@pytest.mark.feature("ACC-3")
def test_a_wrong_address_is_said_at_its_field(here: Place) -> None:
    page = open_page(here)
    type_into(page.fields["email"], "a@example.org, b@example.org")
    page.save()
    here.settle()
    assert page.form.field("email").error
    assert page.fields["email"].text() == "a@example.org, b@example.org"
    assert here.services.accounts.profile(here.desk.actor).user.email == ""


@pytest.mark.feature("NET-1")
@pytest.mark.parametrize("mine", [True, False])
def test_a_change_from_elsewhere_is_compared(here: Place, mine: bool) -> None:
    page = open_page(here)
    type_into(page.fields["display_name"], "Sheela Mine")
    version = here.services.accounts.profile(here.desk.actor).user.version
    here.services.accounts.update_profile(here.desk.actor, UpdateProfile(version, "Sheela Theirs"))
    here.settle()
    assert page.fields["display_name"].text() == "Sheela Mine"
    page.save()
    here.settle()
    assert not page.conflict.isHidden()
    assert page.fields["display_name"].text() == "Sheela Mine"
    (page.conflict.keep_mine if mine else page.conflict.take_theirs).click()
    here.settle()
    name = "Sheela Mine" if mine else "Sheela Theirs"
    assert here.services.accounts.profile(here.desk.actor).user.display_name == name
    assert page.fields["display_name"].text() == name
    assert page.conflict.isHidden()


@pytest.mark.feature("ACC-9")
def test_what_was_typed_is_offered_again_but_never_a_password(here: Place) -> None:
    page = open_page(here)
    type_into(page.fields["phone"], "+91 98450 11223")
    type_into(page.password.old, OTHER)
    type_into(page.password.new, NEW)
    here.settle()
    kept = repr([here.desk.drafts.get(key) for key in here.desk.drafts.keys()])  # noqa: SIM118
    assert "98450" in kept
    assert NEW not in kept
    assert OTHER not in kept
    page.hide()
    page.deleteLater()
    again = open_page(here)
    assert again.fields["phone"].text() == "+91 98450 11223"
    assert again.password.new.text() == ""
    assert again.save_button.isEnabled()


@pytest.mark.feature("ACC-3")
@pytest.mark.feature("ACC-8")
def test_the_password_is_changed_and_the_old_one_ends(here: Place) -> None:
    page = open_page(here)
    for edit, text in (
        (page.password.old, OTHER),
        (page.password.new, NEW),
        (page.password.again, NEW),
    ):
        type_into(edit, text)
    QTest.keyClick(page.password.again, Qt.Key.Key_Return)
    here.settle()
    assert page.password.new.text() == ""
    here.services.accounts.log_in("sheela", NEW, "elsewhere")
    with pytest.raises(Invalid):
        here.services.accounts.log_in("sheela", OTHER, "elsewhere")
    assert here.services.accounts.current(here.desk.actor).may("session.own")


@pytest.mark.feature("ACC-3")
@pytest.mark.parametrize(
    ("old", "new", "again", "field"),
    [
        ("", NEW, NEW, "old"),
        ("not my password", NEW, NEW, "old"),
        (OTHER, "short", "short", "new"),
        (OTHER, NEW, "walnut-ferry-cactus-63", "again"),
        (OTHER, OTHER, OTHER, "new"),
    ],
)
def test_a_password_that_cannot_be_is_said_at_its_field(
    here: Place, old: str, new: str, again: str, field: str
) -> None:
    page = open_page(here)
    for edit, text in (
        (page.password.old, old),
        (page.password.new, new),
        (page.password.again, again),
    ):
        edit.setText(text)
    page.password.change()
    here.settle()
    assert page.password.form.field(field).error
    assert page.password.change_button.isEnabled()
    here.services.accounts.log_in("sheela", OTHER, "elsewhere")


@pytest.mark.feature("ACC-3")
def test_the_length_of_a_new_password_is_counted_while_typing(here: Place) -> None:
    page = open_page(here)
    note = page.password.form.field("new")._note
    assert "15" in note.text()
    type_into(page.password.new, "walnut-ferry-c")
    assert "14 of at least 15" in note.text()
    QTest.keyClicks(page.password.new, "a")
    assert "15 characters: long enough" in note.text()
    page.password.new.setText("e\u0301" * 14)
    assert "14 of at least 15" in note.text()
    page.password.new.clear()
    assert "or more" in note.text()


@pytest.mark.feature("ACC-3")
def test_a_new_sheet_ends_the_codes_of_the_old_one(here: Place) -> None:
    page = open_page(here)
    assert "no recovery codes" in page.recovery.detail.text()
    type_into(page.recovery.password, OTHER)
    QTest.keyClick(page.recovery.password, Qt.Key.Key_Return)
    here.settle()
    first = [one.split()[-1] for one in page.recovery.sheet.text.splitlines() if "[ ]" in one]
    assert len(set(first)) == 8
    assert page.recovery.password.text() == ""
    type_into(page.recovery.password, OTHER)
    page.recovery.make()
    here.settle()
    second = [one.split()[-1] for one in page.recovery.sheet.text.splitlines() if "[ ]" in one]
    assert not set(first) & set(second)
    with pytest.raises(Invalid):
        here.services.accounts.redeem_code("sheela", first[0], NEW)
    here.services.accounts.redeem_code("sheela", second[0], NEW)
