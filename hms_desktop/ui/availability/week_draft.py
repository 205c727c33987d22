"""What was painted and not saved, kept through lock, crash and restart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hms_desktop.domain.week_hours import Period, as_draft, from_draft, hours_text
from hms_desktop.ui.drafts import Drafts
from hms_desktop.ui.patients.formats import weekday_names


@dataclass(frozen=True, slots=True)
class WeekDraft:
    """A week as it was left: on which saved week it stands, and lines that said no hours."""

    periods: tuple[Period, ...]
    at: int
    mark: str | None
    raw: Mapping[str, str]


def keep_draft(drafts: Drafts, key: str, draft: WeekDraft) -> None:
    """Keep a week that is not saved."""
    periods = as_draft(draft.periods)
    drafts.keep(
        key, {"mark": draft.mark, "at": draft.at, "periods": periods, "raw": dict(draft.raw)}
    )


def read_draft(drafts: Drafts, key: str) -> WeekDraft | None:
    """Return the week that was not saved; one of another version of the program is forgotten."""
    data = drafts.get(key)
    if data is None:
        return None
    try:
        periods = from_draft(data["periods"])
        at = min(max(0, int(data["at"])), len(periods) - 1)
        return WeekDraft(periods, at, data["mark"], dict(data["raw"]))
    except (KeyError, TypeError, ValueError):
        drafts.discard(key)
        return None


def differences(theirs: Sequence[Period], mine: Sequence[Period]) -> list[tuple[str, str, str]]:
    """Return the days that differ as (day, their hours, my hours)."""
    found = []
    for day, name in enumerate(weekday_names()):
        both = [
            "; ".join(text for one in periods if (text := hours_text(one.days[day])))
            for periods in (theirs, mine)
        ]
        if both[0] != both[1]:
            found.append((name, both[0], both[1]))
    return found
