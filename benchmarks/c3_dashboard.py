"""C3: the whole dashboard of the hospital, cold, against one of its numbers by plain SQL.

The limit counts the visits of the period by status from the visits themselves, which is the least
of what the dashboard shows. Cold: nothing is cached, the days are kept as the hourly job keeps
them. Also noted: how long a year takes in all, and after 200 changes at the desks.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from benchmarks import data
from benchmarks.measure import Row, alternate, at_most, below, p50, timed
from hms_desktop.db.tables.appointments import appointment
from hms_desktop.domain.appointments import AppointmentFilter
from hms_desktop.domain.hospital_period import Period
from hms_desktop.domain.lifecycle import Status
from hms_desktop.services.assembly import open_services

if TYPE_CHECKING:
    from collections.abc import Callable

    from hms_desktop.domain.actor import Actor
    from hms_desktop.services.assembly import Services

GOAL = 1.0
MOST_MS = 300.0
ROUNDS = 9
CHANGES = 200
AHEAD = timedelta(days=14)


def run(quick: bool) -> list[Row]:  # noqa: FBT001 - the convention of all benchmarks
    """Measure on both engines: a month, a quarter, a year."""
    rows: list[Row] = []
    for engine in data.ENGINES:
        services = open_services(data.url(engine, quick=quick))
        try:
            rows += _measure(services, engine, ROUNDS // 3 if quick else ROUNDS)
        finally:
            services.close()
    return rows


def _measure(services: Services, engine: str, rounds: int) -> list[Row]:
    actor = services.context.gate.system("benchmark")
    services.hospital_numbers.keep(actor)
    today = services.context.now().astimezone(services.context.zone()).date()
    year = Period(date(today.year, 1, 1), date(today.year, 12, 31))
    rows = []
    for name, period in (
        ("month", Period(today - timedelta(days=30), today)),
        ("quarter", Period(today - timedelta(days=91), today)),
        ("year", year),
    ):
        ours, limit = alternate(
            _whole(services, actor, period), _by_status(services, period), rounds, warm_up=1
        )
        if period is year:
            label = f"dashboard of a year, cold, {engine}, beside one count by SQL"
            rows.append(at_most(label, p50(ours), p50(limit), GOAL))
        rows.append(below(f"dashboard of a {name}, cold, {engine}", p50(ours), MOST_MS, "ms"))
    _change(services, actor)
    changed = [timed(_whole(services, actor, year)) for _ in range(rounds)]
    label = f"dashboard of a year, {CHANGES} changes later, {engine}"
    return [*rows, below(label, p50(changed), MOST_MS, "ms")]


def _whole(services: Services, actor: Actor, period: Period) -> Callable[[], object]:
    def whole() -> object:
        services.context.cache.clear()
        return services.hospital_numbers.period(actor, period.first, period.last)

    return whole


def _by_status(services: Services, period: Period) -> Callable[[], object]:
    begins, ends = period.bounds(services.context.zone())
    query = (
        sa.select(appointment.c.status, sa.func.count())
        .where(appointment.c.starts_at >= begins, appointment.c.starts_at < ends)
        .group_by(appointment.c.status)
    )

    def by_status() -> object:
        with services.context.database.read() as connection:
            return connection.execute(query).all()

    return by_status


def _change(services: Services, actor: Actor) -> None:
    """Confirm visits of the coming two weeks, as the desks do in half an hour."""
    now = services.context.now()
    wish = AppointmentFilter(now, now + AHEAD, statuses=(Status.BOOKED,), limit=CHANGES)
    found, _count = services.appointments.list(actor, wish)
    for row in found:
        services.appointments.set_status(actor, [(row.id, row.version)], Status.CONFIRMED)
