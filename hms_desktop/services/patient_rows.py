"""Patients between their rows and what the desk sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hms_desktop.db.tables.accounts import user
from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.patients import patient, patient_contact
from hms_desktop.db.writing import Write
from hms_desktop.domain.dates import BirthDate, BirthPrecision
from hms_desktop.domain.errors import NotFound
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.names import Name
from hms_desktop.domain.patients import (
    Address,
    BloodGroup,
    Consent,
    ContactKind,
    PatientContact,
    PatientHit,
    PatientRow,
    RegisterPatient,
    Sex,
)
from hms_desktop.services.patient_keys import sort_name
from hms_desktop.services.patient_phones import Phone

SEEN = (Status.ARRIVED, Status.IN_CONSULTATION, Status.COMPLETED)
COMING = (Status.REQUESTED, Status.BOOKED, Status.CONFIRMED)
_PARTS = ("line", "city", "district", "state", "postal_code", "country")
_CONSENTS = ("treatment", "messages", "share", "summaries")
_WHOLE = [column for column in patient.c if column.name != "photo"]


def patient_values(
    wish: RegisterPatient, phones: Sequence[Phone], consent: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the columns of a checked wish (without number and photo)."""
    name = wish.name
    return {
        "prefix": name.prefix,
        "given": name.given,
        "middle": name.middle,
        "family": name.family,
        "suffix": name.suffix,
        "display_name": name.display,
        "sort_name": sort_name(name),
        "birth_date": wish.birth.date if wish.birth else None,
        "birth_precision": wish.birth.precision.value if wish.birth else "",
        "sex": wish.sex.value,
        "phone": phones[0].shown if phones else "",
        "phones": [{"e164": one.e164, "shown": one.shown} for one in phones],
        "email": wish.email,
        "address": {part: getattr(wish.address, part) for part in _PARTS},
        "blood_group": wish.blood_group.value,
        "allergies": wish.allergies,
        "conditions": wish.conditions,
        "notes": wish.notes,
        "consent": dict(consent),
        "language": wish.language,
        "no_messages": wish.no_messages,
        "placeholder": wish.placeholder,
    }


def consent_value(consent: Consent, before: Consent | None, now: datetime) -> dict[str, Any]:
    """Return a consent as it is stored; it is dated anew when what was agreed to changed."""
    agreed = {part: getattr(consent, part) for part in _CONSENTS}
    same = before is not None and agreed == {part: getattr(before, part) for part in _CONSENTS}
    if before is not None and same:
        given_at = before.given_at
    else:
        given_at = now if any(agreed.values()) else None
    return {**agreed, "given_at": given_at.isoformat() if given_at else None}


def phones_of(value: Sequence[Any]) -> tuple[Phone, ...]:
    """Return stored numbers; a bare text is a number nobody proved."""
    return tuple(
        Phone("", one) if isinstance(one, str) else Phone(one["e164"], one["shown"])
        for one in value
    )


def read_patient(connection: sa.Connection, patient_id: int) -> PatientRow:
    """Return one patient whole, retired or not; raises NotFound."""
    maker, editor = user.alias("maker"), user.alias("editor")
    query = (
        sa.select(
            *_WHOLE,
            maker.c.display_name.label("maker"),
            editor.c.display_name.label("editor"),
        )
        .join_from(patient, maker, maker.c.id == patient.c.created_by, isouter=True)
        .join(editor, editor.c.id == patient.c.updated_by, isouter=True)
        .where(patient.c.id == patient_id)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound("This patient is no longer there. Nothing was changed.")
    consent = row.consent
    given_at = consent.get("given_at")
    return PatientRow(
        id=row.id,
        version=row.version,
        mrn=row.mrn,
        name=Name(row.given, row.family, row.middle, row.prefix, row.suffix),
        display_name=row.display_name,
        birth=BirthDate(row.birth_date, BirthPrecision(row.birth_precision or "day"))
        if row.birth_date
        else None,
        sex=Sex(row.sex),
        phones=tuple(phone.shown for phone in phones_of(row.phones)),
        email=row.email,
        address=Address(**{part: row.address.get(part, "") for part in _PARTS}),
        contacts=_contacts(connection, patient_id),
        blood_group=BloodGroup(row.blood_group),
        allergies=row.allergies,
        conditions=row.conditions,
        notes=row.notes,
        consent=Consent(
            **{part: bool(consent.get(part)) for part in _CONSENTS},
            given_at=datetime.fromisoformat(given_at) if given_at else None,
        ),
        language=row.language,
        no_messages=row.no_messages,
        has_photo=row.has_photo,
        placeholder=row.placeholder,
        retired_at=row.retired_at,
        created_at=row.created_at,
        created_by_name=row.maker or "",
        updated_at=row.updated_at,
        updated_by_name=row.editor or "",
    )


def stored_phones(connection: sa.Connection, patient_id: int) -> tuple[Phone, ...]:
    """Return a patient's numbers with what is known of each."""
    found = connection.scalar(sa.select(patient.c.phones).where(patient.c.id == patient_id))
    return phones_of(found or ())


def _contacts(connection: sa.Connection, patient_id: int) -> tuple[PatientContact, ...]:
    query = (
        sa.select(patient_contact)
        .where(patient_contact.c.patient_id == patient_id)
        .order_by(patient_contact.c.position, patient_contact.c.id)
    )
    return tuple(
        PatientContact(ContactKind(row.kind), row.name, row.phone, row.relationship)
        for row in connection.execute(query)
    )


def write_contacts(write: Write, patient_id: int, contacts: Sequence[PatientContact]) -> bool:
    """Give a patient these contacts and no others; say whether that changed anything."""
    if _contacts(write.connection, patient_id) == tuple(contacts):
        return False
    old = sa.select(patient_contact.c.id).where(patient_contact.c.patient_id == patient_id)
    for row_id in write.connection.scalars(old).all():
        write.delete(patient_contact, row_id, patient_id=patient_id)
    for position, contact in enumerate(contacts):
        write.insert(
            patient_contact,
            {
                "patient_id": patient_id,
                "kind": contact.kind.value,
                "name": contact.name,
                "phone": contact.phone,
                "relationship": contact.relationship,
                "position": position,
            },
        )
    return True


def _visit(newest: bool, statuses: Sequence[Status]) -> sa.ScalarSelect[datetime | None]:  # noqa: FBT001
    moment = sa.bindparam("now", type_=appointment.c.starts_at.type)
    starts = appointment.c.starts_at
    return (
        sa.select(starts)
        .where(
            appointment.c.patient_id == patient.c.id,
            starts < moment if newest else starts >= moment,
            # Written out: a list of parameters would be put into the text at every keystroke.
            appointment.c.status.in_([sa.literal_column(f"'{one.value}'") for one in statuses]),
        )
        .order_by(starts.desc() if newest else starts)
        .limit(1)
        .correlate(patient)
        .scalar_subquery()
    )


HIT_COLUMNS: tuple[sa.ColumnElement[Any], ...] = (
    patient.c.id,
    patient.c.mrn,
    patient.c.display_name,
    patient.c.sex,
    patient.c.birth_date,
    patient.c.birth_precision,
    patient.c.phone,
    patient.c.has_photo,
    (patient.c.allergies != "").label("has_allergies"),
    _visit(True, SEEN).label("last_visit"),  # noqa: FBT003
    _visit(False, COMING).label("next_visit"),  # noqa: FBT003
    patient.c.retired_at.is_not(None).label("retired"),
)
"""What a hit shows, in the order of ``PatientHit``; asks for the parameter ``now``."""

_HITS = sa.select(*HIT_COLUMNS).where(
    patient.c.id.in_(sa.bindparam("ids", expanding=True, type_=patient.c.id.type))
)


def read_hits(
    connection: sa.Connection, ids: Sequence[int], now: datetime
) -> tuple[PatientHit, ...]:
    """Return the hits of some patients in the order of their ids."""
    if not ids:
        return ()
    rows = connection.execute(_HITS, {"ids": list(ids), "now": now}).all()
    hits = {row[0]: PatientHit(*row) for row in rows}
    return tuple(hits[one] for one in ids if one in hits)
