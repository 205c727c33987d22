"""Dates counted once and kept; what changed since is counted from the visits.

Correct without anybody's help: a date with a mark, or without a valid row, is read from the
visits themselves. To keep what was counted only makes it quick.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.patients import patient
from hms_desktop.db.tables.queue import queue_token
from hms_desktop.db.tables.statistics import visit_day, visit_day_doctor, visit_mark
from hms_desktop.db.types import from_text
from hms_desktop.domain import zones
from hms_desktop.domain.doctor_numbers import CAME
from hms_desktop.domain.visit_days import CountedVisit, DayTally, DoctorDay, Person, tally

_visit = appointment.c
_CAME = tuple(status.value for status in CAME)
_DAY = timedelta(days=1)
RUN_DAYS = 31
"""How many dates are read from the visits at a time: a large hospital's month fits easily."""
_RAW = sa.types.NullType
_FAST = 1
"""Level of deflating: the sets are thin, and harder work saves little."""

# Asked for those only who came, one by one: a join would read all tokens there ever were. Some
# hospitals call nobody by token: there the consultation ends the wait.
_CALLED = sa.case(
    (
        _visit.arrived_at.is_not(None),
        sa.func.coalesce(
            sa.select(queue_token.c.called_at)
            .where(queue_token.c.appointment_id == _visit.id, queue_token.c.state != "withdrawn")
            .scalar_subquery(),
            _visit.started_at,
        ),
    ),
)
_VISITS = (
    sa.select(
        _visit.doctor_id,
        _visit.patient_id,
        _visit.status,
        # As the driver gives them: to read a moment costs more than all the rest of a row.
        sa.type_coerce(_visit.starts_at, _RAW),
        sa.type_coerce(_visit.ends_at, _RAW),
        sa.type_coerce(_visit.arrived_at, _RAW),
        sa.type_coerce(_CALLED, _RAW),
    )
    .where(_visit.starts_at >= sa.bindparam("begins"), _visit.starts_at < sa.bindparam("ends"))
    .order_by(_visit.starts_at)
)
_earlier = appointment.alias("earlier")
_who = (
    sa.select(_visit.patient_id)
    .where(
        _visit.starts_at >= sa.bindparam("begins"),
        _visit.starts_at < sa.bindparam("ends"),
        _visit.status.in_(_CAME),
    )
    .distinct()
    .subquery("who")
)
# Every column by itself, from an index: for the few of a day a join would read all charts, and
# EXISTS would ask Postgres' index of overlaps, which takes thirty times as long.
_PEOPLE = sa.select(
    _who.c.patient_id,
    sa.select(patient.c.sex).where(patient.c.id == _who.c.patient_id).scalar_subquery(),
    sa.select(patient.c.birth_date).where(patient.c.id == _who.c.patient_id).scalar_subquery(),
    sa.select(_earlier.c.starts_at)
    .where(_earlier.c.patient_id == _who.c.patient_id, _earlier.c.status.in_(_CAME))
    .order_by(_earlier.c.starts_at)
    .limit(1)
    .scalar_subquery()
    < sa.bindparam("begins"),
)
"""Who came in a stretch of time: id, sex, birth date, and whether they had come before it."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The dates of a stretch in their order; ``fresh`` ones were read from the visits."""

    days: tuple[DayTally, ...]
    fresh: frozenset[date]


class Found(NamedTuple):
    """What was counted anew of a date, and what had been read of it before."""

    tally: DayTally
    version: int
    marks: tuple[int, ...]


def counted(connection: sa.Connection, zone: ZoneInfo, first: date, last: date) -> Counted:
    """Return what became of the visits of each local date; empty dates may be left out."""
    begins, ends = zones.day_bounds(zone, first)[0], zones.day_bounds(zone, last)[1]
    # Marks before rows: what is marked in between is at worst counted for nothing.
    stale = _dates(zone, marks(connection, begins, ends).values())
    kept = _kept(connection, zone, first, last)
    # Years before the first visit and after the last are not asked for month by month.
    extent = _extent(connection, zone)
    dates = () if extent is None else _every(max(first, extent[0]), min(last, extent[1]))
    fresh = frozenset(on for on in dates if on in stale or on not in kept)
    found = {on: one for on, one in kept.items() if on not in fresh}
    for run in runs(sorted(fresh)):
        found.update((one.on, one) for one in count(connection, zone, *run))
    return Counted(tuple(found[on] for on in sorted(found)), fresh)


def by_doctor(
    connection: sa.Connection, first: date, last: date, found: Counted
) -> dict[int, DoctorDay]:
    """Return the sums of each doctor who had visits in a stretch that was counted."""
    sums: dict[int, list[int]] = defaultdict(lambda: [0] * len(DoctorDay._fields))
    columns = [visit_day_doctor.c[name] for name in DoctorDay._fields]
    query = (
        sa.select(visit_day_doctor.c.doctor_id, *map(sa.func.sum, columns))
        .where(
            visit_day_doctor.c.on_date.between(first, last),
            visit_day_doctor.c.on_date.not_in(sorted(found.fresh)),
        )
        .group_by(visit_day_doctor.c.doctor_id)
    )
    for doctor_id, *values in connection.execute(query):
        sums[doctor_id] = values
    for day in found.days:
        if day.on in found.fresh:
            for doctor_id, own in day.doctors.items():
                sums[doctor_id] = [a + b for a, b in zip(sums[doctor_id], own, strict=True)]
    return {doctor_id: DoctorDay(*values) for doctor_id, values in sums.items()}


def stale_runs(connection: sa.Connection, zone: ZoneInfo) -> list[tuple[date, date]]:
    """Return first and last of the dates that are not kept, or no longer as they are."""
    extent = _extent(connection, zone)
    if extent is None:
        return []
    first, last = extent
    begins, ends = zones.day_bounds(zone, first)[0], zones.day_bounds(zone, last)[1]
    stale = _dates(zone, marks(connection, begins, ends).values())
    kept = _kept(connection, zone, first, last)
    return list(runs([on for on in _every(first, last) if on in stale or on not in kept]))


def recount(
    connection: sa.Connection, zone: ZoneInfo, first: date, last: date
) -> tuple[Found, ...]:
    """Count dates to be kept; where no visit was near, nothing is worth keeping.

    Dates on which nothing was are kept beside others, so that a whole year has no gaps.
    """
    begins, ends = zones.day_bounds(zone, first)[0], zones.day_bounds(zone, last)[1]
    marked: dict[date, list[int]] = defaultdict(list)
    for mark_id, moment in marks(connection, begins, ends).items():
        marked[zones.date_of(zone, zones.minute_floor(moment))].append(mark_id)
    query = sa.select(visit_day.c.on_date, visit_day.c.version)
    rows = connection.execute(query.where(visit_day.c.on_date.between(first, last)))
    versions = {row[0]: row[1] for row in rows}
    tallies = {one.on: one for one in count(connection, zone, first, last)}
    return tuple(
        Found(tallies.get(on) or DayTally(on), versions.get(on, 0), tuple(marked.get(on, ())))
        for on in _every(first, last)
        if tallies or on in marked
    )


def keep(connection: sa.Connection, zone: ZoneInfo, found: Iterable[Found]) -> int:
    """Write counted dates into an open transaction; returns how many were.

    A date that another program has kept meanwhile stays as it is, with its marks: which of both
    counted later cannot be told, and a date too often counted is better than one too seldom.
    """
    done = 0
    for one in found:
        values = _row(zone, one.tally)
        if one.version:
            where = (visit_day.c.on_date == one.tally.on, visit_day.c.version == one.version)
            change = sa.update(visit_day).where(*where)
            values["version"] = one.version + 1
            written = connection.execute(change.values(values).returning(visit_day.c.on_date))
        else:
            new = _insert_new(connection).values(values)
            written = connection.execute(new.returning(visit_day.c.on_date))
        if written.first() is None:
            continue
        done += 1
        on = one.tally.on
        connection.execute(sa.delete(visit_day_doctor).where(visit_day_doctor.c.on_date == on))
        rows = [
            {"on_date": on, "doctor_id": doctor_id, **own._asdict()}
            for doctor_id, own in one.tally.doctors.items()
        ]
        if rows:
            connection.execute(sa.insert(visit_day_doctor), rows)
        for start in range(0, len(one.marks), _MOST_IDS):
            part = one.marks[start : start + _MOST_IDS]
            connection.execute(sa.delete(visit_mark).where(visit_mark.c.id.in_(part)))
    return done


_MOST_IDS = 1_000


def marks(connection: sa.Connection, begins: datetime, ends: datetime) -> dict[int, datetime]:
    """Return the marks of a stretch of time: id and start of a visit that changed."""
    query = sa.select(visit_mark.c.id, visit_mark.c.starts_at).where(
        visit_mark.c.starts_at >= begins, visit_mark.c.starts_at < ends
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def count(connection: sa.Connection, zone: ZoneInfo, first: date, last: date) -> Iterator[DayTally]:
    """Count the visits of some dates, in their order; dates without any are left out."""
    values = {
        "begins": zones.day_bounds(zone, first)[0],
        "ends": zones.day_bounds(zone, last)[1],
    }
    rows = iter(connection.execute(_VISITS, values))
    row = next(rows, None)
    if row is None:
        return
    people = {one[0]: Person(*one[1:]) for one in connection.execute(_PEOPLE, values)}
    while row is not None:
        on = zones.date_of(zone, zones.minute_floor(_known(row[3])))
        end = zones.day_bounds(zone, on)[1]
        visits: list[CountedVisit] = []
        while row is not None:
            visit = CountedVisit(
                row[0],
                row[1],
                row[2],
                _known(row[3]),
                _known(row[4]),
                _moment(row[5]),
                _moment(row[6]),
            )
            if visit.starts_at >= end:
                break
            visits.append(visit)
            row = next(rows, None)
        yield tally(on, zone, visits, people)
        for one in visits:
            if one.status in _CAME:
                people[one.patient_id] = people[one.patient_id]._replace(seen_before=True)


def runs(dates: Sequence[date]) -> Iterator[tuple[date, date]]:
    """Yield first and last of dates that follow each other, a month at a time at most."""
    start = 0
    for place, on in enumerate(dates):
        following = place + 1 < len(dates) and dates[place + 1] - on == _DAY
        if not following or place - start + 1 == RUN_DAYS:
            yield dates[start], on
            start = place + 1


# ----------------------------------------------------------------------------------- inside
def _extent(connection: sa.Connection, zone: ZoneInfo) -> tuple[date, date] | None:
    """Return the first and the last local date with a visit or a mark; None: there is none."""
    moments = [
        moment
        for column in (_visit.starts_at, visit_mark.c.starts_at)
        # One by one: SQLite uses its index for a single end only.
        for end in (sa.func.min(column), sa.func.max(column))
        if (moment := connection.execute(sa.select(end)).scalar()) is not None
    ]
    if not moments:
        return None
    dates = _dates(zone, (min(moments), max(moments)))
    return min(dates), max(dates)


def _kept(
    connection: sa.Connection, zone: ZoneInfo, first: date, last: date
) -> dict[date, DayTally]:
    """Return the valid rows: those counted by the hospital's clock as it is known today."""
    query = sa.select(
        visit_day.c.on_date,
        visit_day.c.begins_at,
        visit_day.c.ends_at,
        visit_day.c.counts,
        visit_day.c.patients,
    ).where(visit_day.c.on_date.between(first, last), visit_day.c.zone == zone.key)
    return {
        on: _tally(on, counts, patients)
        for on, begins, ends, counts, patients in connection.execute(query)
        if (begins, ends) == zones.day_bounds(zone, on)
    }


def _tally(on: date, counts: dict[str, Any], patients: bytes) -> DayTally:
    found = DayTally(on, counts["statuses"], counts["minutes"], new_patients=counts["new"])
    found.hours.update(dict(counts["hours"]))
    found.waits.update(dict(counts["waits"]))
    found.people.update({(sex, band): visits for sex, band, visits in counts["people"]})
    found.patients = int.from_bytes(zlib.decompress(patients), "little")
    return found


def _row(zone: ZoneInfo, one: DayTally) -> dict[str, Any]:
    begins, ends = zones.day_bounds(zone, one.on)
    size = (one.patients.bit_length() + 7) // 8
    return {
        "on_date": one.on,
        "zone": zone.key,
        "begins_at": begins,
        "ends_at": ends,
        "counts": {
            "statuses": one.statuses,
            "minutes": one.minutes,
            "new": one.new_patients,
            "hours": sorted(one.hours.items()),
            "waits": sorted(one.waits.items()),
            "people": [[*key, visits] for key, visits in sorted(one.people.items())],
        },
        "patients": zlib.compress(one.patients.to_bytes(size, "little"), _FAST),
    }


def _insert_new(connection: sa.Connection) -> postgresql.Insert | sqlite.Insert:
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return insert(visit_day).on_conflict_do_nothing()


def _every(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _dates(zone: ZoneInfo, moments: Iterable[datetime]) -> set[date]:
    return {zones.date_of(zone, zones.minute_floor(one)) for one in set(moments)}


def _moment(value: datetime | str | None) -> datetime | None:
    return None if value is None else _known(value)


def _known(value: datetime | str) -> datetime:
    return from_text(value) if isinstance(value, str) else value
