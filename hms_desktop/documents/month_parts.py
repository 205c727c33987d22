"""What the monthly reports of a doctor and of the hospital share: key figures, charts, tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from reportlab.graphics.shapes import Drawing

from hms_desktop.documents import charts, styles
from hms_desktop.documents.charts import Tone
from hms_desktop.documents.fonts import Weight, width
from hms_desktop.documents.lines import fit
from hms_desktop.documents.paper import Sheet
from hms_desktop.documents.styles import MM, TextStyle
from hms_desktop.documents.tables import Column, table
from hms_desktop.documents.words import Words
from hms_desktop.domain.doctor_month import COUNTED, DayCounts, Month, MonthFigures
from hms_desktop.domain.lifecycle import Status

NOTHING = "–"
_STATUS = {
    Status.REQUESTED: "Requested",
    Status.BOOKED: "Booked",
    Status.CONFIRMED: "Confirmed",
    Status.ARRIVED: "Checked in",
    Status.IN_CONSULTATION: "In consultation",
    Status.COMPLETED: "Completed",
    Status.CANCELLED: "Cancelled",
    Status.NO_SHOW: "No-show",
}
_DAYS = (
    ("Completed", charts.DARK),
    ("Open", charts.MIDDLE),
    ("No-show", charts.HATCHED),
    ("Cancelled", charts.WHITE),
)
_PATIENTS = (("New", charts.DARK), ("Returning", charts.MIDDLE))
_BIG = TextStyle(17, 21, Weight.BOLD)
_LESS_BIG = TextStyle(12.5, 21, Weight.BOLD)
_CARD_HEIGHT, _CARD_GAP, _PAD = 55.0, 7.0, 8.0
_CARDS = 4
_ROW = 18.5
_MINUTES_AN_HOUR = 60


_EXPLAINED = (
    (
        "A visit belongs to the day and hour at which it begins by the hospital's clock. Open "
        "visits were asked for, booked, checked in or in consultation. Visits entered in error "
        "are left out."
    ),
    "The no-show rate is the missed visits out of those that were missed or took place.",
    (
        "The average wait runs from check-in to the start of the consultation, the average "
        "consultation from its start to its end."
    ),
    (
        "Utilisation is booked time out of offered time. Booked are visits that kept their slot, "
        "no-shows included; offered are the working hours less leave, holidays and closed slots. "
        "Overbooking and visits outside of hours can bring it above 100 %."
    ),
)


class _Fact(NamedTuple):
    """A figure of both months, as text, and the difference."""

    name: str
    now: str
    before: str
    change: str


class MonthReport(Protocol):
    """A month beside the one before, of whomever."""

    @property
    def month(self) -> Month:
        """The month it is about."""

    @property
    def figures(self) -> MonthFigures:
        """Its figures."""

    @property
    def before(self) -> MonthFigures:
        """Those of the month before."""

    @property
    def days(self) -> tuple[DayCounts, ...]:
        """What became of each day's visits."""

    @property
    def hours(self) -> tuple[int, ...]:
        """Visits by the hour at which they begin."""


# ------------------------------------------------------------------------------- key figures
def cards(sheet: Sheet, report: MonthReport) -> None:
    """Write the key figures in boxes, the month before below each."""
    words, now, before = sheet.words, report.figures, report.before
    than = month_word(words, before.month)

    def card(label: str, value: str, earlier: str) -> tuple[str, str, str]:
        return words.say(label), value, f"{than}: {earlier}"

    boxes = (
        card("Visits", str(now.total), str(before.total)),
        card("Completed", str(now.of(Status.COMPLETED)), str(before.of(Status.COMPLETED))),
        card("No-show rate", percent(now.no_show_rate), percent(before.no_show_rate)),
        card("Utilisation", percent(now.utilisation), percent(before.utilisation)),
        card("Patients", str(now.patients), str(before.patients)),
        card(
            "Average wait", _minutes(words, now.wait_minutes), _minutes(words, before.wait_minutes)
        ),
        card(
            "Average consultation",
            _minutes(words, now.consultation_minutes),
            _minutes(words, before.consultation_minutes),
        ),
        card(
            "Booked time",
            _hours(words, now.booked_minutes),
            _hours(words, before.booked_minutes),
        ),
    )
    for at in range(0, len(boxes), _CARDS):
        sheet.need(_CARD_HEIGHT)
        each = (sheet.inner - _CARD_GAP * (_CARDS - 1)) / _CARDS
        for number, (label, value, earlier) in enumerate(boxes[at : at + _CARDS]):
            x = sheet.left + number * (each + _CARD_GAP)
            bottom, room = sheet.y - _CARD_HEIGHT, each - 2 * _PAD
            sheet.page.box(x, bottom, each, _CARD_HEIGHT, styles.SHADE, radius=4)
            y = sheet.put_lines([fit(label, styles.LABEL, room)], styles.LABEL, x + _PAD,
                                sheet.y - 5)  # fmt: skip
            style = _BIG if width(value, _BIG.weight, _BIG.size) <= room else _LESS_BIG
            y = sheet.put_lines([fit(value, style, room)], style, x + _PAD, y)
            sheet.put_lines([fit(earlier, styles.LABEL, room)], styles.LABEL, x + _PAD, y - 1)
        sheet.skip(_CARD_HEIGHT + _CARD_GAP)


# ------------------------------------------------------------------------------------ charts
def days_chart(sheet: Sheet, report: MonthReport) -> None:
    """Draw the visits of each day of the month."""
    words = sheet.words
    high = 62 * MM
    sheet.heading(words.say("Visits by day of the month"), keep=high + 16)
    if not report.figures.total:
        sheet.text(words.say("There were no visits in this month."), styles.QUIET)
        return
    days = [day.counts for day in report.days]
    _legend(
        sheet,
        [
            (f"{words.say(name)} {sum(counts[at] for counts in days)}", tone)
            for at, (name, tone) in enumerate(_DAYS)
        ],
        sheet.left,
    )
    chart = charts.stacked_bars(
        days,
        [str(day.on.day) for day in report.days],
        [tone for _, tone in _DAYS],
        sheet.inner,
        high,
    )
    sheet.drawing(chart)


def hours_and_patients(sheet: Sheet, report: MonthReport, note: str) -> None:
    """Draw the visits by hour; beside them new and returning patients, explained by ``note``."""
    if not report.figures.total:
        return
    words, figures = sheet.words, report.figures
    high, left = 50 * MM, sheet.inner * 0.62
    x, wide = sheet.left + left + 14, sheet.inner - left - 14
    sheet.need(styles.HEADING.leading + high + 16)
    sheet.heading(words.say("Visits by hour of the day"), keep=high)
    top = sheet.y
    sheet.put_lines(
        [fit(words.say("Patients who came"), styles.HEADING, wide)],
        styles.HEADING,
        x,
        top + 2 + styles.HEADING.leading,
    )
    chart = charts.stacked_bars(
        [(count,) for count in report.hours],
        [f"{hour:02}" if hour % 2 == 0 else "" for hour in range(len(report.hours))],
        (charts.DARK,),
        left,
        high,
    )
    sheet.page.drawing(chart, sheet.left, top - high)
    sheet.y = top
    counts = (figures.new_patients, figures.returning_patients)
    entries = [
        (f"{words.say(name)} {count}", tone)
        for (name, tone), count in zip(_PATIENTS, counts, strict=True)
    ]
    _legend(sheet, entries, x)
    if figures.patients:
        bar = charts.flat_bar(counts, [tone for _, tone in _PATIENTS], wide, 14)
        sheet.page.drawing(bar, x, sheet.y - 14)
        sheet.y -= 14
    sheet.y -= 6
    sheet.put_lines(sheet.lines(note, styles.SMALL, wide), styles.SMALL, x)
    sheet.y = top - high
    sheet.skip(8)


def _legend(sheet: Sheet, entries: Sequence[tuple[str, Tone]], x: float) -> None:
    style, base = styles.QUIET, sheet.y - styles.QUIET.leading * 0.75
    for text, tone in entries:
        box: Drawing = charts.swatch(tone)
        sheet.page.drawing(box, x, base - 0.5)
        sheet.put(text, style, x + box.width + 4, base)
        x += box.width + 4 + width(text, style.weight, style.size) + 14
    sheet.y -= style.leading + 3


# ------------------------------------------------------------------------------------ tables
def comparison(sheet: Sheet, report: MonthReport) -> None:
    """Write every figure beside that of the month before."""
    words = sheet.words
    facts = _facts(words, report.figures, report.before)
    sheet.heading(words.say("Compared with the month before"), keep=_ROW * (len(facts) + 1))
    table(
        sheet,
        (
            Column(words.say("Figure"), 2.6),
            Column(month_word(words, report.month), right=True),
            Column(month_word(words, report.before.month), right=True),
            Column(words.say("Change"), right=True),
        ),
        facts,
    )


def _facts(words: Words, now: MonthFigures, before: MonthFigures) -> list[_Fact]:
    def count(name: str, one: int, two: int) -> _Fact:
        return _Fact(words.say(name), str(one), str(two), _signed(one - two))

    def share(name: str, one: float | None, two: float | None) -> _Fact:
        points = None if one is None or two is None else round((one - two) * 100, 1)
        change = NOTHING if points is None else words.say("{points} points", points=_signed(points))
        return _Fact(words.say(name), percent(one), percent(two), change)

    def minutes(name: str, one: int | None, two: int | None) -> _Fact:
        change = NOTHING if one is None or two is None else _signed(one - two)
        return _Fact(words.say(name), _minutes(words, one), _minutes(words, two), change)

    def hours(name: str, one: int, two: int) -> _Fact:
        sign = "−" if one < two else "+"
        change = _signed(0) if one == two else sign + _hours(words, abs(one - two))
        return _Fact(words.say(name), _hours(words, one), _hours(words, two), change)

    statuses = [
        count(_STATUS[status], now.of(status), before.of(status))
        for status in COUNTED
        if now.of(status) or before.of(status)
    ]
    return [
        count("All visits", now.total, before.total),
        *statuses,
        share("No-show rate", now.no_show_rate, before.no_show_rate),
        count("Patients who came", now.patients, before.patients),
        count("New patients", now.new_patients, before.new_patients),
        count("Returning patients", now.returning_patients, before.returning_patients),
        minutes("Average wait", now.wait_minutes, before.wait_minutes),
        minutes("Average consultation", now.consultation_minutes, before.consultation_minutes),
        hours("Booked time", now.booked_minutes, before.booked_minutes),
        hours("Offered time", now.offered_minutes, before.offered_minutes),
        share("Utilisation", now.utilisation, before.utilisation),
    ]


def explained(sheet: Sheet) -> None:
    """Write how the figures are counted."""
    words = sheet.words
    sheet.heading(words.say("How this is counted"))
    for text in _EXPLAINED:
        sheet.text(words.say(text), styles.SMALL, after=2)


# ------------------------------------------------------------------------------------- words
def month_word(words: Words, month: Month) -> str:
    """Return a month in words."""
    return words.month(month.year, month.month)


def percent(value: float | None) -> str:
    """Return a share (0 to 1) in percent, – for none."""
    return NOTHING if value is None else f"{value * 100:.1f} %"


def _minutes(words: Words, value: int | None) -> str:
    return NOTHING if value is None else words.say("{count} min", count=value)


def _hours(words: Words, minutes: int) -> str:
    hours, rest = divmod(minutes, _MINUTES_AN_HOUR)
    if not hours:
        return words.say("{count} min", count=rest)
    if not rest:
        return words.say("{count} h", count=hours)
    return words.say("{hours} h {minutes} min", hours=hours, minutes=rest)


def _signed(value: float) -> str:
    if not value:
        return "±0"
    return f"{'+' if value > 0 else '−'}{abs(value)}"
