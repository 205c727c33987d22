"""A patient's visits, newest first, by year; long histories unfold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hms_desktop.ui.buttons import button, icon_button
from hms_desktop.ui.grid.texts import status_name
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.chip import StatusChip

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from hms_desktop.domain.appointments import AppointmentRow
    from hms_desktop.ui.patients.formats import Formats

SHOWN_AT_FIRST = 20


class Timeline(QWidget):
    """Rows of visits; ``opened`` carries the AppointmentRow that was clicked."""

    opened = Signal(object)

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._formats = formats
        self._most = SHOWN_AT_FIRST
        self.visits: tuple[AppointmentRow, ...] = ()
        self._now: datetime | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(10)

    def show_visits(self, visits: Sequence[AppointmentRow], now: datetime) -> None:
        """Show other visits."""
        self.visits, self._now = tuple(visits), now
        self._fill()

    def _fill(self) -> None:
        while (item := self._layout.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if not self.visits:
            self._layout.addWidget(plain_label(self.tr("No visits yet."), role="dim"))
        year = None
        for visit in self.visits[: self._most]:
            on = self._formats.day_of(visit.starts_at)
            if year != on.year:
                year = on.year
                self._layout.addWidget(plain_label(str(year), role="small"))
            self._layout.addWidget(self._row(visit))
        rest = len(self.visits) - self._most
        if rest > 0:
            more = button(self.tr("{n} earlier visits").format(n=rest), self._unfold, kind="link")
            self._layout.addWidget(more)

    def _unfold(self) -> None:
        self._most = len(self.visits)
        self._fill()

    def _row(self, visit: AppointmentRow) -> QWidget:
        formats = self._formats
        when = formats.moment(visit.starts_at, self._now or visit.starts_at)
        what = " · ".join(
            one for one in (visit.visit_type_name, visit.doctor_name, visit.department_name) if one
        )
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(plain_label(when, role="strong"))
        words.addWidget(plain_label(what, role="small", wrap=True))
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addLayout(words, 1)
        layout.addWidget(StatusChip(visit.status, status_name(visit.status)))
        name = self.tr("Open the visit of {when}").format(when=when)
        layout.addWidget(icon_button("arrow-right", name, lambda: self.opened.emit(visit)))
        return row
