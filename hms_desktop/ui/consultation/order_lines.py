"""Tests: one line each, ordered, or done with its date and result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from hms_desktop.domain.consultations import MOST_TESTS, TestOrder
from hms_desktop.domain.errors import Invalid
from hms_desktop.ui.buttons import button, icon_button
from hms_desktop.ui.consultation.days import read_past
from hms_desktop.ui.consultation.growing import GrowingEdit, line_edit
from hms_desktop.ui.consultation.part import Part
from hms_desktop.ui.errors import sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from hms_desktop.ui.patients.formats import Formats


class OrderLine(QWidget):
    """One test. Enter asks for another line, Backspace in an empty one takes it away."""

    edited = Signal(QWidget)
    enter = Signal()
    gone = Signal()
    moved = Signal(int)

    def __init__(self, formats: Formats, today: Callable[[], date]) -> None:
        """Start empty, as ordered."""
        super().__init__()
        self._formats = formats
        self._today = today
        self.text = line_edit(self.tr("Test"), self.tr("Test to order, or done"))
        self.done = QCheckBox(self.tr("Done"))
        self.done.setAccessibleName(self.tr("Test was done"))
        self.remove_button = icon_button("close", self.tr("Take this test away"), self.gone.emit)
        self.day = line_edit(self.tr("Day of the test"), self.tr("Day"))
        self.day.setFixedWidth(104)
        self.result = GrowingEdit(self.tr("Result of the test"), most=6)
        self.result.setPlaceholderText(self.tr("Result"))
        self.more = QWidget()
        upper, lower = QHBoxLayout(), QHBoxLayout(self.more)
        for row in (upper, lower):
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(6)
        upper.addWidget(self.text, 1)
        upper.addWidget(self.done)
        upper.addWidget(self.remove_button)
        lower.addWidget(self.day, 0, Qt.AlignmentFlag.AlignTop)
        lower.addWidget(self.result, 1)
        self.more.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(upper)
        layout.addWidget(self.more)
        self.text.textEdited.connect(lambda _text: self.edited.emit(self.text))
        self.text.textChanged.connect(self._show_hands)
        self.day.textEdited.connect(lambda _text: self.edited.emit(self.day))
        self.result.edited.connect(lambda: self.edited.emit(self.result))
        self.done.toggled.connect(self.more.setVisible)
        self.done.clicked.connect(self._ticked)
        self.text.installEventFilter(self)
        self._show_hands()

    @property
    def is_empty(self) -> bool:
        """Say whether nothing at all is typed."""
        texts = (self.text.text(), self.day.text(), self.result.text())
        return not any(one.strip() for one in texts)

    def read_day(self, field: str) -> date | None:
        """Return the day the test was done, None while it is only ordered. Raises Invalid.

        A result without a day keeps its day open; done without either was today.
        """
        if not self.done.isChecked():
            return None
        day_first = self._formats.day_first
        day = read_past(self.day.text(), self._today(), day_first=day_first, field=field)
        return day if day is not None or self.result.text().strip() else self._today()

    def put(self, test: TestOrder) -> None:
        """Show a test."""
        day = "" if test.done_on is None else self._formats.day(test.done_on)
        self.restore([test.text, test.done_on is not None or bool(test.result), day, test.result])

    def raw(self) -> list[Any]:
        """Return everything as typed."""
        return [self.text.text(), self.done.isChecked(), self.day.text(), self.result.text()]

    def restore(self, raw: Sequence[Any]) -> None:
        """Put back what ``raw`` gave."""
        text, done, day, result = raw
        self.text.setText(str(text))
        self.done.setChecked(bool(done))
        self.day.setText(str(day))
        self.result.set_text(str(result))

    def _show_hands(self, _text: str = "") -> None:
        # An empty line is only there to be typed into.
        for widget in (self.done, self.remove_button):
            widget.setVisible(not self.is_empty or self.done.isChecked())

    def _ticked(self, _checked: bool) -> None:
        if self.done.isChecked() and not self.day.text():
            self.day.setText(self._formats.day(self._today()))
        self.edited.emit(self.done)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter, Backspace and Alt with the arrows act on the line."""
        pressed = event.type() == QEvent.Type.KeyPress
        if watched is not self.text or not pressed or not isinstance(event, QKeyEvent):
            return False
        key = event.key()
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not control:
            self.enter.emit()
        elif key == Qt.Key.Key_Backspace and self.is_empty:
            self.gone.emit()
        elif alt and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(-1 if key == Qt.Key.Key_Up else 1)
        else:
            return False
        return True


class OrderLines(Part):
    """All tests of a visit; there is always a line to type in, and an empty one does not count."""

    def __init__(
        self, formats: Formats, today: Callable[[], date], parent: QWidget | None = None
    ) -> None:
        """Start with one empty line."""
        super().__init__("", parent)
        self.label.setText(self.tr("Tests"))
        self._formats = formats
        self._today = today
        self.lines: list[OrderLine] = []
        self.add_button = button(self.tr("Add test"), self._add_here, kind="link", icon="add")
        self.body.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.set_value(())

    # ------------------------------------------------------------------------------ values
    def value(self) -> tuple[TestOrder, ...]:
        """Return the tests; raises Invalid naming the line (``tests.0.done_on``)."""
        found = []
        for number, line in enumerate(self._filled()):
            try:
                day = line.read_day(f"tests.{number}.done_on")
            except Invalid as error:
                self.mark(line.day, sentence(error))
                raise
            result = line.result.text() if line.done.isChecked() else ""
            found.append(TestOrder(line.text.text(), day, result))
        return tuple(found)

    def set_value(self, tests: Sequence[TestOrder]) -> None:
        """Show other tests without telling."""
        self._empty()
        for test in tests:
            self._add(len(self.lines)).put(test)
        if not self.lines:
            self._add(0)

    def raw(self) -> object:
        """Return everything as typed."""
        return [line.raw() for line in self.lines]

    def restore(self, raw: object) -> None:
        """Put back what ``raw`` gave."""
        self._empty()
        for one in raw if isinstance(raw, list) else []:
            self._add(len(self.lines)).restore(one)
        if not self.lines:
            self._add(0)

    def editor_of(self, path: str) -> QWidget:
        """Return the field of a test (``0.result``)."""
        number, _, name = path.partition(".")
        filled = self._filled()
        if not number.isdecimal() or int(number) >= len(filled):
            return self.lines[0].text
        line = filled[int(number)]
        found: dict[str, QWidget] = {"done_on": line.day, "result": line.result}
        return found.get(name, line.text)

    def editors(self) -> list[QWidget]:
        """Return everything that takes the keys, as Tab walks it."""
        found: list[QWidget] = []
        for line in self.lines:
            found += [line.text, line.done, line.day, line.result, line.remove_button]
        return [*found, self.add_button]

    def first_editor(self) -> QWidget:
        """Return the first line that is free, else the last one."""
        free = [line for line in self.lines if not line.text.text()]
        return (free or self.lines[-1:])[0].text

    # ------------------------------------------------------------------------------ inside
    def _filled(self) -> list[OrderLine]:
        return [line for line in self.lines if not line.is_empty]

    def _empty(self) -> None:
        while self.lines:
            self._drop(self.lines[-1])

    def _add(self, place: int) -> OrderLine:
        line = OrderLine(self._formats, self._today)
        line.edited.connect(self._edited)
        line.enter.connect(lambda: self._enter(line))
        line.gone.connect(lambda: self._remove(line))
        line.moved.connect(lambda by: self._move(line, by))
        self.lines.insert(place, line)
        self.body.insertWidget(place, line)
        line.show()  # at once: Tab passes over what is not shown yet
        self._renew()
        return line

    def _drop(self, line: OrderLine) -> None:
        for editor in (line.text, line.day, line.result):
            self.forget(editor)
        self.lines.remove(line)
        self.body.removeWidget(line)
        line.hide()
        line.deleteLater()
        self._renew()

    def _renew(self) -> None:
        self.add_button.setVisible(len(self.lines) < MOST_TESTS)
        for number, line in enumerate(self.lines, 1):
            line.text.setAccessibleName(self.tr("Test {n}").format(n=number))
        self.arranged.emit()

    def _add_here(self) -> None:
        if self.lines and self.lines[-1].is_empty:
            self.lines[-1].text.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._add(len(self.lines)).text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _enter(self, line: OrderLine) -> None:
        place = self.lines.index(line) + 1
        if place < len(self.lines) and self.lines[place].is_empty:
            self.lines[place].text.setFocus(Qt.FocusReason.OtherFocusReason)
        elif not line.is_empty and len(self.lines) < MOST_TESTS:
            self._add(place).text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _remove(self, line: OrderLine) -> None:
        place = self.lines.index(line)
        had_text = not line.is_empty
        if len(self.lines) == 1:
            line.restore(["", False, "", ""])
        else:
            self._drop(line)
        target: QLineEdit = self.lines[max(0, place - 1)].text
        target.setFocus(Qt.FocusReason.OtherFocusReason)
        if had_text:
            self.changed.emit()

    def _move(self, line: OrderLine, by: int) -> None:
        place = self.lines.index(line)
        target = place + by
        if not 0 <= target < len(self.lines):
            return
        self.lines.insert(target, self.lines.pop(place))
        self.body.insertWidget(target, line)
        self._renew()
        line.text.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def _edited(self, editor: QWidget) -> None:
        self.mark(editor, "")
        self.changed.emit()
