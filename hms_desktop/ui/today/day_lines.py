"""What a line of a doctor's list says: time, name, how far the visit has come."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from PySide6.QtCore import QObject

from hms_desktop.domain.consultations import DayVisit
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.queue import TokenState
from hms_desktop.ui.grid.texts import status_name
from hms_desktop.ui.now.lines import Line
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats

_ICONS = {
    Status.BOOKED: "calendar",
    Status.CONFIRMED: "check",
    Status.ARRIVED: "clock",
    Status.IN_CONSULTATION: "doctor",
    Status.COMPLETED: "check",
    Status.NO_SHOW: "error",
}
_OVER = frozenset({Status.COMPLETED, Status.NO_SHOW})


class DayLines(QObject):
    """Makes lines of visits; asks nobody."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        """Keep the hospital's formats and thresholds."""
        super().__init__(parent)
        self._desk = desk
        self._formats = Formats.of(desk.settings)

    def line(self, visit: DayVisit, now: datetime, alike: Collection[int], opened: int) -> Line:
        """Return a visit as it looks at a moment; ``opened`` is the appointment shown beside."""
        status, role = self._status(visit, now)
        marks = []
        if visit.appointment_id == opened:
            marks.append(("eye", "accent_text"))
        if visit.token_state == TokenState.CALLED.value:
            marks.append(("call", "accent_text"))
        if visit.has_alert:
            marks.append(("allergy", "alarm_text"))
        flag = ""
        if visit.patient_id in alike:
            flag = self.tr("look-alike name · {mrn}").format(mrn=visit.mrn)
        at = self._formats.at(visit.starts_at)
        span = self._formats.span(visit.starts_at, visit.ends_at)
        token = self.tr("token {number}").format(number=visit.token) if visit.token else ""
        return Line(
            key=visit.appointment_id,
            lead=at,
            lead_role="dim" if visit.status in _OVER else "ink",
            title=visit.patient_name,
            marks=tuple(marks),
            detail=status,
            flag=flag,
            right="",
            right_icon=_ICONS.get(visit.status, ""),
            right_role=role,
            faint=visit.status in _OVER,
            spoken=", ".join(
                one
                for one in (
                    at,
                    visit.patient_name,
                    status,
                    token,
                    self.tr("has allergies") if visit.has_alert else "",
                    flag,
                )
                if one
            ),
            tip="\n".join(
                one
                for one in (
                    f"{visit.patient_name} · {visit.mrn}",
                    f"{span} · {visit.visit_type_name}",
                    token,
                    visit.note,
                )
                if one
            ),
        )

    def _status(self, visit: DayVisit, now: datetime) -> tuple[str, str]:
        """Return the dim line and the colour of its icon."""
        minutes = visit.waited_minutes(now) or 0
        if visit.status is Status.ARRIVED:
            words = self.tr("waiting {n} min").format(n=minutes)
            if visit.token_state == TokenState.CALLED.value:
                words = self.tr("called · {n} min").format(n=minutes)
            elif visit.token_state == TokenState.SKIPPED.value:
                words = self.tr("skipped · {n} min").format(n=minutes)
            settings = self._desk.settings
            if minutes >= settings.waiting_alarm_minutes:
                return words, "alarm_text"
            late = minutes >= settings.waiting_warn_minutes
            return words, "warn_text" if late else "status:arrived"
        if visit.status is Status.IN_CONSULTATION:
            return self.tr("with you"), "status:in_consultation"
        return status_name(visit.status), f"status:{visit.status.value}"
