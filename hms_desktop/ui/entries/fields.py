"""Fields of an entry: what is typed as plain values, and the values read out of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QCheckBox, QLineEdit

from hms_desktop.domain.errors import Invalid
from hms_desktop.ui.appointments.check_menu import CheckMenu
from hms_desktop.ui.settings.choices import Choice
from hms_desktop.ui.settings.editors import Editor, lines_field, text_field
from hms_desktop.ui.widgets.field import line

_LONGEST = 32_767
"""Characters a line takes: what is too long is refused with a sentence, never cut unseen."""
Contents = dict[str, Any]
"""What stands in a form, by field: values that JSON can hold."""


def as_text(value: object) -> str:
    """Return a plain value in words, for a comparison."""
    if isinstance(value, bool):
        return _tr("Yes") if value else _tr("No")
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return str(value)


@dataclass(frozen=True, slots=True)
class Entry:
    """One field: the wish's attribute, its label and its editor; ``shown`` puts it in words."""

    name: str
    label: str
    editor: Editor
    hint: str = ""
    required: bool = False
    shown: Callable[[Any], str] = as_text


def line_entry(
    name: str, label: str, *, hint: str = "", required: bool = False, sample: str = ""
) -> Entry:
    """Return a line of text; ``sample`` stands in it while it is empty."""
    editor = text_field(_LONGEST)
    if sample and isinstance(editor.widget, QLineEdit):
        editor.widget.setPlaceholderText(sample)
    return Entry(name, label, editor, hint, required)


def lines_entry(name: str, label: str, *, hint: str = "") -> Entry:
    """Return a text of several lines."""
    return Entry(name, label, lines_field(), hint)


def number_entry(
    name: str, label: str, *, hint: str = "", required: bool = False, sample: str = ""
) -> Entry:
    """Return a whole number, kept as it is typed; ``whole`` reads it."""
    editor = text_field(_LONGEST)
    if sample and isinstance(editor.widget, QLineEdit):
        editor.widget.setPlaceholderText(sample)
    return Entry(name, label, editor, hint, required)


def whole(contents: Contents, name: str, *, empty: int | None = None) -> int | None:
    """Return the number in a field, ``empty`` for nothing; raises Invalid at the field."""
    text = str(contents.get(name, "")).strip()
    if not text:
        return empty
    if not (text.isascii() and text.isdigit()):
        raise Invalid(name, "Give a whole number in digits. Nothing was saved.")
    return int(text)


def needed(contents: Contents, name: str) -> int:
    """Return the number in a field that must not be empty; raises Invalid at the field."""
    found = whole(contents, name)
    if found is None:
        raise Invalid(name, "This field is empty. Nothing was saved. Fill it in.")
    return found


class ChoiceEntry:
    """One of a list of rows by id, None allowed; rows come later and may change."""

    def __init__(self, nothing: str) -> None:
        """Offer nothing but *nothing*."""
        self._nothing = nothing
        self._names: dict[object, str] = {}
        self.box = Choice(((None, nothing),))
        self.editor = Editor(
            self.box, self.box.value, self.box.set_value, self.box.currentIndexChanged
        )

    def offer(self, options: Sequence[tuple[int, str]]) -> None:
        """Offer these; the chosen one stays chosen."""
        chosen = self.box.value()
        self._names = dict(options)
        self.box.blockSignals(True)
        self.box.clear()
        self.box.addItem(self._nothing, None)
        for key, text in options:
            self.box.addItem(text, key)
        self.box.set_value(chosen)
        self.box.blockSignals(False)

    def shown(self, value: Any) -> str:  # noqa: ANN401 - an id or None
        """Return what an id is called."""
        return self._names.get(value, self._nothing if value is None else str(value))


class TicksEntry:
    """Any number of a list of rows by id."""

    def __init__(self, nothing: str, name: str) -> None:
        """Begin without anything to tick."""
        self._names: dict[object, str] = {}
        self.menu = CheckMenu(nothing, name)
        self.editor = Editor(self.menu, self._read, self.menu.set_values, self.menu.changed)

    def offer(self, options: Sequence[tuple[int, str]]) -> None:
        """Offer these; ticks stay."""
        self._names = dict(options)
        self.menu.set_choices(options)

    def shown(self, value: Any) -> str:  # noqa: ANN401 - a list of ids
        """Return what ids are called."""
        return ", ".join(self._names.get(one, str(one)) for one in value)

    def _read(self) -> list[int]:
        return sorted(one for one in self.menu.values() if isinstance(one, int))


def boxes_editor(options: Sequence[tuple[str, str]]) -> Editor:
    """Return several ticks side by side, read as the sorted list of those that are set."""
    boxes = {key: QCheckBox(text) for key, text in options}
    widget = line(*boxes.values(), spacing=16)
    widget.setFocusProxy(next(iter(boxes.values())))

    def read() -> list[str]:
        return sorted(key for key, box in boxes.items() if box.isChecked())

    def write(values: Sequence[str]) -> None:
        for key, box in boxes.items():
            box.setChecked(key in values)

    return Editor(widget, read, write, tuple(box.toggled for box in boxes.values()))


def _tr(text: str) -> str:
    return QCoreApplication.translate("entries", text)
