from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from hms_desktop.domain.appointments import AppointmentRow
from hms_desktop.domain.hours import SaveLeave
from hms_desktop.domain.lifecycle import Status
from hms_desktop.ui.availability.move_panel import MovePanel
from tests.ui.availability.desk import HALF, WEDNESDAY, Room

pytestmark = pytest.mark.feature("AVL-3")
WEEK = timedelta(days=7)


def save(room: Room, first: str, last: str = "", reason: str = "congress") -> None:
    room.go("leave")
    form = room.page.leave.form
    form.first.edit.setText(first)
    form.last.edit.setText(last)
    form.reason.setText(reason)
    form.save_button.click()
    room.settle()


def booked(room: Room, count: int = 3) -> list[AppointmentRow]:
    return [room.book(number, WEDNESDAY + number * HALF) for number in range(count)]


def status(room: Room, row: AppointmentRow) -> Status:
    boss = room.services.context.gate.system("boss")
    return room.services.appointments.get(boss, row.id).status


def leaves(room: Room) -> list[tuple[str, str, str]]:
    found = room.services.availability.leaves(room.actor, room.doctor)
    return [(f"{one.starts_at:%d %H:%M}", f"{one.ends_at:%d %H:%M}", one.reason) for one in found]


def offered(room: Room) -> MovePanel:
    panel = room.page.panel
    assert panel.is_open
    return panel


# ------------------------------------------------------------------------------------- leave
def test_leave_is_added_changed_and_deleted_each_with_a_way_back(own: Room) -> None:
    save(own, "01.12.2026", "03.12.2026")
    days = [("30 18:30", "03 18:30", "congress")]  # whole days by the hospital's clock
    assert leaves(own) == days
    own.undo()
    assert leaves(own) == []
    own.undo()
    assert leaves(own) == days
    part = own.page.leave
    part.table.select_ids([part.table.rows()[0].id])
    part.edit_button.click()
    part.form.whole.setChecked(False)
    part.form.first_time.setText("14:30")
    part.form.last_time.setText("24:00")
    part.form.save_button.click()
    own.settle()
    assert leaves(own) == [("01 09:00", "03 18:30", "congress")]
    own.undo()
    assert leaves(own) == days
    part.table.select_ids([part.table.rows()[0].id])
    part.delete_button.click()
    own.settle()
    assert leaves(own) == []
    own.undo()
    assert leaves(own) == days


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [("", "", "starts_at"), ("someday", "", "starts_at"), ("03.12.2026", "01.12.2026", "ends_at")],
)
def test_bad_leave_is_refused_at_its_field(own: Room, first: str, last: str, field: str) -> None:
    save(own, first, last)
    assert own.page.leave.form.form.field(field).error
    assert own.page.leave.form.reason.text() == "congress"
    assert leaves(own) == []


def test_a_leave_that_somebody_changed_is_not_overwritten_unseen(own: Room) -> None:
    save(own, "01.12.2026")
    part = own.page.leave
    row = part.table.rows()[0]
    part.table.select_ids([row.id])
    part.edit_button.click()
    boss = own.services.context.gate.system("Maria")
    own.services.availability.update_leave(
        boss,
        SaveLeave(row.doctor_id, row.starts_at, row.ends_at, "hers", row.id, row.version),
    )
    part.form.reason.setText("mine")
    part.form.save_button.click()
    own.settle()
    assert leaves(own)[0][2] == "hers"
    assert part.form.reason.text() == "mine"
    part.form.save_button.click()
    own.settle()
    assert leaves(own)[0][2] == "mine"


# -------------------------------------------------------------------------------------- move
def test_leave_that_hits_visits_moves_them_in_one_step_and_says_whom_to_call(
    own: Room, tmp_path: Path
) -> None:
    visits = booked(own)
    save(own, "25.11.2026")
    panel = offered(own)
    found = panel.model.proposals
    assert [one.new_starts_at for one in found] == [row.starts_at + WEEK for row in visits]
    assert found[0].phones == ("098765 43210",)
    assert panel.apply_button.text().replace("&", "") == "Move 3 visits"
    panel.apply_button.click()
    own.settle()
    assert [status(own, row) for row in visits] == [Status.CANCELLED] * 3
    assert own.toast() == "3 visits moved."
    assert panel.calls.isVisible()
    panel.calls.copy_button.click()
    text = QGuiApplication.clipboard().text().splitlines()
    assert text[0] == "Patient\tPhone\tBooked for\tNew time\tDoctor"
    assert text[1] == "Kumar Swamy\t098765 43210\tWed 10:00\tWed 2 Dec 10:00\tDr Meera Rao"
    assert "no number" in text[3]
    panel.calls.save_to(tmp_path / "calls.csv")
    own.settle()
    assert len((tmp_path / "calls.csv").read_text("utf-8-sig").splitlines()) == 4
    change, words = own.page.desk.history.take() or ("", "")
    assert words == "3 visits moved."
    own.services.undo.undo(own.actor, change)
    assert [status(own, row) for row in visits] == [Status.BOOKED] * 3


def test_only_what_is_ticked_moves_and_another_time_can_be_chosen(own: Room) -> None:
    visits = booked(own)
    save(own, "25.11.2026")
    panel = offered(own)
    panel.table.selectRow(1)
    QTest.keyClick(panel.table, Qt.Key.Key_Space)
    assert len(panel.model.chosen()) == 2
    panel.table.selectRow(0)
    own.settle()
    assert panel.times.isEnabled()
    taken = panel.model.proposals[2].new_starts_at
    starts = [slot.starts_at for slot in panel._slots]
    assert taken not in starts
    panel.times.setCurrentIndex(0)
    panel.times.activated.emit(0)
    assert panel.model.proposals[0].new_starts_at == starts[0] != visits[0].starts_at + WEEK
    panel.apply_button.click()
    own.settle()
    assert [status(own, row) for row in visits] == [
        Status.CANCELLED,
        Status.BOOKED,
        Status.CANCELLED,
    ]


def test_a_time_that_was_taken_meanwhile_is_named_and_nothing_moves(own: Room) -> None:
    visits = booked(own, 2)
    save(own, "25.11.2026")
    panel = offered(own)
    own.book(3, visits[1].starts_at + WEEK)
    panel.apply_button.click()
    own.settle()
    words = panel._trouble.text()
    assert "Kumaraswamy Iyer's visit" in words
    assert "Fatima Sheikh" in words
    assert [status(own, row) for row in visits] == [Status.BOOKED] * 2
    panel.again_button.click()
    own.settle()
    panel.apply_button.click()
    own.settle()
    assert [status(own, row) for row in visits] == [Status.CANCELLED] * 2


def test_an_administrator_may_give_them_to_the_department(admin: Room) -> None:
    visits = booked(admin, 2)
    save(admin, "25.11.2026")
    panel = offered(admin)
    assert panel.whose.isVisible()
    panel.whose.set_value("department")
    panel.whose.changed.emit("department")
    admin.settle()
    found = panel.model.proposals
    assert [one.new_starts_at for one in found] == [row.starts_at for row in visits]
    assert {one.doctor_name for one in found} == {"Dr Iqbal Khan"}
    panel.close_button.click()
    admin.page.leave.table.select_ids([admin.page.leave.table.rows()[0].id])
    admin.page.leave.move_button.click()
    admin.settle()
    assert len(offered(admin).model.proposals) == 2


def test_a_doctor_is_not_offered_other_doctors(own: Room) -> None:
    booked(own, 1)
    save(own, "25.11.2026")
    assert not offered(own).whose.isVisible()


def test_leave_without_visits_offers_nothing(own: Room) -> None:
    save(own, "25.11.2026")
    assert not own.page.panel.is_open
    part = own.page.leave
    part.table.select_ids([part.table.rows()[0].id])
    part.move_button.click()
    own.settle()
    assert own.toast() == "No visit is booked in this leave."


def test_holidays_are_shown(own: Room) -> None:
    boss = own.services.context.gate.system("boss")
    on = datetime(2026, 12, 25, tzinfo=UTC).date()
    own.services.availability.add_holiday(boss, on, "Christmas & <b>more</b>")
    own.go("leave")
    own.page.leave.reload()
    own.settle()
    model = own.page.leave.holidays.view.model()
    said = model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "Christmas & <b>more</b>" in said
