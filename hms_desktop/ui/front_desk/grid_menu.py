"""The menu of a cell or a visit of the grid."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu

from hms_desktop.domain.lifecycle import OPEN, Status, may_become
from hms_desktop.ui.grid.day import CellRef, MenuAsk, StatusWish

if TYPE_CHECKING:
    from collections.abc import Callable

    from hms_desktop.ui.front_desk.book_part import BookPart
    from hms_desktop.ui.front_desk.grid_hands import GridHands
    from hms_desktop.ui.pages.base import Desk


class GridMenu(QObject):
    """Offers what the keys do, with the keys beside it."""

    def __init__(self, desk: Desk, part: BookPart, hands: GridHands) -> None:
        """Keep who carries it out."""
        super().__init__(hands)
        self._desk = desk
        self._part = part
        self._hands = hands

    def show_menu(self, wanted: MenuAsk) -> None:
        """Show what can be done with a cell or a visit."""
        menu = QMenu(self._part)
        menu.aboutToHide.connect(menu.deleteLater)
        target = wanted.target
        if isinstance(target, CellRef):
            book = menu.addAction(self.tr("Book here") + "\tEnter")
            book.triggered.connect(lambda: self._hands.book(target))
            book.setEnabled(self._desk.actor.may("appointments.book"))
        else:
            self._visit_menu(menu, target)
        menu.popup(QPoint(wanted.x, wanted.y))

    def _visit_menu(self, menu: QMenu, visit_id: int) -> None:
        visit = self._hands.visit(visit_id)
        if visit is None:
            return
        grid, may = self._part.grid, self._desk.actor.may
        ids = grid.selected_ids()
        chosen = ids if visit_id in ids else (visit_id,)
        status = Status(visit.status)

        def add(text: str, run: Callable[[], object], *, on: bool = True) -> None:
            action = menu.addAction(text)
            action.setEnabled(on)
            action.triggered.connect(lambda _checked=False: run())

        def step(action: str) -> Callable[[], object]:
            return lambda: self._hands.status(StatusWish(tuple(chosen), action))

        may_step = may("appointments.status")
        add(self.tr("Open") + "\tEnter", lambda: self._hands.opening_wanted.emit(visit_id))
        menu.addSeparator()
        for text, action, after in (
            (self.tr("Check in") + "\tC", "check_in", Status.ARRIVED),
            (self.tr("Confirm") + "\tF", "confirm", Status.CONFIRMED),
            (self.tr("No-show") + "\tN", "no_show", Status.NO_SHOW),
        ):
            add(text, step(action), on=may_step and may_become(status, after))
        menu.addSeparator()
        movable = status in OPEN
        movable = movable and may("appointments.move")
        add(self.tr("Move") + "\tM", lambda: grid.carry(visit), on=movable)
        add(self.tr("Pin") + "\tP", lambda: self._part.pin(visit_id), on=movable)
        if may("appointments.overbook") and may("appointments.book"):
            minutes = int((visit.ends_at - visit.starts_at) / timedelta(minutes=1))
            cell = CellRef("", visit.doctor_id, visit.starts_at, minutes)
            add(self.tr("Overbook this time…"), lambda: self._hands.booking_wanted.emit(cell))
        menu.addSeparator()
        add(
            self.tr("Cancel visit…") + "\tX",
            step("cancel"),
            on=may("appointments.cancel") and may_become(status, Status.CANCELLED),
        )
