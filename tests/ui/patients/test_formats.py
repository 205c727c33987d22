"""Dates, times and ages look the same on every screen, in the hospital's own way."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from hms_desktop.domain.dates import BirthDate, BirthPrecision
from hms_desktop.domain.patients import PatientHit
from hms_desktop.domain.settings import HospitalSettings
from hms_desktop.ui.patients.formats import (
    Formats,
    long_age,
    sex_letter,
    sex_word,
    short_age,
    weekday_names,
)

TODAY = date(2026, 11, 23)
INDIA = Formats.of(HospitalSettings(zone="Asia/Kolkata"))
AMERICA = Formats.of(HospitalSettings(zone="America/New_York", day_first=False, clock_24h=False))


def test_times_are_shown_in_the_hospitals_zone_and_clock() -> None:
    moment = datetime(2026, 11, 23, 20, 5, tzinfo=UTC)
    assert INDIA.at(moment) == "01:35"
    assert AMERICA.at(moment) == "3:05 pm"
    assert INDIA.day_of(moment) == date(2026, 11, 24)
    assert AMERICA.minute(0) == "12:00 am"
    assert INDIA.minute(1440) == "00:00"
    assert Formats(zone=ZoneInfo("UTC")).span(moment, moment) == "20:05–20:05"


def test_dates_follow_the_hospitals_order() -> None:
    assert INDIA.day(date(1980, 3, 12)) == "12.03.1980"
    assert AMERICA.day(date(1980, 3, 12)) == "03/12/1980"
    assert INDIA.short(date(2026, 11, 3), TODAY) == "3 Nov"
    assert AMERICA.short(date(2025, 11, 3), TODAY) == "Nov 3 2025"
    assert INDIA.long(TODAY, TODAY) == "Mon 23 November"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 23), "Today"),
        (date(2026, 11, 24), "Tomorrow"),
        (date(2026, 11, 22), "Yesterday"),
        (date(2026, 11, 29), "Sun"),
        (date(2026, 11, 30), "Mon 30 Nov"),
        (date(2027, 1, 1), "Fri 1 Jan 2027"),
    ],
)
def test_near_days_are_called_as_people_call_them(day: date, words: str) -> None:
    assert INDIA.relative(day, TODAY) == words


def test_births_and_ages_say_how_exactly_they_are_known() -> None:
    born = date(1980, 3, 1)
    kinds = [INDIA.birth(BirthDate(born, one)) for one in BirthPrecision]
    assert kinds == ["01.03.1980", "03.1980", "1980", "~1980"]
    assert INDIA.birth(None) == "birth date not known"
    assert short_age(born, TODAY) == "46"
    assert short_age(BirthDate(born, BirthPrecision.ESTIMATED), TODAY) == "~46"
    assert short_age(date(2026, 3, 1), TODAY) == "8 mo"
    assert short_age(None, TODAY) == ""
    assert long_age(born, TODAY) == "46 years"
    assert long_age(date(2026, 11, 22), TODAY) == "1 day"
    assert long_age(BirthDate(born, BirthPrecision.YEAR), TODAY) == "about 46 years"
    assert long_age(None, TODAY) == "age not known"


def test_the_chip_says_when_somebody_was_or_will_be_here() -> None:
    now = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
    nobody = PatientHit(1, "H-002913", "Kumar", "male", date(1980, 3, 12), "day", "", False, False)
    assert INDIA.visit(nobody, now) == "never"
    seen = nobody._replace(last_visit=datetime(2026, 11, 3, 4, 0, tzinfo=UTC))
    assert INDIA.visit(seen, now) == "last 3 Nov"
    assert INDIA.visit(seen._replace(last_visit=now), now) == "seen today"
    coming = seen._replace(next_visit=datetime(2026, 11, 23, 6, 0, tzinfo=UTC))
    assert INDIA.visit(coming, now) == "today 11:30"
    later = seen._replace(next_visit=datetime(2026, 12, 5, 6, 0, tzinfo=UTC))
    assert INDIA.visit(later, now) == "next 5 Dec"
    assert INDIA.person(nobody, TODAY) == "M 46 · 12.03.1980 · H-002913"
    unknown = nobody._replace(sex="unknown", birth_date=None, birth_precision="")
    assert INDIA.person(unknown, TODAY) == "H-002913"


def test_sexes_and_weekdays_have_words() -> None:
    assert [sex_letter(one) for one in ("male", "female", "other", "unknown")] == [
        "M", "F", "O", "",
    ]  # fmt: skip
    assert sex_word("unknown") == "Not known"
    assert weekday_names() == ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
