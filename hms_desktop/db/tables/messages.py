"""What goes out of the house: templates, the outbox, runs of jobs, and files that were made."""

from __future__ import annotations

import sqlalchemy as sa

from hms_desktop.db.metadata import edited, key, metadata, ref
from hms_desktop.db.types import JSON_VALUE, UtcDateTime

# Only what an administrator changed; the texts that come with the program are files.
message_template = sa.Table(
    "message_template",
    metadata,
    key(),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False, server_default=""),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("html", sa.Text, nullable=False, server_default=""),
    *edited(),
    sa.UniqueConstraint("kind", "channel", "language"),
)

# One row a message, written in the transaction that causes it. The key says what it is about:
# the same cause a second time finds the row there.
outbox = sa.Table(
    "outbox",
    metadata,
    key(),
    sa.Column("dedupe_key", sa.Text, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    ref("appointment_id", "appointment.id", nullable=True, index=True),
    ref("patient_id", "patient.id", nullable=True, index=True),
    ref("doctor_id", "doctor.id", nullable=True),
    ref("user_id", "user_account.id", nullable=True),
    sa.Column("recipient", sa.Text, nullable=False, server_default="", comment="one address"),
    sa.Column("language", sa.Text, nullable=False, server_default=""),
    sa.Column("data", JSON_VALUE, nullable=False, comment="values of the placeholders"),
    sa.Column("attachment", JSON_VALUE, comment="calendar entry, kept file, or none"),
    sa.Column("message_id", sa.Text, nullable=False, unique=True, comment="the same in every try"),
    sa.Column("due_at", UtcDateTime, nullable=False, comment="not before"),
    sa.Column("expires_at", UtcDateTime, comment="of no use afterwards"),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("next_try_at", UtcDateTime, nullable=False),
    sa.Column("lease_owner", sa.Text, nullable=False, server_default=""),
    sa.Column("lease_until", UtcDateTime),
    sa.Column("fence", sa.Integer, nullable=False, server_default="0"),
    sa.Column("last_error", sa.Text, nullable=False, server_default=""),
    sa.Column("sent_at", UtcDateTime),
    *edited(),
    sa.CheckConstraint("channel IN ('email', 'sms', 'call')", name="channel"),
    sa.CheckConstraint(
        "state IN ('held', 'waiting', 'sending', 'sent', 'attention', 'withdrawn', 'skipped')",
        name="state",
    ),
    sa.Index("ix_outbox_state_next", "state", "next_try_at"),
)

# The row is the lock: whoever inserts it (or takes over an expired lease) runs the period.
job_run = sa.Table(
    "job_run",
    metadata,
    key(),
    sa.Column("job", sa.Text, nullable=False),
    sa.Column("period", sa.Text, nullable=False, comment="local date, month, or a request's id"),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False, comment="running program"),
    sa.Column("workstation", sa.Text, nullable=False, server_default=""),
    sa.Column("lease_until", UtcDateTime, nullable=False),
    sa.Column("fence", sa.Integer, nullable=False, server_default="1"),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="1"),
    sa.Column("cancel_wanted", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("done", sa.Integer, nullable=False, server_default="0"),
    sa.Column("total", sa.Integer, nullable=False, server_default="0"),
    sa.Column("result", JSON_VALUE),
    sa.Column("error", sa.Text, nullable=False, server_default=""),
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("finished_at", UtcDateTime),
    *edited(),
    sa.UniqueConstraint("job", "period"),
    sa.CheckConstraint("state IN ('running', 'done', 'failed', 'cancelled')", name="state"),
    sa.Index("ix_job_run_started", "started_at"),
)

# Exports and reports: asked for, made in the background, kept for a while.
export_run = sa.Table(
    "export_run",
    metadata,
    key(),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("period", sa.Text, nullable=False, server_default="", comment="of a report"),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("parameters", JSON_VALUE, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    ref("user_id", "user_account.id", nullable=True),
    ref("doctor_id", "doctor.id", nullable=True),
    ref("patient_id", "patient.id", nullable=True),
    sa.Column("folder", sa.Text, nullable=False, server_default=""),
    sa.Column("file_name", sa.Text, nullable=False, server_default=""),
    sa.Column("bytes", sa.BigInteger),
    sa.Column("sha256", sa.Text, nullable=False, server_default=""),
    sa.Column("done", sa.Integer, nullable=False, server_default="0"),
    sa.Column("total", sa.Integer, nullable=False, server_default="0"),
    sa.Column("owner", sa.Text, nullable=False, server_default="", comment="running program"),
    sa.Column("workstation", sa.Text, nullable=False, server_default=""),
    sa.Column("lease_until", UtcDateTime),
    sa.Column("fence", sa.Integer, nullable=False, server_default="0"),
    sa.Column("cancel_wanted", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("error", sa.Text, nullable=False, server_default=""),
    sa.Column("started_at", UtcDateTime),
    sa.Column("finished_at", UtcDateTime),
    sa.Column("expires_at", UtcDateTime),
    *edited(),
    sa.CheckConstraint(
        "state IN ('waiting', 'running', 'done', 'failed', 'cancelled', 'removed')", name="state"
    ),
    sa.Index("ix_export_run_user", "user_id", "id"),
    sa.Index("ix_export_run_state", "state", "id"),
)
