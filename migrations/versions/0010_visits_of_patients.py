"""The index of a patient's visits answers alone when somebody came last and comes next."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index anew with the status in it, which the search asks for at each keystroke."""
    op.drop_index("ix_appointment_patient_start", table_name="appointment")
    op.create_index(
        "ix_appointment_patient_start", "appointment", ["patient_id", "starts_at", "status"]
    )
