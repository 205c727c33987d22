"""Books the follow-up straight from the consultation."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from hms_desktop.domain.appointments import AppointmentRow, BookAppointment, Done
from hms_desktop.domain.dates import parse_day
from hms_desktop.domain.hours import FreeSlot, NextFreeWish
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.now.doing import do
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.patients.slots import SlotList
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.date_edit import DateEdit
from hms_desktop.ui.widgets.field import Field
from hms_desktop.ui.widgets.side_panel import SidePanel

MOST_SLOTS = 30
LOOK_DAYS = 60


def read_day(text: str, desk: Desk) -> date:
    """Return the date that was typed, by the hospital's formats; raises ValueError."""
    found = parse_day(text, desk.today(), day_first=desk.settings.day_first)
    if found is None:
        raise ValueError(text)
    return found


class FollowUpPanel(SidePanel):
    """The doctor's next free slots from a date on; Enter books one. ``booked`` carries Done."""

    booked = Signal(object)

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Start hidden."""
        super().__init__(host, width=400)
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self._visit: AppointmentRow | None = None
        self.on = DateEdit(
            lambda text: read_day(text, desk),
            lambda day: self._formats.long(day, desk.today()),
            desk.today,
            name=self.tr("Follow-up from"),
            week_start=desk.settings.week_start,
        )
        self.on.value_changed.connect(lambda _day: self._look())
        self.slots = SlotList(self._formats, self.tr("Free slots"))
        self.slots.setMinimumHeight(360)
        self.slots.chosen.connect(self._book)
        self.note = plain_label(role="dim", wrap=True)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(Field(self.tr("From"), self.on))
        column.addWidget(self.note)
        column.addWidget(self.slots, 1)
        self.set_body(body)

    def open_for(self, visit: AppointmentRow, on: date) -> None:
        """Offer slots for the patient of a visit from a local date on."""
        self._visit = visit
        self.set_title(self.tr("Book the follow-up"), f"{visit.patient_name} · {visit.mrn}")
        self.on.set_value(on)
        self.open_panel(self.slots)
        self._look()

    def _look(self) -> None:
        """Read free slots from the date on."""
        visit, on = self._visit, self.on.value()
        if visit is None or on is None:
            return
        wish = NextFreeWish(
            visit_type_id=visit.visit_type_id,
            doctor_ids=(visit.doctor_id,),
            first=max(on, self._desk.today() + timedelta(days=1)),
            days=LOOK_DAYS,
            limit=MOST_SLOTS,
        )
        services, actor = self._desk.services, self._desk.actor
        self._desk.runner.run(
            lambda: services.availability.next_free(actor, wish),
            owner=self,
            done=self._show,
            failed=lambda error: self._say(sentence(error)),
            key="follow_up",
        )

    def _show(self, slots: tuple[FreeSlot, ...]) -> None:
        self.slots.show_slots(slots, self._desk.now())
        self._say(
            self.tr("Enter books the marked time.")
            if slots
            else self.tr("No free time within {n} days. Choose another date.").format(n=LOOK_DAYS)
        )

    def _say(self, text: str) -> None:
        self.note.setText(text)

    def _book(self, slot: FreeSlot) -> None:
        visit = self._visit
        if visit is None:
            return
        services, actor = self._desk.services, self._desk.actor
        wish = BookAppointment(
            visit.patient_id, visit.doctor_id, visit.visit_type_id, slot.starts_at
        )
        self.slots.setEnabled(False)

        def done(result: Done) -> None:
            self.slots.setEnabled(True)
            self.close_panel()
            self.booked.emit(result)

        def failed(error: Exception) -> None:
            self.slots.setEnabled(True)
            self._say(sentence(error))
            self._look()

        do(
            self._desk,
            self,
            lambda request: services.appointments.book(actor, wish, request_id=request),
            lambda result: self.tr("Follow-up booked: {patient}, {when}").format(
                patient=visit.patient_name,
                when=self._formats.moment(result.appointment.starts_at, self._desk.now()),
            ),
            done=done,
            failed=failed,
        )
