"""The fields of a chart in their order: what every desk needs first, the rest below."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from hms_desktop.domain.messages import LANGUAGES
from hms_desktop.domain.patients import BloodGroup, Sex
from hms_desktop.ui.buttons import button
from hms_desktop.ui.patients.contents import CONSENTS, label, language_word
from hms_desktop.ui.patients.formats import Formats, sex_word
from hms_desktop.ui.patients.photo import PhotoPicker
from hms_desktop.ui.patients.several import Contacts, Phones
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.field import Field, Form, line

if TYPE_CHECKING:
    from hms_desktop.ui.pages.base import Desk

_EXAMPLE = date(1980, 3, 12)
_SEXES = (Sex.UNKNOWN, Sex.FEMALE, Sex.MALE, Sex.OTHER)


class PatientFields(Form):
    """The widgets of a chart; ``PatientForm`` gives them their meaning."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._formats = Formats.of(desk.settings)
        self.lines: dict[str, QLineEdit] = {}
        self.texts: dict[str, QPlainTextEdit] = {}
        self.consents = {name: QCheckBox(label(f"consent.{name}")) for name in CONSENTS}
        self.unknown = QCheckBox(self.tr("Unknown patient, to be identified later"))
        self.photo = PhotoPicker(desk.runner)
        self.sex = QComboBox()
        self.blood = QComboBox()
        self.language = QComboBox()
        self.phones = Phones()
        self.contacts = Contacts()
        self._build()

    def _build(self) -> None:
        for sex in _SEXES:
            self.sex.addItem(sex_word(sex), sex.value)
        for code in ("", *LANGUAGES):
            self.language.addItem(language_word(code), code)
        self.consents["messages"].setChecked(True)
        for group in BloodGroup:
            self.blood.addItem(group.value or self.tr("Not known"), group.value)
        self.add_widget(self.photo)
        self.add_widget(self.unknown)
        self.add_row(("given", self._line("given"), 1), ("family", self._line("family"), 1))
        self.more = button(self.tr("More name parts"), self._show_more, kind="link", small=True)
        self.add_row(
            ("prefix", self._line("prefix", self.tr("Dr, Smt")), 3),
            ("middle", self._line("middle"), 6),
            ("suffix", self._line("suffix", self.tr("Jr")), 3),
        )
        self.add_widget(line(self.more))
        self.add_row(
            (
                "birth",
                self._line(
                    "birth", self.tr("{day} or 46 y").format(day=self._formats.day(_EXAMPLE))
                ),
                1,
            ),
            ("sex", Field(label("sex"), self.sex), 1),
        )
        self.add("phones", Field(label("phones"), self.phones))
        self.add("email", self._line("email"))
        self.add_section(self.tr("Address"))
        self.add("address.line", self._line("address.line"))
        self.add_row(
            ("address.city", self._line("address.city"), 1),
            ("address.postal_code", self._line("address.postal_code"), 1),
        )
        self.add_row(
            ("address.district", self._line("address.district"), 1),
            ("address.state", self._line("address.state"), 1),
        )
        self.add("address.country", self._line("address.country"))
        self.add("contacts", Field(label("contacts"), self.contacts))
        self.add_section(self.tr("Health"))
        self.add("blood_group", Field(label("blood_group"), self.blood))
        for name in ("allergies", "conditions", "notes"):
            self.add(name, self._text(name))
        self.add_section(self.tr("Consent"))
        for box in self.consents.values():
            self.add_widget(box)
        self.add("language", Field(label("language"), self.language))
        self._fold_names(folded=True)

    def _line(self, name: str, placeholder: str = "") -> Field:
        edit = QLineEdit()
        edit.setPlaceholderText(placeholder)
        self.lines[name] = edit
        return Field(label(name), edit)

    def _text(self, name: str) -> Field:
        text = QPlainTextEdit()
        text.setTabChangesFocus(True)
        text.setFixedHeight(current_theme().px(58))
        self.texts[name] = text
        return Field(label(name), text)

    def _show_more(self) -> None:
        self._fold_names(folded=False)
        self.lines["prefix"].setFocus()

    def _fold_names(self, *, folded: bool) -> None:
        for name in ("prefix", "middle", "suffix"):
            self.fields[name].setVisible(not folded)
        self.more.setVisible(folded)
