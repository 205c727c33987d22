"""Reading clinical records: each opening is checked patient by patient and audited."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

import sqlalchemy as sa

from hms_desktop.db.tables.accounts import user
from hms_desktop.db.tables.consultations import chart_access, diagnosis, encounter, record_version
from hms_desktop.db.tables.doctors import doctor
from hms_desktop.db.tables.patients import patient
from hms_desktop.db.writing import READ, Write
from hms_desktop.domain import zones
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.consultations import (
    Chart,
    ChartAccess,
    DayVisit,
    Encounter,
    EncounterLine,
    PrescriptionItem,
    RecordFilter,
    RecordVersion,
)
from hms_desktop.domain.errors import Invalid, NotAllowed, NotFound
from hms_desktop.domain.names import fold
from hms_desktop.domain.text import searchable
from hms_desktop.services import consultation_rows
from hms_desktop.services.chart_gate import ChartGate
from hms_desktop.services.context import Context, Service
from hms_desktop.services.gate import permitted

LONGEST_DAYS = 366
MOST_LINES = 500
MOST_ACCESSES = 1_000
LISTED = "list of records"
"""The reason of an audit row about a chart that was seen in a list."""
LOOK_LASTS = timedelta(minutes=15)
"""A list that is read again within this time is still the same look at the charts on it."""
MOST_LOOKS = 20_000
T = TypeVar("T")
Opened = tuple[str, int, int]
"""What was read: the entity, its id, the patient."""


class RecordReading(Service):
    """What may be seen of clinical records, and by whom."""

    def __init__(self, context: Context) -> None:
        """Keep the gate that knows whose patient is whose."""
        super().__init__(context)
        self._charts = ChartGate(context)
        self._looks: dict[tuple[str, int], datetime] = {}

    @permitted("clinical.write")
    def today(self, actor: Actor, on: date) -> tuple[DayVisit, ...]:
        """Return the doctor's own visits of a local date, by start."""
        doctor_id = self._doctor(actor)
        begins, ends = zones.day_bounds(self.context.zone(), on)

        def load() -> tuple[DayVisit, ...]:
            with self.database.read() as connection:
                return consultation_rows.read_day(connection, doctor_id, begins, ends)

        tables = ("appointment", "queue_token", "patient", "visit_type", "encounter")
        return self.context.cache.get("doctor_day", (doctor_id, on), load, tables)

    @permitted("clinical.read", "clinical.oversight")
    def chart(self, actor: Actor, patient_id: int) -> Chart:
        """Return a patient's clinical history; raises NotAllowed for somebody else's patient."""

        def read(connection: sa.Connection) -> tuple[Chart, Opened]:
            access = self._charts.check(actor, connection, patient_id)
            query = sa.select(patient.c.allergies, patient.c.conditions).where(
                patient.c.id == patient_id
            )
            known = connection.execute(query).one_or_none()
            if known is None:
                raise NotFound("This patient is no longer there. Nothing was opened.")
            lines = consultation_rows.LINES.where(encounter.c.patient_id == patient_id)
            chart = Chart(
                patient_id,
                known.allergies,
                known.conditions,
                consultation_rows.read_lines(
                    connection, lines.limit(consultation_rows.LONGEST_HISTORY)
                ),
                consultation_rows.read_past_vitals(connection, patient_id),
                access,
            )
            return chart, (patient.name, patient_id, patient_id)

        return self._reading(actor, read)

    @permitted("clinical.read", "clinical.oversight")
    def encounter(self, actor: Actor, appointment_id: int) -> Encounter | None:
        """Return the record of a visit, or None while there is none; audited."""
        with self.database.read() as connection:
            found = consultation_rows.find_encounter(connection, appointment_id)
        return None if found is None else self._record(actor, found)

    @permitted("clinical.read", "clinical.oversight")
    def record(self, actor: Actor, encounter_id: int) -> Encounter:
        """Return a record in its newest version; audited. Raises NotFound or NotAllowed."""
        return self._record(actor, encounter_id)

    def _record(self, actor: Actor, encounter_id: int) -> Encounter:
        def read(connection: sa.Connection) -> tuple[Encounter, Opened]:
            found = consultation_rows.read_encounter(connection, encounter_id)
            self._charts.check(actor, connection, found.patient_id)
            return found, (encounter.name, found.id, found.patient_id)

        return self._reading(actor, read)

    @permitted("clinical.read", "clinical.oversight")
    def versions(self, actor: Actor, encounter_id: int) -> tuple[RecordVersion, ...]:
        """Return every version of a record, newest first; audited."""

        def read(connection: sa.Connection) -> tuple[tuple[RecordVersion, ...], Opened]:
            query = sa.select(encounter.c.patient_id).where(encounter.c.id == encounter_id)
            patient_id = connection.execute(query).scalar()
            if patient_id is None:
                raise NotFound("This record is no longer there. Nothing was opened.")
            self._charts.check(actor, connection, patient_id)
            found = consultation_rows.read_versions(connection, encounter_id)
            return found, (encounter.name, encounter_id, patient_id)

        return self._reading(actor, read)

    @permitted("clinical.read")
    def last_prescription(self, actor: Actor, patient_id: int) -> tuple[PrescriptionItem, ...]:
        """Return the newest prescription of a patient that holds a drug; may be empty."""
        for line in self.chart(actor, patient_id).history:
            with self.database.read() as connection:
                items = consultation_rows.read_encounter(
                    connection, line.id
                ).newest.record.prescription
            if items:
                return items
        return ()

    @permitted("clinical.read", "clinical.oversight")
    def record_ids(self, actor: Actor, wish: RecordFilter) -> array[int]:
        """Return the ids of a whole list of records, for lists of any length.

        Without oversight: the doctor's own ones, or those of one patient whose chart is open to
        the doctor. Raises Invalid for a period that is too long.
        """
        if wish.patient_id is None and (wish.last - wish.first).days >= LONGEST_DAYS:
            raise Invalid("last", "Choose a period of at most {days} days.", days=LONGEST_DAYS)
        zone = self.context.zone()
        conditions = [
            encounter.c.starts_at >= zones.day_bounds(zone, wish.first)[0],
            encounter.c.starts_at < zones.day_bounds(zone, wish.last)[1],
        ]
        if wish.doctor_id is not None:
            conditions.append(encounter.c.doctor_id == wish.doctor_id)
        if wish.department_id is not None:
            conditions.append(doctor.c.department_id == wish.department_id)
        if wish.patient_id is not None:
            conditions.append(encounter.c.patient_id == wish.patient_id)
        elif not self.may(actor, "clinical.oversight"):
            conditions.append(encounter.c.doctor_id == self._doctor(actor))
        conditions.extend(_says(word) for word in searchable(wish.text).lower().split())
        with self.database.read() as connection:
            if wish.patient_id is not None:
                self._charts.check(actor, connection, wish.patient_id)
            return consultation_rows.read_ids(connection, wish, conditions)

    @permitted("clinical.read", "clinical.oversight")
    def record_rows(self, actor: Actor, ids: Sequence[int]) -> tuple[EncounterLine, ...]:
        """Return lines of a list by id (at most 500), newest first.

        Each chart among them is audited as looked at, once in a quarter of an hour. Raises
        NotAllowed when one of them is not open to the doctor.
        """
        query = consultation_rows.LINES.where(encounter.c.id.in_(list(ids)[:MOST_LINES]))
        with self.database.read() as connection:
            found = consultation_rows.read_lines(connection, query)
            for one in {line.patient_id for line in found if line.doctor_id != actor.doctor_id}:
                self._charts.check(actor, connection, one)
        self._note_looks(actor, {line.patient_id for line in found})
        return found

    @permitted("clinical.oversight")
    def accesses(self, actor: Actor, first: date, last: date) -> tuple[ChartAccess, ...]:
        """Return who broke the glass between two local dates, newest first."""
        zone = self.context.zone()
        query = (
            sa.select(
                chart_access.c.id,
                chart_access.c.at,
                chart_access.c.expires_at,
                user.c.display_name,
                chart_access.c.patient_id,
                patient.c.display_name,
                patient.c.mrn,
                chart_access.c.reason,
            )
            .join(user, user.c.id == chart_access.c.user_id)
            .join(patient, patient.c.id == chart_access.c.patient_id)
            .where(
                chart_access.c.at >= zones.day_bounds(zone, first)[0],
                chart_access.c.at < zones.day_bounds(zone, last)[1],
            )
            .order_by(chart_access.c.at.desc(), chart_access.c.id.desc())
            .limit(MOST_ACCESSES)
        )
        with self.database.read() as connection:
            return tuple(map(ChartAccess._make, connection.execute(query)))

    # -- inside -----------------------------------------------------------------------------
    def _note_looks(self, actor: Actor, patient_ids: Iterable[int]) -> None:
        """Audit the charts that a list showed, before anybody sees it."""
        now = self.context.now()
        new = [
            one
            for one in sorted(patient_ids)
            if self._looks.get((actor.token, one), now - LOOK_LASTS) <= now - LOOK_LASTS
        ]
        if not new:
            return

        def work(write: Write) -> None:
            for one in new:
                write.record(patient.name, one, patient_id=one, action=READ)

        self.database.write(self.stamp(actor, READ, None, LISTED), work)
        if len(self._looks) > MOST_LOOKS:
            self._looks.clear()
        self._looks.update({(actor.token, one): now for one in new})

    def _reading(self, actor: Actor, read: Callable[[sa.Connection], tuple[T, Opened]]) -> T:
        """Read inside a write transaction, which notes what was opened."""

        def work(write: Write) -> T:
            found, (entity, entity_id, patient_id) = read(write.connection)
            write.record(entity, entity_id, patient_id=patient_id, action=READ)
            return found

        return self.database.write(self.stamp(actor, READ, None), work)

    @staticmethod
    def _doctor(actor: Actor) -> int:
        if actor.doctor_id is None:
            raise NotAllowed(
                "clinical.write",
                "This log-in belongs to no doctor. Nothing was opened. Ask an administrator.",
            )
        return actor.doctor_id


def _says(word: str) -> sa.ColumnElement[bool]:
    """Return the condition that patient, number or a diagnosis of the newest version has a word."""
    told = sa.exists().where(
        diagnosis.c.record_version_id == record_version.c.id,
        sa.or_(
            sa.func.lower(diagnosis.c.text).contains(word, autoescape=True),
            sa.func.lower(diagnosis.c.code).startswith(word, autoescape=True),
        ),
    )
    name = fold(word)
    return sa.or_(
        # A word of signs alone is no part of a name; every name would hold the nothing left of it.
        patient.c.sort_name.contains(name, autoescape=True) if name else sa.false(),
        sa.func.lower(patient.c.mrn).contains(word, autoescape=True),
        told,
    )
