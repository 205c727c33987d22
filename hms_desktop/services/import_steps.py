"""What all imports share: the steps of a batch, and how a refusal is noted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

import sqlalchemy as sa

from hms_desktop.db.writing import Write
from hms_desktop.domain.errors import HmsError, Invalid, Unusable
from hms_desktop.domain.imports import ImportReport, Refused
from hms_desktop.interchange.csv_in import CsvRow

Item = TypeVar("Item")


@dataclass(slots=True)
class Stored:
    """What one batch wrote: counts, and the ids of what later batches refer to."""

    imported: int = 0
    new_patients: int = 0
    new_doctors: int = 0
    patients: dict[str, int] = field(default_factory=dict)
    doctors: dict[str, int] = field(default_factory=dict)
    visit_types: dict[str, int] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)


class Importer(Protocol[Item]):
    """Turns rows into entries, batch by batch."""

    def prepare(self, row: CsvRow) -> Item:
        """Return what a row asks for; raises Invalid."""
        ...

    def resolve(
        self, connection: sa.Connection, items: Sequence[Item], report: ImportReport
    ) -> list[Item]:
        """Return what is to be written; known and refused rows go into the report."""
        ...

    def store(self, write: Write, items: Sequence[Item]) -> Stored:
        """Write a batch; may be called again for it when the transaction lost a race."""
        ...

    def keep(self, stored: Stored) -> None:
        """Remember what a batch wrote, once it is committed."""
        ...


def refused_row(line: int, error: HmsError) -> Refused:
    """Return the note of a refusal."""
    column = error.field if isinstance(error, Invalid) else ""
    # The report says once, at its end, that nothing of a refused row was saved.
    kind = error.template.replace(" Nothing was saved.", "")
    why = str(error).replace(" Nothing was saved.", "")
    return Refused(line, column, str(error.values.get("value", "")), why, kind)


def refuse(template: str, **values: object) -> Unusable:
    """Return the refusal of a mapping."""
    shown = {
        name: ", ".join(sorted(value)) if isinstance(value, set) else value
        for name, value in values.items()
    }
    return Unusable(template + " Nothing was imported. Look at the mapping.", **shown)
