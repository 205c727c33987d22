"""Visits and records of past months, written as they would be after the day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.consultations import diagnosis, encounter, record_version
from hms_desktop.db.writing import Write
from hms_desktop.domain.lifecycle import Status
from hms_desktop.services.assembly import Services
from tests.support import seed


class Past:
    """Writes visits of one doctor by the hospital's clock."""

    def __init__(self, services: Services, doctor_id: int, visit_type_id: int, zone: str) -> None:
        self.database = services.context.database
        self.doctor_id = doctor_id
        self.visit_type_id = visit_type_id
        self.zone = ZoneInfo(zone)

    def visit(
        self,
        patient_id: int,
        local: str,
        status: Status = Status.COMPLETED,
        *,
        minutes: int = 30,
        waited: float | None = None,
        talked: float | None = None,
        lane: int = 0,
    ) -> int:
        """Write a visit at a local time (``2026-10-01 09:00``); the patient came on the dot."""
        starts_at = datetime.fromisoformat(local).replace(tzinfo=self.zone).astimezone(UTC)
        ends_at = starts_at + timedelta(minutes=minutes)
        came = status in {Status.ARRIVED, Status.IN_CONSULTATION, Status.COMPLETED}
        started = None if waited is None else starts_at + timedelta(minutes=waited)
        finished = (
            None if talked is None or started is None else started + timedelta(minutes=talked)
        )
        values = {
            "patient_id": patient_id,
            "doctor_id": self.doctor_id,
            "visit_type_id": self.visit_type_id,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "blocks_from": starts_at,
            "blocks_to": ends_at,
            "lane": lane,
            "status": status.value,
            "arrived_at": starts_at if came else None,
            "started_at": started,
            "finished_at": finished,
        }
        return self.database.write(seed.stamp("book"), lambda w: w.insert(appointment, values))

    def record(self, appointment_id: int, *versions: Sequence[tuple[str, str]]) -> None:
        """Write the record of a visit: the diagnoses (code, text) of each of its versions."""

        def work(write: Write) -> None:
            visit = write.connection.execute(
                appointment.select().where(appointment.c.id == appointment_id)
            ).one()
            encounter_id = write.insert(
                encounter,
                {
                    "appointment_id": appointment_id,
                    "patient_id": visit.patient_id,
                    "doctor_id": visit.doctor_id,
                    "starts_at": visit.starts_at,
                    "newest": len(versions),
                },
            )
            for number, diagnoses in enumerate(versions, 1):
                version = write.insert(
                    record_version,
                    {
                        "encounter_id": encounter_id,
                        "number": number,
                        "at": visit.ends_at,
                        "author": "Dr Rao",
                    },
                )
                for position, (code, text) in enumerate(diagnoses):
                    write.insert(
                        diagnosis,
                        {
                            "record_version_id": version,
                            "position": position,
                            "code_system": "icd-10" if code else "",
                            "code": code,
                            "text": text,
                        },
                    )

        self.database.write(seed.stamp("record"), work)

    def patients(self, count: int) -> list[int]:
        """Write patients and return their ids."""
        return self.database.write(
            seed.stamp(), lambda write: [seed.new_patient(write) for _ in range(count)]
        )
