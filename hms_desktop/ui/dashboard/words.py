"""Periods and comparisons in words."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QCoreApplication, QLocale

from hms_desktop.domain.hospital_period import Period, Step
from hms_desktop.domain.visit_days import BANDS
from hms_desktop.domain.visit_parts import VisitPart
from hms_desktop.ui.numbers.words import number
from hms_desktop.ui.patients.formats import Formats, weekday

_WEEK, _QUARTER, _YEAR = 7, 3, 12
MORE, FEWER, SAME = "▲", "▼", "="
_ONE = 1.0


def tr(text: str) -> str:
    """Translate a word of the dashboard."""
    return QCoreApplication.translate("HospitalDashboard", text)


def month_name(on: date, *, short: bool = False) -> str:
    """Return the name of a date's month."""
    kind = QLocale.FormatType.ShortFormat if short else QLocale.FormatType.LongFormat
    return QLocale().standaloneMonthName(on.month, kind)


def period_title(period: Period, formats: Formats) -> str:
    """Return what a period is called: Mon 23 November 2026, November 2026, 2026, 1 – 9 Nov."""
    if period.days == 1:
        return formats.long(period.first)
    months = period.months
    if months == 1:
        return f"{month_name(period.first)} {period.first.year}"
    if months == _YEAR and period.first.month == 1:
        return str(period.first.year)
    if months == _QUARTER and period.first.month % _QUARTER == 1:
        part = (period.first.month - 1) // _QUARTER + 1
        return tr("Quarter {n} of {year}").format(n=part, year=period.first.year)
    return f"{formats.short(period.first, period.last)} – {_dated(period.last, formats)}"


def _dated(on: date, formats: Formats) -> str:
    # A date of another year, so that the year is always told.
    return formats.short(on, on.replace(year=1, day=1))


def piece_label(piece: Period, step: Step, formats: Formats) -> tuple[str, str]:
    """Return a piece of a course, short for the axis and long in words."""
    on = piece.first
    if step is Step.DAY:
        return str(on.day), formats.long(on)
    if step is Step.WEEK:
        long = tr("{first} to {last}").format(
            first=formats.long(on, piece.last), last=formats.long(piece.last)
        )
        return formats.short(on, on), long
    name = f"{month_name(on)} {on.year}"
    short = month_name(on, short=True)
    return (f"{short} {on.year}" if on.month == 1 else short), name


def band_label(band: int) -> str:
    """Return an age group (its place in BANDS) for the axis: 20–29."""
    if band == len(BANDS) - 1:
        return tr("{age}+").format(age=BANDS[band])
    return f"{BANDS[band]}–{BANDS[band + 1] - 1}"


def band_long(band: int) -> str:
    """Return an age group in words."""
    if band == len(BANDS) - 1:
        return tr("{age} years and older").format(age=BANDS[band])
    return tr("{from_} to {to} years").format(from_=BANDS[band], to=BANDS[band + 1] - 1)


def hour_long(day: int, hour: int, formats: Formats) -> str:
    """Return an hour of a weekday (0 = Monday) in words."""
    since, until = (formats.minute(one * 60) for one in (hour, hour + 1))
    return tr("{weekday} {since} to {until}").format(
        weekday=weekday_label(day), since=since, until=until
    )


def part_words(part: VisitPart, formats: Formats) -> str:
    """Return a part of the visits in words."""
    if part.weekday is not None and part.hour is not None:
        return hour_long(part.weekday, part.hour, formats)
    sex = tr("female") if part.sex == "female" else tr("male")
    return f"{sex}, {band_long(part.band or 0)}"


def weekday_label(place: int) -> str:
    """Return the short name of a weekday (0 = Monday)."""
    return weekday(date(2024, 1, 1 + place))


def compared(now: float | None, before: float | None) -> str:
    """Return a count beside the one before: ``▲ 12 % over 97``."""
    if now is None or before is None or (not now and not before):
        return ""
    if not before:
        return tr("none before")
    if now == before:
        return tr("{sign} as before").format(sign=SAME)
    percent = abs(now - before) / before * 100
    told = number(round(percent)) if percent >= _ONE else tr("under 1")
    words = (
        tr("{sign} {percent} % over {before}")
        if now > before
        else tr("{sign} {percent} % under {before}")
    )
    return words.format(
        sign=MORE if now > before else FEWER, percent=told, before=number(round(before))
    )


def compared_share(now: float | None, before: float | None) -> str:
    """Return a share beside the one before, in points: ``▼ 1.2 points under 8 %``."""
    if now is None or before is None:
        return ""
    points = round((now - before) * 100, 1)
    if not points:
        return tr("{sign} as before").format(sign=SAME)
    words = (
        tr("{sign} {points} points over {before} %")
        if points > 0
        else tr("{sign} {points} points under {before} %")
    )
    return words.format(
        sign=MORE if points > 0 else FEWER,
        points=QLocale().toString(abs(points), "f", 1),
        before=round(before * 100),
    )


def compared_minutes(now: int | None, before: int | None) -> str:
    """Return minutes beside those before: ``▲ 3 min over 12 min``."""
    if now is None or before is None:
        return ""
    if now == before:
        return tr("{sign} as before").format(sign=SAME)
    words = (
        tr("{sign} {n} min over {before} min")
        if now > before
        else tr("{sign} {n} min under {before} min")
    )
    return words.format(sign=MORE if now > before else FEWER, n=abs(now - before), before=before)
