"""Tables of snippets, drugs, and rows of a file that were refused."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from hms_desktop.domain.drugs import DrugRow
from hms_desktop.domain.imports import Refused
from hms_desktop.domain.snippets import SnippetRow
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.widgets.table import Column, RowTable


def _tr(text: str) -> str:
    return QCoreApplication.translate("ListTables", text)


def snippets_table(desk: Desk, empty: QWidget) -> RowTable[SnippetRow]:
    """Return the table of snippets; a long text is shown in one line."""
    columns: list[Column[SnippetRow]] = [
        Column("keyword", _tr("Keyword"), lambda row: f".{row.keyword}", width=180, bold=True),
        Column("text", _tr("Becomes"), lambda row: " ".join(row.text.split()), width=0),
        Column(
            "whose",
            _tr("Whose"),
            lambda row: _tr("own") if row.own else _tr("shared by all"),
            width=140,
            tone=lambda row: "ink" if row.own else "dim",
        ),
    ]
    return RowTable(
        columns,
        lambda row: row.id,
        name=_tr("Snippets"),
        memory=desk.memory,
        memory_key="snippets",
        empty=empty,
    )


def drugs_table(desk: Desk, empty: QWidget) -> RowTable[DrugRow]:
    """Return the table of the drug list."""
    columns: list[Column[DrugRow]] = [
        Column("name", _tr("Drug"), lambda row: row.name, width=240, bold=True),
        Column("strength", _tr("Strength"), lambda row: row.strength, width=130),
        Column("form", _tr("Form"), lambda row: row.form, width=130),
        Column("route", _tr("Route"), lambda row: row.route, width=110),
        Column("ingredients", _tr("Ingredients"), lambda row: ", ".join(row.ingredients), width=0),
        Column(
            "groups", _tr("Allergy groups"), lambda row: ", ".join(row.allergy_groups), width=200
        ),
    ]
    return RowTable(
        columns,
        lambda row: row.id,
        name=_tr("Drugs"),
        memory=desk.memory,
        memory_key="drugs",
        empty=empty,
    )


def refused_table() -> RowTable[Refused]:
    """Return the table of refused rows, each with its sentence."""
    columns: list[Column[Refused]] = [
        Column(
            "line",
            _tr("Line"),
            lambda row: str(row.line),
            sort=lambda row: row.line,
            width=60,
            right=True,
        ),
        Column("column", _tr("Column"), lambda row: row.column, width=110),
        Column("value", _tr("Holds"), lambda row: row.value, width=130),
        Column("why", _tr("Why"), lambda row: row.why, width=0, tip=lambda row: row.why),
    ]
    return RowTable(columns, lambda row: row.line, name=_tr("Refused rows"))
