"""One visit with everything on it, for papers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from hms_desktop.documents.words import Words
from hms_desktop.domain.consultations import (
    Diagnosis,
    Encounter,
    EncounterLine,
    PrescriptionItem,
    Record,
    RecordVersion,
    TestOrder,
)
from hms_desktop.domain.dates import BirthDate
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.papers import DoctorOnPaper, Letterhead, PatientOnPaper, VisitOnPaper
from hms_desktop.domain.vitals import Vitals

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
"""Already the 24th in India."""
STARTS = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
WORDS = Words(day_first=True, clock_24h=True, zone=ZoneInfo("Asia/Kolkata"))
HEAD = Letterhead(
    "Lakeside General Hospital",
    "12 Lake Road, Indiranagar\nBengaluru 560038",
    "+91 80 2345 6789",
    "desk@lakeside.example",
)
PATIENT = PatientOnPaper(
    "श्रीमती अनुष्का त्रिपाठी",
    "H-002913",
    "female",
    BirthDate(date(1980, 3, 12)),
    "Penicillin (rash)",
    "Diabetes since 2015",
)
DOCTOR = DoctorOnPaper(
    "Dr José Łukasz Nguyễn", "KMC-45821", "General medicine", "Internal medicine, Diabetology"
)
RECORD = Record(
    complaint="Fever for three days. खाँसी और बुखार।",
    vitals=Vitals(128, 82, 92, 384, 97, 18, 68_000, 1_640),
    diagnoses=(Diagnosis("Acute upper respiratory infection", "J06.9"), Diagnosis("poor sleep")),
    tests=(TestOrder("Blood count", date(2026, 11, 23), "Hb 12.8"), TestOrder("Chest X-ray")),
    notes="Throat red.\nChest clear.",
    treatment="Rest and fluids.",
    prescription=(
        PrescriptionItem(
            "Paracetamol 500 mg", "1 tablet", "oral", "three times a day", "5 days", "खाने के बाद लें"
        ),
        PrescriptionItem("Azithromycin 500 mg", "1 tablet", "oral", "once a day", "3 days"),
    ),
    prescription_note="Drink plenty of water.",
    follow_up_on=date(2026, 11, 30),
)
HISTORY = (
    EncounterLine(
        7, 7, 1, PATIENT.name, PATIENT.mrn, 1, "Dr Rao", "", datetime(2026, 3, 2, tzinfo=UTC), 1,
        "R05 Cough", "cough",
    ),
)  # fmt: skip


def visit(
    record: Record = RECORD,
    *,
    patient: PatientOnPaper = PATIENT,
    doctor: DoctorOnPaper = DOCTOR,
    head: Letterhead = HEAD,
    history: tuple[EncounterLine, ...] = HISTORY,
    version: int = 1,
) -> VisitOnPaper:
    newest = RecordVersion(version, doctor.name, NOW, "typing error" * (version > 1), record)
    return VisitOnPaper(
        head,
        patient,
        doctor,
        Encounter(
            1, 1, 1, patient.name, patient.mrn, 1, doctor.name, doctor.department, "First visit",
            STARTS, Status.COMPLETED, newest,
        ),
        history,
    )  # fmt: skip
