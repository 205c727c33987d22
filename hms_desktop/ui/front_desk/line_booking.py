"""Books what the booking line proposes, once, however often Enter is pressed."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from hms_desktop.domain.appointments import BookAppointment, Done
from hms_desktop.ui.errors import sentence

if TYPE_CHECKING:
    from hms_desktop.ui.front_desk.booking_line import BookingLineBar
    from hms_desktop.ui.front_desk.proposing import Answer
    from hms_desktop.ui.pages.base import Desk


class LineBooking(QObject):
    """``booked`` carries the Done; a refusal is shown in the line, which stays."""

    booked = Signal(object)

    def __init__(self, desk: Desk, line: BookingLineBar) -> None:
        """Listen to the line."""
        super().__init__(line)
        self._desk = desk
        self._line = line
        self._request: tuple[BookAppointment, str] | None = None
        self._busy = False
        line.booking_wanted.connect(self.book)

    def book(self, answer: Answer) -> None:
        """Book what the booking line proposes, at once."""
        patient, starts_at = answer.patient, answer.starts_at
        if patient is None or starts_at is None or answer.doctor_id is None:
            return
        if answer.visit_type_id is None:
            return
        wish = BookAppointment(
            patient_id=patient.id,
            doctor_id=answer.doctor_id,
            visit_type_id=answer.visit_type_id,
            starts_at=starts_at,
            minutes=answer.minutes or None,
            note=answer.note,
        )
        if self._request is not None and self._request[0] == wish:
            if self._busy:
                return
        else:
            self._request = (wish, str(uuid.uuid4()))
        self._busy = True
        request_id = self._request[1]
        services, actor = self._desk.services, self._desk.actor
        self._desk.runner.run(
            lambda: services.appointments.book(actor, wish, request_id=request_id),
            owner=self,
            done=self._done,
            failed=self._refused,
        )

    def _done(self, done: Done) -> None:
        self._busy, self._request = False, None
        self._line.start_anew()
        self.booked.emit(done)

    def _refused(self, error: Exception) -> None:
        self._busy = False
        self._line.refused(sentence(error))
