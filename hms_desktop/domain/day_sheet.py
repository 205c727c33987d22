"""One doctor's day as a list for paper. Moments are UTC, the day is the hospital's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from hms_desktop.domain.lifecycle import HOLDING, Status
from hms_desktop.domain.papers import DoctorOnPaper, PatientOnPaper

LISTED = HOLDING | {Status.NO_SHOW}
"""Statuses of visits that stand on the sheet: all but cancelled ones and errors."""


class DayVisit(NamedTuple):
    """One line of the sheet; what the asking person may not see is empty."""

    starts_at: datetime
    patient: PatientOnPaper
    visit_type: str
    phone: str
    note: str
    room: str
    status: Status


@dataclass(frozen=True, slots=True)
class DaySheet:
    """The visits of one doctor that begin on one day, by time."""

    doctor: DoctorOnPaper
    on: date
    made_at: datetime
    visits: tuple[DayVisit, ...]
