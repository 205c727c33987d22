"""A leave that hits visits, and the proposals for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.hours import LeaveSaved
from hms_desktop.domain.rebooking import Proposal, ProposalWish
from hms_desktop.services.assembly import Services

DAY = timedelta(days=1)
MIDNIGHT = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
WEEK = 7 * DAY


def ids(rows: tuple[object, ...]) -> list[int]:
    return [row.id for row in rows]  # type: ignore[attr-defined]


def proposals(
    services: Services, who: Actor, leave: LeaveSaved, **changes: object
) -> tuple[Proposal, ...]:
    span = (leave.leave.starts_at, leave.leave.ends_at)
    wanted = replace(ProposalWish(avoid=span), **changes)
    return services.rebooking.propose(who, ids(leave.hits), wanted)


def times(found: tuple[Proposal, ...]) -> list[str]:
    return [f"{one.new_starts_at:%d.%m. %H:%M}" if one.new_starts_at else "-" for one in found]
