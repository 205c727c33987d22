"""Vital signs as typed: read exactly, refused where impossible."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.vitals import LIMITS, Vitals
from hms_desktop.ui.consultation.signs import (
    SIGNS,
    read_pressure,
    read_sign,
    too_much,
    write_pressure,
    write_sign,
)

SINGLE = SIGNS[1:]


@pytest.mark.feature("CLN-1")
@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("temperature_tenths", "36,8", 368),
        ("temperature_tenths", " 36.8 °C ", 368),
        ("weight_grams", "71.5kg", 71_500),
        ("weight_grams", "3,245", 3_245),
        ("height_mm", "162", 1_620),
        ("height_mm", "162.5 cm", 1_625),
        ("spo2", "98 %", 98),
        ("pulse", "७८", 78),
        ("respiratory_rate", "", None),
    ],
)
def test_signs_are_read_with_comma_point_and_unit(name: str, text: str, value: int | None) -> None:
    assert read_sign(name, text) == value


@pytest.mark.parametrize("text", ["148/92", "148 / 92", "148-92", "148 92", "148/92 mmHg"])
def test_a_blood_pressure_is_read_in_every_usual_way(text: str) -> None:
    assert read_pressure(text) == (148, 92)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("148", "systolic"),
        ("148/", "systolic"),
        ("abc", "systolic"),
        ("1480/92", "systolic"),
        ("148/9", "diastolic"),
        ("92/148", "diastolic"),
        ("-148/92", "systolic"),
    ],
)
def test_half_or_impossible_pressures_are_refused(text: str, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_pressure(text)
    assert refusal.value.field == f"vitals.{field}"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pulse", "78.5"),
        ("pulse", "-78"),
        ("pulse", "1e2"),
        ("pulse", "78 kg"),
        ("temperature_tenths", "98.6"),
        ("temperature_tenths", "36.85"),
        ("weight_grams", "71.5.2"),
        ("height_mm", "1.62"),
        ("spo2", "101"),
        ("pulse", "٠"),
    ],
)
def test_what_cannot_be_is_refused(name: str, text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_sign(name, text)
    assert refusal.value.field == f"vitals.{name}"


@given(st.sampled_from(SINGLE), st.data())
def test_every_possible_sign_is_written_so_that_it_is_read_the_same(
    name: str, data: st.DataObject
) -> None:
    limit = LIMITS[name]
    value = data.draw(st.integers(limit.least, limit.most))
    assert read_sign(name, write_sign(name, value)) == value
    assert not too_much(name, write_sign(name, value))


@given(st.integers(40, 300), st.integers(20, 200))
def test_every_possible_pressure_is_written_so_that_it_is_read_the_same(up: int, low: int) -> None:
    if low < up:
        assert read_pressure(write_pressure(up, low)) == (up, low)


@given(st.sampled_from(SINGLE), st.text(max_size=30))
def test_any_text_is_a_possible_sign_or_a_refusal(name: str, text: str) -> None:
    try:
        value = read_sign(name, text)
    except Invalid:
        return
    Vitals(**{name: value}).check()


@pytest.mark.parametrize(
    ("name", "text", "past"),
    [
        ("pulse", "30", False),
        ("pulse", "301", True),
        ("temperature_tenths", "4", False),
        ("temperature_tenths", "45,", False),
        ("temperature_tenths", "46", True),
        ("pressure", "301", True),
        ("pressure", "30/", False),
        ("pressure", "148/201", True),
        ("spo2", "x", False),
    ],
)
def test_only_what_more_digits_cannot_mend_is_refused_while_typing(
    name: str, text: str, past: bool
) -> None:
    assert too_much(name, text) is past
