"""The clinical record of one visit: what is typed, how it is checked, how it is shown.

A record belongs to one appointment and is never overwritten: each saving adds a version, the
newest counts. Dates are the hospital's local dates, moments are UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.text import clean
from hms_desktop.domain.vitals import Vitals

COMPLAINT_LIMIT = 2_000
NOTES_LIMIT = 20_000
LINE_LIMIT = 200
REASON_LIMIT = 500
MOST_DIAGNOSES = 20
MOST_TESTS = 40
MOST_DRUGS = 40
FARTHEST_FOLLOW_UP = timedelta(days=730)
ICD10 = "icd-10"


class Access(StrEnum):
    """Why somebody may read a chart."""

    OWN = "own"
    BREAK_GLASS = "break_glass"
    OVERSIGHT = "oversight"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One diagnosis: an ICD-10 code with its title, or free text without a code."""

    text: str
    code: str = ""

    @property
    def system(self) -> str:
        """The code system, or an empty text for free text."""
        return ICD10 if self.code else ""

    @property
    def label(self) -> str:
        """Code and text in one line."""
        return f"{self.code} {self.text}".strip()


@dataclass(frozen=True, slots=True)
class TestOrder:
    """A test: ordered, or done on a local date with its result."""

    text: str
    done_on: date | None = None
    result: str = ""


@dataclass(frozen=True, slots=True)
class PrescriptionItem:
    """One drug of a prescription, each part as the patient will read it.

    ``allergy_answer`` is the doctor's reason for giving it although it meets a known allergy.
    """

    drug: str
    dose: str = ""
    route: str = ""
    frequency: str = ""
    duration: str = ""
    instructions: str = ""
    drug_id: int | None = None
    allergy_answer: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """Everything typed in one consultation."""

    complaint: str = ""
    vitals: Vitals = field(default_factory=Vitals)
    diagnoses: tuple[Diagnosis, ...] = ()
    tests: tuple[TestOrder, ...] = ()
    notes: str = ""
    treatment: str = ""
    prescription: tuple[PrescriptionItem, ...] = ()
    prescription_note: str = ""
    follow_up_on: date | None = None

    def check(self, today: date, *, follow_up_before: date | None = None) -> Record:
        """Return the cleaned record; raise Invalid naming the field (``diagnoses.0.text``).

        ``follow_up_before`` is the follow-up that the record had already: it may lie in the past.
        """
        if not self.diagnoses:
            raise Invalid("diagnoses", "Give at least one diagnosis. Free text is enough.")
        for name, what, most in (
            ("diagnoses", self.diagnoses, MOST_DIAGNOSES),
            ("tests", self.tests, MOST_TESTS),
            ("prescription", self.prescription, MOST_DRUGS),
        ):
            if len(what) > most:
                raise Invalid(name, "At most {most} lines fit here.", most=most)
        changed = self.follow_up_on is not None and self.follow_up_on != follow_up_before
        if changed and not today < (self.follow_up_on or today) <= today + FARTHEST_FOLLOW_UP:
            raise Invalid(
                "follow_up_on", "A follow-up lies after today and within two years. Change it."
            )
        return replace(
            self,
            complaint=clean(self.complaint, "complaint", limit=COMPLAINT_LIMIT, multiline=True),
            vitals=self.vitals.check(),
            diagnoses=tuple(_diagnosis(one, n) for n, one in enumerate(self.diagnoses)),
            tests=tuple(_test(one, n, today) for n, one in enumerate(self.tests)),
            notes=clean(self.notes, "notes", limit=NOTES_LIMIT, multiline=True),
            treatment=clean(self.treatment, "treatment", limit=NOTES_LIMIT, multiline=True),
            prescription=tuple(_item(one, n) for n, one in enumerate(self.prescription)),
            prescription_note=clean(
                self.prescription_note, "prescription_note", limit=COMPLAINT_LIMIT, multiline=True
            ),
        )


def _diagnosis(one: Diagnosis, number: int) -> Diagnosis:
    where = f"diagnoses.{number}"
    return Diagnosis(
        text=clean(one.text, f"{where}.text", limit=LINE_LIMIT, required=True),
        code=clean(one.code, f"{where}.code", limit=20).upper(),
    )


def _test(one: TestOrder, number: int, today: date) -> TestOrder:
    where = f"tests.{number}"
    if one.done_on is not None and one.done_on > today:
        raise Invalid(f"{where}.done_on", "A test cannot have been done in the future.")
    return TestOrder(
        text=clean(one.text, f"{where}.text", limit=LINE_LIMIT, required=True),
        done_on=one.done_on,
        result=clean(one.result, f"{where}.result", limit=COMPLAINT_LIMIT, multiline=True),
    )


def _item(one: PrescriptionItem, number: int) -> PrescriptionItem:
    where = f"prescription.{number}"

    def part(name: str, text: str, *, required: bool = False) -> str:
        return clean(text, f"{where}.{name}", limit=LINE_LIMIT, required=required)

    return PrescriptionItem(
        drug=part("drug", one.drug, required=True),
        dose=part("dose", one.dose),
        route=part("route", one.route),
        frequency=part("frequency", one.frequency),
        duration=part("duration", one.duration),
        instructions=part("instructions", one.instructions),
        drug_id=one.drug_id,
        allergy_answer=part("allergy_answer", one.allergy_answer),
    )


@dataclass(frozen=True, slots=True)
class CompleteVisit:
    """The wish to save a visit's record and complete the visit, in one step.

    ``based_on`` is the number of the record's version that the form began with (0: there was
    none). The visit's own version does not count: what the desk notes on the booking meanwhile
    must not keep a doctor from finishing.
    """

    appointment_id: int
    record: Record
    based_on: int = 0
    reason: str = ""

    def check(self, today: date) -> CompleteVisit:
        """Return the cleaned wish; raise Invalid."""
        return replace(
            self,
            record=self.record.check(today),
            reason=clean(self.reason, "reason", limit=REASON_LIMIT),
        )


@dataclass(frozen=True, slots=True)
class AmendRecord:
    """The wish to correct a record later: a new version with a reason, the old ones stay."""

    encounter_id: int
    based_on: int
    record: Record
    reason: str

    def check(self, today: date, follow_up_before: date | None = None) -> AmendRecord:
        """Return the cleaned wish; raise Invalid. The follow-up of before may lie in the past."""
        return replace(
            self,
            record=self.record.check(today, follow_up_before=follow_up_before),
            reason=clean(self.reason, "reason", limit=REASON_LIMIT, required=True),
        )


class DayVisit(NamedTuple):
    """One line of a doctor's list of a day: the visit, who it is, and how far it has come."""

    appointment_id: int
    version: int
    status: Status
    patient_id: int
    patient_name: str
    mrn: str
    sex: str
    birth_date: date | None
    has_alert: bool
    visit_type_name: str
    note: str
    starts_at: datetime
    ends_at: datetime
    lane: int
    token_id: int | None
    token_version: int | None
    token: int | None
    token_state: str | None
    arrived_at: datetime | None
    called_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    has_record: bool

    def waited_minutes(self, now: datetime) -> int | None:
        """Return how long the patient has waited (minutes), or None before the arrival."""
        if self.arrived_at is None:
            return None
        until = self.started_at or now
        return max(0, int((until - self.arrived_at).total_seconds() // 60))


class RecordVersion(NamedTuple):
    """One version of a record: who wrote it when, and why it was amended (empty: the first)."""

    number: int
    author: str
    at: datetime
    reason: str
    record: Record


class Encounter(NamedTuple):
    """A visit with its record: the newest version."""

    id: int
    appointment_id: int
    patient_id: int
    patient_name: str
    mrn: str
    doctor_id: int
    doctor_name: str
    department_name: str
    visit_type_name: str
    starts_at: datetime
    status: Status
    newest: RecordVersion


class EncounterLine(NamedTuple):
    """One line of a patient's clinical history, or of a list of records."""

    id: int
    appointment_id: int
    patient_id: int
    patient_name: str
    mrn: str
    doctor_id: int
    doctor_name: str
    department_name: str
    starts_at: datetime
    versions: int
    diagnoses: str
    complaint: str


class PastVitals(NamedTuple):
    """Signs of an earlier visit."""

    starts_at: datetime
    vitals: Vitals


class ChartAccess(NamedTuple):
    """One break-glass opening, for the administrators' list."""

    id: int
    at: datetime
    expires_at: datetime
    user_name: str
    patient_id: int
    patient_name: str
    mrn: str
    reason: str


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """Which records to list: local dates, both inclusive; empty texts and None do not count.

    ``order`` is a column to sort by; an empty one means newest first.
    """

    first: date
    last: date
    doctor_id: int | None = None
    department_id: int | None = None
    patient_id: int | None = None
    text: str = ""
    order: str = ""
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """What a doctor sees beside the form: past visits, past signs, known allergies.

    ``allergies`` and ``conditions`` are the patient's administrative ones, as the desk or a
    doctor wrote them; ``access`` says why the chart may be read.
    """

    patient_id: int
    allergies: str
    conditions: str
    history: tuple[EncounterLine, ...]
    vitals: tuple[PastVitals, ...]
    access: Access
