"""Runs of jobs for people: asked for, stopped, listed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hms_desktop.db import faults
from hms_desktop.db.tables.messages import job_run
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Conflict, Invalid
from hms_desktop.domain.job_plans import plan_of
from hms_desktop.domain.jobs import JobRunRow, RunState
from hms_desktop.services.context import Service
from hms_desktop.services.edited_rows import made_by
from hms_desktop.services.gate import permitted
from hms_desktop.services.queue_rows import locked

LONGEST_HISTORY = 1_000
ASKED = "ask_job"
"""The action by which clocks learn at once that somebody asked for a run."""
FRESH: dict[str, Any] = {
    "cancel_wanted": False,
    "done": 0,
    "total": 0,
    "result": None,
    "error": "",
    "finished_at": None,
}
"""A run that begins anew."""
_ROW = sa.select(*(job_run.c[name] for name in JobRunRow._fields))


class JobAsking(Service):
    """What whoever manages jobs may do; the runs themselves are the clocks' business."""

    @permitted("jobs.manage")
    def ask(
        self, actor: Actor, job: str, period: str, *, request_id: str | None = None
    ) -> JobRunRow:
        """Have a period of a job run now, by whichever program looks first; on or off, done or not.

        Raises Invalid for a job or period that there is not, Conflict while it runs already.
        """
        settings = self.context.settings()
        period = plan_of(job).check_period(settings, period)
        stamp = self.stamp(actor, ASKED, request_id)

        def work(write: Write) -> JobRunRow:
            query = sa.select(job_run).where(job_run.c.job == job, job_run.c.period == period)
            if write.connection.dialect.name == "postgresql":
                query = query.with_for_update()
            row = write.connection.execute(query).mappings().one_or_none()
            values = {
                "state": RunState.RUNNING.value,
                "owner": "",
                "workstation": "",
                "lease_until": write.now,
                "started_at": write.now,
                "attempts": 0,
            }
            if row is None:
                run_id = write.insert(job_run, {"job": job, "period": period, **values})
                return _one(write.connection, run_id)
            if row["state"] == RunState.RUNNING.value:
                raise Conflict(
                    "This job runs already. Nothing was started.",
                    kind="job",
                    existing=_one(write.connection, row["id"]),
                )
            changes = {**values, **FRESH, "fence": row["fence"] + 1}
            write.update(job_run, row["id"], changes, version=None)
            return _one(write.connection, row["id"])

        try:
            return self.database.write(
                stamp, work, lambda c: _one(c, made_by(c, stamp.request_id, job_run))
            )
        except faults.Duplicate as error:
            raise Conflict("This job runs already. Nothing was started.", kind="job") from error

    @permitted("jobs.manage")
    def newest(self, actor: Actor) -> tuple[JobRunRow, ...]:
        """Return the newest run of each job that ever ran."""
        place = sa.func.row_number().over(
            partition_by=job_run.c.job,
            order_by=(job_run.c.started_at.desc(), job_run.c.id.desc()),
        )
        ranked = sa.select(job_run.c.id, place.label("place")).subquery()
        query = _ROW.join(ranked, ranked.c.id == job_run.c.id).where(ranked.c.place == 1)
        with self.database.read() as connection:
            return tuple(map(JobRunRow._make, connection.execute(query)))

    @permitted("jobs.manage")
    def history(self, actor: Actor, job: str = "", limit: int = 200) -> tuple[JobRunRow, ...]:
        """Return runs, newest first; of one job or of all."""
        query = _ROW.order_by(job_run.c.started_at.desc(), job_run.c.id.desc())
        if job:
            query = query.where(job_run.c.job == job)
        with self.database.read() as connection:
            rows = connection.execute(query.limit(max(1, min(limit, LONGEST_HISTORY))))
            return tuple(map(JobRunRow._make, rows))

    @permitted("jobs.manage")
    def running(self, actor: Actor) -> tuple[JobRunRow, ...]:
        """Return what runs just now, at whichever workstation."""
        query = _ROW.where(job_run.c.state == RunState.RUNNING.value).order_by(job_run.c.id)
        with self.database.read() as connection:
            return tuple(map(JobRunRow._make, connection.execute(query.limit(50))))

    @permitted("jobs.manage")
    def cancel(self, actor: Actor, run_id: int, *, request_id: str | None = None) -> None:
        """Ask a run to stop, wherever it runs; raises Invalid when it is over.

        One that no program has taken is over at once.
        """

        def work(write: Write) -> None:
            row = locked(write.connection, job_run, run_id)
            if row["state"] != RunState.RUNNING.value:
                raise Invalid("run", "This run is over already. Nothing was changed.")
            nobodys = row["lease_until"] <= write.now
            changes = over(write.now) if nobodys else {"cancel_wanted": True}
            write.update(job_run, run_id, changes, version=None)

        stamp = self.stamp(actor, "cancel_run", request_id)
        self.database.write(stamp, work, lambda _connection: None)


def _one(connection: sa.Connection, run_id: int) -> JobRunRow:
    return JobRunRow._make(connection.execute(_ROW.where(job_run.c.id == run_id)).one())


def over(now: datetime) -> dict[str, Any]:
    """Return how a run ends that nobody goes on with."""
    return {"state": RunState.CANCELLED.value, "finished_at": now}
