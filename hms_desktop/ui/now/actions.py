"""What can be done with those who wait or are expected: each with a toast and an undo."""

from __future__ import annotations

from PySide6.QtCore import QObject

from hms_desktop.domain.appointments import Done
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.queue import ExpectedRow, TokenState, WaitingRow
from hms_desktop.ui.now.doing import do
from hms_desktop.ui.pages.base import Desk


class QueueActions(QObject):
    """Calls the queue's services for one window."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        """Keep the desk."""
        super().__init__(parent)
        self._desk = desk
        self._queue = desk.services.queue

    def allowed(self, row: WaitingRow) -> frozenset[str]:
        """Return which actions make sense for a row and are permitted to this person."""
        actor, state = self._desk.actor, TokenState(row.state)
        found = {"open"}
        if actor.may("queue.manage"):
            found |= {"room"} | {
                TokenState.WAITING: {"call", "start", "skip"},
                TokenState.CALLED: {"call", "start", "skip", "return"},
                TokenState.SKIPPED: {"call", "start", "return"},
            }.get(state, set())
        if state is TokenState.WAITING and actor.may("appointments.status"):
            found.add("undo")
        return frozenset(found)

    def call(self, row: WaitingRow) -> None:
        """Call one patient, or once more."""
        actor, token = self._desk.actor, row.token_id
        do(
            self._desk,
            self,
            lambda request: self._queue.call(actor, token, row.token_version, request_id=request),
            lambda _done: self._called(row.number, row.patient_name, row.room or row.doctor_name),
        )

    def call_next(self, doctor_id: int) -> None:
        """Call who has waited longest for a doctor."""
        actor = self._desk.actor
        do(
            self._desk,
            self,
            lambda request: self._queue.call_next(actor, doctor_id, request_id=request),
            self._called_next,
        )

    def start(self, row: WaitingRow) -> None:
        """Note that the consultation has begun."""
        actor, token = self._desk.actor, row.token_id
        do(
            self._desk,
            self,
            lambda request: self._queue.start(actor, token, row.token_version, request_id=request),
            lambda _done: self.tr("{patient} is with {doctor}").format(
                patient=row.patient_name, doctor=row.doctor_name
            ),
        )

    def skip(self, row: WaitingRow) -> None:
        """Pass over a patient who did not come."""
        actor, token = self._desk.actor, row.token_id
        do(
            self._desk,
            self,
            lambda request: self._queue.skip(actor, token, row.token_version, request_id=request),
            lambda _done: self.tr("Token {number} skipped: {patient}").format(
                number=row.number, patient=row.patient_name
            ),
        )

    def put_back(self, row: WaitingRow) -> None:
        """Let a called or skipped patient wait again."""
        actor, token = self._desk.actor, row.token_id
        do(
            self._desk,
            self,
            lambda request: self._queue.return_to_queue(
                actor, token, row.token_version, request_id=request
            ),
            lambda _done: self.tr("Token {number} waits again: {patient}").format(
                number=row.number, patient=row.patient_name
            ),
        )

    def undo_check_in(self, row: WaitingRow) -> None:
        """Take an arrival back, whoever noted it; undoing that brings the patient back."""
        services, actor = self._desk.services, self._desk.actor

        def call(request: str) -> Done:
            steps = services.appointments.history(actor, row.appointment_id)
            for step in reversed(steps):
                if step.after.get("status") == Status.ARRIVED.value and step.request_id:
                    return services.undo.undo(actor, step.request_id, request_id=request)
            raise Invalid("appointment", "This arrival cannot be taken back here. Open the visit.")

        do(
            self._desk,
            self,
            call,
            lambda _done: self.tr("Check-in of {patient} taken back").format(
                patient=row.patient_name
            ),
        )

    def check_in(self, row: ExpectedRow) -> None:
        """Note that an expected patient has arrived; the toast says the token."""
        actor = self._desk.actor
        do(
            self._desk,
            self,
            lambda request: self._queue.check_in(
                actor, row.appointment_id, row.version, request_id=request
            ),
            lambda done: self.tr("{patient} checked in · token {number}, {doctor}").format(
                patient=row.patient_name,
                number=done.appointment.token or "–",
                doctor=row.doctor_name,
            ),
        )

    def _called(self, number: int, patient: str, place: str) -> str:
        return self.tr("Token {number} called: {patient}, {place}").format(
            number=number, patient=patient, place=place
        )

    def _called_next(self, done: Done) -> str:
        row = done.appointment
        return self._called(row.token or 0, row.patient_name, row.room_name or row.doctor_name)
