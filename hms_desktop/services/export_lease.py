"""Who makes which export: leases by the server's time, fences, and how runs end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from hms_desktop.db.tables.accounts import user
from hms_desktop.db.tables.messages import export_run
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Conflict, Invalid, NotFound
from hms_desktop.domain.exports import LEASE, ExportState, ExportWish
from hms_desktop.domain.jobs import Life
from hms_desktop.domain.settings import HospitalSettings
from hms_desktop.services.context import Service
from hms_desktop.services.export_rows import Leased, free_one

ERROR_LIMIT = 500
_run = export_run.c


class ExportLease(Service):
    """Used by the service of exports, behind its door."""

    def take(
        self, actor: Actor, settings: HospitalSettings, *, run_id: int | None = None
    ) -> Leased | None:
        """Take one run for this program: the given waiting one, or the next that is free."""

        def work(write: Write) -> Leased | None:
            write.server_time()
            if run_id is None:
                shared = bool(settings.exports_folder)
                row = free_one(write.connection, write.now, actor.workstation, shared=shared)
            else:
                row = _locked(write.connection, run_id)
                if row["state"] != ExportState.WAITING.value:
                    return None
            if row is None:
                return None
            if row["cancel_wanted"]:
                # Whoever made it died before it could stop.
                self._end(write, row["id"], ExportState.CANCELLED)
                return None
            changes = {
                "state": ExportState.RUNNING.value,
                "owner": self.database.program,
                "lease_until": write.now + LEASE,
                "fence": row["fence"] + 1,
                "started_at": write.now,
                "done": 0,
            }
            write.update(export_run, row["id"], changes, version=None)
            return Leased(
                row["id"],
                row["fence"] + 1,
                row["user_id"],
                row["workstation"],
                row["kind"],
                row["parameters"],
                row["total"],
            )

        return self.database.write(self.stamp(actor, "make_export", None), work)

    def alive(self, actor: Actor, leased: Leased, done: int) -> Life:
        """Give a sign of life with the progress; answers whether to go on."""

        def work(write: Write) -> Life:
            # No change that anybody needs to hear of: neither audited nor announced.
            kept = write.connection.execute(
                sa.update(export_run)
                .where(*_held(leased))
                .values(lease_until=write.server_time() + LEASE, done=done)
            )
            if not kept.rowcount:
                return Life.LOST
            query = sa.select(_run.cancel_wanted).where(_run.id == leased.id)
            wanted = write.connection.execute(query).scalar_one()
            return Life.CANCEL if wanted else Life.GO_ON

        return self.database.write(self.stamp(actor, "alive", None), work)

    def finish(
        self,
        actor: Actor,
        leased: Leased,
        state: ExportState,
        changes: dict[str, Any] | None = None,
        also: Callable[[Write], None] | None = None,
    ) -> bool:
        """Note how a run ended, together with ``also``; False when it is another's by now."""

        def work(write: Write) -> bool:
            row = _locked(write.connection, leased.id)
            if row["fence"] != leased.fence or row["state"] != ExportState.RUNNING.value:
                return False
            if also is not None:
                also(write)
            self._end(write, leased.id, state, changes)
            return True

        return self.database.write(self.stamp(actor, "finish_export", None), work)

    def fail(self, actor: Actor, leased: Leased, error: str) -> None:
        """Note that no file came of it, and why."""
        self.finish(actor, leased, ExportState.FAILED, {"error": error[:ERROR_LIMIT]})

    def give_back(self, actor: Actor, leased: Leased) -> None:
        """Let somebody else make it: this program closes."""

        def work(write: Write) -> None:
            write.connection.execute(
                sa.update(export_run)
                .where(*_held(leased))
                .values(state=ExportState.WAITING.value, lease_until=None, done=0)
            )

        self.database.write(self.stamp(actor, "hand_back", None), work)

    def cancel(self, write: Write, run_id: int) -> None:
        """Stop a run: at once while nobody makes it, else at its maker's next step."""
        row = _locked(write.connection, run_id)
        if row["state"] == ExportState.WAITING.value or (
            row["state"] == ExportState.RUNNING.value and row["lease_until"] <= write.now
        ):
            self._end(write, run_id, ExportState.CANCELLED, {"fence": row["fence"] + 1})
        elif row["state"] == ExportState.RUNNING.value:
            write.update(export_run, run_id, {"cancel_wanted": True}, version=None)
        else:
            raise Conflict("This export is over already. Nothing was changed.", kind="export")

    def removed(self, actor: Actor, run_id: int) -> None:
        """Note that a file was kept long enough and is gone."""
        changes = {"state": ExportState.REMOVED.value}
        self.database.write(
            self.stamp(actor, "remove_export", None),
            lambda write: write.update(export_run, run_id, changes, version=None),
        )

    @staticmethod
    def _end(
        write: Write, run_id: int, state: ExportState, changes: dict[str, Any] | None = None
    ) -> None:
        ended = {"state": state.value, "lease_until": None, "finished_at": write.now}
        write.update(export_run, run_id, {**ended, **(changes or {})}, version=None)


def own_address(connection: sa.Connection, user_id: int | None) -> tuple[str, str]:
    """Return name and e-mail address of a log-in; raises Invalid when there is no address."""
    query = sa.select(user.c.display_name, user.c.email).where(user.c.id == user_id)
    found = connection.execute(query).one_or_none()
    if found is None or not found.email:
        raise Invalid(
            "mail_to_me",
            "Your log-in has no e-mail address. Nothing was started. Take the tick away, or have "
            "an address put into your log-in.",
        )
    return found.display_name, found.email


def asked_wish(leased: Leased) -> ExportWish:
    """Return what was asked for; raises Invalid for what another version asked."""
    return ExportWish.of(leased.kind, leased.parameters)


def _held(leased: Leased) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        _run.id == leased.id,
        _run.fence == leased.fence,
        _run.state == ExportState.RUNNING.value,
    )


def _locked(connection: sa.Connection, run_id: int) -> sa.RowMapping:
    query = sa.select(export_run).where(_run.id == run_id)
    if connection.dialect.name == "postgresql":
        query = query.with_for_update()
    found = connection.execute(query).mappings().one_or_none()
    if found is None:
        raise NotFound("This export is no longer there. Nothing was changed.")
    return found
