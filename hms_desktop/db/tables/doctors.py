"""Departments, specializations, rooms and doctors."""

from __future__ import annotations

import sqlalchemy as sa

from hms_desktop.db.metadata import edited, key, metadata, ref, retired
from hms_desktop.db.types import BIG_ID

department = sa.Table(
    "department",
    metadata,
    key(),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("short_name", sa.Text, nullable=False, server_default=""),
    sa.Column("description", sa.Text, nullable=False, server_default=""),
    *edited(),
    retired(),
)

specialization = sa.Table(
    "specialization",
    metadata,
    key(),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("description", sa.Text, nullable=False, server_default=""),
    *edited(),
    retired(),
)

room = sa.Table(
    "room",
    metadata,
    key(),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("description", sa.Text, nullable=False, server_default=""),
    *edited(),
    retired(),
)

doctor = sa.Table(
    "doctor",
    metadata,
    key(),
    sa.Column("user_id", BIG_ID, sa.ForeignKey("user_account.id"), unique=True),
    sa.Column("display_name", sa.Text, nullable=False),
    sa.Column("registration_number", sa.Text, nullable=False, unique=True),
    ref("department_id", "department.id", nullable=True, index=True),
    ref("room_id", "room.id", nullable=True),
    sa.Column("practising_since", sa.Integer, comment="year"),
    sa.Column("phone", sa.Text, nullable=False, server_default=""),
    sa.Column("email", sa.Text, nullable=False, server_default=""),
    sa.Column("default_minutes", sa.Integer, comment="slot length; null = hospital's"),
    sa.Column("approval", sa.Text, nullable=False, server_default="pending"),
    sa.Column("approval_reason", sa.Text, nullable=False, server_default=""),
    sa.Column("overbook_limit", sa.Integer, nullable=False, server_default="2"),
    sa.Column("photo", sa.LargeBinary),
    *edited(),
    retired(),
    sa.CheckConstraint("approval IN ('pending', 'approved', 'blocked')", name="approval"),
)

doctor_specialization = sa.Table(
    "doctor_specialization",
    metadata,
    key(),
    ref("doctor_id", "doctor.id"),
    ref("specialization_id", "specialization.id", index=True),
    sa.UniqueConstraint("doctor_id", "specialization_id"),
)
