"""Believable visits of a made-up hospital, day by day, from the coming weeks back into the past.

Rows are plain tuples in the order of their tables' columns, as the bulk writer takes them.
"""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hms_desktop.db.types import to_text
from hms_desktop.domain import zones
from hms_desktop.domain.catalogue import FIRST_VISIT_TYPES
from hms_desktop.domain.lifecycle import Status
from hms_desktop.services.demo_names import NOTES

APPOINTMENT = (
    "id", "patient_id", "doctor_id", "room_id", "visit_type_id", "starts_at", "ends_at",
    "blocks_from", "blocks_to", "lane", "status", "source", "note", "cancel_reason",
    "arrived_at", "started_at", "finished_at", "version", "created_at", "updated_at",
    "created_by", "updated_by",
)  # fmt: skip
CHANGE = ("appointment_id", "before", "after", "at", "user_id", "undo")
TOKEN = (
    "id", "appointment_id", "doctor_id", "on_date", "number", "state", "arrived_at", "called_at",
    "finished_at", "version",
)  # fmt: skip
AUDIT = (
    "at", "request_id", "position", "user_id", "user_name", "role", "workstation", "program",
    "action", "entity", "entity_id", "patient_id", "before", "after", "reason",
)  # fmt: skip
DETAIL_DAYS = 90
"""Visits of so many last days have their full history and audit; older ones only their end."""
LONGEST_YEARS = 60
_FULLEST = 0.86
_TRIES = 20


@dataclass(frozen=True, slots=True)
class VisitKind:
    """A kind of visit as the generator needs it; minutes."""

    id: int
    minutes: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class MadeDoctor:
    """A made-up doctor: room, hours by weekday, and leave as whole or half local days."""

    id: int
    room_id: int
    week: dict[int, tuple[tuple[int, int], ...]]
    leave: dict[date, int]

    def sessions(self, on: date) -> tuple[tuple[int, int], ...]:
        """Return the stretches of work of a local date (minutes from midnight)."""
        until = self.leave.get(on)
        hours = self.week.get(on.weekday(), ())
        if until is None:
            return hours
        return tuple((begin, min(end, until)) for begin, end in hours if begin < until)


@dataclass(slots=True)
class Rows:
    """What was made, waiting to be written."""

    appointments: list[tuple[Any, ...]] = field(default_factory=list)
    changes: list[tuple[Any, ...]] = field(default_factory=list)
    tokens: list[tuple[Any, ...]] = field(default_factory=list)
    audit: list[tuple[Any, ...]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Clerk:
    """Who is said to have booked: a log-in of the hospital, or nobody."""

    user_id: int | None
    name: str


class VisitMaker:
    """Makes visits; the same seed and moment give the same ones."""

    def __init__(
        self,
        rng: random.Random,
        *,
        zone: ZoneInfo,
        now: datetime,
        doctors: list[MadeDoctor],
        kinds: list[VisitKind],
        patients: range,
        holidays: frozenset[date],
        clerk: Clerk,
        first_id: int,
        first_token: int,
        detail_days: int = DETAIL_DAYS,
    ) -> None:
        """Take the hospital as it stands; ``now`` (UTC) parts what has happened from what comes."""
        self._rng = rng
        self._zone = zone
        self._now = now
        self._now_text = to_text(now)
        self._doctors = doctors
        self._patients = patients
        self._holidays = holidays
        self._clerk = clerk
        self._next_id = first_id
        self._next_token = first_token
        # Follow-ups are the commonest; a long list is quicker to draw from than weights.
        weights = (4, 8, 2, 1)
        self._kinds = [
            kind for kind, often in zip(kinds, weights, strict=False) for _ in range(often)
        ] or kinds
        self._left = 0
        self._detail_since = now - timedelta(days=detail_days)
        self.rows = Rows()

    def days(self, ahead: int, past: int, most: int) -> Iterator[date]:
        """Make today, then days before and after it by turns, then the rest of the past.

        Ends after ``most`` visits. The rows of the days so far are in ``rows``, for the caller
        to write and to empty.
        """
        today = self._now.astimezone(self._zone).date()
        near = [step for days in range(1, ahead + 1) for step in (days, -days) if step >= -past]
        self._left = most
        for step in itertools.chain((0,), near, range(-min(ahead, past) - 1, -past - 1, -1)):
            on = today + timedelta(days=step)
            if on not in self._holidays:
                self._day(on, today)
            yield on
            if not self._left:
                return

    def _day(self, on: date, today: date) -> None:
        texts = _Moments(self._zone, on)
        fullness = _FULLEST if on <= today else max(0.12, _FULLEST - 0.03 * (on - today).days)
        seen: set[int] = set()
        for index, doctor in enumerate(self._doctors):
            token = 0
            busy = False
            for begin, end in doctor.sessions(on):
                minute = begin
                while True:
                    if not self._left:
                        return
                    if self._rng.random() > fullness:
                        minute += 15
                        if minute >= end:
                            break
                        continue
                    kind = self._kinds[int(self._rng.random() * len(self._kinds))]
                    start = minute + kind.before
                    if start + kind.minutes + kind.after > end:
                        break
                    patient = self._patient(index, seen)
                    if patient is None:
                        break
                    status = self._status(texts, start, kind.minutes, busy=busy)
                    busy = busy or status is Status.IN_CONSULTATION
                    token += self._visit(
                        texts, doctor, kind, start=start, patient=patient, status=status,
                        token=token,
                    )  # fmt: skip
                    minute = -(-(start + kind.minutes + kind.after) // 15) * 15

    def _patient(self, doctor: int, seen: set[int]) -> int | None:
        """Return somebody who has no other visit this day; most come back to their doctor."""
        count, doctors = len(self._patients), len(self._doctors)
        for _ in range(_TRIES):
            number = int(self._rng.random() * count)
            if count > doctors and self._rng.random() < 0.6:  # noqa: PLR2004 - their regulars
                number = number - number % doctors + doctor
                if number >= count:
                    continue
            if number not in seen:
                seen.add(number)
                return self._patients[number]
        return None

    def _status(self, texts: _Moments, start: int, minutes: int, *, busy: bool) -> Status:
        chance = self._rng.random()
        begins, ends = texts[start], texts[start + minutes]
        if texts[start + minutes + 20] <= self._now_text:
            if chance < 0.80:  # noqa: PLR2004
                return Status.COMPLETED
            return Status.CANCELLED if chance < 0.90 else Status.NO_SHOW  # noqa: PLR2004
        if begins <= self._now_text:
            if not busy and chance < 0.75:  # noqa: PLR2004
                return Status.IN_CONSULTATION
            return Status.ARRIVED if chance < 0.85 or ends <= self._now_text else Status.BOOKED  # noqa: PLR2004
        if texts[start - 45] <= self._now_text and chance < 0.5:  # noqa: PLR2004
            return Status.ARRIVED
        if chance < 0.06:  # noqa: PLR2004
            return Status.CANCELLED
        return Status.CONFIRMED if chance > 0.45 else Status.BOOKED  # noqa: PLR2004

    def _visit(
        self,
        texts: _Moments,
        doctor: MadeDoctor,
        kind: VisitKind,
        *,
        start: int,
        patient: int,
        status: Status,
        token: int,
    ) -> bool:
        """Make one visit; return whether the patient came (and so has a token)."""
        rng = self._rng
        end = start + kind.minutes
        came = status in _CAME
        lead = int(rng.random() * 21 * 1440) + 90
        early = int(rng.random() * 25) - 3
        arrived = min(texts[start - early], self._now_text) if came else None
        if status is Status.ARRIVED:
            arrived = min(texts[start - abs(early) - 5], self._ago(rng, 35))
        started = texts[start + 4] if status is Status.COMPLETED else None
        if status is Status.IN_CONSULTATION:
            started = min(texts[start + 2], self._now_text)
        finished = texts[end + 2] if status is Status.COMPLETED else None
        booked = texts.before(lead)
        if booked > self._now_text:
            booked = self._ago(rng, 2880)
        steps = _STEPS[status]
        clerk = self._clerk.user_id
        changed = finished or started or arrived or booked
        row = (
            self._next_id, patient, doctor.id, doctor.room_id, kind.id, texts[start], texts[end],
            texts[start - kind.before], texts[end + kind.after], 0, status.value,
            "phone" if lead & 3 else "desk", NOTES[lead % len(NOTES)] if lead % 17 == 0 else "",
            _REASONS[lead % 3] if status is Status.CANCELLED else "", arrived, started, finished,
            len(steps), booked, changed, clerk, clerk,
        )  # fmt: skip
        self.rows.appointments.append(row)
        if texts.noon > self._detail_since:
            number = token + 1 if came else 0
            self._detail(row, steps, texts.on, number)
        self._next_id += 1
        self._left -= 1
        return came

    def _ago(self, rng: random.Random, minutes: int) -> str:
        return to_text(self._now - timedelta(minutes=1 + int(rng.random() * minutes)))

    def _detail(
        self, row: tuple[Any, ...], steps: tuple[Status, ...], on: date, number: int
    ) -> None:
        """Note how a visit came to be as it is, as the services would have."""
        values = dict(zip(APPOINTMENT, row, strict=True))
        moments = [values["created_at"], *(self._moment(values, step) for step in steps[1:])]
        before: str | None = None
        known: dict[str, Any] = {}
        for version, (step, at) in enumerate(zip(steps, moments, strict=True), 1):
            self.rows.changes.append((row[0], before, step.value, at, self._clerk.user_id, 0))
            if version == 1:
                first = {name: audited(values[name]) for name in APPOINTMENT[1:13]}
                after = {**first, "status": step.value}
                self._audit(
                    row, at, version, "book", "appointment", entity_id=row[0], before=None,
                    after=after,
                )  # fmt: skip
                known = {"status": step.value, "version": 1}
            else:
                after = {"status": step.value, "version": version}
                stage = _STAGES.get(step)
                if stage:
                    after[stage] = audited(at)
                    known[stage] = None
                action = "check_in" if step is Status.ARRIVED else "set_status"
                if step is Status.CANCELLED:
                    action = "cancel"
                    after["cancel_reason"] = values["cancel_reason"]
                self._audit(
                    row, at, version, action, "appointment", entity_id=row[0], before=dict(known),
                    after=after,
                )  # fmt: skip
                known = {"status": step.value, "version": version}
            before = step.value
        if number:
            self._token(values, on, number)

    def _token(self, values: dict[str, Any], on: date, number: int) -> None:
        waiting = values["status"] == Status.ARRIVED.value
        row = (
            self._next_token, values["id"], values["doctor_id"], on.isoformat(), number,
            "waiting" if waiting else "done", values["arrived_at"], values["started_at"],
            values["started_at"], 1,
        )  # fmt: skip
        self.rows.tokens.append(row)
        after = {
            "appointment_id": values["id"],
            "doctor_id": values["doctor_id"],
            "on_date": on.isoformat(),
            "number": number,
            "state": row[5],
        }
        visit = (values["id"], values["patient_id"])
        self._audit(
            visit, values["arrived_at"], 2, "check_in", "queue_token", entity_id=row[0],
            before=None, after=after, position=1,
        )  # fmt: skip
        self._next_token += 1

    def _audit(
        self,
        visit: tuple[Any, ...],
        at: str,
        version: int,
        action: str,
        entity: str,
        *,
        entity_id: int,
        before: dict[str, Any] | None,
        after: dict[str, Any],
        position: int = 0,
    ) -> None:
        self.rows.audit.append(
            (
                at, f"demo-{visit[0]}-{version}", position, self._clerk.user_id, self._clerk.name,
                "receptionist", "front desk 2", "demo", action, entity, entity_id, visit[1],
                "null" if before is None else json.dumps(before), json.dumps(after), "",
            )
        )  # fmt: skip

    @staticmethod
    def _moment(values: dict[str, Any], step: Status) -> str:
        return str(values[_STAGES[step]] if step in _STAGES else values["updated_at"])


class _Moments(dict[int, str]):
    """The moments of one local date as the database holds them, by minute from midnight."""

    def __init__(self, zone: ZoneInfo, on: date) -> None:
        super().__init__()
        self._zone = zone
        self.on = on
        self.noon = zones.to_utc(zone, on, 720)

    def __missing__(self, minute: int) -> str:
        text = to_text(self.noon + timedelta(minutes=minute - 720))
        self[minute] = text
        return text

    def before(self, minutes: int) -> str:
        """Return a moment so many minutes before nine in the morning."""
        return self[540 - minutes]


def audited(value: Any) -> Any:  # noqa: ANN401 - any column value
    """Return a value as the audit holds it: moments in ISO form with their zone."""
    if isinstance(value, str) and len(value) == len("2026-11-23 10:00:00.000000"):
        return datetime.fromisoformat(value).replace(tzinfo=UTC).isoformat()
    return value


def first_kinds(ids: list[int]) -> list[VisitKind]:
    """Return the kinds of visit of a new hospital under their ids."""
    return [
        VisitKind(one, kind.minutes, kind.buffer_before, kind.buffer_after)
        for one, kind in zip(ids, FIRST_VISIT_TYPES, strict=True)
    ]


_CAME = frozenset({Status.ARRIVED, Status.IN_CONSULTATION, Status.COMPLETED})
_REASONS = ("patient", "patient", "hospital")
_STAGES = {
    Status.ARRIVED: "arrived_at",
    Status.IN_CONSULTATION: "started_at",
    Status.COMPLETED: "finished_at",
}
_STEPS: dict[Status, tuple[Status, ...]] = {
    Status.BOOKED: (Status.BOOKED,),
    Status.CONFIRMED: (Status.BOOKED, Status.CONFIRMED),
    Status.CANCELLED: (Status.BOOKED, Status.CANCELLED),
    Status.NO_SHOW: (Status.BOOKED, Status.NO_SHOW),
    Status.ARRIVED: (Status.BOOKED, Status.ARRIVED),
    Status.IN_CONSULTATION: (Status.BOOKED, Status.ARRIVED, Status.IN_CONSULTATION),
    Status.COMPLETED: (
        Status.BOOKED, Status.ARRIVED, Status.IN_CONSULTATION, Status.COMPLETED,
    ),
}  # fmt: skip
