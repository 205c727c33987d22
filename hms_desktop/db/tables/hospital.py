"""Settings, counters, and the audit that is also the change feed and the idempotency record."""

from __future__ import annotations

import sqlalchemy as sa

from hms_desktop.db.metadata import key, metadata
from hms_desktop.db.types import BIG_ID, JSON_VALUE, UtcDateTime

setting = sa.Table(
    "setting",
    metadata,
    key(),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("value", JSON_VALUE),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.Column("updated_by", BIG_ID),
)

counter = sa.Table(
    "counter",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", BIG_ID, nullable=False),
)

# One row per row changed or chart read, written in the transaction that changes it.
# (request_id, position) is unique: the same request a second time finds its first run here.
audit_entry = sa.Table(
    "audit_entry",
    metadata,
    key(),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("request_id", sa.Text, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("user_id", BIG_ID),
    sa.Column("user_name", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("workstation", sa.Text, nullable=False),
    sa.Column("program", sa.Text, nullable=False, comment="which running program wrote it"),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("entity", sa.Text, nullable=False),
    sa.Column("entity_id", BIG_ID, nullable=False),
    sa.Column("patient_id", BIG_ID),
    sa.Column("before", JSON_VALUE),
    sa.Column("after", JSON_VALUE),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.UniqueConstraint("request_id", "position"),
    sa.Index("ix_audit_entry_entity", "entity", "entity_id", "id"),
    sa.Index("ix_audit_entry_patient", "patient_id", "id"),
    sa.Index("ix_audit_entry_at", "at"),
    sa.Index("ix_audit_entry_user", "user_id", "id"),
)

# The chain over the audit, written by the database itself in the order of the commits. No foreign
# key: a link whose entry is gone must stay, to tell of it.
audit_link = sa.Table(
    "audit_link",
    metadata,
    sa.Column("seq", BIG_ID, primary_key=True, autoincrement=False),
    sa.Column("entry_id", BIG_ID, nullable=False, unique=True),
    sa.Column("hash", sa.LargeBinary, nullable=False),
)

# Heads of the chain as they were taken: once a day, and whenever somebody asks. Each is kept
# outside as well (mailed, printed), and sealed where this hospital's key is at hand.
audit_head = sa.Table(
    "audit_head",
    metadata,
    key(),
    sa.Column("taken_at", UtcDateTime, nullable=False),
    sa.Column("seq", BIG_ID, nullable=False),
    sa.Column("hash", sa.Text, nullable=False, comment="hexadecimal"),
    sa.Column("seal", sa.Text, nullable=False, server_default="", comment="HMAC, or empty"),
    sa.Column("key_id", sa.Text, nullable=False, server_default="", comment="tells keys apart"),
    sa.Column("user_name", sa.Text, nullable=False),
    sa.Column("workstation", sa.Text, nullable=False),
)
