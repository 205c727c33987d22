"""The table of log-ins."""

from __future__ import annotations

from hms_desktop.domain.accounts import UserRow
from hms_desktop.ui.icons import icon
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.top_bar import role_name
from hms_desktop.ui.users.words import (
    factor_word,
    last_word,
    state_icon,
    state_tone,
    state_word,
)
from hms_desktop.ui.widgets.empty import EmptyState
from hms_desktop.ui.widgets.rows import Column
from hms_desktop.ui.widgets.table import RowTable


def users_table(desk: Desk, empty: EmptyState) -> RowTable[UserRow]:
    """Return the table with its columns."""
    formats = Formats.of(desk.settings)
    tr = empty.tr

    def roles(row: UserRow) -> str:
        return ", ".join(role_name(empty, one) for one in row.roles) or "–"

    def state(row: UserRow) -> str:
        words = state_word(row)
        if row.locked_until is None:
            return words
        return tr("{words} until {time}").format(words=words, time=formats.at(row.locked_until))

    def tone(row: UserRow) -> str:
        if row.second_factor_since is not None:
            return "ok_text"
        return "warn_text" if row.needs_second_factor else "dim"

    columns: list[Column[UserRow]] = [
        Column("name", tr("Name"), lambda row: row.display_name, width=0, least=190, bold=True),
        Column("login", tr("Log-in name"), lambda row: row.login, width=120),
        Column("roles", tr("Roles"), roles, width=180),
        Column("state", tr("State"), state, width=170, tone=state_tone, icon=state_icon),
        Column(
            "second",
            tr("Second factor"),
            factor_word,
            width=130,
            tone=tone,
            icon=lambda row: icon("shield", "ok_text") if row.second_factor_since else None,
        ),
        Column(
            "open",
            tr("Open"),
            lambda row: str(row.open_sessions or ""),
            sort=lambda row: row.open_sessions or None,
            width=60,
            right=True,
            tip=lambda row: tr("{n} log-ins are open").format(n=row.open_sessions),
        ),
        Column(
            "last",
            tr("Last log-in"),
            lambda row: last_word(row, formats, desk.now()),
            sort=lambda row: row.last_login_at,
            width=150,
        ),
        Column("email", tr("E-mail"), lambda row: row.email, width=200, visible=False),
        Column("phone", tr("Phone"), lambda row: row.phone, width=140, visible=False),
        Column(
            "made",
            tr("Made"),
            lambda row: formats.day(formats.day_of(row.created_at)),
            sort=lambda row: row.created_at,
            width=110,
            visible=False,
        ),
    ]
    return RowTable(
        columns,
        lambda row: row.id,
        name=tr("Log-ins"),
        memory=desk.memory,
        memory_key="users",
        empty=empty,
    )
