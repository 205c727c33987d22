"""Pictures of log-ins and roles, for make_screenshots.py."""

from __future__ import annotations

from typing import Protocol

from hms_desktop.ui.pages.roles import RolesPage
from hms_desktop.ui.pages.users import UsersPage
from hms_desktop.ui.users.panel import ACCESS


class Stage(Protocol):
    """What a scene needs of the program on the invisible screen."""

    def titled(self, title: str) -> object: ...

    def shoot(self, name: str) -> None: ...


def log_ins(stage: Stage) -> None:
    """Log-ins and roles: a log-in that is open somewhere, ticks that are not saved yet."""
    page = stage.titled("Log-ins")
    assert isinstance(page, UsersPage)
    stage.shoot("users")
    row = next(one for one in page.table.rows() if one.login == "rao")
    page.panel.open_row(row, ACCESS)
    stage.shoot("user-access")
    page.panel.close_panel()
    roles = stage.titled("Roles")
    assert isinstance(roles, RolesPage)
    stage.shoot("roles")
    model = roles.matrix.matrix
    for line in (2, 4):
        roles.matrix._toggle(model.index(line, 1))
    roles.review()
    stage.shoot("roles-review")
    roles.reviewing.close_panel()
    roles.put_back()
