"""Believable clinical records for the completed visits of the made-up hospital.

Rows are plain tuples in the order of their tables' columns, as the bulk writer takes them.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from hms_desktop.domain.consultations import ICD10
from hms_desktop.domain.lifecycle import Status
from hms_desktop.services.demo_cases import CASES, DemoCase
from hms_desktop.services.demo_visits import APPOINTMENT, AUDIT, audited
from hms_desktop.services.demo_writer import Loader

MOST_RECORDS = 20_000
"""Records of so many visits nearest to today; a hospital of millions would take minutes more."""
TABLES: dict[str, tuple[str, ...]] = {
    "encounter": (
        "id", "appointment_id", "patient_id", "doctor_id", "starts_at", "newest", "version",
        "created_at", "updated_at",
    ),
    "record_version": (
        "id", "encounter_id", "number", "at", "author", "complaint", "clinical_notes",
        "treatment", "prescription_note", "follow_up_on",
    ),
    "vitals": (
        "record_version_id", "position", "systolic", "diastolic", "pulse", "temperature_tenths",
        "spo2", "respiratory_rate", "weight_grams", "height_mm",
    ),
    "diagnosis": ("record_version_id", "position", "code_system", "code", "text"),
    "test_order": ("record_version_id", "position", "text", "done_on", "result"),
    "prescription_item": (
        "record_version_id", "position", "drug", "dose", "route", "frequency", "duration",
        "instructions",
    ),
    "audit_entry": AUDIT,
}  # fmt: skip
_ID, _PATIENT, _DOCTOR = (APPOINTMENT.index(one) for one in ("id", "patient_id", "doctor_id"))
_STARTS, _STATUS = APPOINTMENT.index("starts_at"), APPOINTMENT.index("status")
_FINISHED = APPOINTMENT.index("finished_at")
_SECOND_CASE = 0.25
_FOLLOW_UP = 0.3


class RecordMaker:
    """Makes records; the same random numbers give the same ones."""

    def __init__(
        self, rng: random.Random, doctors: Mapping[int, str], *, first_id: int, first_version: int
    ) -> None:
        """Take the doctors' names by id and the first free ids."""
        self._rng = rng
        self._doctors = doctors
        self._next = first_id
        self._apart = first_version - first_id
        self._left = MOST_RECORDS

    def write(self, loader: Loader, appointments: Iterable[tuple[Any, ...]]) -> int:
        """Write the records of the completed visits among these; returns how many."""
        rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in TABLES}
        for visit in appointments:
            if visit[_STATUS] == Status.COMPLETED.value and self._left:
                self._left -= 1
                self._record(rows, visit)
        for table, columns in TABLES.items():
            loader.load(table, columns, rows[table])
        return len(rows["encounter"])

    def _record(self, rows: dict[str, list[tuple[Any, ...]]], visit: tuple[Any, ...]) -> None:
        rng = self._rng
        cases = self._cases(int(visit[_PATIENT]))
        main = cases[0]
        one, ended = self._next, visit[_FINISHED]
        version = one + self._apart
        self._next += 1
        rows["encounter"].append(
            (one, visit[_ID], visit[_PATIENT], visit[_DOCTOR], visit[_STARTS], 1, 1, ended, ended)
        )
        rows["audit_entry"].append(self._audit(one, visit))
        weeks = rng.choice((1, 2, 4, 12))
        follow_up = (
            (date.fromisoformat(visit[_STARTS][:10]) + timedelta(weeks=weeks)).isoformat()
            if rng.random() < _FOLLOW_UP
            else None
        )
        rows["record_version"].append(
            (
                version, one, 1, ended, self._doctors[visit[_DOCTOR]], main.complaint, main.notes,
                main.treatment, "", follow_up,
            )
        )  # fmt: skip
        rows["vitals"].append((version, 0, *self._signs(main, int(visit[_PATIENT]))))
        rows["diagnosis"] += [
            (version, position, ICD10, case.code, case.title) for position, case in enumerate(cases)
        ]
        tests = dict.fromkeys(test for case in cases for test in case.tests)
        rows["test_order"] += [
            (version, position, test, None, "") for position, test in enumerate(tests)
        ]
        drugs = dict.fromkeys(drug for case in cases for drug in case.drugs)
        rows["prescription_item"] += [
            (version, position, drug.drug, drug.dose, _route(drug.drug), *drug[2:])
            for position, drug in enumerate(drugs)
        ]

    def _audit(self, encounter_id: int, visit: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return what the one writer would have noted of a new record."""
        after = {
            "appointment_id": visit[_ID],
            "patient_id": visit[_PATIENT],
            "doctor_id": visit[_DOCTOR],
            "starts_at": audited(visit[_STARTS]),
            "newest": 1,
        }
        return (
            visit[_FINISHED], f"demo-record-{encounter_id}", 0, None, self._doctors[visit[_DOCTOR]],
            "doctor", "clinic", "demo", "complete", "encounter", encounter_id, visit[_PATIENT],
            "null", json.dumps(after), "",
        )  # fmt: skip

    def _cases(self, patient_id: int) -> list[DemoCase]:
        """Return what a patient has: the same complaint each time, sometimes another besides."""
        # Stirred well: the patients of one doctor have numbers at equal distances.
        main = CASES[(patient_id * 0x9E3779B1 & 0xFFFFFFFF) % 65_521 % len(CASES)]
        if self._rng.random() > _SECOND_CASE:
            return [main]
        other = self._rng.choice(CASES[:-1])
        return [main] if other == main else [main, other]

    def _signs(self, case: DemoCase, patient_id: int) -> tuple[int, ...]:
        rng = self._rng
        upper = case.systolic + rng.randrange(-9, 10)
        height = 1_480 + patient_id * 37 % 36 * 10
        weight = round((21 + patient_id % 9) * (height / 1000) ** 2) * 1_000
        weight += 100 * rng.randrange(-9, 10)
        return (
            upper, round(upper * 0.62) + rng.randrange(-3, 4), rng.randrange(62, 92),
            rng.randrange(363, 374), rng.randrange(96, 100), rng.randrange(13, 19),
            weight, height,
        )  # fmt: skip


def _route(drug: str) -> str:
    if "inhaler" in drug:
        return "inhaled"
    return "on the skin" if "cream" in drug else "oral"
