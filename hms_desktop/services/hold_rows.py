"""Reading soft holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from hms_desktop.db.tables.appointments import slot_hold
from hms_desktop.domain.appointments import HoldRow

_HOLD = sa.select(
    slot_hold.c.token,
    slot_hold.c.doctor_id,
    slot_hold.c.starts_at,
    slot_hold.c.ends_at,
    slot_hold.c.user_name,
    slot_hold.c.workstation,
    slot_hold.c.expires_at,
)


def hold_row(connection: sa.Connection, hold_id: int) -> HoldRow:
    """Return one hold by its id."""
    return HoldRow(*connection.execute(_HOLD.where(slot_hold.c.id == hold_id)).one())


def hold_rows(
    connection: sa.Connection,
    doctor_ids: Sequence[int],
    begins: datetime,
    ends: datetime,
    now: datetime,
) -> tuple[HoldRow, ...]:
    """Return the holds of some doctors that count now and touch a stretch of time."""
    rows = connection.execute(
        _HOLD.where(
            slot_hold.c.doctor_id.in_(doctor_ids),
            slot_hold.c.starts_at < ends,
            slot_hold.c.ends_at > begins,
            slot_hold.c.expires_at > now,
        ).order_by(slot_hold.c.starts_at)
    )
    return tuple(HoldRow(*row) for row in rows)
