"""Scenes of the administrator's pages, for make_screenshots.py."""

from __future__ import annotations

from typing import Any, Protocol

from hms_desktop.db.writing import Stamp, Write
from hms_desktop.domain.messages import Channel, Draft, MessageKind
from hms_desktop.services import outbox_rows
from hms_desktop.ui.pages.roles import RolesPage
from hms_desktop.ui.pages.users import UsersPage
from hms_desktop.ui.users.panel import ACCESS


class Stage(Protocol):
    """What a scene needs of the program on the invisible screen."""

    program: Any

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


def fill_outbox(stage: Stage) -> None:
    """Messages as a hospital with a mail server has them; the demo has none and sends nothing."""
    opened = stage.program._opened
    assert opened is not None
    outbox = opened.services.outbox
    system = opened.services.context.gate.system("pictures", "Office")
    kinds = (MessageKind.BOOKED, MessageKind.MOVED, MessageKind.CANCELLED, MessageKind.REMINDER)

    def work(write: Write) -> None:
        for number in range(14):
            call = number % 5 == 0
            draft = Draft(
                f"picture-{number}",
                kinds[number % len(kinds)],
                Channel.CALL if call else Channel.EMAIL,
                "" if call else f"patient{number}@example.org",
                {},
                patient_id=number + 1,
                held=number % 4 == 1,
            )
            outbox_rows.write_message(write, draft)

    opened.services.context.database.write(Stamp(system, "pictures", "message"), work)
    why = "The mail server does not take mail for this address (code 550)."
    for leased in outbox.lease(system, "pictures", 4, [Channel.EMAIL]):
        if leased.id % 2:
            outbox.sent(system, leased)
        else:
            outbox.failed(system, leased, why, permanent=True)
