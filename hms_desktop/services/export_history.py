"""One record as one line of a patient's history."""

from __future__ import annotations

from hms_desktop.domain.consultations import Encounter, PrescriptionItem, TestOrder
from hms_desktop.domain.vitals import LIMITS, Vitals
from hms_desktop.interchange.table_out import Cell

BETWEEN = "; "


def history_cells(one: Encounter, at: tuple[str, str]) -> list[Cell]:
    """Return a record's cells in the order of the history's columns; ``at``: local date, time."""
    version, record = one.newest, one.newest.record
    return [
        *at,
        one.patient_name,
        one.mrn,
        one.doctor_name,
        one.department_name,
        one.visit_type_name,
        one.status.value,
        record.complaint,
        BETWEEN.join(diagnosis.label for diagnosis in record.diagnoses),
        BETWEEN.join(map(_test, record.tests)),
        record.notes,
        record.treatment,
        "\n".join(map(_drug, record.prescription)),
        record.prescription_note,
        record.follow_up_on.isoformat() if record.follow_up_on else None,
        *_signs(record.vitals),
        version.author,
        version.number,
    ]


def _test(one: TestOrder) -> str:
    done = f" ({one.done_on.isoformat()})" if one.done_on else ""
    return f"{one.text}{done}" + (f": {one.result}" if one.result else "")


def _drug(one: PrescriptionItem) -> str:
    parts = (one.drug, one.dose, one.route, one.frequency, one.duration, one.instructions)
    return ", ".join(filter(None, parts))


def _signs(signs: Vitals) -> list[Cell]:
    def text(name: str) -> str | None:
        value = getattr(signs, name)
        return None if value is None else LIMITS[name].text(value)

    return [
        signs.systolic,
        signs.diastolic,
        signs.pulse,
        text("temperature_tenths"),
        signs.spo2,
        signs.respiratory_rate,
        text("weight_grams"),
        text("height_mm"),
    ]
