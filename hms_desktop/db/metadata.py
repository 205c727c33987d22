"""The metadata all tables hang on, with names for every constraint."""

from __future__ import annotations

import sqlalchemy as sa

from hms_desktop.db.types import BIG_ID, UtcDateTime

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def key() -> sa.Column[int]:
    """Return the integer primary key every table has."""
    return sa.Column("id", BIG_ID, primary_key=True)


def ref(name: str, target: str, *, nullable: bool = False, index: bool = False) -> sa.Column[int]:
    """Return a foreign key to ``target`` (``table.column``)."""
    return sa.Column(
        name, BIG_ID, sa.ForeignKey(target, ondelete="RESTRICT"), nullable=nullable, index=index
    )


def edited() -> list[sa.Column[object]]:
    """Return the columns of everything a person edits: version, created, updated."""
    return [
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("created_by", BIG_ID),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("updated_by", BIG_ID),
    ]


def retired() -> sa.Column[object]:
    """Return the soft-delete column of people and catalogues."""
    return sa.Column("retired_at", UtcDateTime)
