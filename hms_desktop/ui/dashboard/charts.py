"""The hospital's numbers as the figures of each chart."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hms_desktop.domain.doctor_month import HOURS, TOOK_TIME
from hms_desktop.domain.doctor_numbers import CAME
from hms_desktop.domain.hospital_month import Share
from hms_desktop.domain.hospital_period import WEEKDAYS, HospitalPeriod, PeriodFigures
from hms_desktop.domain.lifecycle import OPEN, Status
from hms_desktop.domain.visit_days import BANDS
from hms_desktop.domain.visit_parts import VisitPart
from hms_desktop.ui.dashboard.figures import Figures, Point, Series, Value
from hms_desktop.ui.dashboard.words import (
    band_label,
    band_long,
    hour_long,
    piece_label,
    tr,
    weekday_label,
)
from hms_desktop.ui.grid.texts import one_line
from hms_desktop.ui.numbers.words import minutes, number
from hms_desktop.ui.pages.base import ShownPatients, ShownVisits
from hms_desktop.ui.patients.formats import Formats

MOST_DOCTORS = 25
"""How many of the busiest doctors have a bar; all of them stand in the monthly report."""
_HERE = (Status.ARRIVED, Status.IN_CONSULTATION)
_FIRST_HOUR, _LAST_HOUR = 8, 18
_Told = Callable[[PeriodFigures], Value]
_Key = Callable[[PeriodFigures], object]


class Charts:
    """Turns one answer of the service into figures; nothing is counted here."""

    def __init__(self, found: HospitalPeriod, formats: Formats, week_start: int) -> None:
        """Keep what is shown, and how dates are written."""
        self._found = found
        self._formats = formats
        self._week_start = week_start

    # -------------------------------------------------------------------------- courses
    def statuses(self) -> Figures:
        """Return what became of the visits, over time."""
        kinds = (
            (tr("completed"), "status:completed", (Status.COMPLETED,)),
            (tr("here now"), "status:arrived", _HERE),
            (tr("to come"), "status:booked", tuple(OPEN)),
            (tr("no-show"), "status:no_show", (Status.NO_SHOW,)),
            (tr("cancelled"), "line_strong", (Status.CANCELLED,)),
        )
        course = self._found.course
        series = tuple(
            Series(name, role, tuple(piece.of(*statuses) for piece in course))
            for name, role, statuses in kinds
        )
        # What never occurs needs no colour in the legend.
        shown = tuple(one for one in series if any(one.values)) or series
        return Figures(self._points(_visits()), shown, summed=True)

    def patients(self) -> Figures:
        """Return new patients and those who had come before, over time."""
        return self._course(
            lambda one: ShownPatients(one.period.first, one.period.last),
            (tr("returning"), "status:confirmed", lambda one: one.returning_patients),
            (tr("new"), "accent", lambda one: one.new_patients),
            summed=True,
        )

    def no_shows(self) -> Figures:
        """Return the share of missed visits over time."""
        return self._course(
            _visits(Status.NO_SHOW),
            (tr("no-show rate"), "status:no_show", lambda one: _percent(one.no_show_rate)),
            told=_told_percent,
        )

    def utilisation(self) -> Figures:
        """Return the booked part of the offered time, over time."""
        return self._course(
            _visits(),
            (tr("utilisation"), "accent", lambda one: _percent(one.utilisation)),
            told=_told_percent,
        )

    def waits(self) -> Figures:
        """Return what half and nine of ten patients waited at most, over time."""
        return self._course(
            _visits(*CAME),
            (tr("half waited at most"), "status:arrived", lambda one: one.wait_p50),
            (tr("nine of ten"), "status:in_consultation", lambda one: one.wait_p90),
            told=lambda value: minutes(round(value)),
        )

    # ----------------------------------------------------------------------------- bars
    def departments(self) -> Figures:
        """Return the departments, the busiest first."""
        return self._bars(self._found.departments)

    def doctors(self) -> Figures:
        """Return the busiest doctors."""
        return self._bars(self._found.doctors[:MOST_DOCTORS])

    def _bars(self, shares: Sequence[Share]) -> Figures:
        busy = [one for one in shares if one.visits]
        return Figures(
            tuple(self._bar_point(one) for one in busy),
            (
                Series(tr("came"), "status:completed", tuple(one.came for one in busy)),
                Series(tr("to come"), "status:booked", tuple(one.left for one in busy)),
                Series(tr("no-show"), "status:no_show", tuple(one.no_shows for one in busy)),
                Series(tr("cancelled"), "line_strong", tuple(one.cancelled for one in busy)),
            ),
            summed=True,
        )

    def _bar_point(self, one: Share) -> Point:
        period = self._found.period
        name = one_line(one.name) or tr("Without department")
        key: object = None
        if one.doctor_id is not None:
            key = ShownVisits(period.first, period.last, doctor_ids=(one.doctor_id,))
        elif one.department_id is not None:
            key = ShownVisits(period.first, period.last, department_ids=(one.department_id,))
        booked = "" if one.utilisation is None else tr(
            "{name} – {percent} % of the offered time booked"
        ).format(name=name, percent=round(one.utilisation * 100))  # fmt: skip
        return Point(name, booked or name, key)

    # ----------------------------------------------------------------------------- maps
    def heat(self) -> tuple[Figures, tuple[str, ...], tuple[str, ...]]:
        """Return the visits by weekday and hour with the names of rows and columns."""
        heat = self._found.heat
        busy = [hour for hour in range(HOURS) if any(row[hour] for row in heat)]
        first = min([*busy, _FIRST_HOUR])
        last = max([*busy, _LAST_HOUR - 1])
        days = [(self._week_start + n) % WEEKDAYS for n in range(WEEKDAYS)]
        heads = tuple(self._formats.minute(hour * 60) for hour in range(first, last + 1))
        points, values = [], []
        for day in days:
            for hour in range(first, last + 1):
                part = VisitPart(weekday=day, hour=hour)
                points.append(Point("", hour_long(day, hour, self._formats), self._part(part)))
                values.append(heat[day][hour])
        series = Series(tr("visits"), "accent", tuple(values))
        figures = Figures(tuple(points), (series,))
        return figures, tuple(map(weekday_label, days)), heads

    def people(self) -> Figures:
        """Return the visits that took place by age group and sex, the oldest first.

        A point's key has the list of each side.
        """
        counts = {(one.sex, one.band): one.visits for one in self._found.people}
        bands = range(len(BANDS) - 1, -1, -1)
        points = tuple(
            Point(
                band_label(band),
                band_long(band),
                tuple(self._part(VisitPart(sex=sex, band=band)) for sex in ("female", "male")),
            )
            for band in bands
        )
        return Figures(
            points,
            (
                Series(tr("female"), "status:in_consultation",
                       tuple(counts.get(("female", band), 0) for band in bands)),
                Series(tr("male"), "status:booked",
                       tuple(counts.get(("male", band), 0) for band in bands)),
            ),
        )  # fmt: skip

    def people_left_out(self) -> str:
        """Say how many visits the pyramid has no place for."""
        other = sum(one.visits for one in self._found.people if one.sex not in {"female", "male"})
        ageless = sum(
            one.visits
            for one in self._found.people
            if one.sex in {"female", "male"} and one.band < 0
        )
        words = []
        if other:
            words.append(tr("{n} of another or unknown sex").format(n=number(other)))
        if ageless:
            words.append(tr("{n} of unknown age").format(n=number(ageless)))
        return tr("Not shown: {what}").format(what=", ".join(words)) if words else ""

    # --------------------------------------------------------------------------- inside
    def _part(self, part: VisitPart) -> ShownVisits:
        """Return the list of a cell of a map: of the statuses that it counts."""
        period, counted = self._found.period, CAME if part.hour is None else TOOK_TIME
        statuses = tuple(status for status in Status if status in counted)
        return ShownVisits(period.first, period.last, statuses, part=part)

    def _points(self, key: _Key) -> tuple[Point, ...]:
        step = self._found.period.step
        return tuple(
            Point(*piece_label(one.period, step, self._formats), key(one))
            for one in self._found.course
        )

    def _course(
        self,
        key: _Key,
        *lines: tuple[str, str, _Told],
        told: Callable[[float], str] | None = None,
        summed: bool = False,
    ) -> Figures:
        series = tuple(
            Series(name, role, tuple(value(one) for one in self._found.course))
            for name, role, value in lines
        )
        if told is None:
            return Figures(self._points(key), series, summed=summed)
        return Figures(self._points(key), series, told, summed=summed)


def _visits(*statuses: Status) -> _Key:
    return lambda one: ShownVisits(one.period.first, one.period.last, tuple(statuses))


def _percent(part: float | None) -> Value:
    return None if part is None else part * 100


def _told_percent(value: float) -> str:
    return tr("{n} %").format(n=number(round(value)))
