"""Runs of jobs: whoever takes the row runs the period, for the whole hospital.

The server's time decides, never a workstation's. A run whose program died is taken over when its
lease ends; the fence keeps the dead one from speaking for it afterwards.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from hms_desktop.db import faults
from hms_desktop.db.tables.messages import job_run
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import HmsError
from hms_desktop.domain.jobs import (
    AGAIN_AFTER,
    LEASE,
    MOST_ATTEMPTS,
    Claim,
    Life,
    RunState,
)
from hms_desktop.services.gate import permitted
from hms_desktop.services.job_asking import FRESH, JobAsking, over
from hms_desktop.services.queue_rows import locked

_OVER = (RunState.DONE.value, RunState.CANCELLED.value)


class RunLost(HmsError):  # noqa: N818 - named after what happened
    """A run was taken over while its program was frozen or closing."""


class JobRunsService(JobAsking):
    """Claims, signs of life and ends, for the clocks; the rest is for people."""

    @permitted("system.maintain")
    def claim(
        self, actor: Actor, job: str, period: str, owner: str, *, again: bool = False
    ) -> Claim | None:
        """Take a period of a job, or None when somebody has it or had it.

        ``again`` runs a period once more that is over already (by hand).
        """
        stamp = self.stamp(actor, "run", None)
        query = sa.select(job_run).where(job_run.c.job == job, job_run.c.period == period)
        with self.database.read() as connection:
            # Every program looks every few seconds, and nearly always it is over long since.
            seen = connection.execute(query).mappings().one_or_none()
        if seen is not None and not again and seen["state"] in _OVER:
            return None

        def work(write: Write) -> Claim | None:
            write.server_time()
            locking = query
            if write.connection.dialect.name == "postgresql":
                locking = query.with_for_update()
            row = write.connection.execute(locking).mappings().one_or_none()
            values = {
                "state": RunState.RUNNING.value,
                "owner": owner,
                "workstation": actor.workstation,
                "lease_until": write.now + LEASE,
                "started_at": write.now,
            }
            if row is None:
                run_id = write.insert(job_run, {"job": job, "period": period, **values})
                return Claim(run_id, job, period, 1, 1)
            if not _may_take(row, write.now, again=again):
                return None
            if row["cancel_wanted"] and row["state"] == RunState.RUNNING.value:
                # Asked to stop while its program was dying: nobody goes on with it.
                write.update(job_run, row["id"], over(write.now), version=None)
                return None
            fence, attempts = row["fence"] + 1, 1 if again else row["attempts"] + 1
            changes = {
                **values,
                **FRESH,
                "fence": fence,
                "attempts": attempts,
            }
            write.update(job_run, row["id"], changes, version=None)
            return Claim(row["id"], job, period, fence, attempts)

        try:
            return self.database.write(stamp, work)
        except faults.Duplicate:
            return None  # another program was a moment faster

    @permitted("system.maintain")
    def wanted(self, actor: Actor) -> tuple[tuple[str, str], ...]:
        """Return (job, period) of runs that are nobody's: asked for, handed back, or left."""
        query = (
            sa.select(job_run.c.job, job_run.c.period)
            .where(
                job_run.c.state == RunState.RUNNING.value,
                job_run.c.lease_until <= self.context.now(),
            )
            .order_by(job_run.c.id)
        )
        with self.database.read() as connection:
            return tuple((row.job, row.period) for row in connection.execute(query.limit(50)))

    @permitted("system.maintain")
    def alive(self, actor: Actor, claim: Claim, done: int, total: int) -> Life:
        """Give a sign of life with the progress; answers whether to go on."""

        def work(write: Write) -> Life:
            query = sa.select(job_run.c.fence, job_run.c.state, job_run.c.cancel_wanted).where(
                job_run.c.id == claim.run_id
            )
            row = write.connection.execute(query).one_or_none()
            if row is None or row.fence != claim.fence or row.state != RunState.RUNNING.value:
                return Life.LOST
            # No change that anybody needs to hear of: neither audited nor announced.
            write.connection.execute(
                sa.update(job_run)
                .where(job_run.c.id == claim.run_id, job_run.c.fence == claim.fence)
                .values(lease_until=write.server_time() + LEASE, done=done, total=total)
            )
            return Life.CANCEL if row.cancel_wanted else Life.GO_ON

        return self.database.write(self.stamp(actor, "alive", None), work)

    @permitted("system.maintain")
    def finish(
        self,
        actor: Actor,
        claim: Claim,
        state: RunState,
        *,
        result: dict[str, Any] | None = None,
        error: str = "",
    ) -> bool:
        """Note how a run ended; False when it is another program's by now."""

        def work(write: Write) -> bool:
            row = locked(write.connection, job_run, claim.run_id)
            if row["fence"] != claim.fence or row["state"] != RunState.RUNNING.value:
                return False
            changes = {
                "state": state.value,
                "result": result,
                "error": error[:500],
                "finished_at": write.now,
            }
            write.update(job_run, claim.run_id, changes, version=None)
            return True

        return self.database.write(self.stamp(actor, "finish", None), work)

    @permitted("system.maintain")
    def fenced(self, actor: Actor, claim: Claim) -> AbstractContextManager[None]:
        """Have all writes of this thread stand only while the claim does.

        A program that was frozen while somebody took its run over writes nothing any more:
        RunLost is raised just before the commit, and the row of the run is held until it is over.
        """

        def guard(write: Write) -> None:
            query = sa.select(job_run.c.fence, job_run.c.state).where(job_run.c.id == claim.run_id)
            if write.connection.dialect.name == "postgresql":
                query = query.with_for_update(read=True)
            row = write.connection.execute(query).one()
            if row.fence != claim.fence or row.state != RunState.RUNNING.value:
                raise RunLost("This run is another program's by now. Nothing was changed.")

        return self.database.guarded(guard)

    @permitted("system.maintain")
    def hand_back(self, actor: Actor, claim: Claim) -> None:
        """Let another program take over at once: this one closes, and writes nothing more."""

        def work(write: Write) -> None:
            write.connection.execute(
                sa.update(job_run)
                .where(
                    job_run.c.id == claim.run_id,
                    job_run.c.fence == claim.fence,
                    job_run.c.state == RunState.RUNNING.value,
                )
                .values(
                    lease_until=write.server_time(),
                    fence=job_run.c.fence + 1,
                    attempts=job_run.c.attempts - 1,
                )
            )

        self.database.write(self.stamp(actor, "hand_back", None), work)

    @permitted("system.maintain")
    def clean(self, actor: Actor, days: int) -> int:
        """Forget runs that began more than ``days`` ago; how many.

        What runs and the newest of each job stay. The setting's least value is longer than any
        period stays due, so that nothing forgotten runs anew.
        """
        newest = sa.select(job_run.c.job, sa.func.max(job_run.c.started_at).label("at"))
        last = newest.group_by(job_run.c.job).subquery()
        old = sa.select(job_run.c.id).join(last, last.c.job == job_run.c.job)

        def work(write: Write) -> int:
            gone = old.where(
                job_run.c.started_at < write.now - timedelta(days=days),
                job_run.c.started_at < last.c.at,
                job_run.c.state != RunState.RUNNING.value,
            )
            count = write.connection.execute(
                sa.delete(job_run).where(job_run.c.id.in_(gone))
            ).rowcount
            if count:
                write.record(job_run.name, 0, after={"removed": count}, action="delete")
            return count

        return self.database.write(self.stamp(actor, "clean", None), work)


def _may_take(row: sa.RowMapping, now: datetime, *, again: bool) -> bool:
    if row["state"] == RunState.RUNNING.value:
        return bool(row["lease_until"] <= now)
    if again:
        return True
    return bool(
        row["state"] == RunState.FAILED.value
        and row["attempts"] < MOST_ATTEMPTS
        and row["finished_at"] + AGAIN_AFTER <= now
    )
