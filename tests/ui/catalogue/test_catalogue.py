"""Departments, specializations, visit types and rooms on their page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout
from pytestqt.qtbot import QtBot

from hms_desktop.domain.catalogue import SaveRoom, SaveVisitType
from hms_desktop.domain.doctors import AddDoctor, SaveDepartment
from hms_desktop.domain.errors import Invalid
from hms_desktop.services.assembly import open_services
from hms_desktop.ui.catalogue.section import Section
from hms_desktop.ui.entries.colour_field import GOOD
from hms_desktop.ui.pages.catalogue import CataloguePage
from hms_desktop.ui.palette import DARK, LIGHT, contrast
from tests.support.programs import cheap
from tests.support.strings import naughty_strings
from tests.ui.doctors.desk import type_into
from tests.ui.shell_desk import PASSWORD, Place, begin, place


class Shelf:
    """The catalogue of the administrator."""

    def __init__(self, here: Place, page: CataloguePage) -> None:
        self.here, self.page = here, page

    @property
    def section(self) -> Section[object]:
        found = self.page.section
        assert isinstance(found, Section)
        return found

    def go(self, key: str) -> None:
        self.page.show_section(key)
        self.here.settle()

    def add(self, **fields: str) -> None:
        self.section.new_button.click()
        type_into(self.section.panel, **fields)
        self.section.panel.save()
        self.here.settle()

    def names(self) -> list[str]:
        return [row.name for row in self.section.table.rows()]  # type: ignore[attr-defined]

    def choose(self, name: str) -> None:
        row = next(one for one in self.section.table.rows() if one.name == name)  # type: ignore[attr-defined]
        self.section.table.select_ids([row.id])  # type: ignore[attr-defined]

    def undo(self) -> None:
        button = self.here.desk.toasts.toasts[-1].undo_button
        assert button is not None
        button.click()
        self.here.settle()


@pytest.fixture
def shelf(qapp: QApplication, sqlite_url: str, tmp_path: Path) -> Iterator[Shelf]:
    services = begin(sqlite_url)
    with place(services, tmp_path / "drafts", "asha", PASSWORD) as here:
        page = CataloguePage(here.desk, here.window)
        layout = QVBoxLayout(here.window)
        layout.addWidget(page)
        here.show(page)
        yield Shelf(here, page)
    services.close()


@pytest.mark.feature("DEP-1")
@pytest.mark.feature("DEP-2")
@pytest.mark.parametrize("key", ["departments", "specializations", "rooms"])
def test_entries_are_added_changed_retired_and_brought_back(shelf: Shelf, key: str) -> None:
    shelf.go(key)
    assert shelf.section.empty.isVisible(), "an empty list says what to do"
    shelf.add(name="Heart")
    shelf.add(name="Eyes")
    assert shelf.names() == ["Eyes", "Heart"]
    shelf.undo()
    assert shelf.names() == ["Heart"]
    shelf.section.retired.setChecked(True)
    assert shelf.names() == ["Eyes", "Heart"]
    shelf.choose("Eyes")
    shelf.section.restore_button.click()
    shelf.here.settle()
    shelf.section.retired.setChecked(False)
    shelf.choose("Eyes")
    shelf.section.edit()
    type_into(shelf.section.panel, name="HEART ")
    shelf.section.panel.save()
    shelf.here.settle()
    assert "already" in shelf.section.panel.form.field("name").error
    type_into(shelf.section.panel, name="Eye clinic")
    shelf.section.panel.save()
    shelf.here.settle()
    assert shelf.names() == ["Eye clinic", "Heart"]
    shelf.undo()
    assert shelf.names() == ["Eyes", "Heart"]
    shelf.choose("Heart")
    shelf.section.retire()
    shelf.here.settle()
    assert shelf.names() == ["Eyes"]
    shelf.undo()
    assert shelf.names() == ["Eyes", "Heart"]
    shelf.section.box.set_text("eye")
    shelf.section._show()
    assert shelf.names() == ["Eyes"]


@pytest.mark.feature("DEP-1")
def test_a_department_counts_its_doctors_keeps_them_and_leads_to_its_records(shelf: Shelf) -> None:
    services, actor = shelf.here.services, shelf.here.desk.actor
    heart = services.doctors.create_department(actor, SaveDepartment("Heart"))
    services.doctors.add_doctor(actor, AddDoctor("Dr Rao", "1", heart.id))
    shelf.go("departments")
    model = shelf.section.table.model
    assert model.index(0, shelf.section.table.place_of("doctors")).data() == "1"
    shelf.choose("Heart")
    shelf.section.retire()
    shelf.here.settle()
    assert "Dr Rao would be left without it" in shelf.section.trouble.text()
    wanted: list[object] = []
    shelf.here.desk.navigate.department_records.connect(wanted.append)
    shelf.section.more_buttons()[0].click()
    assert wanted == [heart.id]


@pytest.mark.feature("APT-12")
def test_a_kind_of_visit_is_made_ordered_and_its_colour_judged(shelf: Shelf) -> None:
    shelf.go("visit_types")
    before = shelf.names()
    shelf.add(name="Vaccination", minutes="10", buffer_after="5", min_notice="1440")
    assert shelf.names() == [*before, "Vaccination"]
    catalogue, actor = shelf.here.services.catalogue, shelf.here.desk.actor
    made = catalogue.visit_types(actor)[-1]
    assert (made.minutes, made.buffer_after, made.min_notice, made.horizon_days) == (
        10, 5, 1440, 365
    )  # fmt: skip
    shelf.choose("Vaccination")
    for _ in before:
        shelf.section.up_button.click()  # type: ignore[attr-defined]
        shelf.here.settle()
    assert shelf.names() == ["Vaccination", *before]
    shelf.section.edit()
    panel = shelf.section.panel
    panel.colour.edit.setText("#ffee88")  # type: ignore[attr-defined]
    panel.save()
    shelf.here.settle()
    assert "hard to see" in panel.form.field("colour").error
    panel.colour.buttons[GOOD[4]].click()  # type: ignore[attr-defined]
    panel.save()
    shelf.here.settle()
    assert not panel.is_open
    assert catalogue.visit_types(actor)[0].colour == GOOD[4]


@pytest.mark.feature("APT-12")
def test_a_wrong_kind_of_visit_is_refused_at_its_field(shelf: Shelf) -> None:
    shelf.go("visit_types")
    before = shelf.names()
    shelf.section.add()
    panel = shelf.section.panel
    for fields, wrong in (
        ({"minutes": "10"}, "name"),
        ({"name": "x", "minutes": ""}, "minutes"),
        ({"minutes": "ten"}, "minutes"),
        ({"minutes": "0"}, "minutes"),
        ({"minutes": "10", "horizon_days": "0"}, "horizon_days"),
        ({"horizon_days": "9", "buffer_before": "999"}, "buffer_before"),
    ):
        type_into(panel, **fields)
        panel.save()
        assert panel.form.first_error() is panel.form.field(wrong), fields
    shelf.here.settle()
    assert shelf.names() == before


def test_every_offered_colour_is_seen_in_both_themes() -> None:
    for colour in GOOD:
        assert SaveVisitType("x", 1, colour).check().colour == colour
        assert min(contrast(colour, one.panel) for one in (LIGHT, DARK)) >= 3


@pytest.mark.feature("NET-1")
def test_another_workstation_is_seen_at_once_and_never_overwritten(
    shelf: Shelf, sqlite_url: str
) -> None:
    catalogue, actor = shelf.here.services.catalogue, shelf.here.desk.actor
    room = catalogue.create_room(actor, SaveRoom("Room 1"))
    shelf.go("rooms")
    assert shelf.names() == ["Room 1"]
    shelf.choose("Room 1")
    shelf.section.edit()
    type_into(shelf.section.panel, name="Room One")
    other = open_services(sqlite_url, authenticator=cheap())
    other.catalogue.update_room(
        other.context.gate.system("Maria"),
        SaveRoom("Room 1a", "Upstairs", room_id=room.id, version=room.version),
    )
    other.close()
    shelf.section.panel.save()
    shelf.here.settle()
    panel = shelf.section.panel
    assert panel.conflict.isVisible()
    assert panel.contents() == {"name": "Room One", "description": "Upstairs"}
    panel.conflict.take_theirs.click()
    panel.save()
    shelf.here.services.context.cache.clear()  # as the feed does, which does not run here
    shelf.here.settle()
    assert [row.name for row in catalogue.rooms(actor)] == ["Room 1a"]
    maria = replace(actor, token="maria", name="Maria")
    shelf.here.services.context.gate.admit(maria)
    catalogue.create_room(maria, SaveRoom("Room 2"))
    shelf.here.settle()
    assert shelf.names() == ["Room 1a", "Room 2"], "what this program hears of is shown at once"


@pytest.mark.feature("SEC-3")
def test_hostile_strings_are_kept_or_refused(shelf: Shelf) -> None:
    for key in ("departments", "specializations", "rooms", "visit_types"):
        _try_hostile(shelf, key)


def _try_hostile(shelf: Shelf, key: str) -> None:
    shelf.go(key)
    kept = 0
    for number, text in enumerate(naughty_strings()[::60]):
        fields = {"name": f"{number} {text}"}
        if key == "visit_types":
            fields["minutes"] = "10"
        shelf.section.panel.open_new()
        shelf.section.panel._drop_draft()
        type_into(shelf.section.panel, **fields)
        shelf.section.panel.save()
        shelf.here.settle()
        try:
            name = SaveRoom(fields["name"]).check().name
        except Invalid:
            assert shelf.section.panel.form.field("name").error
            continue
        assert name in shelf.names()
        kept += 1
    assert kept > 4
    shelf.section.panel.close_panel()


def test_the_page_is_worked_by_keys(shelf: Shelf, qtbot: QtBot) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    shelf.page.setFocus()
    qtbot.keyClick(
        shelf.page, Qt.Key.Key_4, control | Qt.KeyboardModifier.ShiftModifier
    )  # fmt: skip
    shelf.here.settle()
    assert shelf.page.parts.value() == "rooms"
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_N, control)
    qtbot.keyClicks(QApplication.focusWidget(), "Room 9")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return, control)
    shelf.here.settle()
    assert shelf.names() == ["Room 9"]
    shelf.section.table.view.setFocus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Delete)
    shelf.here.settle()
    assert shelf.names() == []
