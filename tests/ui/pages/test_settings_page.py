"""Settings: the workstation's take effect at once, the hospital's by permission."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from hms_desktop.services.assembly import Services
from hms_desktop.settings import load_settings
from hms_desktop.ui.pages.settings import SettingsPage
from hms_desktop.ui.paper.memory import keep_choice, printing_file
from hms_desktop.ui.paper.printing import PrintChoice
from hms_desktop.ui.settings.hospital_card import DRAFT, HospitalCard
from tests.support import invariants
from tests.ui.shell_desk import OTHER, PASSWORD, Place, begin, place

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def services(sqlite_url: str) -> Iterator[Services]:
    one = begin(sqlite_url)
    yield one
    invariants.check(one.context.database)
    one.close()


@pytest.fixture
def admin(qapp: QApplication, services: Services, tmp_path: Path) -> Iterator[Place]:
    with place(services, tmp_path / "drafts", "asha", PASSWORD) as one:
        yield one
        one.desk.theme.apply("light", scale=1.0)


def open_page(here: Place, told: list[dict[str, Any]] | None = None) -> SettingsPage:
    page = SettingsPage(here.desk, (told if told is not None else []).append, here.window)
    here.show(page)
    return page


def hospital_of(page: SettingsPage) -> HospitalCard:
    assert page.hospital is not None
    return page.hospital


@pytest.mark.feature("OPS-1")
def test_theme_and_size_of_text_change_at_once_and_are_kept(admin: Place) -> None:
    told: list[dict[str, Any]] = []
    card = open_page(admin, told).workstation
    card.theme._group.button(2).click()
    admin.settle()
    assert admin.desk.theme.is_dark
    card.scale._group.button(3).click()
    admin.settle()
    assert admin.desk.theme.scale == pytest.approx(1.3)
    kept = load_settings()
    assert (kept.theme, kept.font_scale) == ("dark", 1.3)
    assert told == [{"theme": "dark"}, {"font_scale": 1.3}]


@pytest.mark.feature("OPS-1")
@pytest.mark.feature("ACC-9")
def test_minutes_until_the_lock_are_a_setting_of_the_workstation(admin: Place) -> None:
    told: list[dict[str, Any]] = []
    card = open_page(admin, told).workstation
    card.minutes.setFocus()
    card.minutes.selectAll()
    QTest.keyClicks(card.minutes, "12")
    QTest.keyClick(card.minutes, Qt.Key.Key_Return)
    admin.settle()
    assert load_settings().auto_lock_minutes == 12
    assert told == [{"auto_lock_minutes": 12}]


def test_a_workstation_without_a_name_is_refused_at_the_field(admin: Place) -> None:
    card = open_page(admin).workstation
    before = load_settings().workstation
    card.name.clear()
    QTest.keyClick(card.name, Qt.Key.Key_Return)
    admin.settle()
    assert card.form.field("workstation").error
    assert load_settings().workstation == before


def test_what_the_environment_sets_cannot_be_changed_here(
    admin: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HMS_AUTO_LOCK_MINUTES", "7")
    card = open_page(admin).workstation
    assert card.minutes.value() == 7
    assert not card.form.field("auto_lock_minutes").isEnabled()
    assert card.form.field("theme").isEnabled()


@pytest.mark.feature("OPS-1")
@pytest.mark.parametrize("key", [Qt.Key.Key_S, Qt.Key.Key_Return])
def test_the_hospital_is_saved_from_the_keyboard(admin: Place, key: Qt.Key) -> None:
    page = open_page(admin)
    card = hospital_of(page)
    assert not card.save_button.isEnabled()
    edit = card.editors["hospital_name"].widget
    edit.setFocus()
    QTest.keyClick(edit, Qt.Key.Key_A, CONTROL)
    QTest.keyClicks(edit, "River & Sons <b>Hospital</b>")
    card.editors["slot_minutes"].write(20)
    assert admin.desk.drafts.get(DRAFT) is not None
    page.commands.set_active(True)
    QTest.keyClick(edit, key, CONTROL)
    admin.settle()
    saved = admin.services.context.settings()
    assert saved.hospital_name == "River & Sons <b>Hospital</b>"
    assert saved.slot_minutes == 20
    assert not card.save_button.isEnabled()
    assert admin.desk.drafts.get(DRAFT) is None


@pytest.mark.feature("OPS-1")
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"zone": "Middle/Earth"}, "zone"),
        ({"hospital_name": "  "}, "hospital_name"),
        ({"default_start_minute": 1080, "default_end_minute": 600}, "default_end_minute"),
        ({"waiting_warn_minutes": 50}, "waiting_alarm_minutes"),
    ],
)
def test_what_cannot_be_is_said_at_the_field_and_nothing_is_saved(
    admin: Place, values: dict[str, Any], field: str
) -> None:
    card = hospital_of(open_page(admin))
    before = admin.services.context.settings()
    for name, value in values.items():
        card.editors[name].write(value)
    card.save()
    admin.settle()
    assert card.form.field(field).error
    assert admin.services.context.settings() == before
    assert card.changes() == values


@pytest.mark.feature("NET-1")
@pytest.mark.parametrize("mine", [True, False])
def test_a_change_of_somebody_else_is_compared(admin: Place, mine: bool) -> None:
    card = hospital_of(open_page(admin))
    card.editors["slot_minutes"].write(20)
    admin.services.hospital.change_settings(admin.desk.actor, {"slot_minutes": 45, "mrn_width": 9})
    admin.settle()
    assert card.changes() == {"slot_minutes": 20}
    card.save()
    admin.settle()
    assert not card.conflict.isHidden()
    words = [label.text() for label in card.conflict.findChildren(QLabel)]
    assert any(text.startswith("Asha Menon changed this") for text in words)
    assert {"45 minutes", "20 minutes"} <= set(words)
    assert card.editors["slot_minutes"].read() == 20
    assert card.editors["mrn_width"].read() == 9
    (card.conflict.keep_mine if mine else card.conflict.take_theirs).click()
    admin.settle()
    assert card.conflict.isHidden()
    saved = admin.services.context.settings()
    assert (saved.slot_minutes, saved.mrn_width) == (20 if mine else 45, 9)
    assert card.editors["slot_minutes"].read() == saved.slot_minutes


@pytest.mark.feature("ACC-9")
def test_what_was_typed_is_offered_again(admin: Place) -> None:
    first = open_page(admin)
    hospital_of(first).editors["mrn_prefix"].write("ZZ")
    admin.settle()
    first.hide()
    first.deleteLater()
    again = hospital_of(open_page(admin))
    assert again.editors["mrn_prefix"].read() == "ZZ"
    assert again.save_button.isEnabled()
    again.put_back()
    admin.settle()
    assert again.editors["mrn_prefix"].read() == "H"
    assert admin.desk.drafts.get(DRAFT) is None


@pytest.mark.feature("NET-1")
@pytest.mark.parametrize("mine", [True, False])
def test_a_draft_older_than_the_change_of_somebody_else_is_compared(
    admin: Place, mine: bool
) -> None:
    first = open_page(admin)
    hospital_of(first).editors["slot_minutes"].write(20)
    admin.settle()
    first.hide()
    first.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    admin.services.hospital.change_settings(admin.desk.actor, {"slot_minutes": 45, "mrn_width": 9})
    card = hospital_of(open_page(admin))
    assert card.changes() == {"slot_minutes": 20}
    assert not card.conflict.isHidden()
    words = [label.text() for label in card.conflict.findChildren(QLabel)]
    assert any(text.startswith("Asha Menon changed this") for text in words)
    assert admin.services.context.settings().slot_minutes == 45
    (card.conflict.keep_mine if mine else card.conflict.take_theirs).click()
    admin.settle()
    assert card.conflict.isHidden()
    saved = admin.services.context.settings()
    assert (saved.slot_minutes, saved.mrn_width) == (20 if mine else 45, 9)
    assert admin.desk.drafts.get(DRAFT) is None


@pytest.mark.feature("OPS-1")
def test_a_receptionist_sees_the_hospital_and_changes_nothing(
    qapp: QApplication, services: Services, tmp_path: Path
) -> None:
    with place(services, tmp_path / "drafts", "sheela", OTHER) as here:
        card = hospital_of(open_page(here))
        assert card.editors["hospital_name"].read() == "City Care"
        assert not card.form.isEnabled()
        assert not card.save_button.isVisible()
        card.editors["slot_minutes"].write(20)
        card.save()
        here.settle()
        assert services.context.settings().slot_minutes == 30


@pytest.mark.feature("OPS-1")
def test_values_are_compared_as_the_fields_show_them(admin: Place) -> None:
    card = hospital_of(open_page(admin))
    said = {name: editor.words for name, editor in card.editors.items()}
    assert said["default_start_minute"](660) == "11:00"
    assert said["week_start"](6) == "Sunday"
    assert said["country"]("DE") == "Germany"
    assert said["currency"]("INR") == "INR – Indian Rupee"
    assert (said["clock_24h"](True), said["default_hours_apply"](False)) == ("24 hours", "off")
    assert said["hold_seconds"](90) == "90 seconds"
    assert (said["logo"]("abc"), said["logo"]("")) == ("a picture", "")


@pytest.mark.feature("OPS-1")
def test_a_setting_is_found_by_its_name_and_reached_by_the_keyboard(admin: Place) -> None:
    page = open_page(admin)
    titles = [one.text for one in page.index.entries()]
    assert titles[:2] == ["This workstation", "Appearance and lock"]
    assert {"The whole hospital", "Hospital", "Dates and times", "Reminders"} <= set(titles)
    page.commands.set_active(True)
    QTest.keyClick(page, Qt.Key.Key_F, CONTROL)
    assert page.index.search.hasFocus()
    QTest.keyClicks(page.index.search, "mail serv")
    assert [one.text for one in page.index.entries()] == [
        "Mail server",
        "Password of the mail server",
    ]
    QTest.keyClick(page.index.search, Qt.Key.Key_Return)
    edit = next(one for one in page.cards if "mail_host" in one.editors).editors["mail_host"].widget
    assert edit.hasFocus()
    assert (
        page.column.viewport()
        .rect()
        .contains(edit.mapTo(page.column.viewport(), edit.rect().center()))
    )
    page.index.search.setText("nothing is called so")
    assert page.index.nothing.isVisible()


@pytest.mark.feature("PRN-1")
def test_printers_that_were_chosen_are_listed_and_forgotten(admin: Place) -> None:
    keep_choice("prescription", PrintChoice("Desk <b>", paper="A5"), printing_file())
    card = open_page(admin).printing
    assert card.lines.text() == "Prescriptions: Desk <b>, A5"
    card.forget_button.click()
    admin.settle()
    assert not printing_file().exists()
    assert not card.forget_button.isEnabled()
