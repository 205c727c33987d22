"""Statuses and reasons in the person's words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from hms_desktop.domain.appointments import CancelReason
from hms_desktop.domain.lifecycle import Status

SHOWN = tuple(status for status in Status if status is not Status.ENTERED_IN_ERROR)
"""Statuses to filter by, in the order of the life cycle."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("statuses", text)


def status_word(status: Status) -> str:
    """Return a status as a word."""
    return {
        Status.REQUESTED: _tr("Requested"),
        Status.BOOKED: _tr("Booked"),
        Status.CONFIRMED: _tr("Confirmed"),
        Status.ARRIVED: _tr("Arrived"),
        Status.IN_CONSULTATION: _tr("With doctor"),
        Status.COMPLETED: _tr("Completed"),
        Status.CANCELLED: _tr("Cancelled"),
        Status.NO_SHOW: _tr("No-show"),
        Status.ENTERED_IN_ERROR: _tr("Entered in error"),
    }[status]


def cancel_reasons() -> tuple[tuple[CancelReason, str], ...]:
    """Return the reasons that a person may choose, with their words."""
    return (
        (CancelReason.PATIENT, _tr("The patient cancelled")),
        (CancelReason.DOCTOR_AWAY, _tr("The doctor is away")),
        (CancelReason.HOSPITAL, _tr("The hospital cancelled")),
        (CancelReason.DUPLICATE, _tr("Booked twice")),
        (CancelReason.OTHER, _tr("Another reason")),
    )


def column_titles() -> dict[str, str]:
    """Return the headings of an exported list by column name."""
    return {
        "date": _tr("Date"),
        "starts_at": _tr("From"),
        "ends_at": _tr("To"),
        "patient_name": _tr("Patient"),
        "mrn": _tr("MRN"),
        "doctor_name": _tr("Doctor"),
        "department_name": _tr("Department"),
        "visit_type_name": _tr("Visit type"),
        "room_name": _tr("Room"),
        "status": _tr("Status"),
        "token": _tr("Token"),
        "note": _tr("Note"),
        "cancel_reason": _tr("Cancelled because"),
        "source": _tr("Booked through"),
    }
