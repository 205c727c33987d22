"""The book part: toolbar, booking line, day grid, pinboard, and why a time is closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from hms_desktop.ui.front_desk.book_view import BookView
from hms_desktop.ui.front_desk.loading import Shown
from hms_desktop.ui.front_desk.toolbar import WEEK
from hms_desktop.ui.front_desk.views import (
    SavedView,
    keep_choice,
    keep_views,
)
from hms_desktop.ui.grid.day import CellRef
from hms_desktop.ui.grid.texts import one_line

if TYPE_CHECKING:
    from hms_desktop.domain.appointments import GridVisit
    from hms_desktop.domain.patients import PatientHit
    from hms_desktop.ui.pages.base import Desk

_CLOCK_MS = 15_000
_ZOOM = "front_desk/zoom"
_ZOOM_STEP = 1.15


class BookPart(BookView):
    """The book part with hands: days, departments, views, pins, whom to book for.

    ``patient_dropped`` tells that nobody is being booked for.
    """

    patient_dropped = Signal()

    def __init__(self, desk: Desk, host: QWidget, parent: QWidget | None = None) -> None:
        """Listen to toolbar, grid and pinboard."""
        super().__init__(desk, host, parent)
        self._connect()

    def _connect(self) -> None:
        bar, grid, board = self.toolbar, self.grid, self.pinboard
        self.patient_chip.removed.connect(self.drop_patient)
        bar.stepped.connect(self.step)
        bar.today_wanted.connect(self.go_today)
        bar.day_chosen.connect(self.go_to)
        bar.department_chosen.connect(
            lambda one: self.show_other(replace(self.shown, department_id=one, doctor_ids=()))
        )
        bar.doctors_chosen.connect(
            lambda ids: self.show_other(replace(self.shown, doctor_ids=ids, department_id=None))
        )
        bar.week_doctor_chosen.connect(
            lambda one: self.show_other(replace(self.shown, week_of=one))
        )
        bar.mode_chosen.connect(lambda mode: self.set_week(mode == WEEK))
        bar.zoom_wanted.connect(self.zoom)
        bar.view_wanted.connect(self.recall_view)
        grid.day_step.connect(self.step)
        grid.closed_asked.connect(self.why.wonder)
        grid.cursor_changed.connect(self._cursor_moved)
        grid.hint.connect(self.say)
        grid.carry_changed.connect(board.set_carried)
        grid.pin_requested.connect(self.pin)
        grid.zoom_changed.connect(lambda zoom: self._desk.memory.put(_ZOOM, zoom))
        board.picked.connect(grid.carry)
        board.removed.connect(self.unpin)
        board.pin_requested.connect(self.pin)
        self.line.proposed.connect(grid.set_proposal)
        self._desk.theme.changed.connect(self._retheme)

    # ------------------------------------------------------------------ what is shown
    def show_other(self, shown: Shown) -> None:
        """Look at something else."""
        if shown != self.shown:
            self.shown = shown
            keep_choice(self._desk.memory, shown)
            self.say("")
            self.reload()

    def step(self, days: int) -> None:
        """Go some days on, or weeks in the week grid."""
        by = days if self.shown.week_of is None else days * 7
        self.go_to(self.shown.on + timedelta(days=by))

    def go_today(self) -> None:
        """Go to today and show the now-line."""
        if self.shown.on == self._desk.today():
            self.grid.focus_now()
        else:
            self._scrolled = False
            self.go_to(self._desk.today())

    def go_to(self, on: date) -> None:
        """Show another day."""
        self.show_other(replace(self.shown, on=on))

    def set_week(self, week: bool) -> None:
        """Show the week of the doctor under the cursor, or the day of all."""
        if not week:
            self.show_other(replace(self.shown, week_of=None))
            return
        doctor = self.cursor_doctor()
        if doctor is not None:
            self.show_other(replace(self.shown, week_of=doctor))

    def toggle_week(self) -> None:
        """Switch between day and week."""
        self.set_week(self.shown.week_of is None)

    def zoom(self, step: int) -> None:
        """Zoom in (1), out (-1) or as usual (0)."""
        self.grid.set_zoom(self.grid.zoom * _ZOOM_STEP**step if step else None)
        if not step:
            self._desk.memory.put(_ZOOM, None)

    def cursor_doctor(self) -> int | None:
        """Return the doctor of the column with the cursor."""
        day, place = self.grid.day, self.grid.scene.cursor.column
        if day is None or not day.columns:
            return None
        return day.columns[min(place, len(day.columns) - 1)].doctor_id

    # ------------------------------------------------------------------ saved views
    def recall_view(self, key: str) -> None:
        """Show the doctors of a saved view."""
        view = self.views.get(key)
        if view is None:
            text = self.tr("No view is saved on {key}. Ctrl+Shift+{key} saves what is shown.")
            self.say(text.format(key=key))
            return
        self.show_other(
            replace(
                self.shown,
                week_of=None,
                department_id=view.department_id,
                doctor_ids=view.doctor_ids,
            )
        )

    def save_view(self, key: str, name: str) -> None:
        """Keep the doctors shown under a function key."""
        shown = self.shown
        ids = shown.doctor_ids
        if shown.department_id is None and not ids and self.state is not None:
            ids = tuple(one.id for one in self.state.columns)
        self.views = {**self.views, key: SavedView(key, name, shown.department_id, ids)}
        keep_views(self._desk.memory, self.views)
        if self.state is not None:
            self.toolbar.show_state(self.state, self.views)

    # ------------------------------------------------------------------ pinboard and patient
    def pin(self, visit_id: int) -> None:
        """Put a visit on the pinboard."""
        visit = self.grid.visit(visit_id)
        if visit is not None and self.state is not None:
            others = tuple(one for one in self.state.pinned if one.id != visit_id)
            self._pin_only((*others, visit))
            self.say(self.tr("{patient} is pinned. Go to another day and press Enter on the pin.")
                     .format(patient=one_line(visit.patient_name)))  # fmt: skip

    def unpin(self, visit_id: int) -> None:
        """Take a visit off the pinboard."""
        if self.state is not None:
            self._pin_only(tuple(one for one in self.state.pinned if one.id != visit_id))

    def _pin_only(self, pinned: tuple[GridVisit, ...]) -> None:
        if self.state is not None:
            self.set_pins(tuple(one.id for one in pinned))
            self.state = replace(self.state, pinned=pinned)
            self._draw()

    def set_patient(self, hit: PatientHit) -> None:
        """Book for this patient next: Enter on a free slot."""
        self.patient = hit
        self.patient_chip.set_text(self.tr("For {patient}").format(patient=one_line(hit.name)))
        self.patient_chip.show()
        self.line.set_patient(hit)

    def drop_patient(self) -> None:
        """Book for nobody in particular."""
        self.patient = None
        self.patient_chip.hide()
        self.line.set_patient(None)
        self.patient_dropped.emit()

    # ------------------------------------------------------------------ why closed
    def _cursor_moved(self, target: object) -> None:
        if isinstance(target, CellRef):
            self.line.prefer(target.doctor_id)
        self.why.forget()
        self.say(self.grid.cursor_text())

    def _retheme(self, tokens: Any) -> None:  # noqa: ANN401 - Signal(object)
        self.grid.set_tokens(tokens)
        self.pinboard.set_tokens(tokens)

    def focus_grid(self) -> None:
        """Put the cursor into the grid."""
        self.grid.setFocus(Qt.FocusReason.ShortcutFocusReason)
