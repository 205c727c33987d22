"""The consultation: complete it, amend it later, reopen it, repeat the last prescription."""

from __future__ import annotations

import uuid

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from hms_desktop.domain.appointments import Done
from hms_desktop.domain.consultations import (
    AmendRecord,
    CompleteVisit,
    Encounter,
    PrescriptionItem,
    Record,
)
from hms_desktop.domain.errors import Invalid, Stale
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.front_desk.ask_panel import AskPanel, Question
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.today.consult_view import ConsultView


class ConsultPart(ConsultView):
    """The open visit with everything a doctor does to its record.

    ``completed`` carries the Done.
    """

    completed = Signal(object)

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Start without a visit; panels slide over ``host``."""
        super().__init__(desk, host)
        self._request: tuple[object, str] | None = None
        self.asking = AskPanel(host)
        self.form.repeat_wanted.connect(self.repeat_last)
        self.foot.complete_wanted.connect(self.complete)
        self.foot.amend_wanted.connect(self.amend)
        self.foot.save_wanted.connect(self.save_amendment)
        self.foot.drop_wanted.connect(self.drop_amendment)
        self.foot.reopen_wanted.connect(self.reopen)

    # ------------------------------------------------------------------------------- saving
    def complete(self) -> None:
        """Save the record and complete the visit in one step."""
        opened = self.opened
        if opened is None or not self.foot.complete.isVisible() or self._read_only():
            return
        record = self._record()
        if record is None:
            return
        wish = CompleteVisit(opened.visit.id, record, self._based_on())
        services, actor, request = self._desk.services, self._desk.actor, self._request_for(wish)
        self.foot.set_busy(True)
        self._desk.runner.run(
            lambda: services.consultations.complete(actor, wish, request_id=request),
            owner=self,
            done=self._completed,
            failed=self._refused,
        )

    def _completed(self, done: Done) -> None:
        self._desk.drafts.discard(f"consultation/{done.appointment.id}")
        self._request = None
        self.foot.set_busy(False)
        words = self.tr("{patient}'s visit is completed").format(
            patient=done.appointment.patient_name
        )
        self._desk.history.did(done.request_id, words)
        self._desk.toasts.show_toast(words, undo=self._desk.history.undo_requested.emit)
        self.completed.emit(done)

    def amend(self) -> None:
        """Let the record be corrected; saving asks for the reason."""
        if self.opened is not None and self.opened.encounter is not None and self._read_only():
            self.amending = True
            self._fill(self.opened)
            self._show_state()
            self.form.setFocus()

    def drop_amendment(self) -> None:
        """Forget the amendment; the record is shown as it is."""
        self._desk.drafts.discard(self._amend_key())
        self.amending = False
        self.trouble.say("")
        if self.opened is not None:
            self._fill(self.opened)
        self._show_state()

    def save_amendment(self) -> None:
        """Ask for the reason and add a version."""
        opened = self.opened
        if opened is None or opened.encounter is None or not self.amending:
            return
        record = self._record()
        if record is None:
            return
        encounter_id, based_on = opened.encounter.id, self._based_on()

        def answered(_key: str, reason: str) -> None:
            wish = AmendRecord(encounter_id, based_on, record, reason)
            services, actor = self._desk.services, self._desk.actor
            request = self._request_for(wish)
            self._desk.runner.run(
                lambda: services.consultations.amend(actor, wish, request_id=request),
                owner=self,
                done=self._amended,
                failed=self._amendment_refused,
            )

        question = Question(
            title=self.tr("Why is the record amended?"),
            subtitle=f"{opened.patient.display_name} · {opened.patient.mrn}",
            message=self.tr("The version of before stays readable, with author and time."),
            label=self.tr("Reason"),
            ok=self.tr("Save amendment"),
            required=True,
        )
        self.asking.ask(question, answered)

    def _amended(self, _encounter: Encounter) -> None:
        self.asking.close_panel()
        self.drop_amendment()
        self._request = None
        self._desk.toasts.show_toast(self.tr("The amendment is saved."))
        self.reload()

    def _amendment_refused(self, error: Exception) -> None:
        if isinstance(error, Invalid) and error.field == "reason":
            self.asking.refused(sentence(error))
            return
        self.asking.close_panel()
        self._refused(error)

    def reopen(self) -> None:
        """Take a visit that was completed today back into consultation."""
        opened = self.opened
        if opened is None:
            return
        services, actor, request = self._desk.services, self._desk.actor, str(uuid.uuid4())
        self.foot.set_busy(True)
        self._desk.runner.run(
            lambda: services.consultations.reopen(
                actor, opened.visit.id, opened.visit.version, request_id=request
            ),
            owner=self,
            done=lambda _done: self._reopened(),
            failed=self._refused,
        )

    def _reopened(self) -> None:
        self.foot.set_busy(False)
        self.opened = None
        self.reload()

    def _record(self) -> Record | None:
        """Return what is typed, or None after showing at its field what cannot be read."""
        self.trouble.say("")
        try:
            versions = self.opened.versions if self.opened is not None and self.amending else ()
            return self.form.record().check(
                self._desk.today(),
                follow_up_before=versions[0].record.follow_up_on if versions else None,
            )
        except Invalid as error:
            self.form.show_error(error.field, sentence(error))
            return None

    def _request_for(self, wish: object) -> str:
        """Return the id of a wish: the same one when the same is tried again."""
        if self._request is None or self._request[0] != wish:
            self._request = (wish, str(uuid.uuid4()))
        return self._request[1]

    def _refused(self, error: Exception) -> None:
        self.foot.set_busy(False)
        if isinstance(error, Invalid) and error.field.partition(".")[0] in self.form.parts:
            self.form.show_error(error.field, sentence(error))
            return
        detail = ""
        if isinstance(error, Stale) and isinstance(error.current, Encounter):
            detail = self.tr("Open the newest version from the history and compare.")
        self.trouble.say(sentence(error), detail)
        self.area.ensureWidgetVisible(self.trouble)

    # ------------------------------------------------------------------------ prescriptions
    def repeat_last(self) -> None:
        """Add the patient's last prescription to the form."""
        opened = self.opened
        if opened is None or self._read_only():
            return
        services, actor, patient_id = self._desk.services, self._desk.actor, opened.patient.id
        self._desk.runner.run(
            lambda: services.consultations.last_prescription(actor, patient_id),
            owner=self,
            done=lambda items: self._repeat(patient_id, items),
            failed=self._failed,
        )

    def _repeat(self, patient_id: int, items: tuple[PrescriptionItem, ...]) -> None:
        if self.opened is None or self.opened.patient.id != patient_id:
            return
        if items:
            self.form.add_items(items)
        else:
            self._desk.toasts.show_toast(self.tr("There is no earlier prescription."))
