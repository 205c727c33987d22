"""Patients: registering, finding, opening, changing and retiring their charts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.patients import patient, recent_patient
from hms_desktop.db.writing import READ, Stamp, Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Conflict, Invalid, Stale
from hms_desktop.domain.patients import PatientRow, RegisterPatient, UpdatePatient
from hms_desktop.domain.text import clean
from hms_desktop.services.catalogue import coming_visits
from hms_desktop.services.edited_rows import editor_name, made_by, touch
from hms_desktop.services.gate import permitted
from hms_desktop.services.patient_finding import PatientFinding
from hms_desktop.services.patient_keys import drop_keys, mrn_text, next_mrns, write_keys
from hms_desktop.services.patient_phones import known_phones
from hms_desktop.services.patient_rows import (
    consent_value,
    patient_values,
    read_patient,
    stored_phones,
    write_contacts,
)

REASON_LIMIT = 500
T = TypeVar("T")


class PatientsService(PatientFinding):
    """Charts of patients: administrative data, nothing clinical."""

    @permitted("patients.register")
    def register(
        self, actor: Actor, wish: RegisterPatient, *, request_id: str | None = None
    ) -> PatientRow:
        """Register a patient, known or unknown, under a new hospital number; raises Invalid."""
        wish = wish.check(self._today())
        settings = self.context.settings()
        phones = known_phones(wish.phones, settings.country)

        def work(write: Write) -> PatientRow:
            consent = consent_value(wish.consent, None, write.now)
            patient_id = write.insert(
                patient,
                {
                    **patient_values(wish, phones, consent),
                    "mrn": mrn_text(next_mrns(write.connection), settings),
                    "photo": wish.photo,
                    "has_photo": wish.photo is not None,
                },
            )
            write_contacts(write, patient_id, wish.contacts)
            write_keys(write, patient_id, wish.name, [phone.shown for phone in phones])
            return read_patient(write.connection, patient_id)

        return self._write(self.stamp(actor, "register", request_id), work)

    @permitted("patients.read")
    def open(self, actor: Actor, patient_id: int, *, request_id: str | None = None) -> PatientRow:
        """Return a chart; that it was read is audited, and it becomes the latest opened one."""

        def work(write: Write) -> PatientRow:
            row = read_patient(write.connection, patient_id)
            write.record(patient.name, patient_id, patient_id=patient_id, action=READ)
            if actor.user_id is not None:
                _remember(write, actor.user_id, patient_id)
            return row

        stamp = self.stamp(actor, READ, request_id)
        return self.database.write(stamp, work, lambda c: read_patient(c, patient_id))

    @permitted("patients.edit")
    def update(
        self, actor: Actor, wish: UpdatePatient, *, request_id: str | None = None
    ) -> PatientRow:
        """Give a chart new contents; raises Stale with the chart as it is now, or Invalid."""
        return self._change(self.stamp(actor, "update", request_id), wish)

    @permitted("patients.edit")
    def identify(
        self, actor: Actor, wish: UpdatePatient, *, request_id: str | None = None
    ) -> PatientRow:
        """Say who an unknown patient is; the chart keeps its number. Raises Invalid or Stale."""
        if wish.data.placeholder:
            raise Invalid(
                "placeholder",
                "The patient is still marked as unknown. Nothing was saved. Take the tick away.",
            )

        def check(row: PatientRow) -> None:
            if not row.placeholder:
                raise Conflict(
                    "{name} is identified already. Nothing was saved. Edit the chart instead.",
                    kind="placeholder",
                    existing=row,
                    name=row.display_name,
                )

        return self._change(self.stamp(actor, "identify", request_id), wish, check)

    @permitted("patients.retire")
    def retire(
        self,
        actor: Actor,
        patient_id: int,
        version: int,
        reason: str,
        *,
        request_id: str | None = None,
    ) -> PatientRow:
        """Take a chart out of use: only its number finds it; raises Conflict or Stale."""
        reason = clean(reason, "reason", limit=REASON_LIMIT, required=True)

        def work(write: Write) -> PatientRow:
            row = self._current(write, patient_id, version)
            visits = coming_visits(
                write.connection, appointment.c.patient_id, patient_id, write.now
            )
            if visits:
                raise Conflict(
                    "{name} has {visits} coming visits. Nothing was changed. Move or cancel them "
                    "first.",
                    kind="in_use",
                    existing=row,
                    name=row.display_name,
                    visits=visits,
                )
            if not row.retired:
                write.update(patient, patient_id, {"retired_at": write.now}, version=version)
                drop_keys(write, patient_id)
            return read_patient(write.connection, patient_id)

        return self._write(self.stamp(actor, "retire", request_id, reason), work)

    @permitted("patients.retire")
    def restore(
        self,
        actor: Actor,
        patient_id: int,
        version: int,
        reason: str = "",
        *,
        request_id: str | None = None,
    ) -> PatientRow:
        """Bring a retired chart back; raises Stale."""
        reason = clean(reason, "reason", limit=REASON_LIMIT)

        def work(write: Write) -> PatientRow:
            row = self._current(write, patient_id, version)
            write.update(patient, patient_id, {"retired_at": None}, version=version)
            write_keys(write, patient_id, row.name, row.phones)
            return read_patient(write.connection, patient_id)

        return self._write(self.stamp(actor, "restore", request_id, reason), work)

    def _change(
        self,
        stamp: Stamp,
        wish: UpdatePatient,
        check: Callable[[PatientRow], None] = lambda _row: None,
    ) -> PatientRow:
        wish = wish.check(self._today())
        data, patient_id = wish.data, wish.patient_id
        country = self.context.settings().country

        def work(write: Write) -> PatientRow:
            row = self._current(write, patient_id, wish.version)
            check(row)
            phones = known_phones(data.phones, country, stored_phones(write.connection, patient_id))
            consent = consent_value(data.consent, row.consent, write.now)
            values = patient_values(data, phones, consent)
            if not wish.keep_photo:
                values |= {"photo": data.photo, "has_photo": data.photo is not None}
            changed = write.update(patient, patient_id, values, version=wish.version)
            if write_contacts(write, patient_id, data.contacts) and not changed:
                touch(write, patient, patient_id)
            if not row.retired:
                write_keys(write, patient_id, data.name, [phone.shown for phone in phones])
            return read_patient(write.connection, patient_id)

        return self._write(stamp, work)

    def _current(self, write: Write, patient_id: int, version: int) -> PatientRow:
        """Return the chart, kept from other writers; raise Stale for another version."""
        if write.connection.dialect.name == "postgresql":
            lock = sa.select(patient.c.id).where(patient.c.id == patient_id).with_for_update()
            write.connection.execute(lock)
        row = read_patient(write.connection, patient_id)
        if row.version != version:
            who = editor_name(write.connection, patient, patient_id)
            raise Stale(current=row, who=who)
        return row

    def _write(self, stamp: Stamp, work: Callable[[Write], PatientRow]) -> PatientRow:
        return self.database.write(
            stamp, work, lambda c: read_patient(c, made_by(c, stamp.request_id, patient))
        )


def _remember(write: Write, user_id: int, patient_id: int) -> None:
    dialect = postgresql if write.connection.dialect.name == "postgresql" else sqlite
    values = {"user_id": user_id, "patient_id": patient_id, "opened_at": write.now}
    write.connection.execute(
        dialect.insert(recent_patient)
        .values(values)
        .on_conflict_do_update(
            index_elements=["user_id", "patient_id"], set_={"opened_at": write.now}
        )
    )
