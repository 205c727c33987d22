"""Encounters with their append-only records, code and drug lists, snippets, break-glass openings.

What belongs to a version (signs, diagnoses, tests, drugs) is written with it and never changed;
the triggers that refuse changes are written out in the migration: they differ by engine.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from hms_desktop.db.metadata import edited, key, metadata, ref, retired
from hms_desktop.db.types import BIG_ID, BINARY_ORDER, UtcDateTime

encounter = sa.Table(
    "encounter",
    metadata,
    key(),
    sa.Column(
        "appointment_id",
        BIG_ID,
        sa.ForeignKey("appointment.id", ondelete="RESTRICT"),
        nullable=False,
        unique=True,
    ),
    ref("patient_id", "patient.id"),
    ref("doctor_id", "doctor.id"),
    sa.Column("starts_at", UtcDateTime, nullable=False, comment="the appointment's start"),
    sa.Column("newest", sa.Integer, nullable=False, comment="number of the version that counts"),
    *edited(),
    sa.Index("ix_encounter_patient_start", "patient_id", "starts_at"),
    sa.Index("ix_encounter_doctor_start", "doctor_id", "starts_at"),
    sa.Index("ix_encounter_start", "starts_at"),
)

record_version = sa.Table(
    "record_version",
    metadata,
    key(),
    ref("encounter_id", "encounter.id"),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    ref("user_id", "user_account.id", nullable=True),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("complaint", sa.Text, nullable=False, server_default=""),
    sa.Column("clinical_notes", sa.Text, nullable=False, server_default=""),
    sa.Column("treatment", sa.Text, nullable=False, server_default=""),
    sa.Column("prescription_note", sa.Text, nullable=False, server_default=""),
    sa.Column("follow_up_on", sa.Date),
    sa.UniqueConstraint("encounter_id", "number"),
)


def _part(name: str, *columns: sa.Column[Any]) -> sa.Table:
    """Return a table whose rows belong to one version of a record, in their order."""
    return sa.Table(
        name,
        metadata,
        key(),
        ref("record_version_id", "record_version.id"),
        sa.Column("position", sa.Integer, nullable=False),
        *columns,
        sa.UniqueConstraint("record_version_id", "position"),
    )


def _text(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


vitals = _part(
    "vitals",
    sa.Column("systolic", sa.Integer, comment="mmHg"),
    sa.Column("diastolic", sa.Integer, comment="mmHg"),
    sa.Column("pulse", sa.Integer, comment="beats a minute"),
    sa.Column("temperature_tenths", sa.Integer, comment="tenths of a degree Celsius"),
    sa.Column("spo2", sa.Integer, comment="percent"),
    sa.Column("respiratory_rate", sa.Integer, comment="breaths a minute"),
    sa.Column("weight_grams", sa.Integer),
    sa.Column("height_mm", sa.Integer),
)
diagnosis = _part("diagnosis", _text("code_system"), _text("code"), _text("text"))
test_order = _part("test_order", _text("text"), sa.Column("done_on", sa.Date), _text("result"))
prescription_item = _part(
    "prescription_item",
    ref("drug_id", "drug.id", nullable=True),
    _text("drug"),
    _text("dose"),
    _text("route"),
    _text("frequency"),
    _text("duration"),
    _text("instructions"),
    _text("allergy_answer"),
)

clinical_code = sa.Table(
    "clinical_code",
    metadata,
    key(),
    sa.Column("system", sa.Text, nullable=False),
    sa.Column("code", BINARY_ORDER, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.UniqueConstraint("system", "code"),
)

drug = sa.Table(
    "drug",
    metadata,
    key(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("ingredients", sa.Text, nullable=False, server_default="", comment="; between"),
    sa.Column("strength", sa.Text, nullable=False, server_default=""),
    sa.Column("form", sa.Text, nullable=False, server_default=""),
    sa.Column("route", sa.Text, nullable=False, server_default=""),
    sa.Column("allergy_groups", sa.Text, nullable=False, server_default="", comment="; between"),
    *edited(),
    retired(),
    sa.UniqueConstraint("name", "strength", "form"),
)

snippet = sa.Table(
    "snippet",
    metadata,
    key(),
    ref("user_id", "user_account.id", nullable=True),
    sa.Column("keyword", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    *edited(),
    retired(),
    sa.Index(
        "uq_snippet_own",
        "user_id",
        "keyword",
        unique=True,
        sqlite_where=sa.text("retired_at IS NULL AND user_id IS NOT NULL"),
        postgresql_where=sa.text("retired_at IS NULL AND user_id IS NOT NULL"),
    ),
    sa.Index(
        "uq_snippet_shared",
        "keyword",
        unique=True,
        sqlite_where=sa.text("retired_at IS NULL AND user_id IS NULL"),
        postgresql_where=sa.text("retired_at IS NULL AND user_id IS NULL"),
    ),
)

chart_access = sa.Table(
    "chart_access",
    metadata,
    key(),
    ref("user_id", "user_account.id"),
    ref("patient_id", "patient.id"),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Index("ix_chart_access_user_patient", "user_id", "patient_id", "expires_at"),
    sa.Index("ix_chart_access_at", "at"),
)
