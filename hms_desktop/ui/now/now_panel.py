"""The right column of the front desk: numbers, who waits, who comes next, walk-ins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from hms_desktop.bus import Announcement
from hms_desktop.domain.look_alikes import look_alikes
from hms_desktop.domain.queue import DeskTiles, ExpectedRow, WaitingRow
from hms_desktop.ui.actions import Command, CommandSet
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.now.actions import QueueActions
from hms_desktop.ui.now.board import WaitingBoard
from hms_desktop.ui.now.expected import AHEAD_MINUTES, ExpectedList
from hms_desktop.ui.now.room_panel import RoomPanel
from hms_desktop.ui.now.walk_in import WalkInPanel
from hms_desktop.ui.numbers.words import number
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.plaintext import menu_text, plain_label
from hms_desktop.ui.widgets.chip import Badge
from hms_desktop.ui.widgets.tile import Tile

ENTITIES = ("appointment", "queue_token", "patient", "doctor", "room", "visit_type")
REFRESH_MS = 60_000
"""Free slots and who is expected change with the clock alone, too."""
_DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class _Picture:
    """Everything the panel shows, read at once."""

    on: date
    tiles: DeskTiles | None
    waiting: tuple[WaitingRow, ...]
    expected: tuple[ExpectedRow, ...]
    alike: frozenset[int]


class NowPanel(QFrame):
    """Tiles, waiting board, next to arrive; reloads by itself when something changes.

    ``commands`` are the keys of this part (listed in F1 and Ctrl+K where the page puts the set
    among its own); ``page_commands`` those that a page should offer everywhere on it.
    """

    appointment_wanted = Signal(object)  # appointment id

    def __init__(
        self, desk: Desk, parent: QWidget | None = None, *, above: CommandSet | None = None
    ) -> None:
        """Build the parts and load.

        Args:
            desk: where it stands.
            parent: the widget it stands in.
            above: the page's commands; the window's when not given.
        """
        super().__init__(parent)
        self.desk = desk
        self.setProperty("panel", True)
        self.setAccessibleName(self.tr("Now"))
        self.setMinimumWidth(260)
        self._stale = False
        self.actions_of_queue = QueueActions(desk, self)
        self.board = WaitingBoard(desk, self.actions_of_queue, self)
        self.expected = ExpectedList(desk, self.actions_of_queue, self)
        self.board.open_wanted.connect(self.appointment_wanted)
        self.expected.open_wanted.connect(self.appointment_wanted)
        self._build()
        self.rooms = RoomPanel(desk, self)
        self.board.room_wanted.connect(self.rooms.open_for)
        self.commands = CommandSet(self, self.tr("Now"), above=above or desk.commands)
        self._add_commands()
        desk.bridge.changed.connect(self._on_changed)
        self._clock = QTimer(self)
        self._clock.setInterval(REFRESH_MS)
        self._clock.timeout.connect(self.reload)
        self.reload()

    def page_commands(self) -> tuple[Command, ...]:
        """Return what should work wherever the focus is on the page."""
        found = [
            Command(
                "now.focus",
                self.tr("Go to the waiting board"),
                self.board.focus_list,
                shortcut="Ctrl+Shift+Q",
                group=self.tr("Now"),
                icon="queue",
            )
        ]
        if self.walk_in is not None:
            found.append(
                Command(
                    "now.walk_in",
                    self.tr("Take a walk-in"),
                    self.open_walk_in,
                    shortcut="Ctrl+W",
                    group=self.tr("Now"),
                    icon="patient-add",
                )
            )
        return tuple(found)

    def open_walk_in(self) -> None:
        """Open the walk-in panel."""
        if self.walk_in is not None:
            self.walk_in.open_for()

    def reload(self) -> None:
        """Read everything anew, on the runner."""
        services, actor, on = self.desk.services, self.desk.actor, self.desk.today()

        def work() -> _Picture:
            counts = actor.may("statistics.read")
            tiles = services.statistics.desk_tiles(actor, on) if counts else None
            waiting = services.queue.board(actor, on)
            expected = services.queue.expected(actor, on, minutes=_DAY_MINUTES)
            people = [(row.patient_id, row.patient_name) for row in waiting]
            people += [(row.patient_id, row.patient_name) for row in expected]
            return _Picture(on, tiles, waiting, expected, frozenset(look_alikes(people)))

        self.desk.runner.run(work, owner=self, done=self._show, failed=self._failed, key="now")

    # ----------------------------------------------------------------------------- inside
    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        self._tiles = self._build_tiles()
        layout.addWidget(self._tiles)
        self._trouble = plain_label(role="error", wrap=True, parent=self)
        self._trouble.setContentsMargins(14, 8, 14, 8)
        self._trouble.hide()
        layout.addWidget(self._trouble)
        waiting, next_up = Badge(0), Badge(0)
        self.board.counted.connect(waiting.set_count)
        self.expected.counted.connect(next_up.set_count)
        ahead = plain_label(self.tr("{n} min").format(n=AHEAD_MINUTES), role="small")
        self._column = _Column(
            (_head(self.tr("Waiting"), waiting, self.board.sort_button), self.board),
            (_head(self.tr("Next to arrive"), next_up, ahead), self.expected),
            self,
        )
        layout.addWidget(self._column, 1)
        foot = QFrame()
        foot.setProperty("footer", True)
        row = QHBoxLayout(foot)
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(8)
        self.next_button = button(self.tr("Call next"), self._call_next, icon="call")
        if not self.desk.actor.may("queue.manage"):
            self.next_button.hide()
        self.next_button.setEnabled(False)
        row.addWidget(self.next_button, 1)
        self.walk_in: WalkInPanel | None = None
        self.walk_in_button = button(
            self.tr("Walk-in"),
            self.open_walk_in,
            icon="patient-add",
            tip=self.tr("Queue a patient without an appointment (Ctrl+W)"),
        )
        row.addWidget(self.walk_in_button, 1)
        if self.desk.actor.may("queue.walk_in"):
            self.walk_in = WalkInPanel(self.desk, self)
        else:
            self.walk_in_button.hide()
        if self.walk_in is None and not self.desk.actor.may("queue.manage"):
            foot.hide()
        layout.addWidget(foot)

    def _build_tiles(self) -> QWidget:
        holder = QWidget(self)
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        self.booked = Tile(self.tr("booked today"), active=False)
        self.arrived = Tile(self.tr("arrived"), active=False)
        self.waiting = Tile(self.tr("waiting"), active=False)
        self.free = Tile(self.tr("slots free today"), active=False)
        for place, tile in enumerate((self.booked, self.arrived, self.waiting, self.free)):
            grid.addWidget(tile, place // 2 * 2, place % 2 * 2)
        grid.addWidget(_rule(vertical=True), 0, 1, 3, 1)
        grid.addWidget(_rule(), 1, 0, 1, 3)
        grid.addWidget(_rule(), 3, 0, 1, 3)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(2, 1)
        holder.setVisible(self.desk.actor.may("statistics.read"))
        return holder

    def _add_commands(self) -> None:
        entries = (
            ("call", self.tr("Call the patient"), "Return"),
            ("next", self.tr("Call next of this doctor"), "N"),
            ("start", self.tr("Start consultation"), "S"),
            ("skip", self.tr("Skip"), "K"),
            ("return", self.tr("Return to queue"), "R"),
            ("undo", self.tr("Undo check-in"), "U"),
            ("room", self.tr("Another room…"), "M"),
            ("open", self.tr("Open appointment"), "O"),
        )
        for name, text, key in entries:
            self.commands.add(
                Command(
                    f"board.{name}",
                    text,
                    partial(self.board.act, name),
                    shortcut=key,
                    group=self.tr("Waiting board"),
                    enabled=lambda: self.board.current_key() is not None,
                    own_keys=True,
                    listed=False,
                )
            )

    def _show(self, picture: _Picture) -> None:
        self._trouble.hide()
        if picture.tiles is not None:
            self._show_tiles(picture.tiles)
        self.board.set_rows(picture.waiting, picture.alike)
        self.expected.set_rows(picture.expected, picture.alike)
        self.next_button.setEnabled(bool(self.board.next_by_doctor()))
        self._column.share()

    def _show_tiles(self, tiles: DeskTiles) -> None:
        self.booked.set_value(number(tiles.booked))
        self.arrived.set_value(number(tiles.arrived))
        wait = tiles.average_wait_minutes
        caption = self.tr("waiting")
        if wait is not None:
            caption = self.tr("waiting · Ø {n} min").format(n=wait)
        self.waiting.set_value(number(tiles.waiting), caption)
        self.free.set_value(number(tiles.free_slots))

    def _failed(self, error: Exception) -> None:
        # What was shown stays, with the reason why it is not the newest.
        self._trouble.setText(sentence(error))
        self._trouble.show()

    def _call_next(self) -> None:
        nexts = self.board.next_by_doctor()
        own = self.desk.actor.doctor_id
        if len(nexts) == 1 or any(row.doctor_id == own for row, _count in nexts):
            mine = [row for row, _count in nexts if own is None or row.doctor_id == own]
            self.actions_of_queue.call_next((mine or [nexts[0][0]])[0].doctor_id)
            return
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        for row, count in nexts:
            text = self.tr("{doctor}: {number} {patient}").format(
                doctor=row.doctor_name, number=row.number, patient=row.patient_name
            )
            action = menu.addAction(f"{menu_text(text)}\t{count}")
            action.triggered.connect(
                lambda _=False, doctor=row.doctor_id: self.actions_of_queue.call_next(doctor)
            )
        size = menu.sizeHint()
        menu.popup(self.next_button.mapToGlobal(QPoint(0, -size.height())))

    def _on_changed(self, announcement: Announcement) -> None:
        if not announcement.touches(*ENTITIES):
            return
        if self.isVisible():
            self.reload()
        else:
            self._stale = True

    def showEvent(self, event: Any) -> None:  # noqa: ANN401, D102 - Qt's override
        super().showEvent(event)
        self._clock.start()
        if self._stale:
            self._stale = False
            self.reload()

    def hideEvent(self, event: Any) -> None:  # noqa: ANN401, D102 - Qt's override
        self._clock.stop()
        self._stale = True
        super().hideEvent(event)


class _Column(QWidget):
    """Two lists under their heads, each as high as its lines while there is room for both."""

    def __init__(
        self,
        first: tuple[QWidget, WaitingBoard],
        second: tuple[QWidget, ExpectedList],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._first, self._second = first, second
        for one in (*first, *second):
            one.setParent(self)
        self.setMinimumHeight(160)

    def share(self) -> None:
        """Give the waiting board what it needs, but always leave two fifths to the other."""
        width, high = self.width(), self.height()
        heads = [
            max(one.sizeHint().height(), one.minimumHeight())
            for one in (self._first[0], self._second[0])
        ]
        room = max(0, high - sum(heads))
        for _head_of, one in (self._first, self._second):
            one.resize(width, one.height())
        wants = [self._first[1].content_height(), self._second[1].content_height()]
        least = min(wants[1], room * 2 // 5)
        upper = min(wants[0], room - least)
        lower = min(wants[1], room - upper)
        top = 0
        for (head_of, one), head_high, list_high in (
            (self._first, heads[0], upper),
            (self._second, heads[1], lower),
        ):
            head_of.setGeometry(0, top, width, head_high)
            one.setGeometry(0, top + head_high, width, list_high)
            top += head_high + list_high

    def resizeEvent(self, event: Any) -> None:  # noqa: ANN401 - Qt's override
        super().resizeEvent(event)
        self.share()


def _head(title: str, badge: Badge, right: QWidget) -> QWidget:
    head = QFrame()
    head.setProperty("bar", True)
    row = QHBoxLayout(head)
    row.setContentsMargins(14, 8, 12, 8)
    row.setSpacing(8)
    row.addWidget(plain_label(title, role="section"))
    row.addWidget(badge)
    row.addStretch(1)
    row.addWidget(right)
    head.setMinimumHeight(40)
    return head


def _rule(*, vertical: bool = False) -> QFrame:
    rule = QFrame()
    rule.setProperty("rule", "vertical" if vertical else "true")
    return rule
