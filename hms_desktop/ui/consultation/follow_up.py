"""When the patient comes again: typed, or by one of four buttons; shown with its weekday."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from hms_desktop.domain.consultations import FARTHEST_FOLLOW_UP
from hms_desktop.domain.errors import Invalid
from hms_desktop.ui.buttons import button
from hms_desktop.ui.consultation.days import read_ahead
from hms_desktop.ui.consultation.growing import line_edit
from hms_desktop.ui.consultation.part import Part
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.plaintext import plain_label

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from hms_desktop.ui.patients.formats import Formats

_FIELD = "follow_up_on"


class FollowUpPart(Part):
    """``wanted`` carries the date for which a visit shall be booked."""

    wanted = Signal(object)

    def __init__(
        self, formats: Formats, today: Callable[[], date], parent: QWidget | None = None
    ) -> None:
        """Start without a follow-up."""
        super().__init__("", parent)
        self.label.setText(self.tr("Follow-up"))
        self._formats = formats
        self._today = today
        self._given: date | None = None
        self.edit = line_edit(self.tr("Follow-up"), self.tr("4w, 15 Jan"))
        self.edit.setFixedWidth(132)
        self.label.setBuddy(self.edit)
        self.edit.textEdited.connect(self._typed)
        self.edit.editingFinished.connect(self._left)
        self.shown = plain_label(role="strong")
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.edit)
        steps = (
            ("1w", self.tr("1 w"), self.tr("Follow-up in 1 week")),
            ("2w", self.tr("2 w"), self.tr("Follow-up in 2 weeks")),
            ("1m", self.tr("1 m"), self.tr("Follow-up in 1 month")),
            ("3m", self.tr("3 m"), self.tr("Follow-up in 3 months")),
        )
        self.step_buttons = [
            button(words, partial(self._step, step), small=True, tip=name, name=name)
            for step, words, name in steps
        ]
        for one in self.step_buttons:
            row.addWidget(one)
        row.addSpacing(8)
        row.addWidget(self.shown)
        row.addStretch(1)
        self.book_button = button(
            self.tr("Book follow-up…"), self.book, icon="calendar", small=True
        )
        row.addWidget(self.book_button)
        self.body.addLayout(row)
        self._refresh()

    def value(self) -> date | None:
        """Return the day; raises Invalid naming ``follow_up_on``."""
        today = self._today()
        if self._given is not None and self.edit.text() == self._formats.day(self._given):
            return self._given  # of a record that is amended later: it need not lie ahead now
        day = read_ahead(self.edit.text(), today, day_first=self._formats.day_first, field=_FIELD)
        if day is not None and not today < day <= today + FARTHEST_FOLLOW_UP:
            raise Invalid(_FIELD, "A follow-up lies after today and within two years. Change it.")
        return day

    def set_value(self, day: date | None) -> None:
        """Show a day without telling."""
        self._given = day
        self.edit.setText("" if day is None else self._formats.day(day))
        self.mark(self.edit, "")
        self._refresh()

    def raw(self) -> object:
        """Return what is typed; "4w" as the day that it means today."""
        try:
            day = self.value()
        except Invalid:
            return self.edit.text()
        # "4w" typed today would be another day when it is read again tomorrow.
        return "" if day is None else self._formats.day(day)

    def restore(self, raw: object) -> None:
        """Put back what ``raw`` gave."""
        self.edit.setText(raw if isinstance(raw, str) else "")
        self._left()

    def book(self) -> None:
        """Ask for a booking on the day; with none in four weeks, which stands in the field."""
        if not self.edit.text().strip():
            self._step("4w")
        try:
            day = self.value()
        except Invalid as error:
            self.show_error("", sentence(error))
            return
        self.wanted.emit(day)

    def editors(self) -> list[QWidget]:
        """Return the field and its buttons."""
        return [self.edit, *self.step_buttons, self.book_button]

    def first_editor(self) -> QWidget:
        """Return the field."""
        return self.edit

    def _step(self, text: str) -> None:
        self.edit.setText(text)
        self._left()
        self.changed.emit()

    def _typed(self, _text: str) -> None:
        self.mark(self.edit, "")
        self._refresh()
        self.changed.emit()

    def _left(self) -> None:
        try:
            day = self.value()
        except Invalid as error:
            self.mark(self.edit, sentence(error))
        else:
            self.mark(self.edit, "")
            if day is not None:
                self.edit.setText(self._formats.day(day))
        self._refresh()

    def _refresh(self) -> None:
        try:
            day = self.value()
        except Invalid:
            day = None
        words = "" if day is None else self._formats.long(day, self._today())
        self.shown.setText(words)
        self.edit.setAccessibleDescription(words)
