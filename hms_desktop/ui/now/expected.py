"""Who should come next, with a button to check them in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QMenu, QWidget

from hms_desktop.domain.queue import ExpectedRow
from hms_desktop.ui.now.actions import QueueActions
from hms_desktop.ui.now.lines import Line, LineList
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats

AHEAD_MINUTES = 30
_MINUTE = timedelta(minutes=1)


class ExpectedList(LineList):
    """Visits of the next half hour and those whose patients are late."""

    counted = Signal(int)
    open_wanted = Signal(object)  # appointment id

    def __init__(self, desk: Desk, actions: QueueActions, parent: QWidget) -> None:
        """Begin empty."""
        super().__init__(
            self.tr("Next to arrive"),
            self.tr("Nobody is expected in the next {n} minutes.").format(n=AHEAD_MINUTES),
            keys="CO",
            parent=parent,
        )
        self._desk = desk
        self._actions = actions
        self._formats = Formats.of(desk.settings)
        self._rows: dict[int, ExpectedRow] = {}
        self._alike: Collection[int] = frozenset()
        self.may_check_in = desk.actor.may("appointments.status")
        self.chosen.connect(self.check_in)
        self.key_pressed.connect(self._letter)
        self.menu_wanted.connect(self._show_menu)

    def set_rows(self, rows: Sequence[ExpectedRow], alike: Collection[int]) -> None:
        """Keep everybody who is expected today; those of the next half hour are shown."""
        self._rows = {row.appointment_id: row for row in rows}
        self._alike = alike
        self.tick()

    def tick(self) -> None:
        """Show who is near now; asks no service."""
        now = self._desk.now()
        until = now + AHEAD_MINUTES * _MINUTE
        near = [row for row in self._rows.values() if row.starts_at <= until]
        self.counted.emit(len(near))
        later = len(self._rows) - len(near)
        self.set_empty(
            self.tr("Nobody is expected in the next {n} minutes; {m} later today.").format(
                n=AHEAD_MINUTES, m=later
            )
            if later
            else self.tr("Nobody else is expected today.")
        )
        self.set_lines([self._line(row, now) for row in near])

    def _line(self, row: ExpectedRow, now: datetime) -> Line:
        late = max(0, (now - row.starts_at) // _MINUTE)
        time = self._formats.at(row.starts_at)
        words = f"{row.doctor_name} · {row.visit_type_name}"
        detail = self.tr("{n} min late · {what}").format(n=late, what=words) if late else words
        flag = ""
        if row.patient_id in self._alike:
            flag = self.tr("look-alike name · {mrn}").format(mrn=row.mrn)
        hint = self.tr("Enter checks in") if self.may_check_in else ""
        spoken = ", ".join(part for part in (time, row.patient_name, detail, flag, hint) if part)
        return Line(
            key=row.appointment_id,
            lead=time,
            lead_role="warn_text" if late else "ink",
            title=row.patient_name,
            detail=detail,
            flag=flag,
            button=self.tr("Check in") if self.may_check_in else "",
            spoken=spoken,
            tip=f"{row.patient_name} · {row.mrn}\n{detail}",
        )

    def check_in(self, key: object) -> bool:
        """Check a patient in; False when that is not permitted or the row is gone."""
        row = self._rows.get(key) if isinstance(key, int) else None
        if row is None or not self.may_check_in:
            return False
        self._actions.check_in(row)
        return True

    def menu_for(self, key: object) -> QMenu:
        """Return the menu of a row; it deletes itself when closed."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        if self.may_check_in:
            arrive = menu.addAction(f"{self.tr('Check in')}\tEnter")
            arrive.triggered.connect(lambda _=False: self.check_in(key))
        look = menu.addAction(f"{self.tr('Open appointment')}\tO")
        look.triggered.connect(lambda _=False: self.open_wanted.emit(key))
        return menu

    def _letter(self, letter: str, key: object) -> None:
        if letter == "C":
            self.check_in(key)
        else:
            self.open_wanted.emit(key)

    def _show_menu(self, point: QPoint, key: object) -> None:
        self.menu_for(key).popup(point)
