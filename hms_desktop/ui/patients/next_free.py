"""The next free slots across doctors: who, what, which days, which part of the day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from hms_desktop.domain.hours import FreeSlot, NextFreeWish
from hms_desktop.ui.buttons import icon_button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.patients.formats import Formats, weekday_names
from hms_desktop.ui.patients.slots import SlotList
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.segmented import Segmented

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hms_desktop.bus import Announcement
    from hms_desktop.domain.appointments import VisitType
    from hms_desktop.domain.doctors import DepartmentRow, DoctorRow
    from hms_desktop.ui.pages.base import Desk

PARTS = {"any": (0, 1440), "morning": (0, 720), "afternoon": (720, 1020), "evening": (1020, 1440)}
"""Parts of the day as minutes of the local day."""
SHOWN = 8
_REST_MS = 400
_AGAIN_MS = 60_000
_SHOWS = (
    "appointment", "slot_hold", "working_session", "date_exception", "unavailability",
    "hospital_holiday", "slot_block",
)  # fmt: skip


class NextFree(QWidget):
    """Choices and slots; ``slot_chosen`` carries a FreeSlot. Choices are remembered."""

    slot_chosen = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the choices and ask for the catalogue."""
        super().__init__(parent)
        self._desk = desk
        self._read = False
        self._build(Formats.of(desk.settings))
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self.reload)
        self._again = QTimer(self)  # what was free a minute ago may have begun
        self._again.setInterval(_AGAIN_MS)
        self._again.timeout.connect(self.reload)
        self._again.start()
        desk.bridge.changed.connect(self._on_changed)
        self._read_catalogue()

    def _build(self, formats: Formats) -> None:
        self.heading = plain_label("", role="overline")
        self.more = icon_button("filter", self.tr("Days and part of day"), self._toggle_more)
        self.more.setCheckable(True)
        self.who = QComboBox()
        self.who.setAccessibleName(self.tr("Department or doctor"))
        self.kind = QComboBox()
        self.kind.setAccessibleName(self.tr("Visit type"))
        for box in (self.who, self.kind):
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(8)
            box.currentIndexChanged.connect(lambda _place: self._chose())
        self.days: list[QPushButton] = []
        self.part = Segmented(
            [
                ("any", self.tr("Any")),
                ("morning", self.tr("a.m.")),
                ("afternoon", self.tr("p.m.")),
                ("evening", self.tr("Evening")),
            ],
            name=self.tr("Part of day"),
        )
        self.part.changed.connect(lambda _key: self._chose())
        self.choices = QWidget()
        folded = QVBoxLayout(self.choices)
        folded.setContentsMargins(0, 0, 0, 0)
        folded.setSpacing(6)
        folded.addWidget(self._days_row())
        folded.addWidget(self.part)
        self.choices.hide()
        self.list = SlotList(formats, self.tr("Next free slots"))
        self.list.chosen.connect(self.slot_chosen)
        self.note = plain_label("", role="small", wrap=True)
        self.note.setContentsMargins(16, 4, 16, 8)
        self.note.hide()
        head = QHBoxLayout()
        head.setContentsMargins(16, 8, 12, 0)
        head.addWidget(self.heading, 1)
        head.addWidget(self.more)
        boxes = QHBoxLayout()
        boxes.setSpacing(8)
        boxes.addWidget(self.who, 1)
        boxes.addWidget(self.kind, 1)
        inner = QVBoxLayout()
        inner.setContentsMargins(16, 4, 16, 8)
        inner.setSpacing(6)
        inner.addLayout(boxes)
        inner.addWidget(self.choices)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addLayout(inner)
        rule = QFrame()
        rule.setProperty("rule", True)
        layout.addWidget(rule)
        layout.addWidget(self.note)
        layout.addWidget(self.list, 1)

    def _days_row(self) -> QWidget:
        holder = QFrame()
        holder.setProperty("segmented", True)
        layout = QHBoxLayout(holder)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.setSpacing(1)
        for name in weekday_names():
            one = QPushButton(name[:2])
            one.setCheckable(True)
            one.setChecked(True)
            one.setAutoDefault(False)
            one.setAccessibleName(name)
            one.setToolTip(name)
            one.setMinimumWidth(10)
            one.setStyleSheet("padding: 2px 0;")
            one.toggled.connect(lambda _on: self._chose())
            self.days.append(one)
            layout.addWidget(one, 1)
        return holder

    # ---------------------------------------------------------------------------- choices
    def wish(self) -> NextFreeWish:
        """Return what is chosen."""
        who = str(self.who.currentData() or "")
        begin, end = PARTS[self.part.value()]
        days = frozenset(n for n, one in enumerate(self.days) if one.isChecked())
        kind, _, number = who.partition("/")
        return NextFreeWish(
            visit_type_id=self.kind.currentData(),
            doctor_ids=(int(number),) if kind == "doctor" else (),
            department_ids=(int(number),) if kind == "department" else (),
            weekdays=days or frozenset(range(7)),
            from_minute=begin,
            to_minute=end,
            limit=SHOWN,
        )

    def set_visit_type(self, visit_type_id: int | None) -> None:
        """Choose a visit type from outside (what the booking panel is about)."""
        place = self.kind.findData(visit_type_id)
        if place >= 0:
            self.kind.setCurrentIndex(place)

    def _toggle_more(self) -> None:
        self.choices.setVisible(self.more.isChecked())

    def _chose(self) -> None:
        if not self._read:
            return
        self._desk.memory.put(
            "next_free",
            {
                "who": self.who.currentData(),
                "kind": self.kind.currentData(),
                "part": self.part.value(),
                "days": [one.isChecked() for one in self.days],
            },
        )
        self._show_heading()
        self.reload()

    def _restore(self) -> None:
        kept = self._desk.memory.get("next_free", {})
        if not isinstance(kept, dict):
            return
        for box, key in ((self.who, "who"), (self.kind, "kind")):
            place = box.findData(kept.get(key))
            box.setCurrentIndex(max(0, place))
        if kept.get("part") in PARTS:
            self.part.set_value(str(kept["part"]))
        days = kept.get("days")
        if isinstance(days, list) and len(days) == len(self.days) and any(days):
            for one, on in zip(self.days, days, strict=True):
                one.setChecked(bool(on))
        narrowed = self.part.value() != "any" or not all(one.isChecked() for one in self.days)
        self.more.setChecked(narrowed)
        self._toggle_more()

    def _show_heading(self) -> None:
        who = self.who.currentText() if self.who.currentData() else ""
        kind = self.kind.currentText() if self.kind.currentData() is not None else ""
        parts = (self.tr("Next free"), who, kind)
        self.heading.setText(" · ".join(part for part in parts if part).upper())

    # ------------------------------------------------------------------------------ reading
    def _read_catalogue(self) -> None:
        services, actor = self._desk.services, self._desk.actor

        def work() -> tuple[Sequence[DepartmentRow], Sequence[DoctorRow], Sequence[VisitType]]:
            return (
                services.doctors.departments(actor),
                services.doctors.doctors(actor),
                services.catalogue.visit_types(actor),
            )

        self._desk.runner.run(
            work, owner=self, done=self._show_catalogue, failed=self._failed, key="catalogue"
        )

    def _show_catalogue(
        self,
        found: tuple[Sequence[DepartmentRow], Sequence[DoctorRow], Sequence[VisitType]],
    ) -> None:
        departments, doctors, kinds = found
        kept = self.wish() if self._read else None
        who, kind = self.who.currentData(), self.kind.currentData()
        self._read = False  # choosing while filling is nobody's choice
        self.who.clear()
        self.who.addItem(self.tr("Any doctor"), "")
        for department in departments:
            if department.doctors and not department.retired:
                self.who.addItem(department.name, f"department/{department.id}")
        self.who.insertSeparator(self.who.count())
        for doctor in doctors:
            if doctor.bookable:
                self.who.addItem(doctor.display_name, f"doctor/{doctor.id}")
        self.kind.clear()
        self.kind.addItem(self.tr("Any visit"), None)
        for one in kinds:
            text = self.tr("{name} · {n} min").format(name=one.name, n=one.minutes)
            self.kind.addItem(text, one.id)
        if kept is None:
            self._restore()
        else:
            self.who.setCurrentIndex(max(0, self.who.findData(who)))
            self.kind.setCurrentIndex(max(0, self.kind.findData(kind)))
        self._read = True
        self._show_heading()
        self.reload()

    def reload(self) -> None:
        """Ask again for the next free slots."""
        if not self._read:
            return
        services, actor, wish = self._desk.services, self._desk.actor, self.wish()
        self._desk.runner.run(
            lambda: services.availability.next_free(actor, wish),
            owner=self,
            done=self._show_slots,
            failed=self._failed,
            key="next_free",
        )

    def _show_slots(self, slots: Sequence[FreeSlot]) -> None:
        self.list.show_slots(slots, self._desk.now())
        self._say(
            ""
            if slots
            else self.tr(
                "Nothing is free in the next three months. Choose another doctor, visit type or "
                "more days."
            )
        )

    def _failed(self, error: Exception) -> None:
        self._say(sentence(error))

    def _say(self, text: str) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def _on_changed(self, announcement: Announcement) -> None:
        if announcement.touches("doctor", "department", "visit_type"):
            self._read_catalogue()
        elif announcement.touches(*_SHOWS):
            self._rest.start()
