"""What an import did with the rows of a file, and which it refused and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Refused:
    """One row that was not taken: its line in the file, the column at fault, and a sentence.

    ``kind`` is the sentence without its values, for counting.
    """

    line: int
    column: str
    value: str
    why: str
    kind: str


@dataclass(slots=True)
class ImportReport:
    """Counts of one import; ``known`` rows were there already and stayed as they are."""

    what: str
    dry_run: bool
    rows: int = 0
    imported: int = 0
    known: int = 0
    new_patients: int = 0
    new_doctors: int = 0
    refused: list[Refused] = field(default_factory=list)

    def reasons(self) -> dict[str, int]:
        """Return how many rows were refused for each reason, the most frequent first."""
        return dict(Counter(f"{one.column}: {one.kind}" for one in self.refused).most_common())
