"""What the list of next free slots looks for: who, what, which days, which part of the day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from hms_desktop.domain.hours import NextFreeWish
from hms_desktop.ui.buttons import icon_button
from hms_desktop.ui.patients.formats import Formats, weekday_names
from hms_desktop.ui.patients.slots import SlotList
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.segmented import Segmented

if TYPE_CHECKING:
    from hms_desktop.ui.pages.base import Desk

PARTS = {"any": (0, 1440), "morning": (0, 720), "afternoon": (720, 1020), "evening": (1020, 1440)}
"""Parts of the day as minutes of the local day."""
SHOWN = 8


class NextFreeChoices(QWidget):
    """The choices over the list; remembered for this person. ``changed`` after each."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the choices, with nothing to choose from yet."""
        super().__init__(parent)
        self._desk = desk
        self._read = False
        self._build(Formats.of(desk.settings))

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
        self.changed.emit()

    def _restore(self) -> None:
        kept = self._desk.memory.get("next_free", {})
        if not isinstance(kept, dict):
            return
        for box, key, empty in ((self.who, "who", ""), (self.kind, "kind", None)):
            place = box.findData(kept.get(key) if kept.get(key) is not None else empty)
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
