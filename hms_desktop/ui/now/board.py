"""The waiting board: who is here, since when, in whose queue."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.queue import TokenState, WaitingRow
from hms_desktop.ui.now.actions import QueueActions
from hms_desktop.ui.now.board_lines import BoardLines
from hms_desktop.ui.now.lines import LineList
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.plaintext import menu_text

TICK_MS = 5_000
_LETTERS = {
    "N": "next",
    "S": "start",
    "K": "skip",
    "R": "return",
    "U": "undo",
    "M": "room",
    "O": "open",
}


class WaitingBoard(LineList):
    """Tokens with live timers; Enter calls, letters do the rest, the menu has all of it."""

    counted = Signal(int)  # how many wait now
    open_wanted = Signal(object)  # appointment id
    room_wanted = Signal(object)  # appointment id

    def __init__(self, desk: Desk, actions: QueueActions, parent: QWidget) -> None:
        """Begin empty; the timer runs while the board is on the screen."""
        super().__init__(
            self.tr("Waiting patients"),
            self.tr("Nobody is waiting. Check patients in as they arrive, or take a walk-in."),
            keys="".join(_LETTERS),
            parent=parent,
        )
        self._desk = desk
        self._actions = actions
        self._words = BoardLines(desk, self)
        self._rows: dict[int, WaitingRow] = {}
        self._alike: Collection[int] = frozenset()
        self._order = str(desk.memory.get("now/order", "longest"))
        self._with_doctor = bool(desk.memory.get("now/with_doctor", False))
        self.sort_button = QPushButton(self)
        self.sort_button.setProperty("kind", "quiet")
        self.sort_button.setProperty("small", True)
        self.sort_button.setProperty("hasmenu", True)
        self.sort_button.setAutoDefault(False)
        self.sort_button.setMenu(self._order_menu())
        self._name_order()
        self._ticks = QTimer(self)
        self._ticks.setInterval(TICK_MS)
        self._ticks.timeout.connect(self.tick)
        self.chosen.connect(lambda key: self.act("call", key))
        self.key_pressed.connect(self._letter)
        self.menu_wanted.connect(self._show_menu)

    # ------------------------------------------------------------------------------- rows
    def set_rows(self, rows: Sequence[WaitingRow], alike: Collection[int]) -> None:
        """Show who is here; ``alike`` are the patients whose names look like another's today."""
        self._rows = {row.token_id: row for row in rows}
        self._alike = alike
        self.counted.emit(sum(1 for row in rows if row.status == Status.ARRIVED.value))
        self.tick()

    def rows(self) -> tuple[WaitingRow, ...]:
        """Return everybody who is here."""
        return tuple(self._rows.values())

    def tick(self) -> None:
        """Write the times anew; asks no service."""
        now = self._desk.now()
        self.set_lines([self._words.line(row, now, self._alike) for row in self._sorted()])

    def next_by_doctor(self) -> tuple[tuple[WaitingRow, int], ...]:
        """Return for each doctor the one to be called next and how many wait, by doctor."""
        waiting: dict[int, list[WaitingRow]] = {}
        for row in self._rows.values():
            if row.state == TokenState.WAITING.value and row.status == Status.ARRIVED.value:
                waiting.setdefault(row.doctor_id, []).append(row)
        found = [(min(rows, key=lambda one: one.number), len(rows)) for rows in waiting.values()]
        return tuple(sorted(found, key=lambda one: one[0].doctor_name.casefold()))

    def _sorted(self) -> list[WaitingRow]:
        shown = [
            row
            for row in self._rows.values()
            if self._with_doctor or row.status == Status.ARRIVED.value
        ]

        def key(row: WaitingRow) -> tuple[Any, ...]:
            late = (row.status != Status.ARRIVED.value, row.state == TokenState.SKIPPED.value)
            if self._order == "token":
                return (row.number, row.doctor_name.casefold(), row.token_id)
            if self._order == "doctor":
                return (row.doctor_name.casefold(), *late, row.number, row.token_id)
            return (*late, row.arrived_at, row.token_id)

        return sorted(shown, key=key)

    # ---------------------------------------------------------------------------- actions
    def act(self, action: str, key: object = None) -> bool:
        """Do something with a row (the one with the cursor); False when it cannot be done."""
        row = self._rows.get(key if isinstance(key, int) else self.current_key() or 0)
        if row is None:
            return False
        if action == "next":
            self._actions.call_next(row.doctor_id)
            return True
        if action not in self._actions.allowed(row):
            return False
        if action == "open":
            self.open_wanted.emit(row.appointment_id)
            return True
        if action == "room":
            self.room_wanted.emit(row.appointment_id)
            return True
        {
            "call": self._actions.call,
            "start": self._actions.start,
            "skip": self._actions.skip,
            "return": self._actions.put_back,
            "undo": self._actions.undo_check_in,
        }[action](row)
        return True

    def _letter(self, letter: str, key: object) -> None:
        self.act(_LETTERS[letter], key)

    def menu_for(self, key: object) -> QMenu:
        """Return the menu of a row; it deletes itself when closed."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        row = self._rows.get(key) if isinstance(key, int) else None
        if row is None:
            return menu
        allowed = self._actions.allowed(row)
        again = row.state == TokenState.CALLED.value
        entries = (
            ("call", self.tr("Call again") if again else self.tr("Call"), "Enter"),
            ("start", self.tr("Start consultation"), "S"),
            ("skip", self.tr("Skip"), "K"),
            ("return", self.tr("Return to queue"), "R"),
            ("undo", self.tr("Undo check-in"), "U"),
            ("room", self.tr("Another room…"), "M"),
            ("open", self.tr("Open appointment"), "O"),
        )
        for action, text, keys in entries:
            if action in allowed:
                # The key after the tab is only shown: the list itself takes it.
                made = menu.addAction(f"{menu_text(text)}\t{keys}")
                made.triggered.connect(lambda _=False, name=action: self.act(name, key))
        return menu

    def _show_menu(self, point: QPoint, key: object) -> None:
        self.menu_for(key).popup(point)

    # ------------------------------------------------------------------------------ order
    def _orders(self) -> dict[str, str]:
        return {
            "longest": self.tr("longest first"),
            "token": self.tr("by token"),
            "doctor": self.tr("by doctor"),
        }

    def _order_menu(self) -> QMenu:
        menu = QMenu(self)
        group = QActionGroup(menu)
        for key, text in self._orders().items():
            action = group.addAction(menu.addAction(text[:1].upper() + text[1:]))
            action.setCheckable(True)
            action.setChecked(key == self._order)
            action.triggered.connect(lambda _=False, name=key: self.set_order(name))
        menu.addSeparator()
        action = menu.addAction(self.tr("Show who is with the doctor"))
        action.setCheckable(True)
        action.setChecked(self._with_doctor)
        action.toggled.connect(self.show_with_doctor)
        return menu

    def set_order(self, order: str) -> None:
        """Sort by longest, token or doctor; remembered."""
        self._order = order
        self._desk.memory.put("now/order", order)
        self._name_order()
        self.tick()

    def show_with_doctor(self, shown: bool) -> None:
        """Show or hide those who are with the doctor already; remembered."""
        self._with_doctor = shown
        self._desk.memory.put("now/with_doctor", shown)
        self.tick()

    def _name_order(self) -> None:
        orders = self._orders()
        self._order = self._order if self._order in orders else "longest"
        self.sort_button.setText(orders[self._order])
        self.sort_button.setAccessibleName(
            self.tr("Order of the waiting board: {order}").format(order=orders[self._order])
        )

    def showEvent(self, event: Any) -> None:  # noqa: ANN401, D102 - Qt's override
        super().showEvent(event)
        self.tick()
        self._ticks.start()

    def hideEvent(self, event: Any) -> None:  # noqa: ANN401, D102 - Qt's override
        self._ticks.stop()
        super().hideEvent(event)
