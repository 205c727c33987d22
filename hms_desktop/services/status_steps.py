"""The one way in which a visit's status changes: checked, timed, noted in its history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hms_desktop.db.tables.appointments import appointment, appointment_status_change
from hms_desktop.db.write_statements import Note
from hms_desktop.db.writing import Write
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.lifecycle import BACKWARD, Status, may_become

_STAGES = {
    Status.ARRIVED: "arrived_at",
    Status.IN_CONSULTATION: "started_at",
    Status.COMPLETED: "finished_at",
}


def change_status(
    write: Write,
    row: Mapping[str, Any] | sa.RowMapping,
    after: Status,
    *,
    version: int | None,
    now: datetime,
    undo: bool = False,
    extra: Mapping[str, Any] | None = None,
) -> None:
    """Take an appointment (its whole row) to another status within an open transaction.

    The moment of arrival, start or end (``now``, UTC) is kept; ``extra`` are more columns to
    write in the same step, and count over it. Raises Invalid for a step that is not allowed and
    Stale when the version is not that of the row.
    """
    before = Status(row["status"])
    allowed = may_become(before, after) or (undo and (before, after) in BACKWARD)
    if not allowed:
        raise Invalid(
            "status",
            "A visit that is {before} cannot become {after}. Nothing was changed. "
            "Look at the visit as it is now.",
            before=before.value.replace("_", " "),
            after=after.value.replace("_", " "),
        )
    changes: dict[str, Any] = {"status": after.value}
    stage = _STAGES.get(after)
    if stage is not None and not undo:
        changes[stage] = now
    changes.update(extra or {})
    write.update(appointment, row["id"], changes, version=version)
    note_status(write, row["id"], before, after, now=now, undo=undo)


def note_status(
    write: Write,
    appointment_id: int,
    before: Status | None,
    after: Status,
    *,
    now: datetime,
    undo: bool = False,
) -> None:
    """Note one step in the append-only history of a visit (``before`` None: it was made)."""
    values = _step(write, before, after, now=now, undo=undo)
    write.note(appointment_status_change, {"appointment_id": appointment_id, **values})


def first_note(write: Write, status: str) -> Note:
    """Return what the history says of a visit that is being made."""
    values = _step(write, None, Status(status), now=write.now)
    return Note(appointment_status_change, "appointment_id", values)


def _step(
    write: Write, before: Status | None, after: Status, *, now: datetime, undo: bool = False
) -> dict[str, Any]:
    return {
        "before": None if before is None else before.value,
        "after": after.value,
        "at": now,
        "user_id": write.stamp.actor.user_id,
        "undo": undo,
    }
