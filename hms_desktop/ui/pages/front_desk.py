"""The front desk: find a patient, book on a live day grid, see who waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QWidget

from hms_desktop.domain.appointments import Done
from hms_desktop.domain.look_alikes import look_alikes
from hms_desktop.domain.patients import PatientHit
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.front_desk.appointment_panel import AppointmentPanel
from hms_desktop.ui.front_desk.ask_panel import AskPanel, Question
from hms_desktop.ui.front_desk.book_part import BookPart
from hms_desktop.ui.front_desk.booking_panel import DRAFT, BookingPanel
from hms_desktop.ui.front_desk.grid_hands import GridHands
from hms_desktop.ui.front_desk.line_booking import LineBooking
from hms_desktop.ui.front_desk.page_commands import page_commands
from hms_desktop.ui.front_desk.steps import DeskSteps
from hms_desktop.ui.front_desk.words import at_time
from hms_desktop.ui.grid.texts import one_line
from hms_desktop.ui.now.now_panel import NowPanel
from hms_desktop.ui.now.room_panel import RoomPanel
from hms_desktop.ui.pages.base import Desk, Page
from hms_desktop.ui.patients.editor import PatientEditor
from hms_desktop.ui.patients.find_panel import FindPanel
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.widgets.side_panel import SidePanel

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from hms_desktop.domain.hours import FreeSlot
    from hms_desktop.domain.patients import PatientRow
    from hms_desktop.ui.front_desk.loading import Loaded
    from hms_desktop.ui.grid.day import CellRef

T = TypeVar("T")
_WIDE, _NARROW = (296, 312), (272, 264)
"""Widths of Find and Now in pixels; the book part gets the rest."""
_ROOMY, _LEAST_WIDTH = 1440, 800


class FrontDeskPage(Page):
    """Find | Book | Now in one page; side panels slide in over the right."""

    entities = (
        "appointment",
        "queue_token",
        "slot_hold",
        "patient",
        "working_session",
        "date_exception",
        "unavailability",
        "slot_block",
        "hospital_holiday",
        "doctor",
        "department",
        "room",
        "visit_type",
    )

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the three parts and read."""
        super().__init__(desk, "", "calendar", parent)
        self.title = self.tr("Front desk")
        self._formats = Formats.of(desk.settings)
        self._offered = False
        self.finder = FindPanel(desk)
        self.book = BookPart(desk, self)
        wants_now = desk.actor.may("queue.manage")
        # Its single keys are the grid's too, so its scope stands beside the page's, not below.
        self.now = NowPanel(desk) if wants_now else None
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        for part in (self.finder, self.book, self.now):
            if part is not None:
                self.split.addWidget(part)
        self.split.setStretchFactor(1, 1)
        self._own_sizes = desk.layout.splitter(self.split, "front_desk")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 12)
        row.addWidget(self.split)
        self.steps = DeskSteps(desk, self)
        self.asking = AskPanel(self)
        self.hands = GridHands(desk, self.book, self.steps, self.asking)
        self.booking = BookingPanel(desk, self)
        self.appointment = AppointmentPanel(desk, self.steps, self)
        self.rooms = RoomPanel(desk, self)
        self.editor_panel = SidePanel(self, width=460)
        self._connect()
        self._add_commands()
        self.reload()
        QTimer.singleShot(0, self, self._offer_draft)
        desk.drafts.ready.connect(self._offer_draft)

    def _connect(self) -> None:
        self.finder.patient_chosen.connect(self.choose_patient)
        self.finder.new_patient_wanted.connect(self.register)
        self.finder.slot_chosen.connect(self.book_slot)
        self.book.loaded.connect(self._loaded)
        self.line_booking = LineBooking(self.desk, self.book.line)
        self.line_booking.booked.connect(self._booked)
        self.book.line.new_patient_wanted.connect(self.register)
        self.book.toolbar.view_saving.connect(self.save_view)
        self.hands.booking_wanted.connect(self.book_cell)
        self.hands.opening_wanted.connect(self.open_appointment)
        self.booking.booked.connect(self._booked)
        self.booking.proposed.connect(self.book.grid.set_proposal)
        self.booking.new_patient_wanted.connect(self.register)
        self.booking.closed.connect(self._booking_closed)
        self.appointment.cancel_wanted.connect(lambda row: self.hands.cancel([row]))
        self.appointment.void_wanted.connect(self.hands.void)
        self.appointment.room_wanted.connect(self.rooms.open_for)
        self.appointment.closed.connect(self.rooms.close_panel)
        self.steps.done.connect(self._stepped)
        if self.now is not None:
            self.now.appointment_wanted.connect(self.open_appointment)

    def _add_commands(self) -> None:
        commands = list(page_commands(self))
        if self.now is not None:
            commands += self.now.page_commands()
        for command in commands:
            self.commands.add(command)

    def showEvent(self, event: Any) -> None:  # noqa: ANN401 - as Page's override
        """Share the width out at the first show, unless the person did so before."""
        if not self._own_sizes and self.width() > _LEAST_WIDTH:
            self._own_sizes = True
            left, right = _NARROW if self.width() < _ROOMY else _WIDE
            self.split.setSizes([left, self.width() - left - right, right])
        super().showEvent(event)

    # ------------------------------------------------------------------ reading
    def reload(self) -> None:
        """Read the day again."""
        self.book.own_hold = self.booking.holding.token
        self.book.reload()

    def _loaded(self, state: Loaded) -> None:
        self.booking.set_loaded(state)

    # ------------------------------------------------------------------ patients
    def choose_patient(self, hit: PatientHit) -> None:
        """Book for this patient: the cursor goes to the grid, Enter on a slot opens the booking."""
        if self.booking.is_open:
            self.booking.set_patient(hit)
            return
        self.book.set_patient(hit)
        self.book.focus_grid()

    def book_for(self, patient_id: int) -> None:
        """Read a patient and begin booking."""
        services, actor = self.desk.services, self.desk.actor
        self.ask_service(
            lambda: hit_of(services.patients.open(actor, patient_id)), self.choose_patient
        )

    def ask_service(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        """Ask a service; a refusal is shown under the grid."""
        self.ask(work, done, failed=lambda error: self.book.say(sentence(error)))

    def register(self, typed: str) -> None:
        """Open the registration panel with what was typed."""
        if not self.desk.actor.may("patients.register"):
            self.book.say(self.tr("You may not register patients."))
            return
        editor = PatientEditor(self.desk)
        editor.saved.connect(self._registered)
        editor.cancelled.connect(self.editor_panel.close_panel)
        editor.patient_wanted.connect(self._recognised)
        editor.start_new(typed)
        editor.dock_into(self.editor_panel)
        self.editor_panel.open_panel(editor)

    def _registered(self, row: PatientRow) -> None:
        self.editor_panel.close_panel()
        self.choose_patient(hit_of(row))

    def _recognised(self, hit: PatientHit) -> None:
        self.editor_panel.close_panel()
        self.choose_patient(hit)

    # ------------------------------------------------------------------ booking
    def book_cell(self, cell: CellRef) -> None:
        """Open the booking panel for a stretch of the grid."""
        day = self.book.grid.day
        slot = day.slot_minutes if day is not None else 0
        self._open_booking(
            cell.doctor_id, cell.starts_at, minutes=cell.minutes if cell.minutes > slot else None
        )

    def book_slot(self, slot: FreeSlot) -> None:
        """Open the booking panel for a free slot that was found; its day is shown."""
        self.book.go_to(self.desk.local(slot.starts_at).date())
        self._open_booking(slot.doctor_id, slot.starts_at)

    def _open_booking(
        self, doctor_id: int, starts_at: datetime, *, minutes: int | None = None
    ) -> None:
        if not self.desk.actor.may("appointments.book"):
            self.book.say(self.tr("You may not book visits."))
            return
        for panel in (self.appointment, self.asking):
            panel.close_panel()
        self.booking.open_for(doctor_id, starts_at, minutes=minutes, patient=self.book.patient)

    def _booked(self, done: Done) -> None:
        row = done.appointment
        text = self.tr("{patient} booked: {doctor}, {time}").format(
            patient=one_line(row.patient_name),
            doctor=one_line(row.doctor_name),
            time=at_time(self._formats, row.starts_at, self.desk.now()),
        )
        self.book.drop_patient()
        day = self.desk.local(row.starts_at).date()
        if self.book.shown.week_of is None:
            self.book.go_to(day)
        self.steps.tell(done, text)

    def _booking_closed(self) -> None:
        draft = self.desk.drafts.get(DRAFT)
        if draft is None:
            return
        self.desk.drafts.discard(DRAFT)
        if draft.get("note") or draft.get("typed") or draft.get("patient"):
            self.desk.toasts.show_toast(
                self.tr("Not booked. What you typed can be brought back."),
                undo=lambda: self.booking.open_draft(draft),
                undo_text=self.tr("Go on"),
                shortcut="",
            )

    def _offer_draft(self) -> None:
        draft = self.desk.drafts.get(DRAFT)
        if draft is None or self._offered or self.booking.is_open:
            return
        self._offered = True
        self.desk.toasts.show_toast(
            self.tr("A booking that you began was kept."),
            undo=lambda: self._go_on(draft),
            undo_text=self.tr("Go on"),
            shortcut="",
            seconds=0,
        )

    def _go_on(self, draft: dict[str, Any]) -> None:
        if self.book.state is not None:
            self.booking.open_draft(draft)

    # ------------------------------------------------------------------ appointments
    def open_appointment(self, appointment_id: int) -> None:
        """Show one appointment at the right."""
        for panel in (self.booking, self.asking, self.rooms):
            panel.close_panel()
        self.appointment.open_for(appointment_id, self._look_alikes_of(appointment_id))

    def _look_alikes_of(self, appointment_id: int) -> tuple[str, ...]:
        state = self.book.state
        if state is None:
            return ()
        names = {one.patient_id: one.patient_name for one in state.visits}
        mine = next((one.patient_id for one in state.visits if one.id == appointment_id), None)
        if mine is None or mine not in state.look_alikes:
            return ()
        alike = look_alikes(names.items()).get(mine, frozenset())
        return tuple(sorted(names[one] for one in alike))

    def _stepped(self, done: Done) -> None:
        self.appointment.follow(done.appointment)

    def save_view(self, key: str) -> None:
        """Ask what the doctors shown should be called on a function key."""
        before = self.book.views.get(key)

        def answered(_key: str, name: str) -> None:
            self.asking.close_panel()
            self.book.save_view(key, name)
            self.book.say(self.tr("{key} shows “{name}” from now on.").format(key=key, name=name))

        self.asking.ask(
            Question(
                title=self.tr("Save view"),
                subtitle=key,
                message=self.tr("The doctors shown now are kept under this key."),
                label=self.tr("Name"),
                ok=self.tr("Save"),
                text=before.name if before is not None else "",
                required=True,
            ),
            answered,
        )


def hit_of(row: PatientRow) -> PatientHit:
    """Return a patient as a line of a search shows it."""
    return PatientHit(
        row.id,
        row.mrn,
        row.display_name,
        row.sex.value,
        row.birth_date,
        row.birth_precision.value if row.birth_precision else "",
        row.phones[0] if row.phones else "",
        row.has_photo,
        bool(row.allergies),
    )
