"""How a visit travels by drag and drop inside the program: its id only, never patient data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData

if TYPE_CHECKING:
    from hms_desktop.domain.appointments import GridVisit

VISIT_MIME = "application/x-hms-visit"
PIN_TARGET = "takesPinnedVisits"
"""A widget with this property takes visits dropped from the grid."""


def visit_mime(visit: GridVisit) -> QMimeData:
    """Return the drag data of a visit."""
    data = QMimeData()
    data.setData(VISIT_MIME, str(visit.id).encode("ascii"))
    return data


def read_visit_id(data: QMimeData) -> int | None:
    """Return the id of the visit that is dragged, or None when it is something else."""
    if not data.hasFormat(VISIT_MIME):
        return None
    text = bytes(data.data(VISIT_MIME).data()).decode("ascii", "replace")
    return int(text) if text.isdecimal() else None
