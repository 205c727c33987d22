"""The fields of a chart, each checked while it is left."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

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
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.patients.contents import ADDRESS_PARTS, NAME_PARTS, Contents
from hms_desktop.ui.patients.fields import PatientFields
from hms_desktop.ui.patients.formats import long_age

if TYPE_CHECKING:
    from collections.abc import Callable

    from hms_desktop.ui.pages.base import Desk


class PatientForm(PatientFields):
    """All fields of a chart; ``edited`` after every key, with the field's name."""

    edited = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(desk, parent)
        self._desk = desk
        self._kept_birth: tuple[str, BirthDate] | None = None
        self._quiet = False
        self._watch()

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
        self.language.currentIndexChanged.connect(lambda _place: self._changed("language"))
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
                summaries=self.consents["summaries"].isChecked(),
                share=self.consents["share"].isChecked(),
            ),
            language=self.language.currentData(),
            no_messages=not self.consents["messages"].isChecked(),
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
        found["language"] = self.language.currentData()
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
            # Messages are sent until somebody does not want them.
            box.setChecked(bool(contents.get(f"consent.{name}", name == "messages")))
        self.language.setCurrentIndex(max(0, self.language.findData(contents.get("language", ""))))
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
