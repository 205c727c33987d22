"""Importing patients: one row of a foreign file becomes one chart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from hms_desktop.db.tables.patients import patient, patient_identifier, patient_key
from hms_desktop.db.writing import Write
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.imports import ImportReport
from hms_desktop.domain.names import Name
from hms_desktop.domain.patients import Address, BloodGroup, RegisterPatient, Sex
from hms_desktop.domain.phones import check_phone
from hms_desktop.domain.settings import HospitalSettings
from hms_desktop.interchange.csv_in import CsvRow
from hms_desktop.interchange.mapping import FileMapping, Source
from hms_desktop.interchange.moments import birth_in
from hms_desktop.services.bulk_rows import audit_rows, insert_rows, reserve_ids, stamped
from hms_desktop.services.import_steps import Stored, refuse, refused_row
from hms_desktop.services.patient_keys import keys_of, mrn_text, next_mrns, sort_name
from hms_desktop.services.patient_phones import Phone, known_phone
from hms_desktop.services.patient_rows import consent_value, patient_values

_NAME = ("given", "family", "middle", "prefix", "suffix")
_ADDRESS = ("line", "city", "district", "state", "postal_code", "country")
_TEXTS = ("email", "allergies", "conditions", "notes")
_FIELDS = frozenset(
    {*_NAME, *(f"address.{part}" for part in _ADDRESS), *_TEXTS, "birth", "sex", "phones",
     "blood_group"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NewPatient:
    """A row that may become a chart; ``key`` is what the other program knows the person by."""

    line: int
    key: str
    wish: RegisterPatient
    phones: tuple[Phone, ...]


class PatientImport:
    """Makes charts of rows, as a mapping says; ``fields`` is the section with their fields."""

    def __init__(
        self, mapping: FileMapping, settings: HospitalSettings, today: date, fields: str = "fields"
    ) -> None:
        """Read what the mapping says of patients; raises Unusable."""
        self._settings = settings
        self._today = today
        self._fields = mapping.fields(fields)
        if unknown := set(self._fields) - _FIELDS:
            raise refuse("The mapping names fields there are none of: {names}.", names=unknown)
        how = mapping.section("identifier")
        self._type = str(how.get("type", ""))
        self._issuer = str(how.get("issuer", ""))
        self._key = mapping.source("identifier", "value")
        if self._key is not None and not self._type:
            raise refuse("The mapping's identifier has no type.")
        self._refuse_same = mapping.section("options").get("same_person", "refuse") == "refuse"
        self._seen: dict[str, int] = {}
        self._people: dict[tuple[str, date], int] = {}

    def key_of(self, cells: Mapping[str, str]) -> str:
        """Return what the other program knows the person by; raises Invalid."""
        return self._key.get(cells) if self._key else ""

    def prepare(self, row: CsvRow) -> NewPatient:
        """Return the chart a row asks for; raises Invalid naming the column."""
        key = self.key_of(row.cells)
        if key and key in self._seen:
            raise Invalid(
                self._key.column if self._key else "",
                "This identifier stands in line {line} already.",
                line=self._seen[key],
            )
        made = self.make(row, key)
        if key:
            self._seen[key] = row.line
        return made

    def make(self, row: CsvRow, key: str) -> NewPatient:
        """Return the chart of a row whatever was seen before; raises Invalid."""
        try:
            wish = self._wish(row.cells).check(self._today)
            phones = self._phones(row.cells)
        except Invalid as error:
            source = self._source_of(error.field)
            column = (source.column or source.name) if source else error.field
            raise Invalid(column, error.template, **error.values) from None
        return NewPatient(row.line, key, wish, phones)

    def resolve(
        self, connection: sa.Connection, items: Sequence[NewPatient], report: ImportReport
    ) -> list[NewPatient]:
        """Return the rows that are new; count the known ones and refuse people twice there."""
        known = self.known(connection, [item.key for item in items])
        fresh = [item for item in items if item.key not in known]
        report.known += len(items) - len(fresh)
        if not self._refuse_same:
            return fresh
        self._people |= _same_people(connection, fresh)
        kept = []
        for item in fresh:
            birth = item.wish.birth
            who = (sort_name(item.wish.name), birth.date) if birth else None
            if who is not None and who in self._people:
                error = Invalid("", "Somebody with this name and birth date is registered already.")
                report.refused.append(refused_row(item.line, error))
                continue
            if who is not None:
                self._people[who] = item.line
            kept.append(item)
        return kept

    def known(self, connection: sa.Connection, keys: Iterable[str]) -> dict[str, int]:
        """Return the patients that are linked to these identifiers already."""
        columns = patient_identifier.c
        wanted = {key for key in keys if key}
        query = sa.select(columns.value, columns.patient_id).where(
            columns.type == self._type, columns.issuer == self._issuer, columns.value.in_(wanted)
        )
        return {row.value: row.patient_id for row in connection.execute(query)} if wanted else {}

    def store(self, write: Write, items: Sequence[NewPatient]) -> Stored:
        """Write charts with their numbers, keys and identifiers."""
        if not items:
            return Stored()
        ids = reserve_ids(write.connection, patient, len(items))
        first = next_mrns(write.connection, len(items))
        rows, keys, links = [], [], []
        for place, (row_id, item) in enumerate(zip(ids, items, strict=True)):
            consent = consent_value(item.wish.consent, None, write.now)
            values = {
                "id": row_id,
                "mrn": mrn_text(first + place, self._settings),
                **patient_values(item.wish, item.phones, consent),
            }
            rows.append(stamped(write, patient, values))
            numbers = [phone.shown for phone in item.phones]
            keys += [
                {
                    "kind": kind,
                    "key": key,
                    "sort_name": values["sort_name"],
                    "patient_id": row_id,
                }
                for kind, key in keys_of(item.wish.name, numbers)
            ]
            if item.key:
                links.append(
                    {
                        "patient_id": row_id,
                        "type": self._type,
                        "issuer": self._issuer,
                        "value": item.key,
                    }
                )
        insert_rows(write, patient, rows)
        insert_rows(write, patient_key, keys)
        insert_rows(write, patient_identifier, links)
        audit_rows(write, patient, rows)
        linked = {item.key: row_id for row_id, item in zip(ids, items, strict=True) if item.key}
        return Stored(imported=len(items), patients=linked, new_patients=len(items))

    def keep(self, stored: Stored) -> None:
        """Nothing has to be remembered of what was written."""

    def _source_of(self, field: str) -> Source | None:
        return self._fields.get(field)

    def _wish(self, cells: Mapping[str, str]) -> RegisterPatient:
        text = {
            name: source.get(cells)
            for name, source in self._fields.items()
            if name not in {"birth", "phones"}
        }
        birth = self._fields.get("birth")
        return RegisterPatient(
            name=Name(**{part: text.get(part, "") for part in _NAME}),
            birth=birth_in(birth, cells, self._today, day_first=self._settings.day_first)
            if birth
            else None,
            sex=_one_of(Sex, "sex", text.get("sex") or "unknown"),
            address=Address(**{part: text.get(f"address.{part}", "") for part in _ADDRESS}),
            blood_group=_one_of(BloodGroup, "blood_group", text.get("blood_group", "")),
            email=text.get("email", ""),
            allergies=text.get("allergies", ""),
            conditions=text.get("conditions", ""),
            notes=text.get("notes", ""),
        )

    def _phones(self, cells: Mapping[str, str]) -> tuple[Phone, ...]:
        """Return the numbers of a row; one that exists nowhere is kept as written, unproven."""
        source = self._fields.get("phones")
        typed = source.get(cells) if source else ""
        if not typed:
            return ()
        try:
            return (known_phone(typed, self._settings.country),)
        except Invalid:
            return (Phone("", check_phone(typed, "phones")),)


def _one_of(kind: Any, field: str, text: str) -> Any:  # noqa: ANN401 - an enumeration
    try:
        return kind(text)
    except ValueError:
        raise Invalid(
            field, "'{value}' is none of: {known}.", value=text[:100], known=", ".join(kind)
        ) from None


def _same_people(
    connection: sa.Connection, items: Sequence[NewPatient]
) -> dict[tuple[str, date], int]:
    names = {sort_name(item.wish.name) for item in items if item.wish.birth}
    query = sa.select(patient.c.sort_name, patient.c.birth_date, patient.c.id).where(
        patient.c.sort_name.in_(names), patient.c.birth_date.is_not(None)
    )
    if not names:
        return {}
    return {(row.sort_name, row.birth_date): row.id for row in connection.execute(query)}
