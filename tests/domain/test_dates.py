from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_desktop.domain.dates import (
    BirthDate,
    BirthPrecision,
    age,
    parse_birth_date,
    parse_day,
    parse_time,
)
from hms_desktop.domain.errors import Invalid

TODAY = date(2026, 11, 23)  # a Monday
DAY, MONTH = BirthPrecision.DAY, BirthPrecision.MONTH
YEAR, ESTIMATED = BirthPrecision.YEAR, BirthPrecision.ESTIMATED


@pytest.mark.feature("PAT-1")
@pytest.mark.parametrize(
    ("typed", "born", "precision"),
    [
        ("12.03.80", date(1980, 3, 12), DAY),
        ("12/3/1980", date(1980, 3, 12), DAY),
        ("12-03-1980", date(1980, 3, 12), DAY),
        (" 12 03 1980 ", date(1980, 3, 12), DAY),
        ("120380", date(1980, 3, 12), DAY),
        ("12031980", date(1980, 3, 12), DAY),
        ("19800312", date(1980, 3, 12), DAY),
        ("20121012", date(2012, 10, 12), DAY),
        ("1980-03-12", date(1980, 3, 12), DAY),
        ("12 mar 1980", date(1980, 3, 12), DAY),
        ("12-Mar-80", date(1980, 3, 12), DAY),
        ("mar 12, 1980", date(1980, 3, 12), DAY),
        ("1st of May 1990", date(1990, 5, 1), DAY),
        ("१२.०३.१९८०", date(1980, 3, 12), DAY),
        ("29.02.1980", date(1980, 2, 29), DAY),
        ("23.11.26", TODAY, DAY),
        ("24.11.26", date(1926, 11, 24), DAY),
        ("1980", date(1980, 1, 1), YEAR),
        ("03/1980", date(1980, 3, 1), MONTH),
        ("mar 1980", date(1980, 3, 1), MONTH),
        ("46", date(1980, 11, 23), ESTIMATED),
        ("46y", date(1980, 11, 23), ESTIMATED),
        ("46 years old", date(1980, 11, 23), ESTIMATED),
        ("8m", date(2026, 3, 23), ESTIMATED),
        ("3w", date(2026, 11, 2), ESTIMATED),
        ("10d", date(2026, 11, 13), ESTIMATED),
        ("2y 6m", date(2024, 5, 23), ESTIMATED),
    ],
)
def test_birth_dates_as_a_desk_types_them(
    typed: str, born: date, precision: BirthPrecision
) -> None:
    assert parse_birth_date(typed, today=TODAY) == BirthDate(born, precision)


def test_month_first_where_the_country_writes_so() -> None:
    assert parse_birth_date("3/12/1980", today=TODAY, day_first=False).date == date(1980, 3, 12)
    assert parse_day("12/24", TODAY, day_first=False) == date(2026, 12, 24)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "no date"),
        ("abc", "no date"),
        ("31.02.1980", "no date"),
        ("29.02.1981", "no date"),
        ("3/13/1980", "no date"),
        ("-5", "no date"),
        ("0000", "no date"),
        ("24.11.2026", "future"),
        ("2027", "future"),
        ("131", "more than 130 years"),
        ("1800", "more than 130 years"),
        ("9999y", "more than 130 years"),
        ("1.1.0001", "more than 130 years"),
    ],
)
def test_birth_dates_that_cannot_be(typed: str, why: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_birth_date(typed, today=TODAY)
    assert refused.value.field == "birth"
    assert why in str(refused.value)


@given(
    st.dates(date(1900, 1, 1), TODAY),
    st.sampled_from(["%d.%m.%Y", "%d/%m/%Y", "%Y-%m-%d", "%d %b %Y", "%d%m%Y", "%B %d, %Y"]),
)
def test_every_date_is_read_back(born: date, form: str) -> None:
    assert parse_birth_date(born.strftime(form), today=TODAY) == BirthDate(born)


@given(st.text(max_size=30) | st.text("0123456789./- ymwd+", max_size=12))
def test_any_text_is_a_birth_date_of_the_possible_or_refused(text: str) -> None:
    try:
        found = parse_birth_date(text, today=TODAY)
    except Invalid:
        return
    assert date(1896, 11, 23) <= found.date <= TODAY


@pytest.mark.parametrize(
    ("born", "on", "shown"),
    [
        (date(1980, 3, 12), TODAY, "46 y"),
        (date(1980, 11, 24), TODAY, "45 y"),
        (date(2026, 3, 12), TODAY, "8 mo"),
        (date(2024, 11, 24), TODAY, "23 mo"),
        (date(2024, 11, 23), TODAY, "2 y"),
        (date(2026, 11, 1), TODAY, "3 wk"),
        (date(2026, 11, 18), TODAY, "5 d"),
        (TODAY, TODAY, "0 d"),
        (date(2004, 2, 29), date(2026, 2, 28), "21 y"),
        (date(2004, 2, 29), date(2026, 3, 1), "22 y"),
        (date(2027, 1, 1), TODAY, "0 d"),
    ],
)
def test_ages_are_shown_short(born: date, on: date, shown: str) -> None:
    assert age(born, on).display == shown


def test_an_age_says_when_it_is_a_guess() -> None:
    assert age(parse_birth_date("46", today=TODAY), TODAY).display == "~46 y"
    assert age(BirthDate(date(1980, 3, 1), MONTH), TODAY).display == "46 y"


@given(st.integers(0, 130), st.dates(date(1980, 1, 1), date(2100, 1, 1)))
def test_the_age_typed_is_the_age_shown(years: int, today: date) -> None:
    assert age(parse_birth_date(f"{years}y", today=today), today).years == years


@pytest.mark.feature("APT-2")
@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("today", TODAY),
        ("Tomorrow", TODAY + timedelta(1)),
        ("day after tomorrow", TODAY + timedelta(2)),
        ("mon", TODAY),
        ("tue", date(2026, 11, 24)),
        ("Thurs", date(2026, 11, 26)),
        ("this friday", date(2026, 11, 27)),
        ("next tue", date(2026, 12, 1)),
        ("next mon", date(2026, 11, 30)),
        ("+3", date(2026, 11, 26)),
        ("+2w", date(2026, 12, 7)),
        ("in 2 weeks", date(2026, 12, 7)),
        ("in a month", date(2026, 12, 23)),
        ("24.12", date(2026, 12, 24)),
        ("24.12.", date(2026, 12, 24)),
        ("24/12/27", date(2027, 12, 24)),
        ("1.2", date(2027, 2, 1)),
        ("24 dec", date(2026, 12, 24)),
        ("dec 24", date(2026, 12, 24)),
        ("24dec", date(2026, 12, 24)),
        ("24 dec 2027", date(2027, 12, 24)),
        ("24th", date(2026, 11, 24)),
        ("1st", date(2026, 12, 1)),
        ("29.2", date(2028, 2, 29)),
        ("2027-01-05", date(2027, 1, 5)),
        ("२४.१२", date(2026, 12, 24)),
    ],
)
def test_days_as_a_desk_types_them(typed: str, day: date) -> None:
    assert parse_day(typed, TODAY) == day


@pytest.mark.parametrize(
    "typed", ["", "9", "99.99", "31.02.2027", "ma", "someday", "next", "2026-13-01"]
)
def test_what_is_no_day(typed: str) -> None:
    assert parse_day(typed, TODAY) is None


def test_days_end_where_the_calendar_ends() -> None:
    assert parse_day("+3", date.max) is None
    assert parse_day("in 9 months", date.max) is None
    assert parse_day("1.1", date.max) is None
    assert parse_day("1st", date.max) is None


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("3pm", time(15)),
        ("3 PM", time(15)),
        ("15:00", time(15)),
        ("1500", time(15)),
        ("9", time(9)),
        ("9.30", time(9, 30)),
        ("930", time(9, 30)),
        ("3", time(15)),
        ("3.30", time(15, 30)),
        ("03:00", time(3)),
        ("7", time(7)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("noon", time(12)),
        ("15h30", time(15, 30)),
        ("11 a.m.", time(11)),
        ("९.३०", time(9, 30)),
    ],
)
def test_times_as_a_desk_types_them(typed: str, found: time) -> None:
    assert parse_time(typed) == found


@pytest.mark.parametrize(
    "typed", ["", "25", "9:60", "13pm", "0am", "24:00", "pm", "three", "99999"]
)
def test_what_is_no_time(typed: str) -> None:
    assert parse_time(typed) is None


@given(st.text(max_size=20), st.dates())
def test_no_text_breaks_days_and_times(text: str, today: date) -> None:
    assert parse_day(text, today) is None or isinstance(parse_day(text, today), date)
    assert parse_time(text) is None or isinstance(parse_time(text), time)
