"""What a doctor does with the own queue: call, skip, return, begin; each can be undone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from hms_desktop.domain.appointments import Done
from hms_desktop.domain.consultations import DayVisit
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.queue import TokenState
from hms_desktop.ui.now.doing import do
from hms_desktop.ui.pages.base import Desk

_STEPS = {
    TokenState.WAITING.value: frozenset({"call", "skip"}),
    TokenState.CALLED.value: frozenset({"call", "skip", "return"}),
    TokenState.SKIPPED.value: frozenset({"call", "return"}),
}


class QueueSteps(QObject):
    """Calls the queue's services for the doctor at this window."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        """Keep the desk."""
        super().__init__(parent)
        self._desk = desk
        self._queue = desk.services.queue

    def allowed(self, visit: DayVisit) -> frozenset[str]:
        """Return which steps make sense for a visit."""
        if visit.status is not Status.ARRIVED or not self._desk.actor.may("queue.manage"):
            return frozenset()
        return _STEPS.get(visit.token_state or "", frozenset())

    def take(self, step: str, visit: DayVisit) -> bool:
        """Call, skip or return a patient; False when that makes no sense now."""
        token = visit.token_id
        if token is None or step not in self.allowed(visit):
            return False
        actor, version = self._desk.actor, visit.token_version
        call, words = {
            "call": (self._queue.call, self.tr("Token {number} called: {patient}")),
            "skip": (self._queue.skip, self.tr("Token {number} skipped: {patient}")),
            "return": (
                self._queue.return_to_queue,
                self.tr("Token {number} waits again: {patient}"),
            ),
        }[step]
        do(
            self._desk,
            self,
            lambda request: call(actor, token, version, request_id=request),
            lambda _done: words.format(number=visit.token, patient=visit.patient_name),
        )
        return True

    def call_next(self, then: Callable[[Done], None]) -> None:
        """Call who has waited longest for this doctor; ``then`` gets what was done."""
        actor = self._desk.actor
        doctor_id = actor.doctor_id
        if doctor_id is None:
            return
        do(
            self._desk,
            self,
            lambda request: self._queue.call_next(actor, doctor_id, request_id=request),
            lambda done: self.tr("Token {number} called: {patient}").format(
                number=done.appointment.token or 0, patient=done.appointment.patient_name
            ),
            done=then,
        )

    def begin(self, visit: DayVisit, then: Callable[[Done], None] | None = None) -> None:
        """Note that the consultation has begun."""
        actor = self._desk.actor
        do(
            self._desk,
            self,
            lambda request: self._desk.services.consultations.start(
                actor, visit.appointment_id, visit.version, request_id=request
            ),
            lambda _done: self.tr("{patient} is with you").format(patient=visit.patient_name),
            done=then,
        )
