"""Booking at the front desk: the line, the panel, the hold, the draft."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from hms_desktop.domain.appointments import BookAppointment
from hms_desktop.domain.permissions import ADMINISTRATOR
from hms_desktop.services.assembly import Services
from hms_desktop.ui.front_desk.booking_panel import DRAFT
from hms_desktop.ui.front_desk.line_colours import utf16
from hms_desktop.ui.front_desk.proposing import Stage
from hms_desktop.ui.grid.day import CellRef
from tests.ui.front_desk.desk import Clinic, Place, admit, at

CTRL = Qt.KeyboardModifier.ControlModifier


def cell(place: Place, hour: int, minute: int = 0, doctor: int = 0) -> CellRef:
    return CellRef("", place.clinic.doctors[doctor], at(hour, minute), 15)


def proposed(place: Place, text: str) -> Stage:
    place.page.book.line.focus_line()
    place.type(text)
    place.until(lambda: place.page.book.line.answer is not None)
    place.settle()
    answer = place.page.book.line.answer
    assert answer is not None
    return answer.stage


@pytest.mark.feature("APT-2")
def test_the_line_proposes_and_books(place: Place) -> None:
    assert proposed(place, "kumar 3pm dr rao") is Stage.READY
    assert place.grid.scene.proposal is not None
    assert place.grid.scene.proposal.starts_at == at(15)
    assert "Kumar Swamy" in place.page.book.line.chip.text
    place.press(Qt.Key.Key_Return)
    place.settle()
    (row,) = place.visits()
    assert (row.patient_name, row.starts_at) == ("Kumar Swamy", at(15))
    assert place.page.book.line.edit.text() == ""
    assert not place.page.book.line.edit.isUndoAvailable()
    assert place.grid.scene.proposal is None
    assert "Kumar Swamy booked" in place.desk.toasts.toasts[-1].text


def test_enter_before_the_proposal_waits_for_it(place: Place) -> None:
    place.page.book.line.focus_line()
    place.type("kumar 3pm dr rao")
    place.press(Qt.Key.Key_Return)
    place.until(lambda: len(place.visits()) == 1)
    place.settle()


def test_a_taken_time_says_why_and_offers_the_next(place: Place) -> None:
    place.make_visit(15, patient=1)
    assert proposed(place, "kumar 3pm dr rao") is Stage.CLOSED
    line = place.page.book.line
    assert "15:00" in line.said.text()
    place.press(Qt.Key.Key_Return)
    place.settle()
    assert len(place.visits()) == 1, "another time than the typed one is not booked at once"
    place.press(Qt.Key.Key_Return)
    place.settle()
    assert [one.starts_at for one in place.visits()] == [at(15), at(15, 30)]


def test_two_patients_who_fit_are_asked_about(place: Place, services: Services) -> None:
    from hms_desktop.domain.names import Name
    from hms_desktop.domain.patients import RegisterPatient

    services.patients.register(
        place.actor, RegisterPatient(name=Name(given="Kumar", family="Varma"))
    )
    place.settle()
    assert proposed(place, "kumar 3pm dr khan") is Stage.PATIENT_UNCLEAR
    assert place.page.book.line.choices.isVisible()
    place.press(Qt.Key.Key_Down)
    second = place.page.book.line.choices.currentItem().text()
    place.press(Qt.Key.Key_Return)
    place.settle()
    assert place.page.book.line.answer is not None
    assert place.page.book.line.answer.stage is Stage.READY
    place.press(Qt.Key.Key_Return)
    place.settle()
    (row,) = place.visits()
    assert second.startswith(row.patient_name)


def test_an_unknown_patient_leads_to_a_new_chart(place: Place) -> None:
    assert proposed(place, "zzyzx 3pm dr rao") is Stage.PATIENT_UNKNOWN
    place.press(Qt.Key.Key_Return)
    place.settle()
    assert place.page.editor_panel.is_open


def test_offsets_count_utf16_units() -> None:
    assert utf16("a😀b", 2) == 3
    assert utf16("abc", 2) == 2


@pytest.mark.feature("APT-13")
def test_the_panel_holds_the_slot_and_lets_go(place: Place, services: Services) -> None:
    other = admit(services, name="Maria", workstation="desk-2")
    place.page.book_cell(cell(place, 14))
    place.until(lambda: place.page.booking.holding.held is not None)
    (hold,) = services.holds.on_days(other, at(14).date(), 1, place.clinic.doctors)
    assert (hold.starts_at, hold.user_name) == (at(14), "Sheela")
    place.settle()
    assert place.grid.day is not None
    assert place.grid.day.holds == (), "the own hold is the dashed box, not a stranger's"
    place.page.booking.close_panel()
    place.settle()
    assert services.holds.on_days(other, at(14).date(), 1, place.clinic.doctors) == ()


@pytest.mark.feature("APT-13")
def test_anothers_hold_is_shown_and_expires(
    place: Place, services: Services, clock: object
) -> None:
    other = admit(services, name="Maria", workstation="desk-2")
    services.holds.take(other, place.clinic.doctors[0], at(14), at(14, 30), "theirs")
    place.settle()
    assert place.grid.day is not None
    assert [one.user_name for one in place.grid.day.holds] == ["Maria"]
    clock.advance(seconds=200)  # type: ignore[attr-defined] # a FakeClock
    place.page.book.tick()
    assert place.grid.day is not None
    assert place.grid.day.holds == ()


def test_the_panel_books_with_a_note(place: Place) -> None:
    place.page.book_cell(cell(place, 14))
    place.settle()
    place.type("anita")
    place.until(lambda: bool(place.page.booking.form.person.list.hits.rows))
    place.settle()
    place.press(Qt.Key.Key_Return)
    assert place.page.booking.form.person.patient is not None
    place.page.booking.form.note.setPlainText("brings X-rays")
    place.press(Qt.Key.Key_Return)
    place.settle()
    (row,) = place.visits()
    assert (row.patient_name, row.note) == ("Anita Desai", "brings X-rays")
    assert not place.page.booking.is_open
    assert place.desk.drafts.get(DRAFT) is None


@pytest.mark.feature("APT-3")
def test_a_taken_slot_asks_for_a_reason_to_overbook(place: Place) -> None:
    there = place.make_visit(15, patient=1)
    place.page.book_cell(cell(place, 15))
    place.settle()
    panel = place.page.booking
    assert there.mrn in panel.why.label.text()
    assert panel.slots.rows.count() > 0
    place.page.choose_patient(place.page.book.state and _hit(place, 0))
    panel.save()
    place.settle()
    assert panel.form.form.field("overbook_reason").error
    panel.form.reasons["overbook_reason"].setText("urgent")
    panel.save()
    place.settle()
    rows = place.visits()
    assert [one.lane for one in rows if one.patient_name == "Kumar Swamy"] == [100]


def _hit(place: Place, number: int) -> object:
    from hms_desktop.ui.pages.front_desk import hit_of

    row = place.services.patients.open(place.actor, place.clinic.patients[number])
    place.settle()
    return hit_of(row)


def test_a_closed_time_names_the_rule_and_the_next_free(place: Place) -> None:
    place.page.book_cell(cell(place, 17, 30))
    place.settle()
    panel = place.page.booking
    assert panel.why.label.text() == "Outside working hours."
    assert panel.form.form.field("outside_hours_reason").isHidden(), "a receptionist may not"
    first = panel.slots.rows.itemAt(0).widget()
    assert first is not None
    first.click()  # type: ignore[attr-defined] # a button
    place.settle()
    assert panel.form.starts_at() == at(9, day=24)
    assert panel.why.isHidden()


def test_who_may_book_outside_hours_gives_a_reason(
    qtbot: QtBot, services: Services, clinic: Clinic, tmp_path: Path
) -> None:
    place = Place(qtbot, services, clinic, tmp_path / "d", permissions=ADMINISTRATOR)
    place.page.book_cell(cell(place, 17, 30))
    place.settle()
    panel = place.page.booking
    panel.set_patient(_hit(place, 0))  # type: ignore[arg-type]
    panel.form.reasons["outside_hours_reason"].setText("asked by the doctor")
    panel.save()
    place.settle()
    assert [one.starts_at for one in place.visits()] == [at(17, 30)]
    place.close()


def test_a_conflict_while_saving_names_what_is_there_and_keeps_all(place: Place) -> None:
    place.page.book_cell(cell(place, 14))
    place.settle()
    panel = place.page.booking
    panel.set_patient(_hit(place, 0))  # type: ignore[arg-type]
    panel.form.note.setPlainText("keep me")
    other = admit(place.services, name="Maria", workstation="desk-1")
    place.services.appointments.book(
        other,
        BookAppointment(
            place.clinic.patients[1], place.clinic.doctors[0], place.clinic.visit_type, at(14)
        ),
    )
    panel.save()
    place.settle()
    assert panel.is_open
    assert "Anita Desai" in panel.why.label.text()
    assert panel.form.note.toPlainText() == "keep me"


def test_what_is_typed_survives_a_new_page(
    place: Place, qtbot: QtBot, services: Services, clinic: Clinic, tmp_path: Path
) -> None:
    place.page.book_cell(cell(place, 14))
    place.settle()
    place.page.booking.set_patient(_hit(place, 0))  # type: ignore[arg-type]
    place.page.booking.form.note.setPlainText("half a sentence")
    draft = place.desk.drafts.get(DRAFT)
    assert draft is not None
    again = Place(qtbot, services, clinic, tmp_path / "again", workstation="desk-3")
    again.desk.drafts.keep(DRAFT, draft)
    again.page._offer_draft()
    toast = again.desk.toasts.toasts[-1]
    assert toast.undo_button is not None
    toast.undo_button.click()
    again.settle()
    form = again.page.booking.form
    assert form.person.patient is not None
    assert form.person.patient.name == "Kumar Swamy"
    assert form.note.toPlainText() == "half a sentence"
    assert form.starts_at() == at(14)
    again.close()


@pytest.mark.feature("APT-2")
def test_a_chosen_patient_goes_from_find_to_slot(place: Place) -> None:
    place.page.choose_patient(_hit(place, 2))  # type: ignore[arg-type]
    assert place.grid.hasFocus()
    place.grid.focus_time(place.clinic.doctors[1], at(13))
    place.press(Qt.Key.Key_Return)
    place.settle()
    place.press(Qt.Key.Key_Return)
    place.settle()
    (row,) = place.visits()
    assert (row.patient_name, row.starts_at, row.minutes) == ("Ravi Menon", at(13), 30)
    assert row.ends_at - row.starts_at == timedelta(minutes=30)
