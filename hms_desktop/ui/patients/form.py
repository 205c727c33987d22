"""The fields of a chart, each checked while it is left."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from hms_desktop.domain.dates import BirthDate, BirthPrecision, age, parse_birth_date
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.names import Name
from hms_desktop.domain.patients import (
    MINOR_YEARS,
    Address,
    BloodGroup,
    Consent,
    ContactKind,
    PatientContact,
    RegisterPatient,
    Sex,
    check_contacts,
    check_phones,
)
from hms_desktop.domain.phones import check_email
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.patients.contents import ADDRESS_PARTS, CONSENTS, NAME_PARTS, Contents, label
from hms_desktop.ui.patients.formats import Formats, long_age, sex_word
from hms_desktop.ui.patients.photo import PhotoPicker
from hms_desktop.ui.patients.several import Contacts, Phones
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.field import Field, Form

if TYPE_CHECKING:
    from collections.abc import Callable

    from hms_desktop.ui.pages.base import Desk

_SEXES = (Sex.UNKNOWN, Sex.FEMALE, Sex.MALE, Sex.OTHER)


class PatientForm(Form):
    """All fields of a chart; ``edited`` after every key, with the field's name."""

    edited = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self._kept_birth: tuple[str, BirthDate] | None = None
        self._quiet = False
        self.lines: dict[str, QLineEdit] = {}
        self.texts: dict[str, QPlainTextEdit] = {}
        self.consents = {name: QCheckBox(label(f"consent.{name}")) for name in CONSENTS}
        self.unknown = QCheckBox(self.tr("Unknown patient, to be identified later"))
        self.photo = PhotoPicker(desk.runner)
        self.sex = QComboBox()
        self.blood = QComboBox()
        self.phones = Phones()
        self.contacts = Contacts()
        self._build()
        self._watch()

    def _build(self) -> None:
        for sex in _SEXES:
            self.sex.addItem(sex_word(sex), sex.value)
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
        self.add_widget(self.more)
        self.add_row(
            ("birth", self._line("birth", self.tr("12.03.1980 or 46 y")), 1),
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
        self._fold_names(folded=True)

    def _line(self, name: str, placeholder: str = "") -> Field:
        line = QLineEdit()
        line.setPlaceholderText(placeholder)
        self.lines[name] = line
        return Field(label(name), line)

    def _text(self, name: str) -> Field:
        text = QPlainTextEdit()
        text.setTabChangesFocus(True)
        text.setFixedHeight(current_theme().px(58))
        self.texts[name] = text
        return Field(label(name), text)

    def _watch(self) -> None:
        for name, line in self.lines.items():
            line.textEdited.connect(lambda _text, name=name: self._changed(name))
            line.editingFinished.connect(lambda name=name: self.check_field(name))
        for name, text in self.texts.items():
            text.textChanged.connect(lambda name=name: self._changed(name))
        for name, box in self.consents.items():
            box.toggled.connect(lambda _on, name=name: self._changed(f"consent.{name}"))
        self.unknown.toggled.connect(lambda _on: self._changed("placeholder"))
        self.sex.currentIndexChanged.connect(lambda _place: self._changed("sex"))
        self.blood.currentIndexChanged.connect(lambda _place: self._changed("blood_group"))
        self.phones.edited.connect(lambda: self._changed("phones"))
        self.phones.left.connect(lambda: self.check_field("phones"))
        self.contacts.edited.connect(lambda: self._changed("contacts"))
        self.photo.changed.connect(lambda: self._changed("photo"))

    def _changed(self, name: str) -> None:
        if self._quiet:
            return
        if name in {"phones", "contacts"}:
            self.fields[name].clear_error()
        if name in NAME_PARTS:
            self.photo.set_name(self.name().display)
        if name == "birth":
            self._tell_birth()
        if name == "placeholder" and self.unknown.isChecked():
            self.fields["given"].clear_error()
        self.edited.emit(name)

    # ------------------------------------------------------------------------------- names
    def _show_more(self) -> None:
        self._fold_names(folded=False)
        self.lines["prefix"].setFocus()

    def _fold_names(self, *, folded: bool) -> None:
        for name in ("prefix", "middle", "suffix"):
            self.fields[name].setVisible(not folded)
        self.more.setVisible(folded)

    def name(self) -> Name:
        """Return the name as typed."""
        return Name(**{part: self.lines[part].text().strip() for part in NAME_PARTS})

    # ------------------------------------------------------------------------------- birth
    def birth(self) -> BirthDate | None:
        """Return the birth date as understood; raises Invalid for what is none."""
        text = self.lines["birth"].text().strip()
        if not text:
            return None
        if self._kept_birth is not None and self._kept_birth[0] == text:
            return self._kept_birth[1]
        return parse_birth_date(text, today=self._desk.today(), day_first=self._formats.day_first)

    def _tell_birth(self) -> None:
        """Show what was understood, and the age: a slip of the keys shows as a wrong age."""
        try:
            birth = self.birth()
        except Invalid:
            birth = None
        today = self._desk.today()
        hint = ""
        if birth is not None:
            hint = f"{self._formats.birth(birth)} · {long_age(birth, today)}"
        self.fields["birth"].set_hint(hint)
        minor = birth is not None and age(birth, today).years < MINOR_YEARS
        if minor and not self.contacts.has(ContactKind.GUARDIAN):
            self.contacts.add(ContactKind.GUARDIAN)
        elif not minor:
            self.contacts.drop_empty(ContactKind.GUARDIAN)
        advised = minor and not any(
            one.kind is ContactKind.GUARDIAN for one in self.contacts.values()
        )
        self.fields["contacts"].set_hint(
            self.tr("A minor: whom may the desk call as guardian?") if advised else ""
        )

    # ------------------------------------------------------------------------------ values
    def wish(self, *, lenient: bool = False) -> RegisterPatient:
        """Return what is typed; raises Invalid at the birth date unless ``lenient``."""
        try:
            birth = self.birth()
        except Invalid:
            if not lenient:
                raise
            birth = None
        return RegisterPatient(
            name=self.name(),
            birth=birth,
            sex=Sex(self.sex.currentData()),
            phones=self.phones.values(),
            email=self.lines["email"].text().strip(),
            address=self.address(),
            contacts=self.contacts.values(),
            blood_group=BloodGroup(self.blood.currentData()),
            consent=Consent(
                treatment=self.consents["treatment"].isChecked(),
                messages=self.consents["messages"].isChecked(),
                share=self.consents["share"].isChecked(),
            ),
            photo=self.photo.data if self.photo.touched else None,
            placeholder=self.unknown.isChecked(),
            **{name: text.toPlainText().strip() for name, text in self.texts.items()},
        )

    def address(self) -> Address:
        """Return the address as typed."""
        return Address(
            **{part: self.lines[f"address.{part}"].text().strip() for part in ADDRESS_PARTS}
        )

    def contents(self) -> Contents:
        """Return what is typed as plain values (see ``contents``)."""
        found: Contents = {name: line.text().strip() for name, line in self.lines.items()}
        text = found["birth"]
        kept = self._kept_birth
        same = kept is not None and kept[0] == text
        found["birth"] = (
            [text, kept[1].date.isoformat(), kept[1].precision.value]
            if kept is not None and same
            else [text, "", ""]
        )
        if not same and text:
            found["birth"] = self._understood(text)
        found.update({name: one.toPlainText().strip() for name, one in self.texts.items()})
        found["sex"] = self.sex.currentData()
        found["blood_group"] = self.blood.currentData()
        found["phones"] = list(self.phones.values())
        found["contacts"] = [
            [one.kind.value, one.name, one.phone, one.relationship]
            for one in self.contacts.values()
        ]
        found.update({f"consent.{name}": one.isChecked() for name, one in self.consents.items()})
        found["placeholder"] = self.unknown.isChecked()
        return found

    def _understood(self, text: str) -> list[str]:
        try:
            birth = self.birth()
        except Invalid:
            birth = None
        if birth is None:
            return [text, "", ""]
        return [text, birth.date.isoformat(), birth.precision.value]

    def put(self, contents: Contents) -> None:
        """Show contents; nothing counts as edited."""
        self._quiet = True
        for name, line in self.lines.items():
            if name != "birth":
                line.setText(str(contents.get(name, "")))
        text, day, precision = contents.get("birth") or ("", "", "")
        self._kept_birth = (
            (str(text), BirthDate(date.fromisoformat(day), BirthPrecision(precision)))
            if day
            else None
        )
        self.lines["birth"].setText(str(text))
        for name, one in self.texts.items():
            one.setPlainText(str(contents.get(name, "")))
        self.sex.setCurrentIndex(max(0, self.sex.findData(contents.get("sex", "unknown"))))
        self.blood.setCurrentIndex(max(0, self.blood.findData(contents.get("blood_group", ""))))
        self.phones.set_values(tuple(str(one) for one in contents.get("phones", ())))
        self.contacts.set_values(
            tuple(
                PatientContact(ContactKind(kind), name, phone, relation)
                for kind, name, phone, relation in contents.get("contacts", ())
            )
        )
        for name, box in self.consents.items():
            box.setChecked(bool(contents.get(f"consent.{name}", False)))
        self.unknown.setChecked(bool(contents.get("placeholder", False)))
        self._fold_names(
            folded=not any(contents.get(part) for part in ("prefix", "middle", "suffix"))
        )
        self.photo.set_name(self.name().display)
        self.clear_errors()
        self._tell_birth()
        self._quiet = False

    # ------------------------------------------------------------------------------- checks
    def check_field(self, name: str) -> bool:
        """Check one field while it is left; says whether it is well."""
        checks: dict[str, Callable[[], object]] = {
            "birth": self.birth,
            "phones": lambda: check_phones(self.phones.values()),
            "email": lambda: check_email(self.lines["email"].text()),
            "contacts": lambda: check_contacts(self.contacts.values()),
        }
        if name in NAME_PARTS:
            checks[name] = lambda: self.name().check()
        elif name.startswith("address."):
            checks[name] = lambda: self.address().check()
        check = checks.get(name)
        if check is None:
            return True
        try:
            check()
        except Invalid as error:
            where = self.fields.get(error.field) or self.fields[name]
            where.set_error(sentence(error))
            return False
        return True
