"""How doctors and their states are put in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from hms_desktop.domain.doctors import Approval, DoctorRow


def state_key(row: DoctorRow) -> str:
    """Return ``pending``, ``approved``, ``blocked`` or ``retired``."""
    return "retired" if row.retired else row.approval.value


def state_word(row: DoctorRow) -> str:
    """Return a doctor's state in words."""
    return {
        "pending": _tr("waits for approval"),
        "approved": _tr("can be booked"),
        "blocked": _tr("blocked"),
        "retired": _tr("retired"),
    }[state_key(row)]


def state_tone(row: DoctorRow) -> str:
    """Return the colour of a doctor's state."""
    return {"pending": "warn_text", "approved": "ok_text", "blocked": "alarm_text"}.get(
        state_key(row), "dim"
    )


def state_icon(row: DoctorRow) -> str:
    """Return the sign of a doctor's state."""
    return {"pending": "wait", "approved": "check", "blocked": "lock"}.get(state_key(row), "empty")


def may_be_approved(row: DoctorRow) -> bool:
    """Say whether patients could be booked after an approval."""
    return not row.retired and row.approval is not Approval.APPROVED


def names_of(rows: tuple[DoctorRow, ...], most: int = 3) -> str:
    """Return the names of doctors, the first few of many."""
    shown = ", ".join(row.display_name for row in rows[:most])
    more = len(rows) - most
    return shown if more <= 0 else _tr("{names} and {n} more").format(names=shown, n=more)


def _tr(text: str) -> str:
    return QCoreApplication.translate("doctors", text)
