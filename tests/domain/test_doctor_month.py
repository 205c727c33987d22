"""The counting behind the monthly report, for any visits and any zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_desktop.domain.availability_rules import DoctorRules, SlotPolicy, WorkingSession
from hms_desktop.domain.doctor_month import (
    COUNTED,
    DiagnosisCount,
    Month,
    MonthVisit,
    PatientSpan,
    days_of,
    figures_of,
    hours_of,
    offered_minutes,
    top_diagnoses,
)
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.lifecycle import Status

ZONES = st.sampled_from(
    [
        ZoneInfo(name)
        for name in ("UTC", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns", "Pacific/Apia")
    ]
)
MONTHS = st.builds(Month, st.integers(2009, 2030), st.integers(1, 12))
OCTOBER = Month(2026, 10)
BERLIN = ZoneInfo("Europe/Berlin")


@st.composite
def months_of_visits(draw: st.DrawFn) -> tuple[Month, ZoneInfo, list[MonthVisit]]:
    """A month, a zone, and visits in it, around its edges and far outside."""
    month, zone = draw(MONTHS), draw(ZONES)
    begins, ends = month.bounds(zone)
    span = int((ends - begins).total_seconds() // 60)
    edges = st.sampled_from([-1, 0, 1, span - 1, span, span + 1])
    minutes = draw(st.lists(edges | st.integers(-3_000, span + 3_000), max_size=40))
    visits = [
        MonthVisit(
            draw(st.sampled_from(COUNTED)),
            begins + timedelta(minutes=minute),
            begins + timedelta(minutes=minute + draw(st.integers(1, 120))),
            None,
            None,
            None,
        )
        for minute in minutes
    ]
    return month, zone, visits


@given(months_of_visits())
def test_days_hours_and_statuses_have_one_sum(
    drawn: tuple[Month, ZoneInfo, list[MonthVisit]],
) -> None:
    month, zone, visits = drawn
    begins, ends = month.bounds(zone)
    inside = sum(1 for one in visits if begins <= one.starts_at < ends)
    figures = figures_of(month, zone, visits, (), 0)
    days = days_of(month, zone, visits)
    assert figures.total == inside
    assert sum(day.visits for day in days) == inside
    assert sum(hours_of(month, zone, visits)) == inside
    assert sum(day.completed for day in days) == figures.of(Status.COMPLETED)
    assert sum(day.no_shows for day in days) == figures.of(Status.NO_SHOW)
    assert sum(day.cancelled for day in days) == figures.of(Status.CANCELLED)
    assert [day.on.month for day in days] == [month.month] * month.last.day


@given(months_of_visits())
def test_every_visit_is_in_exactly_one_month(
    drawn: tuple[Month, ZoneInfo, list[MonthVisit]],
) -> None:
    month, zone, visits = drawn
    first, last = month.bounds(zone)
    assert month.before.bounds(zone)[1] == first
    near = [one for one in visits if first - timedelta(days=20) <= one.starts_at < last]
    counted = [figures_of(one, zone, near, (), 0).total for one in (month.before, month)]
    assert sum(counted) == len(near)


@pytest.mark.parametrize(
    ("zone", "begins", "ends"),
    [
        ("Europe/Berlin", "2026-09-30T22:00", "2026-10-31T23:00"),
        ("Asia/Kolkata", "2026-09-30T18:30", "2026-10-31T18:30"),
        ("America/St_Johns", "2026-10-01T02:30", "2026-11-01T02:30"),
    ],
)
def test_a_month_begins_and_ends_by_the_hospitals_clock(zone: str, begins: str, ends: str) -> None:
    found = OCTOBER.bounds(ZoneInfo(zone))
    assert [f"{moment:%Y-%m-%dT%H:%M}" for moment in found] == [begins, ends]
    assert all(moment.tzinfo is UTC for moment in found)


def test_the_hour_that_comes_twice_counts_as_one_hour() -> None:
    twice = [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]
    visits = [
        MonthVisit(Status.COMPLETED, one, one + timedelta(minutes=30), None, None, None)
        for one in twice
    ]
    assert hours_of(OCTOBER, BERLIN, visits)[2] == 2


def test_new_patients_are_those_whose_first_visit_is_in_the_month() -> None:
    begins, ends = OCTOBER.bounds(BERLIN)
    minute = timedelta(minutes=1)
    spans = [
        PatientSpan(begins, begins),
        PatientSpan(ends - minute, ends - minute),
        PatientSpan(begins - minute, begins),
        PatientSpan(begins - minute, begins - minute),
        PatientSpan(ends, ends),
    ]
    figures = figures_of(OCTOBER, BERLIN, (), spans, 0)
    assert (figures.new_patients, figures.returning_patients, figures.patients) == (2, 1, 3)


def test_averages_never_count_a_negative_wait() -> None:
    start = datetime(2026, 10, 5, 9, tzinfo=UTC)
    minute = timedelta(minutes=1)
    early = MonthVisit(
        Status.COMPLETED, start, start + 30 * minute, start + 9 * minute, start, start + 10 * minute
    )
    late = early._replace(arrived_at=start, started_at=start + 5 * minute)
    missed = early._replace(status=Status.NO_SHOW, arrived_at=start - 500 * minute)
    figures = figures_of(OCTOBER, BERLIN, [early, late, missed], (), 0)
    assert figures.wait_minutes == 3  # (0 + 5) / 2, halves up
    assert figures.consultation_minutes == 8  # (10 + 5) / 2, halves up


def test_nothing_to_divide_by_is_no_rate() -> None:
    figures = figures_of(OCTOBER, BERLIN, (), (), 0)
    assert (figures.no_show_rate, figures.utilisation, figures.wait_minutes) == (None, None, None)
    assert figures.consultation_minutes is None


def test_hours_through_the_night_gain_and_lose_an_hour() -> None:
    nights = DoctorRules(1, tuple(WorkingSession(n, n, 0, 6 * 60) for n in range(7)))
    policy = SlotPolicy(BERLIN, default_start=None)
    assert offered_minutes(nights, policy, (), OCTOBER) == 31 * 360 + 60
    assert offered_minutes(nights, policy, (), Month(2026, 3)) == 31 * 360 - 60
    assert offered_minutes(nights, policy, (), Month(2026, 2)) == 28 * 360


def test_hours_that_overlap_are_offered_once() -> None:
    sessions = (WorkingSession(1, 0, 540, 720), WorkingSession(2, 0, 600, 780))
    policy = SlotPolicy(BERLIN, default_start=None)
    assert offered_minutes(DoctorRules(1, sessions), policy, (), OCTOBER) == 4 * 240


def test_top_ten_diagnoses() -> None:
    rows = [(record, f"A{n:02}", f"title {n}") for n in range(15) for record in range(n + 1)]
    found = top_diagnoses(rows)
    assert [one.records for one in found] == list(range(15, 5, -1))
    assert found[0] == DiagnosisCount("A14", "title 14", 15)
    assert top_diagnoses([(1, "", "Cough"), (1, "", " cough "), (2, "", "COUGH")])[0].records == 2
    assert top_diagnoses([]) == ()
    same = [(1, "B02", "x"), (2, "B01", "x")]
    assert top_diagnoses(same) == top_diagnoses(same[::-1])


def test_months_follow_each_other() -> None:
    assert Month(2026, 1).before == Month(2025, 12)
    assert (Month(2024, 2).last, Month(2026, 2).last) == (date(2024, 2, 29), date(2026, 2, 28))
    assert str(Month(2026, 3)) == "2026-03"
    for wrong in (Month(2026, 0), Month(2026, 13), Month(1970, 1), Month(9999, 1)):
        with pytest.raises(Invalid):
            wrong.check()
