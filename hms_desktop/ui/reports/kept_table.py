"""The table of kept reports."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from hms_desktop.domain.kept_reports import KeptReport, ReportKind
from hms_desktop.ui.jobs.words import period_word
from hms_desktop.ui.numbers.words import number
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.widgets.table import Column, RowTable

_KILO = 1_000


def _tr(text: str) -> str:
    return QCoreApplication.translate("KeptReports", text)


def whose_word(row: KeptReport) -> str:
    """Return whom a report is about."""
    if row.kind == ReportKind.HOSPITAL_MONTH.value:
        return _tr("The hospital")
    return row.doctor_name


def size_word(count: int | None) -> str:
    """Return the size of a file in whole kilobytes."""
    return "" if count is None else _tr("{n} kB").format(n=number(max(1, round(count / _KILO))))


def kept_table(desk: Desk, empty: QWidget) -> RowTable[KeptReport]:
    """Return the table, in the order in which the service gives the rows."""
    formats = Formats.of(desk.settings)
    columns: list[Column[KeptReport]] = [
        Column(
            "period",
            _tr("Month"),
            lambda row: period_word(row.period, formats, desk.today()),
            sort=lambda row: row.period,
            width=138,
            bold=True,
        ),
        Column("whose", _tr("Of"), whose_word, width=0),
        Column(
            "made",
            _tr("Made"),
            lambda row: formats.moment(row.finished_at, desk.now()),
            sort=lambda row: row.finished_at,
            width=128,
        ),
        Column(
            "size",
            _tr("Size"),
            lambda row: size_word(row.bytes),
            sort=lambda row: row.bytes,
            width=72,
            right=True,
        ),
        Column("at", _tr("Made at"), lambda row: row.workstation, width=120),
    ]
    return RowTable(
        columns,
        lambda row: row.id,
        name=_tr("Kept reports"),
        memory=desk.memory,
        memory_key="kept_reports",
        empty=empty,
    )
