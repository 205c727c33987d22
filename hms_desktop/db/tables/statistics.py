"""What was counted of each local date, and the marks that say which dates to count anew.

None of it is the truth: all of it follows from the visits, and a date without a valid row is
counted from them. Triggers on visits, tokens and patients (migration 0007) leave a mark in the
transaction of every change that could alter a number, whoever makes it.
"""

from __future__ import annotations

import sqlalchemy as sa

from hms_desktop.db.metadata import key, metadata
from hms_desktop.db.types import BIG_ID, JSON_VALUE, UtcDateTime

visit_mark = sa.Table(
    "visit_mark",
    metadata,
    key(),
    sa.Column("starts_at", UtcDateTime, nullable=False, comment="a visit then changed"),
    sa.Index("ix_visit_mark_starts_at", "starts_at"),
    # An id never comes again: a mark may be taken away long after it was read.
    sqlite_autoincrement=True,
)

visit_day = sa.Table(
    "visit_day",
    metadata,
    sa.Column("on_date", sa.Date, primary_key=True, comment="hospital's local date"),
    sa.Column("zone", sa.Text, nullable=False, comment="by whose clock it was counted"),
    sa.Column("begins_at", UtcDateTime, nullable=False),
    sa.Column("ends_at", UtcDateTime, nullable=False),
    sa.Column("counts", JSON_VALUE, nullable=False),
    sa.Column("patients", sa.LargeBinary, nullable=False, comment="bits of ids, deflated"),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
)

visit_day_doctor = sa.Table(
    "visit_day_doctor",
    metadata,
    sa.Column("on_date", sa.Date, primary_key=True),
    sa.Column("doctor_id", BIG_ID, primary_key=True, autoincrement=False),
    sa.Column("visits", sa.Integer, nullable=False),
    sa.Column("came", sa.Integer, nullable=False),
    sa.Column("no_shows", sa.Integer, nullable=False),
    sa.Column("cancelled", sa.Integer, nullable=False),
    sa.Column("minutes", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)
