"""What every service is given."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from hms_desktop.bus import Bus
from hms_desktop.cache import Cache
from hms_desktop.db.engine import Database
from hms_desktop.db.prepared import Prepared
from hms_desktop.db.tables.hospital import setting
from hms_desktop.db.writing import Stamp
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import NotAllowed
from hms_desktop.domain.settings import DEFAULTS, HospitalSettings
from hms_desktop.services.gate import Gate

_SETTINGS = Prepared(sa.select(setting.c.name, setting.c.value))


@dataclass(frozen=True, slots=True)
class Context:
    """The database, the door, the cache and the announcements, shared by all services."""

    database: Database
    gate: Gate
    bus: Bus
    cache: Cache
    rng: random.Random = field(default_factory=random.SystemRandom)

    def now(self) -> datetime:
        """Return the moment by the server's clock (UTC)."""
        return self.database.now()

    def settings(self) -> HospitalSettings:
        """Return the hospital's settings, cached until one changes."""

        def load() -> HospitalSettings:
            with self.database.read() as connection:
                return DEFAULTS.with_values(dict(_SETTINGS.rows(connection, {})))

        return self.cache.get("settings", (), load, ("setting",))

    def zone(self) -> ZoneInfo:
        """Return the hospital's time zone."""
        return self.settings().zone_info


class Service:
    """Base of the services: the context at hand, stamps for writes."""

    def __init__(self, context: Context) -> None:
        """Keep what every service shares."""
        self.context = context
        self.database = context.database
        self.gate = context.gate

    def may(self, actor: Actor, permission: str) -> bool:
        """Say whether the log-in has a permission, by what the gate knows of it."""
        known = self.gate.known(actor.token)
        return known is not None and known.may(permission)

    def own_doctor_only(self, actor: Actor, doctor_id: int) -> None:
        """Raise NotAllowed when a doctor reaches for another doctor's visits."""
        if not self.may(actor, "appointments.read") and actor.doctor_id != doctor_id:
            raise NotAllowed("appointments.read")

    @staticmethod
    def stamp(actor: Actor, action: str, request_id: str | None, reason: str = "") -> Stamp:
        """Return who writes what under which request; a request id is made up if none came."""
        return Stamp(actor, request_id or str(uuid.uuid4()), action, reason)
