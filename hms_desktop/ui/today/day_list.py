"""The doctor's list of a day, with *Call next* under it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from hms_desktop.domain.consultations import DayVisit
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.look_alikes import look_alikes
from hms_desktop.domain.queue import TokenState
from hms_desktop.ui.buttons import button
from hms_desktop.ui.now.lines import LineList
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.plaintext import menu_text, plain_label
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.today.day_lines import DayLines
from hms_desktop.ui.today.queue_steps import QueueSteps

TICK_MS = 10_000
NAME_WIDTH = 88
"""Unscaled pixels of the patient's name on the button."""


class DayList(QFrame):
    """Visits of the day with live waiting times; Enter opens one beside the list."""

    opened = Signal(object)  # appointment id

    def __init__(self, desk: Desk, steps: QueueSteps, parent: QWidget | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self.setProperty("panel", True)
        self.setAccessibleName(self.tr("My list"))
        self._desk = desk
        self._steps = steps
        self._words = DayLines(desk, self)
        self.visits: tuple[DayVisit, ...] = ()
        self._alike: frozenset[int] = frozenset()
        self._shown = 0
        self.list = LineList(
            self.tr("My visits of today"),
            self.tr("No visits today. Bookings appear here as the desk makes them."),
            keys="CKR",
            parent=self,
        )
        self.count = plain_label(role="small")
        self.next_button = button(self.tr("Call next"), self.call_next, kind="primary")
        self.next_button.setToolTip("F8")
        self._lay_out()
        self.list.chosen.connect(self.opened)
        self.list.view.clicked.connect(self._clicked)
        self.list.key_pressed.connect(self._letter)
        self.list.menu_wanted.connect(lambda point, key: self.menu_for(key).popup(QPoint(point)))
        self._ticks = QTimer(self)
        self._ticks.setInterval(TICK_MS)
        self._ticks.timeout.connect(self.tick)

    def _clicked(self) -> None:
        key = self.list.current_key()
        if key is not None and key != self._shown:
            self.opened.emit(key)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(14, 12, 14, 12)
        head.addWidget(plain_label(self.tr("My list"), role="section"))
        head.addStretch(1)
        head.addWidget(self.count)
        foot = QHBoxLayout()
        foot.setContentsMargins(14, 12, 14, 14)
        foot.addWidget(self.next_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(head)
        line = QFrame()
        line.setProperty("rule", True)
        layout.addWidget(line)
        layout.addWidget(self.list, 1)
        layout.addLayout(foot)

    # -------------------------------------------------------------------------------- rows
    def show_visits(self, visits: Sequence[DayVisit]) -> None:
        """Show the day as it is now."""
        self.visits = tuple(visits)
        people = {(one.patient_id, one.patient_name) for one in visits}
        self._alike = frozenset(look_alikes(sorted(people)))
        done = sum(1 for one in visits if one.status is Status.COMPLETED)
        self.count.setText(self.tr("{n} visits · {m} done").format(n=len(visits), m=done))
        self.tick()

    def set_shown(self, appointment_id: int) -> None:
        """Mark the visit that stands beside the list."""
        self._shown = appointment_id
        self.tick()
        self.list.select(appointment_id)

    def tick(self) -> None:
        """Write the waiting times anew; asks no service."""
        now = self._desk.now()
        self.list.set_lines(
            [self._words.line(one, now, self._alike, self._shown) for one in self.visits]
        )
        following = self.next_visit()
        self.next_button.setEnabled(following is not None)
        if following is None:
            self.next_button.setText(self.tr("Call next"))
            return
        # A long name must not make the list wider.
        name = self.next_button.fontMetrics().elidedText(
            following.patient_name, Qt.TextElideMode.ElideRight, current_theme().px(NAME_WIDTH)
        )
        self.next_button.setText(
            menu_text(self.tr("Call next · {patient} · F8").format(patient=name))
        )

    def visit(self, appointment_id: object) -> DayVisit | None:
        """Return a visit of the list."""
        return next((one for one in self.visits if one.appointment_id == appointment_id), None)

    def next_visit(self) -> DayVisit | None:
        """Return who has waited longest and was neither called nor skipped."""
        waiting = [
            one
            for one in self.visits
            if one.status is Status.ARRIVED and one.token_state == TokenState.WAITING.value
        ]
        return min(waiting, key=lambda one: one.token or 0, default=None)

    # ----------------------------------------------------------------------------- actions
    def call_next(self) -> None:
        """Call who has waited longest, and open the visit."""
        if self.next_visit() is not None:
            self._steps.call_next(lambda done: self.opened.emit(done.appointment.id))

    def _letter(self, letter: str, key: object) -> None:
        visit = self.visit(key)
        if visit is not None:
            names = {"C": "call", "K": "skip", "R": "return"}
            self._steps.take(names[letter], visit)

    def menu_for(self, key: object) -> QMenu:
        """Return the menu of a visit; it deletes itself when closed."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        visit = self.visit(key)
        if visit is None:
            return menu
        menu.addAction(self.tr("Open") + "\tEnter").triggered.connect(
            lambda _=False: self.opened.emit(visit.appointment_id)
        )
        for action, text, keys in (
            ("call", self.tr("Call"), "C"),
            ("skip", self.tr("Skip"), "K"),
            ("return", self.tr("Return to queue"), "R"),
        ):
            if action in self._steps.allowed(visit):
                made = menu.addAction(f"{text}\t{keys}")
                made.triggered.connect(lambda _=False, name=action: self._steps.take(name, visit))
        return menu

    def showEvent(self, event: Any) -> None:  # noqa: ANN401, D102 - Qt's override
        super().showEvent(event)
        self.tick()
        self._ticks.start()

    def hideEvent(self, event: Any) -> None:  # noqa: ANN401, D102 - Qt's override
        self._ticks.stop()
        super().hideEvent(event)
