"""A doctor's patients with their numbers, and the doctor's dashboard."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from hms_desktop.db.tables.appointments import appointment, visit_type
from hms_desktop.db.tables.doctors import doctor
from hms_desktop.db.tables.patients import patient
from hms_desktop.db.tables.queue import queue_token
from hms_desktop.domain import zones
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.doctor_numbers import (
    CAME,
    MOST_UPCOMING,
    MOST_WAITING,
    NEVER_WAS,
    DayNumbers,
    DoctorOverview,
    DoctorTotals,
    PatientNumbers,
    PatientOrder,
    PatientsOfDoctor,
    UpcomingVisit,
    WaitingVisit,
)
from hms_desktop.domain.errors import Invalid, NotAllowed, NotFound
from hms_desktop.domain.lifecycle import OPEN, Status
from hms_desktop.domain.names import fold
from hms_desktop.services.context import Service
from hms_desktop.services.gate import permitted

_CAME = tuple(status.value for status in CAME)
_OPEN = tuple(sorted(status.value for status in OPEN))
_NEVER_WAS = tuple(status.value for status in NEVER_WAS)
_WEEK = 7
_visit = appointment.c


def _count(*statuses: str) -> sa.ColumnElement[int]:
    """Return how many visits of a group have one of these statuses."""
    return sa.func.coalesce(sa.func.sum(sa.case((_visit.status.in_(statuses), 1), else_=0)), 0)


def _when_came() -> sa.ColumnElement[Any]:
    return sa.case((_visit.status.in_(_CAME), _visit.starts_at))


_NUMBERS = (
    _count(*_CAME).label("visits"),
    _count(Status.COMPLETED.value).label("completed"),
    _count(Status.NO_SHOW.value).label("no_shows"),
    _count(Status.CANCELLED.value).label("cancelled"),
    sa.func.min(_when_came()).label("first_visit"),
    sa.func.max(_when_came()).label("last_visit"),
)
_NOW: sa.BindParameter[datetime] = sa.bindparam("now", type_=_visit.starts_at.type)
_BY_PATIENT = (
    sa.select(
        _visit.patient_id,
        *_NUMBERS,
        sa.func.min(
            sa.case((_visit.status.in_(_OPEN) & (_visit.starts_at >= _NOW), _visit.starts_at))
        ).label("next_visit"),
    )
    .where(_visit.doctor_id == sa.bindparam("doctor_id"))
    .group_by(_visit.patient_id)
    # Who only asked, or whose visits were all cancelled, is no patient of this doctor.
    .having(sa.func.sum(sa.case((_visit.status.in_(_NEVER_WAS), 0), else_=1)) > 0)
)


class DoctorNumbersService(Service):
    """Statistics of one doctor: the own ones, or any doctor's with ``appointments.read``."""

    @permitted("appointments.read_own", "appointments.read")
    def my_patients(
        self, actor: Actor, wish: PatientsOfDoctor | None = None
    ) -> tuple[tuple[PatientNumbers, ...], int]:
        """Return one page of a doctor's patients with their numbers, and how many there are.

        Raises Invalid when no doctor is named by somebody who is none.
        """
        wish = (wish or PatientsOfDoctor()).bounded()
        doctor_id = self._whose(actor, wish.doctor_id)
        values = {"doctor_id": doctor_id, "now": self.context.now()}
        numbers = _by_patient(wish.words)
        # Counted beside the rows: to group a doctor's visits of many years is all of the work.
        query = _patients(numbers).add_columns(sa.func.count().over())
        query = query.order_by(*_order(wish, numbers)).limit(wish.limit).offset(wish.offset)
        with self.database.read() as connection:
            page = connection.execute(query, values).all()
            if page or not wish.offset:
                count = page[0][-1] if page else 0
            else:
                counting = sa.select(sa.func.count()).select_from(numbers)
                count = connection.execute(counting, values).scalar_one()
        return tuple(PatientNumbers._make(row[:-1]) for row in page), int(count)

    @permitted("appointments.read_own", "appointments.read")
    def patient_numbers(
        self, actor: Actor, patient_id: int, doctor_id: int | None = None
    ) -> PatientNumbers:
        """Return the numbers of one patient with a doctor (None: own); raises NotFound."""
        whose = self._whose(actor, doctor_id)
        numbers = _BY_PATIENT.where(_visit.patient_id == patient_id).subquery()
        values = {"doctor_id": whose, "now": self.context.now()}
        with self.database.read() as connection:
            row = connection.execute(_patients(numbers), values).one_or_none()
        if row is None:
            raise NotFound("This is not a patient of this doctor. Nothing was opened.")
        return PatientNumbers._make(row)

    @permitted("appointments.read_own", "appointments.read", "statistics.read")
    def totals(self, actor: Actor, doctor_id: int | None = None) -> DoctorTotals:
        """Return a doctor's numbers over all time and all patients, without any name."""
        if self.may(actor, "statistics.read") and doctor_id is not None:
            return self._totals(doctor_id)
        return self._totals(self._whose(actor, doctor_id))

    @permitted("appointments.read_own", "appointments.read")
    def overview(self, actor: Actor, doctor_id: int | None = None) -> DoctorOverview:
        """Return a doctor's dashboard (None: own): today, the week, what comes, who waits.

        Raises NotFound for a doctor who does not exist.
        """
        whose = self._whose(actor, doctor_id)
        zone, now = self.context.zone(), self.context.now()
        today = now.astimezone(zone).date()
        first = today - timedelta(days=(today.weekday() - self.context.settings().week_start) % 7)
        with self.database.read() as connection:
            name = connection.execute(
                sa.select(doctor.c.display_name).where(doctor.c.id == whose)
            ).scalar()
            if name is None:
                raise NotFound("This doctor is no longer there. Nothing was opened.")
            begins, ends = zones.day_bounds(zone, today)
            days = {first + timedelta(days=n) for n in range(_WEEK)}
            week = tuple(self._day(connection, whose, on) for on in sorted(days))
            wait = _average_wait(connection, whose, begins, ends, now)
            upcoming = _upcoming(connection, whose, begins)
            waiting = _waiting(connection, whose, begins, ends)
        return DoctorOverview(
            doctor_id=whose,
            doctor_name=name,
            made_at=now,
            today=next(day for day in week if day.on == today),
            average_wait_minutes=wait,
            week=week,
            upcoming=upcoming,
            waiting=waiting,
            totals=self._totals(whose),
        )

    # -- inside -----------------------------------------------------------------------------
    def _whose(self, actor: Actor, doctor_id: int | None) -> int:
        """Return whose numbers are asked for; raises NotAllowed for another doctor's."""
        if doctor_id is None:
            if actor.doctor_id is None:
                raise Invalid("doctor_id", "Choose a doctor: this log-in belongs to none.")
            return actor.doctor_id
        if doctor_id != actor.doctor_id and not self.may(actor, "appointments.read"):
            raise NotAllowed("appointments.read")
        return doctor_id

    def _totals(self, doctor_id: int) -> DoctorTotals:
        def load() -> DoctorTotals:
            known = sa.case((_visit.status.not_in(_NEVER_WAS), _visit.patient_id))
            query = sa.select(sa.func.count(known.distinct()), *_NUMBERS).where(
                _visit.doctor_id == doctor_id
            )
            with self.database.read() as connection:
                return DoctorTotals._make(connection.execute(query).one())

        return self.context.cache.get("doctor_totals", doctor_id, load, ("appointment",))

    def _day(self, connection: sa.Connection, doctor_id: int, on: date) -> DayNumbers:
        begins, ends = zones.day_bounds(self.context.zone(), on)
        query = sa.select(
            _count(*_OPEN),
            _count(Status.ARRIVED.value),
            _count(Status.IN_CONSULTATION.value),
            _count(Status.COMPLETED.value),
            _count(Status.NO_SHOW.value),
            _count(Status.CANCELLED.value),
        ).where(*_between(doctor_id, begins, ends))
        return DayNumbers(on, *connection.execute(query).one())


def _between(
    doctor_id: int, begins: datetime, ends: datetime
) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        _visit.doctor_id == doctor_id,
        _visit.starts_at >= begins,
        _visit.starts_at < ends,
    )


def _average_wait(
    connection: sa.Connection, doctor_id: int, begins: datetime, ends: datetime, now: datetime
) -> int | None:
    """Return the mean wait (minutes) of a day, those who wait now up to this moment."""
    query = sa.select(_visit.arrived_at, _visit.started_at).where(
        *_between(doctor_id, begins, ends),
        _visit.status.in_(_CAME),
        _visit.arrived_at.is_not(None),
    )
    waits = [max(timedelta(), (b or now) - a) for a, b in connection.execute(query)]
    return sum(waits, timedelta()) // len(waits) // zones.MINUTE if waits else None


def _upcoming(
    connection: sa.Connection, doctor_id: int, begins: datetime
) -> tuple[UpcomingVisit, ...]:
    query = (
        sa.select(
            _visit.id,
            _visit.starts_at,
            _visit.ends_at,
            _visit.status,
            _visit.patient_id,
            patient.c.display_name,
            patient.c.mrn,
            visit_type.c.name,
        )
        .join(patient, patient.c.id == _visit.patient_id)
        .join(visit_type, visit_type.c.id == _visit.visit_type_id)
        .where(
            _visit.doctor_id == doctor_id,
            _visit.starts_at >= begins,
            _visit.status.in_(_OPEN),
        )
        .order_by(_visit.starts_at, _visit.lane, _visit.id)
        .limit(MOST_UPCOMING)
    )
    return tuple(
        UpcomingVisit(*row[:3], Status(row[3]), *row[4:]) for row in connection.execute(query)
    )


def _waiting(
    connection: sa.Connection, doctor_id: int, begins: datetime, ends: datetime
) -> tuple[WaitingVisit, ...]:
    live = (queue_token.c.appointment_id == _visit.id) & (queue_token.c.state != "withdrawn")
    since = sa.func.coalesce(_visit.arrived_at, queue_token.c.arrived_at, _visit.starts_at)
    query = (
        sa.select(
            _visit.id,
            _visit.starts_at,
            since,
            _visit.patient_id,
            patient.c.display_name,
            patient.c.mrn,
            queue_token.c.number,
        )
        .join(patient, patient.c.id == _visit.patient_id)
        .outerjoin(queue_token, live)
        .where(*_between(doctor_id, begins, ends), _visit.status == Status.ARRIVED.value)
        .order_by(since, _visit.id)
        .limit(MOST_WAITING)
    )
    return tuple(map(WaitingVisit._make, connection.execute(query)))


def _by_patient(words: tuple[str, ...]) -> sa.Subquery:
    """Return the numbers of each patient of the doctor whose name or MRN has every word."""
    query = _BY_PATIENT
    if words:
        # Before the grouping: only the visits of those who are looked for are counted.
        query = query.join(patient, patient.c.id == _visit.patient_id).where(
            *map(_is_called, words)
        )
    return query.subquery()


def _is_called(word: str) -> sa.ColumnElement[bool]:
    folded = fold(word)
    # A blank in front makes the first word of the name like every other one.
    return sa.or_(
        (" " + patient.c.sort_name).contains(f" {folded}", autoescape=True),
        sa.func.lower(patient.c.mrn).contains(word.lower(), autoescape=True),
    )


def _patients(numbers: sa.Subquery) -> sa.Select[Any]:
    return sa.select(
        numbers.c.patient_id,
        patient.c.display_name,
        patient.c.mrn,
        patient.c.sex,
        patient.c.birth_date,
        patient.c.phone,
        (patient.c.allergies != "").label("has_alert"),
        numbers.c.visits,
        numbers.c.completed,
        numbers.c.no_shows,
        numbers.c.cancelled,
        numbers.c.first_visit,
        numbers.c.last_visit,
        numbers.c.next_visit,
    ).join_from(numbers, patient, patient.c.id == numbers.c.patient_id)


def _order(wish: PatientsOfDoctor, numbers: sa.Subquery) -> tuple[sa.ColumnElement[Any], ...]:
    by: dict[PatientOrder, sa.ColumnElement[Any]] = {
        PatientOrder.NAME: patient.c.sort_name,
        PatientOrder.MRN: patient.c.mrn,
    }
    chosen = by.get(wish.order)
    if chosen is None:
        chosen = numbers.c[wish.order.value]
    direction = chosen.desc() if wish.descending else chosen.asc()
    return direction.nulls_last(), patient.c.sort_name, patient.c.id
