"""Signs of life of log-ins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hms_desktop.db.types import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; a log-in of before counts as seen when it began."""
    op.add_column(
        "login_session",
        sa.Column(
            "seen_at", UtcDateTime(), nullable=True, comment="last sign of life of its program"
        ),
    )
