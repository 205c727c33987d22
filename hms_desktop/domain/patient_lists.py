"""What a list of patients is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from hms_desktop.domain.patients import Sex

MOST_LISTED = 500
"""How many patients one page of a list holds at most."""


@dataclass(frozen=True, slots=True)
class PatientFilter:
    """A page of patients by name; ``text`` is a search as in the search box.

    ``born_from`` and ``born_to`` are both inside. ``retired`` None lists everybody, True only
    those taken out of use; ``placeholder`` True lists those who wait to be identified.
    ``came`` lists who came in that time (aware UTC, the end outside), with ``new`` only those who
    had never come before it. ``order`` is a column (name, mrn, born, sex); without one
    the best hits of a text come first.
    """

    text: str = ""
    sex: Sex | None = None
    born_from: date | None = None
    born_to: date | None = None
    placeholder: bool | None = None
    retired: bool | None = False
    came: tuple[datetime, datetime] | None = None
    new: bool = False
    order: str = ""
    descending: bool = False
    limit: int = 200
    offset: int = 0
