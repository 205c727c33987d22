"""A labelled field with its error underneath, and a form that puts errors at their fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from hms_desktop.ui.errors import sentence
from hms_desktop.ui.plaintext import menu_text, plain_label
from hms_desktop.ui.theme import current_theme, set_look

if TYPE_CHECKING:
    from hms_desktop.domain.errors import Invalid


#: A text field without a height of its own.
_TALL = 4000


class Field(QWidget):
    """A label, its editor, a hint and an error line; the error replaces the hint."""

    def __init__(
        self,
        label: str,
        editor: QWidget,
        *,
        hint: str = "",
        required: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Take the editor in; its accessible name becomes the label.

        Args:
            label: what the field is called; may carry one ``&`` for its Alt key.
            editor: any input widget; a composite one must have a focus proxy.
            hint: a few dim words underneath.
            required: shown with a star and said by screen readers.
            parent: the widget it stands in.
        """
        super().__init__(parent)
        self.editor = editor
        self.required = required
        self._hint = hint
        self._error = ""
        self.label = QLabel(self)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setProperty("role", "small")
        self.label.setText(f"{label} *" if required else label)
        self.label.setBuddy(editor)
        self._note = plain_label(hint, role="small", parent=self, wrap=True)
        self._note.setVisible(bool(hint))
        name = label.replace("&", "")
        if required:
            name = self.tr("{label}, required").format(label=name)
        for one in {editor, self.input}:
            if not one.accessibleName() or one.accessibleName() == label:
                one.setAccessibleName(name)
        if isinstance(editor, QPlainTextEdit) and editor.maximumHeight() > _TALL:
            editor.setFixedHeight(current_theme().px(76))  # three lines; the page may say other
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.label)
        layout.addWidget(editor)
        layout.addWidget(self._note)
        self.setFocusProxy(editor)
        self._watch()

    @property
    def input(self) -> QWidget:
        """The widget that takes the keys."""
        return self.editor.focusProxy() or self.editor

    @property
    def error(self) -> str:
        """The sentence shown at the field; empty when all is well."""
        return self._error

    def set_error(self, text: str) -> None:
        """Show a sentence at the field; an empty one takes it away and shows the hint again."""
        if text == self._error:
            return
        self._error = text
        self._note.setText(text or self._hint)
        self._note.setVisible(bool(text or self._hint))
        set_look(self._note, role="error" if text else "small")
        for one in {self.editor, self.input}:
            set_look(one, invalid=bool(text))
            one.setAccessibleDescription(text or self._hint)

    def clear_error(self) -> None:
        """Take the error away."""
        self.set_error("")

    def set_hint(self, text: str) -> None:
        """Change the dim words underneath; an error stays in front of them."""
        self._hint = text
        if not self._error:
            self._note.setText(text)
            self._note.setVisible(bool(text))

    def _watch(self) -> None:
        # What is being corrected should not stay red.
        editor = self.input
        if isinstance(editor, QLineEdit):
            editor.textEdited.connect(self.clear_error)
        elif isinstance(editor, QComboBox):
            editor.currentIndexChanged.connect(self.clear_error)
            editor.editTextChanged.connect(self.clear_error)
        elif isinstance(editor, QPlainTextEdit):
            editor.textChanged.connect(self.clear_error)
        elif isinstance(editor, QCheckBox):
            editor.toggled.connect(self.clear_error)
        elif isinstance(editor, QAbstractSpinBox):
            editor.editingFinished.connect(self.clear_error)


class Form(QWidget):
    """Fields by name, several to a line, in the order in which Tab walks them."""

    def __init__(self, parent: QWidget | None = None, *, columns: int = 12) -> None:
        """Start empty; a line is shared out over ``columns``."""
        super().__init__(parent)
        self.fields: dict[str, Field] = {}
        self._columns = columns
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(12)
        for column in range(columns):
            self._grid.setColumnStretch(column, 1)
        self._message = plain_label(role="error", wrap=True, parent=self)
        self._message.hide()
        self._grid.addWidget(self._message, 0, 0, 1, columns)

    def add(self, name: str, field: Field) -> Field:
        """Add a field on a line of its own; ``name`` is the wish's attribute name."""
        self.add_row((name, field, 1))
        return field

    def add_row(self, *fields: tuple[str, Field, int]) -> None:
        """Add fields side by side as (name, field, weight)."""
        row = self._grid.rowCount()
        total = sum(weight for _, _, weight in fields)
        column = 0
        for place, (name, field, weight) in enumerate(fields):
            if name in self.fields:
                message = f"the form has a field {name!r} already"
                raise ValueError(message)
            last = place == len(fields) - 1
            span = self._columns - column if last else round(self._columns * weight / total)
            self.fields[name] = field
            self._grid.addWidget(field, row, column, 1, span, Qt.AlignmentFlag.AlignTop)
            column += span

    def add_section(self, title: str) -> None:
        """Start a group of fields under a small heading."""
        label = plain_label(title, role="section", parent=self)
        label.setProperty("place", True)  # where an index of the form may lead
        self._grid.addWidget(label, self._grid.rowCount(), 0, 1, self._columns)

    def add_widget(self, widget: QWidget) -> None:
        """Add anything else over the whole width."""
        self._grid.addWidget(widget, self._grid.rowCount(), 0, 1, self._columns)

    def add_stretch(self) -> None:
        """Push what stands above to the top."""
        self._grid.setRowStretch(self._grid.rowCount(), 1)

    def field(self, name: str) -> Field:
        """Return a field by name; KeyError when there is none."""
        return self.fields[name]

    def clear_errors(self) -> None:
        """Take all errors away."""
        self._message.hide()
        for field in self.fields.values():
            field.clear_error()

    def show_message(self, text: str) -> None:
        """Show a sentence over the form (for what no single field is to blame for)."""
        self._message.setText(text)
        self._message.setVisible(bool(text))

    def show_error(self, error: Invalid) -> bool:
        """Put the error at its field and the cursor into it; False when there is no such field.

        Without a field of that name the sentence stands over the form.
        """
        field = self.fields.get(error.field) or self.fields.get(error.field.split(".")[0])
        if field is None:
            self.show_message(sentence(error))
            return False
        field.set_error(sentence(error))
        self.focus_field(field)
        return True

    def focus_field(self, field: Field) -> None:
        """Put the cursor into a field and scroll it into view."""
        editor = field.input
        editor.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(editor, QLineEdit):
            editor.selectAll()
        above = self.parentWidget()
        while above is not None:
            if isinstance(above, QScrollArea):
                above.ensureWidgetVisible(field)
                return
            above = above.parentWidget()

    def first_error(self) -> Field | None:
        """Return the first field that shows an error."""
        return next((field for field in self.fields.values() if field.error), None)


def line(*widgets: QWidget, spacing: int = 8, stretch: bool = True) -> QWidget:
    """Return the widgets side by side; ``stretch`` keeps them at the left."""
    holder = QWidget()
    layout = QHBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    for widget in widgets:
        layout.addWidget(widget)
    if stretch:
        layout.addStretch(1)
    return holder


__all__ = ["Field", "Form", "line", "menu_text"]
