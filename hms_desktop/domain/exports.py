"""Lists and histories as files: what can be asked for, and what a run of it looks like.

Dates are the hospital's local dates, moments are UTC.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.text import clean

SMALL = 2_000
"""Up to so many rows a file is made at once, without waiting for the background."""
LEASE = timedelta(minutes=3)
"""How long a run is its program's without a sign of life."""
MOST_SHEET_ROWS = 1_048_575
"""What fits under the head of one sheet."""
LONGEST_DAYS = 3_660
TEXT_LIMIT = 200
NAME_LIMIT = 80
_UNSAFE = re.compile(r"[^a-z0-9]+")


class ExportKind(StrEnum):
    """What a file holds; the values are what the database stores."""

    PATIENT_HISTORY = "patient_history"
    DOCTOR_APPOINTMENTS = "doctor_appointments"
    APPOINTMENTS_LIST = "appointments_list"
    PATIENTS_LIST = "patients_list"
    RECORDS_LIST = "records_list"
    DOCTORS_LIST = "doctors_list"


class ExportFormat(StrEnum):
    """As what it is written; the values are the ends of file names."""

    CSV = "csv"
    XLSX = "xlsx"


class ExportState(StrEnum):
    """How a run stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REMOVED = "removed"


class CellKind(StrEnum):
    """What a column holds: text, a local date (ISO), a local time (``13:05``), whole numbers."""

    TEXT = "text"
    DATE = "date"
    TIME = "time"
    NUMBER = "number"


class Heading(NamedTuple):
    """A column: its name, what stands above it, what it holds."""

    name: str
    title: str
    kind: CellKind = CellKind.TEXT


_TEXT, _DATE, _TIME, _NUMBER = CellKind.TEXT, CellKind.DATE, CellKind.TIME, CellKind.NUMBER
_VISIT = (
    Heading("date", "Date", _DATE),
    Heading("starts_at", "Begins", _TIME),
    Heading("ends_at", "Ends", _TIME),
    Heading("patient_name", "Patient"),
    Heading("mrn", "MRN"),
    Heading("doctor_name", "Doctor"),
    Heading("department_name", "Department"),
    Heading("visit_type_name", "Visit type"),
    Heading("room_name", "Room"),
    Heading("status", "Status"),
    Heading("token", "Token", _NUMBER),
    Heading("note", "Note"),
    Heading("cancel_reason", "Reason of cancelling"),
    Heading("source", "Booked through"),
)
COLUMNS: dict[ExportKind, tuple[Heading, ...]] = {
    ExportKind.DOCTOR_APPOINTMENTS: _VISIT,
    ExportKind.APPOINTMENTS_LIST: _VISIT,
    ExportKind.PATIENT_HISTORY: (
        Heading("date", "Date", _DATE),
        Heading("starts_at", "Begins", _TIME),
        Heading("patient_name", "Patient"),
        Heading("mrn", "MRN"),
        Heading("doctor_name", "Doctor"),
        Heading("department_name", "Department"),
        Heading("visit_type_name", "Visit type"),
        Heading("status", "Status"),
        Heading("complaint", "Complaint"),
        Heading("diagnoses", "Diagnoses"),
        Heading("tests", "Tests and results"),
        Heading("clinical_notes", "Notes"),
        Heading("treatment", "Treatment"),
        Heading("prescription", "Prescription"),
        Heading("prescription_note", "Note on the prescription"),
        Heading("follow_up_on", "Follow-up", _DATE),
        Heading("systolic", "Systolic (mmHg)", _NUMBER),
        Heading("diastolic", "Diastolic (mmHg)", _NUMBER),
        Heading("pulse", "Pulse (per minute)", _NUMBER),
        Heading("temperature", "Temperature (°C)"),
        Heading("spo2", "SpO₂ (%)", _NUMBER),
        Heading("respiratory_rate", "Breaths (per minute)", _NUMBER),
        Heading("weight", "Weight (kg)"),
        Heading("height", "Height (cm)"),
        Heading("author", "Written by"),
        Heading("versions", "Versions", _NUMBER),
    ),
    ExportKind.RECORDS_LIST: (
        Heading("date", "Date", _DATE),
        Heading("starts_at", "Begins", _TIME),
        Heading("patient_name", "Patient"),
        Heading("mrn", "MRN"),
        Heading("doctor_name", "Doctor"),
        Heading("department_name", "Department"),
        Heading("complaint", "Complaint"),
        Heading("diagnoses", "Diagnoses"),
        Heading("versions", "Versions", _NUMBER),
    ),
    ExportKind.PATIENTS_LIST: (
        Heading("mrn", "MRN"),
        Heading("patient_name", "Patient"),
        Heading("birth_date", "Born", _DATE),
        Heading("birth_precision", "Birth date known to the"),
        Heading("sex", "Sex"),
        Heading("phone", "Phone"),
        Heading("email", "E-mail"),
        Heading("city", "City"),
    ),
    ExportKind.DOCTORS_LIST: (
        Heading("doctor_name", "Doctor"),
        Heading("registration_number", "Registration number"),
        Heading("department_name", "Department"),
        Heading("room_name", "Room"),
        Heading("approval", "Approval"),
    ),
}
"""The columns of each kind of file, in their order, with English heads."""

PERIOD_KINDS = frozenset(
    {ExportKind.DOCTOR_APPOINTMENTS, ExportKind.APPOINTMENTS_LIST, ExportKind.RECORDS_LIST}
)
"""Kinds that take a period; a history may take one."""


@dataclass(frozen=True, slots=True)
class ExportWish:
    """The wish for a file; both dates are inside the period.

    ``titles`` gives heads in the person's language by column name, ``title`` what the run is
    called in lists and mails (both may be left out). ``mail_to_me`` tells the log-in's own
    address when the file is ready.
    """

    kind: ExportKind
    format: ExportFormat = ExportFormat.CSV
    patient_id: int | None = None
    doctor_id: int | None = None
    first: date | None = None
    last: date | None = None
    text: str = ""
    statuses: tuple[Status, ...] = ()
    department_ids: tuple[int, ...] = ()
    visit_type_ids: tuple[int, ...] = ()
    mail_to_me: bool = False
    title: str = ""
    titles: tuple[tuple[str, str], ...] = ()

    def check(self) -> ExportWish:
        """Return the cleaned wish; raise Invalid naming the field."""
        if self.kind not in set(ExportKind):
            raise Invalid("kind", "Choose one of the kinds of files.")
        if self.format not in set(ExportFormat):
            raise Invalid("format", "Choose CSV or XLSX.")
        kind = ExportKind(self.kind)
        if kind is ExportKind.PATIENT_HISTORY and self.patient_id is None:
            raise Invalid("patient_id", "Choose the patient whose history it is.")
        if kind is ExportKind.DOCTOR_APPOINTMENTS and self.doctor_id is None:
            raise Invalid("doctor_id", "Choose the doctor whose appointments they are.")
        if kind in PERIOD_KINDS and (self.first is None or self.last is None):
            raise Invalid("first" if self.first is None else "last", "Give both ends of a period.")
        if self.first is not None and self.last is not None:
            if self.last < self.first:
                raise Invalid("last", "The period ends before it begins. Change one of the dates.")
            if (self.last - self.first).days >= LONGEST_DAYS:
                raise Invalid("last", "Choose a period of at most {days} days.", days=LONGEST_DAYS)
        known = {heading.name for heading in COLUMNS[kind]}
        return replace(
            self,
            kind=kind,
            format=ExportFormat(self.format),
            text=clean(self.text, "text", limit=TEXT_LIMIT),
            title=clean(self.title, "title", limit=TEXT_LIMIT),
            titles=tuple(
                (name, clean(title, "titles", limit=TEXT_LIMIT))
                for name, title in self.titles
                if name in known
            ),
        )

    @property
    def headings(self) -> tuple[Heading, ...]:
        """The columns of the file, with the heads asked for."""
        titles = dict(self.titles)
        return tuple(
            one._replace(title=titles.get(one.name) or one.title) for one in COLUMNS[self.kind]
        )

    def parameters(self) -> dict[str, Any]:
        """Return the wish as JSON can hold it; without what stands at its default."""
        found: dict[str, Any] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if one.name == "kind" or value == one.default:
                continue
            if isinstance(value, date):
                value = value.isoformat()
            elif isinstance(value, tuple):
                value = [list(item) if isinstance(item, tuple) else item for item in value]
            found[one.name] = value
        return found

    @classmethod
    def of(cls, kind: str, parameters: Mapping[str, Any]) -> ExportWish:
        """Return the wish behind a kept run; raises Invalid when it cannot be read any more."""
        values = dict(parameters)
        try:
            for name in ("first", "last"):
                if name in values:
                    values[name] = date.fromisoformat(values[name])
            for name in ("department_ids", "visit_type_ids"):
                values[name] = tuple(values.get(name, ()))
            values["statuses"] = tuple(Status(one) for one in values.get("statuses", ()))
            values["titles"] = tuple((name, title) for name, title in values.get("titles", ()))
            return cls(kind=ExportKind(kind), **values).check()
        except (TypeError, ValueError) as error:
            raise Invalid(
                "kind", "This export was asked for by another version. Ask for it once more."
            ) from error


class ExportRow(NamedTuple):
    """One run as lists show it; ``folder`` is where the file lies (or will lie)."""

    id: int
    kind: str
    format: str
    title: str
    state: str
    user_id: int | None
    user_name: str
    patient_id: int | None
    doctor_id: int | None
    folder: str
    file_name: str
    bytes: int | None
    done: int
    total: int
    workstation: str
    cancel_wanted: bool
    error: str
    created_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None

    @property
    def is_small(self) -> bool:
        """Say whether it should be made at once."""
        return self.total <= SMALL

    @property
    def is_under_way(self) -> bool:
        """Say whether it is not over yet."""
        return self.state in {ExportState.WAITING.value, ExportState.RUNNING.value}


def safe_name(*parts: str, end: str) -> str:
    """Return a file name of letters, digits, - and _ alone, whatever the parts hold."""
    plain = (unicodedata.normalize("NFKD", part).casefold() for part in parts)
    words = [_UNSAFE.sub("-", part).strip("-") for part in plain]
    return "_".join(filter(None, words))[:NAME_LIMIT].rstrip("-_") + f".{end}"
