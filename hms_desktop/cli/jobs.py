"""``jobs``: what is due when, run by hand, what ran; and a headless program that only runs them."""

from __future__ import annotations

import argparse
import sys

from hms_desktop.cli.common import a_count, a_date, answer, opened
from hms_desktop.cli.status import OK, UsageError
from hms_desktop.domain.job_plans import plan_of
from hms_desktop.jobs.clock import JobClock
from hms_desktop.jobs.registry import JOBS
from hms_desktop.jobs.sender import start_clock
from hms_desktop.told_to_end import told_to_end

NEVER = "off"


def list_jobs(options: argparse.Namespace) -> int:
    """List the jobs: on or off, next time, last run."""
    with opened(options) as (services, actor):
        clock = JobClock(services, JOBS)
        settings, now = clock.settings(), services.context.now()
        zone = settings.zone_info
        data = []
        for job in JOBS:
            schedule = job.schedule(settings)
            last = services.job_runs.history(actor, job.name, 1)
            data.append(
                {
                    "name": job.name,
                    "title": job.title,
                    "on": schedule is not None,
                    "next": None if schedule is None else schedule.next(now, zone).astimezone(zone),
                    "last": last[0].period if last else None,
                    "state": last[0].state if last else None,
                }
            )
        clock.stop(0)
    lines = [
        f"{one['name']:16} {one['title']:28} "
        f"{one['next']:%Y-%m-%d %H:%M}  "
        + (f"{one['last']} {one['state']}" if one["last"] else "–")
        if one["on"]
        else f"{one['name']:16} {one['title']:28} {NEVER:16}"
        for one in data
    ]
    answer(options, data, *lines)
    return OK


def run(options: argparse.Namespace) -> int:
    """Run a job by hand, for the present period or that of a date."""
    job = next((one for one in JOBS if one.name == options.name), None)
    if job is None:
        known = ", ".join(one.name for one in JOBS)
        raise UsageError(f"There is no job called {options.name}. There are: {known}.")
    if options.date is not None and not plan_of(job.name).dated:
        raise UsageError(f"{job.name} looks at the present, whatever the date. Leave --for away.")
    with opened(options) as (services, _actor):
        clock = JobClock(services, JOBS)
        try:
            settings = clock.settings()
            period = plan_of(job.name).period(
                settings, services.context.now(), settings.zone_info, options.date
            )
            result = clock.run_now(job.name, period)
        finally:
            clock.stop(0)
    words = ", ".join(f"{name} {value}" for name, value in result.items())
    answer(options, {"job": job.name, "period": period, **result}, f"{period}: {words or 'done'}")
    return OK


def history(options: argparse.Namespace) -> int:
    """List what ran, newest first."""
    with opened(options) as (services, actor):
        rows = services.job_runs.history(actor, options.name or "", options.limit)
        zone = services.context.zone()
    lines = [
        f"{row.started_at.astimezone(zone):%Y-%m-%d %H:%M}  {row.job:16} {row.period:18} "
        f"{row.state:10} {row.workstation:16} {row.error or row.result or ''}"
        for row in rows
    ]
    answer(options, [row._asdict() for row in rows], *lines)
    return OK


def serve(options: argparse.Namespace) -> int:
    """Run jobs and send messages until it is told to end (SIGTERM, SIGINT)."""
    with told_to_end() as told, opened(options) as (services, _actor):
        clock = start_clock(services, options.workstation or "jobs")
        answer(options, {"serving": True}, "Jobs run. Stop with Ctrl+C.")
        sys.stdout.flush()
        told.recv(1)
        clock.stop()
    return OK


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser],
        common: argparse.ArgumentParser) -> None:  # fmt: skip
    """Add ``jobs`` to the command line."""
    top = commands.add_parser("jobs", help="jobs: list, run, history, serve", parents=[common])
    parts = top.add_subparsers(metavar="ACTION", required=True)
    one = parts.add_parser("list", help="the jobs and when they run", parents=[common])
    one.set_defaults(run=list_jobs)
    one = parts.add_parser("run", help="run one now", parents=[common])
    one.add_argument("name", metavar="NAME")
    one.add_argument("--for", dest="date", type=a_date, metavar="DATE", help="its period")
    one.set_defaults(run=run)
    one = parts.add_parser("history", help="what ran", parents=[common])
    one.add_argument("name", metavar="NAME", nargs="?")
    one.add_argument("--limit", type=a_count, default=50)
    one.set_defaults(run=history)
    one = parts.add_parser("serve", help="run jobs until stopped", parents=[common])
    one.add_argument("--workstation", metavar="NAME")
    one.set_defaults(run=serve)
