"""Reports that were made once and are kept as files. Moments are UTC."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class ReportKind(StrEnum):
    """What a kept report is about; the values are what the database stores."""

    DOCTOR_MONTH = "doctor_month"
    HOSPITAL_MONTH = "hospital_month"


class KeptReport(NamedTuple):
    """One kept report; ``doctor_name`` is empty for that of the hospital."""

    id: int
    kind: str
    period: str
    title: str
    doctor_id: int | None
    doctor_name: str
    folder: str
    file_name: str
    bytes: int | None
    workstation: str
    finished_at: datetime
