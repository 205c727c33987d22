"""Runs of backups."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hms_desktop.db.types import BIG_ID, JSON_VALUE, UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table and hand out the new permission."""
    op.create_table(
        "backup_run",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("backup_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("user_id", BIG_ID, nullable=True),
        sa.Column("workstation", sa.Text(), server_default="", nullable=False),
        sa.Column("folder", sa.Text(), server_default="", nullable=False),
        sa.Column("file_name", sa.Text(), server_default="", nullable=False),
        sa.Column("bytes", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("sha256", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "structure", sa.Text(), server_default="", nullable=False, comment="schema revision"
        ),
        sa.Column("program_version", sa.Text(), server_default="", nullable=False),
        sa.Column("key_id", sa.Text(), server_default="", nullable=False),
        sa.Column("counts", JSON_VALUE, nullable=True, comment="rows by table"),
        sa.Column("made_at", UtcDateTime(), nullable=False, comment="the moment it holds"),
        sa.Column("done", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("total", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("cancel_wanted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("verified_at", UtcDateTime(), nullable=True),
        sa.Column("verified_how", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "flaw", sa.Text(), server_default="", nullable=False, comment="found by verifying"
        ),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", BIG_ID, nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("updated_by", BIG_ID, nullable=True),
        sa.CheckConstraint(
            "kind IN ('daily', 'manual', 'before_upgrade', 'before_restore')",
            name=op.f("ck_backup_run_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('running', 'done', 'failed', 'cancelled', 'removed')",
            name=op.f("ck_backup_run_state"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_backup_run_user_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup_run")),
        sa.UniqueConstraint("backup_id", name=op.f("uq_backup_run_backup_id")),
    )
    op.create_index("ix_backup_run_made", "backup_run", ["made_at"], unique=False)
    op.execute(
        "INSERT INTO role_permission (role_id, permission) "
        "SELECT id, 'backups.manage' FROM role WHERE name = 'admin' AND NOT EXISTS ("
        "SELECT 1 FROM role_permission AS given WHERE given.role_id = role.id "
        "AND given.permission = 'backups.manage')"
    )
