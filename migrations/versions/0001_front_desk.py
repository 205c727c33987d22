"""Tables of the front desk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hms_desktop.db.types import BIG_ID, BINARY_ORDER, JSON_VALUE, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table."""
    op.create_table(
        "audit_entry",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("user_id", BIG_ID, nullable=True),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("workstation", sa.Text(), nullable=False),
        sa.Column("program", sa.Text(), nullable=False, comment="which running program wrote it"),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_id", BIG_ID, nullable=False),
        sa.Column("patient_id", BIG_ID, nullable=True),
        sa.Column("before", JSON_VALUE, nullable=True),
        sa.Column("after", JSON_VALUE, nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint(
            "request_id", "position", name=op.f("uq_audit_entry_request_id_position")
        ),
    )
    op.create_index(
        "ix_audit_entry_entity", "audit_entry", ["entity", "entity_id", "id"], unique=False
    )
    op.create_index("ix_audit_entry_patient", "audit_entry", ["patient_id", "id"], unique=False)
    op.create_table(
        "counter",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", BIG_ID, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "department",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short_name", sa.Text(), server_default="", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", BIG_ID, nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("updated_by", BIG_ID, nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department")),
        sa.UniqueConstraint("name", name=op.f("uq_department_name")),
    )
    op.create_table(
        "hospital_holiday",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", BIG_ID, nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("updated_by", BIG_ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hospital_holiday")),
        sa.UniqueConstraint("on_date", name=op.f("uq_hospital_holiday_on_date")),
    )
    op.create_table(
        "patient",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("mrn", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), server_default="", nullable=False),
        sa.Column("given", sa.Text(), server_default="", nullable=False),
        sa.Column("middle", sa.Text(), server_default="", nullable=False),
        sa.Column("family", sa.Text(), server_default="", nullable=False),
        sa.Column("suffix", sa.Text(), server_default="", nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("sort_name", BINARY_ORDER, nullable=False, comment="folded family, given"),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("birth_precision", sa.Text(), server_default="", nullable=False),
        sa.Column("sex", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False, comment="first, as shown"),
        sa.Column("phones", JSON_VALUE, nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("address", JSON_VALUE, nullable=False),
        sa.Column("blood_group", sa.Text(), server_default="", nullable=False),
        sa.Column("allergies", sa.Text(), server_default="", nullable=False),
        sa.Column("conditions", sa.Text(), server_default="", nullable=False),
        sa.Column("notes", sa.Text(), server_default="", nullable=False),
        sa.Column("consent", JSON_VALUE, nullable=False),
        sa.Column("photo", sa.LargeBinary(), nullable=True),
        sa.Column("has_photo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("placeholder", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", BIG_ID, nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("updated_by", BIG_ID, nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "sex IN ('male', 'female', 'other', 'unknown')", name=op.f("ck_patient_sex")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient")),
        sa.UniqueConstraint("mrn", name=op.f("uq_patient_mrn")),
    )
    op.create_index(op.f("ix_patient_birth_date"), "patient", ["birth_date"], unique=False)
    op.create_index("ix_patient_sort_name", "patient", ["sort_name", "id"], unique=False)
    op.create_table(
        "role",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", BIG_ID, nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("updated_by", BIG_ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
        sa.UniqueConstraint("name", name=op.f("uq_role_name")),
    )
    op.create_table(
        "room",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", BIG_ID, nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("updated_by", BIG_ID, nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
        sa.UniqueConstraint("name", name=op.f("uq_room_name")),
    )
    op.create_table(
        "setting",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", JSON_VALUE, nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("updated_by", BIG_ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting")),
        sa.UniqueConstraint("name", name=op.f("uq_setting_name")),
    )
    op.create_table(
        "specialization",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", BIG_ID, nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("updated_by", BIG_ID, nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_specialization")),
        sa.UniqueConstraint("name", name=op.f("uq_specialization_name")),
    )
    op.create_table(
        "status_step",
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("before", "after", name=op.f("pk_status_step")),
    )
    op.create_table(
        "visit_type",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("colour", sa.Text(), server_default="", nullable=False),
        sa.Column("buffer_before", sa.Integer(), server_default="0", nullable=False),
        sa.Column("buffer_after", sa.Integer(), server_default="0", nullable=False),
        sa.Column("min_notice", sa.Integer(), server_default="0", nullable=False),
        sa.Column("horizon_days", sa.Integer(), server_default="365", nullable=False),
        sa.Column("bookable_by", JSON_VALUE, nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", BIG_ID, nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("updated_by", BIG_ID, nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("minutes BETWEEN 1 AND 1440", name=op.f("ck_visit_type_minutes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_type")),
        sa.UniqueConstraint("name", name=op.f("uq_visit_type_name")),
    )
    op.create_table(
        "patient_contact",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("patient_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("relationship", sa.Text(), server_default="", nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "kind IN ('emergency', 'guardian', 'relative')", name=op.f("ck_patient_contact_kind")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patient.id"],
            name=op.f("fk_patient_contact_patient_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_contact")),
    )
    op.create_index(
        op.f("ix_patient_contact_patient_id"), "patient_contact", ["patient_id"], unique=False
    )
    op.create_table(
        "patient_identifier",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("patient_id", BIG_ID, nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patient.id"],
            name=op.f("fk_patient_identifier_patient_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_identifier")),
        sa.UniqueConstraint(
            "type", "issuer", "value", name=op.f("uq_patient_identifier_type_issuer_value")
        ),
    )
    op.create_index(
        op.f("ix_patient_identifier_patient_id"), "patient_identifier", ["patient_id"], unique=False
    )
    op.create_table(
        "patient_key",
        sa.Column("kind", BINARY_ORDER, nullable=False),
        sa.Column("key", BINARY_ORDER, nullable=False),
        sa.Column("sort_name", BINARY_ORDER, nullable=False),
        sa.Column("patient_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patient.id"],
            name=op.f("fk_patient_key_patient_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "kind", "key", "sort_name", "patient_id", name=op.f("pk_patient_key")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_patient_key_patient_id", "patient_key", ["patient_id"], unique=False)
    op.create_table(
        "role_permission",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("role_id", BIG_ID, nullable=False),
        sa.Column("permission", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["role_id"], ["role.id"], name=op.f("fk_role_permission_role_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_permission")),
        sa.UniqueConstraint(
            "role_id", "permission", name=op.f("uq_role_permission_role_id_permission")
        ),
    )
    op.create_table(
        "user_account",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("login", sa.Text(), nullable=False, comment="casefolded"),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("must_change", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_failure_at", UtcDateTime(), nullable=True),
        sa.Column("locked_until", UtcDateTime(), nullable=True),
        sa.Column("reset_code_hash", sa.Text(), nullable=True),
        sa.Column("reset_expires_at", UtcDateTime(), nullable=True),
        sa.Column("last_login_at", UtcDateTime(), nullable=True),
        sa.Column("patient_id", BIG_ID, nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", BIG_ID, nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("updated_by", BIG_ID, nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patient.id"],
            name=op.f("fk_user_account_patient_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("login", name=op.f("uq_user_account_login")),
    )
    op.create_table(
        "doctor",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("user_id", BIG_ID, nullable=True),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("registration_number", sa.Text(), nullable=False),
        sa.Column("department_id", BIG_ID, nullable=True),
        sa.Column("room_id", BIG_ID, nullable=True),
        sa.Column("practising_since", sa.Integer(), nullable=True, comment="year"),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "default_minutes", sa.Integer(), nullable=True, comment="slot length; null = hospital's"
        ),
        sa.Column("approval", sa.Text(), server_default="pending", nullable=False),
        sa.Column("approval_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("overbook_limit", sa.Integer(), server_default="2", nullable=False),
        sa.Column("photo", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", BIG_ID, nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("updated_by", BIG_ID, nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "approval IN ('pending', 'approved', 'blocked')", name=op.f("ck_doctor_approval")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["department.id"],
            name=op.f("fk_doctor_department_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["room.id"], name=op.f("fk_doctor_room_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_doctor_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_doctor")),
        sa.UniqueConstraint("registration_number", name=op.f("uq_doctor_registration_number")),
        sa.UniqueConstraint("user_id", name=op.f("uq_doctor_user_id")),
    )
    op.create_index(op.f("ix_doctor_department_id"), "doctor", ["department_id"], unique=False)
    op.create_table(
        "login_session",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("workstation", sa.Text(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("end_reason", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_login_session_user_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_session_token_hash")),
    )
    op.create_index(op.f("ix_login_session_user_id"), "login_session", ["user_id"], unique=False)
    op.create_table(
        "recovery_code",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_recovery_code_user_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_code_code_hash")),
    )
    op.create_index(op.f("ix_recovery_code_user_id"), "recovery_code", ["user_id"], unique=False)
    op.create_table(
        "recent_patient",
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("patient_id", BIG_ID, nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_recent_patient_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_recent_patient_user_id")
        ),
        sa.PrimaryKeyConstraint("user_id", "patient_id", name=op.f("pk_recent_patient")),
    )
    op.create_table(
        "user_role",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("role_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["role_id"], ["role.id"], name=op.f("fk_user_role_role_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_user_role_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_role")),
        sa.UniqueConstraint("user_id", "role_id", name=op.f("uq_user_role_user_id_role_id")),
    )
    op.create_index(op.f("ix_user_role_role_id"), "user_role", ["role_id"], unique=False)
    op.create_table(
        "appointment",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("patient_id", BIG_ID, nullable=False),
        sa.Column("doctor_id", BIG_ID, nullable=False),
        sa.Column("room_id", BIG_ID, nullable=True),
        sa.Column("visit_type_id", BIG_ID, nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("blocks_from", UtcDateTime(), nullable=False, comment="start less buffer"),
        sa.Column("blocks_to", UtcDateTime(), nullable=False, comment="end plus buffer"),
        sa.Column("lane", sa.Integer(), server_default="0", nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), server_default="desk", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("overbook_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("outside_hours_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("cancel_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("cancel_text", sa.Text(), server_default="", nullable=False),
        sa.Column("rescheduled_from", BIG_ID, nullable=True),
        sa.Column("arrived_at", UtcDateTime(), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", BIG_ID, nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("updated_by", BIG_ID, nullable=True),
        sa.CheckConstraint(
            "status IN ('requested', 'booked', 'confirmed', 'arrived', 'in_consultation', 'completed', 'cancelled', 'no_show', 'entered_in_error')",
            name=op.f("ck_appointment_status"),
        ),
        sa.CheckConstraint(
            "blocks_from <= starts_at AND ends_at <= blocks_to", name=op.f("ck_appointment_blocks")
        ),
        sa.CheckConstraint("lane >= 0", name=op.f("ck_appointment_lane")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_appointment_order")),
        sa.ForeignKeyConstraint(
            ["doctor_id"], ["doctor.id"], name=op.f("fk_appointment_doctor_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patient.id"],
            name=op.f("fk_appointment_patient_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["rescheduled_from"],
            ["appointment.id"],
            name=op.f("fk_appointment_rescheduled_from"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["room.id"], name=op.f("fk_appointment_room_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["visit_type_id"],
            ["visit_type.id"],
            name=op.f("fk_appointment_visit_type_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    op.create_index(
        "ix_appointment_doctor_start", "appointment", ["doctor_id", "starts_at"], unique=False
    )
    op.create_index(
        "ix_appointment_patient_start", "appointment", ["patient_id", "starts_at"], unique=False
    )
    op.create_index(
        op.f("ix_appointment_rescheduled_from"), "appointment", ["rescheduled_from"], unique=False
    )
    op.create_index(
        "ix_appointment_room_start", "appointment", ["room_id", "starts_at"], unique=False
    )
    op.create_index("ix_appointment_start", "appointment", ["starts_at"], unique=False)
    op.create_table(
        "date_exception",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("doctor_id", BIG_ID, nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=True),
        sa.Column("end_minute", sa.Integer(), nullable=True),
        sa.Column("slot_minutes", sa.Integer(), nullable=True),
        sa.Column("capacity", sa.Integer(), server_default="1", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", BIG_ID, nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("updated_by", BIG_ID, nullable=True),
        sa.CheckConstraint(
            "kind IN ('replaces', 'adds', 'closes')", name=op.f("ck_date_exception_kind")
        ),
        sa.ForeignKeyConstraint(
            ["doctor_id"],
            ["doctor.id"],
            name=op.f("fk_date_exception_doctor_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_date_exception")),
    )
    op.create_index(
        "ix_date_exception_doctor_date", "date_exception", ["doctor_id", "on_date"], unique=False
    )
    op.create_table(
        "doctor_specialization",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("doctor_id", BIG_ID, nullable=False),
        sa.Column("specialization_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["doctor_id"],
            ["doctor.id"],
            name=op.f("fk_doctor_specialization_doctor_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["specialization_id"],
            ["specialization.id"],
            name=op.f("fk_doctor_specialization_specialization_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_doctor_specialization")),
        sa.UniqueConstraint(
            "doctor_id",
            "specialization_id",
            name=op.f("uq_doctor_specialization_doctor_id_specialization_id"),
        ),
    )
    op.create_index(
        op.f("ix_doctor_specialization_specialization_id"),
        "doctor_specialization",
        ["specialization_id"],
        unique=False,
    )
    op.create_table(
        "slot_block",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("doctor_id", BIG_ID, nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", BIG_ID, nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("updated_by", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["doctor_id"], ["doctor.id"], name=op.f("fk_slot_block_doctor_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot_block")),
        sa.UniqueConstraint(
            "doctor_id", "starts_at", name=op.f("uq_slot_block_doctor_id_starts_at")
        ),
    )
    op.create_table(
        "slot_hold",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("doctor_id", BIG_ID, nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("user_id", BIG_ID, nullable=True),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("workstation", sa.Text(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["doctor_id"], ["doctor.id"], name=op.f("fk_slot_hold_doctor_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot_hold")),
        sa.UniqueConstraint("token", name=op.f("uq_slot_hold_token")),
    )
    op.create_index(
        "ix_slot_hold_doctor_start", "slot_hold", ["doctor_id", "starts_at"], unique=False
    )
    op.create_table(
        "unavailability",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("doctor_id", BIG_ID, nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", BIG_ID, nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("updated_by", BIG_ID, nullable=True),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_unavailability_order")),
        sa.ForeignKeyConstraint(
            ["doctor_id"],
            ["doctor.id"],
            name=op.f("fk_unavailability_doctor_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unavailability")),
    )
    op.create_index(
        "ix_unavailability_doctor_ends", "unavailability", ["doctor_id", "ends_at"], unique=False
    )
    op.create_table(
        "working_session",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("doctor_id", BIG_ID, nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False, comment="0 = Monday"),
        sa.Column("start_minute", sa.Integer(), nullable=False, comment="local, from midnight"),
        sa.Column("end_minute", sa.Integer(), nullable=False, comment="local; 1440 = midnight"),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("slot_minutes", sa.Integer(), nullable=True),
        sa.Column("capacity", sa.Integer(), server_default="1", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", BIG_ID, nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("updated_by", BIG_ID, nullable=True),
        sa.CheckConstraint("capacity BETWEEN 1 AND 90", name=op.f("ck_working_session_capacity")),
        sa.CheckConstraint(
            "start_minute >= 0 AND end_minute <= 1440 AND start_minute < end_minute",
            name=op.f("ck_working_session_minutes"),
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_working_session_weekday")),
        sa.ForeignKeyConstraint(
            ["doctor_id"],
            ["doctor.id"],
            name=op.f("fk_working_session_doctor_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_session")),
    )
    op.create_index(
        op.f("ix_working_session_doctor_id"), "working_session", ["doctor_id"], unique=False
    )
    op.create_table(
        "appointment_status_change",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("appointment_id", BIG_ID, nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("user_id", BIG_ID, nullable=True),
        sa.Column("undo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointment.id"],
            name=op.f("fk_appointment_status_change_appointment_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment_status_change")),
    )
    op.create_index(
        op.f("ix_appointment_status_change_appointment_id"),
        "appointment_status_change",
        ["appointment_id"],
        unique=False,
    )
    op.create_table(
        "queue_token",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("appointment_id", BIG_ID, nullable=False),
        sa.Column("doctor_id", BIG_ID, nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False, comment="hospital's local date"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state", sa.Text(), nullable=False, comment="waiting, called, skipped, done, withdrawn"
        ),
        sa.Column("arrived_at", UtcDateTime(), nullable=False),
        sa.Column("called_at", UtcDateTime(), nullable=True),
        sa.Column("skipped_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'called', 'skipped', 'done', 'withdrawn')",
            name=op.f("ck_queue_token_state"),
        ),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointment.id"],
            name=op.f("fk_queue_token_appointment_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["doctor_id"], ["doctor.id"], name=op.f("fk_queue_token_doctor_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_token")),
        sa.UniqueConstraint(
            "doctor_id", "on_date", "number", name=op.f("uq_queue_token_doctor_id_on_date_number")
        ),
    )
    op.create_index(
        "uq_queue_token_live",
        "queue_token",
        ["appointment_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'withdrawn'"),
        postgresql_where=sa.text("state <> 'withdrawn'"),
    )
    op.create_index("ix_queue_token_date", "queue_token", ["on_date", "doctor_id"], unique=False)
