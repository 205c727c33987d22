"""What exports are called."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.exports import COLUMNS, ExportKind, ExportRow, ExportState
from hms_desktop.ui.numbers.words import number


def _tr(text: str) -> str:
    return QCoreApplication.translate("Exports", text)


def kind_word(kind: ExportKind) -> str:
    """Return what a kind of file is called."""
    return {
        ExportKind.PATIENT_HISTORY: _tr("Treatment history of a patient"),
        ExportKind.DOCTOR_APPOINTMENTS: _tr("Appointments of a doctor"),
        ExportKind.APPOINTMENTS_LIST: _tr("List of appointments"),
        ExportKind.PATIENTS_LIST: _tr("List of patients"),
        ExportKind.RECORDS_LIST: _tr("List of clinical records"),
        ExportKind.DOCTORS_LIST: _tr("List of doctors"),
    }[kind]


def title_of(kind: ExportKind, subject: str) -> str:
    """Return what a run is called in lists and mails."""
    words = {
        ExportKind.PATIENT_HISTORY: _tr("Treatment history of {who}"),
        ExportKind.DOCTOR_APPOINTMENTS: _tr("Appointments of {who}"),
    }.get(kind)
    return words.format(who=subject) if words and subject else kind_word(kind)


def column_titles(kind: ExportKind) -> tuple[tuple[str, str], ...]:
    """Return the heads of a file's columns in the person's language."""
    return tuple((one.name, _tr(one.title)) for one in COLUMNS[kind])


def state_word(row: ExportRow) -> str:
    """Return how a run stands, in a word or two."""
    if row.cancel_wanted and row.is_under_way:
        return _tr("stopping…")
    return {
        ExportState.WAITING: _tr("waiting"),
        ExportState.RUNNING: _tr("being made"),
        ExportState.DONE: _tr("ready"),
        ExportState.FAILED: _tr("failed"),
        ExportState.CANCELLED: _tr("cancelled"),
        ExportState.REMOVED: _tr("removed"),
    }[ExportState(row.state)]


def rows_word(row: ExportRow) -> str:
    """Return how many rows there are, and how far a run is."""
    if row.state == ExportState.RUNNING.value and row.total:
        share = min(99, row.done * 100 // row.total)
        return _tr("{done} of {total} · {share} %").format(
            done=number(row.done), total=number(row.total), share=share
        )
    return number(row.total)


def tone_of(row: ExportRow) -> str:
    """Return the colour token of a run's state."""
    return {
        ExportState.DONE.value: "ok_text",
        ExportState.FAILED.value: "alarm_text",
        ExportState.CANCELLED.value: "dim",
        ExportState.REMOVED.value: "dim",
    }.get(row.state, "accent_text")


def kinds_of(actor: Actor) -> tuple[ExportKind, ...]:
    """Return the kinds of files that a log-in may ask for."""
    own = actor.doctor_id is not None
    visits = actor.may("appointments.read") or (own and actor.may("appointments.read_own"))
    oversight = actor.may("clinical.oversight")
    allowed = {
        ExportKind.PATIENT_HISTORY: oversight or actor.may("clinical.read"),
        ExportKind.DOCTOR_APPOINTMENTS: visits,
        ExportKind.APPOINTMENTS_LIST: visits and actor.may("appointments.export"),
        ExportKind.PATIENTS_LIST: actor.may("patients.find") and actor.may("patients.read"),
        ExportKind.RECORDS_LIST: oversight or (own and actor.may("clinical.read")),
        ExportKind.DOCTORS_LIST: actor.may("doctors.read"),
    }
    return tuple(kind for kind, may in allowed.items() if may)
