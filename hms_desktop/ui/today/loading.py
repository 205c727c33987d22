"""What opening a visit reads, at once and on the runner."""

from __future__ import annotations

from dataclasses import dataclass

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import AppointmentRow
from hms_desktop.domain.consultations import Chart, Encounter, RecordVersion
from hms_desktop.domain.patients import PatientRow
from hms_desktop.services.assembly import Services


@dataclass(frozen=True, slots=True)
class Opened:
    """A visit with everything that stands beside it."""

    visit: AppointmentRow
    patient: PatientRow
    photo: bytes | None
    chart: Chart
    timeline: tuple[AppointmentRow, ...]
    encounter: Encounter | None
    versions: tuple[RecordVersion, ...]


def open_visit(services: Services, actor: Actor, appointment_id: int) -> Opened:
    """Read a visit, its patient, the chart and the record if there is one; audited reads."""
    visit = services.appointments.get(actor, appointment_id)
    patient = services.patients.open(actor, visit.patient_id)
    encounter = services.consultations.encounter(actor, appointment_id)
    return Opened(
        visit=visit,
        patient=patient,
        photo=services.patients.photo(actor, patient.id) if patient.has_photo else None,
        chart=services.consultations.chart(actor, patient.id),
        timeline=services.patients.timeline(actor, patient.id),
        encounter=encounter,
        versions=() if encounter is None else services.consultations.versions(actor, encounter.id),
    )
