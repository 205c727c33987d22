from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.job_settings import BOUNDS
from hms_desktop.domain.jobs import Daily, Hourly, Monthly, with_environment
from hms_desktop.domain.settings import DEFAULTS

BERLIN, KOLKATA = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata")
KATHMANDU, LORD_HOWE = ZoneInfo("Asia/Kathmandu"), ZoneInfo("Australia/Lord_Howe")
MOMENTS = st.integers(0, 6 * 365 * 1440).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.feature("JOB-8")
@pytest.mark.parametrize(
    ("now", "zone", "due"),
    [
        (utc(2026, 11, 23, 1, 29), KOLKATA, ()),
        (utc(2026, 11, 23, 1, 30), KOLKATA, ("2026-11-23",)),
        (utc(2026, 11, 22, 19, 0), KOLKATA, ()),  # 00:30 of the 23rd there
        (utc(2026, 3, 29, 4, 59), BERLIN, ()),  # the clock went forward at 01:00 UTC
        (utc(2026, 3, 29, 5, 0), BERLIN, ("2026-03-29",)),
        (utc(2026, 10, 25, 5, 59), BERLIN, ()),  # and back
        (utc(2026, 10, 25, 6, 0), BERLIN, ("2026-10-25",)),
    ],
)
def test_seven_in_the_morning_is_the_hospitals(
    now: datetime, zone: ZoneInfo, due: tuple[str, ...]
) -> None:
    assert Daily(420).due(now, zone) == due


@pytest.mark.feature("JOB-8")
def test_a_time_that_the_clock_skips_still_comes() -> None:
    half_past_two = Daily(150)
    assert half_past_two.due(utc(2026, 3, 29, 1, 0), BERLIN) == ("2026-03-29",)


@pytest.mark.feature("JOB-8")
@pytest.mark.parametrize(
    ("zone", "on", "begins"),
    [
        (BERLIN, utc(2026, 3, 29, 0), utc(2026, 3, 29, 1, 0)),  # 02:30 is skipped: at 03:00
        (BERLIN, utc(2026, 10, 25, 0), utc(2026, 10, 25, 0, 30)),  # twice: at the first
        (LORD_HOWE, utc(2026, 4, 4, 14), utc(2026, 4, 4, 16, 0)),
        (KATHMANDU, utc(2026, 3, 28, 19), utc(2026, 3, 28, 20, 45)),
    ],
)
def test_half_past_two_comes_once_on_every_day(
    zone: ZoneInfo, on: datetime, begins: datetime
) -> None:
    """Looked at each quarter of an hour: due from one moment on, under one name."""
    job, day = Daily(150), (begins.astimezone(zone)).date().isoformat()
    for quarter in range(20):
        now = on + timedelta(minutes=15 * quarter)
        assert job.due(now, zone) == ((day,) if now >= begins else ())


@pytest.mark.feature("JOB-2", "JOB-8")
def test_months_missed_are_caught_up_oldest_first() -> None:
    assert Monthly(300).due(utc(2026, 11, 23, 12), KOLKATA) == ("2026-08", "2026-09", "2026-10")
    before_five = utc(2026, 10, 31, 23, 0)  # 04:30 on 1 November in Kolkata
    assert Monthly(300).due(before_five, KOLKATA)[-1] == "2026-09"
    assert Monthly(300).due(before_five + timedelta(minutes=30), KOLKATA)[-1] == "2026-10"


@pytest.mark.feature("JOB-8")
def test_the_doubled_hour_is_two_hours() -> None:
    first, second = utc(2026, 10, 25, 0, 10), utc(2026, 10, 25, 1, 10)
    assert Hourly().due(first, BERLIN) != Hourly().due(second, BERLIN)


@given(
    now=MOMENTS,
    minute=st.integers(0, 1439),
    zone=st.sampled_from([BERLIN, KOLKATA, KATHMANDU, LORD_HOWE]),
)
def test_the_next_time_lies_ahead_and_brings_a_new_period(
    now: datetime, minute: int, zone: ZoneInfo
) -> None:
    for schedule in (Daily(minute), Monthly(minute), Hourly()):
        at = schedule.next(now, zone)
        assert at > now
        assert schedule.due(at, zone)[-1:] != schedule.due(now, zone)[-1:] or not schedule.due(
            now, zone
        )


@pytest.mark.feature("JOB-8")
def test_the_environment_replaces_settings_of_this_program() -> None:
    given_here = {
        "HMS_REMINDERS_ON": "off",
        "HMS_REMINDERS_MINUTE": "06:30",
        "HMS_REMINDER_DAYS": "1,7",
        "HMS_OTHER": "x",
    }
    settings = with_environment(DEFAULTS, given_here)
    assert (settings.reminders_on, settings.reminders_minute) == (False, 390)
    assert settings.reminder_days == "7, 1"
    assert settings.reports_on


@pytest.mark.parametrize("text", ["perhaps", "25:00", "-1", ""])
def test_an_unusable_variable_is_named(text: str) -> None:
    with pytest.raises(Invalid, match="HMS_REMINDERS_MINUTE"):
        with_environment(DEFAULTS, {"HMS_REMINDERS_MINUTE": text})


@pytest.mark.feature("JOB-8")
@given(MOMENTS, st.sampled_from([BERLIN, KOLKATA, LORD_HOWE]), st.integers(0, 1439))
def test_no_period_is_due_for_as_long_as_its_run_is_kept(
    now: datetime, zone: ZoneInfo, minute: int
) -> None:
    least = BOUNDS["job_runs_keep_days"][0]
    oldest = Monthly(minute).due(now, zone)[0]
    # A run of a month begins on the 1st after it, at the earliest.
    began = (date.fromisoformat(f"{oldest}-01") + timedelta(days=32)).replace(day=1)
    assert now - datetime(began.year, began.month, 1, tzinfo=zone) < timedelta(days=least - 1)
