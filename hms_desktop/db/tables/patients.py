"""Patients, whom to call, other identifiers, and the keys they are found by."""

from __future__ import annotations

import sqlalchemy as sa

from hms_desktop.db.metadata import edited, key, metadata, ref, retired
from hms_desktop.db.types import BIG_ID, BINARY_ORDER, JSON_VALUE, UtcDateTime

patient = sa.Table(
    "patient",
    metadata,
    key(),
    sa.Column("mrn", sa.Text, nullable=False, unique=True),
    sa.Column("prefix", sa.Text, nullable=False, server_default=""),
    sa.Column("given", sa.Text, nullable=False, server_default=""),
    sa.Column("middle", sa.Text, nullable=False, server_default=""),
    sa.Column("family", sa.Text, nullable=False, server_default=""),
    sa.Column("suffix", sa.Text, nullable=False, server_default=""),
    sa.Column("display_name", sa.Text, nullable=False),
    sa.Column("sort_name", BINARY_ORDER, nullable=False, comment="folded family, given"),
    sa.Column("birth_date", sa.Date, index=True),
    sa.Column("birth_precision", sa.Text, nullable=False, server_default=""),
    sa.Column("sex", sa.Text, nullable=False, server_default="unknown"),
    sa.Column("phone", sa.Text, nullable=False, server_default="", comment="first, as shown"),
    sa.Column("phones", JSON_VALUE, nullable=False),
    sa.Column("email", sa.Text, nullable=False, server_default=""),
    sa.Column("address", JSON_VALUE, nullable=False),
    sa.Column("blood_group", sa.Text, nullable=False, server_default=""),
    sa.Column("allergies", sa.Text, nullable=False, server_default=""),
    sa.Column("conditions", sa.Text, nullable=False, server_default=""),
    sa.Column("notes", sa.Text, nullable=False, server_default=""),
    sa.Column("consent", JSON_VALUE, nullable=False),
    sa.Column("photo", sa.LargeBinary),
    sa.Column("has_photo", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("placeholder", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("language", sa.Text, nullable=False, server_default="", comment="of messages"),
    sa.Column("no_messages", sa.Boolean, nullable=False, server_default=sa.false()),
    *edited(),
    retired(),
    sa.CheckConstraint("sex IN ('male', 'female', 'other', 'unknown')", name="sex"),
    sa.Index("ix_patient_sort_name", "sort_name", "id"),
    # Retired ones are few: charts in use are counted as all less these.
    sa.Index(
        "ix_patient_retired",
        "retired_at",
        sqlite_where=sa.text("retired_at IS NOT NULL"),
        postgresql_where=sa.text("retired_at IS NOT NULL"),
    ),
)

patient_contact = sa.Table(
    "patient_contact",
    metadata,
    key(),
    ref("patient_id", "patient.id", index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("phone", sa.Text, nullable=False, server_default=""),
    sa.Column("relationship", sa.Text, nullable=False, server_default=""),
    sa.Column("position", sa.Integer, nullable=False, server_default="0"),
    sa.CheckConstraint("kind IN ('emergency', 'guardian', 'relative')", name="kind"),
)

patient_identifier = sa.Table(
    "patient_identifier",
    metadata,
    key(),
    ref("patient_id", "patient.id", index=True),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("issuer", sa.Text, nullable=False, server_default=""),
    sa.UniqueConstraint("type", "issuer", "value"),
)

# One row per word of a name (kind 'n'), per sounds-alike key ('s'), and per phone number written
# backwards ('p'): a prefix range over (kind, key) answers every keystroke from one index, already
# in the order of names.
patient_key = sa.Table(
    "patient_key",
    metadata,
    sa.Column("kind", BINARY_ORDER, primary_key=True),
    sa.Column("key", BINARY_ORDER, primary_key=True),
    sa.Column("sort_name", BINARY_ORDER, primary_key=True),
    sa.Column(
        "patient_id", BIG_ID, sa.ForeignKey("patient.id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Index("ix_patient_key_patient_id", "patient_id"),
    sqlite_with_rowid=False,
)

recent_patient = sa.Table(
    "recent_patient",
    metadata,
    sa.Column("user_id", BIG_ID, sa.ForeignKey("user_account.id"), primary_key=True),
    sa.Column("patient_id", BIG_ID, sa.ForeignKey("patient.id"), primary_key=True),
    sa.Column("opened_at", UtcDateTime, nullable=False),
)
