"""Departments, their doctors, and when each of them is free; for everybody, to look at and book."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from hms_desktop.domain.appointments import VisitType
from hms_desktop.domain.availability_rules import Slot
from hms_desktop.domain.doctors import Approval, DepartmentRow, DoctorRow
from hms_desktop.domain.hours import FreeSlot
from hms_desktop.ui.actions import Command
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.now.lines import Line, LineList
from hms_desktop.ui.pages.base import Desk, Page, ShownDoctors
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.avatar import Avatar, initials
from hms_desktop.ui.widgets.chip import Chip
from hms_desktop.ui.widgets.swatch import swatch_icon

DAYS_AHEAD = 14
_ALL = 0


@dataclass(frozen=True, slots=True)
class _People:
    departments: tuple[DepartmentRow, ...]
    doctors: tuple[DoctorRow, ...]
    types: tuple[VisitType, ...]


class DoctorsPage(Page):
    """Three columns from left to right; Enter goes on to the next, on a slot it books."""

    entities = (
        "department",
        "doctor",
        "doctor_specialization",
        "specialization",
        "room",
        "visit_type",
        "appointment",
        "working_session",
        "date_exception",
        "unavailability",
        "slot_block",
        "hospital_holiday",
    )

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the columns and read who is there."""
        super().__init__(desk, "", "doctor", parent)
        self.title = self.tr("Doctors")
        self._formats = Formats.of(desk.settings)
        self._wanted = 0
        self._department = int(desk.memory.get("doctors/department", _ALL))
        self._doctors: dict[int, DoctorRow] = {}
        self._slots: tuple[Slot, ...] = ()
        self._shown: tuple[int, int | None] | None = None
        self._days: tuple[date, date] | None = None
        self.departments = LineList(
            self.tr("Departments"), self.tr("There are no departments yet."), parent=self
        )
        self.doctors = LineList(
            self.tr("Doctors"), self.tr("No doctor works in this department."), parent=self
        )
        self.slots = LineList(
            self.tr("Free slots"), self.tr("Choose a doctor to see free slots."), parent=self
        )
        self.kind = QComboBox()
        self.kind.setAccessibleName(self.tr("Kind of visit"))
        self.kind.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._build()
        self.departments.view.selectionModel().currentChanged.connect(
            lambda *_: self._choose_department()
        )
        self.doctors.view.selectionModel().currentChanged.connect(lambda *_: self._choose_doctor())
        self.departments.chosen.connect(lambda _key: self.doctors.focus_list())
        self.doctors.chosen.connect(lambda _key: self.slots.focus_list())
        self.slots.chosen.connect(self._book)
        self.kind.activated.connect(lambda _place: self._load_slots())
        self.commands.add(
            Command(
                "doctors.departments",
                self.tr("Go to the departments"),
                self.departments.focus_list,
                "Ctrl+D",
                self.tr("Doctors"),
            )
        )
        self.reload()

    def reload(self) -> None:
        """Read departments and doctors anew, then the slots of the chosen doctor."""
        services, actor = self.desk.services, self.desk.actor

        def work() -> _People:
            return _People(
                services.doctors.departments(actor),
                services.doctors.doctors(actor),
                services.catalogue.visit_types(actor),
            )

        self.ask(work, self._show_people, failed=self._failed, key="people")

    def open_doctor(self, doctor_id: int) -> None:
        """Show a doctor with the free slots, of whichever department; once the list is there."""
        self._wanted = doctor_id
        if self._doctors:
            self._show_wanted()

    def show_doctors(self, _shown: ShownDoctors) -> None:
        """Show the doctors of all departments."""
        self.departments.select(_ALL)

    def _show_wanted(self) -> None:
        wanted, self._wanted = self._wanted, 0
        if wanted in self._doctors:
            self.departments.select(_ALL)
            self.doctors.select(wanted)
            self.doctors.focus_list()

    def current_doctor(self) -> DoctorRow | None:
        """Return the doctor with the cursor."""
        return self._doctors.get(self.doctors.current_key() or 0)

    # ----------------------------------------------------------------------------- inside
    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 12)
        row.setSpacing(12)
        px = current_theme().px
        first = _card(_head(self.tr("Departments")), self.departments)
        second = _card(_head(self.tr("Doctors")), self.doctors)
        first.setFixedWidth(px(260))
        second.setFixedWidth(px(340))
        self._head_parts = _DoctorHead()
        self._head_parts.hide()
        self._trouble = plain_label(role="error", wrap=True)
        self._trouble.setContentsMargins(14, 8, 14, 8)
        self._trouble.hide()
        third = _card(
            self._head_parts, self._trouble, _head(self.tr("Free slots"), self.kind), self.slots
        )
        for card, share in ((first, 0), (second, 0), (third, 1)):
            row.addWidget(card, share)

    def _show_people(self, people: _People) -> None:
        self._trouble.hide()
        self._doctors = {one.id: one for one in people.doctors}
        everybody = Line(
            _ALL, "", self.tr("All departments"), _count(self, len(people.doctors)), spoken=""
        )
        self.departments.set_lines(
            [everybody]
            + [
                Line(one.id, "", one.name, _count(self, one.doctors), tip=one.description)
                for one in people.departments
            ]
        )
        chosen = self.kind.currentData()
        self.kind.clear()
        for kind in people.types:
            words = self.tr("{name} ({n} min)").format(name=kind.name, n=kind.minutes)
            self.kind.addItem(swatch_icon(kind.colour), words, kind.id)
        self.kind.setCurrentIndex(max(0, self.kind.findData(chosen)))
        if not self.departments.select(self._department):
            self._department = _ALL
            self.departments.select(_ALL)
        self._show_doctors()
        self._load_slots()
        self._show_wanted()

    def _choose_department(self) -> None:
        key = self.departments.current_key()
        if key is not None and key != self._department:
            self._department = key
            self.desk.memory.put("doctors/department", key)
            self._show_doctors()

    def _show_doctors(self) -> None:
        shown = [
            one for one in self._doctors.values() if self._department in {_ALL, one.department_id}
        ]
        self.doctors.set_lines([_doctor_line(self, one) for one in shown])
        if shown and self.doctors.current_key() is None:
            self.doctors.select(shown[0].id)
        self._choose_doctor()

    def _choose_doctor(self) -> None:
        one = self.current_doctor()
        self._head_parts.setVisible(one is not None)
        if one is None:
            self._slots = ()
            self._shown = None
            self.slots.set_lines(())
            return
        if self._shown is not None and self._shown[0] == one.id:
            return
        self._head_parts.show_doctor(one, _state_words(self, one))
        if one.has_photo:
            doctors, actor = self.desk.services.doctors, self.desk.actor
            self.ask(
                lambda: doctors.photo(actor, one.id),
                lambda data: self._show_photo(one.id, data),
                failed=self._failed,
                key="photo",
            )
        self._load_slots()

    def _show_photo(self, doctor_id: int, data: bytes | None) -> None:
        one = self.current_doctor()
        if data and one is not None and one.id == doctor_id:
            self._head_parts.photo.set_photo_bytes(data)

    def _load_slots(self) -> None:
        one, first = self.current_doctor(), self.desk.today()
        if one is None:
            return
        kind = self.kind.currentData()
        self._shown = (one.id, kind)
        last = first + timedelta(days=DAYS_AHEAD - 1)
        availability, actor = self.desk.services.availability, self.desk.actor
        self.ask(
            lambda: availability.free_slots(actor, one.id, first, last, kind),
            lambda slots: self._show_slots(one, slots),
            failed=self._failed,
            key="slots",
        )

    def _show_slots(self, one: DoctorRow, slots: Sequence[Slot]) -> None:
        self._trouble.hide()
        self._slots = tuple(slots)
        today = self.desk.today()
        self.slots.set_empty(
            self.tr("{doctor} has no free slot in the next {n} days.").format(
                doctor=one.display_name, n=DAYS_AHEAD
            )
        )
        may_book = self.desk.actor.may("appointments.book") and one.bookable
        lines = []
        for number, slot in enumerate(self._slots):
            on = self._formats.day_of(slot.starts_at)
            day = self._formats.relative(on, today)
            if self._formats.short(on, today) not in day:
                day = f"{day} · {self._formats.short(on, today)}"
            span = self._formats.span(slot.starts_at, slot.ends_at)
            more = self.tr(" · {n} places").format(n=slot.remaining) if slot.remaining > 1 else ""
            lines.append(
                Line(
                    number,
                    self._formats.at(slot.starts_at),
                    day,
                    span + more,
                    button=self.tr("Book") if may_book else "",
                    spoken=f"{day} {span}",
                )
            )
        self.slots.set_lines(lines)

    def _book(self, key: object) -> None:
        one = self.current_doctor()
        if one is None or not isinstance(key, int) or not self.desk.actor.may("appointments.book"):
            return
        if not one.bookable:
            return
        slot = self._slots[key]
        self.desk.navigate.book_slot.emit(
            FreeSlot(
                one.id,
                one.display_name,
                one.department_name,
                slot.starts_at,
                slot.ends_at,
                one.room_name,
            )
        )

    def _failed(self, error: Exception) -> None:
        self._trouble.setText(sentence(error))
        self._trouble.show()


class _DoctorHead(QWidget):
    """Who the chosen doctor is, above the free slots."""

    def __init__(self) -> None:
        super().__init__()
        self.photo = Avatar("", size=48, square=True)
        self._name = plain_label(role="heading")
        self._about = plain_label(role="small", wrap=True)
        self._state = Chip("")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._name)
        words.addWidget(self._about)
        head = QHBoxLayout(self)
        head.setContentsMargins(14, 12, 14, 12)
        head.setSpacing(12)
        head.addWidget(self.photo)
        head.addLayout(words, 1)
        head.addWidget(self._state)

    def show_doctor(self, one: DoctorRow, state: str) -> None:
        self.photo.set_person(one.display_name)
        self._name.setText(one.display_name)
        about = (one.department_name, ", ".join(one.specializations), one.room_name, one.phone)
        self._about.setText(" · ".join(part for part in about if part))
        self._state.set_text(state)
        good = one.approval is Approval.APPROVED
        self._state.set_kind("ok" if good else "warn", "check" if good else "alert")


def _doctor_line(page: QWidget, one: DoctorRow) -> Line:
    skills = ", ".join(one.specializations) or one.department_name
    state = "" if one.bookable else _state_words(page, one)
    return Line(
        one.id,
        initials(one.display_name),
        one.display_name,
        skills,
        lead_role="dim",
        right_detail=one.room_name,
        flag=state,
        faint=not one.bookable,
        spoken=", ".join(part for part in (one.display_name, skills, one.room_name, state) if part),
    )


def _state_words(page: QWidget, one: DoctorRow) -> str:
    return {
        Approval.PENDING: page.tr("not approved yet"),
        Approval.APPROVED: page.tr("can be booked"),
        Approval.BLOCKED: page.tr("blocked"),
    }[one.approval]


def _count(page: QWidget, number: int) -> str:
    return page.tr("1 doctor") if number == 1 else page.tr("{n} doctors").format(n=number)


def _card(*parts: QWidget) -> QFrame:
    card = QFrame()
    card.setProperty("panel", True)
    layout = QVBoxLayout(card)
    layout.setContentsMargins(1, 1, 1, 1)
    layout.setSpacing(0)
    for part in parts:
        layout.addWidget(part, 1 if isinstance(part, LineList) else 0)
    return card


def _head(title: str, right: QWidget | None = None) -> QFrame:
    head = QFrame()
    head.setProperty("bar", True)
    row = QHBoxLayout(head)
    row.setContentsMargins(14, 10 if right is None else 6, 14, 10 if right is None else 6)
    row.addWidget(plain_label(title, role="section"))
    row.addStretch(1)
    if right is not None:
        row.addWidget(right)
    return head
