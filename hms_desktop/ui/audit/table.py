"""The table of the audit trail: a list of any length, newest first."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QWidget

from hms_desktop.domain.audit import BREAK_GLASS, READ_ACTIONS, AuditRow
from hms_desktop.ui.audit import words
from hms_desktop.ui.icons import icon
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.widgets.lazy_table import LazyTable
from hms_desktop.ui.widgets.rows import Column


def _tr(text: str) -> str:
    return QCoreApplication.translate("AuditTable", text)


def _icon(row: AuditRow) -> QIcon | None:
    if row.action == BREAK_GLASS:
        return icon("alert", "alarm_text")
    if row.action in READ_ACTIONS:
        return icon("eye", "dim")
    return None


def _tone(row: AuditRow) -> str:
    return "alarm_text" if row.action == BREAK_GLASS else "ink"


def audit_table(desk: Desk, empty: QWidget) -> LazyTable[AuditRow]:
    """Return the table."""
    formats = Formats.of(desk.settings)
    columns: list[Column[AuditRow]] = [
        Column(
            "at", _tr("When"), lambda row: formats.moment(row.at, desk.now()), width=150,
            tip=lambda row: words.when(row, formats),
        ),
        Column("user", _tr("Who"), lambda row: row.user_name, width=150, bold=True),
        Column("role", _tr("Role"), lambda row: row.role, width=120, visible=False),
        Column("entity", _tr("Of what"), lambda row: words.entity_word(row.entity), width=170),
        Column(
            "action", _tr("What"), lambda row: words.action_word(row.action), width=140,
            icon=_icon, tone=_tone,
        ),
        Column("patient", _tr("Patient"), lambda row: row.patient_name, width=160),
        Column("mrn", _tr("MRN"), lambda row: row.mrn, width=90, yields=1),
        Column(
            "workstation", _tr("Where"), lambda row: row.workstation, width=110, yields=2
        ),
        Column("reason", _tr("Reason"), lambda row: row.reason, width=0, least=160),
    ]  # fmt: skip
    return LazyTable(
        columns,
        lambda row: row.id,
        name=_tr("Audit trail"),
        memory=desk.memory,
        memory_key="audit",
        empty=empty,
    )
