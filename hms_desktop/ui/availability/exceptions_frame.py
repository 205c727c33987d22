"""Dates that differ: a month with marks, the slots of a day, the next seven days, the form."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from hms_desktop.ui.availability.exception_form import ExceptionForm
from hms_desktop.ui.availability.exception_list import ExceptionList
from hms_desktop.ui.availability.month import TONES, MonthSheet
from hms_desktop.ui.availability.slot_days import SlotDays
from hms_desktop.ui.buttons import button, icon_button
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.chip import Chip, ChipKind
from hms_desktop.ui.widgets.segmented import Segmented

MONTH, WEEK = "month", "week"
_CHIPS: dict[str, ChipKind] = {
    "closed": "alarm",
    "extra": "ok",
    "other": "accent",
    "leave": "warn",
    "holiday": "neutral",
}


class ExceptionsFrame(QWidget):
    """The widgets of the part; what they do is the heir's."""

    view_changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build everything, with nothing to show yet."""
        super().__init__(parent)
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self.view = Segmented(
            [(MONTH, self.tr("&Month")), (WEEK, self.tr("Next &7 days"))], name=self.tr("Show")
        )
        self.month = MonthSheet(desk.today(), desk.settings.week_start)
        self.day_slots = SlotDays(self._formats, self.tr("Slots of the day"))
        self.week_slots = SlotDays(self._formats, self.tr("Slots of the next seven days"))
        self.form = ExceptionForm(desk)
        self.list = ExceptionList(self._formats)
        self._month_title = plain_label(role="heading")
        self._trouble = plain_label(role="error", wrap=True)
        self._trouble.hide()
        self._form_card = QWidget()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._month_view())
        self._stack.addWidget(self._week_view())
        top = QHBoxLayout()
        top.addWidget(self.view)
        top.addSpacing(8)
        hint = self.tr("Click a slot (or press Space) to close it, once more to open it again")
        top.addWidget(plain_label(hint, role="small"))
        top.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addWidget(self._trouble)
        layout.addWidget(self._stack, 1)
        self.view.changed.connect(self._show_view)
        self.month.month_changed.connect(lambda _month: self._show_title())
        self._show_title()

    def show_trouble(self, words: str) -> None:
        """Show a sentence over everything; an empty one hides it."""
        self._trouble.setText(words)
        self._trouble.setVisible(bool(words))

    def set_read_only(self, read_only: bool) -> None:
        """Only show."""
        for one in (self.day_slots, self.week_slots):
            one.set_read_only(read_only)
        self._form_card.setVisible(not read_only)
        self.list.set_read_only(read_only)

    def _show_view(self, key: str) -> None:
        self._stack.setCurrentIndex(0 if key == MONTH else 1)
        self.view_changed.emit()

    def _show_title(self) -> None:
        self._month_title.setText(self.month.title())

    def _month_view(self) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._month_card(), 1)
        row.addWidget(self._slots_card())
        row.addWidget(self._side_card())
        return holder

    def _month_card(self) -> QFrame:
        card, inside = _card()
        inside.setContentsMargins(14, 10, 14, 12)
        head = QHBoxLayout()
        head.addWidget(self._month_title)
        head.addStretch(1)
        head.addWidget(button(self.tr("Today"), lambda: self.month.choose(self._desk.today())))
        head.addWidget(
            icon_button("arrow-left", self.tr("Month before"), lambda: self.month.turn(-1))
        )
        head.addWidget(
            icon_button("arrow-right", self.tr("Next month"), lambda: self.month.turn(1))
        )
        inside.addLayout(head)
        inside.addWidget(self.month, 1)
        legend = QHBoxLayout()
        legend.setSpacing(6)
        words = {
            "closed": self.tr("closed"),
            "extra": self.tr("extra hours"),
            "other": self.tr("other hours"),
            "leave": self.tr("leave"),
            "holiday": self.tr("hospital holiday"),
        }
        for kind in TONES:
            legend.addWidget(Chip(words[kind], _CHIPS[kind]))
        legend.addStretch(1)
        inside.addLayout(legend)
        return card

    def _slots_card(self) -> QFrame:
        card, inside = _card()
        card.setFixedWidth(current_theme().px(270))
        inside.setContentsMargins(10, 6, 4, 6)
        inside.addWidget(self.day_slots, 1)
        return card

    def _side_card(self) -> QFrame:
        card, inside = _card()
        card.setFixedWidth(current_theme().px(350))
        body = QWidget()
        body.setProperty("plain", True)
        rows = QVBoxLayout(body)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.setSpacing(10)
        rows.addWidget(plain_label(self.tr("What differs"), role="section"))
        rows.addWidget(self.list)
        form = QVBoxLayout(self._form_card)
        form.setContentsMargins(0, 8, 0, 0)
        form.setSpacing(8)
        form.addWidget(plain_label(self.tr("Make dates differ"), role="section"))
        form.addWidget(self.form)
        rows.addWidget(self._form_card)
        rows.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(body)
        inside.addWidget(scroll)
        return card

    def _week_view(self) -> QFrame:
        card, inside = _card()
        inside.setContentsMargins(10, 6, 4, 6)
        inside.addWidget(self.week_slots)
        return card


def _card() -> tuple[QFrame, QVBoxLayout]:
    card = QFrame()
    card.setProperty("panel", True)
    inside = QVBoxLayout(card)
    inside.setContentsMargins(1, 1, 1, 1)
    inside.setSpacing(8)
    return card, inside
