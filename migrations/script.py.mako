"""${message}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hms_desktop.db.types import BIG_ID, BINARY_ORDER, JSON_VALUE, UtcDateTime

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    ${upgrades if upgrades else "pass"}
