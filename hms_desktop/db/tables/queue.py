"""Tokens of the day and where each waiting visit stands."""

from __future__ import annotations

import sqlalchemy as sa

from hms_desktop.db.metadata import key, metadata, ref
from hms_desktop.db.types import UtcDateTime

queue_token = sa.Table(
    "queue_token",
    metadata,
    key(),
    ref("appointment_id", "appointment.id"),
    ref("doctor_id", "doctor.id"),
    sa.Column("on_date", sa.Date, nullable=False, comment="hospital's local date"),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column(
        "state", sa.Text, nullable=False, comment="waiting, called, skipped, done, withdrawn"
    ),
    sa.Column("arrived_at", UtcDateTime, nullable=False),
    sa.Column("called_at", UtcDateTime),
    sa.Column("skipped_at", UtcDateTime),
    sa.Column("finished_at", UtcDateTime),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.UniqueConstraint("doctor_id", "on_date", "number"),
    sa.CheckConstraint(
        "state IN ('waiting', 'called', 'skipped', 'done', 'withdrawn')", name="state"
    ),
    sa.Index("ix_queue_token_date", "on_date", "doctor_id"),
    sa.Index(
        "uq_queue_token_live",
        "appointment_id",
        unique=True,
        sqlite_where=sa.text("state <> 'withdrawn'"),
        postgresql_where=sa.text("state <> 'withdrawn'"),
    ),
)
