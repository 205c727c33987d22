from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QLabel

from hms_desktop.domain.lifecycle import Status
from tests.services.bookings import DAY
from tests.services.clinic import RECORD
from tests.ui.today.clinic import Clinic

CONTROL = Qt.KeyboardModifier.ControlModifier


def lines(clinic: Clinic) -> list[tuple[str, str]]:
    return [(line.lead, line.detail) for line in clinic.page.list.list.model.lines]


# ------------------------------------------------------------------------------------ the list
@pytest.mark.feature("QUE-2")
def test_the_list_counts_waiting_minutes_without_asking_again(clinic: Clinic) -> None:
    assert lines(clinic) == [
        ("13:00", "waiting 0 min"),
        ("13:30", "waiting 0 min"),
        ("14:00", "booked"),
    ]
    assert clinic.page.list.count.text() == "3 visits · 0 done"
    clinic.clock.advance(minutes=27)
    clinic.page.list.tick()
    assert lines(clinic)[0] == ("13:00", "waiting 27 min")


@pytest.mark.feature("QUE-2")
def test_call_next_calls_the_longest_waiting_and_opens_the_visit(clinic: Clinic) -> None:
    clinic.page.list.setFocus()
    QTest.keyClick(clinic.page, Qt.Key.Key_F8)
    clinic.settle()
    opened = clinic.page.part.opened
    assert opened is not None
    assert opened.visit.id == clinic.visits[0].id
    assert lines(clinic)[0][1].startswith("called")
    assert "Token 1 called" in clinic.window.toast()
    assert clinic.page.part.banner.name.text() == clinic.visits[0].patient_name


@pytest.mark.feature("QUE-2")
def test_a_patient_is_skipped_returned_and_begun_by_keys(clinic: Clinic) -> None:
    view = clinic.page.list.list
    view.focus_list()
    QTest.keyClick(view.view, Qt.Key.Key_K)
    clinic.settle()
    assert lines(clinic)[0][1].startswith("skipped")
    assert clinic.page.list.next_visit().appointment_id == clinic.visits[1].id  # type: ignore[union-attr]
    QTest.keyClick(view.view, Qt.Key.Key_R)
    clinic.settle()
    assert lines(clinic)[0][1].startswith("waiting")
    clinic.open(0)
    QTest.keyClick(clinic.page, Qt.Key.Key_F9)
    clinic.settle()
    assert lines(clinic)[0][1] == "with you"
    assert clinic.page.part.opened.visit.status is Status.IN_CONSULTATION  # type: ignore[union-attr]


@pytest.mark.feature("CLN-1")
def test_a_click_opens_a_visit_and_what_is_open_stays(clinic: Clinic) -> None:
    assert clinic.page.history.list.empty_text == "Nobody is in front of you."
    view = clinic.page.list.list.view
    opened = QSignalSpy(clinic.page.list.opened)
    for _click in range(2):
        place = view.visualRect(view.model().index(1, 0)).center()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
        clinic.settle()
    assert opened.count() == 1
    assert clinic.page.part.opened.visit.id == clinic.visits[1].id  # type: ignore[union-attr]
    assert clinic.page.history.list.empty_text == "No earlier records of this patient."


def test_with_nobody_here_the_page_says_what_to_do(clinic: Clinic) -> None:
    assert clinic.page.part.opened is None
    assert clinic.page.part._stack.currentIndex() == 0


# ---------------------------------------------------------------------------------- completing
@pytest.mark.feature("CLN-1", "CLN-3")
def test_complete_and_next_saves_everything_and_goes_on(clinic: Clinic) -> None:
    clinic.open(0)
    clinic.fill()
    clinic.page.part.form.setFocus()
    QTest.keyClick(clinic.page, Qt.Key.Key_Return, CONTROL)
    clinic.settle()
    saved = clinic.encounter(0)
    assert saved is not None
    assert saved.newest.record == RECORD
    assert saved.status is Status.COMPLETED
    assert clinic.page.part.opened.visit.id == clinic.visits[1].id  # type: ignore[union-attr]
    assert clinic.page.list.count.text() == "3 visits · 1 done"
    assert clinic.window.desk.drafts.get(f"consultation/{clinic.visits[0].id}") is None


@pytest.mark.feature("CLN-1")
def test_a_refused_field_gets_its_sentence_and_nothing_is_saved(clinic: Clinic) -> None:
    clinic.open(0)
    clinic.type_complaint("headache")
    clinic.page.part.complete()
    clinic.settle()
    assert clinic.encounter(0) is None
    assert clinic.services.appointments.get(clinic.desk, clinic.visits[0].id).status is (
        Status.ARRIVED
    )
    assert "at least one diagnosis" in clinic.page.part.form.diagnoses.error


@pytest.mark.feature("CLN-3")
def test_completed_elsewhere_the_sentence_says_so_and_the_text_stays(clinic: Clinic) -> None:
    clinic.open(0)
    clinic.fill()
    part = clinic.page.part
    clinic.window.bridge.close()  # what happens elsewhere is not heard of in time
    clinic.complete_elsewhere(0)
    part.complete()
    clinic.settle()
    assert "was completed at" in part.trouble.label.text()
    assert part.form.record() == RECORD
    assert clinic.window.desk.drafts.get(f"consultation/{clinic.visits[0].id}") is not None


# -------------------------------------------------------------------------------------- drafts
@pytest.mark.feature("CLN-1")
def test_switching_patients_loses_no_character(clinic: Clinic) -> None:
    clinic.open(0)
    clinic.type_complaint("headache, mornings <b>only</b>")
    clinic.open(1)
    assert clinic.page.part.form.complaint.raw() == ""
    clinic.type_complaint("cough")
    clinic.open(0)
    assert clinic.page.part.form.complaint.raw() == "headache, mornings <b>only</b>"
    clinic.open(1)
    assert clinic.page.part.form.complaint.raw() == "cough"


@pytest.mark.feature("CLN-1")
def test_what_was_typed_is_back_in_a_page_built_anew(clinic: Clinic) -> None:
    clinic.open(0)
    clinic.type_complaint("half a sent")
    clinic.page.hide()
    clinic.page.deleteLater()
    page = clinic.open_page()
    assert page.part.opened is not None
    assert page.part.form.complaint.raw() == "half a sent"
    assert "back" in page.part.foot.draft.text()


def test_a_change_from_elsewhere_does_not_disturb_what_is_typed(clinic: Clinic) -> None:
    clinic.open(0)
    clinic.type_complaint("typing")
    visit = clinic.services.appointments.get(clinic.desk, clinic.visits[0].id)
    clinic.services.appointments.edit_note(clinic.desk, visit.id, visit.version, "bring X-rays")
    clinic.settle()
    assert clinic.page.part.note.text() == "From the desk: bring X-rays"
    assert clinic.page.part.form.complaint.raw() == "typing"


# ----------------------------------------------------------------------------- amending, history
@pytest.mark.feature("CLN-4")
def test_an_amendment_asks_why_and_keeps_the_first_version(clinic: Clinic) -> None:
    clinic.complete_elsewhere(0)
    clinic.open(0)
    part = clinic.page.part
    assert not part.foot.complete.isVisible()
    part.amend()
    part.form.show_record(replace(RECORD, notes="and a cough"), None)
    part.form.changed.emit()
    part.save_amendment()
    part.asking.text.setText("laboratory result")
    part.asking.answer()
    clinic.settle()
    saved = clinic.encounter(0)
    assert saved is not None
    assert (saved.newest.number, saved.newest.reason) == (2, "laboratory result")
    assert saved.newest.record.notes == "and a cough"
    assert part.versions.isVisible()
    assert part.versions.count() == 2
    told = [one.text() for one in part.form.calm.findChildren(QLabel) if one.isVisible()]
    assert f"Before: {RECORD.notes}" in told, "the newest says what was changed"
    part.versions.setCurrentIndex(1)
    assert "laboratory" not in part.versions.currentText()
    told = [one.text() for one in part.form.calm.findChildren(QLabel) if one.isVisible()]
    assert not any(one.startswith("Before:") for one in told)


@pytest.mark.feature("CLN-4")
def test_an_amendment_may_be_left(clinic: Clinic) -> None:
    clinic.complete_elsewhere(0)
    clinic.open(0)
    clinic.page.part.amend()
    clinic.type_complaint("no, wait")
    clinic.page.part.drop_amendment()
    clinic.settle()
    assert clinic.window.desk.drafts.get(f"amendment/{clinic.visits[0].id}") is None
    assert not clinic.page.part.foot.save.isVisible()


@pytest.mark.feature("PAT-4")
def test_the_history_shows_earlier_records_and_opens_them(clinic: Clinic) -> None:
    clinic.complete_elsewhere(0)
    clinic.clock.advance(minutes=5)
    done = clinic.services.appointments.book(
        clinic.desk,
        replace(_wish(clinic), starts_at=clinic.visits[2].ends_at),
    )
    clinic.visits.append(done.appointment)
    clinic.settle()
    clinic.open(3)
    (line,) = clinic.page.history.list.model.lines
    assert line.detail.startswith("I10 Essential")
    clinic.page.history.list.chosen.emit(line.key)
    clinic.settle()
    assert clinic.page.record.is_open
    assert clinic.page.record.box.count() == 1


@pytest.mark.feature("CLN-1")
def test_the_follow_up_is_booked_straight_from_here(clinic: Clinic) -> None:
    clinic.open(0)
    clinic.page.part.form.follow_up_wanted.emit(DAY.replace(day=30))
    clinic.settle()
    panel = clinic.page.follow_up
    assert panel.is_open
    slot = panel.slots.currentIndex().data(Qt.ItemDataRole.UserRole)
    assert slot.starts_at.date() == DAY.replace(day=30)
    QTest.keyClick(panel.slots, Qt.Key.Key_Return)
    clinic.settle()
    assert not panel.is_open
    assert "Follow-up booked" in clinic.window.toast()
    timeline = clinic.services.patients.timeline(clinic.desk, clinic.hospital.patients[0])
    assert slot.starts_at in {one.starts_at for one in timeline}


@pytest.mark.feature("CLN-7")
def test_the_last_prescription_is_repeated_with_one_action(clinic: Clinic) -> None:
    clinic.complete_elsewhere(0)
    done = clinic.services.appointments.book(
        clinic.desk, replace(_wish(clinic), starts_at=clinic.visits[2].ends_at)
    )
    clinic.visits.append(done.appointment)
    clinic.settle()
    clinic.open(3)
    clinic.page.part.repeat_last()
    clinic.settle()
    items = clinic.page.part.form.prescription.value()
    assert [item.drug for item in items] == [item.drug for item in RECORD.prescription]


def _wish(clinic: Clinic):  # noqa: ANN202 - as the helper says
    from tests.services.bookings import wish

    return wish(clinic.hospital)
