"""What a line of the waiting board says: token, name, doctor, wait, and how urgent that is."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from PySide6.QtCore import QObject

from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.queue import TokenState, WaitingRow
from hms_desktop.ui.now.lines import Line
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats

_HOUR = 60


class BoardLines(QObject):
    """Makes lines of rows; asks nobody."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        """Keep the hospital's formats and thresholds."""
        super().__init__(parent)
        self._desk = desk
        self._formats = Formats.of(desk.settings)

    def line(self, row: WaitingRow, now: datetime, alike: Collection[int]) -> Line:
        """Return a row as it looks at a moment; ``alike`` are patients with look-alikes."""
        minutes = row.waited_minutes(now)
        here = row.status == Status.ARRIVED.value
        skipped = row.state == TokenState.SKIPPED.value
        role, icon = self._urgency(minutes) if here and not skipped else ("ink", "")
        marks = []
        if row.state == TokenState.CALLED.value:
            marks.append(("call", "accent_text"))
        if row.has_alert:
            marks.append(("allergy", "alarm_text"))
        flag = ""
        if row.patient_id in alike:
            flag = self.tr("look-alike name · {mrn}").format(mrn=row.mrn)
        waited = self._waited(minutes)
        detail, end = self._detail(row)
        return Line(
            key=row.token_id,
            lead=str(row.number),
            lead_large=True,
            lead_role="accent_text",
            title=row.patient_name,
            marks=tuple(marks),
            detail=detail,
            detail_end=end,
            flag=flag,
            right=waited,
            right_role=role,
            right_icon=icon,
            right_detail=row.room,
            faint=skipped or not here,
            spoken=self._spoken(row, waited, role, detail + end, flag),
            tip=self._tip(row, alike),
        )

    def _urgency(self, minutes: int) -> tuple[str, str]:
        settings = self._desk.settings
        if minutes >= settings.waiting_alarm_minutes:
            return "alarm_text", "alert"
        if minutes >= settings.waiting_warn_minutes:
            return "warn_text", "clock"
        return "ink", ""

    def _waited(self, minutes: int) -> str:
        if minutes < _HOUR:
            return self.tr("{n} min").format(n=minutes)
        return self.tr("{h} h {m:02}").format(h=minutes // _HOUR, m=minutes % _HOUR)

    def _detail(self, row: WaitingRow) -> tuple[str, str]:
        """Return the dim line in two parts; the second is never cut."""
        doctor = row.doctor_name
        if row.status != Status.ARRIVED.value:
            since = self._formats.at(row.started_at or row.arrived_at)
            return self.tr("With {doctor}").format(doctor=doctor), f" · {since}"
        if row.state == TokenState.SKIPPED.value:
            return self.tr("Skipped · {doctor}").format(doctor=doctor), ""
        if row.state == TokenState.CALLED.value and row.called_at is not None:
            at = self._formats.at(row.called_at)
            return self.tr("Called {time} · {doctor}").format(time=at, doctor=doctor), ""
        arrived = self._formats.at(row.arrived_at)
        if row.walk_in:
            return self.tr("Walk-in · {doctor}").format(doctor=doctor), f" · {arrived}"
        return doctor, f" · {arrived}"

    def _spoken(self, row: WaitingRow, waited: str, role: str, detail: str, flag: str) -> str:
        urgent = {
            "warn_text": self.tr("waits long"),
            "alarm_text": self.tr("waits too long"),
        }.get(role, "")
        alert = self.tr("has allergies") if row.has_alert else ""
        parts = (str(row.number), row.patient_name, alert, detail, row.room, waited, urgent, flag)
        return ", ".join(part for part in parts if part)

    def _tip(self, row: WaitingRow, alike: Collection[int]) -> str:
        lines = [
            f"{row.patient_name} · {row.mrn}",
            f"{row.visit_type_name} · {row.doctor_name}" + (f" · {row.room}" if row.room else ""),
            self.tr("Arrived {time}").format(time=self._formats.at(row.arrived_at)),
        ]
        if row.has_alert:
            lines.append(self.tr("Allergies: see the patient's data"))
        if row.patient_id in alike:
            lines.append(
                self.tr("Another patient of today has nearly this name: ask for the date of birth.")
            )
        return "\n".join(lines)
