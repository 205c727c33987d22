"""The matrix of roles: ticks are a draft, saving says what it means, nobody locks everybody out."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from hms_desktop.domain.accounts import RoleRow, SaveRole
from hms_desktop.domain.permissions import PERMISSIONS, by_subject
from hms_desktop.ui.pages.roles import DRAFT, RolesPage
from hms_desktop.ui.roles.draft import RoleDraft, as_wish
from tests.ui.shell_desk import Place

pytestmark = pytest.mark.feature("ACC-6")


@pytest.fixture
def page(admin: Place) -> RolesPage:
    one = RolesPage(admin.desk, admin.window)
    admin.show(one)
    return one


def role(page: RolesPage, name: str) -> RoleRow:
    return next(one for one in page.matrix.matrix.roles if one.name == name)


def tick(page: RolesPage, name: str, permission: str) -> None:
    """Walk to a tick and press Space."""
    model = page.matrix.matrix
    row = next(n for n, line in enumerate(model.lines) if line.permission == permission)
    page.matrix.setCurrentIndex(model.index(row, model.roles.index(role(page, name))))
    QTest.keyClick(page.matrix, Qt.Key.Key_Space)


def saved(here: Place, name: str) -> RoleRow:
    found = here.services.accounts.roles(here.desk.actor)
    return next(one for one in found if one.name == name)


def words(page: RolesPage) -> str:
    return "\n".join(label.text() for label in page.reviewing.findChildren(QLabel))


def test_every_permission_stands_under_one_heading() -> None:
    listed = [name for names in by_subject().values() for name in names]
    assert sorted(listed) == sorted(set(PERMISSIONS) - {"session.own"})


def test_ticks_are_a_draft_until_they_are_looked_at_and_saved(
    admin: Place, page: RolesPage
) -> None:
    assert not page.save_button.isEnabled()
    tick(page, "receptionist", "audit.read")
    tick(page, "receptionist", "patients.find")
    tick(page, "doctor", "audit.read")
    tick(page, "doctor", "audit.read")
    assert page.draft.count == 2
    assert admin.desk.drafts.get(DRAFT) is not None
    assert "audit.read" not in saved(admin, "receptionist").permissions
    page.save_button.click()
    admin.settle()
    told = words(page)
    assert "1 person may do more. 1 person may do less." in told
    assert PERMISSIONS["audit.read"] in told
    page.reviewing.save_button.click()
    admin.settle()
    now = saved(admin, "receptionist").permissions
    assert "audit.read" in now
    assert "patients.find" not in now
    assert page.draft.count == 0
    assert admin.desk.drafts.get(DRAFT) is None
    assert not page.reviewing.is_open


def test_ticks_stay_over_what_somebody_else_saves(admin: Place, page: RolesPage) -> None:
    tick(page, "receptionist", "audit.read")
    row = saved(admin, "receptionist")
    theirs = as_wish(row)
    accounts, actor = admin.services.accounts, admin.desk.actor
    accounts.save_role(
        actor,
        SaveRole(theirs.name, "Other words", row.permissions - {"patients.find"}, row.id,
                 row.version),
    )  # fmt: skip
    admin.settle()
    assert page.draft.count == 1
    page.review()
    admin.settle()
    page.reviewing.save()
    admin.settle()
    now = saved(admin, "receptionist")
    assert now.description == "Other words"
    assert "audit.read" in now.permissions
    assert "patients.find" not in now.permissions


def test_the_last_administrators_power_cannot_be_taken(admin: Place, page: RolesPage) -> None:
    tick(page, "admin", "roles.manage")
    page.review()
    admin.settle()
    page.reviewing.save()
    admin.settle()
    assert "nobody who can administer" in page.reviewing.trouble.text()
    assert page.reviewing.trouble.isVisible()
    assert "roles.manage" in saved(admin, "admin").permissions
    assert page.draft.count == 1
    page.reviewing.close_panel()
    page.put_back()
    assert page.draft.count == 0


def test_permissions_are_found_by_words(page: RolesPage) -> None:
    page.search.set_text("chart merge")
    page.search.flush()
    lines = page.matrix.matrix.lines
    assert [line.permission for line in lines] == ["", "patients.merge"]
    page.search.set_text("zzz")
    page.search.flush()
    assert page._empty.isVisible()
    page.search.clear()
    QTest.keyClick(page.search.edit, Qt.Key.Key_Return)
    assert page.matrix.hasFocus()


def test_a_role_is_made_copied_renamed_and_deleted(admin: Place, page: RolesPage) -> None:
    page.open_role(role(page, "receptionist").id)
    admin.settle()
    assert not page.panel.delete_button.isEnabled(), "somebody has it"
    page.panel.second.setChecked(True)
    admin.settle()
    assert "1 people have none yet" in page.panel.note.text()
    page.panel.second.setChecked(False)
    page.panel.copy_button.click()
    page.panel.name.setText("ADMIN")
    page.panel.save()
    admin.settle()
    assert "already" in page.panel.form.field("name").error
    page.panel.name.setText("Night desk")
    page.panel.save()
    admin.settle()
    night = role(page, "Night desk")
    assert night.permissions == role(page, "receptionist").permissions
    page.matrix.role_wanted.emit(night.id)
    admin.settle()
    page.panel.name.setText("Night shift")
    page.panel.second.setChecked(True)
    page.panel.save()
    admin.settle()
    assert role(page, "Night shift").needs_second_factor
    page.open_role(night.id)
    page.panel.delete_button.click()
    page.panel.confirm.yes_button.click()
    admin.settle()
    assert "Night shift" not in {one.name for one in page.matrix.matrix.roles}


def test_a_draft_of_before_is_offered_and_what_does_not_fit_is_left_out(
    admin: Place, page: RolesPage
) -> None:
    one = role(page, "doctor")
    draft = RoleDraft()
    draft.load({f"{one.id} audit.read": True, "x y": True, f"{one.id} z": 3, "99 audit.read": True})
    draft.settle([one])
    assert draft.stored() == {f"{one.id} audit.read": True}
    assert draft.wishes([one])[0].permissions == one.permissions | {"audit.read"}
    admin.desk.drafts.keep(DRAFT, draft.stored())
    again = RolesPage(admin.desk, admin.window)
    admin.show(again)
    assert again.draft.count == 1
    assert again.save_button.isEnabled()
