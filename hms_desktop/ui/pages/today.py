"""The doctor's day: own list, the consultation beside it, the history."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QWidget

from hms_desktop.domain.appointments import Done
from hms_desktop.domain.consultations import DayVisit
from hms_desktop.domain.lifecycle import Status
from hms_desktop.ui.actions import Command
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk, Page
from hms_desktop.ui.today.consult_part import ConsultPart
from hms_desktop.ui.today.day_list import DayList
from hms_desktop.ui.today.follow_up import FollowUpPanel
from hms_desktop.ui.today.history import HistoryPanel
from hms_desktop.ui.today.loading import Opened
from hms_desktop.ui.today.queue_steps import QueueSteps
from hms_desktop.ui.today.record_panel import RecordPanel

LAST_VISIT = "today/visit"
_WIDE, _NARROW = (280, 320), (230, 250)
"""Widths of list and history in pixels; the consultation gets the rest."""
_ROOMY = 1440


class TodayPage(Page):
    """List | consultation | history."""

    entities = (
        "appointment",
        "queue_token",
        "patient",
        "visit_type",
        "encounter",
        "record_version",
    )

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the three parts and read the day."""
        super().__init__(desk, "", "doctor", parent)
        self.title = self.tr("Today")
        self.steps = QueueSteps(desk, self)
        self.list = DayList(desk, self.steps)
        self.part = ConsultPart(desk, self)
        self.history = HistoryPanel(desk)
        self.record = RecordPanel(desk, self)
        self.follow_up = FollowUpPanel(desk, self)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        for one in (self.list, self.part, self.history):
            self.split.addWidget(one)
        self.split.setStretchFactor(1, 1)
        self._own_sizes = desk.layout.splitter(self.split, "today")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 12)
        row.addWidget(self.split)
        self._connect()
        self._add_commands()
        self.reload()

    def _connect(self) -> None:
        self.list.opened.connect(self.open_appointment)
        self.part.shown.connect(self._shown)
        self.part.completed.connect(self._completed)
        self.part.begin_wanted.connect(self.begin)
        self.part.follow_up_wanted.connect(self._book_follow_up)
        self.history.opened.connect(self.record.open_record)

    def _add_commands(self) -> None:
        group = self.tr("Today")
        shown = lambda: bool(self.part.appointment_id)  # noqa: E731 - a condition, used below
        self.commands.add_all(
            (
                Command("today.next", self.tr("Call next"), self.list.call_next, "F8", group),
                Command("today.begin", self.tr("Begin the consultation"), self.begin, "F9", group),
                Command(
                    "today.complete",
                    self.tr("Complete and next"),
                    self.part.complete,
                    "Ctrl+Return",
                    group,
                    shown,
                    ("Ctrl+Enter",),
                ),
                Command(
                    "today.list",
                    self.tr("Go to my list"),
                    self.list.list.focus_list,
                    "Ctrl+Shift+L",
                    group,
                ),
                Command(
                    "today.form",
                    self.tr("Go to the consultation"),
                    self.part.form.setFocus,
                    "F6",
                    group,
                    shown,
                ),
                Command(
                    "today.history",
                    self.tr("Go to the history"),
                    self.history.list.focus_list,
                    "Ctrl+H",
                    group,
                ),
                Command(
                    "today.prescription",
                    self.tr("Preview the prescription"),
                    self.part.papers.prescription,
                    "Ctrl+P",
                    group,
                    shown,
                ),
                Command("today.amend", self.tr("Amend the record"), self.part.amend, "", group),
            )
        )

    def showEvent(self, event: Any) -> None:  # noqa: ANN401 - as Page's override
        """Share the width out at the first show, unless the person did so before."""
        if not self._own_sizes and self.width() > sum(_NARROW):
            self._own_sizes = True
            left, right = _NARROW if self.width() < _ROOMY else _WIDE
            self.split.setSizes([left, self.width() - left - right, right])
        super().showEvent(event)

    # ------------------------------------------------------------------------------ reading
    def reload(self) -> None:
        """Read the day again, and the visit that is open."""
        services, actor, on = self.desk.services, self.desk.actor, self.desk.today()
        self.ask(
            lambda: services.consultations.today(actor, on),
            lambda visits: self._show_day(on, visits),
            failed=self._failed,
            key="today",
        )

    def _failed(self, error: Exception) -> None:
        self.desk.toasts.show_toast(sentence(error), kind="alarm")

    def _show_day(self, on: date, visits: tuple[DayVisit, ...]) -> None:
        before = self.list.visit(self.part.appointment_id)
        self.list.show_visits(visits)
        waiting = sum(1 for one in visits if one.status is Status.ARRIVED)
        self.badge_changed.emit(waiting)
        now = self.list.visit(self.part.appointment_id)
        if now is not None and before is not None and now != before:
            self.part.reload()
        if not self.part.appointment_id:
            self._offer_last(on, visits)

    def _offer_last(self, on: date, visits: tuple[DayVisit, ...]) -> None:
        """Open at once whom the doctor was with when the program closed, or is with now."""
        last = self.desk.memory.get(LAST_VISIT, None)
        known = {one.appointment_id for one in visits if one.status is not Status.COMPLETED}
        if isinstance(last, list) and last[0] == on.isoformat() and last[1] in known:
            self.open_appointment(last[1])
            return
        here = [one for one in visits if one.status is Status.IN_CONSULTATION]
        if here:
            self.open_appointment(here[0].appointment_id)

    # ------------------------------------------------------------------------------ actions
    def open_appointment(self, appointment_id: int) -> None:
        """Show a visit beside the list."""
        self.list.set_shown(appointment_id)
        self.part.open_visit(appointment_id)

    def _shown(self, opened: Opened | None) -> None:
        self.history.show_opened(opened)
        if opened is None:
            return
        self.desk.memory.put(LAST_VISIT, [self.desk.today().isoformat(), opened.visit.id])
        self.list.set_shown(opened.visit.id)

    def begin(self) -> None:
        """Note that the patient shown is in front of the doctor."""
        visit = self.list.visit(self.part.appointment_id)
        if visit is not None and visit.status in {
            Status.BOOKED,
            Status.CONFIRMED,
            Status.ARRIVED,
        }:
            self.steps.begin(visit, lambda _done: self.part.form.setFocus())

    def _completed(self, done: Done) -> None:
        """Go on to the next patient: whoever waits is called, else nobody is shown."""
        self.desk.memory.put(LAST_VISIT, None)
        self.list.show_visits(
            [
                one._replace(status=Status.COMPLETED)
                if one.appointment_id == done.appointment.id
                else one
                for one in self.list.visits
            ]
        )
        if self.list.next_visit() is not None:
            self.list.call_next()
        else:
            self.part.close_visit()
            self.list.list.focus_list()

    def _book_follow_up(self, on: date) -> None:
        if self.part.opened is not None:
            self.follow_up.open_for(self.part.opened.visit, on)
