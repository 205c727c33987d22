"""Sentences of the front desk: reasons, statuses, people and visits in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from hms_desktop.domain.appointments import CancelReason
from hms_desktop.domain.availability_rules import ReasonKind
from hms_desktop.domain.lifecycle import Status
from hms_desktop.ui.front_desk.proposing import Answer, Stage
from hms_desktop.ui.grid.texts import one_line, status_name
from hms_desktop.ui.patients.formats import Formats, sex_letter, short_age

if TYPE_CHECKING:
    from datetime import date, datetime

    from hms_desktop.domain.appointments import AppointmentRow
    from hms_desktop.domain.availability_rules import Reason

_CONTEXT = "FrontDesk"


def tr(text: str) -> str:
    """Translate a sentence of the front desk."""
    return QCoreApplication.translate(_CONTEXT, text)


def reason_text(reason: Reason, formats: Formats) -> str:
    """Return why a time is closed, in the person's language."""
    template = QCoreApplication.translate("reasons", reason.template)
    return template.format(**reason.values(formats.at))


def override_text(reason: Reason, permissions: frozenset[str]) -> str:
    """Return who may set a reason aside, for the line under the grid."""
    if reason.override is None:
        return tr("Nobody may book here.")
    if reason.override in permissions:
        return tr("You may book here all the same, with a reason.")
    return tr("Somebody with the right “{right}” may book here, with a reason.").format(
        right=permission_name(reason.override)
    )


def permission_name(permission: str) -> str:
    """Return a permission that sets closed time aside, in words."""
    return {
        "appointments.overbook": tr("Book beyond capacity"),
        "appointments.outside_hours": tr("Book outside working hours"),
        "doctors.approve": tr("Approve and block doctors"),
    }.get(permission, permission)


def band_label(reason: Reason) -> str:
    """Return the few words that stand in closed time; empty where the hatch says enough."""
    note = one_line(reason.note)
    match reason.kind:
        case ReasonKind.LEAVE:
            return tr("Leave · {note}").format(note=note) if note else tr("Leave")
        case ReasonKind.HOLIDAY | ReasonKind.DATE_CLOSED:
            return note or tr("Closed")
        case ReasonKind.BETWEEN_SESSIONS:
            return tr("Break")
        case ReasonKind.SLOT_BLOCK:
            return tr("Blocked")
        case ReasonKind.NOT_WORKING:
            return tr("No hours")
        case ReasonKind.NOT_APPROVED:
            return tr("Not approved")
        case ReasonKind.DOCTOR_BLOCKED:
            return tr("Doctor blocked")
        case _:
            return ""


def step_text(status: Status) -> str:
    """Return what the button says that takes a visit to a status."""
    return {
        Status.BOOKED: tr("Accept"),
        Status.CONFIRMED: tr("Confirm"),
        Status.ARRIVED: tr("Check in"),
        Status.IN_CONSULTATION: tr("With doctor"),
        Status.COMPLETED: tr("Complete"),
        Status.CANCELLED: tr("Cancel visit…"),
        Status.NO_SHOW: tr("No-show"),
        Status.ENTERED_IN_ERROR: tr("Entered in error…"),
    }.get(status, status_word(status))


def status_word(status: str) -> str:
    """Return a status as a label: With the doctor."""
    word = status_name(status)
    return word[:1].upper() + word[1:]


def cancel_reasons() -> tuple[tuple[CancelReason, str], ...]:
    """Return the reasons a person may give for cancelling, the usual one first."""
    return (
        (CancelReason.PATIENT, tr("The patient cancelled")),
        (CancelReason.HOSPITAL, tr("The hospital cancelled")),
        (CancelReason.DOCTOR_AWAY, tr("The doctor is away")),
        (CancelReason.DUPLICATE, tr("Booked twice")),
        (CancelReason.OTHER, tr("Another reason")),
    )


def person_line(formats: Formats, sex: str, birth_date: date | None, mrn: str, today: date) -> str:
    """Return what tells a patient apart: 46 y · M · 12.03.1980 · H-002913."""
    parts = (
        short_age(birth_date, today),
        sex_letter(sex) if sex else "",
        formats.day(birth_date) if birth_date else "",
        mrn,
    )
    return " · ".join(part for part in parts if part)


def action_text(action: str, status: object = None) -> str:
    """Return what a step of a history did; ``status`` is the one it led to, if it changed."""
    if action in {"set_status", "status"} and status is not None:
        return status_name(str(status))
    return {
        "book": tr("booked"),
        "move": tr("moved"),
        "resize": tr("changed the length"),
        "cancel": tr("cancelled"),
        "confirmed": tr("confirmed"),
        "check_in": tr("checked in"),
        "in_consultation": tr("with the doctor"),
        "start": tr("with the doctor"),
        "completed": tr("completed"),
        "no_show": tr("no-show"),
        "edit_note": tr("changed the note"),
        "change_room": tr("changed the room"),
        "void": tr("marked as entered in error"),
        "undo": tr("undone"),
        "walk_in": tr("taken as a walk-in"),
        "call": tr("called"),
        "skip": tr("skipped"),
        "import": tr("imported"),
    }.get(action, action.replace("_", " "))


def at_time(formats: Formats, moment: datetime, now: datetime) -> str:
    """Return a moment within a sentence: today 15:00, tomorrow 09:15, Tue 1 Dec 09:15."""
    day, today = formats.day_of(moment), formats.day_of(now)
    words = formats.relative(day, today)
    if abs((day - today).days) <= 1:
        words = words[:1].lower() + words[1:]
    return f"{words} {formats.at(moment)}"


def details_text(row: AppointmentRow) -> str:
    """Return the lines under an appointment's time: doctor, kind, what is special."""
    minutes = tr("{minutes} min").format(minutes=row.minutes)
    lines = [
        " · ".join(x for x in (row.doctor_name, row.department_name, row.room_name) if x),
        " · ".join(x for x in (row.visit_type_name, minutes) if x),
    ]
    if row.overbook_reason:
        lines.append(tr("Overbooked: {why}").format(why=row.overbook_reason))
    if row.status is Status.CANCELLED:
        words = {reason.value: text for reason, text in cancel_reasons()}
        why = words.get(row.cancel_reason, row.cancel_reason)
        lines.append(": ".join(x for x in (why, row.cancel_text) if x))
    if row.token is not None:
        lines.append(tr("Token {number}").format(number=row.token))
    return "\n".join(lines)


def stage_text(answer: Answer, formats: Formats) -> str:
    """Return what the booking line says about an answer; empty when it is ready."""
    if answer.stage is Stage.CLOSED:
        if answer.reason is None:
            why = tr("Nobody is free then.")
        else:
            why = reason_text(answer.reason, formats)
        if not answer.instead:
            return why
        return tr("{why} Enter takes the next free:").format(why=why)
    return {
        Stage.PATIENT_MISSING: tr("Whom? Type a name, number or phone."),
        Stage.PATIENT_UNKNOWN: tr("No patient fits. Enter opens a new chart."),
        Stage.PATIENT_UNCLEAR: tr("Which patient?"),
        Stage.DOCTOR_UNKNOWN: tr("No doctor is called that."),
        Stage.DOCTOR_UNCLEAR: tr("Which doctor?"),
        Stage.TYPE_MISSING: tr("The hospital has no kinds of visit yet."),
        Stage.NOTHING_FREE: tr("Nothing is free in the next 90 days."),
    }.get(answer.stage, "")
