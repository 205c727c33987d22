"""The table of exports: what was asked for, how far it is, until when it is kept."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from hms_desktop.domain.exports import ExportRow, ExportState
from hms_desktop.ui.exports.words import rows_word, state_word, tone_of
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.widgets.table import Column, RowTable


def _tr(text: str) -> str:
    return QCoreApplication.translate("Exports", text)


def exports_table(desk: Desk, empty: QWidget, *, everybody: bool) -> RowTable[ExportRow]:
    """Return the table; ``everybody``: say whose each one is."""
    formats = Formats.of(desk.settings)

    def kept(row: ExportRow) -> str:
        if row.expires_at is None or row.state != ExportState.DONE.value:
            return ""
        return formats.day(formats.day_of(row.expires_at))

    columns: list[Column[ExportRow]] = [
        Column("title", _tr("What"), lambda row: row.title, width=0, bold=True),
        Column("id", _tr("No."), lambda row: str(row.id), sort=lambda row: row.id,
               width=64, right=True),
        Column("created_at", _tr("Asked for"),
               lambda row: formats.moment(row.created_at, desk.now()),
               sort=lambda row: row.created_at, width=150),
        Column("format", _tr("Format"), lambda row: row.format.upper(), width=80),
        Column("total", _tr("Rows"), rows_word, sort=lambda row: row.total,
               width=190, right=True),
        Column("state", _tr("State"), state_word, tone=tone_of, width=120,
               tip=lambda row: row.error),
        Column("expires_at", _tr("Kept until"), kept, sort=lambda row: row.expires_at, width=120),
        Column("user_name", _tr("By"), lambda row: row.user_name or row.workstation,
               width=140, visible=everybody),
    ]  # fmt: skip
    return RowTable(
        columns,
        lambda row: row.id,
        name=_tr("Exports"),
        memory=desk.memory,
        memory_key="exports",
        empty=empty,
    )
