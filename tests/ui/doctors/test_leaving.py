"""Blocking and retiring doctors with visits ahead: kept, moved or cancelled, with a way back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QVBoxLayout

from hms_desktop.domain.appointments import AppointmentRow, BookAppointment
from hms_desktop.domain.doctors import Approval
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.permissions import ADMINISTRATOR
from hms_desktop.ui.pages.doctors_admin import DoctorsAdminPage
from tests.ui.patients.desk import Place, place

pytestmark = pytest.mark.feature("DOC-2")
PNG = b"\x89PNG\r\n\x1a\n" + b"picture"
WEDNESDAY = datetime(2026, 11, 25, 4, 30, tzinfo=UTC)


class Ward:
    """The doctors' page where Dr Meera Rao has three visits ahead, of which one is today."""

    def __init__(self, here: Place, page: DoctorsAdminPage) -> None:
        self.here, self.page = here, page
        boss = here.services.context.gate.system("boss")
        self.visits = [
            here.services.appointments.book(
                boss,
                BookAppointment(
                    here.patients[number].id,
                    here.doctors[0],
                    here.visit_type,
                    WEDNESDAY + number * timedelta(minutes=30),
                ),
            ).appointment
            for number in range(2)
        ]
        here.settle()
        self.choose("Dr Meera Rao")

    def choose(self, name: str) -> None:
        row = next(one for one in self.page.card.table.rows() if one.display_name == name)
        self.page.card.table.select_ids([row.id])
        self.here.settle()

    def status(self, row: AppointmentRow) -> Status:
        boss = self.here.services.context.gate.system("boss")
        return self.here.services.appointments.get(boss, row.id).status

    def block(self, reason: str, way: str) -> None:
        self.page.block()
        self.here.settle()
        panel = self.page.leaving
        panel.reason.setText(reason)
        panel.way_boxes[way].setChecked(True)
        panel.go_on()
        self.here.settle()

    def approval(self) -> Approval:
        doctors = self.here.services.doctors
        return doctors.doctor(self.here.actor, self.here.doctors[0]).approval

    def toasts(self) -> list[str]:
        return [one.text for one in self.page.desk.toasts.toasts]


@pytest.fixture
def ward(qapp: QApplication, sqlite_url: str, tmp_path: Path) -> Iterator[Ward]:
    with place(sqlite_url, tmp_path / "drafts", permissions=ADMINISTRATOR) as here:
        page = DoctorsAdminPage(here.desk, here.window)
        layout = QVBoxLayout(here.window)
        layout.addWidget(page)
        here.window.resize(1280, 800)
        here.window.show()
        here.settle()
        yield Ward(here, page)


def test_a_block_needs_a_reason_and_shows_what_it_hits(ward: Ward) -> None:
    ward.page.block()
    ward.here.settle()
    panel = ward.page.leaving
    assert panel.ahead.text() == "3 visits are booked from now on."
    assert len(panel.table.rows()) == 3
    panel.go_on()
    assert panel.form.field("reason").error
    assert ward.approval() is Approval.APPROVED
    panel.reason.setText("Papers are missing")
    one = ward.here.doctors[0]
    row = ward.here.services.doctors.doctor(ward.here.actor, one)
    ward.here.services.doctors.set_photo(ward.here.actor, one, row.version, PNG)
    panel.go_on()
    ward.here.settle()
    assert "changed this meanwhile" in panel.trouble.text()
    panel.go_on()
    ward.here.settle()
    assert ward.approval() is Approval.BLOCKED
    assert [ward.status(one) for one in ward.visits] == [Status.BOOKED] * 2, "kept"
    button = ward.page.desk.toasts.toasts[-1].undo_button
    assert button is not None
    button.click()
    ward.here.settle()
    assert ward.approval() is Approval.APPROVED


def test_a_block_moves_the_visits_to_others(ward: Ward) -> None:
    ward.block("Licence expired", "move")
    assert ward.approval() is Approval.BLOCKED
    moves = ward.page.leaving.moves
    assert moves.is_open
    assert {one.doctor_name for one in moves.model.chosen()} == {"Dr Iqbal Khan"}
    moves.apply_button.click()
    ward.here.settle()
    assert [ward.status(one) for one in ward.visits] == [Status.CANCELLED] * 2
    change, words = ward.page.desk.history.take() or ("", "")
    assert words == "3 visits moved."
    ward.here.services.undo.undo(ward.here.actor, change)
    assert [ward.status(one) for one in ward.visits] == [Status.BOOKED] * 2


def test_a_block_cancels_the_visits_and_that_is_one_step_to_undo(ward: Ward) -> None:
    ward.block("Licence expired", "cancel")
    boss = ward.here.services.context.gate.system("boss")
    row = ward.here.services.appointments.get(boss, ward.visits[0].id)
    assert (row.status, row.cancel_reason) == (Status.CANCELLED, "doctor_away")
    assert "3 visits cancelled." in ward.toasts()
    change, _words = ward.page.desk.history.take() or ("", "")
    ward.here.services.undo.undo(ward.here.actor, change)
    assert [ward.status(one) for one in ward.visits] == [Status.BOOKED] * 2


def test_a_doctor_is_retired_once_all_visits_are_moved(ward: Ward) -> None:
    ward.page.retire()
    ward.here.settle()
    panel = ward.page.leaving
    assert panel.way_boxes["keep"].isHidden(), "nobody who is booked is left behind"
    panel.way_boxes["move"].setChecked(True)
    panel.go_on()
    ward.here.settle()
    moves = panel.moves
    moves.model.toggle(0)
    moves.apply_button.click()
    ward.here.settle()
    doctors, actor, one = ward.here.services.doctors, ward.here.actor, ward.here.doctors[0]
    assert not doctors.doctor(actor, one).retired
    assert any("not retired yet: 1" in text for text in ward.toasts())
    moves.close_panel()
    ward.page.retire()
    ward.here.settle()
    panel.way_boxes["cancel"].setChecked(True)
    panel.go_on()
    ward.here.settle()
    assert doctors.doctor(actor, one).retired


def test_a_desk_that_was_faster_is_named_and_nothing_is_cancelled(ward: Ward) -> None:
    ward.page.block()
    ward.here.settle()
    panel = ward.page.leaving
    panel.reason.setText("Licence expired")
    panel.way_boxes["cancel"].setChecked(True)
    maria = ward.here.services.context.gate.system("Maria")
    ward.here.services.appointments.edit_note(
        maria, ward.visits[0].id, ward.visits[0].version, "brings X-rays"
    )
    panel.go_on()
    ward.here.settle()
    assert panel.trouble.text().startswith("Dr Meera Rao blocked, but no visit is cancelled.")
    assert ward.status(ward.visits[1]) is Status.BOOKED
    panel.go_on()
    ward.here.settle()
    assert [ward.status(one) for one in ward.visits] == [Status.CANCELLED] * 2
    assert not panel.is_open
