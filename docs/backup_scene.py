"""The pictures of backups; for ``make_screenshots``, once the environment is set."""

from __future__ import annotations

import os
from typing import Protocol

from hms_desktop.domain.backups import BackupKind
from hms_desktop.ui.pages.backups import BackupsPage

# Made here by hand, before the job would, so that the pictures stay the same.
os.environ["HMS_BACKUPS_MINUTE"] = "23:59"


class Stage(Protocol):
    """What is needed of the stage."""

    def titled(self, title: str) -> object: ...
    def shoot(self, name: str) -> None: ...


def backups(stage: Stage) -> None:
    """The recovery key, some backups, and the question before a restore."""
    page = stage.titled("Backups")
    assert isinstance(page, BackupsPage)
    page.key_panel.begin()
    page.key_panel.make()
    stage.shoot("backups-key")
    page.key_panel.close_panel()
    services = page.desk.services
    jobs = services.context.gate.system("jobs", "Reception 1")
    for _ in range(3):
        services.backups.create(jobs, BackupKind.DAILY)
    stage.shoot("backups")
    page.restore()
    stage.shoot("backups-restore")
    page.restore_panel.close_panel()
