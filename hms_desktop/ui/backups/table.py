"""The table of backups: of when, how it stands, whether it is proved, how large it is."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from hms_desktop.domain.backups import BackupRow
from hms_desktop.ui.backups import words
from hms_desktop.ui.numbers.words import number
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.widgets.table import Column, RowTable


def _tr(text: str) -> str:
    return QCoreApplication.translate("BackupsTable", text)


def backups_table(desk: Desk, empty: QWidget) -> RowTable[BackupRow]:
    """Return the table; one row can be chosen."""
    formats, here = Formats.of(desk.settings), desk.actor.workstation

    def size(row: BackupRow) -> str:
        if row.is_under_way and row.total:
            return f"{min(99, row.done * 100 // row.total)} %"
        return words.size_word(row.bytes) if row.bytes else ""

    def verified(row: BackupRow) -> str:
        when = formats.moment(row.verified_at, desk.now()) if row.verified_at else ""
        return " · ".join(filter(None, (words.proof_word(row), when)))

    columns: list[Column[BackupRow]] = [
        Column(
            "made_at", _tr("State of"), lambda row: formats.moment(row.made_at, desk.now()),
            sort=lambda row: row.made_at, width=170, bold=True,
        ),
        Column(
            "age", _tr("Age"), lambda row: words.age_word(row.made_at, desk.now()),
            sort=lambda row: row.made_at, width=90,
        ),
        Column(
            "state", _tr("State"), lambda row: words.state_word(row, here), width=110,
            tone=lambda row: words.tone_of(row, here), tip=lambda row: row.error,
        ),
        Column("verified", _tr("Verified"), verified, width=210),
        Column("kind", _tr("Why"), words.kind_word, width=150, yields=1),
        Column("bytes", _tr("Size"), size, sort=lambda row: row.bytes, width=90, right=True),
        Column(
            "rows", _tr("Entries"), lambda row: number(row.rows) if row.rows else "",
            sort=lambda row: row.rows, width=100, right=True,
        ),
        Column("workstation", _tr("Made at"), lambda row: row.workstation, width=0),
        Column("user_name", _tr("By"), lambda row: row.user_name, width=140, visible=False),
        Column("program", _tr("Program"), lambda row: row.program, width=90, visible=False),
        Column("file_name", _tr("File"), lambda row: row.file_name, width=320, visible=False),
    ]  # fmt: skip
    return RowTable(
        columns,
        lambda row: row.backup_id,
        name=_tr("Backups"),
        memory=desk.memory,
        memory_key="backups",
        empty=empty,
    )
