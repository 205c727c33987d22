"""Writing imported visits: in one go, and one by one where the database finds an overlap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
import sqlalchemy.exc

from hms_desktop.db import faults
from hms_desktop.db.tables.appointments import (
    appointment,
    appointment_status_change,
    visit_type,
)
from hms_desktop.db.writing import Write
from hms_desktop.domain.appointments import Source
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.names import fold
from hms_desktop.services.bulk_rows import audit_rows, insert_rows, reserve_ids, stamped
from hms_desktop.services.import_doctors import named_rows
from hms_desktop.services.import_steps import Stored, refused_row


class Visit(NamedTuple):
    """One visit of a file: patient by identifier, doctor by folded registration number."""

    line: int
    patient: str
    doctor: str
    visit_type: str
    starts_at: datetime
    ends_at: datetime
    status: Status
    note: str
    booked_at: datetime | None


def write_visits(
    write: Write,
    visits: Sequence[Visit],
    patients: Mapping[str, int],
    doctors: Mapping[str, int],
    minutes: int,
) -> Stored:
    """Write visits with their first status; those the database refuses come back as refused."""
    more = {"minutes": minutes, "bookable_by": ["desk", "doctor"]}
    types = named_rows(write, visit_type, {visit.visit_type for visit in visits}, more)
    ids = reserve_ids(write.connection, appointment, len(visits))
    rows = [
        stamped(
            write,
            appointment,
            {
                "id": row_id,
                "patient_id": patients[visit.patient],
                "doctor_id": doctors[visit.doctor],
                "visit_type_id": types[fold(visit.visit_type)],
                "starts_at": visit.starts_at,
                "ends_at": visit.ends_at,
                "blocks_from": visit.starts_at,
                "blocks_to": visit.ends_at,
                "lane": 0,
                "status": visit.status.value,
                "source": Source.IMPORT.value,
                "note": visit.note,
                "created_at": visit.booked_at or write.now,
            },
        )
        for row_id, visit in zip(ids, visits, strict=True)
    ]
    taken = _insert(write, rows)
    kept = [row for row in rows if row["id"] not in taken]
    insert_rows(
        write,
        appointment_status_change,
        [
            {
                "appointment_id": row["id"],
                "before": None,
                "after": row["status"],
                "at": write.now,
                "user_id": write.stamp.actor.user_id,
                "undo": False,
            }
            for row in kept
        ],
    )
    audit_rows(write, appointment, kept)
    lines = {row_id: visit.line for row_id, visit in zip(ids, visits, strict=True)}
    return Stored(
        imported=len(kept),
        refused=[
            refused_row(lines[row_id], Invalid("", f"The {kind} has another visit at that time."))
            for row_id, kind in taken.items()
        ],
    )


def _insert(write: Write, rows: Sequence[dict[str, Any]]) -> dict[int, str]:
    """Insert what can be; return whose time is taken (doctor, patient, room) by row id."""
    try:
        with write.connection.begin_nested():
            insert_rows(write, appointment, rows)
    except sqlalchemy.exc.DBAPIError as error:
        if not isinstance(faults.translate(error), faults.Overlap):
            raise
    else:
        return {}
    # Somebody booked meanwhile: each row by itself says which one is in the way.
    taken: dict[int, str] = {}
    for row in rows:
        try:
            with write.connection.begin_nested():
                write.connection.execute(sa.insert(appointment), row)
        except sqlalchemy.exc.DBAPIError as error:
            fault = faults.translate(error)
            if not isinstance(fault, faults.Overlap):
                raise
            taken[row["id"]] = fault.kind
    return taken
