"""Working hours, exceptions, leave, holidays and single closed slots."""

from __future__ import annotations

import sqlalchemy as sa

from hms_desktop.db.metadata import edited, key, metadata, ref
from hms_desktop.db.types import UtcDateTime

working_session = sa.Table(
    "working_session",
    metadata,
    key(),
    ref("doctor_id", "doctor.id", index=True),
    sa.Column("weekday", sa.Integer, nullable=False, comment="0 = Monday"),
    sa.Column("start_minute", sa.Integer, nullable=False, comment="local, from midnight"),
    sa.Column("end_minute", sa.Integer, nullable=False, comment="local; 1440 = midnight"),
    sa.Column("valid_from", sa.Date),
    sa.Column("valid_to", sa.Date),
    sa.Column("slot_minutes", sa.Integer),
    sa.Column("capacity", sa.Integer, nullable=False, server_default="1"),
    *edited(),
    sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
    sa.CheckConstraint(
        "start_minute >= 0 AND end_minute <= 1440 AND start_minute < end_minute", name="minutes"
    ),
    sa.CheckConstraint("capacity BETWEEN 1 AND 90", name="capacity"),
)

date_exception = sa.Table(
    "date_exception",
    metadata,
    key(),
    ref("doctor_id", "doctor.id"),
    sa.Column("on_date", sa.Date, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("start_minute", sa.Integer),
    sa.Column("end_minute", sa.Integer),
    sa.Column("slot_minutes", sa.Integer),
    sa.Column("capacity", sa.Integer, nullable=False, server_default="1"),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    *edited(),
    sa.CheckConstraint("kind IN ('replaces', 'adds', 'closes')", name="kind"),
    sa.Index("ix_date_exception_doctor_date", "doctor_id", "on_date"),
)

unavailability = sa.Table(
    "unavailability",
    metadata,
    key(),
    ref("doctor_id", "doctor.id"),
    sa.Column("starts_at", UtcDateTime, nullable=False),
    sa.Column("ends_at", UtcDateTime, nullable=False),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    *edited(),
    sa.CheckConstraint("starts_at < ends_at", name="order"),
    sa.Index("ix_unavailability_doctor_ends", "doctor_id", "ends_at"),
)

hospital_holiday = sa.Table(
    "hospital_holiday",
    metadata,
    key(),
    sa.Column("on_date", sa.Date, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False, server_default=""),
    *edited(),
)

slot_block = sa.Table(
    "slot_block",
    metadata,
    key(),
    ref("doctor_id", "doctor.id"),
    sa.Column("starts_at", UtcDateTime, nullable=False),
    sa.Column("ends_at", UtcDateTime, nullable=False),
    *edited(),
    sa.UniqueConstraint("doctor_id", "starts_at"),
)
