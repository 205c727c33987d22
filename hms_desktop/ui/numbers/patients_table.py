"""The table of a doctor's patients; the query sorts, because a page is not the whole list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QWidget

from hms_desktop.domain.doctor_numbers import PatientNumbers, PatientOrder
from hms_desktop.ui.icons import icon
from hms_desktop.ui.numbers.words import NOTHING, percent
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats, sex_word, short_age
from hms_desktop.ui.widgets.table import Column, RowTable

_ORDERS = frozenset(one.value for one in PatientOrder)


def _as_given(_row: PatientNumbers) -> int:
    """Keep the order of the rows: the query has sorted all of them, not this page alone."""
    return 0


class MyPatientsTable(RowTable[PatientNumbers]):
    """Rows as the query gave them; a click on a heading asks for another order."""

    order_changed = Signal()

    def __init__(self, desk: Desk, empty: QWidget, parent: QWidget | None = None) -> None:
        """Restore columns and order as they were left."""
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self._ready = False
        super().__init__(
            self._columns_of(),
            lambda row: row.patient_id,
            name="",
            memory=desk.memory,
            memory_key="my_patients",
            empty=empty,
            parent=parent,
        )
        self.view.setAccessibleName(self.tr("My patients"))
        self._ready = True

    def order(self) -> tuple[PatientOrder, bool]:
        """Return what to sort by and whether the largest comes first."""
        by = self.model.sorted_by
        if by is None:
            return PatientOrder.LAST_VISIT, True
        return PatientOrder(self.model.columns[by[0]].key), by[1]

    def sort_by(self, key: str, *, descending: bool = False) -> None:
        """Ask for another order; a column that the database cannot sort by changes nothing."""
        if key and key not in _ORDERS:
            by = self.model.sorted_by
            key = self.model.columns[by[0]].key if by is not None else ""
            super().sort_by(key, descending=by is not None and by[1])
            return
        super().sort_by(key, descending=descending)
        if self._ready:
            self.order_changed.emit()

    # ----------------------------------------------------------------------------- inside
    def _columns_of(self) -> tuple[Column[PatientNumbers], ...]:
        formats, today = self._formats, self._desk.today

        def count(key: str, title: str, *, visible: bool = True) -> Column[PatientNumbers]:
            return Column(
                key,
                title,
                lambda row: str(getattr(row, key)),
                sort=_as_given,
                width=100,
                right=True,
                visible=visible,
            )

        def day(
            key: str, title: str, get: Callable[[PatientNumbers], datetime | None], *, visible: bool
        ) -> Column[PatientNumbers]:
            return Column(
                key,
                title,
                lambda row: _day_of(formats, get(row), self._desk.now()),
                sort=_as_given,
                width=150,
                visible=visible,
            )

        def alert(row: PatientNumbers) -> QIcon | None:
            return icon("allergy", "alarm_text") if row.has_alert else None

        return (
            Column(
                "name",
                self.tr("Name"),
                lambda row: row.name,
                sort=_as_given,
                width=0,
                least=190,
                bold=True,
                icon=alert,
                tip=lambda row: f"{row.name} · {row.mrn}",
            ),
            Column("mrn", self.tr("MRN"), lambda row: row.mrn, sort=_as_given, width=100),
            Column(
                "age",
                self.tr("Age"),
                lambda row: short_age(row.birth_date, today()),
                sort=_as_given,
                width=64,
                right=True,
            ),
            Column("sex", self.tr("Sex"), lambda row: sex_word(row.sex), sort=_as_given, width=90),
            Column(
                "phone",
                self.tr("Phone"),
                lambda row: row.phone,
                sort=_as_given,
                width=140,
                visible=False,
            ),
            count("visits", self.tr("Visits")),
            count("completed", self.tr("Completed"), visible=False),
            Column(
                "no_shows",
                self.tr("No-shows"),
                _no_shows,
                sort=_as_given,
                width=110,
                right=True,
                tone=lambda row: "alarm_text" if row.no_shows else "dim",
            ),
            count("cancelled", self.tr("Cancelled")),
            day("first_visit", self.tr("First visit"), lambda row: row.first_visit, visible=False),
            day("last_visit", self.tr("Last visit"), lambda row: row.last_visit, visible=True),
            day("next_visit", self.tr("Next visit"), lambda row: row.next_visit, visible=True),
        )


def _day_of(formats: Formats, moment: datetime | None, now: datetime) -> str:
    return NOTHING if moment is None else formats.moment(moment, now)


def _no_shows(row: PatientNumbers) -> str:
    return f"{row.no_shows} · {percent(row.no_show_rate)}" if row.no_shows else "0"
