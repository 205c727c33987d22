"""The database itself refuses double bookings, unlawful steps and changed history."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

HOLDS = "('requested', 'booked', 'confirmed', 'arrived', 'in_consultation', 'completed')"
STEPS = [
    ("requested", "booked"),
    ("requested", "cancelled"),
    ("booked", "confirmed"),
    ("booked", "arrived"),
    ("booked", "cancelled"),
    ("booked", "no_show"),
    ("confirmed", "arrived"),
    ("confirmed", "cancelled"),
    ("confirmed", "no_show"),
    ("arrived", "in_consultation"),
    ("arrived", "cancelled"),
    ("arrived", "no_show"),
    ("in_consultation", "completed"),
    ("no_show", "arrived"),
    ("requested", "entered_in_error"),
    ("booked", "entered_in_error"),
    ("confirmed", "entered_in_error"),
    ("arrived", "entered_in_error"),
    ("in_consultation", "entered_in_error"),
    ("completed", "entered_in_error"),
    ("cancelled", "entered_in_error"),
    ("no_show", "entered_in_error"),
]
APPEND_ONLY = ("audit_entry", "appointment_status_change")


def upgrade() -> None:
    """Fill the table of steps and write the engine's own guards."""
    forward = set(STEPS)
    backward = {(after, before) for before, after in STEPS} - forward
    for direction, steps in (("forward", sorted(forward)), ("undo", sorted(backward))):
        for before, after in steps:
            op.execute(
                "INSERT INTO status_step (before, after, direction) "
                f"VALUES ('{before}', '{after}', '{direction}')"
            )
    for statement in postgres() if op.get_bind().dialect.name == "postgresql" else sqlite():
        op.execute(statement)


def sqlite() -> list[str]:
    """Return SQLite's triggers.

    The bounds on starts_at keep the search to a few index entries: no visit is longer than a day
    and no buffer longer than four hours, which the first trigger makes sure of.
    """
    shape = f"""
        SELECT RAISE(ABORT, 'hms check: a visit lasts at most a day, a buffer at most 4 hours')
        WHERE julianday(NEW.ends_at) - julianday(NEW.starts_at) > 1.0001
           OR julianday(NEW.starts_at) - julianday(NEW.blocks_from) > 0.1668
           OR julianday(NEW.blocks_to) - julianday(NEW.ends_at) > 0.1668;
        SELECT RAISE(ABORT, 'hms check: moments are UTC text of fixed width')
        WHERE NEW.starts_at NOT GLOB '{_GLOB}' OR NEW.ends_at NOT GLOB '{_GLOB}'
           OR NEW.blocks_from NOT GLOB '{_GLOB}' OR NEW.blocks_to NOT GLOB '{_GLOB}';
    """
    overlap = f"""
        SELECT RAISE(ABORT, 'hms overlap: doctor') WHERE EXISTS (
            SELECT 1 FROM appointment AS other
            WHERE other.doctor_id = NEW.doctor_id AND other.lane = NEW.lane
              AND {_NEAR} AND other.blocks_from < NEW.blocks_to
              AND other.blocks_to > NEW.blocks_from
              AND other.status IN {HOLDS} AND other.id IS NOT NEW.id);
        SELECT RAISE(ABORT, 'hms overlap: patient') WHERE EXISTS (
            SELECT 1 FROM appointment AS other
            WHERE other.patient_id = NEW.patient_id
              AND {_NEAR} AND other.starts_at < NEW.ends_at
              AND other.ends_at > NEW.starts_at
              AND other.status IN {HOLDS} AND other.id IS NOT NEW.id);
        SELECT RAISE(ABORT, 'hms overlap: room') WHERE NEW.room_id IS NOT NULL AND EXISTS (
            SELECT 1 FROM appointment AS other
            WHERE other.room_id = NEW.room_id AND other.doctor_id <> NEW.doctor_id
              AND {_NEAR} AND other.blocks_from < NEW.blocks_to
              AND other.blocks_to > NEW.blocks_from
              AND other.status IN {HOLDS} AND other.id IS NOT NEW.id);
    """
    placed = "doctor_id, patient_id, room_id, lane, starts_at, ends_at, blocks_from, blocks_to"
    changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in placed.split(", "))
    return [
        f"CREATE TRIGGER appointment_insert BEFORE INSERT ON appointment BEGIN {shape} END",
        f"""CREATE TRIGGER appointment_insert_overlap BEFORE INSERT ON appointment
        WHEN NEW.status IN {HOLDS} BEGIN {overlap} END""",
        f"""CREATE TRIGGER appointment_update BEFORE UPDATE OF {placed} ON appointment
        BEGIN {shape} END""",
        f"""CREATE TRIGGER appointment_update_overlap BEFORE UPDATE OF {placed}, status
        ON appointment WHEN NEW.status IN {HOLDS}
        AND (OLD.status NOT IN {HOLDS} OR {changed}) BEGIN {overlap} END""",
        """CREATE TRIGGER appointment_step BEFORE UPDATE OF status ON appointment
        WHEN NEW.status <> OLD.status AND NOT EXISTS (SELECT 1 FROM status_step
        WHERE before = OLD.status AND after = NEW.status)
        BEGIN SELECT RAISE(ABORT, 'hms step: refused'); END""",
        *(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'hms append-only: {table}'); END"
            for table in APPEND_ONLY
            for verb in ("UPDATE", "DELETE")
        ),
    ]


_GLOB = "????-??-?? ??:??:??.??????"
_NEAR = (
    "other.starts_at > strftime('%Y-%m-%d %H:%M:%S', NEW.blocks_from, '-28 hours', '-5 minutes') "
    "AND other.starts_at < strftime('%Y-%m-%d %H:%M:%S', NEW.blocks_to, '+4 hours', '+5 minutes')"
)


def postgres() -> list[str]:
    """Return Postgres' exclusion constraints, and the triggers that make them queue politely.

    The constraint alone is right but stalls under contention; the advisory locks, always taken in
    the order doctor, patient, room, let rivals wait for each other instead.
    """
    return [
        "CREATE EXTENSION IF NOT EXISTS btree_gist",
        f"""ALTER TABLE appointment ADD CONSTRAINT ex_appointment_doctor EXCLUDE USING gist (
            doctor_id WITH =, lane WITH =, tstzrange(blocks_from, blocks_to) WITH &&
        ) WHERE (status IN {HOLDS})""",
        f"""ALTER TABLE appointment ADD CONSTRAINT ex_appointment_patient EXCLUDE USING gist (
            patient_id WITH =, tstzrange(starts_at, ends_at) WITH &&
        ) WHERE (status IN {HOLDS})""",
        f"""ALTER TABLE appointment ADD CONSTRAINT ex_appointment_room EXCLUDE USING gist (
            room_id WITH =, doctor_id WITH <>, tstzrange(blocks_from, blocks_to) WITH &&
        ) WHERE (room_id IS NOT NULL AND status IN {HOLDS})""",
        """ALTER TABLE appointment ADD CONSTRAINT ck_appointment_length CHECK (
            ends_at - starts_at <= interval '24 hours'
            AND starts_at - blocks_from <= interval '4 hours'
            AND blocks_to - ends_at <= interval '4 hours')""",
        """CREATE FUNCTION hms_appointment_locks() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_advisory_xact_lock(1, NEW.doctor_id::integer);
            PERFORM pg_advisory_xact_lock(2, NEW.patient_id::integer);
            IF NEW.room_id IS NOT NULL THEN
                PERFORM pg_advisory_xact_lock(3, NEW.room_id::integer);
            END IF;
            RETURN NEW;
        END $$""",
        f"""CREATE TRIGGER appointment_insert_locks BEFORE INSERT ON appointment
        FOR EACH ROW WHEN (NEW.status IN {HOLDS}) EXECUTE FUNCTION hms_appointment_locks()""",
        f"""CREATE TRIGGER appointment_update_locks BEFORE UPDATE ON appointment
        FOR EACH ROW WHEN (NEW.status IN {HOLDS} AND (
            OLD.status NOT IN {HOLDS}
            OR (NEW.doctor_id, NEW.patient_id, NEW.room_id, NEW.lane, NEW.blocks_from,
                NEW.blocks_to, NEW.starts_at, NEW.ends_at)
            IS DISTINCT FROM (OLD.doctor_id, OLD.patient_id, OLD.room_id, OLD.lane,
                OLD.blocks_from, OLD.blocks_to, OLD.starts_at, OLD.ends_at)))
        EXECUTE FUNCTION hms_appointment_locks()""",
        """CREATE FUNCTION hms_appointment_step() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NOT EXISTS (SELECT 1 FROM status_step
                           WHERE before = OLD.status AND after = NEW.status) THEN
                RAISE EXCEPTION 'hms step: refused' USING ERRCODE = '23514',
                    CONSTRAINT = 'status_step';
            END IF;
            RETURN NEW;
        END $$""",
        """CREATE TRIGGER appointment_step BEFORE UPDATE OF status ON appointment
        FOR EACH ROW WHEN (NEW.status <> OLD.status) EXECUTE FUNCTION hms_appointment_step()""",
        """CREATE FUNCTION hms_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'hms append-only: %', TG_TABLE_NAME USING ERRCODE = '23514',
                CONSTRAINT = 'append_only';
        END $$""",
        *(
            f"""CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION hms_append_only()"""
            for table in APPEND_ONLY
        ),
        """CREATE FUNCTION hms_announce() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_notify('hms_change', json_build_object(
                'program', NEW.program, 'request', NEW.request_id, 'action', NEW.action,
                'entity', NEW.entity, 'id', NEW.entity_id, 'patient', NEW.patient_id)::text);
            RETURN NULL;
        END $$""",
        """CREATE TRIGGER audit_entry_announce AFTER INSERT ON audit_entry
        FOR EACH ROW WHEN (NEW.action <> 'read') EXECUTE FUNCTION hms_announce()""",
    ]
