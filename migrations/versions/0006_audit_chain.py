"""The audit becomes a chain, written by the database itself in the order of the commits."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

from hms_desktop.db.chain import chain_rest
from hms_desktop.db.types import BIG_ID, UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

COLUMNS = (
    "id, at, request_id, position, user_id, user_name, role, workstation, program, action, entity, "
    "entity_id, patient_id, before, after, reason"
)
"""What is hashed of an entry, as it was when this step was written."""
KEPT = ("audit_link", "audit_head")


def upgrade() -> None:
    """Create the chain, link the entries that are there, and have the database link new ones."""
    _tables()
    bind = op.get_bind()
    # The beginning is another in each hospital: a chain cannot be put in another's place.
    bind.execute(
        sa.text("INSERT INTO audit_link (seq, entry_id, hash) VALUES (0, 0, :hash)").bindparams(
            sa.bindparam("hash", secrets.token_bytes(32), sa.LargeBinary)
        )
    )
    for statement in postgres() if bind.dialect.name == "postgresql" else sqlite():
        op.execute(statement)
    chain_rest(bind.connection.driver_connection)


def _tables() -> None:
    op.create_table(
        "audit_link",
        sa.Column("seq", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("entry_id", BIG_ID, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_link")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_audit_link_entry_id")),
    )
    op.create_table(
        "audit_head",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("taken_at", UtcDateTime(), nullable=False),
        sa.Column("seq", BIG_ID, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False, comment="hexadecimal"),
        sa.Column("seal", sa.Text(), server_default="", nullable=False, comment="HMAC, or empty"),
        sa.Column(
            "key_id", sa.Text(), server_default="", nullable=False, comment="tells keys apart"
        ),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("workstation", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_index("ix_audit_entry_at", "audit_entry", ["at"], unique=False)
    op.create_index("ix_audit_entry_user", "audit_entry", ["user_id", "id"], unique=False)


def sqlite() -> list[str]:
    """Return SQLite's triggers; writers are serial there, so the order is that of the commits."""
    new = ", ".join(f"NEW.{name}" for name in COLUMNS.split(", "))
    return [
        f"""CREATE TRIGGER audit_entry_chain AFTER INSERT ON audit_entry BEGIN
        INSERT INTO audit_link (seq, entry_id, hash)
        SELECT last.seq + 1, NEW.id, hms_audit_link(last.hash, last.seq + 1, {new})
        FROM (SELECT seq, hash FROM audit_link ORDER BY seq DESC LIMIT 1) AS last; END""",
        *(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'hms append-only: {table}'); END"
            for table in KEPT
            for verb in ("UPDATE", "DELETE")
        ),
    ]


def postgres() -> list[str]:
    """Return Postgres' functions and triggers.

    The link is made at commit, behind a lock that only commits take: whoever waits for it has
    nothing left to do, and what it reads next holds everything committed before.
    """
    written = {
        "at": "to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
        "before": "entry.before::text",
        "after": "entry.after::text",
    }
    values = ", ".join(written.get(name, f"entry.{name}") for name in COLUMNS.split(", "))
    return [
        f"""CREATE FUNCTION hms_audit_link(entry audit_entry) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE
            last audit_link;
        BEGIN
            SELECT * INTO STRICT last FROM audit_link ORDER BY seq DESC LIMIT 1;
            INSERT INTO audit_link (seq, entry_id, hash) VALUES (last.seq + 1, entry.id,
                sha256(last.hash || convert_to(json_build_array(last.seq + 1,
                    {values})::text, 'UTF8')));
        END $$""",
        """CREATE FUNCTION hms_audit_chain() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_advisory_xact_lock(6, 0);
            PERFORM hms_audit_link(NEW);
            RETURN NULL;
        END $$""",
        """CREATE FUNCTION hms_audit_chain_rest() RETURNS void LANGUAGE plpgsql AS $$
        DECLARE
            one audit_entry;
        BEGIN
            PERFORM pg_advisory_xact_lock(6, 0);
            FOR one IN SELECT * FROM audit_entry AS entry WHERE NOT EXISTS
                (SELECT 1 FROM audit_link WHERE entry_id = entry.id) ORDER BY id LOOP
                PERFORM hms_audit_link(one);
            END LOOP;
        END $$""",
        """CREATE CONSTRAINT TRIGGER audit_entry_chain AFTER INSERT ON audit_entry
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hms_audit_chain()""",
        *(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION hms_append_only()"
            for table in KEPT
        ),
        *(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION hms_append_only()"
            for table in ("audit_entry", *KEPT)
        ),
    ]
