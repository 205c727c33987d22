"""The grid's cursor, its selection and the wishes that it tells the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
)

from hms_desktop.domain.lifecycle import OPEN
from hms_desktop.ui.grid import steps
from hms_desktop.ui.grid.canvas import GridCanvas
from hms_desktop.ui.grid.day import MoveWish
from hms_desktop.ui.grid.model import minutes_of
from hms_desktop.ui.grid.scene import Carry, Cursor, Hand
from hms_desktop.ui.grid.texts import (
    describe_cell,
    describe_visit,
    tr,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from hms_desktop.domain.appointments import GridVisit
    from hms_desktop.ui.grid.day import CellRef


class WishGrid(GridCanvas):
    """The grid with cursor, selection and wishes.

    What each signal carries: ``book_requested`` and ``closed_asked`` a CellRef,
    ``open_requested`` and ``pin_requested`` a visit id, ``move_requested`` a MoveWish,
    ``resize_requested`` a ResizeWish, ``status_requested`` a StatusWish, ``menu_requested`` a
    MenuAsk, ``cursor_changed`` a CellRef or a visit id, ``day_step`` days to go (-1 or 1),
    ``carry_changed`` the carried GridVisit or None, ``selection_changed`` the tuple of selected
    ids, ``hint`` a sentence for the status bar.
    """

    book_requested = Signal(object)
    open_requested = Signal(object)
    move_requested = Signal(object)
    resize_requested = Signal(object)
    pin_requested = Signal(object)
    status_requested = Signal(object)
    closed_asked = Signal(object)
    menu_requested = Signal(object)
    cursor_changed = Signal(object)
    day_step = Signal(int)
    carry_changed = Signal(object)
    selection_changed = Signal(object)
    hint = Signal(str)

    # ------------------------------------------------------------------ for the page
    def visit(self, visit_id: int) -> GridVisit | None:
        """Return a shown visit."""
        box = self.model.by_id.get(visit_id)
        return None if box is None else box.visit

    def selected_ids(self) -> tuple[int, ...]:
        """Return the selected visits' ids, else the one under the cursor, else nothing."""
        scene = self.scene
        if scene.selected:
            return tuple(sorted(scene.selected))
        return () if scene.cursor.visit_id is None else (scene.cursor.visit_id,)

    def select(self, visit_ids: Iterable[int]) -> None:
        """Select exactly these visits, as far as they are shown."""
        wanted = {number for number in visit_ids if number in self.model.by_id}
        if wanted != self.scene.selected:
            with self.changing():
                self.scene.selected = wanted
            self.selection_changed.emit(tuple(sorted(wanted)))

    def target(self) -> CellRef | int | None:
        """Return what the cursor is on: a visit id, a cell, or None without a day."""
        day, cursor = self.day, self.scene.cursor
        if cursor.visit_id is not None:
            return cursor.visit_id
        if day is None or cursor.column >= len(self.model.axes):
            return None
        span = self.scene.span
        if span is not None and span.column == cursor.column:
            return self.model.cell(span.column, span.start, span.end - span.start)
        return self.model.cell(cursor.column, cursor.minute, day.slot_minutes)

    def focus_visit(self, visit_id: int) -> bool:
        """Put the cursor on a visit and show it; False when it is not on this day."""
        box = self.model.by_id.get(visit_id)
        if box is None:
            return False
        self.set_cursor(steps.on_box(self.model, box))
        return True

    def focus_time(self, doctor_id: int, at: datetime) -> bool:
        """Put the cursor on a doctor's cell at an instant (UTC); False when not shown."""
        column = self.model.column_of(doctor_id, at)
        if column is None:
            return False
        minute = self.model.axes[column].minute_of(at)
        self.set_cursor(steps.enter(self.model, column, int(minute)))
        return True

    def focus_now(self) -> bool:
        """Put the cursor on the row of now, in its column if that is today's; show it."""
        day = self.day
        if day is None:
            return False
        today = day.now.astimezone(day.zone).date()
        columns = [i for i, column in enumerate(day.columns) if column.on_date == today]
        if not columns:
            return False
        here = self.scene.cursor.column
        column = here if here in columns else columns[0]
        minute = int(self.model.axes[column].minute_of(day.now))
        self.set_cursor(steps.enter(self.model, column, minute))
        self.scroll_to_now()
        return True

    def carry(self, visit: GridVisit) -> None:
        """Hand over a (pinned) visit: arrows carry it, Enter drops it, Esc puts it back."""
        if self.day is None or not self.day.columns:
            return
        cursor = self.scene.cursor
        self.start_carry(Carry(visit, minutes_of(visit), cursor.column, cursor.minute, Hand.KEYS))
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    # ------------------------------------------------------------------ for the hands
    def set_cursor(self, cursor: Cursor, *, keep_span: bool = False) -> None:
        """Move the cursor, show it, say it."""
        with self.changing():
            self.scene.cursor = cursor
            if not keep_span:
                self.scene.span = None
        rect = self.frame_state.painter.topping.cursor_rect()
        if rect is not None:
            self.ensure_visible(rect)
        self.say_cursor()

    def say_cursor(self) -> None:
        """Tell page and screen reader where the cursor is; ask why where it is closed."""
        target, cursor = self.target(), self.scene.cursor
        if target is None or self.day is None:
            return
        self.announce(self.cursor_text())
        self.cursor_changed.emit(target)
        if not isinstance(target, int) and self.model.band_at(cursor.column, cursor.minute):
            self.closed_asked.emit(target)

    def cursor_text(self) -> str:
        """Return what the cursor is on, in words."""
        cursor, day = self.scene.cursor, self.day
        box = self.model.by_id.get(cursor.visit_id) if cursor.visit_id is not None else None
        if box is not None:
            return describe_visit(self.model, box)
        if day is None:
            return ""
        span = self.scene.span
        if span is not None:
            return describe_cell(self.model, span.column, span.start, span.end - span.start)
        return describe_cell(self.model, cursor.column, cursor.minute, day.slot_minutes)

    def announce(self, text: str) -> None:
        """Let screen readers say a text at once."""
        self.setAccessibleDescription(text)
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def may_move(self, visit: GridVisit) -> bool:
        """Say whether a visit may move; give a hint where it may not."""
        if visit.status in OPEN:
            return True
        self.hint.emit(
            tr("A visit that has begun or ended keeps its time. Open it to see what can be done.")
        )
        return False

    def start_carry(self, carry: Carry) -> None:
        """Pick a visit up."""
        with self.changing():
            self.scene.carry = carry
            self.scene.span = None
        self.carry_changed.emit(carry.visit)

    def end_carry(self, *, drop: bool) -> None:
        """Drop the carried visit where it is (a wish), or put it back."""
        carry = self.scene.carry
        if carry is None:
            return
        with self.changing():
            self.scene.carry = None
        self.carry_changed.emit(None)
        if not drop or carry.outside or self.day is None:
            self.announce(tr("Put back"))
            return
        doctor_id = self.day.columns[carry.column].doctor_id
        starts_at = self.model.axes[carry.column].at(carry.minute)
        self.set_cursor(Cursor(carry.column, steps.slot_of(self.model, carry.column, carry.minute)))
        if (doctor_id, starts_at) != (carry.visit.doctor_id, carry.visit.starts_at):
            self.move_requested.emit(
                MoveWish(carry.visit.id, carry.visit.version, doctor_id, starts_at)
            )
