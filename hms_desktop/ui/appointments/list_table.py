"""The table of appointments: a list of any length that the database sorted."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QWidget

from hms_desktop.domain.appointments import AppointmentRow
from hms_desktop.ui.appointments.words import column_titles, status_word
from hms_desktop.ui.icons import icon, status_icon
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.widgets.lazy_table import LazyTable
from hms_desktop.ui.widgets.rows import Column

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


class AppointmentTable(LazyTable[AppointmentRow]):
    """Visits with what a list says of them; look-alike names are marked."""

    def __init__(self, desk: Desk, empty: QWidget, parent: QWidget | None = None) -> None:
        """Restore columns and order as they were left."""
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self._alike: set[int] = set()
        super().__init__(
            self._columns_of(),
            lambda row: row.id,
            name="",
            multi=True,
            memory=desk.memory,
            memory_key="appointments",
            empty=empty,
            orders=ORDERS,
            parent=parent,
        )
        self.view.setAccessibleName(self.tr("Appointments"))

    def put_rows(self, rows: tuple[AppointmentRow, ...], alike: Collection[int]) -> None:
        """Take rows; ``alike`` are the patients whose names look like another's among them."""
        self._alike |= set(alike)
        self.put(rows)

    # ----------------------------------------------------------------------------- inside
    def _columns_of(self) -> tuple[Column[AppointmentRow], ...]:
        titles = column_titles()
        formats = self._formats

        def when(row: AppointmentRow) -> str:
            return formats.moment(row.starts_at, self._desk.now())

        def column(
            key: str, title: str, width: int, *, visible: bool = True, yields: int = 0
        ) -> Column[AppointmentRow]:
            return Column(
                key,
                title,
                lambda row: str(getattr(row, key)),
                width=width,
                visible=visible,
                yields=yields,
            )

        return (
            Column("starts_at", self.tr("When"), when, width=140, bold=True),
            Column(
                "patient_name",
                titles["patient_name"],
                lambda row: row.patient_name,
                width=0,
                least=190,
                bold=True,
                icon=self._alike_icon,
                tip=self._patient_tip,
            ),
            column("mrn", titles["mrn"], 110),
            column("doctor_name", titles["doctor_name"], 160),
            column("department_name", titles["department_name"], 150, yields=1),
            column("visit_type_name", titles["visit_type_name"], 172, yields=4),
            Column(
                "status",
                titles["status"],
                lambda row: status_word(row.status),
                width=130,
                icon=lambda row: status_icon(row.status.value),
            ),
            Column(
                "minutes",
                self.tr("Min"),
                lambda row: str(row.minutes),
                width=60,
                right=True,
                visible=False,
            ),
            column("room_name", titles["room_name"], 100, visible=False),
            Column(
                "token",
                titles["token"],
                lambda row: "" if row.token is None else str(row.token),
                width=70,
                right=True,
                yields=3,
            ),
            Column(
                "note",
                titles["note"],
                lambda row: " ".join(row.note.split()),
                width=180,
                tone=lambda _row: "dim",
                yields=2,
                tip=lambda row: row.note,
            ),
            Column(
                "updated_at",
                self.tr("Last change"),
                lambda row: (
                    f"{formats.moment(row.updated_at, self._desk.now())} "
                    f"{row.updated_by_name}".rstrip()
                ),
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
