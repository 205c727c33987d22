"""The booking panel: a slot is held while it is open, Enter books it, nothing typed is lost."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from hms_desktop.domain.appointments import BookAppointment
from hms_desktop.domain.availability_rules import Reason, ReasonKind
from hms_desktop.domain.errors import Conflict, Invalid, NotAllowed
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.front_desk.booking_checks import BookingChecks
from hms_desktop.ui.front_desk.booking_form import OUTSIDE, OVERBOOK

if TYPE_CHECKING:
    from hms_desktop.domain.appointments import Done
    from hms_desktop.domain.patients import PatientHit
    from hms_desktop.ui.front_desk.loading import Loaded
    from hms_desktop.ui.pages.base import Desk

DRAFT = "booking"
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class BookingPanel(BookingChecks):
    """Books one visit.

    ``booked`` carries the Done, ``proposed`` the grid's Proposal or None,
    ``new_patient_wanted`` what was typed for a patient who is not known.
    """

    booked = Signal(object)
    new_patient_wanted = Signal(str)

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Build it, closed."""
        super().__init__(desk, host)
        self._request: tuple[BookAppointment, str] | None = None
        self.holding.refused.connect(self._hold_refused)
        self.form.edited.connect(self._keep)
        self.form.person.chosen.connect(self._person_chosen)
        self.form.person.new_wanted.connect(self.new_patient_wanted)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.form)
        column.addWidget(self.why)
        column.addWidget(self.slots)
        self.save_button = button(
            self.tr("Book"), self.save, kind="primary", tip=self.tr("Book this visit (Enter)")
        )
        self.set_body(body)
        self.set_footer([button(self.tr("Back"), self.close_panel), self.save_button])
        self.set_title(self.tr("Book a visit"))
        self.closed.connect(self._was_closed)
        form = self.form
        for one in (
            form.doctor, form.date.edit, form.time, form.type, form.minutes.lineEdit(),
            form.minutes, form.note, self.save_button, *form.reasons.values(),
        ):  # fmt: skip
            one.installEventFilter(self)

    # ------------------------------------------------------------------ opening
    def set_loaded(self, loaded: Loaded) -> None:
        """Take the doctors, kinds of visit and visits as they are now."""
        self._loaded = loaded
        self.form.set_loaded(loaded)

    def open_for(
        self,
        doctor_id: int,
        starts_at: datetime,
        *,
        minutes: int | None = None,
        patient: PatientHit | None = None,
        visit_type_id: int | None = None,
    ) -> None:
        """Begin a booking; the cursor goes to what is still missing."""
        self._request = None
        self.form.put(
            doctor_id, starts_at, minutes=minutes, patient=patient, visit_type_id=visit_type_id
        )
        self._say("")
        self._show()
        self._check()

    def open_draft(self, draft: dict[str, Any]) -> None:
        """Go on with a booking that was kept through a lock, a crash or another log-in."""
        self._request = None
        self._say("")
        self.form.from_draft(draft)
        self._show()
        self._check()

    def set_patient(self, hit: PatientHit) -> None:
        """Book for this patient."""
        self.form.person.choose(hit)

    def _show(self) -> None:
        self.save_button.setEnabled(True)
        known = self.form.person.patient is not None
        self.open_panel(self.form.type if known else self.form.person.box.edit)
        self._propose()

    # ------------------------------------------------------------------ what is chosen
    def _person_chosen(self, hit: object) -> None:
        self._propose()
        if hit is not None:
            self.form.type.setFocus(Qt.FocusReason.OtherFocusReason)

    def _hold_refused(self, error: Conflict) -> None:
        self._refused(error)

    # ------------------------------------------------------------------ saving
    def wish(self) -> BookAppointment | None:
        """Return what is to be booked; shows what is missing and returns None."""
        form = self.form
        patient, starts_at = form.person.patient, form.starts_at()
        if patient is None:
            form.person.set_error(self.tr("Choose the patient."))
            form.person.focus_box()
            return None
        if form.date.value() is None:
            form.form.field("date").set_error(self.tr("Type the day."))
            form.date.edit.setFocus()
            return None
        if starts_at is None:
            form.form.field("starts_at").set_error(self.tr("Type a time like 15:00 or 3pm."))
            form.time.setFocus()
            return None
        for name, edit in form.reasons.items():
            if form.reason(name) is not None and not edit.text().strip():
                form.form.field(name).set_error(self.tr("Say why in a few words."))
                edit.setFocus()
                return None
        if form.doctor.currentData() is None or form.type.currentData() is None:
            self._say(self.tr("There is no doctor or no kind of visit to book yet."))
            return None
        return BookAppointment(
            patient_id=patient.id,
            doctor_id=form.doctor.currentData(),
            visit_type_id=form.type.currentData(),
            starts_at=starts_at,
            minutes=form.minutes.value(),
            note=form.note.toPlainText(),
            overbook_reason=form.reason(OVERBOOK),
            outside_hours_reason=form.reason(OUTSIDE),
            hold_token=self.holding.token,
        )

    def save(self) -> None:
        """Book; the same wish keeps its request id, so that a retry never books twice."""
        if not self.save_button.isEnabled():
            return
        wish = self.wish()
        if wish is None:
            return
        self._pause.stop()
        if self._request is None or self._request[0] != wish:
            self._request = (wish, str(uuid.uuid4()))
        request_id = self._request[1]
        self.save_button.setEnabled(False)
        services, actor = self._desk.services, self._desk.actor
        self._desk.runner.run(
            lambda: services.appointments.book(actor, wish, request_id=request_id),
            owner=self,
            done=self._done,
            failed=self._refused,
        )

    def _done(self, done: Done) -> None:
        self.save_button.setEnabled(True)
        self._request = None
        self._desk.drafts.discard(DRAFT)
        self.holding.booked()
        self.close_panel()
        self.booked.emit(done)

    def _refused(self, error: Exception) -> None:
        self.save_button.setEnabled(True)
        if isinstance(error, Invalid) and self.form.form.show_error(error):
            return
        text = sentence(error)
        if isinstance(error, Conflict):
            reason = error.existing if isinstance(error.existing, Reason) else None
            if error.kind in {"doctor", "hold"}:
                reason = replace(reason or Reason(ReasonKind.BOOKED), kind=ReasonKind.BOOKED)
            self._closed(text, reason)
            return
        detail = self.tr("Ask somebody who may.") if isinstance(error, NotAllowed) else ""
        self._say(text, detail)

    # ------------------------------------------------------------------ keeping
    def _keep(self) -> None:
        if self.is_open:
            self._desk.drafts.keep(DRAFT, self.form.to_draft())

    def _was_closed(self) -> None:
        self._pause.stop()
        self.holding.want(None)
        self.proposed.emit(None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let Enter book from every field; in the note it needs Ctrl."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            if event.key() in _ENTER and (control or not isinstance(watched, QPlainTextEdit)):
                self._commit(watched)
                self.save()
                return True
        return super().eventFilter(watched, event)

    def _commit(self, watched: QObject) -> None:
        """Take over what is typed in the field that has the cursor."""
        if watched is self.form.date.edit:
            self.form.date.commit()
        elif watched is self.form.minutes.lineEdit():
            self.form.minutes.interpretText()
