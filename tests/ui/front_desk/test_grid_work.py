"""Working in the grid: move, stretch, cancel, steps, pins, views, why closed."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from hms_desktop.domain.appointments import BookAppointment, CancelAppointment
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.permissions import DOCTOR
from hms_desktop.services.assembly import Services
from hms_desktop.ui.front_desk.book_part import BookPart
from hms_desktop.ui.front_desk.views import read_pins
from hms_desktop.ui.grid.day import MoveWish, ResizeWish, StatusWish
from hms_desktop.ui.grid.texts import tip_of
from tests.support import seed
from tests.ui.front_desk.desk import Clinic, Place, admit, at

ALT = Qt.KeyboardModifier.AltModifier


@pytest.mark.feature("APT-5")
def test_moving_by_keyboard(place: Place) -> None:
    row = place.make_visit(14)
    place.page.book.focus_grid()
    assert place.grid.focus_visit(row.id)
    for key in (Qt.Key.Key_M, Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Return):
        place.press(key)
    place.settle()
    (now,) = place.visits()
    assert (now.doctor_id, now.starts_at) == (place.clinic.doctors[1], at(14, 30))
    assert now.rescheduled_from == row.id
    assert "moved to" in place.desk.toasts.toasts[-1].text


@pytest.mark.feature("APT-1")
def test_moving_by_mouse(place: Place) -> None:
    row = place.make_visit(14)
    box = place.grid.model.by_id[row.id]
    shift = -place.grid.offset()
    start = box.rect.center() + shift
    end = start + QPoint(0, round(60 * place.grid.model.scale))
    view = place.grid.viewport()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 11):
        QTest.mouseMove(view, start + (end - start) * step / 10)
        QTest.qWait(5)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=end)
    place.settle()
    (now,) = place.visits()
    assert now.starts_at == at(15)


def test_a_refused_move_goes_back_and_offers_to_overbook(place: Place) -> None:
    row, there = place.make_visit(14), place.make_visit(15, patient=1)
    place.page.hands.move(MoveWish(row.id, row.version, row.doctor_id, at(15)))
    place.settle()
    visit = place.grid.visit(row.id)
    assert visit is not None
    assert visit.starts_at == at(14)
    toast = place.desk.toasts.toasts[-1]
    assert there.patient_name in toast.text
    assert toast.undo_button is not None
    toast.undo_button.click()
    place.page.asking.text.setText("twins")
    place.press(Qt.Key.Key_Return)
    place.settle()
    assert sorted((one.starts_at, one.lane) for one in place.visits()) == [
        (at(15), 0), (at(15), 100),
    ]  # fmt: skip
    assert not place.page.asking.is_open


def test_stretching(place: Place) -> None:
    row = place.make_visit(14)
    place.page.hands.resize(ResizeWish(row.id, row.version, at(15)))
    place.settle()
    assert place.visits()[0].minutes == 60


@pytest.mark.feature("APT-3")
def test_stretching_into_the_next_visit_offers_overbooking(place: Place) -> None:
    row, _next = place.make_visit(14), place.make_visit(14, 30, patient=1)
    place.page.hands.resize(ResizeWish(row.id, row.version, at(15)))
    place.settle()
    there = place.grid.visit(row.id)
    assert there is not None
    assert there.ends_at == at(14, 30), "it went back"
    offer = place.desk.toasts.toasts[-1].undo_button
    assert offer is not None
    offer.click()
    place.page.asking.text.setText("a long talk")
    place.press(Qt.Key.Key_Return)
    place.settle()
    assert [(one.minutes, one.lane) for one in place.visits()] == [(60, 100), (30, 0)]
    assert not place.page.asking.is_open


@pytest.mark.feature("APT-5")
def test_cancelling_takes_the_usual_reason_with_enter(place: Place) -> None:
    row = place.make_visit(14)
    place.page.book.focus_grid()
    place.grid.focus_visit(row.id)
    place.press(Qt.Key.Key_X)
    assert place.page.asking.is_open
    place.press(Qt.Key.Key_Return)
    place.settle()
    assert place.visits() == []
    gone = place.services.appointments.get(place.actor, row.id)
    assert (gone.status, gone.cancel_reason) == (Status.CANCELLED, "patient")
    assert place.grid.visit(row.id) is None


@pytest.mark.feature("APT-8")
def test_undo_and_redo(place: Place) -> None:
    row = place.make_visit(14)
    place.page.hands.move(MoveWish(row.id, row.version, row.doctor_id, at(16)))
    place.settle()
    place.undo()
    assert [one.starts_at for one in place.visits()] == [at(14)]
    place.redo()
    assert [one.starts_at for one in place.visits()] == [at(16)]


@pytest.mark.feature("APT-7")
def test_a_batch_is_one_step_and_one_undo(place: Place) -> None:
    rows = [place.make_visit(14), place.make_visit(15, patient=1)]
    place.page.hands.status(StatusWish(tuple(one.id for one in rows), "confirm"))
    place.settle()
    assert {one.status for one in place.visits()} == {Status.CONFIRMED}
    place.undo()
    assert {one.status for one in place.visits()} == {Status.BOOKED}
    place.page.hands.status(StatusWish(tuple(one.id for one in rows), "check_in"))
    place.settle()
    assert {one.status for one in place.visits()} == {Status.ARRIVED}
    assert "2 visits checked in" in place.desk.toasts.toasts[-1].text
    place.undo()
    assert {one.status for one in place.visits()} == {Status.BOOKED}
    place.page.hands.status(StatusWish(tuple(one.id for one in rows), "cancel"))
    place.press(Qt.Key.Key_Return)
    place.settle()
    assert place.visits() == []
    place.undo()
    assert {one.status for one in place.visits()} == {Status.BOOKED}


@pytest.mark.feature("APT-7")
def test_checking_in_gives_a_token(place: Place) -> None:
    row = place.make_visit(14)
    place.page.hands.status(StatusWish((row.id,), "check_in"))
    place.settle()
    assert place.visits()[0].status is Status.ARRIVED
    assert "token 1" in place.desk.toasts.toasts[-1].text


@pytest.mark.feature("AVL-7")
def test_a_closed_cell_says_why_and_who_may(place: Place) -> None:
    place.page.book.focus_grid()
    visit = place.make_visit(17 - 1, 30)
    place.grid.focus_visit(visit.id)
    place.page.book.why.wonder(
        place.grid.model.cell(0, 0, 15) if place.grid.model.band_at(0, 0) else _closed_cell(place)
    )
    place.settle()
    assert "Outside working hours." in place.page.book.why.text()
    assert "Book outside working hours" in place.page.book.why.text()


def _closed_cell(place: Place) -> object:
    from hms_desktop.ui.grid.day import CellRef

    return CellRef("", place.clinic.doctors[0], at(17, 30), 15)


@pytest.mark.feature("APT-1")
def test_the_pinboard_carries_to_another_day(place: Place) -> None:
    row = place.make_visit(14)
    place.page.book.pin(row.id)
    assert not place.page.book.pinboard.isHidden()
    # Whoever logs out and in again, or starts the program anew, finds it there.
    later = BookPart(place.desk, place.page)
    later.reload()
    place.settle()
    assert [chip.visit.id for chip in later.pinboard.chips] == [row.id]
    later.deleteLater()
    place.page.book.step(1)
    place.settle()
    assert place.grid.day is not None
    assert place.grid.day.on == date(2026, 11, 24)
    (pinned,) = place.grid.day.pinboard
    place.page.hands.move(MoveWish(pinned.id, pinned.version, pinned.doctor_id, at(10, day=24)))
    place.settle()
    assert [one.starts_at for one in place.visits()] == [at(10, day=24)]
    assert place.page.book.pinboard.isHidden()
    assert read_pins(place.desk.memory) == ()


@pytest.mark.feature("APT-1")
def test_the_week_of_one_doctor(place: Place) -> None:
    place.make_visit(14)
    place.page.book.set_week(True)
    place.settle()
    day = place.grid.day
    assert day is not None
    assert [one.on_date for one in day.columns] == [
        date(2026, 11, 23) + timedelta(days=n) for n in range(7)
    ]
    place.page.book.set_week(False)
    place.settle()
    assert place.grid.day is not None
    assert len(place.grid.day.columns) == 2


@pytest.mark.feature("APT-1")
def test_views_are_saved_and_recalled(place: Place) -> None:
    one = place.clinic.doctors[1]
    place.page.book.toolbar.doctors_chosen.emit((one,))
    place.settle()
    place.page.save_view("F5")
    place.page.asking.text.setText("Khan only")
    place.page.asking.answer()
    place.page.book.toolbar.doctors_chosen.emit(())
    place.settle()
    assert place.grid.day is not None
    assert len(place.grid.day.columns) == 2
    place.page.commands.run("desk.view.F5")
    place.settle()
    assert [column.doctor_id for column in place.grid.day.columns] == [one]
    assert "front_desk/views" in place.desk.memory.values  # type: ignore[attr-defined]


def test_jumping_to_a_typed_date(place: Place) -> None:
    place.page.commands.run("desk.jump")
    QTest.keyClicks(place.page.book.toolbar.date.edit, "24.12")
    place.press(Qt.Key.Key_Return)
    place.settle()
    assert place.page.book.shown.on == date(2026, 12, 24)


def test_a_doctor_sees_the_own_column_only(
    qtbot: QtBot, services: Services, clinic: Clinic, tmp_path: Path
) -> None:
    place = Place(
        qtbot, services, clinic, tmp_path / "d", permissions=DOCTOR, doctor_id=clinic.doctors[1]
    )
    day = place.grid.day
    assert day is not None
    assert [one.doctor_id for one in day.columns] == [clinic.doctors[1]]
    place.close()


@pytest.mark.feature("APT-6")
def test_the_appointment_panel_shows_and_steps_on(place: Place) -> None:
    row = place.make_visit(14, note="first note")
    place.page.open_appointment(row.id)
    place.settle()
    panel = place.page.appointment
    assert panel.banner.name.text() == "Kumar Swamy"
    assert panel.note.edit.toPlainText() == "first note"
    texts = [one.text() for one in panel.buttons.findChildren(type(panel.chart)) if one.isVisible()]
    assert "Check in" in texts
    assert panel.history.lines.count() == 1
    panel._step(Status.CONFIRMED)
    place.settle()
    assert panel.row is not None
    assert panel.row.status is Status.CONFIRMED
    assert panel.history.lines.count() == 2


@pytest.mark.feature("APT-3")
def test_another_room_from_the_appointment_panel(place: Place, services: Services) -> None:
    spare = services.context.database.write(seed.stamp(), seed.new_room)
    row = place.make_visit(14)
    place.page.open_appointment(row.id)
    place.settle()
    panel, rooms = place.page.appointment, place.page.rooms
    (wanted,) = (
        one
        for one in panel.buttons.findChildren(type(panel.chart))
        if one.text() == "Another room…"
    )
    wanted.setFocus()
    place.press(Qt.Key.Key_Space)
    place.settle()
    (line,) = rooms.list.model.lines
    place.press(Qt.Key.Key_Return)
    place.settle()
    assert not rooms.is_open
    again = place.focus()
    assert isinstance(again, QPushButton)
    assert again.text() == "Another room…"
    assert services.appointments.get(place.actor, row.id).room_id == spare
    assert line.title in panel.details.text()
    assert line.title in tip_of(place.grid.model, place.grid.model.by_id[row.id]).splitlines()
    step = panel.history.lines.itemAt(1).widget()
    assert step is not None
    assert line.title in [one.text() for one in step.findChildren(QLabel)]
    place.undo()
    assert line.title not in panel.details.text()
    assert line.title not in tip_of(place.grid.model, place.grid.model.by_id[row.id])
    services.appointments.cancel(place.actor, CancelAppointment(row.id, 3))
    place.settle()
    texts = [one.text() for one in panel.buttons.findChildren(type(panel.chart)) if one.isVisible()]
    assert "Another room…" not in texts


@pytest.mark.feature("NET-1")
def test_two_desks_edit_one_note(place: Place, services: Services) -> None:
    row = place.make_visit(14, note="old")
    place.page.open_appointment(row.id)
    place.settle()
    note = place.page.appointment.note
    note.edit.setPlainText("mine")
    other = admit(services, name="Maria", workstation="desk-2")
    services.appointments.edit_note(other, row.id, row.version, "theirs")
    note.save()
    place.settle()
    assert note.edit.toPlainText() == "mine"
    assert not note.clash.isHidden()
    assert "changed this note meanwhile" in note.clash.label.text()
    assert (note.theirs.text(), note.yours.text()) == ("theirs", "mine")
    note.put_mine.click()
    place.settle()
    assert services.appointments.get(place.actor, row.id).note == "mine"


def test_moving_to_the_next_free(place: Place) -> None:
    row = place.make_visit(14)
    place.make_visit(14, 30, patient=1)
    place.page.open_appointment(row.id)
    place.settle()
    place.page.appointment._next_free()
    place.settle()
    first = place.page.appointment.message.rows.itemAt(0).widget()
    first.click()  # type: ignore[attr-defined,union-attr] # a button
    place.settle()
    assert [one.starts_at for one in place.visits()] == [at(14, 30), at(15)]
    assert place.page.appointment.row is not None
    assert place.page.appointment.row.rescheduled_from == row.id


def test_a_booking_elsewhere_appears(place: Place, services: Services) -> None:
    other = admit(services, name="Maria", workstation="desk-2")
    wish = BookAppointment(
        place.clinic.patients[1], place.clinic.doctors[1], place.clinic.visit_type, at(13)
    )
    row = services.appointments.book(other, wish).appointment
    place.until(lambda: place.grid.visit(row.id) is not None)
    place.settle()


def test_every_key_means_one_thing(place: Place) -> None:
    keys = [key for one in place.page.commands.commands() for key in one.all_keys()]
    assert len(keys) == len(set(keys))
