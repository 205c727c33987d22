"""Runs of backups: what was made, where it lies, and whether it was proved."""

from __future__ import annotations

import sqlalchemy as sa

from hms_desktop.db.metadata import edited, key, metadata, ref
from hms_desktop.db.types import JSON_VALUE, UtcDateTime

# The files say all of this of themselves too: after a restore the rows of later ones are gone.
backup_run = sa.Table(
    "backup_run",
    metadata,
    key(),
    sa.Column("backup_id", sa.Text, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    ref("user_id", "user_account.id", nullable=True),
    sa.Column("workstation", sa.Text, nullable=False, server_default=""),
    sa.Column("folder", sa.Text, nullable=False, server_default=""),
    sa.Column("file_name", sa.Text, nullable=False, server_default=""),
    sa.Column("bytes", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("sha256", sa.Text, nullable=False, server_default=""),
    sa.Column("structure", sa.Text, nullable=False, server_default="", comment="schema revision"),
    sa.Column("program_version", sa.Text, nullable=False, server_default=""),
    sa.Column("key_id", sa.Text, nullable=False, server_default=""),
    sa.Column("counts", JSON_VALUE, comment="rows by table"),
    sa.Column("made_at", UtcDateTime, nullable=False, comment="the moment it holds"),
    sa.Column("done", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("total", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("lease_until", UtcDateTime),
    sa.Column("cancel_wanted", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("error", sa.Text, nullable=False, server_default=""),
    sa.Column("finished_at", UtcDateTime),
    sa.Column("verified_at", UtcDateTime),
    sa.Column("verified_how", sa.Text, nullable=False, server_default=""),
    sa.Column("flaw", sa.Text, nullable=False, server_default="", comment="found by verifying"),
    *edited(),
    sa.CheckConstraint(
        "kind IN ('daily', 'manual', 'before_upgrade', 'before_restore')", name="kind"
    ),
    sa.CheckConstraint(
        "state IN ('running', 'done', 'failed', 'cancelled', 'removed')", name="state"
    ),
    sa.Index("ix_backup_run_made", "made_at"),
)
