"""Log-ins, roles as data, and sessions."""

from __future__ import annotations

import sqlalchemy as sa

from hms_desktop.db.metadata import edited, key, metadata, ref, retired
from hms_desktop.db.types import BIG_ID, UtcDateTime

user = sa.Table(
    "user_account",
    metadata,
    key(),
    sa.Column("login", sa.Text, nullable=False, unique=True, comment="casefolded"),
    sa.Column("display_name", sa.Text, nullable=False),
    sa.Column("email", sa.Text, nullable=False, server_default=""),
    sa.Column("phone", sa.Text, nullable=False, server_default=""),
    sa.Column("password_hash", sa.Text),
    sa.Column("must_change", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
    sa.Column("last_failure_at", UtcDateTime),
    sa.Column("locked_until", UtcDateTime),
    sa.Column("reset_code_hash", sa.Text),
    sa.Column("reset_expires_at", UtcDateTime),
    sa.Column("last_login_at", UtcDateTime),
    sa.Column("totp_secret", sa.Text, comment="base32; set: log-in asks for a second step"),
    sa.Column("totp_step", BIG_ID, comment="newest step used; none up to it opens again"),
    sa.Column("totp_since", UtcDateTime),
    ref("patient_id", "patient.id", nullable=True),
    *edited(),
    retired(),
)

role = sa.Table(
    "role",
    metadata,
    key(),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("description", sa.Text, nullable=False, server_default=""),
    sa.Column("needs_second_factor", sa.Boolean, nullable=False, server_default=sa.false()),
    *edited(),
)

role_permission = sa.Table(
    "role_permission",
    metadata,
    key(),
    ref("role_id", "role.id"),
    sa.Column("permission", sa.Text, nullable=False),
    sa.UniqueConstraint("role_id", "permission"),
)

user_role = sa.Table(
    "user_role",
    metadata,
    key(),
    ref("user_id", "user_account.id"),
    ref("role_id", "role.id", index=True),
    sa.UniqueConstraint("user_id", "role_id"),
)

# Each works once. ``password``: sets a new password, from the sheet printed at first start;
# ``second_factor``: stands in for the authenticator at one log-in.
recovery_code = sa.Table(
    "recovery_code",
    metadata,
    key(),
    ref("user_id", "user_account.id", index=True),
    sa.Column("purpose", sa.Text, nullable=False, server_default="password"),
    sa.Column("code_hash", sa.Text, nullable=False, unique=True),
    sa.Column("used_at", UtcDateTime),
)

session = sa.Table(
    "login_session",
    metadata,
    key(),
    ref("user_id", "user_account.id", index=True),
    sa.Column("token_hash", sa.Text, nullable=False, unique=True),
    sa.Column("workstation", sa.Text, nullable=False),
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("end_reason", sa.Text, nullable=False, server_default=""),
    sa.Column(
        "enrol_first",
        sa.Boolean,
        nullable=False,
        server_default=sa.false(),
        comment="begun when a role asked for a second factor that was not set up",
    ),
    sa.Column("seen_at", UtcDateTime, comment="last sign of life of its program"),
)

SEEN = sa.func.coalesce(session.c.seen_at, session.c.started_at, type_=UtcDateTime())
"""When a log-in showed life last; one that an earlier version began counts from its beginning."""
