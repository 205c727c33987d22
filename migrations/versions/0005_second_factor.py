"""Second factor of log-ins: the authenticator's secret, its recovery codes, asked for by roles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hms_desktop.db.types import BIG_ID, UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; nobody has a second factor yet and no role asks for one."""
    for column in (
        sa.Column(
            "totp_secret",
            sa.Text(),
            nullable=True,
            comment="base32; set: log-in asks for a second step",
        ),
        sa.Column(
            "totp_step",
            BIG_ID,
            nullable=True,
            comment="newest step used; none up to it opens again",
        ),
        sa.Column("totp_since", UtcDateTime, nullable=True),
    ):
        op.add_column("user_account", column)
    op.add_column(
        "role",
        sa.Column("needs_second_factor", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column(
        "login_session",
        sa.Column(
            "enrol_first",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="begun when a role asked for a second factor that was not set up",
        ),
    )
    op.add_column(
        "recovery_code",
        sa.Column("purpose", sa.Text(), server_default="password", nullable=False),
    )
