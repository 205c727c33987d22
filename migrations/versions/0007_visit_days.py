"""Counted dates of the dashboard, and the marks that every change of a visit leaves.

The marks are rows that are only added, never changed: two bookings on one day never wait for each
other because of them, as they would for a shared counter.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hms_desktop.db.types import BIG_ID, JSON_VALUE, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_CAME = "('arrived', 'in_consultation', 'completed')"
_COUNTED = "status, starts_at, ends_at, doctor_id, patient_id, arrived_at, started_at"


def upgrade() -> None:
    """Create the tables and the triggers; no date is counted yet."""
    op.create_table(
        "visit_mark",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False, comment="a visit then changed"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_mark")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_visit_mark_starts_at", "visit_mark", ["starts_at"], unique=False)
    op.create_table(
        "visit_day",
        sa.Column("on_date", sa.Date(), nullable=False, comment="hospital's local date"),
        sa.Column("zone", sa.Text(), nullable=False, comment="by whose clock it was counted"),
        sa.Column("begins_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("counts", JSON_VALUE, nullable=False),
        sa.Column("patients", sa.LargeBinary(), nullable=False, comment="bits of ids, deflated"),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("on_date", name=op.f("pk_visit_day")),
    )
    op.create_table(
        "visit_day_doctor",
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("doctor_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("came", sa.Integer(), nullable=False),
        sa.Column("no_shows", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("on_date", "doctor_id", name=op.f("pk_visit_day_doctor")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_patient_retired",
        "patient",
        ["retired_at"],
        unique=False,
        sqlite_where=sa.text("retired_at IS NOT NULL"),
        postgresql_where=sa.text("retired_at IS NOT NULL"),
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _sqlite() if sqlite else _postgres():
        op.execute(statement)


def _first_other(row: str) -> str:
    """Return the start of the patient's first visit besides this one, if that is later.

    On that date the patient is new only as long as this visit does not come before it.
    """
    return f"""SELECT other.starts_at FROM (
            SELECT starts_at FROM appointment WHERE patient_id = {row}.patient_id
              AND id <> {row}.id AND status IN {_CAME} ORDER BY starts_at LIMIT 1
        ) AS other WHERE {row}.status IN {_CAME} AND other.starts_at > {row}.starts_at"""


def _sqlite() -> list[str]:
    mark = "INSERT INTO visit_mark (starts_at)"
    changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in _COUNTED.split(", "))
    moved = (
        f"((NEW.status IN {_CAME}) <> (OLD.status IN {_CAME}) "
        "OR NEW.patient_id <> OLD.patient_id OR NEW.starts_at <> OLD.starts_at)"
    )
    return [
        f"""CREATE TRIGGER appointment_mark_insert AFTER INSERT ON appointment BEGIN
            {mark} VALUES (NEW.starts_at);
            {mark} {_first_other("NEW")};
        END""",
        f"""CREATE TRIGGER appointment_mark_update AFTER UPDATE OF {_COUNTED} ON appointment
        WHEN {changed} BEGIN
            {mark} VALUES (NEW.starts_at);
            {mark} SELECT OLD.starts_at WHERE OLD.starts_at <> NEW.starts_at;
            {mark} {_first_other("NEW")} AND {moved};
            {mark} {_first_other("OLD")} AND {moved};
        END""",
        f"""CREATE TRIGGER appointment_mark_delete AFTER DELETE ON appointment BEGIN
            {mark} VALUES (OLD.starts_at);
            {mark} {_first_other("OLD")};
        END""",
        f"""CREATE TRIGGER queue_token_mark_update AFTER UPDATE OF called_at, state ON queue_token
        WHEN NEW.called_at IS NOT OLD.called_at OR NEW.state IS NOT OLD.state BEGIN
            {mark} SELECT starts_at FROM appointment WHERE id = NEW.appointment_id;
        END""",
        f"""CREATE TRIGGER patient_mark_update AFTER UPDATE OF sex, birth_date ON patient
        WHEN NEW.sex IS NOT OLD.sex OR NEW.birth_date IS NOT OLD.birth_date BEGIN
            {mark} SELECT starts_at FROM appointment
            WHERE patient_id = NEW.id AND status IN {_CAME};
        END""",
    ]


def _postgres() -> list[str]:
    mark = "INSERT INTO visit_mark (starts_at)"
    row = "({})".format(", ".join(f"{{0}}.{name}" for name in _COUNTED.split(", ")))
    changed = f"{row.format('NEW')} IS DISTINCT FROM {row.format('OLD')}"
    return [
        f"""CREATE FUNCTION hms_mark_visit() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP <> 'DELETE' THEN
                {mark} VALUES (NEW.starts_at);
            END IF;
            IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND OLD.starts_at <> NEW.starts_at) THEN
                {mark} VALUES (OLD.starts_at);
            END IF;
            IF TG_OP = 'UPDATE' AND (NEW.status IN {_CAME}) = (OLD.status IN {_CAME})
               AND NEW.patient_id = OLD.patient_id AND NEW.starts_at = OLD.starts_at THEN
                RETURN NULL;
            END IF;
            IF TG_OP <> 'DELETE' AND NEW.status IN {_CAME} THEN
                {mark} {_first_other("NEW")};
            END IF;
            IF TG_OP <> 'INSERT' AND OLD.status IN {_CAME} THEN
                {mark} {_first_other("OLD")};
            END IF;
            RETURN NULL;
        END $$""",
        """CREATE TRIGGER appointment_mark_insert AFTER INSERT OR DELETE ON appointment
        FOR EACH ROW EXECUTE FUNCTION hms_mark_visit()""",
        f"""CREATE TRIGGER appointment_mark_update AFTER UPDATE ON appointment
        FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION hms_mark_visit()""",
        f"""CREATE FUNCTION hms_mark_token() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            {mark} SELECT starts_at FROM appointment WHERE id = NEW.appointment_id;
            RETURN NULL;
        END $$""",
        """CREATE TRIGGER queue_token_mark_update AFTER UPDATE ON queue_token
        FOR EACH ROW WHEN ((NEW.called_at, NEW.state) IS DISTINCT FROM (OLD.called_at, OLD.state))
        EXECUTE FUNCTION hms_mark_token()""",
        f"""CREATE FUNCTION hms_mark_patient() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            {mark} SELECT starts_at FROM appointment
            WHERE patient_id = NEW.id AND status IN {_CAME};
            RETURN NULL;
        END $$""",
        """CREATE TRIGGER patient_mark_update AFTER UPDATE ON patient
        FOR EACH ROW WHEN ((NEW.sex, NEW.birth_date) IS DISTINCT FROM (OLD.sex, OLD.birth_date))
        EXECUTE FUNCTION hms_mark_patient()""",
    ]
