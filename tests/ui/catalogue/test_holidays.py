"""Holidays on their page: by hand, from a country's list, and the visits they hit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout
from pytestqt.qtbot import QtBot

from hms_desktop.domain.appointments import AppointmentRow, BookAppointment
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.permissions import ADMINISTRATOR
from hms_desktop.domain.text import clean
from hms_desktop.ui.catalogue.holidays import HolidaysSection
from hms_desktop.ui.pages.catalogue import CataloguePage
from tests.support.strings import naughty_strings
from tests.ui.doctors.desk import type_into
from tests.ui.patients.desk import Place, place

pytestmark = pytest.mark.feature("AVL-4")
TUESDAY = datetime(2026, 11, 24, 4, 30, tzinfo=UTC)
"""Guru Nanak's birthday in 2026, 10:00 by the hospital's clock."""


class Calendar:
    """The holidays of the administrator, with two visits booked on the coming Tuesday."""

    def __init__(self, here: Place, page: CataloguePage) -> None:
        self.here, self.page = here, page
        section = page.section
        assert isinstance(section, HolidaysSection)
        self.section = section
        boss = here.services.context.gate.system("boss")
        self.visits = [
            here.services.appointments.book(
                boss,
                BookAppointment(
                    here.patients[number].id, here.doctors[number], here.visit_type, TUESDAY
                ),
            ).appointment
            for number in range(2)
        ]
        here.settle()

    def names(self) -> list[str]:
        return [line.row.name for line in self.section.table.rows()]

    def status(self, row: AppointmentRow) -> Status:
        boss = self.here.services.context.gate.system("boss")
        return self.here.services.appointments.get(boss, row.id).status

    def undo(self) -> None:
        toast = next(one for one in self.here.desk.toasts.toasts[::-1] if one.undo_button)
        assert toast.undo_button is not None
        toast.undo_button.click()
        self.here.settle()


@pytest.fixture
def calendar(qapp: QApplication, sqlite_url: str, tmp_path: Path) -> Iterator[Calendar]:
    with place(sqlite_url, tmp_path / "drafts", permissions=ADMINISTRATOR) as here:
        page = CataloguePage(here.desk, here.window)
        layout = QVBoxLayout(here.window)
        layout.addWidget(page)
        here.window.resize(1280, 800)
        here.window.show()
        page.show_section("holidays")
        here.settle()
        yield Calendar(here, page)


def test_a_holiday_by_hand_shows_what_it_hits_and_moves_it(calendar: Calendar) -> None:
    section = calendar.section
    section.add()
    type_into(section.panel, name="Founders' day")
    section.panel.save()
    assert section.panel.form.field("on_date").error
    section.panel.day.edit.setText("tomorrow")
    section.panel.day.commit()
    section.panel.save()
    calendar.here.settle()
    assert calendar.names() == ["Founders' day"]
    assert section.table.rows()[0].visits == 2
    assert section.hits.is_open
    assert len(section.hits.table.rows()) == 2
    jumps: list[object] = []
    calendar.here.desk.navigate.appointment.connect(jumps.append)
    section.hits.open_button.click()
    assert jumps == [calendar.visits[0].id]
    section.hits.move_button.click()
    calendar.here.settle()
    found = section.moves.model.proposals
    assert [one.new_starts_at for one in found] == [
        row.starts_at + timedelta(days=7) for row in calendar.visits
    ]
    section.moves.apply_button.click()
    calendar.here.settle()
    assert [calendar.status(row) for row in calendar.visits] == [Status.CANCELLED] * 2
    assert section.table.rows()[0].visits == 0
    section.moves.close_panel()
    section.add()
    section.panel.day.set_value(TUESDAY.date())
    type_into(section.panel, name="Again")
    section.panel.save()
    calendar.here.settle()
    assert "already" in section.panel.form.field("on_date").error


def test_public_holidays_are_looked_at_and_taken_over_in_one_step(
    calendar: Calendar, qtbot: QtBot
) -> None:
    section, hours = calendar.section, calendar.here.services.availability
    hours.add_holiday(calendar.here.actor, date(2026, 12, 25), "Xmas")
    section.open_import()
    calendar.here.settle()
    panel = section.imports
    assert panel.country.code() == "IN", "the hospital's own country"
    ticked = {one.name for one in panel.table.chosen()}
    assert ticked == {"Guru Nanak's Jayanti"}, "days that are over are left out"
    panel.region.set_value("KA")
    panel.optional.setChecked(True)
    calendar.here.settle()
    states = {one.day.name: panel.table._state(one) for one in panel.table.days()}
    assert states["Christmas"] == "there: Xmas"
    assert states["Karnataka Rajyotsava"] == "new"
    assert states["Christmas Eve"] == "new, optional"
    assert "2 visits are booked" in panel.count.text()
    panel.table.tick_all()
    calendar.here.settle()
    rows = panel.table.table
    eve = next(one.day.on_date for one in panel.table.days() if one.day.name == "Christmas Eve")
    rows.select_ids([eve])
    rows.view.setFocus()
    qtbot.keyClick(rows.view, Qt.Key.Key_Space)
    many = len(panel.table.chosen())
    panel.apply_button.click()
    calendar.here.settle()
    assert "Christmas Eve" not in calendar.names()
    assert len(calendar.names()) == many + 1
    assert len(section.hits.table.rows()) == 2
    calendar.undo()
    assert calendar.names() == ["Xmas"]


def test_another_country_another_year_and_its_own_language(calendar: Calendar) -> None:
    section = calendar.section
    section.turn(1)
    section.open_import()
    calendar.here.settle()
    panel = section.imports
    panel.country.choose("DE")
    panel.country.activated.emit(0)
    calendar.here.settle()
    panel.region.set_value("BY")
    panel.preview()
    calendar.here.settle()
    found = {one.day.name: one.day.on_date for one in panel.table.days()}
    assert found["Tag der Deutschen Einheit"] == date(2027, 10, 3)
    assert "Fronleichnam" in found
    panel.country.setEditText("Atlantis")
    panel.country.typed.emit()
    calendar.here.settle()
    assert panel.form.field("country").error
    assert panel.table.chosen() == ()
    assert not panel.apply_button.isEnabled()
    panel.country.setEditText("germany")
    panel.country.typed.emit()
    calendar.here.settle()
    assert not panel.form.field("country").error
    assert panel.table.days()


def test_removed_holidays_come_back_with_one_undo(calendar: Calendar) -> None:
    hours, actor = calendar.here.services.availability, calendar.here.actor
    for number in range(3):
        hours.add_holiday(actor, date(2026, 12, 1 + number), f"Day {number}")
    calendar.here.settle()
    table = calendar.section.table
    table.select_ids([line.row.id for line in table.rows()[:2]])
    calendar.section.remove_button.click()
    calendar.here.settle()
    assert calendar.names() == ["Day 2"]
    calendar.undo()
    assert calendar.names() == ["Day 0", "Day 1", "Day 2"]
    calendar.section.turn(-1)
    calendar.here.settle()
    assert calendar.section.empty.isVisible()


def test_a_holiday_is_changed_with_one_undo(calendar: Calendar, qtbot: QtBot) -> None:
    section, hours = calendar.section, calendar.here.services.availability
    hours.add_holiday(calendar.here.actor, TUESDAY.date(), "Gurpurab")
    calendar.here.settle()
    section.table.select_ids([section.table.rows()[0].row.id])
    qtbot.keyClick(section.table.view, Qt.Key.Key_Return)
    assert section.panel.is_open
    type_into(section.panel, name="Guru Nanak Jayanti")
    section.panel.save()
    calendar.here.settle()
    assert calendar.names() == ["Guru Nanak Jayanti"]
    assert not section.hits.is_open, "the visits of a day that was closed before are no news"
    calendar.undo()
    assert calendar.names() == ["Gurpurab"]
    section.edit_button.click()
    section.panel.day.set_value(date(2026, 12, 1))
    section.panel.save()
    calendar.here.settle()
    assert [line.row.on_date for line in section.table.rows()] == [date(2026, 12, 1)]
    calendar.undo()
    assert section.hits.is_open, "the day is closed again, with visits on it"


@pytest.mark.feature("SEC-3")
def test_hostile_names_are_kept_or_refused(calendar: Calendar) -> None:
    panel, on = calendar.section.panel, date(2026, 12, 1)
    kept = 0
    for text in naughty_strings()[::40]:
        panel.open_new()
        panel._drop_draft()
        panel.day.set_value(on)
        type_into(panel, name=text)
        panel.save()
        calendar.here.settle()
        try:
            name = clean(text, "name", limit=120, required=True)
        except Invalid:
            assert panel.form.field("name").error
            continue
        assert name in calendar.names()
        on, kept = on + timedelta(days=1), kept + 1
    assert kept > 6
    panel.close_panel()
