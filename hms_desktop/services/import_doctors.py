"""Importing doctors: approved, with department, specialization and hours as a mapping says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from hms_desktop.db.tables.availability import working_session
from hms_desktop.db.tables.doctors import (
    department,
    doctor,
    doctor_specialization,
    specialization,
)
from hms_desktop.db.writing import Write
from hms_desktop.domain.doctors import AddDoctor, Approval
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.imports import ImportReport
from hms_desktop.domain.names import fold
from hms_desktop.interchange.csv_in import CsvRow
from hms_desktop.interchange.mapping import FileMapping
from hms_desktop.interchange.moments import minute_of
from hms_desktop.services.bulk_rows import audit_rows, insert_rows, reserve_ids, stamped
from hms_desktop.services.import_steps import Stored, refuse

_FIELDS = frozenset(
    {"name", "registration_number", "department", "specialization", "phone", "email"}
)
_WEEK = 7


@dataclass(frozen=True, slots=True)
class NewDoctor:
    """A doctor that is to be there; department and specialization by name."""

    line: int
    name: str
    number: str
    department: str = ""
    specialization: str = ""
    phone: str = ""
    email: str = ""


class DoctorImport:
    """Makes doctors of rows, as the section ``fields`` of a mapping says."""

    def __init__(self, mapping: FileMapping, this_year: int, fields: str = "fields") -> None:
        """Read what the mapping says of doctors; raises Unusable."""
        self._this_year = this_year
        self._fields = mapping.fields(fields)
        if unknown := set(self._fields) - _FIELDS:
            raise refuse("The mapping names fields there are none of: {names}.", names=unknown)
        self._hours = _hours(mapping.section("hours"))
        self._seen: dict[str, int] = {}

    def prepare(self, row: CsvRow) -> NewDoctor:
        """Return the doctor a row asks for; raises Invalid naming the column."""
        text = {name: source.get(row.cells) for name, source in self._fields.items()}
        made = self.make(row.line, text)
        if made.number in self._seen:
            raise Invalid(
                self._fields["registration_number"].column,
                "This doctor stands in line {line} already.",
                line=self._seen[made.number],
            )
        self._seen[made.number] = row.line
        return made

    def make(self, line: int, text: Mapping[str, str]) -> NewDoctor:
        """Return a doctor of plain values; raises Invalid."""
        checked = AddDoctor(
            display_name=text.get("name", ""),
            registration_number=text.get("registration_number", ""),
            phone=text.get("phone", ""),
            email=text.get("email", ""),
        ).check(self._this_year)
        return NewDoctor(
            line,
            checked.display_name,
            checked.registration_number,
            text.get("department", "").strip(),
            text.get("specialization", "").strip(),
            checked.phone,
            checked.email,
        )

    def resolve(
        self, connection: sa.Connection, items: Sequence[NewDoctor], report: ImportReport
    ) -> list[NewDoctor]:
        """Return the doctors that are not there yet, by registration number."""
        known = known_doctors(connection)
        fresh = [item for item in items if fold(item.number) not in known]
        report.known += len(items) - len(fresh)
        return fresh

    def store(self, write: Write, items: Sequence[NewDoctor]) -> Stored:
        """Write doctors, approved, with the hours of the mapping."""
        if not items:
            return Stored()
        departments = named_rows(write, department, {item.department for item in items})
        special = named_rows(write, specialization, {item.specialization for item in items})
        ids = reserve_ids(write.connection, doctor, len(items))
        rows = [
            stamped(
                write,
                doctor,
                {
                    "id": row_id,
                    "display_name": item.name,
                    "registration_number": item.number,
                    "department_id": departments.get(fold(item.department)),
                    "phone": item.phone,
                    "email": item.email,
                    "approval": Approval.APPROVED.value,
                },
            )
            for row_id, item in zip(ids, items, strict=True)
        ]
        insert_rows(write, doctor, rows)
        audit_rows(write, doctor, rows)
        links = [
            {"doctor_id": row_id, "specialization_id": special[fold(item.specialization)]}
            for row_id, item in zip(ids, items, strict=True)
            if item.specialization
        ]
        insert_rows(write, doctor_specialization, links)
        for row_id in ids:
            for values in self._hours:
                write.insert(working_session, {"doctor_id": row_id, **values})
        numbers = {fold(item.number): row_id for row_id, item in zip(ids, items, strict=True)}
        return Stored(imported=len(items), new_doctors=len(items), doctors=numbers)

    def keep(self, stored: Stored) -> None:
        """Nothing has to be remembered of what was written."""


def known_doctors(connection: sa.Connection) -> dict[str, int]:
    """Return all doctors by folded registration number."""
    query = sa.select(doctor.c.registration_number, doctor.c.id)
    return {fold(row.registration_number): row.id for row in connection.execute(query)}


def named_rows(
    write: Write, table: sa.Table, names: set[str], more: Mapping[str, Any] | None = None
) -> dict[str, int]:
    """Return the ids of rows of a catalogue by folded name; those missing are made."""
    known = {
        fold(row.name): row.id
        for row in write.connection.execute(sa.select(table.c.name, table.c.id))
    }
    for name in sorted(names):
        if name and fold(name) not in known:
            known[fold(name)] = write.insert(table, {"name": name, **(more or {})})
    return known


def _hours(how: Mapping[str, Any]) -> list[dict[str, int]]:
    if not how:
        return []
    try:
        weekdays = [int(day) for day in how["weekdays"]]
        sessions = [(minute_of(begin), minute_of(end)) for begin, end in how["sessions"]]
    except (KeyError, TypeError, ValueError) as error:
        raise refuse("The mapping's hours cannot be followed ({error}).", error=error) from error
    if not all(0 <= day < _WEEK for day in weekdays) or not all(a < b for a, b in sessions):
        raise refuse("The mapping's hours need weekdays 0 to 6, and sessions that end later.")
    return [
        {"weekday": day, "start_minute": begin, "end_minute": end}
        for day in weekdays
        for begin, end in sessions
    ]
