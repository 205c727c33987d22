"""Snippets and drugs: own words kept and shared, a list replaced by a file after a look at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from hms_desktop.domain.accounts import CreateUser
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.snippets import SaveSnippet
from hms_desktop.services.assembly import Services
from hms_desktop.ui.pages.clinical_lists import ClinicalListsPage
from tests.support import invariants
from tests.ui.shell_desk import OTHER, PASSWORD, Place, begin, place

FILE = (
    "name,strength,form,route,ingredients,allergy_groups\n"
    "Amlodipine,5 mg,tablet,oral,amlodipine,\n"
    "Brandnewol,5 mg,tablet,oral,newol,\n"
    ",1 mg,tablet,oral,x,\n"
)


@pytest.fixture
def services(sqlite_url: str) -> Iterator[Services]:
    one = begin(sqlite_url)
    admin = one.accounts.log_in("asha", PASSWORD, "office")
    made = one.accounts.create_user(admin, CreateUser("rao", "Dr Meera Rao", ("doctor",)))
    one.accounts.redeem_code("rao", one.accounts.start_reset(admin, made.id).code, OTHER)
    yield one
    invariants.check(one.context.database)
    one.close()


@pytest.fixture
def doctor(qapp: QApplication, services: Services, tmp_path: Path) -> Iterator[Place]:
    with place(services, tmp_path / "drafts", "rao", OTHER) as one:
        yield one


@pytest.fixture
def admin(qapp: QApplication, services: Services, tmp_path: Path) -> Iterator[Place]:
    with place(services, tmp_path / "drafts", "asha", PASSWORD) as one:
        yield one


def open_page(here: Place) -> ClinicalListsPage:
    page = ClinicalListsPage(here.desk, here.window)
    here.show(page)
    return page


def press(key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    widget = QApplication.focusWidget()
    assert widget is not None
    QTest.keyClick(widget, key, *modifiers)


def keywords(page: ClinicalListsPage) -> list[str]:
    return [row.keyword for row in page.snippets.table.rows()]


@pytest.mark.feature("CLN-7")
def test_a_doctor_keeps_changes_and_deletes_own_snippets_by_keys(doctor: Place) -> None:
    page = open_page(doctor)
    assert not page.snippets.empty.isHidden()
    page.commands.run("lists.new")
    panel = page.snippets.panel
    assert panel.shared.isVisible() is False
    QTest.keyClicks(panel.keyword, "no word")
    press(Qt.Key.Key_Return)
    assert panel.text.hasFocus()
    QTest.keyClicks(panel.text, "Less salt, more walking.")
    page.commands.run("lists.save")
    doctor.settle()
    assert panel.keyword.hasFocus()
    assert "one word" in panel.form.field("keyword").error
    # What was typed outlives the log-out: it is offered again in the next panel.
    assert doctor.desk.drafts.get("snippet/new") is not None
    panel.close_panel()
    page.snippets.new()
    assert panel.text.toPlainText() == "Less salt, more walking."
    panel.keyword.selectAll()
    QTest.keyClicks(panel.keyword, ".advice")
    page.commands.run("lists.save")
    doctor.settle()
    assert keywords(page) == ["advice"]
    assert doctor.desk.drafts.get("snippet/new") is None

    page.search()
    QTest.keyClicks(page.snippets.box.edit, "walking")
    press(Qt.Key.Key_Return)
    assert panel.is_open
    panel.text.setPlainText("Less salt.")
    page.commands.run("lists.save")
    doctor.settle()
    (row,) = doctor.services.snippets.all(doctor.desk.actor)
    assert (row.text, row.own) == ("Less salt.", True)

    page.snippets.box.clear()
    page.snippets.panel.show_snippet(row)
    panel.delete_button.click()
    doctor.settle()
    assert keywords(page) == []
    undo = doctor.desk.toasts.toasts[-1].undo_button
    assert undo is not None
    undo.click()
    doctor.settle()
    assert keywords(page) == ["advice"]


@pytest.mark.feature("CLN-7")
def test_shared_ones_are_read_by_doctors_and_written_by_who_may(
    doctor: Place, services: Services, tmp_path: Path
) -> None:
    with place(services, tmp_path / "others", "asha", PASSWORD) as admin:
        page = open_page(admin)
        page.snippets.new()
        panel = page.snippets.panel
        QTest.keyClicks(panel.keyword, "rest")
        panel.text.setPlainText("Rest for three days.")
        panel.save()
        admin.settle()
        (row,) = admin.services.snippets.all(admin.desk.actor)
        assert row.own is False
    page = open_page(doctor)
    page.snippets.table.select_ids([row.id])
    page.snippets.panel.show_snippet(row)
    panel = page.snippets.panel
    assert panel.text.isReadOnly()
    assert panel.save_button.isHidden()
    assert panel.delete_button.isHidden()


@pytest.mark.feature("CLN-7")
def test_what_somebody_else_changed_is_not_overwritten_unseen(
    admin: Place, services: Services
) -> None:
    other: Actor = services.accounts.log_in("asha", PASSWORD, "elsewhere")
    row = services.snippets.save(other, SaveSnippet("rest", "Rest.", shared=True))
    page = open_page(admin)
    panel = page.snippets.panel
    panel.show_snippet(row)
    panel.text.setPlainText("Rest, mine.")
    services.snippets.save(other, SaveSnippet("rest", "Theirs.", row.id, row.version, shared=True))
    panel.save()
    admin.settle()
    assert panel.is_open
    assert "Asha Menon" in panel.form._message.text()
    assert panel.text.toPlainText() == "Rest, mine."
    panel.save()
    admin.settle()
    assert services.snippets.all(other)[0].text == "Rest, mine."


@pytest.mark.feature("CLN-2")
def test_the_drug_list_is_replaced_after_a_look_at_what_that_does(
    admin: Place, tmp_path: Path
) -> None:
    page = open_page(admin)
    page.show_list("drugs")
    admin.settle()
    before = len(page.drugs.table.rows())
    assert before > 200
    saved = tmp_path / "before.csv"
    page.drugs.save_to(saved)
    admin.settle()
    path = tmp_path / "new <b>list.csv"
    path.write_text(FILE, encoding="utf-8")
    page.drugs.replace_button.click()
    panel = page.drugs.panel
    assert not panel.replace_button.isEnabled()
    panel.look_at(path)
    admin.settle()
    assert [one.value for one in (panel.new, panel.same, panel.retired, panel.refused)] == [
        "1", "1", str(before - 1), "1",
    ]  # fmt: skip
    assert [(one.line, one.column) for one in panel.table.rows()] == [(4, "name")]
    assert len(page.drugs.table.rows()) == before, "nothing is changed yet"
    assert panel.replace_button.hasFocus()
    press(Qt.Key.Key_Space)
    admin.settle()
    assert not panel.is_open
    assert [one.name for one in page.drugs.table.rows()] == ["Amlodipine", "Brandnewol"]
    page.drugs.box.set_text("brand")
    page.drugs.box.flush()
    admin.settle()
    assert page.drugs.count.text() == "1 of 2 drugs"
    # The saved file brings the old list back.
    panel.begin()
    panel.look_at(saved)
    admin.settle()
    panel.replace()
    admin.settle()
    page.drugs.box.clear()
    admin.settle()
    assert len(page.drugs.table.rows()) == before


@pytest.mark.feature("CLN-2")
def test_a_file_that_is_no_list_is_said_and_changes_nothing(admin: Place, tmp_path: Path) -> None:
    page = open_page(admin)
    panel = page.drugs.panel
    panel.begin()
    for path, words in (
        (tmp_path / "none.csv", "No such file"),
        (tmp_path / "text.csv", "is a drug"),
    ):
        (tmp_path / "text.csv").write_text("a,b\n1,2\n", encoding="utf-8")
        panel.look_at(path)
        admin.settle()
        assert words in panel.trouble.text()
        assert not panel.replace_button.isEnabled()
    assert len(admin.services.drugs.offered(admin.desk.actor)[0]) > 200
