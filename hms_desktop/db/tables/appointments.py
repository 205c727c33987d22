"""Visit types, appointments, their status changes, and soft holds.

The triggers and exclusion constraints that make double booking impossible are written out in the
first migration: they differ by engine.
"""

from __future__ import annotations

import sqlalchemy as sa

from hms_desktop.db.metadata import edited, key, metadata, ref, retired
from hms_desktop.db.types import BIG_ID, JSON_VALUE, UtcDateTime

visit_type = sa.Table(
    "visit_type",
    metadata,
    key(),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("minutes", sa.Integer, nullable=False),
    sa.Column("colour", sa.Text, nullable=False, server_default=""),
    sa.Column("buffer_before", sa.Integer, nullable=False, server_default="0"),
    sa.Column("buffer_after", sa.Integer, nullable=False, server_default="0"),
    sa.Column("min_notice", sa.Integer, nullable=False, server_default="0"),
    sa.Column("horizon_days", sa.Integer, nullable=False, server_default="365"),
    sa.Column("bookable_by", JSON_VALUE, nullable=False),
    sa.Column("position", sa.Integer, nullable=False, server_default="0"),
    *edited(),
    retired(),
    sa.CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes"),
)

appointment = sa.Table(
    "appointment",
    metadata,
    key(),
    ref("patient_id", "patient.id"),
    ref("doctor_id", "doctor.id"),
    ref("room_id", "room.id", nullable=True),
    ref("visit_type_id", "visit_type.id"),
    sa.Column("starts_at", UtcDateTime, nullable=False),
    sa.Column("ends_at", UtcDateTime, nullable=False),
    sa.Column("blocks_from", UtcDateTime, nullable=False, comment="start less buffer"),
    sa.Column("blocks_to", UtcDateTime, nullable=False, comment="end plus buffer"),
    sa.Column("lane", sa.Integer, nullable=False, server_default="0"),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False, server_default="desk"),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    sa.Column("overbook_reason", sa.Text, nullable=False, server_default=""),
    sa.Column("outside_hours_reason", sa.Text, nullable=False, server_default=""),
    sa.Column("cancel_reason", sa.Text, nullable=False, server_default=""),
    sa.Column("cancel_text", sa.Text, nullable=False, server_default=""),
    ref("rescheduled_from", "appointment.id", nullable=True, index=True),
    sa.Column("arrived_at", UtcDateTime),
    sa.Column("started_at", UtcDateTime),
    sa.Column("finished_at", UtcDateTime),
    *edited(),
    sa.CheckConstraint("starts_at < ends_at", name="order"),
    sa.CheckConstraint("blocks_from <= starts_at AND ends_at <= blocks_to", name="blocks"),
    sa.CheckConstraint("lane >= 0", name="lane"),
    sa.CheckConstraint(
        "status IN ('requested', 'booked', 'confirmed', 'arrived', 'in_consultation', "
        "'completed', 'cancelled', 'no_show', 'entered_in_error')",
        name="status",
    ),
    sa.Index("ix_appointment_doctor_start", "doctor_id", "starts_at"),
    sa.Index("ix_appointment_patient_start", "patient_id", "starts_at", "status"),
    sa.Index("ix_appointment_start", "starts_at"),
    sa.Index("ix_appointment_room_start", "room_id", "starts_at"),
)

# Kept as data so that the database itself refuses a step that is not in it.
status_step = sa.Table(
    "status_step",
    metadata,
    sa.Column("before", sa.Text, primary_key=True),
    sa.Column("after", sa.Text, primary_key=True),
    sa.Column("direction", sa.Text, nullable=False),
)

appointment_status_change = sa.Table(
    "appointment_status_change",
    metadata,
    key(),
    ref("appointment_id", "appointment.id", index=True),
    sa.Column("before", sa.Text),
    sa.Column("after", sa.Text, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("user_id", BIG_ID),
    sa.Column("undo", sa.Boolean, nullable=False, server_default=sa.false()),
)

slot_hold = sa.Table(
    "slot_hold",
    metadata,
    key(),
    sa.Column("token", sa.Text, nullable=False, unique=True),
    ref("doctor_id", "doctor.id"),
    sa.Column("starts_at", UtcDateTime, nullable=False),
    sa.Column("ends_at", UtcDateTime, nullable=False),
    sa.Column("user_id", BIG_ID),
    sa.Column("user_name", sa.Text, nullable=False),
    sa.Column("workstation", sa.Text, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Index("ix_slot_hold_doctor_start", "doctor_id", "starts_at"),
)
