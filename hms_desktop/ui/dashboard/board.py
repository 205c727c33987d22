"""All charts of the dashboard in their panels, two or three side by side."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from hms_desktop.domain.hospital_period import HospitalPeriod, Period
from hms_desktop.ui.dashboard.chart_card import ChartCard
from hms_desktop.ui.dashboard.charts import MOST_DOCTORS, Charts
from hms_desktop.ui.dashboard.heat_map import HeatMap, Pyramid
from hms_desktop.ui.dashboard.plots import LinePlot, SidePlot, StackPlot
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.segmented import Segmented

_WIDE = 1_200
"""From this width on three charts stand side by side (unscaled pixels)."""
_HIGH = 232
_BOTH, _THREE = 2, 3


class ChartBoard(QWidget):
    """``opened`` carries the list behind a point of a chart."""

    opened = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the charts, without values."""
        super().__init__(parent)
        self.setProperty("plain", True)
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self._found: HospitalPeriod | None = None
        tr, when = self.tr, self.tr("Time")
        self.group = Segmented(
            (("departments", tr("Departments")), ("doctors", tr("Doctors"))), name=tr("Bars of")
        )
        self.group.changed.connect(lambda _which: self._show_bars())
        self.cards = {
            name: ChartCard(desk, title, plot(title), first, scrolls=plot is SidePlot)
            for name, title, plot, first in (
                ("statuses", tr("Appointments over time"), StackPlot, when),
                ("bars", tr("Who was busy"), SidePlot, tr("Name")),
                ("patients", tr("New and returning patients"), StackPlot, when),
                ("no_shows", tr("No-show rate"), LinePlot, when),
                ("utilisation", tr("Utilisation"), LinePlot, when),
                ("waits", tr("Waiting time until called"), LinePlot, when),
                ("people", tr("Visits by age and sex"), Pyramid, tr("Age")),
                ("heat", tr("Busy hours"), HeatMap, tr("Weekday and hour")),
            )
        }
        self.cards["bars"].tools.addWidget(self.group)
        for card in self.cards.values():
            card.setMinimumHeight(current_theme().px(_HIGH))
            card.opened.connect(self.opened)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(12)
        self.columns = 0
        self._arrange(_BOTH)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the charts anew where the width asks for it."""
        super().resizeEvent(event)
        self._arrange(_THREE if self.width() >= current_theme().px(_WIDE) else _BOTH)

    def show_numbers(self, found: HospitalPeriod) -> None:
        """Show other numbers."""
        self._found = found
        charts, span = self._charts(found), _file_span(found.period)
        heat, rows, heads = charts.heat()
        figures = {
            "statuses": charts.statuses(),
            "patients": charts.patients(),
            "no_shows": charts.no_shows(),
            "utilisation": charts.utilisation(),
            "waits": charts.waits(),
            "people": charts.people(),
            "heat": heat,
        }
        plot = self.cards["heat"].plot
        if isinstance(plot, HeatMap):
            plot.set_heads(rows, heads)
        for name, one in figures.items():
            self.cards[name].set_figures(one, span)
        self.cards["people"].set_note(charts.people_left_out())
        self._show_bars()

    # ----------------------------------------------------------------------------- inside
    def _arrange(self, columns: int) -> None:
        if columns == self.columns:
            return
        self.columns = columns
        row = column = 0
        for name, card in self.cards.items():
            wide = name == "statuses" or (name == "heat" and columns == _BOTH)
            span = 2 if wide else 1
            if column + span > columns:
                row, column = row + 1, 0
            self._grid.addWidget(card, row, column, 1, span)
            column += span
        for place in range(_THREE):
            self._grid.setColumnStretch(place, 1 if place < columns else 0)

    def _charts(self, found: HospitalPeriod) -> Charts:
        return Charts(found, self._formats, self._desk.settings.week_start)

    def _show_bars(self) -> None:
        if self._found is None:
            return
        charts, doctors = self._charts(self._found), self.group.value() == "doctors"
        card = self.cards["bars"]
        card.set_figures(
            charts.doctors() if doctors else charts.departments(), _file_span(self._found.period)
        )
        more = len([one for one in self._found.doctors if one.visits]) - MOST_DOCTORS
        card.set_note(
            self.tr("The busiest {n}; {more} more had appointments").format(
                n=MOST_DOCTORS, more=more
            )
            if doctors and more > 0
            else ""
        )


def _file_span(period: Period) -> str:
    """Return the dates as the name of a file has them."""
    first, last = period.first.isoformat(), period.last.isoformat()
    return first if first == last else f"{first} {last}"
