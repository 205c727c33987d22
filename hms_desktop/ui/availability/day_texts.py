"""The week as typed text: a line a day, and copying a day to others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QMenu, QToolButton, QWidget

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.week_hours import DAYS, Period, hours_text, parse_hours
from hms_desktop.ui.buttons import icon_button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.patients.formats import weekday_names
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.theme import set_look

WORK_DAYS = range(5)


class DayTexts(QWidget):
    """Seven lines; ``day_typed`` carries (weekday, hours), ``day_copied`` (weekday, to which)."""

    day_typed = Signal(int, object)
    day_copied = Signal(int, object)
    raw_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin with empty lines."""
        super().__init__(parent)
        self.lines: list[QLineEdit] = []
        self.copies: list[QToolButton] = []
        self._errors: list[QLabel] = []
        self._period = Period()
        self._names = weekday_names()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        for day in DAYS:
            line = QLineEdit()
            line.setPlaceholderText(self.tr("closed"))
            line.setAccessibleName(self.tr("Hours on {day}").format(day=self._names[day]))
            line.textEdited.connect(lambda _text, at=day: self._typed(at))
            line.editingFinished.connect(lambda at=day: self._finished(at))
            copy = icon_button(
                "copy", self.tr("Copy {day} to other days").format(day=self._names[day])
            )
            copy.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
            copy.setMenu(self._menu(day))
            error = plain_label(role="error", wrap=True)
            error.hide()
            grid.addWidget(plain_label(self._names[day], role="strong"), day * 2, 0)
            grid.addWidget(line, day * 2, 1)
            grid.addWidget(copy, day * 2, 2)
            grid.addWidget(error, day * 2 + 1, 1, 1, 2)
            self.lines.append(line)
            self.copies.append(copy)
            self._errors.append(error)

    def set_period(self, period: Period) -> None:
        """Show a week; a line that somebody is typing in, or that says no hours, stays."""
        self._period = period
        for day, line in enumerate(self.lines):
            if line.hasFocus() or self._errors[day].text():
                continue
            line.setText(hours_text(period.days[day]))

    def set_read_only(self, read_only: bool) -> None:
        """Only show."""
        for line, copy in zip(self.lines, self.copies, strict=True):
            line.setReadOnly(read_only)
            set_look(line)  # the style sheet looks at the property only when told
            copy.setEnabled(not read_only)

    def raw(self) -> dict[str, str]:
        """Return lines that say no hours, by day, as typed."""
        return {
            str(day): line.text()
            for day, line in enumerate(self.lines)
            if self._refusal(line.text()) is not None
        }

    def restore(self, raw: Mapping[str, str]) -> None:
        """Put such lines back."""
        for day, text in raw.items():
            if day.isdigit() and int(day) in DAYS:
                self.lines[int(day)].setText(str(text))
                self._finished(int(day))

    def reset(self) -> None:
        """Show the week as it is in every line; what says no hours is dropped."""
        for day, line in enumerate(self.lines):
            self._show_error(day, "")
            line.setText(hours_text(self._period.days[day]))

    def first_wrong(self) -> bool:
        """Put the cursor on the first line that says no hours; False when all do."""
        for day, line in enumerate(self.lines):
            refusal = self._refusal(line.text())
            if refusal is not None:
                self._show_error(day, sentence(refusal))
                line.setFocus()
                return True
        return False

    # ----------------------------------------------------------------------------------- inside
    def _menu(self, day: int) -> QMenu:
        menu = QMenu(self)
        every = [other for other in DAYS if other != day]
        working = [other for other in WORK_DAYS if other != day]
        choices: list[tuple[str, Iterable[int]]] = [
            (self.tr("To every day"), every),
            (self.tr("Monday to Friday"), working),
        ]
        choices += [(self._names[other], [other]) for other in every]
        for number, (words, days) in enumerate(choices):
            action = menu.addAction(words)
            action.triggered.connect(lambda _=False, to=tuple(days): self.day_copied.emit(day, to))
            if number == 1:
                menu.addSeparator()
        return menu

    def _refusal(self, text: str) -> Invalid | None:
        try:
            parse_hours(text)
        except Invalid as error:
            return error
        return None

    def _typed(self, day: int) -> None:
        text = self.lines[day].text()
        if self._refusal(text) is None:
            self._show_error(day, "")
            if text != hours_text(self._period.days[day]):
                self.day_typed.emit(day, parse_hours(text))
        self.raw_changed.emit()

    def _finished(self, day: int) -> None:
        refusal = self._refusal(self.lines[day].text())
        self._show_error(day, "" if refusal is None else sentence(refusal))
        if refusal is None:
            self.lines[day].setText(hours_text(self._period.days[day]))

    def _show_error(self, day: int, words: str) -> None:
        self._errors[day].setText(words)
        self._errors[day].setVisible(bool(words))
        set_look(self.lines[day], invalid=bool(words))
        self.lines[day].setAccessibleDescription(words)
