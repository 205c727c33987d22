"""How long backups are kept, and what a backup says of itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_desktop.domain.backups import (
    GRACE,
    LONG_GRACE,
    BackupHead,
    KeepRule,
    Kept,
    is_overdue,
    to_remove,
)

pytestmark = pytest.mark.feature("JOB-9")

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
KOLKATA = ZoneInfo("Asia/Kolkata")
KINDS = ("daily", "manual", "before_upgrade", "before_restore")
backups = st.lists(
    st.builds(
        Kept,
        st.uuids().map(str),
        st.integers(0, 800 * 24 * 60).map(lambda minutes: NOW - timedelta(minutes=minutes)),
        st.sampled_from(KINDS),
        st.booleans(),
    ),
    max_size=60,
)
rules = st.builds(KeepRule, st.integers(1, 10), st.integers(0, 8), st.integers(0, 14))


def daily(days: int) -> list[Kept]:
    return [Kept(f"d{day}", NOW - timedelta(days=day), "daily", good=True) for day in range(days)]


def test_two_years_of_daily_backups_come_down_to_days_weeks_and_months() -> None:
    every = daily(730)
    left = sorted({one.id for one in every} - to_remove(every, KeepRule(), NOW, KOLKATA))
    ages = sorted(int(name[1:]) for name in left)
    # Monday 23 November: seven days, the Sundays of the weeks before, the ends of the months.
    assert ages[:7] == [0, 1, 2, 3, 4, 5, 6]
    assert [(NOW - timedelta(days=age)).strftime("%d.%m.") for age in ages[7:10]] == [
        "15.11.", "08.11.", "01.11."]  # fmt: skip
    assert [(NOW - timedelta(days=age)).strftime("%d.%m.") for age in ages[10:13]] == [
        "31.10.", "30.09.", "31.08."]  # fmt: skip
    assert len(ages) == 7 + 3 + 11


@given(backups, rules)
def test_the_newest_good_one_and_what_is_young_always_stay(
    every: list[Kept], rule: KeepRule
) -> None:
    over = to_remove(every, rule, NOW, KOLKATA)
    good = [one for one in every if one.good]
    if good:
        newest = max(good, key=lambda one: one.made_at).made_at
        assert any(one.id not in over for one in good if one.made_at == newest)
    for one in every:
        age = NOW - one.made_at
        if age < GRACE or (one.kind.startswith("before") and age < LONG_GRACE):
            assert one.id not in over
        if not one.good and age < LONG_GRACE:
            assert one.id not in over


@given(backups, rules)
def test_removing_once_is_enough_and_bad_ones_take_no_place(
    every: list[Kept], rule: KeepRule
) -> None:
    over = to_remove(every, rule, NOW, KOLKATA)
    left = [one for one in every if one.id not in over]
    assert to_remove(left, rule, NOW, KOLKATA) == frozenset()
    good = [one for one in every if one.good]
    assert to_remove(good, rule, NOW, KOLKATA) == {one.id for one in good} & over


@given(backups, rules)
def test_every_one_of_the_last_days_weeks_and_months_keeps_its_newest(
    every: list[Kept], rule: KeepRule
) -> None:
    over = to_remove(every, rule, NOW, KOLKATA)
    good = sorted((one for one in every if one.good), key=lambda one: one.made_at, reverse=True)
    for count, word in ((rule.daily, "%Y-%m-%d"), (rule.weekly, "%G-%V"), (rule.monthly, "%Y-%m")):
        periods: dict[str, list[Kept]] = {}
        for one in good:
            periods.setdefault(one.made_at.astimezone(KOLKATA).strftime(word), []).append(one)
        for group in list(periods.values())[:count]:
            newest = group[0].made_at
            assert any(one.id not in over for one in group if one.made_at == newest)


def test_a_backup_is_overdue_after_two_days() -> None:
    assert is_overdue(None, NOW)
    assert not is_overdue(NOW - timedelta(days=2), NOW)
    assert is_overdue(NOW - timedelta(days=2, seconds=1), NOW)


@given(st.text(max_size=80))
def test_what_it_says_of_itself_survives_json_and_names_a_safe_file(hospital: str) -> None:
    head = BackupHead("ab12" * 8, "daily", "sqlite", "0005", "1", NOW, hospital, "place",
                      {"patient": 3}, {"file": "x"}, 10, "zlib")  # fmt: skip
    assert BackupHead.of(head.plain()) == head
    assert set(head.file_name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_.")
    assert head.file_name.endswith("_20261123-120000_daily_ab12ab12.hmsbackup")
