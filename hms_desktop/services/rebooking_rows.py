"""Reading what new times must respect: patients' and rooms' other visits, and phone numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime

import sqlalchemy as sa

from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.patients import patient, patient_contact
from hms_desktop.domain.lifecycle import HOLDING
from hms_desktop.domain.rebooking import Busy, Span
from hms_desktop.services.patient_rows import phones_of
from hms_desktop.services.schedule import REACH

_HOLDING = tuple(sorted(status.value for status in HOLDING))


def busy(
    connection: sa.Connection,
    patients: Collection[int],
    rooms: Collection[int],
    leaving: Collection[int],
    begins: datetime,
    ends: datetime,
) -> Busy:
    """Return when patients and rooms are taken (UTC), the visits that are leaving not counted."""
    table = appointment.c
    near = (
        table.starts_at > begins - REACH,
        table.starts_at < ends + REACH,
        table.status.in_(_HOLDING),
        table.id.not_in(tuple(leaving)),
    )
    of_patients: dict[int, list[Span]] = defaultdict(list)
    query = sa.select(table.patient_id, table.starts_at, table.ends_at).where(
        table.patient_id.in_(tuple(patients)), *near
    )
    for whose, start, end in connection.execute(query):
        of_patients[whose].append(Span(start, end))
    of_rooms: dict[int, list[tuple[int, Span]]] = defaultdict(list)
    query_rooms = sa.select(
        table.room_id, table.doctor_id, table.blocks_from, table.blocks_to
    ).where(table.room_id.in_(tuple(rooms)), *near)
    for where, whose, start, end in connection.execute(query_rooms):
        of_rooms[where].append((whose, Span(start, end)))
    return Busy(of_patients, of_rooms)


def phones(connection: sa.Connection, patients: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return the numbers to call each patient under, as shown.

    Who has none is called through the people noted for that, with their names.
    """
    wanted = tuple(patients)
    query = sa.select(patient.c.id, patient.c.phones).where(patient.c.id.in_(wanted))
    found = {
        row.id: tuple(phone.shown for phone in phones_of(row.phones or ()))
        for row in connection.execute(query)
    }
    none = tuple(one for one, numbers in found.items() if not numbers)
    for one, number in _of_contacts(connection, none):
        found[one] = (*found[one], number)
    return found


def _of_contacts(connection: sa.Connection, patients: tuple[int, ...]) -> Iterator[tuple[int, str]]:
    contact = patient_contact.c
    query = (
        sa.select(contact.patient_id, contact.name, contact.phone)
        .where(contact.patient_id.in_(patients), contact.phone != "")
        .order_by(contact.patient_id, contact.position, contact.id)
    )
    for row in connection.execute(query):
        yield row.patient_id, f"{row.name} {row.phone}"
