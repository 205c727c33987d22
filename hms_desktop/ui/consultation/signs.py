"""Vital signs as they are typed: "148/92", "36,8", "71.5 kg"; whole numbers inside.

Nothing is rounded: what the record holds is shown with all its digits and read back the same.
"""

from __future__ import annotations

import re
from decimal import Decimal

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.vitals import LIMITS, VitalLimit

PRESSURE = "pressure"
"""The one field that holds two signs."""
SIGNS = (
    PRESSURE,
    "pulse",
    "temperature_tenths",
    "spo2",
    "respiratory_rate",
    "weight_grams",
    "height_mm",
)
_EXAMPLES = {
    "pulse": "78",
    "temperature_tenths": "36.8",
    "spo2": "98",
    "respiratory_rate": "16",
    "weight_grams": "71.5",
    "height_mm": "162",
}
_UNITS = {
    "pulse": r"/ ?min|bpm",
    "temperature_tenths": r"°? ?c",
    "spo2": r"%",
    "respiratory_rate": r"/ ?min",
    "weight_grams": r"kg",
    "height_mm": r"cm",
}
_NUMBER = re.compile(r"(\d{1,6}(?:[.,]\d{1,6})?)\s*(.*)", re.DOTALL)
_PAIR = re.compile(r"(\d{1,4})\s*[/\\\- ]\s*(\d{1,4})\s*(?:mm ?hg)?", re.IGNORECASE)
_HALF = re.compile(r"\d{1,4}\s*[/\\-]?")


def read_sign(name: str, text: str) -> int | None:
    """Return a typed sign as the record's whole number, None for an empty field.

    A decimal point or comma; the field's own unit may follow. Raises Invalid (``vitals.pulse``).
    """
    typed = text.strip()
    if not typed:
        return None
    limit = LIMITS[name]
    match = _NUMBER.fullmatch(typed)
    if match is None or not re.fullmatch(f"(?:{_UNITS[name]})?", match[2].strip(), re.IGNORECASE):
        raise Invalid(
            f"vitals.{name}",
            "This is not a number. Type it like {example}. What you typed is kept.",
            example=_EXAMPLES[name],
        )
    value = Decimal(match[1].replace(",", ".")) * limit.scale
    if value != value.to_integral_value():
        raise Invalid(
            f"vitals.{name}",
            "These are more digits than an instrument shows. Type it like {example}.",
            example=_EXAMPLES[name],
        )
    return _within(name, int(value))


def read_pressure(text: str) -> tuple[int | None, int | None]:
    """Return a typed blood pressure (systolic, diastolic; mmHg). Raises Invalid."""
    typed = text.strip()
    if not typed:
        return None, None
    match = _PAIR.fullmatch(typed)
    if match is None:
        sentence = (
            "Blood pressure takes both values, as 120/80."
            if _HALF.fullmatch(typed)
            else "This is not a blood pressure. Type it like 120/80. What you typed is kept."
        )
        raise Invalid("vitals.systolic", sentence)
    upper = _within("systolic", int(match[1]))
    lower = _within("diastolic", int(match[2]))
    if lower >= upper:
        raise Invalid("vitals.diastolic", "The lower pressure stands second, as in 120/80.")
    return upper, lower


def too_much(name: str, text: str) -> bool:
    """Say whether a value being typed is past its limit already: more digits cannot mend it."""
    if name == PRESSURE:
        match = _PAIR.fullmatch(text.strip())
        upper = match[1] if match else text.strip().rstrip("/")
        found = [("systolic", upper)] + ([("diastolic", match[2])] if match else [])
        return any(value.isdecimal() and int(value) > LIMITS[one].most for one, value in found)
    number = re.fullmatch(r"(\d{1,6}(?:[.,]\d{0,6})?)", text.strip())
    if number is None:
        return False
    return Decimal(number[1].replace(",", ".").rstrip(".")) * LIMITS[name].scale > LIMITS[name].most


def write_sign(name: str, value: int | None) -> str:
    """Return a sign as it is typed, with every digit that the record holds."""
    if value is None:
        return ""
    limit: VitalLimit = LIMITS[name]
    exact = Decimal(value) / limit.scale
    shown = limit.text(value)
    return shown if Decimal(shown) == exact else format(exact.normalize(), "f")


def write_pressure(systolic: int | None, diastolic: int | None) -> str:
    """Return a blood pressure as it is typed."""
    if systolic is None and diastolic is None:
        return ""
    return f"{systolic or ''}/{diastolic or ''}"


def _within(name: str, value: int) -> int:
    limit = LIMITS[name]
    if not limit.least <= value <= limit.most:
        raise Invalid(
            f"vitals.{name}",
            "{value} cannot be right: give {least} to {most}. What you typed is kept.",
            value=write_sign(name, value),
            least=limit.text(limit.least),
            most=limit.text(limit.most),
        )
    return value
