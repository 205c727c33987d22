"""Clinical records: encounters, append-only versions, code and drug lists, snippets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hms_desktop.db.types import BIG_ID, BINARY_ORDER, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "record_version",
    "vitals",
    "diagnosis",
    "test_order",
    "prescription_item",
    "chart_access",
)
# Permissions that are new here, for the roles that a new hospital would give them.
GRANTS = (
    ("doctor", "clinical.break_glass"),
    ("doctor", "reports.own"),
    ("admin", "clinical.lists"),
    ("admin", "reports.all"),
)


def upgrade() -> None:
    """Create the tables, make records append-only, hand out the new permissions."""
    _tables()
    postgres = op.get_bind().dialect.name == "postgresql"
    for table in APPEND_ONLY:
        if postgres:
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION hms_append_only()"
            )
            continue
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'hms append-only: {table}'); END"
            )
    for role, permission in GRANTS:
        op.execute(
            "INSERT INTO role_permission (role_id, permission) "
            f"SELECT id, '{permission}' FROM role WHERE name = '{role}' AND NOT EXISTS ("
            "SELECT 1 FROM role_permission AS given WHERE given.role_id = role.id "
            f"AND given.permission = '{permission}')"
        )


def _tables() -> None:
    op.create_table(
        "clinical_code",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("code", BINARY_ORDER, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinical_code")),
        sa.UniqueConstraint("system", "code", name=op.f("uq_clinical_code_system_code")),
    )
    op.create_table(
        "drug",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("ingredients", sa.Text(), server_default="", nullable=False, comment="; between"),
        sa.Column("strength", sa.Text(), server_default="", nullable=False),
        sa.Column("form", sa.Text(), server_default="", nullable=False),
        sa.Column("route", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "allergy_groups", sa.Text(), server_default="", nullable=False, comment="; between"
        ),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", BIG_ID, nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("updated_by", BIG_ID, nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drug")),
        sa.UniqueConstraint("name", "strength", "form", name=op.f("uq_drug_name_strength_form")),
    )
    op.create_table(
        "chart_access",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("patient_id", BIG_ID, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patient.id"],
            name=op.f("fk_chart_access_patient_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_chart_access_user_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chart_access")),
    )
    op.create_index("ix_chart_access_at", "chart_access", ["at"], unique=False)
    op.create_index(
        "ix_chart_access_user_patient",
        "chart_access",
        ["user_id", "patient_id", "expires_at"],
        unique=False,
    )
    op.create_table(
        "snippet",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("user_id", BIG_ID, nullable=True),
        sa.Column("keyword", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", BIG_ID, nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("updated_by", BIG_ID, nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_snippet_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snippet")),
    )
    op.create_index(
        "uq_snippet_own",
        "snippet",
        ["user_id", "keyword"],
        unique=True,
        sqlite_where=sa.text("retired_at IS NULL AND user_id IS NOT NULL"),
        postgresql_where=sa.text("retired_at IS NULL AND user_id IS NOT NULL"),
    )
    op.create_index(
        "uq_snippet_shared",
        "snippet",
        ["keyword"],
        unique=True,
        sqlite_where=sa.text("retired_at IS NULL AND user_id IS NULL"),
        postgresql_where=sa.text("retired_at IS NULL AND user_id IS NULL"),
    )
    op.create_table(
        "encounter",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("appointment_id", BIG_ID, nullable=False),
        sa.Column("patient_id", BIG_ID, nullable=False),
        sa.Column("doctor_id", BIG_ID, nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False, comment="the appointment's start"),
        sa.Column(
            "newest", sa.Integer(), nullable=False, comment="number of the version that counts"
        ),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", BIG_ID, nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("updated_by", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointment.id"],
            name=op.f("fk_encounter_appointment_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["doctor_id"], ["doctor.id"], name=op.f("fk_encounter_doctor_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patient.id"],
            name=op.f("fk_encounter_patient_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_encounter")),
        sa.UniqueConstraint("appointment_id", name=op.f("uq_encounter_appointment_id")),
    )
    op.create_index(
        "ix_encounter_doctor_start", "encounter", ["doctor_id", "starts_at"], unique=False
    )
    op.create_index(
        "ix_encounter_patient_start", "encounter", ["patient_id", "starts_at"], unique=False
    )
    op.create_index("ix_encounter_start", "encounter", ["starts_at"], unique=False)
    op.create_table(
        "record_version",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("encounter_id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("user_id", BIG_ID, nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("complaint", sa.Text(), server_default="", nullable=False),
        sa.Column("clinical_notes", sa.Text(), server_default="", nullable=False),
        sa.Column("treatment", sa.Text(), server_default="", nullable=False),
        sa.Column("prescription_note", sa.Text(), server_default="", nullable=False),
        sa.Column("follow_up_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["encounter_id"],
            ["encounter.id"],
            name=op.f("fk_record_version_encounter_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_record_version_user_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_version")),
        sa.UniqueConstraint(
            "encounter_id", "number", name=op.f("uq_record_version_encounter_id_number")
        ),
    )
    op.create_table(
        "diagnosis",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("record_version_id", BIG_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code_system", sa.Text(), server_default="", nullable=False),
        sa.Column("code", sa.Text(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["record_version_id"],
            ["record_version.id"],
            name=op.f("fk_diagnosis_record_version_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diagnosis")),
        sa.UniqueConstraint(
            "record_version_id", "position", name=op.f("uq_diagnosis_record_version_id_position")
        ),
    )
    op.create_table(
        "prescription_item",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("record_version_id", BIG_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("drug_id", BIG_ID, nullable=True),
        sa.Column("drug", sa.Text(), server_default="", nullable=False),
        sa.Column("dose", sa.Text(), server_default="", nullable=False),
        sa.Column("route", sa.Text(), server_default="", nullable=False),
        sa.Column("frequency", sa.Text(), server_default="", nullable=False),
        sa.Column("duration", sa.Text(), server_default="", nullable=False),
        sa.Column("instructions", sa.Text(), server_default="", nullable=False),
        sa.Column("allergy_answer", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["drug_id"], ["drug.id"], name=op.f("fk_prescription_item_drug_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["record_version_id"],
            ["record_version.id"],
            name=op.f("fk_prescription_item_record_version_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prescription_item")),
        sa.UniqueConstraint(
            "record_version_id",
            "position",
            name=op.f("uq_prescription_item_record_version_id_position"),
        ),
    )
    op.create_table(
        "test_order",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("record_version_id", BIG_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("result", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["record_version_id"],
            ["record_version.id"],
            name=op.f("fk_test_order_record_version_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test_order")),
        sa.UniqueConstraint(
            "record_version_id", "position", name=op.f("uq_test_order_record_version_id_position")
        ),
    )
    op.create_table(
        "vitals",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("record_version_id", BIG_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("systolic", sa.Integer(), nullable=True, comment="mmHg"),
        sa.Column("diastolic", sa.Integer(), nullable=True, comment="mmHg"),
        sa.Column("pulse", sa.Integer(), nullable=True, comment="beats a minute"),
        sa.Column(
            "temperature_tenths", sa.Integer(), nullable=True, comment="tenths of a degree Celsius"
        ),
        sa.Column("spo2", sa.Integer(), nullable=True, comment="percent"),
        sa.Column("respiratory_rate", sa.Integer(), nullable=True, comment="breaths a minute"),
        sa.Column("weight_grams", sa.Integer(), nullable=True),
        sa.Column("height_mm", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["record_version_id"],
            ["record_version.id"],
            name=op.f("fk_vitals_record_version_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vitals")),
        sa.UniqueConstraint(
            "record_version_id", "position", name=op.f("uq_vitals_record_version_id_position")
        ),
    )
