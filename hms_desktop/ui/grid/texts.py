"""The grid's sentences: names of statuses, what a box or a cell says to eye and ear."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from hms_desktop.domain.lifecycle import Status
from hms_desktop.ui.grid.places import ALERT, ALIKE, NOTE, OVERBOOKED, WALK_IN
from hms_desktop.ui.patients.formats import Formats

if TYPE_CHECKING:
    from datetime import datetime

    from hms_desktop.ui.grid.day import GridDay
    from hms_desktop.ui.grid.model import GridModel
    from hms_desktop.ui.grid.places import Box


def tr(text: str) -> str:
    """Translate a sentence of the grid."""
    return QCoreApplication.translate("DayGrid", text)


def status_name(status: str) -> str:
    """Return a status in words, lower case."""
    return {
        Status.REQUESTED: tr("requested"),
        Status.BOOKED: tr("booked"),
        Status.CONFIRMED: tr("confirmed"),
        Status.ARRIVED: tr("arrived"),
        Status.IN_CONSULTATION: tr("with the doctor"),
        Status.COMPLETED: tr("completed"),
        Status.CANCELLED: tr("cancelled"),
        Status.NO_SHOW: tr("no-show"),
        Status.ENTERED_IN_ERROR: tr("entered in error"),
    }.get(Status(status), status)


def one_line(text: str) -> str:
    """Return text without line breaks, tabs and control characters: a box shows one line."""
    if text.isprintable():
        return text
    kept = (" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text)
    return " ".join("".join(kept).split())


def clock(at: datetime, day: GridDay) -> str:
    """Return the wall-clock time of an instant as the hospital writes it: 15:05 or 3:05 pm."""
    local = at.astimezone(day.zone)
    return Formats(clock_24h=day.clock_24h).clock(local.time())


def type_name(day: GridDay, visit_type_id: int) -> str:
    """Return a visit type's name, empty when it is not known to this day."""
    return one_line(day.visit_types.get(visit_type_id, ""))


def describe_visit(model: GridModel, box: Box) -> str:
    """Return what a screen reader says of a visit: doctor, time, patient, status, marks."""
    day = model.day
    if day is None:
        return ""
    visit = box.visit
    parts = [
        _column_name(day, box.column),
        clock(visit.starts_at, day),
        one_line(visit.patient_name),
        status_name(visit.status),
        type_name(day, visit.visit_type_id),
        *marks_in_words(box.flags),
    ]
    return ", ".join(part for part in parts if part)


def describe_cell(model: GridModel, column: int, minute: int, minutes: int) -> str:
    """Return what a screen reader says of a cell: doctor, time, free, held or why closed."""
    day = model.day
    if day is None or column >= len(model.axes):
        return ""
    axis = model.axes[column]
    parts = [_column_name(day, column), clock(axis.at(minute), day)]
    band = model.band_at(column, minute)
    hold = model.hold_at(column, minute)
    if hold is not None:
        parts.append(held_by(hold.user_name))
    elif band is not None:
        parts.append(closed_reason(band.label, band.reason_text))
    elif minutes > day.slot_minutes:
        parts.append(tr("{minutes} minutes").format(minutes=minutes))
    else:
        parts.append(tr("free"))
    return ", ".join(part for part in parts if part)


def tip_of(model: GridModel, box: Box) -> str:
    """Return what hovering over a visit shows, as lines of plain text."""
    day = model.day
    if day is None:
        return ""
    visit = box.visit
    when = f"{clock(visit.starts_at, day)} - {clock(visit.ends_at, day)}"
    lines = [
        one_line(visit.patient_name),
        " · ".join(p for p in (visit.mrn, type_name(day, visit.visit_type_id)) if p),
        f"{when} · {status_name(visit.status)}",
    ]
    if visit.room_id is not None:
        lines.append(one_line(day.rooms.get(visit.room_id, "")))
    if visit.token is not None:
        lines.append(tr("Token {number}").format(number=visit.token))
    lines.extend(word[:1].upper() + word[1:] for word in marks_in_words(box.flags))
    return "\n".join(line for line in lines if line)


def marks_in_words(flags: int) -> list[str]:
    """Return a box's marks as words."""
    words = (
        (ALERT, tr("alert in the chart")),
        (ALIKE, tr("look-alike name on this day")),
        (NOTE, tr("has a note")),
        (OVERBOOKED, tr("overbooked")),
        (WALK_IN, tr("walk-in")),
    )
    return [word for bit, word in words if flags & bit]


def held_by(name: str) -> str:
    """Return the label of a slot that another desk is booking."""
    return tr("Held by {name}").format(name=one_line(name))


def closed_reason(label: str, reason: str) -> str:
    """Return closed time in words."""
    return (
        tr("closed: {why}").format(why=one_line(reason or label))
        if reason or label
        else tr("closed")
    )


def _column_name(day: GridDay, column: int) -> str:
    return one_line(day.columns[column].title)
