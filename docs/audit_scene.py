"""The audit trail in pictures; a part of ``make_screenshots.py``."""

from __future__ import annotations

from typing import Protocol

from hms_desktop.ui.pages.audit import AuditPage


class Stage(Protocol):
    """What a scene needs of the running program."""

    def titled(self, title: str) -> object:
        """Bring the page with a title forward."""

    def shoot(self, name: str) -> None:
        """Let the program come to rest and keep a picture."""


def audit(stage: Stage) -> None:
    """Show the list, one entry beside it, the check."""
    page = stage.titled("Audit")
    assert isinstance(page, AuditPage)
    page.filters.entities.setCurrentIndex(page.filters.entities.findData("appointment"))
    page.reload()
    stage.shoot("audit")
    row = next(one for one in page.table.rows() if one.action == "check_in")
    page.table.opened.emit(row)
    stage.shoot("audit-entry")
    page.open_check()
    page.check.start()
    stage.shoot("audit-check")
    page.check.close_panel()
