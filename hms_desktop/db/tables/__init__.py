"""Tables by subject; importing this package fills the metadata."""

from hms_desktop.db.tables import (
    accounts,
    appointments,
    availability,
    backups,
    consultations,
    doctors,
    hospital,
    messages,
    patients,
    queue,
    statistics,
)

__all__ = [
    "accounts",
    "appointments",
    "availability",
    "backups",
    "consultations",
    "doctors",
    "hospital",
    "messages",
    "patients",
    "queue",
    "statistics",
]
