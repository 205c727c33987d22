"""The table of appointments: one page of a list that the database sorted."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QWidget

from hms_desktop.domain.appointments import AppointmentRow
from hms_desktop.ui.appointments.words import column_titles, status_word
from hms_desktop.ui.icons import icon, status_icon
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.widgets.table import Column, RowTable

ORDERS = frozenset(
    {
        "starts_at",
        "patient_name",
        "mrn",
        "doctor_name",
        "department_name",
        "visit_type_name",
        "status",
        "updated_at",
    }
)
"""Columns that the database can sort by."""


def _as_given(_row: AppointmentRow) -> int:
    """Keep the order of the rows: the query has sorted all of them, not this page alone."""
    return 0


class AppointmentTable(RowTable[AppointmentRow]):
    """Rows as the query gave them; a click on a heading asks for another order."""

    order_changed = Signal()

    def __init__(self, desk: Desk, empty: QWidget, parent: QWidget | None = None) -> None:
        """Restore columns and order as they were left."""
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self._alike: Collection[int] = frozenset()
        self._ready = False
        super().__init__(
            self._columns_of(),
            lambda row: row.id,
            name="",
            multi=True,
            memory=desk.memory,
            memory_key="appointments",
            empty=empty,
            parent=parent,
        )
        self.view.setAccessibleName(self.tr("Appointments"))
        self._ready = True

    def set_page(self, rows: tuple[AppointmentRow, ...], alike: Collection[int]) -> None:
        """Show a page; ``alike`` are the patients whose names look like another's on it."""
        self._alike = alike
        self.set_rows(rows)

    def order(self) -> tuple[str, bool]:
        """Return the column to sort by and whether the largest comes first."""
        by = self.model.sorted_by
        return ("starts_at", False) if by is None else (self.model.columns[by[0]].key, by[1])

    def sort_by(self, key: str, *, descending: bool = False) -> None:
        """Ask for another order; a column that the database cannot sort by changes nothing."""
        if key and key not in ORDERS:
            by = self.model.sorted_by
            key = self.model.columns[by[0]].key if by is not None else ""
            super().sort_by(key, descending=by is not None and by[1])
            return
        super().sort_by(key, descending=descending)
        if self._ready:
            self.order_changed.emit()

    # ----------------------------------------------------------------------------- inside
    def _columns_of(self) -> tuple[Column[AppointmentRow], ...]:
        titles = column_titles()
        formats = self._formats

        def when(row: AppointmentRow) -> str:
            return formats.moment(row.starts_at, self._desk.now())

        def column(
            key: str, title: str, width: int, *, bold: bool = False, visible: bool = True
        ) -> Column[AppointmentRow]:
            return Column(
                key,
                title,
                lambda row: str(getattr(row, key)),
                sort=_as_given,
                width=width,
                bold=bold,
                visible=visible,
            )

        return (
            Column("starts_at", self.tr("When"), when, sort=_as_given, width=150, bold=True),
            Column(
                "patient_name",
                titles["patient_name"],
                lambda row: row.patient_name,
                sort=_as_given,
                width=0,
                bold=True,
                icon=self._alike_icon,
                tip=self._patient_tip,
            ),
            column("mrn", titles["mrn"], 110),
            column("doctor_name", titles["doctor_name"], 160),
            column("department_name", titles["department_name"], 150),
            column("visit_type_name", titles["visit_type_name"], 150),
            Column(
                "status",
                titles["status"],
                lambda row: status_word(row.status),
                sort=_as_given,
                width=130,
                icon=lambda row: status_icon(row.status.value),
            ),
            Column(
                "minutes",
                self.tr("Min"),
                lambda row: str(row.minutes),
                sort=_as_given,
                width=60,
                right=True,
                visible=False,
            ),
            column("room_name", titles["room_name"], 100, visible=False),
            Column(
                "token",
                titles["token"],
                lambda row: "" if row.token is None else str(row.token),
                sort=_as_given,
                width=70,
                right=True,
            ),
            Column(
                "note",
                titles["note"],
                lambda row: " ".join(row.note.split()),
                sort=_as_given,
                width=180,
                tone=lambda _row: "dim",
                tip=lambda row: row.note,
            ),
            Column(
                "updated_at",
                self.tr("Last change"),
                lambda row: (
                    f"{formats.moment(row.updated_at, self._desk.now())} "
                    f"{row.updated_by_name}".rstrip()
                ),
                sort=_as_given,
                width=180,
                visible=False,
            ),
        )

    def _alike_icon(self, row: AppointmentRow) -> QIcon | None:
        return icon("alert", "warn_text") if row.patient_id in self._alike else None

    def _patient_tip(self, row: AppointmentRow) -> str:
        words = f"{row.patient_name} · {row.mrn}"
        if row.patient_id in self._alike:
            words += "\n" + self.tr(
                "Look-alike: another patient in this list has nearly this name."
            )
        return words
