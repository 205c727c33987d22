from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from hms_desktop.domain.availability import (
    day_plan,
    free_lane,
    free_slots,
    free_time,
    open_windows,
    slot_minutes_at,
    why_closed,
)
from hms_desktop.domain.availability_people import (
    Person,
    choose,
    free_slots_all,
    free_slots_any,
    next_free,
    why_none,
)
from hms_desktop.domain.availability_rules import (
    OVERRIDES,
    TEMPLATES,
    Booked,
    DateException,
    DoctorRules,
    DoctorState,
    ExceptionKind,
    Grid,
    Hold,
    Holiday,
    Leave,
    ReasonKind,
    SlotBlock,
    SlotPolicy,
    VisitNeed,
    WorkingSession,
)
from hms_desktop.domain.permissions import PERMISSIONS
from hms_desktop.domain.zones import clock_text, to_utc

ZONE = ZoneInfo("Asia/Kolkata")
POLICY = SlotPolicy(ZONE)
MONDAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 1, tzinfo=UTC)
NEED = VisitNeed(30)
WEEK = tuple(
    WorkingSession(day * 2 + part, day, start, end, slot_minutes=30)
    for day in range(5)
    for part, (start, end) in enumerate(((9 * 60, 12 * 60), (13 * 60, 17 * 60)))
)
RULES = DoctorRules(7, WEEK)


def at(hour: float, on: date = MONDAY) -> datetime:
    return to_utc(ZONE, on, int(hour * 60))


def starts(rules: DoctorRules, on: date = MONDAY, **changes: object) -> list[str]:
    given = {"holidays": (), "booked": (), "holds": (), "need": NEED, "now": NOW, **changes}
    policy = given.pop("policy", POLICY)
    slots = free_slots(rules, policy, first=on, last=on, **given)  # type: ignore[arg-type]
    return [slot.starts_at.astimezone(ZONE).strftime("%H:%M") for slot in slots]


def visit(hour: float, minutes: int = 30, **changes: object) -> Booked:
    start = at(hour)
    return Booked(1, start, start + timedelta(minutes=minutes))._replace(**changes)  # type: ignore[arg-type]


@pytest.mark.feature("AVL-1")
def test_week_has_sessions_within_their_valid_dates() -> None:
    assert starts(RULES)[:7] == ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30", "13:00"]
    assert starts(RULES, MONDAY + timedelta(days=5)) == []
    later = replace(WEEK[0], valid_from=MONDAY + timedelta(days=7))
    ended = replace(WEEK[1], valid_to=MONDAY - timedelta(days=7))
    assert starts(DoctorRules(7, (later, ended))) == []
    last_day = replace(WEEK[0], valid_from=MONDAY, valid_to=MONDAY)
    assert starts(DoctorRules(7, (last_day,)))[-1] == "11:30"


@pytest.mark.feature("AVL-2")
def test_exceptions_add_replace_and_close() -> None:
    adds = DateException(1, MONDAY, ExceptionKind.ADDS, 18 * 60, 19 * 60, 20)
    assert starts(replace(RULES, exceptions=(adds,)))[-2:] == ["18:00", "18:20"]
    replaces = DateException(2, MONDAY, ExceptionKind.REPLACES, 600, 660)
    assert starts(replace(RULES, exceptions=(replaces,))) == ["10:00", "10:30"]
    part = DateException(3, MONDAY, ExceptionKind.CLOSES, 600, 660)
    assert "10:00" not in starts(replace(RULES, exceptions=(part,)))
    assert starts(replace(RULES, exceptions=(part, replaces))) == []
    whole = DateException(4, MONDAY, ExceptionKind.CLOSES)
    assert starts(replace(RULES, exceptions=(whole, adds))) == []


@pytest.mark.feature("AVL-3", "AVL-2")
def test_leave_and_blocked_slots_take_their_time_only() -> None:
    away = Leave(5, at(8), at(16), "congress")
    block = SlotBlock(6, at(16.5), at(17))
    assert starts(replace(RULES, leaves=(away,), blocks=(block,))) == ["16:00"]


@pytest.mark.feature("AVL-4")
def test_holiday_closes_the_week_but_not_hours_entered_for_that_date() -> None:
    holi = Holiday(9, MONDAY, "Holi")
    adds = DateException(1, MONDAY, ExceptionKind.ADDS, 600, 660)
    assert starts(RULES, holidays=(holi,)) == []
    assert starts(replace(RULES, exceptions=(adds,)), holidays=(holi,)) == ["10:00", "10:30"]


@pytest.mark.feature("AVL-5")
def test_doctor_without_any_hours_has_those_of_the_hospital() -> None:
    nobody = DoctorRules(8)
    assert starts(nobody, need=VisitNeed()) == [
        f"{hour}:{minute}" for hour in range(11, 17) for minute in ("00", "30")
    ]
    assert len(starts(replace(nobody, default_minutes=20), need=VisitNeed())) == 18
    assert starts(nobody, policy=replace(POLICY, default_start=None)) == []
    assert starts(DoctorRules(8, (replace(WEEK[0], valid_to=date(2020, 1, 1)),))) == []


@pytest.mark.feature("AVL-5")
def test_visits_buffers_and_holds_take_time() -> None:
    assert "10:00" not in starts(RULES, booked=[visit(10)])
    assert "10:00" in starts(RULES, booked=[visit(10, holds=False)])
    assert "10:00" in starts(RULES, booked=[visit(10, lane=100)])
    assert "10:30" not in starts(RULES, booked=[visit(10, buffer_after=5)])
    assert "09:30" not in starts(RULES, booked=[visit(10)], need=VisitNeed(30, buffer_after=5))
    hold = Hold(3, at(10), at(10.5), "Asha", NOW + timedelta(seconds=1))
    assert "10:00" not in starts(RULES, holds=[hold])
    assert "10:00" in starts(RULES, holds=[replace(hold, expires_at=NOW)])


@pytest.mark.feature("AVL-5")
def test_capacity_counts_lanes_and_moves_those_that_lost_theirs() -> None:
    two = replace(RULES, sessions=(replace(WEEK[0], capacity=2),))
    slots = free_slots(
        two, POLICY, (), [visit(9), visit(9.5, lane=1)], (), MONDAY, MONDAY, NOW, NEED
    )
    assert [slot.remaining for slot in slots] == [1, 1, 2, 2, 2, 2]
    assert free_lane(two, POLICY, (), [visit(9)], (), at(9), NOW, NEED) == 1
    hour = VisitNeed(60)  # one lane is taken first, the other then: no lane is free throughout
    assert "09:00" not in starts(two, booked=[visit(9), visit(9.5, lane=1)], need=hour)
    mixed = replace(RULES, sessions=(replace(WEEK[0], capacity=2), WEEK[1]))
    lost = visit(13, lane=1)  # the afternoon holds one: its visit in lane 1 is that one
    assert "13:00" not in starts(mixed, booked=[lost])


@pytest.mark.feature("AVL-5")
def test_windows_name_the_rule_that_opens_them() -> None:
    adds = DateException(4, MONDAY, ExceptionKind.ADDS, 18 * 60, 19 * 60, 20, 3)
    block = SlotBlock(6, at(9), at(9.5))
    rules = replace(RULES, exceptions=(adds,), blocks=(block,))
    windows = open_windows(rules, POLICY, (), MONDAY)
    assert [(one.session_id, one.exception_id) for one in windows] == [
        (0, None),
        (1, None),
        (None, 4),
    ]
    assert windows[0].starts_at == at(9.5)
    assert (windows[2].capacity, windows[2].slot_minutes) == (3, 20)
    assert slot_minutes_at(rules, POLICY, (), at(18)) == 20
    free = free_time(rules, POLICY, (), [visit(10)], (), at(0), at(12), NOW)
    assert free == [(at(9.5), at(10)), (at(10.5), at(12))]


REASONS = [
    (ReasonKind.DOCTOR_BLOCKED, 10, {"rules": replace(RULES, state=DoctorState.BLOCKED)}, 7),
    (ReasonKind.NOT_APPROVED, 10, {"rules": replace(RULES, state=DoctorState.PENDING)}, 7),
    (ReasonKind.PAST, 9, {"now": at(9.5)}, None),
    (ReasonKind.NOTICE, 9, {"now": at(8), "need": VisitNeed(30, min_notice=90)}, None),
    (ReasonKind.HORIZON, 9, {"need": VisitNeed(30, horizon_days=0)}, None),
    (ReasonKind.HOLIDAY, 9, {"holidays": (Holiday(9, MONDAY, "Holi"),)}, 9),
    (ReasonKind.LEAVE, 9, {"rules": replace(RULES, leaves=(Leave(5, at(8), at(18)),))}, 5),
    (
        ReasonKind.DATE_CLOSED,
        9,
        {"rules": replace(RULES, exceptions=(DateException(3, MONDAY, ExceptionKind.CLOSES),))},
        3,
    ),
    (
        ReasonKind.SLOT_BLOCK,
        9,
        {"rules": replace(RULES, blocks=(SlotBlock(6, at(9), at(9.5)),))},
        6,
    ),
    (ReasonKind.BETWEEN_SESSIONS, 11.75, {}, None),
    (ReasonKind.OUTSIDE_HOURS, 16.75, {}, None),
    (ReasonKind.NOT_WORKING, 9, {"rules": DoctorRules(7, WEEK[2:])}, None),
    (
        ReasonKind.OTHER_HOURS,
        12,
        {
            "rules": replace(
                RULES, exceptions=(DateException(2, MONDAY, ExceptionKind.REPLACES, 600, 660),)
            )
        },
        2,
    ),
    (
        ReasonKind.DAY_FULL,
        9,
        {"policy": replace(POLICY, max_per_day=1), "booked": [visit(14)]},
        None,
    ),
    (
        ReasonKind.DAY_MINUTES,
        9,
        {"policy": replace(POLICY, max_minutes_per_day=59), "booked": [visit(14)]},
        None,
    ),
    (ReasonKind.BOOKED, 9, {"booked": [visit(9.25)]}, 1),
    (ReasonKind.BUFFER, 9, {"booked": [visit(9.5, buffer_before=5)]}, 1),
    (ReasonKind.HELD, 9, {"holds": [Hold(3, at(9), at(9.5), "Asha", at(20))]}, 3),
    (ReasonKind.OFF_GRID, 9.25, {}, None),
]


@pytest.mark.feature("AVL-7")
@pytest.mark.parametrize(
    ("kind", "hour", "changes", "row_id"), REASONS, ids=[r[0] for r in REASONS]
)
def test_closed_time_names_its_rule_and_who_may_override(
    kind: ReasonKind, hour: float, changes: dict[str, object], row_id: int | None
) -> None:
    given = {
        "rules": RULES, "policy": POLICY, "holidays": (), "booked": (), "holds": (),
        "now": NOW, "need": NEED, **changes,
    }  # fmt: skip
    reason = why_closed(starts_at=at(hour), on_grid=True, **given)  # type: ignore[arg-type]
    assert reason is not None
    assert (reason.kind, reason.row_id) == (kind, row_id)
    assert (reason.table is None) == (row_id is None)
    sentence = reason.sentence(partial(clock_text, ZONE))
    assert sentence
    assert "{" not in sentence
    assert reason.override is None or reason.override in PERMISSIONS


@pytest.mark.feature("AVL-7")
def test_reasons_are_sentences_in_hospital_time() -> None:
    hold = Hold(3, at(9), at(9.5), "Asha {x}", at(20))
    reason = why_closed(RULES, POLICY, (), (), [hold], at(9), NOW, NEED)
    assert reason is not None
    clock = partial(clock_text, ZONE)
    assert reason.sentence(clock) == "Asha {x} is booking 09:00–09:30 right now."
    half = partial(clock_text, ZONE, clock_24h=False)
    assert reason.sentence(half) == "Asha {x} is booking 9:00 am–9:30 am right now."
    lunch = why_closed(RULES, POLICY, (), (), (), at(12), NOW, NEED)
    assert lunch is not None
    assert lunch.sentence(clock) == "Between two sessions: the next one begins at 13:00."
    assert set(TEMPLATES) == set(ReasonKind)
    assert set(OVERRIDES) <= set(ReasonKind)


@pytest.mark.feature("AVL-7")
def test_day_plan_hatches_the_day_with_reasons() -> None:
    away = Leave(5, at(15), at(30), "congress")
    plan = day_plan(replace(RULES, leaves=(away,)), POLICY, (), (), (), MONDAY, NOW, NEED)
    assert [(one.reason.kind, one.starts_at, one.ends_at) for one in plan.closed] == [
        (ReasonKind.OUTSIDE_HOURS, at(0), at(9)),
        (ReasonKind.BETWEEN_SESSIONS, at(12), at(13)),
        (ReasonKind.LEAVE, at(15), at(24)),
    ]
    assert plan.open == ((at(9), at(12)), (at(13), at(15)))
    assert len(plan.slots) == 10


@pytest.mark.feature("AVL-5")
def test_staff_may_start_off_the_grid_but_on_whole_minutes() -> None:
    assert why_closed(RULES, POLICY, (), (), (), at(9.25), NOW, NEED) is None
    reason = why_closed(RULES, POLICY, (), (), (), at(9) + timedelta(seconds=1), NOW, NEED)
    assert reason is not None
    assert reason.kind is ReasonKind.OFF_GRID


@pytest.mark.feature("AVL-5")
def test_nonsense_is_refused_when_it_is_made() -> None:
    for wrong in ({"minutes": 0}, {"step_minutes": 0}, {"buffer_after": -1}, {"minutes": 1441}):
        with pytest.raises(ValueError, match=r"a visit|a step|buffers"):
            VisitNeed(**wrong)
    with pytest.raises(ValueError, match="unit"):
        Grid(unit=0)


LATE = Person(DoctorRules(2, (WorkingSession(1, 0, 600, 720, slot_minutes=30),)))
EARLY = Person(DoctorRules(1, (WorkingSession(2, 0, 540, 660, slot_minutes=30),)))


@pytest.mark.feature("AVL-5")
def test_several_people_any_or_all() -> None:
    both = [LATE, EARLY]
    offers = free_slots_any(both, POLICY, (), MONDAY, MONDAY, NOW, NEED)
    assert [one.doctor_ids for one in offers] == [(1,), (1,), (1, 2), (1, 2), (2,), (2,)]
    together = free_slots_all(both, POLICY, (), MONDAY, MONDAY, NOW, NEED)
    assert [one.starts_at for one in together] == [at(10), at(10.5)]
    busy = replace(LATE, booked=(visit(10),))
    assert len(free_slots_all([busy, EARLY], POLICY, (), MONDAY, MONDAY, NOW, NEED)) == 1
    assert choose(both, POLICY, (), at(9), NOW, NEED) is EARLY
    assert choose(both, POLICY, (), at(14), NOW, NEED) is None
    skin = replace(EARLY, offers=frozenset({"skin"}))
    reasons = why_none([skin, LATE], POLICY, (), at(10), NOW, replace(NEED, service="heart"))
    assert reasons[2] is None
    assert reasons[1] is not None
    assert reasons[1].kind is ReasonKind.NOT_OFFERED


@pytest.mark.feature("AVL-5")
def test_next_free_reads_no_further_than_it_is_asked() -> None:
    asked: list[tuple[date, date]] = []

    def load(first: date, last: date) -> list[Person]:
        asked.append((first, last))
        return [LATE, EARLY]

    last = MONDAY + timedelta(days=60)
    found = next_free(load, POLICY, (), MONDAY, last, NOW, NEED, part_of_day=(660, 1440))
    assert next(found).starts_at == at(11)
    assert next(found).starts_at == at(11.5)
    assert len(asked) == 1
    assert next(found).starts_at == at(11, MONDAY + timedelta(days=7))
    assert len(asked) == 2
    tuesdays = next_free(load, POLICY, (), MONDAY, last, NOW, NEED, weekdays=frozenset({1}))
    assert list(tuesdays) == []
