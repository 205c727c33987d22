"""A doctor's month on the screen: the figures that the paper has, as tiles, bars and a list."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hms_desktop.domain.doctor_month import DoctorMonth, MonthFigures
from hms_desktop.domain.lifecycle import Status
from hms_desktop.ui.grid.texts import one_line
from hms_desktop.ui.now.lines import Line, LineList
from hms_desktop.ui.numbers.bars import Bar, BarChart, Series
from hms_desktop.ui.numbers.cards import TileRow, panel
from hms_desktop.ui.numbers.words import minutes, number, percent, tr
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.widgets.tile import Tile

_Told = Callable[[MonthFigures], str]


class MonthView(QWidget):
    """Shows one month; every tile says what it was the month before."""

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        """Start without numbers."""
        super().__init__(parent)
        self._formats = formats
        self._told: tuple[tuple[Tile, str, _Told], ...] = tuple(
            (Tile(caption, active=False), caption, told)
            for caption, told in (
                (self.tr("visits"), lambda one: number(one.total)),
                (self.tr("completed"), lambda one: number(one.of(Status.COMPLETED))),
                (self.tr("new patients"), lambda one: number(one.new_patients)),
                (self.tr("returning"), lambda one: number(one.returning_patients)),
                (self.tr("no-shows"), lambda one: percent(one.no_show_rate)),
                (self.tr("utilisation"), lambda one: percent(one.utilisation)),
                (self.tr("average wait"), lambda one: minutes(one.wait_minutes)),
                (self.tr("consultation"), lambda one: minutes(one.consultation_minutes)),
            )
        )
        kinds = (
            Series(self.tr("completed"), "status:completed"),
            Series(self.tr("open"), "status:booked"),
            Series(self.tr("no-show"), "status:no_show"),
            Series(self.tr("cancelled"), "line_strong"),
        )
        self.days = BarChart(self.tr("Visits per day"), kinds)
        self.hours = BarChart(
            self.tr("Visits by hour"), (Series(self.tr("visits"), "status:booked"),)
        )
        self.diagnoses = LineList(
            self.tr("Diagnoses"), self.tr("No diagnosis was recorded."), parent=self
        )
        self._build()

    @property
    def tiles(self) -> dict[str, str]:
        """What the tiles say, by caption."""
        return {caption: tile.value for tile, caption, _told in self._told}

    def show_month(self, report: DoctorMonth) -> None:
        """Show a month's figures."""
        for tile, caption, told in self._told:
            before = told(report.before)
            tile.set_value(
                told(report.figures), tr("{what} · {n} before").format(what=caption, n=before)
            )
        self.days.set_bars(
            [
                Bar(
                    str(day.on.day),
                    (day.completed, day.open, day.no_shows, day.cancelled),
                    self._formats.long(day.on),
                )
                for day in report.days
            ]
        )
        busy = [hour for hour, count in enumerate(report.hours) if count]
        span = range(min(busy), max(busy) + 1) if busy else range(8, 18)
        self.hours.set_bars(
            [
                Bar(f"{hour}", (report.hours[hour],), self._formats.minute(hour * 60))
                for hour in span
            ]
        )
        self._show_diagnoses(report)

    # ----------------------------------------------------------------------------- inside
    def _build(self) -> None:
        tiles = TileRow([tile for tile, _caption, _told in self._told], columns=4)
        days = panel(self.tr("Visits per day"), self.days, stretch=self.days)
        hours = panel(self.tr("Visits by hour"), self.hours, stretch=self.hours)
        found = panel(self.tr("Diagnoses"), self.diagnoses, stretch=self.diagnoses, pad=0)
        below = QHBoxLayout()
        below.setSpacing(12)
        below.addWidget(hours, 1)
        below.addWidget(found, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(tiles)
        layout.addWidget(days, 1)
        layout.addLayout(below, 1)

    def _show_diagnoses(self, report: DoctorMonth) -> None:
        if report.diagnoses_shown:
            self.diagnoses.set_empty(self.tr("No diagnosis was recorded."))
        else:
            self.diagnoses.set_empty(
                self.tr("Diagnoses are shown to the doctor and to who may read all records.")
            )
        every = sorted(
            (*report.codes, *report.free_texts), key=lambda one: one.records, reverse=True
        )
        self.diagnoses.set_lines(
            [
                Line(
                    place,
                    str(place + 1),
                    one_line(one.text),
                    one.code or self.tr("in own words"),
                    lead_role="dim",
                    right=number(one.records),
                    spoken=f"{one_line(one.text)} {one.code}: {one.records}",
                )
                for place, one in enumerate(every)
            ]
        )
