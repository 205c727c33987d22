"""An open database as screens see it, and who came in; kept apart from the pages themselves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.hospital import PublicFace
from hms_desktop.domain.settings import HospitalSettings
from hms_desktop.services.assembly import Services
from hms_desktop.settings import WorkstationSettings
from hms_desktop.ui.bridge import Bridge
from hms_desktop.ui.login import DemoLogin
from hms_desktop.ui.runner import Runner
from hms_desktop.ui.theme import Theme


@dataclass(frozen=True, slots=True)
class House:
    """An open database with everything that screens need of the program."""

    services: Services
    runner: Runner
    bridge: Bridge
    theme: Theme
    workstation: WorkstationSettings
    face: PublicFace
    demo_logins: tuple[DemoLogin, ...]
    data_folder: Path
    config_folder: Path


@dataclass(frozen=True, slots=True)
class Entered:
    """Who logged in, with the settings and layouts read on the way."""

    actor: Actor
    settings: HospitalSettings
    remembered: dict[str, Any]


def owner_of(services: Services, actor: Actor) -> str:
    """Return a stable name of a person at a database, for drafts and layouts."""
    url = services.context.database.url
    return f"{url.host or ''}/{url.database or ''}/{actor.user_id}"
