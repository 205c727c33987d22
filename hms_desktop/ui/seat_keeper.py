"""The workbenches of one window: in front or aside, until they are taken down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from hms_desktop.domain.actor import Actor
from hms_desktop.ui.house import House
from hms_desktop.ui.window import MainWindow

if TYPE_CHECKING:
    # The pages are loaded while somebody types a password.
    from hms_desktop.ui.seats import Seat
    from hms_desktop.ui.workbench import Workbench


class SeatKeeper(QObject):
    """Keeps one seat for each person; at most one of them is in front."""

    def __init__(self, window: MainWindow, house: House) -> None:
        """Begin with nobody."""
        super().__init__(window)
        self._window = window
        self._house = house
        self._seats: dict[int, Seat] = {}
        self._seat: Seat | None = None

    @property
    def bench(self) -> Workbench | None:
        """The workbench in front, or None at the log-in."""
        return None if self._seat is None else self._seat.bench

    def actors(self) -> tuple[Actor, ...]:
        """Return who is logged in at this window."""
        return tuple(seat.desk.actor for seat in self._seats.values())

    def close_down(self) -> None:
        """Hand what is unwritten to the runner; log-ins are ended by the program."""
        for seat in self._seats.values():
            seat.bench.close_down()

    def take_all_down(self) -> None:
        """Take every workbench down: the database behind them is closed next."""
        for seat in tuple(self._seats.values()):
            self._take_down(seat)
        self._seat = None

    def _take_down(self, seat: Seat) -> None:
        seat.bench.close_down()
        self._seats = {key: one for key, one in self._seats.items() if one is not seat}
        self._window.drop_view(seat.frame)
