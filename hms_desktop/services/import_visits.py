"""Importing appointments: who, with whom, when, and how it ended, as a mapping says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.writing import Write
from hms_desktop.domain import zones
from hms_desktop.domain.appointments import NOTE_LIMIT
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.imports import ImportReport
from hms_desktop.domain.lifecycle import HOLDING, Status
from hms_desktop.domain.names import fold
from hms_desktop.domain.settings import HospitalSettings
from hms_desktop.domain.text import clean
from hms_desktop.interchange.csv_in import CsvRow
from hms_desktop.interchange.mapping import FileMapping, Source
from hms_desktop.interchange.moments import day_in, minute_of, moment_in
from hms_desktop.services.import_doctors import DoctorImport, NewDoctor, known_doctors
from hms_desktop.services.import_patients import NewPatient, PatientImport
from hms_desktop.services.import_places import DayQueue, Taken
from hms_desktop.services.import_steps import Stored, refuse, refused_row
from hms_desktop.services.import_visit_rows import Visit, write_visits

_LONGEST = timedelta(days=1)
_ENDED = frozenset({Status.ARRIVED, Status.IN_CONSULTATION, Status.COMPLETED, Status.NO_SHOW})


class Times(NamedTuple):
    """When a visit is, and the numbers of the doctors it may be with."""

    starts_at: datetime
    ends_at: datetime
    doctors: tuple[NewDoctor, ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """A row that may become a visit; ``patient`` is the chart to make when it is not there."""

    visit: Visit
    doctors: tuple[NewDoctor, ...]
    patient: NewPatient | None


class VisitImport:
    """Makes visits of rows, with the patients and doctors that a mapping lets it make."""

    def __init__(
        self, connection: sa.Connection, mapping: FileMapping, settings: HospitalSettings,
        now: datetime,
    ) -> None:  # fmt: skip
        """Read what the mapping says of visits; raises Unusable."""
        self._zone = settings.zone_info
        self._now = now
        self._mapping = mapping
        today = now.astimezone(self._zone).date()
        self._patients = PatientImport(mapping, settings, today, "patient")
        self._may_make = bool(mapping.section("patient"))
        self._doctors = DoctorImport(mapping, today.year, "none")
        self._known_doctors = known_doctors(connection)
        self._known_patients: dict[str, int] = {}
        self._new_patients: dict[str, NewPatient] = {}
        self._new_doctors: dict[tuple[str, str], NewDoctor] = {}
        self._taken = Taken()
        self._there: set[tuple[str, str, datetime]] = set()
        self._in_file: dict[tuple[str, str, datetime], int] = {}
        self._loaded: set[tuple[str, str]] = set()
        self._minutes = int(mapping.section("visit").get("length", settings.slot_minutes))
        self._type = mapping.source("visit", "type", required=True)
        self._status = mapping.source("visit", "status")
        self._note = mapping.source("visit", "note")
        self._booked_at = mapping.source("visit", "booked_at")
        self._start = mapping.source("visit", "start")
        self._end = mapping.source("visit", "end")
        self._day = mapping.source("place", "day")
        self._group = mapping.source("doctor", "group")
        self._key = mapping.source("doctor", "key")
        self._name = mapping.source("doctor", "name")
        self._specialization = mapping.source("doctor", "specialization")
        self._queue = self._read_place()

    def prepare(self, row: CsvRow) -> Planned:
        """Return the visit a row asks for; raises Invalid naming the column."""
        cells = row.cells
        key = self._patients.key_of(cells)
        if not key:
            raise Invalid("", "This row does not say who the patient is.")
        status = _status(self._status, cells)
        booked_at = moment_in(self._booked_at, cells, self._zone) if self._booked_at else None
        note = self._note.get(cells) if self._note else ""
        visit_type = self._type.get(cells) if self._type else ""
        # Charts are made before times: a refused row takes no place in a doctor's day.
        patient = None
        if self._may_make and key not in self._known_patients:
            patient = self._new_patients.get(key) or self._patients.make(row, key)
            self._new_patients[key] = patient
        times = self._times(row, key, booked_at)
        if status in _ENDED and times.starts_at > self._now:
            raise Invalid(
                self._status.column if self._status else "",
                "A visit in the future cannot have the status '{value}'.",
                value=status.value,
            )
        visit = Visit(
            line=row.line,
            patient=key,
            doctor=fold(times.doctors[0].number),
            visit_type=visit_type,
            starts_at=times.starts_at,
            ends_at=times.ends_at,
            status=status,
            note=clean(note, "note", limit=NOTE_LIMIT, multiline=True),
            booked_at=booked_at,
        )
        return Planned(visit, times.doctors, patient)

    def resolve(
        self, connection: sa.Connection, items: Sequence[Planned], report: ImportReport
    ) -> list[Planned]:
        """Return the visits that are new and overlap nothing; the rest goes into the report."""
        wanted = {item.visit.patient for item in items} - set(self._known_patients)
        self._known_patients |= self._patients.known(connection, wanted)
        self._load(connection, items)
        fresh = []
        for item in items:
            try:
                chosen = self._choose(item)
            except Invalid as error:
                report.refused.append(refused_row(item.visit.line, error))
                continue
            if chosen is None:
                report.known += 1
            else:
                fresh.append(chosen)
        return fresh

    def store(self, write: Write, items: Sequence[Planned]) -> Stored:
        """Write the visits of a batch, with new patients and doctors first."""
        patients: dict[str, NewPatient] = {}
        doctors: dict[str, NewDoctor] = {}
        for item in items:
            if item.visit.patient not in self._known_patients and item.patient is not None:
                patients.setdefault(item.visit.patient, item.patient)
            if item.visit.doctor not in self._known_doctors:
                doctors.setdefault(item.visit.doctor, item.doctors[0])
        made = self._patients.store(write, list(patients.values()))
        added = self._doctors.store(write, list(doctors.values()))
        stored = write_visits(
            write,
            [item.visit for item in items],
            self._known_patients | made.patients,
            self._known_doctors | added.doctors,
            self._minutes,
        )
        stored.patients, stored.new_patients = made.patients, made.new_patients
        stored.doctors, stored.new_doctors = added.doctors, added.new_doctors
        return stored

    def keep(self, stored: Stored) -> None:
        """Remember the patients and doctors of a committed batch."""
        self._known_patients |= stored.patients
        self._known_doctors |= stored.doctors
        for key in stored.patients:
            self._new_patients.pop(key, None)

    def _choose(self, item: Planned) -> Planned | None:
        """Return the visit with the doctor who is free, or None when it is there already."""
        visit = item.visit
        if (
            visit.patient not in self._known_patients
            and item.patient is None
            and (not self._may_make)
        ):
            raise Invalid(
                "", "There is no patient with the identifier '{value}'.", value=visit.patient
            )
        numbers = [fold(one.number) for one in item.doctors]
        if any((visit.patient, number, visit.starts_at) in self._there for number in numbers):
            return None
        for number in numbers:
            if line := self._in_file.get((visit.patient, number, visit.starts_at)):
                raise Invalid("", "This visit stands in line {line} already.", line=line)
        for one, number in zip(item.doctors, numbers, strict=True):
            if number not in self._known_doctors and self._name is None:
                raise Invalid(
                    self._key.column if self._key else "",
                    "There is no doctor with the registration number '{value}'.",
                    value=one.number,
                )
        holds = visit.status in HOLDING
        stretch = (visit.starts_at, visit.ends_at)
        if holds and not self._taken.free(("patient", visit.patient), *stretch):
            raise Invalid("", "The patient has another visit at that time.")
        for one, number in zip(item.doctors, numbers, strict=True):
            if holds and not self._taken.free(("doctor", number), *stretch):
                continue
            if holds:
                self._taken.take(("patient", visit.patient), *stretch)
                self._taken.take(("doctor", number), *stretch)
            self._in_file[visit.patient, number, visit.starts_at] = visit.line
            return Planned(visit._replace(doctor=number), (one,), item.patient)
        raise Invalid("", "The doctor has another visit at that time.")

    def _load(self, connection: sa.Connection, items: Sequence[Planned]) -> None:
        """Read the visits of patients and doctors that were there before this import."""
        patients = {item.visit.patient for item in items} & set(self._known_patients)
        doctors = {fold(one.number) for item in items for one in item.doctors}
        doctors &= set(self._known_doctors)
        columns = appointment.c
        for kind, keys, ids, column in (
            ("patient", patients, self._known_patients, columns.patient_id),
            ("doctor", doctors, self._known_doctors, columns.doctor_id),
        ):
            fresh = {ids[key]: key for key in keys if (kind, key) not in self._loaded}
            self._loaded |= {(kind, key) for key in keys}
            if not fresh:
                continue
            by_doctor = {row_id: number for number, row_id in self._known_doctors.items()}
            query = sa.select(
                columns.patient_id, columns.doctor_id, columns.starts_at, columns.ends_at,
                columns.status,
            ).where(column.in_(fresh))  # fmt: skip
            for row in connection.execute(query):
                who = fresh[row.patient_id if kind == "patient" else row.doctor_id]
                if Status(row.status) in HOLDING:
                    self._taken.take((kind, who), row.starts_at, row.ends_at)
                if kind == "patient":
                    self._there.add((who, by_doctor.get(row.doctor_id, ""), row.starts_at))

    def _times(self, row: CsvRow, patient: str, booked_at: datetime | None) -> Times:
        cells = row.cells
        if self._queue is not None and self._day is not None and self._group is not None:
            on = day_in(self._day, cells)
            if booked_at is not None and booked_at.astimezone(self._zone).date() > on:
                raise self._booked_late()
            group = self._group.get(cells)
            place = self._queue.place(group, on, patient)
            numbered = {**cells, "group": group, "number": str(place.number)}
            starts_at = zones.to_utc(self._zone, on, place.minute)
            ends_at = starts_at + timedelta(minutes=self._minutes)
            return Times(starts_at, ends_at, (self._doctor(row.line, numbered, ""),))
        if self._start is None or self._key is None:
            raise refuse("The mapping needs visit.start and doctor.key, or place and doctor.group.")
        starts_at = moment_in(self._start, cells, self._zone)
        starts_at = starts_at.replace(second=0, microsecond=0)
        ends_at = starts_at + timedelta(minutes=self._minutes)
        if self._end is not None:
            ends_at = moment_in(self._end, cells, self._zone).replace(second=0, microsecond=0)
        if not timedelta(0) < ends_at - starts_at <= _LONGEST:
            raise Invalid(
                self._end.column if self._end else "", "A visit lasts from 1 minute to 24 hours."
            )
        if booked_at is not None and booked_at > starts_at:
            raise self._booked_late()
        numbers = self._key.all(cells)
        if not numbers:
            raise Invalid(self._key.column, "This row does not say which doctor it is.")
        return Times(
            starts_at, ends_at, tuple(self._doctor(row.line, cells, one) for one in numbers)
        )

    def _booked_late(self) -> Invalid:
        column = self._booked_at.column if self._booked_at else ""
        return Invalid(column, "This visit was booked after its own day.")

    def _doctor(self, line: int, cells: Mapping[str, str], number: str) -> NewDoctor:
        if self._name is None:
            return NewDoctor(line, "", number)
        name = self._name.get(cells)
        special = self._specialization.get(cells) if self._specialization else ""
        made = self._new_doctors.get((name, number))
        if made is None:
            values = {"name": name, "registration_number": number or name}
            made = self._doctors.make(line, {**values, "specialization": special})
            self._new_doctors[name, number] = made
        return made

    def _read_place(self) -> DayQueue | None:
        how = self._mapping.section("place")
        if not how:
            if self._start is None or self._key is None:
                raise refuse(
                    "The mapping needs visit.start and doctor.key, or place and doctor.group."
                )
            return None
        if self._group is None or self._name is None or self._day is None:
            raise refuse("Laying out days needs place.day, doctor.group and doctor.name.")
        return _queue(how, self._minutes)


def _queue(how: Mapping[str, Any], minutes: int) -> DayQueue:
    try:
        first, last = minute_of(how["first"]), minute_of(how["last"])
    except (KeyError, TypeError, ValueError) as error:
        raise refuse("The mapping's place needs first and last like 08:00.") from error
    if last - first < minutes:
        raise refuse("The mapping's place is shorter than one visit.")
    return DayQueue(first, last, minutes)


def _status(source: Source | None, cells: Mapping[str, str]) -> Status:
    if source is None:
        return Status.BOOKED
    text = source.get(cells)
    try:
        return Status(text)
    except ValueError:
        raise source.refuse("'{value}' is no status of an appointment.", text) from None
