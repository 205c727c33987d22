"""The tables of records and of charts opened in need."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from hms_desktop.domain.consultations import ChartAccess, EncounterLine
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.widgets.lazy_table import LazyTable
from hms_desktop.ui.widgets.table import Column, RowTable

ORDERS = frozenset({"starts_at", "patient", "mrn", "doctor", "department"})
"""Columns that the database can sort records by."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("RecordsTables", text)


def records_table(desk: Desk, empty: QWidget) -> LazyTable[EncounterLine]:
    """Return the table of records."""
    formats = Formats.of(desk.settings)
    columns: list[Column[EncounterLine]] = [
        Column(
            "starts_at",
            _tr("Visit"),
            lambda row: formats.moment(row.starts_at, desk.now()),
            width=150,
        ),
        Column("patient", _tr("Patient"), lambda row: row.patient_name, width=190, bold=True),
        Column("mrn", _tr("MRN"), lambda row: row.mrn, width=100),
        Column("doctor", _tr("Doctor"), lambda row: row.doctor_name, width=160),
        Column(
            "department", _tr("Department"), lambda row: row.department_name, width=140, yields=1
        ),
        Column(
            "diagnoses",
            _tr("Diagnoses"),
            lambda row: row.diagnoses,
            width=0,
            least=300,
            tip=lambda row: row.diagnoses,
        ),
        Column(
            "versions",
            _tr("Versions"),
            lambda row: str(row.versions),
            width=80,
            right=True,
            yields=2,
        ),
    ]
    return LazyTable(
        columns,
        lambda row: row.id,
        name=_tr("Records"),
        memory=desk.memory,
        memory_key="records",
        empty=empty,
        orders=ORDERS,
    )


def accesses_table(desk: Desk, empty: QWidget) -> RowTable[ChartAccess]:
    """Return the table of charts that somebody opened in need."""
    formats = Formats.of(desk.settings)
    columns: list[Column[ChartAccess]] = [
        Column(
            "at",
            _tr("Opened"),
            lambda row: formats.moment(row.at, desk.now()),
            sort=lambda row: row.at,
            width=150,
        ),
        Column("user", _tr("By"), lambda row: row.user_name, width=180, bold=True),
        Column("patient", _tr("Patient"), lambda row: row.patient_name, width=190),
        Column("mrn", _tr("MRN"), lambda row: row.mrn, width=100),
        Column(
            "reason", _tr("Reason"), lambda row: row.reason, width=0, tip=lambda row: row.reason
        ),
        Column(
            "until", _tr("Until"), lambda row: formats.moment(row.expires_at, desk.now()), width=150
        ),
    ]
    return RowTable(
        columns,
        lambda row: row.id,
        name=_tr("Opened in need"),
        memory=desk.memory,
        memory_key="accesses",
        empty=empty,
    )
