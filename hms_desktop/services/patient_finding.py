"""Finding patients and looking at lists of them."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.patients import patient, recent_patient
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import AppointmentRow
from hms_desktop.domain.doctor_numbers import CAME
from hms_desktop.domain.errors import NotFound
from hms_desktop.domain.look_alikes import look_alikes
from hms_desktop.domain.patient_lists import MOST_LISTED, PatientFilter
from hms_desktop.domain.patient_query import PatientQuery, parse_query
from hms_desktop.domain.patients import PatientHit, RegisterPatient
from hms_desktop.services import appointment_rows
from hms_desktop.services.context import Service
from hms_desktop.services.gate import permitted
from hms_desktop.services.patient_duplicates import likely_duplicates
from hms_desktop.services.patient_keys import mrn_style
from hms_desktop.services.patient_rows import read_hits
from hms_desktop.services.patient_search import find, first_hits

_CAME = tuple(status.value for status in CAME)
MOST_HITS = 100
MOST_COMPARED = 2_000
MOST_VISITS = 500


class PatientFinding(Service):
    """What may be seen of patients without changing them."""

    @permitted("patients.find")
    def search(self, actor: Actor, text: str, limit: int = 20) -> tuple[PatientHit, ...]:
        """Return who a typed text may mean, the best first: name, number, phone, birth date."""
        limit = max(1, min(limit, MOST_HITS))
        query, now = self._query(text), self.context.now()
        with self.database.read() as connection:
            hits = first_hits(connection, query, limit, now)
            return hits or read_hits(connection, find(connection, query, limit), now)

    @permitted("patients.find")
    def recent(self, actor: Actor, limit: int = 20) -> tuple[PatientHit, ...]:
        """Return whom this user opened last, the latest first."""
        query = (
            sa.select(recent_patient.c.patient_id)
            .where(recent_patient.c.user_id == actor.user_id)
            .order_by(recent_patient.c.opened_at.desc(), recent_patient.c.patient_id)
            .limit(max(1, min(limit, MOST_HITS)))
        )
        with self.database.read() as connection:
            ids = connection.execute(query).scalars().all()
            return read_hits(connection, ids, self.context.now())

    @permitted("patients.find")
    def list(self, actor: Actor, wish: PatientFilter | None = None) -> tuple[PatientHit, ...]:
        """Return one page of patients by name; with a text, the best hits first."""
        wish = wish or PatientFilter()
        first, rows = max(0, wish.offset), max(1, min(wish.limit, MOST_LISTED))
        query = sa.select(patient.c.id).where(*_conditions(wish))
        with self.database.read() as connection:
            if wish.text.strip():
                ids = _found(connection, self._query(wish.text), query)[first : first + rows]
            else:
                ordered = query.order_by(patient.c.sort_name, patient.c.id)
                ids = [*connection.execute(ordered.limit(rows).offset(first)).scalars()]
            return read_hits(connection, ids, self.context.now())

    @permitted("patients.find")
    def ids(self, actor: Actor, wish: PatientFilter) -> array[int]:
        """Return the ids of a whole list in its order (bounds of a page are left out).

        For lists of any length: what is in sight is then read by ``hits``. A text finds at most
        500, the best first; ``wish.order`` sorts them otherwise.
        """
        query = sa.select(patient.c.id).where(*_conditions(wish))
        with self.database.read() as connection:
            if wish.text.strip() and not wish.order:
                return array("q", _found(connection, self._query(wish.text), query))
            if wish.text.strip():
                found = _found(connection, self._query(wish.text), query)
                query = query.where(patient.c.id.in_(found))
            column = _ORDERS.get(wish.order, patient.c.sort_name)
            order = column.desc() if wish.descending else column.asc()
            # Only where there are some: the database's index has them at the other end.
            order = order.nulls_last() if column is patient.c.birth_date else order
            ordered = query.order_by(order, patient.c.id)
            return array("q", connection.execute(ordered).scalars())

    @permitted("patients.find")
    def hits(self, actor: Actor, ids: Sequence[int]) -> tuple[PatientHit, ...]:
        """Return the lines of a list by id (at most 2,000); those that are gone are left out."""
        with self.database.read() as connection:
            return read_hits(connection, list(ids)[:MOST_COMPARED], self.context.now())

    @permitted("patients.register", "patients.edit")
    def possible_duplicates(self, actor: Actor, wish: RegisterPatient) -> tuple[PatientHit, ...]:
        """Return who a half typed registration may already be, the likeliest first."""
        with self.database.read() as connection:
            ids = likely_duplicates(connection, wish)
            return read_hits(connection, ids, self.context.now())

    @permitted("patients.find")
    def look_alikes(self, actor: Actor, patient_ids: Sequence[int]) -> dict[int, frozenset[int]]:
        """Return which patients of a list (at most 2,000) are easily taken for another of it."""
        ids = list(dict.fromkeys(patient_ids))[:MOST_COMPARED]
        query = sa.select(patient.c.id, patient.c.display_name).where(patient.c.id.in_(ids))
        with self.database.read() as connection:
            names = [(row.id, row.display_name) for row in connection.execute(query)]
        return look_alikes(names)

    @permitted("patients.read")
    def timeline(self, actor: Actor, patient_id: int) -> tuple[AppointmentRow, ...]:
        """Return a patient's visits, newest first, at most 500; a doctor sees own ones."""
        query = sa.select(appointment.c.id).where(appointment.c.patient_id == patient_id)
        if not self.may(actor, "appointments.read"):
            query = query.where(appointment.c.doctor_id == (actor.doctor_id or 0))
        query = query.order_by(appointment.c.starts_at.desc(), appointment.c.id.desc())
        with self.database.read() as connection:
            ids = connection.execute(query.limit(MOST_VISITS)).scalars().all()
            return tuple(appointment_rows.read_rows(connection, ids)) if ids else ()

    @permitted("patients.read")
    def photo(self, actor: Actor, patient_id: int) -> bytes | None:
        """Return a patient's picture (JPEG or PNG), if there is one; raises NotFound."""
        query = sa.select(patient.c.photo).where(patient.c.id == patient_id)
        with self.database.read() as connection:
            found = connection.execute(query).one_or_none()
        if found is None:
            raise NotFound("This patient is no longer there. Nothing was changed.")
        return bytes(found.photo) if found.photo is not None else None

    def _query(self, text: str) -> PatientQuery:
        settings = self.context.settings()
        prefix, width = mrn_style(settings)
        return parse_query(
            text, self._today(), day_first=settings.day_first, prefix=prefix, width=width
        )

    def _today(self) -> date:
        return self.context.now().astimezone(self.context.zone()).date()


def _found(connection: sa.Connection, query: PatientQuery, allowed: sa.Select[int]) -> list[int]:
    """Return whom a text may mean among those allowed, the best hits first."""
    found = find(connection, query, MOST_LISTED)
    kept = set(connection.execute(allowed.where(patient.c.id.in_(found))).scalars())
    return [one for one in found if one in kept]


_ORDERS: dict[str, sa.ColumnElement[Any]] = {
    "name": patient.c.sort_name,
    "mrn": patient.c.mrn,
    "born": patient.c.birth_date,
    "sex": patient.c.sex,
}


def _came(*when: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    visit = appointment.c
    return sa.exists().where(visit.patient_id == patient.c.id, visit.status.in_(_CAME), *when)


def _conditions(wish: PatientFilter) -> list[sa.ColumnElement[bool]]:
    columns = patient.c
    conditions: list[sa.ColumnElement[bool]] = []
    if wish.sex is not None:
        conditions.append(columns.sex == wish.sex.value)
    if wish.born_from is not None:
        conditions.append(columns.birth_date >= wish.born_from)
    if wish.born_to is not None:
        conditions.append(columns.birth_date <= wish.born_to)
    if wish.placeholder is not None:
        conditions.append(columns.placeholder.is_(wish.placeholder))
    if wish.came is not None:
        begins, ends = wish.came
        conditions.append(_came(appointment.c.starts_at >= begins, appointment.c.starts_at < ends))
        if wish.new:
            conditions.append(~_came(appointment.c.starts_at < begins))
    if wish.retired is not None:
        absent = columns.retired_at.is_(None)
        conditions.append(~absent if wish.retired else absent)
    return conditions
