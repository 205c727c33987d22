"""Vital signs: units, limits of what can be, and what follows from them.

All values are whole numbers in the units of their names, so that nothing is rounded on the way:
temperature in tenths of a degree Celsius, weight in grams, height in millimetres.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from hms_desktop.domain.errors import Invalid


@dataclass(frozen=True, slots=True)
class VitalLimit:
    """What one sign may be at all, and outside of which an adult's value wants attention.

    ``scale`` divides the stored whole number into the unit on the screen, ``digits`` are shown
    after the point.
    """

    least: int
    most: int
    low: int | None
    high: int | None
    scale: int = 1
    digits: int = 0

    def text(self, value: int) -> str:
        """Return a stored value as it is typed, with a point."""
        return f"{value / self.scale:.{self.digits}f}"


# Least and most are what a living person of any age can have and an instrument shows; low and
# high are the usual adult bounds at rest (NEWS2 of the Royal College of Physicians scores 0 or 1
# inside them; blood pressure: 140/90 as the European guideline's grade 1).
LIMITS: dict[str, VitalLimit] = {
    "systolic": VitalLimit(40, 300, 100, 139),
    "diastolic": VitalLimit(20, 200, 60, 89),
    "pulse": VitalLimit(20, 300, 50, 100),
    "temperature_tenths": VitalLimit(250, 450, 360, 379, 10, 1),
    "spo2": VitalLimit(40, 100, 94, None),
    "respiratory_rate": VitalLimit(4, 100, 10, 20),
    "weight_grams": VitalLimit(300, 500_000, None, None, 1000, 1),
    "height_mm": VitalLimit(200, 2_600, None, None, 10, 0),
}


@dataclass(frozen=True, slots=True)
class Vitals:
    """Signs measured in one consultation; None was not measured."""

    systolic: int | None = None
    diastolic: int | None = None
    pulse: int | None = None
    temperature_tenths: int | None = None
    spo2: int | None = None
    respiratory_rate: int | None = None
    weight_grams: int | None = None
    height_mm: int | None = None

    def check(self) -> Vitals:
        """Return the same; raise Invalid naming ``vitals.pulse`` and so on."""
        for one in fields(self):
            value = getattr(self, one.name)
            limit = LIMITS[one.name]
            if value is not None and not limit.least <= value <= limit.most:
                raise Invalid(
                    f"vitals.{one.name}",
                    "{value} cannot be right: give {least} to {most}. What you typed is kept.",
                    value=limit.text(value),
                    least=limit.text(limit.least),
                    most=limit.text(limit.most),
                )
        if (self.systolic is None) != (self.diastolic is None):
            missing = "systolic" if self.systolic is None else "diastolic"
            raise Invalid(f"vitals.{missing}", "Blood pressure takes both values, as 120/80.")
        if (self.diastolic or 0) >= (self.systolic or LIMITS["systolic"].most):
            raise Invalid("vitals.diastolic", "The lower pressure stands second, as in 120/80.")
        return self

    @property
    def is_empty(self) -> bool:
        """Say whether nothing was measured."""
        return all(getattr(self, one.name) is None for one in fields(self))

    @property
    def bmi_tenths(self) -> int | None:
        """Body mass index in tenths of kg/m², or None without weight and height."""
        if self.weight_grams is None or self.height_mm is None:
            return None
        return round(self.weight_grams * 10_000 / self.height_mm**2)

    def unusual(self, name: str) -> bool:
        """Say whether an adult's value lies outside the usual bounds."""
        value = getattr(self, name)
        limit = LIMITS[name]
        if value is None:
            return False
        return (limit.low is not None and value < limit.low) or (
            limit.high is not None and value > limit.high
        )
