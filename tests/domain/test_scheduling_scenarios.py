"""Independent scheduling cases, mapped onto the engine's public functions."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hms_desktop.domain.availability import free_slots, free_time
from hms_desktop.domain.availability_grid import on_clock_grid
from hms_desktop.domain.availability_people import (
    Offer,
    Person,
    choose,
    free_slots_all,
    free_slots_any,
    in_a_row,
    places_per_half_day,
    places_per_hour,
)
from hms_desktop.domain.availability_rules import (
    Booked,
    DateException,
    DoctorRules,
    ExceptionKind,
    Grid,
    GridOrigin,
    Hold,
    Leave,
    Slot,
    SlotPolicy,
    VisitNeed,
    WorkingSession,
)
from hms_desktop.domain.zones import split_overnight, to_utc

pytestmark = pytest.mark.feature("AVL-5")

FILE = Path(__file__).parents[2].parent / "shared" / "data" / "scheduling_scenarios.json"
CASES: list[dict[str, Any]] = (
    json.loads(FILE.read_text("utf-8"))["scenarios"] if FILE.exists() else []
)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NOT_HOLDING = {"cancelled", "rejected", "entered-in-error"}
LATER = datetime(9000, 1, 1, tzinfo=UTC)
LONG_AGO = datetime(1990, 1, 1, tzinfo=UTC)

# What we decide otherwise, and why, is told in docs/decisions/0003-scheduling-policies.md.
# Here stands what we answer instead.
OTHERWISE: dict[str, Any] = {
    "MED-12": [["2026-03-08T07:00Z", "2026-03-08T13:30Z"]],
    "NHS-B-21": [True],
}


def of_kind(*kinds: str) -> list[Any]:
    """Return the cases of some kinds as parameters; one that skips where the file is absent."""
    if not CASES:
        reason = f"the independent data is absent ({FILE})"
        return [pytest.param({}, id="absent", marks=pytest.mark.skip(reason=reason))]
    return [pytest.param(case, id=case["id"]) for case in CASES if case["kind"] in kinds]


def minutes(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def local(zone: ZoneInfo, text: str) -> datetime:
    on, clock = text.split("T")
    return to_utc(zone, date.fromisoformat(on), minutes(clock))


def sessions(rows: list[dict[str, Any]], capacity: int) -> tuple[WorkingSession, ...]:
    return tuple(
        WorkingSession(number * 10 + DAYS.index(day), weekday, start, end, capacity=capacity)
        for number, row in enumerate(rows)
        for day in row.get("days", ())
        for weekday, start, end in split_overnight(
            DAYS.index(day), minutes(row["start"]), minutes(row["end"])
        )
    )


def exceptions(source: dict[str, Any], capacity: int) -> tuple[DateException, ...]:
    found: list[tuple[str, ExceptionKind, str | None, str | None]] = [
        (row["date"], ExceptionKind.ADDS, row["start"], row["end"])
        for row in source.get("open", ())
        if "date" in row
    ]
    for row in source.get("override", ()):
        windows = row["windows"] or [(None, None)]
        found += [(row["date"], ExceptionKind.REPLACES, a, b) for a, b in windows]
    found += [(day, ExceptionKind.CLOSES, None, None) for day in source.get("closed", ())]
    for row in source.get("breaks", ()):
        days = [row["date"]] if "date" in row else source["seen"]
        found += [
            (day, ExceptionKind.CLOSES, row["start"], row["end"])
            for day in days
            if "date" in row or DAYS[date.fromisoformat(day).weekday()] in row["days"]
        ]
    return tuple(
        DateException(
            number,
            date.fromisoformat(day),
            kind,
            None if start is None else minutes(start),
            None if end is None else minutes(end),
            capacity=capacity,
        )
        for number, (day, kind, start, end) in enumerate(found)
    )


def person(case: dict[str, Any], source: dict[str, Any], number: int = 0) -> Person:
    zone, capacity = ZoneInfo(case["tz"]), case.get("capacity", 1)
    booked, holds, leaves = [], [], []
    for row_id, row in enumerate(source.get("busy", ())):
        start, end = local(zone, row["start"]), local(zone, row["end"])
        if row["state"] == "blocked":
            leaves.append(Leave(row_id, start, end))
        elif row["state"] in {"pending", "expired", "provisional", "busy-tentative"}:
            expires = LONG_AGO if row["state"] in {"pending", "expired"} else LATER
            holds.append(Hold(row_id, start, end, "somebody", expires))
        else:
            booked.append(
                Booked(
                    row_id,
                    start,
                    end,
                    row.get("buffer_before_min", 0),
                    row.get("buffer_after_min", 0),
                    row["state"] not in NOT_HOLDING,
                    None,
                )
            )
    rules = DoctorRules(
        number,
        sessions(source.get("open", []), capacity),
        exceptions(source, capacity),
        tuple(leaves),
    )
    return Person(rules, tuple(booked), tuple(holds))


def policy_of(case: dict[str, Any]) -> SlotPolicy:
    grid = case.get("grid", {"from": "window_start"})
    origin = "packed" if grid["from"] == "optimized" else grid["from"]
    return SlotPolicy(
        ZoneInfo(case["tz"]),
        default_start=None,
        grid=Grid(GridOrigin(origin), grid.get("unit_min", 1), grid.get("offset_min", 0)),
        max_per_day=case.get("max_per_day"),
        max_minutes_per_day=case.get("max_minutes_per_day"),
    )


def offered(case: dict[str, Any], on: date) -> list[Slot] | list[Offer]:
    policy, now = policy_of(case), moment(case["now"])
    need = VisitNeed(
        case["duration_min"],
        case.get("buffer_before_min", 0),
        case.get("buffer_after_min", 0),
        case.get("min_notice_min", 0),
        None,
        case["step_min"],
    )
    if "people" not in case:
        one = person(case, {**case, "seen": case["dates"]})
        return free_slots(one.rules, policy, (), one.booked, one.holds, on, on, now, need)
    people = [
        person(case, {**row, "seen": case["dates"]}, number)
        for number, row in enumerate(case["people"])
    ]
    mode = case["people_mode"]
    if "all_of" in mode:
        chosen = [people[number] for number in mode["all_of"]]
        return free_slots_all(chosen, policy, (), on, on, now, need)
    chosen = [people[number] for number in mode["any_of"]]
    return free_slots_any(chosen, policy, (), on, on, now, need)


@pytest.mark.parametrize("case", of_kind("slots"))
def test_starts_are_offered_as_the_case_says(case: dict[str, Any]) -> None:
    zone = ZoneInfo(case["tz"])
    for day in case["dates"]:
        slots = offered(case, date.fromisoformat(day))
        starts = [slot.starts_at.astimezone(zone).strftime("%H:%M") for slot in slots]
        if day in case["expect"]:
            assert starts == case["expect"][day]
        assert not set(starts) & set(case.get("not_offered", {}).get(day, ()))
        for on, since, until in case.get("none_between", ()):
            assert on != day or not [start for start in starts if since <= start < until]


@pytest.mark.parametrize("case", of_kind("windows"))
def test_free_time_is_as_the_case_says(case: dict[str, Any]) -> None:
    begin, end = moment(case["query"][0]), moment(case["query"][1])
    seen = [
        (begin + timedelta(days=number)).date().isoformat()
        for number in range(-1, (end - begin).days + 3)
    ]
    one = person(case, {**case, "seen": seen})
    free = free_time(one.rules, policy_of(case), (), one.booked, one.holds, begin, end, LONG_AGO)
    expected = OTHERWISE.get(case["id"], case["expect_utc"])
    assert free == [(moment(since), moment(until)) for since, until in expected]


@pytest.mark.parametrize("case", of_kind("grid"))
def test_moment_lies_on_the_clock_grid_as_the_case_says(case: dict[str, Any]) -> None:
    assert on_clock_grid(policy_of(case), moment(case["instant"])) is case["expect_on_grid"]


class Clinic:
    """The lists of one clinic: each session of a case is a list that offers its services."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.policy = policy_of(case)
        self.zone = self.policy.zone
        self.now = to_utc(self.zone, date.fromisoformat(case["today"]), 0)
        self.people = [
            Person(
                DoctorRules(
                    number,
                    exceptions=(
                        DateException(
                            number,
                            date.fromisoformat(row["date"]),
                            ExceptionKind.ADDS,
                            minutes(row["start"]),
                            minutes(row["end"]),
                            row["slot_min"],
                            row["capacity"],
                        ),
                    ),
                ),
                offers=frozenset(row["services"]),
            )
            for number, row in enumerate(case["sessions"])
        ]
        for row in case["bookings"]:
            self.book(row)

    def book(self, row: dict[str, Any]) -> bool:
        """Book a row with whom the engine chooses; say whether somebody took it."""
        start = to_utc(self.zone, date.fromisoformat(row["date"]), minutes(row["start"]))
        need = VisitNeed(row["duration_min"], service=row["service"])
        one = choose(self.people, self.policy, (), start, self.now, need)
        if one is None:
            return False
        end = start + timedelta(minutes=row["duration_min"])
        number = len(one.booked) + len(one.holds)
        booked, holds = one.booked, one.holds
        if row["state"] in {"provisional", "expired"}:
            expires = self.now if row["state"] == "expired" else LATER
            holds = (*holds, Hold(number, start, end, "somebody", expires))
        else:
            kept = row["state"] not in NOT_HOLDING
            booked = (*booked, Booked(number, start, end, holds=kept, lane=None))
        changed = Person(one.rules, booked, holds, one.offers)
        self.people[self.people.index(one)] = changed
        return True

    def ask(self, query: dict[str, Any]) -> list[Offer]:
        first, last = date.fromisoformat(query["from"]), date.fromisoformat(query["to"])
        need = VisitNeed(service=query["service"])
        slots = free_slots_any(self.people, self.policy, (), first, last, self.now, need)
        return in_a_row(slots, query.get("consecutive", 1))


@pytest.mark.parametrize("case", of_kind("capacity_slots"))
def test_places_of_each_slot_are_as_the_case_says(case: dict[str, Any]) -> None:
    clinic = Clinic(case)
    for query in case["queries"]:
        found: dict[str, list[list[Any]]] = {day: [] for day in query["expect"]}
        for slot in clinic.ask(query):
            start, end = (at.astimezone(clinic.zone) for at in slot[:2])
            found[start.date().isoformat()].append(
                [start.strftime("%H:%M"), end.strftime("%H:%M"), slot.remaining]
            )
        expected = {day: [row for row in rows if row[2]] for day, rows in query["expect"].items()}
        assert found == expected


@pytest.mark.parametrize("case", of_kind("capacity_hours"))
def test_places_of_each_hour_are_as_the_case_says(case: dict[str, Any]) -> None:
    clinic = Clinic(case)
    for query in case["queries"]:
        found = places_per_hour(clinic.ask(query), clinic.zone)
        expected = {
            (date.fromisoformat(day), minutes(since) // 60): places
            for day, rows in query["expect"].items()
            for since, _until, places in rows
        }
        assert found == expected


@pytest.mark.parametrize("case", of_kind("capacity_days"))
def test_places_of_each_half_day_are_as_the_case_says(case: dict[str, Any]) -> None:
    clinic = Clinic(case)
    for query in case["queries"]:
        found = places_per_half_day(clinic.ask(query), clinic.zone)
        for day, places in query["expect"].items():
            assert found.get(date.fromisoformat(day), (0, 0)) == (places["am"], places["pm"])


@pytest.mark.parametrize("case", of_kind("booking_decisions"))
def test_bookings_are_taken_or_refused_as_the_case_says(case: dict[str, Any]) -> None:
    clinic = Clinic(case)
    taken = [clinic.book(row) for row in case["actions"]]
    assert taken == OTHERWISE.get(case["id"], [row["accepted"] for row in case["actions"]])


def test_every_case_decided_otherwise_is_a_matter_of_policy() -> None:
    portable = {case["id"]: case["portable"] for case in CASES}
    if not portable:
        pytest.skip(f"the independent data is absent ({FILE})")
    assert {portable[one] for one in OTHERWISE} == {"policy"}
    decisions = Path(__file__).parents[2] / "docs/decisions/0003-scheduling-policies.md"
    text = decisions.read_text("utf-8")
    assert [one for one in OTHERWISE if one not in text] == []
