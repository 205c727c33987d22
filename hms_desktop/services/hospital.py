"""The hospital's settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from hms_desktop.db.tables.accounts import user
from hms_desktop.db.tables.hospital import setting
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Invalid, Stale
from hms_desktop.domain.hospital import PublicFace, check_together
from hms_desktop.domain.settings import DEFAULTS, HospitalSettings, check_setting
from hms_desktop.services.context import Service
from hms_desktop.services.edited_rows import only_writer
from hms_desktop.services.gate import open_to_all, permitted


class HospitalService(Service):
    """Settings of the whole hospital."""

    @open_to_all
    def public_face(self) -> PublicFace:
        """Return what the log-in window may show to anybody."""
        settings = self.context.settings()
        return PublicFace(
            settings.hospital_name,
            settings.demo,
            settings.zone,
            settings.password_least,
            settings.password_least_with_second,
        )

    @permitted("settings.read")
    def settings(self, actor: Actor) -> HospitalSettings:
        """Return all settings, those never changed with their defaults."""
        return self.context.settings()

    @permitted("settings.manage")
    def setting_versions(self, actor: Actor) -> dict[str, int]:
        """Return the version of every setting that was ever stored, for ``change_settings``."""
        with self.database.read() as connection:
            return {name: row.version for name, row in _stored(connection).items()}

    @permitted("settings.manage")
    def setting_writers(self, actor: Actor) -> dict[str, str]:
        """Return who stored each setting last; the program itself is an empty name."""
        query = sa.select(setting.c.name, user.c.display_name).select_from(
            setting.outerjoin(user, user.c.id == setting.c.updated_by)
        )
        with self.database.read() as connection:
            return {row.name: row.display_name or "" for row in connection.execute(query)}

    @permitted("settings.manage")
    def change_settings(
        self,
        actor: Actor,
        changes: Mapping[str, Any],
        *,
        versions: Mapping[str, int] | None = None,
        request_id: str | None = None,
    ) -> HospitalSettings:
        """Change settings, all or none; every open program follows.

        ``versions`` are those the form was filled from (0 or left out: never stored). Raises
        Stale when one of the changed settings was changed meanwhile, or Invalid with its name.
        """
        checked = {name: check_setting(name, value) for name, value in changes.items()}
        if "demo" in checked and checked["demo"] != self.context.settings().demo:
            raise Invalid("demo", "A hospital is a demo or not from its first start on.")
        if "backups_key" in checked:
            raise Invalid("backups_key", "The key of backups is made on the page of backups.")

        def work(write: Write) -> HospitalSettings:
            only_writer(write, setting)
            stored = _stored(write.connection)
            before = DEFAULTS.with_values({name: row.value for name, row in stored.items()})
            if versions is not None:
                _refuse_stale(write.connection, checked, versions, before)
            after = before.with_values(checked)
            check_together(after)
            for name, value in checked.items():
                if name not in stored:
                    write.insert(setting, {"name": name, "value": value})
                elif stored[name].value != value:
                    version = stored[name].version
                    write.update(setting, stored[name].id, {"value": value}, version=version)
            return after

        return self.database.write(
            self.stamp(actor, "change_settings", request_id),
            work,
            lambda connection: DEFAULTS.with_values(
                {name: row.value for name, row in _stored(connection).items()}
            ),
        )


def _stored(connection: sa.Connection) -> dict[str, sa.Row[Any]]:
    return {row.name: row for row in connection.execute(sa.select(setting))}


def _refuse_stale(
    connection: sa.Connection,
    checked: Mapping[str, Any],
    versions: Mapping[str, int],
    current: HospitalSettings,
) -> None:
    for name, row in _stored(connection).items():
        if name in checked and row.version != versions.get(name, 0):
            who = connection.scalar(
                sa.select(user.c.display_name).where(user.c.id == row.updated_by)
            )
            raise Stale(current=current, who=who or "Someone")
