"""When a doctor can be booked: weekly hours, dates that differ, leave."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from hms_desktop.domain.doctors import DoctorRow
from hms_desktop.domain.hours import LeaveSaved
from hms_desktop.ui.actions import Command
from hms_desktop.ui.availability.exceptions_part import ExceptionsPart
from hms_desktop.ui.availability.leave_part import LeavePart
from hms_desktop.ui.availability.move_panel import MovePanel
from hms_desktop.ui.availability.week_part import WeekPart
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk, Page
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.empty import EmptyState
from hms_desktop.ui.widgets.segmented import Segmented

PARTS = ("week", "dates", "leave")


class AvailabilityPage(Page):
    """One doctor's time: the own one, or any that an administrator chooses."""

    entities = (
        "working_session",
        "date_exception",
        "unavailability",
        "slot_block",
        "hospital_holiday",
        "appointment",
        "doctor",
        "setting",
    )

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the parts and read who is there."""
        super().__init__(desk, "", "clock", parent)
        self.title = self.tr("Availability")
        self._doctors: dict[int, DoctorRow] = {}
        self._shown: int | None = None
        self.who = QComboBox()
        self.who.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.who.setAccessibleName(self.tr("Doctor"))
        self.who.setMinimumContentsLength(22)
        self.who.setMinimumWidth(current_theme().px(260))
        self._name = plain_label(role="heading")
        self._about = plain_label(role="dim")
        kept = str(desk.memory.get("availability/part", PARTS[0]))
        self.parts = Segmented(
            [
                ("week", self.tr("&Weekly hours")),
                ("dates", self.tr("E&xceptions")),
                ("leave", self.tr("Lea&ve")),
            ],
            name=self.tr("Part"),
            value=kept if kept in PARTS else PARTS[0],
        )
        self.week = WeekPart(desk)
        self.dates = ExceptionsPart(desk)
        self.leave = LeavePart(desk)
        self._trouble = plain_label(role="error", wrap=True)
        self._trouble.hide()
        self._stack = QStackedWidget()
        self.nobody = EmptyState(
            self.tr("There is no doctor whose hours you may see"),
            detail=self.tr("Ask an administrator to link your log-in to a doctor."),
            icon="doctor",
        )
        for part in (self.week, self.dates, self.leave, self.nobody):
            self._stack.addWidget(part)
        self._build()
        self.panel = MovePanel(desk, self)
        self.leave.move_wanted.connect(self._offer_to_move)
        self.panel.moved.connect(self.leave.reload)
        self.parts.changed.connect(self._show_part)
        self.who.activated.connect(lambda _at: self._choose())
        self.commands.add_all(self._commands())
        self.reload()

    @property
    def may_manage(self) -> bool:
        """Whether any doctor may be chosen."""
        return self.desk.actor.may("availability.manage")

    def doctor_id(self) -> int | None:
        """Return whose time is shown."""
        return self._shown

    def may_edit(self) -> bool:
        """Say whether the time that is shown may be changed."""
        own = self._shown is not None and self._shown == self.desk.actor.doctor_id
        return self.may_manage or (own and self.desk.actor.may("availability.manage_own"))

    def show_doctor(self, doctor_id: int) -> None:
        """Choose a doctor."""
        place = self.who.findData(doctor_id)
        if place >= 0:
            self.who.setCurrentIndex(place)
            self._choose()

    def open_hours(self, wanted: tuple[int, str]) -> None:
        """Show a part of a doctor's time; once the list of doctors is there."""
        doctor_id, part = wanted
        self.parts.set_value(part if part in PARTS else PARTS[0])
        self._shown = doctor_id
        if self._doctors:
            self.show_doctor(doctor_id)

    def reload(self) -> None:
        """Read the doctors anew, then the part that is shown."""
        doctors, actor = self.desk.services.doctors, self.desk.actor
        self.ask(
            lambda: doctors.doctors(actor), self._show_doctors, failed=self._failed, key="doctors"
        )

    # ----------------------------------------------------------------------------------- inside
    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.who)
        head.addWidget(self._name)
        head.addWidget(self._about)
        head.addStretch(1)
        head.addWidget(self.parts)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(10)
        layout.addLayout(head)
        layout.addWidget(self._trouble)
        layout.addWidget(self._stack, 1)

    def _commands(self) -> list[Command]:
        group = self.tr("Availability")

        def go(part: str) -> None:
            self.parts.set_value(part)
            self._show_part(part)

        return [
            Command(
                "availability.week",
                self.tr("Weekly hours"),
                lambda: go("week"),
                "Ctrl+Shift+1",
                group,
            ),
            Command(
                "availability.dates",
                self.tr("Exceptions and single slots"),
                lambda: go("dates"),
                "Ctrl+Shift+2",
                group,
            ),
            Command(
                "availability.leave", self.tr("Leave"), lambda: go("leave"), "Ctrl+Shift+3", group
            ),
            Command(
                "availability.save",
                self.tr("Save the week"),
                self.week.save,
                "Ctrl+S",
                group,
                enabled=lambda: self.parts.value() == "week" and self.week.dirty,
            ),
        ]

    def _show_doctors(self, rows: tuple[DoctorRow, ...]) -> None:
        self._trouble.hide()
        own = self.desk.actor.doctor_id
        seen = [one for one in rows if self.may_manage or one.id == own or own is None]
        self._doctors = {one.id: one for one in seen}
        wanted = self._shown
        if wanted is None:
            kept = self.desk.memory.get("availability/doctor", own)
            wanted = own if own is not None and not self.may_manage else kept
        self.who.clear()
        for one in seen:
            words = f"{one.display_name} · {one.department_name}".rstrip(" ·")
            self.who.addItem(words, one.id)
        place = self.who.findData(wanted)
        self.who.setCurrentIndex(max(0, place) if seen else -1)
        self.who.setVisible(len(seen) > 1)
        self._choose()

    def _choose(self) -> None:
        chosen = self.who.currentData()
        self._shown = int(chosen) if chosen is not None else None
        one = self._doctors.get(self._shown or 0)
        self.parts.setEnabled(one is not None)
        if one is None:
            self._stack.setCurrentWidget(self.nobody)
            return
        if self.may_manage:
            self.desk.memory.put("availability/doctor", one.id)
        alone = len(self._doctors) == 1
        self._name.setVisible(alone)
        self._name.setText(one.display_name)
        about = (one.department_name if alone else "", one.room_name)
        self._about.setText(" · ".join(part for part in about if part))
        self._show_part(self.parts.value())

    def _show_part(self, part: str) -> None:
        one = self._doctors.get(self._shown or 0)
        if one is None:
            return
        self.desk.memory.put("availability/part", part)
        may_edit = self.may_edit()
        if part == "week":
            self._stack.setCurrentWidget(self.week)
            self.week.show_doctor(one.id, one.default_minutes, may_edit=may_edit)
        elif part == "dates":
            self._stack.setCurrentWidget(self.dates)
            self.dates.show_doctor(one.id, one.default_minutes, may_edit=may_edit)
        else:
            self._stack.setCurrentWidget(self.leave)
            self.leave.show_doctor(one.id, may_edit=may_edit)

    def _offer_to_move(self, saved: LeaveSaved) -> None:
        self.panel.ask(saved.leave, saved.hits)

    def _failed(self, error: Exception) -> None:
        self._trouble.setText(sentence(error))
        self._trouble.show()
