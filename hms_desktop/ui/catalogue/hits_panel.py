"""Visits that are booked where they cannot stay: a list to jump from, and the way to move them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from hms_desktop.domain.appointments import AppointmentRow
from hms_desktop.ui.buttons import button
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.empty import EmptyState
from hms_desktop.ui.widgets.side_panel import SidePanel
from hms_desktop.ui.widgets.table import Column, RowTable

WIDTH = 720
SHORTEST, HEAD_AND_FOOT = 320, 220
"""Pixels: the list takes what the panel's head and foot leave it."""


class HitsPanel(SidePanel):
    """Lists visits; Enter opens one, ``move_wanted`` asks for new times for all."""

    move_wanted = Signal()

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Build the list, hidden."""
        super().__init__(host, width=WIDTH)
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self.table: RowTable[AppointmentRow] = RowTable(
            self._columns(),
            lambda row: row.id,
            name=self.tr("Visits"),
            empty=EmptyState(self.tr("No visit is booked here"), icon="calendar"),
        )
        self.table.opened.connect(lambda row: desk.navigate.appointment.emit(row.id))
        self._words = plain_label(role="small", wrap=True)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self._words)
        column.addWidget(self.table, 1)
        self.set_body(body)
        self.open_button = button(self.tr("&Open the visit"), self._open)
        self.move_button = button(
            self.tr("Find &new times…"), self.move_wanted.emit, kind="primary", icon="move"
        )
        self.later_button = button(self.tr("Leave them for now"), self.close_panel)
        self.set_footer([self.later_button, self.move_button], [self.open_button])

    def show_visits(self, title: str, rows: Sequence[AppointmentRow]) -> None:
        """Show visits under a heading."""
        self.table.set_rows(rows)
        count = len(rows)
        self.set_title(
            title,
            self.tr("1 visit is booked")
            if count == 1
            else self.tr("{n} visits are booked").format(n=count),
        )
        self._words.setText(
            self.tr("They stay until you move them. Enter opens one.") if rows else ""
        )
        may = self._desk.actor.may("appointments.move")
        self.move_button.setVisible(may)
        self.move_button.setEnabled(bool(rows))
        self.open_button.setEnabled(bool(rows))
        self.table.setMinimumHeight(max(SHORTEST, self._host.height() - HEAD_AND_FOOT))
        self.open_panel(self.table)
        if rows:
            self.table.select_ids([rows[0].id])

    def _open(self) -> None:
        row = self.table.current_row()
        if row is not None:
            self._desk.navigate.appointment.emit(row.id)

    def _columns(self) -> tuple[Column[AppointmentRow], ...]:
        formats, now = self._formats, self._desk.now
        return (
            Column(
                "when", self.tr("When"), lambda row: formats.moment(row.starts_at, now()),
                sort=lambda row: row.starts_at, width=150, bold=True,
            ),
            Column("patient", self.tr("Patient"), lambda row: row.patient_name, width=0),
            Column("mrn", self.tr("MRN"), lambda row: row.mrn, width=100),
            Column("doctor", self.tr("Doctor"), lambda row: row.doctor_name, width=170),
        )  # fmt: skip
