"""One appointment: who, when, what may happen next, its note, and who did what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from hms_desktop.domain.appointments import right_to_change_room
from hms_desktop.domain.hours import NextFreeWish
from hms_desktop.domain.lifecycle import OPEN, Status, next_statuses
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.front_desk.history_list import HistoryList
from hms_desktop.ui.front_desk.note_field import NoteField
from hms_desktop.ui.front_desk.proposing import free_after
from hms_desktop.ui.front_desk.words import at_time, details_text, status_word, step_text
from hms_desktop.ui.grid.texts import one_line
from hms_desktop.ui.patients.banner import PatientBanner
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.patients.strip import Strip
from hms_desktop.ui.plaintext import menu_text, plain_label
from hms_desktop.ui.widgets.busy import BusyVeil
from hms_desktop.ui.widgets.chip import StatusChip
from hms_desktop.ui.widgets.side_panel import SidePanel

if TYPE_CHECKING:
    from collections.abc import Callable

    from hms_desktop.bus import Announcement
    from hms_desktop.domain.appointments import AppointmentRow, HistoryStep
    from hms_desktop.domain.hours import FreeSlot
    from hms_desktop.domain.patients import PatientRow
    from hms_desktop.ui.front_desk.steps import DeskSteps
    from hms_desktop.ui.pages.base import Desk


@dataclass(frozen=True, slots=True)
class _Picture:
    row: AppointmentRow
    history: tuple[HistoryStep, ...]
    patient: PatientRow | None = None
    photo: bytes | None = None


class AppointmentPanel(SidePanel):
    """Shows one appointment and takes it a step on.

    ``cancel_wanted`` and ``void_wanted`` carry the AppointmentRow, ``room_wanted`` its id.
    """

    cancel_wanted = Signal(object)
    void_wanted = Signal(object)
    room_wanted = Signal(object)

    def __init__(self, desk: Desk, steps: DeskSteps, host: QWidget) -> None:
        """Build it, closed."""
        super().__init__(host, width=420)
        self._desk = desk
        self._steps = steps
        self._formats = Formats.of(desk.settings)
        self.appointment_id: int | None = None
        self.row: AppointmentRow | None = None
        self._look_alikes: tuple[str, ...] = ()
        self._fill_body()
        desk.bridge.changed.connect(self._on_changed)
        self.closed.connect(self._was_closed)

    def _fill_body(self) -> None:
        self.banner = PatientBanner(self._formats)
        self.name = plain_label(role="title", wrap=True)
        self.status = StatusChip("booked", "")
        self.when = plain_label(role="strong", wrap=True)
        self.details = plain_label(role="dim", wrap=True, selectable=True)
        self.message = Strip("warn")
        self.buttons = QWidget()
        self._button_grid = QGridLayout(self.buttons)
        self._button_grid.setContentsMargins(0, 0, 0, 0)
        self._button_grid.setSpacing(8)
        self.note = NoteField(self._desk)
        self.history = HistoryList(self._desk)
        head = QHBoxLayout()
        head.addWidget(self.when, 1)
        head.addWidget(self.status, 0, Qt.AlignmentFlag.AlignTop)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.banner)
        column.addWidget(self.name)
        column.addLayout(head)
        column.addWidget(self.details)
        column.addWidget(self.message)
        column.addWidget(self.buttons)
        column.addWidget(self.note)
        column.addWidget(plain_label(self.tr("HISTORY"), role="overline"))
        column.addWidget(self.history)
        self._veil = BusyVeil(body)
        self.set_body(body)
        self.chart = button(self.tr("Open chart"), self._open_chart, icon="patient")
        if not self._desk.actor.may("patients.read"):
            self.chart.hide()
        self.set_footer([button(self.tr("Back"), self.close_panel)], [self.chart])

    # ------------------------------------------------------------------ opening
    def open_for(self, appointment_id: int, look_alikes: tuple[str, ...] = ()) -> None:
        """Show an appointment; its patient's chart is opened for the banner (audited)."""
        fresh = appointment_id != self.appointment_id or not self.is_open
        self.appointment_id, self._look_alikes = appointment_id, look_alikes
        if fresh:
            self.row = None
            self.note.begin(appointment_id)
            self.set_title(self.tr("Appointment"))
            self.message.say("")
            self.banner.hide()
            self.name.hide()
            self.buttons.setEnabled(False)
        self.open_panel(self.close_button)
        self._load(whole=fresh)

    def _load(self, *, whole: bool) -> None:
        number = self.appointment_id
        if number is None:
            return
        services, actor = self._desk.services, self._desk.actor

        def work() -> _Picture:
            row = services.appointments.get(actor, number)
            history = services.appointments.history(actor, number)
            if not whole or not actor.may("patients.read"):
                return _Picture(row, history)
            patient = services.patients.open(actor, row.patient_id)
            photo = services.patients.photo(actor, patient.id) if patient.has_photo else None
            return _Picture(row, history, patient, photo)

        self._veil.set_busy(True)
        self._desk.runner.run(
            work,
            owner=self,
            done=lambda picture: self._show(number, picture),
            failed=self._failed,
            key="whole" if whole else "again",
        )

    def _show(self, number: int, picture: _Picture) -> None:
        self._veil.set_busy(False)
        if number != self.appointment_id or not self.is_open:
            return
        row, today = picture.row, self._desk.today()
        first = self.row is None
        self.row = row
        if picture.patient is not None:
            self.banner.show_patient(
                picture.patient, today, photo=picture.photo, look_alikes=self._look_alikes
            )
            self.banner.show()
        elif first:
            self.name.setText(f"{row.patient_name}\n{row.mrn}")
            self.name.show()
        self.set_title(self.tr("Appointment"), f"{one_line(row.patient_name)} · {row.mrn}")
        self.status.set_status(row.status.value, status_word(row.status.value))
        day = self._formats.long(self._formats.day_of(row.starts_at), today)
        self.when.setText(f"{day}, {self._formats.span(row.starts_at, row.ends_at)}")
        self.details.setText(details_text(row))
        self.note.show_row(row)
        self._show_buttons(row)
        self.history.show_steps(picture.history)
        if first:
            found = self.buttons.findChildren(type(self.chart))
            (found[0] if found else self.close_button).setFocus(Qt.FocusReason.OtherFocusReason)

    # ------------------------------------------------------------------ what may follow
    def _show_buttons(self, row: AppointmentRow) -> None:
        kept = _text_of_cursor(self.buttons)
        while (item := self._button_grid.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        self.buttons.setEnabled(True)
        may = self._desk.actor.may
        wanted: list[tuple[str, Callable[[], object], str]] = []
        for after in next_statuses(row.status):
            if after is Status.CANCELLED and may("appointments.cancel"):
                wanted.append((step_text(after), lambda: self.cancel_wanted.emit(row), "danger"))
            elif after is Status.ENTERED_IN_ERROR:
                if may("appointments.void"):
                    wanted.append((step_text(after), lambda: self.void_wanted.emit(row), "quiet"))
            elif after is not Status.CANCELLED and may("appointments.status"):
                kind = "primary" if not wanted else "secondary"
                wanted.append((step_text(after), partial(self._step, after), kind))
        if row.status in OPEN and may("appointments.move"):
            text = self.tr("Move to next free")
            wanted.insert(min(2, len(wanted)), (text, self._next_free, "secondary"))
        right = right_to_change_room(row.status)
        if right is not None and may(right):
            text = self.tr("Another room…")
            room = (text, lambda: self.room_wanted.emit(row.id), "secondary")
            wanted.insert(min(3, len(wanted)), room)
        for place, (text, run, kind) in enumerate(wanted):
            one = button(text, run, kind=kind)  # type: ignore[arg-type] # one of the kinds above
            self._button_grid.addWidget(one, place // 2, place % 2)
            if text == kept:
                one.setFocus(Qt.FocusReason.OtherFocusReason)

    def _step(self, after: Status) -> None:
        row = self.row
        if row is None:
            return
        self.message.say("")
        self.buttons.setEnabled(False)
        if after is Status.ARRIVED:
            self._steps.check_in([(row.id, row.version)], failed=self._failed)
        else:
            self._steps.set_status([(row.id, row.version)], after, failed=self._failed)

    def _next_free(self) -> None:
        row = self.row
        if row is None:
            return
        self.buttons.setEnabled(False)
        services, actor = self._desk.services, self._desk.actor
        local = self._desk.local(max(row.ends_at, self._desk.now()))
        wish = NextFreeWish(
            row.visit_type_id,
            (row.doctor_id,),
            first=local.date(),
            from_minute=local.hour * 60 + local.minute,
            limit=5,
        )
        self._desk.runner.run(
            lambda: free_after(services, actor, wish),
            owner=self,
            done=lambda slots: self._offer(row, slots),
            failed=self._failed,
            key="free",
        )

    def _offer(self, row: AppointmentRow, slots: tuple[FreeSlot, ...]) -> None:
        self.buttons.setEnabled(True)
        self.message.clear_rows()
        self.message.set_kind("accent")
        if not slots:
            self.message.say(self.tr("Nothing is free in the next 90 days. The visit stays."))
            return
        now = self._desk.now()
        for slot in slots:
            when = at_time(self._formats, slot.starts_at, now)
            one = button(
                menu_text(f"{when[:1].upper()}{when[1:]}"),
                partial(self._move, row, slot),
                small=True,
            )
            self.message.rows.addWidget(one)
        self.message.say(self.tr("Move to"))
        self.message.findChildren(QPushButton)[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _move(self, row: AppointmentRow, slot: FreeSlot) -> None:
        self.message.say("")
        self.message.clear_rows()
        self._steps.move_row(row, slot.doctor_id, slot.starts_at, failed=self._failed)

    # ------------------------------------------------------------------ the rest
    def follow(self, row: AppointmentRow) -> None:
        """Show the appointment that this one became (it was moved)."""
        if self.is_open and self.row is not None and self.row.id == row.rescheduled_from:
            self.appointment_id = row.id
            self.note.moved(row.id)
            self._load(whole=False)

    def _failed(self, error: Exception) -> None:
        self._veil.set_busy(False)
        self.buttons.setEnabled(True)
        self.message.clear_rows()
        self.message.set_kind("warn")
        self.message.say(sentence(error))
        if self.row is not None:
            self._load(whole=False)

    def _open_chart(self) -> None:
        if self.row is not None:
            self._desk.navigate.patient.emit(self.row.patient_id)

    def _on_changed(self, announcement: Announcement) -> None:
        if not self.is_open or not announcement.touches("appointment"):
            return
        mine = announcement.everything or any(
            one.entity == "appointment" and one.entity_id == self.appointment_id
            for one in announcement.changes
        )
        if mine:
            self._load(whole=False)

    def _was_closed(self) -> None:
        self.appointment_id = None


def _text_of_cursor(holder: QWidget) -> str:
    """Return what the button says that has the cursor: they are made anew at each change."""
    at = QApplication.focusWidget()
    return at.text() if isinstance(at, QPushButton) and holder.isAncestorOf(at) else ""
