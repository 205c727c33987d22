"""How one setting is read from a widget and put into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QWidget

from hms_desktop.ui.runner import Runner
from hms_desktop.ui.settings.choices import Choice, PlainSpin, ZoneEdit
from hms_desktop.ui.settings.logo_picker import LogoPicker
from hms_desktop.ui.widgets.field import line
from hms_desktop.ui.widgets.segmented import Segmented


@dataclass(frozen=True, slots=True)
class Editor:
    """One setting on the screen: how it is read from the widget and put into it.

    ``words`` says a value as the widget shows it, for comparisons.
    """

    widget: QWidget
    read: Callable[[], Any]
    write: Callable[[Any], None]
    changed: Any  # a Qt signal
    words: Callable[[Any], str] = str


def text_field(limit: int) -> Editor:
    """Return the editor of a line of text."""
    edit = QLineEdit()
    edit.setMaxLength(limit)
    return Editor(edit, edit.text, edit.setText, edit.textChanged)


def lines_field() -> Editor:
    """Return the editor of text of several lines."""
    edit = QPlainTextEdit()
    edit.setTabChangesFocus(True)
    return Editor(edit, edit.toPlainText, edit.setPlainText, edit.textChanged)


def logo_field(runner: Runner) -> Editor:
    """Return the editor of the logo."""
    picker = LogoPicker(runner)

    def words(value: object) -> str:
        return QCoreApplication.translate("Editors", "a picture") if value else ""

    return Editor(picker, picker.value, picker.set_value, picker.changed, words)


def spin_field(low: int, high: int, suffix: str = "") -> Editor:
    """Return the editor of a whole number."""
    spin = PlainSpin(low, high, suffix)
    return Editor(
        spin,
        spin.value,
        spin.setValue,
        spin.valueChanged,
        lambda value: f"{spin.textFromValue(int(value))}{spin.suffix()}",
    )


def choice_field(choice: Choice) -> Editor:
    """Return the editor of one of a list."""
    return Editor(choice, choice.value, choice.set_value, choice.currentIndexChanged, choice.words)


def either_field(name: str, yes: str, no: str) -> Editor:
    """Return the editor of one of two."""
    both = Segmented([("yes", yes), ("no", no)], name=name)
    holder = line(both)
    holder.setFocusProxy(both)
    return Editor(
        holder,
        lambda: both.value() == "yes",
        lambda value: both.set_value("yes" if value else "no"),
        both.changed,
        lambda value: (yes if value else no).replace("&", ""),
    )


def check_field(words: str) -> Editor:
    """Return the editor of a tick."""
    box = QCheckBox(words)

    def said(value: object) -> str:
        on, off = (QCoreApplication.translate("Editors", one) for one in ("on", "off"))
        return on if value else off

    return Editor(box, box.isChecked, box.setChecked, box.toggled, said)


def zone_field() -> Editor:
    """Return the editor of a time zone."""
    zone = ZoneEdit()
    return Editor(zone, zone.value, zone.set_value, zone.currentTextChanged)
