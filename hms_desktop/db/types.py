"""Column types that mean the same on SQLite and Postgres."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

TEXT_FORMAT = "%Y-%m-%d %H:%M:%S.%f"
"""How SQLite holds a moment: UTC, fixed width, so that text comparison is time comparison."""


def to_text(moment: datetime) -> str:
    """Write an aware moment as SQLite holds it; refuse a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be stored")
    # An eighth of the time that strftime() takes; imports write a million moments.
    return moment.astimezone(UTC).isoformat(" ", "microseconds")[:-6]


def from_text(text: str) -> datetime:
    """Read a moment as SQLite holds it."""
    return datetime.fromisoformat(text + "+00:00")  # a fifth of the time that replace() takes


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """A moment: aware UTC in Python, timestamptz in Postgres, fixed-width text in SQLite."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        """Choose the column type of the engine."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.String(26))
        return dialect.type_descriptor(sa.DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> Any:  # noqa: ANN401
        """Refuse naive values, whatever the engine would make of them."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return to_text(value) if dialect.name == "sqlite" else value

    def result_processor(
        self,
        dialect: sa.Dialect,
        coltype: object,  # noqa: ARG002 - as SQLAlchemy calls it
    ) -> Callable[[Any], datetime | None]:
        """Return what reads a value: one call for each, as a day's grid has thousands of them."""
        return _read_text if dialect.name == "sqlite" else _read_moment

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:  # noqa: ANN401
        """Give aware UTC back."""
        return self.result_processor(dialect, None)(value)


@lru_cache(maxsize=4096)
def _read_text(value: str | None) -> datetime | None:
    # The visits of one day begin and end at a few dozen moments, over and over.
    return None if value is None else datetime.fromisoformat(value + "+00:00")


def _read_moment(value: datetime | None) -> datetime | None:
    return value if value is None or value.tzinfo is UTC else value.astimezone(UTC)


JSON_VALUE = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
"""A small JSON document."""

BINARY_ORDER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Text that is compared byte by byte on both engines, so that prefix ranges use the index."""

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A key that is a row id on SQLite and a 64-bit identity on Postgres."""
