"""Reads what the availability engine needs: rules, policy, visits and holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from hms_desktop.db.prepared import Prepared
from hms_desktop.db.tables.appointments import appointment, slot_hold, visit_type
from hms_desktop.db.tables.availability import (
    date_exception,
    hospital_holiday,
    slot_block,
    unavailability,
    working_session,
)
from hms_desktop.db.tables.doctors import department, doctor, room
from hms_desktop.db.types import from_text
from hms_desktop.domain import availability, zones
from hms_desktop.domain.appointments import VisitType
from hms_desktop.domain.availability_board import Board
from hms_desktop.domain.availability_rules import (
    Booked,
    DateException,
    DoctorRules,
    DoctorState,
    ExceptionKind,
    Hold,
    Holiday,
    Leave,
    Reason,
    SlotBlock,
    SlotPolicy,
    VisitNeed,
    WorkingSession,
)
from hms_desktop.domain.errors import Invalid, NotFound
from hms_desktop.domain.hours import DoctorFace
from hms_desktop.domain.lifecycle import HOLDING
from hms_desktop.services.context import Context

RULES: Final = (
    "doctor",
    "working_session",
    "date_exception",
    "unavailability",
    "slot_block",
    "hospital_holiday",
    "setting",
    "visit_type",
)
"""Tables that opening hours are read from."""
REACH = timedelta(hours=28)
"""No visit with its buffer begins earlier than this before the end of its time."""
_HOLDING = tuple(sorted(status.value for status in HOLDING))
_ONE_DAY = timedelta(days=1)

_IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
_BEGINS: sa.BindParameter[Any] = sa.bindparam("begins")
_ENDS: sa.BindParameter[Any] = sa.bindparam("ends")

_SESSIONS = Prepared(
    sa.select(
        working_session.c.doctor_id,
        working_session.c.id,
        working_session.c.weekday,
        working_session.c.start_minute,
        working_session.c.end_minute,
        working_session.c.valid_from,
        working_session.c.valid_to,
        working_session.c.slot_minutes,
        working_session.c.capacity,
    ).where(working_session.c.doctor_id.in_(_IDS))
)
_EXCEPTIONS = Prepared(
    sa.select(
        date_exception.c.doctor_id,
        date_exception.c.id,
        date_exception.c.on_date,
        date_exception.c.kind,
        date_exception.c.start_minute,
        date_exception.c.end_minute,
        date_exception.c.slot_minutes,
        date_exception.c.capacity,
        date_exception.c.reason,
    ).where(
        date_exception.c.doctor_id.in_(_IDS),
        date_exception.c.on_date >= sa.bindparam("first"),
        date_exception.c.on_date <= sa.bindparam("last"),
    )
)
_LEAVES = Prepared(
    sa.select(
        unavailability.c.doctor_id,
        unavailability.c.id,
        unavailability.c.starts_at,
        unavailability.c.ends_at,
        unavailability.c.reason,
    ).where(
        unavailability.c.doctor_id.in_(_IDS),
        unavailability.c.ends_at > _BEGINS,
        unavailability.c.starts_at < _ENDS,
    )
)
_BLOCKS = Prepared(
    sa.select(
        slot_block.c.doctor_id, slot_block.c.id, slot_block.c.starts_at, slot_block.c.ends_at
    ).where(
        slot_block.c.doctor_id.in_(_IDS),
        slot_block.c.starts_at >= _BEGINS,
        slot_block.c.starts_at < _ENDS,
    )
)
_HOLIDAYS = Prepared(
    sa.select(hospital_holiday.c.id, hospital_holiday.c.on_date, hospital_holiday.c.name)
)
_DOCTORS = Prepared(
    sa.select(doctor.c.id, doctor.c.default_minutes, doctor.c.approval, doctor.c.retired_at).where(
        doctor.c.id.in_(_IDS)
    )
)
_BOOKED = Prepared(
    sa.select(
        appointment.c.doctor_id,
        appointment.c.id,
        appointment.c.starts_at,
        appointment.c.ends_at,
        # Only where there is a buffer, and as the driver gives it: to read a moment costs more than
        # all the rest of a row.
        sa.func.nullif(appointment.c.blocks_from, appointment.c.starts_at, type_=sa.types.NullType),
        sa.func.nullif(appointment.c.blocks_to, appointment.c.ends_at, type_=sa.types.NullType),
        appointment.c.lane,
    ).where(
        appointment.c.doctor_id.in_(_IDS),
        appointment.c.starts_at > _BEGINS,
        appointment.c.starts_at < _ENDS,
        appointment.c.status.in_(_HOLDING),
    )
)
_HELD = Prepared(
    sa.select(
        slot_hold.c.doctor_id,
        slot_hold.c.id,
        slot_hold.c.starts_at,
        slot_hold.c.ends_at,
        slot_hold.c.user_name,
        slot_hold.c.expires_at,
    ).where(
        slot_hold.c.doctor_id.in_(_IDS),
        slot_hold.c.starts_at > _BEGINS,
        slot_hold.c.starts_at < _ENDS,
        slot_hold.c.token != sa.bindparam("own"),
    )
)


class Schedule:
    """Rules from the cache, visits and holds fresh; used inside services, asks no permission."""

    def __init__(self, context: Context) -> None:
        """Keep the database and the cache."""
        self._context = context
        self._database = context.database
        self._cache = context.cache

    # -- rules ------------------------------------------------------------------------------
    def policy(self) -> SlotPolicy:
        """Return the hospital's zone, default hours and slot length."""
        settings = self._context.settings()
        return SlotPolicy(
            settings.zone_info,
            settings.default_start_minute if settings.default_hours_apply else None,
            settings.default_end_minute,
            step_minutes=settings.slot_minutes,
        )

    def holidays(self) -> tuple[Holiday, ...]:
        """Return the hospital's holidays."""

        def load() -> tuple[Holiday, ...]:
            with self._database.read() as connection:
                return tuple(Holiday(*row) for row in _HOLIDAYS.rows(connection, {}))

        return self._cache.get("holidays", (), load, ("hospital_holiday",))

    def rules(self, doctor_ids: Iterable[int], first: date, last: date) -> dict[int, DoctorRules]:
        """Return what opens and closes some doctors' time on local dates, whole months at a time.

        Any number of doctors costs the same five queries; unknown doctors are left out.
        """
        begins = first.replace(day=1) - _ONE_DAY
        ends = (last.replace(day=28) + timedelta(days=4)).replace(day=1) + _ONE_DAY
        wanted = tuple(sorted(set(doctor_ids)))
        return self._cache.get(
            "rules", (wanted, begins, ends), lambda: self._load(wanted, begins, ends), RULES
        )

    def _load(self, ids: tuple[int, ...], first: date, last: date) -> dict[int, DoctorRules]:
        zone = self._context.zone()
        values: dict[str, Any] = {"ids": ids}
        dates = {**values, "first": first, "last": last}
        begins, ends = zones.day_bounds(zone, first)[0], zones.day_bounds(zone, last)[1]
        moments = {**values, "begins": begins, "ends": ends}
        with self._database.read() as connection:
            doctors = _DOCTORS.rows(connection, values)
            sessions = _by_doctor(_SESSIONS.rows(connection, values), WorkingSession)
            exceptions = _by_doctor(_EXCEPTIONS.rows(connection, dates), _exception)
            leaves = _by_doctor(_LEAVES.rows(connection, moments), Leave)
            blocks = _by_doctor(_BLOCKS.rows(connection, moments), SlotBlock)
        return {
            one: DoctorRules(
                one,
                tuple(sessions.get(one, ())),
                tuple(exceptions.get(one, ())),
                tuple(leaves.get(one, ())),
                tuple(blocks.get(one, ())),
                minutes,
                DoctorState.BLOCKED if retired_at else DoctorState(approval),
            )
            for one, minutes, approval, retired_at in doctors
        }

    def rules_at(self, doctor_id: int, starts_at: datetime, ends_at: datetime) -> DoctorRules:
        """Return one doctor's rules around a stretch of time; raises NotFound."""
        zone = self._context.zone()
        first, last = starts_at.astimezone(zone).date(), ends_at.astimezone(zone).date()
        found = self.rules((doctor_id,), first, last).get(doctor_id)
        if found is None:
            raise NotFound("This doctor is no longer there. Nothing was changed.")
        return found

    def visit_types(self) -> dict[int, VisitType]:
        """Return all kinds of visit by id, retired ones too."""

        def load() -> dict[int, VisitType]:
            with self._database.read() as connection:
                rows = connection.execute(sa.select(visit_type).order_by(visit_type.c.position))
                return {
                    row.id: VisitType(
                        row.id,
                        row.name,
                        row.minutes,
                        row.colour,
                        row.buffer_before,
                        row.buffer_after,
                        row.min_notice,
                        row.horizon_days,
                        frozenset(row.bookable_by),
                        row.version,
                        retired=row.retired_at is not None,
                    )
                    for row in rows
                }

        return self._cache.get("visit_types_by_id", (), load, ("visit_type",))

    def need(self, visit_type_id: int | None, *, by: str = "desk") -> VisitNeed:
        """Return what a kind of visit needs; None means one slot of the session.

        ``by`` is who books (``desk``, ``doctor``, ``kiosk``). Raises Invalid.
        """
        if visit_type_id is None:
            return VisitNeed()
        found = self.visit_types().get(visit_type_id)
        if found is None or found.retired:
            raise Invalid(
                "visit_type_id", "This kind of visit is not offered any more. Choose another one."
            )
        if by not in found.bookable_by:
            raise Invalid(
                "visit_type_id",
                "{name} cannot be booked from here. Choose another kind of visit.",
                name=found.name,
            )
        return VisitNeed(
            found.minutes,
            found.buffer_before,
            found.buffer_after,
            found.min_notice,
            found.horizon_days,
        )

    def doctors(self) -> dict[int, DoctorFace]:
        """Return all doctors who were not retired, in the order of department and name."""

        def load() -> dict[int, DoctorFace]:
            query = (
                sa.select(
                    doctor.c.id,
                    doctor.c.display_name,
                    doctor.c.department_id,
                    sa.func.coalesce(department.c.name, ""),
                    doctor.c.room_id,
                    sa.func.coalesce(room.c.name, ""),
                    doctor.c.approval == DoctorState.APPROVED.value,
                )
                .select_from(
                    doctor.outerjoin(
                        department, department.c.id == doctor.c.department_id
                    ).outerjoin(room, room.c.id == doctor.c.room_id)
                )
                .where(doctor.c.retired_at.is_(None))
                .order_by(department.c.name, doctor.c.display_name, doctor.c.id)
            )
            with self._database.read() as connection:
                return {row[0]: DoctorFace(*row) for row in connection.execute(query)}

        return self._cache.get("faces", (), load, ("doctor", "department", "room"))

    def room_of(self, doctor_id: int) -> int | None:
        """Return the room a doctor usually works in."""
        found = self.doctors().get(doctor_id)
        return None if found is None else found.room_id

    # -- visits and holds -------------------------------------------------------------------
    @staticmethod
    def booked(
        connection: sa.Connection, doctor_ids: Iterable[int], begins: datetime, ends: datetime
    ) -> dict[int, list[Booked]]:
        """Return the visits that keep their slots near a stretch of time (UTC), by doctor."""
        found: dict[int, list[Booked]] = defaultdict(list)
        values = {"ids": tuple(doctor_ids), "begins": begins - REACH, "ends": ends + REACH}
        new = tuple.__new__  # half the time of Booked(...), and there may be many thousands
        for whose, one, start, end, from_, to, lane in _BOOKED.rows(connection, values):
            before = 0 if from_ is None else _minutes(_moment(from_), start)
            after = 0 if to is None else _minutes(end, _moment(to))
            found[whose].append(new(Booked, (one, start, end, before, after, True, lane)))
        return found

    @staticmethod
    def holds(
        connection: sa.Connection,
        doctor_ids: Iterable[int],
        begins: datetime,
        ends: datetime,
        *,
        except_token: str | None = None,
    ) -> dict[int, list[Hold]]:
        """Return the soft holds near a stretch of time (UTC), by doctor, the own one left out."""
        values = {
            "ids": tuple(doctor_ids),
            "begins": begins - REACH,
            "ends": ends + REACH,
            "own": except_token or "",
        }
        return _by_doctor(_HELD.rows(connection, values), Hold)

    # -- answers ----------------------------------------------------------------------------
    def hours_reason(
        self,
        doctor_id: int,
        starts_at: datetime,
        ends_at: datetime,
        need: VisitNeed,
        now: datetime,
    ) -> Reason | None:
        """Return why the doctor's hours refuse a visit; visits and holds are not looked at."""
        rules = self.rules_at(doctor_id, starts_at, ends_at)
        exact = replace(need, minutes=_minutes(starts_at, ends_at))
        return availability.why_closed(
            rules, self.policy(), self.holidays(), (), (), starts_at, now, exact
        )

    def capacity_at(self, doctor_id: int, starts_at: datetime, ends_at: datetime) -> int:
        """Return how many visits may take place side by side; 1 outside of hours."""
        rules = self.rules_at(doctor_id, starts_at, ends_at)
        sizes = {one.capacity for one in rules.sessions}
        if sizes.union(one.capacity for one in rules.exceptions) <= {1}:
            return 1
        policy = self.policy()
        minutes = _minutes(starts_at, ends_at)
        start = zones.minute_floor(starts_at)
        on = zones.date_of(policy.zone, start)
        need = VisitNeed(minutes)
        board = Board(rules, policy, self.holidays(), (), (), on, on, starts_at, need)
        return max(1, board.remaining(start, minutes))


def _by_doctor(rows: Iterable[Sequence[Any]], make: Any) -> dict[int, list[Any]]:  # noqa: ANN401
    found: dict[int, list[Any]] = defaultdict(list)
    for whose, *values in rows:
        found[whose].append(make(*values))
    return found


def _exception(one: int, on: date, kind: str, *rest: Any) -> DateException:  # noqa: ANN401
    return DateException(one, on, ExceptionKind(kind), *rest)


def _moment(value: datetime | str) -> datetime:
    return from_text(value) if isinstance(value, str) else value


def _minutes(starts_at: datetime, ends_at: datetime) -> int:
    return int((ends_at - starts_at).total_seconds() // 60)
