"""The row of numbers: what each counts, beside the time before, and the list behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from hms_desktop.domain.doctor_month import TOOK_TIME
from hms_desktop.domain.doctor_numbers import CAME
from hms_desktop.domain.hospital_period import HospitalPeriod, Period, PeriodFigures
from hms_desktop.domain.lifecycle import Status
from hms_desktop.ui.dashboard.number_tile import NumberTile
from hms_desktop.ui.dashboard.words import compared, compared_minutes, compared_share, tr
from hms_desktop.ui.numbers.words import minutes, number, percent
from hms_desktop.ui.pages.base import ShownPatients, ShownVisits


@dataclass(frozen=True, slots=True)
class _What:
    caption: str
    tip: str
    told: Callable[[PeriodFigures], str]
    compared: Callable[[PeriodFigures, PeriodFigures], str]
    behind: Callable[[Period], object]


def _visits(*statuses: Status) -> Callable[[Period], object]:
    return lambda period: ShownVisits(period.first, period.last, tuple(statuses))


def _patients(*, new: bool) -> Callable[[Period], object]:
    return lambda period: ShownPatients(period.first, period.last, new)


def _counted(count: Callable[[PeriodFigures], int]) -> tuple[
    Callable[[PeriodFigures], str], Callable[[PeriodFigures, PeriodFigures], str]
]:  # fmt: skip
    return (
        lambda one: number(count(one)),
        lambda one, before: compared(count(one), count(before)),
    )


def _whats() -> dict[str, _What]:
    visits = tr("Open the list of these appointments")
    patients = tr("Open the list of these patients")
    return {
        "visits": _What(tr("appointments"), visits, *_counted(lambda one: one.total), _visits()),
        "completed": _What(
            tr("completed"),
            visits,
            *_counted(lambda one: one.of(Status.COMPLETED)),
            _visits(Status.COMPLETED),
        ),
        "cancelled": _What(
            tr("cancelled"),
            visits,
            *_counted(lambda one: one.of(Status.CANCELLED)),
            _visits(Status.CANCELLED),
        ),
        "no_shows": _What(
            tr("no-show rate"),
            visits,
            lambda one: percent(one.no_show_rate),
            lambda one, before: compared_share(one.no_show_rate, before.no_show_rate),
            _visits(Status.NO_SHOW),
        ),
        "patients": _What(
            tr("patients seen"), patients, *_counted(lambda one: one.patients), _patients(new=False)
        ),
        "new": _What(
            tr("new patients"),
            patients,
            *_counted(lambda one: one.new_patients),
            _patients(new=True),
        ),
        "utilisation": _What(
            tr("utilisation"),
            tr("Open the appointments whose time was kept"),
            lambda one: percent(one.utilisation),
            lambda one, before: compared_share(one.utilisation, before.utilisation),
            _visits(*(status for status in Status if status in TOOK_TIME)),
        ),
        "wait": _What(
            tr("median wait"),
            tr("Open the appointments to which patients came"),
            lambda one: minutes(one.wait_p50),
            lambda one, before: compared_minutes(one.wait_p50, before.wait_p50),
            _visits(*CAME),
        ),
    }


class NumberTiles(QFrame):
    """``opened`` carries the list that the person asked for."""

    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without numbers."""
        super().__init__(parent)
        self.setProperty("panel", True)
        self._whats = _whats()
        self._period: Period | None = None
        self.tiles = {
            name: NumberTile(what.caption, what.tip) for name, what in self._whats.items()
        }
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(8, 6, 8, 6)
        self._grid.setSpacing(4)
        for name, tile in self.tiles.items():
            tile.clicked.connect(lambda _checked=False, name=name: self._open(name))
        self._columns = 0
        self._arrange(len(self.tiles) // 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put all tiles into one row where there is room, else into two."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        count = len(self.tiles)
        widest = max(tile.sizeHint().width() for tile in self.tiles.values())
        margins = self._grid.contentsMargins()
        needed = (widest + self._grid.spacing()) * count + margins.left() + margins.right()
        self._arrange(count if needed <= self.width() else count // 2)

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for place, tile in enumerate(self.tiles.values()):
            self._grid.addWidget(tile, place // columns, place % columns)
        for place in range(len(self.tiles)):
            self._grid.setColumnStretch(place, 1 if place < columns else 0)

    def minimumSizeHint(self) -> QSize:
        """Return the height of whole tiles: a grid would squeeze buttons to their empty text."""
        return QSize(super().minimumSizeHint().width(), self.sizeHint().height())

    def show_numbers(self, found: HospitalPeriod) -> None:
        """Show the figures of a period beside those before."""
        self._period = found.period
        for name, what in self._whats.items():
            tile = self.tiles[name]
            tile.set_value(what.told(found.figures))
            tile.set_compared(what.compared(found.figures, found.before))
        self._fit()

    def _open(self, name: str) -> None:
        if self._period is not None:
            self.opened.emit(self._whats[name].behind(self._period))
